//! Real charging, where recordings lie beside the repository: one-minute rows of six cars. Without them these tests have nothing to say.

use std::path::Path;

use crate::rows::Row;

/// The columns that are read.
const COLUMNS: [&str; 3] = ["Voltage RMS Avg (V)", "Current RMS Avg (A)", "Real Power Avg (kW)"];

/// A recorded series and its nominal voltage.
pub(crate) fn recorded() -> Vec<(String, f64, Vec<Row>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/telemetry");
    let Ok(files) = std::fs::read_dir(folder) else { return Vec::new() };
    let mut series: Vec<_> = files
        .map(|file| file.unwrap().path())
        .filter(|file| file.extension().is_some_and(|extension| extension == "csv"))
        .map(|file| {
            let rows = rows(&std::fs::read_to_string(&file).unwrap());
            let high = rows.iter().filter(|row| row.charging()).all(|row| row.volts[0] > 225.0);
            (file.file_stem().unwrap().to_string_lossy().into_owned(), if high { 240.0 } else { 208.0 }, rows)
        })
        .collect();
    series.sort_by(|(a, ..), (b, ..)| a.cmp(b));
    series
}

fn rows(text: &str) -> Vec<Row> {
    let mut lines = text.lines();
    let heading: Vec<&str> = lines.next().unwrap().split(',').collect();
    let columns = COLUMNS.map(|name| heading.iter().position(|cell| *cell == name).unwrap());
    let row = |(minute, line): (i64, &str)| {
        let cells: Vec<&str> = line.split(',').collect();
        let [volts, amperes, kilowatts] = columns.map(|column| cells[column].parse::<f64>().unwrap());
        Row {
            status: if amperes > 1.0 { "Charging" } else { "SuspendedEV" },
            factor: if volts * amperes > 0.0 { 1000.0 * kilowatts / (volts * amperes) } else { 1.0 },
            volts: vec![volts],
            amperes: vec![amperes],
            ..Row::idle(60 * minute, 1)
        }
    };
    (0..).zip(lines).map(row).collect()
}
