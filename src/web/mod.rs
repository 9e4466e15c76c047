//! The program over HTTP. Every route is on this screen.

pub mod answer;
pub mod error;
pub mod words;

use crate::config::Clock;
use crate::domain::survey::SurveyState;
use crate::domain::token::Secret;
use crate::error::{Error, Result};
use crate::store::recorder::{Recorder, Threads};
use crate::store::{self, Conn, Db, surveys};
use actix_web::dev::{Server, ServerHandle};
use actix_web::guard::{Any, Get, Head};
use actix_web::web::{Data, PayloadConfig, ServiceConfig, post, resource};
use actix_web::{App as Actix, HttpRequest, HttpResponse, HttpServer, Resource};
use answer::{Questionnaire, Reader};
use error::Problem;
use std::collections::HashMap;
use std::future::ready;
use std::net::{SocketAddr, TcpListener};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;
use uuid::Uuid;

fn routes(config: &mut ServiceConfig) {
    // A look may be a GET or a HEAD: scanners and load balancers use both.
    let get = || actix_web::web::route().guard(Any(Get()).or(Head()));
    config
        .service(at("/s", LOOK).route(get().to(answer::type_code)))
        .service(at("/s/{code}", BOTH).route(get().to(answer::show)).route(post().to(answer::submit_form)))
        .service(at("/api/v1/links/{code}", BOTH).route(get().to(answer::show_json)).route(post().to(answer::act_json)))
        .service(at("/api/v1/links/{code}/response", SEND).route(post().to(answer::submit_json)))
        .service(at("/health/live", LOOK).route(get().to(live)))
        .service(at("/health/ready", LOOK).route(get().to(is_ready)))
        .service(at("/health/empty", BOTH).route(get().to(empty)).route(post().to(empty)));
}

const LOOK: &str = "GET, HEAD";
const SEND: &str = "POST";
const BOTH: &str = "GET, HEAD, POST";

/// An address, and the methods it names to those who try another.
fn at(path: &str, methods: &'static str) -> Resource {
    let other = move |request: HttpRequest| ready(tell(&request, Problem::Method(methods)));
    resource(path).default_service(actix_web::web::to(other))
}

/// What handlers work with.
pub struct App {
    /// The database; handlers reach it through [`App::read`].
    db: Db,
    /// The way for answers.
    recorder: Recorder,
    /// The server secret, for receipts.
    secret: Secret,
    /// Questionnaires that are frozen and therefore read and rendered once.
    frozen: Arc<RwLock<HashMap<Uuid, Arc<Questionnaire>>>>,
}

impl App {
    /// Runs queries on a thread where waiting is allowed. The only place of the web that does.
    async fn read<T: Send + 'static>(&self, body: impl FnOnce(&mut Conn) -> Result<T> + Send + 'static) -> Result<T> {
        let db = self.db.clone();
        actix_web::web::block(move || db.read(body)).await.map_err(|_| Error::Busy)?
    }

    /// The questionnaire of a survey.
    async fn questionnaire(&self, id: Uuid) -> Result<Arc<Questionnaire>> {
        if let Some(survey) = self.frozen.read().unwrap_or_else(PoisonError::into_inner).get(&id) {
            return Ok(survey.clone());
        }
        let stored = self.read(move |conn| surveys::get(conn, id)).await?;
        let survey = Arc::new(Questionnaire::new(stored.survey));
        if stored.state != SurveyState::Draft {
            self.frozen.write().unwrap_or_else(PoisonError::into_inner).insert(id, survey.clone());
        }
        Ok(survey)
    }
}

/// What a server is built from.
pub struct Settings {
    /// The database.
    pub db: Db,
    /// The server secret.
    pub secret: Secret,
    /// The clock.
    pub clock: Clock,
    /// Where to listen; port 0 takes a free one.
    pub listen: SocketAddr,
}

/// A server that listens already and answers once it is [run](Running::run).
pub struct Running {
    server: Server,
    threads: Threads,
    address: SocketAddr,
}

impl Running {
    /// Where it really listens.
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// A handle to stop it with.
    pub fn handle(&self) -> ServerHandle {
        self.server.handle()
    }

    /// Answers requests until it is stopped or gets SIGTERM; then lets requests finish and writes down
    /// what was handed in.
    pub async fn run(self) -> Result<()> {
        self.server.await?;
        // Nobody is served any more: waiting here holds nobody up.
        self.threads.join();
        Ok(())
    }
}

/// Builds a server: binds its address and starts the recorder.
pub fn build(settings: Settings) -> Result<Running> {
    let Settings { db, secret, clock, listen } = settings;
    let listener =
        TcpListener::bind(listen).map_err(|error| Error::Setup(format!("cannot listen on {listen}: {error}")))?;
    let address = listener.local_addr()?;
    let (recorder, threads) = Recorder::start(&db, &clock)?;
    let frozen = Arc::default();
    let server = HttpServer::new(move || {
        let app =
            App { db: db.clone(), recorder: recorder.clone(), secret: secret.clone(), frozen: Arc::clone(&frozen) };
        Actix::new()
            .app_data(Data::new(app))
            .app_data(PayloadConfig::new(answer::LARGEST))
            .configure(routes)
            .default_service(actix_web::web::to(nowhere))
    })
    .workers(std::thread::available_parallelism().map_or(2, usize::from))
    // A phone in a valley sends slowly.
    .client_request_timeout(Duration::from_secs(30))
    .shutdown_timeout(10)
    .listen(listener)?
    .run();
    Ok(Running { server, threads, address })
}

/// `GET /health/live`: the process answers.
async fn live() -> HttpResponse {
    HttpResponse::Ok().body("live\n")
}

/// `GET /health/ready`: the database answers too.
async fn is_ready(app: Data<App>) -> HttpResponse {
    match app.read(store::ping).await {
        Ok(_) => HttpResponse::Ok().body("ready\n"),
        Err(_) => Problem::Busy.reply().body("the database does not answer\n"),
    }
}

/// `GET` or `POST /health/empty`: reads a body and does nothing. The yardstick of the benchmarks.
async fn empty(body: actix_web::web::Bytes) -> HttpResponse {
    drop(body);
    HttpResponse::NoContent().finish()
}

async fn nowhere(request: HttpRequest) -> HttpResponse {
    tell(&request, Problem::UnknownPath)
}

fn tell(request: &HttpRequest, problem: Problem) -> HttpResponse {
    if request.path().starts_with("/api/") {
        problem.json(Vec::new())
    } else {
        answer::problem(Reader::of(request), problem)
    }
}
