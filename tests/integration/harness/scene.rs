//! A survey ready to be answered.

use super::{Database, Phone, Program, Server};
use serde_json::json;

/// A small survey: three questions, the third optional; "don't know" allowed.
pub const SURVEY: &str = r#"
title = "满意度调查"
programme = "托养服务"
year = 2022
organiser = "残联"
contact = "电话 0871"
purpose = "想听听您的意见。"
retention_days = 90
disclosure_floor = 5
[target]
measure = "weighted_score"
value = "85"
[design]
kind = "everyone"
[scale]
dont_know = { code = "X", label = "不清楚" }
options = [
  { code = "A", label = "非常满意", weight = 1000 },
  { code = "B", label = "满意", weight = 900 },
  { code = "C", label = "一般", weight = 800 },
  { code = "D", label = "不满意", weight = 600 },
  { code = "E", label = "很不满意", weight = 0 },
]
[[questions]]
text = "服务好吗？"
[[questions]]
text = "环境好吗？"
[[questions]]
text = "还会来吗？"
required = false
"#;

pub const UNITS: &str = "code,name,parent,level\nC,市,,city\nD1,一县,C,county\nD2,二县,C,county\n\
    I1,一院,D1,institution\nI2,二院,D1,institution\nI3,三院,D2,institution\n";

/// Different good forms, by number.
pub const FORMS: usize = 5;

/// A good form as the page sends it.
pub fn form(number: usize) -> String {
    let code = ["A", "B", "C", "D", "E"][number % FORMS];
    format!("q1={code}&q2={code}&q3={code}&respondent=self&action=submit")
}

/// A database with a survey, its units, issued links and a server.
pub struct Scene<'a> {
    pub program: Program<'a>,
    pub survey: String,
    pub codes: Vec<String>,
    pub server: Server,
}

impl<'a> Scene<'a> {
    /// An open survey with that many links, spread over three institutions.
    pub fn open(database: &'a Database, links: usize) -> Self {
        let scene = Self::draft(database, links);
        scene.program.run(&["survey", "open", &scene.survey]);
        scene
    }

    /// The same, not opened yet.
    pub fn draft(database: &'a Database, links: usize) -> Self {
        let program = Program::new(database);
        let survey = program.run(&["survey", "import", &program.file("survey.toml", SURVEY)]);
        program.run(&["unit", "import", &program.file("units.csv", UNITS)]);
        let people: String = (0..links).map(|number| format!("I{},R{number}\n", number % 3 + 1)).collect();
        let roster = program.file("roster.csv", format!("unit,ref\n{people}"));
        let list = program.path("links.csv");
        program.run(&["link", "issue", &survey, "--roster", &roster, "--out", &list]);
        let codes = codes(&list);
        assert_eq!(codes.len(), links);
        let server = program.serve();
        Self { program, survey, codes, server }
    }

    pub fn phone(&self) -> Phone {
        Phone::new(&self.server.address)
    }

    pub fn close(&self) {
        self.program.run(&["survey", "close", &self.survey]);
    }

    /// Makes the release and gives its document.
    pub fn release(&self) -> serde_json::Value {
        self.program.run(&["survey", "release", &self.survey]);
        serde_json::from_str(&self.program.run(&["result", &self.survey, "--format", "json"])).unwrap()
    }

    /// Fails unless everything that is stored agrees.
    pub fn verify(&self) {
        let printed = self.program.run(&["verify", &self.survey]);
        assert!(printed.lines().all(|line| line.starts_with("ok: ")), "{printed}");
    }
}

/// The codes of a list of links.
pub fn codes(list: &str) -> Vec<String> {
    let text = std::fs::read_to_string(list).unwrap();
    let text = text.strip_prefix('\u{feff}').expect("the list begins with a byte order mark");
    let mut csv = csv::Reader::from_reader(text.as_bytes());
    csv.records().map(|row| row.unwrap()[5].to_owned()).collect()
}

/// A good form as a program sends it.
pub fn sheet(code: &str) -> serde_json::Value {
    json!({ "answers": { "1": code, "2": code, "3": code }, "respondent": "self" })
}
