//! The seal: two evaluators, one transaction, files without a trace; and what stays true afterwards.

use crate::harness::{Database, Desk, Engine, PASSWORD, Scene, Server, form, on_both_engines, sheet};
use std::collections::BTreeSet;

fn seal(desk: &Desk, survey: &str, act: &str) -> crate::harness::Reply {
    desk.post(&format!("/staff/surveys/{survey}/seal"), &[("act", act)])
}

fn evaluator(scene: &Scene<'_>, name: &str) -> Desk {
    Desk::sign_in(&scene.program, &scene.server, name, "evaluator", None)
}

fn state(database: &Database, survey: &str) -> String {
    let id = survey.replace('-', "");
    let key = match database.engine {
        Engine::Sqlite => format!("id = x'{id}'"),
        Engine::Postgres => format!("id = '\\x{id}'::bytea"),
    };
    database.lines(&format!("SELECT state AS line FROM survey WHERE {key}"))[0].clone()
}

/// Asks and consents by two evaluators.
fn consented(scene: &Scene<'_>) {
    let (li, wang) = (evaluator(scene, "li"), evaluator(scene, "wang"));
    assert_eq!(seal(&li, &scene.survey, "ask").status, 303);
    assert_eq!(seal(&wang, &scene.survey, "consent").status, 303);
}

/// Answers from everybody: each unit gets forms of its own.
fn answered(scene: &Scene<'_>, count: usize) -> Vec<String> {
    let answer = |(number, code): (usize, &String)| {
        let reply = scene.phone().json(code, &sheet(["A", "B", "C", "D", "E"][number % 5]));
        reply.json()["receipt"].as_str().unwrap().to_owned()
    };
    scene.codes.iter().take(count).enumerate().map(answer).collect()
}

on_both_engines!(a_sealed_survey_leads_to_nobody_and_its_results_stay_true, |database| {
    let scene = Scene::open(&database, 36);
    let receipts = answered(&scene, 30);
    scene.close();
    let release = scene.release();
    consented(&scene);
    let done = scene.program.try_run(&["survey", "seal", &scene.survey]);
    assert!(done.ok && done.err.contains("sealed"), "{}", done.err);
    assert_eq!(state(&database, &scene.survey), "sealed");
    scene.verify();
    let again: serde_json::Value =
        serde_json::from_str(&scene.program.run(&["result", &scene.survey, "--format", "json"])).unwrap();
    assert_eq!(again, release);
    let mut sorted = receipts.clone();
    sorted.sort();
    assert_eq!(database.lines("SELECT words AS line FROM receipt ORDER BY 1"), sorted);
    assert!(scene.program.run(&["audit", "verify"]).contains("rows"));
});
