//! Charging periods: what the session was doing between its messages, and the energy of each stretch.

use messages::ChargingState;

use super::register::Step;

/// What a stretch of time counts as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IntervalKind {
    /// The EVSE was held for the driver, before the session.
    Reservation,
    /// Charging.
    Charging,
    /// The vehicle asks for nothing.
    Parking,
    /// A pause that is not the vehicle's doing, or no vehicle: costs no time.
    Pause,
}

/// A stretch of a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Interval {
    /// What it counts as.
    pub kind: IntervalKind,
    /// Its start, seconds since 1970.
    pub start_s: i64,
    /// Its end, seconds since 1970; not before its start.
    pub end_s: i64,
    /// Its energy, Wh.
    pub energy_wh: i64,
}

impl Interval {
    /// Its length, seconds.
    #[must_use]
    pub fn seconds(&self) -> i64 {
        self.end_s - self.start_s
    }
}

/// What a session does after a message with this state; a state that is not given or not known changes nothing.
fn kind(before: IntervalKind, state: Option<&ChargingState>) -> IntervalKind {
    match state {
        Some(ChargingState::Charging) => IntervalKind::Charging,
        Some(ChargingState::EvConnected | ChargingState::SuspendedEv) => IntervalKind::Parking,
        Some(ChargingState::SuspendedEvse | ChargingState::Idle) => IntervalKind::Pause,
        Some(ChargingState::Other(_)) | None => before,
    }
}

/// The stretches between messages, each with its part of the energy between two readings: in proportion to charging time, or to time
/// where nothing is said to charge. Parts are whole Wh and add up. Neighbours of one kind between the same two readings are one.
pub(super) fn intervals(times_s: &[i64], states: &[Option<&ChargingState>], steps: &[Step]) -> Vec<Interval> {
    let mut stretches = stretches(times_s, states);
    for step in steps {
        if let Some(between) = stretches.get_mut(step.from_index..step.to_index) {
            spread(between, step.energy_wh);
        }
    }
    let mut intervals: Vec<Interval> = Vec::new();
    let mut readings = steps.iter().map(|step| step.to_index).peekable();
    let mut at_reading = true;
    for (index, stretch) in stretches.into_iter().enumerate() {
        if readings.next_if(|reading| *reading <= index).is_some() {
            at_reading = true;
        }
        if stretch.seconds() == 0 && stretch.energy_wh == 0 {
            continue;
        }
        match intervals.last_mut() {
            Some(last) if last.kind == stretch.kind && !at_reading => {
                last.end_s = stretch.end_s;
                last.energy_wh += stretch.energy_wh;
            }
            Some(_) | None => intervals.push(stretch),
        }
        at_reading = false;
    }
    intervals
}

fn stretches(times_s: &[i64], states: &[Option<&ChargingState>]) -> Vec<Interval> {
    let mut current = IntervalKind::Charging;
    let pairs = times_s.iter().zip(times_s.iter().skip(1));
    pairs
        .zip(states)
        .map(|((start_s, end_s), state)| {
            current = kind(current, *state);
            Interval { kind: current, start_s: *start_s, end_s: *end_s, energy_wh: 0 }
        })
        .collect()
}

fn spread(stretches: &mut [Interval], energy_wh: i64) {
    let charges = |stretch: &Interval| stretch.kind == IntervalKind::Charging;
    let any_charges = stretches.iter().any(|stretch| charges(stretch) && stretch.seconds() > 0);
    let weight = |stretch: &Interval| if any_charges && !charges(stretch) { 0 } else { stretch.seconds() };
    let total: i64 = stretches.iter().map(weight).sum();
    let (mut passed, mut given_wh) = (0_i64, 0_i64);
    for stretch in stretches.iter_mut() {
        passed += weight(stretch);
        // What has flowed until here, rounded down; the last stretch with weight reaches the whole.
        let until_here = i128::from(energy_wh) * i128::from(passed) / i128::from(total.max(1));
        let until_here = i64::try_from(until_here).unwrap_or(energy_wh);
        stretch.energy_wh = until_here - given_wh;
        given_wh = until_here;
    }
    if let Some(last) = stretches.last_mut().filter(|_| total == 0) {
        last.energy_wh = energy_wh;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn energy_falls_where_the_vehicle_charges_and_adds_up() {
        let (charging, suspended) = (Some(&ChargingState::Charging), Some(&ChargingState::SuspendedEv));
        let step = |from_index, to_index, energy_wh| Step { from_index, to_index, energy_wh };
        for (what, times, states, steps, expected) in [
            (
                "one interval between two readings",
                vec![0, 60, 120],
                vec![charging, None, None],
                vec![step(0, 1, 5), step(1, 2, 6)],
                vec![(IntervalKind::Charging, 60, 5), (IntervalKind::Charging, 60, 6)],
            ),
            (
                "a state between two readings",
                vec![0, 100, 200, 300],
                vec![charging, suspended, charging, None],
                vec![step(0, 3, 1001)],
                vec![
                    (IntervalKind::Charging, 100, 500),
                    (IntervalKind::Parking, 100, 0),
                    (IntervalKind::Charging, 100, 501),
                ],
            ),
            (
                "energy while parked is energy all the same",
                vec![0, 100, 200],
                vec![suspended, suspended, None],
                vec![step(0, 2, 3)],
                vec![(IntervalKind::Parking, 200, 3)],
            ),
            (
                "energy in no time is kept",
                vec![0, 0, 10],
                vec![charging, charging, None],
                vec![step(0, 1, 7)],
                vec![(IntervalKind::Charging, 0, 7), (IntervalKind::Charging, 10, 0)],
            ),
        ] {
            let intervals = intervals(&times, &states, &steps);
            let shown: Vec<_> =
                intervals.iter().map(|interval| (interval.kind, interval.seconds(), interval.energy_wh)).collect();
            assert_eq!(shown, expected, "{what}");
        }
    }

    #[test]
    fn our_own_pause_is_neither_charging_nor_parking() {
        for (state, expected) in [
            (ChargingState::EvConnected, IntervalKind::Parking),
            (ChargingState::SuspendedEv, IntervalKind::Parking),
            (ChargingState::SuspendedEvse, IntervalKind::Pause),
            (ChargingState::Idle, IntervalKind::Pause),
            (ChargingState::Charging, IntervalKind::Charging),
            (ChargingState::Other("Dreaming".to_owned()), IntervalKind::Charging),
        ] {
            assert_eq!(kind(IntervalKind::Charging, Some(&state)), expected, "{state:?}");
        }
    }
}
