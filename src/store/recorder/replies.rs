//! Telling those who wait: one message a batch to each runtime, which wakes its own.
//!
//! A task that is woken from another thread costs a call into the system. The recorder is the only thread of its kind and
//! everybody waits for it, so it tells each runtime once, and the rest is done where the tasks are.

use super::Outcome;
use crate::error::Result;
use std::cell::RefCell;
use tokio::sync::{mpsc, oneshot};

/// What became of an act.
pub(super) type Reply = Result<Outcome>;

/// Replies, each with who waits for it.
type Letters = Vec<(oneshot::Sender<Reply>, Reply)>;

thread_local! {
    /// The box of the runtime that this thread works for.
    static HERE: RefCell<Option<mpsc::UnboundedSender<Letters>>> = const { RefCell::new(None) };
}

/// Who waits for a reply, and where.
pub(super) struct Waiting {
    to: oneshot::Sender<Reply>,
    place: mpsc::UnboundedSender<Letters>,
}

impl Waiting {
    /// Somebody who waits on the runtime that runs this.
    pub(super) fn here() -> (Self, oneshot::Receiver<Reply>) {
        let (to, reply) = oneshot::channel();
        (Self { to, place: place() }, reply)
    }
}

/// The box of this thread's runtime: made at its first act, and again where another runtime has taken the thread over.
fn place() -> mpsc::UnboundedSender<Letters> {
    HERE.with_borrow_mut(|here| match here {
        Some(place) if !place.is_closed() => place.clone(),
        _ => {
            let (place, mut letters) = mpsc::unbounded_channel::<Letters>();
            tokio::spawn(async move {
                while let Some(letters) = letters.recv().await {
                    hand_out(letters);
                }
            });
            here.insert(place).clone()
        }
    })
}

/// Tells everybody what became of their acts.
pub(super) fn send(waiting: Vec<Waiting>, replies: impl IntoIterator<Item = Reply>) {
    let mut boxes: Vec<(mpsc::UnboundedSender<Letters>, Letters)> = Vec::new();
    for (Waiting { to, place }, reply) in waiting.into_iter().zip(replies) {
        match boxes.iter_mut().find(|(known, _)| known.same_channel(&place)) {
            Some((_, letters)) => letters.push((to, reply)),
            None => boxes.push((place, vec![(to, reply)])),
        }
    }
    for (place, letters) in boxes {
        // A runtime that has ended takes none; nobody waits there, but for who was brought to another one.
        if let Err(mpsc::error::SendError(letters)) = place.send(letters) {
            hand_out(letters);
        }
    }
}

fn hand_out(letters: Letters) {
    for (to, reply) in letters {
        // The person has gone away; what became of the act stays true.
        let _ = to.send(reply);
    }
}
