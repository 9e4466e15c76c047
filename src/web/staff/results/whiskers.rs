//! Intervals as lines with the estimate as a dot, all on one scale.

use super::drawing::{Part, hundredths};
use crate::domain::release::Interval;

/// Most steps of the scale under the lines.
const STEPS: u64 = 5;

/// The scale of the drawing, in hundredths of a point.
pub struct Axis {
    low: u64,
    high: u64,
    step: u64,
}

/// A tick of the scale.
pub struct Tick {
    /// Where it is.
    pub at: Part,
    /// Its number.
    pub text: String,
    /// On which side of the place its number stands: `start`, `middle` or `end`.
    pub anchor: &'static str,
}

/// The line of one group.
pub struct Whisker {
    /// The estimate; none where it is told only as a range.
    pub dot: Option<Part>,
    /// The interval: where it begins, where it ends.
    pub line: Option<(Part, Part)>,
    /// Where the estimate is told only as `≥ 95` or `≤ 5`: the range, its beginning and its width.
    pub range: Option<(Part, Part)>,
}

impl Axis {
    /// A scale on which all of these are, and the target.
    pub fn of<'a>(intervals: impl Iterator<Item = &'a Interval>, target: Option<u64>) -> Self {
        let mut low = target.unwrap_or(Part::WHOLE);
        let mut high = target.unwrap_or(0);
        for interval in intervals {
            let figures = [&interval.estimate, &interval.low, &interval.high].into_iter().flatten();
            for place in figures.filter_map(|figure| places(figure)) {
                low = low.min(place.0);
                high = high.max(place.1);
            }
        }
        let (low, high) = if low > high { (0, Part::WHOLE) } else { (low, high) };
        let steps = [100, 200, 500, 1_000, 2_000];
        let fits = |step: &u64| high.div_ceil(*step) - low / step <= STEPS;
        let step = steps.into_iter().find(fits).unwrap_or(2_000);
        let low = low / step * step;
        let high = (high.div_ceil(step) * step).max(low + step);
        if high > Part::WHOLE {
            Self { low: Part::WHOLE - step, high: Part::WHOLE, step }
        } else {
            Self { low, high, step }
        }
    }

    /// Where a number of hundredths is.
    pub fn at(&self, hundredths: u64) -> Part {
        Part::of(hundredths.saturating_sub(self.low), self.high - self.low)
    }

    /// The ticks.
    pub fn ticks(&self) -> Vec<Tick> {
        let count = (self.high - self.low) / self.step;
        let tick = |number: u64| {
            let place = self.low + number * self.step;
            let anchor = match number {
                0 => "start",
                last if last == count => "end",
                _ => "middle",
            };
            Tick { at: self.at(place), text: (place / 100).to_string(), anchor }
        };
        (0..=count).map(tick).collect()
    }

    /// The line of an interval.
    pub fn whisker(&self, interval: &Interval) -> Whisker {
        let place = |figure: &Option<String>| figure.as_deref().and_then(hundredths).map(|place| self.at(place));
        let range = interval.estimate.as_deref().and_then(places).filter(|(low, high)| low < high);
        Whisker {
            dot: place(&interval.estimate),
            line: place(&interval.low).zip(place(&interval.high)),
            range: range.map(|(low, high)| (self.at(low), self.at(high).from(self.at(low)))),
        }
    }
}

/// Where a figure of a group lies, at least and at most.
fn places(figure: &str) -> Option<(u64, u64)> {
    if let Some(place) = hundredths(figure) {
        return Some((place, place));
    }
    match figure.split_once(' ')? {
        ("≥", least) => Some((hundredths(least)?, Part::WHOLE)),
        ("≤", most) => Some((0, hundredths(most)?)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn interval(figures: [&str; 3]) -> Interval {
        let [low, estimate, high] = figures.map(|figure| (!figure.is_empty()).then(|| figure.to_owned()));
        Interval { estimate, low, high, ..Interval::default() }
    }

    fn drawn(axis: &Axis) -> Vec<String> {
        axis.ticks().iter().map(|tick| format!("{}@{}", tick.text, tick.at)).collect()
    }

    #[test]
    fn the_scale_holds_the_intervals_and_the_target() {
        let one = interval(["84.10", "88.00", "91.20"]);
        let axis = Axis::of([&one].into_iter(), Some(9_000));
        assert_eq!(drawn(&axis), ["84@0.00", "86@25.00", "88@50.00", "90@75.00", "92@100.00"]);
        let whisker = axis.whisker(&one);
        assert_eq!(whisker.dot.unwrap().to_string(), "50.00");
        assert_eq!(
            whisker.line.map(|(low, high)| (low.to_string(), high.to_string())).unwrap(),
            ("1.25".into(), "90.00".into())
        );
    }

    #[test]
    fn what_is_told_as_a_range_is_drawn_as_one() {
        let one = interval(["", "≥ 95", ""]);
        let axis = Axis::of([&one].into_iter(), Some(9_000));
        assert_eq!(drawn(&axis).last().unwrap(), "100@100.00");
        let whisker = axis.whisker(&one);
        assert!(whisker.dot.is_none() && whisker.line.is_none());
        assert_eq!(
            whisker.range.map(|(left, width)| (left.to_string(), width.to_string())).unwrap(),
            ("50.00".into(), "50.00".into())
        );
    }

    #[test]
    fn one_point_and_none_have_a_scale_too() {
        assert_eq!(
            drawn(&Axis::of([&interval(["100.00", "100.00", "100.00"])].into_iter(), Some(10_000))),
            ["99@0.00", "100@100.00"]
        );
        assert_eq!(
            drawn(&Axis::of([].into_iter(), None)),
            ["0@0.00", "20@20.00", "40@40.00", "60@60.00", "80@80.00", "100@100.00"]
        );
    }
}
