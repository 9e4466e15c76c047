//! Releases at their edges: nobody, everybody, one of everything, very many, and what is said no more.

use crate::harness::{Database, Desk, Engine, Phone, Program, SURVEY, Server, UNITS, codes, on_both_engines};
use serde_json::{Map, Value, json};

/// A city with three counties and an institution in each.
const COUNTIES: &str = "code,name,parent,level\nC,市,,city\nD1,一县,C,county\nD2,二县,C,county\nD3,三县,C,county\n\
    I1,一院,D1,institution\nI2,二院,D2,institution\nI3,三院,D3,institution\n";

/// An open survey with links in some units.
struct Open<'a> {
    database: &'a Database,
    program: Program<'a>,
    server: Server,
    survey: String,
    /// Links that wait, with their unit.
    links: Vec<(String, String)>,
    questions: usize,
}

impl<'a> Open<'a> {
    /// `people` are units with how many have a link there.
    fn new(database: &'a Database, survey: &str, units: &str, people: &[(&str, usize)]) -> Self {
        let program = Program::new(database);
        program.run(&["unit", "import", &program.file("units.csv", units)]);
        let id = program.run(&["survey", "import", &program.file("survey.toml", survey)]);
        let units = people.iter().flat_map(|(unit, count)| std::iter::repeat_n((*unit).to_owned(), *count));
        let units: Vec<String> = units.collect();
        let (roster, list) =
            (program.file("roster.csv", format!("unit\n{}\n", units.join("\n"))), program.path("l.csv"));
        program.run(&["link", "issue", &id, "--roster", &roster, "--out", &list, "--force"]);
        program.run(&["survey", "open", &id]);
        let server = program.serve();
        let links = units.into_iter().zip(codes(&list)).collect();
        Self { database, program, server, survey: id, links, questions: survey.matches("[[questions]]").count() }
    }

    /// So many people of a unit choose these options, question by question; a dash leaves one open.
    fn say(&mut self, unit: &str, count: usize, options: &str) {
        let phone = Phone::new(&self.server.address);
        for _ in 0..count {
            let place = self.links.iter().position(|(of, _)| of == unit).unwrap();
            let (_, code) = self.links.swap_remove(place);
            let said = (1..).zip(options.chars()).filter(|(_, option)| *option != '-');
            let said: Map<String, Value> =
                said.map(|(no, option)| (no.to_string(), option.to_string().into())).collect();
            let reply = phone.json(&code, &json!({ "answers": said, "respondent": "self" }));
            assert_eq!(reply.status, 201, "{}", reply.body);
        }
    }

    /// So many people of a unit choose one option all the way down.
    fn agree(&mut self, unit: &str, count: usize, option: &str) {
        self.say(unit, count, &option.repeat(self.questions));
    }

    fn close(&self) {
        self.program.run(&["survey", "close", &self.survey]);
    }

    /// Releases, verifies, and gives the document.
    fn release(&self) -> Value {
        self.program.run(&["survey", "release", &self.survey]);
        let printed = self.program.run(&["verify", &self.survey]);
        assert!(printed.lines().all(|line| line.starts_with("ok: ")), "{printed}");
        serde_json::from_str(&self.program.run(&["result", &self.survey, "--format", "json"])).unwrap()
    }

    /// Voids a unit, or restores it.
    fn judge(&self, desk: &Desk, act: &str, unit: &str) {
        let path = format!("/staff/surveys/{}/{act}", self.survey);
        assert_eq!(desk.post(&path, &[("unit", unit), ("reason", "复核")]).status, 303);
    }

    fn evaluator(&self) -> Desk {
        Desk::sign_in(&self.program, &self.server, "zhang", "evaluator", None)
    }
}

/// The group of a unit.
fn unit<'a>(release: &'a Value, code: &str) -> &'a Value {
    release["groups"].as_array().unwrap().iter().find(|group| group["unit"] == code).unwrap()
}

fn is_hidden(group: &Value) -> bool {
    let told = ["n", "measures", "intervals", "returned", "response_rate"];
    let nothing = told.iter().all(|name| group[name].is_null());
    assert_eq!(group["hidden"] == true, nothing, "{group}");
    nothing
}

fn sampled(design: &str) -> String {
    SURVEY.replace("\"everyone\"", &format!("\"{design}\""))
}

/// A questionnaire of so many questions.
fn questions(count: usize) -> String {
    let (head, _) = SURVEY.split_once("[[questions]]").unwrap();
    (1..=count).fold(head.to_owned(), |text, no| text + &format!("[[questions]]\ntext = \"第 {no} 问\"\n"))
}

on_both_engines!(nobody_answered_and_the_release_says_who_was_asked, |database| {
    let open = Open::new(&database, SURVEY, UNITS, &[("I1", 7), ("I3", 2)]);
    open.close();
    let release = open.release();
    assert!(release["groups"].as_array().unwrap().iter().all(is_hidden));
    assert_eq!((&unit(&release, "C")["issued"], &unit(&release, "D2")["eligible"]), (&9.into(), &2.into()));
    for nothing in ["intervals", "quality", "total", "final_score"] {
        assert!(release[nothing].is_null(), "{nothing}");
    }
    let rates = &release["response_rates"];
    assert_eq!(
        (&rates["expired"], &rates["returned_percent"], &rates["rr2"]),
        (&9.into(), &"0.00".into(), &"0.00".into())
    );
    assert!(rates["valid_percent"].is_null(), "valid of nobody is no number");
});

on_both_engines!(one_person_below_the_floor_tells_nothing_and_the_floor_tells_all, |database| {
    for (count, told) in [(4, false), (5, true)] {
        let mut open = Open::new(&database, SURVEY, UNITS, &[("I1", 9)]);
        open.agree("I1", count, "B");
        open.close();
        let release = open.release();
        assert_eq!(release["valid"], count);
        assert_eq!(release["total"].is_object(), told);
        assert_eq!(release["intervals"].is_object() && release["quality"].is_object(), told);
        assert_eq!(release["other_weights"].as_array().unwrap().is_empty(), !told);
        assert_eq!(release["measures"]["weighted_score"], if told { json!("90.00") } else { Value::Null });
        for code in ["C", "D1", "I1"] {
            assert_eq!(is_hidden(unit(&release, code)), !told, "{code}");
        }
    }
});

on_both_engines!(one_question_or_a_hundred_have_intervals_and_groups, |database| {
    for count in [1, 100] {
        let mut open = Open::new(&database, &questions(count), UNITS, &[("I1", 12)]);
        open.agree("I1", 3, "A");
        open.agree("I1", 3, "C");
        open.close();
        let release = open.release();
        assert_eq!(release["questions"].as_array().unwrap().len(), count);
        // Scores 100 and 80 of three each: s² = 120, times (1 − 6/12) / 6, is 10 squared points.
        let score = &release["intervals"]["weighted_score"];
        assert_eq!(score["exact"], json!({ "value": "90.00000000", "variance": "10.000000000000", "df": 5 }));
        // 2.570582 times the root of 10.
        assert_eq!((&score["low"], &score["high"]), (&"81.87".into(), &"98.13".into()));
        // Questions that are answered as one: α = 100/99 · (1 − 1/100).
        let quality = &release["quality"];
        assert_eq!(quality["alpha"], if count == 1 { Value::Null } else { json!("1.00") });
        assert_eq!(quality["straight_percent"], if count == 1 { "0.00" } else { "100.00" });
        assert_eq!((&quality["identical_percent"], &quality["complete_forms"]), (&"50.00".into(), &6.into()));
        assert_eq!(unit(&release, "I1")["measures"]["top1_percent"], "50.00");
    }
});

on_both_engines!(a_city_of_one_unit_is_its_own_group_and_stratum, |database| {
    for design in ["everyone", "strata", "clusters"] {
        let mut open = Open::new(&database, &sampled(design), "code,name,parent,level\nC,市,,city\n", &[("C", 8)]);
        open.agree("C", 3, "A");
        open.agree("C", 3, "B");
        open.close();
        let release = open.release();
        let city = unit(&release, "C");
        assert_eq!(
            (&city["n"], &city["depth"], &city["measures"]["weighted_score"]),
            (&6.into(), &0.into(), &"95.00".into())
        );
        let (all, own) = (&release["intervals"]["weighted_score"], &city["intervals"]["weighted_score"]);
        if design == "clusters" {
            // One county that is all there are, and not everybody in it: no degree of freedom is left.
            assert_eq!(all["not_estimable"], "no_degrees_of_freedom");
        } else {
            assert_eq!((&all["low"], &all["high"]), (&own["low"], &own["high"]));
            assert!(own["low"].is_string() && own.get("exact").is_none(), "{own}");
        }
    }
});

on_both_engines!(three_thousand_units_are_three_thousand_groups, |database| {
    let counties = (1..=20).map(|no| format!("K{no},县{no},C,county\n"));
    let below = (1..=2_979).map(|no| format!("U{no},院{no},K{},institution\n", no % 20 + 1));
    let lines: String = counties.chain(below).collect();
    let units = format!("code,name,parent,level\nC,市,,city\n{lines}");
    let names: Vec<String> = (1..=2_979).map(|no| format!("U{no}")).collect();
    let mut people: Vec<(&str, usize)> = names.iter().map(|name| (name.as_str(), 1)).collect();
    people[0].1 = 9;
    people[1].1 = 9;
    let mut open = Open::new(&database, SURVEY, &units, &people);
    open.agree("U1", 6, "A");
    open.agree("U2", 7, "B");
    open.agree("U3", 1, "E");
    open.close();
    let release = open.release();
    assert_eq!(release["groups"].as_array().unwrap().len(), 3_000 + 4 + 2);
    assert_eq!(unit(&release, "C")["issued"], 2_979 + 16);
    // U3 is alone in its county: the smaller of the other two is hidden with it.
    for (code, hidden) in [("K2", true), ("U1", true), ("K3", false), ("U2", false), ("K4", true), ("U3", true)] {
        assert_eq!(is_hidden(unit(&release, code)), hidden, "{code}");
    }
    // Nobody there answered: that is no secret.
    assert_eq!((&unit(&release, "U2979")["n"], &unit(&release, "U2979")["returned"]), (&0.into(), &0.into()));
});

on_both_engines!(a_stratum_with_one_answer_is_estimated_together_with_another, |database| {
    let people = [("I1", 20), ("I2", 12), ("I3", 10)];
    let mut open = Open::new(&database, &sampled("strata"), COUNTIES, &people);
    open.agree("I1", 5, "A");
    open.agree("I1", 5, "B");
    open.agree("I2", 6, "B");
    open.agree("I3", 1, "E");
    open.close();
    let release = open.release();
    let hidden = |code: &str| is_hidden(unit(&release, code));
    assert!(!hidden("D1") && hidden("D2") && hidden("D3") && hidden("I3"));
    assert_eq!(release["measures"]["weighted_score"], "87.65", "1490 points of 17 people");
    let intervals = &release["intervals"];
    assert_eq!((&intervals["strata"], &intervals["coverage_percent"]), (&2.into(), &"100.00".into()));
    // 20 people at 95 and 22 at 540/7.
    assert_eq!(intervals["weighted_score"]["estimate"], "85.65");
    assert_eq!(intervals["weighted_score"]["exact"]["df"], 15);
});

on_both_engines!(a_county_without_an_answer_is_not_covered, |database| {
    let people = [("I1", 20), ("I2", 12), ("I3", 10)];
    let mut open = Open::new(&database, &sampled("strata"), COUNTIES, &people);
    open.agree("I1", 10, "A");
    open.agree("I2", 8, "C");
    open.close();
    let release = open.release();
    let none = unit(&release, "D3");
    assert_eq!((&none["hidden"], &none["n"], &none["response_rate"]), (&false.into(), &0.into(), &"0.00".into()));
    assert!(none["measures"].is_null() && none["intervals"].is_null());
    let intervals = &release["intervals"];
    assert_eq!((&intervals["people"], &intervals["strata"]), (&42.into(), &2.into()));
    assert_eq!(intervals["coverage_percent"], "76.19", "32 of 42");
    assert_eq!(intervals["weighted_score"]["estimate"], "92.50", "20 at 100 and 12 at 80");
});

on_both_engines!(where_everybody_answered_the_interval_is_the_score, |database| {
    let mut open = Open::new(&database, SURVEY, UNITS, &[("I1", 6)]);
    open.agree("I1", 3, "A");
    open.agree("I1", 3, "D");
    open.close();
    let release = open.release();
    for (measure, value) in [("weighted_score", "80.00"), ("top2_percent", "50.00")] {
        for told in [&release["intervals"][measure], &unit(&release, "I1")["intervals"][measure]] {
            assert_eq!((&told["estimate"], &told["low"], &told["high"]), (&value.into(), &value.into(), &value.into()));
        }
        assert_eq!(release["intervals"][measure]["standard_error"], "0.00");
    }
    assert_eq!(release["response_rates"]["rr2"], "100.00");
});

on_both_engines!(where_all_say_the_same_no_group_says_that_all_do, |database| {
    let mut open = Open::new(&database, SURVEY, UNITS, &[("I1", 10)]);
    open.agree("I1", 6, "A");
    open.close();
    let release = open.release();
    assert_eq!(release["measures"]["top1_percent"], "100.00", "the official table is exempt");
    let share = &release["intervals"]["top1_percent"];
    // Wilson: 6 / (6 + 1.959964²).
    assert_eq!((&share["low"], &share["high"]), (&"60.97".into(), &"100.00".into()));
    let groups = release["groups"].as_array().unwrap();
    let shown: Vec<_> = groups.iter().filter(|group| group["measures"].is_object()).collect();
    assert_eq!(shown.len(), 5, "three units, who answered, and how");
    for group in shown {
        assert_eq!(group["measures"]["weighted_score"], "≥ 95");
        assert_eq!(group["intervals"]["top1_percent"], json!({ "estimate": "≥ 95", "low": null, "high": null }));
    }
    assert!(release["quality"]["alpha"].is_null());
});

on_both_engines!(question_weights_and_optional_questions_make_two_scores, |database| {
    let (head, _) = SURVEY.split_once("[[questions]]").unwrap();
    let questions = "[[questions]]\ntext = \"一\"\nweight = 3\n[[questions]]\ntext = \"二\"\nrequired = false\n";
    let mut open = Open::new(&database, &format!("{head}{questions}"), UNITS, &[("I1", 8)]);
    open.say("I1", 4, "A-");
    open.say("I1", 2, "AE");
    open.close();
    let release = open.release();
    // 100 · (3·6) / (3·6 + 2), and 75 of 75 points with 0 of 25.
    assert_eq!((&release["final_score"], &release["total"]["sum_of_question_scores"]), (&"90".into(), &"75.00".into()));
    assert_eq!(release["total"]["bases_differ"], true);
    let rates = &release["response_rates"];
    assert_eq!((&rates["partial"], &rates["rr1"], &rates["rr2"]), (&4.into(), &"25.00".into(), &"75.00".into()));
    assert_eq!(release["quality"]["complete_forms"], 2);
});

on_both_engines!(a_voided_unit_below_the_floor_is_told_by_no_difference, |database| {
    let mut open = Open::new(&database, SURVEY, UNITS, &[("I1", 9), ("I2", 9), ("I3", 9)]);
    open.agree("I1", 8, "A");
    open.agree("I2", 8, "B");
    open.agree("I3", 4, "E");
    open.close();
    let desk = open.evaluator();
    open.judge(&desk, "void", "I3");
    let release = open.release();
    assert_eq!((&release["valid"], &release["voided"][0]["unit"]), (&16.into(), &"I3".into()));
    assert!(release.get("with_voided").is_none(), "four people");
    open.judge(&desk, "restore", "I3");
    let refused = open.program.try_run(&["survey", "release", &open.survey]);
    assert!(!refused.ok && refused.err.contains("fewer than"), "{}", refused.err);
    assert_eq!(database.count("SELECT count(*) FROM release"), 1);
});

on_both_engines!(a_voided_unit_with_enough_people_is_told_in_a_second_release, |database| {
    let mut open = Open::new(&database, SURVEY, UNITS, &[("I1", 9), ("I2", 9), ("I3", 9)]);
    open.agree("I1", 8, "A");
    open.agree("I2", 8, "B");
    open.agree("I3", 6, "E");
    open.close();
    let desk = open.evaluator();
    let first = open.release();
    assert_eq!((&first["number"], &first["measures"]["weighted_score"]), (&1.into(), &"69.09".into()));
    open.judge(&desk, "void", "I3");
    let second = open.release();
    assert_eq!((&second["number"], &second["measures"]["weighted_score"]), (&2.into(), &"95.00".into()));
    assert_eq!(second["with_voided"]["weighted_score"], "69.09");
    assert_eq!((&second["returned"], &second["valid"]), (&22.into(), &16.into()));
    let voided = unit(&second, "I3");
    assert_eq!((&voided["voided"], &voided["n"], &voided["returned"]), (&true.into(), &0.into(), &6.into()));
    open.judge(&desk, "restore", "I3");
    let third = open.release();
    assert_eq!((&third["number"], &third["groups"]), (&3.into(), &first["groups"]));
});

on_both_engines!(verify_finds_a_figure_of_a_group_that_was_changed, |database| {
    let mut open = Open::new(&database, SURVEY, UNITS, &[("I1", 9), ("I3", 9)]);
    open.agree("I1", 7, "A");
    open.agree("I1", 1, "E");
    open.agree("I3", 6, "B");
    open.close();
    let release = open.release();
    assert_eq!(unit(&release, "I1")["measures"]["weighted_score"], "87.50");
    let column = if open.database.engine == Engine::Postgres { "document" } else { "CAST(document AS TEXT)" };
    database.execute(&format!("UPDATE release SET document = replace({column}, '\"87.50\"', '\"88.50\"')"));
    let done = open.program.try_run(&["verify", &open.survey]);
    assert!(!done.ok && done.out.contains("DIFFERENT: release 1 against the responses"), "{}{}", done.out, done.err);
});
