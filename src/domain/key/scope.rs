//! What keys open.

use std::collections::BTreeSet;

/// Something that a key opens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scope {
    /// Reading surveys: list, questionnaire, scale, weights, state and times.
    SurveysRead,
    /// Making drafts; opening and closing.
    SurveysWrite,
    /// Reading the tree of units.
    UnitsRead,
    /// Adding units, and changing their name, parent and level.
    UnitsWrite,
    /// Adding people to a roster. Never reading one.
    RostersWrite,
    /// Issuing links, which gives the new links and their codes.
    LinksIssue,
    /// Reading how many links there are, and, with a reason, listing everybody's link again with name and contacts.
    LinksRead,
    /// Reading how far a survey is: counts of units and days.
    ProgressRead,
    /// Reading releases, as JSON and as files.
    ResultsRead,
    /// Making releases, leaving units out, taking out rows without names.
    ResultsRelease,
    /// Reading scorecards.
    ScorecardsRead,
    /// Making and changing scorecards.
    ScorecardsWrite,
    /// Reading the audit log.
    AuditRead,
    /// Making a closed survey anonymous for good.
    Seal,
}

impl Scope {
    /// All scopes.
    pub const ALL: [Self; 14] = [
        Self::SurveysRead,
        Self::SurveysWrite,
        Self::UnitsRead,
        Self::UnitsWrite,
        Self::RostersWrite,
        Self::LinksIssue,
        Self::LinksRead,
        Self::ProgressRead,
        Self::ResultsRead,
        Self::ResultsRelease,
        Self::ScorecardsRead,
        Self::ScorecardsWrite,
        Self::AuditRead,
        Self::Seal,
    ];

    /// The word in the database, on the command line and in the API.
    pub const fn name(self) -> &'static str {
        match self {
            Self::SurveysRead => "surveys:read",
            Self::SurveysWrite => "surveys:write",
            Self::UnitsRead => "units:read",
            Self::UnitsWrite => "units:write",
            Self::RostersWrite => "rosters:write",
            Self::LinksIssue => "links:issue",
            Self::LinksRead => "links:read",
            Self::ProgressRead => "progress:read",
            Self::ResultsRead => "results:read",
            Self::ResultsRelease => "results:release",
            Self::ScorecardsRead => "scorecards:read",
            Self::ScorecardsWrite => "scorecards:write",
            Self::AuditRead => "audit:read",
            Self::Seal => "seal",
        }
    }

    /// The scope of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|scope| scope.name() == name)
    }

    /// Whether a key that is bound to a unit may have it: what it opens has to be something that can be cut off
    /// at a unit.
    pub const fn fits_unit(self) -> bool {
        matches!(self, Self::UnitsRead | Self::ProgressRead | Self::RostersWrite)
    }
}

/// The names of scopes, one blank between two, in the order of [`Scope::ALL`].
pub fn names(scopes: &BTreeSet<Scope>) -> String {
    scopes.iter().map(|scope| scope.name()).collect::<Vec<_>>().join(" ")
}

/// The scopes of these names, blanks or commas between them; the first word that is none otherwise.
pub fn scopes(names: &str) -> Result<BTreeSet<Scope>, &str> {
    let words = names.split([' ', ',']).filter(|word| !word.is_empty());
    words.map(|word| Scope::from_name(word).ok_or(word)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_scope_has_a_name_of_its_own() {
        let all: BTreeSet<Scope> = Scope::ALL.into_iter().collect();
        assert_eq!(all.len(), Scope::ALL.len());
        assert_eq!(scopes(&names(&all)), Ok(all));
        assert_eq!(scopes("seal, results:read").map(|scopes| names(&scopes)), Ok("results:read seal".to_owned()));
        assert_eq!(scopes("seal results"), Err("results"));
    }
}
