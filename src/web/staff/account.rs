//! One's own account: password, second factor, sign-ins.

use super::auth::{Form, OwnAccount, Staff};
use super::page::{Frame, page, see};
use super::refuse::failed;
use crate::domain::credential;
use crate::domain::staff::{LONGEST_PASSWORD, Name, SHORTEST_PASSWORD, WeakPassword, check_password};
use crate::domain::token::Fingerprint;
use crate::error::{Error, Result};
use crate::store::{rotation, secrets, sessions, staff};
use crate::web::App;
use crate::web::words::Language;
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Query};
use askama::Template;
use qrcode::render::svg::Color;
use qrcode::{EcLevel, QrCode};
use serde::Deserialize;
use zeroize::Zeroizing;

#[derive(Template)]
#[template(path = "staff/account.html")]
struct AccountPage {
    frame: Frame,
    has_factor: bool,
    /// It was set up under a secret that is not the current one.
    has_old_factor: bool,
    must_have_factor: bool,
    before: Option<String>,
    others: i64,
    shortest: usize,
}

/// What was just done, by the key of its words.
#[derive(Deserialize)]
pub struct Done {
    done: Option<String>,
}

/// `GET /staff/account`
pub async fn show(app: Data<App>, staff: Staff<OwnAccount>, done: Query<Done>) -> HttpResponse {
    let language = staff.language;
    let text = match done.done.as_deref() {
        Some("password") => Some(language.say("password-done")),
        Some("factor") => Some(language.say("factor-done")),
        Some("no-factor") => Some(language.say("factor-removed")),
        Some("sessions") => Some(language.say("sessions-done")),
        _ => None,
    };
    match view(&app, &staff).await {
        Ok(view) => page(StatusCode::OK, &AccountPage { frame: view.frame.done(text), ..view }),
        Err(error) => failed(&staff, &error),
    }
}

async fn view(app: &App, staff: &Staff<OwnAccount>) -> Result<AccountPage> {
    let (id, now) = (staff.person.id, app.clock.now());
    let (sessions, has_old_factor) =
        app.read(move |conn| Ok((sessions::count(conn, id, now)?, rotation::has_old_factor(conn, id)?))).await?;
    let language = staff.language;
    Ok(AccountPage {
        frame: Frame::of(staff, "account", language.say("account")),
        has_factor: staff.person.second_factor.is_some(),
        has_old_factor,
        must_have_factor: app.needs_factor(&staff.person),
        before: staff.before.map(|at| language.moment(at)),
        others: sessions.saturating_sub(1),
        shortest: SHORTEST_PASSWORD,
    })
}

async fn again(app: &App, staff: &Staff<OwnAccount>, words: String) -> HttpResponse {
    match view(app, staff).await {
        Ok(view) => page(StatusCode::UNPROCESSABLE_ENTITY, &AccountPage { frame: view.frame.alert(words), ..view }),
        Err(error) => failed(staff, &error),
    }
}

/// What is wrong with a new password, in words.
pub fn in_words(language: Language, weak: WeakPassword) -> String {
    match weak {
        WeakPassword::Short => language.with("password-short", &[("least", SHORTEST_PASSWORD)]),
        WeakPassword::Long => language.with("password-long", &[("most", LONGEST_PASSWORD)]),
        WeakPassword::Guessable => language.say("password-guessable"),
    }
}

/// A new password of that account, checked and hashed.
pub async fn hashed(app: &App, password: &str, name: &Name) -> Result<Result<String, WeakPassword>> {
    if let Err(weak) = check_password(password, name) {
        return Ok(Err(weak));
    }
    let mut salt = [0_u8; 16];
    getrandom::fill(&mut salt).map_err(|_| Error::Busy)?;
    let password = Zeroizing::new(password.to_owned());
    let permit = app.permit(&app.hashing).await?;
    let hashed = app.wait(move |_| {
        let _permit = permit;
        credential::hash_password(&password, salt).ok_or(Error::Busy)
    });
    hashed.await.map(Ok)
}

/// Whether that is the password of whoever is signed in; if not, what to say. Guessing it from a browser that
/// was left open is slowed down as signing in is, for this session alone.
async fn prove(app: &App, staff: &Staff<OwnAccount>, password: &str) -> Result<Result<(), String>> {
    let language = staff.language;
    let session = data_encoding::HEXLOWER.encode(&staff.session);
    if let Err(seconds) = app.attempts.begin(&session, None, app.clock.now()) {
        return Ok(Err(language.with("sign-in-wait", &[("seconds", seconds)])));
    }
    let (id, password) = (staff.person.id, Zeroizing::new(password.to_owned()));
    let permit = app.permit(&app.hashing).await?;
    let right = app.wait(move |db| {
        let _permit = permit;
        let account = db.read(|conn| staff::get(conn, id))?;
        Ok(credential::is_password(&password, Some(&account.password)))
    });
    if !right.await? {
        return Ok(Err(language.say("password-wrong")));
    }
    app.attempts.succeeded(&session, None);
    Ok(Ok(()))
}

/// `POST /staff/account/password`
pub async fn change_password(app: Data<App>, staff: Staff<OwnAccount>, form: Form) -> HttpResponse {
    match try_change_password(&app, &staff, &form).await {
        Ok(Ok(())) => see("/staff/account?done=password"),
        Ok(Err(words)) => again(&app, &staff, words).await,
        Err(error) => failed(&staff, &error),
    }
}

async fn try_change_password(app: &App, staff: &Staff<OwnAccount>, form: &Form) -> Result<Result<(), String>> {
    let language = staff.language;
    if let Err(words) = prove(app, staff, form.raw("old")).await? {
        return Ok(Err(words));
    }
    if form.raw("new") != form.raw("again") {
        return Ok(Err(language.say("password-differs")));
    }
    let hash = match hashed(app, form.raw("new"), &staff.person.name).await? {
        Ok(hash) => hash,
        Err(weak) => return Ok(Err(in_words(language, weak))),
    };
    let (id, session) = (staff.person.id, staff.session.clone());
    app.write("change password", Some(id), move |conn, actor| {
        staff::set_password(conn, actor, id, &hash, Some(&session))
    })
    .await?;
    Ok(Ok(()))
}

#[derive(Template)]
#[template(path = "staff/factor.html")]
struct FactorPage {
    frame: Frame,
    picture: String,
    spelled: String,
}

/// `GET /staff/account/second-factor`: the QR code for an authenticator; nothing is set up before a code
/// made with it comes back.
pub async fn factor(app: Data<App>, staff: Staff<OwnAccount>) -> HttpResponse {
    factor_page(&app, &staff, None).await
}

async fn factor_page(app: &App, staff: &Staff<OwnAccount>, alert: Option<String>) -> HttpResponse {
    let language = staff.language;
    let shared = match next_factor(app, staff).await {
        Ok(next) => next.shared,
        Err(error) => return failed(staff, &error),
    };
    let address = credential::authenticator_address(*shared, staff.person.name.as_str());
    let Ok(code) = QrCode::with_error_correction_level(address, EcLevel::M) else {
        return failed(staff, &Error::Busy);
    };
    let colours = (Color("#000"), Color("#fff"));
    let picture =
        code.render::<Color<'_>>().min_dimensions(200, 200).dark_color(colours.0).light_color(colours.1).build();
    // Without the prolog of a file: it stands in a page.
    let picture = picture.split_once("?>").map_or(picture.as_str(), |(_, svg)| svg).to_owned();
    let frame = Frame::of(staff, "account", language.say("factor"));
    let (status, frame) = match alert {
        Some(words) => (StatusCode::UNPROCESSABLE_ENTITY, frame.alert(words)),
        None => (StatusCode::OK, frame),
    };
    page(status, &FactorPage { frame, picture, spelled: credential::spelled(*shared) })
}

/// A second factor that may be set up.
struct NextFactor {
    shared: Zeroizing<[u8; 20]>,
    /// Its number.
    times: u32,
    /// Of the secret it is made with.
    secret: Fingerprint,
}

/// The second factor that would be set up next.
async fn next_factor(app: &App, staff: &Staff<OwnAccount>) -> Result<NextFactor> {
    let (id, given) = (staff.person.id, app.secret.clone());
    app.read(move |conn| {
        let times = staff::get(conn, id)?.factors + 1;
        let key = secrets::current_key(conn, &given)?;
        Ok(NextFactor { shared: key.second_factor(id, times), times, secret: key.fingerprint() })
    })
    .await
}

/// `POST /staff/account/second-factor`
pub async fn set_factor(app: Data<App>, staff: Staff<OwnAccount>, form: Form) -> HttpResponse {
    match prove(&app, &staff, form.raw("old")).await {
        Ok(Ok(())) => {}
        Ok(Err(words)) => return factor_page(&app, &staff, Some(words)).await,
        Err(error) => return failed(&staff, &error),
    }
    match try_set_factor(&app, &staff, form.text("code")).await {
        Ok(true) => see("/staff/account?done=factor"),
        Ok(false) => factor_page(&app, &staff, Some(staff.language.say("factor-wrong"))).await,
        Err(error) => failed(&staff, &error),
    }
}

async fn try_set_factor(app: &App, staff: &Staff<OwnAccount>, code: &str) -> Result<bool> {
    let NextFactor { shared, times, secret } = next_factor(app, staff).await?;
    let now = u64::try_from(app.clock.now().timestamp()).unwrap_or(0);
    let Some(step) = credential::code_step(*shared, code, now) else { return Ok(false) };
    let (id, session) = (staff.person.id, staff.session.clone());
    app.write("set second factor", Some(id), move |conn, actor| {
        staff::set_second_factor(conn, actor, id, (times, secret), step, &session)
    })
    .await?;
    Ok(true)
}

/// `POST /staff/account/no-second-factor`
pub async fn remove_factor(app: Data<App>, staff: Staff<OwnAccount>, form: Form) -> HttpResponse {
    match prove(&app, &staff, form.raw("old")).await {
        Ok(Ok(())) => {}
        Ok(Err(words)) => return again(&app, &staff, words).await,
        Err(error) => return failed(&staff, &error),
    }
    let id = staff.person.id;
    let removed =
        app.write("remove second factor", Some(id), move |conn, actor| staff::remove_second_factor(conn, actor, id));
    match removed.await {
        Ok(()) => see("/staff/account?done=no-factor"),
        Err(error) => failed(&staff, &error),
    }
}

/// `POST /staff/account/end-sessions`: every other sign-in ends.
pub async fn end_sessions(app: Data<App>, staff: Staff<OwnAccount>, _form: Form) -> HttpResponse {
    let (id, session) = (staff.person.id, staff.session.clone());
    let ended = app.write("end sessions", Some(id), move |conn, actor| staff::end_sessions(conn, actor, id, &session));
    match ended.await {
        Ok(()) => see("/staff/account?done=sessions"),
        Err(error) => failed(&staff, &error),
    }
}
