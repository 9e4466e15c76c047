//! Long files of people, files that know some of them already, and people who are corrected.

use crate::harness::{Database, Desk, PASSWORD, Scene, Server, form, on_both_engines};
use crate::roster::Table;
use crate::units::kept;
use std::io::{Read, Write};
use std::net::TcpStream;

/// A file of so many people in two units, with refs and names.
fn long(people: usize) -> String {
    let rows: String = (1..=people).map(|n| format!("I{},R{n},第{n}位,{n}\n", n % 2 + 1)).collect();
    format!("unit,ref,name,phone\n{rows}")
}

/// Where the import of a long file stands, or how it ended.
fn progress(table: &Table<'_>) -> String {
    table.desk.get(&format!("{}/import", table.address)).body
}

fn ended(table: &Table<'_>) -> String {
    loop {
        let page = progress(table);
        if !page.contains("data-poll") {
            return page;
        }
    }
}

/// Sends what a preview shows and does not wait for the reply: the import of a short file may be over by then.
fn begin(server: &Server, desk: &Desk, address: &str, preview: &str) -> std::thread::JoinHandle<()> {
    let (server, cookie) = (server.address.clone(), desk.cookie().unwrap());
    let body = format!("token={}&upload={}", desk.token(), kept(preview));
    let path = format!("{address}/import");
    std::thread::spawn(move || {
        let mut stream = TcpStream::connect(&server).unwrap();
        let head = format!(
            "POST {path} HTTP/1.1\r\nhost: {server}\r\ncookie: {cookie}\r\nconnection: close\r\n\
             content-type: application/x-www-form-urlencoded\r\ncontent-length: {}\r\n\r\n{body}",
            body.len()
        );
        stream.write_all(head.as_bytes()).unwrap();
        let _ = stream.read_to_end(&mut Vec::new());
    })
}

fn lines(database: &Database) -> u64 {
    database.count("SELECT count(*) FROM roster_line")
}

/// Nobody of the import is seen anywhere, and nothing says that somebody came.
fn nobody_is_seen(table: &Table<'_>, database: &Database) {
    assert!(table.desk.get(&table.address).body.contains("名单还是空的"));
    let links = table.desk.get(&format!("/staff/surveys/{}/links", table.survey)).body;
    assert!(links.contains("名单上还没有人"), "{links}");
    assert_eq!(table.desk.get(&format!("{}/people/1", table.address)).status, 404);
    assert_eq!(database.count("SELECT count(*) FROM audit WHERE act = 'roster-imported'"), 0);
}

on_both_engines!(a_killed_import_leaves_nobody_and_the_next_clears_it_away, |database| {
    let mut table = Table::new(&database);
    let file = long(60_000);
    let (_, preview) = table.upload(file.as_bytes());
    let sent = begin(&table.server, &table.desk, &table.address, &preview);
    while lines(&database) == 0 {}
    nobody_is_seen(&table, &database);
    table.server.kill();
    sent.join().unwrap();
    assert!((1..60_000).contains(&lines(&database)), "killed too late for this test");
    table.server = table.program.serve();
    table.desk = Desk::new(&table.server);
    assert_eq!(table.desk.enter("zhang", PASSWORD, "").status, 303);
    nobody_is_seen(&table, &database);
    assert!(table.desk.get(&table.address).body.contains("上一次导入没有完成"));
    let issue = format!("/staff/surveys/{}/links/issue", table.survey);
    assert!(table.desk.post(&issue, &[]).body.contains("名单正在导入"));

    // It is cleared away by hand, or by the next import.
    assert_eq!(table.desk.post(&format!("{}/cancel", table.address), &[]).status, 303);
    assert!(!ended(&table).contains("没有完成"));
    assert_eq!(lines(&database), 0);
    let (_, preview) = table.upload(file.as_bytes());
    begin(&table.server, &table.desk, &table.address, &preview).join().unwrap();
    ended(&table);
    assert!(table.desk.get(&table.address).body.contains("<td class=\"number\">60000</td>"));
    assert_eq!(database.count("SELECT amount FROM audit WHERE act = 'roster-imported'"), 60_000);
    table.program.run(&["audit", "verify"]);
});

on_both_engines!(an_import_is_watched_and_stopped, |database| {
    let table = Table::new(&database);
    let (_, preview) = table.upload(long(60_000).as_bytes());
    let sent = begin(&table.server, &table.desk, &table.address, &preview);
    while lines(&database) == 0 {}
    let page = table.desk.get(&table.address).body;
    assert!(page.contains("data-poll") && page.contains("max=\"60000\"") && page.contains("，共 60000 人"), "{page}");
    assert_eq!(table.desk.post(&format!("{}/cancel", table.address), &[]).status, 303);
    sent.join().unwrap();
    ended(&table);
    nobody_is_seen(&table, &database);
    assert_eq!((lines(&database), database.count("SELECT visible_place FROM survey")), (0, 0));
});

on_both_engines!(answers_are_taken_while_a_roster_is_imported, |database| {
    let scene = Scene::open(&database, 40);
    let desk = Desk::sign_in(&scene.program, &scene.server, "zhang", "evaluator", None);
    let address = format!("/staff/surveys/{}/roster", scene.survey);
    let mut preview = desk.upload(&format!("{address}/upload"), long(40_000).as_bytes());
    while preview.status == 303 || preview.body.contains("data-poll") {
        preview = desk.get(&format!("{address}/upload"));
    }
    let sent = begin(&scene.server, &desk, &address, &preview.body);
    // Those who got their links by the command line stand on the roster already.
    while lines(&database) == 40 {}
    let phone = scene.phone();
    let mut recorded = 0;
    for (number, code) in scene.codes.iter().enumerate() {
        if database.count("SELECT visible_place FROM survey") > 40 {
            break;
        }
        assert_eq!(phone.form(code, &form(number)).status, 303);
        recorded += 1;
    }
    assert!(recorded > 3, "only {recorded} answers while people were written");
    sent.join().unwrap();
    scene.verify();
});

const ROSTER: &str = "unit,ref,name,phone\nI1,1,张三,138\nI1,2,李四,139\nI2,3,王五,\nI2,4,,\n";

fn roster(database: &Database) -> Vec<String> {
    database.lines(
        "SELECT number || unit || coalesce(reference, '-') || coalesce(name, '-') || coalesce(phone, '-') AS line \
         FROM roster_line ORDER BY number",
    )
}

on_both_engines!(a_newer_file_moves_people_and_gives_new_contacts_where_wished, |database| {
    let table = Table::new(&database);
    let (_, preview) = table.upload(ROSTER.as_bytes());
    table.import(&preview);
    // 3 has moved, 4 (nameless) too; 2 has a new phone; 1 is somebody else in I3; 9 stands in two rows.
    let newer = "unit,ref,name,phone\nI1,1,,\nI1,2,李四,137\nI3,3,王五,136\nI1,4,,\nI3,1,赵六,\nI2,9,甲,\nI3,9,乙,\n";
    let (_, preview) = table.upload(newer.as_bytes());
    for words in [
        "新增 3 人，另有 2 人",
        "有 2 人好像换了单位",
        "<td class=\"number\">4</td><td class=\"short\">3</td><td>王五</td><td>二院 I2</td><td>三院 I3</td><td>换单位",
        "有 1 人的姓名、电话或邮箱和名单上不同",
    ] {
        assert!(preview.contains(words), "{words} in {preview}");
    }
    let done = table.import_with(&preview, &["moved", "contacts"]);
    assert!(done.ends_with("?added=3&known=2&moved=2&corrected=1"), "{done}");
    let page = table.desk.get(&done).body;
    assert!(page.contains("有 2 人换到了新单位。 有 1 人的姓名、电话或邮箱改成了新的。"), "{page}");
    let expected = ["1I11张三138", "2I12李四137", "3I33王五136", "4I14--", "5I31赵六-", "6I29甲-", "7I39乙-"];
    assert_eq!(roster(&database), expected);
    let rows = "SELECT act || coalesce(unit, '-') || amount AS line FROM audit WHERE act LIKE '%person%'";
    assert_eq!(database.lines(rows), ["person-corrected-3"]);

    // Without the ticks: somebody of that ref elsewhere is somebody else, and nobody is changed.
    let (_, preview) =
        table.upload(b"unit,ref,name,phone\nI2,2,\xe6\x9d\x8e\xe5\x9b\x9b,\nI1,1,\xe5\xbc\xa0\xe4\xb8\x89,1\n");
    assert!(preview.contains("有 1 人好像换了单位") && preview.contains("新增 0 人"), "{preview}");
    assert!(table.import(&preview).ends_with("?added=1&known=1"));
    assert_eq!(roster(&database)[..2], expected[..2]);
    assert_eq!(roster(&database)[7], "8I22李四-");

    // Who has a link stays, and is not added again.
    let issue = format!("/staff/surveys/{}/links/issue", table.survey);
    assert_eq!(table.desk.post(&issue, &[]).status, 303);
    while database.count("SELECT visible_serial FROM survey") == 0 {}
    let (_, preview) = table.upload("unit,ref,name\nI1,3,王五\n".as_bytes());
    assert!(preview.contains("其中 1 人已经发了链接") && preview.contains("<td>保持不变</td>"), "{preview}");
    let done = table.import_with(&preview, &["moved"]);
    assert!(done.ends_with("?added=0&known=0&fixed=1"), "{done}");
    assert!(table.desk.get(&done).body.contains("有 1 人留在原来的单位"));
    // New contacts reach the list of links.
    let (_, preview) = table.upload("unit,ref,name,phone\nI1,1,张三丰,\n".as_bytes());
    assert!(table.import_with(&preview, &["contacts"]).ends_with("&corrected=1"));
    let entry = "SELECT name || phone AS line FROM roster_entry WHERE unit = 'I1' AND reference = '1'";
    assert_eq!(database.lines(entry), ["张三丰138"]);
    assert_eq!(roster(&database)[0], "1I11张三丰138");
    table.program.run(&["audit", "verify"]);
});

on_both_engines!(somebody_is_corrected_or_taken_off, |database| {
    let table = Table::new(&database);
    let (_, preview) = table.upload(ROSTER.as_bytes());
    table.import(&preview);
    let person = |place: &str| format!("{}/people/{place}", table.address);
    let save = |place: &str, unit: &str, reference: &str, name: &str, phone: &str| {
        let fields = [("unit", unit), ("ref", reference), ("name", name), ("phone", phone)];
        let reply = table.desk.post(&person(place), &fields);
        (reply.status, reply.body)
    };
    let page = table.desk.get(&person("1")).body;
    assert!(page.contains("value=\"张三\"") && page.contains("<option value=\"I1\" selected>"), "{page}");
    assert_eq!(save("1", "I1", "1", "张三", "138").0, 303, "nothing new");
    assert_eq!(save("1", "I3", "11", "<b>张", "").0, 303);
    for (fields, words) in [
        (("2", "I9", "2", "李四", ""), "没有这个单位"),
        (("2", "I2", "3", "李四", ""), "这个单位里已经有人用这个编号"),
        (("2", "I1", "2", &*"长".repeat(101), ""), "最多 100 个字"),
    ] {
        let (place, unit, reference, name, phone) = fields;
        let (status, page) = save(place, unit, reference, name, phone);
        assert!(status == 422 && page.contains(words) && page.contains("aria-invalid"), "{words} in {page}");
    }
    for email in ["li", "李四 <li@example.org>", "li@example.org, wang@example.org"] {
        let fields = [("unit", "I1"), ("ref", "2"), ("name", "李四"), ("email", email)];
        let reply = table.desk.post(&person("2"), &fields);
        assert!(reply.status == 422 && reply.body.contains("aria-invalid"), "{email}: {}", reply.body);
    }
    assert_eq!((save("9", "I1", "", "", "").0, save("x", "I1", "", "", "").0), (404, 404));
    assert_eq!(table.desk.post(&format!("{}/remove", person("4")), &[]).status, 303);
    assert_eq!(table.desk.get(&person("4")).status, 404);
    assert_eq!(roster(&database), ["1I311<b>张-", "2I12李四139", "3I23王五-"]);
    assert!(!table.desk.get(&table.address).body.contains("<b>张"));

    let issue = format!("/staff/surveys/{}/links/issue", table.survey);
    assert_eq!(table.desk.post(&issue, &[]).status, 303);
    while database.count("SELECT visible_serial FROM survey") == 0 {}
    let (status, page) = save("2", "I2", "2", "李四", "");
    assert!(status == 422 && page.contains("这位已经有链接"), "{page}");
    assert_eq!(save("2", "I1", "22", "李四四", "1").0, 303);
    let entry = "SELECT reference || name || phone AS line FROM roster_entry WHERE serial = 2";
    assert_eq!(database.lines(entry), ["22李四四1"]);
    let refused = table.desk.post(&format!("{}/remove", person("2")), &[]);
    assert!(refused.status == 422 && refused.body.contains("不能从名单上去掉"), "{}", refused.body);
    // The place of whoever was taken off is nobody else's.
    let (_, preview) = table.upload(b"unit,ref\nI1,77\n");
    table.import(&preview);
    assert_eq!(roster(&database).last().unwrap(), "5I177--");

    let acts = "SELECT act || unit || amount || coalesce(reason, '') AS line FROM audit WHERE act LIKE '%person%' \
                ORDER BY number";
    assert_eq!(database.lines(acts), ["person-correctedI31", "person-removedI21", "person-correctedI11"]);
    table.program.run(&["audit", "verify"]);
    table.program.run(&["survey", "open", &table.survey, "--confirm-weights"]);
    table.program.run(&["survey", "close", &table.survey]);
    assert_eq!(save("2", "I1", "22", "李", "1").0, 409);
    assert_eq!(table.desk.post(&format!("{}/remove", person("5")), &[]).status, 409);
    assert!(table.desk.get(&person("5")).body.contains("名单不能再改了"));
});

on_both_engines!(after_the_draw_nobody_leaves_the_county_they_could_be_drawn_in, |database| {
    let table = Table::new(&database);
    database.execute("UPDATE survey SET design = 'strata'");
    let (_, preview) = table.upload(ROSTER.as_bytes());
    table.import(&preview);
    let draw = format!("/staff/surveys/{}/links/draw", table.survey);
    assert_eq!(table.desk.post(&draw, &[("margin", "5")]).status, 303);
    let (_, preview) = table.upload("unit,ref,name\nI3,1,张三\nI2,2,李四\nI3,55,新\n".as_bytes());
    let done = table.import_with(&preview, &["moved"]);
    assert!(done.ends_with("?added=1&known=0&moved=1&fixed=1"), "{done}");
    let page = table.desk.get(&done).body;
    assert!(page.contains("有 1 人是抽样以后才加到名单上的"), "{page}");
    let save = |place: &str, unit: &str| {
        table.desk.post(&format!("{}/people/{place}", table.address), &[("unit", unit), ("name", "某")]).status
    };
    assert_eq!((save("1", "I3"), save("1", "I2"), save("5", "I1")), (422, 303, 303));
    let remove = |place: &str| table.desk.post(&format!("{}/people/{place}/remove", table.address), &[]).status;
    assert_eq!((remove("1"), remove("5")), (422, 303));
});

on_both_engines!(more_files_than_a_few_at_once_are_told_to_wait, |database| {
    let table = Table::new(&database);
    let (server, cookie, token) = (table.server.address.clone(), table.desk.cookie().unwrap(), table.desk.token());
    // More than are taken, as each needs a moment to have begun.
    let slow = || {
        let one = |_| {
            let mut stream = TcpStream::connect(&server).unwrap();
            let part = |name: &str| format!("--edge\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n");
            let body = format!("{}{token}\r\n{}unit,ref\r\n", part("token"), part("file"));
            let head = format!(
                "POST {}/upload HTTP/1.1\r\nhost: {server}\r\ncookie: {cookie}\r\ncontent-length: 99999\r\n\
                 content-type: multipart/form-data; boundary=edge\r\n\r\n{body}",
                table.address
            );
            stream.write_all(head.as_bytes()).unwrap();
            stream
        };
        (0..20).map(one).collect::<Vec<_>>()
    };
    let send = || table.desk.upload(&format!("{}/upload", table.address), ROSTER.as_bytes());
    // One that comes before them is taken. They are shown out after a while: others take their places.
    let (mut held, mut reply) = (slow(), send());
    for _ in 0..3 {
        if reply.status == 503 {
            break;
        }
        held.extend(slow());
        reply = send();
    }
    assert!(reply.status == 503 && reply.body.contains("同时导入的文件太多"), "{} {}", reply.status, reply.body);
    drop(held);
    let (status, preview) = table.upload(ROSTER.as_bytes());
    assert!(status == 200 && preview.contains("新增 4 人"), "{preview}");
});
