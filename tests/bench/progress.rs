//! The progress page of a survey with many links, beside the same server's empty route.

use crate::Arguments;
use crate::database::Engine;
use crate::load::{Source, round};
use crate::process::Server;
use crate::scene::Scene;
use crate::table::{Table, median, whole};
use std::io::Write;
use std::time::{Duration, Instant};

/// Days of answers.
const DAYS: usize = 60;

/// Measures and prints.
pub fn measure(engines: &[Engine], arguments: &Arguments) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let head = ["engine, links", "first ms", "city ms", "3 000 below ms", "empty ms", "city ÷ empty", "MiB", "budget"];
    let title = format!("Progress of links in {} units over {DAYS} days, one connection", arguments.units);
    let mut table = Table::new(title, &head);
    for engine in engines {
        for rows in [arguments.rows / 4, arguments.rows] {
            eprintln!("progress, {engine:?}: {rows}");
            let scene = Scene::new(*engine, arguments.units);
            fill(&scene, *engine, rows);
            table.row(runtime.block_on(look(&scene, *engine, rows, arguments)));
        }
    }
    table.print();
}

async fn look(scene: &Scene, engine: Engine, rows: usize, arguments: &Arguments) -> [String; 8] {
    let server = Server::start(&scene.database);
    let address = server.address.as_str();
    let cookie = sign_in(scene, address);
    let path = format!("/staff/surveys/{}/progress", scene.survey);
    let began = Instant::now();
    let reply = ureq::get(format!("http://{address}{path}")).header("cookie", &cookie).call().unwrap();
    assert_eq!(reply.status(), 200);
    let first = began.elapsed();

    let time = Duration::from_secs_f64(arguments.seconds);
    let below = format!("{path}?unit=530102");
    let (mut city, mut county, mut empty) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..arguments.rounds {
        let (none, _) = round(address, 1, Get::<204>::new("/health/empty", &cookie), time).await;
        let (top, _) = round(address, 1, Get::<200>::new(&path, &cookie), time).await;
        let (many, _) = round(address, 1, Get::<200>::new(&below, &cookie), time).await;
        assert_eq!(none.wrong + top.wrong + many.wrong, 0);
        empty.push(1_000.0 / none.rate);
        city.push(1_000.0 / top.rate);
        county.push(1_000.0 / many.rate);
    }
    let memory = server.mebibytes();
    server.stop();
    let (city, county, empty) = (median(city), median(county), median(empty));
    [
        format!("{engine:?}, {}", whole(rows as f64)),
        format!("{:.0}", first.as_secs_f64() * 1_000.0),
        format!("{city:.2}"),
        format!("{county:.2}"),
        format!("{empty:.2}"),
        format!("{:.0}", city / empty),
        format!("{memory:.0}"),
        "≤ 10 ms".to_owned(),
    ]
}

/// Makes an account and gives the cookie of its sign-in.
pub fn sign_in(scene: &Scene, address: &str) -> String {
    const PASSWORD: &str = "correct horse battery";
    scene.add_evaluator("zhang", PASSWORD);
    let agent: ureq::Agent = ureq::Agent::config_builder().max_redirects(0).build().into();
    let form = agent.post(format!("http://{address}/staff/sign-in"));
    let form = form.content_type("application/x-www-form-urlencoded");
    let reply = form.send(format!("name=zhang&password={}", PASSWORD.replace(' ', "+"))).unwrap();
    let cookie = reply.headers().get("set-cookie").unwrap().to_str().unwrap();
    cookie.split(';').next().unwrap().to_owned()
}

/// Writes the counters of links that were issued on the first day, two thirds of them answered since.
fn fill(scene: &Scene, engine: Engine, rows: usize) {
    let (units, each) = (scene.institutions, rows / scene.institutions);
    let daily = each * 2 / 3 / DAYS;
    let id = scene.survey.simple();
    let (survey, unit, first, day, numbers) = match engine {
        Engine::Sqlite => (
            format!("x'{id}'"),
            "printf('530102-%04d', u.i)",
            format!("date('now', '-{DAYS} days')"),
            "date('now', '-' || d.i || ' days')",
            format!(
                "WITH RECURSIVE u (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM u WHERE i < {units} - 1), \
                 d (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM d WHERE i < {DAYS} - 1)"
            ),
        ),
        Engine::Postgres => (
            format!("decode('{id}', 'hex')"),
            "'530102-' || lpad(u.i::text, 4, '0')",
            format!("CURRENT_DATE - {DAYS}"),
            "CURRENT_DATE - d.i",
            format!(
                "WITH u (i) AS (SELECT generate_series(0, {units} - 1)), \
                 d (i) AS (SELECT generate_series(0, {DAYS} - 1))"
            ),
        ),
    };
    scene.database.execute(&format!(
        "INSERT INTO progress (survey, unit, day, issued, waiting) {numbers} \
         SELECT {survey}, {unit}, {first}, {each}, {each} FROM u; \
         INSERT INTO progress (survey, unit, day, submitted, waiting) {numbers} \
         SELECT {survey}, {unit}, {day}, {daily}, -{daily} FROM u, d;"
    ));
    if engine == Engine::Postgres {
        scene.database.execute("VACUUM ANALYZE progress");
    }
}

/// Asks for one address.
struct Get<const STATUS: u16>(Vec<u8>);

impl<const STATUS: u16> Get<STATUS> {
    fn new(path: &str, cookie: &str) -> Self {
        let mut request = Vec::new();
        write!(request, "GET {path} HTTP/1.1\r\nHost: survey.example\r\nCookie: {cookie}\r\n\r\n").unwrap();
        Self(request)
    }
}

impl<const STATUS: u16> Source for Get<STATUS> {
    const STATUS: u16 = STATUS;

    fn next(&mut self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.0);
    }
}
