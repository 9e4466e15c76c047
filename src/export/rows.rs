//! Responses as rows without names: one ZIP of a CSV, its code book, and a syntax file by which SPSS or PSPP read
//! the CSV with labels and missing values.

use super::csv::{harmless, writer};
use super::wording;
use crate::domain::release::{Line, Release, Rows};
use crate::domain::response::{Answer, Answers, Channel, Respondent};
use crate::domain::survey::Survey;
use std::collections::BTreeMap;
use std::io::{self, Seek, Write};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

/// What "don't know" is in SPSS: a missing value.
const DONT_KNOW: u8 = 9;

/// Writes the ZIP. Nothing in it tells when it was made.
pub fn write(survey: &Survey, release: &Release, rows: &Rows, out: impl Write + Seek) -> io::Result<()> {
    let mut zip = ZipWriter::new(out);
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .last_modified_time(DateTime::default())
        .large_file(true);
    zip.start_file("rows.csv", options)?;
    lines(survey, rows, &mut zip)?;
    zip.start_file("codebook.csv", options)?;
    code_book(survey, release, rows, &mut zip)?;
    zip.start_file("rows.sps", options)?;
    zip.write_all(syntax(survey, rows).as_bytes())?;
    zip.finish()?;
    Ok(())
}

/// The columns before the questions.
fn kept(rows: &Rows) -> Vec<&'static str> {
    let recoding = rows.recoding;
    let all = [("unit", recoding.depth.is_some()), ("respondent", recoding.respondent), ("channel", recoding.channel)];
    all.into_iter().filter(|(_, kept)| *kept).map(|(name, _)| name).collect()
}

fn questions(survey: &Survey, before: &str) -> Vec<String> {
    (1..=survey.questions.len()).map(|number| format!("{before}{number}")).collect()
}

fn lines(survey: &Survey, rows: &Rows, out: &mut impl Write) -> io::Result<()> {
    out.write_all("\u{feff}".as_bytes())?;
    let mut csv = writer(out);
    csv.write_record(kept(rows).into_iter().map(str::to_owned).chain(questions(survey, "q")))?;
    for (line, times) in &rows.lines {
        let record = record(survey, rows, line)?;
        for _ in 0..*times {
            csv.write_record(&record)?;
        }
    }
    csv.flush()
}

fn record<'a>(survey: &'a Survey, rows: &Rows, line: &'a Line) -> io::Result<Vec<&'a str>> {
    let mut record = Vec::new();
    if rows.recoding.depth.is_some() {
        record.push(line.unit.as_deref().unwrap_or(""));
    }
    record.extend(line.respondent.map(Respondent::name));
    record.extend(line.channel.map(Channel::name));
    let answers = Answers::from_text(&line.answers).ok_or_else(|| io::Error::other("a row that is none"))?;
    let scale = &survey.scale;
    record.extend(answers.iter().map(|answer| match answer {
        Answer::Option(position) => scale.options.get(position).map_or("", |option| option.code.as_str()),
        Answer::DontKnow => scale.dont_know.as_ref().map_or("", |dont_know| dont_know.code.as_str()),
        Answer::Skipped => "",
    }));
    Ok(record)
}

/// The names of the units that are told.
fn units<'a>(release: &'a Release, rows: &'a Rows) -> BTreeMap<&'a str, &'a str> {
    let told = rows.lines.keys().filter_map(|line| line.unit.as_deref());
    told.map(|code| (code, release.unit_name(code).unwrap_or(code))).collect()
}

fn code_book(survey: &Survey, release: &Release, rows: &Rows, out: &mut impl Write) -> io::Result<()> {
    out.write_all("\u{feff}".as_bytes())?;
    let mut csv = writer(out);
    csv.write_record(["变量", "含义", "代码", "标签", "SPSS 数值"])?;
    let floor = survey.disclosure_floor;
    let why = format!("不保留：否则有的组合不足 {floor} 人，或组合里的人答案完全相同，或可由结果推算出少数人");
    let recoding = rows.recoding;
    let coarser = match (recoding.depth, rows.deepest) {
        (Some(depth), Some(deepest)) if depth < deepest => format!("合并到上级单位（第 {} 级）：{why}", depth + 1),
        (Some(_), _) => "所属单位；结果中不公布的单位并入上级单位；空为没有可公布的上级".to_owned(),
        (None, _) => why.clone(),
    };
    csv.write_record(["unit", &coarser, "", "", ""])?;
    for (code, name) in units(release, rows) {
        csv.write_record(["unit", "", &harmless(code), &harmless(name), ""])?;
    }
    csv.write_record(["respondent", if recoding.respondent { "填写人" } else { &why }, "", "", ""])?;
    for kind in Respondent::ALL.into_iter().filter(|_| recoding.respondent) {
        csv.write_record(["respondent", "", kind.name(), wording::respondent(kind.name()), ""])?;
    }
    csv.write_record(["channel", if recoding.channel { "填写方式" } else { &why }, "", "", ""])?;
    for channel in Channel::ALL.into_iter().filter(|_| recoding.channel) {
        csv.write_record(["channel", "", channel.name(), wording::channel(channel.name()), ""])?;
    }
    for (name, question) in questions(survey, "q").iter().zip(&survey.questions) {
        csv.write_record([name, &*harmless(&question.text), "", "", ""])?;
    }
    for (option, number) in survey.scale.options.iter().zip((1..=5).rev()) {
        csv.write_record(["q*", "", &harmless(&option.code), &harmless(&option.label), &number.to_string()])?;
    }
    if let Some(dont_know) = &survey.scale.dont_know {
        let number = format!("{DONT_KNOW}（缺失）");
        csv.write_record(["q*", "", &harmless(&dont_know.code), &harmless(&dont_know.label), &number])?;
    }
    csv.write_record(["q*", "", "", "未作答", "系统缺失"])?;
    csv.flush()
}

/// A text in a syntax file.
fn quoted(text: &str) -> String {
    let plain: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    format!("'{}'", plain.replace('\'', "''"))
}

/// The syntax file: reads `rows.csv` beside it, 5 (best) to 1, "don't know" as a missing value.
fn syntax(survey: &Survey, rows: &Rows) -> String {
    let (kept, raw, all) = (kept(rows), questions(survey, "a"), questions(survey, "q"));
    let width = survey.scale.options.iter().map(|option| option.code.len()).max().unwrap_or(1).max(8);
    let mut text = "\u{feff}* Run beside rows.csv.\r\nGET DATA /TYPE=TXT /FILE='rows.csv' /ENCODING='UTF8'\r\n  \
                    /ARRANGEMENT=DELIMITED /DELIMITERS=',' /QUALIFIER='\"' /FIRSTCASE=2\r\n  /VARIABLES="
        .to_owned();
    let strings = kept.iter().map(|name| format!("\r\n  {name} A32"));
    text.extend(strings.chain(raw.iter().map(|name| format!("\r\n  {name} A{width}"))));
    text.push_str(".\r\n");
    let codes = survey.scale.options.iter().zip((1..=5).rev());
    let mut values: String = codes.map(|(option, number)| format!(" ({}={number})", quoted(&option.code))).collect();
    if let Some(dont_know) = &survey.scale.dont_know {
        values.push_str(&format!(" ({}={DONT_KNOW})", quoted(&dont_know.code)));
    }
    for ((raw, name), question) in raw.iter().zip(&all).zip(&survey.questions) {
        text.push_str(&format!("RECODE {raw}{values} INTO {name}.\r\n"));
        text.push_str(&format!("VARIABLE LABELS {name} {}.\r\n", quoted(&question.text)));
    }
    let names = all.join("\r\n  ");
    let options = survey.scale.options.iter().zip((1..=5).rev());
    let mut labels: String =
        options.map(|(option, number)| format!("\r\n  {number} {}", quoted(&option.label))).collect();
    if let Some(dont_know) = &survey.scale.dont_know {
        labels.push_str(&format!("\r\n  {DONT_KNOW} {}", quoted(&dont_know.label)));
    }
    text.push_str(&format!("VALUE LABELS\r\n  {names}{labels}.\r\n"));
    text.push_str(&format!("MISSING VALUES\r\n  {names} ({DONT_KNOW}).\r\nFORMATS\r\n  {names} (F1.0).\r\n"));
    if rows.recoding.respondent {
        text.push_str("VARIABLE LABELS respondent '填写人'.\r\nVALUE LABELS respondent");
        text.extend(
            Respondent::ALL.map(|kind| format!("\r\n  '{}' {}", kind.name(), quoted(wording::respondent(kind.name())))),
        );
        text.push_str(".\r\n");
    }
    if rows.recoding.channel {
        text.push_str("VARIABLE LABELS channel '填写方式'.\r\nVALUE LABELS channel");
        text.extend(
            Channel::ALL
                .map(|channel| format!("\r\n  '{}' {}", channel.name(), quoted(wording::channel(channel.name())))),
        );
        text.push_str(".\r\n");
    }
    if rows.recoding.depth.is_some() {
        text.push_str("VARIABLE LABELS unit '所属单位'.\r\n");
    }
    text.push_str(&format!("DELETE VARIABLES\r\n  {}.\r\nEXECUTE.\r\n", raw.join("\r\n  ")));
    text
}
