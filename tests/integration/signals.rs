//! What stands out, for the evaluator alone, and voiding the responses of a unit.

use crate::harness::{Database, Desk, PASSWORD, Reply, Scene, on_both_engines, sheet};
use serde_json::{Value, json};

fn evaluator(scene: &Scene<'_>) -> Desk {
    Desk::sign_in(&scene.program, &scene.server, "li", "evaluator", None)
}

/// The codes of one of the three institutions: links are spread over them in turn.
fn of<'a>(scene: &'a Scene<'_>, institution: usize) -> impl Iterator<Item = &'a String> {
    scene.codes.iter().skip(institution - 1).step_by(3)
}

fn signals(database: &Database) -> Vec<String> {
    database.lines("SELECT unit || '|' || kind || '|' || count AS line FROM signal ORDER BY unit, kind")
}

on_both_engines!(the_busiest_ten_minutes_and_one_phone_are_told_as_numbers, |database| {
    let scene = Scene::open(&database, 36);
    for (number, code) in of(&scene, 1).enumerate() {
        let answer = json!({ "answers": { "1": "A", "2": "B" }, "respondent": "self", "phone": number + 1 });
        assert_eq!(scene.phone().json(code, &answer).status, 201);
        assert_eq!(scene.phone().json(code, &answer).status, 200, "sent again, it is not counted again");
    }
    // A number that is none loses no answer, and says nothing.
    let odd = [json!("x"), json!(-3), json!(1e99), json!(5_000), json!(null), json!([1]), json!(0)];
    for (code, phone) in of(&scene, 2).zip(odd) {
        let answer = json!({ "answers": { "1": "A", "2": "B" }, "respondent": "self", "phone": phone });
        assert_eq!(scene.phone().json(code, &answer).status, 201, "{phone}");
    }
    let desk = evaluator(&scene);
    let open = desk.get(&format!("/staff/surveys/{}/signals", scene.survey)).body;
    assert!(!open.contains("相同答卷是") && open.contains("作答期间不读取任何答卷内容"), "{open}");
    let Scene { program, survey, server, .. } = scene;
    assert_eq!(server.stop().0, Some(0));
    assert_eq!(signals(&database), ["I1|busiest|12", "I1|phone|12"], "the last seconds are written at the end");
    let server = program.serve();
    let desk = Desk::new(&server);
    desk.enter("li", PASSWORD, "");
    let page = desk.get(&format!("/staff/surveys/{survey}/signals")).body;
    assert!(page.contains("一院") && !page.contains("二院"), "{page}");
});

on_both_engines!(what_stands_out_in_the_forms_is_told_after_the_close_and_only_of_enough_people, |database| {
    let scene = Scene::open(&database, 27);
    let helped = json!({ "answers": { "1": "A", "2": "A", "3": "A" }, "respondent": "helped_by_staff" });
    for code in of(&scene, 1) {
        scene.phone().json(code, &helped);
    }
    for (number, code) in of(&scene, 2).enumerate() {
        let option = ["A", "B", "C"][number % 3];
        let other = ["B", "C", "D"][number / 3];
        scene.phone().json(code, &json!({ "answers": { "1": option, "2": other }, "respondent": "self" }));
    }
    for code in of(&scene, 3).take(3) {
        scene.phone().json(code, &sheet("E"));
    }
    let desk = evaluator(&scene);
    let path = format!("/staff/surveys/{}/signals", scene.survey);
    scene.close();
    let page = desk.get(&path).body;
    // I3 is all there is of its county: the other county is hidden with it, and all that is below.
    assert!(!page.contains("一院 <small>") && page.contains("另有 3 个单位不显示"), "{page}");

    database.execute("UPDATE response SET unit = 'I2' WHERE unit = 'I3'");
    let page = desk.get(&path).body;
    let row = |name: &str| {
        let from = page.find(&format!("{name} <small>")).unwrap_or_else(|| panic!("no row of {name}: {page}"));
        page[from..].split("</tr>").next().unwrap().to_owned()
    };
    let first = row("一院");
    assert!(first.contains("≥ 80") && first.contains("同选一项多") && first.contains("工作人员帮忙多"), "{first}");
    let second = row("二院");
    assert!(second.contains(">12<") && second.contains("20–40") && !second.contains("pill"), "{second}");
});

on_both_engines!(signs_are_of_the_units_a_release_shows_and_of_no_voided_form, |database| {
    let scene = Scene::open(&database, 36);
    answered(&scene, [12, 8, 4]);
    database.execute("UPDATE unit SET parent = 'D1' WHERE code = 'I3'");
    let (desk, survey) = (evaluator(&scene), &scene.survey);
    let path = format!("/staff/surveys/{survey}/signals");
    scene.close();
    let rows = |page: &str| {
        let forms = page.split("id=\"forms\"").nth(1).unwrap().split("</table>").next().unwrap().to_owned();
        ["一院", "二院", "三院"].map(|name| forms.contains(&format!("{name} <small>")))
    };
    let shown = |release: &Value| {
        ["I1", "I2", "I3"].map(|code| {
            let group = release["groups"].as_array().unwrap().iter().find(|group| group["unit"] == code).unwrap();
            group["hidden"] == false && group["n"] != 0
        })
    };
    let before = rows(&desk.get(&path).body);
    let first = scene.release();
    assert_eq!((before, shown(&first)), ([true, false, false], [true, false, false]));
    // Moved elsewhere, a unit would be shown apart; what the first release saw is what counts.
    database.execute("UPDATE unit SET parent = NULL WHERE code = 'I3'");
    assert_eq!(rows(&desk.get(&path).body), before);
    void(&desk, survey, "void", "I1", "代填");
    let page = desk.get(&path).body;
    assert!(!rows(&page)[0] && page.contains("12"), "the voided unit is named with its number alone: {page}");
    // Neither before nor after is a share told to the per cent.
    assert!(!page.contains("50<") && page.contains("≥ 80"), "{page}");
});

fn void(desk: &Desk, survey: &str, act: &str, unit: &str, reason: &str) -> Reply {
    desk.post(&format!("/staff/surveys/{survey}/{act}"), &[("unit", unit), ("reason", reason)])
}

fn answered(scene: &Scene<'_>, counts: [usize; 3]) {
    for (institution, count) in (1..).zip(counts) {
        for code in of(scene, institution).take(count) {
            let option = ["A", "B", "D"][institution - 1];
            assert_eq!(scene.phone().json(code, &sheet(option)).status, 201);
        }
    }
}

on_both_engines!(a_voided_unit_is_named_with_its_reason_and_counted_in_a_score_of_its_own, |database| {
    let scene = Scene::open(&database, 30);
    answered(&scene, [10, 10, 6]);
    let (desk, survey) = (evaluator(&scene), &scene.survey);
    let early = void(&desk, survey, "void", "I3", "全部由一人代填");
    assert_eq!(early.status, 409, "not while it is open: {}", early.body);
    scene.close();
    let first = scene.release();
    assert_eq!((&first["valid"], &first["measures"]["weighted_score"]), (&26.into(), &"86.92".into()));
    assert!(first.get("voided").is_none() && first.get("with_voided").is_none());

    let asked = desk.get(&format!("/staff/surveys/{survey}/void?unit=I3"));
    assert!(asked.body.contains("6 份答卷不再计入"), "{}", asked.body);
    let without = void(&desk, survey, "void", "I3", " ");
    assert!(without.status == 422 && without.body.contains("aria-invalid"), "{}", without.body);
    assert_eq!(database.count("SELECT count(*) FROM void"), 0);
    assert_eq!(void(&desk, survey, "void", "I3", "全部由一人代填").status, 303);
    assert_eq!(void(&desk, survey, "void", "I3", "再来一次").status, 409);
    assert_eq!(void(&desk, survey, "void", "C", "没有答卷").status, 409, "a unit without responses");
    assert_eq!(void(&desk, survey, "void", "X9", "没有").status, 404);
    scene.verify();
    let second = scene.release();
    assert_eq!((&second["returned"], &second["valid"]), (&26.into(), &20.into()));
    assert_eq!(second["voided"], json!([{ "unit": "I3", "name": "三院", "reason": "全部由一人代填" }]));
    assert_eq!(second["measures"]["weighted_score"], "95.00");
    assert_eq!(second["with_voided"], first["measures"], "six people are enough to tell both");
    assert_eq!(scene.release(), second, "nothing changed: no further release");
    let text = scene.program.run(&["result", survey]);
    assert!(
        text.contains("已作废：三院（I3）的答卷，理由：全部由一人代填\n计入作废答卷时：综合得分 86.92 分；"),
        "{text}"
    );
    scene.verify();

    assert_eq!(void(&desk, survey, "restore", "I3", "已核实，确为本人意见").status, 303);
    let third = scene.release();
    assert_eq!(third["measures"], first["measures"]);
    assert_eq!(database.lines("SELECT CAST(number AS TEXT) AS line FROM release ORDER BY number"), ["1", "2", "3"]);
    scene.verify();
    assert_eq!(
        database.lines(
            "SELECT act || '|' || unit || '|' || amount || '|' || reason AS line FROM audit \
             WHERE act = 'unit-voided' OR act = 'unit-restored' ORDER BY number"
        ),
        ["unit-voided|I3|6|全部由一人代填", "unit-restored|I3|6|已核实，确为本人意见"]
    );
    assert!(scene.program.run(&["audit", "verify"]).contains("ok"));
});

on_both_engines!(the_difference_of_two_releases_is_never_about_a_few, |database| {
    let scene = Scene::open(&database, 30);
    answered(&scene, [10, 10, 4]);
    let (desk, survey) = (evaluator(&scene), &scene.survey);
    scene.close();
    // Before the first release nothing can be subtracted: the number voided is told and no score with it.
    void(&desk, survey, "void", "I3", "代填");
    let first: Value = scene.release();
    assert_eq!((&first["valid"], &first["returned"]), (&20.into(), &24.into()));
    assert!(first.get("with_voided").is_none(), "four people are too few");

    void(&desk, survey, "restore", "I3", "误会");
    let refused = scene.program.try_run(&["survey", "release", survey]);
    assert!(!refused.ok && refused.err.contains("fewer than 5 people"), "{}", refused.err);
    let warned = desk.get(&format!("/staff/surveys/{survey}/signals")).body;
    assert!(warned.contains("照现在的样子不能再次发布"), "{warned}");
    scene.verify();

    // In exchange for another unit it looks like many, but the first release shows the unit of ten that both count:
    // fourteen less these are the four.
    void(&desk, survey, "void", "I1", "代填");
    let refused = scene.program.try_run(&["survey", "release", survey]);
    assert!(!refused.ok && refused.err.contains("“三院”") && refused.err.contains("fewer than 5"), "{}", refused.err);
    assert_eq!(database.count("SELECT count(*) FROM release"), 1);
    scene.verify();
});

on_both_engines!(no_two_releases_differ_by_a_few_answers_to_a_question, |database| {
    let scene = Scene::open(&database, 30);
    for institution in 1..=3 {
        for (number, code) in of(&scene, institution).enumerate() {
            let mut answers = json!({ "1": "A", "2": "B" });
            // The third question may be left open. Of the last institution one person answers it.
            if institution < 3 || number == 0 {
                answers["3"] = json!("D");
            }
            assert_eq!(scene.phone().json(code, &json!({ "answers": answers, "respondent": "self" })).status, 201);
        }
    }
    let (desk, survey) = (evaluator(&scene), &scene.survey);
    scene.close();
    assert_eq!(scene.release()["questions"][2]["n"], 21);
    void(&desk, survey, "void", "I3", "代填");
    let refused = scene.program.try_run(&["survey", "release", survey]);
    assert!(!refused.ok && refused.err.contains("“三院”"), "the one answer would be the difference: {}", refused.err);
    void(&desk, survey, "restore", "I3", "误会");
    void(&desk, survey, "void", "I2", "代填");
    assert_eq!(scene.release()["questions"][2]["n"], 11);
    scene.verify();
});

on_both_engines!(no_release_differs_by_a_few_from_one_long_before, |database| {
    let scene = Scene::open(&database, 36);
    answered(&scene, [12, 8, 4]);
    database.execute("UPDATE unit SET parent = 'D1' WHERE code = 'I3'");
    let (desk, survey) = (evaluator(&scene), &scene.survey);
    scene.close();
    assert_eq!(scene.release()["valid"], 24);
    void(&desk, survey, "void", "I2", "代填");
    void(&desk, survey, "void", "I3", "代填");
    assert_eq!(scene.release()["valid"], 12, "twelve people fewer");
    // Against the second eight people more, against the first four fewer.
    void(&desk, survey, "restore", "I2", "误会");
    let warned = desk.get(&format!("/staff/surveys/{survey}/signals")).body;
    assert!(warned.contains("照现在的样子不能再次发布"), "{warned}");
    let refused = scene.program.try_run(&["survey", "release", survey]);
    assert!(!refused.ok && refused.err.contains("fewer than 5 people"), "{}", refused.err);
    assert_eq!(database.count("SELECT count(*) FROM release"), 2);
    void(&desk, survey, "restore", "I3", "误会");
    assert_eq!(scene.release()["valid"], 24);
    scene.verify();
});
