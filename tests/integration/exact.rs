//! Tally and release against exact fractions computed a second time, with other code: random
//! surveys and random sheets, every figure of the document compared. Ties are frequent, because only
//! there the two ways of rounding differ.

use crate::harness::made;
use crate::house::{Source, Token};
use chrono::DateTime;
use fivepoint::domain::exact::Rounding;
use fivepoint::domain::release::{Alike, Counting, Release};
use fivepoint::domain::response::{Answer, Answers, Channel, Respondent};
use fivepoint::domain::survey::{Design, DontKnow, Measure, Question, Scale, ScaleOption, Survey, Target};
use fivepoint::domain::tally::{Scores, Tally};
use fivepoint::export::{csv, table::Table, text};
use num_bigint::BigInt;
use num_rational::BigRational;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::TestRunner;
use rust_decimal::Decimal;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};
use std::str::FromStr;

const CODES: [&str; 5] = ["A", "B", "C", "D", "E"];

/// Different sheets, each with how often it came.
type Sheets = Vec<(Vec<Answer>, u64)>;

// --- surveys and sheets ---------------------------------------------------------------------------

/// A survey whose weights and questions (weight, required) are given.
fn survey(weights: [u16; 5], questions: &[(u16, bool)], rounding: Rounding) -> Survey {
    let option = |(code, weight): (&str, u16)| ScaleOption {
        code: code.to_owned(),
        label: format!("选项{code}"),
        weight,
        confirmed: true,
    };
    let question = |(index, (weight, required)): (usize, &(u16, bool))| Question {
        text: format!("第{}题：“\u{1f600}”\\", index + 1),
        easy: None,
        weight: *weight,
        required: *required,
    };
    let options: Vec<_> = CODES.into_iter().zip(weights).map(option).collect();
    Survey {
        title: "满意度 \"调查\" \u{7f}\u{2028}".to_owned(),
        table_title: "统计表".to_owned(),
        programme: "计划".to_owned(),
        year: 2022,
        organiser: "残联".to_owned(),
        contact: "电话".to_owned(),
        purpose: "改进".to_owned(),
        retention_days: 90,
        time_zone: chrono_tz::Tz::Asia__Shanghai,
        rounding,
        disclosure_floor: 5,
        target: Target { measure: Measure::WeightedScore, value: Decimal::from(85) },
        design: Design::Everyone,
        scale: Scale {
            options: options.try_into().unwrap(),
            dont_know: Some(DontKnow { code: "X".to_owned(), label: "不清楚".to_owned() }),
        },
        questions: questions.iter().enumerate().map(question).collect(),
    }
}

fn tally(survey: &Survey, sheets: &Sheets) -> Tally {
    let mut tally = Tally::new(survey.questions.len());
    for (sheet, times) in sheets {
        tally.add(&Answers::new(sheet.clone()), *times);
    }
    tally
}

fn release(survey: &Survey, sheets: &Sheets) -> Release {
    let voided = BTreeSet::new();
    let mut counting = Counting::new(survey, &voided);
    let alike = |(sheet, times): &(Vec<Answer>, u64)| Alike {
        unit: "1".to_owned(),
        respondent: Respondent::Own,
        channel: Channel::Web,
        answers: Answers::new(sheet.clone()).to_text(),
        times: *times,
    };
    sheets.iter().map(alike).for_each(|alike| counting.add(&alike).unwrap());
    let counted = counting.end();
    let forms = counted.valid.forms;
    made(survey, &counted, forms + 3, forms + 1, DateTime::from_timestamp(1_700_000_000, 0).unwrap())
}

/// Sheets of one question, by how often each option was chosen.
fn chosen(counts: [u64; 5]) -> Sheets {
    counts.into_iter().enumerate().map(|(position, count)| (vec![Answer::Option(position)], count)).collect()
}

/// Surveys with few questions or many, plain weights or any.
fn surveys() -> impl Strategy<Value = Survey> {
    let count = prop_oneof![8 => 1..=6_usize, 2 => 7..=25_usize, 1 => 26..=99_usize, 1 => Just(100_usize)];
    let question = |plain: bool| (if plain { (1..=1_u16).boxed() } else { (1..=1_000_u16).boxed() }, any::<bool>());
    let questions = (count, any::<bool>()).prop_flat_map(move |(count, plain)| vec![question(plain); count]);
    let weights = prop_oneof![
        Just([1_000, 900, 800, 600, 0]),
        proptest::array::uniform5((0..=20_u16).prop_map(|step| step * 50)),
        proptest::array::uniform5(0..=1_000_u16),
    ];
    let rounding = select(vec![Rounding::HalfUp, Rounding::HalfEven]);
    let measure = select(vec![Measure::WeightedScore, Measure::Top2, Measure::Top1]);
    let target = (0..=10_000_i64, 0..=2_u32).prop_map(|(value, zeros)| {
        Decimal::new(value * 10_i64.pow(zeros), 2 + zeros) // 85.00, 85.000, 85.0000
    });
    let rest = (rounding, 5..=20_u32, measure, target, any::<bool>());
    (questions, weights, rest).prop_map(|(questions, weights, (rounding, floor, measure, value, dont_know))| {
        let mut survey = survey(weights, &questions, rounding);
        survey.disclosure_floor = floor;
        survey.target = Target { measure, value };
        if !dont_know {
            survey.scale.dont_know = None;
        }
        survey
    })
}

/// A survey with sheets that fit it. Bases are often products of 2 and 5, which makes ties.
fn cases() -> impl Strategy<Value = (Survey, Sheets)> {
    let forms = prop_oneof![
        4 => select(vec![8, 16, 32, 40, 64, 80, 128, 160, 200, 256, 320, 400, 512, 640, 800, 1_600, 4_000]),
        2 => 0..=60_u64,
        1 => 1_000_000_000..=1_000_000_512_u64,
    ];
    (surveys(), forms, 1..=6_usize, 0..=3_u8).prop_flat_map(|(survey, forms, kinds, gaps)| {
        let (dont_know, questions) = (survey.scale.dont_know.is_some(), survey.questions.clone());
        let answer = move |question: &Question| {
            let mut answers = vec![(12, (0..=1_usize).prop_map(Answer::Option).boxed())];
            answers.push((6, (2..=4_usize).prop_map(Answer::Option).boxed()));
            if gaps == 1 && dont_know {
                answers.push((2, Just(Answer::DontKnow).boxed()));
            }
            if gaps == 1 && !question.required {
                answers.push((6, Just(Answer::Skipped).boxed()));
            }
            proptest::strategy::Union::new_weighted(answers)
        };
        let sheet: Vec<_> = questions.iter().map(answer).collect();
        let cuts = vec![0..=forms; kinds - 1].prop_map(move |mut cuts| {
            cuts.extend([0, forms]);
            cuts.sort_unstable();
            cuts.windows(2).map(|pair| pair[1] - pair[0]).collect::<Vec<_>>()
        });
        (Just(survey), vec![sheet; kinds], cuts)
            .prop_map(|(survey, sheets, times)| (survey, sheets.into_iter().zip(times).collect()))
    })
}

// --- the same figures, computed otherwise --------------------------------------------------------

fn whole(number: u64) -> BigRational {
    BigRational::from_integer(BigInt::from(number))
}

/// One fraction of whole numbers; none of nobody.
fn share(part: u64, base: u64) -> Option<BigRational> {
    (base > 0).then(|| whole(part) / whole(base))
}

/// Prints fractions and counts the ties among them.
struct Print {
    rounding: Rounding,
    ties: Cell<u64>,
    /// Ties that the two ways of rounding print differently.
    differing: Cell<u64>,
}

impl Print {
    fn new(rounding: Rounding) -> Self {
        Self { rounding, ties: Cell::new(0), differing: Cell::new(0) }
    }

    /// The digits of a number that is not negative, at that many decimals.
    fn digits(&self, value: &BigRational, places: usize) -> String {
        let unit = BigRational::new(BigInt::from(1), BigInt::from(10_u64.pow(u32::try_from(places).unwrap())));
        let below = (value / &unit).floor();
        let (half, rest) = (BigRational::new(BigInt::from(1), BigInt::from(2)), value / &unit - &below);
        let even = (&below * &half).is_integer();
        if rest == half {
            self.ties.set(self.ties.get() + 1);
            self.differing.set(self.differing.get() + u64::from(even));
        }
        let up = rest > half || (rest == half && (self.rounding == Rounding::HalfUp || !even));
        let digits = (below + whole(u64::from(up))).to_integer().to_string();
        let padded = format!("{digits:0>width$}", width = places + 1);
        let (front, back) = padded.split_at(padded.len() - places);
        format!("{front}.{back}")
    }

    fn figure(&self, value: Option<&BigRational>) -> Value {
        value.map_or(Value::Null, |value| Value::String(self.digits(value, 2)))
    }

    /// 8 decimals without zeros at the end.
    fn final_score(&self, value: Option<&BigRational>) -> Value {
        let trimmed = |value| self.digits(value, 8).trim_end_matches('0').trim_end_matches('.').to_owned();
        value.map_or(Value::Null, |value| Value::String(trimmed(value)))
    }
}

/// What the document must say, from the sheets.
struct Expected {
    questions: Value,
    total: Value,
    final_score: Value,
    measures: Value,
    /// The measure that is held against the target.
    measure: Option<BigRational>,
}

fn by_option<T: Into<Value>>(values: impl IntoIterator<Item = T>) -> Value {
    Value::Object(CODES.iter().map(|code| (*code).to_owned()).zip(values.into_iter().map(Into::into)).collect())
}

fn sum(parts: &[BigRational]) -> BigRational {
    parts.iter().fold(whole(0), |sum, part| sum + part)
}

fn expect(survey: &Survey, sheets: &Sheets, print: &Print) -> Expected {
    let times = |question: usize, answer: Answer| -> u64 {
        sheets.iter().filter(|(sheet, _)| sheet[question] == answer).map(|(_, times)| times).sum()
    };
    let hundred = whole(100);
    let all_v = survey.questions.iter().fold(whole(0), |sum, question| sum + whole(question.weight.into()));
    let w = |option: usize| BigRational::new(survey.scale.options[option].weight.into(), BigInt::from(1_000));
    let counts: Vec<[u64; 5]> = (0..survey.questions.len())
        .map(|question| std::array::from_fn(|option| times(question, Answer::Option(option))))
        .collect();
    let bases: Vec<u64> = counts.iter().map(|counts| counts.iter().sum()).collect();
    let percents = |counts: &[u64; 5]| {
        let base = counts.iter().sum();
        by_option(counts.map(|count| print.figure(share(count, base).map(|share| share * &hundred).as_ref())))
    };

    let mut questions = Vec::new();
    let mut question_scores = Vec::new();
    for (index, question) in survey.questions.iter().enumerate() {
        let worth = whole(question.weight.into()) / &all_v * &hundred;
        let cell = |option: usize| share(counts[index][option], bases[index]).map(|share| share * w(option) * &worth);
        let cells: Option<Vec<_>> = (0..5).map(cell).collect();
        let score = cells.as_deref().map(sum);
        questions.push(json!({
            "no": index + 1,
            "text": question.text,
            "weight": question.weight,
            "n": bases[index],
            "dont_know": times(index, Answer::DontKnow),
            "skipped": times(index, Answer::Skipped),
            "counts": by_option(counts[index]),
            "percent": percents(&counts[index]),
            "score": by_option((0..5).map(|option| print.figure(cells.as_ref().map(|cells| &cells[option])))),
            "score_total": print.figure(score.as_ref()),
        }));
        question_scores.push(score);
    }

    let all: [u64; 5] = std::array::from_fn(|option| counts.iter().map(|counts| counts[option]).sum());
    let n: u64 = bases.iter().sum();
    let v = survey.questions.iter().map(|question| whole(question.weight.into()));
    let weighted_base = v.clone().zip(&bases).fold(whole(0), |sum, (v, base)| sum + v * whole(*base));
    let column = |option: usize| {
        let points = v.clone().zip(&counts).fold(whole(0), |sum, (v, counts)| sum + v * whole(counts[option]));
        points * w(option) / &weighted_base * &hundred
    };
    let columns: Option<Vec<_>> = (n > 0).then(|| (0..5).map(column).collect());
    let pooled = columns.as_deref().map(sum);
    let different = bases.iter().any(|base| *base != bases[0]);
    let added = question_scores.into_iter().collect::<Option<Vec<_>>>().filter(|_| different);
    let best = |options: usize| share(all[..options].iter().sum(), n).map(|share| share * &hundred);
    Expected {
        questions: Value::Array(questions),
        total: json!({
            "n": n,
            "counts": by_option(all),
            "percent": percents(&all),
            "score": by_option((0..5).map(|option| print.figure(columns.as_ref().map(|columns| &columns[option])))),
            "score_total": print.figure(pooled.as_ref()),
            "bases_differ": different,
            "sum_of_question_scores": print.figure(added.as_deref().map(sum).as_ref()),
        }),
        final_score: print.final_score(pooled.as_ref()),
        measures: json!({
            "weighted_score": print.figure(pooled.as_ref()),
            "top2_percent": print.figure(best(2).as_ref()),
            "top1_percent": print.figure(best(1).as_ref()),
        }),
        measure: match survey.target.measure {
            Measure::WeightedScore => pooled,
            Measure::Top2 => best(2),
            Measure::Top1 => best(1),
        },
    }
}

/// A decimal as a fraction.
fn exactly(text: &str) -> BigRational {
    let (front, back) = text.split_once('.').unwrap_or((text, ""));
    let ten = BigInt::from(10).pow(u32::try_from(back.len()).unwrap());
    BigRational::new(BigInt::from_str(&format!("{front}{back}")).unwrap(), ten)
}

/// Whether a part of the document says nothing at all.
fn silent(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Array(items) => items.is_empty(),
        Value::Object(entries) => entries.values().all(silent),
        _ => false,
    }
}

/// Compares the release of these sheets with the figures computed here.
fn check(survey: &Survey, sheets: &Sheets, expected: &Expected) -> Result<(), TestCaseError> {
    let release = serde_json::to_value(release(survey, sheets)).unwrap();
    let forms: u64 = sheets.iter().map(|(_, times)| times).sum();
    prop_assert_eq!(&release["issued"], &json!(forms + 3));
    prop_assert_eq!(&release["returned"], &json!(forms + 1));
    prop_assert_eq!(&release["valid"], &json!(forms));
    let scale = survey.scale.options.iter();
    let scale = scale.map(|line| json!({"code": line.code, "label": line.label, "weight_per_mille": line.weight}));
    prop_assert_eq!(&release["scale"], &Value::Array(scale.collect()));
    let target = |met: Value| {
        let (measure, value) = (survey.target.measure.name(), survey.target.value.to_string());
        json!({"measure": measure, "value": value, "met": met})
    };

    let answered = |sheet: &[Answer]| sheet.iter().any(|answer| matches!(answer, Answer::Option(_)));
    let base: u64 = sheets.iter().filter(|(sheet, _)| answered(sheet)).map(|(_, times)| times).sum();
    if base < u64::from(survey.disclosure_floor) {
        let said = ["as_of", "issued", "method", "returned", "scale", "sha256", "survey", "target", "valid"];
        // How many of those asked answered, and which release this is.
        let also = ["audit", "number", "response_rates"];
        for (name, value) in release.as_object().unwrap().iter().filter(|(name, _)| *name != "groups") {
            prop_assert!(said.iter().chain(&also).any(|said| said == name) || silent(value), "{name}: {value}");
        }
        for group in release["groups"].as_array().unwrap() {
            let telling = ["n", "measures", "intervals"].iter().any(|name| !group[name].is_null());
            prop_assert!(group["hidden"] == true && !telling, "{group}");
        }
        prop_assert_eq!(&release["target"], &target(Value::Null));
        return Ok(());
    }
    prop_assert_eq!(&release["questions"], &expected.questions);
    prop_assert_eq!(&release["total"], &expected.total);
    prop_assert_eq!(&release["final_score"], &expected.final_score);
    prop_assert_eq!(&release["measures"], &expected.measures);
    let met = expected.measure.as_ref().map(|exact| *exact >= exactly(&survey.target.value.to_string()));
    prop_assert_eq!(&release["target"], &target(json!(met)));
    Ok(())
}

#[test]
fn every_figure_is_the_exact_one_rounded_once() {
    let config = ProptestConfig { failure_persistence: None, ..ProptestConfig::default() };
    let (ties, differing) = (Cell::new(0), Cell::new(0));
    let result = TestRunner::new(config).run(&cases(), |(mut survey, sheets)| {
        let print = Print::new(survey.rounding);
        let expected = expect(&survey, &sheets, &print);
        check(&survey, &sheets, &expected)?;
        ties.set(ties.get() + print.ties.get());
        differing.set(differing.get() + print.differing.get());
        // The hardest target is the printed figure itself: the exact one may lie below it.
        if let Some(exact) = &expected.measure {
            survey.target.value = Decimal::from_str(&print.digits(exact, 2)).unwrap();
            check(&survey, &sheets, &expected)?;
        }
        Ok(())
    });
    if let Err(error) = result {
        panic!("{error}");
    }
    let (ties, differing) = (ties.get(), differing.get());
    assert!(differing > 100 && ties - differing > 100, "{ties} ties, {differing} of them printed differently");
}

#[test]
fn ties_go_up_or_to_the_even_digit() {
    // 100 points, the best option worth all of them: n, how many chose it, both prints.
    for (n, count, up, even) in [
        (32, 1, "3.13", "3.12"),    // 3.125
        (32, 3, "9.38", "9.38"),    // 9.375
        (32, 5, "15.63", "15.62"),  // 15.625
        (32, 31, "96.88", "96.88"), // 96.875
        (160, 1, "0.63", "0.62"),   // 0.625
        (160, 3, "1.88", "1.88"),   // 1.875
        (800, 1, "0.13", "0.12"),   // 0.125
        (800, 3, "0.38", "0.38"),   // 0.375
        (800, 797, "99.63", "99.62"),
        (800, 799, "99.88", "99.88"),
        (4_000, 1, "0.03", "0.02"),           // 0.025
        (20_000, 1, "0.01", "0.00"),          // 0.005
        (20_000, 3, "0.02", "0.02"),          // 0.015
        (20_000, 19_999, "100.00", "100.00"), // 99.995: the even digit is up as well
        (32, 0, "0.00", "0.00"),
    ] {
        for (rounding, printed) in [(Rounding::HalfUp, up), (Rounding::HalfEven, even)] {
            let survey = survey([1_000, 0, 0, 0, 0], &[(1, true)], rounding);
            let release = release(&survey, &chosen([count, n - count, 0, 0, 0]));
            let (block, total) = (&release.questions[0], release.total.as_ref().unwrap());
            let figures = [&block.percent["A"], &block.score["A"], &block.score_total, &total.percent["A"]];
            let more = [&total.score["A"], &total.score_total, &release.measures.top1_percent];
            for figure in figures.into_iter().chain(more) {
                assert_eq!(figure.as_deref(), Some(printed), "{count} of {n}, {rounding:?}");
            }
        }
    }
}

#[test]
fn ties_of_weighted_cells_go_up_or_to_the_even_digit() {
    // Ten questions of 10 points, 8 forms: seven A make 8.75, one B of 0.90 makes 1.125.
    for (rounding, cell, total) in [(Rounding::HalfUp, "1.13", "9.88"), (Rounding::HalfEven, "1.12", "9.88")] {
        let survey = survey([1_000, 900, 800, 600, 0], &[(1, true); 10], rounding);
        let release = release(&survey, &vec![(vec![Answer::Option(0); 10], 7), (vec![Answer::Option(1); 10], 1)]);
        let block = &release.questions[9];
        assert_eq!(block.score["A"].as_deref(), Some("8.75"));
        assert_eq!(block.score["B"].as_deref(), Some(cell));
        // 9.875, rounded once: both ways 9.88.
        assert_eq!(block.score_total.as_deref(), Some(total));
        assert_eq!(release.total.unwrap().score_total.as_deref(), Some("98.75"));
        assert_eq!(release.final_score.as_deref(), Some("98.75"));
    }
    // Questions of 25 and 75 points, one A among 40 forms: 0.625, and 1.875, which both print alike.
    for (rounding, first) in [(Rounding::HalfUp, "0.63"), (Rounding::HalfEven, "0.62")] {
        let survey = survey([1_000, 0, 0, 0, 0], &[(1, true), (3, true)], rounding);
        let release = release(&survey, &vec![(vec![Answer::Option(0); 2], 1), (vec![Answer::Option(4); 2], 39)]);
        let printed: Vec<_> = release.questions.iter().map(|block| block.score_total.as_deref().unwrap()).collect();
        assert_eq!(printed, [first, "1.88"]);
        assert_eq!(release.measures.weighted_score.as_deref(), Some("2.50"));
    }
}

#[test]
fn ties_of_the_final_score_go_up_or_to_the_even_digit() {
    // 100 · w/1000 · count / 256 with w = 0.001: 0.000390625 and multiples of it.
    for (count, up, even) in [
        (1, "0.00039063", "0.00039062"),
        (3, "0.00117188", "0.00117188"),
        (5, "0.00195313", "0.00195312"),
        (2, "0.00078125", "0.00078125"), // no tie
        (256, "0.1", "0.1"),
        (0, "0", "0"),
    ] {
        for (rounding, printed) in [(Rounding::HalfUp, up), (Rounding::HalfEven, even)] {
            let survey = survey([1, 0, 0, 0, 0], &[(1, true)], rounding);
            let release = release(&survey, &chosen([count, 256 - count, 0, 0, 0]));
            assert_eq!(release.final_score.as_deref(), Some(printed), "{count}, {rounding:?}");
        }
    }
}

#[test]
fn ties_of_the_sum_of_question_scores_go_up_or_to_the_even_digit() {
    // Two questions of 50 points, bases 400 and 200: 50/400 and 0 make 0.125, pooled 100/600.
    for (rounding, printed) in [(Rounding::HalfUp, "0.13"), (Rounding::HalfEven, "0.12")] {
        let survey = survey([1_000, 0, 0, 0, 0], &[(1, true), (1, false)], rounding);
        let sheets = vec![
            (vec![Answer::Option(0), Answer::Option(1)], 1),
            (vec![Answer::Option(1), Answer::Option(1)], 199),
            (vec![Answer::Option(1), Answer::Skipped], 100),
            (vec![Answer::Option(1), Answer::DontKnow], 100),
        ];
        let release = release(&survey, &sheets);
        assert_eq!(release.questions.iter().map(|block| block.n).collect::<Vec<_>>(), [400, 200]);
        let total = release.total.unwrap();
        assert_eq!(total.sum_of_question_scores.as_deref(), Some(printed));
        assert_eq!(total.score_total.as_deref(), Some("0.17"));
    }
}

#[test]
fn the_sum_of_question_scores_is_printed_where_bases_differ() {
    let survey = survey([1_000, 900, 800, 600, 0], &[(1, true), (1, false)], Rounding::HalfUp);
    let same = vec![(vec![Answer::Option(0), Answer::Option(4)], 10)];
    assert_eq!(release(&survey, &same).total.unwrap().sum_of_question_scores, None);
    // Ten answered both, ten only the first: 50 + 0 against 2000 / 30.
    let different = [same, vec![(vec![Answer::Option(0), Answer::Skipped], 10)]].concat();
    let different = release(&survey, &different);
    assert_eq!(different.final_score.as_deref(), Some("66.66666667"));
    assert_eq!(different.total.as_ref().unwrap().sum_of_question_scores.as_deref(), Some("50.00"));
    assert!(text::release(&different).contains("50.00"));
}

#[test]
fn a_base_of_nobody_is_no_number() {
    let survey = survey([1_000, 900, 800, 600, 0], &[(1, true), (2, false)], Rounding::HalfUp);
    // Nobody answered the second question.
    let half = release(&survey, &vec![(vec![Answer::Option(1), Answer::Skipped], 12)]);
    assert_eq!(half.questions[1].n, 0);
    assert!(half.questions[1].percent.values().chain(half.questions[1].score.values()).all(Option::is_none));
    assert_eq!(half.questions[1].score_total, None);
    assert_eq!(half.final_score.as_deref(), Some("90"));
    let total = half.total.as_ref().unwrap();
    assert!(total.bases_differ && total.sum_of_question_scores.is_none());
    assert!(text::release(&half).contains("各题得分之和为 —"), "that the bases differ is said all the same");
    assert!(csv::table(&half).unwrap().contains("sum of questions,score,,,,,,—\r\n"));
    let rows = &Table::of(&half).blocks[1].rows;
    let cells: Vec<Vec<&str>> =
        rows.iter().map(|row| row.cells.iter().chain([&row.total]).map(String::as_str).collect()).collect();
    assert_eq!(cells, [vec!["0"; 6], vec!["—"; 6], vec!["—"; 6]]);
    assert!(csv::table(&half).unwrap().contains("2,score,—,—,—,—,—,—\r\n"));

    // Nobody answered anything.
    let nothing = release(&survey, &vec![(vec![Answer::DontKnow, Answer::DontKnow], 12)]);
    assert_eq!((nothing.valid, nothing.final_score.as_deref(), nothing.target.met), (12, None, None));
    let measures = &nothing.measures;
    assert_eq!([&measures.weighted_score, &measures.top2_percent, &measures.top1_percent], [&None, &None, &None]);
    let table = Table::of(&nothing);
    assert_eq!((table.final_score.as_str(), table.blocks.len()), ("—", 0));
    assert!(!text::release(&nothing).contains("0.00"));
}

#[test]
fn forms_that_say_dont_know_to_everything_do_not_lift_a_base_over_the_floor() {
    let survey = survey([1_000, 900, 800, 600, 0], &[(1, true), (1, true)], Rounding::HalfUp);
    assert_eq!(survey.disclosure_floor, 5);
    let unsure = (vec![Answer::DontKnow, Answer::DontKnow], 40);
    let hidden = release(&survey, &vec![unsure.clone(), (vec![Answer::Option(4), Answer::Option(4)], 4)]);
    assert_eq!((hidden.valid, hidden.questions.len(), hidden.total, hidden.final_score), (44, 0, None, None));
    let shown = release(&survey, &vec![unsure, (vec![Answer::Option(4), Answer::DontKnow], 5)]);
    assert_eq!((shown.valid, shown.questions.len(), shown.final_score.as_deref()), (45, 2, Some("0")));
}

#[test]
fn below_the_floor_a_release_shows_only_counts_of_forms() {
    let mut survey = survey([1_000, 900, 800, 600, 0], &[(1, true)], Rounding::HalfUp);
    survey.disclosure_floor = 12;
    let shown = release(&survey, &chosen([12, 0, 0, 0, 0]));
    assert_eq!((shown.questions.len(), shown.final_score.as_deref()), (1, Some("100")));
    let hidden = release(&survey, &chosen([11, 0, 0, 0, 0]));
    assert_eq!((hidden.issued, hidden.returned, hidden.valid), (14, 12, 11));
    assert!(hidden.questions.is_empty() && hidden.total.is_none() && hidden.final_score.is_none());
    assert_eq!(hidden.target.met, None);
    // The same document, digest included, whatever they chose.
    assert_eq!(hidden, release(&survey, &chosen([0, 0, 4, 0, 7])));
    assert!(!text::release(&hidden).contains("100"));
    assert_eq!(csv::table(&hidden).unwrap(), "question,row,A,B,C,D,E,total\r\nfinal,score,,,,,,—\r\n");
}

#[test]
fn a_target_is_met_by_the_exact_measure() {
    // 84.996 % chose A or B; it prints as 85.00 and misses 85.
    for (satisfied, met) in [(21_249, false), (21_250, true)] {
        let mut survey = survey([1_000, 1_000, 0, 0, 0], &[(1, true)], Rounding::HalfUp);
        for measure in [Measure::WeightedScore, Measure::Top2] {
            survey.target.measure = measure;
            let release =
                release(&survey, &chosen([satisfied / 2, satisfied - satisfied / 2, 25_000 - satisfied, 0, 0]));
            assert_eq!(release.measures.top2_percent.as_deref(), Some("85.00"));
            assert_eq!(release.measures.weighted_score.as_deref(), Some("85.00"));
            assert_eq!(release.target.met, Some(met), "{satisfied} {measure:?}");
        }
    }
}

#[test]
fn the_largest_survey_fits() {
    let survey = survey([997, 991, 983, 977, 971], &vec![(1_000, true); 100], Rounding::HalfEven);
    let sheets: Sheets =
        (0..5).map(|option| (vec![Answer::Option(option); 100], 1_400_000_011 + option as u64)).collect();
    let expected = expect(&survey, &sheets, &Print::new(Rounding::HalfEven));
    check(&survey, &sheets, &expected).unwrap();
}

#[test]
fn a_sheet_that_came_often_counts_as_often() {
    let survey = survey([1_000, 900, 800, 600, 0], &[(1, true), (1, false), (1, false)], Rounding::HalfUp);
    let sheet = vec![Answer::Option(2), Answer::DontKnow, Answer::Skipped];
    let once = tally(&survey, &vec![(sheet.clone(), 1); 7]);
    assert_eq!(once, tally(&survey, &vec![(sheet, 7)]));
    assert_eq!((once.forms, once.total().base(), once.total().dont_know, once.total().skipped), (7, 7, 7, 7));
    assert!(!once.same_base());
    assert!(Scores::new(&survey, &once).sum_of_questions().is_none());
}

// --- no floats -----------------------------------------------------------------------------------

/// Float types and float numbers among the tokens.
fn floats(tokens: &[Token]) -> Vec<String> {
    let text = |index: Option<usize>| index.and_then(|index| tokens.get(index)).map_or("", |token| &token.text);
    let digit = |text: &str| text.starts_with(|c: char| c.is_ascii_digit());
    let float = |index: usize| {
        let (before, this, next) = (text(index.checked_sub(1)), text(Some(index)), text(Some(index + 1)));
        let decimal = next == "." && digit(text(Some(index + 2))) && before != ".";
        let exponent = !this.starts_with("0x") && this.contains(['e', 'E']) && !this.ends_with("size");
        let suffix = this.ends_with("f32") || this.ends_with("f64");
        matches!(this, "f32" | "f64") || (digit(this) && (decimal || exponent || suffix))
    };
    let found = (0..tokens.len()).filter(|index| float(*index));
    found.map(|index| format!("{}: {}", tokens[index].line, tokens[index].text)).collect()
}

#[test]
fn no_float_comes_near_a_figure() {
    let sources = Source::all();
    let found = |path: &str| {
        let source = sources.iter().find(|source| source.path == path);
        floats(&source.unwrap_or_else(|| panic!("{path} is gone")).tokens())
    };
    for path in ["tally.rs", "release/counted.rs", "release/figures.rs", "release/groups.rs", "release/rates.rs"] {
        assert_eq!(found(&format!("domain/{path}")), [""; 0], "{path}");
    }
    // What a root or a quantile is taken of leaves the fractions by two functions of that name and no other way.
    let source = sources.iter().find(|source| source.path == "domain/exact.rs").unwrap();
    let (production, _) = source.text.split_once("#[cfg(test)]").unwrap();
    let of = |text: &str| floats(&Source { path: String::new(), text: text.to_owned() }.tokens()).len();
    let bodies = production.split("pub fn to_f64").skip(1).map(|rest| rest.split("\n    }\n").next().unwrap());
    assert_eq!(of(production), bodies.map(of).sum::<usize>(), "domain/exact.rs");
}

#[test]
fn a_float_is_found() {
    let found = |text: &str| floats(&Source { path: "domain/exact.rs".to_owned(), text: text.to_owned() }.tokens());
    for text in ["fn f(x: f64)", "x as f32", "1f64", "0.5", "let x = 98.06;", "1e3", "Vec<f64>", "f32::from(x)"] {
        assert_eq!(found(text).len(), 1, "{text}");
    }
    for text in ["// f64\n\"f32 0.5\"", "x.0.1", "0..5", "0xe5", "1_u8", "3_usize", "half64", "(1, 2).0"] {
        assert_eq!(found(text), [""; 0], "{text}");
    }
}

// --- the digest ----------------------------------------------------------------------------------

/// RFC 8785 for documents whose numbers are whole: keys by UTF-16 units, no blanks, the shortest escapes.
fn canonical(value: &Value) -> String {
    let text = |text: &str| {
        let escape = |c: char| match c {
            '"' => "\\\"".to_owned(),
            '\\' => "\\\\".to_owned(),
            '\u{8}' => "\\b".to_owned(),
            '\t' => "\\t".to_owned(),
            '\n' => "\\n".to_owned(),
            '\u{c}' => "\\f".to_owned(),
            '\r' => "\\r".to_owned(),
            '\0'..'\u{20}' => format!("\\u{:04x}", u32::from(c)),
            _ => c.to_string(),
        };
        format!("\"{}\"", text.chars().map(escape).collect::<String>())
    };
    match value {
        Value::Null => "null".to_owned(),
        Value::Bool(truth) => truth.to_string(),
        Value::Number(number) => number.as_u64().unwrap().to_string(),
        Value::String(string) => text(string),
        Value::Array(items) => format!("[{}]", items.iter().map(canonical).collect::<Vec<_>>().join(",")),
        Value::Object(entries) => {
            let sorted: BTreeMap<Vec<u16>, (&String, &Value)> =
                entries.iter().map(|entry| (entry.0.encode_utf16().collect(), entry)).collect();
            let entries = sorted.values().map(|(name, value)| format!("{}:{}", text(name), canonical(value)));
            format!("{{{}}}", entries.collect::<Vec<_>>().join(","))
        }
    }
}

fn digest_of(document: &str) -> String {
    let mut document: Value = serde_json::from_str(document).unwrap();
    document.as_object_mut().unwrap().remove("sha256").unwrap();
    data_encoding::HEXLOWER.encode(&Sha256::digest(canonical(&document)))
}

/// Documents of all kinds: shown, hidden, with gaps, with codes that sort otherwise than they stand.
fn documents() -> Vec<Release> {
    let plain = survey([1_000, 900, 800, 600, 0], &[(1, true), (3, false)], Rounding::HalfEven);
    let mut other = plain.clone();
    for (option, code) in other.scale.options.iter_mut().zip(["b", "B10", "a", "B2", "0"]) {
        code.clone_into(&mut option.code);
    }
    other.title = "\u{0}\u{8}\t\n\u{c}\r\u{1f}\"\\/\u{7f}é\u{20ac}\u{2029}\u{1f602}\u{fb33}".to_owned();
    let sheets = vec![(vec![Answer::Option(0), Answer::Option(3)], 31), (vec![Answer::Option(1), Answer::DontKnow], 9)];
    let few = vec![(vec![Answer::Option(0), Answer::Skipped], 4)];
    let mut all: Vec<_> = [&plain, &other].into_iter().map(|survey| release(survey, &sheets)).collect();
    all.push(release(&plain, &few));
    all.push(release(&plain, &vec![(vec![Answer::DontKnow, Answer::Skipped], 40)]));
    all
}

#[test]
fn the_digest_is_that_of_the_document_without_it() {
    for release in documents() {
        let document = release.canonical().unwrap();
        assert_eq!(document, canonical(&serde_json::from_str(&document).unwrap()));
        assert_eq!(release.sha256, digest_of(&document));
        assert_eq!(release.sha256, release.digest().unwrap());
        assert_eq!(release.sha256.len(), 64);
    }
}

#[test]
fn a_document_comes_back_as_it_was_written() {
    for release in documents() {
        let document = release.canonical().unwrap();
        let back: Release = serde_json::from_str(&document).unwrap();
        assert_eq!(back, release);
        assert_eq!(back.canonical().unwrap(), document);
        assert_eq!(back.digest().unwrap(), release.sha256);
        let bare: Release = serde_json::from_str(&document.replace(&release.sha256, "")).unwrap();
        assert!(!bare.canonical().unwrap().contains("sha256"));
        assert_eq!(bare.digest().unwrap(), release.sha256);
    }
}

#[test]
fn a_changed_figure_has_another_digest() {
    let release = documents().remove(0);
    let document = release.canonical().unwrap();
    let score = format!("\"final_score\":\"{}\"", release.final_score.as_ref().unwrap());
    assert!(document.contains(&score));
    let forged: Release = serde_json::from_str(&document.replace(&score, "\"final_score\":\"100\"")).unwrap();
    assert_eq!(forged.sha256, release.sha256);
    assert_ne!(forged.digest().unwrap(), release.sha256);
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn every_document_has_its_digest_and_comes_back((survey, sheets) in cases()) {
        let release = release(&survey, &sheets);
        let document = release.canonical().unwrap();
        prop_assert_eq!(&release.sha256, &digest_of(&document));
        prop_assert_eq!(serde_json::from_str::<Release>(&document).unwrap(), release);
    }

    #[test]
    fn what_is_drawn_shows_the_figures_of_the_document((survey, sheets) in cases()) {
        let release = release(&survey, &sheets);
        let table = Table::of(&release);
        let figure = |figure: &Option<String>| figure.clone().unwrap_or_else(|| "—".to_owned());
        prop_assert_eq!(&table.final_score, &figure(&release.final_score));
        prop_assert_eq!(table.blocks.len(), release.questions.len() + usize::from(release.total.is_some()));
        for (block, drawn) in release.questions.iter().zip(&table.blocks) {
            prop_assert_eq!(&drawn.rows[2].total, &figure(&block.score_total));
            for (index, code) in CODES.iter().enumerate() {
                prop_assert_eq!(&drawn.rows[0].cells[index], &block.counts[*code].to_string());
                prop_assert_eq!(&drawn.rows[2].cells[index], &figure(&block.score[*code]));
            }
        }
    }
}
