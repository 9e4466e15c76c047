//! A database with units and the Kunming survey, ready to be filled.

use crate::database::{Database, Engine, random};
use crate::process::SECRET;
use fivepoint::config::Clock;
use fivepoint::domain::credential;
use fivepoint::domain::roster::Recipient;
use fivepoint::domain::staff::{Name, Role, Staff};
use fivepoint::domain::survey::{self, Format};
use fivepoint::domain::token::Secret;
use fivepoint::domain::unit::Unit;
use fivepoint::store::audit::Actor;
use fivepoint::store::{Conn, Db, issue, seal, secrets, staff, surveys, units, verify};
use uuid::Uuid;

/// The bench at work, for the audit log.
fn actor(secret: &Secret) -> Actor<'_> {
    Actor { secret, staff: None, now: Clock::system().now() }
}

const SURVEY: &str = include_str!("../../src/cli/demo/kunming-2022.toml");

/// A fresh database with an open survey of ten questions.
pub struct Scene {
    /// The database as the operating system has it.
    pub database: Database,
    /// The database as the program has it.
    pub db: Db,
    /// The survey.
    pub survey: Uuid,
    /// Its questions.
    pub questions: usize,
    /// How many institutions there are.
    pub institutions: usize,
    secret: Secret,
}

impl Scene {
    /// A city with that many institutions.
    pub fn new(engine: Engine, institutions: usize) -> Self {
        let database = Database::fresh(engine);
        let db = Db::open(&database.url.parse().unwrap()).unwrap();
        let secret = Secret::new(SECRET).unwrap();
        let questionnaire = survey::read(SURVEY, Format::Toml).unwrap();
        let survey = uuid::Builder::from_random_bytes(random()).into_uuid();
        let tree = tree(institutions);
        let actor = actor(&secret);
        db.write("prepare", |conn| {
            secrets::claim(conn, &secret)?;
            units::import(conn, &actor, &tree)?;
            surveys::insert(conn, &actor, survey, &questionnaire, random())?;
            surveys::confirm_weights(conn, &actor, survey, None)?;
            surveys::open(conn, &actor, survey)
        })
        .unwrap();
        Self { database, db, survey, questions: questionnaire.questions.len(), institutions, secret }
    }

    /// The code of an institution, counted from 0 and around.
    pub fn institution(&self, number: usize) -> String {
        institution(number % self.institutions)
    }

    /// Issues links and gives their codes.
    pub fn issue(&self, count: usize) -> Vec<String> {
        let before = self.db.read(|conn| surveys::get(conn, self.survey)).unwrap();
        let run = uuid::Builder::from_random_bytes(random()).into_uuid();
        let mut run = issue::Run::begin(&self.db, &actor(&self.secret), self.survey, run).unwrap();
        let first = usize::try_from(before.visible_serial).unwrap();
        for number in first..first + count {
            run.add(Recipient { unit: self.institution(number), ..Recipient::default() }).unwrap();
        }
        run.finish(&actor(&self.secret)).unwrap();
        let salt = before.salt.unwrap();
        let serials = u32::try_from(first + 1).unwrap()..=u32::try_from(first + count).unwrap();
        let key = self.secret.key(self.secret.fingerprints().next().unwrap()).unwrap();
        serials.map(|serial| key.code(&salt, serial, 0).to_string()).collect()
    }

    /// The survey's id in SQL.
    pub fn survey_literal(&self, engine: Engine) -> String {
        match engine {
            Engine::Sqlite => format!("x'{}'", self.survey.simple()),
            Engine::Postgres => format!("decode('{}', 'hex')", self.survey.simple()),
        }
    }

    /// Makes an account for an evaluator.
    fn add_evaluator(&self, name: &str, password: &str) -> Uuid {
        let name = Name::parse(name).unwrap();
        let id = uuid::Builder::from_random_bytes(random()).into_uuid();
        let new = Staff { id, name, role: Role::Evaluator, unit: None, second_factor: None, disabled: false };
        let hash = credential::hash_password(password, random()).unwrap();
        self.db.write("account", |conn| staff::add(conn, &actor(&self.secret), &new, hash.clone())).unwrap();
        id
    }

    /// Asks for the seal of the survey and consents to it.
    pub fn consent_to_seal(&self) {
        let evaluator = self.add_evaluator("zhang", "correct horse battery");
        let consent = |conn: &mut Conn| {
            seal::ask(conn, &actor(&self.secret), self.survey, None)?;
            seal::consent(conn, &actor(&self.secret), self.survey, evaluator)
        };
        self.db.write("consent to seal", consent).unwrap();
    }

    /// Makes an account for an evaluator and gives the cookie of its sign-in.
    pub fn sign_in(&self, address: &str) -> String {
        const PASSWORD: &str = "correct horse battery";
        self.add_evaluator("zhang", PASSWORD);
        let agent: ureq::Agent = ureq::Agent::config_builder().max_redirects(0).build().into();
        let form = agent.post(format!("http://{address}/staff/sign-in"));
        let form = form.content_type("application/x-www-form-urlencoded");
        let reply = form.send(format!("name=zhang&password={}", PASSWORD.replace(' ', "+"))).unwrap();
        let cookie = reply.headers().get("set-cookie").unwrap().to_str().unwrap();
        cookie.split(';').next().unwrap().to_owned()
    }

    /// Closes the survey.
    pub fn close(&self) {
        self.db.write("close", |conn| surveys::close(conn, &actor(&self.secret), self.survey)).unwrap();
    }

    /// Everything that was counted agrees with everything that is stored.
    pub fn reconcile(&self) {
        for check in self.db.snapshot(|conn| verify::survey(conn, self.survey)).unwrap() {
            assert!(check.differences.is_empty(), "{}: {:?}", check.what, check.differences);
        }
    }
}

fn institution(number: usize) -> String {
    format!("530102-{number:04}")
}

/// A city, a county, institutions.
fn tree(institutions: usize) -> Vec<Unit> {
    let unit = |code: &str, parent: Option<&str>, level: &str| Unit {
        code: code.to_owned(),
        name: format!("{code}托养中心"),
        parent: parent.map(str::to_owned),
        level: level.to_owned(),
    };
    let mut units = vec![unit("530100", None, "city"), unit("530102", Some("530100"), "county")];
    units.extend((0..institutions).map(|number| unit(&institution(number), Some("530102"), "institution")));
    units
}
