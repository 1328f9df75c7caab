//! What a cumulative register says of a session: the sum of the pieces in which it only grew.

use std::collections::BTreeSet;

use super::MeterLimits;
use crate::flags::Flag;

/// A reading: which message it came with, how long after the one before, and what the register showed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Reading {
    /// Position of the message in the session.
    pub(super) index: usize,
    /// Time that may have passed since the reading before, by either clock, seconds.
    pub(super) since_s: i64,
    /// The register, Wh.
    pub(super) wh: i64,
}

/// Energy between two readings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Step {
    pub(super) from_index: usize,
    pub(super) to_index: usize,
    pub(super) energy_wh: i64,
}

/// A register read through.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Read {
    /// One per pair of readings, in order.
    pub(super) steps: Vec<Step>,
    /// Where it began to count, Wh.
    pub(super) start_wh: i64,
    /// Where it ceased to count, Wh.
    pub(super) end_wh: i64,
    pub(super) flags: BTreeSet<Flag>,
}

/// A register that says nothing of the energy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Unreadable {
    /// No reading, or none that another one confirms.
    NoReading(BTreeSet<Flag>),
    /// It ended below its start.
    Negative,
}

/// What becomes of the difference between two readings.
enum Difference {
    Energy(i64),
    RolledOver(i64),
    /// The register fell, or grew faster than energy can flow.
    Gap,
}

/// Reads a register through.
pub(super) fn read(readings: &[Reading], limits: &MeterLimits) -> Result<Read, Unreadable> {
    let (Some(first), Some(last)) = (readings.first(), readings.last()) else {
        return Err(Unreadable::NoReading(BTreeSet::new()));
    };
    let mut read = Read { steps: Vec::new(), start_wh: first.wh, end_wh: last.wh, flags: BTreeSet::new() };
    // Where the piece began that is being read.
    let mut piece_wh = first.wh;
    let mut jumped = false;
    let pairs = readings.iter().zip(readings.iter().skip(1));
    for (number, (before, reading)) in pairs.enumerate() {
        let energy_wh = match difference(before, reading, limits) {
            Difference::Energy(energy_wh) => energy_wh,
            Difference::RolledOver(energy_wh) => {
                piece_wh = reading.wh - energy_wh;
                read.flags.insert(Flag::Rollover);
                energy_wh
            }
            Difference::Gap => {
                let is_last = reading.index == last.index;
                if is_last && reading.wh < piece_wh {
                    return Err(Unreadable::Negative);
                }
                piece_wh = reading.wh;
                jumped |= reading.wh > before.wh;
                if number == 0 && reading.wh > before.wh {
                    read.flags.insert(Flag::ImplausibleStartReplaced);
                    read.start_wh = reading.wh;
                } else {
                    read.flags.insert(Flag::Reset);
                }
                0
            }
        };
        read.steps.push(Step { from_index: before.index, to_index: reading.index, energy_wh });
    }
    // A register that only ever jumped says nothing: to bill it as zero would be a guess.
    if jumped && read.steps.iter().all(|step| step.energy_wh == 0) {
        return Err(Unreadable::NoReading(read.flags));
    }
    Ok(read)
}

fn difference(before: &Reading, reading: &Reading, limits: &MeterLimits) -> Difference {
    let plausible_wh = limits.plausible_wh(reading.since_s);
    let grown_wh = reading.wh - before.wh;
    if grown_wh >= 0 {
        return if grown_wh <= plausible_wh { Difference::Energy(grown_wh) } else { Difference::Gap };
    }
    let wrapped_wh = limits
        .register_modulus_wh
        .filter(|modulus_wh| before.wh < *modulus_wh)
        .map(|modulus_wh| modulus_wh - before.wh + reading.wh)
        .filter(|wrapped_wh| *wrapped_wh <= plausible_wh);
    wrapped_wh.map_or(Difference::Gap, Difference::RolledOver)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Readings every ten minutes of a 22 kW connector whose register ends at 100,000 Wh: energy per step, or why there is none.
    fn steps(registers: &[i64]) -> (Result<Vec<i64>, &'static str>, Vec<Flag>) {
        let limits = MeterLimits { max_power_w: 22_000, register_modulus_wh: Some(100_000), ..MeterLimits::default() };
        let readings: Vec<Reading> =
            registers.iter().enumerate().map(|(index, &wh)| Reading { index, since_s: 600, wh }).collect();
        match read(&readings, &limits) {
            Ok(read) => (Ok(read.steps.iter().map(|step| step.energy_wh).collect()), read.flags.into_iter().collect()),
            Err(Unreadable::NoReading(flags)) => (Err("no reading"), flags.into_iter().collect()),
            Err(Unreadable::Negative) => (Err("negative"), Vec::new()),
        }
    }

    #[test]
    fn a_register_is_the_sum_of_its_pieces() {
        for (registers, energies, flags) in [
            (vec![1000, 4000, 7311], Ok(vec![3000, 3311]), vec![]),
            (vec![1000], Ok(vec![]), vec![]),
            (vec![98_000, 99_500, 500, 3000], Ok(vec![1500, 1000, 2500]), vec![Flag::Rollover]),
            (vec![50_000, 53_000, 100, 2100], Ok(vec![3000, 0, 2000]), vec![Flag::Reset]),
            (vec![1000, 4000, 3990], Ok(vec![3000, 0]), vec![Flag::Reset]),
            (vec![1000, 30_000, 60_000], Err("no reading"), vec![Flag::Reset, Flag::ImplausibleStartReplaced]),
            (vec![1000, 4000, 90_000, 90_500], Ok(vec![3000, 0, 500]), vec![Flag::Reset]),
            (vec![0, 91_000, 91_083], Ok(vec![0, 83]), vec![Flag::ImplausibleStartReplaced]),
            (vec![0, 91_000], Err("no reading"), vec![Flag::ImplausibleStartReplaced]),
            (vec![], Err("no reading"), vec![]),
            (vec![50_000, 40_000], Err("negative"), vec![]),
            (vec![50_000, 53_000, 40_000], Err("negative"), vec![]),
            (vec![50_000, 53_000, 100, 2100, 2090], Ok(vec![3000, 0, 2000, 0]), vec![Flag::Reset]),
        ] {
            assert_eq!(steps(&registers), (energies, flags), "{registers:?}");
        }
    }
}
