//! The table of the Kunming report of 2022: every printed cell from the counts alone, in every form the
//! program writes, and every tempting wrong way to get there beside it.

use crate::harness::made;
use chrono::DateTime;
use fivepoint::domain::exact::Rounding;
use fivepoint::domain::release::{Counted, Counting, Release};
use fivepoint::domain::response::{Answer, Answers};
use fivepoint::domain::survey::{self, Format, Measure, Survey};
use fivepoint::domain::tally::{Scores, Tally};
use fivepoint::export::table::{Kind, Table};
use fivepoint::export::{csv, text};
use rust_decimal::Decimal;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::str::FromStr;

const REPORT: &str = include_str!("../data/kunming-2022.json");
const QUESTIONNAIRE: &str = include_str!("../../src/cli/demo/kunming-2022.toml");
const PRINTED: &str = include_str!("../../src/cli/demo/kunming-2022-table.csv");

/// Rows of a CSV table by question and kind.
type Rows = BTreeMap<(String, String), Vec<String>>;

const CODES: [&str; 5] = ["A", "B", "C", "D", "E"];
/// Forms of the report.
const PEOPLE: usize = 49;
/// Cells of its table: 11 blocks of 3 rows of 6, and the final score.
const CELLS: usize = 11 * 18 + 1;

fn report() -> Value {
    serde_json::from_str(REPORT).unwrap()
}

fn questionnaire() -> Survey {
    survey::read(QUESTIONNAIRE, Format::Toml).unwrap()
}

fn string(value: &Value) -> &str {
    value.as_str().unwrap_or_else(|| panic!("{value} is no text"))
}

/// The blocks of the report: ten questions and 合计.
fn blocks(report: &Value) -> Vec<&Value> {
    report["questions"].as_array().unwrap().iter().chain([&report["total"]]).collect()
}

/// The three printed rows of a block, each with its total.
fn rows(block: &Value) -> [Vec<String>; 3] {
    let row = |name: &str, total: &Value| {
        let cells = CODES.iter().map(|code| &block[name][code]).chain([total]);
        cells.map(|cell| cell.as_str().map_or_else(|| cell.to_string(), str::to_owned)).collect::<Vec<_>>()
    };
    [row("counts", &block["n"]), row("percent", &block["percent_total"]), row("score", &block["score_total"])]
}

/// How often each option was chosen, by question.
fn counts(report: &Value) -> Vec<[usize; 5]> {
    let questions = report["questions"].as_array().unwrap().iter();
    let count = |value: &Value| usize::try_from(value.as_u64().unwrap()).unwrap();
    questions.map(|question| CODES.map(|code| count(&question["counts"][code]))).collect()
}

/// Forms with the report's counts. Question i's answers are moved on by i·`shift` people: at 0 as many
/// people as possible tick one column all the way down.
fn forms(shift: usize) -> Vec<Vec<usize>> {
    let report = report();
    let columns = counts(&report).into_iter().enumerate().map(|(index, counts)| {
        let mut column: Vec<usize> =
            counts.iter().enumerate().flat_map(|(option, count)| std::iter::repeat_n(option, *count)).collect();
        assert_eq!(column.len(), PEOPLE);
        column.rotate_left(index * shift % PEOPLE);
        column
    });
    let columns: Vec<_> = columns.collect();
    (0..PEOPLE).map(|person| columns.iter().map(|column| column[person]).collect()).collect()
}

fn tally(forms: &[Vec<usize>]) -> Tally {
    let mut tally = Tally::new(10);
    for form in forms {
        tally.add(&Answers::new(form.iter().map(|option| Answer::Option(*option)).collect()), 1);
    }
    tally
}

/// The release of these counts, which are of one unit; who answered what together does not matter to its table.
fn release_of(survey: &Survey, tally: &Tally) -> Release {
    let voided = BTreeSet::new();
    let counted = Counted { valid: tally.clone(), ..Counting::new(survey, &voided).end() };
    made(survey, &counted, tally.forms, tally.forms, DateTime::from_timestamp(1_684_540_800, 0).unwrap())
}

/// The release of the report's forms.
fn release() -> Release {
    release_of(&questionnaire(), &tally(&forms(3)))
}

/// All cells of a table, in the order of the report.
fn cells(table: &Table) -> Vec<String> {
    let rows = table.blocks.iter().flat_map(|block| &block.rows);
    let cells = rows.flat_map(|row| row.cells.iter().chain([&row.total]));
    cells.chain([&table.final_score]).cloned().collect()
}

/// All cells that the report prints.
fn printed() -> Vec<String> {
    let report = report();
    let cells = blocks(&report).into_iter().flat_map(rows).flatten();
    cells.chain([string(&report["final"]["printed"]).to_owned()]).collect()
}

// --- every cell ----------------------------------------------------------------------------------

#[test]
fn every_printed_cell_comes_from_the_counts() {
    let (report, table) = (report(), Table::of(&release()));
    assert_eq!(table.blocks.len(), 11);
    let kinds = [Kind::Count, Kind::Percent, Kind::Score];
    for (block, printed) in table.blocks.iter().zip(blocks(&report)) {
        for ((row, printed), kind) in block.rows.iter().zip(rows(printed)).zip(kinds) {
            assert_eq!(row.kind, kind);
            let cells: Vec<_> = row.cells.iter().chain([&row.total]).cloned().collect();
            assert_eq!(cells, printed, "{} {kind:?}", block.title);
        }
    }
    assert_eq!(table.final_score, "98.06122449");
    assert_eq!(cells(&table), printed());
    assert_eq!(printed().len(), CELLS);
}

#[test]
fn the_words_are_those_of_the_report() {
    let (report, table) = (report(), Table::of(&release()));
    assert_eq!(table.caption, string(&report["survey_table_caption"][2]));
    let titles: Vec<_> = table.blocks.iter().map(|block| block.title.as_str()).collect();
    let questions = report["questions"].as_array().unwrap().iter();
    assert_eq!(titles, questions.map(|question| string(&question["printed"])).chain(["合计"]).collect::<Vec<_>>());
    let labels = [Kind::Count, Kind::Percent, Kind::Score].map(Kind::label);
    assert_eq!(labels.to_vec(), report["row_labels"].as_array().unwrap().iter().map(string).collect::<Vec<_>>());
}

/// The lines of the drawn table: cells without their blanks.
fn drawn(text: &str) -> Vec<Vec<String>> {
    let line = |line: &str| line.trim_matches('│').split('│').map(|cell| cell.trim().to_owned()).collect();
    text.lines().filter(|line| line.starts_with('│')).map(line).collect()
}

#[test]
fn the_drawn_table_has_every_cell() {
    let (report, text) = (report(), text::release(&release()));
    let lines = drawn(&text);
    assert_eq!(lines[0], report["header"].as_array().unwrap().iter().map(string).collect::<Vec<_>>());
    assert!(lines.iter().all(|line| line.len() == 8), "{text}");

    let labels: Vec<_> = report["row_labels"].as_array().unwrap().iter().map(string).collect();
    let mut rows_left = lines[1..].iter().filter(|line| !line[1].is_empty());
    for block in blocks(&report) {
        for (printed, label) in rows(block).into_iter().zip(&labels) {
            let line = rows_left.next().unwrap();
            assert_eq!((line[1].as_str(), &line[2..]), (*label, printed.as_slice()), "{text}");
        }
    }
    let last = rows_left.next().unwrap();
    let label = &report["final"]["label"];
    assert_eq!((last[0].as_str(), last[1].as_str()), (string(&label[0]), string(&label[1])));
    assert_eq!((last[2..7].join(""), last[7].as_str()), (String::new(), string(&report["final"]["printed"])));
    assert!(rows_left.next().is_none(), "{text}");

    // The wrapped titles are whole: read down the first column, they are the questions in order.
    let column: String = lines[1..].iter().map(|line| line[0].as_str()).collect();
    let titles: String = blocks(&report).iter().map(|block| block["printed"].as_str().unwrap_or("合计")).collect();
    assert_eq!(column, titles + "最终得分");
    assert!(text.starts_with(string(&report["survey_table_caption"][2])));
    assert!(text.contains("发放 49 份，回收 49 份，有效 49 份"), "{text}");
}

/// The header of a CSV table, and its rows by question and kind.
fn csv_rows(text: &str) -> (Vec<String>, Rows) {
    let mut reader = ::csv::Reader::from_reader(text.as_bytes());
    let header = reader.headers().unwrap().iter().map(str::to_owned).collect();
    let mut rows = Rows::new();
    for record in reader.records() {
        let cells: Vec<String> = record.unwrap().iter().map(str::to_owned).collect();
        let key = (cells[0].clone(), cells[1].clone());
        assert!(rows.insert(key, cells[2..].to_vec()).is_none(), "{:?} stands there twice", &cells[..2]);
    }
    (header, rows)
}

/// Fails unless a CSV table has exactly the cells of the report.
fn assert_csv(text: &str) {
    let report = report();
    let (header, mut found) = csv_rows(text);
    assert_eq!(header, ["question", "row", "A", "B", "C", "D", "E", "total"]);
    for block in blocks(&report) {
        let question = block["no"].as_u64().map_or_else(|| "total".to_owned(), |no| no.to_string());
        for (printed, kind) in rows(block).into_iter().zip(["count", "percent", "score"]) {
            let row = found.remove(&(question.clone(), kind.to_owned()));
            assert_eq!(row, Some(printed), "{question} {kind}");
        }
    }
    let last = found.remove(&("final".to_owned(), "score".to_owned())).unwrap();
    assert_eq!(last, ["", "", "", "", "", string(&report["final"]["printed"])]);
    assert!(found.is_empty(), "{found:?}");
}

#[test]
fn the_csv_file_has_every_cell() {
    let text = csv::table(&release()).unwrap();
    assert_csv(&text);
    assert_eq!(text.matches("\r\n").count(), 35);
    assert_eq!(text.matches('\n').count(), 35);
}

// --- the files of the demo -----------------------------------------------------------------------

#[test]
fn the_table_of_the_demo_is_that_of_the_report() {
    assert_csv(PRINTED);
    assert_eq!(csv::table(&release()).unwrap().replace("\r\n", "\n"), PRINTED.replace("\r\n", "\n"));
}

#[test]
fn the_questionnaire_of_the_demo_is_that_of_the_report() {
    let (report, survey) = (report(), questionnaire());
    assert_eq!(survey.table_title, string(&report["survey_table_caption"][2]));
    let asked: Vec<_> = survey.questions.iter().map(|question| question.text.as_str()).collect();
    let questions = report["questions"].as_array().unwrap();
    assert_eq!(asked, questions.iter().map(|question| string(&question["text"])).collect::<Vec<_>>());
    for (index, question) in questions.iter().enumerate() {
        assert_eq!(question["no"], index + 1);
        assert_eq!(string(&question["printed"]), format!("{}.{}", index + 1, string(&question["text"])));
    }
    assert!(survey.questions.iter().all(|question| question.required && question.weight == 1));
    assert_eq!(100 / survey.questions.len(), 10);
    assert_eq!(report["question_full_points"], 10);

    let options = report["options"].as_array().unwrap();
    assert_eq!(options.len(), survey.scale.options.len());
    for (option, known) in survey.scale.options.iter().zip(options) {
        assert_eq!((option.code.as_str(), option.label.as_str()), (string(&known["code"]), string(&known["label"])));
        // A weight that the report does not tell is nobody's until an evaluator stands for it.
        assert_eq!(option.confirmed, !known["weight_percent"].is_null(), "{}", option.code);
        if let Some(percent) = known["weight_percent"].as_u64() {
            assert_eq!(u64::from(option.weight), percent * 10, "{}", option.code);
        }
    }
    assert_eq!(survey.unconfirmed().iter().map(|option| option.code.as_str()).collect::<Vec<_>>(), ["D", "E"]);
    assert!(survey.scale.dont_know.is_none());

    assert_eq!(survey.rounding, Rounding::HalfUp);
    let target = string(&report["report_facts"]["target"]);
    assert_eq!(target, format!("服务对象满意度≥{}%", survey.target.value));
    assert_eq!(survey.year, 2022);
}

#[test]
fn the_counts_of_the_report_agree_with_each_other() {
    let report = report();
    let counts = counts(&report);
    assert!(counts.iter().all(|counts| counts.iter().sum::<usize>() == PEOPLE));
    for (option, code) in CODES.iter().enumerate() {
        let sum: usize = counts.iter().map(|counts| counts[option]).sum();
        assert_eq!(report["total"]["counts"][code], sum);
    }
    assert_eq!((&report["issued"], &report["returned_valid"]), (&PEOPLE.into(), &PEOPLE.into()));
    assert_eq!(string(&report["final"]["exact"]), "4805/49");
    // 480.5 weighted answers of 490.
    let total = tally(&forms(3)).total();
    let weighted = total.chosen[0] * 1_000 + total.chosen[1] * 900 + total.chosen[2] * 800;
    assert_eq!((weighted, total.base()), (480_500, 490));
    assert_eq!(weighted * 49, 4_805 * total.base() * 10);
}

// --- the traps -----------------------------------------------------------------------------------

/// A printed number of two decimals in hundredths.
fn hundredths(cell: &str) -> i64 {
    let (front, back) = cell.split_once('.').unwrap();
    assert_eq!(back.len(), 2, "{cell}");
    format!("{front}{back}").parse().unwrap()
}

fn two_places(hundredths: i64) -> String {
    Decimal::new(hundredths, 2).to_string()
}

/// Score cells of a question of the release, as printed, and its total.
fn scores(table: &Table, question: usize) -> (Vec<&str>, &str) {
    let row = &table.blocks[question - 1].rows[2];
    (row.cells.iter().map(String::as_str).collect(), &row.total)
}

fn added<'a>(cells: impl IntoIterator<Item = &'a str>) -> String {
    two_places(cells.into_iter().map(hundredths).sum())
}

#[test]
fn every_trap_gives_the_wrong_number_and_the_program_the_right_one() {
    let (report, table) = (report(), Table::of(&release()));
    let total = &table.blocks[10].rows[2];
    let column = |option: usize| {
        let wrong = added((1..=10).map(|question| scores(&table, question).0[option]));
        (wrong, total.cells[option].clone())
    };
    let across = |question: usize| {
        let (cells, printed) = scores(&table, question);
        (added(cells), printed.to_owned())
    };
    let traps = report["traps"].as_object().unwrap();
    assert_eq!(traps.len(), 6);
    for (name, told) in traps {
        let found = match name.as_str() {
            "sum_of_printed_question_scores" => {
                vec![(added((1..=10).map(|question| scores(&table, question).1)), total.total.clone())]
            }
            "sum_of_printed_A_cells" => vec![column(0)],
            "sum_of_printed_B_cells" => vec![column(1)],
            "sum_of_printed_C_cells" => vec![column(2)],
            "q3_q9_sum_of_printed_cells" => vec![across(3), across(9)],
            "q6_sum_of_printed_cells" => vec![across(6)],
            other => panic!("no test for {other}"),
        };
        // Such as: 98.10 (not 98.06).
        let (wrong, right) = string(told).strip_suffix(')').unwrap().split_once(" (").unwrap();
        let right = right.strip_prefix("not ").or_else(|| right.strip_prefix("printed ")).unwrap();
        assert_ne!(wrong, right);
        for found in found {
            assert_eq!(found, (wrong.to_owned(), right.to_owned()), "{name}");
        }
    }
}

#[test]
fn adding_printed_question_scores_gives_98_10() {
    let table = Table::of(&release());
    assert_eq!(added((1..=10).map(|question| scores(&table, question).1)), "98.10");
    assert_eq!(table.blocks[10].rows[2].total, "98.06");
}

#[test]
fn adding_printed_columns_gives_82_67_and_13_80_and_1_60() {
    let table = Table::of(&release());
    for (option, wrong, right) in [(0, "82.67", "82.65"), (1, "13.80", "13.78"), (2, "1.60", "1.63")] {
        assert_eq!(added((1..=10).map(|question| scores(&table, question).0[option])), wrong);
        assert_eq!(table.blocks[10].rows[2].cells[option], right);
    }
}

#[test]
fn adding_printed_cells_is_a_hundredth_short_in_three_questions() {
    let table = Table::of(&release());
    let short = |question: &usize| {
        let (cells, printed) = scores(&table, *question);
        let missing = hundredths(printed) - hundredths(&added(cells));
        assert!((0..=1).contains(&missing));
        missing == 1
    };
    assert_eq!((1..=10).filter(short).collect::<Vec<_>>(), [3, 6, 9]);
    // Only the cells of 合计 itself happen to add up.
    let total = &table.blocks[10].rows[2];
    assert_eq!(added(total.cells.iter().map(String::as_str)), total.total);
}

#[test]
fn printed_shares_need_not_add_up_to_the_printed_100() {
    let table = Table::of(&release());
    for block in &table.blocks {
        assert_eq!(block.rows[1].total, "100%");
    }
    // In the report they do; thirds do not, and the last cell stays 100%.
    let mut tally = Tally::new(1);
    for option in [0, 1, 2] {
        tally.add(&Answers::new(vec![Answer::Option(option)]), 4);
    }
    let mut survey = questionnaire();
    survey.questions.truncate(1);
    let row = &Table::of(&release_of(&survey, &tally)).blocks[0].rows[1];
    assert_eq!(added(row.cells.iter().map(|cell| cell.trim_end_matches('%'))), "99.99");
    assert_eq!(row.total, "100%");
}

#[test]
fn weighting_the_printed_shares_gives_another_score() {
    // 82.65 % · 1.00 + 15.31 % · 0.90 + 2.04 % · 0.80.
    let report = report();
    let share = |code: &str| hundredths(string(&report["total"]["percent"][code]).trim_end_matches('%'));
    let wrong = share("A") * 1_000 + share("B") * 900 + share("C") * 800;
    assert_eq!(Decimal::new(wrong, 5).round_dp(8).normalize().to_string(), "98.061");
    assert_eq!(release().final_score.as_deref(), Some("98.06122449"));
}

#[test]
fn the_final_score_has_8_decimals_and_prose_has_2() {
    let (report, release) = (report(), release());
    assert_eq!(release.final_score.as_deref(), Some(string(&report["final"]["printed"])));
    assert_eq!(release.measures.weighted_score.as_deref(), Some(string(&report["final"]["reported_2dp"])));
    assert!(string(&report["issued_sentence"]).contains("98.06分"));
    assert!(text::release(&release).contains("综合得分 98.06 分；"));
}

#[test]
fn the_pooled_score_and_the_mean_of_questions_part_when_bases_differ() {
    let mut survey = questionnaire();
    let mut tally = tally(&forms(3));
    let exact = |survey: &Survey, tally: &Tally| {
        let scores = Scores::new(survey, tally);
        let print = |fraction: Option<fivepoint::domain::exact::Fraction>| {
            fraction.unwrap().round(8, Rounding::HalfUp).unwrap().to_string()
        };
        (print(scores.pooled(None)), print(scores.sum_of_questions()))
    };
    // In the report they agree, and the second is not printed.
    assert_eq!(exact(&survey, &tally), ("98.06122449".to_owned(), "98.06122449".to_owned()));
    let all = release_of(&survey, &tally);
    assert_eq!(all.total.as_ref().unwrap().sum_of_question_scores, None);
    assert!(!text::release(&all).contains("正式得分"));

    // One more person leaves the last question open, which somebody could.
    survey.questions[9].required = false;
    let mut answers = vec![Answer::Option(4); 9];
    answers.push(Answer::Skipped);
    tally.add(&Answers::new(answers), 1);
    let (pooled, added) = exact(&survey, &tally);
    assert_eq!((pooled.as_str(), added.as_str()), ("96.29258517", "96.29632653"));
    let release = release_of(&survey, &tally);
    assert_eq!(release.final_score.as_deref(), Some("96.29258517"));
    let total = release.total.as_ref().unwrap();
    assert_eq!((total.score_total.as_deref(), total.sum_of_question_scores.as_deref()), (Some("96.29"), Some("96.30")));
    assert!(text::release(&release).contains("各题得分之和为 96.30，正式得分为合计得分"));
}

#[test]
fn which_measure_meets_the_target_is_a_setting() {
    let tally = tally(&forms(3));
    for (measure, met) in [(Measure::WeightedScore, true), (Measure::Top2, true), (Measure::Top1, false)] {
        let mut survey = questionnaire();
        survey.target.measure = measure;
        let release = release_of(&survey, &tally);
        assert_eq!(release.target.met, Some(met), "{measure:?}");
        // All three are printed whichever is chosen.
        let measures =
            [&release.measures.weighted_score, &release.measures.top2_percent, &release.measures.top1_percent];
        assert_eq!(measures.map(|figure| figure.as_deref().unwrap()), ["98.06", "97.96", "82.65"]);
        let text = text::release(&release);
        assert!(text.contains("综合得分 98.06 分；非常满意和满意占比 97.96%；非常满意占比 82.65%"), "{text}");
        assert!(text.contains(if met { "，达到" } else { "，未达到" }), "{text}");
    }
    // The exact score 4805/49 is held against the target, not its print.
    let mut survey = questionnaire();
    for (value, met) in [("98.06", true), ("98.061224489", true), ("98.06122449", false), ("98.07", false)] {
        survey.target.value = Decimal::from_str(value).unwrap();
        assert_eq!(release_of(&survey, &tally).target.met, Some(met), "{value}");
    }
}

#[test]
fn half_to_even_prints_the_same_table_because_it_has_no_ties() {
    let mut survey = questionnaire();
    survey.rounding = Rounding::HalfEven;
    assert_eq!(cells(&Table::of(&release_of(&survey, &tally(&forms(3))))), printed());
}

// --- weights -------------------------------------------------------------------------------------

#[test]
fn weights_that_nobody_chose_do_not_change_the_table() {
    let tally = tally(&forms(3));
    let table = Table::of(&release_of(&questionnaire(), &tally));
    for (d, e) in [(0, 0), (1_000, 1_000), (600, 0), (500, 250), (1, 999), (800, 700)] {
        let mut survey = questionnaire();
        survey.scale.options[3].weight = d;
        survey.scale.options[4].weight = e;
        let release = release_of(&survey, &tally);
        assert_eq!((release.scale[3].weight_per_mille, release.scale[4].weight_per_mille), (d, e));
        assert_eq!(Table::of(&release), table, "D {d}, E {e}");
    }
    assert_eq!(cells(&table), printed());
}

#[test]
fn one_chosen_d_makes_its_weight_count() {
    let mut forms = forms(3);
    forms[0][0] = 3;
    let tally = tally(&forms);
    let score = |weight: u16| {
        let mut survey = questionnaire();
        survey.scale.options[3].weight = weight;
        release_of(&survey, &tally).final_score.unwrap()
    };
    assert_ne!(score(600), score(500));
}

#[test]
fn the_weights_of_a_b_and_c_follow_from_the_printed_cells() {
    // A cell never falls while its weight rises, so the neighbours of a weight decide for all others.
    let tally = tally(&forms(3));
    let with = |option: usize, weight: u16| {
        let mut survey = questionnaire();
        survey.scale.options[option].weight = weight;
        cells(&Table::of(&release_of(&survey, &tally)))
    };
    for (option, weight) in [(0, 1_000_u16), (1, 900), (2, 800)] {
        assert_eq!(with(option, weight), printed());
        assert_ne!(with(option, weight - 1), printed());
        assert_ne!(with(option, (weight + 1).min(999)), printed());
    }
    // The column alone decides for A and B; the one of C fits 797 to 801, of which the final score leaves 800.
    let column = |cells: &[String], option: usize| -> Vec<String> {
        cells[..CELLS - 1].iter().skip(option).step_by(6).cloned().collect()
    };
    let fits = |option: usize, weight: u16| column(&with(option, weight), option) == column(&printed(), option);
    for (option, weight) in [(0, 999), (1, 899), (1, 901), (2, 796), (2, 802)] {
        assert!(!fits(option, weight), "{option} {weight}");
    }
    for weight in [797, 799, 801] {
        assert!(fits(2, weight) && with(2, weight)[CELLS - 1] != "98.06122449", "{weight}");
    }
}

// --- straight lines ------------------------------------------------------------------------------

fn straight(form: &[usize]) -> bool {
    form.iter().all(|option| *option == form[0])
}

#[test]
fn forty_seven_straight_lines_fit_and_nothing_drops_them() {
    // No more can: of each option as many people as chose it in the question where fewest did.
    let counts = counts(&report());
    let most: usize = (0..5).map(|option| counts.iter().map(|counts| counts[option]).min().unwrap()).sum();
    assert_eq!(most, 47);
    let lined = forms(0);
    assert_eq!(lined.iter().filter(|form| straight(form)).count(), 47);
    let mixed = forms(3);
    assert!(mixed.iter().filter(|form| straight(form)).count() < 47);

    let survey = questionnaire();
    let (lined, mixed) = (release_of(&survey, &tally(&lined)), release_of(&survey, &tally(&mixed)));
    assert_eq!(lined.valid, 49);
    assert_eq!(cells(&Table::of(&lined)), printed());
    // Not a byte tells them apart.
    assert_eq!(lined.canonical().unwrap(), mixed.canonical().unwrap());
}

#[test]
fn cells_of_one_person_are_shown() {
    // Each C cell is one person: hiding small cells would erase the official table.
    let table = Table::of(&release());
    for block in &table.blocks[..10] {
        assert_eq!((block.rows[0].cells[2].as_str(), block.rows[2].cells[2].as_str()), ("1", "0.16"));
    }
}
