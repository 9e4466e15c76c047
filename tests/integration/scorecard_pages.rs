//! Scorecards at the desk: made from a file that is shown first, filled in indicator by indicator, replaced by a file,
//! and nobody's work lost.

use crate::harness::{Database, Desk, Program, Scene, Server, on_both_engines};
use crate::units::kept;
use serde_json::json;

const NEW: &str = "/staff/scorecards/new";
const HEAD: &str = "title = \"托养项目评分表\"\nprogramme = \"托养项目\"\nyear = 2022\nunit = \"市残疾人联合会\"\n";
const TABLE: &str = "代码,上级,指标名称,权重分,类型,目标值,实际值,计量单位,评分,理由,满意度口径\n\
    A,,项目决策,40,,,,,,,\nA1,A,立项依据,15.5,定性,,,,,,\nA2,A,服务人数,24.5,定量,2800,,人,,,\n\
    B,,满意度,60,满意度,85,,,,,综合得分\n";

fn desk(database: &Database) -> (Server, Desk, Desk) {
    let program = Program::new(database);
    let server = program.serve();
    let desk = |name: &str| Desk::sign_in(&program, &server, name, "evaluator", None);
    let (one, other) = (desk("zhang"), desk("li"));
    (server, one, other)
}

const TYPED: [(&str, &str); 5] = [
    ("title", "托养项目评分表"),
    ("programme", "托养项目"),
    ("year", "2022"),
    ("unit", "市残疾人联合会"),
    ("grades", "优 90\n良 80\n中 60\n差 0"),
];

/// Makes a scorecard of a table; returns its address.
fn made(desk: &Desk) -> String {
    let preview = desk.upload("/staff/scorecards/upload", TABLE.as_bytes());
    let upload = kept(&preview.body);
    let fields: Vec<_> = TYPED.into_iter().chain([("upload", upload.as_str())]).collect();
    let done = desk.post("/staff/scorecards/import", &fields);
    assert_eq!(done.status, 303, "{}", done.body);
    done.header("location").unwrap().split('?').next().unwrap().to_owned()
}

/// The version that the form of a page was made from.
fn seen(page: &str) -> String {
    let seen = page.split_once("name=\"seen\" value=\"").expect(page).1;
    seen.split('"').next().unwrap().to_owned()
}

fn official(name: &str, cells: [&str; 4]) -> String {
    let cells = cells.map(|cell| format!("<td class=\"number\">{cell}</td>")).concat();
    format!("{name}</a></th>{cells}")
}

on_both_engines!(a_scorecard_is_shown_before_it_is_made, |database| {
    let (_server, desk, _) = desk(&database);
    assert!(desk.get("/staff/scorecards").body.contains("还没有评分表"));
    assert!(desk.get(NEW).body.contains("Excel 例子"));
    let preview = desk.upload("/staff/scorecards/upload", TABLE.as_bytes());
    assert!(preview.body.contains("文件里有 4 个指标，共 2 级"), "{}", preview.body);
    assert_eq!(database.count("SELECT count(*) FROM scorecard"), 0, "nothing is made by looking");

    // A head that is not told stays typed, and the file is kept for the next try.
    let upload = kept(&preview.body);
    let bad = [("upload", upload.as_str()), ("title", "托养"), ("year", "22"), ("unit", "市残联"), ("grades", "优")];
    let again = desk.post("/staff/scorecards/import", &bad);
    assert_eq!(again.status, 422);
    for expected in ["有 3 处要改", "value=\"托养\"", "请写 1990 到 2200 之间的年份", "等级要从高到低排列"]
    {
        assert!(again.body.contains(expected), "{expected} in {}", again.body);
    }
    let upload = kept(&again.body);
    let fields: Vec<_> = TYPED.into_iter().chain([("upload", upload.as_str())]).collect();
    let done = desk.post("/staff/scorecards/import", &fields);
    let address = done.header("location").unwrap().to_owned();
    let page = desk.get(&address).body;
    assert!(page.contains("评分表已经建好") && page.contains("还有 3 个指标没有填"), "{page}");
    assert!(page.contains(&official("A项目决策", ["40.00", "—", "—", "—"])), "{page}");
    let list = desk.get("/staff/scorecards").body;
    assert!(list.contains("托养项目评分表") && list.contains("还差 3 个指标"), "{list}");
    for sort in ["title", "programme", "year", "state", "score", "grade", "nonsense"] {
        assert_eq!(desk.get(&format!("/staff/scorecards?sort={sort}&down=1&page=9")).status, 200);
    }

    // A text has a head of its own; nobody else imports what this session has sent.
    let text = format!("{HEAD}[[indicators]]\ncode = \"A\"\nname = \"决策\"\nweight = 100\nkind = \"qualitative\"\n");
    let preview = desk.upload("/staff/scorecards/upload", text.as_bytes()).body;
    assert!(preview.contains("value=\"市残疾人联合会\"") && !preview.contains("表格里没有这些内容"), "{preview}");
    for (path, kind) in [("example.toml", "toml"), ("example.xlsx", "xlsx"), ("template.csv", "csv")] {
        let (reply, bytes) = desk.file(&format!("/staff/scorecards/{path}"));
        assert!(reply.status == 200 && !bytes.is_empty(), "{kind}");
        if kind != "csv" {
            let read = desk.upload("/staff/scorecards/upload", &bytes);
            assert!(read.status == 200 && read.body.contains("共 4 级"), "{kind}: {}", read.body);
        }
    }
});

on_both_engines!(mistakes_in_a_scorecard_are_listed_by_row_and_column, |database| {
    let (_server, desk, _) = desk(&database);
    let bad = TABLE.replace("B,,满意度,60,满意度,85", "B,Z,满意度,60.001,满意,八十五");
    let page = desk.upload("/staff/scorecards/upload", bad.as_bytes());
    assert_eq!(page.status, 422);
    let cell = |row: &str, column: &str, field: &str, message: &str| {
        format!("<td class=\"number\">{row}</td><td>{column}</td><td class=\"short\">{field}</td><td>{message}")
    };
    for expected in [
        cell("5", "B", "上级指标", "没有代码是“Z”的指标"),
        cell("5", "D", "权重分", "小数最多 2 位"),
        cell("5", "E", "类型", "不认识这个词"),
    ] {
        assert!(page.body.contains(&expected), "{expected} in {}", page.body);
    }
    let off = desk.upload("/staff/scorecards/upload", TABLE.replace("24.5", "24.51").as_bytes());
    let sum = cell("2", "D", "权重分", "“A 项目决策”的权重分是 40.00，它的下级指标加起来是 40.01");
    assert!(off.status == 422 && off.body.contains(&sum), "{}", off.body);
    // Of a text, the row and the character.
    let text =
        format!("{HEAD}[[indicators]]\ncode = \"A\"\nname = \"决策\"\nweight = \"很多\"\nkind = \"qualitative\"\n");
    let page = desk.upload("/staff/scorecards/upload", text.as_bytes());
    let expected = cell("8", "10", "权重分", "“很多”不是数字");
    assert!(page.status == 422 && page.body.contains(&expected), "{}", page.body);
    assert_eq!(desk.upload("/staff/scorecards/upload", b"title = \"\xb2\xe2\xca\xd4\"\n").status, 422);
    assert_eq!(desk.upload("/staff/scorecards/upload", b"").status, 422);
    assert_eq!(database.count("SELECT count(*) FROM scorecard"), 0);
});

on_both_engines!(indicators_are_filled_in_one_by_one, |database| {
    let (_server, desk, _) = desk(&database);
    let card = made(&desk);
    let at = |code: &str| format!("{card}/indicators/{code}");
    let group = desk.get(&at("A")).body;
    assert!(group.contains("由下级指标汇总，不用填写") && !group.contains("name=\"seen\""), "{group}");
    assert_eq!(desk.post(&at("A"), &[("seen", "1"), ("actual", "1")]).status, 409);
    assert_eq!(desk.get(&at("Z")).status, 404);

    // What is wrong is told beside its field, and what was typed stays.
    for (fields, expected) in [
        ([("score", "15.51"), ("reason", "依据充分")], "评分不能超过权重分 15.50"),
        ([("score", "15"), ("reason", " ")], "人工评分要写明理由"),
        ([("score", "十五"), ("reason", "依据充分")], "“十五”不是数字"),
    ] {
        let [score, reason] = fields;
        let reply = desk.post(&at("A1"), &[("seen", "1"), score, reason]);
        let typed = format!("value=\"{}\"", score.1);
        assert!(reply.status == 422 && reply.body.contains(expected) && reply.body.contains(&typed), "{}", reply.body);
    }
    let scored = desk.post(
        &at("A1"),
        &[("seen", "1"), ("score", "15"), ("reason", "依据充分\n程序规范"), ("evidence", "批复"), ("do", "next")],
    );
    let next = scored.header("location").unwrap();
    assert_eq!(next, format!("{}?done=saved", at("A2")), "the next one that is not filled in");
    let form = desk.get(next).body;
    assert!(form.contains("已经保存") && form.contains("缺实际值") && form.contains("value=\"2800\""), "{form}");
    let fields = [("seen", "2"), ("actual", "2979"), ("target", "2800"), ("measured_in", "人")];
    let filled = desk.post(&at("A2"), &fields);
    assert_eq!(filled.header("location"), Some(format!("{card}?done=saved#A2").as_str()), "{}", filled.body);
    let page = desk.get(&card).body;
    for expected in [
        "实际值 2979 人",
        "完成率 106.39%",
        "超额完成",
        "理由：依据充分 程序规范",
        "依据：批复",
        "还有 1 个指标没有填",
        "由 zhang 保存",
    ] {
        assert!(page.contains(expected), "{expected} in {page}");
    }
    assert!(page.contains(&official("A项目决策", ["40.00", "39.50", "0.50", "98.75%"])), "{page}");
    let lacking = desk.get(&format!("{card}?show=lacking")).body;
    assert!(lacking.contains("id=\"B\"") && !lacking.contains("id=\"A2\""), "{lacking}");

    // The same once more makes no version; another target does, and says what it was.
    let again = desk.post(&at("A2"), &[("seen", "3"), ("actual", "2979"), ("target", "2800"), ("measured_in", "人")]);
    assert_eq!(again.header("location"), Some(format!("{card}?done=same#A2").as_str()));
    assert_eq!(database.count("SELECT count(*) FROM scorecard_version"), 3);
    let other = desk.post(&at("A2"), &[("seen", "3"), ("actual", "2979"), ("target", "3000"), ("measured_in", "人")]);
    assert_eq!(other.status, 303, "{}", other.body);
    let version = desk.get(&format!("{card}/versions/4")).body;
    assert!(version.contains("<td>目标值</td><td>2800</td><td>3000</td>") && version.contains("zhang"), "{version}");
    let versions = desk.get(&format!("{card}/versions")).body;
    assert!(versions.contains("填写实际值") && versions.contains("第 4 版"), "{versions}");
    assert_eq!(desk.get(&format!("{card}/versions/9")).status, 404);
    let old = desk.get(&format!("{card}?version=1")).body;
    assert!(old.contains("您看的是第 1 版，最新的是第 4 版") && !old.contains("/indicators/"), "{old}");
    for ending in ["docx", "xlsx", "csv", "json"] {
        let (reply, bytes) = desk.file(&format!("{card}/scorecard.{ending}?version=3"));
        let name = reply.header("content-disposition").unwrap();
        assert!(reply.status == 200 && name.contains(&format!("-3.{ending}")) && !bytes.is_empty(), "{name}");
    }
});

on_both_engines!(two_who_save_at_once_lose_nothing, |database| {
    let (_server, zhang, li) = desk(&database);
    let card = made(&zhang);
    let at = |code: &str| format!("{card}/indicators/{code}");
    let (one, other) = (seen(&zhang.get(&at("A1")).body), seen(&li.get(&at("A1")).body));
    let first = zhang.post(&at("A1"), &[("seen", &one), ("score", "15"), ("reason", "依据充分")]);
    assert_eq!(first.status, 303);
    // The same indicator: nothing is saved, what was typed stays, and what the other has saved is told.
    let mine = [("score", "12"), ("reason", "程序有缺")];
    let late = li.post(&at("A1"), &[("seen", other.as_str()), mine[0], mine[1]]);
    assert_eq!(late.status, 409, "{}", late.body);
    for expected in ["zhang 刚才改了这个指标", "<b>15.00</b>", "依据充分", "value=\"12\"", "程序有缺</textarea>"]
    {
        assert!(late.body.contains(expected), "{expected} in {}", late.body);
    }
    assert_eq!(database.count("SELECT count(*) FROM scorecard_version"), 2);
    // Another indicator: both are kept.
    let fields = [("seen", "1"), ("actual", "2800"), ("target", "2800"), ("measured_in", "人")];
    assert_eq!(li.post(&at("A2"), &fields).status, 303, "nobody else has changed this one");
    assert!(li.get(&card).body.contains(&official("A项目决策", ["40.00", "39.50", "0.50", "98.75%"])));
    // Whoever has seen the other's, and saves again, counts.
    let again = seen(&late.body);
    let settled = li.post(&at("A1"), &[("seen", again.as_str()), mine[0], mine[1]]);
    assert_eq!(settled.status, 303, "{}", settled.body);
    assert!(li.get(&card).body.contains("程序有缺"));

    // The head is one thing: whoever is late is told, and keeps what was typed.
    let mut head: Vec<_> = TYPED.to_vec();
    head[3] = ("unit", "区残疾人联合会");
    head.push(("seen", "1"));
    let late = li.post(&format!("{card}/head"), &head);
    assert!(late.status == 409 && late.body.contains("value=\"区残疾人联合会\""), "{}", late.body);
    let version = seen(&late.body);
    *head.last_mut().unwrap() = ("seen", &version);
    assert_eq!(li.post(&format!("{card}/head"), &head).status, 303);
    let version = seen(&li.get(&format!("{card}/head")).body);
    *head.last_mut().unwrap() = ("seen", &version);
    head[4] = ("grades", "优 80\n良 90\n差 0");
    let wrong = li.post(&format!("{card}/head"), &head);
    assert!(wrong.status == 422 && wrong.body.contains("等级要从高到低排列"), "{}", wrong.body);
});

on_both_engines!(a_file_replaces_the_tree_and_keeps_what_was_filled_in, |database| {
    let (_server, desk, other) = desk(&database);
    let card = made(&desk);
    let file = format!("{card}/file");
    let score = |desk: &Desk, seen: &str, score: &str| {
        let fields = [("seen", seen), ("score", score), ("reason", "依据充分")];
        assert_eq!(desk.post(&format!("{card}/indicators/A1"), &fields).status, 303);
    };
    score(&desk, "1", "15");
    assert!(desk.get(&file).body.contains("下载现在的 Excel 表来改"));
    let (_, book) = desk.file(&format!("{card}/scorecard.xlsx"));
    assert!(desk.upload(&file, &book).body.contains("文件和现在的评分表一样"), "its own file changes nothing");

    let changed = TABLE.replace("立项依据,15.5", "立项程序,20").replace("24.5", "20");
    let preview = desk.upload(&file, changed.as_bytes());
    for expected in
        ["<td>指标名称</td><td>立项依据</td><td>立项程序</td>", "<td>权重分</td><td>15.50</td><td>20.00</td>"]
    {
        assert!(preview.body.contains(expected), "{expected} in {}", preview.body);
    }
    // Somebody saves meanwhile: the file is compared with that, and nothing is done yet.
    score(&other, "2", "14");
    let (upload, version) = (kept(&preview.body), seen(&preview.body));
    let late = desk.post(&format!("{card}/import"), &[("upload", &upload), ("seen", &version)]);
    assert!(late.status == 409 && late.body.contains("请重新核对"), "{}", late.body);
    let (upload, version) = (kept(&late.body), seen(&late.body));
    let done = desk.post(&format!("{card}/import"), &[("upload", &upload), ("seen", &version)]);
    assert_eq!(done.header("location"), Some(format!("{card}?done=saved").as_str()), "{}", done.body);
    let page = desk.get(&card).body;
    assert!(page.contains("A1 立项程序") && page.contains("依据充分") && page.contains(">14.00</td>"), "{page}");
    // A weight that the kept score is above: the row, and nothing changed.
    let low = TABLE.replace("立项依据,15.5", "立项程序,10").replace("24.5", "30");
    let refused = desk.upload(&file, low.as_bytes());
    assert!(refused.status == 422 && refused.body.contains("评分不能超过权重分 10.00"), "{}", refused.body);
    assert_eq!(database.count("SELECT count(*) FROM scorecard_version"), 4);
});

on_both_engines!(satisfaction_is_taken_from_a_release_and_frozen, |database| {
    let scene = Scene::draft(&database, 30);
    scene.program.run(&["survey", "open", &scene.survey]);
    for code in scene.codes.iter().take(20) {
        let answer = json!({ "answers": { "1": "A", "2": "B", "3": "A" }, "respondent": "self" });
        assert_eq!(scene.phone().json(code, &answer).status, 201);
    }
    scene.close();
    let release = scene.release();
    let desk = Desk::sign_in(&scene.program, &scene.server, "zhang", "evaluator", None);
    let card = made(&desk);
    let at = format!("{card}/indicators/B");
    let chosen = format!("{}:1", scene.survey);
    let form = desk.get(&at).body;
    assert!(form.contains(&format!("<option value=\"{chosen}\">")) && form.contains("缺调查结果"), "{form}");
    let fields = |release: &'static str| [("seen", "1"), ("measure", "weighted_score"), ("target", release)];
    for (target, advice) in [("", "这一格是空的"), ("100.5", "最大是 100"), ("0", "这个数要大于 0")] {
        let [seen, measure, target] = fields(target);
        let wrong = desk.post(&at, &[seen, measure, target, ("release", &chosen)]);
        assert!(wrong.status == 422 && wrong.body.contains(advice), "{advice} in {}", wrong.body);
    }
    let [seen, measure, target] = fields("85");
    let none = format!("{}:7", scene.survey);
    let wrong = desk.post(&at, &[seen, measure, target, ("release", &none)]);
    assert!(wrong.status == 422 && wrong.body.contains("没有这次发布"), "{}", wrong.body);
    let bound = desk.post(&at, &[seen, measure, target, ("release", &chosen)]);
    assert_eq!(bound.status, 303, "{}", bound.body);
    let (digest, value) =
        (release["sha256"].as_str().unwrap(), release["measures"]["weighted_score"].as_str().unwrap());
    let form = desk.get(&at).body;
    assert!(form.contains(digest) && form.contains(&format!("<b>{value}</b>")), "{form}");
    assert!(desk.get(&card).body.contains("第 1 次发布"));
    let log = database.lines("SELECT act AS line FROM audit ORDER BY number DESC LIMIT 1");
    assert_eq!(log, ["scorecard-bound"]);
    assert!(desk.get("/staff/audit").body.contains("托养项目评分表"), "the log names the scorecard");

    let taken_away = desk.post(&at, &[("seen", "2"), measure, target, ("release", "")]);
    assert_eq!(taken_away.status, 303, "{}", taken_away.body);
    let versions = desk.get(&format!("{card}/versions")).body;
    assert_eq!(versions.matches("取用调查结果").count(), 1, "results taken away are not results taken: {versions}");
    assert!(versions.contains("修改目标值、填写项或基本信息"), "{versions}");
    let log = database.lines("SELECT act AS line FROM audit ORDER BY number DESC LIMIT 1");
    assert_eq!(log, ["scorecard-changed"]);
});
