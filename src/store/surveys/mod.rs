//! Surveys: kept column by column, frozen once open.

mod dates;
mod draft;
mod list;

pub use dates::{count_closed, due, keep_dates, set_dates};
pub use draft::{copy, update};
pub use list::{By, Line, Listed, after, count, list, page, unsealed};

use super::audit::{About, Actor};
use super::schema::{question, scale_option, survey};
use super::{Conn, links, paper, progress, responses, rosters, secrets};
use crate::domain::audit::Act;
use crate::domain::exact::Rounding;
use crate::domain::obstacle::{Missing, Obstacle};
use crate::domain::survey::{
    Design, DontKnow, Measure, POINTS, Question, Scale, ScaleOption, Survey, SurveyState, Target, weights_mark,
};
use crate::domain::token::Fingerprint;
use crate::error::{Error, Result};
use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;
use rust_decimal::Decimal;
use std::str::FromStr;
use uuid::Uuid;

/// A survey as it is stored.
#[derive(Clone, Debug)]
pub struct Stored {
    /// Its id.
    pub id: Uuid,
    /// Where it stands.
    pub state: SurveyState,
    /// The questionnaire.
    pub survey: Survey,
    /// When it opens by itself, UTC.
    pub opens_at: Option<DateTime<Utc>>,
    /// When it closes by itself, UTC.
    pub closes_at: Option<DateTime<Utc>>,
    /// When it was opened, UTC.
    pub opened_at: Option<DateTime<Utc>>,
    /// When it was closed, UTC.
    pub closed_at: Option<DateTime<Utc>>,
    /// What goes into every code; gone after the seal.
    pub salt: Option<Vec<u8>>,
    /// Under which secret its links are issued; gone after the seal.
    pub secret: Option<Fingerprint>,
    /// Links up to this serial are issued.
    pub visible_serial: i32,
}

impl Stored {
    /// Whether nothing in the tables leads from its answers to its links any more: it is sealed, or about to be.
    pub const fn is_anonymous(&self) -> bool {
        self.salt.is_none()
    }

    /// Whether it was closed so long ago that its contacts are gone, and is not sealed.
    pub fn is_to_be_sealed(&self, now: DateTime<Utc>) -> bool {
        let end = self.closed_at.and_then(|at| rosters::forgotten_at(at, self.survey.retention_days));
        self.state == SurveyState::Closed && end.is_some_and(|end| end <= now)
    }
}

#[derive(Queryable, Insertable, Selectable)]
#[diesel(table_name = survey)]
struct SurveyRow {
    id: Vec<u8>,
    title: String,
    table_title: String,
    programme: String,
    year: i16,
    organiser: String,
    contact: String,
    purpose: String,
    retention_days: i32,
    time_zone: String,
    rounding: String,
    disclosure_floor: i32,
    target_measure: String,
    target_value: String,
    design: String,
    dont_know_code: Option<String>,
    dont_know_label: Option<String>,
    state: String,
    created_at: NaiveDateTime,
    opened_at: Option<NaiveDateTime>,
    closed_at: Option<NaiveDateTime>,
    salt: Option<Vec<u8>>,
    visible_serial: i32,
    issue_run: Option<Vec<u8>>,
    opens_at: Option<NaiveDateTime>,
    closes_at: Option<NaiveDateTime>,
    visible_place: i32,
    intake_run: Option<Vec<u8>>,
    secret: Option<Vec<u8>>,
}

#[derive(Queryable, Insertable)]
#[diesel(table_name = question)]
struct QuestionRow {
    survey: Vec<u8>,
    number: i32,
    text: String,
    easy: Option<String>,
    weight: i32,
    required: bool,
}

#[derive(Queryable, Insertable)]
#[diesel(table_name = scale_option)]
struct OptionRow {
    survey: Vec<u8>,
    position: i32,
    code: String,
    label: String,
    weight: i32,
    confirmed: bool,
}

/// Stores a new survey as a draft. Id and salt come from the caller, who has the randomness.
pub fn insert(conn: &mut Conn, actor: &Actor<'_>, id: Uuid, new: &Survey, salt: [u8; 16]) -> Result<()> {
    // Whoever makes a survey has to be able to issue its links.
    let secret = secrets::current_key(conn, actor.secret)?.fingerprint().0.to_vec();
    let row = SurveyRow { salt: Some(salt.to_vec()), secret: Some(secret), ..row_of(id, new, actor.now)? };
    let key = row.id.clone();
    diesel::insert_into(survey::table).values(row).execute(conn)?;
    insert_lists(conn, &key, new)?;
    actor.note(conn, Act::SurveyAdded, About::survey(id))
}

/// The row of a draft.
fn row_of(id: Uuid, new: &Survey, now: DateTime<Utc>) -> Result<SurveyRow> {
    Ok(SurveyRow {
        id: id.as_bytes().to_vec(),
        title: new.title.clone(),
        table_title: new.table_title.clone(),
        programme: new.programme.clone(),
        year: number(new.year)?,
        organiser: new.organiser.clone(),
        contact: new.contact.clone(),
        purpose: new.purpose.clone(),
        retention_days: i32::from(new.retention_days),
        time_zone: new.time_zone.name().to_owned(),
        rounding: new.rounding.name().to_owned(),
        disclosure_floor: number(new.disclosure_floor)?,
        target_measure: new.target.measure.name().to_owned(),
        target_value: new.target.value.to_string(),
        design: new.design.name().to_owned(),
        dont_know_code: new.scale.dont_know.as_ref().map(|option| option.code.clone()),
        dont_know_label: new.scale.dont_know.as_ref().map(|option| option.label.clone()),
        state: SurveyState::Draft.name().to_owned(),
        created_at: now.naive_utc(),
        opened_at: None,
        closed_at: None,
        salt: None,
        visible_serial: 0,
        issue_run: None,
        opens_at: None,
        closes_at: None,
        visible_place: 0,
        intake_run: None,
        secret: None,
    })
}

/// Stores the questions and the options of a survey.
fn insert_lists(conn: &mut Conn, key: &[u8], new: &Survey) -> Result<()> {
    for (index, asked) in new.questions.iter().enumerate() {
        let row = QuestionRow {
            survey: key.to_vec(),
            number: number(index + 1)?,
            text: asked.text.clone(),
            easy: asked.easy.clone(),
            weight: i32::from(asked.weight),
            required: asked.required,
        };
        diesel::insert_into(question::table).values(row).execute(conn)?;
    }
    for (index, option) in new.scale.options.iter().enumerate() {
        let row = OptionRow {
            survey: key.to_vec(),
            position: number(index + 1)?,
            code: option.code.clone(),
            label: option.label.clone(),
            weight: i32::from(option.weight),
            confirmed: option.confirmed,
        };
        diesel::insert_into(scale_option::table).values(row).execute(conn)?;
    }
    Ok(())
}

/// The survey with that id.
pub fn get(conn: &mut Conn, id: Uuid) -> Result<Stored> {
    let key = id.as_bytes().to_vec();
    let row: SurveyRow = survey::table
        .find(&key)
        .select(SurveyRow::as_select())
        .get_result(conn)
        .optional()?
        .ok_or(Missing::Survey { id })?;
    let questions: Vec<QuestionRow> =
        question::table.filter(question::survey.eq(&key)).order(question::number).load(conn)?;
    let options: Vec<OptionRow> =
        scale_option::table.filter(scale_option::survey.eq(&key)).order(scale_option::position).load(conn)?;
    let state = parse_state(&row.state)?;
    let utc = |at: Option<NaiveDateTime>| at.map(|at| at.and_utc());
    let (opens_at, closes_at) = (utc(row.opens_at), utc(row.closes_at));
    let (opened_at, closed_at) = (utc(row.opened_at), utc(row.closed_at));
    let (salt, visible_serial) = (row.salt.clone(), row.visible_serial);
    let secret = match &salt {
        Some(_) => Some(secrets::named(row.secret.clone()).and_then(|named| secrets::or_first(conn, named))?),
        None => None,
    };
    let survey = survey_of(row, questions, options)?;
    Ok(Stored { id, state, survey, opens_at, closes_at, opened_at, closed_at, salt, secret, visible_serial })
}

fn survey_of(row: SurveyRow, questions: Vec<QuestionRow>, options: Vec<OptionRow>) -> Result<Survey> {
    let option = |row: OptionRow| -> Result<ScaleOption> {
        Ok(ScaleOption { code: row.code, label: row.label, weight: number(row.weight)?, confirmed: row.confirmed })
    };
    let question = |row: QuestionRow| -> Result<Question> {
        Ok(Question { text: row.text, easy: row.easy, weight: number(row.weight)?, required: row.required })
    };
    let options: Vec<ScaleOption> = options.into_iter().map(option).collect::<Result<_>>()?;
    let options: [ScaleOption; POINTS] =
        options.try_into().map_err(|_| Error::Corrupt("a scale without five options".to_owned()))?;
    let dont_know = row.dont_know_code.zip(row.dont_know_label).map(|(code, label)| DontKnow { code, label });
    Ok(Survey {
        title: row.title,
        table_title: row.table_title,
        programme: row.programme,
        year: number(row.year)?,
        organiser: row.organiser,
        contact: row.contact,
        purpose: row.purpose,
        retention_days: number(row.retention_days)?,
        time_zone: chrono_tz::Tz::from_str(&row.time_zone).map_err(|_| unknown(&row.time_zone))?,
        rounding: Rounding::from_name(&row.rounding).ok_or_else(|| unknown(&row.rounding))?,
        disclosure_floor: number(row.disclosure_floor)?,
        target: Target {
            measure: Measure::from_name(&row.target_measure).ok_or_else(|| unknown(&row.target_measure))?,
            value: Decimal::from_str(&row.target_value).map_err(|_| unknown(&row.target_value))?,
        },
        design: Design::from_name(&row.design).ok_or_else(|| unknown(&row.design))?,
        scale: Scale { options, dont_know },
        questions: questions.into_iter().map(question).collect::<Result<_>>()?,
    })
}

/// Confirms the weights of all options: an evaluator stands for them from here on. `seen` is the
/// [mark](weights_mark) of the weights that were looked at: where somebody has changed them since, it is refused.
pub fn confirm_weights(conn: &mut Conn, actor: &Actor<'_>, id: Uuid, seen: Option<&str>) -> Result<()> {
    links::lock_survey(conn, id, links::Hold::ToChange)?;
    let stored = get(conn, id)?;
    if stored.state != SurveyState::Draft {
        return Err(Obstacle::WeightsFrozen.into());
    }
    if seen.is_some_and(|seen| seen != weights_mark(&stored.survey)) {
        return Err(Obstacle::ChangedMeanwhile.into());
    }
    let of_survey = scale_option::table.filter(scale_option::survey.eq(id.as_bytes().to_vec()));
    diesel::update(of_survey).set(scale_option::confirmed.eq(true)).execute(conn)?;
    actor.note(conn, Act::WeightsConfirmed, About::survey(id))
}

/// Opens a draft: from here on everything about it is frozen and its links can be answered.
pub fn open(conn: &mut Conn, actor: &Actor<'_>, id: Uuid) -> Result<()> {
    open_as(conn, actor, id, Act::SurveyOpened)
}

fn open_as(conn: &mut Conn, actor: &Actor<'_>, id: Uuid, act: Act) -> Result<()> {
    // What is looked at is what opens.
    links::lock_survey(conn, id, links::Hold::ToChange)?;
    let stored = get(conn, id)?;
    let unconfirmed: Vec<_> = stored
        .survey
        .unconfirmed()
        .iter()
        .map(|option| format!("{} {} ({} ‰)", option.code, option.label, option.weight))
        .collect();
    if !unconfirmed.is_empty() && stored.state == SurveyState::Draft {
        return Err(Obstacle::Unconfirmed { id, options: unconfirmed.join(", ") }.into());
    }
    if stored.state == SurveyState::Draft && stored.closes_at.is_some_and(|at| at <= actor.now) {
        return Err(Obstacle::ClosingPast.into());
    }
    let values = (survey::state.eq(SurveyState::Open.name()), survey::opened_at.eq(actor.now.naive_utc()));
    let draft = survey::table.find(id.as_bytes().to_vec()).filter(survey::state.eq(SurveyState::Draft.name()));
    match diesel::update(draft).set(values).execute(conn)? {
        1 => actor.note(conn, act, About::survey(id)),
        _ => Err(Obstacle::NotDraftToOpen { state: stored.state }.into()),
    }
}

/// Closes an open survey. It waits for the answers being recorded and no answer lands after it;
/// waiting and started links count as expired from this day, and paper forms that still wait for their second
/// entry are erased.
pub fn close(conn: &mut Conn, actor: &Actor<'_>, id: Uuid) -> Result<()> {
    close_as(conn, actor, id, Act::SurveyClosed)
}

fn close_as(conn: &mut Conn, actor: &Actor<'_>, id: Uuid, act: Act) -> Result<()> {
    let values = (survey::state.eq(SurveyState::Closed.name()), survey::closed_at.eq(actor.now.naive_utc()));
    let opened = survey::table.find(id.as_bytes().to_vec()).filter(survey::state.eq(SurveyState::Open.name()));
    if diesel::update(opened).set(values).execute(conn)? != 1 {
        return Err(Obstacle::NotOpen { state: get(conn, id)?.state }.into());
    }
    let zone = get(conn, id)?.survey.time_zone;
    progress::expire(conn, id, actor.now.with_timezone(&zone).date_naive())?;
    responses::sort(conn, id)?;
    // The end of the audit log, which everybody at the desk needs, is held from here on only.
    paper::end(conn, actor, id)?;
    actor.note(conn, act, About::survey(id))
}

/// The id that 16 stored bytes are.
pub(super) fn uuid(bytes: &[u8]) -> Result<Uuid> {
    Uuid::from_slice(bytes).map_err(|_| Error::Corrupt("an id that is none".to_owned()))
}

/// The survey state of that name.
pub(super) fn parse_state(name: &str) -> Result<SurveyState> {
    SurveyState::from_name(name).ok_or_else(|| unknown(name))
}

/// A stored word that this program does not know.
pub(super) fn unknown(word: &str) -> Error {
    Error::Corrupt(format!("“{word}”"))
}

/// A number that fits its column.
pub(super) fn number<A: std::fmt::Display + Copy, B: TryFrom<A>>(value: A) -> Result<B> {
    B::try_from(value).map_err(|_| Error::Corrupt(format!("the number {value}")))
}
