//! The answer page on the wire: one small document, the same for every link, complete in itself.

use crate::harness::{Database, Engine, Scene, form, on_both_engines};
use diesel::connection::SimpleConnection;
use diesel::{Connection, PgConnection, SqliteConnection};
use sha2::{Digest, Sha256};
use std::io::{Read, Write};
use std::net::TcpStream;

/// The questionnaire of the report: ten questions, each in two wordings.
const TEN_QUESTIONS: &str = include_str!("../../src/cli/demo/kunming-2022.toml");

/// What a server may send before the first acknowledgement of a phone.
const FIRST_FLIGHT: usize = 14_600;

/// Everything that comes back over the wire.
fn wire(address: &str, path: &str, encoding: &str) -> Vec<u8> {
    let mut line = TcpStream::connect(address).unwrap();
    let request = format!(
        "GET {path} HTTP/1.1\r\nHost: {address}\r\nAccept: text/html\r\n{encoding}Accept-Language: zh-CN\r\n\
         Connection: close\r\n\r\n"
    );
    line.write_all(request.as_bytes()).unwrap();
    let mut reply = Vec::new();
    line.read_to_end(&mut reply).unwrap();
    reply
}

#[test]
fn ten_questions_fit_into_the_first_flight_in_every_language() {
    let database = Database::fresh(Engine::Sqlite);
    let mut scene = Scene::open(&database, 1);
    let program = &scene.program;
    let confirmed = TEN_QUESTIONS.replace("confirmed = false\n", "");
    let survey = program.run(&["survey", "import", &program.file("ten.toml", confirmed)]);
    let list = program.path("ten.csv");
    program.run(&["link", "issue", &survey, "--roster", &program.path("roster.csv"), "--out", &list]);
    program.run(&["survey", "open", &survey]);
    scene.codes = crate::harness::codes(&list);
    for language in ["zh-CN", "en"] {
        let path = format!("/s/{}?lang={language}", scene.codes[0]);
        let bytes = wire(&scene.server.address, &path, "Accept-Encoding: gzip, deflate\r\n").len();
        println!("{language}: {bytes} bytes with headers");
        assert!(bytes <= FIRST_FLIGHT, "{language}: {bytes} bytes");
        let plain = wire(&scene.server.address, &path, "");
        let text = String::from_utf8(plain).unwrap();
        assert!(!text.contains("content-encoding") && text.ends_with("</html>"), "whoever reads no gzip gets none");
        assert_eq!(text.matches("<fieldset").count(), 11);
    }
}

on_both_engines!(the_page_is_the_same_for_every_link_and_needs_nothing_else, |database| {
    let scene = Scene::open(&database, 2);
    let phone = scene.phone();
    let page = phone.get(&format!("/s/{}", scene.codes[0]));
    assert_eq!(page.body, phone.get(&format!("/s/{}", scene.codes[1])).body, "nothing of a link is in it");
    assert_eq!(page.header("vary"), Some("Accept-Encoding"));
    for element in ["<img", "<iframe", "@import", "url(", " src=", "<form action", "onclick="] {
        assert!(!page.body.contains(element), "{element}");
    }
    let outside = |attribute: &str| {
        let values = page.body.split(attribute).skip(1).map(|rest| rest.split('"').next().unwrap().to_owned());
        values.filter(|value| !value.starts_with(['#', '?']) && value != "data:," && value != "/s").collect::<Vec<_>>()
    };
    assert_eq!(outside("href=\""), Vec::<String>::new());

    let policy = page.header("content-security-policy").unwrap();
    for element in ["style", "script"] {
        let text = page.body.split_once(&format!("<{element}>")).unwrap().1;
        let text = text.split_once(&format!("</{element}>")).unwrap().0;
        let hash = data_encoding::BASE64.encode(&Sha256::digest(text));
        assert!(policy.contains(&format!("'sha256-{hash}'")), "the policy knows the page's own {element}");
        assert_eq!(page.body.matches(&format!("<{element}")).count(), 1);
    }
});

on_both_engines!(a_page_is_in_the_language_its_address_asks_for, |database| {
    let scene = Scene::open(&database, 1);
    let (phone, code) = (scene.phone(), &scene.codes[0]);
    let page = format!("/s/{code}");
    let language = |path: &str| {
        let body = phone.get(path).body;
        body.split_once("<html lang=\"").unwrap().1.split('"').next().unwrap().to_owned()
    };
    assert_eq!(language(&page), "zh-CN");
    assert_eq!(language(&format!("{page}?lang=en")), "en");
    assert_eq!(language(&format!("{page}?lang=xx")), "zh-CN");
    assert_eq!(language("/s?lang=en"), "en");
    assert_eq!(language("/nowhere?lang=en"), "en");
    let english = phone.get(&format!("{page}?lang=en")).body;
    assert!(english.contains("Question 3 of 3 (optional)") && english.contains("<h1 tabindex=\"-1\" lang=\"zh-CN\">"));

    let media_type = "application/x-www-form-urlencoded";
    let wrong = phone.post(&format!("{page}?lang=en"), media_type, "q1=A");
    assert!(wrong.status == 422 && wrong.body.contains("2 places need another look"), "{}", wrong.body);
    let sent = phone.post(&format!("{page}?lang=en"), media_type, &form(0));
    assert_eq!(sent.header("location"), Some(format!("{page}?lang=en").as_str()));
    assert!(phone.get(&format!("{page}?lang=en")).body.contains("Thank you"));
    assert_eq!(phone.get(&format!("/s?code={code}&lang=en")).header("location").unwrap(), format!("{page}?lang=en"));
});

on_both_engines!(a_closed_survey_says_when_it_ended, |database| {
    let scene = Scene::open(&database, 1);
    scene.close();
    // In the evening of the fifth in London it is the sixth in Kunming.
    database.execute("UPDATE survey SET closed_at = '2022-11-05 17:30:00'");
    let page = format!("/s/{}", scene.codes[0]);
    assert!(scene.phone().get(&page).body.contains("2022年11月6日"));
    assert!(scene.phone().get(&format!("{page}?lang=en")).body.contains("6 November 2022"));
});

on_both_engines!(codes_are_read_as_people_type_them, |database| {
    let scene = Scene::open(&database, 1);
    let (phone, code) = (scene.phone(), &scene.codes[0]);
    let page = format!("/s/{code}");
    let plain = code.replace('-', "");
    let misread = plain.replace('1', "l").replace('0', "O");
    for typed in [code.clone(), plain.clone(), plain.to_lowercase(), misread.replace('l', "I"), misread] {
        let reply = phone.get(&format!("/s?code={typed}"));
        assert_eq!((reply.status, reply.header("location")), (303, Some(page.as_str())), "{typed}");
    }
    let short = phone.get("/s?code=12AB");
    assert!(short.status == 404 && short.body.contains("value=\"12AB\""), "what was typed is still there");
});

on_both_engines!(a_busy_server_gives_the_answers_back, |database| {
    let scene = Scene::open(&database, 1);
    let (phone, code) = (scene.phone(), &scene.codes[0]);
    // Somebody holds the database: nothing can be written.
    let held = Held::by(&database);
    let reply = phone.form(code, &form(1));
    assert_eq!((reply.status, reply.header("retry-after")), (503, Some("3")));
    for (name, value) in [("respondent", "self"), ("q1", "B"), ("q2", "B"), ("q3", "B")] {
        assert!(reply.body.contains(&format!("<input type=\"hidden\" name=\"{name}\" value=\"{value}\">")), "{name}");
    }
    assert!(!reply.body.contains("<script"), "what the phone keeps is not erased");
    drop(held);
    assert_eq!(phone.form(code, "respondent=self&q1=B&q2=B&q3=B").status, 303);
    assert_eq!(database.lines("SELECT answers AS line FROM response"), ["222"]);
});

/// A database in which nothing can be written until this is dropped.
enum Held {
    Sqlite(#[expect(dead_code, reason = "held, not used")] SqliteConnection),
    Postgres(#[expect(dead_code, reason = "held, not used")] PgConnection),
}

impl Held {
    fn by(database: &Database) -> Self {
        match database.engine {
            Engine::Sqlite => {
                let mut conn = SqliteConnection::establish(database.url.strip_prefix("sqlite:").unwrap()).unwrap();
                conn.batch_execute("BEGIN IMMEDIATE").unwrap();
                Self::Sqlite(conn)
            }
            Engine::Postgres => {
                let mut conn = PgConnection::establish(&database.url).unwrap();
                conn.batch_execute("BEGIN; LOCK TABLE link IN ACCESS EXCLUSIVE MODE").unwrap();
                Self::Postgres(conn)
            }
        }
    }
}

on_both_engines!(programs_may_ask_for_the_state_alone, |database| {
    let scene = Scene::open(&database, 1);
    let path = format!("/api/v1/links/{}", scene.codes[0]);
    let mut agent = ureq::get(format!("http://{}{path}", scene.server.address));
    agent = agent.header("prefer", "return=minimal");
    assert_eq!(agent.call().unwrap().body_mut().read_to_string().unwrap(), "{\"state\":\"waiting\"}");
    let other = scene.phone().post(&path.replace("/links", "/links/x"), "text/plain", "");
    assert_eq!(other.status, 404);
    let wrong = scene.phone().post("/s", "text/plain", "");
    assert_eq!((wrong.status, wrong.header("allow")), (405, Some("GET, HEAD")));
});
