//! The progress of surveys: counts that reconcile at every moment, shown live, and to everybody only their own.

use crate::harness::{
    Database, Desk, Engine, Phone, Program, SURVEY, Scene, Server, Stream, codes, form, on_both_engines,
};
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

const UNITS: &str = "code,name,parent,level\nC,全市,,city\nD1,东县,C,county\nD2,西县,C,county\nD3,空县,C,county\n\
    D4,小县,C,county\nE1,杨树院,D1,institution\nE2,柳树院,D1,institution\nE3,松树院,D1,institution\n\
    E4,柏树院,D1,institution\nW1,桃花院,D2,institution\nW2,杏花院,D2,institution\nS1,梅花院,D4,institution\n";

/// Units and how many links each gets. In D1, E3 and E4 are below the floor of five, and E2 has to join them.
const LINKS: [(&str, usize); 7] = [("E1", 20), ("E2", 6), ("E3", 2), ("E4", 2), ("W1", 12), ("W2", 8), ("S1", 4)];

/// A city with a survey that is open.
struct City<'a> {
    program: Program<'a>,
    survey: String,
    /// The codes of every unit.
    codes: BTreeMap<&'static str, Vec<String>>,
    server: Server,
}

impl<'a> City<'a> {
    fn open(database: &'a Database) -> Self {
        let program = Program::new(database);
        let survey = program.run(&["survey", "import", &program.file("survey.toml", SURVEY)]);
        program.run(&["unit", "import", &program.file("units.csv", UNITS)]);
        let people =
            LINKS.into_iter().flat_map(|(unit, count)| (0..count).map(move |no| format!("{unit},{unit}-{no}\n")));
        let roster = program.file("roster.csv", format!("unit,ref\n{}", people.collect::<String>()));
        let list = program.path("links.csv");
        program.run(&["link", "issue", &survey, "--roster", &roster, "--out", &list]);
        program.run(&["survey", "open", &survey]);
        let mut all = codes(&list).into_iter();
        let of_unit = |(unit, count)| (unit, all.by_ref().take(count).collect());
        let codes = LINKS.into_iter().map(of_unit).collect();
        let server = program.serve();
        Self { program, survey, codes, server }
    }

    fn sign_in(&self, name: &str, role: &str, unit: Option<&str>) -> Desk {
        Desk::sign_in(&self.program, &self.server, name, role, unit)
    }

    fn path(&self, rest: &str) -> String {
        format!("/staff/surveys/{}/progress{rest}", self.survey)
    }

    fn answer(&self, unit: &str, count: usize) {
        let phone = Phone::new(&self.server.address);
        for code in &self.codes[unit][..count] {
            assert_eq!(phone.form(code, &form(0)).status, 303);
        }
    }

    fn stream(&self, desk: &Desk, rest: &str) -> Stream {
        Stream::open(desk, &self.server.address, &self.path(&format!("/live{rest}")))
    }
}

/// A file of progress: name and figures of each line, by its code or, without one, its name; the last line is
/// the whole.
fn lines_of(csv: &str) -> Vec<(String, BTreeMap<String, i64>)> {
    let mut csv = csv::Reader::from_reader(csv.strip_prefix('\u{feff}').expect("a byte order mark").as_bytes());
    let head: Vec<String> = csv.headers().unwrap().iter().map(str::to_owned).collect();
    let line = |row: csv::StringRecord| {
        let name = if row[0].is_empty() { row[1].to_owned() } else { row[0].to_owned() };
        let figures = head.iter().zip(&row).filter_map(|(title, cell)| Some((title.clone(), cell.parse().ok()?)));
        (name, figures.collect())
    };
    csv.records().map(|row| line(row.unwrap())).collect()
}

/// Fails unless every line adds up and the lines add up to the whole.
fn assert_reconciles(csv: &str) {
    let mut lines = lines_of(csv);
    for (name, line) in &lines {
        let parts = ["未开始", "已开始", "已提交", "不参加", "链接收回", "已过期"];
        assert_eq!(line["发放"], parts.iter().map(|part| line[*part]).sum::<i64>(), "{name}: {csv}");
    }
    let (_, whole) = lines.pop().unwrap();
    for title in ["发放", "未开始", "已开始", "已提交", "不参加", "链接收回", "已过期", "今天"] {
        let sum: i64 = lines.iter().map(|(_, line)| line[title]).sum();
        assert!(lines.is_empty() || sum == whole[title], "{title}: {csv}");
    }
}

/// Codes and names of these units.
fn names(units: &[&str]) -> Vec<&'static str> {
    let of_unit = |line: &'static str| {
        let (code, rest) = line.split_once(',')?;
        units.contains(&code).then(|| [code, rest.split(',').next().unwrap()])
    };
    UNITS.lines().filter_map(of_unit).flatten().collect()
}

/// What a form could show of the survey's questions and answers.
const ANSWERS: [&str; 9] =
    ["服务好吗", "环境好吗", "还会来吗", "非常满意", "很不满意", "不清楚", "得分", "score", "respondent"];

on_both_engines!(a_monitor_gets_nothing_of_another_unit_and_nobody_gets_an_answer, |database| {
    let city = City::open(&database);
    city.answer("E1", 3);
    city.answer("E3", 1);
    city.answer("W1", 2);
    let evaluator = city.sign_in("zhang", "evaluator", None);
    let monitors = [
        ("east", "D1", vec!["D1", "E1"], vec!["?unit=E1"]),
        ("west", "D2", vec!["D2", "W1", "W2"], vec!["?unit=W1", "?unit=W2"]),
        ("small", "D4", vec!["D4"], vec![]),
        ("one", "E4", vec!["E4"], vec![]),
    ];
    let all: Vec<&str> = UNITS.lines().skip(1).map(|line| line.split(',').next().unwrap()).collect();
    for (name, top, mine, below) in &monitors {
        let desk = city.sign_in(name, "monitor", Some(top));
        let foreign: Vec<&str> = all.iter().copied().filter(|unit| !mine.contains(unit)).collect();
        let mut bytes = desk.get("/staff").body;
        for view in ["", "?sort=code", &format!("?unit={top}")].into_iter().chain(below.iter().copied()) {
            let page = desk.get(&city.path(view));
            assert_eq!(page.status, 200, "{name}: {view}");
            let csv = desk.get(&city.path(&format!(".csv{view}")));
            assert_eq!(csv.status, 200, "{name}: {view}");
            let mut stream = city.stream(&desk, view);
            stream.event().unwrap();
            bytes.extend([page.body, csv.body, stream.bytes]);
        }
        // Asking for a line by its name does not bring it.
        let joiner = if *name == "east" { "?rows=E1,E2,E3,E4,W1,D2,~own,~joined" } else { "?rows=E1,W1,S1,D1" };
        let mut asked = city.stream(&desk, joiner);
        asked.event().unwrap();
        bytes.push_str(&asked.bytes);
        // The frame says who is signed in.
        let text = bytes.replace(name, "");
        for word in names(&foreign) {
            // A code may be part of a digest in an address: codes are looked for as words.
            let found = text.match_indices(word).any(|(at, _)| {
                let around = |c: Option<char>| {
                    c.is_some_and(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '#' | '?' | '%'))
                };
                !around(text[..at].chars().next_back()) && !around(text[at + word.len()..].chars().next())
            });
            assert!(!found, "{name} reads {word}");
        }
        for word in ANSWERS {
            assert!(!bytes.contains(word), "{name} reads {word}");
        }
        for unit in foreign.iter().chain(&["nowhere"]) {
            for path in ["?unit=", ".csv?unit=", "/live?unit="] {
                let reply = desk.get(&city.path(&format!("{path}{unit}")));
                assert_eq!(reply.status, 404, "{name}: {path}{unit}");
                assert!(!reply.body.contains(names(&[unit]).get(1).unwrap_or(&"无此单位")), "{name}: {unit}");
            }
        }
    }
    let nobody = city.sign_in("nobody", "monitor", Some("D3"));
    let other = nobody.get(&format!("/staff/surveys/{}/progress", uuid::Uuid::nil()));
    let same = nobody.get(&city.path(""));
    assert_eq!((same.status, other.status), (404, 404), "a survey without links in the scope is not there");
    assert_eq!(same.body.replace(&city.survey, ""), other.body.replace(&uuid::Uuid::nil().to_string(), ""));
    assert!(!nobody.get("/staff").body.contains(&city.survey));
    assert!(Desk::new(&city.server).get("/staff").status == 303);

    // The same line in two scopes is the same.
    let east = Desk::new(&city.server);
    east.enter("east", crate::harness::PASSWORD, "");
    let rows = |desk: &Desk, rest: &str| {
        let mut stream = city.stream(desk, rest);
        stream.event().unwrap();
        stream.rows
    };
    let (own, whole) = (rows(&east, ""), rows(&evaluator, "?unit=D1"));
    assert_eq!(own.keys().collect::<Vec<_>>(), ["E1", "~joined", "~whole"]);
    assert_eq!(whole.keys().collect::<Vec<_>>(), ["E1", "E2", "E3", "E4", "~whole"]);
    assert_eq!((&own["~whole"], &own["E1"]), (&whole["~whole"], &whole["E1"]));
    assert_eq!(own["~joined"][0], "1", "of the joined units, together");
    assert_eq!(rows(&evaluator, "")["~whole"][0], "6");
});

on_both_engines!(of_a_few_links_a_monitor_sees_only_their_number, |database| {
    let city = City::open(&database);
    city.answer("S1", 2);
    // The time is nearly over. Of so few it is not told either whether they are late.
    let (opened, closes) = match database.engine {
        Engine::Sqlite => ("datetime('now', '-9 days')", "datetime('now', '+1 day')"),
        Engine::Postgres => {
            ("(now() AT TIME ZONE 'UTC') - interval '9 days'", "(now() AT TIME ZONE 'UTC') + interval '1 day'")
        }
    };
    database.execute(&format!("UPDATE survey SET opened_at = {opened}, closes_at = {closes}"));
    let desk = city.sign_in("small", "monitor", Some("D4"));
    let page = desk.get(&city.path("")).body;
    assert!(page.contains("链接不到 5 条") && !page.contains("<svg"));
    let line = desk.get(&city.path(".csv")).body.lines().nth(1).unwrap().to_owned();
    assert_eq!(line, "D4,小县 合计,—,—,—,4,—,—,—,—,—,—,—,");
    assert!(desk.get("/staff").body.contains("发放 4 · 已提交 — · 回收率 —"));
    let mut stream = city.stream(&desk, "");
    let event = stream.event().unwrap();
    assert_eq!((stream.rows.len(), event["today"].is_null()), (1, true));
});

on_both_engines!(counts_reconcile_at_every_moment_while_links_are_answered_declined_and_revoked, |database| {
    const PHONES: usize = 64;
    let scene = Scene::open(&database, 600);
    let desk = |name: &str| Desk::sign_in(&scene.program, &scene.server, name, "evaluator", None);
    let path = |rest: &str| format!("/staff/surveys/{}/progress{rest}", scene.survey);
    let (next, over) = (AtomicUsize::new(0), AtomicBool::new(false));
    let (watcher, revoker) = (desk("watcher"), desk("revoker"));
    std::thread::scope(|scope| {
        let looking = scope.spawn(|| {
            let mut stream = Stream::open(&watcher, &scene.server.address, &path("/live?unit=C"));
            // However fast the phones are, somebody looks.
            loop {
                for unit in ["C", "D1", "D2", "I1"] {
                    assert_reconciles(&watcher.get(&path(&format!(".csv?unit={unit}"))).body);
                }
                stream.event().unwrap();
                // submitted, today, rate, issued, waiting, started, declined, revoked, expired
                let number = |key: &str, place: usize| stream.rows[key][place].parse::<i64>().unwrap();
                for key in stream.rows.keys() {
                    let parts: i64 = [0, 4, 5, 6, 7, 8].iter().map(|place| number(key, *place)).sum();
                    assert_eq!(number(key, 3), parts, "{key}");
                }
                let counties: i64 = ["D1", "D2"].iter().map(|key| number(key, 0)).sum();
                assert_eq!(number("~whole", 0), counties, "the stream's lines are of one moment");
                if over.load(Ordering::Relaxed) {
                    break;
                }
            }
        });
        let revoking = scope.spawn(|| {
            for code in scene.codes.iter().step_by(29) {
                let asked = [("which", code.as_str()), ("why", "phone")];
                let page = revoker.post(&format!("/staff/surveys/{}/links/one", scene.survey), &asked).body;
                let Some((_, rest)) = page.split_once("name=\"link\" value=\"") else { continue };
                let link = rest.split('"').next().unwrap();
                let reply = revoker.post(&format!("/staff/surveys/{}/links/revoke", scene.survey), &[("link", link)]);
                assert!(matches!(reply.status, 303 | 409 | 422), "{}", reply.status);
            }
        });
        let phones: Vec<_> = (0..PHONES)
            .map(|_| {
                scope.spawn(|| {
                    let phone = scene.phone();
                    loop {
                        let number = next.fetch_add(1, Ordering::Relaxed);
                        let Some(code) = scene.codes.get(number) else { break };
                        let status = match number % 5 {
                            0 => phone.act(code, "start").status,
                            1 => phone.act(code, "decline").status,
                            _ => phone.form(code, &form(number)).status,
                        };
                        assert!(matches!(status, 200 | 303 | 410), "{status}");
                    }
                })
            })
            .collect();
        phones.into_iter().for_each(|phone| phone.join().unwrap());
        revoking.join().unwrap();
        over.store(true, Ordering::Relaxed);
        looking.join().unwrap();
    });
    scene.verify();
    let submitted = database.count("SELECT COUNT(*) FROM link WHERE state = 'submitted'").to_string();
    assert!(database.count("SELECT COUNT(*) FROM link WHERE state = 'revoked'") > 0);
    Stream::open(&watcher, &scene.server.address, &path("/live")).until("~whole", &submitted);
    scene.close();
    let mut stream = Stream::open(&watcher, &scene.server.address, &path("/live"));
    while stream.rows.get("~whole").is_none_or(|row| row[4] != "0") {
        stream.event().unwrap();
    }
    assert_reconciles(&watcher.get(&path(".csv")).body);
});

on_both_engines!(an_answer_through_one_node_is_seen_on_the_other, |database| {
    let city = City::open(&database);
    let other = city.program.serve();
    let desk = Desk::sign_in(&city.program, &other, "east", "monitor", Some("D1"));
    let mut stream = Stream::open(&desk, &other.address, &city.path("/live"));
    stream.until("E1", "0");
    let mut slowest = Duration::ZERO;
    for count in 1..=5 {
        let began = Instant::now();
        let reply = Phone::new(&city.server.address).form(&city.codes["E1"][count], &form(count));
        assert_eq!(reply.status, 303);
        stream.until("E1", &count.to_string());
        slowest = slowest.max(began.elapsed());
    }
    assert!(
        slowest < Duration::from_secs(4),
        "two seconds, and as many for a machine that has other work: {slowest:?}"
    );
    assert_eq!(stream.rows["E1"][1], "5", "all of them today");
});

on_both_engines!(a_stream_ends_with_its_sign_in_and_does_not_keep_it, |database| {
    let city = City::open(&database);
    let desks = ["out", "off", "idle"].map(|name| city.sign_in(name, "monitor", Some("D1")));
    // Long enough ago that the next use would be written down, which the page's is and the stream's is not.
    let some_time_ago = match database.engine {
        Engine::Sqlite => "datetime(seen_at, '-30 minutes')",
        Engine::Postgres => "seen_at - interval '30 minutes'",
    };
    database.execute(&format!("UPDATE session SET seen_at = {some_time_ago}"));
    let seen = || database.lines("SELECT CAST(seen_at AS TEXT) AS line FROM session ORDER BY hash");
    let before = seen();
    let mut streams = desks.each_ref().map(|desk| city.stream(desk, ""));
    for stream in &mut streams {
        stream.until("~whole", "0");
    }
    assert_eq!(seen(), before, "a stream is no use of a sign-in");
    let [out, off, idle] = streams;
    assert_eq!(desks[0].post("/staff/sign-out", &[]).status, 303);
    out.drain();
    city.program.run(&["staff", "disable", "off"]);
    off.drain();
    database.execute("UPDATE session SET seen_at = '2020-01-01 00:00:00'");
    let began = Instant::now();
    idle.drain();
    assert!(began.elapsed() < Duration::from_secs(20), "{:?}", began.elapsed());
    assert_eq!(city.stream(&desks[2], "").status, 303);
});

on_both_engines!(a_server_that_is_told_to_stop_does_not_wait_for_its_viewers, |database| {
    let city = City::open(&database);
    let desk = city.sign_in("east", "monitor", Some("D1"));
    let mut streams: Vec<Stream> = (0..20).map(|_| city.stream(&desk, "")).collect();
    streams.iter_mut().for_each(|stream| stream.until("~whole", "0"));
    let began = Instant::now();
    let (code, log) = city.server.stop();
    assert_eq!((code, log.as_str()), (Some(0), ""));
    assert!(began.elapsed() < Duration::from_secs(5), "{:?}", began.elapsed());
    streams.into_iter().for_each(Stream::drain);
});

on_both_engines!(five_hundred_viewers_cost_the_database_no_more_than_one, |database| {
    const VIEWERS: usize = 500;
    const SECONDS: u64 = 10;
    let city = City::open(&database);
    // More than one account may have open.
    let desks: Vec<Desk> = (0..5).map(|number| city.sign_in(&format!("zhang{number}"), "evaluator", None)).collect();
    // How often the tables of a page are read in a while in which nothing but the streams is open, as PostgreSQL
    // counts it. A connection that has nothing to do may report what it did ten seconds late.
    let cost = || {
        if database.engine == Engine::Sqlite {
            return 0;
        }
        let done = || {
            database.count(
                "SELECT sum(coalesce(seq_scan, 0) + coalesce(idx_scan, 0)) FROM pg_stat_user_tables \
                 WHERE relname IN ('progress', 'session', 'staff', 'unit', 'audit_head')",
            )
        };
        std::thread::sleep(Duration::from_secs(12));
        let before = done();
        std::thread::sleep(Duration::from_secs(SECONDS));
        done() - before
    };
    let mut streams = vec![city.stream(&desks[0], "")];
    streams[0].until("~whole", "0");
    let one = cost();
    streams.extend((1..VIEWERS).map(|viewer| city.stream(&desks[viewer % desks.len()], "")));
    for stream in &mut streams {
        assert_eq!(stream.status, 200);
        stream.until("~whole", "0");
    }
    let all = cost();
    if database.engine == Engine::Postgres {
        assert!(one > 2, "somebody looks: {one}");
        // A look is two tables. The sign-ins of all viewers are looked at together, twice at most in this while, and
        // each account among them is found once.
        let accounts = 2 * u64::try_from(desks.len()).unwrap();
        assert!(all <= one + SECONDS + accounts, "{VIEWERS} viewers cost {all} reads of tables, one {one}");
    }
    city.answer("W2", 1);
    for stream in &mut streams {
        stream.until("~whole", "1");
    }
});

on_both_engines!(one_account_does_not_take_the_places_of_all, |database| {
    let city = City::open(&database);
    let (greedy, other) = (city.sign_in("greedy", "monitor", Some("D1")), city.sign_in("other", "monitor", Some("D1")));
    let again = Desk::new(&city.server);
    again.enter("greedy", crate::harness::PASSWORD, "");
    let streams: Vec<Stream> = (0..100).map(|_| city.stream(&greedy, "")).collect();
    assert!(streams.iter().all(|stream| stream.status == 200));
    let refused = city.stream(&again, "");
    assert!(refused.status == 503 && refused.bytes.to_lowercase().contains("retry-after: 30"), "{}", refused.bytes);
    assert_eq!(city.stream(&other, "").status, 200);
    assert_eq!(greedy.get(&city.path("")).status, 200, "the page is there all the same");
});

on_both_engines!(who_has_joined_stays_joined_when_further_links_are_issued, |database| {
    let city = City::open(&database);
    // All of it was a while ago: the day of the opening is over.
    database.execute(
        "UPDATE progress SET day = '2022-11-05'; UPDATE survey SET opened_at = '2022-11-05 08:00:00', closes_at = NULL",
    );
    city.answer("E4", 1);
    let desk = city.sign_in("east", "monitor", Some("D1"));
    let seen = || -> Vec<(String, i64)> {
        let lines = lines_of(&desk.get(&city.path(".csv?sort=code")).body);
        lines.into_iter().map(|(name, line)| (name, line["发放"])).collect()
    };
    let is =
        |lines: &[(&str, i64)]| lines.iter().map(|(name, issued)| ((*name).to_owned(), *issued)).collect::<Vec<_>>();
    assert_eq!(seen(), is(&[("E1", 20), ("其他 3 处合计", 10), ("D1", 30)]));
    let issue = |unit: &str, count: usize| {
        let people: String = (0..count).map(|number| format!("{unit},later-{number}\n")).collect();
        let roster = city.program.file("later.csv", format!("unit,ref\n{people}"));
        let list = city.program.path("later-links.csv");
        city.program.run(&["link", "issue", &city.survey, "--roster", &roster, "--out", &list, "--force"]);
    };
    // E3 has enough now; were it seen by itself, E2 would be, too, or E4 all but be.
    issue("E3", 10);
    let after = is(&[("E1", 20), ("其他 3 处合计", 20), ("D1", 40)]);
    // The first look may be at figures of the second before.
    while seen() != after {
        assert_eq!(seen().len(), after.len());
    }
    assert_eq!(desk.get(&city.path("?unit=E3")).status, 404);
    issue("D1", 7);
    while seen().len() == after.len() {}
    assert_eq!(seen(), is(&[("本单位直接发放", 7), ("E1", 20), ("其他 3 处合计", 20), ("D1", 47)]), "new, and enough");
    city.program.run(&["verify", &city.survey]);
});

on_both_engines!(days_that_are_over_and_answers_that_come_late_are_counted, |database| {
    let city = City::open(&database);
    city.answer("E1", 4);
    // These four came long ago: one on a day, three on the next.
    database.execute(
        "UPDATE progress SET submitted = submitted - 4, waiting = waiting + 4 WHERE unit = 'E1'; \
         INSERT INTO progress (survey, unit, day, submitted, waiting) \
         SELECT survey, unit, '2022-11-05', 1, -1 FROM progress WHERE unit = 'E1'; \
         INSERT INTO progress (survey, unit, day, submitted, waiting) \
         SELECT survey, unit, '2022-11-06', 3, -3 FROM progress WHERE unit = 'E1' AND day > '2022-12-01'",
    );
    let desk = city.sign_in("zhang", "evaluator", None);
    let mut stream = city.stream(&desk, "?unit=E1");
    stream.until("~whole", "4");
    assert_eq!(stream.rows["~whole"][1], "0", "none of them today");
    let page = desk.get(&city.path("?unit=E1")).body;
    assert!(page.contains("更早</th><td class=\"number\">4"), "{page}");
    // A batch of yesterday that is written only now.
    let yesterday = match database.engine {
        Engine::Sqlite => "date(MAX(day), '-1 day')",
        Engine::Postgres => "MAX(day) - 1",
    };
    database.execute(&format!(
        "INSERT INTO progress (survey, unit, day, submitted, waiting) SELECT survey, unit, {yesterday}, 2, -2 FROM progress \
         WHERE unit = 'E1' GROUP BY survey, unit"
    ));
    stream.until("~whole", "6");
    assert_eq!(stream.rows["~whole"][1], "0");
    city.answer("E2", 1);
    city.stream(&desk, "").until("~whole", "7");
});

on_both_engines!(who_is_behind_the_plan_is_on_top, |database| {
    let city = City::open(&database);
    let now = match database.engine {
        Engine::Sqlite => |offset: &str| format!("datetime('now', '{offset}')"),
        Engine::Postgres => |offset: &str| format!("(now() AT TIME ZONE 'UTC') + interval '{offset}'"),
    };
    database.execute(&format!("UPDATE survey SET opened_at = {}, closes_at = {}", now("-5 days"), now("+5 days")));
    city.answer("E1", 11);
    city.answer("W1", 1);
    city.answer("W2", 4);
    let desk = city.sign_in("zhang", "evaluator", None);
    let order = |view: &str| -> Vec<String> {
        lines_of(&desk.get(&city.path(&format!(".csv{view}"))).body).into_iter().map(|(name, _)| name).collect()
    };
    assert_eq!(order(""), ["D2", "D1", "D4", "D3", "C"]);
    assert_eq!(order("?unit=D2"), ["W1", "W2", "D2"]);
    assert_eq!(order("?sort=code"), ["D1", "D2", "D3", "D4", "C"]);
    let page = desk.get(&city.path("?unit=D2")).body;
    assert!(page.contains("<tr data-row=\"W1\" class=\"late\">") && page.contains("比计划少 5 份"), "{page}");
    assert!(page.contains("<tr data-row=\"W2\">"), "{page}");
    assert!(page.contains("<line "), "the plan is drawn");
    let head = desk.get(&city.path(".csv"));
    assert!(head.header("content-disposition").unwrap().starts_with("attachment; filename=\"progress-"));
    assert!(head.body.starts_with("\u{feff}代码,单位,已提交,今天,回收率,发放"));
});
