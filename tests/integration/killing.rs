//! SIGKILL under load: every answer that was acknowledged is found afterwards.

use crate::harness::{FORMS, Phone, Scene, on_both_engines, sheet};
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};

const KILLS: usize = 20;
const PHONES: usize = 24;
const LINKS: usize = 6_000;

on_both_engines!(twenty_kills_lose_no_acknowledged_answer, |database| {
    let mut scene = Scene::open(&database, LINKS);
    let next = AtomicUsize::new(0);
    let mut acknowledged: BTreeMap<String, (String, usize)> = BTreeMap::new();
    for kill in 0..KILLS {
        let goal = 40 + 17 * (kill % 7);
        let recorded = AtomicUsize::new(0);
        let phone = Phone::new(&scene.server.address);
        let (codes, server, next, recorded) = (&scene.codes, &mut scene.server, &next, &recorded);
        let fresh: Vec<(String, (String, usize))> = std::thread::scope(|scope| {
            let phones: Vec<_> = (0..PHONES)
                .map(|_| {
                    let phone = phone.clone();
                    scope.spawn(move || {
                        let mut done = Vec::new();
                        loop {
                            let number = next.fetch_add(1, Ordering::SeqCst);
                            let Some(code) = codes.get(number) else { panic!("out of links") };
                            let option = number % FORMS;
                            let body = sheet(["A", "B", "C", "D", "E"][option]).to_string();
                            let path = format!("/api/v1/links/{code}/response");
                            match phone.try_post(&path, "application/json", &body) {
                                Ok(reply) if reply.status == 201 => {
                                    let receipt = reply.json()["receipt"].as_str().unwrap().to_owned();
                                    done.push((code.clone(), (receipt, option)));
                                    recorded.fetch_add(1, Ordering::SeqCst);
                                }
                                Ok(reply) => panic!("{}", reply.status),
                                Err(_) => return done,
                            }
                        }
                    })
                })
                .collect();
            // In the middle of the load, at a different moment each time.
            while recorded.load(Ordering::SeqCst) < goal {
                std::thread::yield_now();
            }
            server.kill();
            phones.into_iter().flat_map(|phone| phone.join().unwrap()).collect()
        });
        acknowledged.extend(fresh);
        scene.server = scene.program.serve();
        let kept = database.count("SELECT count(*) FROM response");
        assert!(kept >= acknowledged.len() as u64, "kill {kill}: {kept} of {} kept", acknowledged.len());
    }

    // Every acknowledged answer is there, once, as it was given; the retry gets the same receipt.
    let phone = scene.phone();
    for (code, (receipt, _)) in &acknowledged {
        let again = phone.json(code, &sheet("A"));
        assert_eq!((again.status, again.json()["receipt"].as_str()), (200, Some(receipt.as_str())));
    }
    for option in 0..FORMS {
        let given = acknowledged.values().filter(|(_, chosen)| *chosen == option).count() as u64;
        let digits = (option + 1).to_string().repeat(3);
        assert!(database.count(&format!("SELECT count(*) FROM response WHERE answers = '{digits}'")) >= given);
    }
    let submitted = database.count("SELECT count(*) FROM link WHERE state = 'submitted'");
    assert_eq!(database.count("SELECT count(*) FROM response"), submitted, "no link has two responses");
    scene.verify();
    println!("{KILLS} kills, {} acknowledged, {submitted} recorded", acknowledged.len());
});
