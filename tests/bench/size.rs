//! Bytes and seconds a million links take, table by table and step by step: what `docs/scaling.md` reckons with.

use crate::database::{Database, Engine};
use crate::process;
use crate::release::{Forms, answers};
use crate::scene::Scene;
use crate::table::{Table, whole};
use crate::{links, process::Cost};
use std::collections::BTreeMap;
use std::time::Instant;

/// Days over which the links are answered, one transaction each.
const DAYS: usize = 60;

/// Moments at which the database is measured.
const MOMENTS: [&str; 4] = ["issued", "answered", "closed", "sealed"];

/// Bytes by table or index, `table` or `table: index`.
type Sizes = BTreeMap<String, u64>;

/// Measures and prints.
pub fn measure(engines: &[Engine], rows: usize, units: usize) {
    for engine in engines {
        measure_engine(*engine, rows, units);
    }
}

fn measure_engine(engine: Engine, rows: usize, units: usize) {
    let scene = Scene::new(engine, units);
    let survey = scene.survey.to_string();
    let folder = scene.database.folder.path();
    let (roster, list) = (folder.join("roster.csv"), folder.join("list.csv"));
    links::write_roster(&scene, &roster, rows);
    let (roster, list) = (roster.to_str().unwrap(), list.to_str().unwrap());
    let head = ["step", "seconds", "seconds a million", "log MB a million", "peak MiB"];
    let mut steps = Table::new(format!("Steps, {engine:?}, {} links in {units} units", whole(rows as f64)), &head);
    let mut sizes = Vec::new();
    let mut step = |name: &str, work: &mut dyn FnMut() -> Cost| {
        let before = log_bytes(&scene.database);
        let cost = work();
        let written = log_bytes(&scene.database).saturating_sub(before);
        let millions = rows as f64 / 1e6;
        steps.row([
            name.to_owned(),
            format!("{:.1}", cost.seconds),
            format!("{:.1}", cost.seconds / millions),
            if engine == Engine::Postgres { whole(written as f64 / 1e6 / millions) } else { String::new() },
            if cost.mebibytes > 0.0 { format!("{:.0}", cost.mebibytes) } else { String::new() },
        ]);
    };
    let run = |arguments: &[&str]| process::run(&scene.database, arguments);
    step("issue", &mut || run(&["link", "issue", &survey, "--roster", roster, "--out", list]));
    settle(&scene.database);
    sizes.push(relations(&scene.database));
    step("answer, in bulk", &mut || answer(&scene, engine));
    settle(&scene.database);
    sizes.push(relations(&scene.database));
    step("verify", &mut || run(&["verify", &survey]));
    step("close", &mut || run(&["survey", "close", &survey]));
    settle(&scene.database);
    sizes.push(relations(&scene.database));
    step("release", &mut || run(&["survey", "release", &survey]));
    scene.consent_to_seal();
    step("seal", &mut || run(&["survey", "seal", &survey]));
    sizes.push(relations(&scene.database));
    steps.print();
    print(engine, rows, &sizes);
}

fn print(engine: Engine, rows: usize, sizes: &[Sizes]) {
    let [issued, answered, closed, sealed] = MOMENTS;
    let head = ["table or index", "bytes a link", issued, answered, closed, sealed];
    let title = format!("MB a million links, {engine:?}, {} links", whole(rows as f64));
    let mut table = Table::new(title, &head);
    let names: Vec<&String> = sizes.iter().flat_map(Sizes::keys).collect();
    let of = |name: &str, moment: usize| sizes[moment].get(name).copied().unwrap_or(0);
    let cells = |name: String, bytes: [u64; 4]| {
        let each = |moment: usize| format!("{:.1}", bytes[moment] as f64 / rows as f64);
        [name, format!("{:.0}", bytes[1] as f64 / rows as f64), each(0), each(1), each(2), each(3)]
    };
    let mut shown: Vec<&String> = names;
    shown.sort();
    shown.dedup();
    let (mut rest, mut all) = ([0; 4], [0; 4]);
    for name in shown {
        let bytes = [0, 1, 2, 3].map(|moment| of(name, moment));
        all = [0, 1, 2, 3].map(|moment| all[moment] + bytes[moment]);
        // Less than a byte for each link is not worth a line.
        if bytes.iter().all(|bytes| *bytes < rows as u64) {
            rest = [0, 1, 2, 3].map(|moment| rest[moment] + bytes[moment]);
        } else {
            table.row(cells(name.clone(), bytes));
        }
    }
    table.row(cells("all others".to_owned(), rest));
    table.row(cells("together".to_owned(), all));
    table.print();
}

/// Answers every link, a sixtieth on each day, as the recorder leaves them.
fn answer(scene: &Scene, engine: Engine) -> Cost {
    let began = Instant::now();
    let (survey, form) = (scene.survey_literal(engine), answers(scene, engine, Forms::Usual));
    let id = match engine {
        Engine::Sqlite => "randomblob(16)",
        Engine::Postgres => "uuid_send(gen_random_uuid())",
    };
    for day in 0..DAYS {
        let date = match engine {
            Engine::Sqlite => format!("date('2022-11-01', '+{day} days')"),
            Engine::Postgres => format!("DATE '2022-11-01' + {day}"),
        };
        let these = format!("survey = {survey} AND serial % {DAYS} = {day}");
        scene.database.execute(&format!(
            "BEGIN; UPDATE link SET state = 'submitted' WHERE {these}; \
             INSERT INTO response (survey, id, unit, respondent, channel, answers) \
             SELECT survey, {id}, unit, 'self', 'web', {form} FROM link WHERE {these}; \
             INSERT INTO progress (survey, unit, day, waiting, submitted) \
             SELECT survey, unit, {date}, -COUNT(*), COUNT(*) FROM link WHERE {these} GROUP BY survey, unit; COMMIT;"
        ));
    }
    Cost { seconds: began.elapsed().as_secs_f64(), mebibytes: 0.0 }
}

/// What the database does by itself within minutes.
fn settle(database: &Database) {
    match database.engine {
        Engine::Sqlite => database.execute("PRAGMA wal_checkpoint(TRUNCATE)"),
        Engine::Postgres => database.execute("VACUUM ANALYZE"),
    }
}

/// How much PostgreSQL has written to its log so far; of SQLite it is not known.
fn log_bytes(database: &Database) -> u64 {
    match database.engine {
        Engine::Sqlite => 0,
        Engine::Postgres => database.count("SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')::bigint"),
    }
}

/// How large every table and index is.
fn relations(database: &Database) -> Sizes {
    let query = match database.engine {
        Engine::Sqlite => {
            "SELECT CASE WHEN m.type = 'index' THEN m.tbl_name || ': ' || m.name ELSE m.name END || '=' || s.pgsize \
             AS line FROM dbstat s JOIN sqlite_master m ON m.name = s.name WHERE s.aggregate = TRUE"
        }
        Engine::Postgres => {
            "SELECT c.relname || '=' || pg_table_size(c.oid) FROM pg_class c \
             WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace \
             UNION ALL SELECT t.relname || ': ' || i.relname || '=' || pg_relation_size(i.oid) FROM pg_index x \
             JOIN pg_class i ON i.oid = x.indexrelid JOIN pg_class t ON t.oid = x.indrelid \
             WHERE t.relnamespace = 'public'::regnamespace"
        }
    };
    let line = |line: String| {
        let (name, bytes) = line.rsplit_once('=').unwrap();
        (name.to_owned(), bytes.parse().unwrap())
    };
    database.lines(query).into_iter().map(line).collect()
}
