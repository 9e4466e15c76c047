//! The desk: who is let in, and to what.

use crate::harness::{Database, Desk, PASSWORD, Program, Scene, digits, on_both_engines};
use fivepoint::domain::staff::Role;
use fivepoint::domain::token::Secret;
use fivepoint::web::staff::ROUTES;

/// A path with something in its places that names nothing.
fn filled(path: &str) -> String {
    path.replace("{id}", "00000000-0000-4000-8000-000000000000").replace("{tag}", "en").replace("{place}", "1")
}

on_both_engines!(every_address_asks_for_its_right_and_for_nothing_less, |database| {
    let scene = Scene::open(&database, 1);
    let desk = |role: Role| {
        let unit = role.is_bound().then_some("D1");
        (Some(role), Desk::sign_in(&scene.program, &scene.server, role.name(), role.name(), unit))
    };
    let mut people: Vec<(Option<Role>, Desk)> = Role::ALL.into_iter().map(desk).collect();
    people.push((None, Desk::new(&scene.server)));
    for route in ROUTES.iter().filter(|route| route.path != "/staff/sign-out") {
        for (role, desk) in &people {
            let path = filled(route.path);
            // Some are files that are no text.
            let reply = if route.method == "GET" { desk.file(&path).0 } else { desk.post(&path, &[]) };
            let to_sign_in = reply.header("location").is_some_and(|to| to.starts_with("/staff/sign-in"));
            let what = format!("{} {} by {role:?}: {} {}", route.method, route.path, reply.status, reply.body);
            match (route.right, role) {
                (None, _) => assert!(!to_sign_in, "{what}"),
                (Some(_), None) => assert!(to_sign_in && reply.status == 303, "{what}"),
                (Some(right), Some(role)) if role.may(right) => assert!(reply.status != 403 && !to_sign_in, "{what}"),
                (Some(_), Some(_)) => assert_eq!(reply.status, 403, "{what}"),
            }
        }
    }
    let other = Desk::new(&scene.server).get("/staff/anything-else");
    assert_eq!(other.status, 404, "what is not in the table is not there");
});

on_both_engines!(every_form_needs_the_token_of_its_session_and_the_origin_of_this_server, |database| {
    let scene = Scene::open(&database, 1);
    let admin = Desk::sign_in(&scene.program, &scene.server, "admin", "admin", None);
    let other = Desk::sign_in(&scene.program, &scene.server, "other", "admin", None);
    let (own, foreign) = (admin.token(), other.token());
    assert!(own.len() == 32 && own != foreign);
    for route in ROUTES.iter().filter(|route| route.method == "POST" && route.right.is_some()) {
        let path = filled(route.path);
        for token in ["", "x", &foreign] {
            assert_eq!(admin.send(&path, &[("token", token)], &[]).status, 403, "{path} with {token}");
        }
        for headers in [[("origin", "https://evil.example")], [("origin", "null")], [("sec-fetch-site", "cross-site")]]
        {
            assert_eq!(admin.send(&path, &[("token", &own)], &headers).status, 403, "{path} with {headers:?}");
        }
    }
    assert_eq!(database.count("SELECT count(*) FROM staff WHERE disabled"), 0);
    let host = format!("http://{}", scene.server.address);
    let sent =
        admin.send("/staff/sign-out", &[("token", &own)], &[("origin", &host), ("sec-fetch-site", "same-origin")]);
    assert_eq!(sent.header("location"), Some("/staff/sign-in"));
    let from_elsewhere = Desk::new(&scene.server).send(
        "/staff/sign-in",
        &[("name", "admin"), ("password", PASSWORD)],
        &[("origin", "https://evil.example")],
    );
    assert_eq!(from_elsewhere.status, 403, "nobody is signed in by another site");
});

on_both_engines!(a_session_can_be_ended_and_is_kept_as_a_hash, |database| {
    let scene = Scene::open(&database, 1);
    let (first, second) =
        (Desk::sign_in(&scene.program, &scene.server, "zhang", "admin", None), Desk::new(&scene.server));
    assert_eq!(second.enter(" ZHANG ", PASSWORD, "").status, 303, "a name is written in one way");
    let held = first.cookie().unwrap().split_once('=').unwrap().1.to_owned();
    let dump = database.dump().join("\n").to_lowercase();
    assert!(!dump.contains(&held) && !dump.contains(PASSWORD) && dump.contains("$argon2id$"));

    assert_eq!(first.post("/staff/account/end-sessions", &[]).status, 303);
    assert_eq!(second.get("/staff").status, 303, "ended elsewhere");
    assert_eq!(first.get("/staff").status, 200);

    let wrong = [("old", "not it at all"), ("new", "a sentence of words"), ("again", "a sentence of words")];
    assert_eq!(first.post("/staff/account/password", &wrong).status, 422);
    let short = [("old", PASSWORD), ("new", "short"), ("again", "short")];
    assert_eq!(first.post("/staff/account/password", &short).status, 422);
    let right = [("old", PASSWORD), ("new", "a sentence of words"), ("again", "a sentence of words")];
    assert_eq!(first.post("/staff/account/password", &right).status, 303);
    assert_eq!(second.enter("zhang", PASSWORD, "").status, 403);
    assert_eq!(second.enter("zhang", "a sentence of words", "").status, 303);

    database.execute("UPDATE session SET seen_at = '2020-01-01 00:00:00'");
    assert_eq!(second.get("/staff").status, 303, "idle for too long");
    assert_eq!(second.enter("zhang", "a sentence of words", "").status, 303);
    scene.program.run(&["staff", "disable", "zhang"]);
    assert_eq!(second.get("/staff").status, 303, "a disabled account is out at once");
    assert_eq!(second.enter("zhang", "a sentence of words", "").status, 403);

    let reset = |password: &str| scene.program.told_with(&["staff", "reset", "zhang"], password).err;
    assert!(reset("another sentence").contains("zhang is still disabled: “fivepoint staff enable zhang”"));
    assert_eq!(second.enter("zhang", "another sentence", "").status, 403, "a new password enables nobody");
    scene.program.run(&["staff", "enable", "zhang"]);
    assert_eq!(second.enter("zhang", "another sentence", "").status, 303);
    assert!(!reset("a third sentence").contains("disabled"));
    assert_eq!(database.count("SELECT count(*) FROM audit WHERE act = 'staff-enabled'"), 1);
});

on_both_engines!(guessing_is_slowed_down_for_the_account_and_not_for_its_neighbours, |database| {
    let scene = Scene::open(&database, 1);
    let desk = Desk::sign_in(&scene.program, &scene.server, "zhang", "admin", None);
    Desk::sign_in(&scene.program, &scene.server, "li", "admin", None);
    for name in ["zhang", "nobody"] {
        // Three tries cost nothing. Each one more makes the wait longer, so that it catches up with the slowest
        // machine that runs this.
        let tries = (1..=8).map(|_| desk.enter(name, "a wrong password", "")).take_while(|reply| reply.status != 429);
        let tries: Vec<_> = tries.collect();
        assert!((3..8).contains(&tries.len()), "{} tries of {name}", tries.len());
        for wrong in tries {
            assert_eq!((wrong.status, wrong.body.contains("用户名、密码或验证码不对")), (403, true));
        }
        let slowed = desk.enter(name, PASSWORD, "");
        assert_eq!(
            (slowed.status, slowed.header("retry-after").is_some()),
            (429, true),
            "an account and none look alike"
        );
    }
    assert_eq!(desk.enter("li", PASSWORD, "").status, 303);
});

on_both_engines!(a_second_factor_is_asked_for_once_set_up_and_each_code_works_once, |database| {
    let scene = Scene::open(&database, 1);
    let desk = Desk::sign_in(&scene.program, &scene.server, "zhang", "evaluator", None);
    let page = desk.get("/staff/account/second-factor").body;
    let spelled = page.split_once("<code>").unwrap().1.split('<').next().unwrap().to_owned();
    assert!(page.contains("<svg") && spelled.len() == 32);
    let first = digits(&spelled, 0);
    assert_eq!(desk.post("/staff/account/second-factor", &[("code", "000000x"), ("old", PASSWORD)]).status, 422);
    let unproven = desk.post("/staff/account/second-factor", &[("code", &first), ("old", "not the password")]);
    assert_eq!(unproven.status, 422, "whoever finds a browser open sets up nothing");
    assert_eq!(desk.post("/staff/account/second-factor", &[("code", &first), ("old", PASSWORD)]).status, 303);
    let other = Desk::new(&scene.server);
    assert_eq!(other.enter("zhang", PASSWORD, "").status, 403);
    assert_eq!(other.enter("zhang", PASSWORD, &first).status, 403, "a code works once");
    assert_eq!(other.enter("zhang", PASSWORD, &digits(&spelled, 1)).status, 303);
    let dump = database.dump().join("\n");
    assert!(!dump.contains(&spelled), "the secret of the factor is stored nowhere");

    assert_eq!(other.post("/staff/account/no-second-factor", &[("old", PASSWORD)]).status, 303);
    assert_eq!(Desk::new(&scene.server).enter("zhang", PASSWORD, "").status, 303);
    let again = other.get("/staff/account/second-factor").body;
    assert!(!again.contains(&spelled), "the next one is another");
});

on_both_engines!(evaluators_set_up_a_second_factor_where_the_setting_asks_for_it, |database| {
    let program = Program::new(&database);
    let server = program.serve_with(&["--require-second-factor"]);
    let evaluator = Desk::sign_in(&program, &server, "zhang", "evaluator", None);
    let turned = evaluator.get("/staff/audit");
    assert_eq!((turned.status, turned.header("location")), (303, Some("/staff/account")));
    assert!(evaluator.get("/staff/account").body.contains("评价人员要先开通两步验证"));
    assert_eq!(Desk::sign_in(&program, &server, "boss", "admin", None).get("/staff/audit").status, 200);
});

on_both_engines!(an_admin_keeps_the_accounts, |database| {
    let scene = Scene::open(&database, 1);
    let admin = Desk::sign_in(&scene.program, &scene.server, "admin", "admin", None);
    let add = |name: &str, role: &str, unit: &str, password: &str| {
        let fields = [("name", name), ("role", role), ("unit", unit), ("password", password)];
        let reply = admin.post("/staff/accounts", &fields);
        (reply.status, reply.body)
    };
    assert_eq!(add("Wang", "monitor", "D1", "a sentence of words").0, 303);
    for (name, role, unit, password) in [
        ("wang", "clerk", "D1", "a sentence of words"),
        ("x", "clerk", "D1", "a sentence of words"),
        ("li", "clerk", "", "a sentence of words"),
        ("li", "clerk", "nowhere", "a sentence of words"),
        ("li", "king", "D1", "a sentence of words"),
        ("li", "clerk", "D1", "short"),
        ("li", "clerk", "D1", "this is li for sure"),
    ] {
        let (status, body) = add(name, role, unit, password);
        assert!(status == 422 && body.contains("role=\"alert\""), "{name} {role} {unit}: {status}");
    }
    let hostile = add("<script>alert(1)</script>", "clerk", "D1", "a sentence of words").1;
    assert!(!hostile.contains("<script>alert"), "what was typed comes back as text");
    assert_eq!(database.count("SELECT count(*) FROM staff"), 2);

    let wang = Desk::new(&scene.server);
    assert_eq!(wang.enter("wang", "a sentence of words", "").status, 303);
    let page = admin.get("/staff/accounts").body;
    let id = page.split_once("/staff/accounts/").map(|_| {
        let ids = page.split("/staff/accounts/").skip(1).map(|rest| rest.split('"').next().unwrap());
        ids.filter(|id| id.len() == 36).last().unwrap().to_owned()
    });
    let id = id.unwrap();
    let one = admin.get(&format!("/staff/accounts/{id}")).body;
    assert!(one.contains("停用以后，这个账号马上退出") && one.contains("县区残联 · 一县 D1"), "{one}");
    let told = |act: &str, fields: &[(&str, &str)], words: &str| {
        let done = admin.post(&format!("/staff/accounts{act}"), fields);
        let page = admin.get(done.header("location").unwrap()).body;
        assert!(done.status == 303 && page.contains(words), "{words}: {page}");
    };
    told("", &[("name", "li"), ("role", "evaluator"), ("password", "a sentence of words")], "账号已经建好");
    told(&format!("/{id}/disable"), &[], "账号已经停用");
    assert_eq!(wang.get("/staff").status, 303);
    told(&format!("/{id}/enable"), &[], "账号已经恢复使用");
    told(&format!("/{id}/password"), &[("password", "another sentence")], "密码已经重设");
    assert_eq!(wang.enter("wang", "another sentence", "").status, 303);

    let rows = admin.get("/staff/audit").body;
    for words in ["新建账号", "停用账号", "恢复账号", "修改密码", "登录", "命令行"] {
        assert!(rows.contains(words), "{words}");
    }
    let own = database.lines("SELECT act AS line FROM audit ORDER BY number DESC LIMIT 1");
    assert_eq!(own, ["signed-in"]);
});

on_both_engines!(a_session_of_another_secret_or_of_the_imagination_is_none, |database: Database| {
    let program = Program::new(&database);
    let server = program.serve();
    let desk = Desk::sign_in(&program, &server, "admin", "admin", None);
    assert_eq!(desk.get("/staff").status, 200);
    assert!(Secret::new("too short").is_none());
    let agent: ureq::Agent = ureq::Agent::config_builder().max_redirects(0).build().into();
    for cookie in ["", "fivepoint_staff=", "fivepoint_staff=00", &format!("fivepoint_staff={}", "0".repeat(64))] {
        let reply = agent.get(format!("http://{}/staff", server.address)).header("cookie", cookie).call().unwrap();
        assert_eq!(reply.status().as_u16(), 303, "{cookie}");
    }
});

on_both_engines!(a_page_that_refuses_speaks_the_readers_language_and_leads_back, |database| {
    let scene = Scene::open(&database, 1);
    let server = scene.program.serve();
    let desk = Desk::sign_in(&scene.program, &server, "wang", "evaluator", None);
    let links = format!("/staff/surveys/{}/links", scene.survey);
    // What, with which status, which words, and where it leads.
    let nowhere = "/staff/surveys/00000000-0000-4000-8000-000000000000";
    let stale = desk.send(&format!("{links}/issue"), &[("token", "00")], &[]);
    let told = [
        (desk.get(nowhere), 404, "没有这次调查", "/staff/surveys"),
        (desk.get("/staff/surveys/none/of/these"), 404, "这里没有页面", "/staff/surveys"),
        (desk.post(&format!("{links}/draw"), &[]), 409, "这次调查不是这样抽样", links.as_str()),
        (desk.post(&format!("{links}/revoke"), &[("link", "00")]), 404, "没有这个链接", links.as_str()),
        (stale, 403, "回到上一页", links.as_str()),
        (desk.get("/staff/accounts"), 403, "您的身份", "/staff"),
    ];
    for (reply, status, words, back) in told {
        assert_eq!(reply.status, status, "{}", reply.body);
        let main = reply.body.split_once("<main").unwrap().1;
        assert!(main.contains(words) && main.contains(&format!("class=\"button\" href=\"{back}\"")), "{main}");
        assert!(reply.body.contains("<a href=\"/staff/surveys\"") && reply.body.contains("wang"), "the menu stays");
        let token = reply.body.split("name=\"token\" value=\"").nth(1).unwrap().split('"').next().unwrap();
        assert!(!token.is_empty(), "and signing out from there works");
    }
    let english = desk.post(&format!("{links}/draw?lang=en"), &[]);
    assert!(english.body.contains("Back to the links"), "{}", english.body);
    let stranger = Desk::new(&server).get("/staff/nothing");
    assert_eq!(stranger.status, 404);
    assert!(!stranger.body.contains("/staff/accounts") && !stranger.body.contains("sign-out"), "{}", stranger.body);
});
