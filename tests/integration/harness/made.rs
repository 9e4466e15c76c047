//! Releases made without a database.

use chrono::{DateTime, Utc};
use fivepoint::domain::release::{Asked, AuditHead, Counted, Frame, Hiding, Release, Sources};
use fivepoint::domain::survey::{Design, Survey};
use fivepoint::domain::unit::{Tree, Unit};
use std::collections::BTreeMap;
use uuid::Uuid;

/// The first release of a survey in one unit of which everybody was asked.
pub fn made(survey: &Survey, counted: &Counted, issued: u64, returned: u64, as_of: DateTime<Utc>) -> Release {
    let unit = Unit { code: "1".to_owned(), name: "一".to_owned(), parent: None, level: "city".to_owned() };
    let asked = BTreeMap::from([("1".to_owned(), Asked { issued, returned, ..Asked::default() })]);
    let frame = Frame::new(&Tree::new(vec![unit]), &asked, Design::Everyone, Vec::new());
    let hiding = Hiding::decide(&frame, counted, survey.disclosure_floor.into(), &[], &[]).unwrap();
    Release::make(&Sources {
        id: Uuid::from_u128(2022),
        survey,
        number: 1,
        frame: &frame,
        counted,
        voided: &[],
        hiding: &hiding,
        audit: AuditHead::default(),
        as_of,
    })
    .unwrap()
}
