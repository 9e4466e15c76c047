//! Tables of the desk: sorted by their heads, shown in pages, and whole for paper.

use crate::harness::{Database, Desk, Program, SURVEY, Scene, Server, on_both_engines, sheet};
use fivepoint::config::Clock;
use fivepoint::domain::audit::Act;
use fivepoint::domain::staff::{Name, Role, Staff};
use fivepoint::domain::token::Secret;
use fivepoint::store::audit::{About, Actor};
use fivepoint::store::{Db, staff};
use uuid::Uuid;

/// What stands in the page between the two, each time.
fn between<'a>(page: &'a str, before: &str, after: &str) -> Vec<&'a str> {
    page.split(before).skip(1).map(|rest| rest.split(after).next().unwrap()).collect()
}

/// The address behind a link with those words, as a browser follows it.
fn link(page: &str, words: &str) -> String {
    let before = page.split_once(&format!("\">{words}")).unwrap_or_else(|| panic!("{words} in {page}")).0;
    let address = before.rsplit_once("href=\"").unwrap().1.replace("&#38;", "&");
    address.split('#').next().unwrap().to_owned()
}

/// Which titles say that the table is sorted by them, and how.
fn sorted(page: &str) -> Vec<(&str, &str)> {
    let heads = between(page, "aria-sort=\"", "</a>");
    heads
        .into_iter()
        .map(|head| (head.split('"').next().unwrap(), head))
        .map(|(way, head)| (way, title(head)))
        .collect()
}

fn title(head: &str) -> &str {
    head.split_once("<a href=").unwrap().1.split_once('>').unwrap().1.split('<').next().unwrap()
}

/// A draft with a roster of those rows and sixty institutions, and an evaluator at the desk.
struct Room<'a> {
    _program: Program<'a>,
    _server: Server,
    desk: Desk,
    address: String,
}

impl<'a> Room<'a> {
    fn new(database: &'a Database, people: &str) -> Self {
        let program = Program::new(database);
        let survey = program.run(&["survey", "import", &program.file("survey.toml", SURVEY)]);
        let units: String = (1..=60).map(|no| format!("I{no:02},机构{no:02},C,institution\n")).collect();
        let units = format!("code,name,parent,level\nC,市,,city\n{units}");
        program.run(&["unit", "import", &program.file("units.csv", units)]);
        let server = program.serve();
        let desk = Desk::sign_in(&program, &server, "zhang", "evaluator", None);
        let address = format!("/staff/surveys/{survey}/roster");
        let preview = desk.upload(&format!("{address}/upload"), format!("unit,ref,name\n{people}").as_bytes()).body;
        let upload = crate::units::kept(&preview);
        assert_eq!(desk.post(&format!("{address}/import"), &[("upload", &upload)]).status, 303);
        Self { _program: program, _server: server, desk, address }
    }

    fn page(&self, query: &str) -> String {
        self.desk.get(&format!("{}?{query}", self.address)).body
    }

    /// The places on the roster of those who are shown, in the order in which they are.
    fn places(&self, query: &str) -> Vec<String> {
        between(&self.page(query), "<tr id=\"n", "\"").into_iter().map(str::to_owned).collect()
    }
}

on_both_engines!(people_are_sorted_alike_on_either_engine, |database| {
    // By code point capitals are before small letters, ASCII before Chinese, 李 (674E) before 王 (738B);
    // who has no name or ref comes last, whichever way.
    let people = "I02,b,王五\nI01,B,李四\nI02,a,\nI03,,Zoe\nI01,10,adam\nI01,9,王五\n";
    let room = Room::new(&database, people);
    for (query, places) in [
        ("", ["1", "2", "3", "4", "5", "6"]),
        ("sort=number&down=1", ["6", "5", "4", "3", "2", "1"]),
        ("sort=name", ["4", "5", "2", "1", "6", "3"]),
        ("sort=name&down=1", ["1", "6", "2", "5", "4", "3"]),
        ("sort=ref", ["5", "6", "2", "3", "1", "4"]),
        ("sort=ref&down=1", ["1", "3", "2", "6", "5", "4"]),
        ("sort=unit", ["2", "5", "6", "1", "3", "4"]),
        ("sort=phone", ["1", "2", "3", "4", "5", "6"]),
        ("sort=name;drop%20table%20roster_line&down=x", ["1", "2", "3", "4", "5", "6"]),
    ] {
        assert_eq!(room.places(query), places, "{query}");
    }
    let page = room.page("sort=name&down=1");
    assert!(sorted(&page).contains(&("descending", "姓名")), "{:?}", sorted(&page));
    assert_eq!(link(&page, "姓名"), format!("{}?sort=name", room.address), "the same title turns it round");
    assert_eq!(link(&page, "序号"), room.address, "and the first one leads back");
});

on_both_engines!(an_order_stays_from_page_to_page_and_in_a_unit_and_after_a_mark, |database| {
    let people: String = (1..=120).map(|no| format!("I{:02},R{no:03},第{:03}位\n", no % 60 + 1, 121 - no)).collect();
    let room = Room::new(&database, &people);
    let first = room.page("sort=name&units-sort=people&units-down=1");
    let follow = |page: &str, words: &str| room.desk.get(&link(page, words)).body;
    let places = |page: &str| between(page, "<tr id=\"n", "\"").into_iter().map(str::to_owned).collect::<Vec<_>>();
    let units = |page: &str| between(page, "class=\"code\">", "<").into_iter().filter(|code| code.len() == 3).count();
    assert_eq!((places(&first).first().unwrap().as_str(), places(&first).len(), units(&first)), ("120", 50, 50));

    // Two tables, two pages: turning one leaves the other where it is.
    let (of_units, of_people) = first.split_once("id=\"people\"").unwrap();
    let units_later = follow(of_units, "下一页");
    assert_eq!((places(&units_later), units(&units_later)), (places(&first), 10));
    let second = follow(of_people, "下一页");
    assert_eq!((places(&second).first().unwrap().as_str(), units(&second)), ("70", 50));
    assert_eq!(sorted(&second), [("descending", "人数"), ("ascending", "姓名")]);
    let back = room.desk.get(&link(of_people, "全部显示"));
    assert_eq!((places(&back.body).len(), back.body.contains("<select name=\"known\"")), (120, false));
    assert!(back.body.contains("分页显示"));

    let one_unit = follow(&first, "机构07");
    assert_eq!((places(&one_unit), sorted(&one_unit)), (vec!["66".to_owned(), "6".to_owned()], sorted(&second)));

    // A form goes back to where it was sent from, and nowhere else.
    let form = between(&second, "<form class=\"mark\"", "</form>")[0];
    let mut fields: Vec<(&str, &str)> = between(form, "type=\"hidden\" name=\"", "\">")
        .into_iter()
        .map(|field| field.split_once("\" value=\"").unwrap())
        .filter(|(name, _)| *name != "token")
        .collect();
    fields.push(("known", "non_contact"));
    let done = room.desk.post(&format!("{}/mark", room.address), &fields);
    let there = format!("{}?units-sort=people&units-down=1&sort=name&page=2#n70", room.address);
    assert_eq!(done.header("location"), Some(there.as_str()), "{}", done.body);
    let hostile = [("number", "1"), ("known", ""), ("sort", "//evil.example"), ("page", "x\r\ny: z")];
    let to = room.desk.post(&format!("{}/mark", room.address), &hostile);
    assert_eq!(to.header("location").unwrap(), format!("{}?page=x%0D%0Ay%3A+z#n1", room.address));
    assert_eq!(room.places("sort=known")[0], "70", "of whom something is known first");
});

on_both_engines!(accounts_are_sorted_and_paged, |database| {
    let scene = Scene::open(&database, 1);
    let desk = Desk::sign_in(&scene.program, &scene.server, "boss", "admin", None);
    let secret = Secret::new(scene.program.secret).unwrap();
    let actor = Actor { secret: &secret, staff: None, now: Clock::system().now() };
    let db = Db::open(&database.url.parse().unwrap()).unwrap();
    for number in 0..60_u8 {
        let (role, unit) =
            if number % 2 == 0 { (Role::Monitor, Some("D1".to_owned())) } else { (Role::Evaluator, None) };
        let name = Name::parse(&format!("staff{number:02}")).unwrap();
        let one =
            Staff { id: Uuid::from_bytes([number + 1; 16]), name, role, unit, second_factor: None, disabled: false };
        db.write("set up", |conn| staff::add(conn, &actor, &one, "none".to_owned())).unwrap();
    }
    db.write("set up", |conn| staff::set_disabled(conn, &actor, Uuid::from_bytes([31; 16]), true)).unwrap();
    let names = |query: &str| {
        let page = desk.get(&format!("/staff/accounts?{query}")).body;
        let names = between(&page, "<th scope=\"row\"><a href=\"/staff/account", "</a>");
        names.into_iter().map(|name| name.rsplit('>').next().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!((names("").len(), names("")[0].as_str(), names("page=2").len()), (50, "boss", 11));
    assert_eq!(names("page=2")[10], "staff59");
    assert_eq!(names("sort=name&down=1")[0], "staff59");
    assert_eq!(names("sort=role")[..3], ["boss", "staff01", "staff03"], "as the roles stand, then by name");
    assert_eq!(names("sort=state&down=1")[0], "staff30");
    assert_eq!(names("sort=last&down=1")[0], "boss", "the only one who has been here");
    assert_eq!(names("page=all").len(), 61);
});

on_both_engines!(the_log_has_no_page_without_a_way_back, |database| {
    let scene = Scene::open(&database, 1);
    let desk = Desk::sign_in(&scene.program, &scene.server, "boss", "admin", None);
    let secret = Secret::new(scene.program.secret).unwrap();
    let actor = Actor { secret: &secret, staff: None, now: Clock::system().now() };
    let db = Db::open(&database.url.parse().unwrap()).unwrap();
    for amount in 0..60 {
        db.write("set up", |conn| actor.note(conn, Act::UnitsImported, About::default().amount(amount))).unwrap();
    }
    let rows = database.count("SELECT count(*) FROM audit") as usize;
    assert!((51..=100).contains(&rows), "two pages: {rows}");
    let numbers = |page: &str| {
        let numbers = between(page, "<tr><td class=\"number\">", "<");
        numbers.into_iter().map(|number| number.parse::<usize>().unwrap()).collect::<Vec<_>>()
    };
    let newest = desk.get("/staff/audit").body;
    assert_eq!(numbers(&newest), (rows - 49..=rows).rev().collect::<Vec<_>>());
    let older = desk.get(&link(&newest, "下一页")).body;
    assert_eq!(numbers(&older), (1..=rows - 50).rev().collect::<Vec<_>>());
    let beyond = desk.get("/staff/audit?page=99").body;
    assert_eq!(numbers(&beyond), numbers(&older));
    assert!(beyond.contains("上一页") && !beyond.contains("下一页"), "{beyond}");
    let oldest = desk.get(&link(&newest, "时间")).body;
    assert_eq!((numbers(&oldest), sorted(&oldest)), ((1..=50).collect(), vec![("ascending", "时间")]));
    assert_eq!(numbers(&desk.get("/staff/audit?page=all").body).len(), rows);
});

on_both_engines!(surveys_and_units_are_sorted_by_every_title, |database| {
    let scene = Scene::open(&database, 3);
    let other = SURVEY.replace("title = \"", "title = \"A ").replace("year = 2022", "year = 2021");
    scene.program.run(&["survey", "import", &scene.program.file("other.toml", other)]);
    let desk = Desk::sign_in(&scene.program, &scene.server, "zhang", "evaluator", None);
    let titles = |query: &str| {
        let page = desk.get(&format!("/staff/surveys?{query}")).body;
        let titles = between(&page, "<th scope=\"row\"><a href=\"", "</a>");
        titles.into_iter().map(|title| title.contains(">A ")).collect::<Vec<_>>()
    };
    for (query, first) in [
        ("", true),
        ("sort=title", true),
        ("sort=title&down=1", false),
        ("sort=year", true),
        ("sort=year&down=1", false),
        ("sort=state", true),
        ("sort=state&down=1", false),
        ("sort=issued", true),
        ("sort=issued&down=1", false),
        ("sort=questions&down=1", true),
        ("sort=answered", true),
    ] {
        assert_eq!(titles(query), [first, !first], "{query}");
    }
    let units = |query: &str| {
        let page = desk.get(&format!("/staff/units?{query}")).body;
        between(&page, "<tr><td class=\"short\">", "<").join(" ")
    };
    assert_eq!(units(""), "C D1 I1 I2 D2 I3");
    assert_eq!(units("sort=code&down=1"), "I3 I2 I1 D2 D1 C");
    assert_eq!(units("sort=level"), "C D1 D2 I1 I2 I3", "those of a level as the tree has them");
    let page = desk.get("/staff/units?sort=level").body;
    assert_eq!(link(&page, "按上下级排列"), "/staff/units");
});

on_both_engines!(a_draw_with_wrong_numbers_says_which, |database| {
    let scene = Scene::open(&database, 1);
    let clusters = SURVEY.replace("kind = \"everyone\"", "kind = \"clusters\"");
    let id = scene.program.run(&["survey", "import", &scene.program.file("clusters.toml", clusters)]);
    let desk = Desk::sign_in(&scene.program, &scene.server, "zhang", "evaluator", None);
    let at = |rest: &str| format!("/staff/surveys/{id}{rest}");
    let preview = desk.upload(&at("/roster/upload"), b"unit\nI1\nI2\nI3\nI3\n").body;
    desk.post(&at("/roster/import"), &[("upload", &crate::units::kept(&preview))]);
    let faults = desk.upload(&at("/roster/upload"), b"unit\nI9\n");
    assert!(faults.status == 422 && faults.body.contains("<section class=\"place\""), "{}", faults.body);
    let wrong = |query: &str| {
        let reply = desk.get(&at(&format!("/links/draw?{query}")));
        let fields =
            between(&reply.body, "<input id=\"", ">").into_iter().filter(|field| field.contains("aria-invalid"));
        let told = |field: &&str| reply.body.contains(&format!("<small class=\"bad\" id=\"{}-e\">", &field[..6]));
        let fields: Vec<String> = fields.filter(told).map(|field| field[..6].to_owned()).collect();
        let typed = between(&reply.body, "value=\"", "\"").into_iter().any(|value| value == "7.77");
        (reply.status, fields.join(" "), reply.body.matches("autofocus").count(), typed)
    };
    assert_eq!(wrong("counties=1&margin=5"), (200, String::new(), 0, false));
    assert_eq!(wrong("counties=1&margin=7.77"), (422, "margin".to_owned(), 1, true));
    assert_eq!(wrong("counties=x&margin=7.77").2, 1, "one of two has the focus");
    // The strata are sorted with what was asked for.
    let page = desk.get(&at("/links/draw?margin=&counties=1")).body;
    let down = desk.get(&link(&page, "人数 N")).body;
    assert_eq!(between(&down, "<tr><th scope=\"row\">", "</th>"), ["一县 D1", "二县 D2"]);
    assert_eq!(link(&down, "人数 N"), at("/links/draw?margin=&counties=1&sort=people&down=1"));
    desk.post(&at("/links/draw"), &[("margin", ""), ("counties", "1")]);
    let drawn = desk.get(&at("/links/draw")).body;
    let main = drawn.split_once("<main").unwrap().1;
    assert_eq!(main.matches(&format!("href=\"{}\"", at("/links"))).count(), 1, "{main}");
});

on_both_engines!(a_survey_that_is_over_says_what_came_in_and_what_comes_next, |database| {
    let scene = Scene::open(&database, 3);
    let desk = Desk::sign_in(&scene.program, &scene.server, "zhang", "evaluator", None);
    let address = format!("/staff/surveys/{}", scene.survey);
    assert!(!desk.get(&address).body.contains("调查已经结束"));
    assert_eq!(scene.phone().json(&scene.codes[0], &sheet("A")).status, 201);
    assert_eq!(desk.post(&format!("{address}/close"), &[]).status, 303);
    let page = desk.get(&address).body;
    for words in [
        "调查已经结束",
        "<dt>回收</dt><dd>1</dd>",
        "<dt>发放</dt><dd>3</dd>",
        "实际开放",
        "实际关闭",
        "自动删除",
        "/results\">看结果</a>",
    ] {
        assert!(page.contains(words), "{words} in {page}");
    }
});
