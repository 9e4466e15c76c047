//! One transaction of the recorder: many acts, decided one after the other, written together.

use super::paper::{self, PaperForm, Said};
use super::rows::{self, Link, Move, NewResponse};
use super::{Outcome, Request};
use crate::domain::link::{Act, LinkState};
use crate::domain::pace::Finished;
use crate::domain::response::{Channel, Submission};
use crate::domain::survey::{Survey, SurveyState};
use crate::domain::token::LinkHash;
use crate::error::{Error, Result};
use crate::store::links::survey_refusal;
use crate::store::paper::{Waiting, erase};
use crate::store::{Conn, Db, links, progress, surveys, transaction};
use chrono::{DateTime, NaiveDate, Utc};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::thread::sleep;
use std::time::{Duration, Instant};
use uuid::Uuid;

/// The questionnaires of surveys that are frozen and therefore read once.
#[derive(Default)]
pub(super) struct Surveys(BTreeMap<Uuid, Arc<Survey>>);

impl Surveys {
    fn get(&mut self, conn: &mut Conn, id: Uuid, state: SurveyState) -> Result<Arc<Survey>> {
        if let Some(known) = self.0.get(&id) {
            return Ok(known.clone());
        }
        let survey = Arc::new(surveys::get(conn, id)?.survey);
        if state != SurveyState::Draft {
            self.0.insert(id, survey.clone());
        }
        Ok(survey)
    }
}

/// How long a batch waits for a survey that somebody else holds, and how long between two tries.
const HELD_UP: Duration = Duration::from_millis(500);
const PAUSE: Duration = Duration::from_millis(10);

/// Decides and writes a batch. When it returns, every outcome is on disk; none is given of acts whose survey was held by
/// somebody else all the while. Tells besides which answers were new.
///
/// Links may be changed by another node between being read and being written; the write is conditional
/// on what was read, and what it missed is decided again in a further transaction.
pub(super) fn commit(
    db: &Db,
    conn: &mut Conn,
    surveys: &mut Surveys,
    requests: &[(LinkHash, Request)],
    now: DateTime<Utc>,
) -> Result<(Vec<Option<Outcome>>, Vec<Finished>)> {
    let began = Instant::now();
    let mut finished = Vec::new();
    let mut outcomes: Vec<Option<Outcome>> = requests.iter().map(|_| None).collect();
    while outcomes.iter().any(Option::is_none) {
        let open: Vec<usize> =
            outcomes.iter().enumerate().filter(|(_, outcome)| outcome.is_none()).map(|(index, _)| index).collect();
        let (decided, new, held_up) = transaction(db, conn, "record", &mut |conn| {
            let acts = open.iter().filter_map(|index| requests.get(*index).map(|request| (*index, request)));
            let batch = Batch::read(conn, surveys, acts.collect())?;
            let held_up = !batch.held.is_empty();
            let (decided, new) = batch.write(conn, now)?;
            Ok((decided, new, held_up))
        })?;
        finished.extend(new);
        for (index, outcome) in decided {
            if let Some(place) = outcomes.get_mut(index) {
                *place = Some(outcome);
            }
        }
        if held_up {
            if began.elapsed() >= HELD_UP {
                break;
            }
            sleep(PAUSE);
        }
    }
    Ok((outcomes, finished))
}

/// The outcomes of acts, each with the place of its act, and the answers that are new.
type Written = (Vec<(usize, Outcome)>, Vec<Finished>);

/// An answer that fits its survey, and how many links its phone has finished today.
struct Sent {
    submission: Submission,
    channel: Channel,
    phone: Option<u32>,
}

/// A batch with everything it needs to know from the database.
struct Batch<'a> {
    acts: Vec<(usize, &'a (LinkHash, Request))>,
    links: BTreeMap<LinkHash, Link>,
    surveys: BTreeMap<Uuid, (SurveyState, i32, Arc<Survey>)>,
    unknown: BTreeMap<LinkHash, Outcome>,
    /// The links whose survey somebody else holds, of which nothing can be decided.
    held: BTreeSet<LinkHash>,
    /// What waits for the links of paper forms.
    waiting: BTreeMap<LinkHash, Waiting>,
}

/// What a batch is going to do, as far as it is decided.
struct Plan<'a> {
    states: BTreeMap<LinkHash, LinkState>,
    answers: BTreeMap<LinkHash, Sent>,
    paper: BTreeMap<LinkHash, &'a PaperForm>,
}

impl<'a> Batch<'a> {
    fn read(conn: &mut Conn, known: &mut Surveys, acts: Vec<(usize, &'a (LinkHash, Request))>) -> Result<Self> {
        let hashes: BTreeSet<LinkHash> = acts.iter().map(|(_, (hash, _))| *hash).collect();
        let forms = acts.iter().filter_map(|(_, (hash, request))| match request {
            Request::Paper(form) => Some((*hash, form.survey)),
            Request::Submit(_) | Request::Act(_) => None,
        });
        let waiting = paper::waiting(conn, &forms.collect())?;
        let mut links = rows::read_links(conn, &hashes)?;
        let ids: BTreeSet<Uuid> = links.values().map(|link| link.survey).collect();
        let mut surveys = BTreeMap::new();
        let mut held = BTreeSet::new();
        for id in ids {
            // Held against closing until the batch is committed.
            match rows::hold_survey(conn, id)? {
                Some((state, visible)) => {
                    surveys.insert(id, (state, visible, known.get(conn, id, state)?));
                }
                None => held.extend(links.iter().filter(|(_, link)| link.survey == id).map(|(hash, _)| *hash)),
            }
        }
        links.retain(|_, link| surveys.get(&link.survey).is_some_and(|(_, visible, _)| link.serial <= *visible));
        let mut unknown = BTreeMap::new();
        for hash in hashes.iter().filter(|hash| !links.contains_key(hash) && !held.contains(hash)) {
            let outcome = match links::find(conn, *hash)? {
                links::Found::Replaced(survey) => Outcome::Refused(crate::domain::link::Refusal::Replaced, survey),
                links::Found::Link { .. } | links::Found::Unknown => Outcome::Unknown,
            };
            unknown.insert(*hash, outcome);
        }
        Ok(Self { acts, links, surveys, unknown, held, waiting })
    }

    fn write(self, conn: &mut Conn, now: DateTime<Utc>) -> Result<Written> {
        let mut plan = Plan {
            states: self.links.iter().map(|(hash, link)| (*hash, link.state)).collect(),
            answers: BTreeMap::new(),
            paper: BTreeMap::new(),
        };
        let mut decided = Vec::with_capacity(self.acts.len());
        for (index, (hash, request)) in self.acts.iter().filter(|(_, (hash, _))| !self.held.contains(hash)) {
            decided.push((*index, *hash, self.decide(*hash, request, &mut plan)?));
        }
        let Plan { states, answers, paper } = plan;

        let moves: Vec<Move> = self
            .links
            .iter()
            .filter_map(|(hash, link)| {
                let to = *states.get(hash)?;
                (to != link.state).then_some(Move { hash: *hash, place: link.place, from: link.state, to })
            })
            .collect();
        let missed = rows::move_links(conn, &moves)?;
        // Only after the links have moved: a first entry that was kept meanwhile is seen here.
        erase(conn, &self.done_with(&moves, &missed))?;

        let mut changes = progress::Changes::new();
        for moved in moves.iter().filter(|moved| !missed.contains(&moved.hash)) {
            if let Some(link) = self.links.get(&moved.hash) {
                let counts = changes.entry((link.survey, link.unit.clone())).or_default();
                counts.enter(moved.from, -1);
                counts.enter(moved.to, 1);
            }
        }
        let mut ids = random_ids(answers.len())?.into_iter();
        let mut responses = Vec::with_capacity(answers.len());
        let mut finished = Vec::with_capacity(answers.len());
        for (hash, Sent { submission, channel, phone }) in
            answers.into_iter().filter(|(hash, _)| !missed.contains(hash))
        {
            let link = self.links.get(&hash).ok_or_else(|| Error::Corrupt("a link that went away".to_owned()))?;
            let (survey, unit) = (link.survey, link.unit.clone());
            // Clerks key one form after the other: that is no sign.
            if channel == Channel::Web {
                finished.push(Finished { survey, unit, day: self.day(survey, now), phone });
            }
            responses.push(NewResponse {
                survey: link.survey,
                id: ids.next().ok_or(Error::Busy)?,
                unit: link.unit.clone(),
                respondent: submission.respondent,
                channel,
                answers: submission.answers.to_text(),
            });
        }
        // In the order of their random ids: the order in which the answers came is not written down.
        responses.sort_unstable_by_key(|response| response.id);
        rows::insert_responses(conn, responses)?;
        progress::add(conn, &changes, |survey| self.day(survey, now))?;
        let kept = paper.into_iter().filter(|(hash, _)| !missed.contains(hash)).map(|(_, form)| form);
        paper::count(conn, &kept.collect::<Vec<_>>(), |survey| self.day(survey, now))?;
        let decided = decided
            .into_iter()
            .filter(|(_, hash, _)| !missed.contains(hash))
            .map(|(index, _, outcome)| (index, outcome))
            .collect();
        Ok((decided, finished))
    }

    /// The links that take no paper form from here on.
    fn done_with(&self, moves: &[Move], missed: &BTreeSet<LinkHash>) -> Vec<(Uuid, LinkHash)> {
        let ended = moves.iter().filter(|moved| matches!(moved.to, LinkState::Submitted | LinkState::Declined));
        let ended = ended.filter(|moved| !missed.contains(&moved.hash));
        ended.filter_map(|moved| self.links.get(&moved.hash).map(|link| (link.survey, moved.hash))).collect()
    }

    fn day(&self, survey: Uuid, now: DateTime<Utc>) -> NaiveDate {
        match self.surveys.get(&survey) {
            Some((_, _, survey)) => now.with_timezone(&survey.time_zone).date_naive(),
            None => now.date_naive(),
        }
    }

    /// Decides one act, given what the acts before it in the batch have done.
    fn decide<'b>(&self, hash: LinkHash, request: &'b Request, plan: &mut Plan<'b>) -> Result<Outcome> {
        let (Some(link), Some(state)) = (self.links.get(&hash), plan.states.get_mut(&hash)) else {
            return Ok(self.unknown.get(&hash).cloned().unwrap_or(Outcome::Unknown));
        };
        let (survey_state, _, survey) =
            self.surveys.get(&link.survey).ok_or_else(|| Error::Corrupt("a link without a survey".to_owned()))?;
        let act = request.act();
        // A repeated answer gets its receipt even after the close: that it arrived stays true.
        if *state == LinkState::Submitted && act == Act::Submit {
            return Ok(Outcome::AlreadyRecorded(link.survey));
        }
        if let Some(refusal) = survey_refusal(*survey_state) {
            return Ok(Outcome::Refused(refusal, link.survey));
        }
        let next = match state.after(act) {
            Ok(next) => next,
            Err(refusal) => return Ok(Outcome::Refused(refusal, link.survey)),
        };
        let (raw, channel) = match request {
            Request::Submit(raw) => (Some(raw), Channel::Web),
            Request::Act(_) => (None, Channel::Web),
            Request::Paper(form) => {
                if form.survey != link.survey {
                    return Ok(Outcome::Unknown);
                }
                if *state != next && !form.holds(self.waiting.get(&hash)) {
                    return Ok(Outcome::Changed);
                }
                match &form.said {
                    Said::Answers { form, .. } => (Some(form), Channel::Paper),
                    Said::Refusal => (None, Channel::Paper),
                }
            }
        };
        if let Some(raw) = raw {
            match Submission::parse(survey, raw) {
                Ok(submission) => plan.answers.insert(hash, Sent { submission, channel, phone: raw.phone }),
                Err(errors) => return Ok(Outcome::Invalid { survey: survey.clone(), sent: raw.clone(), errors }),
            };
        }
        if let Request::Paper(form) = request
            && *state != next
        {
            plan.paper.insert(hash, form);
        }
        *state = next;
        Ok(match next {
            _ if act == Act::Submit => Outcome::Recorded(link.survey),
            LinkState::Submitted => Outcome::AlreadyRecorded(link.survey),
            _ => Outcome::Now(next),
        })
    }
}

/// UUIDv4s from the system's randomness, for a whole batch in one call.
fn random_ids(count: usize) -> Result<Vec<Uuid>> {
    let mut bytes = vec![0_u8; count * 16];
    getrandom::fill(&mut bytes).map_err(|_| Error::Busy)?;
    let (chunks, _) = bytes.as_chunks();
    Ok(chunks.iter().map(|chunk| uuid::Builder::from_random_bytes(*chunk).into_uuid()).collect())
}
