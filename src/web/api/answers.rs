//! What recipients' front ends ask, in the document: the addresses of links, for which no key is needed. They are
//! served beside the pages of recipients, and have problems of their own.

use super::document::tell_as;
use utoipa::openapi::path::{Operation, Paths};

/// Statuses of all three, and of those that send something.
const ALL: [(&str, &str); 4] = [
    ("404", "There is no such link."),
    ("409", "The survey has not opened yet, or the answer is recorded and cannot be taken back."),
    ("410", "The survey is closed, the link was taken back or replaced, or the recipient declined."),
    ("503", "It is not certain that this was recorded: send it again after `Retry-After` seconds."),
];
const SENDING: [(&str, &str); 4] = [
    ("400", "The body cannot be read."),
    ("408", "The body did not come in time. Sending it again is safe."),
    ("413", "The body is larger than any questionnaire."),
    ("415", "The body is not JSON."),
];
const WRONG: (&str, &str) = ("422", "Some fields are wrong; `errors` lists them, and nothing was recorded.");

/// Adds what may go wrong.
pub fn complete(paths: &mut Paths) {
    let tell = |operation: &mut Option<Operation>, statuses: &[(&str, &str)]| {
        for operation in operation.iter_mut() {
            for (status, about) in statuses {
                tell_as("AnswerProblem", operation, status, about);
            }
        }
    };
    if let Some(item) = paths.paths.get_mut("/api/v1/links/{code}") {
        tell(&mut item.get, &ALL);
        tell(&mut item.post, &[ALL, SENDING].concat());
    }
    if let Some(item) = paths.paths.get_mut("/api/v1/links/{code}/response") {
        tell(&mut item.post, &[&ALL[..], &SENDING, &[WRONG]].concat());
    }
}
