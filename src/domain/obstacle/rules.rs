//! Which rule forbids an act.

use super::{Change, Filling, obstacles};
use crate::domain::staff::Role;
use crate::domain::survey::SurveyState;
use uuid::Uuid;

obstacles! {
    /// A rule that forbids an act.
    Obstacle {
        /// Only a draft can be changed.
        NotDraft {
            /// Where the survey stands.
            state: SurveyState,
        } => "refused-not-draft" ("only a draft can be changed; this survey is {}", .state.name());
        /// Only a draft can be opened.
        NotDraftToOpen {
            /// Where the survey stands.
            state: SurveyState,
        } => "refused-not-opened" ("only a draft can be opened; this survey is {}", .state.name());
        /// Only an open survey can be closed.
        NotOpen {
            /// Where the survey stands.
            state: SurveyState,
        } => "refused-not-closed" ("only an open survey can be closed; this one is {}", .state.name());
        /// Only a closed survey has results.
        NotClosed {
            /// Where the survey stands.
            state: SurveyState,
        } => "refused-no-results" ("results exist only for a closed survey; this one is {}", .state.name());
        /// The sample is drawn, or links are issued.
        DesignFixed => "refused-design" ("who is asked cannot be changed any more: the sample is drawn, or links are issued");
        /// The weights of an open survey stay as they are.
        WeightsFrozen => "frozen-text" ("the weights are frozen: the survey is no longer a draft");
        /// Nobody stands for all weights.
        Unconfirmed {
            /// The survey.
            id: Uuid,
            /// The options.
            options: String,
        } => "refused-unconfirmed" (
            "nobody has confirmed the weights of {options}: an evaluator has to stand for them \
             (fivepoint survey open {id} --confirm-weights, or confirmed = true in the file)"
        );
        /// The survey would be closed as soon as it is open.
        ClosingPast => "closes-past" ("its closing time is past: move it, or take it away, before you open the survey");
        /// Only the closing time of an open survey can be moved.
        OnlyClosing => "refused-only-closing" ("the survey is open: only its closing time can be moved");
        /// The times of a closed survey are what they were.
        DatesOver => "dates-frozen" ("the survey is over: its times are what they were");
        /// A time that is set lies in the future.
        DatePast => "wrong-past" ("a time that is set lies in the future");
        /// A survey closes after it has opened.
        DatesOrder => "wrong-order" ("a survey closes after it has opened");
        /// Lists of those who have not answered leave only while the survey is open.
        NotOpenNow => "export-unanswered-closed" ("the survey is not open");
        /// No message can be sent now.
        NothingToSend => "refused-send" ("nothing can be sent now: please look again");
        /// A sending was paused, continued or ended meanwhile.
        SendingChanged => "refused-sending" ("it has changed meanwhile: please look again");
        /// Somebody else has changed it since it was looked at.
        ChangedMeanwhile => "refused-meanwhile" ("somebody has changed it meanwhile: please look again");
        /// The roster of a closed survey is what it was.
        RosterFrozen {
            /// Where the survey stands.
            state: SurveyState,
        } => "roster-closed" ("the survey is {}: its roster cannot be changed", .state.name());
        /// What is said of somebody is nothing that can be said.
        NoDisposition => "choose" ("choose what is known of this person");
        /// No sample is drawn for a closed survey.
        DrawClosed => "refused-draw-closed" ("the survey is closed: no sample can be drawn for it");
        /// A sample is drawn once.
        DrawnAlready => "refused-drawn" ("the sample of this survey is drawn already");
        /// A sample is drawn before links are issued.
        DrawTooLate => "draw-too-late" ("links of this survey are issued already: a sample is drawn before that");
        /// There is nobody who could be drawn.
        NobodyToDraw => "issue-no-roster" ("there is nobody on the roster who could be drawn");
        /// The design of the survey draws in another way, or not at all.
        OtherDesign => "refused-draw-design" ("this is not how the survey's design draws a sample");
        /// The numbers for the draw cannot be counted with.
        DrawNumbers => "draw-wrong" ("the margin is 0.5 to 20, and at least 30 % of the counties are drawn");
        /// The sample is to be drawn before links are issued.
        DrawFirst => "draw-first" ("draw the sample first");
        /// The roster is still being imported.
        IntakeRunning => "issue-intake" ("the roster is being imported: links are issued when that has ended");
        /// Links are still being issued.
        IssuingRunning => "person-issuing" ("links are being issued: wait until that has ended");
        /// Another import has taken over.
        ImportedElsewhere => "intake-taken-over" (
            "another import of this roster has begun: nobody new of this one was kept"
        );
        /// Everybody has a link.
        NobodyToIssue => "issue-nobody" ("everybody who is to get a link has one");
        /// No links are issued for a closed survey.
        IssueClosed {
            /// Where the survey stands.
            state: SurveyState,
        } => "issue-closed" ("the survey is {}: no links can be issued for it", .state.name());
        /// Another run has taken over.
        IssuedElsewhere => "run-taken-over" ("another run has begun to issue links for this survey: nothing of this one was kept");
        /// A sealed survey has no links.
        Sealed => "refused-sealed" ("a sealed survey has no links");
        /// The links of a closed survey stay as they are.
        LinksFrozen {
            /// Where the survey stands.
            state: SurveyState,
            /// What was to be done.
            change: Change,
        } => "issue-closed" ("the survey is {}: its links cannot be {}", .state.name(), .change.name());
        /// An answered link stays as it is.
        LinkAnswered {
            /// What was to be done.
            change: Change,
        } => "one-answered" ("this link is answered: it cannot be {}", .change.name());
        /// A link that was taken back is not replaced.
        LinkRevoked => "one-revoked" ("this link was taken back: it cannot be reissued");
        /// There are no more codes for this person.
        ReissuedTooOften => "refused-too-often" ("reissued too often");
        /// Responses are voided once the survey is closed.
        VoidTooEarly => "refused-void-early" ("responses can be voided once the survey is closed");
        /// Nothing of a sealed survey changes.
        VoidTooLate => "refused-void-late" ("the survey is sealed: nothing of it changes any more");
        /// The unit is voided.
        VoidedAlready => "refused-voided" ("the responses of this unit are voided already");
        /// The unit is not voided.
        NotVoided => "refused-not-voided" ("the responses of this unit are not voided");
        /// The unit has no responses.
        NothingToVoid => "refused-nothing-to-void" ("this unit has no responses that could be voided");
        /// The difference to a release before would be about a few people.
        SmallDifference {
            /// The name of the unit where it would; `none` for everybody together.
            unit: String,
            /// Fewest people a difference may be about.
            least: i64,
        } => "refused-difference" (
            "against a release before it, the base of “{unit}” would change by fewer than {least} people: the \
             difference of the two would be about these few. Void or restore more units below it, or leave it as it is"
        );
        /// A survey is compared with another one.
        SameSurvey => "refused-same-survey" ("a survey cannot be compared with itself");
        /// All rows together are a few people, or all of them said the same.
        RowsTooAlike {
            /// Fewest people who may have anything in common.
            least: i64,
        } => "refused-rows" (
            "fewer than {least} people answered, or all of them the same: their answers cannot leave the program"
        );
        /// What another release leaves out could be seen in the rows.
        RowsAreOut => "refused-rows-out" (
            "the responses of this survey have left the program as rows: nothing more can be voided, restored or \
             released"
        );
        /// A reason is missing, or too long.
        NoReason {
            /// Characters of the longest.
            most: i64,
        } => "reason-missing" ("say in 1 to {most} characters why the list is needed");
        /// More slips than are printed at once.
        TooManySlips {
            /// How many are.
            most: i64,
        } => "slips-many" ("at most {most} slips are printed at once");
        /// Accounts of this role belong to a unit.
        NeedsUnit {
            /// The role.
            role: Role,
        } => "unit-missing" ("a {} belongs to a unit: say which", .role.name());
        /// Accounts of this role belong to no unit.
        NoUnit {
            /// The role.
            role: Role,
        } => "refused-no-unit" ("an account of the role {} belongs to no unit", .role.name());
        /// There is an account of that name.
        NameTaken {
            /// The name.
            name: String,
        } => "refused-name-taken" ("there is an account “{name}” already");
        /// Nobody disables or resets themselves.
        Oneself => "not-oneself" ("your own account cannot be disabled or reset by yourself");
        /// A key needs a name.
        KeyName => "key-name-wrong" ("the name of a key has 2 to 64 characters, none of them invisible");
        /// There is a key of that name.
        KeyNameTaken {
            /// The name.
            name: String,
        } => "key-name-taken" ("there is a key “{name}” already: choose another name, or revoke that one first");
        /// A key opens something.
        KeyScopeless => "key-scopeless" ("say what the key is to open: at least one scope");
        /// What a key that is bound to a unit may not open.
        KeyTooWide {
            /// The scopes.
            scopes: String,
        } => "key-too-wide" (
            "a key that is bound to a unit cannot open {scopes}: only units:read, progress:read and rosters:write"
        );
        /// A key has a last day.
        KeyExpiry => "key-expiry-wrong" ("the last day of a key is today or later, and at most two years from now");
        /// Keys belong to evaluators.
        KeyAccount {
            /// The name of the account.
            name: String,
        } => "key-account-wrong" ("keys belong to evaluators whose account is not disabled; “{name}” is none");
        /// Somebody else's key.
        KeyOfAnother => "key-of-another" ("this key is somebody else's: they or an admin can revoke it");
        /// More keys than are kept.
        TooManyKeys {
            /// How many are.
            most: i64,
        } => "key-too-many" ("at most {most} keys work at the same time: revoke one that is not needed");
        /// This is not what an indicator of that kind is given.
        OtherKind {
            /// Its code.
            code: String,
            /// Its kind.
            kind: String,
        } => "refused-indicator-kind" ("the indicator “{code}” is {kind}: it is not scored in this way");
        /// A release without results.
        NoFigure => "refused-no-figure" (
            "this release shows no results, because too few people answered: nothing can be bound to it"
        );
        /// Only a closed survey is sealed.
        SealNotClosed {
            /// Where the survey stands.
            state: SurveyState,
        } => "seal-not-closed" ("only a closed survey can be sealed; this one is {}", .state.name());
        /// A survey without a release would end without results.
        SealNoRelease => "seal-no-release" (
            "make the release first: nothing can be released once the survey is sealed"
        );
        /// Units were voided or restored since the last release.
        SealNewVoids => "seal-new-voids" (
            "units were voided or restored after the last release: make another one, nothing can be released once the \
             survey is sealed"
        );
        /// Whoever asked cannot consent.
        SealSamePerson => "seal-same-person" ("somebody else than the one who asked has to consent");
        /// There is no request that could be consented to or withdrawn.
        SealNotAsked => "seal-not-asked" ("nobody has asked to seal this survey, or the request has lapsed");
        /// The seal has begun: nothing holds it up, and nothing changes or leaves any more.
        BeingSealed => "seal-begun" ("the survey is being sealed: nothing of it is changed or handed out any more");
        /// The survey is sealed.
        SealedAlready => "seal-done" ("the survey is sealed already");
        /// What was asked for with this Idempotency-Key is being done.
        IdempotencyKeyInUse => "key-in-use" (
            "what was asked for with this Idempotency-Key is being done: ask again in a moment"
        );
    }
}
