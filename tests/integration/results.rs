//! Results at the desk: who may see them and when, that pages and files say what the document says, and nothing of
//! those who are hidden.

use crate::harness::{Desk, Reply, SURVEY, Scene, on_both_engines, sheet};
use serde_json::{Value, json};

fn evaluator(scene: &Scene<'_>) -> Desk {
    Desk::sign_in(&scene.program, &scene.server, "li", "evaluator", None)
}

fn at(scene: &Scene<'_>, rest: &str) -> String {
    format!("/staff/surveys/{}/results{rest}", scene.survey)
}

/// Answers of that many people of each institution, no two institutions alike.
fn answered(scene: &Scene<'_>, counts: [usize; 3]) {
    for (institution, count) in counts.into_iter().enumerate() {
        for (number, code) in scene.codes.iter().skip(institution).step_by(3).take(count).enumerate() {
            let (one, other) = (["A", "B", "D"][institution], ["A", "B", "C"][number % 3]);
            let answer = json!({ "answers": { "1": one, "2": other, "3": "A" }, "respondent": "self" });
            assert_eq!(scene.phone().json(code, &answer).status, 201);
        }
    }
}

fn made(desk: &Desk, scene: &Scene<'_>) -> Value {
    let reply = desk.post(&at(scene, ""), &[]);
    assert_eq!(reply.status, 303, "{}", reply.body);
    desk.get(&at(scene, ".json")).json()
}

/// The text of the cells of a row that begins with a unit.
fn row(page: &str, table: &str, code: &str) -> Vec<String> {
    let rows = page.split_once(table).unwrap_or_else(|| panic!("no {table}: {page}")).1;
    let rows = rows.split("</table>").next().unwrap();
    let row = rows.split("<tr").find(|row| row.contains(&format!(">{code}</small>")));
    let row = row.unwrap_or_else(|| panic!("no row of {code}: {rows}"));
    let text = |cell: &str| {
        let cell = cell.split_once('>').unwrap().1;
        let parts = cell.split('<').enumerate();
        let told = parts
            .filter_map(|(no, part)| if no == 0 { Some(part) } else { part.split_once('>').map(|(_, text)| text) });
        told.collect::<String>().trim().to_owned()
    };
    row.split("<td").skip(1).map(text).collect()
}

on_both_engines!(results_are_the_evaluators_after_the_close, |database| {
    let scene = Scene::draft(&database, 30);
    let desk = evaluator(&scene);
    assert!(desk.get(&at(&scene, "")).body.contains("调查还没有开始，所以没有结果。"));
    scene.program.run(&["survey", "open", &scene.survey]);
    answered(&scene, [10, 10, 6]);
    let open = desk.get(&at(&scene, ""));
    assert!(open.status == 200 && open.body.contains("结束以后才能生成结果"), "{}", open.body);
    let early = desk.post(&at(&scene, ""), &[]);
    assert!(early.status == 409 && early.body.contains("调查结束以后才有结果。"), "{}", early.body);
    assert_eq!(desk.get(&at(&scene, ".json")).status, 404);
    scene.close();

    let ready = desk.get(&at(&scene, "")).body;
    for words in
        ["<dt>发放</dt><dd>30</dd>", "<dt>回收</dt><dd>26</dd>", "<dt>有效</dt><dd>26</dd>", "生成结果", "/signals\""]
    {
        assert!(ready.contains(words), "{words} in {ready}");
    }
    assert_eq!(desk.get(&at(&scene, ".csv")).status, 404, "there is none yet");
    assert_eq!(desk.post(&at(&scene, ""), &[]).header("location"), Some(at(&scene, "?done=made").as_str()));
    assert_eq!(desk.post(&at(&scene, ""), &[]).status, 303, "made again, it is the same");
    assert_eq!(database.count("SELECT count(*) FROM release"), 1);
    scene.program.run(&["audit", "verify"]);

    for (name, role, unit) in [("wang", "monitor", Some("D1")), ("zhao", "clerk", Some("D1")), ("boss", "admin", None)]
    {
        let other = Desk::sign_in(&scene.program, &scene.server, name, role, unit);
        for path in ["", ".json", ".csv", ".docx", ".xlsx", "/compare"] {
            let reply = other.get(&at(&scene, path));
            assert_eq!(reply.status, 403, "{role}: {path}");
            assert!(!reply.body.contains("final_score") && !reply.body.contains("86."), "{}", reply.body);
        }
        assert_eq!(other.post(&at(&scene, ""), &[]).status, 403);
    }
});

on_both_engines!(the_page_and_the_files_say_what_the_document_says, |database| {
    let scene = Scene::open(&database, 60);
    answered(&scene, [16, 14, 12]);
    scene.close();
    let desk = evaluator(&scene);
    let release = made(&desk, &scene);
    let printed = scene.program.run(&["result", &scene.survey, "--format", "json"]);
    assert_eq!(release, serde_json::from_str::<Value>(&printed).unwrap());
    let page = desk.get(&at(&scene, "")).body;
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    assert!(page.contains(&format!("<p>{}</p>", text(&release["final_score"]))), "{page}");
    let official = page.split_once("class=\"official\"").unwrap().1.split("</table>").next().unwrap();
    for question in release["questions"].as_array().unwrap() {
        for code in ["A", "B", "C", "D", "E"] {
            let cells = [
                question["counts"][code].to_string(),
                format!("{}%", text(&question["percent"][code])),
                text(&question["score"][code]),
            ];
            for cell in cells {
                assert!(official.contains(&format!("<td class=\"number\">{cell}</td>")), "{cell}");
            }
        }
    }
    let mut seen = 0;
    for group in release["groups"].as_array().unwrap().iter().filter(|group| group["by"] == "unit") {
        let code = text(&group["unit"]);
        let cells = row(&page, "class=\"tree\"", &code);
        assert_eq!(cells[..2], [group["issued"].to_string(), group["eligible"].to_string()]);
        if group["hidden"] == json!(true) {
            assert_eq!(cells[2..], ["不公布"], "{code}");
            continue;
        }
        seen += 1;
        let score = &group["intervals"]["weighted_score"];
        let expected = [
            group["returned"].to_string(),
            format!("{}%", text(&group["response_rate"])),
            group["n"].to_string(),
            text(&group["measures"]["weighted_score"]),
            text(&group["measures"]["top2_percent"]),
            text(&group["measures"]["top1_percent"]),
            format!("{} – {}", text(&score["low"]), text(&score["high"])),
        ];
        assert_eq!(cells[2..], expected, "{code}");
    }
    assert!(seen >= 5, "{seen} units were told of");
    assert!(page.contains("区间只是不确定性的下限") && !page.contains("所以区间的两端相同。"), "{page}");
    let method = page.split_once("id=\"method\"").unwrap().1;
    assert!(
        method.contains(&text(&release["sha256"])) && method.contains(&format!("fivepoint verify {}", scene.survey))
    );

    let begins = [(".json", "application/json", "{"), (".csv", "text/csv; charset=utf-8", "\u{feff}")];
    for (ending, kind, begin) in begins {
        let reply = desk.get(&at(&scene, &format!("{ending}?number=1")));
        assert_eq!((reply.status, reply.header("content-type")), (200, Some(kind)));
        assert_eq!(reply.header("cache-control"), Some("no-store"));
        assert_named(&reply, ending);
        assert!(reply.body.starts_with(begin), "{}", reply.body);
    }
    for (ending, kind) in [(".docx", "wordprocessingml.document"), (".xlsx", "spreadsheetml.sheet")] {
        let (head, bytes) = desk.file(&at(&scene, ending));
        assert_eq!(head.status, 200);
        assert!(head.header("content-type").unwrap().ends_with(kind) && bytes.starts_with(b"PK"), "{ending}");
        assert_named(&head, ending);
        assert_eq!(head.header("cache-control"), Some("no-store"));
    }
});

/// The file has the title of the survey and the number of the release in its name.
fn assert_named(reply: &Reply, ending: &str) {
    let title = "%E6%BB%A1%E6%84%8F%E5%BA%A6%E8%B0%83%E6%9F%A5";
    let name = format!("attachment; filename=\"results-1{ending}\"; filename*=UTF-8''{title}%2D1{ending}");
    assert_eq!(reply.header("content-disposition"), Some(name.as_str()));
}

on_both_engines!(nothing_of_a_hidden_group_is_on_the_page, |database| {
    let scene = Scene::open(&database, 60);
    answered(&scene, [17, 4, 13]);
    scene.close();
    let desk = evaluator(&scene);
    let release = made(&desk, &scene);
    let hidden = |code: &str| {
        let groups = release["groups"].as_array().unwrap();
        groups.iter().find(|group| group["unit"] == code).unwrap()["hidden"] == json!(true)
    };
    assert!(hidden("I2") && hidden("I1") && !hidden("D2"), "{release}");
    for path in ["", "?sort=n&down=1", "?sort=score", "?under=D1", "?part-sort=estimate&part-page=all&page=all"] {
        let page = desk.get(&at(&scene, path)).body;
        for code in ["I1", "I2"] {
            assert_eq!(row(&page, "class=\"tree\"", code), ["20", "20", "不公布"], "{path}");
        }
    }
    let below = desk.get(&at(&scene, "?under=D2")).body;
    let units = below.split_once("class=\"tree\"").unwrap().1;
    assert!(units.contains(">I3<") && !units.contains(">I1<"), "{units}");
});

on_both_engines!(an_older_release_stays_and_says_that_there_is_a_later_one, |database| {
    let scene = Scene::open(&database, 60);
    answered(&scene, [12, 12, 12]);
    scene.close();
    let desk = evaluator(&scene);
    let first = made(&desk, &scene);
    let page = desk.get(&at(&scene, "")).body;
    assert!(!page.contains("再发布一次") && !page.contains("历次发布"), "nothing changed: {page}");
    let void = format!("/staff/surveys/{}/void", scene.survey);
    assert_eq!(desk.post(&void, &[("unit", "I2"), ("reason", "由一人代填")]).status, 303);
    assert!(desk.get(&at(&scene, "")).body.contains("再发布一次"));
    let second = made(&desk, &scene);
    assert_eq!((&first["number"], &second["number"]), (&1.into(), &2.into()));
    let page = desk.get(&at(&scene, "")).body;
    assert!(page.contains("由一人代填") && page.contains("历次发布") && !page.contains("后来又发布过"), "{page}");
    let old = desk.get(&at(&scene, "?number=1")).body;
    assert!(old.contains("您看的是第 1 次发布。后来又发布过，最新的是第 2 次发布。"), "{old}");
    assert!(old.contains(first["final_score"].as_str().unwrap()) && !old.contains("由一人代填"), "{old}");
    assert_eq!(desk.get(&at(&scene, ".json?number=1")).json(), first);
    for number in ["3", "0", "x", "-1"] {
        assert_eq!(desk.get(&at(&scene, &format!("?number={number}"))).status, 404, "{number}");
        assert_eq!(desk.get(&at(&scene, &format!(".csv?number={number}"))).status, 404, "{number}");
    }
});

on_both_engines!(a_release_that_would_tell_of_a_few_is_refused_in_words, |database| {
    let scene = Scene::open(&database, 60);
    answered(&scene, [12, 12, 3]);
    scene.close();
    let desk = evaluator(&scene);
    made(&desk, &scene);
    let void = format!("/staff/surveys/{}/void", scene.survey);
    let asking = desk.get(&format!("{void}?unit=I3")).body;
    assert!(asking.contains("注意：第 1 次发布已经生成。只作废这 3 份，不能再次发布"), "{asking}");
    let many = desk.get(&format!("{void}?unit=I1")).body;
    assert!(many.contains("作废这 12 份答卷") && !many.contains("注意："), "{many}");
    assert_eq!(desk.post(&void, &[("unit", "I3"), ("reason", "由一人代填")]).status, 303);
    let page = desk.get(&at(&scene, "")).body;
    assert!(page.contains("现在不能再发布") && page.contains("两次相差的不足 5 人，从两次的差别"), "{page}");
    assert!(!page.contains("再发布一次") && page.contains(&format!("{}/signals\"", scene.survey)), "{page}");
    let restoring = desk.get(&format!("{void}?unit=I3")).body;
    assert!(restoring.contains("理由记入操作记录。") && !restoring.contains("印在结果里"), "{restoring}");
    assert!(!restoring.contains("注意："), "as it was at the release: {restoring}");
    let refused = desk.post(&at(&scene, ""), &[]);
    assert!(refused.status == 409 && refused.body.contains("从两次的差别就能看出"), "{}", refused.body);
    assert!(refused.body.contains("最终得分"), "the release before is shown");
    assert_eq!(database.count("SELECT count(*) FROM release"), 1);
});

/// A survey that so few answered that only their number is told.
fn assert_says_so(scene: &Scene<'_>, people: usize) {
    answered(scene, [people, 0, 0]);
    scene.close();
    let desk = evaluator(scene);
    assert_eq!(desk.get(&at(scene, "")).body.contains("没有收到答卷"), people == 0);
    made(&desk, scene);
    let page = desk.get(&at(scene, "")).body;
    let why = if people == 0 {
        "没有收到有效答卷，没有结果。"
    } else {
        "有效答卷少于 5 份，为保护答卷人不公布结果。"
    };
    assert!(page.contains(why), "{page}");
    assert!(!page.contains("<span class=\"pill off\">不公布</span>"), "no wall of what is not shown: {page}");
    assert_eq!(row(&page, "class=\"tree\"", "I1"), ["4", "4"]);
    assert!(page.contains(&format!("<dt>回收</dt><dd>{people}</dd>")) && page.contains("<p>—</p>"), "{page}");
    assert!(!page.contains("class=\"official\"") && !page.contains("class=\"bars\""), "{page}");
    for ending in [".docx", ".xlsx", ".csv", ".json"] {
        assert_eq!(desk.file(&at(scene, ending)).0.status, 200, "{ending}");
    }
}

on_both_engines!(below_the_floor_the_page_says_so, |database| {
    assert_says_so(&Scene::open(&database, 12), 4);
});

on_both_engines!(without_any_answer_the_page_says_so, |database| {
    assert_says_so(&Scene::open(&database, 12), 0);
});

on_both_engines!(where_everybody_answered_the_page_says_that_the_interval_has_no_width, |database| {
    let scene = Scene::open(&database, 24);
    answered(&scene, [8, 8, 8]);
    scene.close();
    let desk = evaluator(&scene);
    made(&desk, &scene);
    let page = desk.get(&at(&scene, "")).body;
    assert!(page.contains("其中 24 人的答卷计入结果") && page.contains("所以区间的两端相同。"), "{page}");
    assert!(!page.contains("区间只是不确定性的下限"), "{page}");
    assert!(page.contains("选答题即使只有几个人答") && !page.contains("这些不算在该题的人数里"), "{page}");
});

on_both_engines!(two_surveys_with_the_same_questions_are_compared_and_others_are_not, |database| {
    let scene = Scene::open(&database, 60);
    answered(&scene, [16, 14, 12]);
    scene.close();
    let desk = evaluator(&scene);
    let release = made(&desk, &scene);
    assert!(desk.get(&at(&scene, "")).body.contains("还没有可以比较的调查"));
    let other = |name: &str, survey: &str, option: &str| {
        let id = scene.program.run(&["survey", "import", &scene.program.file(&format!("{name}.toml"), survey)]);
        let people: String = (0..60).map(|number| format!("I{},R{number}\n", number % 3 + 1)).collect();
        let roster = scene.program.file(&format!("{name}.csv"), format!("unit,ref\n{people}"));
        let list = scene.program.path(&format!("{name}-links.csv"));
        scene.program.run(&["link", "issue", &id, "--roster", &roster, "--out", &list]);
        scene.program.run(&["survey", "open", &id]);
        for code in crate::harness::codes(&list).iter().take(30) {
            assert_eq!(scene.phone().json(code, &sheet(option)).status, 201);
        }
        scene.program.run(&["survey", "close", &id]);
        scene.program.run(&["survey", "release", &id]);
        id
    };
    let same = other("same", &SURVEY.replace("title = \"满意度调查\"", "title = \"去年的调查\""), "B");
    let asks = other("asks", &SURVEY.replace("环境好吗", "饭菜好吗"), "B");
    let weighs = other("weighs", &SURVEY.replace("weight = 900", "weight = 850"), "B");
    let page = desk.get(&at(&scene, "")).body;
    assert!(page.contains(&format!("<option value=\"{same}\">去年的调查 (2022) · 第 1 次发布</option>")), "{page}");
    for incomparable in [&asks, &weighs] {
        assert!(!page.contains(&format!("<option value=\"{incomparable}\"")), "{page}");
    }
    let compared = desk.get(&at(&scene, &format!("/compare?with={same}"))).body;
    let mine = release["intervals"]["weighted_score"]["estimate"].as_str().unwrap();
    assert!(compared.contains(mine) && compared.contains(">90.00<"), "{compared}");
    assert!(compared.contains("（区间不含 0）") && compared.contains(" 个百分点<"), "{compared}");
    let words = [(&asks, "两次调查的问题不同"), (&weighs, "分值系数不同")];
    for (with, words) in words {
        let page = desk.get(&at(&scene, &format!("/compare?with={with}"))).body;
        assert!(page.contains(words) && !page.contains("各题得分"), "{page}");
    }
    assert!(compared.contains("<small>满分 33.33 分</small>") && compared.contains("第 1 次发布"), "{compared}");
    let own = desk.get(&at(&scene, &format!("/compare?with={}", scene.survey)));
    assert!(own.status == 409 && own.body.contains("不能和这次调查自己比较"), "{}", own.body);
    for with in ["", "?with=", "?with=x", "?with=00000000-0000-4000-8000-000000000000"] {
        let reply = desk.get(&at(&scene, &format!("/compare{with}")));
        assert!(reply.status == 404 && reply.body.contains("没有这次调查"), "{with}: {}", reply.body);
    }
});
