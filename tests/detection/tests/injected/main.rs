//! Faults brought into charging as it was recorded, and as it is generated where no recording has what it takes: each opens exactly one
//! fault, which clears after its cause is gone, at every cadence and over a bad line.

#![expect(clippy::unwrap_used, reason = "a test says by panicking what broke")]

mod recorded;
mod rows;

use faults::{ChangeKind, FaultId, Profile, ResolvedProfile, detect};

use crate::recorded::recorded;
use crate::rows::{Row, delivered, lines, session};

const CADENCES: [i64; 3] = [1, 10, 60];

fn known(nominal: f64, phases: u8) -> ResolvedProfile {
    let profile = format!(
        r#"{{"nominalV":{nominal},"phases":{phases},"maxA":32,"current":"AC","meterSide":"vehicle","registerStepWh":1}}"#
    );
    serde_json::from_str::<Profile>(&profile).unwrap().resolve()
}

/// What opens and clears, as it was told.
fn told<'a>(profile: &ResolvedProfile, lines: impl IntoIterator<Item = &'a str>) -> Vec<(FaultId, ChangeKind)> {
    detect(profile, lines).unwrap().into_iter().map(|line| (line.fault, line.change)).collect()
}

/// A series with a name, its nominal voltage, and the profiles it is checked against.
struct Series {
    name: String,
    nominal: f64,
    rows: Vec<Row>,
    phases: u8,
}

impl Series {
    /// Every recording, and a generated session at every cadence.
    fn all(phases: u8) -> Vec<Self> {
        let generated = CADENCES.map(|cadence| Self {
            name: format!("generated, every {cadence} s"),
            nominal: 230.0,
            rows: session(cadence, phases.into(), 230.0, 3),
            phases,
        });
        let recorded = recorded().into_iter().map(|(name, nominal, rows)| Self { name, nominal, rows, phases: 1 });
        generated.into_iter().chain(recorded.filter(|_| phases == 1)).collect()
    }

    /// The time at which charging has gone on for so many minutes.
    fn minute(&self, minutes: i64) -> i64 {
        let start = self.rows.iter().find(|row| row.charging() && row.amperes[0] > 10.0).unwrap();
        start.at + 60 * minutes
    }

    /// Changes the rows between two minutes of charging.
    fn change(&mut self, (from, until): (i64, i64), change: impl Fn(&mut Row)) {
        let (from, until) = (self.minute(from), self.minute(until));
        self.rows.iter_mut().filter(|row| row.charging() && (from..until).contains(&row.at)).for_each(change);
    }

    /// Exactly this is told, in order and over a bad line, with the profile and, when `learned` can be, with none.
    fn tells(&self, fault: Option<&FaultId>, learned: bool) {
        let expected: Vec<(FaultId, ChangeKind)> = fault
            .map(|fault| [(fault.clone(), ChangeKind::Opened), (fault.clone(), ChangeKind::Cleared)])
            .into_iter()
            .flatten()
            .collect();
        let lines = lines(&self.rows);
        let bad = delivered(&lines, 11);
        let profiles = [known(self.nominal, self.phases)].into_iter().chain(learned.then(ResolvedProfile::default));
        for profile in profiles {
            let name = format!("{} {:?} {profile:?}", self.name, fault);
            assert_eq!(told(&profile, lines.iter().map(|(_, line)| line.as_str())), expected, "{name}");
            assert_eq!(told(&profile, bad.iter().map(String::as_str)), expected, "a bad line, {name}");
        }
    }
}

/// Brings one fault into every series.
fn check(fault: &FaultId, phases: u8, learned: bool, inject: impl Fn(&mut Series)) {
    for mut series in Series::all(phases) {
        inject(&mut series);
        series.tells(Some(fault), learned);
    }
}

#[test]
fn healthy_charging_opens_nothing() {
    for series in Series::all(1).iter().chain(&Series::all(3)) {
        series.tells(None, true);
    }
}

#[test]
fn a_supply_that_is_too_high_or_too_low() {
    for (ratio, fault) in [(1.12, FaultId::Overvoltage), (0.84, FaultId::Undervoltage)] {
        for mut series in Series::all(1) {
            let volts = ratio * series.nominal;
            series.change((20, 32), |row| row.volts = vec![volts]);
            // What fits 230 V and 240 V has wider limits until somebody says which.
            let exact = series.nominal < 220.0;
            series.tells(Some(&fault), exact);
        }
    }
}

#[test]
fn a_vehicle_that_draws_more_than_it_is_offered() {
    check(&FaultId::Overcurrent, 1, true, |series| {
        series.change((20, 30), |row| row.amperes = vec![1.15 * row.offer]);
    });
    check(&FaultId::Overcurrent, 1, true, |series| {
        series.rows.iter_mut().for_each(|row| row.offer = 32.0);
        series.change((20, 30), |row| (row.offer, row.amperes) = (16.0, vec![1.15 * 16.0]));
    });
}

#[test]
fn ninety_degrees() {
    check(&FaultId::Overtemperature, 1, true, |series| series.change((20, 30), |row| row.celsius = Some(90.0)));
}

#[test]
fn a_register_that_goes_back() {
    for wh in [500.0, 100_000.0] {
        check(&FaultId::RegisterRollback, 1, true, |series| {
            let at = series.minute(20);
            series.rows.iter_mut().find(|row| row.at >= at).unwrap().jumps = -wh;
        });
    }
}

#[test]
fn a_register_that_stands_still() {
    check(&FaultId::RegisterStuck, 1, true, |series| series.change((20, 45), |row| row.counts = 0.0));
}

#[test]
fn a_register_that_counts_a_fifth_too_little() {
    check(&FaultId::RegisterMismatch, 1, true, |series| series.change((15, 45), |row| row.counts = 0.8));
}

#[test]
fn a_phase_that_is_lost() {
    for phase in 0..3 {
        for volts in [0.0, 60.0, 180.0] {
            check(&FaultId::PhaseLoss, 3, true, |series| {
                series.change((20, 30), |row| (row.amperes[phase], row.volts[phase]) = (0.0, volts));
            });
        }
    }
}

#[test]
fn a_contactor_that_is_welded() {
    for (amperes, volts, learned) in [(0.0, 0.97, false), (1.5, 0.97, true), (16.0, 0.97, true)] {
        check(&FaultId::WeldedContactor, 1, learned, |series| {
            let end = series.rows.last().unwrap().at;
            for minute in 1..25 {
                let mut row = Row::idle(end + 60 * minute, 1);
                if (5..13).contains(&minute) {
                    (row.amperes, row.volts) = (vec![amperes], vec![volts * series.nominal]);
                }
                series.rows.push(row);
            }
        });
    }
}

#[test]
fn a_contact_of_ten_milliohms_more() {
    for cadence in CADENCES {
        let mut rows: Vec<Row> = Vec::new();
        for day in 0..9_u32 {
            let mut session = session(cadence, 1, 230.0, day.into());
            for row in &mut session {
                row.at += 86_400 * i64::from(day);
            }
            if day == 7 {
                // 10 milliohms and 1.5 K/W, from the twentieth minute of charging on.
                let from = session.iter().find(|row| row.charging()).unwrap().at + 1_200;
                session.iter_mut().filter(|row| row.at >= from).for_each(|row| row.contact = 0.010 * 1.5);
            }
            rows.extend(session);
        }
        let series = Series { name: format!("nine days, every {cadence} s"), nominal: 230.0, rows, phases: 1 };
        series.tells(Some(&FaultId::LooseConnection), true);
    }
}
