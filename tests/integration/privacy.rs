//! What is written down about a person, and what is not.

use crate::harness::{Scene, form, on_both_engines, sheet};

on_both_engines!(a_response_holds_nothing_but_what_was_promised, |database| {
    let scene = Scene::open(&database, 3);
    scene.phone().form(&scene.codes[0], &form(0));
    let tables = database.tables();
    let columns =
        |name: &str| tables.iter().find(|(table, _)| table == name).map(|(_, columns)| columns.clone()).unwrap();
    assert_eq!(columns("response"), ["survey", "id", "unit", "respondent", "channel", "answers"]);
    assert_eq!(columns("link"), ["hash", "survey", "serial", "generation", "unit", "state"]);
    assert_eq!(columns("replaced_link"), ["hash", "survey"]);
    let id = match database.engine {
        crate::harness::Engine::Sqlite => "lower(hex(id))",
        crate::harness::Engine::Postgres => "encode(id, 'hex')",
    };
    let id = database.lines(&format!("SELECT {id} AS line FROM response"))[0].clone();
    assert_eq!((&id[12..13], id.len()), ("4", 32), "a random UUIDv4");
});

on_both_engines!(a_thousand_looks_at_a_link_change_nothing, |database| {
    let scene = Scene::open(&database, 4);
    let phone = scene.phone();
    phone.act(&scene.codes[1], "start");
    phone.act(&scene.codes[2], "decline");
    phone.form(&scene.codes[3], &form(2));
    let before = database.dump();
    for _ in 0..250 {
        for code in &scene.codes {
            phone.get(&format!("/s/{code}"));
            phone.get(&format!("/api/v1/links/{code}"));
        }
    }
    assert_eq!(database.dump(), before);
});

on_both_engines!(codes_and_receipts_are_stored_and_logged_nowhere, |database| {
    let scene = Scene::open(&database, 3);
    let phone = scene.phone();
    let receipt = phone.json(&scene.codes[0], &sheet("B")).json()["receipt"].as_str().unwrap().to_owned();
    phone.form(&scene.codes[1], "q1=A");
    phone.get("/s/0000-0000-0000-0000-0000");
    let dump = database.dump().join("\n");
    let (status, log) = scene.server.stop();
    assert_eq!(status, Some(0));
    for secret in scene.codes.iter().chain([&receipt]) {
        for text in [secret.clone(), secret.replace('-', "")] {
            assert!(!dump.contains(&text) && !log.contains(&text), "{text}");
        }
    }
    assert!(!log.contains("/s/") && !log.contains("127.0.0.1"), "{log}");
});

on_both_engines!(pages_are_kept_by_nobody_and_send_nothing_on, |database| {
    let scene = Scene::open(&database, 1);
    let page = scene.phone().get(&format!("/s/{}", scene.codes[0]));
    assert_eq!(page.header("cache-control"), Some("no-store"));
    assert_eq!(page.header("referrer-policy"), Some("no-referrer"));
    assert_eq!(page.header("x-robots-tag"), Some("noindex"));
    assert_eq!(page.header("set-cookie"), None);
    let policy = page.header("content-security-policy").unwrap();
    assert!(policy.starts_with("default-src 'none'; style-src 'sha256-"), "{policy}");
    assert!(!policy.contains("unsafe") && policy.contains("connect-src 'self'"), "{policy}");
    assert!(!page.body.contains("http://") && !page.body.contains("https://"), "nothing from anywhere else");
});
