//! Units whose responses are not counted, with the reason. The responses stay where they are.

use super::audit::{About, Actor};
use super::links::{Hold, lock_survey};
use super::schema::void;
use super::surveys;
use super::{Conn, responses, units};
use crate::domain::audit::Act;
use crate::domain::disclosure::{Bases, small_change};
use crate::domain::obstacle::{Missing, Obstacle};
use crate::domain::release::{Release, Voided};
use crate::domain::survey::SurveyState;
use crate::domain::unit::Tree;
use crate::error::Result;
use diesel::prelude::*;
use std::collections::BTreeSet;
use std::sync::LazyLock;
use uuid::Uuid;

/// The voided units of a survey, by code.
pub fn of(conn: &mut Conn, survey: Uuid) -> Result<Vec<Voided>> {
    let rows: Vec<(String, String, String)> = void::table
        .filter(void::survey.eq(survey.as_bytes().to_vec()))
        .order(void::unit)
        .select((void::unit, void::name, void::reason))
        .load(conn)?;
    Ok(rows.into_iter().map(|(unit, name, reason)| Voided { unit, name, reason }).collect())
}

/// From now on the responses of a unit are not counted. The survey is closed and not sealed.
pub fn void(conn: &mut Conn, actor: &Actor<'_>, survey: Uuid, unit: &str, reason: &str) -> Result<()> {
    changeable(conn, survey)?;
    let tree = units::tree(conn)?;
    let found = tree.get(unit).ok_or_else(|| Missing::Unit { code: unit.to_owned() })?;
    let voided = of(conn, survey)?;
    if voided.iter().any(|voided| voided.unit == unit) {
        return Err(Obstacle::VoidedAlready.into());
    }
    let forms = responses::by_unit(conn, survey)?.get(unit).copied().unwrap_or(0);
    if forms == 0 {
        return Err(Obstacle::NothingToVoid.into());
    }
    let row = (
        void::survey.eq(survey.as_bytes().to_vec()),
        void::unit.eq(unit),
        void::name.eq(&found.name),
        void::reason.eq(reason),
    );
    diesel::insert_into(void::table).values(row).execute(conn)?;
    let about = About { unit: Some(unit.to_owned()), reason: Some(reason.to_owned()), ..About::survey(survey) };
    actor.note(conn, Act::UnitVoided, about.amount(forms))
}

/// The responses of a unit are counted again.
pub fn restore(conn: &mut Conn, actor: &Actor<'_>, survey: Uuid, unit: &str, reason: &str) -> Result<()> {
    changeable(conn, survey)?;
    let key = (survey.as_bytes().to_vec(), unit);
    if diesel::delete(void::table.find(key)).execute(conn)? == 0 {
        return Err(Obstacle::NotVoided.into());
    }
    let forms = responses::by_unit(conn, survey)?.get(unit).copied().unwrap_or(0);
    let about = About { unit: Some(unit.to_owned()), reason: Some(reason.to_owned()), ..About::survey(survey) };
    actor.note(conn, Act::UnitRestored, about.amount(forms))
}

fn changeable(conn: &mut Conn, survey: Uuid) -> Result<()> {
    lock_survey(conn, survey, Hold::ToChange)?;
    match surveys::get(conn, survey)?.state {
        SurveyState::Closed => Ok(()),
        SurveyState::Draft | SurveyState::Open => Err(Obstacle::VoidTooEarly.into()),
        SurveyState::Sealed => Err(Obstacle::VoidTooLate.into()),
    }
}

/// Who is counted in the releases of a survey: each with the units it leaves out.
pub struct Told {
    all: Bases,
    tree: Tree,
    floor: u64,
    /// The people of each release, and whether it tells of all forms besides, the voided among them.
    releases: Vec<(Bases, bool)>,
}

impl Told {
    /// What these releases tell of.
    pub fn read(conn: &mut Conn, survey: Uuid, releases: &[Release]) -> Result<Self> {
        let stored = surveys::get(conn, survey)?;
        let questions = stored.survey.questions.len();
        // Before the first release nobody needs them, and there may be a million.
        let all = match releases {
            [] => Bases::new(),
            _ => responses::count(conn, survey, questions, &BTreeSet::new())?.bases,
        };
        let tree = units::tree(conn)?;
        let mut told = Self { all, tree, floor: stored.survey.disclosure_floor.into(), releases: Vec::new() };
        told.releases =
            releases.iter().map(|release| (told.without(&release.voided), release.with_voided.is_some())).collect();
        Ok(told)
    }

    fn without(&self, voided: &[Voided]) -> Bases {
        let counted = |unit: &str| !voided.iter().any(|voided| voided.unit == unit);
        self.all.iter().filter(|(unit, _)| counted(unit)).map(|(unit, base)| (unit.clone(), *base)).collect()
    }

    /// Whether a further release may tell of all forms together: none of these releases counted all but a few.
    pub fn takes_all(&self) -> bool {
        self.releases.iter().all(|(then, _)| small_change(&NOWHERE, then, &self.all, self.floor).is_none())
    }

    /// Refuses a further release of which the difference to one of these would be about a few people.
    pub fn check(&self, voided: &[Voided]) -> Result<()> {
        let now = self.without(voided);
        for (then, tells_all) in &self.releases {
            let of_units = small_change(&self.tree, then, &now, self.floor);
            let of_all = small_change(&NOWHERE, &self.all, &now, self.floor).filter(|_| *tells_all);
            if let Some(unit) = of_units.or(of_all) {
                let unit = unit.map_or_else(|| "none".to_owned(), |unit| unit.name.clone());
                let least = i64::try_from(self.floor).unwrap_or(i64::MAX);
                return Err(Obstacle::SmallDifference { unit, least }.into());
            }
        }
        Ok(())
    }
}

/// What a release tells of all forms it tells of no unit.
static NOWHERE: LazyLock<Tree> = LazyLock::new(Tree::default);
