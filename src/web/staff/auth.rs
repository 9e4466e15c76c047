//! Who asks, and whether they may: handlers of the desk take a [`Staff`] with the right they need, and a
//! [`Form`] that only a page of this session can have sent. Neither can be had in another way.

use super::page::{see, sign_in_first};
use super::refuse::{Asker, failed, forbidden, stale, too_large};
use crate::domain::staff::{Right, Staff as Person};
use crate::store::sessions;
use crate::web::App;
use crate::web::arriving::{Slowest, paced};
use crate::web::words::Language;
use actix_web::cookie::{Cookie, SameSite};
use actix_web::dev::Payload;
use actix_web::error::InternalError;
use actix_web::http::StatusCode;
use actix_web::http::header::{HOST, HeaderName, ORIGIN};
use actix_web::web::{Bytes, Data};
use actix_web::{FromRequest, HttpRequest, HttpResponse};
use chrono::{DateTime, Utc};
use sha2::{Digest, Sha256};
use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;
use std::pin::Pin;
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

/// The cookie of a sign-in: 32 random bytes in hexadecimal, of which the database has the hash.
const COOKIE: &str = "fivepoint_staff";

/// Where the cookie is sent.
const PATH: &str = "/staff";

/// Most fields of a form: several times those of the longest page, a questionnaire of a hundred questions. Each is looked for
/// among all.
const MOST_FIELDS: usize = 2_000;

/// A right, as a type in the signature of a handler.
pub trait Needs {
    /// The right.
    const RIGHT: Right;
    /// Whether asking for it counts as using the sign-in.
    const USES: bool = true;
}

macro_rules! rights {
    ($($name:ident),+) => {$(
        #[doc = concat!("[`Right::", stringify!($name), "`] as a type.")]
        #[derive(Debug)]
        pub struct $name;

        impl Needs for $name {
            const RIGHT: Right = Right::$name;
        }
    )+};
}
rights!(
    OwnAccount, Accounts, Audit, Units, Surveys, Links, Signals, Results, Paper, Progress, Keys, OwnKeys, Scorecards
);

/// [`Right::Progress`] for a stream, which a page opens by itself: a page left open keeps no sign-in from ending.
#[derive(Debug)]
pub struct Live;

impl Needs for Live {
    const RIGHT: Right = Right::Progress;
    const USES: bool = false;
}

/// Somebody who is signed in and has the right `R`.
pub struct Staff<R> {
    /// Who it is.
    pub person: Person,
    /// The sign-in before this one.
    pub before: Option<DateTime<Utc>>,
    /// The hash of what the browser holds.
    pub session: Vec<u8>,
    /// What forms of this session carry.
    pub token: String,
    /// The language of the page.
    pub language: Language,
    /// The path of the request.
    pub path: String,
    right: PhantomData<R>,
}

pub(super) type Refused = actix_web::Error;

/// A reply in place of what a handler asks for.
pub(super) fn refuse(reply: HttpResponse) -> Refused {
    InternalError::from_response("refused", reply).into()
}

impl<R: Needs + 'static> FromRequest for Staff<R> {
    type Error = Refused;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Refused>>>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move {
            let (language, path) = (Language::asked(&request), request.path().to_owned());
            let gone = |error| refuse(failed(Asker::stranger(language), &error));
            let Some(app) = request.app_data::<Data<App>>() else { return Err(refuse(sign_in_first(&request))) };
            let Some(Held { session, hash, token }) = held(&request).await.map_err(gone)? else {
                return Err(refuse(sign_in_first(&request)));
            };
            if session.unseen && R::USES {
                let (key, now) = (hash.clone(), app.clock.now());
                let noted = app.wait(move |db| db.write("session seen", |conn| sessions::seen(conn, &key, now))).await;
                noted.map_err(gone)?;
            }
            let person = session.account.staff;
            let staff =
                Self { person, before: session.before, session: hash, token, language, path, right: PhantomData };
            if !staff.person.role.may(R::RIGHT) {
                return Err(refuse(forbidden((&staff).into())));
            }
            if app.needs_factor(&staff.person) && R::RIGHT != Right::OwnAccount {
                return Err(refuse(see("/staff/account")));
            }
            Ok(staff)
        })
    }
}

/// A session that holds.
pub struct Held {
    /// What is stored of it.
    pub session: sessions::Session,
    /// The hash of what the browser holds.
    pub hash: Vec<u8>,
    /// What its forms carry.
    pub token: String,
}

/// The session of a request, if there is one that holds. The database is asked only where one is claimed.
pub async fn held(request: &HttpRequest) -> crate::error::Result<Option<Held>> {
    let (Some(app), Some(held)) = (request.app_data::<Data<App>>(), held_by(request)) else { return Ok(None) };
    let hash = hash(&held);
    let (now, key) = (app.clock.now(), hash.clone());
    let found = app.read(move |conn| sessions::find(conn, &key, now)).await?;
    Ok(found.map(|session| Held { session, token: form_token(&held), hash }))
}

/// The hash of the session that the browser claims.
pub fn session_of(request: &HttpRequest) -> Option<Vec<u8>> {
    held_by(request).map(|held| hash(&held))
}

/// What the browser holds.
fn held_by(request: &HttpRequest) -> Option<Zeroizing<Vec<u8>>> {
    let cookie = request.cookie(COOKIE)?;
    let held = data_encoding::HEXLOWER.decode(cookie.value().as_bytes()).ok().map(Zeroizing::new)?;
    Some(held).filter(|held| held.len() == 32)
}

/// What the forms of a session carry, so that no other site can send them: nobody can make it without what the browser
/// holds, and it leads back neither to that nor to the stored hash.
fn form_token(held: &[u8]) -> String {
    let digest = Sha256::new().chain_update(b"fivepoint form v2\0").chain_update(held).finalize();
    let [token @ .., _, _, _, _, _, _, _, _, _, _, _, _, _, _, _, _] = <[u8; 32]>::from(digest);
    data_encoding::HEXLOWER.encode(&token)
}

/// Under what a session is stored.
pub fn hash(held: &[u8]) -> Vec<u8> {
    Sha256::new().chain_update(b"fivepoint session v1\0").chain_update(held).finalize().to_vec()
}

/// The cookie of a new session, or, without one, of none any more.
pub fn cookie(held: Option<&[u8; 32]>, https: bool) -> Cookie<'static> {
    let value = held.map(|held| data_encoding::HEXLOWER.encode(held)).unwrap_or_default();
    let mut cookie = Cookie::build(COOKIE, value).path(PATH).http_only(true).secure(https).same_site(SameSite::Lax);
    if held.is_none() {
        cookie = cookie.max_age(actix_web::cookie::time::Duration::ZERO);
    }
    cookie.finish()
}

/// The fields of a form that a page of this session has sent: its origin is this server and it carries
/// the session's token.
pub struct Form(Fields);

/// The fields of a form, in their order. There may be passwords among them: they are overwritten when dropped, and not
/// printed.
#[derive(Clone, Default)]
pub struct Fields(Vec<(String, Zeroizing<String>)>);

impl fmt::Debug for Fields {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Fields(…)")
    }
}

impl Fields {
    /// The value of a field, without white space around it; empty where it was not sent.
    pub fn text(&self, name: &str) -> &str {
        self.raw(name).trim()
    }

    /// The value of a field exactly as it was typed.
    pub fn raw(&self, name: &str) -> &str {
        self.0.iter().find(|(field, _)| field == name).map_or("", |(_, value)| value.as_str())
    }

    /// Nothing where there are more than any page sends.
    fn read(bytes: &[u8]) -> Option<Self> {
        let field =
            |(name, value): (Cow<'_, str>, Cow<'_, str>)| (name.into_owned(), Zeroizing::new(value.into_owned()));
        let fields: Vec<_> = form_urlencoded::parse(bytes).take(MOST_FIELDS + 1).map(field).collect();
        (fields.len() <= MOST_FIELDS).then_some(Self(fields))
    }
}

impl std::ops::Deref for Form {
    type Target = Fields;

    fn deref(&self) -> &Fields {
        &self.0
    }
}

impl FromRequest for Form {
    type Error = Refused;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Refused>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let bytes = Bytes::from_request(request, &mut paced(request, payload, Slowest::Form));
        let request = request.clone();
        Box::pin(async move {
            let bytes = match bytes.await {
                Ok(bytes) => bytes,
                Err(error) if error.as_response_error().status_code() == StatusCode::PAYLOAD_TOO_LARGE => {
                    return Err(refuse(too_large(Asker::of(&request).await)));
                }
                Err(_) => return Err(refuse(stale(Asker::of(&request).await))),
            };
            let Some(fields) = Fields::read(&bytes) else {
                return Err(refuse(too_large(Asker::of(&request).await)));
            };
            if !is_ours(&request) || !carries_token(&request, fields.text("token")) || !still_holds(&request).await {
                return Err(refuse(stale(Asker::of(&request).await)));
            }
            Ok(Self(fields))
        })
    }
}

/// Whether the session still holds. Asked again once everything has arrived: who sends slowly may have been
/// signed out meanwhile.
pub async fn still_holds(request: &HttpRequest) -> bool {
    matches!(held(request).await, Ok(Some(_)))
}

/// Whether what was sent along is the token of the request's session.
pub fn carries_token(request: &HttpRequest, token: &str) -> bool {
    held_by(request).is_some_and(|held| form_token(&held).as_bytes().ct_eq(token.as_bytes()).into())
}

/// Fields of a form that needs no session, such as the sign-in: sent by a page of this server.
pub struct Open(pub Fields);

impl FromRequest for Open {
    type Error = Refused;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Refused>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let bytes = Bytes::from_request(request, &mut paced(request, payload, Slowest::Form));
        let request = request.clone();
        Box::pin(async move {
            let refused = || refuse(stale(Asker::stranger(Language::asked(&request))));
            let bytes = bytes.await.map_err(|_| refused())?;
            let fields = Fields::read(&bytes).filter(|_| is_ours(&request));
            fields.map(Self).ok_or_else(refused)
        })
    }
}

/// Whether a page of this server sent it, as far as the browser tells: every browser names the origin of
/// a POST. What names none is no browser, and has no cookie of somebody else.
pub fn is_ours(request: &HttpRequest) -> bool {
    let header = |name: HeaderName| request.headers().get(name).and_then(|value| value.to_str().ok());
    if let Some(site) = header(HeaderName::from_static("sec-fetch-site"))
        && site != "same-origin"
    {
        return false;
    }
    match (header(ORIGIN), header(HOST)) {
        (None, _) => true,
        (Some(origin), Some(host)) => origin.split_once("://").is_some_and(|(_, sender)| sender == host),
        (Some(_), None) => false,
    }
}
