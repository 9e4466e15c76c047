//! Phones that answer: each takes a link nobody has used, answers it, and sends again until the server says that the
//! answer is there. Some start first, some decline, some give up after a failure, some send once more.

use crate::chance::Chance;
use crate::client::{Client, Door, Reply};
use crate::ledger::{Ledger, Sure, options, other};
use crate::scene::Size;
use std::io::Result;
use std::sync::{Arc, Condvar, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// Between a failure and the next try. Shorter than the Retry-After that is sent along: what phones do must not be what
/// makes a server well again.
const AGAIN: Duration = Duration::from_millis(20);

/// Lets all phones through or none.
#[derive(Default)]
struct Gate {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    open: bool,
    over: bool,
    inside: usize,
}

impl Gate {
    /// Waits until it is open; false when everything is over.
    fn enter(&self) -> bool {
        let state = self.state.lock().unwrap();
        let mut state = self.changed.wait_while(state, |state| !state.open && !state.over).unwrap();
        state.inside += usize::from(!state.over);
        !state.over
    }

    fn leave(&self) {
        self.state.lock().unwrap().inside -= 1;
        self.changed.notify_all();
    }

    fn set(&self, change: impl FnOnce(&mut State)) {
        change(&mut self.state.lock().unwrap());
        self.changed.notify_all();
    }
}

/// All phones of a scene.
pub struct Phones {
    gate: Arc<Gate>,
    threads: Vec<JoinHandle<()>>,
}

impl Phones {
    /// The phones of a scene of that size; they wait for [`Phones::go`].
    pub fn new(size: Size, ledger: &Arc<Ledger>, door: &Door, chance: &Chance) -> Self {
        let gate = Arc::<Gate>::default();
        let phone = |number: usize| {
            let mut phone = Phone {
                ledger: Arc::clone(ledger),
                gate: Arc::clone(&gate),
                client: Client::new(door.clone(), size.patience),
                chance: chance.for_part(&format!("phone {number}")),
                rest: size.rest,
            };
            std::thread::spawn(move || phone.run())
        };
        let threads = (0..size.phones).map(phone).collect();
        Self { gate, threads }
    }

    /// Lets them answer.
    pub fn go(&self) {
        self.gate.set(|state| state.open = true);
    }

    /// Lets none send any more, and waits for the replies that are on their way.
    pub fn pause(&self) {
        self.gate.set(|state| state.open = false);
        let state = self.gate.state.lock().unwrap();
        drop(self.gate.changed.wait_while(state, |state| state.inside > 0).unwrap());
    }
}

impl Drop for Phones {
    fn drop(&mut self) {
        self.gate.set(|state| state.over = true);
        for thread in self.threads.drain(..) {
            let _ = thread.join();
        }
    }
}

/// What a try led to.
enum Tried {
    /// It is done.
    Done,
    /// No reply, or 503: it may be done or not.
    Again,
    /// Everything is over.
    Over,
}

/// One phone.
struct Phone {
    ledger: Arc<Ledger>,
    gate: Arc<Gate>,
    client: Client,
    chance: Chance,
    rest: Duration,
}

/// What is asked for.
#[derive(Clone, Copy)]
enum Wish {
    Start,
    Decline,
    Submit { form: bool },
}

impl Phone {
    fn run(&mut self) {
        while let Some(number) = self.ledger.take() {
            let form = self.chance.once_in(4);
            let wishes: &[Wish] = match self.chance.below(16) {
                0 => &[Wish::Decline],
                1 => &[Wish::Start],
                2 | 3 => &[Wish::Start, Wish::Submit { form }],
                _ => &[Wish::Submit { form }],
            };
            for wish in wishes {
                match self.insist(number, *wish) {
                    Tried::Done => {}
                    Tried::Again => break,
                    Tried::Over => return,
                }
            }
            std::thread::sleep(self.rest);
        }
    }

    /// Tries until it is done; one in eight gives up after a failure.
    fn insist(&mut self, number: usize, wish: Wish) -> Tried {
        loop {
            match self.attempt(number, wish) {
                Tried::Done => break,
                Tried::Over => return Tried::Over,
                Tried::Again if self.chance.once_in(8) => return Tried::Again,
                Tried::Again => std::thread::sleep(AGAIN),
            }
        }
        // Sent once more, and saying something else: the first answer stays.
        if matches!(wish, Wish::Submit { .. })
            && self.chance.once_in(8)
            && matches!(self.attempt_saying(number, Wish::Submit { form: false }, other(number)), Tried::Over)
        {
            return Tried::Over;
        }
        Tried::Done
    }

    fn attempt(&mut self, number: usize, wish: Wish) -> Tried {
        self.attempt_saying(number, wish, number)
    }

    fn attempt_saying(&mut self, number: usize, wish: Wish, said: usize) -> Tried {
        if !self.gate.enter() {
            return Tried::Over;
        }
        let code = self.ledger.with(number, |entry| {
            let sure = match wish {
                Wish::Start => &mut entry.started,
                Wish::Decline => &mut entry.declined,
                Wish::Submit { .. } => &mut entry.submitted,
            };
            if *sure == Sure::No {
                *sure = Sure::Perhaps;
            }
            entry.code.clone()
        });
        let began = Instant::now();
        let reply = self.send(&code, wish, said);
        let done = self.understand(number, wish, said, reply, began);
        self.gate.leave();
        if done { Tried::Done } else { Tried::Again }
    }

    fn send(&mut self, code: &str, wish: Wish, said: usize) -> Result<Reply> {
        let letter = |option: usize| ["A", "B", "C", "D", "E"][option];
        let answers = || options(said).into_iter().enumerate().map(|(place, option)| (place + 1, letter(option)));
        match wish {
            Wish::Start | Wish::Decline => {
                let action = if matches!(wish, Wish::Start) { "start" } else { "decline" };
                let body = serde_json::json!({ "action": action }).to_string();
                self.client.post(&format!("/api/v1/links/{code}"), "application/json", &body)
            }
            Wish::Submit { form: false } => {
                let answers: serde_json::Map<_, _> =
                    answers().map(|(question, option)| (question.to_string(), option.into())).collect();
                let body = serde_json::json!({ "answers": answers, "respondent": "self" }).to_string();
                self.client.post(&format!("/api/v1/links/{code}/response"), "application/json", &body)
            }
            Wish::Submit { form: true } => {
                let fields: String = answers().map(|(question, option)| format!("q{question}={option}&")).collect();
                let body = format!("{fields}respondent=self&action=submit");
                self.client.post(&format!("/s/{code}"), "application/x-www-form-urlencoded", &body)
            }
        }
    }

    /// Notes what a reply means; true if what was asked for is done.
    fn understand(&self, number: usize, wish: Wish, said: usize, reply: Result<Reply>, began: Instant) -> bool {
        let Ok(reply) = reply else {
            self.ledger.note_failure();
            return false;
        };
        match (reply.status, wish) {
            (503, _) => {
                if !reply.head.contains("\nretry-after:") {
                    self.ledger.complain(format!("link {number}: a 503 without Retry-After"));
                }
                self.ledger.note_busy();
                false
            }
            (200, Wish::Start) => {
                self.ledger.moved(number, false);
                true
            }
            (200, Wish::Decline) => {
                self.ledger.moved(number, true);
                true
            }
            (200 | 201, Wish::Submit { form: false }) => {
                let receipt = reply.json()["receipt"].as_str().map(str::to_owned);
                if receipt.is_none() {
                    self.ledger.complain(format!("link {number}: {} without a receipt", reply.status));
                }
                if said != number && reply.status == 201 {
                    self.ledger.complain(format!("link {number}: a second answer was recorded as new"));
                }
                self.ledger.acknowledge(number, receipt.as_deref(), reply.status == 201);
                true
            }
            (303, Wish::Submit { form: true }) => {
                self.ledger.acknowledge(number, None, false);
                true
            }
            // Nothing was recorded, and never will be.
            (410, _) if self.ledger.may_be_closed() => true,
            (status, _) => {
                let after = began.elapsed().as_millis();
                self.ledger.complain(format!("link {number}: {status} after {after} ms: {}", reply.body.trim_end()));
                false
            }
        }
    }
}
