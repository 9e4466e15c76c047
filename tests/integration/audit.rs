//! The audit log: every act leaves a row, and nobody changes one unseen.

use crate::harness::{Database, Engine, Scene, on_both_engines};

/// What `audit verify` says of the log.
fn verify(scene: &Scene, arguments: &[&str]) -> (bool, String) {
    let done = scene.program.try_run(&[&["audit", "verify"], arguments].concat());
    (done.ok, done.out.trim().to_owned())
}

fn head(scene: &Scene) -> String {
    let (ok, said) = verify(scene, &[]);
    assert!(ok && said.starts_with("ok: "), "{said}");
    said.rsplit(' ').next().unwrap().to_owned()
}

/// Takes away what keeps the log append-only, as somebody with the database in hand could.
fn unlock(database: &Database) {
    match database.engine {
        Engine::Sqlite => database.execute("DROP TRIGGER audit_is_not_changed; DROP TRIGGER audit_is_not_cut"),
        Engine::Postgres => database.execute("DROP TRIGGER audit_is_not_changed ON audit"),
    }
}

on_both_engines!(every_act_of_the_command_line_leaves_a_row, |database| {
    let scene = Scene::open(&database, 3);
    scene.program.run(&["link", "revoke", &scene.codes[0]]);
    scene.program.run(&["link", "reissue", &scene.codes[1]]);
    let list = scene.program.path("again.csv");
    scene.program.run(&["link", "export", &scene.survey, "--reason", "发短信", "--out", &list]);
    scene.close();
    scene.release();
    scene.program.try_run(&["link", "export", &scene.survey, "--reason", " ", "--out", &list]);
    let rows = database.lines("SELECT act || ' ' || coalesce(amount, 0) AS line FROM audit ORDER BY number");
    assert_eq!(
        rows,
        [
            "survey-added 0",
            "units-imported 6",
            "links-issued 3",
            "survey-opened 0",
            "link-revoked 0",
            "link-reissued 0",
            "links-exported 2",
            "survey-closed 0",
            "release-made 0",
        ]
    );
    assert_eq!(database.lines("SELECT reason AS line FROM audit WHERE reason IS NOT NULL"), ["发短信"]);
    assert_eq!(
        database.lines("SELECT unit AS line FROM audit WHERE unit IS NOT NULL ORDER BY number"),
        ["I1", "I2"],
        "a link is named by its unit alone"
    );
    let said = verify(&scene, &[]).1;
    assert!(said.starts_with("ok: 9 rows, head "), "{said}");
    let log = database.dump().into_iter().filter(|row| row.starts_with("audit: ")).collect::<String>();
    assert!(scene.codes.iter().all(|code| !log.contains(code)) && !log.contains("R0"), "{log}");
});

on_both_engines!(the_log_is_append_only, |database| {
    let scene = Scene::open(&database, 1);
    for statement in ["UPDATE audit SET act = 'x'", "DELETE FROM audit"] {
        let failed = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| database.execute(statement)));
        assert!(failed.is_err(), "{statement}");
    }
    head(&scene);
});

on_both_engines!(a_changed_a_missing_and_a_moved_row_are_found, |database| {
    let scene = Scene::open(&database, 1);
    let printed = head(&scene);
    unlock(&database);
    let broken = |statements: &str, row: i64, back: &str| {
        database.execute(statements);
        let said = verify(&scene, &[]);
        assert_eq!(said, (false, format!("BROKEN: row {row} is not what was written")), "{statements}");
        database.execute(back);
        assert_eq!(head(&scene), printed, "{back}");
    };
    broken("UPDATE audit SET amount = 5 WHERE number = 2", 2, "UPDATE audit SET amount = 6 WHERE number = 2");
    broken(
        "UPDATE audit SET act = 'survey-closed' WHERE number = 4",
        4,
        "UPDATE audit SET act = 'survey-opened' WHERE number = 4",
    );
    let swap = "UPDATE audit SET number = -1 WHERE number = 1; UPDATE audit SET number = 1 WHERE number = 2; \
                UPDATE audit SET number = 2 WHERE number = -1";
    broken(swap, 1, swap);
    broken("UPDATE audit SET number = 5 WHERE number = 3", 3, "UPDATE audit SET number = 3 WHERE number = 5");
});

on_both_engines!(a_log_cut_at_its_end_no_longer_holds_the_head_that_was_printed, |database| {
    let scene = Scene::open(&database, 2);
    let before = head(&scene);
    scene.program.run(&["link", "revoke", &scene.codes[0]]);
    let printed = head(&scene);
    let (ok, said) = verify(&scene, &["--head", &before]);
    assert!(ok && said.ends_with("; the given head is that of row 4"), "an earlier head is still in the log: {said}");
    unlock(&database);

    database.execute("DELETE FROM audit WHERE number = 5");
    assert_eq!(verify(&scene, &[]), (false, "BROKEN: rows at the end of the log are missing".to_owned()));
    // Whoever cuts the end of the log as well makes it look whole, but for the head on paper.
    database
        .execute("UPDATE audit_head SET length = 4, proof = (SELECT proof FROM audit WHERE number = 4) WHERE id = 1");
    assert_eq!(head(&scene), before);
    let unknown = "BROKEN: this head is not in the log: it was copied wrongly, or rows at the end are missing";
    assert_eq!(verify(&scene, &["--head", &printed]), (false, unknown.to_owned()));
    let typing = scene.program.try_run(&["audit", "verify", "--head", "12ab"]);
    assert!(!typing.ok && typing.err.contains("64"), "{}", typing.err);
});
