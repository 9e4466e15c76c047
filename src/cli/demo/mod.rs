//! `demo`: the whole job on real numbers.
//!
//! Links for 49 recipients, 49 phones that answer over HTTP as the report of 2022 counted them, the
//! survey closed and released, the printed table compared with the report cell by cell. Then a second
//! wave stays open to be tried.

mod forms;
mod phones;
mod report;
mod score;

use super::{Settings, random, random_id};
use crate::config::{DatabaseUrl, SecretSource};
use crate::domain::credential;
use crate::domain::roster::{self, Recipient};
use crate::domain::staff::{Name, Role, Staff as Person};
use crate::domain::survey::{self, Format, Survey};
use crate::domain::token::{Code, Secret};
use crate::domain::unit;
use crate::error::Error;
use crate::export::text;
use crate::store::{Db, issue, links, releases, secrets, staff, surveys, units, verify};
use crate::web;
use anyhow::{Context, Result, bail, ensure};
use clap::Args;
use std::io::Write;
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;
use uuid::Uuid;

/// The survey of the report.
const SURVEY: &str = include_str!("kunming-2022.toml");
/// Its city, counties and (invented) institutions.
const UNITS: &str = include_str!("kunming-units.csv");
/// Links of the wave that stays open.
const SECOND_WAVE: usize = 6;

#[derive(Args)]
pub(super) struct Demo {
    /// Folder for the demo's database [default: a new temporary folder]
    #[arg(long)]
    data: Option<PathBuf>,
    /// End after the table; the status is 0 only if every cell equals the report's
    #[arg(long)]
    exit: bool,
}

impl Demo {
    pub(super) fn run(&self, settings: &Settings) -> Result<ExitCode> {
        let folder = match &self.data {
            Some(folder) => folder.clone(),
            None => std::env::temp_dir().join(format!("fivepoint-demo-{}", random_id()?.simple())),
        };
        let show = Show::prepare(&folder)?;
        let listen = self.listen(settings);
        actix_web::rt::System::new().block_on(async {
            let (db, secret) = (show.db.clone(), show.secret.clone());
            let running = web::build(web::Settings {
                db,
                secret,
                clock: Settings::clock(),
                listen,
                https: false,
                proxy: None,
                second_factor: false,
                base_url: format!("http://{listen}"),
                sending: None,
                metrics: None,
                shutdown_delay: Duration::ZERO,
            })?;
            let (address, handle, exit) = (running.address(), running.handle(), self.exit);
            let server = actix_web::rt::spawn(running.run());
            // The phones are real HTTP clients that wait: they must not hold up the server's thread.
            let phones = actix_web::rt::task::spawn_blocking(move || show.play(address, exit));
            let played = phones.await.context("the demo stopped half-way")?;
            if exit || played.is_err() {
                handle.stop(true).await;
            }
            server.await.context("the server stopped half-way")??;
            played
        })?;
        if self.data.is_none() && self.exit {
            std::fs::remove_dir_all(&folder).with_context(|| format!("{} cannot be removed", folder.display()))?;
        }
        Ok(ExitCode::SUCCESS)
    }

    /// The address asked for; else the usual one, or a free port where that is taken or not needed.
    fn listen(&self, settings: &Settings) -> SocketAddr {
        let any = SocketAddr::from(([127, 0, 0, 1], 0));
        match settings.listen {
            Some(address) => address,
            None if self.exit => any,
            None if TcpListener::bind(settings.listen()).is_ok() => settings.listen(),
            None => any,
        }
    }
}

/// The demo's own database, with a survey whose links are issued.
struct Show {
    db: Db,
    secret: Secret,
    survey: Uuid,
    questionnaire: Survey,
}

impl Show {
    fn prepare(folder: &Path) -> Result<Self> {
        say(format_args!("Fivepoint 演示 / demo: {}", folder.display()));
        std::fs::create_dir_all(folder).with_context(|| format!("{} cannot be made", folder.display()))?;
        let path = folder.join("fivepoint.db");
        ensure!(!path.exists(), "{} is there already: name another folder, or remove it", path.display());
        let url = DatabaseUrl::Sqlite(path);
        let db = Db::open(&url)?;
        let secret = SecretSource::choose(None, None, &url)?.load_or_make()?;
        db.write("claim secret", |conn| secrets::claim(conn, &secret))?;

        let units = unit::read(UNITS.as_bytes(), &[]).map_err(Error::from)?;
        db.write("import units", |conn| units::import(conn, &Settings::actor(&secret), &units))?;
        let counties = units.iter().filter(|unit| unit.level == "county").count();
        let institutions = units.iter().filter(|unit| unit.level == "institution").count();

        let questionnaire = survey::read(SURVEY, Format::Toml)?;
        let unconfirmed: Vec<_> =
            questionnaire.unconfirmed().iter().map(|option| format!("{} {}", option.code, option.label)).collect();
        let survey = add_survey(&db, &secret, &questionnaire)?;
        say(format_args!(
            "① 调查“{}”：{} 题；{counties} 个县区、{institutions} 个机构",
            questionnaire.title,
            questionnaire.questions.len()
        ));
        say(format_args!("   演示代为确认分值系数：{}（正式使用时由评价人员确认）", unconfirmed.join("、")));
        Ok(Self { db, secret, survey, questionnaire })
    }

    /// Plays the demo against the server at that address.
    fn play(&self, address: SocketAddr, exit: bool) -> Result<()> {
        let printed = report::Printed::read()?;
        let forms = forms::of(&printed, &self.questionnaire)?;
        let codes = self.issue(self.survey, forms.len())?;
        say(format_args!("② 发放 {} 个答卷链接", codes.len()));

        say(format_args!("③ {} 部手机通过 http://{address} 作答 …", codes.len()));
        let account = phones::answer(address, &codes, &forms)?;
        say(format_args!(
            "   {} 份已记录；{} 份重复提交、{} 份同时提交两次，都只记一份，回执相同；\
             {} 份缺题被退回补齐；{} 个错误答卷码被拒绝",
            account.recorded, account.repeated, account.doubled, account.incomplete, account.unknown
        ));

        let actor = Settings::actor(&self.secret);
        self.db.write("close survey", |conn| surveys::close(conn, &actor, self.survey))?;
        let release = releases::make(&self.db, &actor, self.survey)?.kept.release()?;
        say(format_args!("④ 调查关闭，结果发布"));
        say(format_args!(""));
        say(format_args!("{}", text::release(&release)));

        let cells = printed.compare(&release)?;
        let checks = self.db.snapshot(|conn| verify::survey(conn, self.survey))?;
        for check in &checks {
            ensure!(check.differences.is_empty(), "{}: {}", check.what, check.differences.join("; "));
        }
        say(format_args!("⑤ {cells} 个数字与报告逐格相同；由答卷重新计算，逐字节一致；各单位数量相符"));
        say(format_args!(""));
        say(format_args!("{}", score::of(&self.db, &actor, self.survey)?));
        say(format_args!("⑥ 满意度取自这次发布，评分表与报告逐格相同"));
        if exit { Ok(()) } else { self.second_wave(address) }
    }

    /// A survey that stays open, to be tried by hand.
    fn second_wave(&self, address: SocketAddr) -> Result<()> {
        let survey = add_survey(&self.db, &self.secret, &next_year(&self.questionnaire))?;
        say(format_args!(""));
        say(format_args!("新一轮调查已开放，请打开下面的链接试一试 / a second wave is open, try these links:"));
        for code in self.issue(survey, SECOND_WAVE)? {
            say(format_args!("  http://{address}/s/{code}"));
        }
        say(format_args!("输入答卷码 / type a code: http://{address}/s"));
        say(format_args!(""));
        say(format_args!("工作台，可用下面的账号登录 / the desk, sign in with: http://{address}/staff"));
        for (name, role, password) in self.accounts()? {
            say(format_args!("  {name:<10} {password}  ({})", role.name()));
        }
        say(format_args!(
            "录入纸质问卷：两位录入员各录一遍，答卷码是上面链接的最后一段 / \
             paper forms: each clerk keys one, its code is the end of a link above"
        ));
        say(format_args!("Serving on http://{address} (Ctrl-C ends it)"));
        Ok(())
    }

    /// An account of each role that has something to do at the desk, two of them clerks and two evaluators,
    /// as a seal needs two, with passwords made for them.
    fn accounts(&self) -> Result<Vec<(&'static str, Role, String)>> {
        let tree = self.db.read(units::tree)?;
        let top = tree.in_order().first().map(|(_, unit)| unit.code.clone());
        let mut made = Vec::new();
        // The whole city: a county has too few of the demo's links for more than their number to be shown.
        let wanted = [
            ("evaluator", Role::Evaluator),
            ("evaluator2", Role::Evaluator),
            ("monitor", Role::Monitor),
            ("admin", Role::Admin),
            ("clerk", Role::Clerk),
            ("clerk2", Role::Clerk),
        ];
        for (account, role) in wanted {
            let name = Name::parse(account).map_err(anyhow::Error::msg)?;
            let password = data_encoding::HEXLOWER.encode(&random::<16>()?).chars().take(12).collect::<String>();
            let hash = credential::hash_password(&password, random()?).context("not enough memory for the hash")?;
            let unit = top.clone().filter(|_| role.is_bound());
            let new = Person { id: random_id()?, name, role, unit, second_factor: None, disabled: false };
            self.db
                .write("demo account", |conn| staff::add(conn, &Settings::actor(&self.secret), &new, hash.clone()))?;
            made.push((account, role, password));
        }
        Ok(made)
    }

    /// Issues links to that many recipients, spread over the institutions, from a roster as a file
    /// would hold it.
    fn issue(&self, survey: Uuid, count: usize) -> Result<Vec<Code>> {
        let tree = self.db.read(units::tree)?;
        let institutions: Vec<_> = tree.units().iter().filter(|unit| unit.level == "institution").collect();
        let people = institutions.iter().cycle().take(count).enumerate();
        let roster: String = people.map(|(index, unit)| format!("{},P{:03}\n", unit.code, index + 1)).collect();
        let mut recipients: Vec<Recipient> = Vec::new();
        roster::read(format!("unit,ref\n{roster}").as_bytes(), &tree, |_, recipient| {
            recipients.push(recipient);
            Ok(())
        })
        .map_err(Error::from)?;
        let mut run = issue::Run::begin(&self.db, &Settings::actor(&self.secret), survey, random_id()?)?;
        for recipient in recipients {
            run.add(recipient)?;
        }
        run.finish(&Settings::actor(&self.secret))?;
        let stored = self.db.read(|conn| surveys::get(conn, survey))?;
        let limit = i64::try_from(count)?;
        let (list, _) = self.db.read(|conn| links::page(conn, &stored, &self.secret, None, 0, limit))?;
        if list.len() != count {
            bail!("{count} links were issued and {} are listed", list.len());
        }
        Ok(list.into_iter().map(|link| link.code).collect())
    }
}

/// The same survey a year later, in its texts too.
fn next_year(survey: &Survey) -> Survey {
    let mut next = survey.clone();
    next.year += 1;
    let (old, new) = (survey.year.to_string(), next.year.to_string());
    for text in [&mut next.title, &mut next.table_title, &mut next.programme, &mut next.purpose] {
        *text = text.replace(&old, &new);
    }
    for question in &mut next.questions {
        question.text = question.text.replace(&old, &new);
        question.easy = question.easy.as_ref().map(|easy| easy.replace(&old, &new));
    }
    next
}

/// Adds a survey, stands for its weights and opens it.
fn add_survey(db: &Db, secret: &Secret, survey: &Survey) -> Result<Uuid> {
    let (id, salt, actor) = (random_id()?, random()?, Settings::actor(secret));
    db.write("demo survey", |conn| {
        surveys::insert(conn, &actor, id, survey, salt)?;
        surveys::confirm_weights(conn, &actor, id, None)?;
        surveys::open(conn, &actor, id)
    })?;
    Ok(id)
}

/// One line to whoever watches, at once even where the output is a pipe.
fn say(line: std::fmt::Arguments<'_>) {
    let mut out = std::io::stdout().lock();
    // Nobody is watching any more: the demo goes on for its status.
    let _ = writeln!(out, "{line}").and_then(|()| out.flush());
}
