//! Links at the desk: the sample, issuing, lists, single links, slips.

use crate::harness::{
    Database, Desk, Engine, Phone, Program, SURVEY, Scene, Server, UNITS, codes, form, on_both_engines,
};
use calamine::{Data, Reader, Xlsx};
use fivepoint::config::Clock;
use fivepoint::domain::roster::{Disposition, Recipient};
use fivepoint::domain::sample::{self, Margin, Plan};
use fivepoint::domain::survey::Design;
use fivepoint::domain::token::Secret;
use fivepoint::store::audit::Actor;
use fivepoint::store::{Db, draws, intake, issue, rosters, surveys};
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;
use uuid::Uuid;

/// A survey with a stored roster and no link, a server and an evaluator.
struct Room<'a> {
    database: &'a Database,
    program: Program<'a>,
    server: Server,
    desk: Desk,
    survey: String,
}

impl<'a> Room<'a> {
    fn new(database: &'a Database, design: &str, people: &[Recipient]) -> Self {
        let program = Program::new(database);
        let file = SURVEY.replace("kind = \"everyone\"", &format!("kind = \"{design}\""));
        let survey = program.run(&["survey", "import", &program.file("survey.toml", file)]);
        program.run(&["unit", "import", &program.file("units.csv", UNITS)]);
        let server = program.serve();
        let desk = Desk::sign_in(&program, &server, "zhang", "evaluator", None);
        let room = Self { database, program, server, desk, survey };
        room.add(people);
        room
    }

    fn id(&self) -> Uuid {
        self.survey.parse().unwrap()
    }

    fn change(
        &self,
        body: impl Fn(&mut fivepoint::store::Conn, &Actor<'_>, Uuid) -> Result<(), fivepoint::error::Error>,
    ) {
        let secret = Secret::new(self.program.secret).unwrap();
        let actor = Actor { secret: &secret, staff: None, now: Clock::system().now() };
        let db = Db::open(&self.database.url.parse().unwrap()).unwrap();
        db.write("set up", |conn| body(conn, &actor, self.id())).unwrap();
    }

    /// Adds people to the roster.
    fn add(&self, people: &[Recipient]) {
        let secret = Secret::new(self.program.secret).unwrap();
        let actor = Actor { secret: &secret, staff: None, now: Clock::system().now() };
        let db = Db::open(&self.database.url.parse().unwrap()).unwrap();
        let mut run = intake::Run::begin(&db, self.id(), Uuid::nil(), intake::Wish::default()).unwrap();
        for recipient in people.iter().cloned() {
            run.add(intake::Given { recipient, alone: true }).unwrap();
        }
        assert_eq!(run.finish(&actor).unwrap().added, people.len());
    }

    /// A run that gives links to those who come after `place` on the roster, and breaks off after its first chunk.
    fn break_off(&self, place: i32, people: &[Recipient]) {
        let secret = Secret::new(self.program.secret).unwrap();
        let actor = Actor { secret: &secret, staff: None, now: Clock::system().now() };
        let db = Db::open(&self.database.url.parse().unwrap()).unwrap();
        let mut run = issue::Run::begin(&db, &actor, self.id(), Uuid::max()).unwrap();
        for (place, recipient) in (place + 1..).zip(people) {
            run.add_line(place, recipient.clone()).unwrap();
        }
        assert_eq!(run.written(), issue::CHUNK as i64);
    }

    fn set_design(&self, design: Design) -> Result<(), fivepoint::error::Error> {
        let secret = Secret::new(self.program.secret).unwrap();
        let actor = Actor { secret: &secret, staff: None, now: Clock::system().now() };
        let db = Db::open(&self.database.url.parse().unwrap()).unwrap();
        db.write("change", |conn| {
            let mut survey = surveys::get(conn, self.id())?.survey;
            survey.design = design;
            surveys::update(conn, &actor, self.id(), None, &survey)
        })
    }

    fn path(&self, rest: &str) -> String {
        format!("/staff/surveys/{}{rest}", self.survey)
    }

    fn page(&self) -> String {
        let reply = self.desk.get(&self.path("/links"));
        assert_eq!(reply.status, 200, "{}", reply.body);
        reply.body
    }

    /// Does something with the links and gives the status.
    fn post(&self, rest: &str, fields: &[(&str, &str)]) -> u16 {
        self.desk.post(&self.path(rest), fields).status
    }

    /// Looks until no run goes on; gives what the page says of the last one.
    fn ended(&self) -> String {
        loop {
            let page = self.desk.get(&self.path("/links/progress")).body;
            if !page.contains("data-poll") {
                return page;
            }
        }
    }

    fn issue(&self) -> String {
        assert_eq!(self.post("/links/issue", &[]), 303);
        self.ended()
    }

    fn csv(&self) -> Vec<csv::StringRecord> {
        let fields = [("reason", "交给短信平台"), ("format", "csv")];
        let bytes = self.desk.download(&self.path("/links/export"), &fields);
        let text = String::from_utf8(bytes).unwrap();
        let text = text.strip_prefix('\u{feff}').unwrap();
        csv::Reader::from_reader(text.as_bytes()).records().map(Result::unwrap).collect()
    }

    /// Places on the roster with a link that is issued.
    fn issued(&self) -> BTreeSet<i32> {
        let query = "SELECT CAST(number AS TEXT) AS line FROM roster_line WHERE serial IS NOT NULL AND";
        self.database.lines(&format!("{query} {}", self.of_survey())).iter().map(|line| line.parse().unwrap()).collect()
    }

    /// SQL that asks for rows of this survey.
    fn of_survey(&self) -> String {
        let hex = self.survey.replace('-', "");
        match self.database.engine {
            Engine::Sqlite => format!("survey = x'{hex}'"),
            Engine::Postgres => format!("survey = decode('{hex}', 'hex')"),
        }
    }

    fn count(&self, what: &str, table: &str) -> u64 {
        self.database.count(&format!("SELECT {what} FROM {table} WHERE {}", self.of_survey()))
    }

    fn nothing_is_left(&self) {
        for table in ["link", "roster_entry"] {
            assert_eq!(self.count("count(*)", table), 0, "{table}");
        }
        assert!(self.issued().is_empty());
        assert_eq!(self.database.count("SELECT count(*) FROM survey WHERE issue_run IS NOT NULL"), 0);
    }
}

fn people(count: usize) -> Vec<Recipient> {
    let person = |number: usize| Recipient {
        unit: format!("I{}", number % 3 + 1),
        reference: Some(format!("R{number}")),
        name: Some(format!("张{number}")),
        phone: None,
        email: None,
    };
    (0..count).map(person).collect()
}

on_both_engines!(everybody_in_the_base_gets_a_link_and_the_roster_knows_which, |database| {
    let room = Room::new(&database, "everyone", &people(8));
    room.change(|conn, actor, survey| rosters::dispose(conn, actor, survey, 3, Some(Disposition::Ineligible)));
    room.change(|conn, actor, survey| rosters::dispose(conn, actor, survey, 4, Some(Disposition::NonContact)));
    assert!(room.page().contains("给 7 人发放链接"));
    let said = room.issue();
    assert!(said.contains("已发放 7 个链接"), "{said}");
    assert_eq!(room.issued(), BTreeSet::from([1, 2, 4, 5, 6, 7, 8]));
    let agree = "SELECT count(*) FROM roster_line l JOIN roster_entry e ON e.survey = l.survey AND \
                 e.serial = l.serial AND e.reference = l.reference AND e.unit = l.unit";
    assert_eq!(database.count(agree), 7, "the list and the links tell of the same people");
    assert!(room.page().contains("该发的都已经发了"));
    assert_eq!(room.post("/links/issue", &[]), 409, "nobody is left");

    // Who comes onto the roster later gets a link later, and nobody a second one.
    room.add(&[Recipient { unit: "I1".to_owned(), name: Some("迟到".to_owned()), ..Recipient::default() }]);
    assert!(room.issue().contains("已发放 1 个链接"));
    assert_eq!((room.issued().len(), room.csv().len()), (8, 8));
    room.program.run(&["survey", "open", &room.survey]);
    let phone = Phone::new(&room.server.address);
    for row in room.csv() {
        assert_eq!(row[4], format!("https://survey.example/s/{}", &row[5]));
        assert_eq!(phone.form(&row[5], &form(0)).status, 303, "{row:?}");
    }
    let acts =
        database.lines("SELECT act || ' ' || amount AS line FROM audit WHERE act = 'links-issued' ORDER BY number");
    assert_eq!(acts, ["links-issued 7", "links-issued 1"]);
    let by = "SELECT count(*) FROM audit WHERE act = 'links-issued' AND staff = (SELECT id FROM staff)";
    assert_eq!(database.count(by), 2, "the log names who did it");
    room.program.run(&["survey", "close", &room.survey]);
    assert_eq!(room.post("/links/issue", &[]), 409);
    assert!(room.page().contains("这次调查已经结束"));
    let printed = room.program.run(&["verify", &room.survey]);
    assert!(printed.lines().all(|line| line.starts_with("ok: ")), "{printed}");
});

on_both_engines!(a_sample_is_drawn_once_and_anybody_can_draw_it_again, |database| {
    // D1 has 2/3 of 300 people, D2 the rest: n = 132 of 200 and 80 of 100 at 5 %.
    let room = Room::new(&database, "strata", &people(300));
    assert!(room.page().contains("请先抽取样本"));
    assert_eq!(room.post("/links/issue", &[]), 409, "a sample before links");
    let page = room.desk.get(&room.path("/links/draw")).body;
    for said in ["384.16", ">200<", ">132<", ">100<", ">80<", ">300<", ">212<"] {
        assert!(page.contains(said), "{said}: {page}");
    }
    assert!(room.desk.get(&room.path("/links/draw?margin=10")).body.contains(">50<"));
    for wrong in ["0", "x", "", "50"] {
        assert_eq!(room.desk.get(&room.path(&format!("/links/draw?margin={wrong}"))).status, 422, "{wrong}");
        assert_eq!(room.post("/links/draw", &[("margin", wrong)]), 409, "{wrong}");
    }
    assert_eq!(database.count("SELECT count(*) FROM draw"), 0, "looking draws nothing");
    room.change(|conn, actor, survey| rosters::dispose(conn, actor, survey, 1, Some(Disposition::Ineligible)));

    assert_eq!(room.post("/links/draw", &[("margin", "5")]), 303);
    let first = database.lines("SELECT seed AS line FROM draw");
    assert_eq!(room.post("/links/draw", &[("margin", "5")]), 409, "once");
    assert_eq!(database.lines("SELECT seed AS line FROM draw"), first);
    let page = room.desk.get(&room.path("/links/draw")).body;
    let seed = &first[0];
    assert!(page.contains(seed.as_str()) && page.contains(">199<") && seed.len() == 32, "{page}");
    assert_eq!(database.lines("SELECT CAST(amount AS TEXT) AS line FROM audit WHERE act = 'sample-drawn'"), ["212"]);

    // As somebody with the seed, the roster and sha256sum would do it.
    let mut expected = BTreeSet::new();
    for (county, size) in [("D1", 132), ("D2", 80)] {
        let of_county = |number: &i32| if (number - 1) % 3 == 2 { county == "D2" } else { county == "D1" };
        let mut marked: Vec<(String, i32)> = (2..=300)
            .filter(of_county)
            .map(|number| {
                let digest = Sha256::digest(format!("{seed}:{county}:{number}"));
                (data_encoding::HEXLOWER.encode(&digest), number)
            })
            .collect();
        marked.sort();
        expected.extend(marked.into_iter().take(size).map(|(_, number)| number));
    }
    // Who joins the roster after the draw is not in the sample.
    room.add(&[people(301).pop().unwrap()]);
    for page in [room.page(), room.desk.get(&room.path("/roster")).body] {
        assert!(page.contains("有 1 人是抽样以后才加到名单上的") && page.contains("一次调查只抽一次样"), "{page}");
    }
    assert!(room.issue().contains("已发放 212 个链接"));
    assert_eq!(room.issued(), expected);
    assert!(room.page().contains("该发的都已经发了"));
});

on_both_engines!(who_is_asked_stays_once_a_sample_is_drawn_and_the_log_holds_its_seed, |database| {
    let room = Room::new(&database, "strata", &people(50));
    room.set_design(Design::Everyone).unwrap();
    room.set_design(Design::Strata).unwrap();
    assert_eq!(room.desk.post(&room.path("/links/draw"), &[("margin", "5")]).status, 303);
    assert!(room.set_design(Design::Strata).is_ok(), "the rest of a draft can still be changed");
    assert!(room.set_design(Design::Everyone).unwrap_err().to_string().contains("the sample is drawn"));
    let seed = database.lines("SELECT seed AS line FROM draw")[0].clone();
    let noted = database.lines("SELECT reason AS line FROM audit WHERE act = 'sample-drawn'");
    assert_eq!(noted, [format!("seed {seed}")]);
});

on_both_engines!(who_is_asked_stays_while_links_are_issued, |database| {
    let everybody = people(issue::CHUNK);
    let room = Room::new(&database, "strata", &everybody);
    room.break_off(0, &everybody);
    assert!(room.set_design(Design::Everyone).is_err());
    assert_eq!(room.post("/links/draw", &[("margin", "5")]), 409);
    assert_eq!(room.count("count(*)", "draw"), 0);
    assert_eq!(room.post("/links/cancel", &[]), 303);
    room.ended();
    room.set_design(Design::Everyone).unwrap();
    room.set_design(Design::Strata).unwrap();
    assert_eq!(room.post("/links/draw", &[("margin", "5")]), 303);
});

on_both_engines!(who_never_had_a_link_is_not_one_who_was_not_reached, |database| {
    let room = Room::new(&database, "everyone", &people(3));
    room.issue();
    room.program.run(&["survey", "open", &room.survey]);
    let late: Vec<_> = people(issue::CHUNK + 3).split_off(3);
    room.add(&late);
    room.break_off(3, &late);
    for place in [2, 4] {
        room.change(|conn, actor, id| rosters::dispose(conn, actor, id, place, Some(Disposition::NonContact)));
    }
    let phone = Phone::new(&room.server.address);
    assert_eq!(phone.form(&room.csv()[0][5], &form(0)).status, 303);
    room.program.run(&["survey", "close", &room.survey]);
    room.program.run(&["survey", "release", &room.survey]);
    let result: Value = serde_json::from_str(&room.program.run(&["result", &room.survey, "--format", "json"])).unwrap();
    let rates = &result["response_rates"];
    assert_eq!((rates["issued"].as_u64(), rates["non_contact"].as_u64()), (Some(3), Some(1)), "{rates}");
});

on_both_engines!(a_sample_drawn_while_a_roster_is_taken_in_keeps_everybody_in_their_county, |database| {
    let room = Room::new(&database, "strata", &people(60));
    let secret = Secret::new(room.program.secret).unwrap();
    let actor = Actor { secret: &secret, staff: None, now: Clock::system().now() };
    let db = Db::open(&database.url.parse().unwrap()).unwrap();
    let wish = intake::Wish { moved: true, contacts: true };
    let mut run = intake::Run::begin(&db, room.id(), Uuid::max(), wish).unwrap();
    // One who moves to another county and one who moves within it are looked up; then the sample is drawn.
    let moves = |place: usize, unit: &str| Recipient { unit: unit.to_owned(), ..people(60)[place].clone() };
    let more =
        (0..intake::CHUNK).map(|number| Recipient { reference: Some(format!("new {number}")), ..moves(0, "I2") });
    for recipient in [moves(0, "I3"), moves(1, "I1")].into_iter().chain(more) {
        run.add(intake::Given { recipient, alone: true }).unwrap();
    }
    assert_eq!(room.post("/links/draw", &[("margin", "5")]), 303);
    run.finish(&actor).unwrap();
    let of = |place: usize| {
        database.lines(&format!("SELECT unit AS line FROM roster_line WHERE number = {}", place + 1))[0].clone()
    };
    assert_eq!((of(0).as_str(), of(1).as_str()), ("I1", "I1"));
    room.program.run(&["audit", "verify"]);
});

on_both_engines!(counties_are_drawn_first_where_the_design_says_so, |database| {
    let room = Room::new(&database, "clusters", &people(30));
    // Two counties: at least 30 % of them is one.
    assert_eq!(room.desk.get(&room.path("/links/draw?counties=3&margin=5")).status, 422);
    assert_eq!(room.desk.get(&room.path("/links/draw?counties=0&margin=5")).status, 422);
    assert_eq!(room.post("/links/draw", &[("counties", "1"), ("margin", "")]), 303);
    let db = Db::open(&database.url.parse().unwrap()).unwrap();
    let (drawn, frame) =
        db.read(|conn| Ok((draws::get(conn, room.id())?.unwrap(), draws::frame(conn, room.id())?))).unwrap();
    assert_eq!(drawn.plan, Plan { counties: Some(1), margin: None });
    assert_eq!(drawn.strata, sample::draw(drawn.plan, &drawn.seed, &frame));
    let asked: Vec<_> = drawn.strata.iter().filter(|stratum| stratum.sample > 0).collect();
    assert_eq!((drawn.strata.len(), asked.len()), (2, 1));
    assert_eq!(asked[0].sample, asked[0].people, "everybody in it");
    assert_eq!(Margin::parse("5").unwrap().sample_of(213), 138);
    room.issue();
    assert_eq!(room.issued().len() as u64, asked[0].people);
});

on_both_engines!(a_run_that_is_stopped_leaves_nothing_and_the_next_one_issues_all, |database| {
    let room = Room::new(&database, "everyone", &people(40_000));
    let (program, phone) = (&room.program, Phone::new(&room.server.address));
    let other = program.run(&["survey", "import", &program.file("other.toml", SURVEY)]);
    let (roster, list) = (program.file("one.csv", "unit\nI1\n"), program.path("one-link.csv"));
    program.run(&["link", "issue", &other, "--roster", &roster, "--out", &list]);
    program.run(&["survey", "open", &other]);
    let issued_acts = || room.count("count(*) FILTER (WHERE act = 'links-issued')", "audit");
    assert_eq!(room.post("/links/issue", &[]), 303);
    let page = room.page();
    assert!(
        page.contains("data-poll") && page.contains("停止发放") && page.contains("http-equiv=\"refresh\""),
        "{page}"
    );
    assert_eq!(room.post("/links/cancel", &[]), 303);
    let said = room.ended();
    assert!(said.contains("这一次发放已经停止"), "{said}");
    room.nothing_is_left();
    assert_eq!(issued_acts(), 0);
    // Who stopped it is in the log, with how many links there were by then.
    let dropped = "SELECT act || ' ' || (amount BETWEEN 0 AND 40000) || (staff IS NOT NULL) AS line FROM audit \
                   WHERE act LIKE 'issuing-%' ORDER BY number";
    let yes = |act: &str| match database.engine {
        Engine::Sqlite => format!("{act} 11"),
        Engine::Postgres => format!("{act} truetrue"),
    };
    assert_eq!(database.lines(dropped), [yes("issuing-dropped")]);

    // Another run while one goes on: the later one takes over, and both are told.
    assert_eq!(room.post("/links/issue", &[]), 303);
    while database.count("SELECT count(*) FROM survey WHERE issue_run IS NOT NULL") == 0 {}
    assert_eq!(room.post("/links/issue", &[]), 303);
    let said = room.desk.get(&room.path("/links/progress")).body;
    assert!(said.contains("由这一次接替"), "{said}");
    assert_eq!(phone.form(&codes(&list)[0], &form(0)).status, 303, "another survey is answered meanwhile");
    assert!(room.ended().contains("已发放 40000 个链接"));
    assert_eq!(room.count("count(*)", "link"), 40_000);
    assert_eq!(room.count("sum(issued)", "progress"), 40_000);
    assert_eq!(room.issued().len(), 40_000);
    assert_eq!(issued_acts(), 1);
    assert_eq!(database.lines(dropped), [yes("issuing-dropped"), yes("issuing-taken-over")]);
});

on_both_engines!(a_server_that_dies_in_the_middle_has_issued_nothing_and_says_so, |database| {
    let mut room = Room::new(&database, "everyone", &people(40_000));
    assert_eq!(room.post("/links/issue", &[]), 303);
    while database.count("SELECT count(*) FROM link") == 0 {}
    room.server.kill();
    assert_eq!(database.count("SELECT visible_serial FROM survey"), 0, "killed too late for this test");
    room.server = room.program.serve();
    room.desk = Desk::new(&room.server);
    assert_eq!(room.desk.enter("zhang", crate::harness::PASSWORD, "").status, 303);
    let page = room.page();
    assert!(page.contains("上一次发放没有完成") && page.contains("给 40000 人发放链接"), "{page}");
    let db = Db::open(&database.url.parse().unwrap()).unwrap();
    let counts = db.read(|conn| rosters::counts(conn, room.id())).unwrap();
    assert_eq!(counts.values().map(|count| count.issued).sum::<i64>(), 0, "no serial of it is seen");
    assert_eq!(room.post("/links/cancel", &[]), 303);
    assert!(room.ended().contains("这一次发放已经停止"));
    room.nothing_is_left();
    assert_eq!(
        database.lines("SELECT act AS line FROM audit WHERE act LIKE 'issuing-%' AND amount > 0"),
        ["issuing-taken-over"],
        "clearing away what was left is one act, with the links that go"
    );
    assert!(room.issue().contains("已发放 40000 个链接"));
});

on_both_engines!(a_list_leaves_with_a_reason_and_holds_no_formula, |database| {
    let hostile = ["=1+1", "+2+cmd", "-3+x", "@SUM(A1)", "\tx", "李四，“四”", "00123"];
    let person = |(index, name): (usize, &&str)| Recipient {
        unit: "I1".to_owned(),
        reference: Some(format!("00{index}")),
        name: Some((*name).to_owned()),
        phone: Some("+86 138-0000-0000".to_owned()),
        email: None,
    };
    let room = Room::new(&database, "everyone", &hostile.iter().enumerate().map(person).collect::<Vec<_>>());
    room.issue();
    let path = room.path("/links/export");
    for reason in ["", "  ", &"长".repeat(201)] {
        let reply = room.desk.post(&path, &[("reason", reason), ("format", "csv")]);
        assert!(reply.status == 422 && reply.body.contains("请写明为什么需要"), "{}", reply.status);
    }
    assert_eq!(database.count("SELECT count(*) FROM audit WHERE act = 'links-exported'"), 0);

    let rows = room.csv();
    let names: Vec<&str> = rows.iter().map(|row| &row[2]).collect();
    assert_eq!(names, ["'=1+1", "'+2+cmd", "'-3+x", "'@SUM(A1)", "'\tx", "李四，“四”", "00123"]);
    assert_eq!(&rows[0][3], "+86 138-0000-0000", "a phone is none");
    let book = room.desk.download(&path, &[("reason", &"长".repeat(200)), ("format", "xlsx")]);
    let mut book: Xlsx<_> = Xlsx::new(std::io::Cursor::new(book)).unwrap();
    let sheet = book.worksheet_range_at(0).unwrap().unwrap();
    let cell = |text: &str| Data::String(text.to_owned());
    assert_eq!(sheet.get_size(), (8, 6));
    for (index, name) in hostile.iter().enumerate() {
        let row = &sheet[index + 1];
        let code = rows[index][5].to_owned();
        let link = format!("https://survey.example/s/{code}");
        let expected = ["I1", &format!("00{index}"), name, "+86 138-0000-0000", &link, &code].map(cell);
        assert_eq!(row, expected, "text to the letter, zeros and all");
    }
    assert!(book.worksheet_formula("Sheet1").unwrap().is_empty());
    let reasons = database.lines("SELECT reason AS line FROM audit WHERE act = 'links-exported' ORDER BY number");
    assert_eq!(reasons, ["交给短信平台".to_owned(), "长".repeat(200)]);
});

on_both_engines!(one_link_is_replaced_or_taken_back_and_an_answered_one_stays, |database| {
    let room = Room::new(&database, "everyone", &people(4));
    room.issue();
    room.program.run(&["survey", "open", &room.survey]);
    let codes: Vec<String> = room.csv().iter().map(|row| row[5].to_owned()).collect();
    let phone = Phone::new(&room.server.address);
    let find = |which: &str| room.desk.post(&room.path("/links/one"), &[("which", which), ("why", "family")]);
    let link = |page: &str| page.split_once("name=\"link\" value=\"").map(|(_, rest)| rest[..32].to_owned());

    let page = find(&codes[0].replace('-', " ").to_lowercase());
    assert!(page.status == 200 && page.body.contains("张0") && page.body.contains("还没有回答"), "{}", page.body);
    let hash = link(&page.body).unwrap();
    let shown = room.desk.post(&room.path("/links/reissue"), &[("link", &hash)]);
    assert!(shown.status == 200 && shown.body.contains("<svg"), "{}", shown.body);
    let new = room.csv()[0][5].to_owned();
    assert!(new != codes[0] && shown.body.contains(&new) && !shown.body.contains(&codes[0]));
    assert_eq!(phone.get(&format!("/s/{}", codes[0])).status, 410);
    assert_eq!(phone.form(&new, &form(0)).status, 303);
    assert_eq!(room.post("/links/reissue", &[("link", &hash)]), 404, "sending the form twice replaces nothing twice");

    // By the place on the roster; now it is answered, and nothing can be done.
    let page = find("1").body;
    assert!(page.contains("已经答过了") && link(&page).is_none(), "{page}");
    let state = || database.dump().into_iter().filter(|row| !row.starts_with("audit")).collect::<Vec<_>>();
    let before = state();
    let answered = database.lines(match database.engine {
        Engine::Sqlite => "SELECT lower(hex(hash)) AS line FROM link WHERE state = 'submitted'",
        Engine::Postgres => "SELECT encode(hash, 'hex') AS line FROM link WHERE state = 'submitted'",
    });
    for act in ["/links/reissue", "/links/revoke"] {
        assert_eq!(room.post(act, &[("link", &answered[0])]), 409);
    }
    assert_eq!(state(), before, "an answered link is never touched");

    // What can be got at without a reason tells nothing of where a link stands.
    let rows = database.dump();
    let [first, second] = [1, 2].map(|place| room.desk.get(&room.path(&format!("/links/roster/{place}"))).body);
    assert!(first.contains("张0") && first.contains("查看这个链接"), "{first}");
    let bare = |page: &str, place: &str, name: &str| {
        let main = page.split_once("<main").unwrap().1;
        main.replace(&format!("value=\"{place}\""), "").replace(name, "").replace("一院 I1", "").replace("二院 I2", "")
    };
    assert_eq!(bare(&first, "1", "张0").replace("R0<", "<"), bare(&second, "2", "张1").replace("R1<", "<"));
    let roster = room.desk.get(&room.path("/roster")).body;
    assert!(roster.contains("/links/roster/1\"") && !roster.contains("答过"), "{roster}");
    for (why, more) in [("", ""), ("none", ""), ("other", ""), ("other", "长".repeat(201).as_str())] {
        let reply = room.desk.post(&room.path("/links/one"), &[("which", "1"), ("why", why), ("more", more)]);
        assert!(reply.status == 422 && reply.body.contains("请选为什么要查"), "{why} {more}");
    }
    let unseen = |rows: Vec<String>| rows.into_iter().filter(|row| !row.starts_with("session")).collect::<Vec<_>>();
    assert_eq!(unseen(database.dump()), unseen(rows), "and is not noted");

    let other = [("which", "2"), ("why", "other"), ("more", "电话打不通")];
    let page = room.desk.post(&room.path("/links/one"), &other).body;
    let done = room.desk.post(&room.path("/links/revoke"), &[("link", &link(&page).unwrap())]);
    assert_eq!(done.status, 303);
    assert!(room.desk.get(done.header("location").unwrap()).body.contains("链接已经收回"));
    assert_eq!(phone.get(&format!("/s/{}", codes[1])).status, 410);
    assert!(find("2").body.contains("这个链接已经收回了"));
    for (which, status) in [("99", 422), ("x", 422), ("0000-0000-0000-0000-0000", 422), (&codes[0], 422)] {
        assert_eq!(find(which).status, status, "{which}");
    }
    // A link of another survey is none of this one's.
    let other = room.program.run(&["survey", "import", &room.program.file("other.toml", SURVEY)]);
    let page = find(&codes[2]).body;
    let reply = room.desk.post(&format!("/staff/surveys/{other}/links/revoke"), &[("link", &link(&page).unwrap())]);
    assert_eq!(reply.status, 404);
    let acts = database.lines("SELECT act || ' ' || unit AS line FROM audit WHERE unit IS NOT NULL ORDER BY number");
    let told = "link-looked-up I1";
    let first = [told, "link-reissued I1", told, told, told, "link-looked-up I2", "link-revoked I2"];
    assert_eq!(acts, [&first[..], &["link-looked-up I2", "link-looked-up I3"]].concat());
    let noted = "SELECT reason || ' ' || amount AS line FROM audit WHERE act = 'link-looked-up' ORDER BY number";
    let reasons = ["家属来问 1", "家属来问 1", "换发新链接 1", "收回链接 1", "其他：电话打不通 1"];
    assert_eq!(database.lines(noted)[..5], reasons);
});

on_both_engines!(slips_show_the_people_of_one_institution_and_are_noted, |database| {
    let room = Room::new(&database, "everyone", &people(13));
    room.issue();
    assert!(room.page().contains("一院 I1（5 人）"), "{}", room.page());
    let path = room.path("/slips");
    assert_eq!(room.post("/slips", &[("unit", "I1"), ("reason", " ")]), 422);
    assert_eq!(room.post("/slips", &[("unit", ""), ("reason", "打印")]), 422);
    assert_eq!(room.post("/slips", &[("unit", "nowhere"), ("reason", "打印")]), 404);
    assert_eq!(database.count("SELECT count(*) FROM audit WHERE act = 'links-exported'"), 0);
    let page = room.desk.post(&path, &[("unit", "I1"), ("reason", "打印发放")]);
    assert_eq!((page.status, page.header("cache-control")), (200, Some("no-store")));
    let rows = room.csv();
    for row in &rows {
        let own = &row[0] == "I1";
        assert_eq!(page.body.contains(&row[5]), own, "{row:?}");
        assert_eq!(page.body.contains(&format!("<b>{}</b>", &row[2])), own, "{row:?}");
    }
    assert_eq!(page.body.matches("class=\"slip\"").count(), 5);
    assert_eq!(page.body.matches("class=\"sheet\"").count(), 2);
    assert!(page.body.contains("survey.example/s，") && page.body.contains("电话 0871"), "{}", page.body);
    let noted = database
        .lines("SELECT unit || ' ' || reason AS line FROM audit WHERE act = 'links-exported' AND unit IS NOT NULL");
    assert_eq!(noted, ["I1 打印发放"]);

    // The same on paper: by the same rules, under an act of its own, without anything about the person.
    let forms =
        |unit: &str, reason: &str| room.desk.post(&path, &[("print", "forms"), ("unit", unit), ("reason", reason)]);
    assert_eq!([forms("I1", " ").status, forms("", "打印").status, forms("nowhere", "打印").status], [422, 422, 404]);
    assert_eq!(database.count("SELECT count(*) FROM audit WHERE act = 'forms-printed'"), 0);
    let page = forms("I1", "发纸质问卷");
    assert_eq!((page.status, page.header("cache-control")), (200, Some("no-store")));
    let sheets = page.body.matches("class=\"sheet\"").count();
    for row in &rows {
        let own = if &row[0] == "I1" { sheets / 5 } else { 0 };
        assert_eq!(page.body.matches(&row[5]).count(), own, "{row:?}");
    }
    let bare = rows.iter().fold(page.body.clone(), |page, row| page.replace(&row[5], ""));
    for row in &rows {
        assert!(!bare.contains(&row[1]) && !bare.contains(&row[2]), "{row:?}");
    }
    let revoked = room.desk.post(&room.path("/links/one"), &[("which", &rows[0][5]), ("why", "other"), ("more", "试")]);
    let link = revoked.body.split_once("name=\"link\" value=\"").unwrap().1.split_once('"').unwrap().0.to_owned();
    assert_eq!(room.desk.post(&room.path("/links/revoke"), &[("link", &link)]).status, 303);
    assert!(!forms(&rows[0][0], "再印一次").body.contains(&rows[0][5]), "a link that was taken back has no form");
    let noted = database.lines(
        "SELECT unit || ' ' || amount || ' ' || reason AS line FROM audit WHERE act = 'forms-printed' ORDER BY number",
    );
    assert_eq!(noted, ["I1 5 发纸质问卷", "I1 4 再印一次"]);
});

on_both_engines!(a_command_takes_one_link_from_standard_input_and_refuses_a_list, |database| {
    let scene = Scene::open(&database, 3);
    let before = database.dump();
    for act in ["reissue", "revoke"] {
        let list = scene.program.try_with(&["link", act, "-"], &scene.codes[1..].join("\n"));
        assert!(!list.ok && list.err.contains("2 links were given and none was changed"), "{}", list.err);
        let nothing = scene.program.try_with(&["link", act, "-"], "");
        assert!(!nothing.ok && nothing.err.contains("no link was given"), "{}", nothing.err);
    }
    assert_eq!(database.dump(), before);

    let new = scene.program.run_with(&["link", "reissue", "-"], &format!("\n {} \n", scene.codes[1]));
    assert_eq!(scene.phone().get(&format!("/s/{}", scene.codes[1])).status, 410);
    let code = new.trim().rsplit('/').next().unwrap();
    assert_eq!(scene.phone().get(&format!("/s/{code}")).status, 200);
});
