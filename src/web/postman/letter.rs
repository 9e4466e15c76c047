//! What a message says. Short sentences: who asks, the link, until when, how to decline, whom to call; no name of
//! the person, no answer, and nothing in the subject that tells what it is about.

use crate::domain::message::Kind;
use crate::store::surveys::Stored;
use crate::web::words::Language;
use chrono::{DateTime, Utc};
use chrono_tz::Tz;

/// A message in words.
pub struct Letter {
    /// The subject of an e-mail.
    pub subject: String,
    /// Its sentences, a line each.
    pub text: String,
}

/// The language of the messages: that of the surveys.
pub const LANGUAGE: Language = Language::Chinese;

impl Letter {
    /// The message of that kind about a survey, with that link.
    pub fn new(kind: Kind, stored: &Stored, link: &str) -> Self {
        let survey = &stored.survey;
        let (subject, first) = match kind {
            Kind::Invitation => ("message-invitation-subject", "message-invitation"),
            Kind::Reminder => ("message-reminder-subject", "message-reminder"),
        };
        let until = stored.closes_at.map(|at| {
            let at = moment(LANGUAGE, at, survey.time_zone);
            LANGUAGE.with("message-until", &[("time", at)])
        });
        let lines = [
            Some(LANGUAGE.with(first, &[("organiser", survey.organiser.clone())])),
            Some(link.to_owned()),
            until,
            Some(LANGUAGE.say("message-free")),
            Some(LANGUAGE.say("message-decline")),
            Some(LANGUAGE.with("message-call", &[("contact", survey.contact.clone())])),
        ];
        let text = lines.into_iter().flatten().collect::<Vec<_>>().join("\n");
        Self { subject: LANGUAGE.say(subject), text }
    }
}

/// A time in the zone of the survey.
fn moment(language: Language, at: DateTime<Utc>, zone: Tz) -> String {
    let there = at.with_timezone(&zone);
    format!("{} {}", language.date(there.date_naive()), there.format("%H:%M"))
}
