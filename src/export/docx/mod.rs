//! A release as a Word file: the block of the official report, ready to be pasted, and behind it the attachment
//! 社会调查问卷分析报告. The same release gives the same bytes.
//!
//! The page is that of GB/T 9704: A4, its margins, 仿宋 三号 with lines of 28 points, — N — at the foot.

pub(in crate::export) mod body;
mod chart;
pub(in crate::export) mod grid;
mod groups;
mod official;
pub(in crate::export) mod package;
mod report;
pub(in crate::export) mod xml;

use crate::domain::release::Release;
use std::io;

/// The whole release.
///
/// # Errors
/// Only where the file cannot be put together in memory.
pub fn release(release: &Release) -> io::Result<Vec<u8>> {
    let mut body = body::Body::default();
    official::write(&mut body, release);
    report::write(&mut body, release);
    let about =
        package::About { title: &release.survey.title, author: &release.survey.organiser, made_at: &release.as_of };
    package::pack(&body, &about)
}
