//! A link's life: one recipient, one survey, one answer.

/// Where a link stands. `Expired` is a waiting or started link of a survey that is no longer open;
/// it follows from the survey's state and is stored nowhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum LinkState {
    /// Issued, nothing done with it.
    Waiting,
    /// The person pressed start.
    Started,
    /// The answer is recorded.
    Submitted,
    /// The person chose 我不参加.
    Declined,
    /// Taken back by staff.
    Revoked,
}

impl LinkState {
    /// All states, in the order of a link's life.
    pub const ALL: [Self; 5] = [Self::Waiting, Self::Started, Self::Submitted, Self::Declined, Self::Revoked];

    /// The word in the database and in the API.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Started => "started",
            Self::Submitted => "submitted",
            Self::Declined => "declined",
            Self::Revoked => "revoked",
        }
    }

    /// The state of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.name() == name)
    }

    /// The state after an act of the person who holds the link, while the survey is open.
    ///
    /// An act whose effect is already there succeeds again: a reply lost on the way back is the
    /// normal case on a phone.
    pub fn after(self, act: Act) -> Result<Self, Refusal> {
        match (self, act) {
            (Self::Revoked, _) => Err(Refusal::Revoked),
            (Self::Submitted, Act::Decline) => Err(Refusal::Submitted),
            (Self::Submitted, _) => Ok(Self::Submitted),
            (Self::Declined, Act::Submit | Act::Start) => Err(Refusal::Declined),
            (Self::Declined, Act::Resume) => Ok(Self::Waiting),
            (_, Act::Submit) => Ok(Self::Submitted),
            (_, Act::Start) => Ok(Self::Started),
            (_, Act::Decline) => Ok(Self::Declined),
            (state, Act::Resume) => Ok(state),
        }
    }
}

/// What the person who holds a link can do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    /// Press start.
    Start,
    /// Send the answer.
    Submit,
    /// 我不参加.
    Decline,
    /// Undo a decline.
    Resume,
}

impl Act {
    /// The name of the act, as the field `action` carries it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Start => "start",
            Self::Submit => "submit",
            Self::Decline => "decline",
            Self::Resume => "resume",
        }
    }

    /// The act of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Start, Self::Submit, Self::Decline, Self::Resume].into_iter().find(|act| act.name() == name)
    }
}

/// Why an act is refused although the link is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The survey has not opened yet.
    NotOpen,
    /// The survey is closed.
    Closed,
    /// The link was taken back.
    Revoked,
    /// A newer link was issued in its place.
    Replaced,
    /// The person declined; to be resumed first.
    Declined,
    /// The answer is already recorded, and a recorded answer cannot be found again to withdraw it.
    Submitted,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn repeating_an_act_changes_nothing() {
        for state in LinkState::ALL {
            for act in [Act::Start, Act::Submit, Act::Decline, Act::Resume] {
                if let Ok(next) = state.after(act) {
                    assert_eq!(next.after(act), Ok(next), "{state:?} {act:?}");
                }
            }
        }
    }

    #[test]
    fn an_answer_is_never_undone() {
        assert_eq!(LinkState::Submitted.after(Act::Decline), Err(Refusal::Submitted));
        assert_eq!(LinkState::Submitted.after(Act::Resume), Ok(LinkState::Submitted));
        assert_eq!(LinkState::Submitted.after(Act::Start), Ok(LinkState::Submitted));
    }

    #[test]
    fn a_refusal_holds_until_it_is_resumed() {
        assert_eq!(LinkState::Declined.after(Act::Submit), Err(Refusal::Declined));
        assert_eq!(LinkState::Declined.after(Act::Resume), Ok(LinkState::Waiting));
    }
}
