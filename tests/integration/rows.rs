//! The responses as rows without names.

use crate::harness::{Desk, Scene, on_both_engines};
use serde_json::json;
use std::io::Read;
use zip::ZipArchive;

/// The files of a ZIP as text.
fn unpacked(path: &str) -> Vec<(String, String)> {
    let mut zip = ZipArchive::new(std::fs::File::open(path).unwrap()).unwrap();
    (0..zip.len())
        .map(|place| {
            let mut file = zip.by_index(place).unwrap();
            let mut text = String::new();
            file.read_to_string(&mut text).unwrap();
            (file.name().unwrap().into_owned(), text)
        })
        .collect()
}

/// Answers of everybody: two options by themselves, two others with help; the first knows no answer to one question.
fn answer(scene: &Scene<'_>, options: [&str; 4]) {
    for (number, code) in scene.codes.iter().enumerate() {
        let (option, respondent) = match number / 3 % 3 {
            2 => (options[2 + number / 9 % 2], "helped_by_family"),
            place => (options[place], "self"),
        };
        let second = if number == 0 && options[0] != options[1] { "X" } else { option };
        let sheet = json!({ "answers": { "1": option, "2": second }, "respondent": respondent });
        assert_eq!(scene.phone().json(code, &sheet).status, 201);
    }
}

on_both_engines!(rows_leave_once_with_a_reason_and_are_the_last_word, |database| {
    let scene = Scene::open(&database, 60);
    answer(&scene, ["A", "B", "C", "D"]);
    let path = scene.program.path("rows.zip");
    let export =
        |path: &str, reason: &str| scene.program.try_run(&["rows", &scene.survey, "--out", path, "--reason", reason]);
    scene.close();
    let early = export(&path, "论文");
    assert!(!early.ok && early.err.contains("there is no such release"), "{}", early.err);
    scene.release();
    let without = export(&path, " ");
    assert!(!without.ok && !std::path::Path::new(&path).exists(), "{}", without.err);
    assert_eq!(database.count("SELECT count(*) FROM audit WHERE act = 'rows-exported'"), 0);

    let done = export(&path, "论文");
    assert!(done.ok, "{}", done.err);
    assert_eq!(done.out.trim(), "60 rows: unit (to level 3), respondent, channel, answers");
    let files = unpacked(&path);
    let names: Vec<&str> = files.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["rows.csv", "codebook.csv", "rows.sps"]);
    let rows: Vec<&str> = files[0].1.trim_start_matches('\u{feff}').split_terminator("\r\n").collect();
    assert_eq!(rows.len(), 61);
    assert_eq!(rows[0], "unit,respondent,channel,q1,q2,q3");
    let told = |row: &str| rows[1..].iter().filter(|other| **other == row).count();
    assert_eq!((told("I1,self,web,A,A,"), told("I1,self,web,A,X,"), told("I3,helped_by_family,web,D,D,")), (6, 1, 3));
    assert!(files[1].1.contains("unit,,I1,一院,") && files[1].1.contains("q*,,D,不满意,2"), "{}", files[1].1);
    assert!(
        files[2].1.contains("RECODE a1 ('A'=5) ('B'=4) ('C'=3) ('D'=2) ('E'=1) ('X'=9) INTO q1."),
        "{}",
        files[2].1
    );
    assert_eq!(
        database.lines("SELECT amount || '|' || reason AS line FROM audit WHERE act = 'rows-exported'"),
        ["60|论文"]
    );

    let again = scene.program.path("again.zip");
    assert!(export(&again, "再用一次").ok);
    assert_eq!(std::fs::read(&path).unwrap(), std::fs::read(&again).unwrap(), "neither time nor order tells anything");

    // What a further release left out could be seen in the rows.
    let desk = Desk::sign_in(&scene.program, &scene.server, "li", "evaluator", None);
    let void = [("unit", "I3"), ("reason", "代填")];
    let refused = desk.post(&format!("/staff/surveys/{}/void", scene.survey), &void);
    assert!(refused.status == 409 && refused.body.contains("答卷数据已经导出"), "{}", refused.body);
    database.execute("INSERT INTO void (survey, unit, name, reason) SELECT id, 'I3', '三院', 'x' FROM survey");
    let refused = scene.program.try_run(&["survey", "release", &scene.survey]);
    assert!(!refused.ok && refused.err.contains("have left the program"), "{}", refused.err);
    database.execute("DELETE FROM void");
    scene.verify();
});

on_both_engines!(rows_of_people_who_all_said_the_same_stay, |database| {
    let scene = Scene::open(&database, 30);
    answer(&scene, ["A"; 4]);
    scene.close();
    scene.release();
    let path = scene.program.path("rows.zip");
    let refused = scene.program.try_run(&["rows", &scene.survey, "--out", &path, "--reason", "论文"]);
    assert!(!refused.ok && refused.err.contains("all of them the same"), "{}", refused.err);
    assert!(!std::path::Path::new(&path).exists());
    assert_eq!(database.count("SELECT count(*) FROM audit WHERE act = 'rows-exported'"), 0);
});

on_both_engines!(the_desk_says_what_rows_hold_before_they_leave, |database| {
    let scene = Scene::open(&database, 60);
    answer(&scene, ["A", "B", "C", "C"]);
    let desk = Desk::sign_in(&scene.program, &scene.server, "li", "evaluator", None);
    let path = format!("/staff/surveys/{}/rows", scene.survey);
    scene.close();
    let none = desk.get(&path);
    assert!(
        none.status == 200 && none.body.contains("role=\"alert\"") && !none.body.contains("导出数据"),
        "{}",
        none.body
    );
    scene.release();
    let page = desk.get(&path).body;
    let (kept, dropped) = page.split_once("没有什么").unwrap();
    assert!(kept.contains("60 份答卷") && kept.contains("所属单位") && kept.contains("<li>填写方式</li>"), "{page}");
    assert!(dropped.contains("<li>填写人</li>") && dropped.contains("不能再作废或恢复答卷"), "{page}");
    let without = desk.post(&path, &[("reason", " ")]);
    assert!(without.status == 422 && without.body.contains("aria-invalid"), "{}", without.body);
    assert_eq!(database.count("SELECT count(*) FROM audit WHERE act = 'rows-exported'"), 0);
    let sent = scene.program.file("sent.zip", desk.download(&path, &[("reason", "论文")]));
    assert_eq!(unpacked(&sent).len(), 3);
    assert_eq!(database.count("SELECT count(*) FROM audit WHERE act = 'rows-exported' AND staff IS NOT NULL"), 1);
});
