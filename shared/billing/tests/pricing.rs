//! Every folder of `tests/pricing` is a session: `tariff.json`, `cdr.json`, and what it must cost in `expected.json`.
#![cfg(test)]

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

const TARIFF: &str = r#"{"id":"t","currency":"EUR","last_updated":"2026-01-01T00:00:00Z","elements":[
    {"price_components":[{"type":"ENERGY","price":0.3,"step_size":1}],"restrictions":{"end_time":"17:00"}}]}"#;

fn cdr(tariffs: &str) -> String {
    format!(
        r#"{{"id":"c","currency":"EUR","end_date_time":"2026-06-01T11:00:00","remark":{{"kept" : 1.50}},"tariffs":[{tariffs}],
            "charging_periods":[{{"start_date_time":"2026-06-01T10:00:00Z","dimensions":[{{"type":"ENERGY","volume":1.0}}]}}],
            "total_cost":{{"excl_vat":99}}}}"#
    )
}

#[test]
fn a_cdr_keeps_what_it_holds_besides_its_costs() {
    let priced = billing::price(&cdr(TARIFF), None, Some(&billing::time_zone("UTC").unwrap())).unwrap();
    assert_eq!(priced.get("remark"), Some(r#"{"kept" : 1.50}"#));
    assert_eq!(priced.get("total_cost"), Some(r#"{"excl_vat":0.300000,"incl_vat":0.300000}"#));
    let json = serde_json::to_string(&priced).unwrap();
    assert!(
        json.starts_with(r#"{"id":"c","currency":"EUR","end_date_time":"2026-06-01T11:00:00","remark":"#),
        "{json}"
    );
    assert_eq!(json.matches("total_cost").count(), 1);
}

#[test]
fn what_cannot_be_priced_is_named_by_its_place() {
    let utc = billing::time_zone("UTC").unwrap();
    for (from, to, place) in [
        ("\"t\"", "\"\"", "tariffs[0].id: "),
        ("0.3", "\"x\"", "tariffs[0].elements[0].price_components[0].price: "),
        ("\"currency\":\"EUR\",\"end", "\"currency\":\"CHF\",\"end", "currency: "),
        ("11:00:00\"", "09:00:00\"", "charging_periods[0].start_date_time: "),
        ("\"volume\":1.0", "\"volume\":true", "charging_periods[0].dimensions[0].volume: "),
        ("ENERGY\",\"volume\":1.0", "TIME\",\"volume\":-1", "charging_periods[0].dimensions[0].volume: "),
        ("11:00:00\"", "11 o'clock\"", "end_date_time: "),
        ("2026-06-01T11:00:00\"", "9999-06-01T11:00:00\"", "charging_periods: "),
    ] {
        let whole = cdr(TARIFF);
        assert!(whole.contains(from), "{from}");
        let error = billing::price(&whole.replacen(from, to, 1), None, Some(&utc)).unwrap_err().to_string();
        assert!(error.starts_with(place), "{place}: {error}");
    }
    assert!(billing::price(&cdr(TARIFF), None, None).unwrap_err().to_string().starts_with("time_zone: "));
    assert!(billing::price(&cdr(""), None, Some(&utc)).unwrap_err().to_string().starts_with("tariffs: "));
}

#[test]
fn a_line_of_cases_is_answered_with_a_price_or_a_reason() {
    let case = |zone: &str| format!(r#"{{"id":7,"tariff":{TARIFF},"cdr":{},"time_zone":{zone}}}"#, cdr(""));
    let answer = |line: &str| serde_json::to_string(&billing::price_case(line).unwrap()).unwrap();
    assert!(answer(&case("\"Europe/Paris\"")).starts_with(r#"{"id":7,"cdr":{"id":"c","#));
    assert_eq!(
        answer(&case("\"Atlantis\"")),
        r#"{"id":7,"error":"time_zone: \"Atlantis\" is no time zone that is known"}"#
    );
    let broken = case("null").replace("\"step_size\":1", "\"step_size\":-1");
    assert!(answer(&broken).starts_with(r#"{"id":7,"error":"tariff.elements[0].price_components[0].step_size: "#));
    assert_eq!(billing::price_case("{\"id\":1}").unwrap_err().path, ".");
}
