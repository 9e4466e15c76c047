//! What leaves a survey, for the desk and for programs alike: its releases as files, its responses as rows.

use super::App;
use crate::domain::obstacle::Missing;
use crate::domain::release::Release;
use crate::error::Result;
use crate::export;
use crate::store::audit::Actor;
use crate::store::releases::{self, Made};
use crate::store::rows::{self, Exported};
use crate::store::surveys;
use actix_web::http::header::{Charset, ContentDisposition, DispositionParam, DispositionType, ExtendedValue};
use std::io::Cursor;
use uuid::Uuid;

/// Marks that no system takes in the name of a file, and those by which an ending seems to be another.
const NOT_IN_NAMES: &[char] = &[
    '/', '\\', ':', '*', '?', '"', '<', '>', '|', '\u{200e}', '\u{200f}', '\u{202a}', '\u{202b}', '\u{202c}',
    '\u{202d}', '\u{202e}', '\u{2066}', '\u{2067}', '\u{2068}', '\u{2069}',
];

/// Letters of a title in the name of a file; each may be twelve bytes of a header.
const LONGEST_NAME: usize = 60;

/// A file that leaves the program.
pub struct File {
    /// How a browser is to call it.
    pub name: ContentDisposition,
    /// Its type.
    pub kind: &'static str,
    /// What is in it.
    pub bytes: Vec<u8>,
}

/// The forms of a release.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// The document itself, as it is kept.
    Json,
    /// The table and all groups, a line a figure.
    Csv,
    /// The workbook.
    Xlsx,
    /// The report.
    Docx,
}

impl Form {
    const fn ending(self) -> &'static str {
        match self {
            Self::Json => "json",
            Self::Csv => "csv",
            Self::Xlsx => "xlsx",
            Self::Docx => "docx",
        }
    }

    const fn kind(self) -> &'static str {
        match self {
            Self::Json => "application/json",
            Self::Csv => "text/csv; charset=utf-8",
            Self::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            Self::Docx => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        }
    }

    fn write(self, release: &Release, document: String) -> Result<Vec<u8>> {
        Ok(match self {
            Self::Json => document.into_bytes(),
            Self::Csv => export::csv_release::release(release)?.into_bytes(),
            Self::Xlsx => export::results_book::release(release)?,
            Self::Docx => export::docx::release(release)?,
        })
    }
}

// Large files take their time and memory: as many at once as lists of links.
impl App {
    /// The release of that number, or the latest, as a file.
    pub async fn release_file(&self, survey: Uuid, number: Option<i32>, form: Form) -> Result<File> {
        let one = self.permit(&self.exporting).await?;
        self.wait(move |db| {
            let _one = one;
            let kept = db.read(|conn| {
                surveys::get(conn, survey)?;
                releases::get(conn, survey, number)
            });
            let kept = kept?.ok_or(Missing::Release)?;
            let release = kept.release()?;
            let bytes = form.write(&release, kept.document)?;
            Ok(File { name: name(&release, form.ending()), kind: form.kind(), bytes })
        })
        .await
    }

    /// Makes the release of a survey for an account or a key, or gives the one that stands.
    pub async fn make_release(&self, survey: Uuid, by: Uuid) -> Result<Made> {
        let one = self.permit(&self.exporting).await?;
        let (secret, now) = (self.secret.clone(), self.clock.now());
        self.wait(move |db| {
            let _one = one;
            releases::make(&db, &Actor { secret: &secret, staff: Some(by), now }, survey)
        })
        .await
    }

    /// The responses of a survey as rows without names, noted with the reason.
    pub async fn rows_file(&self, survey: Uuid, by: Uuid, reason: String) -> Result<File> {
        let one = self.permit(&self.exporting).await?;
        let (secret, now) = (self.secret.clone(), self.clock.now());
        self.wait(move |db| {
            let _one = one;
            let actor = Actor { secret: &secret, staff: Some(by), now };
            let Exported { survey, release, rows } = rows::export(&db, &actor, survey, &reason)?;
            let mut file = Cursor::new(Vec::new());
            export::rows::write(&survey, &release, &rows, &mut file)?;
            let name = DispositionParam::Filename(format!("rows-{}.zip", release.number));
            let name = ContentDisposition { disposition: DispositionType::Attachment, parameters: vec![name] };
            Ok(File { name, kind: "application/zip", bytes: file.into_inner() })
        })
        .await
    }
}

/// The name of the file: the survey's title and the number of the release; for old programs the number alone.
fn name(release: &Release, ending: &str) -> ContentDisposition {
    attachment(&release.survey.title, "results", release.number, ending)
}

/// A file to keep, named by a title and a number; for old programs by a plain word instead of the title.
pub fn attachment(title: &str, plain: &str, number: i32, ending: &str) -> ContentDisposition {
    let title = title.replace(|mark: char| mark.is_control() || NOT_IN_NAMES.contains(&mark), "_");
    let title: String = title.chars().take(LONGEST_NAME).collect();
    let value = format!("{title}-{number}.{ending}").into_bytes();
    ContentDisposition {
        disposition: DispositionType::Attachment,
        parameters: vec![
            DispositionParam::Filename(format!("{plain}-{number}.{ending}")),
            DispositionParam::FilenameExt(ExtendedValue {
                charset: Charset::Ext("UTF-8".into()),
                language_tag: None,
                value,
            }),
        ],
    }
}
