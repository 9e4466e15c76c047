//! Which program asks, and whether it may: handlers take a [`Caller`] with the scope they need, and there is no other
//! way to one. Keys are looked at before ids, queries and bodies are, so that what is wrong with these tells nobody else
//! anything.

use super::document;
use super::fault::Fault;
use super::pace::{Left, Who};
use crate::domain::key::{Key, Scope, Token};
use crate::domain::staff;
use crate::error::Error;
use crate::store::keys;
use crate::web::App;
use crate::web::attempts::network;
use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{Payload, ServiceRequest, ServiceResponse};
use actix_web::http::header::{AUTHORIZATION, HeaderName, HeaderValue};
use actix_web::middleware::Next;
use actix_web::web::Data;
use actix_web::{FromRequest, HttpMessage, HttpRequest, ResponseError};
use std::future::{Ready, ready};
use std::marker::PhantomData;

/// A scope, as a type in the signature of a handler.
pub trait Opens {
    /// The scope.
    const SCOPE: Scope;
}

macro_rules! scopes {
    ($($name:ident),+) => {$(
        #[doc = concat!("[`Scope::", stringify!($name), "`] as a type.")]
        #[derive(Debug)]
        pub struct $name;

        impl Opens for $name {
            const SCOPE: Scope = Scope::$name;
        }
    )+};
}
scopes!(
    SurveysRead,
    SurveysWrite,
    UnitsRead,
    UnitsWrite,
    RostersWrite,
    LinksIssue,
    LinksRead,
    ProgressRead,
    ResultsRead,
    ResultsRelease,
    ScorecardsRead,
    ScorecardsWrite,
    AuditRead,
    Seal
);

/// A program whose key has the scope `S`.
pub struct Caller<S> {
    /// Its key.
    pub key: Key,
    scope: PhantomData<S>,
}

impl<S> Caller<S> {
    /// Fails unless its key has another scope, too.
    pub fn needs(&self, scope: Scope) -> Result<(), Fault> {
        if self.key.may(scope) { Ok(()) } else { Err(Fault::missing_scope(scope.name())) }
    }

    /// The units it may know of.
    pub fn units(&self) -> staff::Scope {
        self.key.units()
    }
}

impl<S: Opens + 'static> FromRequest for Caller<S> {
    type Error = Fault;
    type Future = Ready<Result<Self, Fault>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(match request.extensions().get::<Key>() {
            Some(key) if key.may(S::SCOPE) => Ok(Self { key: key.clone(), scope: PhantomData }),
            Some(_) => Err(Fault::missing_scope(S::SCOPE.name())),
            None => Err(Fault::no_key()),
        })
    }
}

/// The key a request was sent with, counted.
async fn holder(request: &HttpRequest) -> Result<Key, Fault> {
    let Some(app) = request.app_data::<Data<App>>() else { return Err(Fault::no_key()) };
    let now = app.clock.now();
    let stranger = Who::Stranger(app.address(request).map(network));
    let mut all = request.headers().get_all(AUTHORIZATION);
    let sent = all.next().and_then(|value| value.to_str().ok());
    // Which of two counts is not for us to choose: a proxy may have looked at the other.
    if all.next().is_some() {
        return Err(Fault::no_key());
    }
    let Some(sent) = sent.and_then(|sent| sent.split_once(' ')).filter(|(kind, _)| kind.eq_ignore_ascii_case("bearer"))
    else {
        return Err(Fault::no_key());
    };
    let hash = Token::read(sent.1.trim()).map(|token| token.hash());
    let found = match hash {
        Some(hash) => app.read(move |conn| keys::find(conn, &hash, now)).await?,
        None => None,
    };
    let Some(held) = found else {
        count(request, app, stranger)?;
        return Err(Fault::invalid_key());
    };
    count(request, app, Who::Key(held.id))?;
    let today = now.date_naive();
    if held.last_used_on != Some(today) {
        let id = held.id;
        match app.wait(move |db| db.write("key used", |conn| keys::used(conn, id, today))).await {
            // The next use tries again; a long change of the database holds no look up.
            Err(Error::Busy) => tracing::debug!("the use of a key could not be noted"),
            noted => noted?,
        }
    }
    Ok(held)
}

fn count(request: &HttpRequest, app: &App, who: Who) -> Result<(), Fault> {
    let left = app.minute.count(who, app.clock.now());
    let (Ok(told) | Err(told)) = left;
    request.extensions_mut().insert(told);
    left.map(drop).map_err(|left| Fault::too_many(left.reset))
}

/// Lets a program in before anything it sent is read, and tells it how many requests it has left, whatever became of
/// this one.
pub async fn admit(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    let needed = request.match_pattern().and_then(|path| document::scope(request.method(), &path));
    let let_in = match needed {
        Some(scope) => holder(request.request()).await.and_then(|key| match key.may(scope) {
            true => Ok(Some(key)),
            false => Err(Fault::missing_scope(scope.name())),
        }),
        None => Ok(None),
    };
    let mut reply = match let_in {
        Ok(key) => {
            if let Some(key) = key {
                request.extensions_mut().insert(key);
            }
            next.call(request).await?.map_into_boxed_body()
        }
        Err(fault) => request.into_response(fault.error_response()),
    };
    let left = reply.request().extensions().get::<Left>().copied();
    if let Some(Left { limit, remaining, reset }) = left {
        let headers = reply.headers_mut();
        for (name, value) in [("limit", limit), ("remaining", remaining), ("reset", reset)] {
            if let Ok(name) = HeaderName::try_from(format!("ratelimit-{name}")) {
                headers.insert(name, HeaderValue::from(value));
            }
        }
    }
    Ok(reply)
}
