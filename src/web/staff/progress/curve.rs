//! Answers by day: bars and the plan as a line, and the table of the same days.

use super::cells::NOTHING;
use crate::domain::progress::Plan;
use crate::web::watch::Seen;
use crate::web::words::Language;
use chrono::{DateTime, Days, NaiveDate, TimeZone, Utc};

/// Days that are shown one by one; those before are one sum.
const SHOWN: usize = 30;

/// Days there is room for at least: the bars of the first days are no walls.
const ROOM: usize = 14;

/// The height of the drawing, in its own units.
const HEIGHT: i64 = 1_000;

/// The answers of the last days.
pub struct Curve {
    /// What the drawing shows, in words.
    pub text: String,
    /// The first and the last day, in words.
    pub first: String,
    /// See `first`.
    pub last: String,
    /// The bars, oldest first.
    pub bars: Vec<Bar>,
    /// Answers of the day as high as the drawing.
    pub most: i64,
    /// How high the plan of a day is, and how many answers that is, if there is a plan.
    pub plan: Option<(i64, String)>,
    /// The days of the table, newest first.
    pub days: Vec<Day>,
    /// Answers before these days.
    pub earlier: i64,
}

/// One bar.
pub struct Bar {
    /// Where it begins.
    pub left: usize,
    /// Where it begins from above.
    pub top: i64,
    /// How high it is.
    pub height: i64,
    /// Whether it still grows.
    pub today: bool,
}

/// One line of the table.
pub struct Day {
    /// The date, in words.
    pub date: String,
    /// Answered on the day.
    pub count: i64,
    /// Answered until its end.
    pub sum: i64,
    /// What the plan expects until its end.
    pub planned: String,
    /// Whether it is today.
    pub today: bool,
}

impl Curve {
    /// The curve of a view; none before the survey opens, or where it may not be seen.
    pub fn of(language: Language, seen: &Seen) -> Option<Self> {
        let about = &seen.about;
        let day = |at: DateTime<Utc>| at.with_timezone(&about.zone).date_naive();
        if seen.small || seen.whole.counts.issued == 0 {
            return None;
        }
        let opened = day(about.opened_at?);
        let first = seen.days.keys().next().map_or(opened, |first| opened.min(*first));
        let last = about.closed_at.map_or(seen.today, day).max(first);
        let last = seen.days.keys().next_back().map_or(last, |latest| last.max(*latest));
        let all = usize::try_from((last - first).num_days()).unwrap_or(0) + 1;
        let from = first.checked_add_days(Days::new(u64::try_from(all.saturating_sub(SHOWN)).unwrap_or(0)))?;

        let earlier: i64 = seen.days.range(..from).map(|(_, count)| count).sum();
        let planned = |until: DateTime<Utc>| {
            Plan::at(about.opened_at, about.closes_at, until).map(|plan| plan.expected(seen.whole.base()))
        };
        let (mut sum, mut days) = (earlier, Vec::new());
        for date in from.iter_days().take_while(|date| *date <= last) {
            let count = seen.days.get(&date).copied().unwrap_or(0);
            sum += count;
            let until = end(seen, date).and_then(planned);
            let planned = until.map_or_else(|| NOTHING.to_owned(), |planned| planned.to_string());
            days.push(Day { date: language.date(date), count, sum, planned, today: date == seen.today });
        }
        // The plan of one whole day: a day of the middle, as the first and the last are cut.
        let pace = about.opened_at.zip(about.closes_at).and_then(|(opened, closes)| {
            let seconds = (closes - opened).num_seconds();
            (seconds > 0).then(|| seen.whole.base() * 864_000 / seconds)
        });
        let whole_pace = pace.map_or(0, |tenths| tenths.div_euclid(10) + 1);
        let most = days.iter().map(|day| day.count).max().unwrap_or(0).max(whole_pace).max(1);
        let bar = |(left, day): (usize, &Day)| {
            let height = day.count.max(0) * HEIGHT / most;
            Bar { left: left * 10, top: HEIGHT - height, height, today: day.today }
        };
        let bars = days.iter().enumerate().map(bar).collect();
        let plan =
            pace.map(|tenths| (HEIGHT - tenths * HEIGHT / (10 * most), format!("{}.{}", tenths / 10, tenths % 10)));
        let (first, last) = (language.date(from), language.date(last));
        let highest = days.iter().map(|day| day.count).max().unwrap_or(0).to_string();
        let places = [("first", first.clone()), ("last", last.clone()), ("most", highest)];
        let text = language.with("curve-text", &places);
        days.reverse();
        Some(Self { text, first, last, bars, most, plan, days, earlier })
    }

    /// The width of the drawing: ten a day, of which the bar takes eight; of two weeks at least, so that a few
    /// days are bars and not walls.
    pub fn width(&self) -> usize {
        self.bars.len().max(ROOM) * 10
    }

    /// Whether the bars reach the other side of the drawing.
    pub fn is_full(&self) -> bool {
        self.bars.len() >= ROOM
    }

    /// What the stream says of today: answered today, and until now.
    pub fn today(seen: &Seen) -> [String; 2] {
        let today = seen.days.get(&seen.today).copied().unwrap_or(0);
        [today.to_string(), seen.days.values().sum::<i64>().to_string()]
    }
}

/// The end of a day of the survey.
fn end(seen: &Seen, day: NaiveDate) -> Option<DateTime<Utc>> {
    let midnight = day.succ_opt()?.and_hms_opt(0, 0, 0)?;
    let there = seen.about.zone.from_local_datetime(&midnight).earliest()?;
    Some(there.with_timezone(&Utc))
}
