//! Messages as signed HTTP requests, as Standard Webhooks has them: `webhook-id` is the key of the message,
//! `webhook-timestamp` the time of the try, `webhook-signature` the HMAC-SHA256 of both and the body.
//!
//! Of the reply only the status counts, and how long it asks us to wait. Redirects are not followed: names and
//! phones go where the settings say and nowhere else.

use super::letter::{LANGUAGE, Letter};
use crate::config::sending::Hook;
use crate::domain::message::{Outcome, Trouble};
use crate::store::outbox::Message;
use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use hmac::{Hmac, KeyInit, Mac};
use serde::Serialize;
use sha2::Sha256;
use std::sync::Arc;
use std::time::Duration;
use ureq::Proxy;
use ureq::tls::{RootCerts, TlsConfig};

/// A receiver of messages.
pub struct Webhook {
    agent: ureq::Agent,
    hook: Hook,
}

impl Webhook {
    /// Ready to send; a try takes at most so long. Certificates are checked as this machine checks them.
    pub fn new(hook: Hook, patience: Duration) -> Self {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let tls = TlsConfig::builder()
            .root_certs(RootCerts::PlatformVerifier)
            .unversioned_rustls_crypto_provider(provider)
            .build();
        // A proxy of the environment would read what is not encrypted.
        let proxy = Proxy::try_from_env().filter(|_| hook.url.starts_with("https://"));
        let config = ureq::Agent::config_builder()
            .proxy(proxy)
            .http_status_as_error(false)
            .max_redirects(0)
            .timeout_global(Some(patience))
            .tls_config(tls)
            .user_agent(concat!("fivepoint/", env!("CARGO_PKG_VERSION")))
            .build();
        Self { agent: config.into(), hook }
    }

    /// Tries to deliver a message.
    pub fn deliver(&self, message: &Message, base_url: &str, now: DateTime<Utc>) -> Outcome {
        let (id, timestamp) = (message.key.to_string(), now.timestamp().to_string());
        // A structure of texts always becomes JSON; were it otherwise, an empty body would be refused.
        let body = serde_json::to_string(&Body::new(message, base_url)).unwrap_or_default();
        let request = self
            .agent
            .post(&self.hook.url)
            .content_type("application/json")
            .header("webhook-signature", sign(&self.hook.key, &id, &timestamp, &body))
            .header("webhook-id", id)
            .header("webhook-timestamp", timestamp);
        match request.send(&body) {
            Ok(reply) => {
                let wait = reply.headers().get("retry-after").and_then(|value| value.to_str().ok());
                of_status(reply.status().as_u16(), wait.and_then(|wait| until(wait, now)))
            }
            Err(error) => Outcome::Failed(of_error(&error), None),
        }
    }
}

/// The signature of a message.
pub fn sign(key: &[u8], id: &str, timestamp: &str, body: &str) -> String {
    // HMAC takes a key of any length: this cannot fail, and the type cannot say so.
    let Ok(mut mac) = <Hmac<Sha256> as KeyInit>::new_from_slice(key) else { return String::new() };
    mac.update(format!("{id}.{timestamp}.{body}").as_bytes());
    format!("v1,{}", data_encoding::BASE64.encode(&mac.finalize().into_bytes()))
}

/// What a status says about a message.
const fn of_status(status: u16, wait: Option<TimeDelta>) -> Outcome {
    match status {
        200..=299 => Outcome::Arrived,
        422 => Outcome::Undeliverable,
        408 | 425 | 429 | 500.. => Outcome::Failed(Trouble::Status(status), wait),
        // A wrong address, a wrong secret: no message will ever arrive, until somebody mends it.
        _ => Outcome::Refused(Trouble::Status(status)),
    }
}

/// How long `Retry-After` asks us to wait, in seconds or until a date.
fn until(value: &str, now: DateTime<Utc>) -> Option<TimeDelta> {
    if let Ok(seconds) = value.trim().parse::<u32>() {
        return Some(TimeDelta::seconds(seconds.into()));
    }
    let date = DateTime::parse_from_rfc2822(value.trim()).ok()?;
    Some((date.with_timezone(&Utc) - now).max(TimeDelta::zero()))
}

fn of_error(error: &ureq::Error) -> Trouble {
    use std::io::ErrorKind::{TimedOut, WouldBlock};
    match error {
        ureq::Error::Timeout(_) => Trouble::Slow,
        ureq::Error::Tls(_) | ureq::Error::Rustls(_) => Trouble::Untrusted,
        ureq::Error::Io(error) if matches!(error.kind(), TimedOut | WouldBlock) => Trouble::Slow,
        ureq::Error::Io(error) if error.get_ref().is_some_and(|inner| inner.is::<rustls::Error>()) => {
            Trouble::Untrusted
        }
        _ => Trouble::Unreachable,
    }
}

#[derive(Serialize)]
struct Body<'a> {
    id: String,
    kind: &'static str,
    language: &'static str,
    survey: Survey<'a>,
    unit: Unit<'a>,
    recipient: Recipient<'a>,
    link: String,
    code: String,
    closes_at: Option<String>,
    subject: String,
    text: String,
}

#[derive(Serialize)]
struct Survey<'a> {
    id: String,
    title: &'a str,
    organiser: &'a str,
    contact: &'a str,
}

#[derive(Serialize)]
struct Unit<'a> {
    code: &'a str,
    name: &'a str,
}

#[derive(Serialize)]
struct Recipient<'a> {
    #[serde(rename = "ref")]
    reference: Option<&'a str>,
    name: Option<&'a str>,
    phone: Option<&'a str>,
}

impl<'a> Body<'a> {
    fn new(message: &'a Message, base_url: &str) -> Self {
        let Message { survey: stored, recipient, .. } = message;
        let link = super::link(base_url, &message.code);
        let letter = Letter::new(message.kind, stored, &link);
        let survey = &stored.survey;
        Self {
            id: message.key.to_string(),
            kind: message.kind.name(),
            language: LANGUAGE.tag(),
            survey: Survey {
                id: stored.id.to_string(),
                title: &survey.title,
                organiser: &survey.organiser,
                contact: &survey.contact,
            },
            unit: Unit { code: &recipient.unit, name: &message.unit },
            recipient: Recipient {
                reference: recipient.reference.as_deref(),
                name: recipient.name.as_deref(),
                phone: recipient.phone.as_deref(),
            },
            link,
            code: message.code.to_string(),
            closes_at: stored.closes_at.map(|at| at.to_rfc3339_opts(SecondsFormat::Secs, true)),
            subject: letter.subject,
            text: letter.text,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_is_that_of_standard_webhooks() {
        // The example of the libraries of Standard Webhooks.
        let key = data_encoding::BASE64.decode(b"MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap();
        let body = r#"{"test": 2432232314}"#;
        let signature = sign(&key, "msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", body);
        assert_eq!(signature, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    #[test]
    fn what_a_status_means() {
        let wait = Some(TimeDelta::seconds(7));
        assert_eq!(of_status(204, None), Outcome::Arrived);
        assert_eq!(of_status(503, wait), Outcome::Failed(Trouble::Status(503), wait));
        assert_eq!(of_status(429, wait), Outcome::Failed(Trouble::Status(429), wait));
        assert_eq!(of_status(422, None), Outcome::Undeliverable);
        for status in [100, 301, 307, 400, 401, 403, 404, 410, 413] {
            assert_eq!(of_status(status, wait), Outcome::Refused(Trouble::Status(status)));
        }
    }

    #[test]
    fn waiting_is_read_in_seconds_and_as_a_date() {
        let now: DateTime<Utc> = "2022-11-05T08:00:00Z".parse().unwrap();
        assert_eq!(until("120", now), Some(TimeDelta::seconds(120)));
        assert_eq!(until("Sat, 05 Nov 2022 08:01:00 GMT", now), Some(TimeDelta::seconds(60)));
        assert_eq!(until("Sat, 05 Nov 2022 07:00:00 GMT", now), Some(TimeDelta::zero()));
        assert_eq!(until("soon", now), None);
    }
}
