//! Series as a recorder writes them: rows at a cadence, with what follows from voltage and current.

use std::fmt::Write as _;

/// What one row says.
#[derive(Debug, Clone)]
pub(crate) struct Row {
    /// Seconds since the beginning.
    pub(crate) at: i64,
    pub(crate) status: &'static str,
    /// Per phase.
    pub(crate) volts: Vec<f64>,
    pub(crate) amperes: Vec<f64>,
    /// Power over voltage times current.
    pub(crate) factor: f64,
    pub(crate) offer: f64,
    /// More warmth at the contact, K/A².
    pub(crate) contact: f64,
    /// What the sensor reads instead, °C.
    pub(crate) celsius: Option<f64>,
    /// What the register counts of what flows.
    pub(crate) counts: f64,
    /// What it jumps by, Wh.
    pub(crate) jumps: f64,
}

impl Row {
    pub(crate) fn idle(at: i64, phases: usize) -> Self {
        Self {
            at,
            status: "Available",
            volts: vec![0.1; phases],
            amperes: vec![0.0; phases],
            factor: 1.0,
            offer: 32.0,
            contact: 0.0,
            celsius: None,
            counts: 1.0,
            jumps: 0.0,
        }
    }

    pub(crate) fn charging(&self) -> bool {
        self.status == "Charging"
    }

    pub(crate) fn watts(&self) -> f64 {
        self.factor * self.volts.iter().zip(&self.amperes).map(|(volts, amperes)| volts * amperes).sum::<f64>()
    }
}

/// Numbers that look like noise, between -1 and 1; the same on every run.
pub(crate) struct Noise(u64);

impl Noise {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    pub(crate) fn next(&mut self) -> f64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        f64::from(u32::try_from(self.0 >> 33).unwrap_or(0)) / f64::from(1_u32 << 30) - 1.0
    }
}

/// What a vehicle does that charges for two hours and then rests: minutes and amperes.
const SESSION: [(i64, f64); 7] = [(25, 0.0), (2, 15.0), (110, 28.8), (6, 18.0), (6, 9.0), (15, 0.3), (75, 0.0)];

/// A session, from before the vehicle comes until the connector is cool again.
pub(crate) fn session(cadence: i64, phases: usize, nominal: f64, seed: u64) -> Vec<Row> {
    let mut noise = Noise::new(seed);
    let mut rows = Vec::new();
    let mut end = 0;
    for (minutes, amperes) in SESSION {
        let mut at = end;
        end += minutes * 60;
        while at < end {
            let mut row = Row::idle(at, phases);
            if amperes > 0.0 {
                row.status = if amperes > 1.0 { "Charging" } else { "SuspendedEV" };
                row.factor = if amperes > 1.0 { 0.995 } else { 0.02 };
                row.volts = (0..phases).map(|_| nominal * (0.97 + 0.004 * noise.next()) - 0.1 * amperes).collect();
                row.amperes = (0..phases).map(|_| amperes + 0.1 * noise.next()).collect();
            }
            rows.push(row);
            at += cadence;
        }
    }
    rows
}

/// The rows as `telemetry` lines; temperature and register follow from them.
pub(crate) fn lines(rows: &[Row]) -> Vec<(i64, String)> {
    let mut noise = Noise::new(7);
    let (mut load, mut extra, mut register) = (0.0, 0.0, 1_234_567.0);
    let mut before: Option<&Row> = None;
    let mut lines = Vec::new();
    for row in rows {
        #[expect(clippy::cast_precision_loss, reason = "seconds of some days")]
        let elapsed = before.map_or(0.0, |before| (row.at - before.at) as f64);
        let square = row.amperes.iter().fold(0.0_f64, |most, amperes| most.max(*amperes)).powi(2);
        let follow = 1.0 - (-elapsed / 800.0).exp();
        load += follow * (square - load);
        extra += follow * (square * row.contact - extra);
        register += row.counts * row.watts() * elapsed / 3600.0 + row.jumps;
        let celsius = row.celsius.unwrap_or(21.0 + 0.02 * load + extra + 0.1 * noise.next());
        lines.push((row.at, line(row, celsius, register)));
        before = Some(row);
    }
    lines
}

fn line(row: &Row, celsius: f64, register: f64) -> String {
    let at = jiff::Timestamp::from_second(1_780_308_000 + row.at).unwrap();
    let list = |values: &[f64]| {
        values.iter().fold(String::new(), |mut text, value| {
            let comma = if text.is_empty() { "" } else { "," };
            write!(text, "{comma}{value:.1}").unwrap();
            text
        })
    };
    format!(
        r#"{{"samples":[{{"at":"{at}","connectors":[{{"evseId":1,"connectorId":1,"status":"{}","voltageV":[{}],"currentA":[{}],"powerW":{:.0},"offeredA":{},"temperatureC":{celsius:.1},"registerWh":{register:.0}}}]}}]}}"#,
        row.status,
        list(&row.volts),
        list(&row.amperes),
        row.watts(),
        row.offer,
    )
}

/// Lines as they arrive over a bad line: up to a minute late, some twice, one in a hundred never.
pub(crate) fn delivered(lines: &[(i64, String)], seed: u64) -> Vec<String> {
    let mut noise = Noise::new(seed);
    let mut arriving: Vec<(f64, &String)> = Vec::new();
    for (at, line) in lines {
        #[expect(clippy::cast_precision_loss, reason = "seconds of some days")]
        let at = *at as f64;
        if noise.next() > 0.98 {
            continue;
        }
        arriving.push((at + 30.0 * noise.next(), line));
        if noise.next() > 0.8 {
            arriving.push((at + 30.0 * noise.next(), line));
        }
    }
    arriving.sort_by(|(a, _), (b, _)| a.total_cmp(b));
    arriving.into_iter().map(|(_, line)| line.clone()).collect()
}
