//! Surveys at the desk: made, changed, confirmed, opened, closed.

use crate::harness::{Database, Desk, Program, SURVEY, Scene, Server, UNITS, on_both_engines};
use chrono::{DateTime, Duration, TimeZone, Utc};
use fivepoint::config::Clock;
use fivepoint::domain::survey::typed::{HEAD, Typed};
use fivepoint::domain::survey::{Format, Survey, SurveyState, read};
use fivepoint::domain::token::Secret;
use fivepoint::store::audit::Actor;
use fivepoint::store::{Db, surveys};
use std::sync::Barrier;
use uuid::Uuid;

const EXAMPLE: &str = include_str!("../../src/cli/demo/kunming-2022.toml");

/// A desk with an evaluator at it, and no survey.
fn desk<'a>(database: &'a Database) -> (Program<'a>, Server, Desk) {
    let program = Program::new(database);
    program.run(&["unit", "import", &program.file("units.csv", UNITS)]);
    let server = program.serve();
    let desk = Desk::sign_in(&program, &server, "zhang", "evaluator", None);
    (program, server, desk)
}

fn db(database: &Database) -> Db {
    Db::open(&database.url.parse().unwrap()).unwrap()
}

/// The survey as it is stored.
fn stored(database: &Database, id: &str) -> surveys::Stored {
    db(database).read(|conn| surveys::get(conn, id.parse().unwrap())).unwrap()
}

/// Makes a survey from a text at the desk; gives its id.
fn make(desk: &Desk, text: &str) -> String {
    let reply = desk.post("/staff/surveys/new", &[("text", text)]);
    let to = reply.header("location").unwrap_or_else(|| panic!("{}", reply.body)).to_owned();
    to.strip_prefix("/staff/surveys/").unwrap().split(['?', '/']).next().unwrap().to_owned()
}

/// The fields a browser sends for a form with that in it.
fn fields(typed: &Typed) -> Vec<(String, String)> {
    let mut fields: Vec<(String, String)> =
        HEAD.iter().map(|name| (*name).to_owned()).zip(typed.head.clone()).collect();
    let mut add = |name: String, value: &str| fields.push((name, value.to_owned()));
    add("questions".to_owned(), &typed.questions.len().to_string());
    for (option, no) in typed.options.iter().zip(1..) {
        add(format!("o{no}-code"), &option.code);
        add(format!("o{no}-label"), &option.label);
        add(format!("o{no}-weight"), &option.weight);
    }
    add("x-code".to_owned(), &typed.dont_know[0]);
    add("x-label".to_owned(), &typed.dont_know[1]);
    for (question, no) in typed.questions.iter().zip(1..) {
        add(format!("q{no}-text"), &question.text);
        add(format!("q{no}-easy"), &question.easy);
        add(format!("q{no}-weight"), &question.weight);
        if question.required {
            add(format!("q{no}-required"), "1");
        }
    }
    if typed.confirm {
        add("confirm".to_owned(), "1");
    }
    fields
}

fn send(desk: &Desk, path: &str, typed: &Typed, button: &str) -> (u16, String) {
    let fields = fields(typed);
    let mut fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    fields.push(("do", button));
    let reply = desk.post(path, &fields);
    (reply.status, reply.body)
}

/// Everything but the sessions, which note when they were last seen.
fn dump(database: &Database) -> Vec<String> {
    database.dump().into_iter().filter(|row| !row.starts_with("session: ")).collect()
}

fn acts(database: &Database) -> Vec<String> {
    let rows = database.lines("SELECT act AS line FROM audit WHERE survey IS NOT NULL ORDER BY number");
    rows.into_iter().collect()
}

fn example() -> Survey {
    read(EXAMPLE, Format::Toml).unwrap()
}

on_both_engines!(a_survey_is_made_from_a_text_and_every_mistake_in_it_is_listed, |database| {
    let (_program, _server, desk) = desk(&database);
    assert!(desk.get("/staff/surveys").body.contains("还没有调查"));
    let before = dump(&database);
    let wrong = SURVEY
        .replace("year = 2022", "year = 22")
        .replace("weight = 600", "weight = 6000")
        .replace("contact", "kontact");
    let reply = desk.post("/staff/surveys/new", &[("text", &wrong)]);
    assert_eq!(reply.status, 422);
    for (row, column, field) in [(4, 8, "year"), (6, 1, "kontact"), (1, 1, "contact"), (21, 41, "scale.options.weight")]
    {
        let line =
            format!("<td class=\"number\">{row}</td><td class=\"number\">{column}</td><td><code>{field}</code></td>");
        assert!(reply.body.contains(&line), "{line} in {}", reply.body);
    }
    assert!(
        reply.body.contains("请填 1990 到 2200 之间的年份")
            && reply.body.contains("required aria-invalid=\"true\">\n\ntitle = "),
        "what was pasted is kept"
    );

    let hostile = "</textarea><script>alert(1)</script>";
    let long = format!("title = \"{}\"", "长".repeat(100_000));
    let huge = "长".repeat(300_000);
    for (text, status) in [(hostile, 422), ("", 422), (" \n", 422), ("{", 422), (&long, 422), (&huge, 413)] {
        let reply = desk.post("/staff/surveys/new", &[("text", text)]);
        assert_eq!(reply.status, status, "{}", text.chars().take(40).collect::<String>());
        assert!(!reply.body.contains("<script>alert"), "what was pasted comes back as text");
    }
    assert_eq!(dump(&database), before, "nothing was saved");

    let id = make(&desk, SURVEY);
    assert_eq!(stored(&database, &id).survey, read(SURVEY, Format::Toml).unwrap());
    let json = include_str!("../browser/surveys/optional.json");
    assert_eq!(stored(&database, &make(&desk, json)).survey, read(json, Format::Json).unwrap());
    assert_eq!(desk.get("/staff/surveys/example.toml").body, EXAMPLE);
    let reply = desk.post("/staff/surveys/new", &[("example", "1")]);
    assert!(reply.header("location").unwrap().ends_with("/edit"));
    assert_eq!(database.count("SELECT count(*) FROM survey"), 3);
    assert_eq!(acts(&database), ["survey-added"; 3]);
    let list = desk.get("/staff/surveys").body;
    assert_eq!(list.matches("<th scope=\"row\"><a href=\"/staff/surveys/").count(), 3);
    assert!(list.contains("草稿") && !list.contains("page=2"));
});

on_both_engines!(the_list_has_pages, |database| {
    let (_program, _server, desk) = desk(&database);
    let id = make(&desk, SURVEY);
    for _ in 0..20 {
        assert_eq!(desk.post(&format!("/staff/surveys/{id}/copy"), &[]).status, 303);
    }
    let rows = |page: &str| desk.get(page).body.matches("<th scope=\"row\">").count();
    assert_eq!((rows("/staff/surveys"), rows("/staff/surveys?page=2"), rows("/staff/surveys?page=9")), (20, 1, 0));
    assert!(
        desk.get("/staff/surveys").body.contains("?page=2")
            && desk.get("/staff/surveys?page=2").body.contains("?page=1")
    );
});

on_both_engines!(a_copy_asks_the_same_and_is_a_draft_of_its_own, |database| {
    let scene = Scene::open(&database, 3);
    let desk = Desk::sign_in(&scene.program, &scene.server, "zhang", "evaluator", None);
    let reply = desk.post(&format!("/staff/surveys/{}/copy", scene.survey), &[]);
    let id = &reply.header("location").unwrap()["/staff/surveys/".len()..][..36];
    let (old, new) = (stored(&database, &scene.survey), stored(&database, id));
    assert_eq!((new.state, &new.survey), (SurveyState::Draft, &old.survey));
    assert!(new.salt != old.salt && new.visible_serial == 0 && new.opens_at.is_none());
    let unconfirmed = make(&desk, EXAMPLE);
    let reply = desk.post(&format!("/staff/surveys/{unconfirmed}/copy"), &[]);
    let id = &reply.header("location").unwrap()["/staff/surveys/".len()..][..36];
    assert_eq!(stored(&database, id).survey, example(), "unconfirmed weights stay so");
    let nobody = desk.post("/staff/surveys/00000000-0000-4000-8000-000000000000/copy", &[]);
    assert_eq!(nobody.status, 404);
});

on_both_engines!(what_is_typed_into_the_form_is_what_is_stored, |database| {
    let (_program, _server, desk) = desk(&database);
    let id = make(&desk, SURVEY);
    let edit = format!("/staff/surveys/{id}/edit");
    // Left as it is, it stays as it is; the confirmed weights too.
    let survey = read(SURVEY, Format::Toml).unwrap();
    assert_eq!(send(&desk, &edit, &Typed::of(&survey), "save").0, 303);
    assert_eq!(stored(&database, &id).survey, survey);

    let new = EXAMPLE
        .replace("Asia/Shanghai", "Asia/Urumqi")
        .replace("half_up\"", "half_even\"")
        .replace("weighted_score\"", "top1_percent\"")
        .replace("\"everyone\"", "\"clusters\"")
        .replace("非常满意", "<b>\\\"很\\\" & '好'</b>")
        .replace("weight = 900", "weight = 905")
        .replace("[scale]", "[scale]\ndont_know = { code = \"X\", label = \"不清楚\" }");
    let mut expected = read(&new, Format::Toml).unwrap();
    expected.questions[1].easy = None;
    expected.questions[2].weight = 3;
    expected.questions[3].required = false;
    let mut typed = Typed::of(&expected);
    assert_eq!(send(&desk, &edit, &typed, "save").0, 303);
    // B and C were confirmed; only C is what it was.
    for (option, confirmed) in expected.scale.options.iter_mut().zip([false, false, true, true, true]) {
        option.confirmed = confirmed;
    }
    let is = stored(&database, &id).survey;
    assert_eq!(is, expected);
    assert!(
        !desk.get(&edit).body.contains("<b>\"很\"")
            && !desk.get(&format!("/staff/surveys/{id}")).body.contains("<b>\"很\"")
    );
    typed.confirm = true;
    assert_eq!(send(&desk, &edit, &typed, "save").0, 303);
    assert!(stored(&database, &id).survey.unconfirmed().is_empty());
    assert_eq!(
        acts(&database),
        ["survey-added", "survey-changed", "survey-changed", "survey-changed", "weights-confirmed"]
    );
});

on_both_engines!(a_form_with_something_wrong_saves_nothing_and_loses_nothing, |database| {
    let (_program, _server, desk) = desk(&database);
    let id = make(&desk, SURVEY);
    let edit = format!("/staff/surveys/{id}/edit");
    let good = Typed::of(&read(SURVEY, Format::Toml).unwrap());
    let before = dump(&database);
    let wrong = "<script>alert(1)</script>\n";
    for (place, name) in HEAD.into_iter().enumerate() {
        let mut typed = good.clone();
        // A line that is not closed; around it white space would not count.
        typed.head[place] = format!("{wrong}x");
        let (status, page) = send(&desk, &edit, &typed, "save");
        assert_eq!(status, 422, "{name}");
        assert!(
            page.contains(&format!("<a href=\"#{name}\">")) && page.contains(&format!("id=\"{name}-e\"")),
            "{name}"
        );
        assert!(page.contains("role=\"alert\" tabindex=\"-1\" autofocus") && !page.contains("<script>alert"), "{name}");
    }
    let mut typed = good.clone();
    typed.options[1].weight = "1.5".to_owned();
    typed.options[4].code = "A".to_owned();
    typed.dont_know[1] = String::new();
    typed.questions[2].text = String::new();
    typed.questions[0].weight = "x".to_owned();
    typed.head[2] = "22".to_owned();
    let (status, page) = send(&desk, &edit, &typed, "save");
    assert_eq!(status, 422);
    let named: Vec<&str> = page.split("<li><a href=\"#").skip(1).map(|rest| rest.split('"').next().unwrap()).collect();
    assert_eq!(
        named,
        ["year", "q1-weight", "q3-text", "o2-weight", "x-label"],
        "twice A is found once the rest is right"
    );
    assert!(page.contains("value=\"1.5\"") && page.contains("value=\"22\"") && page.contains("第 1 题 · 权重："));

    // Buttons that add, move and remove show the form again with what was typed, right or wrong.
    let (status, page) = send(&desk, &edit, &typed, "add");
    assert_eq!(status, 200);
    assert!(
        page.contains("id=\"q4-text\"")
            && page.contains("id=\"q4\" tabindex=\"-1\" autofocus")
            && page.contains("value=\"1.5\"")
    );
    let (_, page) = send(&desk, &edit, &typed, "up-2");
    assert!(page.find("环境好吗？").unwrap() < page.find("服务好吗？").unwrap());
    let (_, page) = send(&desk, &edit, &typed, "remove-1");
    assert!(!page.contains("服务好吗？") && page.contains("环境好吗？") && !page.contains("id=\"q3-text\""));
    typed.questions.clear();
    let (status, page) = send(&desk, &edit, &typed, "save");
    assert!(status == 422 && page.contains("题目要有 1 到 100 个"));
    assert_eq!(dump(&database), before);
});

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
    let seen = |page: String| {
        let seen = page.split_once("name=\"seen\" value=\"").unwrap().1.split('"').next().unwrap().to_owned();
        seen
    };
    let shown = seen(desk.get(&at("/weights")).body);
    let mut typed = Typed::of(&example());
    typed.options[3].weight = "0.50".to_owned();
    assert_eq!(send(&desk, &at("/edit"), &typed, "save").0, 303);
    let other = desk.post(&at("/weights"), &[("seen", &shown)]);
    assert!(other.status == 409 && other.body.contains("0.50"));
    assert!(!stored(&database, &id).survey.unconfirmed().is_empty());
    let shown = seen(desk.get(&at("/weights")).body);
    assert_eq!(desk.post(&at("/weights"), &[("seen", &shown)]).status, 303);
    assert!(desk.get(&at("")).body.contains("综合得分就是 92.00 分"));

    assert!(desk.get(&at("/open")).body.contains("0 个链接马上可以回答"));
    assert_eq!(desk.post(&at("/open"), &[]).status, 303);
    assert_eq!(desk.post(&at("/open"), &[]).status, 409);
    let frozen = dump(&database);
    assert_eq!(desk.get(&at("/edit")).status, 409);
    assert_eq!(send(&desk, &at("/edit"), &typed, "save").0, 409);
    assert_eq!(desk.post(&at("/weights"), &[("seen", &shown)]).status, 409);
    let updated = db(&database).write("update", |conn| {
        let secret = Secret::new("a secret for tests, long enough for it").unwrap();
        let actor = Actor { secret: &secret, staff: None, now: Clock::system().now() };
        surveys::update(conn, &actor, id.parse().unwrap(), &example())
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
    scene.phone().form(&scene.codes[0], &crate::harness::form(0));
    let desk = Desk::sign_in(&scene.program, &scene.server, "zhang", "evaluator", None);
    let page = desk.get(&format!("/staff/surveys/{}/close", scene.survey)).body;
    assert!(page.contains("发放 3 份，已经收回 1 份") && page.contains("还没有交的 2 个链接"), "{page}");
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
    let (db, secret) = (db(&database), Secret::new(scene.program.secret).unwrap());
    let id: Uuid = scene.survey.parse().unwrap();
    let unconfirmed: Uuid =
        scene.program.run(&["survey", "import", &scene.program.file("other.toml", EXAMPLE)]).parse().unwrap();
    let start = Clock::system().now() + Duration::days(1);
    let (opens, closes) = (start + Duration::hours(1), start + Duration::hours(2));
    for id in [id, unconfirmed] {
        db.write("dates", |conn| surveys::set_dates(conn, &actor(&secret, start), id, Some(opens), Some(closes)))
            .unwrap();
    }
    let keep = |now: DateTime<Utc>| db.write("keep", |conn| surveys::keep_dates(conn, &actor(&secret, now))).unwrap();
    let state = |id: Uuid| db.read(|conn| surveys::get(conn, id)).unwrap().state;
    assert_eq!(keep(opens - Duration::seconds(1)), 0);
    // Several nodes at once.
    let nodes: Vec<Db> = (0..3).map(|_| self::db(&database)).collect();
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
        db.write("dates", |conn| surveys::set_dates(conn, &actor(&secret, now), id, opens, closes))
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
    db.write("confirm", |conn| surveys::confirm_weights(conn, &actor(&secret, moved), unconfirmed)).unwrap();
    assert_eq!((keep(moved), state(unconfirmed)), (0, SurveyState::Draft));
    let opened = db.write("open", |conn| surveys::open(conn, &actor(&secret, moved), unconfirmed));
    assert!(opened.unwrap_err().to_string().contains("closing time is past"));
    let own = database.lines(
        "SELECT act AS line FROM audit WHERE act IN ('dates-set', 'survey-opened', 'survey-closed') ORDER BY number",
    );
    assert_eq!(own, ["dates-set", "dates-set", "survey-opened", "dates-set", "survey-closed"]);
});

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
        let reply = desk.post(&path, &[("opens", opens), ("closes", closes)]);
        assert!(reply.status == 422 && reply.body.contains(words), "{opens} {closes}: {}", reply.status);
        assert!(!reply.body.contains("<script>alert"));
    }
    assert_eq!(dump(&database), before);
    assert_eq!(desk.post(&path, &[("opens", "2150-01-02T07:30"), ("closes", "2150-02-02T18:00:00")]).status, 303);
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
    assert_eq!(desk.post(&path, &[("opens", ""), ("closes", "2150-02-02T18:00")]).status, 303);
    assert!(scene.phone().get(&link).body.contains("请过几天再打开这个链接"));

    // Once it is open only the closing time is there to be moved.
    assert_eq!(desk.post(&format!("/staff/surveys/{}/open", scene.survey), &[]).status, 303);
    assert!(!desk.get(&path).body.contains("name=\"opens\""));
    assert_eq!(desk.post(&path, &[("opens", "2150-01-01T00:00"), ("closes", "2150-03-02T18:00")]).status, 303);
    let is = stored(&database, &scene.survey);
    assert_eq!((is.opens_at, is.closes_at), (None, Utc.with_ymd_and_hms(2150, 3, 2, 10, 0, 0).single()));
    assert_eq!(database.count("SELECT count(*) FROM audit WHERE act = 'dates-set' AND staff IS NOT NULL"), 3);
});

on_both_engines!(a_running_server_keeps_the_times, |database| {
    let scene = Scene::draft(&database, 1);
    database.execute("UPDATE survey SET opens_at = '2020-01-01 00:00:00'");
    // The first look is at once: a server that has just begun to serve.
    let server = scene.program.serve();
    let phone = crate::harness::Phone::new(&server.address);
    let link = format!("/s/{}", scene.codes[0]);
    let opened = (0..5_000).any(|_| phone.get(&link).status == 200);
    assert!(opened, "it opened by itself");
    database.execute("UPDATE survey SET closes_at = '2020-01-02 00:00:00'");
    let server = scene.program.serve();
    let phone = crate::harness::Phone::new(&server.address);
    assert!((0..5_000).any(|_| phone.get(&link).status == 410), "it closed by itself");
    assert_eq!(
        database.count("SELECT count(*) FROM audit WHERE act IN ('survey-opened', 'survey-closed') AND staff IS NULL"),
        2
    );
    scene.verify();
});
