//! What is known of a survey at one moment, and what of it somebody with a scope may see.

use crate::domain::progress::{Issued, Line, Part, Plan, Standing, Sums, View};
use crate::domain::staff::Scope;
use crate::domain::survey::SurveyState;
use crate::domain::unit::Tree;
use crate::error::Result;
use crate::store::progress::Counts;
use crate::store::standings::{self, Change};
use crate::store::surveys::{self, Stored};
use crate::store::{Conn, units};
use chrono::{DateTime, Days, NaiveDate, TimeDelta, Utc};
use chrono_tz::Tz;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError};
use uuid::Uuid;

/// What a page about a survey's progress says of the survey itself.
#[derive(Clone, Debug)]
pub struct About {
    /// Its id.
    pub id: Uuid,
    /// Its title.
    pub title: String,
    /// Where it stands.
    pub state: SurveyState,
    /// The zone of its days.
    pub zone: Tz,
    /// Whether every question has to be answered, so that no answer is a partial one.
    pub all_required: bool,
    /// Fewest links of a line that a monitor sees.
    pub floor: u32,
    /// When it was opened.
    pub opened_at: Option<DateTime<Utc>>,
    /// When it is to close.
    pub closes_at: Option<DateTime<Utc>>,
    /// When it was closed.
    pub closed_at: Option<DateTime<Utc>>,
}

impl About {
    fn of(stored: Stored) -> Self {
        Self {
            id: stored.id,
            all_required: stored.survey.questions.iter().all(|question| question.required),
            title: stored.survey.title,
            state: stored.state,
            zone: stored.survey.time_zone,
            floor: stored.survey.disclosure_floor,
            opened_at: stored.opened_at,
            closes_at: stored.closes_at,
            closed_at: stored.closed_at,
        }
    }

    fn day(&self, at: DateTime<Utc>) -> NaiveDate {
        at.with_timezone(&self.zone).date_naive()
    }
}

/// A unit, as somebody sees it who may know of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    /// Its code.
    pub code: String,
    /// Its name.
    pub name: String,
}

/// How many answered on each day.
type Answered = BTreeMap<NaiveDate, i64>;

/// What somebody may see of a survey and a unit at one moment. There is no way from here to anything else.
#[derive(Debug)]
pub struct Seen {
    /// The survey.
    pub about: Arc<About>,
    /// The way down to the unit, from the top of what this person may see; empty for all units together.
    pub path: Vec<Named>,
    /// The unit with everything below it.
    pub whole: Standing,
    /// Its parts, by code, and the name of each that is a unit.
    pub lines: Vec<(Line, Option<String>)>,
    /// Units below without a link, left out.
    pub empty: usize,
    /// Whether nothing but the number of links may be seen.
    pub small: bool,
    /// How many answered on each day, from the opening on; empty where it may not be seen.
    pub days: Answered,
    /// The plan, while the survey is open and has a closing time.
    pub plan: Option<Plan>,
    /// When the database said so.
    pub at: DateTime<Utc>,
    /// The day in the survey's zone.
    pub today: NaiveDate,
}

/// The days that are over and read once in a while.
#[derive(Debug)]
struct Past {
    read_at: DateTime<Utc>,
    counts: HashMap<String, Counts>,
    days: HashMap<String, Vec<(NaiveDate, i64)>>,
    /// Links issued, by unit and day.
    issued: Vec<(String, NaiveDate, i64)>,
    /// Days of units with everything below them, as they were asked for.
    curves: Mutex<HashMap<Option<String>, Arc<Answered>>>,
}

type Views = HashMap<(Scope, Option<String>), Arc<Seen>>;

/// A survey at one moment. Never changed: what is new is another one.
#[derive(Debug)]
pub struct Figures {
    about: Arc<About>,
    tree: Arc<Tree>,
    ineligible: Arc<HashMap<String, i64>>,
    past: Arc<Past>,
    /// The first day that is not in the past.
    edge: NaiveDate,
    recent: Vec<Change>,
    sums: Sums,
    acts: i64,
    at: DateTime<Utc>,
    today: NaiveDate,
    /// Views that were asked for: viewers of one page share one.
    views: Mutex<Views>,
}

/// Days that are read again every time. Yesterday is one of them: an answer that came before midnight may be
/// written after it, and the clocks of several nodes differ a little.
const RECENT: Days = Days::new(1);

/// Days that are over are read again after this time: a clock that was wrong for a while, here or on another node, has
/// perhaps added to them.
const PAST: TimeDelta = TimeDelta::minutes(1);

/// Figures in which nothing has changed are made anew after this time: the plan goes on.
const STALE: TimeDelta = TimeDelta::seconds(10);

impl Figures {
    /// Reads a survey, given what was read of it before. To be called with a snapshot, so that everything is of
    /// one moment. Gives back what it was given where nothing has changed.
    pub fn read(conn: &mut Conn, survey: Uuid, before: Option<&Arc<Self>>, now: DateTime<Utc>) -> Result<Arc<Self>> {
        let acts = standings::acts(conn)?;
        let unchanged = before.filter(|before| before.acts == acts);
        let (about, tree, ineligible) = match unchanged {
            Some(same) => (Arc::clone(&same.about), Arc::clone(&same.tree), Arc::clone(&same.ineligible)),
            None => (
                Arc::new(About::of(surveys::get(conn, survey)?)),
                Arc::new(units::tree(conn)?),
                Arc::new(standings::ineligible(conn, survey)?),
            ),
        };
        let today = about.day(now);
        let edge = today.checked_sub_days(RECENT).unwrap_or(today);
        let recent = standings::since(conn, survey, edge)?;
        if let Some(same) = unchanged.filter(|same| same.today == today && same.recent == recent)
            && (now - same.at).abs() < STALE
            && same.past.holds(now)
        {
            return Ok(Arc::clone(same));
        }
        // Curves go by the tree, so they hold as long as it does.
        let known = before.filter(|before| before.edge == edge && before.tree.units() == tree.units());
        let known = known.filter(|before| before.past.holds(now));
        let past = match known {
            Some(known) => Arc::clone(&known.past),
            None => Arc::new(Past::read(conn, survey, edge, now)?),
        };
        let sums = sum_up(&tree, &past, &recent, &ineligible, (today, about.opened_at.map(|at| about.day(at))));
        let views = Mutex::default();
        Ok(Arc::new(Self { about, tree, ineligible, past, edge, recent, sums, acts, at: now, today, views }))
    }

    /// How many acts of staff were noted by then.
    pub const fn acts(&self) -> i64 {
        self.acts
    }

    /// What somebody with that scope may see of a unit, or, without one, of all that is theirs; nothing where
    /// they may not know of it.
    pub fn seen(&self, scope: &Scope, unit: Option<&str>) -> Option<Arc<Seen>> {
        let key = (scope.clone(), unit.map(str::to_owned));
        if let Some(known) = self.views.lock().unwrap_or_else(PoisonError::into_inner).get(&key) {
            return Some(Arc::clone(known));
        }
        let seen = self.sums.view(scope, unit, i64::from(self.about.floor)).map(|view| Arc::new(self.name(view)));
        // What does not exist could be asked for without end.
        if let Some(seen) = &seen {
            self.views.lock().unwrap_or_else(PoisonError::into_inner).insert(key, Arc::clone(seen));
        }
        seen
    }

    fn name(&self, view: View) -> Seen {
        let name = |code: &str| self.tree.get(code).map_or_else(|| code.to_owned(), |unit| unit.name.clone());
        let of_line = |line: Line| {
            let named = match &line.part {
                Part::Unit(code) => Some(name(code)),
                Part::Own | Part::Joined(_) => None,
            };
            (line, named)
        };
        let about = &self.about;
        // Of a few links it is not told whether they are late either.
        let planned = about.state == SurveyState::Open && !view.small;
        let plan = planned.then(|| Plan::at(about.opened_at, about.closes_at, self.at));
        let days = if view.small { BTreeMap::new() } else { self.days(view.path.last().map(String::as_str)) };
        Seen {
            about: Arc::clone(about),
            path: view.path.iter().map(|code| Named { code: code.clone(), name: name(code) }).collect(),
            whole: view.whole,
            lines: view.lines.into_iter().map(of_line).collect(),
            empty: view.empty,
            small: view.small,
            days,
            plan: plan.flatten(),
            at: self.at,
            today: self.today,
        }
    }

    /// How many answered in a unit and everything below it, by day.
    fn days(&self, unit: Option<&str>) -> Answered {
        let within: Option<HashSet<&str>> = unit.map(|unit| self.sums.within(unit).into_iter().collect());
        let is_within = |code: &str| within.as_ref().is_none_or(|within| within.contains(code));
        let mut curves = self.past.curves.lock().unwrap_or_else(PoisonError::into_inner);
        let past = curves.entry(unit.map(str::to_owned)).or_insert_with(|| {
            let mut days = BTreeMap::new();
            for (_, answered) in self.past.days.iter().filter(|(code, _)| is_within(code)) {
                for (day, count) in answered {
                    *days.entry(*day).or_insert(0) += count;
                }
            }
            Arc::new(days)
        });
        let mut days = BTreeMap::clone(past);
        for change in self.recent.iter().filter(|change| change.counts.submitted != 0 && is_within(&change.unit)) {
            *days.entry(change.day).or_insert(0) += change.counts.submitted;
        }
        days
    }
}

impl Past {
    /// Whether it need not be read again.
    fn holds(&self, now: DateTime<Utc>) -> bool {
        (now - self.read_at).abs() < PAST
    }

    fn read(conn: &mut Conn, survey: Uuid, edge: NaiveDate, now: DateTime<Utc>) -> Result<Self> {
        let (counts, issued) = (standings::before(conn, survey, edge)?, standings::issued_before(conn, survey, edge)?);
        let mut past = Self { read_at: now, counts, days: HashMap::new(), issued, curves: Mutex::default() };
        for (unit, day, answered) in standings::answered_before(conn, survey, edge)? {
            past.days.entry(unit).or_default().push((day, answered));
        }
        Ok(past)
    }
}

fn sum_up(
    tree: &Tree,
    past: &Past,
    recent: &[Change],
    ineligible: &HashMap<String, i64>,
    (today, opened): (NaiveDate, Option<NaiveDate>),
) -> Sums {
    let with = |counts: &Counts| Standing { counts: *counts, ..Standing::default() };
    let mut own: HashMap<String, Standing> =
        past.counts.iter().map(|(unit, counts)| (unit.clone(), with(counts))).collect();
    for change in recent {
        let standing = own.entry(change.unit.clone()).or_default();
        standing.counts.add(&change.counts);
        if change.day == today {
            standing.today += change.counts.submitted;
        }
    }
    for (unit, people) in ineligible {
        own.entry(unit.clone()).or_default().ineligible += people;
    }
    // Until it opens all links are of one day.
    let settled = opened.unwrap_or(NaiveDate::MAX);
    let mut issued: HashMap<String, Issued> = HashMap::new();
    let lately = recent.iter().map(|change| (&change.unit, change.day, change.counts.issued));
    let before = past.issued.iter().map(|(unit, day, count)| (unit, *day, *count));
    for (unit, day, count) in before.chain(lately).filter(|(.., count)| *count != 0) {
        *issued.entry(unit.clone()).or_default().entry(day.max(settled)).or_default() += count;
    }
    Sums::new(tree, own, issued)
}
