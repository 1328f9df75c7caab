//! The healthy world keeps to its ranges, and each cause does what it says.

use std::sync::Arc;

use messages::{Sample, Status};

use crate::cause::Cause;
use crate::draw::{Draw, Half, Seed};
use crate::number::measure;
use crate::series::{Cadence, Series};
use crate::session::{Activity, Wish};
use crate::station::{Heat, Kind, Station};
use crate::world::Truth;

fn series(number: u64, kind: Kind, cadence: Cadence) -> Series {
    let seed = Seed::root(Half::Tune, number);
    let station = Arc::new(Station::draw(&mut Draw::new(seed), kind, true));
    Series::new(station, seed, cadence)
}

fn samples(mut series: Series, hours: f64) -> (Series, Vec<Sample>) {
    series.world.daily = true;
    let mut samples = Vec::new();
    for _ in 0..series.samples_in(hours * 3600.0) {
        series.advance(None, &mut |sample| samples.push(sample));
    }
    (series, samples)
}

/// A steady session that has been charging for ten minutes.
fn charging(number: u64, kind: Kind) -> Series {
    let mut series = series(number, kind, Cadence(10));
    let wish = Wish {
        activity: Activity::Constant,
        charging_s: Some(36_000.0),
        at_least_a: 10.0,
        all_phases: true,
        pauses: false,
        ..Wish::ANY
    };
    series.hold_the_line(0.0);
    let until = series.plug_in(60.0, &wish).charge_from + 600.0;
    while series.world.now() < until {
        series.advance(None, &mut |_| ());
    }
    series
}

/// The next truth and sample that arrive with a cause, and without it.
fn with_and_without(series: &Series, cause: &Cause, minutes: usize) -> [(Truth, Sample); 2] {
    [Some(cause), None].map(|cause| {
        let mut series = series.clone();
        let (mut truth, mut last) = (series.advance(cause, &mut |_| ()), None);
        for _ in 0..minutes * 6 {
            truth = series.advance(cause, &mut |sample| last = Some(sample));
        }
        (truth, last.unwrap())
    })
}

#[test]
fn the_same_seed_makes_the_same_series() {
    for cadence in Cadence::ALL {
        let (_, first) = samples(series(5, Kind::Ac3, cadence), 6.0);
        let (_, second) = samples(series(5, Kind::Ac3, cadence), 6.0);
        let (_, other) = samples(series(6, Kind::Ac3, cadence), 6.0);
        assert_eq!(first, second);
        assert_ne!(first, other);
    }
}

#[test]
fn the_healthy_world_keeps_to_its_ranges() {
    for number in 0..60 {
        for kind in Kind::ALL {
            let (series, samples) = samples(series(number, kind, Cadence(60)), 48.0);
            let station = &series.world.station;
            for sample in &samples {
                // The status may lag behind a contactor that has opened.
                let charging = sample.status == Status::Charging && sample.current_a[0] > 1.0;
                let low = |volts: &f64| *volts < 0.92 * station.nominal_v - 0.5;
                if kind != Kind::Dc && charging && sample.voltage_v.iter().any(low) {
                    // Only a brown-out goes lower, and never below 0.69.
                    assert!(sample.voltage_v.iter().all(|volts| *volts > 0.69 * station.nominal_v), "{sample:?}");
                }
                let high = if kind == Kind::Dc { 800.0 * 1.08 } else { 1.08 * station.nominal_v };
                assert!(sample.voltage_v.iter().all(|volts| *volts < high + 2.0), "{sample:?} {station:?}");
                assert!(sample.current_a.iter().all(|amperes| *amperes < 1.03 * station.max_a + 0.5), "{sample:?}");
                assert!(sample.temperature_c.is_none_or(|celsius| celsius < Heat::HEALTHY_MAX_C + 2.0));
            }
            let registers: Vec<i64> = samples.iter().filter_map(|sample| sample.register_wh).collect();
            let backwards = registers.windows(2).filter(|pair| pair[1] < pair[0]).count();
            assert!(backwards < samples.len() / 50, "only late samples go back");
        }
    }
}

#[test]
fn days_have_sessions() {
    for kind in Kind::ALL {
        let (mut charging, mut sessions, mut all) = (0, 0, 0);
        for number in 0..40 {
            let (series, samples) = samples(series(number, kind, Cadence(60)), 240.0);
            assert!(series.world.station.sessions > 0.4);
            let of: Vec<_> = samples.iter().filter_map(|sample| sample.transaction_id.as_ref()).collect();
            sessions += of.iter().collect::<std::collections::HashSet<_>>().len();
            charging += samples.iter().filter(|sample| sample.status == Status::Charging).count();
            all += samples.len();
        }
        let share = measure(charging) / measure(all);
        assert!((0.02..0.5).contains(&share) && (300..1300).contains(&sessions), "{kind:?} {share} {sessions}");
    }
}

#[test]
fn power_and_register_follow_volts_and_amperes() {
    for number in 0..40 {
        let series = charging(number, Kind::Ac3);
        let register_before = with_and_without(&series, &Cause::Supply(1.0), 1)[1].1.register_wh.unwrap();
        let [_, (truth, sample)] = with_and_without(&series, &Cause::Supply(1.0), 60);
        let apparent: f64 = sample.voltage_v.iter().zip(&sample.current_a).map(|(v, a)| v * a).sum();
        let ratio = sample.power_w.unwrap() / apparent;
        assert!((0.91..1.04).contains(&ratio), "{number}: {ratio}");
        let counted = sample.register_wh.unwrap() - register_before;
        let expected = truth.watts * 59.0 / 60.0;
        let counted = f64::from(u32::try_from(counted).unwrap());
        assert!((counted / expected - 1.0).abs() < 0.02 + 210.0 / expected, "{number}: {counted} {expected}");
    }
}

#[test]
fn each_cause_does_what_it_says() {
    let ratio = |cause: &Cause, minutes: usize, of: fn(&(Truth, Sample)) -> f64| {
        let [with, without] = with_and_without(&charging(7, Kind::Ac3), cause, minutes);
        of(&with) / of(&without)
    };
    let near = |measured: f64, expected: f64| assert!((measured - expected).abs() < 0.02, "{measured} {expected}");
    let nominal_v = charging(7, Kind::Ac3).world.station.nominal_v;
    let [(truth, _), _] = with_and_without(&charging(7, Kind::Ac3), &Cause::Supply(1.15), 2);
    near(truth.volts[0] / nominal_v, 1.15);
    let [(truth, _), _] = with_and_without(&charging(7, Kind::Ac3), &Cause::Draws(1.2), 2);
    near(truth.amperes[0] / truth.offer_a, 1.2);
    let lost = Cause::PhaseLost { phase: 1, current: 0.03, voltage: 0.5 };
    near(ratio(&lost, 2, |(truth, _)| truth.amperes[1]), 0.03);
    near(ratio(&lost, 2, |(truth, _)| truth.volts[1]), 0.5);
    near(ratio(&lost, 2, |(truth, _)| truth.amperes[0]), 1.0);
    near(ratio(&Cause::PowerReads(0.7), 2, |(_, sample)| sample.power_w.unwrap()), 0.7);
    near(ratio(&Cause::VoltageReads(5.0), 2, |(_, sample)| sample.voltage_v[0]), 5.0);
    let [(truth, _), _] = with_and_without(&charging(7, Kind::Ac3), &Cause::NoDraw(0.4), 2);
    near(truth.amperes[0], 0.4);
    let hot = Cause::Hot { celsius: 88.0, slow_s: 0.0 };
    near(with_and_without(&charging(7, Kind::Ac3), &hot, 2)[0].0.celsius, 88.0);
    let skewed = with_and_without(&charging(7, Kind::Ac3), &Cause::ClockAhead(400.0), 2);
    near(skewed[0].1.at.duration_since(skewed[1].1.at).as_secs_f64(), 400.0);
}

#[test]
fn the_register_counts_less_stands_or_goes_back() {
    let series = charging(7, Kind::Ac3);
    let step = series.world.station.meter.register_step_wh;
    let before = with_and_without(&series, &Cause::RegisterCounts(1.0), 1)[1].1.register_wh.unwrap();
    let after = |cause: &Cause| {
        with_and_without(&series, cause, 60).map(|(_, sample)| {
            let wh = sample.register_wh.unwrap() - before;
            f64::from(i32::try_from(wh).unwrap())
        })
    };
    let [less, healthy] = after(&Cause::RegisterCounts(0.8));
    assert!((less / healthy - 0.8).abs() < 0.02 + 2.0 * step / healthy, "{less} {healthy}");
    assert!(after(&Cause::RegisterCounts(0.0))[0] <= 0.0);
    let [back, healthy] = after(&Cause::RegisterBack(1000.0));
    assert!((healthy - back - 1000.0).abs() <= step, "{back} {healthy}");
}

#[test]
fn a_frozen_reading_does_not_move_while_the_others_do() {
    for (cause, reading) in [
        (Cause::FrozenVoltage, (|sample| sample.voltage_v[0]) as fn(&Sample) -> f64),
        (Cause::FrozenTemperature, |sample| sample.temperature_c.unwrap()),
    ] {
        let number = (0..20).find(|n| charging(*n, Kind::Ac1).world.station.meter.thermometer).unwrap();
        let readings = |cause: Option<&Cause>| {
            let mut series = charging(number, Kind::Ac1);
            let mut readings = Vec::new();
            for _ in 0..720 {
                series.advance(cause, &mut |sample| readings.push(reading(&sample)));
            }
            readings.dedup();
            readings.len()
        };
        assert_eq!(readings(Some(&cause)), 1);
        assert!(readings(None) > 2);
    }
}

#[test]
fn a_welded_contactor_stays_closed() {
    let mut series = charging(3, Kind::Ac1);
    let session = series.world.session.as_mut().unwrap();
    session.charge_until = 0.0;
    session.paused_until = 0.0;
    let [(welded, _), (open, _)] = with_and_without(&series, &Cause::Welded(1.0), 2);
    assert!(welded.closed && (welded.amperes[0] - 1.0).abs() < 0.5, "{welded:?}");
    assert!(!open.closed && open.amperes[0] < 0.01, "{open:?}");
}

#[test]
fn a_line_loses_repeats_and_delays() {
    let (series, samples) = samples(series(9, Kind::Ac1, Cadence(10)), 240.0);
    let sent = series.samples_in(240.0 * 3600.0);
    let repeated = samples.windows(2).filter(|pair| pair[0] == pair[1]).count();
    let late = samples.windows(2).filter(|pair| pair[1].at < pair[0].at).count();
    let share = |count: usize| measure(count) / measure(sent);
    assert!((0.007..0.013).contains(&share(repeated)), "{repeated}");
    assert!((0.002..0.008).contains(&share(late)), "{late}");
    assert!(samples.len() < sent + repeated);
}
