//! The words of the pages, from `frontend/locales`: one Fluent file a language, the same keys in each.
//!
//! A page is in Chinese unless its address asks for another language (`?lang=en`). The settings of a
//! phone are not asked: the questions are in Chinese, and a browser inside another app often claims a
//! language its owner cannot read.

use crate::domain::obstacle::Filling;
use crate::domain::scorecard::Mistake;
use crate::error::Error;
use actix_web::HttpRequest;
use chrono::{DateTime, Datelike, NaiveDate, Utc};
use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use std::sync::LazyLock;
use unic_langid::LanguageIdentifier;

/// A language the pages speak.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Language {
    /// Simplified Chinese, the language of the surveys.
    #[default]
    Chinese,
    /// English.
    English,
}

impl Language {
    /// All languages, in the order in which they are kept.
    pub const ALL: [Self; 2] = [Self::Chinese, Self::English];

    /// The cookie that holds the language chosen at the desk, and is sent nowhere else.
    pub const COOKIE: &str = "fivepoint_language";

    /// Its tag (BCP 47), as in `lang` attributes and in addresses.
    pub const fn tag(self) -> &'static str {
        match self {
            Self::Chinese => "zh-CN",
            Self::English => "en",
        }
    }

    /// What the language calls itself.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Chinese => "中文",
            Self::English => "English",
        }
    }

    /// The language of that tag.
    pub fn from_tag(tag: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|language| language.tag() == tag)
    }

    /// The language that the address of a page asks for; at the desk, else the one chosen there.
    pub fn asked(request: &HttpRequest) -> Self {
        let query = form_urlencoded::parse(request.query_string().as_bytes());
        let asked = query.filter(|(name, _)| name == "lang").last().and_then(|(_, tag)| Self::from_tag(&tag));
        let chosen = || request.cookie(Self::COOKIE).and_then(|cookie| Self::from_tag(cookie.value()));
        asked.or_else(chosen).unwrap_or_default()
    }

    /// Adds to the address of a page that it is to be in this language.
    pub fn address(self, path: &str) -> String {
        if self == Self::default() { path.to_owned() } else { format!("{path}?lang={}", self.tag()) }
    }

    fn words(self) -> &'static FluentBundle<FluentResource> {
        match self {
            Self::Chinese => &CHINESE,
            Self::English => &ENGLISH,
        }
    }

    /// The words under that key.
    pub fn say(self, key: &str) -> String {
        self.fill(key, &FluentArgs::new())
    }

    /// The words under that key, with a number or a name in each of their places.
    pub fn with<'a, V: Clone + Into<FluentValue<'a>>>(self, key: &str, places: &[(&'a str, V)]) -> String {
        self.fill(key, &places.iter().cloned().collect())
    }

    /// A date as readers of the language write it.
    pub fn date(self, date: NaiveDate) -> String {
        // Years are written without a separator of thousands, so the year is text here.
        let year = FluentValue::from(date.year().to_string());
        self.with("date", &[("year", year), ("month", date.month().into()), ("day", date.day().into())])
    }

    /// A time as readers of the language write it, to the minute, in the zone of the desk.
    pub fn moment(self, at: DateTime<Utc>) -> String {
        let there = at.with_timezone(&chrono_tz::Asia::Shanghai);
        format!("{} {}", self.date(there.date_naive()), there.format("%H:%M"))
    }

    /// What went wrong, for the person who can mend it.
    pub fn explain(self, error: &Error) -> String {
        let filled = |places: Vec<(&'static str, Filling)>| places.into_iter().collect();
        match error {
            Error::NotFound(missing) => self.fill(missing.key(), &filled(missing.places())),
            Error::Refused(obstacle) => self.fill(obstacle.key(), &filled(obstacle.places())),
            Error::Invalid(faults) => self.with("faults-text", &[("all", faults.all())]),
            Error::Busy => self.say("busy-desk-text"),
            Error::Setup(_) | Error::Database(_) | Error::Io(_) | Error::Corrupt(_) => self.say("our-fault-text"),
        }
    }

    /// What is wrong with an indicator of a scorecard.
    pub fn mistake(self, mistake: &Mistake) -> String {
        self.fill(mistake.key(), &mistake.places().into_iter().collect())
    }

    /// A key that is missing shows itself; a test sees to it that none is.
    fn fill(self, key: &str, places: &FluentArgs<'_>) -> String {
        let words = self.words();
        let Some(pattern) = words.get_message(key).and_then(|message| message.value()) else {
            tracing::error!(key, language = self.tag(), "words are missing");
            return key.to_owned();
        };
        let mut faults = Vec::new();
        let text = words.format_pattern(pattern, Some(places), &mut faults).into_owned();
        for fault in faults {
            tracing::error!(key, language = self.tag(), %fault, "words that cannot be filled in");
        }
        text
    }
}

impl From<Filling> for FluentValue<'_> {
    fn from(filling: Filling) -> Self {
        match filling {
            Filling::Text(text) => text.into(),
            Filling::Number(number) => number.into(),
        }
    }
}

static CHINESE: LazyLock<FluentBundle<FluentResource>> = LazyLock::new(|| {
    read(
        Language::Chinese,
        &[
            include_str!("../../frontend/locales/zh-CN/answer.ftl"),
            include_str!("../../frontend/locales/zh-CN/keys.ftl"),
            include_str!("../../frontend/locales/zh-CN/paper.ftl"),
            include_str!("../../frontend/locales/zh-CN/progress.ftl"),
            include_str!("../../frontend/locales/zh-CN/reminders.ftl"),
            include_str!("../../frontend/locales/zh-CN/results.ftl"),
            include_str!("../../frontend/locales/zh-CN/rows.ftl"),
            include_str!("../../frontend/locales/zh-CN/seal.ftl"),
            include_str!("../../frontend/locales/zh-CN/staff.ftl"),
            include_str!("../../frontend/locales/zh-CN/scorecard.ftl"),
            include_str!("../../frontend/locales/zh-CN/scorecard-pages.ftl"),
        ],
    )
});
static ENGLISH: LazyLock<FluentBundle<FluentResource>> = LazyLock::new(|| {
    read(
        Language::English,
        &[
            include_str!("../../frontend/locales/en/answer.ftl"),
            include_str!("../../frontend/locales/en/keys.ftl"),
            include_str!("../../frontend/locales/en/paper.ftl"),
            include_str!("../../frontend/locales/en/progress.ftl"),
            include_str!("../../frontend/locales/en/reminders.ftl"),
            include_str!("../../frontend/locales/en/results.ftl"),
            include_str!("../../frontend/locales/en/rows.ftl"),
            include_str!("../../frontend/locales/en/seal.ftl"),
            include_str!("../../frontend/locales/en/staff.ftl"),
            include_str!("../../frontend/locales/en/scorecard.ftl"),
            include_str!("../../frontend/locales/en/scorecard-pages.ftl"),
        ],
    )
});

/// What cannot be read is left out and named in the log; a test sees to it that everything can.
fn read(language: Language, files: &[&str]) -> FluentBundle<FluentResource> {
    let mut words =
        FluentBundle::new_concurrent(vec![language.tag().parse::<LanguageIdentifier>().unwrap_or_default()]);
    // Marks against mixed writing directions: neither language needs them.
    words.set_use_isolating(false);
    for file in files {
        let resource = FluentResource::try_new((*file).to_owned()).unwrap_or_else(|(part, faults)| {
            tracing::error!(?faults, "a file of words that cannot be read");
            part
        });
        if let Err(faults) = words.add_resource(resource) {
            tracing::error!(?faults, "a key of the words that is there twice");
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_written_as_their_readers_write_them() {
        let date = NaiveDate::from_ymd_opt(2022, 11, 5).unwrap();
        assert_eq!(Language::Chinese.date(date), "2022年11月5日");
        assert_eq!(Language::English.date(date), "5 November 2022");
    }
}
