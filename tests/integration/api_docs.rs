//! What is promised to other programs: the OpenAPI document, the codes of faults, and the examples of `docs/api.md`,
//! which are run as they stand.

use crate::harness::{Api, Database, Desk, Engine, Program, Scene, form, on_both_engines};
use fivepoint::domain::obstacle::{Missing, Obstacle};
use std::collections::BTreeSet;
use std::path::PathBuf;
use std::process::Command;

fn path(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(name)
}

fn guide() -> String {
    std::fs::read_to_string(path("docs/api.md")).unwrap()
}

/// Compares with what was promised; `FIVEPOINT_RENEW=1` writes it anew.
fn as_promised(name: &str, now: &str) {
    let path = path("tests/data").join(name);
    if std::env::var_os("FIVEPOINT_RENEW").is_some() {
        std::fs::write(&path, now).unwrap();
    }
    let promised = std::fs::read_to_string(&path).unwrap_or_default();
    let differs = promised.lines().zip(now.lines()).position(|(before, after)| before != after);
    assert!(
        promised == now,
        "tests/data/{name} differs, first in line {:?}. Other programs rely on it: where the change is meant and takes \
         nothing away from them, write it anew with FIVEPOINT_RENEW=1 tests/run --test integration -- api_docs",
        differs.map(|line| line + 1)
    );
}

/// The fenced blocks of a language.
fn blocks(language: &str) -> Vec<String> {
    let text = guide();
    let begin = format!("```{language}\n");
    text.split(&begin).skip(1).map(|rest| rest.split("```").next().unwrap().to_owned()).collect()
}

#[test]
fn the_openapi_document_is_what_was_promised() {
    let database = Database::fresh(Engine::Sqlite);
    let printed = Program::new(&database).run(&["openapi"]) + "\n";
    let document: serde_json::Value = serde_json::from_str(&printed).unwrap();
    assert_eq!(document["openapi"], "3.1.0");
    let (mut ids, mut references) = (BTreeSet::new(), BTreeSet::new());
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            assert!(ids.insert(operation["operationId"].as_str().unwrap()), "{method} {path}: the id is taken");
            assert!(!operation["summary"].as_str().unwrap_or_default().is_empty(), "{method} {path} says nothing");
            let answers = operation["responses"].as_object().unwrap();
            assert!(answers.keys().any(|status| status.starts_with('2')), "{method} {path} never succeeds");
        }
    }
    for part in printed.split("\"#/components/schemas/").skip(1) {
        references.insert(part.split('"').next().unwrap().to_owned());
    }
    let schemas: BTreeSet<String> = document["components"]["schemas"].as_object().unwrap().keys().cloned().collect();
    assert_eq!(references.difference(&schemas).collect::<Vec<_>>(), [""; 0], "what is referred to is there");
    as_promised("openapi.json", &printed);
}

/// Two schemas of one name would be one in the document, and the replies of the other not what it says.
#[test]
fn no_two_schemas_have_one_name() {
    let folders = ["src/web/api", "src/web/answer", "src/domain/release", "src/domain/scorecard"];
    let files = folders.iter().flat_map(|folder| std::fs::read_dir(path(folder)).unwrap());
    let mut names: Vec<String> = Vec::new();
    for file in files {
        let text = std::fs::read_to_string(file.unwrap().path()).unwrap_or_default();
        for rest in text.split("ToSchema").skip(1).filter(|rest| rest.starts_with(")]") || rest.starts_with(", ")) {
            let head: Vec<&str> = rest.lines().take_while(|line| !line.contains('{')).collect();
            let own = rest.lines().nth(head.len()).and_then(|line| line.split(['{', '(', '<']).next());
            let said = head.iter().find_map(|line| line.split_once("schema(as = ")?.1.split([')', ',']).next());
            let own = own.and_then(|line| line.split_whitespace().last());
            names.extend(said.or(own).map(str::to_owned));
        }
    }
    assert!(names.len() > 40 && names.iter().any(|name| name == "ScorecardRow"), "{names:?}");
    let twice: Vec<_> = names.iter().filter(|name| names.iter().filter(|other| other == name).count() > 1).collect();
    assert!(twice.is_empty(), "{twice:?}");
}

on_both_engines!(the_server_gives_the_same_document, |database| {
    let program = Program::new(&database);
    let server = program.serve();
    let sent = Api::new(&server, None).get("/openapi.json");
    assert_eq!(String::from_utf8(sent.bytes).unwrap().trim(), program.run(&["openapi"]));
});

/// `NotDraftToOpen` as `not_draft_to_open`.
fn code(name: &str) -> String {
    let mut code = String::new();
    for (place, letter) in name.chars().enumerate() {
        if letter.is_uppercase() && place > 0 {
            code.push('_');
        }
        code.push(letter.to_ascii_lowercase());
    }
    code
}

/// The codes that stand in the code of the interface: each after the status it comes with.
fn general() -> BTreeSet<String> {
    let files = std::fs::read_dir(path("src/web/api")).unwrap().map(|entry| entry.unwrap().path());
    let texts = files.map(|file| std::fs::read_to_string(file).unwrap()).collect::<Vec<_>>();
    let after = texts.iter().flat_map(|text| text.split("StatusCode::").skip(1)).filter_map(|rest| {
        let rest = rest.trim_start_matches(|c: char| c.is_ascii_uppercase() || c == '_');
        rest.strip_prefix(',')?.trim_start().strip_prefix('"')?.split('"').next()
    });
    let word = |text: &&str| text.chars().all(|c| c.is_ascii_lowercase() || c == '_');
    let found: BTreeSet<String> = after.filter(word).map(str::to_owned).collect();
    assert!(found.len() > 10, "{found:?}");
    found
}

#[test]
fn the_codes_of_faults_are_what_was_promised() {
    let rules = Obstacle::NAMES.iter().map(|name| format!("409 {}", code(name)));
    let missing = Missing::NAMES.iter().map(|name| format!("404 {}_not_found", code(name)));
    let all: BTreeSet<String> =
        rules.chain(missing).chain(general().into_iter().map(|code| format!("    {code}"))).collect();
    as_promised("api-codes.txt", &(all.into_iter().collect::<Vec<_>>().join("\n") + "\n"));
}

#[test]
fn the_guide_names_every_scope_and_every_general_code() {
    let guide = guide();
    let scopes = fivepoint::domain::key::Scope::ALL.map(|scope| scope.name().to_owned());
    for word in general().into_iter().chain(scopes) {
        assert!(guide.contains(&format!("`{word}`")), "docs/api.md does not name {word}");
    }
}

/// Runs a block with what it needs in its environment, and gives what it printed.
fn run(program: &str, arguments: &[&str], scene: &Scene<'_>, token: &str, block: &str) -> String {
    let folder = tempfile::TempDir::with_prefix("fivepoint-example-").unwrap();
    let file = folder.path().join("example");
    std::fs::write(&file, block).unwrap();
    let output = Command::new(program)
        .args(arguments)
        .arg(&file)
        .current_dir(folder.path())
        .env("FIVEPOINT", format!("http://{}", scene.server.address))
        .env("FIVEPOINT_KEY", token)
        .env("SURVEY", &scene.survey)
        .output()
        .unwrap_or_else(|error| panic!("{program}: {error}"));
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{block}\n{out}{err}");
    out.into_owned()
}

/// A released survey, and a key for reading and releasing.
fn released(database: &Database) -> (Scene<'_>, String) {
    let scene = Scene::open(database, 36);
    for (number, code) in scene.codes.iter().enumerate() {
        assert_eq!(scene.phone().form(code, &form(number / 3 % 4)).status, 303);
    }
    scene.close();
    scene.release();
    Desk::sign_in(&scene.program, &scene.server, "wang", "evaluator", None);
    let scopes = ["surveys:read", "units:read", "progress:read", "results:read", "results:release", "audit:read"];
    let token = Api::with_key(&scene.program, &scene.server, "wang", &scopes, &[]).token().to_owned();
    (scene, token)
}

on_both_engines!(the_examples_with_curl_and_python_work_as_they_stand, |database| {
    let (scene, token) = released(&database);
    let curl = blocks("sh");
    assert!(curl.len() >= 4 && curl.iter().all(|block| block.contains("curl")));
    let printed: Vec<String> = curl.iter().map(|block| run("bash", &["-eu"], &scene, &token, block)).collect();
    assert!(printed.iter().any(|text| text.contains(&scene.survey)), "{printed:?}");
    assert!(printed.iter().any(|text| text.contains("\"final_score\":\"82.5\"")), "{printed:?}");
    assert!(printed.iter().any(|text| text.trim() == "304"), "{printed:?}");

    let python: Vec<_> = blocks("python").into_iter().filter(|block| !block.contains("pandas")).collect();
    assert!(!python.is_empty());
    let printed: String = python.iter().map(|block| run("python3", &[], &scene, &token, block)).collect();
    assert!(printed.contains("82.5"), "{printed}");
    assert!(printed.contains("一院"), "{printed}");
});

#[test]
#[ignore = "needs pandas and R, which are large: tests/run --api"]
fn the_examples_with_pandas_and_r_work_as_they_stand() {
    let database = Database::fresh(Engine::Sqlite);
    let (scene, token) = released(&database);
    let pandas: Vec<_> = blocks("python").into_iter().filter(|block| block.contains("pandas")).collect();
    let r = blocks("r");
    assert!(!pandas.is_empty() && !r.is_empty());
    // Debian's own Python, whose packages pandas is one of.
    let printed: String = pandas.iter().map(|block| run("/usr/bin/python3", &[], &scene, &token, block)).collect();
    assert!(printed.contains("82.50") && printed.contains("一院"), "{printed}");
    let printed: String = r.iter().map(|block| run("Rscript", &[], &scene, &token, block)).collect();
    assert!(printed.contains("82.50") && printed.contains("一院"), "{printed}");
}
