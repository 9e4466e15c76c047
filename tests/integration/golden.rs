//! Statistics against numbers worked out elsewhere: every one of `tests/data/statistics.json`.

use fivepoint::domain::exact::{Fraction, Rounding};
use fivepoint::domain::response::{Answer, Answers};
use fivepoint::domain::sample::Margin;
use fivepoint::domain::statistics::{Alpha, Bound, Estimate, Plan, Stratum, Sums, Z, ratio, t, wilson};
use rust_decimal::Decimal;
use serde_json::Value;

fn golden(part: &str) -> Value {
    let all: Value = serde_json::from_str(include_str!("../data/statistics.json")).unwrap();
    all[part].clone()
}

fn whole(value: &Value) -> u64 {
    value.as_u64().unwrap_or_else(|| panic!("{value} is no whole number"))
}

/// Whether a number is the golden one to the digits given there, which is `times` smaller.
fn same(bound: &Bound, times: u32, golden: &Value) {
    let text = golden.as_str().unwrap();
    let places = u32::try_from(text.split_once('.').unwrap().1.len()).unwrap();
    let shown = bound.round(places - times.ilog10(), Rounding::HalfUp).unwrap() / Decimal::from(times);
    assert_eq!(shown, text.parse().unwrap(), "{text}");
}

fn exact(value: &Fraction) -> Bound {
    Bound::Exact(value.clone().into())
}

/// A group of persons of whom some said yes.
fn share(strata: &Value) -> Vec<Stratum> {
    let stratum = |one: &Value| {
        let mut group = Sums::default();
        group.add(1, 1, whole(&one["yes"]));
        group.add(1, 0, whole(&one["n"]) - whole(&one["yes"]));
        Stratum { people: whole(&one["N"]), answered: whole(&one["n"]), group }
    };
    strata.as_array().unwrap().iter().map(stratum).collect()
}

fn check_share(estimate: &Estimate, golden: &Value) {
    let interval = estimate.share_interval().unwrap();
    same(&exact(&estimate.value), 100, &golden["p"]);
    same(&Bound::Near(interval.standard_error), 100, &golden["se"]);
    same(&interval.low, 100, &golden["ci95_wilson"][0]);
    same(&interval.high, 100, &golden["ci95_wilson"][1]);
    assert_eq!(estimate.spread.as_ref().unwrap().df, whole(&golden["df"]));
}

#[test]
fn a_stratified_mean() {
    let golden = golden("stratified_mean_fpc");
    // So many people that a sample of a few corrects nothing, in the same proportion.
    for (times, error) in [(1, "se"), (1_000_000_000_000, "se_without_fpc")] {
        let stratum = |name: u64| {
            let mut group = Sums::default();
            for (x, stratum) in golden["x"].as_array().unwrap().iter().zip(golden["stratum"].as_array().unwrap()) {
                if whole(stratum) == name {
                    // 2.8 as 28 of 1000, which is 2.8 per cent.
                    group.add(1, x.to_string().replace('.', "").parse().unwrap(), 1);
                }
            }
            Stratum { people: whole(&golden["N"][name.to_string()]) * times, answered: group.n, group }
        };
        let estimate = ratio(Plan::Strata, &[stratum(1), stratum(2)], 1_000).unwrap();
        same(&exact(&estimate.value), 1, &golden["mean"]);
        same(&Bound::Near(estimate.score_interval().unwrap().standard_error), 1, &golden[error]);
        assert_eq!(estimate.spread.unwrap().df, whole(&golden["df"]));
    }
}

#[test]
fn a_stratified_share() {
    let golden = golden("stratified_proportion");
    let strata = share(&golden["strata"]);
    let estimate = ratio(Plan::Strata, &strata, 1).unwrap();
    check_share(&estimate, &golden);
    same(&Bound::Near(estimate.effective_size().unwrap()), 1, &golden["n_eff"]);
    let mut all = Sums::default();
    strata.iter().for_each(|stratum| all.join(&stratum.group));
    let one = [Stratum { people: 2_979, answered: all.n, group: all }];
    same(&exact(&ratio(Plan::Strata, &one, 1).unwrap().value), 100, &golden["unweighted"]);
}

#[test]
fn a_share_of_two_stages() {
    let golden = golden("two_stage_proportion");
    let estimate = ratio(Plan::Clusters { counties: 14 }, &share(&golden["counties"]), 1).unwrap();
    check_share(&estimate, &golden);
}

#[test]
fn plain_wilson_intervals() {
    for one in golden("plain_wilson_95").as_array().unwrap() {
        let (x, n) = (whole(&one["x"]), u32::try_from(whole(&one["n"])).unwrap());
        let interval = wilson(&Fraction::new(x * 100, n).unwrap(), f64::from(n), Z, 0.0);
        same(&interval.low, 100, &one["ci"][0]);
        same(&interval.high, 100, &one["ci"][1]);
    }
}

#[test]
fn cronbachs_alpha() {
    for one in golden("cronbach_alpha").as_array().unwrap() {
        let rows = one["rows"].as_array().unwrap();
        let mut alpha = Alpha::new(rows[0].as_array().unwrap().len());
        for row in rows {
            let place = |points: &Value| Answer::Option(usize::try_from(5 - whole(points)).unwrap());
            alpha.add(&Answers::new(row.as_array().unwrap().iter().map(place).collect()), 1);
        }
        match alpha.value() {
            Some(value) => same(&Bound::Exact(value), 1, &one["alpha"]),
            None => assert!(one["alpha"].is_null()),
        }
    }
}

#[test]
fn sizes_of_samples() {
    let golden = golden("sample_size");
    let size = |share: &str, people: u64| {
        let tenths = share.parse::<Decimal>().unwrap() * Decimal::ONE_THOUSAND;
        Margin::new(u32::try_from(tenths).unwrap()).unwrap().sample_of(people)
    };
    for (people, wanted) in golden["margin_0.05"].as_object().unwrap() {
        assert_eq!(size("0.05", people.parse().unwrap()), whole(wanted), "N = {people}");
    }
    for (share, wanted) in golden["N=2979"].as_object().unwrap() {
        assert_eq!(size(share, 2_979), whole(wanted), "e = {share}");
    }
}

#[test]
fn quantiles_of_t() {
    for one in golden("t_quantile").as_array().unwrap() {
        assert_eq!(one["p"], 0.975);
        same(&Bound::Near(t(f64::from(u32::try_from(whole(&one["df"])).unwrap()))), 1, &one["t"]);
    }
}
