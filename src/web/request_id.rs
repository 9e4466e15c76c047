//! The number of a request that went wrong: the person sees it, the log has it.
//!
//! It is made only when there is something to tell, says nothing of when or how many, and is never taken from
//! outside. Digits, because it is told on the phone.

use actix_web::http::header::{HeaderName, HeaderValue};
use std::fmt;
use std::hash::{BuildHasher, RandomState};
use std::num::NonZeroU32;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU64, Ordering};

/// The header of a reply that has such a number.
pub const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Nine digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RequestId(NonZeroU32);

/// Makes numbers of a counter that nobody can count back.
static MIXER: LazyLock<RandomState> = LazyLock::new(RandomState::new);
static NEXT: AtomicU64 = AtomicU64::new(0);

impl RequestId {
    /// A new one.
    pub fn new() -> Self {
        let mixed = MIXER.hash_one(NEXT.fetch_add(1, Ordering::Relaxed)) % 999_999_999 + 1;
        Self(u32::try_from(mixed).ok().and_then(NonZeroU32::new).unwrap_or(NonZeroU32::MIN))
    }

    /// As the value of its header.
    pub fn header(self) -> (HeaderName, HeaderValue) {
        let value = HeaderValue::try_from(self.to_string());
        (REQUEST_ID, value.unwrap_or_else(|_| HeaderValue::from_static("none")))
    }
}

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let number = self.0.get();
        write!(f, "{:03}-{:03}-{:03}", number / 1_000_000, number / 1_000 % 1_000, number % 1_000)
    }
}
