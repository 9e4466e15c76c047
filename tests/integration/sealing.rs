//! The seal: two evaluators, one transaction, files without a trace; and what stays true afterwards.

use crate::harness::{Database, Desk, Engine, Phone, Reply, SURVEY, Scene, codes, on_both_engines, sheet};
use diesel::connection::SimpleConnection;
use diesel::{Connection, SqliteConnection};
use fivepoint::config::Clock;
use fivepoint::web::staff::ROUTES;
use serde_json::Value;
use std::collections::BTreeMap;
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

fn act(desk: &Desk, survey: &str, act: &str) -> Reply {
    desk.post(&format!("/staff/surveys/{survey}/seal"), &[("act", act)])
}

fn evaluator(scene: &Scene<'_>, name: &str) -> Desk {
    Desk::sign_in(&scene.program, &scene.server, name, "evaluator", None)
}

/// Asks and consents by two evaluators.
fn consent(scene: &Scene<'_>) -> Desk {
    let (li, wang) = (evaluator(scene, "li"), evaluator(scene, "wang"));
    assert_eq!(act(&li, &scene.survey, "ask").status, 303);
    assert_eq!(act(&wang, &scene.survey, "consent").status, 303);
    wang
}

/// The command, which begins or goes on.
fn seal(scene: &Scene<'_>) {
    let done = scene.program.try_run(&["survey", "seal", &scene.survey]);
    assert!(done.ok && done.err.contains("sealed"), "{}", done.err);
    assert_eq!(scene.program.run(&["survey", "list"]).matches("\tsealed\t").count(), 1);
}

/// Answers from the first so many, each with another option than the one before; gives the receipts.
fn answered<'a>(scene: &Scene<'_>, codes: impl Iterator<Item = &'a String>) -> Vec<String> {
    let answer = |(number, code): (usize, &String)| {
        let reply = scene.phone().json(code, &sheet(["A", "B", "C", "D", "E"][number % 5]));
        reply.json()["receipt"].as_str().unwrap().to_owned()
    };
    codes.enumerate().map(answer).collect()
}

fn result(scene: &Scene<'_>) -> Value {
    serde_json::from_str(&scene.program.run(&["result", &scene.survey, "--format", "json"])).unwrap()
}

/// The codes of one of the three institutions.
fn of<'a>(scene: &'a Scene<'_>, institution: usize) -> impl Iterator<Item = &'a String> {
    scene.codes.iter().skip(institution - 1).step_by(3)
}

fn acts(database: &Database, name: &str) -> u64 {
    database.count(&format!("SELECT count(*) FROM audit WHERE act = '{name}'"))
}

fn hex(database: &Database, column: &str, table: &str) -> Vec<String> {
    let shown = match database.engine {
        Engine::Sqlite => format!("lower(hex({column}))"),
        Engine::Postgres => format!("encode({column}, 'hex')"),
    };
    database.lines(&format!("SELECT {shown} AS line FROM {table}"))
}

on_both_engines!(a_sealed_survey_leads_to_nobody_and_its_results_stay_true, |database| {
    let scene = Scene::open(&database, 36);
    let mut receipts = answered(&scene, scene.codes.iter().take(30));
    scene.close();
    let release = scene.release();
    let ids = hex(&database, "id", "response");
    consent(&scene);
    seal(&scene);
    scene.verify();
    assert_eq!(result(&scene), release);
    let after = hex(&database, "id", "response");
    assert!(after.len() == 30 && after.iter().all(|id| !ids.contains(id) && &id[12..13] == "4"), "new random ids");
    for table in ["link", "replaced_link", "roster_entry", "roster_line", "outbox", "sending", "signal", "rewriting"] {
        assert_eq!(database.count(&format!("SELECT count(*) FROM {table}")), 0, "{table}");
    }
    assert_eq!(database.count("SELECT count(*) FROM survey WHERE salt IS NULL"), 1);
    assert!(scene.program.try_run(&["audit", "verify"]).ok);
    assert_eq!(acts(&database, "survey-sealed"), 1);

    // Whoever has the link is told kindly, whoever has the receipt finds it.
    for code in [&scene.codes[0], &scene.codes[35]] {
        let page = scene.phone().get(&format!("/s/{code}"));
        assert_eq!(page.status, 404);
        assert!(page.body.contains("如果这次调查已经结束并封存，链接也就不存在了"), "{}", page.body);
        let json = scene.phone().get(&format!("/api/v1/links/{code}"));
        assert_eq!((json.status, json.json()["code"].as_str()), (404, Some("unknown_link")));
        assert_eq!(scene.phone().json(code, &sheet("A")).status, 404);
    }
    receipts.sort();
    let list = scene.phone().get(&format!("/receipts/{}.txt", scene.survey));
    assert_eq!(list.body.lines().collect::<Vec<_>>(), receipts);
    assert_eq!(list.header("content-type"), Some("text/plain; charset=utf-8"));
    let page = scene.phone().get(&format!("/receipts/{}", scene.survey));
    assert!(page.body.contains(&format!("<li id=\"{0}\">{0}</li>", receipts[7])), "{}", page.body);
    assert!(page.body.contains("全部 30 个都在这里"), "{}", page.body);
    let policy = page.header("content-security-policy").unwrap();
    assert!(policy.starts_with("default-src 'none'") && !policy.contains("connect-src"), "{policy}");
    for reply in [&list, &page] {
        assert_eq!(reply.header("set-cookie"), None);
        assert_eq!(reply.header("cache-control"), Some("public, max-age=86400"));
    }
    let english = scene.phone().get(&format!("/receipts/{}?lang=en", scene.survey));
    assert!(english.body.contains("all 30 of them are here"), "{}", english.body);
    assert_eq!(scene.phone().post(&format!("/receipts/{}", scene.survey), "text/plain", "").status, 405);
});

on_both_engines!(receipts_are_there_only_once_it_is_sealed, |database| {
    let scene = Scene::open(&database, 6);
    answered(&scene, scene.codes.iter());
    let none = |path: String| assert_eq!(scene.phone().get(&path).status, 404, "{path}");
    none(format!("/receipts/{}", scene.survey));
    none(format!("/receipts/{}.txt", scene.survey));
    none("/receipts/00000000-0000-4000-8000-000000000000".to_owned());
    none("/receipts/x".to_owned());
});

on_both_engines!(a_seal_needs_a_close_a_release_and_two_people, |database| {
    let scene = Scene::open(&database, 30);
    answered(&scene, scene.codes.iter());
    let (li, wang, survey) = (evaluator(&scene, "li"), evaluator(&scene, "wang"), &scene.survey);
    let refused = |desk: &Desk, what: &str, words: &str| {
        let reply = act(desk, survey, what);
        assert!(reply.status == 409 && reply.body.contains(words), "{} {}", reply.status, reply.body);
    };
    refused(&li, "ask", "调查关闭以后才能封存");
    scene.close();
    refused(&li, "ask", "请先发布结果");
    let early = scene.program.try_run(&["survey", "seal", survey, "--yes"]);
    assert!(!early.ok && early.err.contains("make the release first"), "{}", early.err);
    scene.release();
    refused(&wang, "consent", "没有人申请封存");
    refused(&wang, "withdraw", "没有人申请封存");

    assert_eq!(act(&li, survey, "ask").status, 303);
    assert_eq!(act(&li, survey, "ask").status, 303, "asked for again, it stays as it was");
    assert_eq!(acts(&database, "seal-asked"), 1);
    refused(&li, "consent", "申请的人不能自己同意");
    let page = li.get(&format!("/staff/surveys/{survey}/seal")).body;
    assert!(page.contains("您在") && !page.contains("value=\"consent\""), "{page}");
    let page = wang.get(&format!("/staff/surveys/{survey}/seal")).body;
    assert!(page.contains("li 在") && page.contains("value=\"consent\""), "{page}");
    assert_eq!(act(&wang, survey, "withdraw").status, 303, "either may withdraw");
    refused(&wang, "consent", "没有人申请封存");

    // A request that nobody has consented to lapses.
    assert_eq!(act(&li, survey, "ask").status, 303);
    database.execute("UPDATE seal SET asked_at = '2022-01-01 00:00:00'");
    refused(&wang, "consent", "没有人申请封存");
    assert_eq!(act(&wang, survey, "ask").status, 303);
    assert_eq!(act(&wang, survey, "consent").status, 409);

    // What is released is what there is: nothing can be released afterwards.
    let void = |act: &str| li.post(&format!("/staff/surveys/{survey}/{act}"), &[("unit", "I3"), ("reason", "代填")]);
    assert_eq!(void("void").status, 303);
    refused(&li, "consent", "上次发布结果以后");
    assert_eq!(void("restore").status, 303);
    scene.program.run(&["survey", "seal", survey, "--yes"]);
    assert_eq!(database.count("SELECT count(*) FROM seal WHERE stage = 'asked'"), 1);
    scene.verify();

    assert_eq!(act(&li, survey, "consent").status, 303);
    assert_eq!(act(&li, survey, "consent").status, 303, "consented to again, it stays as it was");
    assert_eq!(acts(&database, "seal-consented"), 1);
    // Whether it is being carried out or done: nothing changes and nothing leaves.
    assert_eq!(act(&li, survey, "withdraw").status, 409);
    assert_eq!(void("void").status, 409);
    let reason = [("reason", "要看")];
    assert_eq!(li.post(&format!("/staff/surveys/{survey}/rows"), &reason).status, 409);
    assert_eq!(li.post(&format!("/staff/surveys/{survey}/links/export"), &reason).status, 409);
    let slips = [("unit", "I1"), ("print", "slips"), ("reason", "要印")];
    assert_eq!(li.post(&format!("/staff/surveys/{survey}/slips"), &slips).status, 409);
    let one = [("which", scene.codes[0].as_str()), ("why", "要看"), ("reason", "要看")];
    let one = li.post(&format!("/staff/surveys/{survey}/links/one"), &one);
    assert!(one.status >= 400 && one.status < 500, "{}", one.body);
    seal(&scene);
    refused(&li, "ask", "已经封存");
    assert_eq!(void("void").status, 409);
    scene.verify();
});

on_both_engines!(the_command_line_asks_and_an_evaluator_consents, |database| {
    let scene = Scene::open(&database, 10);
    answered(&scene, scene.codes.iter());
    scene.close();
    scene.release();
    let asked = scene.program.try_run(&["survey", "seal", &scene.survey]);
    assert!(
        !asked.ok && asked.err.contains("all 10 links") && asked.err.contains("nothing was asked"),
        "{}",
        asked.err
    );
    assert_eq!(database.count("SELECT count(*) FROM seal"), 0);
    scene.program.run_with(&["survey", "seal", &scene.survey], "seal");
    let li = evaluator(&scene, "li");
    let page = li.get(&format!("/staff/surveys/{}/seal", scene.survey)).body;
    assert!(page.contains("命令行 在"), "{page}");
    assert_eq!(act(&li, &scene.survey, "consent").status, 303);
    seal(&scene);
    seal(&scene);
    let page = li.get(&format!("/staff/surveys/{}/seal", scene.survey)).body;
    assert!(page.contains("申请：命令行；同意：li。"), "{page}");
    assert_eq!(database.count("SELECT count(*) FROM seal WHERE refused IS NOT NULL"), 0);
});

on_both_engines!(a_server_carries_out_what_was_consented_to, |database| {
    let scene = Scene::open(&database, 10);
    answered(&scene, scene.codes.iter());
    scene.close();
    scene.release();
    consent(&scene);
    let Scene { program, server, survey, .. } = scene;
    assert_eq!(server.stop().0, Some(0));
    let server = program.serve();
    let phone = Phone::new(&server.address);
    let mut looks = 0;
    while phone.get(&format!("/receipts/{survey}")).status != 200 {
        looks += 1;
        assert!(looks < 600, "it is not sealed");
        std::thread::sleep(Duration::from_millis(50));
    }
    assert!(program.run(&["verify", &survey]).lines().all(|line| line.starts_with("ok: ")));
});

#[test]
fn responses_are_in_order_again_where_the_table_had_gaps() {
    let database = Database::fresh(Engine::Postgres);
    let scene = Scene::open(&database, 700);
    answered(&scene, scene.codes.iter());
    let other = scene.program.run(&["survey", "import", &scene.program.file("other.toml", SURVEY)]);
    let roster = scene.program.file("others.csv", format!("unit\n{}", "I1\n".repeat(200)));
    let list = scene.program.path("others-links.csv");
    scene.program.run(&["link", "issue", &other, "--roster", &roster, "--out", &list]);
    scene.program.run(&["survey", "open", &other]);
    scene.close();
    scene.release();
    // As PostgreSQL does by itself after a while: the rows that the close wrote anew leave room, and others fill some.
    database.execute("VACUUM response");
    answered(&scene, codes(&list).iter());
    consent(&scene);
    seal(&scene);
    scene.verify();
}

#[test]
fn it_is_sealed_when_the_files_are_clean_and_not_before() {
    let database = Database::fresh(Engine::Sqlite);
    let scene = Scene::open(&database, 5);
    answered(&scene, scene.codes.iter());
    scene.close();
    scene.release();
    let Scene { program, server, survey, .. } = scene;
    assert_eq!(server.stop().0, Some(0));
    program.run_with(&["survey", "seal", &survey], "seal");
    database.execute("UPDATE seal SET stage = 'consented', consented_at = asked_at");
    let mut reader = SqliteConnection::establish(database.url.strip_prefix("sqlite:").unwrap()).unwrap();
    reader.batch_execute("BEGIN; SELECT count(*) FROM response").unwrap();
    let mut sealing = program.start(&["survey", "seal", &survey]);
    let begun = Instant::now();
    while database.count("SELECT count(*) FROM seal WHERE stage = 'rewritten'") == 0 {
        assert!(begun.elapsed() < Duration::from_secs(30));
    }
    // What is copied here is a backup from before the seal.
    let copied = Clock::system().now().format("%Y-%m-%d %H:%M:%S%.9f").to_string();
    reader.batch_execute("ROLLBACK").unwrap();
    assert!(sealing.wait().unwrap().success());
    let sealed = database.lines("SELECT sealed_at AS line FROM seal").remove(0);
    assert!(sealed > copied, "{sealed} {copied}");
}

on_both_engines!(few_people_of_a_unit_count_for_the_one_above, |database| {
    let scene = Scene::open(&database, 60);
    // The floor is five. I1 is hidden beside I2, and D1 is told of.
    answered(&scene, of(&scene, 1).take(12).chain(of(&scene, 2).take(3)).chain(of(&scene, 3).take(8)));
    scene.close();
    let release = scene.release();
    let hidden = |release: &Value, unit: &str| {
        let groups = release["groups"].as_array().unwrap();
        groups.iter().find(|group| group["unit"] == unit).unwrap()["hidden"].as_bool().unwrap()
    };
    assert_eq!(["D1", "D2", "I1", "I2", "I3"].map(|unit| hidden(&release, unit)), [false, false, true, true, false]);
    consent(&scene);
    seal(&scene);
    scene.verify();
    assert_eq!(result(&scene), release);
    let units = database.lines("SELECT unit || ' ' || count(*) AS line FROM response GROUP BY unit ORDER BY unit");
    assert_eq!(units, ["D1 15", "I3 8"], "three people alone in D1 would be I2");
    let folds = database.lines("SELECT unit || ' ' || target AS line FROM fold ORDER BY unit");
    assert_eq!(folds, ["I1 D1", "I2 D1"]);
    // A counter that does not agree with the responses is still found.
    database.execute("UPDATE fold SET target = 'D2' WHERE unit = 'I2'");
    let done = scene.program.try_run(&["verify", &scene.survey]);
    assert!(!done.ok && done.out.contains("DIFFERENT: answered links against responses"), "{}", done.out);
});

on_both_engines!(voided_and_counted_answers_are_not_mixed, |database| {
    let scene = Scene::open(&database, 90);
    answered(&scene, of(&scene, 1).take(14).chain(of(&scene, 2).take(9)).chain(of(&scene, 3).take(3)));
    scene.close();
    let li = evaluator(&scene, "zhao");
    scene.release();
    let void = [("unit", "I2"), ("reason", "代填")];
    assert_eq!(li.post(&format!("/staff/surveys/{}/void", scene.survey), &void).status, 303);
    let second = scene.release();
    assert_eq!(second["number"], 2);
    consent(&scene);
    seal(&scene);
    // Both releases are computed again, each with its own units, frame and what it hides.
    scene.verify();
    assert_eq!(result(&scene), second);
    assert_eq!(database.count("SELECT count(*) FROM response WHERE unit = 'I2'"), 9);
    assert_eq!(database.count("SELECT count(*) FROM response WHERE unit = 'I3'"), 0, "three people");
});

/// Bytes of the database's files, where they are looked for.
fn files(database: &Database) -> Vec<String> {
    match database.engine {
        Engine::Sqlite => {
            let path = database.url.strip_prefix("sqlite:").unwrap();
            ["", "-wal", "-shm"].map(|ending| format!("{path}{ending}")).into()
        }
        Engine::Postgres => {
            let folder = &database.lines("SELECT current_setting('data_directory')")[0];
            let oid = &database.lines("SELECT oid::text FROM pg_database WHERE datname = current_database()")[0];
            vec![format!("{folder}/base/{oid}"), format!("{folder}/pg_wal")]
        }
    }
}

/// The files in which any of these bytes are.
fn holding(database: &Database, bytes: &[(&str, Vec<u8>)]) -> Vec<String> {
    let each = bytes.iter().map(|(_, bytes)| bytes.iter().map(|byte| format!("\\x{byte:02x}")).collect::<String>());
    let pattern = each.collect::<Vec<_>>().join("|");
    let mut grep = Command::new("grep");
    grep.env("LC_ALL", "C").args(["-rlaP", &pattern]).args(files(database));
    let mut output = grep.output().unwrap();
    // A checkpoint gives the oldest pieces of the log new names meanwhile: then all of it is looked through again.
    for _ in 0..50 {
        if !String::from_utf8_lossy(&output.stderr).contains("No such file or directory") {
            break;
        }
        output = grep.output().unwrap();
    }
    assert!(output.status.code().is_some_and(|code| code < 2), "{output:?}");
    String::from_utf8(output.stdout).unwrap().lines().map(str::to_owned).collect()
}

on_both_engines!(the_files_hold_no_trace, |database| {
    let scene = Scene::draft(&database, 30);
    let people: String = (0..30)
        .map(|number| format!("I{},QZREF{number:03},钱秘{number:03},1391234{number:04}\n", number % 3 + 1))
        .collect();
    let roster = scene.program.file("people.csv", format!("unit,ref,name,phone\n{people}"));
    let list = scene.program.path("more.csv");
    scene.program.run(&["link", "issue", &scene.survey, "--roster", &roster, "--out", &list]);
    scene.program.run(&["survey", "open", &scene.survey]);
    let more = codes(&list).split_off(30);
    // One that is replaced, one that is taken back, some that are declined.
    scene.program.run(&["link", "reissue", &scene.codes[29]]);
    scene.program.run(&["link", "revoke", &scene.codes[28]]);
    scene.phone().act(&scene.codes[27], "decline");
    answered(&scene, scene.codes.iter().take(20).chain(&more));
    if database.engine == Engine::Postgres {
        database.execute("ANALYZE");
    }
    scene.close();
    scene.release();
    let bytes = |text: &str| data_encoding::HEXLOWER.decode(text.as_bytes()).unwrap();
    let mut traces: Vec<(&str, Vec<u8>)> = Vec::new();
    traces.extend(hex(&database, "hash", "link").iter().map(|hash| ("link", bytes(hash))));
    traces.extend(hex(&database, "hash", "replaced_link").iter().map(|hash| ("replaced", bytes(hash))));
    traces.extend(hex(&database, "id", "response").iter().map(|id| ("response", bytes(id))));
    traces.extend(hex(&database, "salt", "survey").iter().map(|salt| ("salt", bytes(salt))));
    for text in ["QZREF", "钱秘", "1391234"] {
        traces.push(("contact", text.as_bytes().to_vec()));
    }
    assert_eq!(traces.len(), 60 + 1 + 50 + 1 + 3);
    assert!(!holding(&database, &traces).is_empty(), "before the seal they are there");
    consent(&scene);
    seal(&scene);
    scene.verify();
    let found = holding(&database, &traces);
    assert!(found.is_empty(), "{found:?}");
    if database.engine == Engine::Postgres {
        let kept = "SELECT count(*) FROM pg_stats WHERE attname IN ('hash', 'salt', 'name', 'phone', 'reference') \
                    AND tablename IN ('link', 'survey', 'roster_line', 'roster_entry')";
        assert_eq!(database.count(kept), 0, "statistics hold values, too");
    }
});

on_both_engines!(killed_at_any_point_it_finishes, |database| {
    let mut scene = Scene::open(&database, 1_500);
    let phones = scene.phone();
    std::thread::scope(|scope| {
        for chunk in scene.codes.chunks(400) {
            let phone = phones.clone();
            scope.spawn(move || {
                for (number, code) in chunk.iter().enumerate() {
                    assert_eq!(phone.json(code, &sheet(["A", "B", "C"][number % 3])).status, 201);
                }
            });
        }
    });
    scene.close();
    let release = scene.release();
    consent(&scene);
    scene.server.kill();
    let sealed = || database.count("SELECT count(*) FROM survey WHERE state = 'sealed'") == 1;
    let (mut kills, mut stages) = (0_u64, BTreeMap::<String, u64>::new());
    while !sealed() {
        let mut child = scene.program.start(&["survey", "seal", &scene.survey]);
        // A little longer each time, so that it gets through in the end.
        std::thread::sleep(Duration::from_millis(20 * kills));
        let ended = child.try_wait().unwrap().is_some();
        let _ = child.kill();
        child.wait().unwrap();
        kills += u64::from(!ended);
        *stages.entry(database.lines("SELECT stage AS line FROM seal")[0].clone()).or_default() += 1;
        assert_eq!(database.count("SELECT count(*) FROM response"), 1_500);
        assert_eq!(database.count("SELECT count(*) FROM rewriting"), 0);
        scene.verify();
        assert!(kills < 200, "it does not get through: {stages:?}");
    }
    println!("{kills} kills, stages seen: {stages:?}");
    assert!(kills > 2, "{kills}");
    assert_eq!(result(&scene), release);
    assert_eq!(acts(&database, "survey-sealed"), 1);
    assert_eq!(database.count("SELECT count(*) FROM receipt"), 1_500);
    assert!(scene.program.try_run(&["audit", "verify"]).ok);
});

on_both_engines!(several_programs_seal_it_once_while_others_answer, |database| {
    let scene = Scene::open(&database, 300);
    answered(&scene, scene.codes.iter());
    scene.close();
    scene.release();
    let program = &scene.program;
    let other = program.run(&["survey", "import", &program.path("survey.toml")]);
    let people: String = (0..3_000).map(|number| format!("I{},R{number}\n", number % 3 + 1)).collect();
    let (roster, list) = (program.file("others.csv", format!("unit,ref\n{people}")), program.path("others-out.csv"));
    program.run(&["link", "issue", &other, "--roster", &roster, "--out", &list]);
    program.run(&["survey", "open", &other]);
    let links = codes(&list);
    let over = AtomicBool::new(false);
    let phone = scene.phone();
    let answered: Vec<&String> = std::thread::scope(|scope| {
        let answering: Vec<_> = links
            .chunks(750)
            .map(|chunk| {
                let (phone, over) = (phone.clone(), &over);
                scope.spawn(move || {
                    let mut done = Vec::new();
                    for code in chunk.iter().take_while(|_| !over.load(Ordering::SeqCst)) {
                        // A 503 says: not recorded for certain, send it again.
                        while phone.json(code, &sheet("B")).status == 503 {}
                        done.push(code);
                    }
                    done
                })
            })
            .collect();
        consent(&scene);
        let sealing: Vec<_> =
            (0..2).map(|_| scope.spawn(|| program.try_run(&["survey", "seal", &scene.survey]))).collect();
        let ended: Vec<_> = sealing.into_iter().map(|one| one.join().unwrap()).collect();
        assert!(ended.iter().any(|done| done.ok), "{:?}", ended.iter().map(|done| &done.err).collect::<Vec<_>>());
        over.store(true, Ordering::SeqCst);
        answering.into_iter().flat_map(|one| one.join().unwrap()).collect()
    });
    assert!(answered.len() > 20, "{} were answered meanwhile", answered.len());
    for code in &answered {
        assert_eq!(phone.json(code, &sheet("C")).status, 200, "it was recorded");
    }
    assert_eq!(acts(&database, "survey-sealed"), 1);
    assert!(program.run(&["verify", &other]).lines().all(|line| line.starts_with("ok: ")));
    scene.verify();
});

on_both_engines!(every_page_of_a_sealed_survey_says_something, |database| {
    let scene = Scene::open(&database, 30);
    answered(&scene, scene.codes.iter());
    scene.close();
    scene.release();
    let desk = consent(&scene);
    seal(&scene);
    let look = |what: &str| {
        for route in ROUTES.iter().filter(|route| route.path.starts_with("/staff/surveys/{id}")) {
            let path = route.path.replace("{id}", &scene.survey).replace("{place}", "1").replace("{kind}", "reminder");
            if path.ends_with("/live") {
                continue;
            }
            if path.ends_with(".docx") || path.ends_with(".xlsx") {
                assert_eq!(desk.file(&path).0.status, 200, "{what}: {path}");
                continue;
            }
            let reply = if route.method == "GET" { desk.get(&path) } else { desk.post(&path, &[("reason", "要看")]) };
            assert!(reply.status < 500, "{what}: {} {path}: {} {}", route.method, reply.status, reply.body);
        }
    };
    for (path, words) in [
        ("", "这次调查已经封存：名单和链接都没有了"),
        ("/roster", "这次调查已经封存：名单和链接都没有了"),
        ("/links", "这次调查已经封存：名单和链接都没有了"),
        ("/reminders", "这次调查已经封存：名单和链接都没有了"),
        ("/signals", "这次调查已经封存：名单和链接都没有了"),
        ("/rows", "这次调查已经封存。"),
        ("/results", "最终得分"),
        ("/progress", "每天提交"),
        ("/seal", "申请：li；同意：wang。"),
    ] {
        let page = desk.get(&format!("/staff/surveys/{}{path}", scene.survey)).body;
        assert!(page.contains(words), "{path}: {page}");
        assert!(!page.contains("name=\"act\""), "{path}: {page}");
    }
    look("sealed");
    let links = desk.get(&format!("/staff/surveys/{}/links", scene.survey)).body;
    assert!(!links.contains("<form method=\"post\" action=\"/staff/surveys"), "{links}");
    let Scene { mut server, program, survey, .. } = scene;
    server.kill();
    // What the tables hold is the same before the files are clean, and a program that looks then goes on.
    database.execute("UPDATE survey SET state = 'closed'");
    database.execute("UPDATE seal SET stage = 'rewritten'");
    assert!(program.run(&["verify", &survey]).lines().all(|line| line.starts_with("ok: ")));
    let again = program.try_run(&["survey", "release", &survey]);
    assert!(again.ok, "the release that was made: {}", again.err);
    assert_eq!(database.count("SELECT count(*) FROM release"), 1);
});
