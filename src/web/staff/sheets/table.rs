//! Tables that are sorted by their heads and shown in pages, as their address asks.
//!
//! Every table names its columns once: what cannot be found there cannot be sorted by. Text is in the order
//! of its code points, here and in the database, so that both engines and both languages of the desk have one
//! order. Chinese names thus come roughly by radical and strokes, not by sound.

use super::pages::Pages;
use serde::Deserialize;
use std::cmp::Ordering;
use std::collections::BTreeMap;

/// What the address of a page asks for, by name.
#[derive(Clone, Default, Deserialize)]
#[serde(transparent)]
pub struct Asked(BTreeMap<String, String>);

impl Asked {
    /// What is asked for under that name.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// The number under that name.
    pub fn number(&self, name: &str) -> Option<u32> {
        self.text(name)?.parse().ok()
    }
}

impl FromIterator<(String, String)> for Asked {
    fn from_iter<I: IntoIterator<Item = (String, String)>>(pairs: I) -> Self {
        Self(pairs.into_iter().collect())
    }
}

/// Names and values of an address.
pub type Parameters = Vec<(String, String)>;

/// An address with its parameters, and where on the page to go; `anchor` begins with `#` or is empty.
pub fn address(path: &str, parameters: &Parameters, anchor: &str) -> String {
    if parameters.is_empty() {
        return format!("{path}{anchor}");
    }
    let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(parameters).finish();
    format!("{path}?{query}{anchor}")
}

/// A column of a table.
pub struct Column {
    name: &'static str,
    words: &'static str,
    number: bool,
}

impl Column {
    /// A column of text: its name in addresses, empty where the table is not sorted by it, and the key of its
    /// title.
    pub const fn text(name: &'static str, words: &'static str) -> Self {
        Self { name, words, number: false }
    }

    /// A column of numbers.
    pub const fn number(name: &'static str, words: &'static str) -> Self {
        Self { name, words, number: true }
    }
}

/// What a table is sorted by.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Order {
    /// The name of the column; empty where it is an order that no column has.
    pub by: &'static str,
    /// Whether the greatest comes first.
    pub down: bool,
}

impl Order {
    /// Sorts rows that stand as they usually do: those that are alike keep their places.
    pub fn sort<R>(self, rows: &mut [R], compare: impl Fn(&str, &R, &R) -> Ordering) {
        if self.down {
            rows.sort_by(|one, other| compare(self.by, other, one));
        } else {
            rows.sort_by(|one, other| compare(self.by, one, other));
        }
    }
}

/// How a table stands when nothing is asked for.
pub enum Usual {
    /// By a column.
    By(Order),
    /// In an order that no column has: the key of the words that lead back to it.
    Own(&'static str),
}

/// A table of the desk.
pub struct Table {
    /// What its names in addresses begin with, where a page has two tables.
    pub prefix: &'static str,
    /// Where on the page it is: `#` and an id, or nothing where it is all of the page.
    pub anchor: &'static str,
    /// The key of what it is called.
    pub title: &'static str,
    /// How it stands when nothing is asked for.
    pub usual: Usual,
    /// Its columns.
    pub columns: &'static [Column],
}

impl Table {
    const fn usual(&self) -> Order {
        match self.usual {
            Usual::By(order) => order,
            Usual::Own(_) => Order { by: "", down: false },
        }
    }

    fn name(&self, name: &str) -> String {
        format!("{}{name}", self.prefix)
    }

    /// The order that is asked for; the usual one where there is no such column.
    pub fn order(&self, asked: &Asked) -> Order {
        let by = asked.text(&self.name("sort")).filter(|by| !by.is_empty());
        let column = by.and_then(|by| self.columns.iter().find(|column| column.name == by));
        let down = asked.text(&self.name("down")) == Some("1");
        column.map_or_else(|| self.usual(), |column| Order { by: column.name, down })
    }

    /// The page that is asked for, as it was written; empty where none is.
    pub fn page<'a>(&self, asked: &'a Asked) -> &'a str {
        asked.text(&self.name("page")).unwrap_or_default()
    }

    /// The part that is asked for, of so many rows.
    pub fn pages(&self, asked: &Asked, rows: usize) -> Pages {
        Pages::of(self.page(asked), rows)
    }

    /// What an address holds of this table.
    pub fn parameters(&self, order: Order, page: &str) -> Parameters {
        let mut parameters = Vec::new();
        if order != self.usual() {
            parameters.push((self.name("sort"), order.by.to_owned()));
            if order.down {
                parameters.push((self.name("down"), "1".to_owned()));
            }
        }
        if !matches!(page, "" | "1") {
            parameters.push((self.name("page"), page.to_owned()));
        }
        parameters
    }

    /// The names of all of them.
    pub fn names(&self) -> [String; 3] {
        ["sort", "down", "page"].map(|name| self.name(name))
    }
}

/// The title of a column, as it is shown.
pub struct Head {
    /// The key of its words.
    pub words: &'static str,
    /// Whether numbers stand under it.
    pub number: bool,
    /// The table sorted by it; the other way round where it is already.
    pub address: Option<String>,
    /// Which way the table is sorted by it, as `aria-sort` has it.
    pub sorted: Option<&'static str>,
}

/// A table on a page: what of it is shown, and where the rest is.
pub struct Sheet {
    table: &'static Table,
    path: String,
    kept: Parameters,
    order: Order,
    /// Which part is shown.
    pub pages: Pages,
}

impl Sheet {
    /// A table on the page of that path. `kept` is what addresses hold besides: a filter, another table.
    pub const fn new(table: &'static Table, order: Order, pages: Pages, path: String, kept: Parameters) -> Self {
        Self { table, path, kept, order, pages }
    }

    fn address(&self, order: Order, page: &str) -> String {
        let parameters = self.kept.iter().cloned().chain(self.table.parameters(order, page)).collect();
        address(&self.path, &parameters, self.table.anchor)
    }

    /// What an address holds of this table as it is shown.
    pub fn parameters(&self) -> Parameters {
        self.table.parameters(self.order, &self.pages.asked())
    }

    /// What an address holds of this table from its beginning, in the same order.
    pub fn order(&self) -> Parameters {
        self.table.parameters(self.order, "")
    }

    /// The key of what the table is called.
    pub const fn title(&self) -> &'static str {
        self.table.title
    }

    /// The titles of the columns.
    pub fn heads(&self) -> Vec<Head> {
        let page = if self.pages.whole { "all" } else { "" };
        let head = |column: &Column| {
            let here = !column.name.is_empty() && column.name == self.order.by;
            let order = Order { by: column.name, down: here && !self.order.down };
            Head {
                words: column.words,
                number: column.number,
                address: (!column.name.is_empty()).then(|| self.address(order, page)),
                sorted: here.then_some(if self.order.down { "descending" } else { "ascending" }),
            }
        };
        self.table.columns.iter().map(head).collect()
    }

    /// The way back to the usual order, where no head leads there: the key of its words, the address.
    pub fn back(&self) -> Option<(&'static str, String)> {
        match self.table.usual {
            Usual::Own(words) if !self.order.by.is_empty() => {
                let page = if self.pages.whole { "all" } else { "" };
                Some((words, self.address(self.table.usual(), page)))
            }
            _ => None,
        }
    }

    /// The page before this one.
    pub fn earlier(&self) -> Option<String> {
        self.pages.earlier().map(|number| self.address(self.order, &number.to_string()))
    }

    /// The page after this one.
    pub fn later(&self) -> Option<String> {
        self.pages.later().map(|number| self.address(self.order, &number.to_string()))
    }

    /// The first page.
    pub fn first(&self) -> String {
        self.address(self.order, "")
    }

    /// The whole table.
    pub fn whole(&self) -> String {
        self.address(self.order, "all")
    }
}
