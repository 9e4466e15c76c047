//! An open survey with links, phones that answer it, and what is asked of both.

use crate::chance::Chance;
use crate::check;
use crate::client::{Client, Door};
use crate::database::{Database, Engine};
use crate::ledger::{Ledger, QUESTIONS};
use crate::node::{Node, Setting};
use crate::phones::Phones;
use std::collections::BTreeSet;
use std::fmt::Write;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// Institutions among which links are spread.
const UNITS: usize = 5;

/// How long a server may take until it answers again.
const PATIENCE: Duration = Duration::from_secs(60);

/// How large a scene is.
#[derive(Clone, Copy)]
pub struct Size {
    /// Links.
    pub links: usize,
    /// Phones.
    pub phones: usize,
    /// How long a phone waits for a reply.
    pub patience: Duration,
    /// Between an answer and the next of the same phone.
    pub rest: Duration,
}

impl Size {
    /// What most kinds of faults are tried on.
    pub const fn usual() -> Self {
        Self { links: 12_000, phones: 16, patience: Duration::from_secs(20), rest: Duration::from_millis(10) }
    }
}

/// What the key of a scene opens.
pub const SCOPES: &str = "progress:read,units:write";

/// A survey under load.
pub struct Scene {
    /// The database as the checks look at it.
    pub database: Database,
    /// How the program is started.
    pub setting: Setting,
    /// The survey.
    pub survey: String,
    /// What is known of every link.
    pub ledger: Arc<Ledger>,
    /// The phones.
    pub phones: Phones,
    /// Where they knock.
    pub door: Door,
    /// A key that may see the progress and name units.
    pub token: String,
    /// Links whose receipts were looked at after they were acknowledged.
    pub looked: BTreeSet<usize>,
    kept_open: Option<Node>,
    _files: TempDir,
}

impl Scene {
    /// An open survey in a new database. No server runs yet, and the phones wait.
    pub fn open(engine: Engine, size: Size, chance: &Chance) -> Self {
        Self::open_on(Database::fresh(engine), size, chance)
    }

    /// The same in a database that was made elsewhere.
    pub fn open_on(database: Database, size: Size, chance: &Chance) -> Self {
        let url = database.url.clone();
        Self::open_as(database, url, size, chance)
    }

    /// The same with another address for the program than for the checks.
    pub fn open_as(database: Database, url: String, size: Size, chance: &Chance) -> Self {
        let files = TempDir::with_prefix("fivepoint-faults-").unwrap();
        let setting = Setting { url, folder: files.path().to_owned(), env: Vec::new(), before: Vec::new() };
        let file = |name: &str, content: String| {
            let path = files.path().join(name);
            std::fs::write(&path, content).unwrap();
            path.to_str().unwrap().to_owned()
        };
        let survey = setting.run(&["survey", "import", &file("survey.toml", questionnaire())]);
        setting.run(&["unit", "import", &file("units.csv", units())]);
        let list = files.path().join("links.csv");
        let list = list.to_str().unwrap();
        setting.run(&["link", "issue", &survey, "--roster", &file("roster.csv", roster(size.links)), "--out", list]);
        setting.run(&["survey", "open", &survey]);
        setting.run_with(&["staff", "add", "watcher", "--role", "evaluator"], "a long pass phrase 1");
        let token = setting.run(&["key", "add", "watch", "--for", "watcher", "--scope", SCOPES]);
        let ledger = Arc::new(Ledger::new(links(list)));
        let door = Door::default();
        let phones = Phones::new(size, &ledger, &door, chance);
        Self {
            database,
            setting,
            survey,
            ledger,
            phones,
            door,
            token,
            looked: BTreeSet::new(),
            kept_open: None,
            _files: files,
        }
    }

    /// Starts a server and leads the phones to it.
    pub fn serve(&self) -> Node {
        let node = self.setting.serve();
        self.door.lead_to(&node.address);
        node
    }

    /// A client of the scene's own.
    pub fn client(&self) -> Client {
        Client::new(self.door.clone(), PATIENCE)
    }

    /// Lets the phones answer until so many more answers were acknowledged.
    pub fn load(&self, answers: usize) {
        self.phones.go();
        self.wait_for(self.ledger.acknowledged() + answers, "answers under load");
    }

    /// Lets the phones answer for that long.
    pub fn load_for(&self, time: Duration) {
        self.phones.go();
        std::thread::sleep(time);
    }

    /// Waits until another answer is acknowledged; gives the time since `began`, the end of the fault.
    pub fn recovered(&self, began: Instant) -> Duration {
        self.phones.go();
        self.wait_for(self.ledger.acknowledged() + 1, "an answer after the fault");
        began.elapsed()
    }

    fn wait_for(&self, goal: usize, what: &str) {
        let until = Instant::now() + PATIENCE;
        while self.ledger.acknowledged() < goal {
            assert!(self.ledger.left() > 0, "waiting for {what}: no link is left");
            assert!(Instant::now() < until, "waiting for {what}: none within {PATIENCE:?}; {}", self.logged());
            std::thread::sleep(Duration::from_millis(1));
        }
    }

    /// The end of what the servers have logged.
    pub fn logged(&self) -> String {
        let log = std::fs::read(self.setting.log_path()).unwrap_or_default();
        let end = log.len().saturating_sub(2_000);
        format!("the log ends with: {}", String::from_utf8_lossy(&log[end..]))
    }

    /// Lets the phones rest and compares everything; a server has to run behind the door.
    pub fn check(&mut self) -> check::Verdict {
        self.phones.pause();
        check::open(self)
    }

    /// Closes, releases and verifies, after the last round.
    pub fn finish(&mut self) -> check::Verdict {
        self.phones.pause();
        check::last(self)
    }

    /// The same where the survey is closed already.
    pub fn finish_closed(&mut self) -> check::Verdict {
        self.phones.pause();
        check::closed(self)
    }

    /// Keeps a server for the checks that follow.
    pub fn keep_open(&mut self, node: Node) {
        self.door.lead_to(&node.address);
        self.kept_open = Some(node);
    }

    /// Another open survey in the same database, without links.
    pub fn another(&self) -> String {
        let file = self.setting.folder.join("survey.toml");
        let survey = self.setting.run(&["survey", "import", file.to_str().unwrap()]);
        self.setting.run(&["survey", "open", &survey]);
        survey
    }

    /// Lets a survey close by itself so many seconds from now.
    pub fn closes_in(&self, survey: &str, seconds: i64) {
        let id = survey.replace('-', "");
        let (time, hex) = match self.database.engine {
            Engine::Sqlite => (format!("datetime('now', '{seconds} seconds')"), "lower(hex(id))"),
            Engine::Postgres => (format!("timezone('utc', now()) + interval '{seconds} seconds'"), "encode(id, 'hex')"),
        };
        self.database.execute(&format!("UPDATE survey SET closes_at = {time} WHERE {hex} = '{id}'"));
    }
}

/// A questionnaire of ten questions with five options each.
fn questionnaire() -> String {
    let mut text = String::from(
        "title = \"Trial\"\nprogramme = \"Trial by faults\"\nyear = 2026\norganiser = \"The city's federation\"\n\
         contact = \"0871 6316 0000\"\npurpose = \"To see that no answer is lost.\"\nretention_days = 90\n\
         disclosure_floor = 5\n[target]\nmeasure = \"weighted_score\"\nvalue = \"85\"\n[design]\nkind = \"everyone\"\n\
         [scale]\noptions = [\n",
    );
    for (code, weight) in [("A", 1000), ("B", 900), ("C", 800), ("D", 600), ("E", 0)] {
        writeln!(text, "  {{ code = \"{code}\", label = \"Option {code}\", weight = {weight} }},").unwrap();
    }
    text.push_str("]\n");
    for question in 1..=QUESTIONS {
        writeln!(text, "[[questions]]\ntext = \"Question {question}?\"").unwrap();
    }
    text
}

fn unit(number: usize) -> String {
    format!("I{}", number % UNITS)
}

/// A city, a county, institutions.
fn units() -> String {
    let city = "code,name,parent,level\nC,City,,city\nD,County,C,county\n".to_owned();
    (0..UNITS).map(unit).fold(city, |units, unit| format!("{units}{unit},Institution {unit},D,institution\n"))
}

/// A roster of so many people.
pub fn roster(people: usize) -> String {
    (0..people).fold("unit\n".to_owned(), |roster, number| roster + &unit(number) + "\n")
}

/// The links of a list, each with its code and unit.
pub fn links(list: &str) -> Vec<(String, String)> {
    let text = std::fs::read_to_string(list).unwrap();
    let mut csv = csv::Reader::from_reader(text.trim_start_matches('\u{feff}').as_bytes());
    csv.records().map(|row| row.unwrap()).map(|row| (row[5].to_owned(), row[0].to_owned())).collect()
}
