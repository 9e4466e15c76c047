//! How messages leave the program: where to, under which key, when and how fast.

use crate::domain::message::{Channels, Rules};
use crate::error::Error;
use std::fmt;
use std::net::IpAddr;
use zeroize::Zeroizing;

/// Everything about messages.
#[derive(Clone, Debug)]
pub struct Sending {
    /// Where they are posted to.
    pub webhook: Option<Hook>,
    /// Through which server they go by e-mail.
    pub email: Option<Mail>,
    /// When, how fast, how often.
    pub rules: Rules,
}

impl Sending {
    /// Which ways there are.
    pub const fn channels(&self) -> Channels {
        Channels { webhook: self.webhook.is_some(), email: self.email.is_some() }
    }
}

/// A receiver of messages over HTTP.
#[derive(Clone)]
pub struct Hook {
    /// Its address.
    pub url: String,
    /// What every message is signed with.
    pub key: Zeroizing<Vec<u8>>,
}

impl Hook {
    /// Fewest bytes of a key (Standard Webhooks).
    const SHORTEST: usize = 24;

    /// A receiver at that address, with a secret as Standard Webhooks writes it: `whsec_` and base64. Names and
    /// phones do not travel in the open: the address begins with https, unless it is on this machine or
    /// `in_the_clear` is asked for.
    pub fn new(url: &str, secret: &str, in_the_clear: bool) -> Result<Self, Error> {
        let wrong = |text: &str| Err(Error::Setup(format!("FIVEPOINT_WEBHOOK_URL: {text}")));
        if url.chars().any(|c| c.is_whitespace() || c.is_control() || c == '#') || host(url).is_none() {
            return wrong("write it like https://sms.example.org/fivepoint");
        }
        let safe = url.starts_with("https://") || is_here(url) || in_the_clear;
        if !url.starts_with("https://") && !url.starts_with("http://") {
            return wrong("it begins with https://");
        }
        if !safe {
            return wrong(
                "names and phones would travel in the open: use https, or allow it with FIVEPOINT_SEND_IN_THE_CLEAR",
            );
        }
        let key = secret.trim().strip_prefix("whsec_");
        let key = key.and_then(|key| data_encoding::BASE64.decode(key.as_bytes()).ok().map(Zeroizing::new));
        match key.filter(|key| key.len() >= Self::SHORTEST) {
            Some(key) => Ok(Self { url: url.to_owned(), key }),
            None => Err(Error::Setup(format!(
                "FIVEPOINT_WEBHOOK_SECRET: whsec_ and at least {} random bytes in base64; make one with: \
                 echo \"whsec_$(openssl rand -base64 32)\"",
                Self::SHORTEST
            ))),
        }
    }
}

impl fmt::Debug for Hook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Hook(…)")
    }
}

/// A server that takes e-mail.
#[derive(Clone)]
pub struct Mail {
    /// Its address, with name and password.
    pub url: Zeroizing<String>,
    /// Whom messages are from.
    pub from: String,
}

impl Mail {
    /// A server at that address: `smtps://` for TLS from the start, `smtp://…?tls=required` for STARTTLS; without
    /// TLS only on this machine, unless `in_the_clear` is asked for.
    pub fn new(url: &str, from: &str, in_the_clear: bool) -> Result<Self, Error> {
        let wrong = |text: &str| Err(Error::Setup(format!("FIVEPOINT_SMTP_URL: {text}")));
        let encrypted = url.starts_with("smtps://") || (url.starts_with("smtp://") && url.ends_with("?tls=required"));
        let plain = url.starts_with("smtp://") && !url.contains('?');
        if host(url).is_none() || !(encrypted || plain) {
            return wrong(
                "write it like smtps://name:password@mail.example.org, or smtp://…?tls=required for STARTTLS",
            );
        }
        if !encrypted && !is_here(url) && !in_the_clear {
            return wrong("e-mail would travel in the open: use TLS, or allow it with FIVEPOINT_SEND_IN_THE_CLEAR");
        }
        Ok(Self { url: Zeroizing::new(url.to_owned()), from: from.to_owned() })
    }
}

impl fmt::Debug for Mail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Mail(…)")
    }
}

/// The host that an address names.
fn host(url: &str) -> Option<&str> {
    let (_, rest) = url.split_once("://")?;
    let authority = rest.split(['/', '?', '#']).next()?;
    let place = authority.rsplit('@').next()?;
    let host = match place.strip_prefix('[') {
        Some(six) => six.split(']').next()?,
        None => place.split(':').next()?,
    };
    (!host.is_empty()).then_some(host)
}

/// Whether an address leads nowhere but to this machine.
fn is_here(url: &str) -> bool {
    host(url).is_some_and(|host| host == "localhost" || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &str = "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=";

    #[test]
    fn names_and_phones_do_not_travel_in_the_open() {
        let goes = |url: &str, clear| Hook::new(url, SECRET, clear).is_ok();
        for safe in
            ["https://sms.example.org/x", "http://127.0.0.1:9/x", "http://[::1]:9/", "http://localhost:80/x?y=z"]
        {
            assert!(goes(safe, false), "{safe}");
        }
        for open in [
            "http://sms.example.org/",
            "http://127.0.0.1@sms.example.org/",
            "http://10.0.0.1/",
            "http://localhost.example.org/",
        ] {
            assert!(!goes(open, false) && goes(open, true), "{open}");
        }
        for wrong in ["", "sms.example.org", "ftp://127.0.0.1/", "https://", "https://a b/", "https://a/#b"] {
            assert!(!goes(wrong, true), "{wrong}");
        }
        let mails = |url: &str, clear| Mail::new(url, "a@example.org", clear).is_ok();
        for safe in ["smtps://a:b@mail.example.org", "smtp://mail.example.org?tls=required", "smtp://127.0.0.1:25"] {
            assert!(mails(safe, false), "{safe}");
        }
        assert!(!mails("smtp://mail.example.org", false) && mails("smtp://mail.example.org", true));
        for wrong in ["smtp://mail.example.org?tls=opportunistic", "mail.example.org", "smtps://"] {
            assert!(!mails(wrong, true), "{wrong}");
        }
    }

    #[test]
    fn a_secret_is_long_and_never_printed() {
        for short in ["", "whsec_", "whsec_c2hvcnQ=", "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=", "whsec_***"] {
            let error = Hook::new("https://a.example/", short, false).unwrap_err().to_string();
            assert!(error.contains("openssl rand") && (short.is_empty() || !error.contains("c2hvcnQ")), "{error}");
        }
        let hook = Hook::new("https://a.example/", SECRET, false).unwrap();
        assert_eq!(format!("{hook:?}"), "Hook(…)");
        assert_eq!(**hook.key, *b"0123456789abcdef0123456789abcdef");
    }
}
