//! The whole life of a survey by `/api/v1` alone: nothing at the desk, nothing on the command line but the accounts
//! and their keys.

use crate::harness::{Database, PASSWORD, Phone, Program, Robot, SURVEY, UNITS, expect, on_both_engines, sheet};
use serde_json::{Value, json};
use std::time::{Duration, Instant};

/// A scorecard whose last indicator is to be the survey's.
fn scorecard() -> String {
    let toml = r#"
title = "托养项目"
programme = "托养服务"
year = 2022
unit = "市残联"

[[indicators]]
code = "A"
name = "产出"
weight = "60"

[[indicators]]
code = "A1"
parent = "A"
name = "托养人数"
weight = "40"
kind = "quantitative"
target = "2800"
measured_in = "人"

[[indicators]]
code = "A2"
parent = "A"
name = "台账"
weight = "20"
kind = "qualitative"

[[indicators]]
code = "B"
name = "满意度"
weight = "40"
kind = "satisfaction"
measure = "weighted_score"
target = "85"
"#;
    toml.to_owned()
}

/// The reply of a page that may still be waited for, once `done` says it is there.
fn wait_for(robot: &Robot, path: &str, done: impl Fn(&Value) -> bool) -> Value {
    let began = Instant::now();
    loop {
        let reply = expect(200, &robot.get(path));
        if done(&reply) {
            return reply;
        }
        assert!(began.elapsed() < Duration::from_secs(120), "{reply}");
        std::thread::sleep(Duration::from_millis(200));
    }
}

on_both_engines!(
    /// From the questionnaire to the seal.
    a_survey_lives_by_the_interface_alone,
    |database: Database| {
        let program = Program::new(&database);
        for account in ["li", "wang"] {
            program.run_with(&["staff", "add", account, "--role", "evaluator"], PASSWORD);
        }
        let server = program.serve();
        let all = "surveys:read,surveys:write,units:read,units:write,rosters:write,links:issue,links:read,\
                   progress:read,results:read,results:release,scorecards:read,scorecards:write,audit:read,seal";
        let robot = Robot::with_key(&program, &server, "li", all, None);
        let (toml, csv) = ("application/toml", "text/csv");

        // The survey, its units, its roster.
        let made = expect(201, &robot.send("POST", "/api/v1/surveys", &[], Some((toml, SURVEY.as_bytes()))));
        let survey = format!("/api/v1/surveys/{}", made["id"].as_str().unwrap());
        let units = expect(200, &robot.send("POST", "/api/v1/units", &[], Some((csv, UNITS.as_bytes()))));
        assert_eq!(units, json!({ "added": 6, "changed": 0, "unchanged": 0 }));
        let people: Vec<Value> = (0..30)
            .map(|number| json!({ "unit": format!("I{}", number % 3 + 1), "ref": format!("R{number}"), "name": "某某" }))
            .collect();
        let taken = expect(200, &robot.post(&format!("{survey}/roster"), &json!({ "people": people })));
        assert_eq!(taken["added"], 30);

        // Links, twice with the same key: the same links.
        let issue = || {
            let body: Option<(&str, &[u8])> = Some(("application/json", b"{}"));
            robot.send("POST", &format!("{survey}/links"), &[("idempotency-key", "first")], body)
        };
        let issued = expect(201, &issue());
        let again = issue();
        assert_eq!((again.status, again.json()["links"].clone()), (201, issued["links"].clone()), "{}", again.body);
        assert_eq!(again.header("idempotency-replayed"), Some("true"));
        let links = issued["links"].as_array().unwrap();
        assert_eq!(links.len(), 30);
        expect(200, &robot.post(&format!("{survey}/open"), &json!({ "confirm_weights": true })));

        // Answers through the JSON twin, which needs no key.
        let phone = Phone::new(&server.address);
        for (number, link) in links.iter().enumerate().take(27) {
            let reply = phone.json(link["code"].as_str().unwrap(), &sheet(["A", "B", "C"][number % 3]));
            assert_eq!(reply.status, 201, "{}", reply.body);
        }
        let progress =
            wait_for(&robot, &format!("{survey}/progress"), |progress| progress["total"]["submitted"] == 27);
        assert_eq!(progress["total"]["waiting"], 3);

        // The results.
        expect(200, &robot.post(&format!("{survey}/close"), &json!({})));
        let late = phone.json(links[29]["code"].as_str().unwrap(), &sheet("A"));
        assert_eq!((late.status, late.json()["code"].as_str()), (410, Some("survey_closed")));
        let made = robot.post(&format!("{survey}/release"), &json!({}));
        let release = expect(201, &made);
        assert_eq!((release["issued"].as_u64(), release["valid"].as_u64()), (Some(30), Some(27)));
        assert_eq!(release["final_score"], "90", "A, B and C a third each");

        // The scorecard.
        let card = expect(201, &robot.send("POST", "/api/v1/scorecards", &[], Some((toml, scorecard().as_bytes()))));
        let card = format!("/api/v1/scorecards/{}", card["id"].as_str().unwrap());
        expect(200, &robot.patch(&format!("{card}/indicators/A1"), &json!({ "actual": "2979" })));
        let scored = json!({ "score": "19", "reason": "缺两份记录", "evidence": "档案 3" });
        expect(200, &robot.patch(&format!("{card}/indicators/A2"), &scored));
        let unbound = expect(200, &robot.get(&format!("{card}/table")));
        assert_eq!(unbound["grade"], Value::Null, "nothing is graded before everything is filled in");
        let bound = json!({ "release": { "survey": made_id(&survey) } });
        let bound = expect(200, &robot.patch(&format!("{card}/indicators/B"), &bound));
        assert_eq!(bound["total"]["score"], "99.00");
        assert!(bound["indicators"].to_string().contains(release["sha256"].as_str().unwrap()), "{bound}");
        let table = expect(200, &robot.get(&format!("{card}/table")));
        assert_eq!(table["grade"], "优");

        // The seal: one asks, another consents.
        let other = Robot::with_key(&program, &server, "wang", "seal", None);
        let seal = format!("{survey}/seal");
        expect(202, &robot.post(&seal, &json!({ "action": "ask" })));
        let alone = expect(409, &robot.post(&seal, &json!({ "action": "consent" })));
        assert_eq!(alone["code"], "seal_same_person");
        expect(202, &other.post(&seal, &json!({ "action": "consent" })));
        let sealed = wait_for(&robot, &seal, |seal| seal["stage"] == "sealed");
        assert_eq!(phone.get(sealed["receipts"].as_str().unwrap()).body.lines().count(), 27);
        assert_eq!(phone.json(links[0]["code"].as_str().unwrap(), &sheet("A")).status, 404);
        assert_eq!(expect(200, &robot.get(&survey))["state"], "sealed");
        assert_eq!(expect(200, &robot.get(&format!("{survey}/release")))["sha256"], release["sha256"]);

        // And the log of it all.
        let log = expect(200, &robot.get("/api/v1/audit?limit=1000"));
        let acts: Vec<&str> = log["items"].as_array().unwrap().iter().map(|row| row["act"].as_str().unwrap()).collect();
        for act in ["survey-added", "links-issued", "survey-opened", "release-made", "scorecard-bound", "survey-sealed"] {
            assert!(acts.contains(&act), "{act} is not in {acts:?}");
        }
        program.run(&["verify", made_id(&survey)]);
        program.run(&["audit", "verify"]);
    }
);

/// The id in the address of a survey.
fn made_id(address: &str) -> &str {
    address.rsplit('/').next().unwrap()
}
