//! Recorded charging as clean operation: one-minute rows of real vehicles, with a temperature and a register made up for them.

use std::collections::BTreeMap;
use std::io::{Error, Result};
use std::path::{Path, PathBuf};

use faults::{Current, MeterSide, Profile};
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use messages::{Sample, Status};
use serde::Serialize;

use crate::detector::{Detector, Watched};
use crate::draw::{Draw, Half, Seed};
use crate::meter::sample;
use crate::number::{floor, measure, quantised};
use crate::pool::opened;
use crate::score::counted;
use crate::station::{Kind, Station};
use crate::warmth::Warmth;

const OFFER_A: f64 = 32.0;
const ROW_S: f64 = 60.0;

/// What was said of one recorded series.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Recorded {
    pub(crate) file: String,
    pub(crate) hours: f64,
    pub(crate) profile: &'static str,
    /// Every opening is a false alarm.
    pub(crate) opened: BTreeMap<String, usize>,
}

/// Runs the series of a directory with a full profile and with none. Each half has every other vehicle.
///
/// # Errors
/// The directory or a file cannot be read, or lacks a column.
pub(crate) fn recorded<D: Detector>(detector: &D, from: &Path, root: Seed) -> Result<Vec<Recorded>> {
    let mut files: Vec<PathBuf> = std::fs::read_dir(from)?.map(|entry| Ok(entry?.path())).collect::<Result<_>>()?;
    files.retain(|file| file.extension().is_some_and(|extension| extension == "csv"));
    files.sort();
    let mut all = Vec::new();
    for (index, file) in files.iter().enumerate().filter(|(index, _)| half(*index) == root.half()) {
        let text = std::fs::read_to_string(file)?;
        let name = file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let rows = rows(&text).map_err(|error| Error::other(format!("{name}: {error}")))?;
        let samples = samples(&rows, root.of(&[4, index]));
        for (profile, known) in [("full", true), ("none", false)] {
            all.push(watch(detector, name.clone(), profile, &resolved(&rows, known), &samples));
        }
    }
    Ok(all)
}

fn half(index: usize) -> Half {
    if index.is_multiple_of(2) { Half::Tune } else { Half::Test }
}

fn watch<D: Detector>(
    detector: &D,
    file: String,
    profile: &'static str,
    known: &faults::ResolvedProfile,
    samples: &[Sample],
) -> Recorded {
    let mut watched = Watched::new(detector, known, D::State::default());
    let changes = samples.iter().flat_map(|sample| watched.take(sample)).filter(opened);
    let opened = counted(changes.map(|change| change.fault));
    Recorded { file, hours: measure(samples.len()) * ROW_S / 3600.0, profile, opened }
}

struct Row {
    at: DateTime,
    volts: f64,
    amperes: f64,
    kilowatts: f64,
}

fn rows(text: &str) -> std::result::Result<Vec<Row>, String> {
    let mut lines = text.lines();
    let heading: Vec<&str> = lines.next().unwrap_or_default().split(',').collect();
    let column = |name: &str| {
        heading.iter().position(|cell| cell.trim() == name).ok_or_else(|| format!("there is no column {name}"))
    };
    let columns = [
        column("Date Time")?,
        column("Voltage RMS Avg (V)")?,
        column("Current RMS Avg (A)")?,
        column("Real Power Avg (kW)")?,
    ];
    let row = |line: &str| {
        let cells: Vec<&str> = line.split(',').collect();
        let cell = |index: usize| cells.get(columns[index]).map(|cell| cell.trim());
        let number = |index: usize| cell(index)?.parse().ok();
        let at = DateTime::strptime("%Y/%m/%d %H:%M:%S", cell(0)?).ok()?;
        Some(Row { at, volts: number(1)?, amperes: number(2)?, kilowatts: number(3)? })
    };
    let filled = lines.filter(|line| !line.trim().is_empty());
    filled.map(|line| row(line).ok_or_else(|| format!("a row that is none: {line}"))).collect()
}

fn samples(rows: &[Row], seed: Seed) -> Vec<Sample> {
    let mut draw = Draw::new(seed);
    let Station { heat, meter, .. } = std::iter::repeat_with(|| Station::draw(&mut draw, Kind::Ac1, true))
        .find(|station| station.max_a >= OFFER_A)
        .unwrap_or_else(|| Station::draw(&mut Draw::new(seed), Kind::Ac1, true));
    let mut warmth = Warmth::new(&mut draw, &heat, 0.0, ROW_S);
    let mut counted_wh = 100_000.0;
    let mut samples = Vec::new();
    for (index, row) in rows.iter().enumerate() {
        warmth.tick(&mut draw, &heat, measure(index) * ROW_S, row.amperes, 0.0);
        counted_wh += row.kilowatts * 1000.0 * ROW_S / 3600.0;
        let celsius = warmth.sensor_c() + meter.kelvin_noise * draw.normal();
        samples.push(Sample {
            status: if row.amperes > 1.0 { Status::Charging } else { Status::SuspendedEv },
            voltage_v: vec![row.volts],
            current_a: vec![row.amperes],
            power_w: Some(row.kilowatts * 1000.0),
            offered_a: Some(OFFER_A),
            temperature_c: Some(quantised(celsius, meter.kelvin_step)),
            register_wh: Some(floor(counted_wh)),
            ..sample(TimeZone::UTC.to_ambiguous_timestamp(row.at).compatible().unwrap_or_default())
        });
    }
    samples
}

/// The profile of a series: the two networks of the recordings are told apart by their voltage.
fn resolved(rows: &[Row], known: bool) -> faults::ResolvedProfile {
    let mean = rows.iter().map(|row| row.volts).sum::<f64>() / measure(rows.len().max(1));
    let full = Profile {
        nominal_v: Some(if mean > 225.0 { 240.0 } else { 208.0 }),
        phases: Some(1),
        max_a: Some(OFFER_A),
        current: Some(Current::Ac),
        meter_side: Some(MeterSide::Vehicle),
        register_step_wh: Some(1.0),
        ..Profile::default()
    };
    if known { full.resolve() } else { Profile::default().resolve() }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = "Date Time,Voltage RMS Min (V),Voltage RMS Avg (V),Current RMS Avg (A),Real Power Avg (kW)\n\
        2023/08/04 10:15:00,202.0,203.1,26.9,5.4\n2023/08/04 10:16:00,202.0,202.5,0.4,0.0\n";

    #[test]
    fn rows_become_samples_by_their_heading() {
        let rows = rows(FILE).unwrap();
        let samples = samples(&rows, Seed::root(Half::Tune, 1));
        assert_eq!(samples[0].at.to_string(), "2023-08-04T10:15:00Z");
        assert_eq!((samples[0].voltage_v[0], samples[0].current_a[0]), (203.1, 26.9));
        assert_eq!((&samples[0].status, &samples[1].status), (&Status::Charging, &Status::SuspendedEv));
        assert_eq!((samples[0].register_wh, samples[1].register_wh), (Some(100_090), Some(100_090)));
        assert_eq!(resolved(&rows, true).nominal_v, Some(208.0));
        assert_eq!(resolved(&rows, false), faults::ResolvedProfile::default());
    }

    #[test]
    fn a_file_without_a_column_says_which() {
        assert!(rows("Date Time,Voltage RMS Avg (V)\n").is_err_and(|error| error.contains("Current RMS Avg (A)")));
        assert!(rows(&FILE.replace("5.4", "much")).is_err());
    }
}
