//! A survey moved on: its weights confirmed, opened and closed, by hand and at its times; and its preview.

use crate::harness::{Desk, Phone, Reply, Scene, form, on_both_engines};
use crate::surveys::{EXAMPLE, acts, db as db_of, desk, dump, example, make, seen, send, send_from, stored};
use chrono::{DateTime, Duration, SubsecRound, TimeZone, Utc};
use fivepoint::config::Clock;
use fivepoint::domain::survey::SurveyState;
use fivepoint::domain::survey::typed::Typed;
use fivepoint::domain::token::Secret;
use fivepoint::store::audit::Actor;
use fivepoint::store::{Db, surveys};
use std::sync::Barrier;
use uuid::Uuid;

on_both_engines!(a_survey_is_confirmed_opened_and_closed_at_the_desk, |database| {
    let (_program, _server, desk) = desk(&database);
    let id = make(&desk, EXAMPLE);
    let at = |rest: &str| format!("/staff/surveys/{id}{rest}");
    let overview = desk.get(&at("")).body;
    assert!(overview.contains("综合得分就是 93.00 分"), "(6·1.00 + 3·0.90 + 1·0.60) / 10");
    assert!(overview.contains("待确认") && overview.contains("0.60"));

    // Weights nobody stands for block the opening, and the page says where to go.
    assert!(desk.get(&at("/open")).body.contains(&format!("href=\"{}\"", at("/weights"))));
    let refused = desk.post(&at("/open"), &[]);
    assert!(refused.status == 409 && refused.body.contains("分值系数还没有全部确认"));

    // Only the weights that were on the page are confirmed.
    let shown = seen(&desk, &at("/weights"));
    let mut typed = Typed::of(&example());
    typed.options[3].weight = "0.50".to_owned();
    assert_eq!(send(&desk, &at("/edit"), &typed, "save").0, 303);
    let other = desk.post(&at("/weights"), &[("seen", &shown)]);
    assert!(other.status == 409 && other.body.contains("0.50"));
    assert!(!stored(&database, &id).survey.unconfirmed().is_empty());
    let shown = seen(&desk, &at("/weights"));
    assert_eq!(desk.post(&at("/weights"), &[("seen", &shown)]).status, 303);
    assert!(desk.get(&at("")).body.contains("综合得分就是 92.00 分"));

    assert!(desk.get(&at("/open")).body.contains("0 个链接马上可以回答"));
    assert_eq!(desk.post(&at("/open"), &[]).status, 303);
    assert_eq!(desk.post(&at("/open"), &[]).status, 409);
    let frozen = dump(&database);
    assert_eq!(desk.get(&at("/edit")).status, 409);
    assert_eq!(send(&desk, &at("/edit"), &typed, "save").0, 409);
    assert_eq!(desk.post(&at("/weights"), &[("seen", &shown)]).status, 409);
    let updated = db_of(&database).write("update", |conn| {
        let secret = Secret::new("a secret for tests, long enough for it").unwrap();
        let actor = Actor { secret: &secret, staff: None, now: Clock::system().now() };
        surveys::update(conn, &actor, id.parse().unwrap(), None, &example())
    });
    assert!(updated.unwrap_err().to_string().contains("only a draft can be changed"));
    assert_eq!(dump(&database), frozen);

    assert!(desk.get(&at("/close")).body.contains("关闭以后不能再开放"));
    assert_eq!(desk.post(&at("/close"), &[]).status, 303);
    assert_eq!(desk.post(&at("/close"), &[]).status, 409);
    assert_eq!(
        acts(&database),
        ["survey-added", "survey-changed", "weights-confirmed", "survey-opened", "survey-closed"]
    );
    assert_eq!(database.count("SELECT count(*) FROM audit WHERE survey IS NOT NULL AND staff IS NULL"), 0);
    let log = desk.get("/staff/audit").body;
    assert!(["修改调查", "确认分值系数", "开放调查", "关闭调查"].iter().all(|act| log.contains(act)));
});

on_both_engines!(closing_says_how_many_have_answered, |database| {
    let scene = Scene::open(&database, 3);
    scene.phone().form(&scene.codes[0], &form(0));
    let desk = Desk::sign_in(&scene.program, &scene.server, "zhang", "evaluator", None);
    let page = desk.get(&format!("/staff/surveys/{}/close", scene.survey)).body;
    assert!(page.contains("发放 3 份，已经回收 1 份") && page.contains("还没有交的 2 个链接"), "{page}");
    assert_eq!(desk.post(&format!("/staff/surveys/{}/close", scene.survey), &[]).status, 303);
    scene.verify();
    assert!(
        desk.get("/staff/surveys")
            .body
            .contains("<td class=\"number\">3</td><td class=\"number\">3</td><td class=\"number\">1</td>")
    );
});

on_both_engines!(a_preview_changes_nothing_and_cannot_send, |database| {
    let scene = Scene::draft(&database, 1);
    let desk = Desk::sign_in(&scene.program, &scene.server, "zhang", "evaluator", None);
    let before = dump(&database);
    let path = format!("/staff/surveys/{}/preview", scene.survey);
    let page = desk.get(&path);
    assert_eq!(page.status, 200);
    assert!(
        page.body.contains("服务好吗？") && page.body.contains("预览。可以试着点") && page.body.contains("<script>")
    );
    let policy = page.header("content-security-policy").unwrap();
    for part in [
        "connect-src 'none'",
        "form-action 'none'",
        "sandbox allow-scripts",
        "script-src 'sha256-",
        "default-src 'none'",
    ] {
        assert!(policy.contains(part), "{policy}");
    }
    assert!(!policy.contains("allow-same-origin") && !policy.contains("allow-forms") && !policy.contains("'self'"));
    assert!(desk.get(&format!("{path}?lang=en")).body.contains("A preview."));
    for action in ["start", "submit", "decline"] {
        let sent = desk.post(&path, &[("action", action), ("q1", "A"), ("respondent", "self")]);
        assert!(sent.status == 404 || sent.status == 405, "{}", sent.status);
    }
    assert_eq!(dump(&database), before);
    scene.program.run(&["survey", "open", &scene.survey]);
    let real = scene.phone().get(&format!("/s/{}", scene.codes[0]));
    assert!(
        !real.body.contains("预览") && real.header("content-security-policy").unwrap().contains("connect-src 'self'")
    );
});

fn actor(secret: &Secret, now: DateTime<Utc>) -> Actor<'_> {
    Actor { secret, staff: None, now }
}

on_both_engines!(a_survey_opens_and_closes_at_its_times_once_whatever_nodes_there_are, |database| {
    let scene = Scene::draft(&database, 2);
    let (db, secret) = (db_of(&database), Secret::new(scene.program.secret).unwrap());
    let id: Uuid = scene.survey.parse().unwrap();
    let unconfirmed: Uuid =
        scene.program.run(&["survey", "import", &scene.program.file("other.toml", EXAMPLE)]).parse().unwrap();
    let start = (Clock::system().now() + Duration::days(1)).trunc_subsecs(0);
    let (opens, closes) = (start + Duration::hours(1), start + Duration::hours(2));
    for id in [id, unconfirmed] {
        db.write("dates", |conn| surveys::set_dates(conn, &actor(&secret, start), id, None, Some(opens), Some(closes)))
            .unwrap();
    }
    let keep = |now: DateTime<Utc>| db.write("keep", |conn| surveys::keep_dates(conn, &actor(&secret, now))).unwrap();
    let state = |id: Uuid| db.read(|conn| surveys::get(conn, id)).unwrap().state;
    assert_eq!(keep(opens - Duration::seconds(1)), 0);
    // Several nodes at once.
    let nodes: Vec<Db> = (0..3).map(|_| db_of(&database)).collect();
    let together = |now: DateTime<Utc>| -> usize {
        let barrier = Barrier::new(nodes.len());
        let node = |db: &Db| {
            barrier.wait();
            db.write("keep", |conn| surveys::keep_dates(conn, &actor(&secret, now))).unwrap()
        };
        std::thread::scope(|scope| {
            let nodes: Vec<_> = nodes.iter().map(|db| scope.spawn(|| node(db))).collect();
            nodes.into_iter().map(|node| node.join().unwrap()).sum()
        })
    };
    assert_eq!((together(opens), state(id), state(unconfirmed)), (1, SurveyState::Open, SurveyState::Draft));
    assert_eq!(keep(opens), 0, "it may run again");
    let moved = closes + Duration::hours(5);
    let set = |opens, closes, now| {
        db.write("dates", |conn| surveys::set_dates(conn, &actor(&secret, now), id, None, opens, closes))
            .map_err(|error| error.to_string())
    };
    assert!(set(None, Some(moved), opens).unwrap_err().contains("only its closing time"));
    assert!(set(Some(opens), Some(opens), opens).unwrap_err().contains("lies in the future"));
    set(Some(opens), Some(moved), opens).unwrap();
    assert_eq!((keep(closes), state(id)), (0, SurveyState::Open), "its closing time was moved");
    assert_eq!((together(moved), state(id)), (1, SurveyState::Closed));
    assert!(set(Some(opens), None, moved).unwrap_err().contains("the survey is over"));
    scene.verify();

    // What should be closed by now is opened neither by itself nor by hand.
    db.write("confirm", |conn| surveys::confirm_weights(conn, &actor(&secret, moved), unconfirmed, None)).unwrap();
    assert_eq!((keep(moved), state(unconfirmed)), (0, SurveyState::Draft));
    let opened = db.write("open", |conn| surveys::open(conn, &actor(&secret, moved), unconfirmed));
    assert!(opened.unwrap_err().to_string().contains("closing time is past"));
    let own = database
        .lines("SELECT act AS line FROM audit WHERE act = 'dates-set' OR act LIKE '%-at-its-time' ORDER BY number");
    assert_eq!(own, ["dates-set", "dates-set", "opened-at-its-time", "dates-set", "closed-at-its-time"]);
});

/// Sends the form of the times as a page would that is opened now.
fn set_dates(desk: &Desk, path: &str, opens: &str, closes: &str) -> Reply {
    desk.post(path, &[("seen", &seen(desk, path)), ("opens", opens), ("closes", closes)])
}

on_both_engines!(times_are_typed_in_the_zone_of_the_survey, |database| {
    let scene = Scene::draft(&database, 1);
    let desk = Desk::sign_in(&scene.program, &scene.server, "zhang", "evaluator", None);
    let path = format!("/staff/surveys/{}/dates", scene.survey);
    let before = dump(&database);
    for (opens, closes, words) in [
        ("2020-01-01T09:00", "", "这个时间已经过了"),
        ("", "gestern", "请选日期和时间"),
        ("<script>alert(1)</script>", "", "请选日期和时间"),
        ("2150-01-02T09:00", "2150-01-02T09:00", "关闭时间要在开放时间之后"),
    ] {
        let reply = set_dates(&desk, &path, opens, closes);
        assert!(reply.status == 422 && reply.body.contains(words), "{opens} {closes}: {}", reply.status);
        assert!(!reply.body.contains("<script>alert"));
    }
    assert_eq!(dump(&database), before);
    assert_eq!(set_dates(&desk, &path, "2150-01-02T07:30", "2150-02-02T18:00:00").status, 303);
    let is = stored(&database, &scene.survey);
    // 07:30 in Shanghai is the evening before in UTC.
    assert_eq!(is.opens_at, Utc.with_ymd_and_hms(2150, 1, 1, 23, 30, 0).single());
    assert_eq!(is.closes_at, Utc.with_ymd_and_hms(2150, 2, 2, 10, 0, 0).single());
    let page = desk.get(&path).body;
    assert!(page.contains("value=\"2150-01-02T07:30\"") && page.contains("value=\"2150-02-02T18:00\""));
    assert!(desk.get(&format!("/staff/surveys/{}", scene.survey)).body.contains("2150年1月2日 07:30"));

    // Whoever has a link is told the day, in both languages.
    let link = format!("/s/{}", scene.codes[0]);
    let told = scene.phone().get(&link);
    assert!(told.status == 409 && told.body.contains("调查从2150年1月2日开始"), "{}", told.body);
    assert!(scene.phone().get(&format!("{link}?lang=en")).body.contains("It starts on 2 January 2150."));
    assert_eq!(set_dates(&desk, &path, "", "2150-02-02T18:00").status, 303);
    assert!(scene.phone().get(&link).body.contains("请过几天再打开这个链接"));

    // Once it is open only the closing time is there to be moved.
    assert_eq!(desk.post(&format!("/staff/surveys/{}/open", scene.survey), &[]).status, 303);
    assert!(!desk.get(&path).body.contains("name=\"opens\""));
    assert_eq!(set_dates(&desk, &path, "2150-01-01T00:00", "2150-03-02T18:00").status, 303);
    let is = stored(&database, &scene.survey);
    assert_eq!((is.opens_at, is.closes_at), (None, Utc.with_ymd_and_hms(2150, 3, 2, 10, 0, 0).single()));
    assert_eq!(database.count("SELECT count(*) FROM audit WHERE act = 'dates-set' AND staff IS NOT NULL"), 3);
});

on_both_engines!(who_saves_on_another_version_is_told_and_loses_nothing, |database| {
    let (program, server, desk) = desk(&database);
    let other = Desk::sign_in(&program, &server, "zhao", "evaluator", None);
    let id = make(&desk, EXAMPLE);
    let at = |rest: &str| format!("/staff/surveys/{id}{rest}");
    let (edit, dates) = (at("/edit"), at("/dates"));
    let see = format!("<a href=\"{}\" target=\"_blank\">", at(""));
    let typed = |title: &str| {
        let mut typed = Typed::of(&example());
        title.clone_into(&mut typed.head[0]);
        typed
    };

    // Both open the draft; one saves first.
    let both = seen(&desk, &edit);
    assert_eq!(send_from(&other, &edit, &both, &typed("第一个题目"), "save").0, 303);
    // A button that only changes the form keeps what it was made from.
    let (status, page) = send_from(&desk, &edit, &both, &typed("第二个题目"), "add");
    assert!(status == 200 && page.contains(&format!("name=\"seen\" value=\"{both}\"")));
    let before = dump(&database);
    let (status, page) = send_from(&desk, &edit, &both, &typed("第二个题目"), "save");
    assert!(status == 409 && page.contains("刚才有人改了这次调查") && page.contains(&see), "{page}");
    assert!(
        page.contains("value=\"第二个题目\"") && !page.contains("value=\"第一个题目\""),
        "what was typed is in the form"
    );
    assert_eq!(dump(&database), before, "nothing was saved");
    // Having seen the other version, the person may put theirs in its place.
    let now = page.split_once("name=\"seen\" value=\"").unwrap().1.split('"').next().unwrap();
    assert_eq!(send_from(&desk, &edit, now, &typed("第二个题目"), "save").0, 303);
    assert_eq!(stored(&database, &id).survey.title, "第二个题目");

    // Confirming the weights changes nothing that the form holds.
    let both = seen(&desk, &edit);
    assert_eq!(other.post(&at("/weights"), &[("seen", &seen(&other, &at("/weights")))]).status, 303);
    assert_eq!(send_from(&desk, &edit, &both, &typed("第三个题目"), "save").0, 303);
    assert!(stored(&database, &id).survey.unconfirmed().is_empty());

    // The times, too.
    let both = seen(&desk, &dates);
    assert_eq!(set_dates(&other, &dates, "", "2150-02-02T18:00").status, 303);
    let late = [("seen", both.as_str()), ("opens", ""), ("closes", "2150-03-03T18:00")];
    let reply = desk.post(&dates, &late);
    assert!(reply.status == 409 && reply.body.contains("刚才有人改了这次调查") && reply.body.contains(&see));
    assert!(reply.body.contains("value=\"2150-03-03T18:00\""), "{}", reply.body);
    assert_eq!(stored(&database, &id).closes_at, Utc.with_ymd_and_hms(2150, 2, 2, 10, 0, 0).single());
    let now = reply.body.split_once("name=\"seen\" value=\"").unwrap().1.split('"').next().unwrap();
    assert_eq!(desk.post(&dates, &[("seen", now), late[1], late[2]]).status, 303);
    assert_eq!(stored(&database, &id).closes_at, Utc.with_ymd_and_hms(2150, 3, 3, 10, 0, 0).single());
});

on_both_engines!(a_running_server_keeps_the_times, |database| {
    let scene = Scene::draft(&database, 1);
    database.execute("UPDATE survey SET opens_at = '2020-01-01 00:00:00'");
    // The first look is at once: a server that has just begun to serve.
    let server = scene.program.serve();
    let phone = Phone::new(&server.address);
    let link = format!("/s/{}", scene.codes[0]);
    let opened = (0..5_000).any(|_| phone.get(&link).status == 200);
    assert!(opened, "it opened by itself");
    database.execute("UPDATE survey SET closes_at = '2020-01-02 00:00:00'");
    let server = scene.program.serve();
    let phone = Phone::new(&server.address);
    assert!((0..5_000).any(|_| phone.get(&link).status == 410), "it closed by itself");
    assert_eq!(database.count("SELECT count(*) FROM audit WHERE act LIKE '%-at-its-time' AND staff IS NULL"), 2);
    scene.verify();
});
