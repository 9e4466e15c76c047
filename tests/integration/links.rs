//! Links: issued, listed again, replaced, taken back.

use crate::harness::{Program, Scene, UNITS, codes, on_both_engines, sheet};

on_both_engines!(exporting_again_gives_the_same_links, |database| {
    let scene = Scene::open(&database, 7);
    let again = scene.program.path("again.csv");
    scene.program.run(&["link", "export", &scene.survey, "--reason", "test", "--out", &again]);
    assert_eq!(codes(&again), scene.codes);
    let first = std::fs::read(database.folder.path().join("links.csv")).unwrap();
    assert_eq!(std::fs::read(&again).unwrap(), first, "to the byte");
    let text = String::from_utf8(first).unwrap();
    assert!(text.contains(&format!("I1,R0,,,https://survey.example/s/{0},{0}\r\n", scene.codes[0])), "{text}");
});

on_both_engines!(a_reissue_kills_the_old_link, |database| {
    let scene = Scene::open(&database, 3);
    let (phone, old) = (scene.phone(), &scene.codes[0]);
    assert_eq!(phone.act(old, "start").status, 200);
    let link = scene.program.run(&["link", "reissue", old]);
    let new = link.strip_prefix("https://survey.example/s/").unwrap();
    assert_ne!(new, old);
    for reply in [phone.get(&format!("/s/{old}")), phone.form(old, &crate::harness::form(0))] {
        assert_eq!(reply.status, 410);
        assert!(reply.body.contains("新的链接"), "{}", reply.body);
    }
    assert_eq!(phone.json(old, &sheet("A")).json()["code"], "link_replaced");
    assert_eq!(phone.json(new, &sheet("A")).status, 201);
    assert_eq!(database.count("SELECT sum(issued) FROM progress"), 3, "a replaced link is outside all counts");

    let list = scene.program.path("again.csv");
    scene.program.run(&["link", "export", &scene.survey, "--reason", "test", "--out", &list]);
    assert_eq!(codes(&list)[0], new);
    for code in [new, old] {
        let done = scene.program.try_run(&["link", "reissue", code]);
        assert!(!done.ok, "an answered link is never reissued, a replaced one is none");
    }
    scene.verify();
});

on_both_engines!(a_revoked_link_is_gone_and_an_answered_one_stays, |database| {
    let scene = Scene::open(&database, 3);
    let phone = scene.phone();
    scene.program.run(&["link", "revoke", &scene.codes[0]]);
    let reply = phone.json(&scene.codes[0], &sheet("A"));
    assert_eq!((reply.status, reply.json()["code"].as_str()), (410, Some("link_revoked")));
    assert_eq!(phone.get(&format!("/s/{}", scene.codes[0])).status, 410);
    assert_eq!(phone.json(&scene.codes[1], &sheet("A")).status, 201);
    let done = scene.program.try_run(&["link", "revoke", &scene.codes[1]]);
    assert!(!done.ok && done.err.contains("this link is answered"), "{}", done.err);
    let counts = database.lines(
        "SELECT CAST(sum(issued) AS TEXT) || ' ' || sum(waiting) || ' ' || sum(submitted) || ' ' || sum(revoked) \
         AS line FROM progress",
    );
    assert_eq!(counts, ["3 1 1 1"]);
    scene.verify();
});

on_both_engines!(a_roster_given_again_adds_nobody_twice, |database| {
    let scene = Scene::draft(&database, 4);
    let list = scene.program.path("more.csv");
    let roster = scene.program.file("roster.csv", "unit,ref\nI1,R0\nI2,R0\nI3,new\nI3,\n");
    let done = scene.program.try_run(&["link", "issue", &scene.survey, "--roster", &roster, "--out", &list]);
    assert!(done.ok && done.err.contains("3 links issued") && done.err.contains("1 recipients had a link already"));
    let all = codes(&list);
    assert_eq!(all.len(), 7);
    assert_eq!(all[..4], scene.codes[..], "earlier links stay as they were");
    scene.verify();
});

on_both_engines!(links_are_issued_in_one_visible_step_and_only_while_it_makes_sense, |database| {
    let program = Program::new(&database);
    let survey = program.run(&["survey", "import", &program.file("s.toml", crate::harness::SURVEY)]);
    program.run(&["unit", "import", &program.file("units.csv", UNITS)]);
    let roster = program.file("roster.csv", "unit\nI1\n".to_owned() + &"I2\n".repeat(9_000));
    let list = program.path("links.csv");
    // A run that died after two chunks left links that nobody may see.
    program.run(&["link", "issue", &survey, "--roster", &roster, "--out", &list]);
    database.execute("UPDATE survey SET visible_serial = 0; DELETE FROM progress;");
    let server = program.serve();
    let phone = crate::harness::Phone::new(&server.address);
    program.run(&["survey", "open", &survey]);
    let hidden = codes(&list);
    assert_eq!(phone.get(&format!("/s/{}", hidden[0])).status, 404);
    assert_eq!(phone.json(&hidden[0], &sheet("A")).status, 404);
    // The next run clears them away and issues its own.
    let roster = program.file("roster.csv", "unit\nI1\nI1\n");
    program.run(&["link", "issue", &survey, "--roster", &roster, "--out", &list, "--force"]);
    assert_eq!(codes(&list).len(), 2);
    assert_eq!(database.count("SELECT count(*) FROM link"), 2);
    assert_eq!(database.count("SELECT count(*) FROM roster_entry"), 2);
    assert_eq!(phone.json(&codes(&list)[0], &sheet("A")).status, 201);

    program.run(&["survey", "close", &survey]);
    let done = program.try_run(&["link", "issue", &survey, "--roster", &roster, "--out", &list, "--force"]);
    assert!(!done.ok && done.err.contains("no links can be issued"), "{}", done.err);
});

on_both_engines!(a_list_is_private_and_writes_over_nothing_unasked, |database| {
    let scene = Scene::open(&database, 2);
    let list = scene.program.path("links.csv");
    let mode = |path: &str| std::os::unix::fs::PermissionsExt::mode(&std::fs::metadata(path).unwrap().permissions());
    assert_eq!(mode(&list) & 0o777, 0o600);
    let roster = scene.program.path("roster.csv");
    let before = std::fs::read(&roster).unwrap();
    for out in [&list, &roster] {
        let done = scene.program.try_run(&["link", "export", &scene.survey, "--reason", "test", "--out", out]);
        assert!(!done.ok && done.err.contains("is there already"), "{}", done.err);
    }
    let same = ["link", "issue", &scene.survey, "--roster", &roster, "--out", &roster];
    assert!(!scene.program.try_run(&same).ok);
    assert_eq!(std::fs::read(&roster).unwrap(), before);
    let missing = ["link", "export", &scene.survey, "--reason", "test", "--out", "/nowhere/links.csv"];
    assert!(scene.program.try_run(&missing).err.contains("cannot be written"));
    let left: Vec<_> =
        std::fs::read_dir(database.folder.path()).unwrap().map(|file| file.unwrap().file_name()).collect();
    assert!(left.iter().all(|name| !name.to_string_lossy().contains(".part")), "{left:?}");
});

on_both_engines!(several_rosters_issued_at_once_end_without_a_half_list, |database| {
    let scene = Scene::open(&database, 1);
    let people = "I1\n".repeat(5_000);
    let roster = scene.program.file("many.csv", format!("unit\n{people}"));
    let program = &scene.program;
    let done: Vec<bool> = std::thread::scope(|scope| {
        let runs: Vec<_> = (0..4)
            .map(|number| {
                let (roster, survey) = (&roster, &scene.survey);
                scope.spawn(move || {
                    let list = program.path(&format!("many{number}.csv"));
                    let done = program.try_run(&["link", "issue", survey, "--roster", roster, "--out", &list]);
                    assert!(done.ok || done.err.contains("another run has begun"), "{}", done.err);
                    done.ok
                })
            })
            .collect();
        runs.into_iter().map(|run| run.join().unwrap()).collect()
    });
    let whole = done.iter().filter(|done| **done).count() as u64;
    assert!(whole >= 1, "the last one to begin ends well");
    assert_eq!(database.count("SELECT sum(issued) FROM progress"), 1 + 5_000 * whole);
    scene.verify();
});
