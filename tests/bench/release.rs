//! Making a release of many responses.

use crate::database::Engine;
use crate::process;
use crate::scene::Scene;
use crate::table::{Table, whole};
use std::fmt;

/// Who answered what.
#[derive(Clone, Copy)]
pub enum Forms {
    /// Half of all forms choose one option throughout, the others mostly the upper two.
    Usual,
    /// Every option of every question is as likely: hardly two forms are alike.
    Uniform,
}

impl fmt::Display for Forms {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Usual => "usual forms",
            Self::Uniform => "all forms different",
        })
    }
}

/// Measures and prints.
pub fn measure(engines: &[Engine], rows: usize, units: usize) {
    let head = ["engine, responses", "seconds", "seconds a million", "peak MiB", "budget"];
    let mut table = Table::new(format!("Releasing responses to ten questions from {units} units"), &head);
    for engine in engines {
        for forms in [Forms::Usual, Forms::Uniform] {
            for rows in [rows / 4, rows] {
                eprintln!("release, {engine:?}, {forms}: {rows}");
                let scene = Scene::new(*engine, units);
                fill(&scene, *engine, rows, forms);
                scene.close();
                let cost = process::run(&scene.database, &["survey", "release", &scene.survey.to_string()]);
                table.row([
                    format!("{engine:?}, {}, {forms}", whole(rows as f64)),
                    format!("{:.2}", cost.seconds),
                    format!("{:.2}", cost.seconds * 1e6 / rows as f64),
                    format!("{:.0}", cost.mebibytes),
                    format!("≤ {:.1} s", 2.0 * rows as f64 / 1e6),
                ]);
            }
        }
    }
    table.print();
}

/// Writes random responses and the counters that belong to them.
fn fill(scene: &Scene, engine: Engine, rows: usize, forms: Forms) {
    let (survey, answers) = (scene.survey_literal(engine), answers(scene, engine, forms));
    let units = scene.institutions;
    let (numbers, id, unit) = match engine {
        Engine::Sqlite => (
            format!("WITH RECURSIVE number (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM number WHERE i < {rows})"),
            "randomblob(16)",
            format!("printf('530102-%04d', i % {units})"),
        ),
        Engine::Postgres => (
            format!("WITH number (i) AS (SELECT generate_series(1, {rows}))"),
            "uuid_send(gen_random_uuid())",
            format!("'530102-' || lpad((i % {units})::text, 4, '0')"),
        ),
    };
    scene.database.execute(&format!(
        "INSERT INTO response (survey, id, unit, respondent, channel, answers) {numbers} \
         SELECT {survey}, {id}, {unit}, 'self', 'web', {answers} FROM number; \
         INSERT INTO progress (survey, unit, day, issued, submitted) \
         SELECT survey, unit, '2022-12-01', COUNT(*), COUNT(*) FROM response GROUP BY survey, unit;"
    ));
    if engine == Engine::Postgres {
        // What its autovacuum does within a minute.
        scene.database.execute("VACUUM ANALYZE response");
    }
}

/// An expression for the answers of a form, random anew for every row.
pub fn answers(scene: &Scene, engine: Engine, forms: Forms) -> String {
    // A random place from 1 to n.
    let random = |n: usize| match engine {
        Engine::Sqlite => format!("(abs(random()) % {n} + 1)"),
        Engine::Postgres => format!("(floor(random() * {n})::int + 1)"),
    };
    let one_of = |options: &str| format!("substr('{options}', {}, 1)", random(options.len()));
    let independent = |options: &str| vec![one_of(options); scene.questions].join(" || ");
    match forms {
        Forms::Uniform => independent("12345"),
        Forms::Usual => {
            let same: Vec<String> =
                ["1", "1", "1", "2", "3"].iter().map(|digit| digit.repeat(scene.questions)).collect();
            let same = format!("substr('{}', ({} - 1) * {q} + 1, {q})", same.concat(), random(5), q = scene.questions);
            format!("CASE WHEN {} <= 5 THEN {same} ELSE {} END", random(10), independent("11111111111112222234"))
        }
    }
}
