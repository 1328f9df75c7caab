//! D12 and D13 frozen readings. Healthy cars hold the same current for hours, so being constant is no fault: something else has to
//! contradict it.

use crate::bytes::{Reader, Writer};
use crate::part::Family;
use crate::phases::Phases;
use crate::report::{Finding, judge, number};
use crate::run::{Debounce, Holds};
use crate::seen::{Last, Seen, narrow};
use crate::state::BadState;
use crate::watch::{Clearing, Level, Watch};
use crate::{Change, FaultId, Severity};

/// Below this nothing is said of a current, A, and of a power, W.
const LOADED_A: f64 = 1.0;
const LOADED_W: f64 = 200.0;
/// The power over the voltage has moved by this share of itself.
const MOVED: f64 = 0.08;
/// A single move of it, as a share of itself.
const MOVE: f64 = 0.04;
/// It has moved so often, or once together with the offer: a step there and back may be the power meter's.
const MOVES: u8 = 3;
const EQUAL_CURRENTS: u16 = 5;
/// An offer has changed by more than this, A, and a vehicle has followed it after so long, ms.
const OFFER_STEP_A: f32 = 1.0;
const FOLLOWS_MS: i64 = 70_000;

/// A temperature should have moved by this, K, and by three times what its model is usually off, over so long, ms, and so many samples.
const RISE_K: f64 = 2.0;
const DEVIATIONS: f64 = 1.5;
const TEMPERATURE_MS: i64 = 600_000;
const EQUAL_TEMPERATURES: u16 = 10;

/// The chance, as its logarithm, below which a run of equal voltages is none: one in ten million.
const LN_CHANCE: f64 = -16.12;
const EQUAL_VOLTAGES: u16 = 8;
/// A run is none before this, s: by then a voltage that stands at a limit is told as what it is.
const VOLTAGE_S: u8 = 150;
/// How many voltages are needed to know how often they repeat, and how many are remembered.
const KNOWN_VOLTAGES: u16 = 100;
const MEMORY: u16 = 4_000;
/// Runs are counted up to here.
const LONGEST: u16 = 16_383;
/// The longest run that teaches how often voltages repeat.
const TEACHES: u16 = 8;
/// Repeating is taken to be likelier than learned, by this and by two deviations; what repeats more often says nothing.
const MORE_LIKELY: f64 = 0.03;
const REPEATS: std::ops::RangeInclusive<f64> = 0.05..=0.9;
/// Voltages repeat in bursts: a run is none unless it is longer than any before by this factor.
const LONGER: f64 = 2.5;
/// A current step of this, A, moves the voltage; it counts as so many equal samples more.
const STEP_A: f64 = 3.0;
const STEP_COUNTS: u16 = 3;

/// What is remembered of readings that repeat.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Frozen {
    voltage: Watch,
    current: Watch,
    temperature: Watch,
    voltages: Voltages,
    currents: Currents,
    temperatures: Temperatures,
}

/// The run of equal voltages, and how often they repeat.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
struct Voltages {
    equal: u16,
    /// How long the run is, s; no more than is asked for.
    held_s: u8,
    repeats: u16,
    seen: u16,
    longest: u16,
}

/// The run of equal currents, and what power and voltage made of the current meanwhile.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
struct Currents {
    equal: u16,
    /// The power over the voltage, A: the least and the most of it, and what it was after its last move.
    least_a: f32,
    most_a: f32,
    level_a: f32,
    /// The power after its last move, W.
    level_w: f32,
    /// How often it has moved.
    moves: u8,
    /// The offer, A, and when it last changed, ms since 1970; while what it moves may still follow.
    offered_a: f32,
    offer_changed_at: Option<i64>,
}

/// The run of equal temperatures.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
struct Temperatures {
    equal: u16,
    since: Option<i64>,
    /// The load when the run began, A².
    load_a2: f32,
}

impl Frozen {
    /// `abnormal`: the voltage is told as a fault already.
    pub(crate) fn take(&mut self, seen: &Seen<'_>, abnormal: bool, changes: &mut Vec<Change>) {
        self.take_voltage(seen, abnormal, changes);
        self.take_current(seen, changes);
        self.take_temperature(seen, changes);
    }

    /// Whether the power contradicts a current that does not move.
    pub(crate) fn suspects_current(&self) -> bool {
        self.current.is_open() || self.currents.contradicted(MOVE)
    }

    fn take_voltage(&mut self, seen: &Seen<'_>, abnormal: bool, changes: &mut Vec<Change>) {
        let charging = |before: &&Last| before.charging && seen.charging() && !abnormal;
        let Some(before) = seen.before.filter(charging) else {
            (self.voltages.equal, self.voltages.held_s) = (0, 0);
            return self.voltage.pass(seen.at);
        };
        let Some(equal) = equal(seen.now.measured.voltage_v, before.measured.voltage_v) else {
            return self.voltage.pass(seen.at);
        };
        let stepped = seen.current_step_a().is_some_and(|step| step >= STEP_A);
        self.voltages.take(equal, stepped, seen.at.saturating_sub(before.at));
        let run = self.voltages.equal;
        let long = self.voltages.held_s >= VOLTAGE_S
            && run >= EQUAL_VOLTAGES
            && f64::from(run) > LONGER * f64::from(self.voltages.longest);
        let chance = if long { self.voltages.chance() } else { None };
        let frozen = chance.is_some_and(|chance| f64::from(run) * chance.ln() < LN_CHANCE);
        let volts = seen.now.measured.voltage_v.highest().unwrap_or(0.0);
        verdict(seen, &mut self.voltage, frozen, !equal, changes, || Finding {
            fault: FaultId::FrozenVoltage,
            unit: "V",
            value: volts,
            good_limit: volts,
            broken: format!(
                "the voltage stays at {volts:.1} V for {run} samples, though {:.0} % of its samples used to differ",
                (1.0 - chance.unwrap_or(0.0)) * 100.0
            ),
            good: format!("the voltage moves, to {volts:.1} V"),
        });
    }

    fn take_current(&mut self, seen: &Seen<'_>, changes: &mut Vec<Change>) {
        let loaded = seen.charging() && seen.highest_a().is_some_and(|amperes| amperes > LOADED_A);
        let power = seen.now.measured.power_w.map(f64::from).filter(|watts| *watts > LOADED_W);
        let before = seen.before.filter(|before| before.charging && loaded);
        let (Some(before), Some(watts)) = (before, power) else {
            self.currents = Currents::default();
            return self.current.pass(seen.at);
        };
        let Some(equal) = equal(seen.now.current_a, before.current_a) else { return self.current.pass(seen.at) };
        self.currents.take(equal, seen, watts);
        let frozen = self.currents.equal >= EQUAL_CURRENTS && self.currents.contradicted(MOVED);
        let amperes = seen.highest_a().unwrap_or(0.0);
        let Currents { least_a, most_a, .. } = self.currents;
        verdict(seen, &mut self.current, frozen, !equal, changes, || Finding {
            fault: FaultId::FrozenCurrent,
            unit: "A",
            value: amperes,
            good_limit: amperes,
            broken: format!(
                "the current stays at {amperes:.2} A while power over voltage goes from {least_a:.1} to {most_a:.1} A"
            ),
            good: format!("the current moves, to {amperes:.2} A"),
        });
    }

    fn take_temperature(&mut self, seen: &Seen<'_>, changes: &mut Vec<Change>) {
        let before = seen.before.and_then(|before| before.measured.temperature_c);
        let (Some(now), Some(before)) = (seen.now.measured.temperature_c, before) else {
            self.temperatures = Temperatures::default();
            return self.temperature.pass(seen.at);
        };
        let equal = now.to_bits() == before.to_bits();
        let load = seen.known.heat.load_a2;
        self.temperatures.take(equal, seen.at, narrow(load));
        let (rise, unsure) = seen.known.heat.usual.map_or((0.0, 0.0), |usual| (usual.rise_per_a2, usual.spread_k));
        let moved_k = rise * (load - f64::from(self.temperatures.load_a2)).abs();
        let long = self.temperatures.since.is_some_and(|since| seen.at.saturating_sub(since) >= TEMPERATURE_MS);
        let frozen = long && self.temperatures.equal >= EQUAL_TEMPERATURES && moved_k > RISE_K + DEVIATIONS * unsure;
        let celsius = f64::from(now);
        verdict(seen, &mut self.temperature, frozen, !equal, changes, || Finding {
            fault: FaultId::FrozenTemperature,
            unit: "°C",
            value: celsius,
            good_limit: celsius,
            broken: format!(
                "the temperature stays at {celsius:.1} °C though the current should have moved it by {} K",
                number(moved_k)
            ),
            good: format!("the temperature moves, to {celsius:.1} °C"),
        });
    }
}

fn verdict(
    seen: &Seen<'_>,
    watch: &mut Watch,
    frozen: bool,
    moves: bool,
    changes: &mut Vec<Change>,
    finding: impl Fn() -> Finding,
) {
    if !watch.is_open() && !frozen {
        return;
    }
    let described = finding();
    let levels =
        [Level { severity: Severity::P3, limit: described.value, broken: frozen.into(), debounce: Debounce::AT_ONCE }];
    let good = if moves { Holds::Yes } else { Holds::No };
    let fault = described.fault.clone();
    judge(seen, watch, levels, Clearing { good, seconds: 0 }, changes, &fault, move || described);
}

/// Whether all phases read as before; none where nothing is measured.
fn equal(now: Phases, before: Phases) -> Option<bool> {
    now.present().next().map(|_| now == before)
}

impl Voltages {
    fn take(&mut self, equal: bool, stepped: bool, elapsed_ms: i64) {
        if equal {
            let more = u8::try_from(elapsed_ms / 1_000).unwrap_or(VOLTAGE_S).max(1);
            self.held_s = self.held_s.saturating_add(more).min(VOLTAGE_S);
            self.equal = (self.equal + if stepped { STEP_COUNTS } else { 1 }).min(LONGEST);
        } else {
            self.held_s = 0;
            let run = std::mem::take(&mut self.equal);
            self.longest = self.longest.max(run);
            let run = run.min(TEACHES);
            (self.repeats, self.seen) = (self.repeats + run, self.seen + run + 1);
            if self.seen > MEMORY {
                (self.repeats, self.seen) = (self.repeats / 2, self.seen / 2);
            }
        }
    }

    /// The chance that a healthy voltage repeats, once it is known.
    fn chance(self) -> Option<f64> {
        let seen = f64::from(self.seen);
        let share = f64::from(self.repeats) / seen;
        let chance = share + 2.0 * (share * (1.0 - share) / seen).sqrt() + MORE_LIKELY;
        (self.seen >= KNOWN_VOLTAGES && REPEATS.contains(&chance)).then_some(chance)
    }
}

impl Currents {
    fn take(&mut self, equal: bool, seen: &Seen<'_>, watts: f64) {
        if !equal {
            *self = Self::default();
            return;
        }
        let volts = seen.now.measured.voltage_v.highest().filter(|volts| *volts > 1.0).unwrap_or(1.0);
        let (watts, amperes) = (narrow(watts), narrow(watts / volts));
        let offered_a = seen.now.offered_a.unwrap_or(0.0);
        if self.equal == 0 {
            let (least_a, most_a, level_a, level_w) = (amperes, amperes, amperes, watts);
            *self = Self { equal: 1, least_a, most_a, level_a, level_w, offered_a, ..Self::default() };
            return;
        }
        self.equal = self.equal.saturating_add(1).min(EQUAL_CURRENTS);
        (self.least_a, self.most_a) = (self.least_a.min(amperes), self.most_a.max(amperes));
        if (offered_a - self.offered_a).abs() > OFFER_STEP_A {
            (self.offered_a, self.offer_changed_at) = (offered_a, Some(seen.at));
        }
        self.offer_changed_at = self.offer_changed_at.filter(|changed| seen.at.saturating_sub(*changed) <= FOLLOWS_MS);
        // Both move when the current does; with the voltage only one of them.
        if moved(amperes, self.level_a) && moved(watts, self.level_w) {
            (self.level_a, self.level_w) = (amperes, watts);
            // A vehicle that follows the offer is contradiction enough.
            self.moves = if self.offer_changed_at.is_some() { MOVES } else { self.moves.saturating_add(1).min(MOVES) };
        }
    }

    /// Whether what power and voltage make of the current has moved by a share of itself, and often enough.
    fn contradicted(&self, share: f64) -> bool {
        self.moves >= MOVES && f64::from(self.most_a - self.least_a) > share * f64::from(self.most_a)
    }
}

fn moved(now: f32, level: f32) -> bool {
    f64::from((now - level).abs()) > MOVE * f64::from(level)
}

impl Temperatures {
    fn take(&mut self, equal: bool, at: i64, load_a2: f32) {
        if equal && self.since.is_some() {
            // More and longer is no other.
            self.equal = self.equal.saturating_add(1).min(EQUAL_TEMPERATURES);
            self.since = self.since.map(|since| since.max(at.saturating_sub(TEMPERATURE_MS)));
        } else {
            *self = Self { equal: 1, since: Some(at), load_a2 };
        }
    }
}

impl Family for Frozen {
    const TAG: u8 = 13;

    fn outline(&self) -> u16 {
        let open = |watch: &Watch| u16::from(watch.is_open());
        open(&self.voltage) | open(&self.current) << 1 | open(&self.temperature) << 2
    }

    fn write(&self, to: &mut Writer) {
        for watch in [&self.voltage, &self.current, &self.temperature] {
            watch.pack(to);
        }
        let Voltages { equal, held_s, repeats, seen, longest } = self.voltages;
        to.byte(held_s);
        for count in [equal, repeats, seen, longest, self.currents.equal, self.temperatures.equal] {
            to.whole(count.into());
        }
        if self.currents.equal > 0 {
            let Currents { least_a, most_a, level_a, level_w, offered_a, moves, .. } = self.currents;
            to.byte(moves);
            to.maybe_past(self.currents.offer_changed_at);
            for value in [least_a, most_a, level_a, level_w, offered_a] {
                to.float(value);
            }
        }
        to.maybe_past(self.temperatures.since);
        to.float(self.temperatures.load_a2);
    }

    fn read(from: &mut Reader<'_>) -> Result<Self, BadState> {
        let (voltage, current, temperature) = (Watch::unpack(from)?, Watch::unpack(from)?, Watch::unpack(from)?);
        let held_s = from.byte()?;
        let mut count = || from.whole().and_then(|count| u16::try_from(count).map_err(|_| BadState));
        let voltages = Voltages { equal: count()?, held_s, repeats: count()?, seen: count()?, longest: count()? };
        if voltages.seen > MEMORY || voltages.repeats > voltages.seen || voltages.equal > LONGEST {
            return Err(BadState);
        }
        let mut currents = Currents { equal: count()?, ..Currents::default() };
        let equal = count()?;
        if currents.equal > 0 {
            currents.moves = from.byte()?;
            currents.offer_changed_at = from.maybe_past()?;
            let Currents { least_a, most_a, level_a, level_w, offered_a, .. } = &mut currents;
            for value in [least_a, most_a, level_a, level_w, offered_a] {
                *value = from.float()?;
            }
        }
        let since = from.maybe_past()?;
        let temperatures = Temperatures { equal, since, load_a2: from.float()? };
        Ok(Self { voltage, current, temperature, voltages, currents, temperatures })
    }
}

#[cfg(test)]
impl crate::part::Fullest for Frozen {
    fn fullest(at: i64) -> Self {
        let watch = || Watch::fullest(at, false, false);
        Self {
            voltage: watch(),
            current: watch(),
            temperature: watch(),
            voltages: Voltages { equal: LONGEST, held_s: VOLTAGE_S, repeats: MEMORY, seen: MEMORY, longest: LONGEST },
            currents: Currents {
                equal: EQUAL_CURRENTS,
                least_a: 1.0,
                most_a: 1.0,
                level_a: 1.0,
                level_w: 1.0,
                moves: MOVES,
                offered_a: 1.0,
                offer_changed_at: Some(at - FOLLOWS_MS),
            },
            temperatures: Temperatures { equal: EQUAL_TEMPERATURES, since: Some(at - TEMPERATURE_MS), load_a2: 1.0 },
        }
    }
}
