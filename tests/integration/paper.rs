//! Paper forms: two clerks, one response, and no trace of which form it was.

use crate::harness::{Database, Desk, Engine, Phone, Scene, form, on_both_engines};
use fivepoint::domain::token::Code;
use std::thread;

/// A survey in which `links` people have links, with two clerks of the first county (I1 and I2) and one of the
/// second (I3).
struct Office<'a> {
    scene: Scene<'a>,
    one: Desk,
    two: Desk,
    foreign: Desk,
}

impl<'a> Office<'a> {
    fn open(database: &'a Database, links: usize) -> Self {
        let scene = Scene::open(database, links);
        let desk = |name: &str, unit: &str| Desk::sign_in(&scene.program, &scene.server, name, "clerk", Some(unit));
        let (one, two, foreign) = (desk("one", "D1"), desk("two", "D1"), desk("foreign", "D2"));
        Self { scene, one, two, foreign }
    }

    fn path(&self, rest: &str) -> String {
        format!("/staff/surveys/{}/paper{rest}", self.scene.survey)
    }

    /// Keys a form: `respondent` and three answers, such as `self ABC`; a dash leaves a question open.
    fn key(&self, desk: &Desk, code: usize, said: &str) -> Said {
        self.key_code(desk, &self.scene.codes[code], said)
    }

    fn key_code(&self, desk: &Desk, code: &str, said: &str) -> Said {
        let (respondent, answers) = said.split_once(' ').unwrap();
        let mut fields = vec![("code", code.to_owned()), ("respondent", respondent.to_owned())];
        for (name, answer) in ["q1", "q2", "q3"].into_iter().zip(answers.chars()) {
            let answer = if answer == '-' { "-blank-".to_owned() } else { answer.to_string() };
            fields.push((name, answer));
        }
        self.post(desk, "", &fields)
    }

    fn post(&self, desk: &Desk, rest: &str, fields: &[(&str, String)]) -> Said {
        let fields: Vec<_> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let reply = desk.post(&self.path(rest), &fields);
        let done = reply.header("location").and_then(|to| to.split_once("?done=")).map(|(_, done)| done.to_owned());
        Said { status: reply.status, done, body: reply.body }
    }

    /// Sends what a page of differences carries, and these values.
    fn answer(&self, desk: &Desk, rest: &str, page: &Said, values: &[(&'static str, &str)]) -> Said {
        let mut fields: Vec<_> = ["code", "first", "own"].into_iter().map(|name| (name, page.hidden(name))).collect();
        fields.extend(values.iter().map(|(name, value)| (*name, (*value).to_owned())));
        self.post(desk, rest, &fields)
    }

    fn hash(&self, code: usize) -> [u8; 16] {
        Code::parse(&self.scene.codes[code]).unwrap().hash().0
    }
}

/// What the desk said.
struct Said {
    status: u16,
    /// What was done, where the clerk is sent on to the next form.
    done: Option<String>,
    body: String,
}

impl Said {
    fn did(&self, what: &str) {
        assert_eq!((self.status, self.done.as_deref()), (303, Some(what)), "{}", self.body);
    }

    fn tells(&self, status: u16, words: &str) {
        assert_eq!(self.status, status, "{}", self.body);
        assert!(self.body.contains(words), "{words}: {}", self.body);
    }

    fn hidden(&self, name: &str) -> String {
        let (_, rest) = self.body.split_once(&format!("name=\"{name}\" value=\"")).unwrap();
        rest.split('"').next().unwrap().to_owned()
    }

    /// The fields that are asked for.
    fn asks(&self) -> Vec<&str> {
        let mut fields: Vec<_> =
            self.body.split("<li id=\"f-").skip(1).map(|rest| rest.split('"').next().unwrap()).collect();
        fields.dedup();
        fields
    }
}

fn waiting(database: &Database) -> u64 {
    database.count("SELECT count(*) FROM paper_entry")
}

fn responses(database: &Database) -> Vec<String> {
    let columns = "channel || ' ' || respondent || ' ' || answers";
    let mut lines = database.lines(&format!("SELECT {columns} AS line FROM response"));
    lines.sort();
    lines
}

/// What the log says of paper forms: act, amount and day.
fn logged(database: &Database) -> Vec<String> {
    database.lines(
        "SELECT act || ' ' || amount || ' ' || reason AS line FROM audit WHERE act LIKE 'paper-%' ORDER BY number",
    )
}

const ANSWERED: &str = "这个答卷码已经有答卷了";

on_both_engines!(two_equal_entries_become_one_response_of_the_channel_paper, |database| {
    let office = Office::open(&database, 3);
    office.key(&office.one, 0, "self AB-").did("first");
    assert_eq!((waiting(&database), responses(&database).len()), (1, 0));
    assert!(office.scene.phone().get(&format!("/s/{}", office.scene.codes[0])).body.contains("name=\"q1\""));
    let typed = office.scene.codes[0].replace('-', "").to_lowercase().replace('1', "l").replace('0', "o");
    office.key_code(&office.two, &typed, "self AB-").did("second");
    assert_eq!((waiting(&database), responses(&database)), (0, vec!["paper self 12-".to_owned()]));
    office.key(&office.two, 0, "self AB-").tells(409, ANSWERED);
    office.scene.verify();
    let page = office.two.get(&office.path(""));
    assert!(page.body.contains("第一遍 0 份，第二遍 1 份，核对差异 0 处"), "{}", page.body);
    assert!(office.one.get("/staff/paper").body.contains("满意度调查"));
});

on_both_engines!(entries_that_differ_are_settled_field_by_field, |database| {
    let office = Office::open(&database, 3);
    office.key(&office.one, 1, "guardian ABA").did("first");
    let page = office.key(&office.two, 1, "self ACA");
    page.tells(200, "第一遍：B 满意；您录的：C 一般");
    assert_eq!(page.asks(), ["respondent", "q2"]);
    assert!(!page.body.contains("checked"), "nothing is chosen for the clerk");
    assert_eq!((waiting(&database), responses(&database).len()), (1, 0));

    let half = office.answer(&office.two, "/settle", &page, &[("respondent", "guardian")]);
    half.tells(422, "还没有录");
    assert_eq!(half.asks(), ["respondent", "q2"]);
    assert_eq!(office.answer(&office.two, "/settle", &page, &[("respondent", "guardian"), ("q2", "Z")]).status, 422);
    let foreign = office.answer(&office.foreign, "/settle", &page, &[("respondent", "guardian"), ("q2", "C")]);
    foreign.tells(409, "没有找到这个答卷码");
    assert_eq!((waiting(&database), responses(&database).len()), (1, 0));
    // A field that nobody disputes stays as both have keyed it.
    let settled = [("respondent", "guardian"), ("q2", "C"), ("q1", "E")];
    office.answer(&office.two, "/settle", &page, &settled).did("settled");
    assert_eq!((waiting(&database), responses(&database)), (0, vec!["paper guardian 131".to_owned()]));
    assert!(office.two.get(&office.path("")).body.contains("第二遍 1 份，核对差异 2 处"));
    office.scene.verify();
});

on_both_engines!(nobody_confirms_an_entry_of_their_own, |database| {
    let office = Office::open(&database, 3);
    office.key(&office.one, 0, "self AAA").did("first");
    office.key(&office.one, 0, "self AAA").tells(200, "第二遍要由另一位同事来录");
    let page = office.key(&office.one, 0, "self AAB");
    page.tells(200, "上一次：A 非常满意；这一次：B 满意");
    assert_eq!(page.asks(), [""; 0]);
    let settled = office.answer(&office.one, "/settle", &page, &[("q3", "B")]);
    settled.tells(200, "改成这一次录的");
    assert_eq!((waiting(&database), responses(&database).len()), (1, 0));
    office.answer(&office.one, "/replace", &page, &[]).did("replaced");
    office.answer(&office.one, "/replace", &page, &[]).tells(200, "第二遍要由另一位同事来录");
    office.key(&office.two, 0, "self AAB").did("second");
    assert_eq!(responses(&database), ["paper self 112"]);
    assert!(office.one.get(&office.path("")).body.contains("第一遍 1 份"), "a form counts once");
});

on_both_engines!(a_decision_is_bound_to_the_entry_that_was_shown, |database| {
    let office = Office::open(&database, 3);
    office.key(&office.one, 0, "self AAA").did("first");
    let page = office.key(&office.two, 0, "self ABA");
    let own = office.key(&office.one, 0, "self ACA");
    office.answer(&office.one, "/replace", &own, &[]).did("replaced");
    let anew = office.answer(&office.two, "/settle", &page, &[("q2", "B")]);
    anew.tells(200, "第一遍：C 一般；您录的：B 满意");
    assert_eq!((waiting(&database), responses(&database).len()), (1, 0));
    let stranger = office.answer(&office.two, "/replace", &anew, &[]);
    stranger.tells(200, "第一遍：C 一般；您录的：B 满意");
    office.answer(&office.two, "/settle", &anew, &[("q2", "C")]).did("settled");
    assert_eq!(responses(&database), ["paper self 131"]);
});

on_both_engines!(a_code_of_another_unit_is_as_unknown_as_none, |database| {
    let office = Office::open(&database, 3);
    let nothing = "0000-0000-0000-0000-0000";
    office.scene.program.run(&["link", "reissue", &office.scene.codes[1]]);
    let told = |code: &str| {
        let said = office.key_code(&office.one, code, "self AAA");
        (said.status, said.body.replace(code, "CODE"))
    };
    let unknown = told(nothing);
    assert_eq!(unknown.0, 422);
    assert!(unknown.1.contains("没有找到这个答卷码"));
    // The third institution is not below the first county; a replaced code is nobody's.
    assert_eq!(told(&office.scene.codes[2]), unknown);
    assert_eq!(told(&office.scene.codes[1]), unknown);
    let slow = office.key_code(&office.one, nothing, "self AAA");
    slow.tells(429, "请等 1 秒");
    assert!(slow.body.contains("value=\"self\" data-key=\"1\" checked"), "what was keyed stays");
    office.key_code(&office.two, "not a code", "self AAA").tells(422, "20 个字母和数字");
    assert_eq!(waiting(&database), 0);
    office.key(&office.foreign, 2, "self AAA").did("first");
    assert_eq!(waiting(&database), 1);
    assert!(
        office.one.get(&office.path("")).body.contains("等您录第二遍 0 份"),
        "a foreign unit's forms are not counted"
    );
});

on_both_engines!(a_survey_without_links_in_the_clerks_units_is_not_there, |database| {
    let office = Office::open(&database, 2);
    let none = "/staff/surveys/00000000-0000-4000-8000-000000000000/paper";
    let [there, nowhere] = [&office.path(""), none].map(|path| office.foreign.get(path));
    assert_eq!((there.status, &there.body), (404, &nowhere.body));
    assert_eq!(office.key(&office.foreign, 0, "self AAA").status, 404);
    assert!(office.foreign.get("/staff/paper").body.contains("现在没有要录入的调查"));
    assert_eq!(office.one.get(&office.path("")).status, 200);
});

on_both_engines!(an_answer_by_phone_comes_first, |database| {
    let office = Office::open(&database, 6);
    let phone = office.scene.phone();
    phone.form(&office.scene.codes[0], &form(0));
    office.key(&office.one, 0, "self BBB").tells(409, ANSWERED);

    office.key(&office.one, 1, "self BBB").did("first");
    let page = office.key(&office.two, 1, "self CBB");
    phone.act(&office.scene.codes[1], "start");
    assert_eq!(waiting(&database), 1, "who has only started has not answered");
    phone.form(&office.scene.codes[1], &form(0));
    assert_eq!(waiting(&database), 0, "erased with the answer");
    office.answer(&office.two, "/settle", &page, &[("q1", "B")]).tells(409, ANSWERED);
    office.key(&office.two, 1, "self BBB").tells(409, ANSWERED);

    office.key(&office.one, 3, "self BBB").did("first");
    phone.act(&office.scene.codes[3], "decline");
    assert_eq!(waiting(&database), 0, "erased with the refusal");
    office.key(&office.two, 3, "self BBB").tells(409, "已经选择不参加");
    assert_eq!(responses(&database), ["web self 111", "web self 111"]);
    office.scene.verify();
});

on_both_engines!(what_ends_a_link_erases_what_waits_for_it, |database| {
    let office = Office::open(&database, 8);
    for code in [0, 1, 3, 4] {
        office.key(&office.one, code, "self BBB").did("first");
    }
    let evaluator = Desk::sign_in(&office.scene.program, &office.scene.server, "zhang", "evaluator", None);
    let links = evaluator.get(&format!("/staff/surveys/{}/links", office.scene.survey)).body;
    let rows: Vec<_> = links.split("录入员录第二遍").nth(1).unwrap().split("class=\"number\">").skip(2).collect();
    assert!(rows.len() == 2 && rows.iter().all(|row| row.starts_with('2')), "two in each institution: {links}");

    office.scene.program.run(&["link", "revoke", &office.scene.codes[0]]);
    assert_eq!(waiting(&database), 3);
    office.key(&office.two, 0, "self BBB").tells(409, "已经收回");
    office.scene.program.run(&["link", "reissue", &office.scene.codes[1]]);
    assert_eq!(waiting(&database), 2);
    office.key(&office.two, 1, "self BBB").tells(422, "没有找到这个答卷码");
    office.key(&office.two, 3, "self BBB").did("second");
    let page = office.key(&office.two, 4, "self BBA");
    office.key(&office.one, 6, "self ABB").did("first");

    let close = format!("/staff/surveys/{}/close", office.scene.survey);
    assert!(evaluator.get(&close).body.contains("有 2 份纸质问卷只录了一遍，关闭后会删除"));
    assert_eq!(logged(&database), [""; 0]);
    assert_eq!(evaluator.post(&close, &[]).status, 303);
    assert_eq!((waiting(&database), database.count("SELECT count(*) FROM paper_day")), (0, 0));
    let counted: Vec<_> = logged(&database).iter().map(|line| line.rsplit_once(' ').unwrap().0.to_owned()).collect();
    let mut sorted = counted.clone();
    sorted.sort();
    assert_eq!(sorted, ["paper-first 5", "paper-second 1"]);
    assert_eq!(database.count("SELECT count(*) FROM audit WHERE act LIKE 'paper-%' AND subject IS NOT NULL"), 2);
    office.answer(&office.two, "/settle", &page, &[("q3", "B")]).tells(409, "这次调查已经结束");
    office.key(&office.two, 6, "self ABB").tells(409, "这次调查已经结束");
    assert!(office.two.get(&office.path("")).body.contains("现在没有开放"));
    assert_eq!(responses(&database), ["paper self 222"]);
    office.scene.verify();
    assert!(office.scene.program.run(&["audit", "verify"]).starts_with("ok"));
});

on_both_engines!(who_does_not_take_part_is_noted_at_once, |database| {
    let office = Office::open(&database, 8);
    office.key(&office.one, 0, "-refusal- AAA").tells(422, "又录了答案");
    office.key(&office.one, 0, "-refusal- ---").did("refused");
    let state = "SELECT count(*) FROM link WHERE state = 'declined'";
    assert_eq!((database.count(state), waiting(&database)), (1, 0));
    office.key(&office.two, 0, "self AAA").tells(409, "已经选择不参加");
    office.scene.phone().act(&office.scene.codes[0], "resume");
    office.key(&office.two, 0, "self AAA").did("first");

    // A form with answers waits: the clerk looks again.
    let page = office.key(&office.one, 0, "-refusal- ---");
    page.tells(200, "确实写明不参加");
    assert!(!page.body.contains("非常满意"), "what a colleague has keyed is not shown");
    assert_eq!((database.count(state), waiting(&database)), (0, 1));
    let own = office.key(&office.two, 0, "self BAA");
    office.answer(&office.two, "/replace", &own, &[]).did("replaced");
    let anew = office.answer(&office.one, "/refuse", &page, &[]);
    anew.tells(200, "确实写明不参加");
    office.answer(&office.one, "/refuse", &anew, &[]).did("refused");
    assert_eq!((database.count(state), waiting(&database)), (1, 0));
    assert_eq!(responses(&database), [""; 0]);
    assert!(office.one.get(&office.path("")).body.contains("不参加 2 份"));
    office.scene.verify();
});

on_both_engines!(a_form_that_does_not_fit_is_shown_with_what_is_wrong, |database| {
    let office = Office::open(&database, 3);
    let page = office.key(&office.one, 0, "self A");
    page.tells(422, "还没有录");
    assert_eq!(page.body.matches("class=\"fault\"").count(), 1, "the second question, as the third is optional");
    office.key(&office.one, 0, "king AAA").tells(422, "没有这个选项");
    office.key(&office.one, 0, "self AZA").tells(422, "没有这个选项");
    office.key(&office.one, 0, "self A-A").tells(422, "还没有录");
    assert_eq!(waiting(&database), 0);
});

on_both_engines!(of_many_who_do_the_same_at_once_one_does_it, |database| {
    let office = Office::open(&database, 30);
    let third = Desk::sign_in(&office.scene.program, &office.scene.server, "three", "clerk", Some("C"));
    let codes: Vec<usize> = (0..30).filter(|code| code % 3 != 2).collect();
    // Two clerks key the same form for the first time: for one of them it is the second time.
    let at_once = |all: [(&Desk, &str); 2], code: usize| {
        thread::scope(|scope| {
            let office = &office;
            let hands = all.map(|(desk, said)| scope.spawn(move || office.key(desk, code, said)));
            hands.map(|hand| hand.join().unwrap())
        })
    };
    for code in codes.iter().take(8) {
        let said = at_once([(&office.one, "self AAA"), (&office.two, "self AAA")], *code);
        let mut done: Vec<_> = said.iter().map(|said| said.done.clone().unwrap()).collect();
        done.sort();
        assert_eq!(done, ["first", "second"]);
    }
    // Two clerks key a form that waits: one records it.
    for code in codes.iter().skip(8).take(6) {
        office.key(&office.one, *code, "self AAA").did("first");
        let said = at_once([(&office.two, "self AAA"), (&third, "self AAA")], *code);
        let done = said.iter().filter(|said| said.done.as_deref() == Some("second")).count();
        let late = said.iter().filter(|said| said.status == 409 && said.body.contains(ANSWERED)).count();
        assert_eq!((done, late), (1, 1));
    }
    // The person answers by phone in the moment of the second entry.
    for code in codes.iter().skip(14) {
        office.key(&office.one, *code, "self AAA").did("first");
        let said = thread::scope(|scope| {
            let phone = scope.spawn(|| office.scene.phone().form(&office.scene.codes[*code], &form(0)));
            let said = office.key(&office.two, *code, "self AAA");
            assert_eq!(phone.join().unwrap().status, 303);
            said
        });
        assert!(said.done.as_deref() == Some("second") || said.body.contains(ANSWERED), "{}", said.body);
    }
    assert_eq!((waiting(&database), responses(&database).len()), (0, 20));
    office.scene.verify();
});

on_both_engines!(nothing_is_left_of_a_form_but_its_response, |database| {
    let office = Office::open(&database, 6);
    let staff = |name: &str| {
        let hex = match database.engine {
            Engine::Sqlite => format!("SELECT lower(hex(id)) AS line FROM staff WHERE name = '{name}'"),
            Engine::Postgres => format!("SELECT encode(id, 'hex') AS line FROM staff WHERE name = '{name}'"),
        };
        data_encoding::HEXLOWER.decode(database.lines(&hex)[0].as_bytes()).unwrap()
    };
    // A row of SQLite: the hash of the link, then who keyed it.
    let row = |code: usize| [office.hash(code).as_slice(), &staff("one")].concat();
    let rows: Vec<_> = [0, 1, 3].into_iter().map(row).collect();
    let is_on_disk = |row: &[u8]| {
        let files = std::fs::read_dir(database.folder.path()).unwrap().map(|entry| entry.unwrap().path());
        let files = files.filter(|path| path.file_name().unwrap().to_str().unwrap().starts_with("fivepoint.db"));
        files.into_iter().any(|path| std::fs::read(path).unwrap().windows(row.len()).any(|window| window == row))
    };
    for code in [0, 1, 3] {
        office.key(&office.one, code, "self ABC").did("first");
    }
    if database.engine == Engine::Sqlite {
        assert!(rows.iter().all(|row| is_on_disk(row)), "where a row is looked for it can be found");
    }
    office.key(&office.two, 0, "self ABC").did("second");
    let page = office.key(&office.two, 1, "self ABB");
    office.answer(&office.two, "/settle", &page, &[("q3", "B")]).did("settled");
    office.scene.phone().form(&office.scene.codes[3], &form(0));

    let hex = |code: usize| data_encoding::HEXLOWER.encode(&office.hash(code));
    let elsewhere: Vec<_> = database.dump().into_iter().filter(|line| !line.starts_with("link: ")).collect();
    let elsewhere = elsewhere.join("\n").to_lowercase();
    for code in [0, 1, 3] {
        assert!(!elsewhere.contains(&hex(code)), "only the link itself knows its hash");
    }
    // The day is over: its counts go to the log when the keeper looks, which it does at once.
    database.execute("UPDATE paper_day SET day = '2022-03-01'");
    let codes = office.scene.codes.clone();
    let (status, log) = office.scene.server.stop();
    assert_eq!(status, Some(0));
    assert!(codes.iter().all(|code| !log.contains(code) && !log.contains(&code.replace('-', ""))), "{log}");
    let again = office.scene.program.serve();
    assert_eq!(Phone::new(&again.address).get("/health/ready").status, 200);
    assert_eq!(again.stop().0, Some(0));
    let mut counted = logged(&database);
    counted.sort();
    let expected = ["paper-differences 1 2022-03-01", "paper-first 3 2022-03-01", "paper-second 2 2022-03-01"];
    assert_eq!(counted, expected);
    assert_eq!(database.count("SELECT count(*) FROM paper_day"), 0);
    if database.engine == Engine::Sqlite {
        assert!(!rows.iter().any(|row| is_on_disk(row)), "not in any file of the database");
    }
    assert!(office.scene.program.run(&["audit", "verify"]).starts_with("ok"));
});
