//! Tables in Markdown, as `docs/performance.md` shows them.

/// A table that is printed when it is whole.
pub struct Table {
    title: String,
    head: Vec<&'static str>,
    rows: Vec<Vec<String>>,
}

impl Table {
    /// An empty table.
    pub fn new(title: impl Into<String>, head: &[&'static str]) -> Self {
        Self { title: title.into(), head: head.to_vec(), rows: Vec::new() }
    }

    /// Adds a row.
    pub fn row<const N: usize>(&mut self, cells: [String; N]) {
        assert_eq!(N, self.head.len(), "a row as wide as the table");
        eprintln!("  {}", cells.join(" | "));
        self.rows.push(cells.to_vec());
    }

    /// Prints it, the first column to the left and all others to the right.
    pub fn print(&self) {
        println!("\n### {}\n", self.title);
        println!("| {} |", self.head.join(" | "));
        println!("|---|{}", "---:|".repeat(self.head.len() - 1));
        for row in &self.rows {
            println!("| {} |", row.join(" | "));
        }
        println!();
    }
}

/// A whole number with spaces between the thousands.
pub fn whole(number: f64) -> String {
    let digits = format!("{number:.0}");
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push('\u{a0}');
        }
        text.push(digit);
    }
    text
}

/// The middle one.
pub fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
