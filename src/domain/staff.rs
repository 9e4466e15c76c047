//! Who works at the desk, and who may do what. The table of rights is here and nowhere else.

use super::unit::Tree;
use uuid::Uuid;

/// What somebody is at the desk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Keeps the accounts; sees no roster and no result.
    Admin,
    /// 评价人员: owns the surveys, from the questionnaire to the results.
    Evaluator,
    /// 县区残联: sees counts of its unit and the units below it, nothing else.
    Monitor,
    /// 录入员: keys paper forms of its units, sees nothing else.
    Clerk,
}

impl Role {
    /// All roles.
    pub const ALL: [Self; 4] = [Self::Admin, Self::Evaluator, Self::Monitor, Self::Clerk];

    /// The word in the database and on the command line.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Admin => "admin",
            Self::Evaluator => "evaluator",
            Self::Monitor => "monitor",
            Self::Clerk => "clerk",
        }
    }

    /// The role of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.name() == name)
    }

    /// Whether somebody in this role belongs to a unit and works only there and below.
    pub const fn is_bound(self) -> bool {
        matches!(self, Self::Monitor | Self::Clerk)
    }

    /// Whether the role may.
    pub fn may(self, right: Right) -> bool {
        right.roles().contains(&self)
    }
}

/// Something that not everybody at the desk may do. A handler asks for one in its signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Right {
    /// One's own password, second factor and sign-ins.
    OwnAccount,
    /// Accounts of others.
    Accounts,
    /// The audit log.
    Audit,
    /// The tree of units.
    Units,
    /// Surveys: drafts, opening, closing.
    Surveys,
    /// Rosters, draws, links and printed slips.
    Links,
    /// What stands out in the forms of a unit, and voiding them.
    Signals,
    /// What came of a survey, and releasing it.
    Results,
    /// Keying paper forms.
    Paper,
    /// How far surveys are: numbers of links, within one's scope.
    Progress,
    /// API keys: seeing all, taking back one's own, or as admin any.
    Keys,
    /// Making an API key, which can do for oneself what an evaluator may.
    OwnKeys,
    /// Scorecards of evaluations.
    Scorecards,
}

impl Right {
    /// All rights.
    pub const ALL: [Self; 13] = [
        Self::OwnAccount,
        Self::Accounts,
        Self::Audit,
        Self::Units,
        Self::Surveys,
        Self::Links,
        Self::Signals,
        Self::Results,
        Self::Paper,
        Self::Progress,
        Self::Keys,
        Self::OwnKeys,
        Self::Scorecards,
    ];

    /// The table of rights.
    pub const fn roles(self) -> &'static [Role] {
        match self {
            Self::OwnAccount => &Role::ALL,
            Self::Accounts => &[Role::Admin],
            Self::Audit => &[Role::Admin, Role::Evaluator],
            Self::Units => &[Role::Admin, Role::Evaluator],
            Self::Surveys | Self::Links | Self::Signals | Self::Results => &[Role::Evaluator],
            // Whoever counts the answers does not type them.
            Self::Paper => &[Role::Clerk],
            Self::Progress => &[Role::Evaluator, Role::Monitor],
            Self::Keys => &[Role::Admin, Role::Evaluator],
            // An admin sees no result, so makes nothing that does.
            Self::OwnKeys => &[Role::Evaluator],
            Self::Scorecards => &[Role::Evaluator],
        }
    }
}

/// The units somebody may know of.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Scope {
    /// All of them.
    Everything,
    /// This unit and all below it.
    Below(String),
}

impl Scope {
    /// Whether the unit of that code is within.
    pub fn holds(&self, unit: &str, tree: &Tree) -> bool {
        match self {
            Self::Everything => true,
            Self::Below(top) => tree.is_within(unit, top),
        }
    }
}

/// Somebody with an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Staff {
    /// The id that the audit log keeps.
    pub id: Uuid,
    /// The name to sign in with.
    pub name: Name,
    /// What this person is.
    pub role: Role,
    /// The unit of a monitor or clerk.
    pub unit: Option<String>,
    /// How often the second factor was set up; none where it is not in use.
    pub second_factor: Option<u32>,
    /// May not sign in any more.
    pub disabled: bool,
}

impl Staff {
    /// The units this person may know of.
    pub fn scope(&self) -> Scope {
        self.unit.clone().map_or(Scope::Everything, Scope::Below)
    }
}

/// The name of an account: 2 to 64 letters, digits and `. _ - @`, in one writing.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Name(String);

impl Name {
    /// Reads a name; capital letters are small ones. The error says what a name is.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        let name = text.trim().to_lowercase();
        let fine = |c: char| c.is_alphanumeric() || matches!(c, '.' | '_' | '-' | '@');
        if (2..=64).contains(&name.chars().count()) && name.chars().all(fine) {
            Ok(Self(name))
        } else {
            Err("a name has 2 to 64 letters, digits or . _ - @")
        }
    }

    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Display for Name {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// Fewest characters of a password. Length is what counts (NIST SP 800-63B); no rule asks for signs.
pub const SHORTEST_PASSWORD: usize = 10;

/// Most bytes of a password: more is work for the hash and no more safety.
pub const LONGEST_PASSWORD: usize = 256;

/// Why a password is none, if it is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WeakPassword {
    /// Shorter than [`SHORTEST_PASSWORD`].
    Short,
    /// Longer than [`LONGEST_PASSWORD`].
    Long,
    /// The name of the account is in it, or it is one character again and again.
    Guessable,
}

/// Checks a new password of that account.
pub fn check_password(password: &str, name: &Name) -> Result<(), WeakPassword> {
    if password.chars().count() < SHORTEST_PASSWORD {
        return Err(WeakPassword::Short);
    }
    if password.len() > LONGEST_PASSWORD {
        return Err(WeakPassword::Long);
    }
    let mut characters = password.chars();
    let first = characters.next();
    if characters.all(|c| Some(c) == first) || password.to_lowercase().contains(name.as_str()) {
        return Err(WeakPassword::Guessable);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_monitor_may_watch_and_a_clerk_key_and_nothing_else() {
        let rights = |role: Role| Right::ALL.into_iter().filter(|right| role.may(*right)).collect::<Vec<_>>();
        assert_eq!(rights(Role::Monitor), [Right::OwnAccount, Right::Progress]);
        assert_eq!(rights(Role::Clerk), [Right::OwnAccount, Right::Paper]);
    }

    #[test]
    fn who_counts_does_not_key() {
        assert_eq!(Right::Paper.roles(), [Role::Clerk]);
    }

    #[test]
    fn names_are_written_in_one_way() {
        assert_eq!(Name::parse(" Zhang.San ").unwrap().as_str(), "zhang.san");
        assert_eq!(Name::parse("张三").unwrap().as_str(), "张三");
        for wrong in ["", "x", "a b", "a/b", &"a".repeat(65)] {
            assert!(Name::parse(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_password_is_long_and_not_the_name() {
        let name = Name::parse("zhang").unwrap();
        assert_eq!(check_password("short", &name), Err(WeakPassword::Short));
        assert_eq!(check_password(&"a".repeat(12), &name), Err(WeakPassword::Guessable));
        assert_eq!(check_password("Zhang-2022-x", &name), Err(WeakPassword::Guessable));
        assert_eq!(check_password("十个字也是一个好密码吧", &name), Ok(()));
    }
}
