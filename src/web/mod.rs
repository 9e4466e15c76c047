//! The program over HTTP. Every route is on this screen.

pub mod answer;
pub mod api;
mod arriving;
mod attempts;
mod connections;
pub mod error;
mod fresh;
mod frozen;
mod headers;
mod health;
mod keeper;
mod metrics;
mod places;
pub mod postman;
mod request_id;
mod results;
mod running;
mod shelf;
pub mod staff;
mod watch;
pub mod words;

use crate::config::Clock;
use crate::config::sending::Sending;
use crate::domain::staff::{Role, Staff as Person};
use crate::domain::token::Secret;
use crate::error::{Error, Result};
use crate::store::audit::Actor;
use crate::store::recorder::Recorder;
use crate::store::{Conn, Db, nodes, surveys, try_writing};
use actix_web::dev::Service;
use actix_web::guard::{Any, Get, Head};
use actix_web::middleware::from_fn;
use actix_web::rt::time::timeout;
use actix_web::web::{Data, PayloadConfig, ServiceConfig, post, resource};
use actix_web::{App as Actix, HttpRequest, HttpResponse, HttpServer, Resource};
use answer::{Questionnaire, Reader, receipts};
use attempts::Attempts;
use connections::Connections;
use error::Problem;
use health::{Nurse, Vitals};
use keeper::{Duties, Keeper};
use metrics::{Rounds, Route, Teller, Told, Traffic};
use places::Places;
use postman::{Office, Postman};
pub use running::Running;
use running::Signals;
use shelf::Shelf;
use std::collections::HashMap;
use std::future::ready;
use std::net::{IpAddr, SocketAddr, TcpListener};
use std::sync::{Arc, RwLock};
use std::time::{Duration, Instant};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use uuid::Uuid;
use watch::{Watch, Watcher};

fn routes(config: &mut ServiceConfig) {
    // A look may be a GET or a HEAD: scanners and load balancers use both.
    let get = || actix_web::web::route().guard(Any(Get()).or(Head()));
    config
        .service(at("/s", LOOK).route(get().to(answer::type_code)))
        .service(at("/s/{code}", BOTH).route(get().to(answer::show)).route(post().to(answer::submit_form)))
        .service(at("/api/v1/links/{code}", BOTH).route(get().to(answer::show_json)).route(post().to(answer::act_json)))
        .service(at("/api/v1/links/{code}/response", SEND).route(post().to(answer::submit_json)))
        .configure(staff::configure)
        .configure(api::configure)
        .service(at("/receipts/{survey}.txt", LOOK).route(get().to(receipts::text)))
        .service(at("/receipts/{survey}", LOOK).route(get().to(receipts::show)))
        .service(at("/health/live", LOOK).route(get().to(health::live)))
        .service(at("/health/ready", LOOK).route(get().to(health::ready)))
        .service(at("/health/empty", BOTH).route(get().to(health::empty)).route(post().to(health::empty)));
}

const LOOK: &str = "GET, HEAD";
const SEND: &str = "POST";
const BOTH: &str = "GET, HEAD, POST";

/// An address, and the methods it names to those who try another.
fn at(path: &'static str, methods: &'static str) -> Resource {
    let other = move |request: HttpRequest| ready(tell(&request, Problem::Method(methods)));
    resource(path).app_data(Route(path)).default_service(actix_web::web::to(other))
}

/// What the desk and other programs may do at once. The rest waits, so that threads and connections to the database
/// are left for those who answer.
const WORKING: usize = 6;

/// Threads of a worker on which waiting is allowed: two are left for those who answer, whatever else goes on.
const BLOCKING_THREADS: usize = WORKING + 2;

/// How long a request waits for the database before it is told that the server is busy.
const PATIENCE: Duration = Duration::from_secs(15);

/// What handlers work with.
pub struct App {
    /// The database; handlers reach it through [`App::read`].
    db: Db,
    /// The way for answers.
    recorder: Recorder,
    /// The server secret, for receipts and whatever the desk derives from it.
    secret: Secret,
    /// The clock.
    clock: Clock,
    /// Whether browsers reach the server over https, so that cookies need never travel in the open.
    https: bool,
    /// Who has to wait before signing in again.
    attempts: Arc<Attempts>,
    /// Which clerks have to wait before keying another code.
    keying: Arc<Attempts>,
    /// How many passwords are looked at in the same moment.
    hashing: Arc<Semaphore>,
    /// Slips are drawn for one person at the desk at a time: it is work for a while.
    printing: Arc<Semaphore>,
    /// Files that were sent and are not imported yet.
    shelf: Arc<Shelf>,
    /// Whose word about the address of a browser is taken.
    proxy: Option<IpAddr>,
    /// Whether evaluators need a second factor.
    second_factor: bool,
    /// Where recipients reach the server, without a slash at the end.
    base_url: Arc<str>,
    /// How invitations and reminders are sent, where they are.
    sending: Option<Arc<Sending>>,
    /// The runs of issuing that this process has begun.
    issuing: Arc<staff::Issuing>,
    /// The files that are read and the rosters that are taken in by this process.
    importing: Arc<staff::Importing>,
    /// Lists of links that leave at once.
    exporting: Arc<Semaphore>,
    /// Large bodies of programs that are held in memory at once.
    receiving: Arc<Places>,
    /// What the desk and other programs do at once.
    working: Arc<Semaphore>,
    /// The progress of surveys, live.
    watch: Watch,
    /// How many requests each key has made in this minute.
    minute: Arc<api::Minute>,
    /// Questionnaires that are frozen and therefore read and rendered once.
    frozen: Arc<RwLock<HashMap<Uuid, Arc<Questionnaire>>>>,
    /// Whether answers can be recorded.
    vitals: Vitals,
}

impl App {
    /// Runs something for the desk or another program on a thread where waiting is allowed, when it is its turn.
    async fn wait<T: Send + 'static>(&self, body: impl FnOnce(Db) -> Result<T> + Send + 'static) -> Result<T> {
        let turn = self.permit(&self.working).await?;
        let work = move |db| {
            let _turn = turn;
            body(db)
        };
        wait(self.db.clone(), work).await
    }

    /// A query for those who answer, which waits for nobody at the desk.
    async fn look<T: Send + 'static>(&self, body: impl FnOnce(&mut Conn) -> Result<T> + Send + 'static) -> Result<T> {
        wait(self.db.clone(), move |db| db.look(body)).await
    }

    /// Waits for one of the permits of something that few may do at once; they go along with the work.
    async fn permit(&self, of: &Arc<Semaphore>) -> Result<OwnedSemaphorePermit> {
        let permit = timeout(PATIENCE, Arc::clone(of).acquire_owned()).await;
        permit.map_err(|_| Error::Busy)?.map_err(|_| Error::Busy)
    }

    /// One or more queries that change nothing.
    async fn read<T: Send + 'static>(&self, body: impl FnOnce(&mut Conn) -> Result<T> + Send + 'static) -> Result<T> {
        self.wait(move |db| db.read(body)).await
    }

    /// One change by somebody at the desk, in one transaction; `body` may run more than once.
    async fn write<T: Send + 'static>(
        &self,
        name: &'static str,
        staff: Option<Uuid>,
        body: impl Fn(&mut Conn, &Actor<'_>) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let (secret, now) = (self.secret.clone(), self.clock.now());
        self.wait(move |db| {
            let actor = Actor { secret: &secret, staff, now };
            db.write(name, |conn| body(conn, &actor))
        })
        .await
    }

    /// Closes a survey for an account or a key, and lets nothing lie beside the database that tells in which order
    /// answers came.
    async fn close_survey(&self, id: Uuid, by: Uuid) -> Result<()> {
        self.write("close survey", Some(by), move |conn, actor| surveys::close(conn, actor, id)).await?;
        if let Err(error) = self.wait(|db| db.settle()).await {
            // It is closed, whatever becomes of this.
            tracing::error!(%error, "the log of the database could not be emptied");
        }
        Ok(())
    }

    /// The address a request comes from. A proxy that is trusted says it in the last entry of
    /// `X-Forwarded-For`, which it adds itself; what stands before may be anybody's invention.
    fn address(&self, request: &HttpRequest) -> Option<IpAddr> {
        let peer = request.peer_addr().map(|peer| peer.ip());
        if peer.is_none() || peer != self.proxy {
            return peer;
        }
        let said = request.headers().get_all("x-forwarded-for").last().and_then(|value| value.to_str().ok());
        said.and_then(|said| said.rsplit(',').next()?.trim().parse().ok()).or(peer)
    }

    /// Whether somebody has to set up a second factor before anything else.
    fn needs_factor(&self, person: &Person) -> bool {
        self.second_factor && person.role == Role::Evaluator && person.second_factor.is_none()
    }
}

/// Runs something on a thread where waiting is allowed. The only place of the web that does.
async fn wait<T: Send + 'static>(db: Db, body: impl FnOnce(Db) -> Result<T> + Send + 'static) -> Result<T> {
    let done = actix_web::web::block(move || body(db));
    timeout(PATIENCE, done).await.map_err(|_| Error::Busy)?.map_err(|_| Error::Busy)?
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
    /// Whether browsers reach it over https.
    pub https: bool,
    /// The proxy in front, whose `X-Forwarded-For` is believed.
    pub proxy: Option<IpAddr>,
    /// Whether evaluators need a second factor.
    pub second_factor: bool,
    /// Where recipients reach the server, without a slash at the end.
    pub base_url: String,
    /// How invitations and reminders are sent; without it there are none.
    pub sending: Option<Sending>,
    /// Where the numbers of this process are told; nowhere without it.
    pub metrics: Option<SocketAddr>,
    /// How long it goes on answering after SIGTERM, while it says that it is not ready.
    pub shutdown_delay: Duration,
}

/// Builds a server: binds its address and starts the recorder.
pub fn build(settings: Settings) -> Result<Running> {
    let Settings { db, secret, clock, listen, https, proxy, second_factor, base_url, sending, .. } = settings;
    let listener =
        TcpListener::bind(listen).map_err(|error| Error::Setup(format!("cannot listen on {listen}: {error}")))?;
    let address = listener.local_addr()?;
    db.write("try writing", try_writing)?;
    // What a killed process wrote without waiting for the disk must be on it before anybody is told that it is known.
    db.settle()?;
    let pace = Arc::default();
    let (recorder, threads) = Recorder::start(&db, &clock, &pace)?;
    let (frozen, attempts, keying, issuing) = (Arc::default(), Arc::default(), Arc::default(), Arc::default());
    let base_url: Arc<str> = base_url.into();
    let hashing = Arc::new(Semaphore::new(2));
    let printing = Arc::new(Semaphore::new(1));
    let exporting = Arc::new(Semaphore::new(2));
    let shelf = Arc::<Shelf>::default();
    let importing = Arc::<staff::Importing>::default();
    let minute = Arc::default();
    let receiving = Arc::<Places>::default();
    let working = Arc::new(Semaphore::new(WORKING));
    let connections = Connections::new();
    let (nurse, vitals) = Nurse::start(&db, threads.count())?;
    let (traffic, rounds) = (Arc::<Traffic>::default(), Rounds::default());
    let node = fresh::id()?;
    db.write("announce", |conn| nodes::enter(conn, node, &secret, clock.now()))?;
    let duties = Duties {
        db: db.clone(),
        secret: secret.clone(),
        clock: clock.clone(),
        shelf: Arc::clone(&shelf),
        importing: Arc::clone(&importing),
        pace,
        rounds: rounds.clone(),
        node,
    };
    let keeper = Keeper::start(duties)?;
    let sending = sending.map(Arc::new);
    let office = |sending: &Arc<Sending>| Office {
        db: db.clone(),
        secret: secret.clone(),
        clock: clock.clone(),
        base_url: Arc::clone(&base_url),
        sending: Arc::clone(sending),
        rounds: rounds.clone(),
    };
    let postman = sending.as_ref().map(office).as_ref().map(Postman::start).transpose()?;
    let watcher = Watcher::start(db.clone(), clock.clone())?;
    let watch = watcher.watch();
    let told = || Told::new(db.clone(), vitals.clone(), watch.clone(), &traffic, &rounds);
    let teller = settings.metrics.map(|listen| Teller::bind(listen, told())).transpose()?;
    let of_app = vitals.clone();
    let app = move || App {
        db: db.clone(),
        recorder: recorder.clone(),
        secret: secret.clone(),
        clock: clock.clone(),
        https,
        attempts: Arc::clone(&attempts),
        keying: Arc::clone(&keying),
        hashing: Arc::clone(&hashing),
        printing: Arc::clone(&printing),
        shelf: Arc::clone(&shelf),
        proxy,
        second_factor,
        base_url: Arc::clone(&base_url),
        sending: sending.clone(),
        issuing: Arc::clone(&issuing),
        importing: Arc::clone(&importing),
        exporting: Arc::clone(&exporting),
        watch: watch.clone(),
        minute: Arc::clone(&minute),
        receiving: Arc::clone(&receiving),
        working: Arc::clone(&working),
        frozen: Arc::clone(&frozen),
        vitals: of_app.clone(),
    };
    let workers = std::thread::available_parallelism().map_or(2, usize::from);
    let server = HttpServer::new(move || {
        let traffic = Arc::clone(&traffic);
        Actix::new()
            .wrap_fn(move |request, service| {
                let (began, traffic) = (Instant::now(), Arc::clone(&traffic));
                let reply = service.call(request);
                async move {
                    let mut reply = reply.await?;
                    traffic.note(&mut reply, began.elapsed());
                    Ok(reply)
                }
            })
            .app_data(Data::new(app()))
            .app_data(PayloadConfig::new(answer::LARGEST))
            .wrap(from_fn(connections::around))
            .configure(routes)
            .default_service(actix_web::web::to(nowhere))
    })
    .worker_max_blocking_threads(BLOCKING_THREADS)
    .workers(workers)
    .max_connections(connections.most().div_ceil(workers))
    .on_connect({
        let connections = Arc::clone(&connections);
        move |io, extensions| connections.note(io, extensions)
    })
    // A phone in a valley sends slowly.
    .client_request_timeout(connections::STILL)
    .shutdown_timeout(10)
    .disable_signals()
    .listen(listener)?
    .run();
    let (signals, delay) = (Signals::listen()?, settings.shutdown_delay);
    Ok(Running {
        server,
        threads,
        keeper,
        postman,
        watcher,
        nurse,
        vitals,
        teller,
        connections,
        address,
        signals,
        delay,
    })
}

async fn nowhere(request: HttpRequest) -> HttpResponse {
    if request.path().starts_with("/staff") {
        return staff::nowhere(&request).await;
    }
    if request.path().starts_with("/api/") {
        return api::nowhere(request).await;
    }
    tell(&request, Problem::UnknownPath)
}

fn tell(request: &HttpRequest, problem: Problem) -> HttpResponse {
    if request.path().starts_with("/api/") {
        problem.json(Vec::new())
    } else {
        answer::problem(Reader::of(request), problem)
    }
}
