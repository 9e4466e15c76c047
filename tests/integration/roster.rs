//! Rosters given at the desk: checked, shown, imported, marked, and forgotten in time.

use crate::harness::{Database, Desk, Engine, Phone, Program, SURVEY, Scene, Server, UNITS, on_both_engines};
use crate::units::kept;
use chrono::Duration;
use diesel::connection::SimpleConnection;
use diesel::{Connection, PgConnection};
use fivepoint::config::Clock;
use rust_xlsxwriter::{Format, Formula, Workbook};
use std::io::Write;
use std::time::Instant;

/// A draft survey with units, and an evaluator at the desk.
pub struct Table<'a> {
    pub program: Program<'a>,
    pub server: Server,
    pub desk: Desk,
    pub address: String,
    pub survey: String,
}

impl<'a> Table<'a> {
    pub fn new(database: &'a Database) -> Self {
        let program = Program::new(database);
        let survey = program.run(&["survey", "import", &program.file("survey.toml", SURVEY)]);
        program.run(&["unit", "import", &program.file("units.csv", UNITS)]);
        let server = program.serve();
        let desk = Desk::sign_in(&program, &server, "zhang", "evaluator", None);
        let address = format!("/staff/surveys/{survey}/roster");
        Self { program, server, desk, address, survey }
    }

    /// Uploads a file; gives the status and the page.
    pub fn upload(&self, bytes: &[u8]) -> (u16, String) {
        let address = format!("{}/upload", self.address);
        let mut reply = self.desk.upload(&address, bytes);
        // A long file is watched until it is read.
        while reply.status == 303 || reply.body.contains("data-poll") {
            std::thread::yield_now();
            reply = self.desk.get(&address);
        }
        (reply.status, reply.body)
    }

    /// Imports what that preview shows; gives where it leads.
    pub fn import(&self, preview: &str) -> String {
        self.import_with(preview, &[])
    }

    /// The same with these ticks.
    pub fn import_with(&self, preview: &str, ticks: &[&str]) -> String {
        let upload = kept(preview);
        let fields: Vec<_> = ticks.iter().map(|tick| (*tick, "1")).chain([("upload", upload.as_str())]).collect();
        let reply = self.desk.post(&format!("{}/import", self.address), &fields);
        assert_eq!(reply.status, 303, "{}", reply.body);
        reply.header("location").unwrap().to_owned()
    }
}

const ROSTER: &str = "unit,ref,name,phone\nI1,1,张三,138\nI1,2,李四,\nI2,1,<script>alert(1)</script>,\nI3,,王五,\n";

/// A fault of a page: row, column and the beginning of the words.
fn fault(row: u32, column: &str, field: &str, words: &str) -> String {
    format!("<td class=\"number\">{row}</td><td>{column}</td><td class=\"short\">{field}</td><td>{words}")
}

on_both_engines!(a_roster_is_shown_imported_and_given_again, |database| {
    let table = Table::new(&database);
    assert!(table.desk.get(&table.address).body.contains("名单还是空的。请先下载模板"));
    let (status, preview) = table.upload(ROSTER.as_bytes());
    assert!(status == 200 && preview.contains("新增 4 人，另有 0 人"), "{preview}");
    assert!(preview.contains("有 1 人没有编号") && !preview.contains("<script>"), "{preview}");
    assert_eq!(database.count("SELECT count(*) FROM roster_line"), 0, "nothing is imported by looking");
    let done = table.import(&preview);
    assert!(done.ends_with("/roster?added=4&known=0"), "{done}");
    let page = table.desk.get(&done).body;
    for words in ["已经导入：新增 4 人", "张三", "138", "<td class=\"number\">2</td><td class=\"number\">0</td>"]
    {
        assert!(page.contains(words), "{words} in {page}");
    }
    assert!(!page.contains("<script>") && page.contains("&#60;script&#62;"), "{page}");

    // Again, in another order of columns and with somebody new; who has no ref cannot be known.
    let again = "姓名,编号,单位\n张三丰,1,I1\n新人,9,I3\n";
    let (_, preview) = table.upload(again.as_bytes());
    assert!(preview.contains("新增 1 人，另有 1 人已经在名单上"), "{preview}");
    assert!(table.import(&preview).ends_with("?added=1&known=1"));
    let names = database.lines("SELECT number || name AS line FROM roster_line ORDER BY number");
    assert_eq!(names, ["1张三", "2李四", "3<script>alert(1)</script>", "4王五", "5新人"]);
    let (_, preview) = table.upload(b"unit,ref\nI1,1\n");
    assert!(!preview.contains("name=\"upload\""), "nothing new, nothing to press: {preview}");

    let one_unit = table.desk.get(&format!("{}?unit=I3&page=7", table.address)).body;
    assert!(one_unit.contains("新人") && one_unit.contains("王五") && !one_unit.contains("张三"), "{one_unit}");
    let hostile = table.desk.get(&format!("{}?unit=%22%3E%3Cscript%3E", table.address)).body;
    assert!(!hostile.contains("<script>"));
    let rows = "SELECT act || amount AS line FROM audit WHERE act = 'roster-imported' ORDER BY number";
    assert_eq!(database.lines(rows), ["roster-imported4", "roster-imported1"]);
    let template = table.desk.get(&format!("{}/template.csv", table.address)).body;
    assert_eq!(template, "\u{feff}单位,编号,姓名,电话,邮箱\r\n");
    let (status, page) = table.upload(template.as_bytes());
    assert!(status == 422 && page.contains("表里一个人也没有"), "{page}");
});

on_both_engines!(a_long_roster_is_shown_in_pages, |database| {
    let table = Table::new(&database);
    let people: String = (0..120).map(|n| format!("I{},R{n},第{n}位\n", n % 2 + 1)).collect();
    let (_, preview) = table.upload(format!("unit,ref,name\n{people}").as_bytes());
    table.import(&preview);
    let rows = |part: &str| {
        let page = table.desk.get(&format!("{}?{part}", table.address)).body;
        let mut names =
            page.split("<th scope=\"row\">第").skip(1).map(|rest| rest.split('位').next().unwrap().to_owned());
        (names.clone().count(), names.next().unwrap(), page)
    };
    let (count, first, page) = rows("");
    assert_eq!((count, first.as_str(), page.contains("第 1 页，共 3 页")), (50, "0", true));
    let head = page.rsplit_once("<thead>").unwrap().1.split_once("</thead>").unwrap().0;
    let row = page.split_once("<tr id=\"n1\">").unwrap().1.split_once("</tr>").unwrap().0;
    let cells = row.matches("<td").count() + row.matches("<th").count();
    assert!(head.contains("邮箱") && head.matches("<th").count() == cells, "a title for every cell: {head} {row}");
    assert_eq!(rows("page=3").1, "100");
    let (count, first, page) = rows("unit=I2&page=2");
    assert_eq!((count, first.as_str(), page.contains("第 2 页，共 2 页")), (10, "101", true));
});

on_both_engines!(mistakes_are_listed_by_row_and_column, |database| {
    let table = Table::new(&database);
    let before = database.dump();
    let bad = "姓名,编号,单位\n甲,1,I1\n\n乙,2,I9\n丙,1,I1\n丁,3,\n";
    let (status, page) = table.upload(bad.as_bytes());
    assert_eq!(status, 422);
    for expected in [
        fault(4, "C", "单位", "没有代码是“I9”的单位"),
        fault(5, "B", "编号", "单位和编号都和第 2 行一样"),
        fault(6, "C", "单位", "这一格是空的"),
    ] {
        assert!(page.contains(&expected), "{expected} in {page}");
    }
    assert!(!page.contains("甲") && !page.contains("丙"), "nobody's name is repeated");
    let english = table.desk.upload(&format!("{}/upload?lang=en", table.address), bad.as_bytes()).body;
    assert!(english.contains("There are 3 mistakes."), "{english}");

    let many: String = (0..50_000).map(|n| format!("X{n},{n}\n")).collect();
    let (status, page) = table.upload(format!("unit,ref\n{many}").as_bytes());
    assert!(status == 422 && page.contains("还有 49000 处"));
    assert!(page.len() < 500_000, "{} bytes", page.len());
    let long = format!("unit,ref\nI1,\"{}\"\n", "字".repeat(10 * 1024 * 1024 / 3));
    let (status, page) = table.upload(long.as_bytes());
    assert!(status == 422 && page.len() < 10_000 && page.contains(&fault(2, "B", "编号", "太长了")), "{page}");
    let same = |dump: Vec<String>| dump.into_iter().filter(|row| !row.starts_with("session")).collect::<Vec<_>>();
    assert_eq!(same(database.dump()), same(before), "nothing was imported");
});

/// A workbook as an office makes it: an empty row at the top of the people, a formula, a number as a phone.
fn book(fill: impl FnOnce(&mut rust_xlsxwriter::Worksheet)) -> Vec<u8> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    for (column, name) in ["单位", "编号", "姓名", "电话"].into_iter().enumerate() {
        sheet.write_with_format(0, column as u16, name, &Format::new().set_bold()).unwrap();
    }
    fill(sheet);
    book.add_worksheet().write(0, 0, "注意").unwrap();
    book.save_to_buffer().unwrap()
}

on_both_engines!(workbooks_are_read_as_tables, |database| {
    let table = Table::new(&database);
    let good = book(|sheet| {
        sheet.write(2, 0, "I1").unwrap().write(2, 1, 1).unwrap().write(2, 2, "张三").unwrap();
        sheet.write(2, 3, 13_888_888_888_u64).unwrap();
        sheet.write(3, 0, Formula::new("=\"I\"&2").set_result("I2")).unwrap().write(3, 1, "007").unwrap();
    });
    let (status, preview) = table.upload(&good);
    assert!(status == 200 && preview.contains("新增 2 人"), "{preview}");
    table.import(&preview);
    let lines = "SELECT unit || '|' || reference || '|' || coalesce(name, '-') || '|' || coalesce(phone, '-') AS line \
                 FROM roster_line ORDER BY number";
    assert_eq!(database.lines(lines), ["I1|1|张三|13888888888", "I2|007|-|-"]);

    let bad = book(|sheet| {
        sheet.write(3, 0, "I9").unwrap().write(3, 2, "甲\n乙").unwrap();
        sheet.write(5, 2, "丙").unwrap();
    });
    let (status, page) = table.upload(&bad);
    assert_eq!(status, 422);
    for expected in [
        fault(4, "A", "单位", "没有代码是“I9”的单位"),
        fault(4, "C", "—", "一格里不能换行"),
        fault(6, "A", "单位", "这一格是空的"),
    ] {
        assert!(page.contains(&expected), "{expected} in {page}");
    }
    let bad = book(|sheet| {
        sheet.write(1, 0, "I1").unwrap().write(1, 1, 530_102_199_001_011_234_u64).unwrap();
        sheet.write(2, 0, Formula::new("=1/0").set_result("#DIV/0!")).unwrap();
        sheet.write(3, 200, "x").unwrap();
    });
    let (status, page) = table.upload(&bad);
    assert_eq!(status, 422);
    for expected in
        [fault(2, "B", "—", "数字太长"), fault(3, "A", "—", "这一格的公式出错了"), fault(4, "GS", "—", "列太多了")]
    {
        assert!(page.contains(&expected), "{expected} in {page}");
    }
});

/// A workbook whose sheet is 200 MB of spaces, and the same with a directory that says it is small.
fn bombs() -> [Vec<u8>; 2] {
    let mut bomb = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    bomb.start_file("xl/workbook.xml", zip::write::SimpleFileOptions::default()).unwrap();
    let spaces = vec![b' '; 1024 * 1024];
    for _ in 0..200 {
        bomb.write_all(&spaces).unwrap();
    }
    let honest = bomb.finish().unwrap().into_inner();
    let size = (200_u32 * 1024 * 1024).to_le_bytes();
    let mut lying = honest.clone();
    while let Some(place) = lying.windows(4).position(|four| four == size) {
        lying[place..place + 4].copy_from_slice(&1000_u32.to_le_bytes());
    }
    assert_ne!(honest, lying);
    [honest, lying]
}

on_both_engines!(columns_are_named_in_the_words_of_the_page, |database| {
    let table = Table::new(&database);
    let (_, page) = table.upload("单位,备注\nI1,x\n".as_bytes());
    let told = fault(1, "B", "备注", "不认识这一列。请用模板里的名称：单位 / 编号 / 姓名 / 电话 / 邮箱。");
    assert!(page.contains(&told), "{told} in {page}");
    let (_, page) = table.upload("单位,邮箱\nI1,nobody\n".as_bytes());
    let told = fault(2, "B", "邮箱", "这不是邮箱地址");
    assert!(page.contains(&told), "{told} in {page}");
});

on_both_engines!(files_that_are_none_are_told_what_is_wrong, |database| {
    let table = Table::new(&database);
    let cases: [(&[u8], &str); 5] = [
        (b"", "还没有选择文件"),
        (b"PK\x03\x04 no more", "这个 Excel 表打不开"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "老格式的 Excel 表"),
        (&vec![b'x'; 21 * 1024 * 1024], "文件超过了 20 MB"),
        (b"\0\0\0\0", "不认识这一列"),
    ];
    for (bytes, words) in cases {
        let (status, page) = table.upload(bytes);
        assert!(status == 422 && page.contains(words), "{words}: {status} {page}");
    }
    for bomb in bombs() {
        assert!(bomb.len() < 1024 * 1024);
        let (status, page) = table.upload(&bomb);
        let told = page.contains("这个 Excel 表太大了") || page.contains("这个 Excel 表打不开");
        assert!(status == 422 && told, "{page}");
    }
    let address = format!("{}/upload", table.address);
    let nothing = table.desk.post(&address, &[]);
    assert!(nothing.status == 422 && nothing.body.contains("还没有选择文件"), "{}", nothing.body);
});

on_both_engines!(a_file_is_taken_only_with_the_token_before_it, |database| {
    let table = Table::new(&database);
    let other = Desk::sign_in(&table.program, &table.server, "li", "evaluator", None);
    let address = format!("{}/upload", table.address);
    let (token, foreign, file) = (table.desk.token(), other.token(), ROSTER.as_bytes());
    for parts in [
        vec![("file", file)],
        vec![("file", file), ("token", token.as_bytes())],
        vec![("token", foreign.as_bytes()), ("file", file)],
        vec![("token", b"".as_slice()), ("file", file)],
        vec![("token", &[b'x'; 1000]), ("file", file)],
    ] {
        assert_eq!(table.desk.send_parts(&address, &parts).status, 403, "{parts:?}");
    }
    assert_eq!(Desk::new(&table.server).send_parts(&address, &[("token", b"x"), ("file", file)]).status, 303);

    // What one session sent, another cannot import, nor for another survey, nor without its token.
    let (_, preview) = table.upload(file);
    let upload = kept(&preview);
    let import = format!("{}/import", table.address);
    assert_eq!(other.post(&import, &[("upload", &upload)]).status, 422);
    let file = table.program.file("second.toml", SURVEY);
    let second = table.program.run(&["survey", "import", &file]);
    let elsewhere = format!("/staff/surveys/{second}/roster/import");
    assert_eq!(table.desk.post(&elsewhere, &[("upload", &upload)]).status, 422);
    assert_eq!(table.desk.post("/staff/units/import", &[("upload", &upload)]).status, 422);
    assert_eq!(table.desk.send(&import, &[("upload", &upload)], &[]).status, 403);
    assert_eq!(database.count("SELECT count(*) FROM roster_line"), 0);
    assert!(table.import(&preview).ends_with("added=4&known=0"));
});

on_both_engines!(what_is_known_of_somebody_is_marked_while_the_survey_is_not_closed, |database| {
    let table = Table::new(&database);
    let (_, preview) = table.upload(ROSTER.as_bytes());
    table.import(&preview);
    let mark = |number: &str, known: &str| {
        let fields = [("number", number), ("known", known), ("unit", "I1"), ("page", "1")];
        table.desk.post(&format!("{}/mark", table.address), &fields).status
    };
    assert_eq!(mark("1", "ineligible"), 303);
    assert_eq!(mark("1", "ineligible"), 303);
    assert_eq!(mark("2", "non_contact"), 303);
    assert_eq!((mark("3", "dead"), mark("99", "ineligible"), mark("x", "")), (409, 404, 404));
    let marked = "SELECT number || disposition AS line FROM roster_line WHERE disposition IS NOT NULL ORDER BY number";
    assert_eq!(database.lines(marked), ["1ineligible", "2non_contact"]);
    let page = table.desk.get(&table.address).body;
    assert!(
        page.contains("<td class=\"number\">2</td><td class=\"number\">1</td><td class=\"number\">0</td>"),
        "{page}"
    );
    assert_eq!(mark("1", ""), 303);
    let acts = "SELECT act || unit AS line FROM audit WHERE act = 'disposition-set'";
    assert_eq!(database.lines(acts), ["disposition-setI1"; 3], "what was so already is no act");

    table.program.run(&["survey", "open", &table.survey, "--confirm-weights"]);
    assert_eq!(mark("1", "ineligible"), 303);
    let (_, late) = table.upload(b"unit,ref\nI1,77\n");
    table.program.run(&["survey", "close", &table.survey]);
    let before = database.dump();
    assert_eq!(mark("1", ""), 409);
    let (status, page) = table.upload(b"unit,ref\nI1,78\n");
    assert!(status == 409 && page.contains("这次调查已经结束"), "{page}");
    let import = table.desk.post(&format!("{}/import", table.address), &[("upload", &kept(&late))]);
    assert_eq!(import.status, 409);
    assert_eq!(database.dump(), before);
    let page = table.desk.get(&table.address).body;
    assert!(!page.contains("type=\"file\"") && !page.contains("/mark\"") && page.contains("已搬走或去世"), "{page}");
});

on_both_engines!(contacts_are_forgotten_when_their_days_are_over, |database| {
    let scene = Scene::open(&database, 3);
    let desk = Desk::sign_in(&scene.program, &scene.server, "zhang", "evaluator", None);
    let address = format!("/staff/surveys/{}/roster", scene.survey);
    let preview = desk.upload(&format!("{address}/upload"), ROSTER.as_bytes()).body;
    assert_eq!(desk.post(&format!("{address}/import"), &[("upload", &kept(&preview))]).status, 303);
    database.execute("UPDATE roster_line SET email = 'a@example.org'; UPDATE roster_entry SET email = 'b@example.org'");
    assert!(desk.get(&address).body.contains("调查结束 90 天以后"));
    scene.close();
    assert!(desk.get(&address).body.contains("会在 20"));
    drop(desk);
    // A round of the keeper is over when its server has stopped.
    let round = || {
        let server = scene.program.serve();
        assert_eq!(Phone::new(&server.address).get("/health/ready").status, 200);
        server.stop()
    };
    let contacts = || {
        let contact = "coalesce(reference, name, phone, email) IS NOT NULL";
        let of = |table: &str| database.count(&format!("SELECT count(*) FROM {table} WHERE {contact}"));
        (of("roster_line"), of("roster_entry"))
    };
    round();
    assert_eq!(contacts(), (7, 3), "their time is not over");
    database.execute("UPDATE survey SET closed_at = '2022-01-01 00:00:00'");
    let (code, log) = round();
    assert!(code == Some(0) && log.contains("contacts were erased"), "{log}");
    assert_eq!(contacts(), (0, 0));
    assert_eq!(database.count("SELECT count(*) FROM roster_line WHERE unit <> ''"), 7, "the counts stay");
    if database.engine == Engine::Sqlite {
        // Nor are they left in what the file no longer uses.
        for file in std::fs::read_dir(database.folder.path()).unwrap().map(|entry| entry.unwrap().path()) {
            let bytes = std::fs::read(&file).unwrap();
            let name = file.file_name().unwrap().to_str().unwrap();
            let holds = bytes.windows("张三".len()).any(|part| part == "张三".as_bytes());
            assert!(!name.starts_with("fivepoint.db") || !holds, "{name} still names somebody");
        }
    }
    assert!(!round().1.contains("contacts were erased"), "once");
    let rows = "SELECT act || amount AS line FROM audit WHERE act = 'contacts-deleted'";
    assert_eq!(database.lines(rows), ["contacts-deleted7"], "who is on both lists is one");
    scene.program.run(&["audit", "verify"]);
    let desk = Desk::sign_in(&scene.program, &scene.server, "li", "evaluator", None);
    let page = desk.get(&address).body;
    assert!(page.contains("保存期到 2022年4月1日 为止") && !page.contains("张三"), "{page}");
    assert!(desk.get("/staff/audit").body.contains("服务器自动"));

    // From then on the seal is asked for.
    let (own, list) = (format!("/staff/surveys/{}", scene.survey), desk.get("/staff/surveys").body);
    assert!(list.contains("还没有封存的调查") && list.contains(&format!("href=\"{own}/seal\"")), "{list}");
    assert!(desk.get(&own).body.contains("结束已经超过 90 天，还没有封存"));
    database.execute("UPDATE survey SET closed_at = '2999-01-01 00:00:00'");
    assert!(!desk.get("/staff/surveys").body.contains("还没有封存") && !desk.get(&own).body.contains("还没有封存"));
});

on_both_engines!(the_contacts_of_a_forgotten_draft_are_erased, |database| {
    let scene = Scene::draft(&database, 3);
    let desk = Desk::sign_in(&scene.program, &scene.server, "zhang", "evaluator", None);
    let page = desk.get(&format!("/staff/surveys/{}/roster", scene.survey)).body;
    assert!(page.contains("草稿要是 90 天没有人动过"), "{page}");
    drop(desk);
    // A round of the keeper is over when its server has stopped.
    let left = || {
        let server = scene.program.serve();
        assert_eq!(Phone::new(&server.address).get("/health/ready").status, 200);
        assert_eq!(server.stop().0, Some(0));
        let of = |table: &str| database.count(&format!("SELECT count(*) FROM {table} WHERE reference IS NOT NULL"));
        (of("roster_line"), of("roster_entry"))
    };
    let open = match database.engine {
        Engine::Sqlite => "DROP TRIGGER audit_is_not_changed",
        Engine::Postgres => "ALTER TABLE audit DISABLE TRIGGER ALL",
    };
    database.execute(&format!("{open}; UPDATE survey SET created_at = '2022-01-01 00:00:00'"));
    assert_eq!(left(), (3, 3), "it was made long ago, and its links were issued now");
    database.execute("UPDATE audit SET at = '2022-01-01 00:00:00'; UPDATE survey SET opens_at = '2999-01-01 00:00:00'");
    assert_eq!(left(), (3, 3), "it is going to open");
    let ago = |time: Duration| (Clock::system().now() - time).format("%Y-%m-%d %H:%M:%S");
    let twelve_hours_over = ago(Duration::days(90) + Duration::hours(12));
    database.execute(&format!(
        "UPDATE audit SET at = '{twelve_hours_over}'; UPDATE survey SET opens_at = NULL, intake_run = id"
    ));
    assert_eq!(left(), (3, 3), "somebody is taking people in");
    // A run that has died keeps nobody's name for ever.
    database.execute(&format!("UPDATE audit SET at = '{}'", ago(Duration::days(91) + Duration::hours(12))));
    assert_eq!(left(), (0, 0));
    let rows = "SELECT act || amount AS line FROM audit WHERE act = 'contacts-deleted'";
    assert_eq!(
        (database.lines(rows), database.count("SELECT count(*) FROM link")),
        (vec!["contacts-deleted3".into()], 3)
    );
});

#[test]
fn a_draft_that_opens_meanwhile_keeps_its_contacts() {
    let database = Database::fresh(Engine::Postgres);
    let scene = Scene::draft(&database, 3);
    let Scene { program, server, .. } = scene;
    assert_eq!(server.stop().0, Some(0));
    database.execute(
        "ALTER TABLE audit DISABLE TRIGGER ALL; UPDATE audit SET at = '2022-01-01 00:00:00';
         UPDATE survey SET created_at = '2022-01-01 00:00:00'",
    );
    let mut opening = PgConnection::establish(&database.url).unwrap();
    opening.batch_execute("BEGIN; UPDATE survey SET state = 'open', opened_at = created_at").unwrap();
    // Its keeper finds a forgotten draft, and waits until it can be held.
    let server = program.serve();
    let begun = Instant::now();
    let waits = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
    while database.count(waits) == 0 {
        assert!(begun.elapsed() < std::time::Duration::from_secs(30), "nobody wants to erase anything");
        std::thread::yield_now();
    }
    opening.batch_execute("COMMIT").unwrap();
    assert_eq!(server.stop().0, Some(0));
    assert_eq!(database.count("SELECT count(*) FROM roster_line WHERE reference IS NOT NULL"), 3);
    assert_eq!(database.count("SELECT count(*) FROM audit WHERE act = 'contacts-deleted'"), 0);
}

on_both_engines!(whoever_gets_a_link_by_the_command_line_stands_on_the_roster, |database| {
    let table = Table::new(&database);
    let (_, preview) = table.upload("unit,ref,name\nI1,1,张三\nI2,2,李四\n".as_bytes());
    table.import(&preview);
    let issue = |name: &str, rows: &str| {
        let roster = table.program.file(&format!("{name}.csv"), format!("unit,ref,name\n{rows}"));
        let list = table.program.path(&format!("{name}-links.csv"));
        table.program.run(&["link", "issue", &table.survey, "--roster", &roster, "--out", &list]);
    };
    let lines = || {
        database.lines(
            "SELECT number || '|' || unit || '|' || coalesce(reference, '') || '|' || coalesce(serial, 0) AS line \
             FROM roster_line ORDER BY number",
        )
    };
    issue("first", "I2,2,李四\nI3,3,王五\nI3,,赵六\n");
    assert_eq!(lines(), ["1|I1|1|0", "2|I2|2|1", "3|I3|3|2", "4|I3||3"]);
    issue("again", "I2,2,李四\nI3,3,王五\n");
    assert_eq!(lines().len(), 4, "who has a link is there already");
    let page = table.desk.get(&table.address).body;
    assert!(["张三", "李四", "王五", "赵六"].iter().all(|name| page.contains(name)), "{page}");

    // What is known of them is marked as of everybody, and the next import goes on behind them.
    let gone = [("number", "3"), ("known", "ineligible")];
    assert_eq!(table.desk.post(&format!("{}/mark", table.address), &gone).status, 303);
    let (_, preview) = table.upload("unit,ref,name\nI1,9,钱七\nI3,3,王五\n".as_bytes());
    table.import(&preview);
    assert_eq!(lines()[4..], ["5|I1|9|0"]);
    assert_eq!(database.count("SELECT visible_place FROM survey"), 5);
    let bare = table.program.file("bare.csv", "unit\nI1\n");
    let list = table.program.path("bare-links.csv");
    database.execute("UPDATE survey SET intake_run = id");
    let refused = table.program.try_run(&["link", "issue", &table.survey, "--roster", &bare, "--out", &list]);
    assert!(!refused.ok && refused.err.contains("the roster is being imported"), "{}", refused.err);
});
