//! What a file of people would do to a roster.

use super::sheets::FIRST;
use crate::domain::roster::Recipient;
use crate::store::intake::Standing;

/// Most people listed who seem to have moved.
pub const LISTED: usize = 100;

/// What a file would do.
#[derive(Default)]
pub struct Plan {
    /// By what the file is asked for.
    pub upload: String,
    /// The first of its people.
    pub first: Vec<Recipient>,
    /// People who are new.
    pub added: usize,
    /// People who are on the roster, by unit and ref.
    pub known: usize,
    /// Those of them for whom the file has another name or phone.
    pub differing: usize,
    /// People without a ref.
    pub without_ref: usize,
    /// People who seem to have moved and can be moved.
    pub moved: usize,
    /// People who seem to have moved and have to stay.
    pub fixed: usize,
    /// The first of those who seem to have moved.
    pub movers: Vec<Mover>,
}

/// Somebody who seems to have moved.
pub struct Mover {
    /// The row of the file.
    pub row: u64,
    /// Who it is, as the file has it.
    pub recipient: Recipient,
    /// The unit on the roster.
    pub from: String,
    /// Whether this person has to stay there.
    pub fixed: bool,
}

impl Plan {
    /// Takes somebody of the file in, who stands so to the roster.
    pub fn add(&mut self, row: u64, recipient: Recipient, standing: Standing) {
        self.without_ref += usize::from(recipient.reference.is_none());
        if self.first.len() < FIRST {
            self.first.push(recipient.clone());
        }
        match standing {
            Standing::New => self.added += 1,
            Standing::Known { differs, .. } => {
                self.known += 1;
                self.differing += usize::from(differs);
            }
            Standing::Moved { from, fixed, .. } => {
                *(if fixed { &mut self.fixed } else { &mut self.moved }) += 1;
                if self.movers.len() < LISTED {
                    self.movers.push(Mover { row, recipient, from, fixed });
                }
            }
        }
    }
}
