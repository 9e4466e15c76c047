//! The recorder alone, without HTTP: what an answer costs once it has been read.

use crate::Arguments;
use crate::chance::Chance;
use crate::database::Engine;
use crate::scene::Scene;
use crate::spent::processor_times;
use crate::table::{Table, whole};
use fivepoint::config::Clock;
use fivepoint::domain::pace::Pace;
use fivepoint::domain::response::RawSubmission;
use fivepoint::domain::token::{Code, LinkHash};
use fivepoint::store::recorder::{Outcome, Recorder, Request};
use std::sync::{Arc, Mutex};
use std::time::Instant;
use tokio::task::JoinSet;

/// Acts that wait at once.
const AT_ONCE: [usize; 2] = [64, 256];

/// Measures and prints; half of the rows are answered with each number of acts at once.
pub fn measure(engines: &[Engine], arguments: &Arguments) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    for engine in engines {
        runtime.block_on(measure_engine(*engine, arguments));
    }
}

async fn measure_engine(engine: Engine, arguments: &Arguments) {
    eprintln!("recorder, {engine:?}: preparing");
    let scene = Scene::new(engine, arguments.units);
    let mut codes = scene.issue(arguments.rows);
    Chance::new().shuffle(&mut codes);
    let mut hashes: Vec<LinkHash> = codes.iter().map(|code| Code::parse(code).unwrap().hash()).collect();
    let (recorder, threads) =
        Recorder::start(&scene.db, &Clock::system(), &Arc::new(Mutex::new(Pace::default()))).unwrap();
    let head =
        ["acts at once", "answers", "answers/s", "µs of the program an answer, of its own", "of the system for it"];
    let title = format!("The recorder alone, {engine:?}, {} units", arguments.units);
    let mut table = Table::new(title, &head);
    for at_once in &arguments.connections_or(&AT_ONCE) {
        let rest = hashes.split_off(hashes.len() - arguments.rows / arguments.connections_or(&AT_ONCE).len());
        let (began, (own, system)) = (Instant::now(), processor_times());
        let count = rest.len();
        answer(&recorder, rest, *at_once, scene.questions).await;
        let (time, (own_after, system_after)) = (began.elapsed().as_secs_f64(), processor_times());
        let each = |spent: f64| format!("{:.1}", spent / count as f64);
        table.row([
            at_once.to_string(),
            whole(count as f64),
            whole(count as f64 / time),
            each(own_after - own),
            each(system_after - system),
        ]);
    }
    drop(recorder);
    threads.join();
    println!();
    table.print();
    scene.reconcile();
}

/// So many hand in answers one after the other until there are no links left.
async fn answer(recorder: &Recorder, mut links: Vec<LinkHash>, at_once: usize, questions: usize) {
    let mut working = JoinSet::new();
    let each = links.len().div_ceil(at_once);
    while !links.is_empty() {
        let (recorder, mine) = (recorder.clone(), links.split_off(links.len().saturating_sub(each)));
        working.spawn(async move {
            for (number, link) in mine.into_iter().enumerate() {
                let outcome = recorder.record(link, Request::Submit(Arc::new(form(number, questions)))).await;
                assert!(matches!(outcome, Ok(Outcome::Recorded(_))), "{outcome:?}");
            }
        });
    }
    while let Some(done) = working.join_next().await {
        done.unwrap();
    }
}

fn form(number: usize, questions: usize) -> RawSubmission {
    let option = |question: usize| ["A", "A", "B", "C", "D"][(number + question) % 5].to_owned();
    RawSubmission {
        answers: (1..=questions).map(|question| (question.to_string(), option(question))).collect(),
        respondent: Some("self".to_owned()),
        phone: None,
    }
}
