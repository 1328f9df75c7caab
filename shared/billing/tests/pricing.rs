//! Every folder of `tests/pricing` is a session: `tariff.json`, `cdr.json`, and what it must cost in `expected.json`.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use billing::pricing::{Line, LineDimension, Note, RoundedCost};
use billing::tariff::Tariff;
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Expected {
    /// What the scenario shows, for whoever reads it.
    about: String,
    time_zone: Option<String>,
    excl_vat: String,
    incl_vat: String,
    due_minor: i64,
    /// `base + vat` in minor units per rate, where there is more to see than the total.
    vat: Option<Vec<String>>,
    /// `DIMENSION[element] measured -> billed unit at price = cost before tax`.
    lines: Vec<String>,
    #[serde(default)]
    notes: Vec<String>,
}

fn scenarios() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/pricing")
}

fn shown(line: &Line) -> String {
    let Line { dimension, measured, billed, unit, unit_price, cost_excl, .. } = line;
    let name = serde_json::to_string(dimension).unwrap();
    let mut text = name.trim_matches('"').to_owned();
    if let Some(element) = line.element {
        write!(text, "[{element}]").unwrap();
    }
    match dimension {
        LineDimension::MinPrice | LineDimension::MaxPrice | LineDimension::Flat => {}
        LineDimension::Energy | LineDimension::Time | LineDimension::ParkingTime | LineDimension::ReservationTime => {
            write!(text, " {measured} -> {billed} {} at {unit_price}", unit.symbol()).unwrap();
        }
    }
    text + &format!(" = {cost_excl}")
}

fn check(folder: &Path) {
    let read = |name: &str| fs::read_to_string(folder.join(name)).unwrap();
    let name = folder.file_name().unwrap().to_string_lossy().into_owned();
    let expected: Expected =
        serde_json::from_str(&read("expected.json")).unwrap_or_else(|error| panic!("{name}: {error}"));
    let tariff = Tariff::from_json(&read("tariff.json")).unwrap_or_else(|error| panic!("{name}: tariff: {error}"));
    let zone = expected.time_zone.as_deref().map(|zone| billing::time_zone(zone).unwrap());
    let priced = billing::price(&read("cdr.json"), Some(&tariff), zone.as_ref());
    let priced = priced.unwrap_or_else(|error| panic!("{name}: {error}"));

    assert!(!expected.about.is_empty(), "{name}");
    let total = format!(r#"{{"excl_vat":{},"incl_vat":{}}}"#, expected.excl_vat, expected.incl_vat);
    assert_eq!(priced.get("total_cost"), Some(total.as_str()), "{name}: total");
    let lines: Vec<Line> = serde_json::from_str(priced.get("lines").unwrap()).unwrap();
    assert_eq!(lines.iter().map(shown).collect::<Vec<_>>(), expected.lines, "{name}: lines");
    let notes: Vec<Note> = serde_json::from_str(priced.get("notes").unwrap()).unwrap();
    assert_eq!(notes.into_iter().map(|note| note.code).collect::<Vec<_>>(), expected.notes, "{name}: notes");
    let rounded: RoundedCost = serde_json::from_str(priced.get("rounded_cost").unwrap()).unwrap();
    assert_eq!(rounded.incl_minor, expected.due_minor, "{name}: due");
    let vat = rounded.vat.iter().map(|share| format!("{} + {}", share.base_minor, share.vat_minor));
    if let Some(shares) = expected.vat {
        assert_eq!(vat.collect::<Vec<_>>(), shares, "{name}: VAT");
    }
    let (base, vat) = rounded.vat.iter().fold((0, 0), |(b, v), share| (b + share.base_minor, v + share.vat_minor));
    assert_eq!((base, vat, base + vat), (rounded.excl_minor, rounded.vat_minor, rounded.incl_minor), "{name}: sums");
}

#[test]
fn every_scenario_costs_what_it_must() {
    let mut folders: Vec<PathBuf> = fs::read_dir(scenarios()).unwrap().map(|entry| entry.unwrap().path()).collect();
    folders.retain(|path| path.is_dir());
    folders.sort();
    assert!(folders.len() >= 15, "scenarios are missing from {}", scenarios().display());
    for folder in folders {
        check(&folder);
    }
}
