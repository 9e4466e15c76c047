//! Estimates against exact fractions computed a second time, person by person and pair by pair:
//! a variance as half the mean square of all differences, where the program adds up squares.

use fivepoint::domain::exact::{Fraction, Rounding};
use fivepoint::domain::statistics::{NotEstimable, Plan, Stratum, Sums, ratio};
use num_bigint::BigInt;
use num_rational::BigRational;
use proptest::prelude::*;

/// A person who answered: x and y, where the group has them.
type Person = Option<(u64, u64)>;

/// A stratum: how many people did not answer, and those who did.
type Persons = (u64, Vec<Person>);

fn fraction(whole: u64) -> BigRational {
    BigRational::from_integer(BigInt::from(whole))
}

fn over(numerator: usize, denominator: usize) -> BigRational {
    BigRational::new(BigInt::from(numerator), BigInt::from(denominator))
}

fn strata(sample: &[Persons]) -> Vec<Stratum> {
    let stratum = |(silent, persons): &Persons| {
        let mut group = Sums::default();
        persons.iter().flatten().for_each(|(x, y)| group.add(*x, *y, 1));
        let answered = persons.len() as u64;
        Stratum { people: answered + silent, answered, group }
    };
    sample.iter().map(stratum).collect()
}

/// n/(2(n − 1))·(1/n)·ΣΣ(a − b)² = Σ(a − ā)²·n/(n − 1), over all ordered pairs.
fn pairs(values: &[BigRational]) -> BigRational {
    let differences = values.iter().flat_map(|a| values.iter().map(move |b| a - b));
    let squares = differences.map(|difference| &difference * &difference).sum::<BigRational>();
    squares / fraction(2 * (values.len() as u64 - 1))
}

/// What is left to chance where `some` of `all` were taken.
fn left(some: usize, all: usize) -> BigRational {
    fraction(1) - over(some, all)
}

/// Ratio and variance in per cent and squared per cent; every stratum with chance in it has two persons.
fn by_hand(sample: &[Persons], counties: Option<usize>, full: u64) -> Option<(BigRational, BigRational)> {
    let covered: Vec<&Persons> = sample.iter().filter(|(_, persons)| !persons.is_empty()).collect();
    if covered.is_empty() {
        return None;
    }
    let people = |(silent, persons): &Persons| persons.len() + usize::try_from(*silent).unwrap();
    let first = counties.map_or_else(|| fraction(1), |all| over(all, covered.len()));
    let weight = |stratum: &Persons| &first * over(people(stratum), stratum.1.len());
    let sum = |of: fn(&(u64, u64)) -> u64| -> BigRational {
        covered.iter().map(|one| weight(one) * fraction(one.1.iter().flatten().map(of).sum())).sum()
    };
    let (x, y) = (sum(|(x, _)| *x), sum(|(_, y)| *y));
    if x == fraction(0) {
        return None;
    }
    let ratio = y / &x;
    let residuals = |stratum: &Persons| -> Vec<BigRational> {
        let residual = |person: &Person| match person {
            Some((px, py)) => weight(stratum) * (fraction(*py) - &ratio * fraction(*px)) / &x,
            None => fraction(0),
        };
        stratum.1.iter().map(residual).collect()
    };
    let within = |stratum: &&Persons| match left(stratum.1.len(), people(stratum)) {
        none if none == fraction(0) => none,
        chance => chance * pairs(&residuals(stratum)),
    };
    let second: BigRational = covered.iter().map(within).sum();
    let variance = match counties {
        None => second,
        Some(all) if all == covered.len() => second,
        Some(all) => {
            let totals: Vec<BigRational> = covered.iter().map(|county| residuals(county).iter().sum()).collect();
            left(covered.len(), all) * pairs(&totals) + over(covered.len(), all) * second
        }
    };
    let percent = fraction(100) / fraction(full);
    Some((ratio * &percent, variance * &percent * &percent))
}

/// Whether a fraction is that number to 18 decimals.
fn agrees(found: &Fraction, wanted: &BigRational) -> bool {
    let found = found.round(18, Rounding::HalfEven).unwrap();
    let found = BigRational::new(BigInt::from(found.mantissa()), BigInt::from(10_u8).pow(found.scale()));
    let distance = if found > *wanted { found - wanted } else { wanted - found };
    distance <= BigRational::new(BigInt::from(1), BigInt::from(10_u8).pow(18))
}

/// Strata of nobody up to eight persons, some with everybody; single persons only where they are all.
fn samples(full: u64) -> impl Strategy<Value = Vec<Persons>> {
    let person = prop::option::weighted(0.8, (1..=12_u64).prop_flat_map(move |x| (Just(x), 0..=x * full)));
    let stratum = (prop_oneof![Just(0), 1..30_u64, 1_000..2_000_000_u64], prop::collection::vec(person, 0..8));
    let stratum = stratum.prop_map(|(silent, persons)| (if persons.len() == 1 { 0 } else { silent }, persons));
    prop::collection::vec(stratum, 1..7)
}

proptest! {
    #[test]
    fn ratio_and_variance_are_those_of_all_pairs(
        (full, sample) in prop_oneof![Just(1), Just(7), Just(1_000)].prop_flat_map(|full| (Just(full), samples(full))),
        further in prop::option::of(0..5_usize),
    ) {
        let drawn = sample.iter().filter(|(_, persons)| !persons.is_empty()).count();
        let counties = further.map(|further| drawn + further);
        let plan = counties.map_or(Plan::Strata, |all| Plan::Clusters { counties: all as u64 });
        let found = ratio(plan, &strata(&sample), u32::try_from(full).unwrap());
        let chance = counties.is_some_and(|all| all > drawn);
        if chance && drawn == 1 {
            let reason = found.map(|estimate| estimate.spread.unwrap_err());
            prop_assert!(reason.is_none_or(|reason| reason == NotEstimable::OneCounty));
            return Ok(());
        }
        let Some((value, variance)) = by_hand(&sample, counties, full) else {
            prop_assert!(found.is_none());
            return Ok(());
        };
        let found = found.unwrap();
        let touched: Vec<_> = sample.iter().filter(|(_, persons)| persons.iter().any(Option::is_some)).collect();
        let persons = sample.iter().flat_map(|(_, persons)| persons).flatten().count();
        let df = if counties.is_some() { touched.len() - 1 } else { persons - touched.len() };
        let certain = !chance && touched.iter().all(|(silent, _)| *silent == 0);
        prop_assert!(agrees(&found.value, &value), "{} and {value}", found.value.to_f64());
        prop_assert_eq!(found.n, persons as u64);
        match &found.spread {
            Ok(spread) => {
                prop_assert!(agrees(&spread.variance, &variance), "{} and {variance}", spread.variance.to_f64());
                prop_assert_eq!((spread.df, spread.certain), (df as u64, certain));
                prop_assert!(df > 0 || certain);
            }
            Err(reason) => prop_assert_eq!((*reason, df, certain), (NotEstimable::NoDegreesOfFreedom, 0, false)),
        }
        for interval in [found.score_interval(), found.share_interval()].into_iter().flatten() {
            let (low, middle, high) = (interval.low.to_f64(), found.value.to_f64(), interval.high.to_f64());
            prop_assert!((0.0..=middle + 1e-9).contains(&low) && (middle - 1e-9..=100.0).contains(&high));
        }
    }

    #[test]
    fn a_stratum_in_two_tellings_of_its_group_is_one(sample in samples(1_000)) {
        // Forms are added up in any order, alone or together.
        let mut joined = strata(&sample);
        for (stratum, (_, persons)) in joined.iter_mut().zip(&sample) {
            stratum.group = Sums::default();
            for half in persons.chunks(3).rev() {
                let mut part = Sums::default();
                half.iter().flatten().for_each(|(x, y)| part.add(*x, *y, 1));
                stratum.group.join(&part);
            }
        }
        prop_assert_eq!(joined, strata(&sample));
    }
}
