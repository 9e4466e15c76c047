//! Scorecards: files in and out, versions, and every figure against fractions computed a second time.

use crate::harness::{Database, Desk, Program, Scene, on_both_engines};
use calamine::{Data, Reader, Xlsx};
use chrono::DateTime;
use fivepoint::domain::scorecard::{
    Direction, Head, Indicator, Kind, Quantitative, Scorecard, Scored, amount, read, read_table,
};
use fivepoint::domain::survey::Format;
use fivepoint::export::scorecard::{book, csv, docx};
use num_bigint::BigInt;
use num_rational::BigRational;
use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use roxmltree::{Document, Node};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::fmt::Write;
use std::io::{Cursor, Read};
use std::time::Instant;

const REPORT: &str = include_str!("../../src/cli/demo/kunming-2022-scorecard.toml");

/// The table as the report prints it.
const PRINTED: [[&str; 5]; 4] = [
    ["A项目决策", "20.00", "20.00", "0.00", "100.00%"],
    ["B项目管理", "20.00", "19.00", "1.00", "95.00%"],
    ["C项目绩效", "60.00", "56.00", "4.00", "93.33%"],
    ["合计", "100.00", "95.00", "5.00", "95.00%"],
];

/// A scene whose survey is released with everybody satisfied but a few.
fn released(database: &Database, links: usize) -> Scene<'_> {
    let scene = Scene::open(database, links);
    for (number, code) in scene.codes.iter().enumerate() {
        let option = ["A", "A", "B", "C"][number / 3 % 4];
        let sheet = json!({ "answers": { "1": option, "2": option, "3": option }, "respondent": "self" });
        assert_eq!(scene.phone().json(code, &sheet).status, 201);
    }
    scene.close();
    scene.release();
    scene
}

fn import(program: &Program<'_>, name: &str, content: &str) -> String {
    program.run(&["scorecard", "import", &program.file(name, content)])
}

fn document(program: &Program<'_>, id: &str) -> Value {
    serde_json::from_str(&program.run(&["scorecard", "show", id, "--format", "json"])).unwrap()
}

fn line<'a>(document: &'a Value, code: &str) -> &'a Value {
    document["indicators"].as_array().unwrap().iter().find(|line| line["code"] == code).unwrap()
}

on_both_engines!(the_scorecard_of_the_report_is_that_of_the_report, |database| {
    let scene = released(&database, 60);
    let program = &scene.program;
    let id = import(program, "report.toml", REPORT);

    // Without the survey's result there is no total, and it says what is lacking.
    let first = document(program, &id);
    assert_eq!(first["total"], Value::Null);
    assert_eq!(first["missing"], json!([{ "row": 56, "code": "C311", "name": "服务对象满意度", "what": "release" }]));
    let text = program.run(&["scorecard", "show", &id]);
    assert!(
        text.contains("还有 1 个指标没有填完") && text.contains("第 56 行 C311 服务对象满意度：缺调查结果"),
        "{text}"
    );

    program.run(&["scorecard", "set", &id, "C311", "--release", &scene.survey]);
    let scored = document(program, &id);
    let table = program.run(&["scorecard", "show", &id, "--format", "table"]);
    let table: Vec<Vec<String>> = ::csv::Reader::from_reader(table.trim_start_matches('\u{feff}').as_bytes())
        .records()
        .map(|row| row.unwrap().iter().map(str::to_owned).collect())
        .collect();
    assert_eq!(table, PRINTED);
    assert_eq!(scored["total"]["grade"], "优");
    let levels =
        |level: usize| scored["indicators"].as_array().unwrap().iter().filter(|line| line["level"] == level).count();
    assert_eq!([1, 2, 3, 4].map(levels), [3, 8, 16, 28]);
    let output = line(&scored, "C111");
    assert_eq!(
        (&output["achieved"], &output["over"], &output["score"]),
        (&json!("106.39"), &json!(true), &json!("10.00"))
    );
    let budget = line(&scored, "B112");
    assert_eq!((&budget["achieved"], &budget["over"]), (&json!("100.00"), &json!(false)));

    // The figure is that of the release, with its digest; 60 forms: 30 A, 15 B, 15 C.
    let release: Value = serde_json::from_str(&program.run(&["result", &scene.survey, "--format", "json"])).unwrap();
    let bound = &line(&scored, "C311")["release"];
    assert_eq!((&bound["value"], &bound["exact"]), (&json!("92.50"), &json!("185/2")));
    assert_eq!((&bound["value"], &bound["sha256"]), (&release["measures"]["weighted_score"], &release["sha256"]));

    // The digest is that of the document without it.
    let mut bare = scored.clone();
    let digest = bare.as_object_mut().unwrap().remove("sha256").unwrap();
    let canonical = serde_json_canonicalizer::to_string(&bare).unwrap();
    assert_eq!(digest, data_encoding::HEXLOWER.encode(&Sha256::digest(canonical)));

    // Who did what, without a word of what they wrote.
    assert_eq!(
        database.lines(
            "SELECT act || ' ' || CAST(amount AS TEXT) || ' ' || COALESCE(unit, '-') || COALESCE(reason, '-') AS line \
             FROM audit WHERE act LIKE 'scorecard%' ORDER BY number"
        ),
        ["scorecard-added 1 --", "scorecard-bound 2 --"]
    );
    assert_eq!(database.count("SELECT count(*) FROM audit WHERE act = 'scorecard-bound' AND survey IS NOT NULL"), 1);
    let listed = program.run(&["scorecard", "list"]);
    assert!(listed.starts_with(&format!("{id}\t2022\t95.00\t优\t")), "{listed}");
});

on_both_engines!(what_is_entered_makes_a_version_and_a_stale_one_is_refused, |database| {
    let program = Program::new(&database);
    let id = import(&program, "report.toml", REPORT);
    program.run(&["scorecard", "set", &id, "C111", "--actual", "2100", "--evidence", "汇总表", "--seen", "1"]);
    assert_eq!(line(&document(&program, &id), "C111")["score"], "7.50");

    let before = database.dump();
    let refuse = |arguments: &[&str], why: &str| {
        let done = program.try_run(&[&["scorecard", "set", &id], arguments].concat());
        assert!(!done.ok && done.err.contains(why), "{arguments:?}: {}", done.err);
    };
    refuse(&["C111", "--actual", "2979", "--seen", "1"], "somebody has changed it meanwhile");
    refuse(&["C111", "--score", "5", "--reason", "x"], "is quantitative");
    refuse(&["C111", "--actual", "-1"], "never below 0");
    refuse(&["C111", "--actual", "很多"], "is no number");
    refuse(&["A111", "--score", "3"], "--reason");
    refuse(&["A111", "--score", "3.01", "--reason", "x"], "which is 3.00");
    refuse(&["A11", "--actual", "1"], "is group");
    refuse(&["Z", "--actual", "1"], "there is no indicator “Z”");
    refuse(&["C311", "--release", "0fdc1a3a-4a5c-4b43-9f29-2f2b6fd9c5a5"], "there is no survey");
    assert_eq!(database.dump(), before, "nothing was changed");

    program.run(&["scorecard", "set", &id, "A111", "--score", "2.5", "--reason", "依据不全"]);
    program.run(&["scorecard", "set", &id, "C111", "--clear"]);
    let versions = program.run(&["scorecard", "versions", &id]);
    let told: Vec<Vec<&str>> = versions.lines().map(|line| line.split('\t').collect()).collect();
    let told: Vec<_> = told.iter().map(|parts| (parts[0], parts[3], *parts.get(4).unwrap_or(&""))).collect();
    assert_eq!(told, [("4", "actual", "C111"), ("3", "score", "A111"), ("2", "actual", "C111"), ("1", "added", "")]);
    let between = program.run(&["scorecard", "versions", &id, "--from", "1", "--to", "3"]);
    let expected = [
        "A\t项目决策\tscore\t20.00\t19.50",
        "A1\t项目立项\tscore\t10.00\t9.50",
        "A11\t立项依据\tscore\t5.00\t4.50",
        "A111\t立项依据充分性\treason\t项目立项符合规定\t依据不全",
        "A111\t立项依据充分性\tscore\t3.00\t2.50",
        "C111\t完成托养任务人数\tactual\t2979\t2100",
        "C111\t完成托养任务人数\tevidence\t各县（市）区残联完成情况汇总\t汇总表",
        "C111\t完成托养任务人数\tscore\t10.00\t7.50",
    ];
    let between: Vec<&str> = between.lines().collect();
    assert!(expected.iter().all(|line| between.contains(line)) && between.len() == expected.len() + 2, "{between:#?}");
    // Older versions stay as they were.
    let old = program.run(&["scorecard", "show", &id, "--format", "json", "--number", "1"]);
    assert_eq!(line(&serde_json::from_str(&old).unwrap(), "C111")["actual"], "2979");
});

on_both_engines!(of_many_who_save_the_same_version_one_is_first, |database| {
    let program = Program::new(&database);
    let id = import(&program, "report.toml", REPORT);
    let done = std::thread::scope(|scope| {
        let save = |number: usize| {
            let (program, id) = (&program, &id);
            move || program.try_run(&["scorecard", "set", id, "C111", "--actual", &number.to_string(), "--seen", "1"])
        };
        let running: Vec<_> = (0..6).map(|number| scope.spawn(save(number))).collect();
        running.into_iter().map(|one| one.join().unwrap()).collect::<Vec<_>>()
    });
    assert_eq!(done.iter().filter(|done| done.ok).count(), 1);
    assert!(done.iter().filter(|done| !done.ok).all(|done| done.err.contains("changed it meanwhile")));
    assert_eq!(database.count("SELECT count(*) FROM scorecard_version"), 2);
    // Who names no version adds to whatever is there.
    std::thread::scope(|scope| {
        for code in ["C111", "C112", "B112"] {
            let (program, id) = (&program, &id);
            scope.spawn(move || program.run(&["scorecard", "set", id, code, "--actual", "1"]));
        }
    });
    let last = document(&program, &id);
    assert_eq!(last["version"], 5);
    assert!(["C111", "C112", "B112"].iter().all(|code| line(&last, code)["actual"] == "1"));
});

on_both_engines!(a_binding_stays_when_a_newer_release_is_made, |database| {
    let scene = released(&database, 60);
    let program = &scene.program;
    let id = import(program, "report.toml", REPORT);
    program.run(&[
        "scorecard",
        "set",
        &id,
        "C311",
        "--release",
        &scene.survey,
        "--measure",
        "top1_percent",
        "--target",
        "60",
    ]);
    let before = document(program, &id);
    assert_eq!(
        (&line(&before, "C311")["release"]["value"], &line(&before, "C311")["score"]),
        (&json!("50.00"), &json!("8.33"))
    );

    let desk = Desk::sign_in(program, &scene.server, "li", "evaluator", None);
    let voided = desk.post(&format!("/staff/surveys/{}/void", scene.survey), &[("unit", "I3"), ("reason", "代填")]);
    assert_eq!(voided.status, 303, "{}", voided.body);
    scene.release();
    let shown = program.try_run(&["scorecard", "show", &id, "--format", "json"]);
    assert!(shown.err.contains("C311: its survey has a newer release, number 2"), "{}", shown.err);
    assert_eq!(serde_json::from_str::<Value>(&shown.out).unwrap(), before);
    program.run(&["scorecard", "set", &id, "C311", "--release", &format!("{}:2", scene.survey)]);
    assert_eq!(line(&document(program, &id), "C311")["release"]["number"], 2);
    assert!(!program.try_run(&["scorecard", "show", &id]).err.contains("newer"));
});

on_both_engines!(a_release_that_shows_no_results_cannot_be_bound, |database| {
    let scene = released(&database, 4);
    let program = &scene.program;
    let id = import(program, "report.toml", REPORT);
    let before = database.dump();
    let refused = program.try_run(&["scorecard", "set", &id, "C311", "--release", &scene.survey]);
    assert!(!refused.ok && refused.err.contains("shows no results"), "{}", refused.err);
    let bound =
        |what: &str| REPORT.replace("measure = \"weighted_score\"", &format!("measure = \"weighted_score\", {what}"));
    let row = REPORT.lines().position(|line| line.contains("satisfaction")).unwrap() + 1;
    for (what, why) in [
        (format!("survey = \"{}\", release = 1", scene.survey), "(release): this release shows no results"),
        (format!("survey = \"{}\", release = 2", scene.survey), "(release): there is no such release"),
        ("release = 2".to_owned(), "needs its survey"),
        ("survey = \"x\"".to_owned(), "no survey id"),
    ] {
        let file = program.file("bound.toml", bound(&what));
        let refused = program.try_run(&["scorecard", "import", &file]);
        assert!(
            !refused.ok && refused.err.contains(&format!("row {row},")) && refused.err.contains(why),
            "{}",
            refused.err
        );
    }
    assert_eq!(database.dump(), before);
});

/// A good table of five indicators.
const SMALL: &str = "\
代码,上级,指标名称,权重分,类型,目标值,实际值,评分,理由
A,,甲,60,,,,,
A1,A,甲一,40,定量,10,5,,
A2,A,甲二,20,定性,,,12.5,不全
B,,乙,40,,,,,
B1,B,乙一,40,定性,,,,
";

on_both_engines!(every_mistake_names_its_row_and_nothing_is_imported, |database| {
    let program = Program::new(&database);
    let head = ["--title", "t", "--programme", "p", "--year", "2022", "--unit", "u"];
    let run = |content: &str| {
        let file = program.file("small.csv", content);
        program.try_run(&[&["scorecard", "import", &file], head.as_slice()].concat())
    };
    // Only a table's head is missing, then nothing.
    let without = program.try_run(&["scorecard", "import", &program.file("small.csv", SMALL)]);
    assert!(!without.ok && without.err.contains("--title"), "{}", without.err);
    let before = database.dump();
    for (from, to, row, why) in [
        ("A1,A,甲一,40", "A1,A,甲一,39.99", 2, "add up to 59.99, and its own weight is 60.00"),
        ("B,,乙,40", "B,,乙,40.01", 2, "the weights at the top add up to 100.01; the full marks are 100.00"),
        ("A1,A,甲一", "A1,A1,甲一", 3, "would stand above itself"),
        ("B,,乙,40", "B,B1,乙,40", 5, "“B” would stand above itself"),
        ("B1,B,", "B1,X,", 6, "there is no indicator “X”"),
        ("A2,A,", "A1,A,", 4, "“A1” stands in row 3 already"),
        ("定量,10,5", "定量,十,5", 3, "“十” is no number"),
        ("定量,10,5", "定量,0,5", 3, "must be above 0"),
        ("定量,10,5", "定量,,5", 3, "missing"),
        ("定量,10,5", "定量,10,-5", 3, "never below 0"),
        ("定量,10,5", "定量,10,0.1234567", 3, "at most 6 decimals"),
        ("甲一,40", "甲一,40.001", 3, "at most 2 decimals"),
        ("甲一,40", "甲一,40分", 3, "is no number"),
        ("甲一,40", "甲一,0", 3, "must be above 0"),
        ("定量,10,5", "数量,10,5", 3, "use quantitative (定量)"),
        ("定量,10,5", ",,", 3, "needs a kind"),
        ("A,,甲,60,", "A,,甲,60,定性", 2, "leave its kind and its figures empty"),
        ("定性,,,12.5", "定性,9,,12.5", 4, "nothing here"),
        ("12.5,不全", "20.5,不全", 4, "which is 20.00"),
        ("12.5,不全", "12.5,", 4, "needs its reason"),
        ("B1,B,乙一,40", "B1,B,,40", 6, "missing"),
        ("B1,B,", "B 1,B,", 6, "use letters, digits"),
    ] {
        assert!(SMALL.contains(from), "{from}");
        let refused = run(&SMALL.replacen(from, to, 1));
        let place = format!("row {row}, column ");
        let found = refused.err.lines().any(|line| line.contains(&place) && line.contains(why));
        assert!(!refused.ok && found, "{to}: {}", refused.err);
    }
    assert_eq!(database.dump(), before, "nothing was imported");

    // What is not filled in is no mistake of the tree, but there is no total, and `check` names the row.
    let good = run(SMALL);
    assert!(good.ok && good.err.contains("第 6 行 B1 乙一：缺评分和理由"), "{}", good.err);
    let missing = SMALL.replace("定量,10,5", "定量,10,");
    let check = program.try_run(&["scorecard", "check", &program.file("check.csv", &missing)]);
    assert!(!check.ok);
    assert_eq!(
        check.out.lines().collect::<Vec<_>>(),
        ["row 3: A1 甲一: the actual is missing", "row 6: B1 乙一: the score is missing"]
    );
    let whole = SMALL.replace("B1,B,乙一,40,定性,,,,", "B1,B,乙一,40,定性,,,40,好");
    assert!(program.run(&["scorecard", "check", &program.file("check.csv", &whole)]).starts_with("ok: 5 indicators"));
});

on_both_engines!(a_file_given_again_keeps_what_it_does_not_say, |database| {
    let program = Program::new(&database);
    let head = ["--title", "t", "--programme", "p", "--year", "2022", "--unit", "u"];
    let file = program.file("small.csv", SMALL);
    let id = program.run(&[&["scorecard", "import", &file], head.as_slice()].concat());
    // New weights, a new name and a new indicator, and no word of what was entered.
    let tree = "code,parent,name,weight,kind,target\nA,,甲,60,,\nA1,A,甲一改,30,quantitative,20\n\
                A2,A,甲二,20,qualitative,\nA3,A,甲三,10,qualitative,\nB,,乙,40,,\nB1,B,乙一,40,qualitative,\n";
    program.run(&["scorecard", "import", &program.file("tree.csv", tree), "--into", &id, "--year", "2023"]);
    let scored = document(&program, &id);
    assert_eq!((&scored["year"], &scored["title"]), (&json!(2023), &json!("t")));
    assert_eq!((&line(&scored, "A1")["actual"], &line(&scored, "A1")["score"]), (&json!("5"), &json!("7.50")));
    assert_eq!((&line(&scored, "A2")["score"], &line(&scored, "A2")["reason"]), (&json!("12.50"), &json!("不全")));
    // What is kept must fit, too.
    let small = tree.replace("A1,A,甲一改,30", "A1,A,甲一改,40").replace("甲二,20", "甲二,10");
    let refused = program.try_run(&["scorecard", "import", &program.file("tree.csv", &small), "--into", &id]);
    assert!(!refused.ok && refused.err.contains("row 4,") && refused.err.contains("which is 10.00"), "{}", refused.err);
});

on_both_engines!(a_thousand_indicators_on_eight_levels_are_imported_and_printed, |database| {
    let program = Program::new(&database);
    let (content, count) = large(1_000, 8);
    let began = Instant::now();
    let id = import(&program, "large.toml", &content);
    let scored = document(&program, &id);
    assert_eq!(scored["indicators"].as_array().unwrap().len(), count);
    assert_eq!(
        scored["indicators"].as_array().unwrap().iter().map(|line| line["level"].as_u64().unwrap()).max(),
        Some(8)
    );
    assert_eq!(scored["total"]["score"], "50.00");
    for ending in ["txt", "csv", "xlsx", "docx"] {
        let path = program.path(&format!("large.{ending}"));
        program.run(&["scorecard", "show", &id, "--out", &path]);
    }
    assert!(began.elapsed().as_secs() < 60, "{:?}", began.elapsed());
    for ending in ["csv", "xlsx"] {
        program.run(&["scorecard", "import", &program.path(&format!("large.{ending}")), "--into", &id]);
    }
    assert_eq!(program.run(&["scorecard", "versions", &id, "--from", "1", "--to", "3"]), "");
});

/// A tree of about so many indicators on so many levels: a chain down, and the rest beside each other at its end.
fn large(count: usize, depth: usize) -> (String, usize) {
    let mut file = "title = \"t\"\nprogramme = \"p\"\nyear = 2022\nunit = \"u\"\n".to_owned();
    for level in 1..depth {
        let parent = if level > 1 { format!("parent = \"L{}\"\n", level - 1) } else { String::new() };
        write!(file, "[[indicators]]\ncode = \"L{level}\"\n{parent}name = \"第{level}级\"\nweight = 100\n").unwrap();
    }
    let leaves = count - (depth - 1);
    for number in 1..=leaves {
        // 100 points in hundredths: one each, and the rest for the last.
        let hundredths = if number < leaves { 1 } else { 10_000 - (leaves - 1) };
        write!(
            file,
            "[[indicators]]\ncode = \"N{number}\"\nparent = \"L{}\"\nname = \"指标{number}\"\nweight = \"{}.{:02}\"\n\
             kind = \"quantitative\"\ntarget = {}\nactual = {number}\nevidence = \"附件{number}\"\n",
            depth - 1,
            hundredths / 100,
            hundredths % 100,
            number * 2
        )
        .unwrap();
    }
    (file, count)
}

#[test]
fn trees_end_at_their_bounds() {
    let fault =
        |count, depth| read(&large(count, depth).0, Format::Toml).map(|_| ()).map_err(|faults| faults.to_string());
    let began = Instant::now();
    assert_eq!(fault(5_000, 20), Ok(()));
    assert!(fault(5_001, 4).unwrap_err().contains("at most 5000 indicators"));
    assert!(fault(40, 21).unwrap_err().contains("at most 20 levels"));
    // A chain of thousands, a circle of thousands, brackets without end: refused, and soon.
    let chain: String = (1..5_000).map(|number| format!("C{number},C{},x,1,,\n", number - 1)).collect();
    let table = |first: &str| format!("code,parent,name,weight,kind,target\n{first}\n{chain}");
    let head = || Head::new("t".to_owned(), "p".to_owned(), 2022, "u".to_owned());
    let of = |text: String| read_table(text.as_bytes(), head()).unwrap_err().to_string();
    assert!(of(table("C0,,x,1,,")).contains("at most 20 levels"));
    assert!(of(table("C0,C4999,x,1,,")).contains("would stand above itself"));
    assert!(read(&"[".repeat(4_000_000), Format::Json).is_err());
    assert!(read(&"a=[".repeat(100_000), Format::Toml).is_err());
    assert!(began.elapsed().as_secs() < 60, "{:?}", began.elapsed());
}

// --- files read back ---------------------------------------------------------------------------------

fn scored(text: &str) -> Scored {
    let id = uuid::Uuid::from_u128(7);
    Scored::make(&read(text, Format::Toml).unwrap().card, id, 3, DateTime::UNIX_EPOCH).unwrap()
}

#[test]
fn the_workbook_shows_every_cell_and_computes_it() {
    let scored = scored(REPORT);
    let bytes = book::scorecard(&scored).unwrap();
    assert_eq!(bytes, book::scorecard(&scored).unwrap(), "the same file every time");
    let mut book: Xlsx<_> = calamine::open_workbook_from_rs(Cursor::new(bytes)).unwrap();
    let sheet = book.worksheet_range("指标").unwrap();
    let formulas = book.worksheet_formula("指标").unwrap();
    let written = csv::scorecard(&scored).unwrap();
    let mut written = ::csv::Reader::from_reader(written.trim_start_matches('\u{feff}').as_bytes());
    let head: Vec<String> = written.headers().unwrap().iter().map(str::to_owned).collect();
    assert_eq!(sheet.rows().next().unwrap().iter().map(ToString::to_string).collect::<Vec<_>>(), head);
    let mut rows = 0;
    for (row, record) in (1_u32..).zip(written.records()) {
        rows += 1;
        for (column, text) in (0_u32..).zip(record.unwrap().iter()) {
            let found = sheet.get_value((row, column)).unwrap_or(&Data::Empty);
            let (digits, times) = text.strip_suffix('%').map_or((text, 1.0), |digits| (digits, 100.0));
            match found {
                Data::Float(number) => {
                    let places = digits.split_once('.').map_or(0, |(_, decimals)| decimals.len());
                    assert_eq!(format!("{:.places$}", number * times), digits, "row {row}, column {column}");
                }
                Data::Empty => assert_eq!(text, "", "row {row}, column {column}"),
                other => assert_eq!(other.to_string(), text, "row {row}, column {column}"),
            }
        }
        let formula = formulas.get_value((row, 16)).unwrap();
        let bound = sheet.get_value((row, 4)) != Some(&Data::String("满意度".to_owned()));
        assert_eq!(formula.contains("IF("), bound, "row {row}: {formula}");
    }
    assert_eq!(rows, scored.indicators.len());
    // The top is the sum of what stands directly below it, and incomplete as long as one of them is.
    assert_eq!(formulas.get_value((1, 16)).unwrap(), "IF(COUNT(Q3,Q10)=2,SUM(Q3,Q10),\"—\")");
    let table = book.worksheet_range("得分情况").unwrap();
    let total = table.rows().find(|row| row[0] == Data::String("合计".to_owned())).unwrap();
    assert_eq!(total[1], Data::Float(100.0));
    assert_eq!(total[2], Data::String("—".to_owned()), "nothing is added up while one is lacking");
}

/// The tables of a Word file: rows of cells.
fn tables(bytes: &[u8]) -> Vec<Vec<Vec<String>>> {
    let mut zip = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut xml = String::new();
    zip.by_name("word/document.xml").unwrap().read_to_string(&mut xml).unwrap();
    let document = Document::parse(&xml).unwrap();
    let named = |node: &Node<'_, '_>, name: &str| node.tag_name().name() == name;
    let below = |node: Node<'_, '_>, name: &str| {
        node.children().filter(|child| named(child, name)).map(|child| child.id()).collect::<Vec<_>>()
    };
    let text = |cell: Node<'_, '_>| {
        cell.descendants().filter(|node| named(node, "t")).filter_map(|node| node.text()).collect::<Vec<_>>().join("|")
    };
    let node = |id| document.get_node(id).unwrap();
    let cells = |row| below(node(row), "tc").into_iter().map(|cell| text(node(cell))).collect();
    let tables = document.descendants().filter(|node| named(node, "tbl"));
    tables.map(|table| below(table, "tr").into_iter().map(cells).collect()).collect()
}

#[test]
fn the_word_file_has_the_table_of_the_report_and_every_indicator() {
    // Scored by hand here, so that it needs no survey.
    let whole =
        REPORT.replace("kind = \"satisfaction\", measure = \"weighted_score\"", "kind = \"quantitative\", actual = 98");
    let scored = scored(&whole);
    let bytes = docx::scorecard(&scored).unwrap();
    assert_eq!(bytes, docx::scorecard(&scored).unwrap());
    let tables = tables(&bytes);
    assert_eq!(tables[0][0], ["项目", "权重分", "得分", "扣分", "得分率"]);
    assert_eq!(tables[0][1..], PRINTED.map(|row| row.map(str::to_owned).to_vec()));
    let details = &tables[3];
    assert_eq!(details[0][..4], ["一级指标", "二级指标", "三级指标", "四级指标"]);
    let leaves: Vec<_> = scored.indicators.iter().filter(|line| line.kind != "group").collect();
    assert_eq!(details.len(), leaves.len() + 1);
    for (row, leaf) in details[1..].iter().zip(&leaves) {
        assert_eq!(row[3], format!("{} {}", leaf.code, leaf.name));
        assert_eq!((&row[4], &row[5]), (&leaf.weight, leaf.score.as_ref().unwrap()));
        let said = [&leaf.reason, &leaf.evidence].into_iter().flatten().all(|text| row[7].contains(text));
        assert!(said, "{row:?}");
    }
    // Of the merged columns the first cell alone is written.
    let told = |column: usize| details[1..].iter().filter(|row| !row[column].is_empty()).count();
    assert_eq!([0, 1, 2].map(told), [3, 8, 16]);
    let output = details.iter().find(|row| row[3].starts_with("C111")).unwrap();
    assert_eq!(output[6], "≥2800人|2979人|106.39%（超额完成）");
    let groups = &tables[2];
    assert_eq!(groups.len(), 1 + 3 + 8 + 16 + 1);
    assert_eq!(groups.last().unwrap()[1..], ["100.00", "95.00", "5.00", "95.00%"]);
}

// --- figures -----------------------------------------------------------------------------------------

fn exact(text: &str) -> BigRational {
    let (whole, decimals) = text.split_once('.').unwrap_or((text, ""));
    let digits: BigInt = format!("{whole}{decimals}").parse().unwrap();
    BigRational::new(digits, BigInt::from(10).pow(u32::try_from(decimals.len()).unwrap()))
}

/// Half up at two decimals.
fn rounded(number: &BigRational) -> String {
    let hundredths = (number * BigInt::from(100) + BigRational::new(1.into(), 2.into())).floor().to_integer();
    format!("{}.{:02}", &hundredths / 100, &hundredths % 100)
}

/// A leaf: points in hundredths, the target, the actual value, whether less is better.
type Leaf = (u32, u32, u32, bool);

/// The scorecard of leaves in groups, as deep as asked: every group's weight is what stands below it.
fn card(groups: &[Vec<Leaf>]) -> Scorecard {
    let points = |hundredths: u32| amount(&format!("{}.{:02}", hundredths / 100, hundredths % 100), 2).unwrap();
    let mut indicators = Vec::new();
    let mut all = 0;
    for (number, leaves) in groups.iter().enumerate() {
        let sum: u32 = leaves.iter().map(|leaf| leaf.0).sum();
        all += sum;
        let of = |code: String, parent: Option<String>, weight, kind| Indicator {
            name: code.clone(),
            code,
            parent,
            weight: points(weight),
            kind,
            reason: None,
            evidence: None,
        };
        indicators.push(of(format!("G{number}"), None, sum, Kind::Group));
        for (leaf, (weight, target, actual, lower)) in leaves.iter().enumerate() {
            let kind = Kind::Quantitative(Quantitative {
                target: (*target).into(),
                actual: Some((*actual).into()),
                measured_in: String::new(),
                direction: if *lower { Direction::Lower } else { Direction::Higher },
            });
            indicators.push(of(format!("G{number}.{leaf}"), Some(format!("G{number}")), *weight, kind));
        }
    }
    let head = Head { full_marks: points(all), ..Head::new("t".to_owned(), "p".to_owned(), 2022, "u".to_owned()) };
    Scorecard { head, indicators }.checked().unwrap()
}

#[test]
fn sums_are_of_exact_points_and_are_rounded_once() {
    let leaf = (1..3_000_u32, 1..400_u32, 0..500_u32, any::<bool>());
    let groups = prop::collection::vec(prop::collection::vec(leaf, 1..8), 1..6);
    TestRunner::default()
        .run(&groups, |groups| {
            let card = card(&groups);
            let scored = Scored::make(&card, uuid::Uuid::nil(), 1, DateTime::UNIX_EPOCH).unwrap();
            prop_assert_eq!(&scored.card().unwrap(), &card, "what was given is in the document");
            let mut points: HashMap<String, BigRational> = HashMap::new();
            let mut total = exact("0");
            for (number, leaves) in groups.iter().enumerate() {
                for (index, (weight, target, actual, lower)) in leaves.iter().enumerate() {
                    let weight = BigRational::new((*weight).into(), 100.into());
                    let (good, wanted) = if *lower { (target, actual) } else { (actual, target) };
                    let own = if good >= wanted {
                        weight
                    } else {
                        weight * BigRational::new((*good).into(), (*wanted).into())
                    };
                    *points.entry(format!("G{number}")).or_insert_with(|| exact("0")) += &own;
                    total += &own;
                    points.insert(format!("G{number}.{index}"), own);
                }
            }
            for line in &scored.indicators {
                let own = &points[&line.code];
                let weight = exact(&line.weight);
                prop_assert_eq!(line.score.as_ref().unwrap(), &rounded(own), "{}", &line.code);
                prop_assert_eq!(line.rate.as_ref().unwrap(), &rounded(&(own / &weight * BigInt::from(100))));
                let sum = exact(line.score.as_ref().unwrap()) + exact(line.deduction.as_ref().unwrap());
                prop_assert_eq!(sum, weight, "score and deduction add up in every row");
            }
            let printed = scored.total.unwrap();
            let rate = &total / exact(&scored.full_marks) * BigInt::from(100);
            prop_assert_eq!(&printed.score, &rounded(&total));
            prop_assert_eq!(&printed.rate, &rounded(&rate));
            let grades = [("优", "90"), ("良", "80"), ("中", "60"), ("差", "0")];
            let grade = grades.into_iter().find(|(_, from)| rate >= exact(from)).unwrap().0;
            prop_assert_eq!(&printed.grade, grade);
            Ok(())
        })
        .unwrap();
}

#[test]
fn a_grade_is_given_by_the_exact_rate() {
    // 89.996 of 100 prints as 90.00 and is still 良: 1000 × 0.89996.
    let scored = |actual: u32| {
        let card = card(&[vec![(10_000, 100_000, actual, false)]]);
        Scored::make(&card, uuid::Uuid::nil(), 1, DateTime::UNIX_EPOCH).unwrap().total.unwrap()
    };
    for (actual, score, grade) in [
        (100_000, "100.00", "优"),
        (90_000, "90.00", "优"),
        (89_996, "90.00", "良"),
        (80_000, "80.00", "良"),
        (79_999, "80.00", "中"),
        (60_000, "60.00", "中"),
        (59_999, "60.00", "差"),
        (0, "0.00", "差"),
    ] {
        let total = scored(actual);
        assert_eq!((total.score.as_str(), total.grade.as_str()), (score, grade), "{actual}");
    }
}
