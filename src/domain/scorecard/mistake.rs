//! What can be wrong with an indicator in a file or on a page, and how to mend it.

use crate::domain::obstacle::{Filling, obstacles};

obstacles! {
    /// A mistake in a scorecard.
    Mistake {
        /// A text where a number belongs.
        NotNumber {
            /// What stands there.
            text: String,
        } => "fault-number" ("“{text}” is no number: write digits with a point, such as 420.00, and no unit or comma");
        /// A number below 0.
        Negative => "fault-negative" ("numbers of a scorecard are never below 0");
        /// Too many decimals.
        Decimals {
            /// How many there may be.
            most: i64,
        } => "fault-decimals" ("at most {most} decimals");
        /// A number that is too high.
        High {
            /// The highest.
            most: i64,
        } => "fault-high" ("at most {most}");
        /// A number that must be above 0.
        Zero => "fault-zero" ("this must be above 0");
        /// A word that is none of those that are known here.
        Choose {
            /// Those that are known.
            known: String,
        } => "fault-choose" ("not known here; use {known}");
        /// A year that is none.
        Year => "fault-year" ("a year from 1990 to 2200");
        /// A cell that indicators of this kind do not have.
        NotHere => "fault-not-here" ("an indicator of this kind has nothing here: leave it empty, or correct the kind");
        /// An indicator at the bottom without a kind.
        NoKind => "fault-no-kind" (
            "nothing stands below this indicator, so it needs a kind: quantitative, qualitative or satisfaction"
        );
        /// An indicator with a kind that has others below it.
        KindAbove => "fault-kind-above" ("other indicators stand below this one: leave its kind and its figures empty");
        /// An indicator above that does not exist.
        NoIndicator {
            /// The code.
            code: String,
        } => "fault-no-indicator" ("there is no indicator “{code}”: add it, or correct the code");
        /// Indicators that do not add up to the one above.
        Weights {
            /// Code and name of the one above.
            above: String,
            /// What they add up to.
            sum: String,
            /// What they should.
            weight: String,
        } => "fault-weights" (
            "the weights directly below “{above}” add up to {sum}, and its own weight is {weight}: correct the one or \
             the others"
        );
        /// Indicators at the top that do not add up to the full marks.
        WeightsAtTop {
            /// What they add up to.
            sum: String,
            /// The full marks.
            weight: String,
        } => "fault-weights-top" ("the weights at the top add up to {sum}; the full marks are {weight}");
        /// A score above the weight.
        AboveWeight {
            /// The weight.
            weight: String,
        } => "fault-above-weight" ("a score is never above the weight, which is {weight}");
        /// A score by hand without a reason.
        NoReason => "fault-no-reason" ("a score by hand needs its reason");
        /// Too many indicators.
        Many {
            /// How many there may be.
            most: i64,
        } => "fault-many" ("a scorecard has at most {most} indicators");
        /// Too many levels.
        Deep {
            /// How many there may be.
            most: i64,
        } => "fault-deep" ("a scorecard has at most {most} levels");
        /// A scorecard without indicators.
        NoIndicators => "fault-no-indicators" ("there is no indicator in this file");
        /// Grades that are not in order.
        Grades => "fault-grades" ("grades begin at falling rates from 100 or less, the last one at 0");
        /// A survey's id that is none.
        NoSurveyId => "fault-survey-id" ("this is no survey id: “fivepoint survey list” shows them");
        /// A release without its survey.
        NoSurvey => "fault-release-alone" ("a number of a release needs its survey");
        /// A survey or a release that does not exist.
        NoRelease => "fault-no-release" ("there is no such release: correct the survey or the number, or make the release first");
        /// A release that does not show this figure.
        NoFigure => "fault-no-figure" (
            "this release shows no results, because too few people answered: the indicator cannot be bound to it"
        );
        /// A text that has to be one line.
        OneLine => "fault-one-line" ("this must be one line of text");
    }
}
