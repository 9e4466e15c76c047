//! Releases: made once from a closed survey, shown only where enough people answered.

use crate::harness::{Database, Engine, Phone, Program, SURVEY, Scene, UNITS, codes, form, on_both_engines, sheet};
use std::process::Command;

on_both_engines!(a_release_is_made_once_and_verified_to_the_byte, |database| {
    let scene = Scene::open(&database, 12);
    let phone = scene.phone();
    for (number, code) in scene.codes.iter().take(10).enumerate() {
        phone.form(code, &form(number));
    }
    let early = scene.program.try_run(&["survey", "release", &scene.survey]);
    assert!(!early.ok && early.err.contains("only for a closed survey"), "{}", early.err);
    let none = scene.program.try_run(&["result", &scene.survey]);
    assert!(!none.ok && none.err.contains("there is no release yet"), "{}", none.err);
    assert!(scene.program.run(&["verify", &scene.survey]).contains("ok: no release yet"));
    scene.close();
    let release = scene.release();
    assert_eq!(scene.release(), release, "a second release of the same answers is the first one");
    assert_eq!((&release["issued"], &release["returned"], &release["valid"]), (&12.into(), &10.into(), &10.into()));
    // Each option twice: (1000 + 900 + 800 + 600 + 0) / 5 = 660 per mille.
    assert_eq!(release["final_score"], "66");
    assert_eq!(release["target"]["met"], false);
    assert_eq!(release["questions"][0]["percent"]["A"], "20.00");
    scene.verify();
    assert!(release["intervals"]["people"] == 12 && release["intervals"]["answered"] == 10);

    let text = scene.program.run(&["result", &scene.survey]);
    assert!(text.contains("其中 10 人的答卷计入结果。把没有答卷的人看作和答卷的人一样"), "{text}");
    assert!(text.contains("综合得分 66.00 分") && text.contains("没有作废的单位。"), "{text}");
    assert!(text.contains("最终得分") && text.contains("66"), "{text}");
    let csv = scene.program.run(&["result", &scene.survey, "--format", "table"]);
    assert!(csv.contains("total,count,6,6,6,6,6,30") && csv.ends_with("final,score,,,,,,66"), "{csv}");
});

on_both_engines!(where_everybody_answered_the_terminal_says_so_instead_of_intervals, |database| {
    let scene = Scene::open(&database, 6);
    for (number, code) in scene.codes.iter().enumerate() {
        scene.phone().form(code, &form(number));
    }
    scene.close();
    scene.release();
    let text = scene.program.run(&["result", &scene.survey]);
    assert!(text.contains("请的人都答了，得分就是这些人的得分，没有抽样误差"), "{text}");
    assert!(!text.contains("区间：") && !text.contains("下限"), "{text}");
    let note = "“不公布”：这一组人数太少；或者公布了它，就能推算出别的少数人的答案（包括和以前发布的结果相比）。";
    assert_eq!(text.matches(note).count(), 1, "{text}");
});

on_both_engines!(the_result_is_written_in_the_form_of_the_files_ending_and_over_no_other_file, |database| {
    let scene = Scene::open(&database, 6);
    scene.close();
    scene.release();
    let result = |arguments: &[&str]| scene.program.try_run(&[&["result", &scene.survey], arguments].concat());
    for (name, begins) in
        [("r.txt", "发放"), ("r.json", "{"), ("r.csv", "\u{feff}"), ("r.xlsx", "PK"), ("r.docx", "PK")]
    {
        let path = scene.program.path(name);
        assert!(result(&["--out", &path]).ok, "{name}");
        let written = std::fs::read(&path).unwrap();
        let text = String::from_utf8_lossy(&written);
        assert!(if name == "r.txt" { text.contains(begins) } else { text.starts_with(begins) }, "{name}: {text}");
        let again = result(&["--out", &path, "--format", "json"]);
        assert!(!again.ok && again.err.contains("--force"), "{}", again.err);
        assert_eq!(std::fs::read(&path).unwrap(), written, "it is left alone");
        assert!(result(&["--out", &path, "--format", "json", "--force"]).ok);
        assert!(std::fs::read(&path).unwrap().starts_with(b"{"), "what is named goes before the ending");
    }
    let path = scene.program.path("r.pdf");
    let other = result(&["--out", &path]);
    assert!(!other.ok && other.err.contains("name it with --format"), "{}", other.err);
    assert!(!std::path::Path::new(&path).exists());
    assert!(result(&["--number", "1"]).ok);
    let other = result(&["--number", "2"]);
    assert!(!other.ok && other.err.contains("there is no release 2: there are 1"), "{}", other.err);
});

on_both_engines!(a_survey_that_is_not_there_is_called_so, |database| {
    let scene = Scene::open(&database, 1);
    let id = "00000000-0000-4000-8000-000000000000";
    let none = scene.program.try_run(&["result", id]);
    assert!(!none.ok && none.err.contains(&format!("there is no survey {id}")), "{}", none.err);
    for command in [vec!["result"], vec!["verify"], vec!["survey", "close"]] {
        let typing = scene.program.try_run(&[command, vec!["abc"]].concat());
        let told = "this is no survey id: “fivepoint survey list” shows them";
        assert!(!typing.ok && typing.err.contains(told), "{}", typing.err);
    }
});

on_both_engines!(releases_made_at_once_are_one, |database| {
    let scene = Scene::open(&database, 6);
    for code in &scene.codes {
        scene.phone().form(code, &form(0));
    }
    scene.close();
    let made: Vec<String> = std::thread::scope(|scope| {
        let makers: Vec<_> =
            (0..5).map(|_| scope.spawn(|| scene.program.run(&["survey", "release", &scene.survey]))).collect();
        makers.into_iter().map(|maker| maker.join().unwrap()).collect()
    });
    assert!(made.iter().all(|digest| digest.len() == 64 && *digest == made[0]), "{made:?}");
    assert_eq!(database.count("SELECT count(*) FROM release"), 1);
    scene.verify();
});

on_both_engines!(verify_finds_a_changed_answer_a_lost_one_and_a_changed_release, |database| {
    let scene = Scene::open(&database, 8);
    for code in &scene.codes {
        scene.phone().form(code, &form(1));
    }
    scene.close();
    scene.release();
    scene.verify();
    let different = |what: &str| {
        let done = scene.program.try_run(&["verify", &scene.survey]);
        assert!(!done.ok && done.out.contains(&format!("DIFFERENT: {what}")), "{}{}", done.out, done.err);
    };
    database.execute(
        "UPDATE response SET answers = '111' WHERE id = (SELECT min(id) FROM response AS r)"
            .replace("min(id)", if database.engine == Engine::Postgres { "(array_agg(id))[1]" } else { "min(id)" })
            .as_str(),
    );
    different("release 1 against the responses");
    database.execute("UPDATE response SET answers = '222' WHERE answers = '111'");
    scene.verify();
    database.execute("UPDATE release SET document = replace(document, '\"valid\":8', '\"valid\":9')");
    different("release 1 against the responses");
    database.execute("UPDATE release SET document = replace(document, '\"valid\":9', '\"valid\":8')");
    database.execute("UPDATE link SET state = 'waiting' WHERE serial = 1");
    different("progress counters against the links");
    database.execute("DELETE FROM response WHERE unit = 'I1'");
    different("answered links against responses");
});

on_both_engines!(below_the_floor_a_release_shows_only_how_many, |database| {
    let scene = Scene::open(&database, 6);
    for code in scene.codes.iter().take(4) {
        scene.phone().json(code, &sheet("E"));
    }
    scene.close();
    let release = scene.release();
    assert_eq!((&release["issued"], &release["returned"], &release["valid"]), (&6.into(), &4.into(), &4.into()));
    assert_eq!(release["questions"], serde_json::json!([]));
    for hidden in ["total", "final_score"] {
        assert!(release[hidden].is_null(), "{hidden}");
    }
    assert!(release["measures"]["weighted_score"].is_null() && release["target"]["met"].is_null());
    let text = scene.program.run(&["result", &scene.survey]);
    assert!(text.contains("发放 6 份，回收 4 份，有效 4 份") && text.contains("回收率 66.67%"), "{text}");
    let others = text.lines().filter(|line| !line.starts_with("回收率 "));
    assert!(others.clone().count() > 5 && others.into_iter().all(|line| !line.contains('%')), "{text}");
    scene.verify();
});

on_both_engines!(a_survey_nobody_answered_is_released_without_numbers, |database| {
    let scene = Scene::open(&database, 1);
    scene.close();
    assert_eq!(scene.release()["valid"], 0);
    let text = scene.program.run(&["result", &scene.survey]);
    assert!(text.contains("没有收到有效答卷，没有结果。") && text.contains("分，不作判断"), "{text}");
    assert!(!text.contains("有效率") && !text.contains("—"), "{text}");
    scene.verify();
});

on_both_engines!(dont_know_and_open_questions_stay_outside_the_base, |database| {
    let scene = Scene::open(&database, 6);
    let phone = scene.phone();
    for (index, code) in scene.codes.iter().enumerate() {
        let third = if index < 2 { "" } else { "&q3=B" };
        let second = if index == 0 { "X" } else { "A" };
        assert_eq!(phone.form(code, &format!("q1=A&q2={second}{third}&respondent=helped_by_staff")).status, 303);
    }
    scene.close();
    let release = scene.release();
    let base = |index: usize| release["questions"][index]["n"].as_u64().unwrap();
    assert_eq!((base(0), base(1), base(2)), (6, 5, 4));
    assert_eq!(release["questions"][1]["dont_know"], 1);
    assert_eq!(release["questions"][2]["skipped"], 2);
    // (6·1000 + 5·1000 + 4·900) / 15 = 973.33… ‰ pooled; (1 + 1 + 0.9) / 3 = 96.67 as a mean.
    assert_eq!(release["total"]["score_total"], "97.33");
    assert_eq!(release["total"]["sum_of_question_scores"], "96.67");
    assert!(scene.program.run(&["result", &scene.survey]).contains("各题得分之和为 96.67"));
});

on_both_engines!(the_forms_of_the_report_give_the_table_of_the_report, |database| {
    let program = Program::new(&database);
    let survey = program.run(&[
        "survey",
        "import",
        &program.file("kunming.toml", include_str!("../../src/cli/demo/kunming-2022.toml")),
    ]);
    let units = include_str!("../../src/cli/demo/kunming-units.csv");
    program.run(&["unit", "import", &program.file("units.csv", units)]);
    let institutions: Vec<&str> = units.lines().filter(|line| line.ends_with("institution")).collect();
    let people: String = institutions.iter().cycle().take(49).map(|line| format!("{}\n", &line[..9])).collect();
    let (roster, list) = (program.file("roster.csv", format!("unit\n{people}")), program.path("links.csv"));
    program.run(&["link", "issue", &survey, "--roster", &roster, "--out", &list]);
    program.run(&["survey", "open", &survey, "--confirm-weights"]);
    let server = program.serve();
    let phone = Phone::new(&server.address);

    let report: serde_json::Value = serde_json::from_str(include_str!("../data/kunming-2022.json")).unwrap();
    let columns: Vec<Vec<&str>> = report["questions"]
        .as_array()
        .unwrap()
        .iter()
        .map(|question| {
            let count = |code: &str| question["counts"][code].as_u64().unwrap() as usize;
            ["A", "B", "C", "D", "E"].into_iter().flat_map(|code| std::iter::repeat_n(code, count(code))).collect()
        })
        .collect();
    for (person, code) in codes(&list).iter().enumerate() {
        let answers: serde_json::Map<_, _> = columns
            .iter()
            .enumerate()
            .map(|(index, column)| ((index + 1).to_string(), column[(person + 7 * index) % 49].into()))
            .collect();
        let kind = ["self", "helped_by_family", "helped_by_staff", "guardian"][person % 4];
        assert_eq!(phone.json(code, &serde_json::json!({ "answers": answers, "respondent": kind })).status, 201);
    }
    program.run(&["survey", "close", &survey]);
    program.run(&["survey", "release", &survey]);
    let printed = include_str!("../../src/cli/demo/kunming-2022-table.csv");
    let csv = program.run(&["result", &survey, "--format", "table"]);
    assert_eq!(csv.replace("\r\n", "\n"), printed.trim_end(), "every cell of the report");
    assert!(program.run(&["verify", &survey]).lines().all(|line| line.starts_with("ok: ")));
});

on_both_engines!(a_questionnaire_has_one_to_a_hundred_questions, |database| {
    let program = Program::new(&database);
    program.run(&["unit", "import", &program.file("units.csv", UNITS)]);
    let (roster, list) = (program.file("roster.csv", "unit\n".to_owned() + &"I1\n".repeat(5)), program.path("l.csv"));
    let (head, _) = SURVEY.split_once("[[questions]]").unwrap();
    for questions in [1, 100] {
        let all: String = (1..=questions).map(|number| format!("[[questions]]\ntext = \"第 {number} 问\"\n")).collect();
        let survey = program.run(&["survey", "import", &program.file("survey.toml", format!("{head}{all}"))]);
        program.run(&["link", "issue", &survey, "--roster", &roster, "--out", &list, "--force"]);
        program.run(&["survey", "open", &survey]);
        let server = program.serve();
        let phone = Phone::new(&server.address);
        let form: String = (1..=questions).map(|number| format!("q{number}={}&", ["A", "B"][number % 2])).collect();
        for code in codes(&list) {
            assert_eq!(phone.form(&code, &format!("{form}respondent=self")).status, 303);
        }
        program.run(&["survey", "close", &survey]);
        program.run(&["survey", "release", &survey]);
        let release = program.run(&["result", &survey, "--format", "json"]);
        let text = program.run(&["result", &survey]);
        assert_eq!(text.contains("从头到尾选同一项"), questions > 1, "{text}");
        assert!(text.contains("不能计算：每题都选了满意程度的答卷太少"), "{text}");
        let score = if questions == 1 { "90" } else { "95" };
        assert!(release.contains(&format!("\"final_score\":\"{score}\"")), "{release}");
        assert!(program.run(&["verify", &survey]).starts_with("ok: "));
    }
    let too_many = "[[questions]]\ntext = \"?\"\n".repeat(101);
    let done = program.try_run(&["survey", "import", &program.file("survey.toml", format!("{head}{too_many}"))]);
    assert!(!done.ok && done.err.contains("1 to 100 questions, not 101"), "{}", done.err);
});

#[test]
fn the_demo_prints_the_report_and_ends_with_status_0() {
    // The demo brings its own SQLite database.
    let scratch = Database::fresh(Engine::Sqlite);
    let folder = scratch.folder.path().join("demo");
    let demo = || {
        let mut command = Command::new(env!("CARGO_BIN_EXE_fivepoint"));
        command.args(["demo", "--exit", "--data", folder.to_str().unwrap()]).env_clear().output().unwrap()
    };
    let output = demo();
    let out = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{out}{}", String::from_utf8_lossy(&output.stderr));
    assert!(out.contains("发放 49 份，回收 49 份，有效 49 份"), "{out}");
    assert!(out.contains("98.06122449") && out.contains("199 个数字与报告逐格相同"), "{out}");
    let table = ["A项目决策 │  20.00 │ 20.00 │ 0.00 │ 100.00%", "B项目管理 │  20.00 │ 19.00 │ 1.00 │  95.00%"];
    let rest = ["C项目绩效 │  60.00 │ 56.00 │ 4.00 │  93.33%", "合计      │ 100.00 │ 95.00 │ 5.00 │  95.00%"];
    assert!(table.iter().chain(&rest).all(|row| out.contains(row)), "{out}");
    assert!(out.contains("最终得分 95.00 分（满分 100.00），评定等级为优。"), "{out}");
    assert!(!demo().status.success(), "a database that is there already is not touched");
}
