//! The table as the report of 2022 printed it, to be compared with.

use crate::domain::release::Release;
use crate::export::table::Table;
use anyhow::{Context, Result, ensure};
use std::collections::BTreeMap;

/// The printed table: `question,row,A,B,C,D,E,total`, made from the report by a script.
const TABLE: &str = include_str!("kunming-2022-table.csv");

/// The printed cells, by question (or `total`, `final`) and row.
pub(super) struct Printed(BTreeMap<(String, String), Vec<String>>);

impl Printed {
    pub(super) fn read() -> Result<Self> {
        let mut rows = BTreeMap::new();
        for record in csv::Reader::from_reader(TABLE.as_bytes()).records() {
            let record = record?;
            let mut cells = record.iter().map(str::to_owned);
            let key = (cells.next().unwrap_or_default(), cells.next().unwrap_or_default());
            rows.insert(key, cells.collect());
        }
        Ok(Self(rows))
    }

    fn row(&self, question: &str, row: &str) -> Result<&[String]> {
        let cells = self.0.get(&(question.to_owned(), row.to_owned()));
        Ok(cells.with_context(|| format!("the report has no row {question} {row}"))?)
    }

    /// How often each option was chosen for that question, and how many answered it.
    pub(super) fn counts(&self, question: usize) -> Result<Vec<usize>> {
        let cells = self.row(&question.to_string(), "count")?;
        cells.iter().take(crate::domain::survey::POINTS).map(|cell| Ok(cell.parse()?)).collect()
    }

    /// Compares every printed cell with the release; returns how many there were.
    pub(super) fn compare(&self, release: &Release) -> Result<usize> {
        let table = Table::of(release);
        let mut compared = 0;
        for block in &table.blocks {
            let question = block.no.map_or_else(|| "total".to_owned(), |no| no.to_string());
            for row in &block.rows {
                let mut cells = row.cells.clone();
                cells.push(row.total.clone());
                let printed = self.row(&question, row.kind.name())?;
                ensure!(
                    cells == printed,
                    "question {question}, {}: {cells:?}, the report prints {printed:?}",
                    row.kind.name()
                );
                compared += cells.len();
            }
        }
        let printed = self.row("final", "score")?.last().cloned().unwrap_or_default();
        ensure!(table.final_score == printed, "final score {}, the report prints {printed}", table.final_score);
        let expected = self.0.len().saturating_sub(1) * (crate::domain::survey::POINTS + 1);
        ensure!(compared == expected, "{compared} cells were compared of {expected}");
        Ok(compared + 1)
    }
}
