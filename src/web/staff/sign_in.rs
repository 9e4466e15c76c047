//! Signing in and out.

use super::auth::{self, Fields, Form, Open, OwnAccount, Staff};
use super::page::{Frame, page, see};
use super::refuse::{Asker, failed};
use crate::domain::credential;
use crate::domain::staff::Name;
use crate::error::{Error, Result};
use crate::store::staff::Account;
use crate::store::{secrets, sessions, staff};
use crate::web::App;
use crate::web::words::Language;
use actix_web::http::StatusCode;
use actix_web::http::header::RETRY_AFTER;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use zeroize::Zeroizing;

#[derive(Template)]
#[template(path = "staff/sign_in.html")]
struct SignIn {
    frame: Frame,
    name: String,
    next: String,
}

/// `GET /staff/sign-in`
pub async fn show(request: HttpRequest) -> HttpResponse {
    let language = Language::asked(&request);
    let query = form_urlencoded::parse(request.query_string().as_bytes());
    let next = query.filter(|(name, _)| name == "next").last().map(|(_, next)| next.into_owned());
    let frame = Frame::open(language, language.say("sign-in"));
    page(StatusCode::OK, &SignIn { frame, name: String::new(), next: inside(next.as_deref().unwrap_or_default()) })
}

/// An address of the desk, or the desk itself: no form sends anybody elsewhere.
fn inside(next: &str) -> String {
    let fine =
        next.starts_with("/staff/") && next.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"/-_.".contains(&byte));
    if fine { next.to_owned() } else { "/staff".to_owned() }
}

/// What came of a try to sign in.
enum Outcome {
    In(Zeroizing<[u8; 32]>),
    Wrong,
}

/// `POST /staff/sign-in`
pub async fn enter(app: Data<App>, request: HttpRequest, Open(form): Open) -> HttpResponse {
    let language = Language::asked(&request);
    let next = inside(form.text("next"));
    let again = |status: StatusCode, text: String| {
        let frame = Frame::open(language, language.say("sign-in")).alert(text);
        page(status, &SignIn { frame, name: form.text("name").to_owned(), next: next.clone() })
    };
    let Ok(name) = Name::parse(form.text("name")) else {
        return again(StatusCode::FORBIDDEN, language.say("sign-in-wrong"));
    };
    let address = app.address(&request);
    if let Err(seconds) = app.attempts.begin(name.as_str(), address, app.clock.now()) {
        let mut reply = again(StatusCode::TOO_MANY_REQUESTS, language.with("sign-in-wait", &[("seconds", seconds)]));
        reply.headers_mut().insert(RETRY_AFTER, seconds.into());
        return reply;
    }
    match try_to_enter(&app, &name, &form).await {
        Ok(Outcome::In(held)) => {
            app.attempts.succeeded(name.as_str(), address);
            let mut reply = see(&next);
            if let Err(error) = reply.add_cookie(&auth::cookie(Some(&held), app.https)) {
                tracing::error!(%error, "a cookie could not be made");
            }
            reply
        }
        Ok(Outcome::Wrong) => again(StatusCode::FORBIDDEN, language.say("sign-in-wrong")),
        Err(error) => failed(Asker::stranger(language), &error),
    }
}

async fn try_to_enter(app: &App, name: &Name, form: &Fields) -> Result<Outcome> {
    let wanted = name.clone();
    let found = app.read(move |conn| staff::by_name(conn, &wanted)).await?;
    let password = Zeroizing::new(form.raw("password").to_owned());
    let hash = found.as_ref().map(|account| account.password.clone());
    // Hashing takes 19 MB and some time: a few at once, whoever asks.
    let permit = app.permit(&app.hashing).await?;
    let looked = app.wait(move |_| {
        let _permit = permit;
        Ok(credential::is_password(&password, hash.as_deref()))
    });
    let right = looked.await?;
    let Some(account) = found.filter(|account| right && !account.staff.disabled) else { return Ok(Outcome::Wrong) };
    let step = match second_factor(app, &account, form.text("code")).await? {
        Ok(step) => step,
        Err(()) => return Ok(Outcome::Wrong),
    };
    let mut held = Zeroizing::new([0_u8; 32]);
    getrandom::fill(&mut *held).map_err(|_| Error::Busy)?;
    let (id, hash) = (account.staff.id, auth::hash(&*held));
    let entered = app
        .write("sign in", Some(id), move |conn, actor| {
            // Hashing took its time: the account may be another by now.
            let now_is = staff::get(conn, id)?;
            if now_is.staff != account.staff || now_is.password != account.password {
                return Ok(false);
            }
            if let Some(step) = step
                && !staff::use_step(conn, id, step)?
            {
                return Ok(false);
            }
            sessions::begin(conn, actor, &hash, &account)?;
            Ok(true)
        })
        .await?;
    Ok(if entered { Outcome::In(held) } else { Outcome::Wrong })
}

/// The time step of the code, where the account has a second factor.
async fn second_factor(app: &App, account: &Account, code: &str) -> Result<Result<Option<i64>, ()>> {
    let Some(times) = account.staff.second_factor else { return Ok(Ok(None)) };
    let named = account.secret;
    let named = app.read(move |conn| secrets::or_first(conn, named)).await?;
    let shared = secrets::key(&app.secret, named)?.second_factor(account.staff.id, times);
    let now = u64::try_from(app.clock.now().timestamp()).unwrap_or(0);
    Ok(credential::code_step(*shared, code, now).map(Some).ok_or(()))
}

/// `POST /staff/sign-out`
pub async fn leave(app: Data<App>, staff: Staff<OwnAccount>, _form: Form) -> HttpResponse {
    let (id, session) = (staff.person.id, staff.session.clone());
    let ended = app.write("sign out", Some(id), move |conn, actor| sessions::end(conn, actor, &session, id)).await;
    if let Err(error) = ended {
        return failed(&staff, &error);
    }
    let mut reply = see("/staff/sign-in");
    if let Err(error) = reply.add_cookie(&auth::cookie(None, app.https)) {
        tracing::error!(%error, "a cookie could not be made");
    }
    reply
}
