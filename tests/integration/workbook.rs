//! The workbook and the long CSV of a release, read back and compared with the document.

use crate::harness::{Database, Engine, Phone, Program, SURVEY, Scene, UNITS, codes, form, on_both_engines, sheet};
use calamine::{Data, Range, Reader, Xlsx};
use fivepoint::domain::release::Release;
use fivepoint::export::{csv_release, results_book};
use serde_json::Value;
use std::collections::BTreeMap;
use std::io::Cursor;

const SHEETS: [&str; 5] = ["统计表", "分组", "回收情况", "计算过程", "方法"];
const MEASURES: [&str; 3] = ["weighted_score", "top2_percent", "top1_percent"];

/// A workbook that was read back.
struct Book(BTreeMap<String, Range<Data>>);

impl Book {
    fn read(bytes: &[u8]) -> Self {
        let mut book: Xlsx<_> = calamine::open_workbook_from_rs(Cursor::new(bytes)).unwrap();
        assert_eq!(book.sheet_names(), SHEETS);
        Self(book.worksheets().into_iter().collect())
    }

    fn rows(&self, sheet: &str) -> impl Iterator<Item = &[Data]> {
        self.0[sheet].rows()
    }

    /// The one row of a sheet whose cell in that column is this text.
    fn row(&self, sheet: &str, column: usize, text: &str) -> &[Data] {
        let mut rows = self.rows(sheet).filter(|row| row[column] == Data::String(text.to_owned()));
        let row = rows.next().unwrap_or_else(|| panic!("{sheet} has no {text}"));
        assert!(rows.next().is_none(), "{sheet} has {text} twice");
        row
    }

    fn says(&self, sheet: &str, text: &str) -> bool {
        self.0[sheet].used_cells().any(|(_, _, cell)| matches!(cell, Data::String(said) if said.contains(text)))
    }
}

/// Fails unless a cell shows these printed digits: the number itself, or a hundredth of a share.
fn shows(cell: &Data, printed: &str) {
    let (digits, times) = printed.strip_suffix('%').map_or((printed, 1.0), |digits| (digits, 100.0));
    match (cell, digits.parse::<f64>()) {
        (Data::Float(number), Ok(_)) => {
            let places = digits.split_once('.').map_or(0, |(_, decimals)| decimals.len());
            let (near, exact) = (number * times, digits.parse::<f64>().unwrap());
            assert_eq!(format!("{near:.places$}"), digits);
            assert!((near - exact).abs() < 1e-12, "{number} has more digits than {printed}");
        }
        (Data::String(text), _) => assert_eq!(text, printed),
        _ => panic!("{cell:?} is not {printed}"),
    }
}

fn printed(figure: &Value) -> String {
    match figure {
        Value::Null => "—".to_owned(),
        Value::String(figure) => figure.clone(),
        other => other.to_string(),
    }
}

fn share(figure: &Value) -> String {
    figure.as_str().map_or_else(|| "—".to_owned(), |figure| format!("{figure}%"))
}

fn of_measure(measure: &str, figure: &Value) -> String {
    if measure == "weighted_score" { printed(figure) } else { share(figure) }
}

fn list(value: &Value) -> &[Value] {
    value.as_array().unwrap()
}

/// Fails unless the workbook shows everything that the document says.
fn assert_book(document: &Value) -> Book {
    let release: Release = serde_json::from_value(document.clone()).unwrap();
    let bytes = results_book::release(&release).unwrap();
    assert_eq!(bytes, results_book::release(&release).unwrap(), "the same file every time");
    let book = Book::read(&bytes);
    assert_table(&book, document);
    assert_groups(&book, document);
    assert_rates(&book, document);
    assert_worked(&book, document);
    assert_method(&book, document);
    assert_csv(document, &csv_release::release(&release).unwrap());
    book
}

fn assert_table(book: &Book, document: &Value) {
    let rows: Vec<&[Data]> = book.rows("统计表").collect();
    let codes: Vec<&str> = list(&document["scale"]).iter().map(|option| option["code"].as_str().unwrap()).collect();
    let total = &document["total"];
    let blocks = list(&document["questions"]).iter().chain((!total.is_null()).then_some(total));
    let mut next = 3;
    for block in blocks {
        for (key, all) in [("counts", &block["n"]), ("percent", &Value::Null), ("score", &block["score_total"])] {
            let row = rows[next];
            for (code, cell) in codes.iter().zip(&row[2..]) {
                let figure = &block[key][code];
                shows(cell, &if key == "percent" { share(figure) } else { printed(figure) });
            }
            let empty = block["n"] == 0;
            let whole = if empty { "—" } else { "100%" };
            shows(&row[7], &if key == "percent" { whole.to_owned() } else { printed(all) });
            next += 1;
        }
    }
    shows(&book.row("统计表", 0, "最终得分")[2], &printed(&document["final_score"]));
}

fn assert_groups(book: &Book, document: &Value) {
    if document["total"].is_null() {
        let none = document["valid"] == 0;
        assert!(book.says("分组", if none { "没有收到有效答卷，没有结果。" } else { "为保护答卷人不公布结果" }));
        return;
    }
    let columns =
        if document["survey"]["design"] == "everyone" { vec!["low", "high"] } else { vec!["estimate", "low", "high"] };
    for group in list(&document["groups"]).iter().filter(|group| group["by"] == "unit") {
        let row = book.row("分组", 1, group["unit"].as_str().unwrap());
        if group["hidden"] == true {
            shows(&row[2], "不公布");
            assert!(row[3..row.len() - 1].iter().all(|cell| *cell == Data::Empty));
            continue;
        }
        shows(&row[2], &printed(&group["n"]));
        let mut cells = row[3..].iter();
        for measure in MEASURES {
            shows(cells.next().unwrap(), &of_measure(measure, &group["measures"][measure]));
            for column in &columns {
                shows(cells.next().unwrap(), &of_measure(measure, &group["intervals"][measure][column]));
            }
        }
    }
}

fn assert_rates(book: &Book, document: &Value) {
    let rates = &document["response_rates"];
    for (name, key) in [
        ("发放", "issued"),
        ("其中：调查前已搬走或去世", "ineligible"),
        ("其中：联系不上", "non_contact"),
        ("其中：不参加", "declined"),
        ("其中：收回的链接", "revoked"),
        ("其中：到期未答", "expired"),
        ("回收", "returned"),
        ("其中：部分作答", "partial"),
        ("应答基数", "eligible"),
    ] {
        shows(&book.row("回收情况", 0, name)[1], &printed(&rates[key]));
    }
    for (name, key) in [
        ("回收率", "returned_percent"),
        ("有效率", "valid_percent"),
        ("应答率 RR1（AAPOR）", "rr1"),
        ("应答率 RR2（AAPOR）", "rr2"),
    ] {
        if name == "有效率" && document["returned"] == 0 {
            assert!(!book.says("回收情况", name));
            continue;
        }
        shows(&book.row("回收情况", 0, name)[1], &share(&rates[key]));
    }
    for group in list(&document["groups"]).iter().filter(|group| group["by"] == "unit") {
        let row = book.row("回收情况", 1, group["unit"].as_str().unwrap());
        shows(&row[2], &printed(&group["issued"]));
        shows(&row[3], &printed(&group["eligible"]));
        if group["returned"].is_null() {
            assert!(row[4..6].iter().all(|cell| *cell == Data::String("不公布".to_owned())));
        } else {
            shows(&row[4], &printed(&group["returned"]));
            shows(&row[5], &share(&group["response_rate"]));
        }
    }
}

/// What the formulas came to when the file was written is what was released, row by row.
fn assert_worked(book: &Book, document: &Value) {
    let mut checks = 0;
    for row in book.rows("计算过程").skip(7).filter(|row| row[15] != Data::Empty) {
        assert_eq!(row[15], Data::String("一致".to_owned()), "{row:?}");
        // A row of a block has six released figures, a line below the blocks one.
        let pairs =
            if row[2] == Data::Empty { vec![(8, 9)] } else { (3..9).map(|column| (column, column + 6)).collect() };
        for (computed, released) in pairs {
            let Data::String(released) = &row[released] else { panic!("{:?} is released as text", row[released]) };
            shows(&row[computed], released);
        }
        checks += 1;
    }
    let blocks = list(&document["questions"]).len() + usize::from(!document["total"].is_null());
    let differ = document["total"]["bases_differ"] == true;
    let measures = if blocks == 0 { 0 } else { 5 + usize::from(differ) };
    assert_eq!(checks, 3 * blocks + measures + list(&document["other_weights"]).len() + 5);
    assert!(book.says("计算过程", "核对结果：全部一致"));
}

fn assert_method(book: &Book, document: &Value) {
    let said = |name: &str| book.row("方法", 0, name)[1].clone();
    for (name, value) in [
        ("名称", &document["survey"]["title"]),
        ("主办单位", &document["survey"]["organiser"]),
        ("调查编号", &document["survey"]["id"]),
        ("第几次发布", &document["number"]),
        ("发布时间（UTC）", &document["as_of"]),
        ("SHA-256", &document["sha256"]),
        ("操作记录行数", &document["audit"]["length"]),
        ("操作记录末行校验", &document["audit"]["head"]),
    ] {
        assert_eq!(said(name), Data::String(printed(value)), "{name}");
    }
    let [id, head] = [&document["survey"]["id"], &document["audit"]["head"]].map(printed);
    assert_eq!(said("重新计算"), Data::String(format!("fivepoint verify {id}")));
    assert_eq!(said("核对操作记录"), Data::String(format!("fivepoint audit verify --head {head}")));
    for paragraph in document["method"].as_str().unwrap().lines() {
        assert!(book.says("方法", paragraph), "{paragraph}");
    }
    if document["intervals"].is_null() {
        return;
    }
    let intervals = &document["intervals"];
    let head = book.rows("方法").position(|row| row[0] == Data::String("指标".to_owned())).unwrap();
    let rows = book.rows("方法").skip(head + 1).filter(|row| row[1] != Data::Empty);
    for (measure, row) in MEASURES.into_iter().zip(rows) {
        let interval = &intervals[measure];
        let figures = [&document["measures"][measure], &interval["estimate"], &interval["low"], &interval["high"]];
        for (figure, cell) in figures.into_iter().zip(&row[1..]) {
            shows(cell, &of_measure(measure, figure));
        }
        shows(&row[5], &printed(&interval["standard_error"]));
        for (key, cell) in ["value", "variance", "df"].into_iter().zip(&row[6..]) {
            shows(cell, &printed(&interval["exact"][key]));
        }
    }
    let quality = &document["quality"];
    shows(&said("克隆巴赫 α 系数"), &printed(&quality["alpha"]));
    if list(&document["questions"]).len() == 1 {
        assert!(!book.says("方法", "从头到尾") && !book.says("方法", "最常见"), "of one question it says nothing");
        return;
    }
    shows(&said("从头到尾选同一项的问卷"), &share(&quality["straight_percent"]));
    shows(&said("最常见的同样答卷"), &share(&quality["identical_percent"]));
}

/// Everything that stands in a document, however deep, except what names the row it stands in.
fn leaves(value: &Value, name: &str, found: &mut Vec<String>) {
    match value {
        Value::Object(object) => {
            let hidden = object.get("hidden") == Some(&Value::Bool(true));
            for (key, value) in object {
                let names = ["by", "unit", "kind", "no", "code", "hidden", "measure"].contains(&key.as_str());
                let instead = (hidden && key == "n") || (key == "returned" || key == "response_rate");
                let absent = value.is_null()
                    && (instead || ["intervals", "measures", "total", "quality"].contains(&key.as_str()));
                if !(names || absent || name == "other_weights" && key == "name") {
                    leaves(value, key, found);
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| leaves(item, name, found)),
        leaf => found.push(printed(leaf)),
    }
}

/// Fails unless the long CSV has a line for every leaf of the document, and no others.
fn assert_csv(document: &Value, text: &str) {
    let text = text.strip_prefix('\u{feff}').expect("a byte order mark");
    assert_eq!(
        text.matches('\n').count(),
        text.matches("\r\n").count() + document["method"].as_str().unwrap().matches('\n').count()
    );
    let mut csv = csv::Reader::from_reader(text.as_bytes());
    assert_eq!(csv.headers().unwrap().iter().collect::<Vec<_>>(), csv_release::COLUMNS);
    let rows: Vec<csv::StringRecord> = csv.records().map(Result::unwrap).collect();
    let mut keys: Vec<Vec<&str>> = rows.iter().map(|row| row.iter().take(8).collect()).collect();
    let count = keys.len();
    keys.sort();
    keys.dedup();
    assert_eq!(keys.len(), count, "a figure is told once");
    // Figures of groups without any are said to be none, or hidden; the document leaves them out.
    let group = |row: &csv::StringRecord| &row[0] == "group";
    let bare = |group: &Value| group["measures"].is_null();
    let left_out: Vec<&Value> = list(&document["groups"]).iter().filter(|group| bare(group)).collect();
    let mut expected = Vec::new();
    leaves(document, "", &mut expected);
    let missing: usize = left_out.iter().map(|group| 12 + usize::from(group["hidden"] == true)).sum();
    let unit = |group: &&Value| group["by"] == "unit";
    let returned: usize = list(&document["groups"])
        .iter()
        .filter(unit)
        .map(|group| usize::from(group["returned"].is_null()) + usize::from(group["response_rate"].is_null()))
        .sum();
    assert_eq!(rows.len(), expected.len() + missing + returned, "lines");
    let mut values: BTreeMap<&str, usize> = BTreeMap::new();
    // A sign before a formula keeps it from being one.
    rows.iter().for_each(|row| *values.entry(row[8].strip_prefix('\'').unwrap_or(&row[8])).or_default() += 1);
    for value in &expected {
        let left = values.get_mut(value.as_str()).unwrap_or_else(|| panic!("{value} is in no line"));
        *left = left.checked_sub(1).unwrap_or_else(|| panic!("{value} is in too few lines"));
    }
    for group_line in rows.iter().filter(|row| group(row) && &row[8] == "hidden") {
        assert!(["n", "value", "estimate", "low", "high", "returned", "response_rate"].contains(&&group_line[7]));
    }
}

on_both_engines!(a_workbook_and_a_csv_say_what_the_release_says, |database| {
    let scene = Scene::open(&database, 24);
    let phone = scene.phone();
    for (number, code) in scene.codes.iter().enumerate().take(20) {
        // The third question is optional and the second allows “don't know”, so the bases differ.
        let open = form(number).replace(&format!("&q3={}", ["A", "B", "C", "D", "E"][number % 5]), "");
        let unsure = "q1=A&q2=X&q3=B&respondent=helped_by_family&action=submit";
        let form = [form(number), open, unsure.to_owned()][number % 3].clone();
        assert_eq!(phone.form(code, &form).status, 303);
    }
    scene.close();
    let document = scene.release();
    assert_eq!(document["total"]["bases_differ"], true);
    let book = assert_book(&document);
    assert!(book.says("计算过程", "各题得分之和"));
    // The program writes the same files.
    let path = scene.program.path("release.xlsx");
    scene.program.run(&["result", &scene.survey, "--out", &path]);
    let release: Release = serde_json::from_value(document).unwrap();
    assert_eq!(std::fs::read(path).unwrap(), results_book::release(&release).unwrap());
    let csv = scene.program.run(&["result", &scene.survey, "--format", "csv"]);
    assert_eq!(csv.trim_end(), csv_release::release(&release).unwrap().trim_end());
});

on_both_engines!(workbooks_of_few_answers_say_why_there_are_no_figures, |database| {
    let scene = Scene::open(&database, 6);
    for code in scene.codes.iter().take(4) {
        scene.phone().json(code, &sheet("E"));
    }
    scene.close();
    let document = scene.release();
    let book = assert_book(&document);
    assert!(book.says("统计表", "少于 5 份") && book.says("计算过程", "少于 5 份"));
});

#[test]
fn a_workbook_of_no_answer_has_no_numbers_but_those_of_links() {
    let database = Database::fresh(Engine::Sqlite);
    let scene = Scene::open(&database, 1);
    scene.close();
    assert_book(&scene.release());
}

#[test]
fn workbooks_of_one_and_of_a_hundred_questions_come_out_with_any_rounding_and_weights() {
    let database = Database::fresh(Engine::Sqlite);
    let program = Program::new(&database);
    program.run(&["unit", "import", &program.file("units.csv", UNITS)]);
    let (roster, list) = (program.file("roster.csv", "unit\n".to_owned() + &"I1\n".repeat(8)), program.path("l.csv"));
    let (head, _) = SURVEY.split_once("[[questions]]").unwrap();
    for (questions, rounding) in [(1, "half_up"), (100, "half_even")] {
        let odd = "=1+1 <题> & \\\"问\\\" _x0041_";
        let all: String = (1..=questions)
            .map(|number| format!("[[questions]]\ntext = \"{odd} {number}\"\nweight = {}\n", number % 3 + 1))
            .collect();
        let survey = format!("rounding = \"{rounding}\"\n{head}{all}");
        let survey = program.run(&["survey", "import", &program.file("survey.toml", survey)]);
        program.run(&["link", "issue", &survey, "--roster", &roster, "--out", &list, "--force"]);
        program.run(&["survey", "open", &survey]);
        let server = program.serve();
        let phone = Phone::new(&server.address);
        for (person, code) in codes(&list).iter().enumerate() {
            let form: String =
                (1..=questions).map(|no| format!("q{no}={}&", ["A", "B", "C", "D", "E"][(no * person) % 5])).collect();
            assert_eq!(phone.form(code, &format!("{form}respondent=self")).status, 303);
        }
        program.run(&["survey", "close", &survey]);
        program.run(&["survey", "release", &survey]);
        let document: Value = serde_json::from_str(&program.run(&["result", &survey, "--format", "json"])).unwrap();
        assert_eq!(document["survey"]["rounding"], rounding);
        let book = assert_book(&document);
        assert!(book.says("统计表", "1.=1+1 <题> & \"问\" _x0041_ 1"), "odd letters stay as they are");
        assert_many_units(document);
    }
}

/// The same release with three thousand units.
fn assert_many_units(mut document: Value) {
    let template = document["groups"][0].clone();
    let groups = document["groups"].as_array_mut().unwrap();
    for number in 0..3_000 {
        let mut group = template.clone();
        group["unit"] = format!("U{number}").into();
        group["depth"] = (number % 4).into();
        if number % 7 == 0 {
            for key in ["n", "measures", "intervals", "returned", "response_rate"] {
                group[key] = Value::Null;
            }
            group["hidden"] = true.into();
        }
        groups.push(group);
    }
    assert_book(&document);
}
