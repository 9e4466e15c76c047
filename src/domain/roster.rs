//! The roster: the recipients to be invited, read from a CSV as a stream.

use super::fault::Faults;
use super::sheet::{self, Reading};
use super::unit::Tree;
use std::collections::HashMap;
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
}

impl fmt::Debug for Recipient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Recipient(…)")
    }
}

/// The columns of a roster file.
const COLUMNS: [sheet::Column; 4] = [
    sheet::Column { name: "unit", also: &["单位", "单位代码"], required: true },
    sheet::Column { name: "ref", also: &["编号", "服务对象编号"], required: false },
    sheet::Column { name: "name", also: &["姓名"], required: false },
    sheet::Column { name: "phone", also: &["电话", "手机", "手机号"], required: false },
];

/// Reads a roster row by row and hands each good recipient to `each`. Memory does not grow with names:
/// a row that has a ref costs some 20 bytes for finding it again.
///
/// An error lists all mistakes; `each` has then been called for good rows too, so what it did must be
/// undone or be called with a file that was read once before.
pub fn read(file: impl Read, units: &Tree, mut each: impl FnMut(Recipient) -> io::Result<()>) -> Result<u64, Reading> {
    let mut faults = Faults::default();
    let mut seen: HashMap<u64, u32> = HashMap::new();
    let hasher = RandomState::new();
    let mut count = 0;
    sheet::read(file, &COLUMNS, &mut faults, |row, faults| {
        let [unit, reference, name, phone] = row.cells();
        let before = faults.is_empty();
        if unit.is_empty() {
            faults.add(row.number(), row.column(0), "unit", "missing: please fill in the unit's code");
        } else if units.get(unit).is_none() {
            let message = format!("there is no unit “{unit}”: import the units first, or correct the code");
            faults.add(row.number(), row.column(0), "unit", message);
        }
        if !reference.is_empty() {
            let line = u32::try_from(row.number()).unwrap_or(u32::MAX);
            if let Some(first) = seen.insert(hasher.hash_one((unit, reference)), line) {
                faults.add(row.number(), row.column(1), "ref", format!("“{reference}” stands in row {first} already"));
            }
        }
        for (index, field, text, most) in [(1, "ref", reference, 64), (2, "name", name, 100), (3, "phone", phone, 40)] {
            if text.chars().count() > most {
                faults.add(row.number(), row.column(index), field, format!("at most {most} characters"));
            }
        }
        count += 1;
        if before && faults.is_empty() {
            let given = |text: &str| (!text.is_empty()).then(|| text.to_owned());
            each(Recipient {
                unit: unit.to_owned(),
                reference: given(reference),
                name: given(name),
                phone: given(phone),
            })?;
        }
        Ok(())
    })?;
    if count == 0 && faults.is_empty() {
        faults.add(2, 1, "roster", "there is nobody on this roster");
    }
    Ok(faults.or(count)?)
}
