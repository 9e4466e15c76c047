//! What is not there.

use super::{Filling, obstacles};
use uuid::Uuid;

obstacles! {
    /// What was asked for and is not there.
    Missing {
        /// A survey.
        Survey {
            /// Its id.
            id: Uuid,
        } => "missing-survey" ("there is no survey {id}: see “fivepoint survey list”");
        /// A unit.
        Unit {
            /// Its code.
            code: String,
        } => "missing-unit" ("there is no unit “{code}”");
        /// An account.
        Account => "missing-account" ("there is no such account");
        /// An account, by its name.
        AccountNamed {
            /// The name.
            name: String,
        } => "missing-account-named" ("there is no account “{name}”: see “fivepoint staff list”");
        /// The progress of a survey or unit, for whoever asks.
        Progress => "missing-progress" ("there is no progress to be seen here");
        /// A link.
        Link => "missing-link" ("there is no such link, or it was replaced");
        /// A survey that a clerk could key paper forms for.
        PaperSurvey => "paper-no-survey" ("there is no such survey with links among yours");
        /// A link that a clerk could key a paper form for.
        PaperLink => "paper-unknown" ("there is no such link among yours");
        /// A release of a survey.
        Release => "missing-release" ("there is no such release");
        /// Somebody on a roster.
        Place => "one-nobody" ("there is nobody in this place of the roster");
        /// An API key.
        Key => "missing-key" ("there is no such key: see “fivepoint key list”");
        /// A scorecard.
        Scorecard {
            /// Its id.
            id: Uuid,
        } => "missing-scorecard" ("there is no scorecard {id}: see “fivepoint scorecard list”");
        /// A version of a scorecard.
        ScorecardVersion => "missing-scorecard-version" ("there is no such version of the scorecard");
        /// An indicator of a scorecard.
        Indicator {
            /// Its code.
            code: String,
        } => "missing-indicator" ("there is no indicator “{code}” in this scorecard");
    }
}
