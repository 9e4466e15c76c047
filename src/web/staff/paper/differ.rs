//! Where two entries of one form differ: both values, and the clerk with the paper in hand decides.
//!
//! What is sent carries the first entry as it was shown; if another waits by then, the two are compared anew.

use super::super::auth::{Form, Paper, Staff};
use super::super::page::{Frame, page};
use super::super::refuse::failed;
use super::decide::Round;
use super::view::{BLANK, Row, Sheet};
use super::{Job, frame, job};
use crate::domain::obstacle::Missing;
use crate::domain::paper;
use crate::domain::response::Submission;
use crate::domain::token::Code;
use crate::error::Result;
use crate::store::paper::{Standing, Waiting};
use crate::web::App;
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Path};
use askama::Template;
use uuid::Uuid;

/// Whose the entry is that waits, and what is to be decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// A colleague's: each field is settled.
    Other,
    /// The clerk's own: it may be replaced.
    Own,
    /// The form says now that somebody does not take part.
    Refusal,
}

#[derive(Template)]
#[template(path = "staff/paper_differ.html")]
struct DifferPage {
    frame: Frame,
    job: Job,
    /// Where the decision is sent.
    action: &'static str,
    /// What the button says.
    button: String,
    /// Whether each field is chosen here.
    settles: bool,
    code: Code,
    first: String,
    own: String,
    rows: Vec<Row>,
    lead: String,
    /// The field that takes the keys first.
    focus: String,
}

/// The page on which the clerk decides.
pub fn show(round: &Round<'_>, job: Job, why: Why, first: &paper::Sheet, own: Option<&paper::Sheet>) -> HttpResponse {
    page(StatusCode::OK, &view(round, job, why, first, own, &[]))
}

fn view(
    round: &Round<'_>,
    job: Job,
    why: Why,
    first: &paper::Sheet,
    own: Option<&paper::Sheet>,
    settled: &[(paper::Field, String)],
) -> DifferPage {
    let language = round.staff.language;
    let sheet = Sheet { language, survey: &job.stored.survey };
    let fields = own.map(|own| first.differences(own)).unwrap_or_default();
    let both = if why == Why::Own { "paper-before-now" } else { "paper-first-yours" };
    let row = |field: paper::Field| {
        let said = |one: &paper::Sheet| sheet.shown(field, one.value(field, sheet.survey));
        let note = language.with(both, &[("first", said(first)), ("yours", own.map(said).unwrap_or_default())]);
        let chosen = settled.iter().find(|(one, _)| *one == field).map_or("", |(_, value)| value.as_str());
        Row { note: Some(note), ..sheet.row(field, chosen) }
    };
    let rows: Vec<Row> = fields.into_iter().map(row).collect();
    let count = [("count", rows.len())];
    let (action, title, lead, button) = match why {
        Why::Other => ("settle", "paper-differ", language.with("paper-differ-text", &count), "paper-settle"),
        Why::Own => ("replace", "paper-replace", language.with("paper-replace-text", &count), "paper-replace-do"),
        Why::Refusal => ("refuse", "paper-refusal", language.say("paper-refusal-text"), "paper-refusal-do"),
    };
    let open = rows.iter().find(|row| !row.options.iter().any(|option| option.chosen));
    DifferPage {
        frame: frame(round.staff, title),
        action,
        button: language.say(button),
        settles: why == Why::Other,
        code: round.code.clone(),
        first: first.to_text(),
        own: own.map(paper::Sheet::to_text).unwrap_or_default(),
        focus: open.map(|row| row.name.clone()).unwrap_or_default(),
        rows,
        lead,
        job,
    }
}

/// A decision as it was sent, and where its link stands.
struct Sent<'a> {
    round: Round<'a>,
    job: Job,
    standing: Standing,
    first: paper::Sheet,
    own: Option<paper::Sheet>,
}

impl<'a> Sent<'a> {
    async fn read(app: &'a App, staff: &'a Staff<Paper>, id: Uuid, form: &Form) -> Result<Self> {
        let job = job(app, staff, id).await?;
        let survey = &job.stored.survey;
        let first = paper::Sheet::from_text(form.text("first"), survey);
        let own = paper::Sheet::from_text(form.text("own"), survey);
        // Only a page that was tampered with lacks them.
        let (code, first) = Code::parse(form.text("code")).zip(first).ok_or(Missing::PaperLink)?;
        let round = Round { app, staff, code };
        let standing = round.look(&job).await?;
        Ok(Self { round, job, standing, first, own })
    }

    /// What waits, if it is what was shown.
    fn waiting(&self) -> Option<Waiting> {
        match &self.standing {
            Standing::Ready(Some(waiting)) if waiting.sheet == self.first => Some(waiting.clone()),
            _ => None,
        }
    }
}

/// `POST /staff/surveys/{id}/paper/settle`: a colleague's entry and one's own, settled field by field.
pub async fn settle(app: Data<App>, staff: Staff<Paper>, id: Path<Uuid>, form: Form) -> HttpResponse {
    let sent = match Sent::read(&app, &staff, *id, &form).await {
        Ok(sent) => sent,
        Err(error) => return failed(&staff, &error),
    };
    let waiting = sent.waiting().filter(|waiting| waiting.staff != staff.person.id);
    let Sent { round, job, standing, first, own } = sent;
    let Some(own) = own else { return failed(&staff, &Missing::PaperLink.into()) };
    let Some(waiting) = waiting else { return round.decide(job, standing, own).await };

    let differing = first.differences(&own);
    let settled = differing.iter().map(|field| (*field, form.text(&field.name()).to_owned()));
    let settled: Vec<_> = settled.filter(|(_, value)| !value.is_empty()).collect();
    let again = |job: Job| {
        let page_of = view(&round, job, Why::Other, &first, Some(&own), &settled);
        let missing = |row: Row| {
            let chosen = row.options.iter().any(|option| option.chosen);
            Row { error: (!chosen).then(|| staff.language.say("paper-missing")), ..row }
        };
        let rows = page_of.rows.into_iter().map(missing).collect();
        page(StatusCode::UNPROCESSABLE_ENTITY, &DifferPage { rows, ..page_of })
    };
    if settled.len() < differing.len() {
        return again(job);
    }
    let opened = |value: &str| if value == BLANK { String::new() } else { value.to_owned() };
    let instead: Vec<_> = settled.iter().map(|(field, value)| (*field, opened(value))).collect();
    let agreed = own.submission(&job.stored.survey, &instead);
    if Submission::parse(&job.stored.survey, &agreed).is_err() {
        return again(job);
    }
    match round.record(&job, waiting, agreed, differing.len()).await {
        Ok(None) => round.done(&job, "settled"),
        Ok(Some(now)) => round.decide(job, now, own).await,
        Err(error) => failed(&staff, &error),
    }
}

/// `POST /staff/surveys/{id}/paper/replace`: the clerk's own entry, keyed anew.
pub async fn replace(app: Data<App>, staff: Staff<Paper>, id: Path<Uuid>, form: Form) -> HttpResponse {
    let sent = match Sent::read(&app, &staff, *id, &form).await {
        Ok(sent) => sent,
        Err(error) => return failed(&staff, &error),
    };
    let waiting = sent.waiting().filter(|waiting| waiting.staff == staff.person.id);
    let Sent { round, job, standing, first, own } = sent;
    let Some(own) = own else { return failed(&staff, &Missing::PaperLink.into()) };
    if waiting.is_none() {
        return round.decide(job, standing, own).await;
    }
    match round.keep(&job, Some(&first), &own).await {
        Ok(None) => round.done(&job, "replaced"),
        Ok(Some(now)) => round.decide(job, now, own).await,
        Err(error) => failed(&staff, &error),
    }
}

/// `POST /staff/surveys/{id}/paper/refuse`: somebody does not take part, although a filled-in form waits.
pub async fn refuse(app: Data<App>, staff: Staff<Paper>, id: Path<Uuid>, form: Form) -> HttpResponse {
    let sent = match Sent::read(&app, &staff, *id, &form).await {
        Ok(sent) => sent,
        Err(error) => return failed(&staff, &error),
    };
    match sent.waiting() {
        Some(waiting) => sent.round.refuse_over(sent.job, Some(waiting)).await,
        None => sent.round.refuse(sent.job, sent.standing).await,
    }
}
