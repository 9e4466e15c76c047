//! The interface for programs: who is let in to what, what does not change, what is told twice, and releases.

use crate::harness::{Api, Database, Desk, Scene, Sent, form, on_both_engines};
use fivepoint::domain::key::Scope;
use fivepoint::web::api::ROUTES;
use serde_json::json;

/// A survey that is not there.
const NONE: &str = "00000000-0000-4000-8000-000000000000";

/// A scene whose evaluator can have keys.
fn scene(database: &Database, links: usize) -> Scene<'_> {
    let mut scene = Scene::open(database, links);
    Desk::sign_in(&scene.program, &scene.server, "wang", "evaluator", None);
    // A proxy that says where each request comes from, so that strangers are counted apart.
    scene.program.env.push(("FIVEPOINT_TRUSTED_PROXY", "127.0.0.1".to_owned()));
    scene.server = scene.program.serve();
    scene
}

fn key(scene: &Scene<'_>, scopes: &[&str], more: &[&str]) -> Api {
    Api::with_key(&scene.program, &scene.server, "wang", scopes, more)
}

/// A closed survey with twelve answers in three units.
fn closed(database: &Database) -> Scene<'_> {
    let scene = scene(database, 36);
    for (number, code) in scene.codes.iter().enumerate() {
        assert_eq!(scene.phone().form(code, &form(number / 3)).status, 303);
    }
    scene.close();
    scene
}

/// A path with its places filled.
fn at(path: &str, survey: &str) -> String {
    let filled = path.replace("{survey}", survey);
    let parts = filled.split('/').map(|part| if part.starts_with('{') { NONE } else { part });
    parts.collect::<Vec<_>>().join("/")
}

/// The parts of a reply that a program without the right may see, which do not depend on the moment.
fn told(sent: &Sent) -> (u16, Vec<u8>, Vec<(String, String)>) {
    let head = sent.headers.iter().filter(|(name, _)| name != "date" && !name.starts_with("ratelimit-"));
    // Headers have no order.
    let mut head: Vec<_> = head.cloned().collect();
    head.sort();
    (sent.status, sent.bytes.clone(), head)
}

on_both_engines!(every_address_lets_in_the_key_that_has_its_scope_and_no_other, |database| {
    let scene = closed(&database);
    scene.release();
    let names = Scope::ALL.map(Scope::name);
    let keys: Vec<(Scope, Api)> = Scope::ALL.into_iter().map(|one| (one, key(&scene, &[one.name()], &[]))).collect();
    let bound = ["units:read", "progress:read", "rosters:write"];
    let of_unit = key(&scene, &bound, &["--unit", "D2"]);
    let (revoked, expired) = (key(&scene, &names, &[]), key(&scene, &names, &[]));
    let works = |api: &Api| api.get("/api/v1/units").status == 200;
    assert!(works(&revoked) && works(&expired));
    // Keys are listed by names, and these are random: the one that is gone afterwards was it.
    let wide = scene.program.run(&["key", "list"]);
    for line in wide.lines().filter(|line| line.contains("surveys:read,surveys:write")) {
        if works(&revoked) {
            scene.program.run(&["key", "revoke", line.split('\t').next().unwrap()]);
        }
    }
    database.execute("UPDATE api_key SET expires_on = '2020-01-01' WHERE scopes LIKE 'surveys:read surveys:write%'");
    assert!(!works(&revoked) && !works(&expired));
    let unknown = Api::new(&scene.server, Some("fpk_00000000000000000000000000000000"));
    let no_key = Api::new(&scene.server, None);
    let no_token = Api::new(&scene.server, Some("wang"));

    // The keeper writes signs of the answers down in its own time.
    let stays = |row: &String| !row.starts_with("api_key") && !row.starts_with("signal");
    let before: Vec<_> = database.dump().into_iter().filter(stays).collect();
    let mut stranger = 0;
    for route in ROUTES.iter().filter(|route| route.scope.is_some()) {
        let place = format!("{} {}", route.method, route.path);
        let send = |api: &Api, survey: &str| {
            api.send(route.method, &at(route.path, survey), &[], (route.method != "GET").then_some(b""))
        };
        let mut from_elsewhere = |api: &Api| {
            stranger += 1;
            let api = api.from(format!("10.0.{}.{}", stranger / 200, stranger % 200));
            send(&api, &scene.survey)
        };
        let nobody = from_elsewhere(&no_key);
        assert_eq!((nobody.status, nobody.code().as_str()), (401, "no_key"), "{place}");
        assert_eq!(nobody.header("www-authenticate"), Some("Bearer"), "{place}");
        let invalid = from_elsewhere(&unknown);
        assert_eq!((invalid.status, invalid.code().as_str()), (401, "invalid_key"), "{place}");
        for other in [&revoked, &expired, &no_token] {
            assert_eq!(told(&from_elsewhere(other)), told(&invalid), "{place}");
        }
        for (scope, api) in &keys {
            let there = if *scope == route.scope.unwrap() { None } else { Some(send(api, &scene.survey)) };
            let nowhere = send(api, NONE);
            match there {
                Some(there) => {
                    assert_eq!((there.status, there.code().as_str()), (403, "missing_scope"), "{place} {scope:?}");
                    assert_eq!(told(&there), told(&nowhere), "{place} {scope:?}: no word about what there is");
                }
                None if route.path.contains("{survey}") && route.method == "GET" => {
                    assert!(nowhere.status == 404 && nowhere.code().ends_with("_not_found"), "{place}: {nowhere:?}");
                }
                None => assert!(nowhere.status < 500 && !matches!(nowhere.status, 401 | 403), "{place}: {nowhere:?}"),
            }
        }
        let of_unit = send(&of_unit, &scene.survey);
        match bound.contains(&route.scope.unwrap().name()) {
            true => assert!(of_unit.status < 500 && !matches!(of_unit.status, 401 | 403), "{place}: {of_unit:?}"),
            false => assert_eq!((of_unit.status, of_unit.code().as_str()), (403, "missing_scope"), "{place}"),
        }
    }
    let after: Vec<_> = database.dump().into_iter().filter(stays).collect();
    assert_eq!(before, after, "nothing was done for anybody");
});

on_both_engines!(a_key_of_a_unit_cannot_tell_what_lies_elsewhere_from_what_does_not_exist, |database| {
    let scene = scene(&database, 30);
    let api = key(&scene, &["units:read", "progress:read"], &["--unit", "D1"]);
    let all = key(&scene, &["units:read", "progress:read"], &[]);
    let codes = |api: &Api| -> Vec<String> {
        api.walk("/api/v1/units", 2, |_| {}).iter().map(|unit| unit["code"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(codes(&all), ["C", "D1", "D2", "I1", "I2", "I3"]);
    assert_eq!(codes(&api), ["D1", "I1", "I2"]);
    let top = &api.get("/api/v1/units").json()["items"][0];
    assert!(top["code"] == "D1" && top["parent"].is_null(), "what is above is not named: {top}");

    let progress = |unit: &str| api.get(&format!("/api/v1/surveys/{}/progress?unit={unit}", scene.survey));
    assert_eq!(progress("I1").status, 200);
    let foreign = progress("I3");
    assert_eq!(foreign.status, 404);
    for other in ["C", "D2", "X9"] {
        assert_eq!(told(&progress(other)), told(&foreign), "{other}");
    }
    let of_all = |unit: &str| all.get(&format!("/api/v1/surveys/{}/progress?unit={unit}", scene.survey)).status;
    assert_eq!((of_all("I3"), of_all("X9")), (200, 404));
    let whole = api.get(&format!("/api/v1/surveys/{}/progress", scene.survey)).json();
    assert_eq!(whole["total"]["issued"], 20, "the unit's own links: {whole}");
});

on_both_engines!(a_release_is_made_listed_and_given_as_what_it_is, |database| {
    let scene = closed(&database);
    let api = key(&scene, &["results:read", "results:release"], &[]);
    let path = |rest: &str| format!("/api/v1/surveys/{}/{rest}", scene.survey);
    let missing = api.get(&path("release"));
    assert_eq!((missing.status, missing.code().as_str()), (404, "release_not_found"));
    assert_eq!(api.get(&path("releases")).json(), json!({ "items": [], "next": null }));

    let made = api.post(&path("release"), None);
    assert_eq!((made.status, made.header("location")), (201, Some(path("release?number=1").as_str())));
    let again = api.post(&path("release"), None);
    assert_eq!((again.status, &again.bytes), (200, &made.bytes), "it stands already");
    let given = api.get(&path("release"));
    assert_eq!(given.bytes, made.bytes);
    let told = scene.program.run(&["result", &scene.survey, "--format", "json"]);
    assert_eq!(String::from_utf8(given.bytes.clone()).unwrap(), told, "the document as it is kept");
    assert_eq!(api.get(&path("release?number=1")).bytes, made.bytes);
    assert_eq!(api.get(&path("release?number=2")).code(), "release_not_found");
    assert_eq!((api.get(&path("release?number=x")).status, api.get(&path("release?n=1")).status), (400, 400));

    for (ending, begins) in [("csv", "\u{feff}".as_bytes()), ("xlsx", b"PK"), ("docx", b"PK")] {
        let file = api.get(&path(&format!("release.{ending}")));
        assert!(file.status == 200 && file.bytes.starts_with(begins), "{ending}");
        let name = format!("attachment; filename=\"results-1.{ending}\"; filename*=UTF-8''");
        assert!(file.header("content-disposition").unwrap().starts_with(&name), "{file:?}");
        let tag = file.header("etag").unwrap();
        let held = api.send("GET", &path(&format!("release.{ending}")), &[("if-none-match", tag)], None);
        assert_eq!((held.status, held.bytes.len()), (304, 0), "{ending}");
    }

    let switch =
        |act: &str, unit: &str, reason: &str| api.post(&path(act), Some(json!({ "unit": unit, "reason": reason })));
    let voided = switch("void", "I1", " 代填 ");
    assert_eq!(voided.json(), json!({ "voided": [{ "unit": "I1", "name": "一院", "reason": "代填" }] }));
    let refused = |sent: Sent, status: u16, code: &str| assert_eq!((sent.status, sent.code().as_str()), (status, code));
    refused(switch("void", "I1", "x"), 409, "voided_already");
    refused(switch("void", "I9", "x"), 404, "unit_not_found");
    refused(switch("restore", "I2", "x"), 409, "not_voided");
    refused(switch("void", "I2", " "), 422, "invalid_input");
    refused(switch("void", "I2", &"x".repeat(201)), 422, "invalid_input");
    let second = api.post(&path("release"), None);
    assert_eq!((second.status, second.json()["number"].as_i64()), (201, Some(2)));
    let lines = api.walk(&path("releases"), 1, |_| {});
    assert_eq!(lines.iter().map(|line| line["number"].as_i64().unwrap()).collect::<Vec<_>>(), [2, 1]);
    assert_eq!(lines[0]["sha256"], second.json()["sha256"]);
    assert_eq!(api.get(&path("release?number=1")).bytes, made.bytes, "the first one stays");

    refused(api.post(&path("rows"), Some(json!({ "reason": "" }))), 422, "invalid_input");
    let rows = api.post(&path("rows"), Some(json!({ "reason": "教学" })));
    assert_eq!((rows.status, rows.header("content-type")), (200, Some("application/zip")));
    assert!(rows.bytes.starts_with(b"PK") && rows.header("cache-control") == Some("no-store"));
    refused(switch("restore", "I1", "x"), 409, "rows_are_out");
    let made = scene.program.run(&["key", "list"]);
    let id = made.split('\t').next().unwrap();
    let by_key = if database.url.starts_with("sqlite") { "lower(hex(staff))" } else { "encode(staff, 'hex')" };
    let acts = database
        .lines(&format!("SELECT act AS line FROM audit WHERE {by_key} = '{}' ORDER BY number", id.replace('-', "")));
    assert_eq!(acts, ["release-made", "unit-voided", "release-made", "rows-exported"], "each by the key, once");
    scene.verify();
});

on_both_engines!(what_a_program_has_is_not_sent_again, |database| {
    let scene = closed(&database);
    scene.release();
    let api = key(&scene, &Scope::ALL.map(Scope::name), &[]);
    let other_tag = "\"00000000000000000000000000000000\"";
    let example = concat!(env!("CARGO_MANIFEST_DIR"), "/src/cli/demo/kunming-2022-scorecard.toml");
    let card = scene.program.run(&["scorecard", "import", example]);
    for route in ROUTES.iter().filter(|route| route.method == "GET") {
        let mut path = route.path.replace("{survey}", &scene.survey).replace("{scorecard}", &card);
        if path.ends_with("/changes") {
            path.push_str("?from=1&to=1");
        }
        let first = api.get(&path);
        assert_eq!(first.status, 200, "{path}: {first:?}");
        let Some(tag) = first.header("etag") else { panic!("{path} has no tag") };
        let ask = |tag: &str| api.send("GET", &path, &[("if-none-match", tag)], None);
        for held in [tag.to_owned(), format!("{other_tag}, {tag}")] {
            let same = ask(&held);
            assert_eq!((same.status, same.bytes.len(), same.header("etag")), (304, 0, Some(tag)), "{path}");
        }
        assert_eq!(ask(other_tag).status, 200, "{path}");
        let head = api.send("HEAD", &path, &[], None);
        assert_eq!((head.status, head.bytes.len(), head.header("etag")), (200, 0, Some(tag)), "{path}");
    }
    let units = api.get("/api/v1/units");
    scene.program.run(&[
        "unit",
        "import",
        &scene.program.file("more.csv", "code,name,parent,level\nI4,四院,D2,institution\n"),
    ]);
    let tag = units.header("etag").unwrap();
    assert_eq!(api.send("GET", "/api/v1/units", &[("if-none-match", tag)], None).status, 200, "there is news");
});

on_both_engines!(a_list_that_grows_while_it_is_read_skips_nothing_and_repeats_nothing, |database| {
    let scene = scene(&database, 1);
    let api = key(&scene, &["units:read", "surveys:read", "surveys:write", "audit:read", "units:write"], &[]);
    let add = |part: usize| {
        let units = json!({ "units": [
            { "code": format!("A{part}"), "name": "前", "parent": "C", "level": "county" },
            { "code": format!("Z{part}"), "name": "后", "parent": "C", "level": "county" },
        ] });
        assert_eq!(api.post("/api/v1/units", Some(units)).status, 200);
    };
    let units = api.walk("/api/v1/units", 2, |part| {
        if part < 2 {
            add(part)
        }
    });
    let codes: Vec<_> = units.iter().map(|unit| unit["code"].as_str().unwrap()).collect();
    assert_eq!(codes, ["C", "D1", "D2", "I1", "I2", "I3", "Z0", "Z1"], "what comes later in the order is seen");

    let survey = include_str!("../browser/surveys/optional.json");
    let make = || {
        let sent =
            api.send("POST", "/api/v1/surveys", &[("content-type", "application/json")], Some(survey.as_bytes()));
        assert_eq!(sent.status, 201, "{}", String::from_utf8_lossy(&sent.bytes));
        let id = sent.json()["id"].as_str().unwrap().to_owned();
        assert_eq!(sent.header("location"), Some(format!("/api/v1/surveys/{id}").as_str()));
        id
    };
    let mut made = vec![scene.survey.clone(), make(), make(), make()];
    let seen = api.walk("/api/v1/surveys", 1, |_| drop(make()));
    let mut seen: Vec<_> = seen.iter().map(|line| line["id"].as_str().unwrap().to_owned()).collect();
    seen.sort();
    made.sort();
    assert_eq!(seen, made, "those that were there, each once; newer ones come before them");

    let rows = api.walk("/api/v1/audit", 3, |part| {
        if part < 2 {
            add(part + 10)
        }
    });
    let numbers: Vec<_> = rows.iter().map(|row| row["number"].as_u64().unwrap()).collect();
    assert_eq!(numbers, (1..=numbers.len() as u64).collect::<Vec<_>>());
    for bad in ["limit=0", "limit=1001", "limit=x", "cursor=%25", "cursor=AAAA", "page=2"] {
        let sent = api.get(&format!("/api/v1/audit?{bad}"));
        assert_eq!((sent.status, sent.code().as_str()), (400, "invalid_query"), "{bad}");
    }
});

on_both_engines!(every_fault_is_a_problem_with_its_code, |database| {
    let scene = scene(&database, 1);
    let api = key(&scene, &Scope::ALL.map(Scope::name), &[]);
    let is = |sent: Sent, status: u16, code: &str| assert_eq!((sent.status, sent.code().as_str()), (status, code));
    for path in ["/api/v1/nothing", "/api/", "/api/v2/surveys", "/api/v1/surveys/x/y/z", "/api/v1/surveys/"] {
        is(api.get(path), 404, "unknown_path");
    }
    is(api.get("/api/v1/surveys/abc"), 404, "survey_not_found");
    is(api.get(&format!("/api/v1/surveys/{NONE}")), 404, "survey_not_found");
    for (method, path, allowed) in [
        ("DELETE", "/api/v1/surveys", "GET, HEAD, POST"),
        ("GET", "/api/v1/surveys/x/close", "POST"),
        ("PUT", "/openapi.json", "GET, HEAD"),
    ] {
        let sent = api.send(method, path, &[], None);
        assert_eq!(sent.header("allow"), Some(allowed), "{path}");
        is(sent, 405, "method_not_allowed");
    }
    let post = |path: &str, kind: &str, body: &[u8]| api.send("POST", path, &[("content-type", kind)], Some(body));
    is(post("/api/v1/surveys", "text/plain", b"x"), 415, "unsupported_media_type");
    is(post("/api/v1/surveys", "application/json", b"{"), 422, "invalid_input");
    is(post("/api/v1/units", "application/json", b"{"), 400, "malformed_body");
    is(post("/api/v1/units", "application/json", b"\xff"), 400, "malformed_body");
    is(post("/api/v1/units", "application/json", b"{\"unit\":[]}"), 422, "invalid_input");
    is(post("/api/v1/surveys", "application/toml", b"\xff"), 400, "malformed_body");
    is(post("/api/v1/surveys", "application/json", &vec![b' '; 1024 * 1024 + 1]), 413, "body_too_large");
    is(api.post(&format!("/api/v1/surveys/{}/open", scene.survey), None), 409, "not_draft_to_open");
    is(api.post(&format!("/api/v1/surveys/{}/release", scene.survey), None), 409, "not_closed");
    let table = post("/api/v1/units", "text/csv", "code,name,parent,level\nN1,甲,X9,county\nN2,,C,county\n".as_bytes());
    let errors = table.json()["errors"].clone();
    is(table, 422, "invalid_input");
    let rows: Vec<_> = errors.as_array().unwrap().iter().map(|error| error["row"].as_u64().unwrap()).collect();
    assert!(rows.contains(&2) && rows.contains(&3), "every row that is wrong is named: {errors}");

    // Who may not come in is told nothing of what was wrong otherwise.
    let nobody = Api::new(&scene.server, None);
    is(nobody.get("/api/v1/surveys/abc"), 401, "no_key");
    is(nobody.get("/api/v1/audit?limit=0"), 401, "no_key");
    let invalid = Api::new(&scene.server, Some("fpk_00000000000000000000000000000000"));
    is(invalid.get("/api/v1/surveys/abc"), 401, "invalid_key");
    let narrow = key(&scene, &["units:read"], &[]);
    is(narrow.get("/api/v1/surveys/abc"), 403, "missing_scope");
    is(narrow.get("/api/v1/audit?limit=0"), 403, "missing_scope");
    is(narrow.send("POST", "/api/v1/surveys", &[("content-type", "text/plain")], Some(b"x")), 403, "missing_scope");
});

on_both_engines!(a_program_is_told_how_many_requests_it_has_left, |database| {
    let scene = scene(&database, 1);
    let api = key(&scene, &["units:read"], &[]);
    let number =
        |sent: &Sent, name: &str| sent.header(name).unwrap_or_else(|| panic!("no {name}")).parse::<u32>().unwrap();
    let mut left = None;
    for path in ["/api/v1/units", "/api/v1/audit", "/api/v1/units?limit=0", "/api/v1/units"] {
        let sent = api.get(path);
        assert_eq!(number(&sent, "ratelimit-limit"), 600);
        assert!((1..=60).contains(&number(&sent, "ratelimit-reset")));
        let now = number(&sent, "ratelimit-remaining");
        // Another minute may have begun in between.
        assert!(now == 599 || left.is_some_and(|left| now + 1 == left), "{now} after {left:?}");
        left = Some(now);
    }
    // Whoever guesses keys has fewer.
    let guessing = Api::new(&scene.server, Some("fpk_00000000000000000000000000000000"));
    let mut left = u32::MAX;
    let refused = (0..200).map(|_| guessing.get("/api/v1/units")).find(|sent| {
        let told = left;
        left = number(sent, "ratelimit-remaining");
        assert_eq!(number(sent, "ratelimit-limit"), 60);
        assert!(sent.status != 429 || told == 0, "refused with {told} left");
        sent.status == 429
    });
    let refused = refused.expect("there is an end");
    assert_eq!(refused.code(), "too_many_requests");
    assert!((1..=60).contains(&number(&refused, "retry-after")));
    assert_eq!(refused.header("retry-after"), refused.header("ratelimit-reset"));
    assert_eq!(api.get("/api/v1/units").status, 200, "others are not held up");
});
