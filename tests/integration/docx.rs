//! The Word file of a release, read back: every cell, every sentence, every chart.

use crate::harness::{Database, Engine, Scene, form, on_both_engines};
use calamine::{Data, Reader, Xlsx};
use fivepoint::domain::release::Release;
use fivepoint::export::docx;
use roxmltree::{Document, Node};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::io::{Cursor, Read};

/// A Word file, unpacked: its parts by name.
struct Word(BTreeMap<String, Vec<u8>>);

impl Word {
    /// Unpacks a file; every part must be sound, and every part that another names must be there.
    fn read(bytes: &[u8]) -> Self {
        let mut zip = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
        let mut parts = BTreeMap::new();
        for index in 0..zip.len() {
            let mut part = zip.by_index(index).unwrap();
            let mut content = Vec::new();
            part.read_to_end(&mut content).unwrap();
            let name = part.name().unwrap().into_owned();
            assert!(parts.insert(name, content).is_none(), "part {index} is there twice");
        }
        let word = Self(parts);
        let types = word.text("[Content_Types].xml");
        for name in word.0.keys().filter(|name| name.ends_with(".xml") || name.ends_with(".rels")) {
            let text = word.text(name);
            let part = Document::parse(&text).unwrap_or_else(|error| panic!("{name}: {error}"));
            let Some((folder, owner)) = name.split_once("_rels/") else {
                let inside = !name.starts_with('[');
                assert!(!inside || types.contains(&format!("\"/{name}\"")), "{name} has no type");
                continue;
            };
            for relation in part.root_element().children() {
                let target = relation.attribute("Target").unwrap();
                let target = match target.strip_prefix("../") {
                    Some(target) => format!("word/{target}"),
                    None => format!("{folder}{target}"),
                };
                assert!(word.0.contains_key(&target), "{owner} names {target}");
            }
        }
        word
    }

    /// The file of a release that the program has kept.
    fn of(scene: &Scene<'_>) -> Self {
        let path = scene.program.path("release.docx");
        scene.program.run(&["result", &scene.survey, "--out", &path, "--force"]);
        Self::read(&std::fs::read(path).unwrap())
    }

    /// The file of any release.
    fn made(release: &Value) -> Self {
        let release: Release = serde_json::from_value(release.clone()).unwrap();
        Self::read(&docx::release(&release).unwrap())
    }

    fn text(&self, part: &str) -> String {
        String::from_utf8(self.0[part].clone()).unwrap()
    }

    /// The tables: rows of cells.
    fn tables(&self) -> Vec<Vec<Vec<String>>> {
        let xml = self.text("word/document.xml");
        let document = Document::parse(&xml).unwrap();
        let tables = document.descendants().filter(|node| named(node, "tbl"));
        tables
            .map(|table| children(table, "tr").map(|row| children(row, "tc").map(words).collect()).collect())
            .collect()
    }

    /// The paragraphs outside the tables.
    fn paragraphs(&self) -> Vec<String> {
        let xml = self.text("word/document.xml");
        let document = Document::parse(&xml).unwrap();
        let body = document.root_element().first_element_child().unwrap();
        children(body, "p").map(words).collect()
    }

    fn says(&self, text: &str) -> bool {
        self.paragraphs().iter().any(|paragraph| paragraph.contains(text))
    }

    /// The charts: name and figures of each series.
    fn charts(&self) -> Vec<Vec<(String, Vec<String>)>> {
        let charts = (1..).map_while(|number| {
            let name = format!("word/charts/chart{number}.xml");
            self.0.contains_key(&name).then(|| self.text(&name))
        });
        let values = |node: Node<'_, '_>| -> Vec<String> {
            node.descendants().filter(|node| named(node, "v")).map(|node| node.text().unwrap().to_owned()).collect()
        };
        let series = |node: Node<'_, '_>| {
            let name = values(children(node, "tx").next().unwrap()).concat();
            (name, values(children(node, "val").next().unwrap()))
        };
        charts
            .map(|xml| {
                let chart = Document::parse(&xml).unwrap();
                chart.descendants().filter(|node| named(node, "ser")).map(series).collect()
            })
            .collect()
    }

    /// The numbers in the workbook behind a chart, column by column.
    fn workbook(&self, number: usize) -> Vec<Vec<f64>> {
        let bytes = &self.0[&format!("word/embeddings/chart{number}.xlsx")];
        let mut book: Xlsx<_> = calamine::open_workbook_from_rs(Cursor::new(bytes)).unwrap();
        let sheet = book.worksheet_range("Sheet1").unwrap();
        let number = |cell: &Data| if let Data::Float(number) = cell { Some(*number) } else { None };
        (1..sheet.width()).map(|column| sheet.rows().skip(1).filter_map(|row| number(&row[column])).collect()).collect()
    }
}

fn named(node: &Node<'_, '_>, name: &str) -> bool {
    node.is_element() && node.tag_name().name() == name
}

fn children<'a, 'b>(node: Node<'a, 'b>, name: &'static str) -> impl Iterator<Item = Node<'a, 'b>> {
    node.children().filter(move |child| named(child, name))
}

fn words(node: Node<'_, '_>) -> String {
    let texts = node.descendants().filter(|node| named(node, "t"));
    texts.map(|node| node.text().unwrap_or_default()).collect()
}

fn figure(value: &Value) -> String {
    match value {
        Value::Null => "—".to_owned(),
        Value::String(figure) => figure.clone(),
        number => number.to_string(),
    }
}

fn percent(value: &Value) -> String {
    if value.is_null() { figure(value) } else { figure(value) + "%" }
}

/// The cells of the official table as the release has them.
fn official(release: &Value) -> Vec<Vec<String>> {
    let scale = release["scale"].as_array().unwrap();
    let codes: Vec<&str> = scale.iter().map(|option| option["code"].as_str().unwrap()).collect();
    let head = scale.iter().map(|option| format!("{}（{}）", figure(&option["code"]), figure(&option["label"])));
    let framed = |first: &str, second: &str, cells: Vec<String>, last: String| {
        [vec![first.to_owned(), second.to_owned()], cells, vec![last]].concat()
    };
    let mut rows = vec![framed("问卷题目及选项", "项目", head.collect(), "合计人数".to_owned())];
    let questions = release["questions"].as_array().unwrap();
    let blocks = questions.iter().map(|block| (format!("{}.{}", block["no"], figure(&block["text"])), block));
    for (title, block) in blocks.chain([("合计".to_owned(), &release["total"])]) {
        let cells = |of: &str, shown: fn(&Value) -> String| codes.iter().map(|code| shown(&block[of][*code])).collect();
        let whole = if block["n"] == 0 { "—" } else { "100%" };
        rows.push(framed(&title, "人数", cells("counts", figure), figure(&block["n"])));
        rows.push(framed("", "占比", cells("percent", percent), whole.to_owned()));
        rows.push(framed("", "分数", cells("score", figure), figure(&block["score_total"])));
    }
    rows.push(vec!["最终得分".to_owned(), "权重".to_owned(), figure(&release["final_score"])]);
    rows
}

/// Fails unless the file says what the release says, wherever it says it.
fn assert_laid_out(word: &Word, release: &Value) {
    assert_eq!(word.tables()[0], official(release), "the official table");
    let [issued, returned, valid] = ["issued", "returned", "valid"].map(|key| figure(&release[key]));
    let score = figure(&release["measures"]["weighted_score"]);
    let forms = if returned == valid {
        format!("收回有效问卷{valid}份")
    } else {
        format!("收回问卷{returned}份，其中有效问卷{valid}份")
    };
    let sentence = format!("共计发放问卷{issued}份，{forms}，群众满意度综合得分为{score}分。");
    assert_eq!(word.paragraphs()[0], sentence);
    assert!(word.says(&format!("最终得分（最多保留 8 位小数，末尾的 0 不写）为 {}", figure(&release["final_score"]))));
    assert_rates(word, release);

    let table = |name: &str| {
        let found = word.tables().into_iter().find(|table| table[0][0] == name);
        found.unwrap_or_else(|| panic!("no table of {name}"))
    };
    let measures =
        word.tables().into_iter().find(|table| table[0][1] == "结果" && table[0].last().unwrap() == "标准误");
    let measures = measures.unwrap();
    for (row, name) in measures[1..].iter().zip(["weighted_score", "top2_percent", "top1_percent"]) {
        let interval = &release["intervals"][name];
        let shown = if name == "weighted_score" { figure } else { percent };
        assert_eq!(row[1], shown(&release["measures"][name]), "{name}");
        if interval["low"].is_string() {
            let ends = format!("{}～{}", figure(&interval["low"]), figure(&interval["high"]));
            assert_eq!(row[row.len() - 2], ends, "{name}");
        }
    }
    for (row, question) in table("题目")[1..].iter().zip(release["questions"].as_array().unwrap()) {
        let shares = question["percent"].as_object().unwrap().values().map(figure);
        let title = format!("{}.{}", question["no"], figure(&question["text"]));
        let cells = [title, figure(&question["n"])].into_iter().chain(shares).chain([figure(&question["score_total"])]);
        assert_eq!(*row, cells.collect::<Vec<_>>());
    }
    let weights = table("分值系数");
    assert_eq!(weights[1][2], score);
    for (row, other) in weights[2..].iter().zip(release["other_weights"].as_array().unwrap()) {
        assert_eq!(row[2], figure(&other["weighted_score"]));
    }
    assert_shares(word, release);
}

fn assert_rates(word: &Word, release: &Value) {
    let rates = &release["response_rates"];
    let table = word.tables().into_iter().find(|table| table[0][2] == "怎样计算").unwrap();
    let printed: Vec<&str> = table[1..].iter().map(|row| row[1].as_str()).collect();
    let keys = ["returned_percent", "valid_percent", "rr1", "rr2"];
    let told = keys.into_iter().filter(|key| *key != "valid_percent" || release["returned"] != 0);
    assert_eq!(printed, told.map(|key| percent(&rates[key])).collect::<Vec<_>>());
    let proof = word.tables().into_iter().find(|table| table[0] == ["项目", "内容"]).unwrap();
    for wanted in [&release["sha256"], &release["survey"]["id"], &release["audit"]["head"]] {
        assert!(proof.iter().any(|row| row[1] == figure(wanted)), "{wanted}");
    }
}

/// The charts of the questions show the shares of the release, and so do the workbooks behind them.
fn assert_shares(word: &Word, release: &Value) {
    let questions = release["questions"].as_array().unwrap();
    let charts = word.charts();
    for (index, of_chart) in questions.chunks(16).enumerate() {
        let book = word.workbook(index + 1);
        for ((option, (name, figures)), column) in
            release["scale"].as_array().unwrap().iter().zip(&charts[index]).zip(book)
        {
            let code = option["code"].as_str().unwrap();
            assert_eq!(*name, format!("{code}（{}）", figure(&option["label"])));
            let shares: Vec<_> = of_chart.iter().map(|question| figure(&question["percent"][code])).collect();
            assert_eq!(*figures, shares, "chart {}, {code}", index + 1);
            let numbers: Vec<f64> = shares.iter().map(|share| share.parse().unwrap()).collect();
            assert_eq!(column, numbers, "workbook {}, {code}", index + 1);
        }
    }
}

/// A closed survey with so many answers, and its release.
fn closed(database: &Database, links: usize, answers: usize) -> (Scene<'_>, Value) {
    let scene = Scene::open(database, links);
    for (number, code) in scene.codes.iter().take(answers).enumerate() {
        assert_eq!(scene.phone().form(code, &form(number)).status, 303);
    }
    scene.close();
    let release = scene.release();
    (scene, release)
}

/// A release of ten answers, to be changed into others.
fn some_release() -> Value {
    let database = Database::fresh(Engine::Sqlite);
    closed(&database, 12, 10).1
}

on_both_engines!(every_figure_of_the_release_stands_in_the_word_file, |database| {
    let (scene, release) = closed(&database, 12, 10);
    let word = Word::of(&scene);
    assert_laid_out(&word, &release);
    let first = std::fs::read(scene.program.path("release.docx")).unwrap();
    let _ = Word::of(&scene);
    assert!(first == std::fs::read(scene.program.path("release.docx")).unwrap(), "the same release, the same bytes");
});

on_both_engines!(at_the_floor_the_word_file_has_the_table, |database| {
    let (scene, release) = closed(&database, 6, 5);
    let word = Word::of(&scene);
    assert_laid_out(&word, &release);
    let tables = word.tables();
    let hidden: Vec<_> =
        tables.iter().flatten().filter(|row| ["一县", "二县", "一院"].contains(&row[0].as_str())).collect();
    assert_eq!(hidden.len(), 5, "two counties twice, an institution at the end");
    assert!(hidden.iter().all(|row| row[2..] == ["不公布"]), "{hidden:?}");
});

on_both_engines!(below_the_floor_the_word_file_says_why_it_shows_nothing, |database| {
    let (scene, release) = closed(&database, 6, 4);
    let word = Word::of(&scene);
    let told = "共计发放问卷6份，收回有效问卷4份。有效答卷少于 5 份，为保护答卷人不公布结果。";
    assert_eq!(word.paragraphs()[0], told);
    assert_rates(&word, &release);
    assert!(word.charts().is_empty() && !word.says("综合得分为"), "no result");
    assert!(word.tables().iter().all(|table| table[0][0] != "问卷题目及选项" && table[0][0] != "单位"));
});

on_both_engines!(a_survey_nobody_answered_has_a_word_file, |database| {
    let (scene, release) = closed(&database, 1, 0);
    let word = Word::of(&scene);
    assert!(word.paragraphs()[0] == "共计发放问卷1份，收回有效问卷0份。没有收到有效答卷，没有结果。");
    assert_rates(&word, &release);
});

#[test]
fn the_official_table_is_laid_out_as_the_report_has_it() {
    let word = Word::made(&some_release());
    let xml = word.text("word/document.xml");
    let document = Document::parse(&xml).unwrap();
    let table = document.descendants().find(|node| named(node, "tbl")).unwrap();
    let rows: Vec<_> = children(table, "tr").collect();
    let has = |node: &Node<'_, '_>, name: &str| node.descendants().any(|node| named(&node, name));
    assert!(has(&rows[0], "tblHeader"), "the head is repeated on every page");
    assert!(rows.iter().all(|row| has(row, "cantSplit")), "no row is torn");
    for (number, row) in rows[1..rows.len() - 1].iter().enumerate() {
        let first = children(*row, "tc").next().unwrap();
        let merge = first.descendants().find(|node| named(node, "vMerge")).unwrap();
        let begins = merge.attributes().any(|attribute| attribute.value() == "restart");
        assert_eq!(begins, number % 3 == 0, "three rows a question");
        assert_eq!(has(row, "keepNext"), number % 3 != 2, "and all three on one page");
    }
    let page = document.descendants().find(|node| named(node, "pgMar")).unwrap();
    let margins: Vec<_> = page.attributes().map(|margin| (margin.name(), margin.value())).collect();
    // 37, 35, 28 and 26 mm in twentieths of a point.
    for margin in [("top", "2098"), ("bottom", "1984"), ("left", "1588"), ("right", "1474")] {
        assert!(margins.contains(&margin), "{margins:?}");
    }
}

#[test]
fn one_question_and_a_hundred() {
    let mut release = some_release();
    let block = release["questions"][0].clone();
    for count in [1, 100] {
        let blocks = (1..=count).map(|no| {
            let mut block = block.clone();
            block["no"] = json!(no);
            block["text"] = json!(format!("第{no}问，一个很长很长很长很长很长很长很长很长很长很长的问题？"));
            block
        });
        release["questions"] = blocks.collect();
        let word = Word::made(&release);
        assert_laid_out(&word, &release);
        assert_eq!(word.tables()[0].len(), 3 * (count + 1) + 2);
    }
}

/// A group of a unit; hidden where there is no figure.
fn unit(code: &str, name: &str, parent: Option<&str>, depth: usize, score: Option<&str>) -> Value {
    let (low, high) = (score.map(|_| "80.00"), score.map(|_| "99.50"));
    let measures = score.map(|score| json!({ "weighted_score": score, "top2_percent": score, "top1_percent": "≤ 5" }));
    let interval = json!({ "estimate": score, "low": low, "high": high });
    let none = json!({ "estimate": "12.00", "low": null, "high": null, "not_estimable": "lonely_stratum" });
    json!({
        "by": "unit", "unit": code, "name": name, "parent": parent, "level": "x", "depth": depth, "issued": 77,
        "eligible": 77, "returned": score.map(|_| 44), "response_rate": score.map(|_| "57.14"), "voided": false,
        "hidden": score.is_none(), "n": score.map(|_| 43), "measures": measures,
        "intervals": score.map(|_| json!({
            "weighted_score": interval, "top2_percent": none, "top1_percent": none,
        })),
    })
}

#[test]
fn three_thousand_units_stand_in_a_table_at_the_end_and_hidden_ones_say_so() {
    let mut release = some_release();
    let mut groups = vec![unit("C", "市", None, 0, Some("91.11"))];
    for county in 0..14 {
        let code = format!("D{county}");
        let name = format!("第{county}县");
        groups.push(unit(&code, &name, Some("C"), 1, (county != 3).then_some("92.22")));
        for number in 0..220 {
            let score = if number % 7 == 0 { None } else { Some("93.33") };
            groups.push(unit(&format!("{code}-{number}"), &format!("{county}县{number}院"), Some(&code), 2, score));
        }
    }
    release["groups"] = json!(groups);
    let word = Word::made(&release);
    assert_laid_out(&word, &release);
    let tables: Vec<_> = word.tables().into_iter().filter(|table| table[0][0] == "单位").collect();
    assert_eq!([tables[0].len(), tables[1].len()], [16, 3096], "counties in the text, everybody at the end");
    for (row, group) in tables[1][1..].iter().zip(&groups) {
        let name = figure(&group["name"]);
        if group["hidden"] == true {
            assert_eq!(*row, [name.as_str(), "77", "不公布"]);
        } else {
            let score = figure(&group["measures"]["weighted_score"]);
            let cells = [name.as_str(), "77", "44", "57.14", "43", &score, "80.00～99.50", &score, "≤ 5"];
            assert_eq!(*row, cells);
        }
    }
    assert!(
        word.says("“不公布”：这一组人数太少；或者公布了它，就能推算出别的少数人的答案（包括和以前发布的结果相比）。")
            && word.says("“≤ 5”")
    );
    // The chart of the counties, without the hidden one.
    let charts = word.charts();
    assert_eq!(charts.last().unwrap()[0].1, vec!["92.22"; 13]);
    assert_eq!(word.workbook(charts.len()), [vec![92.22; 13], vec![12.22; 13], vec![7.28; 13]]);
}

#[test]
fn one_unit_alone_needs_no_table_at_the_end() {
    let mut release = some_release();
    release["groups"] = json!([unit("C", "市", None, 0, Some("91.11"))]);
    let word = Word::made(&release);
    assert_laid_out(&word, &release);
    assert_eq!(word.tables().iter().filter(|table| table[0][0] == "单位").count(), 1);
    assert!(!word.says("附表"));
}

#[test]
fn answers_outside_the_base_are_counted_beside_it() {
    let mut release = some_release();
    release["questions"][1]["dont_know"] = json!(3);
    release["questions"][2]["skipped"] = json!(4);
    release["total"]["bases_differ"] = json!(true);
    release["total"]["sum_of_question_scores"] = json!("67.89");
    let word = Word::made(&release);
    assert_laid_out(&word, &release);
    let table = word.tables().into_iter().find(|table| table[0].last().unwrap() == "没有填").unwrap();
    let rows = [["2.环境好吗？", "10", "3", "0"], ["3.还会来吗？", "10", "0", "4"]];
    assert_eq!(table[1..], rows.map(|row| row.map(String::from).to_vec()));
    assert!(word.says("各题得分之和为 67.89，正式得分为合计得分"));
}

#[test]
fn voided_forms_are_told_with_the_result_they_would_give() {
    let mut release = some_release();
    release["valid"] = json!(8);
    release["voided"] = json!([{ "unit": "I1", "name": "一院", "reason": "由一人代填" }]);
    release["with_voided"] = json!({ "weighted_score": "71.23", "top2_percent": "45.67", "top1_percent": "12.34" });
    let word = Word::made(&release);
    assert_laid_out(&word, &release);
    assert!(word.tables().iter().any(|table| table.contains(&["一院", "I1", "由一人代填"].map(String::from).to_vec())));
    assert!(word.says("综合得分为 71.23 分，非常满意和满意占比为 45.67%，非常满意占比为 12.34%"));
}

#[test]
fn a_sample_shows_the_estimate_beside_the_result() {
    let mut release = some_release();
    release["survey"]["design"] = json!("strata");
    release["strata"] =
        json!([{ "unit": "D1", "people": 345, "drawn": 67 }, { "unit": "gone", "people": 8, "drawn": 0 }]);
    release["intervals"]["weighted_score"] =
        json!({ "estimate": "64.32", "low": null, "high": null, "not_estimable": "lonely_stratum" });
    release["intervals"]["coverage_percent"] = json!("97.65");
    let word = Word::made(&release);
    let table = word.tables().into_iter().find(|table| table[0].last().unwrap() == "标准误").unwrap();
    assert_eq!(table[0][2], "推算到全体");
    assert_eq!(table[1][2..4], ["64.32", "不能估计"]);
    assert!(word.says("覆盖总体的 97.65%") && word.says("有的层只有一人作答"));
    let strata = word.tables().into_iter().find(|table| table[0][0] == "县区").unwrap();
    assert_eq!(strata[1..], [["一县", "345", "67"], ["gone", "8", "0"]].map(|row| row.map(String::from).to_vec()));
}

#[test]
fn whatever_a_name_holds_the_file_is_sound() {
    let mut release = some_release();
    let name = "<市>&\"'县😀\u{7}\u{b}\u{ffff}]]>";
    let kept = "<市>&\"'县😀]]>";
    for field in ["title", "table_title", "programme", "organiser"] {
        release["survey"][field] = json!(name);
    }
    release["questions"][0]["text"] = json!(format!("{name}\r\n第二行"));
    release["scale"][0]["label"] = json!(name);
    release["groups"] = json!([unit("C", name, None, 0, None), unit("D", name, Some("C"), 1, Some("90.00"))]);
    release["voided"] = json!([{ "unit": "D", "name": name, "reason": name }]);
    let word = Word::made(&release);
    let tables = word.tables();
    assert_eq!(tables[0][0][2], format!("A（{kept}）"));
    assert_eq!(tables[0][1][0], format!("1.{kept}第二行"));
    assert!(tables.contains(&vec![
        ["单位", "代码", "理由"].map(String::from).to_vec(),
        [kept, "D", kept].map(String::from).to_vec()
    ]));
    assert!(word.says(&format!("{kept}就“{kept}”组织了")));
    assert_eq!(word.charts()[0][0].0, format!("A（{kept}）"));
}
