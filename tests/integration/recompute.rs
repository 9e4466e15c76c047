//! Releases against a second computation in another language: random surveys answered through HTTP and on paper, units
//! voided and restored, and every figure of every release compared with `tests/recompute/release.py`.
//!
//! The surveys follow from a seed, which a failure prints; `FIVEPOINT_RECOMPUTE_SEED` sets another one.

use crate::harness::{Database, Desk, Phone, Program, Server, codes, on_both_engines};
use crate::units::kept;
use fivepoint::store::{Db, draws};
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::process::{Command, Stdio};

const SEED: u64 = 2022;
const RESPONDENTS: [&str; 4] = ["self", "helped_by_family", "helped_by_staff", "guardian"];
/// Phones that answer at the same time.
const PHONES: usize = 4;

/// SplitMix64: the same numbers from the same seed, on every machine.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// 0 to `end` − 1.
    fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() % u64::try_from(end).unwrap()).unwrap()
    }

    fn from(&mut self, least: usize, most: usize) -> usize {
        least + self.below(most - least + 1)
    }

    fn percent(&mut self, chance: usize) -> bool {
        self.below(100) < chance
    }

    fn pick<T: Clone>(&mut self, from: &[T]) -> T {
        from[self.below(from.len())].clone()
    }
}

/// A federation of so many levels: codes with their parents, each below its own.
fn units(random: &mut Random, levels: usize) -> Vec<(String, Option<String>)> {
    let mut all = vec![("C".to_owned(), None)];
    let mut above = vec!["C".to_owned()];
    for level in 1..levels {
        let mut these = Vec::new();
        for parent in above {
            // A county without anything below it, too.
            let least = usize::from(level == 1) * 2;
            for no in 1..=random.from(least, if level == 1 { 4 } else { 3 }) {
                let code = if level == 1 { format!("D{no}") } else { format!("{parent}-{no}") };
                all.push((code.clone(), Some(parent.clone())));
                these.push(code);
            }
        }
        above = these;
    }
    all
}

/// A survey file, as JSON, with everything in it at random.
fn survey(random: &mut Random, design: &str) -> Value {
    let count = random.pick(&[1, 2, 3, 5, 10, 12]);
    let plain = random.percent(50);
    let optional = random.percent(60);
    let questions: Vec<Value> = (1..=count)
        .map(|no| {
            let weight = if plain { 1 } else { random.from(1, 9) };
            json!({ "text": format!("第 {no} 题：\"好\"吗？\u{2028}\u{1f600}"), "weight": weight,
                    "required": !(optional && random.percent(40)) })
        })
        .collect();
    let weights: Vec<usize> = match random.below(3) {
        0 => vec![1000, 900, 800, 600, 0],
        1 => vec![1000, 750, 500, 250, 0],
        _ => {
            let mut weights: Vec<usize> = (0..5).map(|_| random.below(1001)).collect();
            weights.sort_unstable_by(|one, other| other.cmp(one));
            weights
        }
    };
    let options: Vec<Value> = weights
        .iter()
        .zip(["A", "B", "C", "D", "E"])
        .map(|(weight, code)| json!({ "code": code, "label": format!("选项 {code}"), "weight": weight }))
        .collect();
    let mut scale = json!({ "options": options });
    if random.percent(60) {
        scale["dont_know"] = json!({ "code": "X", "label": "不清楚" });
    }
    json!({
        "title": "满意度调查", "table_title": "统计表", "programme": "托养服务", "year": 2022, "organiser": "残联",
        "contact": "电话 0871", "purpose": "想听听您的意见。", "retention_days": 90, "time_zone": "Asia/Shanghai",
        "rounding": random.pick(&["half_up", "half_even"]),
        "disclosure_floor": random.pick(&[5, 5, 6, 8, 10]),
        "target": { "measure": random.pick(&["weighted_score", "top2_percent", "top1_percent"]),
                    "value": random.pick(&["85", "72.5", "60.00", "0", "100"]) },
        "design": { "kind": design }, "scale": scale, "questions": questions,
    })
}

/// How the people of a survey answer: the chance of each option, in per cent.
fn mood(random: &mut Random) -> [usize; 5] {
    random.pick(&[
        [100, 0, 0, 0, 0],
        [0, 0, 0, 0, 100],
        [80, 15, 5, 0, 0],
        [20, 20, 20, 20, 20],
        [60, 20, 10, 5, 5],
        [50, 50, 0, 0, 0],
        [0, 30, 40, 30, 0],
    ])
}

/// Answers to a survey by question, as a program sends them.
fn answers(random: &mut Random, survey: &Value, mood: [usize; 5]) -> Map<String, Value> {
    let questions = survey["questions"].as_array().unwrap();
    // Somebody who knows nothing throughout, and somebody who leaves most open.
    let silent = survey["scale"]["dont_know"].is_object() && random.percent(5);
    let hasty = random.percent(20);
    let mut said = Map::new();
    for (question, no) in questions.iter().zip(1..) {
        let left = question["required"] == false && random.percent(if hasty { 80 } else { 15 });
        if left && !(no == questions.len() && said.is_empty()) {
            continue;
        }
        let unknown = survey["scale"]["dont_know"].is_object() && (silent || random.percent(8));
        let mut place = random.below(100);
        let option = mood.iter().position(|share| {
            let here = place < *share;
            place = place.wrapping_sub(if here { 0 } else { *share });
            here
        });
        let code = if unknown { "X" } else { ["A", "B", "C", "D", "E"][option.unwrap()] };
        said.insert(no.to_string(), code.into());
    }
    said
}

/// Somebody with a link.
struct Person {
    unit: String,
    reference: String,
    code: String,
    state: &'static str,
}

/// A federation with its program, its people at the desk, and the surveys that are made there one after the other.
struct Federation<'a> {
    database: &'a Database,
    program: Program<'a>,
    server: Server,
    evaluator: Desk,
    clerks: [Desk; 2],
    units: Vec<(String, Option<String>)>,
    random: Random,
}

impl<'a> Federation<'a> {
    fn found(database: &'a Database, levels: usize, seed: u64) -> Self {
        let mut random = Random(seed);
        let units = units(&mut random, levels);
        let program = Program::new(database);
        let lines: String = units
            .iter()
            .map(|(code, parent)| format!("{code},单位 {code},{},L\n", parent.as_deref().unwrap_or_default()))
            .collect();
        program.run(&["unit", "import", &program.file("units.csv", format!("code,name,parent,level\n{lines}"))]);
        let server = program.serve();
        let evaluator = Desk::sign_in(&program, &server, "zhang", "evaluator", None);
        let clerk = |name: &str| Desk::sign_in(&program, &server, name, "clerk", Some("C"));
        let clerks = [clerk("one"), clerk("two")];
        Self { database, program, server, evaluator, clerks, units, random }
    }

    /// Where there are people, and how many.
    fn roster(&mut self, floor: usize, many: bool) -> Vec<String> {
        let parents: BTreeSet<String> = self.units.iter().filter_map(|(_, parent)| parent.clone()).collect();
        let mut roster = Vec::new();
        for (unit, _) in self.units.clone() {
            let some = if parents.contains(&unit) { self.random.percent(25) } else { self.random.percent(90) };
            let size = self.random.pick(&[1, 2, floor - 1, floor, floor + 1, 2 * floor, 2 * floor + 3]);
            let size = if many { size + floor } else { size };
            roster.extend(std::iter::repeat_n(unit, if some { size } else { 0 }));
        }
        if roster.is_empty() {
            roster.extend(std::iter::repeat_n("C".to_owned(), floor));
        }
        roster
    }

    fn post(&self, survey: &str, rest: &str, fields: &[(&str, &str)]) {
        let reply = self.evaluator.post(&format!("/staff/surveys/{survey}{rest}"), fields);
        assert_eq!(reply.status, 303, "{rest}: {}", reply.body);
    }

    /// Gives links to a roster by the command line, to everybody on it.
    fn issue_here(&self, survey: &str, roster: &str) -> Vec<(String, String, String)> {
        let (roster, list) = (self.program.file("roster.csv", roster), self.program.path("links.csv"));
        self.program.run(&["link", "issue", survey, "--roster", &roster, "--out", &list, "--force"]);
        let text = std::fs::read_to_string(&list).unwrap();
        let refs: Vec<(String, String)> = text.lines().skip(1).map(unit_and_reference).collect();
        refs.into_iter().zip(codes(&list)).map(|((unit, reference), code)| (unit, reference, code)).collect()
    }

    /// Gives links to a roster at the desk, to those who are drawn where there is a design to draw by.
    fn issue_there(
        &mut self,
        survey: &str,
        roster: &str,
        dispositions: &mut BTreeMap<String, &'static str>,
        draw: Option<&str>,
    ) -> Vec<(String, String, String)> {
        let address = format!("/staff/surveys/{survey}/roster");
        let mut preview = self.evaluator.upload(&format!("{address}/upload"), roster.as_bytes());
        while preview.status == 303 || preview.body.contains("data-poll") {
            std::thread::yield_now();
            preview = self.evaluator.get(&format!("{address}/upload"));
        }
        self.post(survey, "/roster/import", &[("upload", &kept(&preview.body))]);
        let people = roster.lines().count() - 1;
        self.dispose(survey, people, 4, dispositions);
        if let Some(design) = draw {
            let counties = if design == "clusters" { self.counties(survey) } else { String::new() };
            // Everybody in the drawn counties, or a sample of them; in strata always a sample.
            let margin = self.random.pick(&["15", "20", "5", ""][..if design == "clusters" { 4 } else { 3 }]);
            self.post(survey, "/links/draw", &[("counties", &counties), ("margin", margin)]);
        }
        self.post(survey, "/links/issue", &[]);
        while self.evaluator.get(&format!("/staff/surveys/{survey}/links/progress")).body.contains("data-poll") {
            std::thread::yield_now();
        }
        let fields = [("reason", "交给短信平台"), ("format", "csv")];
        let list = self.evaluator.download(&format!("/staff/surveys/{survey}/links/export"), &fields);
        let text = String::from_utf8(list).unwrap();
        let mut csv = csv::Reader::from_reader(text.strip_prefix('\u{feff}').unwrap().as_bytes());
        let rows = csv.records().map(|row| row.unwrap());
        rows.map(|row| (row[0].to_owned(), row[1].to_owned(), row[5].to_owned())).collect()
    }

    /// Marks some people, by their place on the roster, as gone or as not to be reached.
    fn dispose(
        &mut self,
        survey: &str,
        people: usize,
        share: usize,
        dispositions: &mut BTreeMap<String, &'static str>,
    ) {
        for number in 1..=people {
            if self.random.percent(share) {
                let known = self.random.pick(&["ineligible", "non_contact"]);
                let number = number.to_string();
                let fields = [("number", number.as_str()), ("known", known), ("unit", ""), ("page", "1")];
                self.post(survey, "/roster/mark", &fields);
                dispositions.insert(format!("R{number}"), known);
            }
        }
    }

    /// Makes a survey, has it answered and released, and compares everything.
    fn survey(&mut self, design: &str, draw: bool, many: bool) {
        let file = survey(&mut self.random, design);
        let id = self.program.run(&["survey", "import", &self.program.file("survey.json", file.to_string())]);
        let floor = usize::try_from(file["disclosure_floor"].as_u64().unwrap()).unwrap();
        let roster = self.roster(floor, many);
        let lines: String = roster.iter().zip(1..).map(|(unit, no)| format!("{unit},R{no}\n")).collect();
        let lines = format!("unit,ref\n{lines}");
        let mut dispositions = BTreeMap::new();
        let at_the_desk = draw || design == "everyone" && self.random.percent(60);
        let links = if at_the_desk {
            self.issue_there(&id, &lines, &mut dispositions, draw.then_some(design))
        } else {
            self.issue_here(&id, &lines)
        };
        self.program.run(&["survey", "open", &id, "--confirm-weights"]);
        if at_the_desk {
            self.dispose(&id, roster.len(), 5, &mut dispositions);
        }
        let person = |(unit, reference, code)| Person { unit, reference, code, state: "expired" };
        let mut people: Vec<Person> = links.into_iter().map(person).collect();
        let responses = self.answer(&id, &file, &mut people);
        self.program.run(&["survey", "close", &id]);
        let releases = self.release(&id, &responses);
        let printed = self.program.run(&["verify", &id]);
        assert!(printed.lines().all(|line| line.starts_with("ok: ")), "{printed}");

        let drawn = draw.then(|| {
            let drawn = self.db().read(|conn| draws::get(conn, id.parse().unwrap())).unwrap().unwrap();
            let line = |stratum: &fivepoint::domain::sample::Stratum| {
                json!({ "unit": stratum.unit, "people": stratum.people, "drawn": stratum.sample })
            };
            drawn.strata.iter().map(line).collect::<Vec<_>>()
        });
        let mut told = file.clone();
        told["design"] = design.into();
        told["options"] = file["scale"]["options"].clone();
        told["measure"] = file["target"]["measure"].clone();
        told["target"] = file["target"]["value"].clone();
        let people: Vec<Value> = people
            .iter()
            .map(|person| {
                let known = dispositions.get(&person.reference);
                json!({ "unit": person.unit, "state": person.state, "disposition": known })
            })
            .collect();
        let unit = |(code, parent): &(String, Option<String>)| json!({ "code": code, "name": format!("单位 {code}"), "parent": parent, "level": "L" });
        let units: Vec<Value> = self.units.iter().map(unit).collect();
        compare(&json!({
            "id": id, "survey": told, "units": units, "people": people, "drawn": drawn, "responses": responses,
            "releases": releases,
        }));
    }

    /// How many counties to draw of those with people: two at least where there are two.
    fn counties(&mut self, survey: &str) -> String {
        let frame = self.db().read(|conn| draws::frame(conn, survey.parse().unwrap())).unwrap();
        self.random.from(frame.len().min(2), frame.len()).to_string()
    }

    fn db(&self) -> Db {
        Db::open(&self.database.url.parse().unwrap()).unwrap()
    }

    /// Has most people answer by phone or on paper; others decline, begin only, do nothing, or lose their link.
    fn answer(&mut self, id: &str, file: &Value, people: &mut [Person]) -> Vec<Value> {
        let (mood, rate) = (mood(&mut self.random), self.random.pick(&[100, 90, 75, 40]));
        let kinds: &[&str] = if self.random.percent(50) { &RESPONDENTS } else { &RESPONDENTS[..2] };
        let on_paper = self.random.pick(&[0, 10, 25]);
        let phone = Phone::new(&self.server.address);
        let mut sheets: Vec<(String, Value, bool)> = Vec::new();
        let mut responses = Vec::new();
        for person in people {
            if !self.random.percent(rate) {
                match self.random.below(5) {
                    0 => {
                        assert_eq!(phone.act(&person.code, "decline").status, 200);
                        person.state = "declined";
                    }
                    1 => assert_eq!(phone.act(&person.code, "start").status, 200),
                    2 if self.random.percent(50) => {
                        self.program.run(&["link", "revoke", &person.code]);
                        person.state = "revoked";
                    }
                    _ => {}
                }
                continue;
            }
            person.state = "submitted";
            let said = answers(&mut self.random, file, mood);
            let sheet = json!({ "answers": said, "respondent": self.random.pick(kinds) });
            let paper = self.random.percent(on_paper);
            if paper {
                self.key(id, file, &person.code, &sheet);
            } else {
                sheets.push((person.code.clone(), sheet.clone(), self.random.percent(30)));
            }
            responses.push(json!({
                "unit": person.unit, "respondent": sheet["respondent"], "answers": said,
                "channel": if paper { "paper" } else { "web" },
            }));
        }
        std::thread::scope(|scope| {
            for part in sheets.chunks(sheets.len().div_ceil(PHONES).max(1)) {
                let phone = phone.clone();
                scope.spawn(move || part.iter().for_each(|(code, sheet, by_form)| send(&phone, code, sheet, *by_form)));
            }
        });
        responses
    }

    /// Two clerks key the same form.
    fn key(&self, id: &str, file: &Value, code: &str, sheet: &Value) {
        let respondent = sheet["respondent"].as_str().unwrap();
        let mut fields = vec![("code".to_owned(), code.to_owned()), ("respondent".to_owned(), respondent.to_owned())];
        for no in 1..=file["questions"].as_array().unwrap().len() {
            let said = sheet["answers"][no.to_string()].as_str().unwrap_or("-blank-");
            fields.push((format!("q{no}"), said.to_owned()));
        }
        let fields: Vec<_> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        for clerk in &self.clerks {
            let reply = clerk.post(&format!("/staff/surveys/{id}/paper"), &fields);
            assert_eq!(reply.status, 303, "{}", reply.body);
        }
    }

    /// The last release as a long CSV, to the byte.
    fn csv(&self, id: &str) -> String {
        let path = self.program.path("release.csv");
        self.program.run(&["result", id, "--out", &path, "--force"]);
        std::fs::read_to_string(&path).unwrap()
    }

    /// Releases the survey, then voids and restores units and releases it again; gives every release with its voided
    /// units, and those that were refused.
    fn release(&mut self, id: &str, responses: &[Value]) -> Vec<Value> {
        let answered: BTreeSet<&str> = responses.iter().map(|response| response["unit"].as_str().unwrap()).collect();
        let answered: Vec<&str> = answered.into_iter().collect();
        let (mut voided, mut releases, mut last) = (BTreeMap::<&str, String>::new(), Vec::new(), None);
        let rounds = self.random.from(2, 4);
        for round in 0..rounds {
            let touch = if round == 0 { self.random.percent(20) } else { true };
            if touch && !answered.is_empty() {
                let unit = self.random.pick(&answered);
                let reason = format!("第 {round} 次复核");
                let act = if voided.remove(unit).is_some() {
                    "/restore"
                } else {
                    voided.insert(unit, reason.clone());
                    "/void"
                };
                self.post(id, act, &[("unit", unit), ("reason", &reason)]);
            }
            let lines: Vec<Value> = voided
                .iter()
                .map(|(unit, reason)| json!({ "unit": unit, "name": format!("单位 {unit}"), "reason": reason }))
                .collect();
            let done = self.program.try_run(&["survey", "release", id]);
            if !done.ok {
                assert!(done.err.contains("fewer than"), "{}", done.err);
                releases.push(json!({ "voided": lines, "document": null }));
                continue;
            }
            let document = self.program.run(&["result", id, "--format", "json"]);
            if last.as_ref() != Some(&document) {
                let csv = self.csv(id);
                releases.push(json!({ "voided": lines, "document": document, "csv": csv }));
            }
            last = Some(document);
        }
        releases
    }
}

/// Unit and ref of a line of a list.
fn unit_and_reference(line: &str) -> (String, String) {
    let mut cells = line.split(',');
    (cells.next().unwrap().to_owned(), cells.next().unwrap().to_owned())
}

/// Sends a form as a program does, or as a browser does.
fn send(phone: &Phone, code: &str, sheet: &Value, by_form: bool) {
    if !by_form {
        let reply = phone.json(code, sheet);
        assert_eq!(reply.status, 201, "{sheet}: {}", reply.body);
        return;
    }
    let said = sheet["answers"].as_object().unwrap().iter();
    let said: String = said.map(|(no, code)| format!("q{no}={}&", code.as_str().unwrap())).collect();
    let reply = phone.form(code, &format!("{said}respondent={}&action=submit", sheet["respondent"].as_str().unwrap()));
    assert_eq!(reply.status, 303, "{sheet}: {}", reply.body);
}

fn python(arguments: &[&str]) -> Command {
    let mut python = Command::new("python3");
    python.arg("-B").arg(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/recompute/release.py")).args(arguments);
    python
}

/// Fails with everything in which the second computation differs.
fn compare(case: &Value) {
    let mut child = python(&[]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("python3");
    child.stdin.take().unwrap().write_all(case.to_string().as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    let found = String::from_utf8(output.stdout).unwrap();
    if !output.status.success() {
        let kept = std::env::temp_dir().join(format!("fivepoint-case-{}.json", case["id"].as_str().unwrap()));
        std::fs::write(&kept, case.to_string()).unwrap();
        panic!("computed again, with the case in {}:\n{found}", kept.display());
    }
}

fn seed(levels: usize) -> u64 {
    let seed = std::env::var("FIVEPOINT_RECOMPUTE_SEED").map_or(SEED, |seed| seed.parse().unwrap());
    println!("FIVEPOINT_RECOMPUTE_SEED={seed}");
    seed * 10 + u64::try_from(levels).unwrap()
}

/// Surveys of a federation of so many levels: each with its design, whether a sample is drawn, and whether there are
/// enough people to show more groups.
fn surveys(database: &Database, levels: usize, surveys: &[(&str, bool, bool)]) {
    let mut federation = Federation::found(database, levels, seed(levels));
    for (design, draw, many) in surveys {
        federation.survey(design, *draw, *many);
    }
}

#[test]
fn the_second_computation_gives_the_golden_numbers() {
    let golden = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/statistics.json");
    let output = python(&["golden", golden]).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
}

on_both_engines!(one_unit_alone_is_computed_the_same_twice, |database| {
    surveys(&database, 1, &[("everyone", false, false), ("strata", true, true), ("clusters", false, true)]);
});

on_both_engines!(counties_are_computed_the_same_twice, |database| {
    surveys(&database, 2, &[("everyone", false, false), ("strata", true, true), ("clusters", true, true)]);
});

on_both_engines!(institutions_are_computed_the_same_twice, |database| {
    let all =
        [("everyone", false, false), ("everyone", false, true), ("strata", true, false), ("clusters", true, true)];
    surveys(&database, 3, &all);
});

on_both_engines!(four_levels_are_computed_the_same_twice, |database| {
    surveys(&database, 4, &[("everyone", false, true), ("strata", false, true)]);
});
