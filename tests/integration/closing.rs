//! Closing: no answer lands after it, none before it is lost.

use crate::harness::{Database, Engine, SURVEY, Scene, codes, form, on_both_engines, sheet};
use diesel::connection::SimpleConnection;
use diesel::{Connection, PgConnection};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

on_both_engines!(closing_while_64_connections_answer_loses_and_admits_nothing, |database| {
    let links = 1_600;
    let scene = Scene::open(&database, links);
    let (recorded, gone) = (AtomicU64::new(0), AtomicU64::new(0));
    let (busy, closed) = (AtomicBool::new(false), AtomicBool::new(false));
    let late: u64 = std::thread::scope(|scope| {
        let phones: Vec<_> = scene
            .codes
            .chunks(links / 64)
            .map(|codes| {
                let (phone, recorded, gone, busy, closed) = (scene.phone(), &recorded, &gone, &busy, &closed);
                scope.spawn(move || {
                    let mut late = 0;
                    for code in codes {
                        let was_closed = closed.load(Ordering::SeqCst);
                        let mut status = phone.json(code, &sheet("A")).status;
                        // A close that takes longer than a moment is not waited for, and the phone asks again.
                        while status == 503 {
                            status = phone.json(code, &sheet("A")).status;
                        }
                        match status {
                            201 => recorded.fetch_add(1, Ordering::SeqCst),
                            410 => gone.fetch_add(1, Ordering::SeqCst),
                            other => panic!("{other}"),
                        };
                        if was_closed {
                            assert_eq!(status, 410, "after the close every post is gone");
                            late += 1;
                        }
                        busy.store(true, Ordering::SeqCst);
                    }
                    late
                })
            })
            .collect();
        while !busy.load(Ordering::SeqCst) {
            std::thread::yield_now();
        }
        scene.close();
        closed.store(true, Ordering::SeqCst);
        phones.into_iter().map(|phone| phone.join().unwrap()).sum()
    });
    let recorded = recorded.into_inner();
    assert_eq!(recorded + gone.into_inner(), links as u64);
    assert!(recorded > 0, "some answers came before the close");
    let open: Vec<_> = database.lines("SELECT state AS line FROM survey");
    assert_eq!(open, ["closed"]);
    println!("{recorded} recorded, {late} posts after the close");

    let release = scene.release();
    assert_eq!(release["valid"], recorded);
    assert_eq!(release["returned"], recorded);
    assert_eq!(release["issued"], links as u64);
    assert_eq!(database.count("SELECT sum(expired) FROM progress"), links as u64 - recorded);
    scene.verify();
});

on_both_engines!(after_the_close_a_repeated_answer_still_gets_its_receipt, |database| {
    let scene = Scene::open(&database, 3);
    let phone = scene.phone();
    let receipt = phone.json(&scene.codes[0], &sheet("A")).json()["receipt"].clone();
    scene.close();
    let again = phone.json(&scene.codes[0], &sheet("A"));
    assert_eq!((again.status, &again.json()["receipt"]), (200, &receipt));
    let page = phone.get(&format!("/s/{}", scene.codes[0]));
    assert!(page.status == 200 && page.body.contains(receipt.as_str().unwrap()));

    for reply in [phone.form(&scene.codes[1], &form(0)), phone.get(&format!("/s/{}", scene.codes[1]))] {
        assert_eq!(reply.status, 410);
        assert!(reply.body.contains("已经结束"));
    }
    for action in ["start", "decline", "resume"] {
        assert_eq!(phone.act(&scene.codes[1], action).json()["code"], "survey_closed");
    }
    let wrong = scene.program.try_run(&["survey", "close", &scene.survey]);
    assert!(!wrong.ok && wrong.err.contains("only an open survey can be closed"), "{}", wrong.err);
});

/// Somebody who holds the row of a survey, as a close of a million answers does.
fn holder(database: &Database, survey: &str) -> PgConnection {
    let mut holder = PgConnection::establish(&database.url).unwrap();
    let id = survey.replace('-', "");
    holder.batch_execute(&format!("BEGIN; SELECT 1 FROM survey WHERE encode(id, 'hex') = '{id}' FOR UPDATE")).unwrap();
    holder
}

#[test]
fn nobody_waits_for_a_survey_that_is_not_theirs() {
    let database = Database::fresh(Engine::Postgres);
    let scene = Scene::open(&database, 8);
    let other = scene.program.run(&["survey", "import", &scene.program.file("other.toml", SURVEY)]);
    let (roster, list) =
        (scene.program.file("others.csv", "unit\nI1\nI1\nI1\n"), scene.program.path("others-links.csv"));
    scene.program.run(&["link", "issue", &other, "--roster", &roster, "--out", &list]);
    scene.program.run(&["survey", "open", &other]);
    let others = codes(&list);

    let mut held = holder(&database, &scene.survey);
    std::thread::scope(|scope| {
        let late: Vec<_> =
            scene.codes[..4].iter().map(|code| scope.spawn(|| scene.phone().json(code, &sheet("A")))).collect();
        for code in &others[..2] {
            assert_eq!(scene.phone().json(code, &sheet("B")).status, 201);
        }
        for one in late {
            let reply = one.join().unwrap();
            assert_eq!(reply.status, 503);
            assert!(reply.header("retry-after").is_some());
        }
    });
    assert_eq!(database.count("SELECT count(*) FROM response"), 2);
    held.batch_execute("ROLLBACK").unwrap();
    assert_eq!(scene.phone().json(&scene.codes[0], &sheet("A")).status, 201, "sent again");

    // Of a closed survey there is nothing to hold: a seal, or the erasing of contacts, keeps nobody waiting.
    scene.close();
    let _held = holder(&database, &scene.survey);
    assert_eq!(scene.phone().json(&scene.codes[0], &sheet("A")).status, 200);
    assert_eq!(scene.phone().json(&scene.codes[1], &sheet("A")).status, 410);
    assert_eq!(scene.phone().json(&others[2], &sheet("B")).status, 201);
}

#[test]
fn what_opens_is_what_was_looked_at() {
    let database = Database::fresh(Engine::Postgres);
    let scene = Scene::draft(&database, 1);
    let mut editor = holder(&database, &scene.survey);
    editor.batch_execute("UPDATE scale_option SET weight = 899, confirmed = false WHERE position = 2").unwrap();
    let opened = std::thread::scope(|scope| {
        let opening = scope.spawn(|| scene.program.try_run(&["survey", "open", &scene.survey]));
        let waits =
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
        while database.count(waits) == 0 {
            assert!(!opening.is_finished(), "it does not wait for who edits");
            std::thread::yield_now();
        }
        editor.batch_execute("COMMIT").unwrap();
        opening.join().unwrap()
    });
    assert!(!opened.ok && opened.err.contains("899"), "{}", opened.err);
    assert_eq!(database.lines("SELECT state AS line FROM survey"), ["draft"]);
}
