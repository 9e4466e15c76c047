//! Files that people give: good ones in every encoding, bad ones refused whole with every mistake named.

use crate::harness::{Program, SURVEY, UNITS, codes, on_both_engines};

on_both_engines!(a_bad_roster_is_refused_whole_with_every_mistake, |database| {
    let program = Program::new(&database);
    let survey = program.run(&["survey", "import", &program.file("survey.toml", SURVEY)]);
    program.run(&["unit", "import", &program.file("units.csv", UNITS)]);
    let list = program.path("list.csv");
    program.run(&["link", "export", &survey, "--reason", "test", "--out", &list]);
    let before = database.dump();
    let roster = "unit,ref,name\nI1,1,甲\n,2,乙\nI9,3,丙\nI1,1,丁\nI2,4,戊,extra\n";
    let roster = program.file("bad.csv", roster);
    let out = database.folder.path().join("out.csv");
    let done = program.try_run(&["link", "issue", &survey, "--roster", &roster, "--out", out.to_str().unwrap()]);
    assert!(!done.ok);
    for expected in [
        "row 3, column 1 (unit): missing",
        "row 4, column 1 (unit): there is no unit “I9”",
        "row 5, column 2 (ref): the same unit and ref stand in row 2 already",
        "row 6, column 4 (row): more cells than the header has columns",
    ] {
        assert!(done.err.contains(expected), "{expected} is missing in:\n{}", done.err);
    }
    assert_eq!(database.dump(), before, "nothing was imported");
    assert!(!out.exists(), "no list was begun");
});

on_both_engines!(bad_units_and_surveys_are_refused_whole_with_every_mistake, |database| {
    let program = Program::new(&database);
    program.run(&["unit", "import", &program.file("units.csv", UNITS)]);
    let before = database.dump();
    let done =
        program.try_run(&["unit", "import", &program.file("bad.csv", "code,name,parent,level\nI1,x,Q,a\n,y,,b\n")]);
    assert!(!done.ok);
    assert!(done.err.contains("row 2, column 3 (parent): there is no unit “Q”"), "{}", done.err);
    assert!(done.err.contains("row 3, column 1 (code): missing"), "{}", done.err);

    let bad = SURVEY.replace("year = 2022", "year = \"x\"").replace("code = \"B\"", "code = \"A\"");
    let done = program.try_run(&["survey", "import", &program.file("bad.toml", bad)]);
    assert!(!done.ok);
    assert!(done.err.contains("row 4, column 8 (year)"), "{}", done.err);
    assert!(done.err.contains("“A” stands here twice"), "{}", done.err);
    let done = program.try_run(&["survey", "import", &program.file("bad.json", "{\"title\": 1,}")]);
    assert!(!done.ok && done.err.contains("row 1, column"), "{}", done.err);
    assert_eq!(database.dump(), before, "nothing was imported");
});

on_both_engines!(rosters_are_read_in_the_encodings_of_excel, |database| {
    let program = Program::new(&database);
    let survey = program.run(&["survey", "import", &program.file("survey.toml", SURVEY)]);
    let units = "代码,名称,上级,级别\r\nI1,五华区阳光托养中心,,institution\r\n";
    let (gb18030, _, _) = encoding_rs::GB18030.encode(units);
    program.run(&["unit", "import", &program.file("units.csv", &gb18030)]);
    assert_eq!(database.lines("SELECT name AS line FROM unit"), ["五华区阳光托养中心"]);

    let text = |person: &str| format!("单位,编号,姓名,电话\r\nI1,{person},{person}㐀,0871\r\n");
    let (gb18030, _, wrong) = encoding_rs::GB18030.encode("甲");
    assert!(!wrong && gb18030.len() == 2);
    let utf16: Vec<u8> = format!("\u{feff}{}", text("丁")).encode_utf16().flat_map(u16::to_le_bytes).collect();
    let files = [
        text("甲").into_bytes(),
        format!("\u{feff}{}", text("乙")).into_bytes(),
        encoding_rs::GB18030.encode(&text("丙")).0.into_owned(),
        utf16,
    ];
    let out = program.path("out.csv");
    for (index, bytes) in files.into_iter().enumerate() {
        let roster = program.file("roster.csv", bytes);
        program.run(&["link", "issue", &survey, "--roster", &roster, "--out", &out, "--force"]);
        assert_eq!(codes(&out).len(), index + 1);
    }
    let names = database.lines("SELECT name AS line FROM roster_entry ORDER BY serial");
    assert_eq!(names, ["甲㐀", "乙㐀", "丙㐀", "丁㐀"]);
});

on_both_engines!(units_can_be_given_again_with_new_names, |database| {
    let program = Program::new(&database);
    program.run(&["unit", "import", &program.file("units.csv", UNITS)]);
    program.run(&["unit", "import", &program.file("units.csv", "code,name,parent,level\nI1,新名,D2,institution\n")]);
    let line = database.lines("SELECT name || parent AS line FROM unit WHERE code = 'I1'");
    assert_eq!(line, ["新名D2"]);
    assert_eq!(database.count("SELECT count(*) FROM unit"), 6);
    let cycle = program.try_run(&["unit", "import", &program.file("c.csv", "code,name,parent,level\nC,市,I1,city\n")]);
    assert!(!cycle.ok && cycle.err.contains("“C” would stand above itself"), "{}", cycle.err);
});
