//! What is known of every link: what was sent, and what was acknowledged. Every link has an answer of its own, so that
//! each response in the database can be told from all others although nothing there ties it to its link.

use fivepoint::domain::token::Code;
use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Instant;

/// Questions of the survey; five options each give every link its own answer.
pub const QUESTIONS: usize = 10;

/// Most links: what is sent again after it was acknowledged is different and says the same as no link.
pub const MOST: usize = 5_usize.pow(9);

/// How sure it is that an act took place.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sure {
    /// Never sent.
    #[default]
    No,
    /// Sent, and no reply said whether it took place.
    Perhaps,
    /// Acknowledged.
    Yes,
}

/// What is known of one link.
#[derive(Clone, Debug, Default)]
pub struct Entry {
    /// Its code.
    pub code: String,
    /// Its unit.
    pub unit: String,
    /// That it was started.
    pub started: Sure,
    /// That it was declined.
    pub declined: Sure,
    /// That it was answered.
    pub submitted: Sure,
    /// The receipt, where a reply held it.
    pub receipt: Option<String>,
    /// When the answer was acknowledged.
    pub at: Option<Instant>,
    /// What the [mark](Ledger::mark_with) said just after it was acknowledged.
    pub mark: u64,
    /// The same of the act before, that it was started or declined.
    pub mark_before: u64,
}

type Mark = Box<dyn Fn() -> u64 + Send + Sync>;

/// Everything that is known.
pub struct Ledger {
    entries: Vec<Mutex<Entry>>,
    next: AtomicUsize,
    acknowledged: AtomicUsize,
    busy: AtomicUsize,
    failed: AtomicUsize,
    wrong: Mutex<Vec<String>>,
    mark: Mutex<Option<Mark>>,
    closing: AtomicBool,
}

impl Ledger {
    /// Of links with their units, none of them used.
    pub fn new(links: Vec<(String, String)>) -> Self {
        assert!(links.len() < MOST, "every link needs an answer of its own");
        let entry = |(code, unit)| Mutex::new(Entry { code, unit, ..Entry::default() });
        Self {
            entries: links.into_iter().map(entry).collect(),
            next: AtomicUsize::new(0),
            acknowledged: AtomicUsize::new(0),
            busy: AtomicUsize::new(0),
            failed: AtomicUsize::new(0),
            wrong: Mutex::default(),
            mark: Mutex::default(),
            closing: AtomicBool::new(false),
        }
    }

    /// Notes with every acknowledgement what this says.
    pub fn mark_with(&self, mark: impl Fn() -> u64 + Send + Sync + 'static) {
        *self.mark.lock().unwrap() = Some(Box::new(mark));
    }

    /// A link nobody has used.
    pub fn take(&self) -> Option<usize> {
        let number = self.next.fetch_add(1, Ordering::SeqCst);
        (number < self.entries.len()).then_some(number)
    }

    /// Links nobody has used yet.
    pub fn left(&self) -> usize {
        self.entries.len().saturating_sub(self.next.load(Ordering::SeqCst))
    }

    /// Looks at a link or changes what is known of it.
    pub fn with<T>(&self, number: usize, body: impl FnOnce(&mut Entry) -> T) -> T {
        body(&mut self.entries[number].lock().unwrap())
    }

    /// Notes that an answer was acknowledged as new (201, 303) or as known (200).
    pub fn acknowledge(&self, number: usize, receipt: Option<&str>, new: bool) {
        let mark = self.mark();
        self.with(number, |entry| {
            match (entry.submitted, new) {
                (Sure::No, _) => self.complain(format!("link {number}: acknowledged what was never sent")),
                (Sure::Yes, true) => {
                    self.complain(format!("link {number}: the same answer was recorded a second time"))
                }
                _ => {}
            }
            match (&entry.receipt, receipt) {
                (Some(kept), Some(receipt)) if kept != receipt => {
                    self.complain(format!("link {number}: another receipt, {receipt} after {kept}"));
                }
                (None, Some(receipt)) => entry.receipt = Some(receipt.to_owned()),
                _ => {}
            }
            if entry.submitted != Sure::Yes {
                entry.submitted = Sure::Yes;
                entry.at = Some(Instant::now());
                entry.mark = mark;
                self.acknowledged.fetch_add(1, Ordering::SeqCst);
            }
        });
    }

    fn mark(&self) -> u64 {
        self.mark.lock().unwrap().as_ref().map_or(0, |mark| mark())
    }

    /// Notes that a link was started or declined.
    pub fn moved(&self, number: usize, declined: bool) {
        let mark = self.mark();
        self.with(number, |entry| {
            *(if declined { &mut entry.declined } else { &mut entry.started }) = Sure::Yes;
            entry.mark_before = mark;
        });
    }

    /// From now on the survey may be closed.
    pub fn closing(&self) {
        self.closing.store(true, Ordering::SeqCst);
    }

    /// Whether the survey may be closed.
    pub fn may_be_closed(&self) -> bool {
        self.closing.load(Ordering::SeqCst)
    }

    /// Notes something that must not happen.
    pub fn complain(&self, what: String) {
        self.wrong.lock().unwrap().push(what);
    }

    /// Everything that must not have happened.
    pub fn complaints(&self) -> Vec<String> {
        std::mem::take(&mut self.wrong.lock().unwrap())
    }

    /// Notes a clean 503.
    pub fn note_busy(&self) {
        self.busy.fetch_add(1, Ordering::SeqCst);
    }

    /// Notes a connection that failed.
    pub fn note_failure(&self) {
        self.failed.fetch_add(1, Ordering::SeqCst);
    }

    /// Answers acknowledged so far.
    pub fn acknowledged(&self) -> usize {
        self.acknowledged.load(Ordering::SeqCst)
    }

    /// Replies 503 so far, and connections that failed.
    pub fn refusals(&self) -> (usize, usize) {
        (self.busy.load(Ordering::SeqCst), self.failed.load(Ordering::SeqCst))
    }

    /// A copy of everything, with the number of each link as its place.
    pub fn entries(&self) -> Vec<Entry> {
        self.entries.iter().map(|entry| entry.lock().unwrap().clone()).collect()
    }

    /// The same as it was known when the [mark](Self::mark_with) was so large. What was acknowledged later was perhaps
    /// done by then, or not.
    pub fn entries_at(&self, mark: u64) -> Vec<Entry> {
        let mut entries = self.entries();
        for entry in &mut entries {
            if entry.submitted == Sure::Yes && entry.mark > mark {
                entry.submitted = Sure::Perhaps;
            }
            if entry.mark_before > mark {
                for sure in [&mut entry.started, &mut entry.declined] {
                    *sure = if *sure == Sure::Yes { Sure::Perhaps } else { *sure };
                }
            }
        }
        entries
    }

    /// Links by the hash under which the database keeps them, in hexadecimal digits.
    pub fn by_hash(&self) -> BTreeMap<String, usize> {
        let hash = |code: &str| {
            let hash = Code::parse(code).unwrap().hash();
            hash.0.iter().map(|byte| format!("{byte:02x}")).collect()
        };
        self.entries.iter().enumerate().map(|(number, entry)| (hash(&entry.lock().unwrap().code), number)).collect()
    }
}

/// The options of a link's answer, 0 to 4 for each question.
pub fn options(number: usize) -> [usize; QUESTIONS] {
    std::array::from_fn(|question| number / 5_usize.pow(question as u32) % 5)
}

/// Another answer than that of any link.
pub const fn other(number: usize) -> usize {
    number + MOST
}

/// An answer as the database keeps it.
pub fn stored(number: usize) -> String {
    options(number).iter().map(|option| char::from(b'1' + *option as u8)).collect()
}

/// The link whose answer the database keeps so; none for an [`other`] one.
pub fn number(stored: &str) -> Option<usize> {
    let digits = stored.bytes().map(|digit| usize::from(digit - b'1')).rev();
    let number = digits.fold(0, |number, digit| number * 5 + digit);
    (stored.len() == QUESTIONS && number < MOST).then_some(number)
}
