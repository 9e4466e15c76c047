//! `scorecard …`.

use super::results::{Out, Printed};
use super::{Settings, print, random_id, read_file, survey_id};
use crate::domain::scorecard::{self, Entry, FIGURE_PLACES, File, Head, POINT_PLACES, Scorecard as Card};
use crate::domain::survey::{Format as Written, Measure};
use crate::domain::workbook;
use crate::error::Error;
use crate::export::scorecard::{book, csv, docx, table, text};
use crate::store::Db;
use crate::store::scorecards::{self, Entering, Kept};
use anyhow::{Context, Result, bail};
use clap::{Args, Subcommand, ValueEnum};
use rust_decimal::Decimal;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use uuid::Uuid;

/// The forms in which a scorecard is printed.
#[derive(Clone, Copy, ValueEnum)]
enum Format {
    /// The report's table, drawn, and the tree
    Text,
    /// The document itself
    Json,
    /// All indicators, a row each; can be edited and imported again
    Csv,
    /// The report's table alone, for programs
    Table,
    /// A workbook: the indicators, to be edited and imported again, and the report's table, in formulas
    Xlsx,
    /// The report's table and an attachment with all indicators, as a Word file
    Docx,
}

#[derive(Subcommand)]
pub(super) enum Scorecard {
    /// Import a scorecard from TOML, JSON, CSV or XLSX; prints its id
    Import(Import),
    /// Check a file without importing it: every mistake, and every indicator that is not filled in, with its row
    Check(Check),
    /// List all scorecards
    List,
    /// Print a scorecard
    Show(Show),
    /// Enter something for one indicator
    Set(Set),
    /// List the versions of a scorecard, or what is different between two of them
    Versions {
        #[arg(value_parser = scorecard_id)]
        id: Uuid,
        /// What is different from this version …
        #[arg(long, requires = "to")]
        from: Option<i32>,
        /// … to this one
        #[arg(long, requires = "from")]
        to: Option<i32>,
    },
}

/// What a table of indicators does not say itself.
#[derive(Args)]
struct Heading {
    /// Title, for a table (CSV or XLSX) of indicators
    #[arg(long)]
    title: Option<String>,
    /// The programme, likewise
    #[arg(long)]
    programme: Option<String>,
    /// The programme's year, likewise
    #[arg(long)]
    year: Option<u16>,
    /// The unit that is evaluated, likewise
    #[arg(long)]
    unit: Option<String>,
}

#[derive(Args)]
pub(super) struct Import {
    file: PathBuf,
    /// Replace this scorecard; what the file leaves empty stays as it is there
    #[arg(long, value_parser = scorecard_id)]
    into: Option<Uuid>,
    #[command(flatten)]
    heading: Heading,
}

#[derive(Args)]
pub(super) struct Check {
    file: PathBuf,
}

#[derive(Args)]
pub(super) struct Show {
    #[arg(value_parser = scorecard_id)]
    id: Uuid,
    /// The form [default: that of the file's ending (.txt, .json, .csv, .xlsx, .docx), or text]
    #[arg(long)]
    format: Option<Format>,
    #[command(flatten)]
    out: Out,
    /// Which version, from 1 [default: the latest]
    #[arg(long)]
    number: Option<i32>,
}

#[derive(Args)]
pub(super) struct Set {
    #[arg(value_parser = scorecard_id)]
    id: Uuid,
    /// Code of the indicator
    code: String,
    /// Actual value of a quantitative indicator
    #[arg(long, value_parser = figure, allow_negative_numbers = true, group = "what")]
    actual: Option<Decimal>,
    /// Score of a qualitative indicator
    #[arg(long, value_parser = points, allow_negative_numbers = true, group = "what", requires = "reason")]
    score: Option<Decimal>,
    /// Release of a satisfaction indicator: SURVEY for the latest, or SURVEY:NUMBER
    #[arg(long, value_parser = release, group = "what")]
    release: Option<(Uuid, Option<i32>)>,
    /// Take away what was entered
    #[arg(long, group = "what")]
    clear: bool,
    /// The measure: weighted_score, top2_percent or top1_percent [default: as it is]
    #[arg(long, value_parser = measure, requires = "release")]
    measure: Option<Measure>,
    /// The value it is to reach [default: as it is]
    #[arg(long, value_parser = figure, requires = "release")]
    target: Option<Decimal>,
    /// Why
    #[arg(long)]
    reason: Option<String>,
    /// Where the evidence is
    #[arg(long)]
    evidence: Option<String>,
    /// Only if this is the latest version still
    #[arg(long)]
    seen: Option<i32>,
}

impl Scorecard {
    pub(super) fn run(&self, settings: &Settings) -> Result<ExitCode> {
        match self {
            Self::Import(import) => import.run(settings)?,
            Self::Check(check) => return check.run(),
            Self::List => list(settings)?,
            Self::Show(show) => show.run(settings)?,
            Self::Set(set) => set.run(settings)?,
            Self::Versions { id, from, to } => versions(settings, *id, from.zip(*to))?,
        }
        Ok(ExitCode::SUCCESS)
    }
}

impl Import {
    fn run(&self, settings: &Settings) -> Result<()> {
        let (db, secret) = settings.open()?;
        let before = self.into.map(|id| db.read(|conn| scorecards::get(conn, id)?.card())).transpose()?;
        let nothing = || format!("{}: nothing was imported, because", self.file.display());
        let file = read(&self.file, || self.head(before.as_ref())).with_context(nothing)?;
        let (actor, id) = (Settings::actor(&secret), self.into.map_or_else(random_id, Ok)?);
        let kept = db.write("import scorecard", |conn| match self.into {
            Some(id) => scorecards::import(conn, &actor, id, None, file.clone()),
            None => scorecards::add(conn, &actor, id, file.clone()),
        });
        let scored = kept.with_context(nothing)?.scored()?;
        eprintln!("{}", table::verdict(&scored));
        for missing in &scored.missing {
            eprintln!("  {}", table::lack(missing));
        }
        print(id)
    }

    /// The head of a table: what was said, else what the scorecard has.
    fn head(&self, before: Option<&Card>) -> Result<Head> {
        let Heading { title, programme, year, unit } = &self.heading;
        if let Some(before) = before {
            let mut head = before.head.clone();
            let said = |old: &mut String, new: &Option<String>| *old = new.clone().unwrap_or_else(|| old.clone());
            said(&mut head.title, title);
            said(&mut head.programme, programme);
            said(&mut head.unit, unit);
            head.year = year.unwrap_or(head.year);
            return Ok(head);
        }
        let (Some(title), Some(programme), Some(year), Some(unit)) = (title, programme, year, unit) else {
            bail!("a table of indicators has no head: say --title, --programme, --year and --unit")
        };
        Ok(Head::new(title.clone(), programme.clone(), *year, unit.clone()))
    }
}

impl Check {
    fn run(&self) -> Result<ExitCode> {
        let head = || Ok(Head::new("-".to_owned(), "-".to_owned(), 2000, "-".to_owned()));
        let file = read(&self.file, head)?;
        let mut lacking = false;
        for (row, code, name, what) in file.lacking() {
            lacking = true;
            print(format_args!("row {row}: {code} {name}: the {what} is missing"))?;
        }
        if lacking {
            return Ok(ExitCode::FAILURE);
        }
        print(format_args!("ok: {} indicators, all filled in", file.card.indicators.len()))?;
        Ok(ExitCode::SUCCESS)
    }
}

/// Reads a file of any form; `head` gives what a table does not say.
fn read(path: &Path, head: impl FnOnce() -> Result<Head>) -> Result<File> {
    let text = |format| -> Result<File> {
        let bytes = std::fs::read(path).with_context(|| format!("{} cannot be read", path.display()))?;
        let text = String::from_utf8(bytes).map_err(|_| anyhow::anyhow!("please save it as UTF-8"))?;
        Ok(scorecard::read(&text, format)?)
    };
    match path.extension().and_then(|ending| ending.to_str()) {
        Some("toml") => text(Written::Toml),
        Some("json") => text(Written::Json),
        Some("csv") => Ok(scorecard::read_table(read_file(path)?, head()?).map_err(Error::from)?),
        Some("xlsx") => {
            let mut table = Vec::new();
            workbook::to_csv(read_file(path)?, &mut table)?;
            Ok(scorecard::read_table(table.as_slice(), head()?).map_err(Error::from)?)
        }
        _ => bail!("{}: a scorecard ends in .toml, .json, .csv or .xlsx", path.display()),
    }
}

fn list(settings: &Settings) -> Result<()> {
    for one in settings.existing_database()?.read(scorecards::list)? {
        let (score, grade) = (one.score.as_deref().unwrap_or("-"), one.grade.as_deref().unwrap_or("-"));
        print(format_args!("{}\t{}\t{score}\t{grade}\t{}\t{}", one.id, one.year, one.programme, one.title))?;
    }
    Ok(())
}

impl Show {
    fn kept(&self, db: &Db) -> Result<Kept, Error> {
        db.read(|conn| match self.number {
            Some(number) => scorecards::version(conn, self.id, number),
            None => scorecards::get(conn, self.id),
        })
    }

    fn run(&self, settings: &Settings) -> Result<()> {
        let db = settings.existing_database()?;
        let format = match self.format {
            Some(format) => format,
            None => match self.out.ending()? {
                None | Some("txt") => Format::Text,
                Some("json") => Format::Json,
                Some("csv") => Format::Csv,
                Some("xlsx") => Format::Xlsx,
                Some(_) => Format::Docx,
            },
        };
        let kept = self.kept(&db)?;
        let scored = kept.scored()?;
        let newer = db.read(|conn| scorecards::newer_releases(conn, &scored))?;
        for (code, number) in newer {
            eprintln!("{code}: its survey has a newer release, number {number}; the scorecard stays as it is");
        }
        self.out.write(match format {
            Format::Text => Printed::Words(text::scorecard(&scored)),
            Format::Json => Printed::Words(kept.document),
            Format::Csv => Printed::Words(csv::scorecard(&scored)?),
            Format::Table => Printed::Words(csv::table(&scored)?),
            Format::Xlsx => Printed::File(book::scorecard(&scored)?),
            Format::Docx => Printed::File(docx::scorecard(&scored)?),
        })
    }
}

impl Set {
    fn run(&self, settings: &Settings) -> Result<()> {
        let (db, secret) = settings.open_existing()?;
        let actor = Settings::actor(&secret);
        let kept = db.write("set indicator", |conn| {
            let (code, now) = (self.code.clone(), scorecards::get(conn, self.id)?.card()?);
            let kind = now.get(&code).map(|indicator| &indicator.kind);
            let satisfaction = match kind {
                Some(scorecard::Kind::Satisfaction(satisfaction)) => Some(satisfaction),
                _ => None,
            };
            let measure = self.measure.or(satisfaction.map(|now| now.measure)).unwrap_or(Measure::WeightedScore);
            let target = self.target.or(satisfaction.map(|now| now.target)).unwrap_or_default();
            let entry = match (self.actual, self.score, self.release) {
                (Some(actual), ..) => Entry::Actual(Some(actual)),
                (_, Some(score), _) => Entry::Score(Some(score)),
                (.., Some((survey, number))) => {
                    let bound = Some(scorecards::bound(conn, survey, number, measure)?);
                    Entry::Release { measure, target, bound }
                }
                _ => match kind {
                    Some(scorecard::Kind::Qualitative { .. }) => Entry::Score(None),
                    Some(scorecard::Kind::Satisfaction(_)) => Entry::Release { measure, target, bound: None },
                    _ => Entry::Actual(None),
                },
            };
            let (reason, evidence) = (self.reason.clone(), self.evidence.clone());
            scorecards::enter(conn, &actor, self.id, self.seen, Entering { code, entry, reason, evidence })
        })?;
        eprintln!("version {}: {}", kept.version, table::verdict(&kept.scored()?));
        Ok(())
    }
}

fn versions(settings: &Settings, id: Uuid, between: Option<(i32, i32)>) -> Result<()> {
    let db = settings.existing_database()?;
    if let Some((from, to)) = between {
        let nothing = || "-".to_owned();
        for one in db.read(|conn| scorecards::differences(conn, id, from, to))? {
            let code = one.code.unwrap_or_else(nothing);
            let (from, to) = (one.from.unwrap_or_else(nothing), one.to.unwrap_or_else(nothing));
            print(format_args!("{code}\t{}\t{}\t{from}\t{to}", one.name, one.field))?;
        }
        return Ok(());
    }
    for one in db.read(|conn| scorecards::versions(conn, id))? {
        let (at, code) = (one.made_at.format("%Y-%m-%dT%H:%M:%SZ"), one.code.unwrap_or_default());
        let staff = one.staff.map_or_else(|| "-".to_owned(), |staff| staff.to_string());
        print(format_args!("{}\t{at}\t{staff}\t{}\t{code}", one.number, one.change.name()))?;
    }
    Ok(())
}

fn scorecard_id(text: &str) -> Result<Uuid, &'static str> {
    text.parse().map_err(|_| "this is no scorecard id: “fivepoint scorecard list” shows them")
}

fn figure(text: &str) -> Result<Decimal, String> {
    scorecard::amount(text, FIGURE_PLACES).map_err(|mistake| mistake.to_string())
}

fn points(text: &str) -> Result<Decimal, String> {
    scorecard::amount(text, POINT_PLACES).map_err(|mistake| mistake.to_string())
}

fn measure(text: &str) -> Result<Measure, &'static str> {
    Measure::from_name(text).ok_or("use weighted_score, top2_percent or top1_percent")
}

fn release(text: &str) -> Result<(Uuid, Option<i32>), &'static str> {
    let (survey, number) = text.split_once(':').map_or((text, None), |(survey, number)| (survey, Some(number)));
    let number = number.map(|number| number.parse().map_err(|_| "write the number of the release behind the colon"));
    Ok((survey_id(survey)?, number.transpose()?))
}
