//! Estimates and intervals against R's survey package: `tests/run --r`, which has R write its figures first.
#![cfg(test)]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use fivepoint::domain::statistics::{NotEstimable, Plan, Stratum, Sums, ratio};
use std::collections::{BTreeMap, HashMap};
use std::path::Path;

type Row = HashMap<String, String>;

fn rows(file: &str) -> Vec<Row> {
    let folder = std::env::var("FIVEPOINT_R_CASES").unwrap_or_else(|_| panic!("run this test by tests/run --r"));
    let mut reader = csv::Reader::from_path(Path::new(&folder).join(file)).unwrap();
    reader.deserialize().map(|row| row.unwrap()).collect()
}

fn whole(row: &Row, column: &str) -> u64 {
    row.get(column).unwrap().parse().unwrap()
}

/// The strata of every survey.
fn strata() -> BTreeMap<u64, BTreeMap<u64, Stratum>> {
    let mut surveys: BTreeMap<u64, BTreeMap<u64, Stratum>> = BTreeMap::new();
    for person in rows("persons.csv") {
        let survey = surveys.entry(whole(&person, "case")).or_default();
        let stratum = survey.entry(whole(&person, "stratum")).or_insert_with(|| Stratum {
            people: whole(&person, "people"),
            answered: 0,
            group: Sums::default(),
        });
        stratum.answered += 1;
        if person.get("group").unwrap() == "TRUE" {
            stratum.group.add(whole(&person, "x"), whole(&person, "y"), 1);
        }
    }
    surveys
}

#[test]
fn every_figure_is_that_of_r() {
    let (surveys, mut furthest, mut without) = (strata(), 0.0_f64, 0);
    let figures = rows("figures.csv");
    assert!(figures.len() >= 500 && figures.len() == surveys.len(), "{} of {}", figures.len(), surveys.len());
    for row in &figures {
        let text = |column: &str| row.get(column).unwrap().as_str();
        let (case, kind) = (whole(row, "case"), text("kind"));
        let plan = match text("design") {
            "clusters" => Plan::Clusters { counties: whole(row, "counties") },
            _ => Plan::Strata,
        };
        let strata: Vec<Stratum> = surveys.get(&case).unwrap().values().copied().collect();
        let found = ratio(plan, &strata, if kind == "score" { 1_000 } else { 1 }).unwrap();
        let mut same = |column: &str, value: f64| {
            let distance = (value - text(column).parse::<f64>().unwrap()).abs();
            assert!(distance < 1e-9, "survey {case}, {column}: {value}, R has {}", text(column));
            furthest = furthest.max(distance);
        };
        same("value", found.value.to_f64());
        assert_eq!(found.n, whole(row, "n"), "survey {case}");
        let interval = if kind == "score" { found.score_interval() } else { found.share_interval() };
        match interval {
            Ok(interval) => {
                let spread = found.spread.unwrap();
                same("se", spread.variance.to_f64().sqrt());
                assert_eq!(spread.df, whole(row, "df"), "survey {case}");
                same("low", interval.low.to_f64());
                same("high", interval.high.to_f64());
            }
            Err(reason) => {
                assert_eq!((reason, text("low")), (NotEstimable::NoDegreesOfFreedom, ""), "survey {case}");
                without += 1;
            }
        }
    }
    assert!(without * 10 < figures.len(), "{without} surveys without an interval");
    println!("{} surveys, {without} of them without an interval; largest difference {furthest:.1e}", figures.len());
}
