//! The settings of invitations and reminders.

use crate::config::sending::{Hook, Mail, Sending};
use crate::domain::message::{Hours, Rules};
use crate::error::Error;
use chrono::TimeDelta;
use clap::{Args, value_parser};
use std::path::PathBuf;
use zeroize::Zeroizing;

/// How invitations and reminders leave the program; without a webhook and without e-mail there are none.
#[derive(Args)]
pub(super) struct Settings {
    /// Where messages are posted to, signed: the federation's SMS platform, or a program before it
    #[arg(long, env = "FIVEPOINT_WEBHOOK_URL", hide_env_values = true)]
    webhook_url: Option<String>,
    /// The secret of the signature: whsec_ and base64. Everybody on this machine sees it as a flag: use
    /// --webhook-secret-file
    #[arg(long, env = "FIVEPOINT_WEBHOOK_SECRET", hide_env_values = true)]
    webhook_secret: Option<String>,
    /// File with the secret of the signature
    #[arg(long, env = "FIVEPOINT_WEBHOOK_SECRET_FILE")]
    webhook_secret_file: Option<PathBuf>,
    /// Server for those without a phone: smtps://NAME:PASSWORD@HOST, or smtp://…?tls=required
    #[arg(long, env = "FIVEPOINT_SMTP_URL", hide_env_values = true, requires = "smtp_from")]
    smtp_url: Option<String>,
    /// Whom e-mail is from: NAME@HOST, or 'Words <NAME@HOST>'
    #[arg(long, env = "FIVEPOINT_SMTP_FROM")]
    smtp_from: Option<String>,
    /// Let names and phones travel without encryption beyond this machine
    #[arg(long, env = "FIVEPOINT_SEND_IN_THE_CLEAR")]
    send_in_the_clear: bool,
    /// Hours at which messages may go out, in the survey's time zone
    #[arg(long, env = "FIVEPOINT_SEND_HOURS", default_value = "09:00-20:00")]
    send_hours: Hours,
    /// Most messages a minute by webhook, and as many by e-mail, on all nodes together
    #[arg(long, env = "FIVEPOINT_SENDS_PER_MINUTE", default_value_t = 120, value_parser = value_parser!(i32).range(1..=60_000))]
    sends_per_minute: i32,
    /// How long a try may take, in seconds
    #[arg(long, env = "FIVEPOINT_SEND_TIMEOUT_SECONDS", default_value_t = 15, value_parser = value_parser!(i64).range(1..=120))]
    send_timeout_seconds: i64,
    /// Seconds until a message that did not arrive is tried again; then twice as many, up to 360 times as many
    #[arg(long, env = "FIVEPOINT_RETRY_SECONDS", default_value_t = 60, value_parser = value_parser!(i64).range(1..=3_600))]
    retry_seconds: i64,
    /// Days between two messages to the same person
    #[arg(long, env = "FIVEPOINT_REMINDER_DAYS", default_value_t = 3, value_parser = value_parser!(u32).range(1..=365))]
    reminder_days: u32,
    /// Most reminders of one survey
    #[arg(long, env = "FIVEPOINT_MOST_REMINDERS", default_value_t = 3, value_parser = value_parser!(u32).range(0..=20))]
    most_reminders: u32,
}

impl Settings {
    /// The settings, checked.
    pub(super) fn read(&self) -> Result<Sending, Error> {
        let webhook = self.webhook_url.as_deref().map(|url| Hook::new(url, &self.secret()?, self.send_in_the_clear));
        let email = self.smtp_url.as_deref().zip(self.smtp_from.as_deref());
        let email = email.map(|(url, from)| Mail::new(url, from, self.send_in_the_clear));
        let rules = Rules {
            hours: self.send_hours,
            interval: TimeDelta::minutes(1) / self.sends_per_minute,
            first_retry: TimeDelta::seconds(self.retry_seconds),
            patience: TimeDelta::seconds(self.send_timeout_seconds),
            days_apart: self.reminder_days,
            most_reminders: self.most_reminders,
        };
        Ok(Sending { webhook: webhook.transpose()?, email: email.transpose()?, rules })
    }

    fn secret(&self) -> Result<Zeroizing<String>, Error> {
        match (&self.webhook_secret, &self.webhook_secret_file) {
            (Some(secret), _) => Ok(Zeroizing::new(secret.clone())),
            (None, Some(path)) => std::fs::read_to_string(path)
                .map(Zeroizing::new)
                .map_err(|error| Error::Setup(format!("the secret file {} cannot be read: {error}", path.display()))),
            // Named like a secret that is too short: the message says how one is made.
            (None, None) => Ok(Zeroizing::default()),
        }
    }
}
