//! What is compared after every round: the ledger with the links, the responses, the progress, the pages and the
//! program's own reconciliation, and the audit chain.

use crate::database::{Database, Engine};
use crate::ledger::{self, Entry, Ledger, Sure};
use crate::node::Setting;
use crate::scene::Scene;
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

/// What was found. Nothing is as it should be.
#[derive(Default)]
pub struct Verdict {
    /// Answers acknowledged before this check.
    pub acknowledged: usize,
    /// Acknowledged answers that are not there, or not as they were given.
    pub lost: Vec<String>,
    /// Answers that are there more than once.
    pub doubled: Vec<String>,
    /// Everything else that must not be.
    pub wrong: Vec<String>,
}

impl Verdict {
    /// Whether all is as it should be.
    pub const fn is_good(&self) -> bool {
        self.lost.is_empty() && self.doubled.is_empty() && self.wrong.is_empty()
    }

    /// The first few of everything that was found.
    pub fn describe(&self) -> String {
        let part = |name: &str, found: &[String]| {
            let first: Vec<_> = found.iter().take(5).map(String::as_str).collect();
            if found.is_empty() { String::new() } else { format!("{} {name}: {}\n", found.len(), first.join("; ")) }
        };
        part("lost", &self.lost) + &part("doubled", &self.doubled) + &part("wrong", &self.wrong)
    }
}

/// Counts of one unit by state.
pub type States = BTreeMap<String, u64>;

/// While the survey is open.
pub fn open(scene: &mut Scene) -> Verdict {
    let mut verdict = Verdict { wrong: scene.ledger.complaints(), ..Verdict::default() };
    let entries = scene.ledger.entries();
    let units = stored(&scene.database, &scene.survey, &scene.ledger, &entries, &mut verdict);
    looked_at(scene, &entries, &mut verdict);
    progress(scene, &units, &mut verdict);
    commands(&scene.setting, &scene.survey, &mut verdict);
    verdict.acknowledged = scene.ledger.acknowledged();
    verdict
}

/// After the last round: closes, releases, verifies.
pub fn last(scene: &mut Scene) -> Verdict {
    let mut verdict = open(scene);
    command(&scene.setting, &["survey", "close", &scene.survey], &mut verdict);
    let closed = closed(scene);
    verdict.lost.extend(closed.lost);
    verdict.doubled.extend(closed.doubled);
    verdict.wrong.extend(closed.wrong);
    verdict
}

/// When the survey is closed: releases and verifies.
pub fn closed(scene: &mut Scene) -> Verdict {
    let mut verdict = Verdict { wrong: scene.ledger.complaints(), ..Verdict::default() };
    let entries = scene.ledger.entries();
    stored(&scene.database, &scene.survey, &scene.ledger, &entries, &mut verdict);
    looked_at(scene, &entries, &mut verdict);
    command(&scene.setting, &["survey", "release", &scene.survey], &mut verdict);
    commands(&scene.setting, &scene.survey, &mut verdict);
    verdict.acknowledged = scene.ledger.acknowledged();
    verdict
}

/// The tables against the ledger.
pub fn stored(
    database: &Database,
    survey: &str,
    ledger: &Ledger,
    entries: &[Entry],
    verdict: &mut Verdict,
) -> BTreeMap<String, States> {
    let (hash, of) = match database.engine {
        Engine::Sqlite => ("lower(hex(hash))", "lower(hex(survey))"),
        Engine::Postgres => ("encode(hash, 'hex')", "encode(survey, 'hex')"),
    };
    let of = format!("{of} = '{}'", survey.replace('-', ""));
    let links = database.lines(&format!("SELECT {hash} || ' ' || unit || ' ' || state AS line FROM link WHERE {of}"));
    let responses = database.lines(&format!("SELECT unit || ' ' || answers AS line FROM response WHERE {of}"));
    let by_hash = ledger.by_hash();
    let mut units = BTreeMap::<String, States>::new();
    let mut states = vec![String::new(); entries.len()];
    for link in links {
        let (hash, rest) = link.split_once(' ').unwrap();
        let (unit, state) = rest.split_once(' ').unwrap();
        *units.entry(unit.to_owned()).or_default().entry(state.to_owned()).or_default() += 1;
        match by_hash.get(hash) {
            Some(number) if entries[*number].unit == unit => state.clone_into(&mut states[*number]),
            _ => verdict.wrong.push(format!("link {hash} of {unit} is in the table and was never issued")),
        }
    }
    let mut times = vec![0; entries.len()];
    for response in responses {
        let (unit, answers) = response.split_once(' ').unwrap();
        match ledger::number(answers).filter(|number| entries.get(*number).is_some_and(|entry| entry.unit == unit)) {
            Some(number) => times[number] += 1,
            None => verdict.wrong.push(format!("a response of {unit} that nobody gave first: {answers}")),
        }
    }
    for (number, entry) in entries.iter().enumerate() {
        one(number, entry, &states[number], times[number], verdict);
    }
    units
}

/// One link's state and its responses against what is known of it.
fn one(number: usize, entry: &Entry, state: &str, times: usize, verdict: &mut Verdict) {
    let answer = || ledger::stored(number);
    if entry.submitted == Sure::Yes && (state != "submitted" || times == 0) {
        verdict.lost.push(format!("link {number} ({}): {state}, {times} responses", answer()));
    }
    if times > 1 {
        verdict.doubled.push(format!("link {number} ({}): {times} responses", answer()));
    }
    if (state == "submitted") != (times > 0) && entry.submitted != Sure::Yes {
        verdict.wrong.push(format!("link {number}: {state} with {times} responses"));
    }
    let possible = match state {
        "waiting" => entry.submitted != Sure::Yes && entry.started != Sure::Yes && entry.declined != Sure::Yes,
        "started" => entry.started != Sure::No && entry.submitted != Sure::Yes,
        "declined" => entry.declined != Sure::No,
        "submitted" => entry.submitted != Sure::No,
        _ => false,
    };
    if !possible && entry.submitted != Sure::Yes {
        let Entry { started, declined, submitted, .. } = entry;
        verdict.wrong.push(format!(
            "link {number} is “{state}”; started {started:?}, declined {declined:?}, submitted {submitted:?}"
        ));
    }
}

/// Every link that was acknowledged since the last check, looked at as its recipient would.
fn looked_at(scene: &mut Scene, entries: &[Entry], verdict: &mut Verdict) {
    let mut client = scene.client();
    for (number, entry) in entries.iter().enumerate() {
        if entry.submitted != Sure::Yes || !scene.looked.insert(number) {
            continue;
        }
        let reply = match client.get(&format!("/api/v1/links/{}", entry.code), "Prefer: return=minimal\r\n") {
            Ok(reply) => reply,
            Err(error) => return verdict.wrong.push(format!("link {number} cannot be looked at: {error}")),
        };
        if reply.status != 200 {
            verdict.wrong.push(format!("link {number}: {} when looked at", reply.status));
            continue;
        }
        let said = reply.json();
        if said["state"] != "submitted" {
            verdict.lost.push(format!("link {number}: its page says {}", said["state"]));
        } else if entry.receipt.as_deref().is_some_and(|receipt| said["receipt"] != receipt) {
            verdict.wrong.push(format!("link {number}: another receipt when looked at"));
        }
    }
}

/// What the interface for programs says of the progress against the links, unit by unit.
fn progress(scene: &Scene, units: &BTreeMap<String, States>, verdict: &mut Verdict) {
    let mut client = scene.client();
    let headers = format!("Authorization: Bearer {}\r\n", scene.token);
    // What is shown may be a moment old; days that are over are read again within a minute.
    let until = Instant::now() + Duration::from_secs(75);
    let (mut differences, mut pause) = (Vec::new(), Duration::from_millis(100));
    while Instant::now() < until {
        differences.clear();
        for (unit, states) in units {
            let path = format!("/api/v1/surveys/{}/progress?unit={unit}", scene.survey);
            let said = match client.get(&path, &headers) {
                Ok(reply) if reply.status == 200 => reply.json(),
                Ok(reply) => return verdict.wrong.push(format!("the progress: {} {}", reply.status, reply.body)),
                Err(error) => return verdict.wrong.push(format!("the progress: {error}")),
            };
            for state in ["waiting", "started", "submitted", "declined"] {
                let (said, stored) = (&said["total"][state], states.get(state).copied().unwrap_or(0));
                if said.as_u64() != Some(stored) {
                    differences.push(format!("{unit}: the progress says {said} {state}, there are {stored} links"));
                }
            }
        }
        if differences.is_empty() {
            return;
        }
        std::thread::sleep(pause);
        // A key may ask so many times a minute.
        pause = (pause * 2).min(Duration::from_secs(2));
    }
    verdict.wrong.append(&mut differences);
}

/// The program's own reconciliation and the audit chain.
pub fn commands(setting: &Setting, survey: &str, verdict: &mut Verdict) {
    command(setting, &["verify", survey], verdict);
    command(setting, &["audit", "verify"], verdict);
}

fn command(setting: &Setting, arguments: &[&str], verdict: &mut Verdict) {
    let done = setting.try_run(arguments);
    if !done.status.success() {
        verdict.wrong.push(format!("{arguments:?}: {}{}", done.out, done.err));
    }
}
