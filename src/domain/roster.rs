//! The roster: the recipients to be invited, read from a CSV as a stream.

use super::fault::{Faults, Message};
use super::sheet::{self, Reading};
use super::unit::Tree;
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::fmt;
use std::hash::{BuildHasher, RandomState};
use std::io::{self, Read};

/// One recipient to be invited. Only the unit is needed; the rest is contact data, which the program
/// forgets after the survey.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Recipient {
    /// Code of the unit that cares for the person.
    pub unit: String,
    /// The federation's own number for the person; a roster given again adds nobody twice by it.
    pub reference: Option<String>,
    /// Name, for the slip.
    pub name: Option<String>,
    /// Phone, for the SMS platform.
    pub phone: Option<String>,
    /// E-mail, for those who have no phone or where there is no SMS platform.
    pub email: Option<String>,
}

impl fmt::Debug for Recipient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Recipient(…)")
    }
}

/// Why somebody on the roster does not answer, as staff found out (AAPOR).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Disposition {
    /// Moved away or died before the survey opened: leaves the base.
    Ineligible,
    /// Could not be reached: stays in the base.
    NonContact,
}

impl Disposition {
    /// The word in the database.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Ineligible => "ineligible",
            Self::NonContact => "non_contact",
        }
    }

    /// The disposition of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Ineligible, Self::NonContact].into_iter().find(|one| one.name() == name)
    }
}

/// Most characters of a ref.
pub const LONGEST_REF: usize = 64;
/// Most characters of a name.
pub const LONGEST_NAME: usize = 100;
/// Most characters of a phone number.
pub const LONGEST_PHONE: usize = 40;
/// Most characters of an e-mail address.
pub const LONGEST_EMAIL: usize = 200;

/// The columns of a roster file.
const COLUMNS: [sheet::Column; 5] = [
    sheet::Column { name: "unit", also: &["单位", "单位代码"], required: true },
    sheet::Column { name: "ref", also: &["编号", "服务对象编号"], required: false },
    sheet::Column { name: "name", also: &["姓名"], required: false },
    sheet::Column { name: "phone", also: &["电话", "手机", "手机号"], required: false },
    sheet::Column { name: "email", also: &["邮箱", "电子邮件", "电子邮箱"], required: false },
];

/// A roster that was found good.
pub struct Checked {
    /// How many recipients are on it.
    pub count: u64,
    hasher: RandomState,
    /// Hashes of the refs that stand on it more than once, in order.
    repeated: Vec<u64>,
}

impl Checked {
    /// Whether that ref, which is on the roster, stands there in one row only. May say no where it should say
    /// yes: for one ref in billions.
    pub fn is_alone(&self, reference: &str) -> bool {
        self.repeated.binary_search(&self.hasher.hash_one(reference)).is_err()
    }
}

/// Checks a whole roster; an error lists all mistakes. A row with a ref costs 24 bytes of memory, for finding
/// it again.
pub fn check(file: impl Read, units: &Tree) -> Result<Checked, Reading> {
    let mut seen: Vec<(u64, u32)> = Vec::new();
    let mut references: Vec<u64> = Vec::new();
    let hasher = RandomState::new();
    let mut faults = Faults::default();
    let mut column = 2;
    let count = read_rows(file, units, &mut faults, |(row, place), _, recipient| {
        column = place;
        if let Some(reference) = &recipient.reference {
            seen.push((hasher.hash_one((&recipient.unit, reference)), u32::try_from(row).unwrap_or(u32::MAX)));
            references.push(hasher.hash_one(reference.as_str()));
        }
        Ok(())
    })?;
    seen.sort_unstable();
    let mut first = None;
    for pair in &seen {
        match first {
            Some((hash, row)) if hash == pair.0 => {
                faults.add(u64::from(pair.1), column, "ref", Message::PersonAgain(u64::from(row)));
            }
            _ => first = Some(*pair),
        }
    }
    references.sort_unstable();
    let again = |pair: &[u64]| pair.first().filter(|first| pair.last() == Some(first)).copied();
    let mut repeated: Vec<u64> = references.windows(2).filter_map(again).collect();
    repeated.dedup();
    Ok(faults.or(Checked { count, hasher, repeated })?)
}

/// Reads a roster row by row and hands each recipient to `each` with the number of the row, in constant memory. The file is one that
/// [`check`] found good; if it is not any more, an error ends the reading.
pub fn read(
    file: impl Read,
    units: &Tree,
    mut each: impl FnMut(u64, Recipient) -> io::Result<()>,
) -> Result<u64, Reading> {
    let mut faults = Faults::default();
    let each = |(row, _), good: bool, recipient| if good { each(row, recipient) } else { Ok(()) };
    let count = read_rows(file, units, &mut faults, each)?;
    Ok(faults.or(count)?)
}

/// Reads the rows. Each goes to `each` with its number and the column of its ref, and whether everything was good up
/// to it.
fn read_rows(
    file: impl Read,
    units: &Tree,
    faults: &mut Faults,
    mut each: impl FnMut((u64, u64), bool, Recipient) -> io::Result<()>,
) -> Result<u64, Reading> {
    let mut count = 0;
    sheet::read(file, &COLUMNS, faults, |row, faults| {
        let recipient = judge(row.cells(), units, |index, field, message| {
            faults.add(row.number(), row.column(index), field, message);
        });
        count += 1;
        each((row.number(), row.column(1)), faults.is_empty(), recipient)
    })?;
    if count == 0 && faults.is_empty() {
        faults.add(2, 1, "roster", Message::Nobody);
    }
    Ok(count)
}

/// What a row says of somebody: unit, ref, name, phone and e-mail. What is wrong is told with the place in the row.
fn judge(cells: [&str; 5], units: &Tree, mut wrong: impl FnMut(usize, &'static str, Message)) -> Recipient {
    let [unit, reference, name, phone, email] = cells;
    if unit.is_empty() {
        wrong(0, "unit", Message::Missing("the unit’s code"));
    } else if units.get(unit).is_none() {
        wrong(0, "unit", Message::NoUnit(unit.to_owned()));
    }
    let lengths = [
        (1, "ref", reference, LONGEST_REF),
        (2, "name", name, LONGEST_NAME),
        (3, "phone", phone, LONGEST_PHONE),
        (4, "email", email, LONGEST_EMAIL),
    ];
    for (index, field, text, most) in lengths {
        if text.chars().count() > most {
            wrong(index, field, Message::Long(most));
        }
    }
    if !email.is_empty() && !is_email(email) {
        wrong(4, "email", Message::NoEmail);
    }
    let given = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    let (reference, name, phone, email) = (given(reference), given(name), given(phone), given(email));
    Recipient { unit: unit.to_owned(), reference, name, phone, email }
}

/// Checks a list of people that is no file: each as a row of a file would be, the first as row 1. Gives them with
/// whether the ref stands in no other row; an error lists all mistakes.
pub fn check_list(people: Vec<Recipient>, units: &Tree) -> Result<Vec<(Recipient, bool)>, Faults> {
    let mut faults = Faults::default();
    let (mut seen, mut refs, mut checked) = (HashMap::new(), HashMap::<String, u32>::new(), Vec::new());
    for (row, person) in (1_u64..).zip(people) {
        let Recipient { unit, reference, name, phone, email } = person;
        let cells = [Some(unit), reference, name, phone, email].map(|cell| cell.unwrap_or_default().trim().to_owned());
        for ((index, cell), field) in (1_u64..).zip(&cells).zip(COLUMNS.map(|column| column.name)) {
            if cell.chars().any(char::is_control) {
                faults.add(row, index, field, Message::Control);
            }
        }
        let person = judge(cells.each_ref().map(String::as_str), units, |index, field, message| {
            faults.add(row, u64::try_from(index).unwrap_or(0) + 1, field, message);
        });
        if let Some(reference) = &person.reference {
            *refs.entry(reference.clone()).or_default() += 1;
            match seen.entry((person.unit.clone(), reference.clone())) {
                Entry::Occupied(first) => faults.add(row, 2, "ref", Message::PersonAgain(*first.get())),
                Entry::Vacant(first) => drop(first.insert(row)),
            }
        }
        checked.push(person);
    }
    if checked.is_empty() {
        faults.add(1, 1, "people", Message::Nobody);
    }
    let alone = |person: &Recipient| person.reference.as_ref().is_some_and(|one| refs.get(one) == Some(&1));
    let checked = checked.into_iter().map(|person| (alone(&person), person)).map(|(alone, person)| (person, alone));
    faults.or(checked.collect())
}

/// Whether a text looks like an e-mail address that mail servers everywhere take: ASCII, one “@”, a domain with
/// a dot.
pub fn is_email(text: &str) -> bool {
    let local = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+/=?^_`{|}~-.".contains(c);
    let part = |label: &str| {
        let good = |c: char| c.is_ascii_alphanumeric() || c == '-';
        !label.is_empty() && !label.starts_with('-') && !label.ends_with('-') && label.chars().all(good)
    };
    let Some((name, domain)) = text.split_once('@') else { return false };
    let dots = !name.starts_with('.') && !name.ends_with('.') && !name.contains("..");
    !name.is_empty()
        && name.len() <= 64
        && dots
        && name.chars().all(local)
        && domain.contains('.')
        && domain.split('.').all(part)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_email_is_told_from_what_is_one() {
        for good in ["li@example.org", "zhang.san+1@mail.km.gov.cn", "a_b@x-y.cn"] {
            assert!(is_email(good), "{good}");
        }
        for bad in [
            "",
            "li",
            "li@",
            "@example.org",
            "li@example",
            "li@@example.org",
            "li li@example.org",
            "li@a..b",
            "a..b@c.d",
            "li@例子.cn",
            "a@b.c\nBcc: x@y.z",
        ] {
            assert!(!is_email(bad), "{bad}");
        }
    }
}
