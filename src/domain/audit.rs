//! The audit log: what staff did, each row bound to the one before by a mac under the server secret.
//!
//! Rows hold ids, surveys, units and amounts, never a recipient's name, ref, phone, serial or code.

use super::token::Key;
use chrono::{DateTime, Utc};
use uuid::Uuid;

/// What was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    /// An account was made.
    StaffAdded,
    /// An account may not sign in any more.
    StaffDisabled,
    /// An account may sign in again.
    StaffEnabled,
    /// Somebody changed a password, their own or, as admin, another's.
    PasswordChanged,
    /// A second factor was set up.
    SecondFactorSet,
    /// A second factor was taken away.
    SecondFactorRemoved,
    /// Somebody signed in.
    SignedIn,
    /// Somebody signed out.
    SignedOut,
    /// All sign-ins of an account were ended.
    SessionsEnded,
    /// Units were added or changed.
    UnitsImported,
    /// A survey was made.
    SurveyAdded,
    /// A draft was changed.
    SurveyChanged,
    /// Weights were confirmed.
    WeightsConfirmed,
    /// The times at which a survey opens and closes by itself were set.
    DatesSet,
    /// A survey was opened.
    SurveyOpened,
    /// A survey was closed.
    SurveyClosed,
    /// The program opened a survey, as its time had come.
    OpenedAtItsTime,
    /// The program closed a survey, as its time had come.
    ClosedAtItsTime,
    /// People were added to a roster.
    RosterImported,
    /// Somebody on a roster is out of the base, could not be reached, or neither any more.
    DispositionSet,
    /// What is known of people on a roster was corrected: ref, name, phone or unit.
    PersonCorrected,
    /// Somebody was taken off a roster.
    PersonRemoved,
    /// A sample was drawn.
    SampleDrawn,
    /// Links were issued.
    LinksIssued,
    /// A run of issuing took over from one that had not ended; so many links of that one were dropped.
    IssuingTakenOver,
    /// A run of issuing was stopped or failed; so many links it had written were dropped.
    IssuingDropped,
    /// A list of links left the program.
    LinksExported,
    /// Paper questionnaires of a unit left the program, each with the code of its link.
    FormsPrinted,
    /// Somebody looked one link up, which tells whether it is answered.
    LinkLookedUp,
    /// A list of those who have not answered left the program.
    UnansweredExported,
    /// An invitation or a reminder was begun.
    SendingBegun,
    /// It rests, because somebody said so or because the receiver refused it.
    SendingPaused,
    /// It goes on.
    SendingContinued,
    /// It was ended early.
    SendingStopped,
    /// A link was replaced.
    LinkReissued,
    /// A link was taken back.
    LinkRevoked,
    /// The responses of a unit are not counted any more.
    UnitVoided,
    /// The responses of a unit are counted again.
    UnitRestored,
    /// So many paper forms were keyed by a clerk on a day, as the first to do so.
    PaperFirst,
    /// So many as the second.
    PaperSecond,
    /// In so many fields a second entry was not as the first.
    PaperDifferences,
    /// So many paper forms said that somebody does not take part.
    PaperRefusals,
    /// A release was made.
    ReleaseMade,
    /// The anonymous rows of a survey's responses left the program.
    RowsExported,
    /// Refs, names, phones and e-mails of a survey were erased, as was promised.
    ContactsDeleted,
    /// An API key was made; the reason is what it opens.
    KeyAdded,
    /// An API key was taken back.
    KeyRevoked,
    /// A scorecard was made.
    ScorecardAdded,
    /// A scorecard was changed, to the version of that number.
    ScorecardChanged,
    /// An indicator of a scorecard was bound to a release of the survey.
    ScorecardBound,
    /// Somebody asked that a survey be sealed.
    SealAsked,
    /// A request for a seal was withdrawn.
    SealWithdrawn,
    /// Somebody else consented to a seal.
    SealConsented,
    /// A survey was sealed; so many links had been issued.
    SurveySealed,
    /// A backup of the database was written; the reason is its file.
    BackedUp,
    /// The whole database was copied to another for a trial; the reason is where that is.
    DatabaseCopied,
    /// The whole database was moved to another; the reason is where that is.
    DatabaseMoved,
    /// A move was given up: the database from which everything had gone is in service again.
    MoveUndone,
    /// The server secret was changed; the reason is the fingerprint of the new one.
    SecretRotated,
}

impl Act {
    /// All acts.
    pub const ALL: &'static [Self] = &[
        Self::StaffAdded,
        Self::StaffDisabled,
        Self::StaffEnabled,
        Self::PasswordChanged,
        Self::SecondFactorSet,
        Self::SecondFactorRemoved,
        Self::SignedIn,
        Self::SignedOut,
        Self::SessionsEnded,
        Self::UnitsImported,
        Self::SurveyAdded,
        Self::SurveyChanged,
        Self::WeightsConfirmed,
        Self::DatesSet,
        Self::SurveyOpened,
        Self::SurveyClosed,
        Self::OpenedAtItsTime,
        Self::ClosedAtItsTime,
        Self::RosterImported,
        Self::DispositionSet,
        Self::PersonCorrected,
        Self::PersonRemoved,
        Self::SampleDrawn,
        Self::LinksIssued,
        Self::IssuingTakenOver,
        Self::IssuingDropped,
        Self::LinksExported,
        Self::FormsPrinted,
        Self::LinkLookedUp,
        Self::UnansweredExported,
        Self::SendingBegun,
        Self::SendingPaused,
        Self::SendingContinued,
        Self::SendingStopped,
        Self::LinkReissued,
        Self::LinkRevoked,
        Self::UnitVoided,
        Self::UnitRestored,
        Self::PaperFirst,
        Self::PaperSecond,
        Self::PaperDifferences,
        Self::PaperRefusals,
        Self::ReleaseMade,
        Self::RowsExported,
        Self::ContactsDeleted,
        Self::KeyAdded,
        Self::KeyRevoked,
        Self::ScorecardAdded,
        Self::ScorecardChanged,
        Self::ScorecardBound,
        Self::SealAsked,
        Self::SealWithdrawn,
        Self::SealConsented,
        Self::SurveySealed,
        Self::BackedUp,
        Self::DatabaseCopied,
        Self::DatabaseMoved,
        Self::MoveUndone,
        Self::SecretRotated,
    ];

    /// The word in the log, and the key of its words on the page.
    pub const fn name(self) -> &'static str {
        match self {
            Self::StaffAdded => "staff-added",
            Self::StaffDisabled => "staff-disabled",
            Self::StaffEnabled => "staff-enabled",
            Self::PasswordChanged => "password-changed",
            Self::SecondFactorSet => "second-factor-set",
            Self::SecondFactorRemoved => "second-factor-removed",
            Self::SignedIn => "signed-in",
            Self::SignedOut => "signed-out",
            Self::SessionsEnded => "sessions-ended",
            Self::UnitsImported => "units-imported",
            Self::SurveyAdded => "survey-added",
            Self::SurveyChanged => "survey-changed",
            Self::WeightsConfirmed => "weights-confirmed",
            Self::DatesSet => "dates-set",
            Self::SurveyOpened => "survey-opened",
            Self::SurveyClosed => "survey-closed",
            Self::OpenedAtItsTime => "opened-at-its-time",
            Self::ClosedAtItsTime => "closed-at-its-time",
            Self::RosterImported => "roster-imported",
            Self::DispositionSet => "disposition-set",
            Self::PersonCorrected => "person-corrected",
            Self::PersonRemoved => "person-removed",
            Self::SampleDrawn => "sample-drawn",
            Self::LinksIssued => "links-issued",
            Self::IssuingTakenOver => "issuing-taken-over",
            Self::IssuingDropped => "issuing-dropped",
            Self::LinksExported => "links-exported",
            Self::FormsPrinted => "forms-printed",
            Self::LinkLookedUp => "link-looked-up",
            Self::UnansweredExported => "unanswered-exported",
            Self::SendingBegun => "sending-begun",
            Self::SendingPaused => "sending-paused",
            Self::SendingContinued => "sending-continued",
            Self::SendingStopped => "sending-stopped",
            Self::LinkReissued => "link-reissued",
            Self::LinkRevoked => "link-revoked",
            Self::UnitVoided => "unit-voided",
            Self::UnitRestored => "unit-restored",
            Self::PaperFirst => "paper-first",
            Self::PaperSecond => "paper-second",
            Self::PaperDifferences => "paper-differences",
            Self::PaperRefusals => "paper-refusals",
            Self::ReleaseMade => "release-made",
            Self::RowsExported => "rows-exported",
            Self::ContactsDeleted => "contacts-deleted",
            Self::KeyAdded => "key-added",
            Self::KeyRevoked => "key-revoked",
            Self::ScorecardAdded => "scorecard-added",
            Self::ScorecardChanged => "scorecard-changed",
            Self::ScorecardBound => "scorecard-bound",
            Self::SealAsked => "seal-asked",
            Self::SealWithdrawn => "seal-withdrawn",
            Self::SealConsented => "seal-consented",
            Self::SurveySealed => "survey-sealed",
            Self::BackedUp => "backed-up",
            Self::DatabaseCopied => "database-copied",
            Self::DatabaseMoved => "database-moved",
            Self::MoveUndone => "move-undone",
            Self::SecretRotated => "secret-rotated",
        }
    }

    /// Whether only the program itself does it, when it is due.
    pub const fn is_due(self) -> bool {
        matches!(
            self,
            Self::OpenedAtItsTime
                | Self::ClosedAtItsTime
                | Self::ContactsDeleted
                | Self::PaperFirst
                | Self::PaperSecond
                | Self::PaperDifferences
                | Self::PaperRefusals
                | Self::SurveySealed
        )
    }

    /// The act of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|act| act.name() == name)
    }
}

/// One row, without its place in the chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// When, to the second.
    pub at: DateTime<Utc>,
    /// Who, by the id of an account or of an API key; nobody for the command line, whose user the machine knows,
    /// and for what the program does when it is due.
    pub staff: Option<Uuid>,
    /// What, as [`Act::name`].
    pub act: String,
    /// On which survey.
    pub survey: Option<Uuid>,
    /// In which unit.
    pub unit: Option<String>,
    /// On whose account, or on which API key or scorecard.
    pub subject: Option<Uuid>,
    /// How many.
    pub amount: Option<i64>,
    /// Why, where a reason is asked for.
    pub reason: Option<String>,
}

impl Row {
    /// The mac of this row as number `number` after a row with mac `before`.
    pub fn mac(&self, key: &Key, number: i64, before: &[u8]) -> [u8; 32] {
        key.audit_mac(before, &self.bytes(number))
    }

    /// This row as number `number`, as one row of bytes that no other row has.
    pub fn bytes(&self, number: i64) -> Vec<u8> {
        let id = |id: Option<Uuid>| id.map(|id| id.as_bytes().to_vec());
        let text = |text: &Option<String>| text.as_ref().map(|text| text.as_bytes().to_vec());
        let fields = [
            Some(self.at.timestamp().to_be_bytes().to_vec()),
            id(self.staff),
            Some(self.act.as_bytes().to_vec()),
            id(self.survey),
            text(&self.unit),
            id(self.subject),
            self.amount.map(|amount| amount.to_be_bytes().to_vec()),
            text(&self.reason),
        ];
        // Each field with its length before it, and a sign whether it is there: no two rows read alike.
        let mut bytes = number.to_be_bytes().to_vec();
        for field in &fields {
            bytes.push(u8::from(field.is_some()));
            let field = field.as_deref().unwrap_or_default();
            bytes.extend(u64::try_from(field.len()).unwrap_or(u64::MAX).to_be_bytes());
            bytes.extend(field);
        }
        bytes
    }
}

#[cfg(test)]
mod tests {
    use super::super::token::Secret;
    use super::*;

    #[test]
    fn a_field_moved_to_its_neighbour_changes_the_mac() {
        let secret = Secret::new("a secret for tests, long enough for it").unwrap();
        let secret = secret.key(secret.fingerprints().next().unwrap()).unwrap();
        let row = Row {
            at: DateTime::UNIX_EPOCH,
            staff: None,
            act: "links-exported".to_owned(),
            survey: None,
            unit: Some("x".to_owned()),
            subject: None,
            amount: None,
            reason: None,
        };
        let moved = Row { unit: None, reason: Some("x".to_owned()), ..row.clone() };
        assert_ne!(row.mac(secret, 1, &[]), moved.mac(secret, 1, &[]));
        assert_ne!(row.mac(secret, 1, &[]), row.mac(secret, 2, &[]));
        assert_ne!(row.mac(secret, 1, &[]), row.mac(secret, 1, &[0]));
    }

    #[test]
    fn acts_have_names_of_their_own() {
        let names: std::collections::HashSet<_> = Act::ALL.iter().map(|act| act.name()).collect();
        assert_eq!(names.len(), Act::ALL.len());
    }
}
