//! How long one session takes: twenty periods under a tariff of eight elements, both engines in one run.

use std::fmt::Write as _;
use std::hint::black_box;
use std::time::Instant;

use billing::pricing::{Period, Rates};
use billing::tariff::Tariff;
use billing::{cdr::CdrPeriod, time_zone};
use chrono_tz::Tz;
use jiff::Timestamp;
use serde::Deserialize;

use crate::theirs;

/// The site's wall clock.
const ZONE: &str = "Europe/Amsterdam";
/// The middle one of so many batches counts.
const BATCHES: usize = 201;
/// So long is a batch, about, ns.
const BATCH_NS: f64 = 2_000_000.0;

/// Two prices by time of day, one of the weekend, one beyond an amount of energy; charging time, two prices of parking time, and a fee.
const TARIFF: &str = r#"{"country_code":"NL","party_id":"EXA","id":"eight","currency":"EUR","last_updated":"2026-01-01T00:00:00Z",
"elements":[
{"price_components":[{"type":"FLAT","price":0.5,"vat":21,"step_size":1}]},
{"price_components":[{"type":"ENERGY","price":0.61,"vat":21,"step_size":1}],"restrictions":{"min_kwh":30}},
{"price_components":[{"type":"ENERGY","price":0.29,"vat":21,"step_size":1}],"restrictions":{"day_of_week":["SATURDAY","SUNDAY"]}},
{"price_components":[{"type":"ENERGY","price":0.55,"vat":21,"step_size":1}],"restrictions":{"start_time":"17:00","end_time":"20:00"}},
{"price_components":[{"type":"ENERGY","price":0.39,"vat":21,"step_size":1}]},
{"price_components":[{"type":"TIME","price":0.6,"vat":21,"step_size":60}],"restrictions":{"min_duration":7200}},
{"price_components":[{"type":"PARKING_TIME","price":3,"vat":21,"step_size":60}],"restrictions":{"start_time":"08:00","end_time":"22:00"}},
{"price_components":[{"type":"PARKING_TIME","price":1,"vat":21,"step_size":60}]}]}"#;

/// A session of five hours that starts at 15:30 on a Thursday: sixteen quarters of an hour charging, four parking.
fn cdr(tariff: &str) -> String {
    let begin = "2026-06-04T13:30:00Z".parse().unwrap_or(Timestamp::UNIX_EPOCH);
    let at = |quarter: i64| begin + jiff::SignedDuration::from_mins(15 * quarter);
    let period = |quarter: i64| {
        let volumes = if quarter < 16 {
            // Thirty kilowatt-hours are reached between two periods, since the other engine does not cut them.
            let kwh = if quarter % 2 == 0 { "2.271" } else { "2.729" };
            format!(r#"{{"type":"ENERGY","volume":{kwh}}},{{"type":"TIME","volume":0.25}}"#)
        } else {
            r#"{"type":"PARKING_TIME","volume":0.25}"#.to_owned()
        };
        format!(r#"{{"start_date_time":"{}","dimensions":[{volumes}]}}"#, at(quarter))
    };
    let periods: Vec<String> = (0..20).map(period).collect();
    format!(
        r#"{{"country_code":"NL","party_id":"EXA","id":"c","currency":"EUR","start_date_time":"{}","end_date_time":"{}",
        "tariffs":[{tariff}],"charging_periods":[{}],"total_cost":{{"excl_vat":0}},"total_energy":0,"total_time":0}}"#,
        at(0),
        at(20),
        periods.join(",")
    )
}

#[derive(Deserialize)]
struct Given {
    charging_periods: Vec<CdrPeriod>,
    end_date_time: Timestamp,
}

/// Measures and says it.
pub(crate) fn table() -> Result<String, String> {
    let json = cdr(TARIFF);
    let zone = time_zone(ZONE).map_err(|error| error.to_string())?;
    let their_zone: Tz = ZONE.parse().map_err(|_| ZONE.to_owned())?;
    let tariff = Tariff::from_json(TARIFF).map_err(|error| error.to_string())?;
    let given: Given = serde_json::from_str(&json).map_err(|error| error.to_string())?;
    let periods = Period::of_cdr(&given.charging_periods, given.end_date_time).map_err(|error| error.to_string())?;
    let rates = Rates::new(&tariff, Some(&zone)).map_err(|error| error.to_string())?;
    let parsed = theirs::parse(&json)?;
    agree(&rates, &periods, &theirs::price_parsed(&parsed, their_zone)?)?;

    let rows = [
        ("ours, typed: periods under rates", median_ns(|| drop(black_box(rates.price(black_box(&periods)))))),
        (
            "ours, typed: rates made first",
            median_ns(|| drop(black_box(Rates::new(&tariff, Some(&zone)).and_then(|rates| rates.price(&periods))))),
        ),
        (
            "ours, JSON of the CDR, typed tariff",
            median_ns(|| drop(black_box(billing::price(black_box(&json), Some(&tariff), Some(&zone))))),
        ),
        (
            "ours, JSON of both",
            median_ns(|| {
                let tariff = Tariff::from_json(black_box(TARIFF)).ok();
                drop(black_box(billing::price(black_box(&json), tariff.as_ref(), Some(&zone))));
            }),
        ),
        (
            "ocpi-tariffs, JSON trees made before",
            median_ns(|| drop(black_box(theirs::price_parsed(&parsed, their_zone)))),
        ),
        (
            "ocpi-tariffs, JSON of both",
            median_ns(|| drop(black_box(theirs::price_json(black_box(&json), black_box(TARIFF), their_zone)))),
        ),
    ];
    let [(_, ours_typed), _, _, (_, ours_json), (_, their_parsed), (_, their_json)] = rows;
    let mut text = String::from("20 periods, 8 elements; median of 201 batches\n");
    for (name, ns) in rows {
        let _ = writeln!(text, "{name:40} {:9.2} µs", ns / 1000.0);
    }
    let _ = writeln!(text, "{:40} {:9.1}", "made before: ocpi-tariffs / ours", their_parsed / ours_typed);
    let _ = writeln!(text, "{:40} {:9.1}", "from JSON: ocpi-tariffs / ours", their_json / ours_json);
    Ok(text)
}

/// Two engines are only compared while they do the same work.
fn agree(rates: &Rates, periods: &[Period], report: &ocpi_tariffs::price::Report) -> Result<(), String> {
    let ours = rates.price(periods).map_err(|error| error.to_string())?.total.price().ok_or("too large")?;
    let theirs = report.total_cost.calculated.ok_or("ocpi-tariffs has no price")?;
    let difference = |ours: billing::Decimal, theirs: rust_decimal::Decimal| -> Result<bool, String> {
        let ours: rust_decimal::Decimal = ours.to_string().parse().map_err(|_| "no decimal")?;
        Ok((ours - theirs).abs() > rust_decimal::Decimal::new(1, 4))
    };
    let incl = theirs.incl_vat.ok_or("no price with VAT")?;
    if difference(ours.excl_vat, theirs.excl_vat.into())? || difference(ours.incl_vat, incl.into())? {
        return Err(format!(
            "the engines differ: {} and {}, {} and {incl}",
            ours.excl_vat, theirs.excl_vat, ours.incl_vat
        ));
    }
    Ok(())
}

/// How long the work takes in the middle, ns.
#[expect(clippy::disallowed_methods, reason = "measuring time is what this is for; nothing is decided by it")]
fn median_ns(work: impl Fn()) -> f64 {
    let took_ns = |times: u32| {
        let begun = Instant::now();
        for _ in 0..times {
            work();
        }
        begun.elapsed().as_secs_f64() * 1e9
    };
    let once_ns = (took_ns(100) / 100.0).max(1.0);
    let times = times_in(BATCH_NS / once_ns);
    let mut batches: Vec<f64> = (0..BATCHES).map(|_| took_ns(times) / f64::from(times)).collect();
    batches.sort_by(f64::total_cmp);
    batches[BATCHES / 2]
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 1 and some thousands")]
fn times_in(share: f64) -> u32 {
    share.clamp(1.0, 100_000.0) as u32
}
