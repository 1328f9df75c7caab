//! The catalogue of trials: each fault at three magnitudes, and what its session has to be like.

use faults::{FaultId, MeterSide};

use crate::cause::Cause;
use crate::draw::Draw;
use crate::session::{Activity, Wish};
use crate::station::{Kind, Station};

/// When a cause begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Begins {
    /// When charging begins.
    AtTheStart,
    /// Somewhere in the middle of charging.
    Charging,
    /// When charging ends.
    AtTheEnd,
}

/// One fault at one magnitude.
pub(crate) struct Scenario {
    /// The fault that has to be found.
    pub(crate) fault: FaultId,
    /// The magnitude, for people.
    pub(crate) magnitude: String,
    /// Whether it has to be found at once.
    pub(crate) hard: bool,
    pub(crate) cause: fn(&mut Draw, f64, &Station) -> Cause,
    /// What the cause is made of.
    pub(crate) amount: f64,
    pub(crate) kinds: &'static [Kind],
    pub(crate) wish: Wish,
    /// Currents that the trials take in turn, A.
    pub(crate) currents: &'static [f64],
    pub(crate) begins: Begins,
    /// How long the cause lasts, s.
    pub(crate) lasts_s: (f64, f64),
    /// How long the series goes on after it, s.
    pub(crate) after_s: f64,
    pub(crate) suits: fn(&Station) -> bool,
    /// A fault that says the same more exactly: told instead, it counts.
    pub(crate) instead: Option<FaultId>,
    /// Faults that follow from the same cause and are no error.
    pub(crate) also: &'static [FaultId],
}

const AC: &[Kind] = &[Kind::Ac1, Kind::Ac3];
const ANY: &[Kind] = &Kind::ALL;
const MINUTE: f64 = 60.0;

/// The catalogue.
pub(crate) fn scenarios() -> Vec<Scenario> {
    let mut all = supply();
    all.extend(current());
    all.extend(contact());
    all.extend(phases());
    all.extend(register());
    all.extend(frozen());
    all.extend(sensors());
    all.extend(station());
    all
}

/// A scenario like most: while charging, on any connector, for half an hour.
fn usual(fault: FaultId, magnitude: &str, amount: f64, cause: fn(&mut Draw, f64, &Station) -> Cause) -> Scenario {
    Scenario {
        fault,
        magnitude: magnitude.to_owned(),
        hard: false,
        cause,
        amount,
        kinds: ANY,
        wish: Wish { at_least_a: 8.0, pauses: false, ..Wish::ANY },
        currents: &[],
        begins: Begins::Charging,
        lasts_s: (20.0 * MINUTE, 40.0 * MINUTE),
        after_s: 15.0 * MINUTE,
        suits: |_| true,
        instead: None,
        also: &[],
    }
}

fn supply() -> Vec<Scenario> {
    let of_nominal = |_: &mut Draw, amount, _: &Station| Cause::Supply(amount);
    let over = [("1.12 Vn", 1.12), ("1.15 Vn", 1.15), ("1.25 Vn", 1.25)].map(|(label, amount)| Scenario {
        kinds: AC,
        hard: amount > 1.2,
        after_s: 25.0 * MINUTE,
        ..usual(FaultId::Overvoltage, label, amount, of_nominal)
    });
    let under = [("0.88 Vn", 0.88), ("0.86 Vn", 0.86), ("0.82 Vn", 0.82)].map(|(label, amount)| Scenario {
        kinds: AC,
        after_s: 25.0 * MINUTE,
        ..usual(FaultId::Undervoltage, label, amount, of_nominal)
    });
    over.into_iter().chain(under).collect()
}

fn current() -> Vec<Scenario> {
    let draws = |_: &mut Draw, amount, _: &Station| Cause::Draws(amount);
    let over = [("1.15 x offer", 1.15, 16.0), ("1.2 x offer", 1.2, 10.0), ("1.4 x offer", 1.4, 8.0)].map(
        |(label, amount, at_least_a)| Scenario {
            kinds: AC,
            hard: amount > 1.25,
            wish: Wish { at_least_a, pauses: false, ..Wish::ANY },
            lasts_s: (5.0 * MINUTE, 20.0 * MINUTE),
            // A connector that carries 1.4 times its rated current does get too hot.
            also: &[FaultId::Overtemperature],
            ..usual(FaultId::Overcurrent, label, amount, draws)
        },
    );
    let none = [("0 A", 0.0), ("0.1 A", 0.1), ("0.4 A", 0.4)].map(|(label, amount)| Scenario {
        begins: Begins::AtTheStart,
        ..usual(FaultId::NoDraw, label, amount, |_, amount, _| Cause::NoDraw(amount))
    });
    let welded = [("voltage only", 0.0), ("1 A", 1.0), ("16 A", 16.0)].map(|(label, amount)| Scenario {
        begins: Begins::AtTheEnd,
        kinds: AC,
        wish: Wish { at_least_a: 16.0, pauses: false, ..Wish::ANY },
        suits: if amount > 0.0 { |_| true } else { |station| station.meter.side == MeterSide::Vehicle },
        ..usual(FaultId::WeldedContactor, label, amount, |_, amount, _| Cause::Welded(amount))
    });
    over.into_iter().chain(none).chain(welded).collect()
}

fn contact() -> Vec<Scenario> {
    let hot = [("78 C", 78.0), ("88 C", 88.0), ("95 C", 95.0)].map(|(label, amount)| Scenario {
        hard: amount > 90.0,
        suits: |station| station.meter.thermometer,
        after_s: 60.0 * MINUTE,
        instead: (amount < 85.0).then_some(FaultId::LooseConnection),
        also: &[FaultId::LooseConnection, FaultId::SensorImplausible],
        ..usual(FaultId::Overtemperature, label, amount, |draw, celsius, _| {
            // What is dangerous at once comes at once; the others rise in every other trial.
            let slow_s = if celsius < 90.0 && draw.chance(0.5) { draw.within(60.0, 600.0) } else { 0.0 };
            Cause::Hot { celsius, slow_s }
        })
    });
    let loose = [("+5 mohm", 0.005), ("+10 mohm", 0.010), ("+20 mohm", 0.020)].map(|(label, amount)| Scenario {
        kinds: AC,
        suits: |station| station.meter.thermometer && station.max_a >= 32.0,
        currents: &[16.0, 24.0, 32.0],
        wish: Wish { activity: Activity::Constant, pauses: false, ..Wish::ANY },
        lasts_s: (90.0 * MINUTE, 90.0 * MINUTE),
        after_s: 90.0 * MINUTE,
        also: &[FaultId::ContactResistance, FaultId::Overtemperature],
        ..usual(FaultId::LooseConnection, label, amount, |_, ohm, _| Cause::Contact(ohm))
    });
    hot.into_iter().chain(loose).collect()
}

fn phases() -> Vec<Scenario> {
    let wish = Wish { all_phases: true, at_least_a: 8.0, pauses: false, ..Wish::ANY };
    let lost = [("0 %", 0.0), ("3 %", 0.03), ("8 %", 0.08)].map(|(label, amount)| Scenario {
        kinds: &[Kind::Ac3],
        wish: wish.clone(),
        also: &[FaultId::PhaseImbalance, FaultId::Undervoltage],
        ..usual(FaultId::PhaseLoss, label, amount, |draw, current, _| Cause::PhaseLost {
            phase: draw.pick(&[0, 1, 2]),
            current,
            voltage: draw.share(),
        })
    });
    let uneven = [("0.6", 0.6), ("0.8", 0.8), ("1.2", 1.2)].map(|(label, amount)| Scenario {
        kinds: &[Kind::Ac3],
        wish: wish.clone(),
        ..usual(FaultId::PhaseImbalance, label, amount, |_, spread, _| Cause::Imbalance(spread))
    });
    lost.into_iter().chain(uneven).collect()
}

fn register() -> Vec<Scenario> {
    // Less than what flows from one sample to the next is no step back of what is read.
    let back =
        [("-500 Wh", 500.0), ("-5,000 Wh", 5000.0), ("-100,000 Wh", 100_000.0)].map(|(label, amount)| Scenario {
            hard: true,
            kinds: if amount < 5000.0 { AC } else { ANY },
            also: &[FaultId::RegisterMismatch],
            ..usual(FaultId::RegisterRollback, label, amount, |_, wh, _| Cause::RegisterBack(wh))
        });
    let off = [("-10 %", 0.90), ("-20 %", 0.80), ("+15 %", 1.15)].map(|(label, amount)| Scenario {
        lasts_s: (60.0 * MINUTE, 120.0 * MINUTE),
        after_s: 60.0 * MINUTE,
        ..usual(FaultId::RegisterMismatch, label, amount, |_, of_it, _| Cause::RegisterCounts(of_it))
    });
    let stuck = [("3 kW", 3000.0), ("7 kW", 7000.0), ("11 kW", 11_000.0)].map(|(label, watts)| Scenario {
        kinds: if watts > 10_000.0 { &[Kind::Ac3] } else { AC },
        suits: match label {
            "3 kW" => |station| gives(station, 3000.0),
            "7 kW" => |station| gives(station, 7000.0),
            _ => |station| gives(station, 11_000.0),
        },
        wish: Wish { activity: Activity::Constant, all_phases: true, pauses: false, ..Wish::ANY },
        lasts_s: (60.0 * MINUTE, 90.0 * MINUTE),
        after_s: 60.0 * MINUTE,
        also: &[FaultId::RegisterMismatch],
        ..usual(FaultId::RegisterStuck, label, watts, |_, _, _| Cause::RegisterCounts(0.0))
    });
    let power = [("x 0.85", 0.85), ("x 0.7", 0.7), ("x 1.15", 1.15)].map(|(label, amount)| Scenario {
        also: &[FaultId::RegisterMismatch],
        ..usual(FaultId::PowerMismatch, label, amount, |_, of_it, _| Cause::PowerReads(of_it))
    });
    back.into_iter().chain(off).chain(stuck).chain(power).collect()
}

/// Whether a station can give so much power, W.
fn gives(station: &Station, watts: f64) -> bool {
    let phases = if station.kind == Kind::Ac3 { 3.0 } else { 1.0 };
    phases * station.nominal_v * station.max_a >= watts
}

fn frozen() -> Vec<Scenario> {
    let activities =
        [("constant", Activity::Constant), ("tapering", Activity::Tapering), ("modulated", Activity::Modulated)];
    let of = |(label, activity): (&str, Activity), fault, cause: fn(&mut Draw, f64, &Station) -> Cause| Scenario {
        wish: Wish { activity, at_least_a: 10.0, pauses: false, ..Wish::ANY },
        lasts_s: (60.0 * MINUTE, 90.0 * MINUTE),
        ..usual(fault, label, 0.0, cause)
    };
    let voltage = activities
        .map(|activity| Scenario { kinds: AC, ..of(activity, FaultId::FrozenVoltage, |_, _, _| Cause::FrozenVoltage) });
    let current = activities.map(|activity| Scenario {
        also: &[FaultId::PowerMismatch, FaultId::Overcurrent, FaultId::LooseConnection],
        ..of(activity, FaultId::FrozenCurrent, |_, _, _| Cause::FrozenCurrent)
    });
    let temperature = activities.map(|activity| Scenario {
        suits: |station| station.meter.thermometer,
        also: &[FaultId::LooseConnection],
        ..of(activity, FaultId::FrozenTemperature, |_, _, _| Cause::FrozenTemperature)
    });
    voltage.into_iter().chain(current).chain(temperature).collect()
}

fn sensors() -> Vec<Scenario> {
    let brief = |label, amount, cause| Scenario {
        lasts_s: (3.0 * MINUTE, 10.0 * MINUTE),
        also: &[FaultId::SensorNoisy, FaultId::PowerMismatch],
        ..usual(FaultId::SensorImplausible, label, amount, cause)
    };
    let celsius = |label, amount| Scenario {
        suits: |station| station.meter.thermometer,
        ..brief(label, amount, |_, celsius, _| Cause::TemperatureReads(celsius))
    };
    let volts = Scenario { kinds: AC, ..brief("V = 5 Vn", 5.0, |_, times, _| Cause::VoltageReads(times)) };
    let noisy = [("1.5 % Vn", 0.015), ("3 % Vn", 0.03), ("5 % Vn", 0.05)].map(|(label, amount)| Scenario {
        kinds: AC,
        lasts_s: (60.0 * MINUTE, 60.0 * MINUTE),
        after_s: 30.0 * MINUTE,
        also: &[FaultId::Overvoltage, FaultId::Undervoltage, FaultId::PowerMismatch, FaultId::SensorImplausible],
        ..usual(FaultId::SensorNoisy, label, amount, |_, noise, _| Cause::VoltageNoise(noise))
    });
    [celsius("T = -60 C", -60.0), celsius("T = 300 C", 300.0), volts].into_iter().chain(noisy).collect()
}

fn station() -> Vec<Scenario> {
    let clock = [("+90 s", 90.0), ("+400 s", 400.0), ("-3,600 s", -3600.0)].map(|(label, amount)| Scenario {
        lasts_s: (90.0 * MINUTE, 120.0 * MINUTE),
        after_s: 30.0 * MINUTE,
        ..usual(FaultId::ClockSkew, label, amount, |_, ahead_s, _| Cause::ClockAhead(ahead_s))
    });
    let reported = |code: &str, label, cause| {
        let fault = FaultId::Reported(code.to_owned());
        Scenario {
            lasts_s: (3.0 * MINUTE, 20.0 * MINUTE),
            suits: |station| station.meter.tells_no_error,
            ..usual(fault, label, 0.0, cause)
        }
    };
    let codes = [
        reported("OverVoltage", "OverVoltage", |_, _, _| Cause::Reports { error: "OverVoltage", vendor: None }),
        reported("CX017", "CX017", |_, _, _| Cause::Reports { error: "OtherError", vendor: Some("CX017") }),
        reported("E-417", "OtherError, E-417", |_, _, _| Cause::Reports { error: "OtherError", vendor: Some("E-417") }),
    ];
    clock.into_iter().chain(codes).collect()
}
