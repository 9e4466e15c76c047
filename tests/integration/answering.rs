//! Answering through the page and its JSON twin.

use crate::harness::{FORMS, Scene, form, on_both_engines, sheet};
use std::collections::BTreeSet;
use std::sync::Barrier;

const FORM: &str = "application/x-www-form-urlencoded";

on_both_engines!(the_same_link_posted_50_times_at_once_gives_one_response, |database| {
    let scene = Scene::open(&database, 6);
    for (round, code) in scene.codes.iter().take(4).enumerate() {
        let ready = Barrier::new(50);
        let replies: Vec<_> = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..50)
                .map(|number| {
                    let (phone, ready) = (scene.phone(), &ready);
                    // Rounds with equal answers and rounds with different ones.
                    let option = if round % 2 == 0 { "B" } else { ["A", "B", "C", "D", "E"][number % FORMS] };
                    scope.spawn(move || {
                        ready.wait();
                        (option, phone.json(code, &sheet(option)))
                    })
                })
                .collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        let created: Vec<_> = replies.iter().filter(|(_, reply)| reply.status == 201).collect();
        assert_eq!(created.len(), 1);
        assert_eq!(replies.iter().filter(|(_, reply)| reply.status == 200).count(), 49);
        let receipts: BTreeSet<String> =
            replies.iter().map(|(_, reply)| reply.json()["receipt"].as_str().unwrap().to_owned()).collect();
        assert_eq!(receipts.len(), 1, "every reply carries the same receipt");
        // The answer that was acknowledged first is the one that is kept.
        let digit = "ABCDE".find(created[0].0).unwrap() + 1;
        let kept = format!("SELECT count(*) FROM response WHERE answers = '{}'", digit.to_string().repeat(3));
        assert!(database.count(&kept) >= 1);
        assert_eq!(database.count("SELECT count(*) FROM response"), round as u64 + 1);
    }
    scene.verify();
});

on_both_engines!(the_form_answers_and_the_page_shows_the_receipt, |database| {
    let scene = Scene::open(&database, 2);
    let (phone, code) = (scene.phone(), &scene.codes[0]);
    let page = phone.get(&format!("/s/{code}"));
    assert_eq!(page.status, 200);
    assert!(page.body.contains("服务好吗？") && !page.body.contains(" checked"));

    let reply = phone.form(code, &form(1));
    assert_eq!(reply.status, 303);
    assert_eq!(reply.header("location"), Some(format!("/s/{code}").as_str()));
    let thanks = phone.get(&format!("/s/{code}"));
    let again = phone.json(code, &sheet("E"));
    assert_eq!(again.status, 200);
    assert!(thanks.body.contains(again.json()["receipt"].as_str().unwrap()));
    assert!(!thanks.body.contains("满意<"), "the page tells nothing of the answer");
    assert_eq!(phone.form(code, &form(2)).status, 303, "a repeated form leads to the same page");
    assert_eq!(database.count("SELECT count(*) FROM response"), 1);
});

on_both_engines!(a_code_is_read_in_any_case_with_and_without_hyphens, |database| {
    let scene = Scene::open(&database, 1);
    let typed = scene.codes[0].replace('-', "").to_lowercase().replace('1', "l").replace('0', "o");
    assert_eq!(scene.phone().get(&format!("/s/{typed}")).status, 200);
    let found = scene.phone().get(&format!("/s?code={typed}"));
    assert_eq!((found.status, found.header("location")), (303, Some(format!("/s/{}", scene.codes[0]).as_str())));
    assert_eq!(scene.phone().get("/s").status, 200);
    assert_eq!(scene.phone().get("/s?code=%3Cscript%3E").status, 404);
});

on_both_engines!(missing_and_unknown_options_are_named_field_by_field, |database| {
    let scene = Scene::open(&database, 1);
    let (phone, code) = (scene.phone(), &scene.codes[0]);
    let page = phone.form(code, "q2=E&respondent=guardian");
    assert_eq!(page.status, 422);
    assert!(page.body.contains("第 1 题") && page.body.contains("role=\"alert\""), "{}", page.body);
    assert!(!page.body.contains("href=\"#q2\"") && !page.body.contains("href=\"#q3\""));
    assert!(page.body.contains("name=\"q2\" value=\"E\" checked"), "the page comes back with what was chosen");
    assert!(page.body.contains("value=\"guardian\" checked"));

    let fields = |body: serde_json::Value| -> Vec<(String, String)> {
        let reply = phone.json(code, &body);
        assert_eq!((reply.status, reply.header("content-type")), (422, Some("application/problem+json")));
        assert_eq!(reply.json()["code"], "invalid_answers");
        let errors = reply.json()["errors"].as_array().unwrap().clone();
        let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
        errors.iter().map(|error| (text(&error["field"]), text(&error["code"]))).collect()
    };
    let pair = |field: &str, code: &str| (field.to_owned(), code.to_owned());
    assert_eq!(
        fields(serde_json::json!({ "answers": { "1": "Z", "4": "A" }, "respondent": "doctor" })),
        [
            pair("respondent", "unknown_option"),
            pair("q4", "unknown_question"),
            pair("q1", "unknown_option"),
            pair("q2", "missing"),
        ]
    );
    assert_eq!(phone.form(code, "q1=A&q1=B&q2=A&respondent=self").status, 422, "answered twice is no answer");
    assert_eq!(database.count("SELECT count(*) FROM response"), 0);
    assert_eq!(phone.form(code, "q1=X&q2=A&respondent=self").status, 303, "“don't know” is an answer");
    assert_eq!(database.lines("SELECT answers AS line FROM response"), ["x1-"]);
});

on_both_engines!(what_cannot_be_an_answer_is_refused_with_its_own_status, |database| {
    let scene = Scene::open(&database, 1);
    let (phone, code) = (scene.phone(), &scene.codes[0]);
    let unknown = "0000-0000-0000-0000-0000";
    assert_eq!(phone.form(unknown, &form(0)).status, 404);
    assert_eq!(phone.json(unknown, &sheet("A")).status, 404);
    assert_eq!(phone.get(&format!("/s/{unknown}")).status, 404);
    assert_eq!(phone.get("/s/not-a-code").status, 404);
    assert_eq!(phone.get(&format!("/api/v1/links/{unknown}")).json()["code"], "unknown_link");

    let large = format!("{}&q9={}", form(0), "A".repeat(100_000));
    assert_eq!(phone.form(code, &large).status, 413);
    let (page, twin) = (format!("/s/{code}"), format!("/api/v1/links/{code}/response"));
    assert_eq!(phone.post(&twin, "application/json", &format!("\"{}\"", "A".repeat(100_000))).status, 413);
    assert_eq!(phone.post(&page, "text/plain", &form(0)).status, 415);
    assert_eq!(phone.post(&page, "application/json", &sheet("A").to_string()).status, 415);
    assert_eq!(phone.post(&twin, FORM, &form(0)).status, 415);
    for broken in ["", "{", "[]", "{\"answers\":{\"1\":1}}", "{\"answers\":{},\"respondent\":\"self\",\"name\":\"x\"}"]
    {
        assert_eq!(phone.post(&twin, "application/json", broken).status, 400, "{broken}");
    }
    let junk = "q1=A&".repeat(400);
    assert_eq!(phone.form(code, &junk).status, 400, "no more pairs than a questionnaire can hold");
    assert_eq!(phone.form(code, &format!("q1={}", "A".repeat(100))).status, 400);
    let twice = phone.get("/s?code=a&code=b");
    assert!(twice.status == 200 && twice.body.contains("<h1>"), "a page, whatever is asked");
    assert_eq!(phone.head(&page), 200);
    assert_eq!(phone.head("/health/live"), 200);
    assert_eq!(phone.get(&twin).status, 405);
    assert_eq!(phone.get("/nowhere").status, 404);
    assert_eq!(database.count("SELECT count(*) FROM response"), 0);
    assert_eq!(database.count("SELECT count(*) FROM link WHERE state = 'waiting'"), 1);
});

on_both_engines!(a_link_can_be_started_declined_and_resumed, |database| {
    let scene = Scene::open(&database, 2);
    let (phone, code) = (scene.phone(), &scene.codes[0]);
    for (action, state) in [
        ("start", "started"),
        ("start", "started"),
        ("decline", "declined"),
        ("decline", "declined"),
        ("resume", "waiting"),
        ("resume", "waiting"),
        ("decline", "declined"),
    ] {
        let reply = phone.act(code, action);
        assert_eq!((reply.status, reply.json()["state"].as_str()), (200, Some(state)), "{action}");
    }
    let refused = phone.json(code, &sheet("A"));
    assert_eq!((refused.status, refused.json()["code"].as_str()), (410, Some("link_declined")));
    assert!(phone.get(&format!("/s/{code}")).body.contains("value=\"resume\""), "the page offers to come back");
    assert_eq!(phone.form(code, "action=resume").status, 303);
    assert_eq!(phone.form(code, &form(0)).status, 303);
    let late = phone.act(code, "decline");
    assert_eq!((late.status, late.json()["code"].as_str()), (409, Some("link_submitted")));
    assert_eq!(phone.act(code, "submit").status, 400);
    assert_eq!(phone.form(code, "action=burn").status, 400);
    scene.verify();
});

on_both_engines!(a_draft_takes_no_answers, |database| {
    let scene = Scene::draft(&database, 1);
    let (phone, code) = (scene.phone(), &scene.codes[0]);
    let reply = phone.json(code, &sheet("A"));
    assert_eq!((reply.status, reply.json()["code"].as_str()), (409, Some("survey_not_open")));
    assert_eq!(phone.get(&format!("/s/{code}")).status, 409);
    scene.program.run(&["survey", "open", &scene.survey]);
    assert_eq!(phone.json(code, &sheet("A")).status, 201, "the server sees that it was opened");
});

on_both_engines!(the_api_shows_the_questionnaire_while_it_can_be_answered, |database| {
    let scene = Scene::open(&database, 1);
    let (phone, code) = (scene.phone(), &scene.codes[0]);
    let path = format!("/api/v1/links/{code}");
    let view = phone.get(&path).json();
    assert_eq!(view["state"], "waiting");
    assert_eq!(view["survey"]["questions"][2]["required"], false);
    assert_eq!(view["survey"]["options"].as_array().unwrap().len(), 6);
    phone.json(code, &sheet("C"));
    let view = phone.get(&path).json();
    assert_eq!((view["state"].as_str(), view.get("survey")), (Some("submitted"), None));
});
