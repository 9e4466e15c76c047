//! The readers of everything that comes from outside, given good input, input broken in a thousand ways, always the same
//! ones, and input made to take up time or memory. `fuzz/` gives the same functions to libFuzzer.

#[path = "../../fuzz/targets.rs"]
mod targets;

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};
use targets::{ALL, Target, packed};

/// How often the seeds of a reader are broken.
const TIMES: usize = 400;

/// What turns up in attacks and in the files themselves.
const WORDS: [&[u8]; 16] = [
    b"\0",
    b"\"",
    b",",
    b"\r\n",
    b"=",
    b"&",
    b"%",
    b"{",
    b"]",
    b"\xff\xfe",
    b"\xef\xbb\xbf",
    b"-1",
    b"1e999",
    b"99999999999999999999",
    b"\xf0\x9f\x98\x80",
    b"<!DOCTYPE",
];

/// Numbers in an order that is always the same (xorshift).
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % u64::try_from(bound.max(1)).unwrap()).unwrap()
    }

    /// Breaks a text at one to four places.
    fn broken(&mut self, seed: &[u8]) -> Vec<u8> {
        let mut bytes = seed.to_vec();
        for _ in 0..=self.below(4) {
            let (at, length) = (self.below(bytes.len() + 1), 1 + self.below(12));
            let end = (at + length).min(bytes.len());
            match self.below(6) {
                0 => drop(bytes.drain(at..end)),
                1 => drop(bytes.splice(at..at, WORDS[self.below(WORDS.len())].iter().copied())),
                2 => drop(bytes.splice(at..end, WORDS[self.below(WORDS.len())].iter().copied())),
                3 => {
                    let piece = bytes[at..end].repeat(1 + self.below(20));
                    bytes.splice(at..at, piece);
                }
                4 => bytes.truncate(at),
                _ => {
                    if let Some(byte) = bytes.get_mut(at) {
                        *byte ^= 1 << self.below(8);
                    }
                }
            }
        }
        bytes
    }
}

fn seeds(name: &str) -> Vec<Vec<u8>> {
    let folder = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/fuzz")).join(name);
    let mut files: Vec<_> = fs::read_dir(folder).unwrap().map(|file| file.unwrap().path()).collect();
    files.sort();
    files.into_iter().map(|file| fs::read(file).unwrap()).collect()
}

fn target(name: &str) -> Target {
    ALL.iter().find(|(known, _)| *known == name).unwrap().1
}

#[test]
fn no_reader_panics_whatever_it_is_given() {
    for (name, target) in ALL {
        let seeds = seeds(name);
        assert!(!seeds.is_empty(), "{name}");
        seeds.iter().for_each(|seed| target(seed));
        let mut numbers = Numbers(0x9e37_79b9_7f4a_7c15);
        for _ in 0..TIMES {
            let seed = &seeds[numbers.below(seeds.len())];
            target(&numbers.broken(seed));
        }
    }
}

#[test]
fn what_is_made_to_take_up_time_is_refused_at_once() {
    let deep = |open: &str, count: usize| open.repeat(count).into_bytes();
    let wide = |cell: &str, count: usize| [cell.repeat(count), "\n".to_owned()].concat().into_bytes();
    let faulty = format!("unit,ref\n{}", "I9,\"\n".repeat(200_000)).into_bytes();
    let mut laughs = String::from("<!DOCTYPE a [<!ENTITY l0 \"ha\">");
    for level in 1..40 {
        let inner = format!("&l{};", level - 1).repeat(10);
        laughs += &format!("<!ENTITY l{level} \"{inner}\">");
    }
    laughs += "<!ENTITY x SYSTEM \"file:///etc/passwd\">]>";
    let sheet = |cell: &str| {
        let cells = "<worksheet><sheetData><row r=\"1\"><c r=\"A1\" t=\"str\"><v>unit</v></c></row>";
        format!("{laughs}{cells}<row r=\"2\"><c r=\"A2\" t=\"str\"><v>{cell}</v></c></row></sheetData></worksheet>")
    };
    let far = "<worksheet><sheetData><row r=\"1048576\"><c r=\"XFD1048576\"><v>1</v></c></row></sheetData></worksheet>";
    let attacks: [(&str, Vec<u8>); 16] = [
        ("sheet", deep("[", 30_000)),
        ("sheet", deep("{\"phone\":", 3_000)),
        ("survey_json", deep("[", 900_000)),
        ("survey_json", deep("{\"a\":", 180_000)),
        ("survey_toml", deep("a=[", 300_000)),
        ("survey_toml", deep("a={a=", 180_000)),
        ("survey_toml", deep("a.", 450_000)),
        ("survey_toml", deep("[a]\n", 200_000)),
        ("scorecard_json", deep("[", 4_000_000)),
        ("form", wide("q1=A&", 6_000)),
        ("roster", wide("unit,", 1_000_000)),
        ("roster", wide("\"", 4_000_001)),
        ("roster", faulty),
        ("worksheet", sheet("&l39;").into_bytes()),
        ("worksheet", sheet("&x;").into_bytes()),
        ("worksheet", far.as_bytes().to_vec()),
    ];
    for (name, attack) in attacks {
        let begun = Instant::now();
        target(name)(&attack);
        let took = begun.elapsed();
        assert!(took < Duration::from_secs(8), "{name}: {took:?} for {} bytes", attack.len());
    }
    // No file of this machine and no laughter comes out of a workbook.
    for cell in ["&x;", "&l3;"] {
        let book = packed(sheet(cell).as_bytes(), b"<sst/>").unwrap();
        let mut table = Vec::new();
        let _ = fivepoint::domain::workbook::to_csv(std::io::Cursor::new(book), &mut table);
        let table = String::from_utf8(table).unwrap();
        assert!(!table.contains("root") && !table.contains("haha"), "{table}");
    }
}
