//! Surveys at the desk: made from a file or from each other, and changed in a form.

use crate::harness::{Database, Desk, Program, SURVEY, Scene, Server, UNITS, on_both_engines};
use fivepoint::domain::survey::typed::{HEAD, Typed};
use fivepoint::domain::survey::{Format, Survey, SurveyState, read};
use fivepoint::store::{Db, surveys};

pub const EXAMPLE: &str = include_str!("../../src/cli/demo/kunming-2022.toml");

/// A desk with an evaluator at it, and no survey.
pub fn desk<'a>(database: &'a Database) -> (Program<'a>, Server, Desk) {
    let program = Program::new(database);
    program.run(&["unit", "import", &program.file("units.csv", UNITS)]);
    let server = program.serve();
    let desk = Desk::sign_in(&program, &server, "zhang", "evaluator", None);
    (program, server, desk)
}

pub fn db(database: &Database) -> Db {
    Db::open(&database.url.parse().unwrap()).unwrap()
}

/// The survey as it is stored.
pub fn stored(database: &Database, id: &str) -> surveys::Stored {
    db(database).read(|conn| surveys::get(conn, id.parse().unwrap())).unwrap()
}

/// Makes a survey from a text at the desk; gives its id.
pub fn make(desk: &Desk, text: &str) -> String {
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

pub fn send(desk: &Desk, path: &str, typed: &Typed, button: &str) -> (u16, String) {
    let seen = seen(desk, path);
    send_from(desk, path, &seen, typed, button)
}

/// What a page says that its form is made from; nothing where it has no form.
pub fn seen(desk: &Desk, path: &str) -> String {
    let page = desk.get(path).body;
    let value = page.split_once("name=\"seen\" value=\"").and_then(|(_, rest)| rest.split_once('"'));
    value.map(|(value, _)| value.to_owned()).unwrap_or_default()
}

/// Sends the form of a draft as a page would that was made from `seen`.
pub fn send_from(desk: &Desk, path: &str, seen: &str, typed: &Typed, button: &str) -> (u16, String) {
    let fields = fields(typed);
    let mut fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    fields.extend([("do", button), ("seen", seen)]);
    let reply = desk.post(path, &fields);
    (reply.status, reply.body)
}

/// Everything but the sessions, which note when they were last seen.
pub fn dump(database: &Database) -> Vec<String> {
    database.dump().into_iter().filter(|row| !row.starts_with("session: ")).collect()
}

pub fn acts(database: &Database) -> Vec<String> {
    let rows = database.lines("SELECT act AS line FROM audit WHERE survey IS NOT NULL ORDER BY number");
    rows.into_iter().collect()
}

pub fn example() -> Survey {
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
    for _ in 0..50 {
        assert_eq!(desk.post(&format!("/staff/surveys/{id}/copy"), &[]).status, 303);
    }
    let rows = |page: &str| desk.get(page).body.matches("<th scope=\"row\">").count();
    assert_eq!((rows("/staff/surveys"), rows("/staff/surveys?page=2"), rows("/staff/surveys?page=9")), (50, 1, 1));
    assert_eq!(rows("/staff/surveys?page=all"), 51, "all of it, for paper");
    let last = desk.get("/staff/surveys?sort=year&down=1&page=2").body;
    assert!(
        last.contains("第 2 页，共 2 页") && last.contains("href=\"/staff/surveys?sort=year&#38;down=1\""),
        "{last}"
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
