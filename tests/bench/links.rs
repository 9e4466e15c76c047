//! Issuing links from a roster, beside a loop that only writes such a list.

use crate::database::Engine;
use crate::process;
use crate::scene::Scene;
use crate::table::{Table, whole};
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;
use std::time::Instant;

/// Measures and prints.
pub fn measure(engines: &[Engine], rows: usize, units: usize) {
    let head = ["engine, links", "seconds", "seconds a million", "÷ plain CSV", "peak MiB", "budget"];
    let mut table = Table::new(format!("Issuing links from a roster of {units} units"), &head);
    for engine in engines {
        for rows in [rows / 4, rows] {
            eprintln!("links, {engine:?}: {rows}");
            let scene = Scene::new(*engine, units);
            let folder = scene.database.folder.path();
            let (roster, list) = (folder.join("roster.csv"), folder.join("list.csv"));
            write_roster(&scene, &roster, rows);
            let plain = write_list(&scene, &folder.join("plain.csv"), rows);
            let (survey, roster) = (scene.survey.to_string(), roster.to_str().unwrap().to_owned());
            let arguments = ["link", "issue", &survey, "--roster", &roster, "--out", list.to_str().unwrap()];
            let cost = process::run(&scene.database, &arguments);
            assert_eq!(lines(&list), rows + 1, "a line for each link, and the head");
            scene.reconcile();
            table.row([
                format!("{engine:?}, {}", whole(rows as f64)),
                format!("{:.1}", cost.seconds),
                format!("{:.1}", cost.seconds * 1e6 / rows as f64),
                format!("{:.0}", cost.seconds / plain),
                format!("{:.0}", cost.mebibytes),
                format!("≤ {:.1} s", 30.0 * rows as f64 / 1e6),
            ]);
        }
    }
    table.print();
}

/// A roster of that many people.
pub fn write_roster(scene: &Scene, path: &Path, rows: usize) {
    let mut csv = csv::Writer::from_path(path).unwrap();
    csv.write_record(["unit", "ref", "name", "phone"]).unwrap();
    for row in 0..rows {
        csv.write_record([scene.institution(row), reference(row), name(row), phone(row)]).unwrap();
    }
    csv.flush().unwrap();
}

/// Writes a list like the program's, and says how many seconds that took.
fn write_list(scene: &Scene, path: &Path, rows: usize) -> f64 {
    let began = Instant::now();
    let mut csv = csv::Writer::from_writer(BufWriter::new(File::create(path).unwrap()));
    csv.write_record(["unit", "ref", "name", "phone", "link", "code"]).unwrap();
    for row in 0..rows {
        let code = format!("{row:04}-0000-0000-0000-0000");
        let link = format!("https://survey.example/s/{code}");
        csv.write_record([scene.institution(row), reference(row), name(row), phone(row), link, code]).unwrap();
    }
    let mut out = csv.into_inner().unwrap();
    out.flush().unwrap();
    out.get_ref().sync_all().unwrap();
    began.elapsed().as_secs_f64()
}

fn reference(row: usize) -> String {
    format!("P{row:08}")
}

fn name(row: usize) -> String {
    format!("服务对象{row}")
}

fn phone(row: usize) -> String {
    format!("138{row:08}")
}

fn lines(path: &Path) -> usize {
    let text = std::fs::read(path).unwrap();
    text.iter().filter(|byte| **byte == b'\n').count()
}
