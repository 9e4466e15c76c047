//! Which form occurs most often, without keeping all of them.
//!
//! As many forms are counted as fit; one too many, and as much is taken off all of them (Misra and Gries 1982). What
//! remains falls short of the true count by what was taken off at most, so whatever occurs more often than that is
//! among the candidates, and a second look at the responses counts these exactly.

use std::collections::HashMap;

/// Forms that may be the commonest.
#[derive(Clone, Debug)]
pub(super) struct Candidates {
    most: usize,
    counts: HashMap<String, u64>,
    taken_off: u64,
}

impl Candidates {
    /// None yet; at most so many are kept.
    pub(super) fn new(most: usize) -> Self {
        Self { most, counts: HashMap::new(), taken_off: 0 }
    }

    /// Counts a form that occurs `times` times.
    pub(super) fn add(&mut self, form: &str, times: u64) {
        if let Some(count) = self.counts.get_mut(form) {
            *count += times;
            return;
        }
        if self.counts.len() < self.most {
            self.counts.insert(form.to_owned(), times);
            return;
        }
        let least = self.counts.values().copied().min().unwrap_or(0).min(times);
        self.taken_off += least;
        self.counts.retain(|_, count| {
            *count -= least;
            *count > 0
        });
        if times > least {
            self.counts.insert(form.to_owned(), times - least);
        }
    }

    /// How often the commonest form occurs, at least and at most.
    pub(super) fn bounds(&self) -> (u64, u64) {
        let least = self.counts.values().copied().max().unwrap_or(0);
        (least, least + self.taken_off)
    }

    /// Begins to count the candidates anew.
    pub(super) fn begin_again(&mut self) {
        self.counts.values_mut().for_each(|count| *count = 0);
        self.taken_off = 0;
    }

    /// Counts a form if it is a candidate.
    pub(super) fn add_again(&mut self, form: &str, times: u64) {
        if let Some(count) = self.counts.get_mut(form) {
            *count += times;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_common_form_is_found_and_counted(
            forms in proptest::collection::vec((0_u32..40, 1_u64..4), 1..400),
            most in 1_usize..12,
        ) {
            let mut exact: HashMap<String, u64> = HashMap::new();
            let mut candidates = Candidates::new(most);
            for (form, times) in &forms {
                *exact.entry(form.to_string()).or_default() += times;
                candidates.add(&form.to_string(), *times);
            }
            let (all, commonest) = (exact.values().sum::<u64>(), exact.values().copied().max().unwrap());
            let (least, greatest) = candidates.bounds();
            prop_assert!(least <= commonest && commonest <= greatest, "{least} {commonest} {greatest}");
            prop_assert!(greatest - least <= all / (u64::try_from(most).unwrap() + 1));
            if commonest > greatest - least {
                candidates.begin_again();
                forms.iter().for_each(|(form, times)| candidates.add_again(&form.to_string(), *times));
                prop_assert_eq!(candidates.bounds(), (commonest, commonest));
            }
        }
    }
}
