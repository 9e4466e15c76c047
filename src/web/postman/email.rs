//! Messages by e-mail, for those without a phone: plain text, and a Message-ID made from the key of the message,
//! so that a repeat is the same message to whoever looks for that.

use super::letter::Letter;
use crate::config::sending::Mail;
use crate::domain::message::{Outcome, Trouble};
use crate::error::{Error, Result};
use crate::store::outbox::Message;
use chrono::{DateTime, Utc};
use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::message::{Mailbox, Message as Letters};
use lettre::{SmtpTransport, Transport};
use std::time::{Duration, SystemTime};

/// A mail server.
pub struct Mailer {
    transport: SmtpTransport,
    from: Mailbox,
}

impl Mailer {
    /// Ready to send; each step of a try takes at most so long.
    pub fn new(mail: &Mail, patience: Duration) -> Result<Self> {
        let from: Mailbox = mail.from.parse().map_err(|_| {
            Error::Setup(
                "FIVEPOINT_SMTP_FROM: write it like survey@example.org, or 'Words <survey@example.org>'".to_owned(),
            )
        })?;
        // What is wrong is not repeated: the address may hold a password.
        let transport = SmtpTransport::from_url(&mail.url)
            .map_err(|_| Error::Setup("FIVEPOINT_SMTP_URL: this is no address of a mail server".to_owned()))?;
        Ok(Self { transport: transport.timeout(Some(patience)).build(), from })
    }

    /// Tries to deliver a message.
    pub fn deliver(&self, message: &Message, base_url: &str, now: DateTime<Utc>) -> Outcome {
        let Some(letter) = self.letter(message, base_url, now) else { return Outcome::Undeliverable };
        match self.transport.send(&letter) {
            Ok(_) => Outcome::Arrived,
            Err(error) => of_error(&error),
        }
    }

    /// Nothing where the address is none.
    fn letter(&self, message: &Message, base_url: &str, now: DateTime<Utc>) -> Option<Letters> {
        let words = Letter::new(message.kind, &message.survey, &super::link(base_url, &message.code));
        let to: Mailbox = message.recipient.email.as_deref()?.parse().ok()?;
        let automatic = HeaderName::new_from_ascii_str("Auto-Submitted");
        Letters::builder()
            .from(self.from.clone())
            .to(to)
            .subject(words.subject)
            .date(SystemTime::from(now))
            .message_id(Some(format!("<{}@{}>", message.key, self.from.email.domain())))
            .raw_header(HeaderValue::new(automatic, "auto-generated".to_owned()))
            .header(ContentType::TEXT_PLAIN)
            .body(words.text)
            .ok()
    }
}

/// What an error says about a message: an address that does not exist never will, a server that wants none of
/// our mail has to be talked to first, and everything else may pass.
fn of_error(error: &lettre::transport::smtp::Error) -> Outcome {
    let status = error.status().map(u16::from);
    let trouble = match status {
        Some(550 | 551 | 553) => return Outcome::Undeliverable,
        Some(status) if error.is_permanent() => return Outcome::Refused(Trouble::Status(status)),
        Some(status) => Trouble::Status(status),
        None if error.is_timeout() => Trouble::Slow,
        None if error.is_tls() => Trouble::Untrusted,
        None => Trouble::Unreachable,
    };
    Outcome::Failed(trouble, None)
}
