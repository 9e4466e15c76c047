//! `rows`.

use super::{Settings, print, survey_id};
use crate::domain::release::Recoding;
use crate::export::rows;
use crate::store::rows::export;
use anyhow::{Context, Result};
use clap::Args;
use std::fs::File;
use std::io::BufWriter;
use std::path::PathBuf;
use uuid::Uuid;

#[derive(Args)]
pub(super) struct Rows {
    #[arg(value_parser = survey_id)]
    survey: Uuid,
    /// The ZIP to write: rows.csv, its code book, and rows.sps for SPSS or PSPP
    #[arg(long)]
    out: PathBuf,
    /// Why the rows are needed; the log keeps it
    #[arg(long)]
    reason: String,
}

impl Rows {
    pub(super) fn run(&self, settings: &Settings) -> Result<()> {
        let (db, secret) = settings.open_existing()?;
        let named = || format!("{} cannot be written", self.out.display());
        // A file that cannot be written is no export.
        let file = File::create_new(&self.out).with_context(named)?;
        let exported = match export(&db, &Settings::actor(&secret), self.survey, &self.reason) {
            Ok(exported) => exported,
            Err(error) => {
                std::fs::remove_file(&self.out).with_context(named)?;
                return Err(error.into());
            }
        };
        rows::write(&exported.survey, &exported.release, &exported.rows, BufWriter::new(file)).with_context(named)?;
        let Recoding { depth, respondent, channel } = exported.rows.recoding;
        let depth = depth.map(|depth| format!("unit (to level {})", depth + 1));
        let kinds = [(respondent, "respondent"), (channel, "channel")];
        let kept: Vec<String> = depth
            .into_iter()
            .chain(kinds.into_iter().filter(|(kept, _)| *kept).map(|(_, name)| name.to_owned()))
            .chain(["answers".to_owned()])
            .collect();
        print(format_args!("{} rows: {}", exported.rows.lines.values().sum::<u64>(), kept.join(", ")))
    }
}
