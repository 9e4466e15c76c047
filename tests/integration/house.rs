//! The house rules: which layer may know which, what no source may hold, and that both engines get
//! the same tables, without a column that could tell who answered.
//!
//! Sources are read as tokens, so that a word in a comment or a text is none. Every rule is also
//! held against planted violations: a rule that cannot fail guards nothing.

use diesel::connection::SimpleConnection;
use diesel::sql_types::{Integer, Text};
use diesel::{Connection, QueryableByName, RunQueryDsl, SqliteConnection, sql_query};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// Most lines of a file.
const LONGEST: usize = 400;

/// Which layers of the crate each layer may name; `lib.rs` and `main.rs` are free.
const LAYERS: [(&str, &[&str]); 8] = [
    ("domain", &["domain"]),
    ("config", &["config", "error", "file", "domain"]),
    ("error", &["config", "error", "domain"]),
    ("file", &["file"]),
    ("store", &["store", "config", "error", "domain"]),
    ("export", &["export", "config", "error", "domain"]),
    ("web", &["web", "store", "export", "config", "error", "domain"]),
    ("cli", &["cli", "web", "store", "export", "config", "error", "file", "domain"]),
];

const DATABASE: [&str; 5] = ["diesel", "diesel_migrations", "libsqlite3_sys", "pq_sys", "r2d2"];
const HTTP: [&str; 7] = ["actix", "actix_http", "actix_multipart", "actix_rt", "actix_server", "actix_web", "ureq"];
const WORLD: [&str; 7] = ["tokio", "getrandom", "rand", "rand_core", "fastrand", "tracing", "askama"];

/// Which crates a layer must not name.
fn foreign(layer: &str) -> Vec<&'static str> {
    match layer {
        "domain" => [&DATABASE[..], &HTTP, &WORLD].concat(),
        "store" => HTTP.to_vec(),
        "export" => [&DATABASE[..], &HTTP, &["tokio", "getrandom", "rand"]].concat(),
        "web" => DATABASE.to_vec(),
        _ => Vec::new(),
    }
}

// --- sources as tokens --------------------------------------------------------------------------

/// A word, `::` or one other character, with its line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    pub text: String,
    pub line: usize,
}

/// A file under `src/`.
pub struct Source {
    /// Its path under `src/`, such as `domain/exact.rs`.
    pub path: String,
    pub text: String,
}

impl Source {
    fn of(path: &str, text: &str) -> Self {
        Self { path: path.to_owned(), text: text.to_owned() }
    }

    /// All files under `src/`.
    pub fn all() -> Vec<Self> {
        let src = root().join("src");
        let read = |path: PathBuf| Self {
            path: path.strip_prefix(&src).unwrap().to_str().unwrap().replace('\\', "/"),
            text: std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display())),
        };
        let sources: Vec<_> = files(&src).into_iter().map(read).collect();
        assert!(sources.len() > 30, "only {} files under src/", sources.len());
        sources
    }

    /// `domain`, `store` and so on.
    fn layer(&self) -> &str {
        let first = self.path.split('/').next().unwrap();
        first.strip_suffix(".rs").unwrap_or(first)
    }

    fn is_rust(&self) -> bool {
        self.path.ends_with(".rs")
    }

    /// The modules the file is, from the crate's root.
    fn module(&self) -> Vec<String> {
        let path = self.path.strip_suffix(".rs").unwrap();
        path.split('/').filter(|part| !matches!(*part, "mod" | "lib" | "main")).map(str::to_owned).collect()
    }

    pub fn tokens(&self) -> Vec<Token> {
        tokens(&code(&self.text))
    }
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// All files under a folder, in order.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut entries: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    entries.into_iter().flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

/// Rust source with its comments, texts and characters blanked; lines stay where they are.
fn code(text: &str) -> String {
    let text: Vec<char> = text.chars().collect();
    let at = |index: usize| text.get(index).copied().unwrap_or('\0');
    let word = |c: char| c.is_alphanumeric() || c == '_';
    let mut out = String::new();
    let mut index = 0;
    while index < text.len() {
        let end = match at(index) {
            '/' if at(index + 1) == '/' => (index..).find(|&end| matches!(at(end), '\n' | '\0')).unwrap(),
            '/' if at(index + 1) == '*' => comment_end(&text, index),
            'r' if matches!(at(index + 1), '#' | '"')
                && (index == 0 || !word(at(index - 1)) || matches!(at(index - 1), 'b' | 'c')) =>
            {
                raw_end(&text, index)
            }
            '"' => quoted_end(&text, index, '"'),
            '\'' if at(index + 1) == '\\' || at(index + 2) == '\'' => quoted_end(&text, index, '\''),
            _ => index,
        };
        if end == index {
            out.push(at(index));
            index += 1;
        } else {
            // A blank where something stood, and its line ends.
            out.push(' ');
            out.extend(text[index..end].iter().filter(|c| **c == '\n'));
            index = end;
        }
    }
    out
}

fn comment_end(text: &[char], start: usize) -> usize {
    let (mut depth, mut index) = (0, start);
    while index < text.len() {
        match text[index..].get(..2) {
            Some(['/', '*']) => (depth, index) = (depth + 1, index + 2),
            Some(['*', '/']) => (depth, index) = (depth - 1, index + 2),
            _ => index += 1,
        }
        if depth == 0 {
            return index;
        }
    }
    text.len()
}

fn raw_end(text: &[char], start: usize) -> usize {
    let hashes = text[start + 1..].iter().take_while(|c| **c == '#').count();
    if text.get(start + 1 + hashes) != Some(&'"') {
        return start; // r#word
    }
    let closing: Vec<char> = std::iter::once('"').chain(std::iter::repeat_n('#', hashes)).collect();
    let body = start + 2 + hashes;
    let length = text[body..].windows(closing.len()).position(|window| window == closing).unwrap();
    body + length + closing.len()
}

fn quoted_end(text: &[char], start: usize, quote: char) -> usize {
    let mut index = start + 1;
    while text[index] != quote {
        index += if text[index] == '\\' { 2 } else { 1 };
    }
    index + 1
}

fn tokens(code: &str) -> Vec<Token> {
    let mut tokens: Vec<Token> = Vec::new();
    for (line, text) in code.lines().enumerate() {
        let mut rest = text.trim_start();
        while let Some(first) = rest.chars().next() {
            let word = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
            let length = match word {
                0 if rest.starts_with("::") => 2,
                0 => first.len_utf8(),
                word => word,
            };
            tokens.push(Token { text: rest[..length].to_owned(), line: line + 1 });
            rest = rest[length..].trim_start();
        }
    }
    tokens
}

/// The tokens without the items under `#[cfg(test)]`.
fn without_tests(tokens: &[Token]) -> Vec<Token> {
    let mark = ["#", "[", "cfg", "(", "test", ")", "]"];
    let mut kept = Vec::new();
    let mut index = 0;
    while index < tokens.len() {
        if !tokens[index..].iter().map(|token| token.text.as_str()).take(mark.len()).eq(mark) {
            kept.push(tokens[index].clone());
            index += 1;
            continue;
        }
        let mut depth = 0_usize;
        for token in &tokens[index..] {
            index += 1;
            match token.text.as_str() {
                "{" => depth += 1,
                "}" if depth == 1 => break,
                "}" => depth -= 1,
                ";" if depth == 0 => break,
                _ => {}
            }
        }
    }
    kept
}

/// Every path that begins at `crate`, `super`, `self` or `std`, in full, with its line.
fn paths(source: &Source) -> Vec<(usize, Vec<String>)> {
    let tokens = source.tokens();
    let text = |index: usize| tokens.get(index).map_or("", |token| token.text.as_str());
    let mut module = source.module();
    let (mut inline, mut depth) = (Vec::new(), 0_usize);
    let mut found = Vec::new();
    for index in 0..tokens.len() {
        match text(index) {
            "{" => {
                depth += 1;
                if index >= 2 && text(index - 2) == "mod" {
                    module.push(text(index - 1).to_owned());
                    inline.push(depth);
                }
            }
            "}" => {
                if inline.last() == Some(&depth) {
                    inline.pop();
                    module.pop();
                }
                depth -= 1;
            }
            start @ ("crate" | "super" | "self" | "std")
                if text(index + 1) == "::" && (index == 0 || text(index - 1) != "::") =>
            {
                let mut base = match start {
                    "crate" => Vec::new(),
                    "std" => vec!["std".to_owned()],
                    _ => module.clone(),
                };
                let mut next = index;
                while text(next) == "super" && text(next + 1) == "::" {
                    base.pop();
                    next += 2;
                }
                let next = if next == index { index + 2 } else { next };
                let mut leaves = Vec::new();
                leaves_of(&tokens, next, &base, &mut leaves);
                found.extend(leaves.into_iter().map(|path| (tokens[index].line, path)));
            }
            _ => {}
        }
    }
    found
}

/// Collects the leaves of a use tree or of a path; returns where it ends.
fn leaves_of(tokens: &[Token], index: usize, base: &[String], leaves: &mut Vec<Vec<String>>) -> usize {
    let text = |index: usize| tokens.get(index).map_or("", |token| token.text.as_str());
    if text(index) == "{" {
        let mut next = index + 1;
        while !matches!(text(next), "}" | "") {
            next = leaves_of(tokens, next, base, leaves);
            while text(next) != "," && text(next) != "}" {
                next += 1; // as NAME
            }
            next += usize::from(text(next) == ",");
        }
        return next + 1;
    }
    let path = [base, &[text(index).to_owned()]].concat();
    if text(index + 1) == "::" {
        return leaves_of(tokens, index + 2, &path, leaves);
    }
    leaves.push(path);
    index + 1
}

// --- rules --------------------------------------------------------------------------------------

/// Imports that do not go leftwards, crates and clocks where they do not belong.
fn wrong_imports(source: &Source) -> Vec<String> {
    let layer = source.layer();
    if !source.is_rust() || matches!(layer, "lib" | "main") {
        return Vec::new();
    }
    let Some((_, allowed)) = LAYERS.iter().find(|(name, _)| *name == layer) else {
        return vec![format!("src/{}: {layer} is no known layer: say in LAYERS what it may name", source.path)];
    };
    let place = |line: usize| format!("src/{}:{line}", source.path);
    let mut faults = Vec::new();
    for (line, path) in paths(source) {
        let impure =
            layer == "domain" && matches!(path.get(1).map(String::as_str), Some(part) if IMPURE.contains(&part));
        match path.first().map(String::as_str) {
            Some("std") if !impure => {}
            Some(first) if allowed.contains(&first) => {}
            _ => faults.push(format!("{}: {layer} must not name {}", place(line), path.join("::"))),
        }
    }
    let tokens = source.tokens();
    let foreign = foreign(layer);
    for token in tokens.iter().filter(|token| foreign.contains(&token.text.as_str())) {
        faults.push(format!("{}: {layer} must not name {}", place(token.line), token.text));
    }
    if layer == "domain" {
        let clock = |pair: &&[Token]| pair[0].text == "::" && pair[1].text == "now";
        faults.extend(tokens.windows(2).filter(clock).map(|pair| format!("{}: a clock", place(pair[0].line))));
    }
    faults
}

/// Parts of `std` that reach out of the program.
const IMPURE: [&str; 6] = ["env", "fs", "net", "os", "process", "thread"];

/// Where the web lets a thread wait: file and function.
fn waits(source: &Source) -> Vec<(String, String)> {
    if source.layer() != "web" || !source.is_rust() {
        return Vec::new();
    }
    let tokens = without_tests(&source.tokens());
    let text = |index: Option<usize>| index.and_then(|index| tokens.get(index)).map_or("", |token| &token.text);
    let mut function = String::new();
    let mut found = Vec::new();
    for (index, token) in tokens.iter().enumerate() {
        let (before, after) = (text(index.checked_sub(1)), text(Some(index + 1)));
        let waits = match token.text.as_str() {
            "fn" => {
                after.clone_into(&mut function);
                false
            }
            "spawn_blocking" | "block_in_place" | "block_on" => true,
            "block" => before == "::" || (after == "(" && !matches!(before, "fn" | ".")),
            _ => false,
        };
        if waits {
            found.push((source.path.clone(), function.clone()));
        }
    }
    found
}

/// What would end the program instead of giving an error.
fn panics(source: &Source) -> Vec<String> {
    if !source.is_rust() {
        return Vec::new();
    }
    let tokens = without_tests(&source.tokens());
    let panics = |three: &&[Token]| {
        let [before, word, after] = [0, 1, 2].map(|index| three[index].text.as_str());
        match word {
            "unwrap" | "expect" => matches!(before, "." | "::"),
            "todo" | "dbg" | "unimplemented" | "panic" | "unreachable" => after == "!",
            _ => false,
        }
    };
    // A blank before the first token, so that it has a neighbour too.
    let tokens = [vec![Token { text: String::new(), line: 1 }], tokens].concat();
    let found = tokens.windows(3).filter(panics);
    found.map(|three| format!("src/{}:{}: {}", source.path, three[1].line, three[1].text)).collect()
}

fn too_long(source: &Source) -> Option<String> {
    let lines = source.text.lines().count();
    (lines > LONGEST).then(|| format!("src/{}: {lines} lines, at most {LONGEST}", source.path))
}

#[test]
fn layers_import_only_leftwards() {
    let faults: Vec<_> = Source::all().iter().flat_map(wrong_imports).collect();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn a_wrong_import_is_found() {
    for (path, text) in [
        ("domain/exact.rs", "use crate::store::Db;"),
        ("domain/exact.rs", "use crate::{domain::fault, error::Error};"),
        ("domain/exact.rs", "use super::super::config::Clock;"),
        ("domain/survey/read.rs", "use super::super::super::web;"),
        ("domain/tally.rs", "mod inner { use super::super::super::{export::text as t}; }"),
        ("domain/tally.rs", "#[cfg(test)] mod tests { use crate::cli; }"),
        ("domain/tally.rs", "fn f() { crate::error::Error::Busy }"),
        ("domain/tally.rs", "use crate::*;"),
        ("domain/token.rs", "use diesel::prelude::*;"),
        ("domain/token.rs", "use actix_web::web;"),
        ("domain/token.rs", "fn f() { ureq::get(\"\"); }"),
        ("domain/token.rs", "use tokio::sync::mpsc;"),
        ("domain/token.rs", "fn f() { getrandom::fill(&mut [0]); }"),
        ("domain/token.rs", "use rand::Rng;"),
        ("domain/link.rs", "fn f() { chrono::Utc::now() }"),
        ("domain/link.rs", "fn f() { std::time::SystemTime::now() }"),
        ("domain/link.rs", "use std::{fmt, fs};"),
        ("store/links.rs", "use crate::web::App;"),
        ("store/links.rs", "use crate::cli::Settings;"),
        ("store/links.rs", "use crate::export::csv;"),
        ("store/links.rs", "use actix_web::HttpResponse;"),
        ("export/csv.rs", "use crate::store::Db;"),
        ("export/csv.rs", "use crate::{domain, web};"),
        ("export/csv.rs", "use super::super::cli;"),
        ("export/csv.rs", "use diesel::Queryable;"),
        ("export/csv.rs", "use actix_web::Responder;"),
        ("web/answer/page.rs", "use crate::cli;"),
        ("web/answer/page.rs", "use diesel::result::Error;"),
        ("error.rs", "use crate::store::Db;"),
        ("statistics/mod.rs", ""),
    ] {
        assert!(!wrong_imports(&Source::of(path, text)).is_empty(), "{path}: {text}");
    }
    for (path, text) in [
        ("domain/exact.rs", "// crate::store\n/* diesel /* tokio */ */ use crate::domain::fault;"),
        (
            "domain/exact.rs",
            r##"const A: &str = "crate::web"; const B: &str = r#"use "diesel""#; const C: char = '"';"##,
        ),
        ("domain/survey/read.rs", "use super::super::fault; fn f<'a>(x: &'a str) {}"),
        ("domain/survey/mod.rs", "mod tests { use super::*; use super::super::exact; }"),
        ("domain/survey/mod.rs", "pub(crate) fn now() {} use std::{fmt, collections::BTreeMap as Map};"),
        ("store/links.rs", "use crate::{domain, error::{Error, Result}}; use diesel::prelude::*;"),
        ("cli/demo/mod.rs", "use crate::{web, store, export}; use super::Settings;"),
        ("main.rs", "use fivepoint::cli;"),
    ] {
        assert_eq!(wrong_imports(&Source::of(path, text)), [""; 0], "{path}: {text}");
    }
}

#[test]
fn the_web_waits_in_one_place() {
    let found: Vec<_> = Source::all().iter().flat_map(waits).collect();
    assert_eq!(found, [("web/mod.rs".to_owned(), "wait".to_owned())]);
}

#[test]
fn a_second_waiting_place_is_found() {
    for text in [
        "async fn f() { actix_web::web::block(|| 1).await }",
        "use actix_web::web::{self, block}; async fn f() { block(|| 1).await }",
        "use actix_web::web::block as wait;",
        "async fn f() { tokio::task::spawn_blocking(|| 1).await }",
    ] {
        assert!(!waits(&Source::of("web/answer/mod.rs", text)).is_empty(), "{text}");
    }
    let innocent = "// web::block\nfn f(block: u8) { x.block(); \"spawn_blocking\" } struct B { block: u8 }";
    assert_eq!(waits(&Source::of("web/answer/mod.rs", innocent)), []);
}

#[test]
fn files_are_short() {
    let long: Vec<_> = Source::all().iter().filter_map(too_long).collect();
    assert!(long.is_empty(), "{}", long.join("\n"));
    assert!(too_long(&Source::of("web/page.rs", &"\n".repeat(401))).is_some());
    assert!(too_long(&Source::of("web/page.rs", &"\n".repeat(400))).is_none());
}

#[test]
fn nothing_panics_on_purpose() {
    let found: Vec<_> = Source::all().iter().flat_map(panics).collect();
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn a_panic_is_found() {
    for text in [
        "fn f() { x.unwrap() }",
        "fn f() { x\n    .expect(\"why\") }",
        "fn f() { x.map(Option::unwrap) }",
        "todo!()",
        "fn f() { dbg!(x) }",
        "#[cfg(test)]\nmod tests { fn f() { x.unwrap(); } }\nfn g() { x.unwrap() }",
        "#[cfg(test)]\nuse a::b;\nfn g() { x.unwrap() }",
        "#[cfg(not(test))]\nfn g() { x.unwrap() }",
    ] {
        assert_eq!(panics(&Source::of("store/links.rs", text)).len(), 1, "{text}");
    }
    for text in [
        "#[cfg(test)]\nmod tests { fn f() { { x.unwrap() }; panic!() } }",
        "// x.unwrap()\nfn f() { x.unwrap_or_default(); \".unwrap()\"; '\\''; }",
        "#[expect(clippy::disallowed_methods)] fn f() { self.expected() }",
    ] {
        assert_eq!(panics(&Source::of("store/links.rs", text)), [""; 0], "{text}");
    }
}

// --- the tables of both engines -----------------------------------------------------------------

#[derive(Clone, Debug, PartialEq, Eq)]
struct Column {
    name: String,
    /// Diesel's name of its type.
    kind: String,
    nullable: bool,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Layout {
    columns: Vec<Column>,
    key: Vec<String>,
}

/// Tables by name.
type Tables = BTreeMap<String, Layout>;

/// The folder names and the statements of an engine's migrations, in order.
fn migrations(engine: &str, file: &str) -> Vec<(String, String)> {
    let folder = root().join("migrations").join(engine);
    let mut names: Vec<_> = std::fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| folder.join(name).is_dir())
        .collect();
    names.sort();
    assert!(!names.is_empty());
    let read = |name: String| {
        let text = std::fs::read_to_string(folder.join(&name).join(file));
        let text = text.unwrap_or_else(|error| panic!("migrations/{engine}/{name}/{file}: {error}"));
        (name, text)
    };
    names.into_iter().map(read).collect()
}

fn statements(engine: &str) -> String {
    migrations(engine, "up.sql").into_iter().map(|(_, text)| text + "\n").collect()
}

/// Diesel's name of a column type.
fn kind(sql: &str) -> String {
    match sql.to_ascii_uppercase().as_str() {
        "BLOB" | "BYTEA" => "Binary",
        "TEXT" => "Text",
        "SMALLINT" => "SmallInt",
        "INTEGER" => "Integer",
        "BIGINT" => "BigInt",
        "BOOLEAN" => "Bool",
        "TIMESTAMP" => "Timestamp",
        "DATE" => "Date",
        other => panic!("{other} is not known here yet"),
    }
    .to_owned()
}

/// What the statements make in a real SQLite.
fn in_sqlite(statements: &str) -> Tables {
    #[derive(QueryableByName)]
    struct Line {
        #[diesel(sql_type = Text)]
        relation: String,
        #[diesel(sql_type = Text)]
        name: String,
        #[diesel(sql_type = Text)]
        kind: String,
        #[diesel(sql_type = Integer)]
        required: i32,
        #[diesel(sql_type = Integer)]
        key: i32,
    }
    let mut conn = SqliteConnection::establish(":memory:").unwrap();
    conn.batch_execute(statements).unwrap();
    let lines: Vec<Line> = sql_query(
        "SELECT m.name AS relation, c.name AS name, c.type AS kind, c.\"notnull\" AS required, c.pk AS key \
         FROM sqlite_master AS m JOIN pragma_table_info(m.name) AS c \
         WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY m.name, c.cid",
    )
    .load(&mut conn)
    .unwrap();
    let mut tables = Tables::new();
    let mut keys: BTreeMap<String, BTreeMap<i32, String>> = BTreeMap::new();
    for line in lines {
        if line.key > 0 {
            keys.entry(line.relation.clone()).or_default().insert(line.key, line.name.clone());
        }
        let column = Column { name: line.name, kind: kind(&line.kind), nullable: line.required == 0 };
        tables.entry(line.relation).or_default().columns.push(column);
    }
    for (name, key) in keys {
        tables.get_mut(&name).unwrap().key = key.into_values().collect();
    }
    tables
}

/// What the statements make, read as text.
fn in_text(statements: &str) -> Tables {
    let bare: String = statements.lines().map(|line| line.split("--").next().unwrap().to_owned() + "\n").collect();
    let mut tables = Tables::new();
    for statement in split(&bare, ';') {
        let words: Vec<&str> = statement.split_whitespace().collect();
        let upper: Vec<String> = words.iter().map(|word| word.to_ascii_uppercase()).collect();
        let upper: Vec<&str> = upper.iter().map(String::as_str).collect();
        match upper.as_slice() {
            ["CREATE", "TABLE", ..] => {
                let (head, body) = statement.split_once('(').unwrap();
                let (body, _) = body.rsplit_once(')').unwrap();
                let name = head.split_whitespace().last().unwrap().to_owned();
                assert!(tables.insert(name, layout(body)).is_none(), "{statement}");
            }
            ["DROP", "TABLE", ..] => assert!(tables.remove(*words.last().unwrap()).is_some(), "{statement}"),
            ["ALTER", "TABLE", ..] => {
                let actions = statement.split_once(words[2]).unwrap().1;
                for action in split(actions, ',') {
                    alter(&mut tables, words[2], &action);
                }
            }
            ["CREATE", "INDEX", ..] | ["CREATE", "UNIQUE", "INDEX", ..] | ["DROP", "INDEX", ..] => {}
            ["INSERT" | "UPDATE" | "DELETE", ..] => {}
            // What keeps rows as they are changes no column; "END" is the rest of its body.
            ["CREATE" | "DROP", "TRIGGER" | "FUNCTION", ..] | ["END", ..] => {}
            _ => panic!("this statement is not known here yet: {statement}"),
        }
    }
    tables
}

fn alter(tables: &mut Tables, table: &str, action: &str) {
    let words: Vec<&str> = action.split_whitespace().filter(|word| !word.eq_ignore_ascii_case("column")).collect();
    let layout = tables.get_mut(table).unwrap_or_else(|| panic!("no table {table}"));
    let position = |layout: &Layout, name: &str| layout.columns.iter().position(|column| column.name == name).unwrap();
    match words.as_slice() {
        // What the planner may remember of a column is not its layout, nor is the type it has already.
        ["ALTER", _, "SET", "STATISTICS", _] | ["ALTER", _, "TYPE", _] => {}
        ["ADD", "CONSTRAINT" | "CHECK" | "FOREIGN" | "UNIQUE", ..] | ["DROP", "CONSTRAINT", ..] => {}
        ["ADD", rest @ ..] => layout.columns.push(column(rest)),
        ["DROP", name] => drop(layout.columns.remove(position(layout, name))),
        ["RENAME", "TO", name] => {
            let layout = tables.remove(table).unwrap();
            tables.insert((*name).to_owned(), layout);
        }
        ["RENAME", old, "TO", new] => {
            let position = position(layout, old);
            (*new).clone_into(&mut layout.columns[position].name);
        }
        _ => panic!("this change is not known here yet: {action}"),
    }
}

fn layout(body: &str) -> Layout {
    let mut layout = Layout::default();
    for part in split(body, ',') {
        let words: Vec<&str> = part.split_whitespace().collect();
        match words[0].to_ascii_uppercase().as_str() {
            "PRIMARY" => {
                let (_, names) = part.split_once('(').unwrap();
                layout.key = names.trim_end_matches(')').split(',').map(|name| name.trim().to_owned()).collect();
            }
            "CHECK" | "UNIQUE" | "FOREIGN" | "CONSTRAINT" => {}
            _ => {
                if part.to_ascii_uppercase().contains("PRIMARY KEY") {
                    layout.key = vec![words[0].to_owned()];
                }
                layout.columns.push(column(&words));
            }
        }
    }
    layout
}

fn column(words: &[&str]) -> Column {
    let nullable = !words.windows(2).any(|pair| pair[0].eq_ignore_ascii_case("not") && pair[1].starts_with("NULL"));
    Column { name: words[0].to_owned(), kind: kind(words[1]), nullable }
}

/// The parts between separators that stand outside parentheses and quotes; blank parts are left out.
fn split(text: &str, separator: char) -> Vec<String> {
    let (mut parts, mut depth, mut quoted) = (vec![String::new()], 0, false);
    for c in text.chars() {
        match c {
            '\'' => quoted = !quoted,
            '(' if !quoted => depth += 1,
            ')' if !quoted => depth -= 1,
            _ => {}
        }
        if c == separator && depth == 0 && !quoted {
            parts.push(String::new());
        } else {
            parts.last_mut().unwrap().push(c);
        }
    }
    parts.into_iter().map(|part| part.trim().to_owned()).filter(|part| !part.is_empty()).collect()
}

/// The tables that the program's queries are written against.
fn in_program(schema: &Source) -> Tables {
    let tokens = schema.tokens();
    let text: Vec<&str> = tokens.iter().map(|token| token.text.as_str()).collect();
    let mut tables = Tables::new();
    let mut rest = text.as_slice();
    while let Some(start) = rest.windows(3).position(|three| three == ["table", "!", "{"]) {
        let name = rest[start + 3];
        rest = &rest[start + 4..];
        let end = rest.iter().position(|token| *token == ")").unwrap();
        let key = rest[1..end].iter().filter(|token| **token != ",").map(|token| (*token).to_owned()).collect();
        rest = &rest[end + 2..];
        let mut columns = Vec::new();
        loop {
            let (column, length) = match rest {
                [name, "-", ">", "Nullable", "<", kind, ">", ",", ..] => ((name, kind, true), 8),
                [name, "-", ">", kind, ",", ..] => ((name, kind, false), 5),
                ["}", ..] => break,
                other => panic!("not known here yet: {:?}", &other[..8.min(other.len())]),
            };
            let (name, kind, nullable) = column;
            columns.push(Column { name: (*name).to_owned(), kind: (*kind).to_owned(), nullable });
            rest = &rest[length..];
        }
        assert!(tables.insert(name.to_owned(), Layout { columns, key }).is_none(), "{name} stands here twice");
    }
    tables
}

/// Fails with the first table that differs.
fn assert_same(what: &str, one: &Tables, other: &Tables) {
    for name in one.keys().chain(other.keys()) {
        assert_eq!(one.get(name), other.get(name), "{what}: {name}");
    }
}

#[test]
fn both_engines_have_the_same_migrations() {
    let names = |engine, file| migrations(engine, file).into_iter().map(|(name, _)| name).collect::<Vec<_>>();
    assert_eq!(names("sqlite", "up.sql"), names("postgres", "up.sql"));
    assert_eq!(names("sqlite", "down.sql"), names("postgres", "down.sql"));
}

#[test]
fn both_engines_make_the_tables_of_the_program() {
    let sqlite = in_sqlite(&statements("sqlite"));
    assert!(sqlite.len() >= 11, "{:?}", sqlite.keys());
    // The reader of statements is right about SQLite, so it may be believed about PostgreSQL.
    assert_same("SQLite and its up.sql", &sqlite, &in_text(&statements("sqlite")));
    assert_same("SQLite and PostgreSQL", &sqlite, &in_text(&statements("postgres")));
    let parts = Source::all().into_iter().filter(|source| source.path.starts_with("store/schema"));
    let schema: String = parts.map(|source| source.text).collect();
    assert_same("SQLite and the schema", &sqlite, &in_program(&Source::of("store/schema.rs", &schema)));
}

#[test]
fn migrations_can_be_undone() {
    for (engine, blob) in [("sqlite", "BLOB"), ("postgres", "BYTEA")] {
        let back: String = migrations(engine, "down.sql").into_iter().rev().map(|(_, text)| text + "\n").collect();
        let all = statements(engine) + &back;
        assert!(all.contains(blob));
        assert_same(engine, &in_text(&all), &Tables::new());
        if engine == "sqlite" {
            assert_same(engine, &in_sqlite(&all), &Tables::new());
        }
    }
}

#[test]
fn a_difference_between_tables_is_found() {
    let made = in_text("CREATE TABLE a (b TEXT NOT NULL PRIMARY KEY, c DATE, CHECK (b <> ';,'));");
    let same = |statements: &str| in_text(statements) == made && in_sqlite(statements) == made;
    assert!(same(
        "CREATE TABLE a (b TEXT NOT NULL, -- one\n c DATE, PRIMARY KEY (b)) WITHOUT ROWID; CREATE INDEX i ON a (c);"
    ));
    assert!(same(
        "CREATE TABLE x (b TEXT NOT NULL PRIMARY KEY); ALTER TABLE x ADD COLUMN c DATE; ALTER TABLE x RENAME TO a;"
    ));
    assert!(same("CREATE TABLE a (b TEXT NOT NULL PRIMARY KEY, d DATE); ALTER TABLE a RENAME COLUMN d TO c;"));
    for other in [
        "CREATE TABLE a (c DATE, b TEXT NOT NULL PRIMARY KEY);",
        "CREATE TABLE a (b TEXT NOT NULL PRIMARY KEY, c DATE NOT NULL);",
        "CREATE TABLE a (b TEXT NOT NULL PRIMARY KEY, c TEXT);",
        "CREATE TABLE a (b TEXT NOT NULL, c DATE, PRIMARY KEY (b, c));",
        "CREATE TABLE a (b TEXT NOT NULL PRIMARY KEY, c DATE, d TEXT);",
        "CREATE TABLE a (b TEXT NOT NULL PRIMARY KEY);",
        "CREATE TABLE e (b TEXT NOT NULL PRIMARY KEY, c DATE);",
    ] {
        assert_ne!(in_text(other), made, "{other}");
        assert_ne!(in_sqlite(other), made, "{other}");
    }
    let program = |text: &str| in_program(&Source::of("store/schema.rs", text));
    assert_eq!(program("table! { a (b) { b -> Text, c -> Nullable<Date>, } } joinable!(a -> a (b));"), made);
    assert_ne!(program("table! { a (b) { c -> Nullable<Date>, b -> Text, } }"), made);
}

// --- nobody can be found from an answer ----------------------------------------------------------

/// Columns that would tell whose phone it was.
fn telling(tables: &Tables) -> BTreeSet<String> {
    let parts = ["ip", "ips", "ua", "mac", "imei", "host", "openid", "unionid"];
    let stems = ["address", "addr", "agent", "device", "cookie", "browser", "referer", "referrer"];
    let tells =
        |name: &str| name.split('_').any(|part| parts.contains(&part)) || stems.iter().any(|stem| name.contains(stem));
    let columns = tables.iter().flat_map(|(table, layout)| layout.columns.iter().map(move |column| (table, column)));
    columns
        .filter(|(_, column)| tells(&column.name))
        .map(|(table, column)| format!("{table}.{}", column.name))
        .collect()
}

/// Columns of a table that hold a time.
fn times<'a>(tables: &'a Tables, table: &str) -> Vec<&'a str> {
    let tells = |column: &&Column| {
        let words = ["at", "time", "timestamp", "date", "day", "hour", "minute", "since", "until", "when", "seen"];
        matches!(column.kind.as_str(), "Timestamp" | "Date") || column.name.split('_').any(|part| words.contains(&part))
    };
    tables[table].columns.iter().filter(tells).map(|column| column.name.as_str()).collect()
}

#[test]
fn an_answer_is_six_columns() {
    let tables = in_sqlite(&statements("sqlite"));
    let columns: Vec<_> = tables["response"].columns.iter().map(|column| column.name.as_str()).collect();
    assert_eq!(columns, ["survey", "id", "unit", "respondent", "channel", "answers"]);
}

#[test]
fn no_column_tells_a_phone_or_the_time_of_an_answer() {
    let tables = in_sqlite(&statements("sqlite"));
    assert_eq!(telling(&tables), BTreeSet::new());
    for table in ["link", "paper_entry", "replaced_link", "response", "roster_entry"] {
        assert_eq!(times(&tables, table), [""; 0], "{table}");
    }
}

#[test]
fn a_telling_column_is_found() {
    for name in ["ip", "client_ip", "address", "remote_addr", "user_agent", "device", "device_id", "cookie"] {
        let tables = in_sqlite(&format!("CREATE TABLE link (hash BLOB NOT NULL PRIMARY KEY, {name} TEXT)"));
        assert_eq!(telling(&tables).len(), 1, "{name}");
    }
    for column in ["used_at TEXT", "opened DATE", "x TIMESTAMP", "day INTEGER", "time BIGINT"] {
        let tables = in_sqlite(&format!("CREATE TABLE link (hash BLOB NOT NULL PRIMARY KEY, {column})"));
        assert_eq!(times(&tables, "link").len(), 1, "{column}");
    }
    let tables = in_sqlite("CREATE TABLE link (description TEXT, state TEXT, recipient TEXT, generation TEXT)");
    assert!(telling(&tables).is_empty() && times(&tables, "link").is_empty());
}

// --- older nodes serve while the tables change ---------------------------------------------------

/// The first migration that has to leave older nodes at work.
const BESIDE_OTHERS: &str = "00000000000013";

/// How a migration begins for which all nodes are to be stopped.
const STOPS: &str = "-- Stop all nodes first: ";

/// What in a migration an older node would not live through (docs/scaling.md).
fn breaking(sql: &str) -> Vec<String> {
    if sql.starts_with(STOPS) {
        return Vec::new();
    }
    let lines: Vec<&str> = sql.lines().filter(|line| !line.trim_start().starts_with("--")).collect();
    let text = lines.join(" ").to_uppercase();
    let breaks = |statement: &&str| {
        let words: Vec<&str> = statement.split_whitespace().collect();
        let has = |wanted: &[&str]| words.windows(wanted.len()).any(|found| found == wanted);
        let drops = ["TABLE", "COLUMN", "CONSTRAINT"].iter().any(|what| has(&["DROP", what]));
        let alters = words.contains(&"RENAME") || words.contains(&"TYPE") || has(&["SET", "NOT", "NULL"]);
        let demands = has(&["ADD", "COLUMN"]) && has(&["NOT", "NULL"]) && !words.contains(&"DEFAULT");
        words.first() == Some(&"ALTER") && (drops || alters || demands) || words.starts_with(&["DROP", "TABLE"])
    };
    text.split(';').filter(breaks).map(|statement| statement.trim().to_owned()).collect()
}

#[test]
fn later_migrations_leave_older_nodes_at_work() {
    for engine in ["sqlite", "postgres"] {
        for (name, sql) in migrations(engine, "up.sql") {
            if name.as_str() >= BESIDE_OTHERS {
                assert_eq!(breaking(&sql), [""; 0], "{engine}/{name}: add beside it, or begin with “{STOPS}…”");
            }
        }
    }
}

#[test]
fn a_migration_that_stops_older_nodes_is_found() {
    for planted in [
        "DROP TABLE link;",
        "alter table link drop column unit;",
        "ALTER TABLE link RENAME COLUMN unit TO place;",
        "CREATE TABLE a (b TEXT); ALTER TABLE link RENAME TO links;",
        "ALTER TABLE link ALTER COLUMN serial TYPE BIGINT;",
        "ALTER TABLE link ALTER COLUMN unit SET NOT NULL;",
        "ALTER TABLE link ADD COLUMN later TEXT NOT NULL;",
    ] {
        assert_eq!(breaking(planted).len(), 1, "{planted}");
        assert!(breaking(&format!("{STOPS}it cannot be helped.\n{planted}")).is_empty());
    }
    let beside = "-- DROP TABLE link;\nCREATE TABLE a (b TEXT NOT NULL); ALTER TABLE link ADD COLUMN c TEXT; \
        ALTER TABLE link ADD COLUMN d INTEGER NOT NULL DEFAULT 0; CREATE INDEX e ON a (b); DROP INDEX f;";
    assert!(breaking(beside).is_empty());
}
