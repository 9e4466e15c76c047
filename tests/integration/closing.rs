//! Closing: no answer lands after it, none before it is lost.

use crate::harness::{Scene, form, on_both_engines, sheet};
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
                        let status = phone.json(code, &sheet("A")).status;
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
