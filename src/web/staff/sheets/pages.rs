//! Pages of a long table.

/// Rows on a page.
pub const ROWS: usize = 50;

/// Most rows of a table that is shown whole, for paper: more make a page that no browser likes.
const MOST: usize = 5_000;

/// Which part of a long table is shown.
#[derive(Clone, Copy)]
pub struct Pages {
    /// This page, from 1.
    pub number: usize,
    /// All pages; at least one.
    pub all: usize,
    /// Whether the table is shown whole instead.
    pub whole: bool,
    /// Rows of the whole table.
    pub rows: usize,
}

impl Pages {
    /// What was asked for of a table of so many rows: `all` of it, or a page; the last one where there is no
    /// such page.
    pub fn of(asked: &str, rows: usize) -> Self {
        let all = rows.div_ceil(ROWS).max(1);
        let number = asked.parse().unwrap_or(1).clamp(1, all);
        Self { number, all, whole: asked == "all" && all > 1, rows }
    }

    /// This part, as an address asks for it.
    pub fn asked(self) -> String {
        if self.whole { "all".to_owned() } else { self.number.to_string() }
    }

    /// Rows before those that are shown.
    pub const fn before(self) -> usize {
        if self.whole { 0 } else { (self.number - 1) * ROWS }
    }

    /// Most rows that are shown.
    pub const fn limit(self) -> usize {
        if self.whole { MOST } else { ROWS }
    }

    /// The same two for a database.
    pub fn part(self) -> (i64, i64) {
        let number = |rows| i64::try_from(rows).unwrap_or(i64::MAX);
        (number(self.before()), number(self.limit()))
    }

    /// Those of the rows that are shown.
    pub fn cut<R>(self, rows: Vec<R>) -> Vec<R> {
        rows.into_iter().skip(self.before()).take(self.limit()).collect()
    }

    /// Whether there is more than a page.
    pub const fn several(self) -> bool {
        self.all > 1
    }

    /// How many rows are shown of a table that is too long even to be shown whole.
    pub const fn shown_only(self) -> Option<usize> {
        if self.whole && self.rows > MOST { Some(MOST) } else { None }
    }

    /// The page before this one.
    pub fn earlier(self) -> Option<usize> {
        (self.number > 1).then(|| self.number - 1)
    }

    /// The page after this one.
    pub fn later(self) -> Option<usize> {
        (self.number < self.all).then_some(self.number + 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_that_is_not_there_is_the_last() {
        let at = |asked, rows| {
            let pages = Pages::of(asked, rows);
            (pages.number, pages.all, pages.before())
        };
        assert_eq!(at("", 0), (1, 1, 0));
        assert_eq!(at("0", 51), (1, 2, 0));
        assert_eq!(at("nonsense", 51), (1, 2, 0));
        assert_eq!(at("9", 51), (2, 2, 50));
    }

    #[test]
    fn a_table_is_whole_up_to_some_thousand_rows() {
        let whole = |rows| {
            let pages = Pages::of("all", rows);
            (pages.whole, pages.cut(vec![0; rows]).len(), pages.shown_only())
        };
        assert_eq!(whole(50), (false, 50, None), "it is whole already");
        assert_eq!(whole(5_000), (true, 5_000, None));
        assert_eq!(whole(5_001), (true, 5_000, Some(5_000)));
    }
}
