//! Units given at the desk: checked, shown, and imported by a second press.

use crate::harness::{Database, Desk, Program, Server, UNITS, on_both_engines};

const ADDRESS: &str = "/staff/units";

fn desk(database: &Database) -> (Server, Desk) {
    let program = Program::new(database);
    let server = program.serve();
    let desk = Desk::sign_in(&program, &server, "boss", "admin", None);
    (server, desk)
}

/// The name of the file that a preview is about to import.
pub fn kept(page: &str) -> String {
    let name = page.split_once("name=\"upload\" value=\"").expect(page).1;
    name.split('"').next().unwrap().to_owned()
}

on_both_engines!(units_are_imported_by_the_second_press, |database| {
    let (_server, desk) = desk(&database);
    assert!(desk.get(ADDRESS).body.contains("还没有单位。请先下载模板"));
    let before = database.dump();
    let preview = desk.upload("/staff/units/upload", UNITS.as_bytes());
    assert!(preview.status == 200 && preview.body.contains("新增 6 个单位，改动 0 个"), "{}", preview.body);
    let units = |dump: Vec<String>| dump.into_iter().filter(|row| row.starts_with("unit: ")).collect::<Vec<_>>();
    assert_eq!(units(database.dump()), units(before), "nothing is imported by looking");
    let done = desk.post("/staff/units/import", &[("upload", &kept(&preview.body))]);
    assert_eq!(done.header("location"), Some("/staff/units?added=6&changed=0"), "{}", done.body);
    let page = desk.get(done.header("location").unwrap()).body;
    assert!(page.contains("已经导入：新增 6 个单位") && page.contains("class=\"deep2\">一院"), "{page}");

    // What is there already is told from what changes, and not written again.
    let again = UNITS.replace("二院", "新院") + "I4,四院,D2,institution\n";
    let preview = desk.upload("/staff/units/upload", again.as_bytes()).body;
    assert!(preview.contains("新增 1 个单位，改动 1 个，另有 5 个和现在一样"), "{preview}");
    let upload = kept(&preview);
    assert_eq!(desk.post("/staff/units/import", &[("upload", &upload)]).status, 303);
    let twice = desk.post("/staff/units/import", &[("upload", &upload)]);
    assert!(twice.status == 422 && twice.body.contains("没有找到刚才检查过的文件"), "{}", twice.body);
    assert_eq!(database.count("SELECT count(*) FROM unit"), 7);
    let rows = "SELECT act || amount AS line FROM audit WHERE staff IS NOT NULL AND amount > 0 ORDER BY number";
    assert_eq!(database.lines(rows), ["units-imported6", "units-imported2"]);
    for sort in ["code", "name", "level", "nonsense"] {
        assert_eq!(desk.get(&format!("/staff/units?sort={sort}&page=99")).status, 200);
    }
});

on_both_engines!(mistakes_in_units_are_listed_by_row_and_column, |database| {
    let (_server, desk) = desk(&database);
    let bad = "上级,代码,名称,级别\n,1,市,city\n\n9,2,县,county\n,1,<script>alert(1)</script>,x\n,a b,c,\n";
    let page = desk.upload("/staff/units/upload", bad.as_bytes());
    assert_eq!(page.status, 422);
    for expected in [
        "<td class=\"number\">4</td><td>A</td><td class=\"short\">上级</td><td>没有代码是“9”的单位",
        "<td class=\"number\">5</td><td>B</td><td class=\"short\">代码</td><td>代码“1”和第 2 行重复了",
        "<td class=\"number\">6</td><td>D</td><td class=\"short\">级别</td><td>这一格是空的",
        "<td class=\"number\">6</td><td>B</td><td class=\"short\">代码</td><td>代码“a b”里只能用",
    ] {
        assert!(page.body.contains(expected), "{expected} in {}", page.body);
    }
    assert!(!page.body.contains("<script>"));
    assert_eq!(database.count("SELECT count(*) FROM unit"), 0);
});

on_both_engines!(the_templates_are_read_as_they_are_given, |database| {
    let (_server, desk) = desk(&database);
    for (language, head) in [("zh-CN", "代码,名称,上级,级别"), ("en", "Code,Name,Parent,Level")] {
        let template = desk.get(&format!("/staff/units/template.csv?lang={language}"));
        assert_eq!(template.body, format!("\u{feff}{head}\r\n"));
        assert!(template.header("content-disposition").unwrap().contains("units.csv"));
        let filled = template.body + "C,市,,city\r\n";
        assert_eq!(desk.upload("/staff/units/upload", filled.as_bytes()).status, 200, "{filled}");
    }
});
