//! D12 and D13 frozen readings: being constant is no fault, unless something else contradicts it.

use crate::series::{Reading, Warming, changes_of, check, profile, samples, second, written_of};
use faults::FaultId;
use messages::Sample;

const VOLTAGE: [FaultId; 1] = [FaultId::FrozenVoltage];
const CURRENT: [FaultId; 1] = [FaultId::FrozenCurrent];
const TEMPERATURE: [FaultId; 1] = [FaultId::FrozenTemperature];
const POWER: [FaultId; 1] = [FaultId::PowerMismatch];
const FROZEN: [FaultId; 3] = [FaultId::FrozenVoltage, FaultId::FrozenCurrent, FaultId::FrozenTemperature];

fn reading(volts: f64, watts: f64) -> Reading {
    let amperes = vec![16.0];
    Reading {
        volts: vec![volts],
        amperes,
        watts: Some(watts),
        offered: Some(16.0),
        celsius: Some(30.0),
        ..Reading::default()
    }
}

/// A voltage that changes with every second sample, for so many samples 10 s apart.
fn lively(count: i64) -> Vec<(i64, Reading)> {
    let volts = [229.8, 229.8, 230.0, 230.0, 230.3, 230.3, 230.1, 230.1].into_iter().cycle();
    (0..count).zip(volts).map(|(_, volts)| (10, reading(volts, 3_680.0))).collect()
}

#[test]
fn readings_that_are_constant_for_hours_are_no_fault() {
    for cadence_s in [1, 10, 60] {
        check(&FROZEN, &profile(), cadence_s, &[(4 * 3_600, reading(230.0, 3_680.0))], &[]);
        let trickle = Reading { amperes: vec![0.1], watts: Some(23.0), ..reading(230.0, 0.0) };
        check(&FROZEN, &profile(), cadence_s, &[(4 * 3_600, trickle)], &[]);
    }
}

#[test]
fn a_voltage_that_used_to_move_and_stays_is_frozen() {
    let stays = |moved: i64, reading: Reading| [lively(moved), vec![(600, reading)]].concat();
    let (_, changes) = changes_of(&profile(), &samples(10, &stays(240, reading(231.5, 3_680.0))));
    let [change] = &changes[..] else { panic!("{changes:?}") };
    assert_eq!(change.fault, FaultId::FrozenVoltage);
    let after = change.at.duration_since(second(2_400)).as_secs();
    assert!((150..600).contains(&after), "after {after} s");
    assert!(change.evidence.starts_with("the voltage stays at 231.5 V for "), "{}", change.evidence);
    // Too few are known, it does not charge, or it is told as another fault.
    check(&VOLTAGE, &profile(), 10, &stays(60, reading(231.5, 3_680.0)), &[]);
    check(&VOLTAGE, &profile(), 10, &stays(240, reading(231.5, 3_680.0).idle()), &[]);
    let high = [lively(240), vec![(90, reading(255.0, 3_680.0)), (1_200, reading(254.5, 3_680.0))]].concat();
    check(&VOLTAGE, &profile(), 10, &high, &[]);
}

#[test]
fn a_voltage_that_never_repeats_or_nearly_always_says_nothing_by_repeating() {
    let volts = |n: i64, every: i64| 228.0 + f64::from(i32::try_from(n / every % 40).unwrap()) / 10.0;
    for every in [1, 20] {
        let moves = (0..2_000).map(|n| (10, reading(volts(n, every), 3_680.0)));
        let stays: Vec<_> = moves.chain([(3_000, reading(240.0, 3_680.0))]).collect();
        let found = written_of(&VOLTAGE, &profile(), &samples(10, &stays));
        assert_eq!(found, [""; 0], "the same for {every} samples");
    }
}

#[test]
fn a_voltage_that_stays_while_the_current_steps_is_frozen_sooner() {
    let frozen = |steps: bool| {
        let amperes = |n: i64| vec![if steps && n % 2 == 0 { 10.0 } else { 16.0 }];
        let stays = (0..60).map(|n| (10, Reading { amperes: amperes(n), ..reading(231.5, 3_680.0) }));
        let all = [lively(240), stays.collect()].concat();
        let (_, changes) = changes_of(&profile(), &samples(10, &all));
        let at = changes.iter().find(|change| change.fault == FaultId::FrozenVoltage).unwrap().at;
        at.duration_since(second(2_400)).as_secs()
    };
    assert!(2 * frozen(true) < frozen(false), "{} and {} s", frozen(true), frozen(false));
}

#[test]
fn a_frozen_voltage_clears_with_one_change() {
    let stays = [lively(240), vec![(600, reading(231.5, 3_680.0)), (10, reading(231.6, 3_680.0))]].concat();
    let found = written_of(&VOLTAGE, &profile(), &samples(10, &stays));
    assert_eq!(found.len(), 2);
    assert_eq!(found[1], "3000 cleared P3");
}

/// A current of 16 A that does not move while the power goes through these, a minute each.
fn power(watts: &[f64]) -> Vec<(i64, Reading)> {
    watts.iter().map(|watts| (60, reading(230.0, *watts))).collect()
}

#[test]
fn a_current_that_stays_while_the_power_moves_is_frozen() {
    check(&CURRENT, &profile(), 10, &power(&[3_680.0, 3_000.0, 3_680.0, 3_000.0, 3_680.0]), &["180 opened P3"]);
    check(&CURRENT, &profile(), 60, &power(&[3_680.0, 3_680.0, 3_000.0, 3_680.0, 3_000.0]), &[]);
    let many = power(&[3_680.0, 3_680.0, 3_000.0, 3_680.0, 3_000.0, 3_680.0]);
    check(&CURRENT, &profile(), 60, &many, &["300 opened P3"]);
    // By less than 8 % in all, or together with the voltage.
    check(&CURRENT, &profile(), 10, &power(&[3_680.0, 3_400.0, 3_680.0, 3_400.0, 3_680.0]), &[]);
    let sags = (0..10).map(|n| (60, if n % 2 == 0 { reading(230.0, 3_680.0) } else { reading(207.0, 3_312.0) }));
    check(&CURRENT, &profile(), 10, &sags.collect::<Vec<_>>(), &[]);
    // Or with the current.
    let follows = (0..10).map(|n| (60, if n % 2 == 0 { reading(230.0, 3_680.0) } else { half() }));
    check(&CURRENT, &profile(), 10, &follows.collect::<Vec<_>>(), &[]);
}

fn half() -> Reading {
    Reading { amperes: vec![8.0], ..reading(230.0, 1_840.0) }
}

#[test]
fn a_single_step_of_the_power_is_a_mismatch_and_no_frozen_current() {
    let step = [(300, reading(230.0, 3_680.0)), (1_200, reading(230.0, 3_000.0))];
    check(&CURRENT, &profile(), 10, &step, &[]);
    check(&POWER, &profile(), 10, &step, &["420 opened P3"]);
    // There and back is the power meter's as well.
    check(&CURRENT, &profile(), 10, &power(&[3_680.0, 3_000.0, 3_680.0]), &[]);
}

#[test]
fn a_power_that_follows_the_offer_tells_that_the_current_is_frozen() {
    let offered = |watts: f64| Reading { offered: Some(10.0), ..reading(230.0, watts) };
    let follows = |after| [(300, reading(230.0, 3_680.0)), (after, offered(3_680.0)), (600, offered(2_300.0))];
    check(&CURRENT, &profile(), 10, &follows(30), &["330 opened P3"]);
    check(&POWER, &profile(), 10, &follows(30), &[]);
    // What moves long after the offer has not followed it.
    check(&CURRENT, &profile(), 10, &follows(80), &[]);
}

#[test]
fn a_frozen_current_clears_with_one_change() {
    let opened = power(&[3_680.0, 3_000.0, 3_680.0, 3_000.0, 3_680.0]);
    let moves = [opened, vec![(60, Reading { amperes: vec![15.9], ..reading(230.0, 3_680.0) })]].concat();
    check(&CURRENT, &profile(), 10, &moves, &["180 opened P3", "300 cleared P3"]);
}

/// A connector that has learned how warm it gets, and then charges while its sensor shows 20 °C, or what it should.
fn sensor(sessions: i64, current: f64, frozen: bool) -> (i64, Vec<Sample>) {
    let mut warming = Warming::new(60);
    warming.sessions(sessions, 20.0, 0.03).go_on(7_200, 0.0, 20.0, 0.03);
    let begin = warming.now();
    warming.go_on(1_800, current, 20.0, if frozen { 0.0 } else { 0.03 });
    (begin, warming.samples)
}

#[test]
fn a_temperature_that_stays_while_the_current_should_move_it_is_frozen() {
    let (begin, samples) = sensor(5, 24.0, true);
    let (_, changes) = changes_of(&profile(), &samples);
    let [change] = &changes[..] else { panic!("{changes:?}") };
    assert_eq!(change.fault, FaultId::FrozenTemperature);
    // Not sooner than after ten minutes, the rest before them included.
    let after = change.at.duration_since(second(begin)).as_secs();
    assert!((60..900).contains(&after), "after {after} s");
    assert!(
        change.evidence.starts_with("the temperature stays at 20.0 °C though the current should"),
        "{}",
        change.evidence
    );
    for (sessions, current, frozen) in [(5, 24.0, false), (5, 6.0, true), (4, 24.0, true)] {
        let (_, samples) = sensor(sessions, current, frozen);
        let found = written_of(&TEMPERATURE, &profile(), &samples);
        assert_eq!(found, [""; 0], "{sessions} sessions, {current} A");
    }
}

#[test]
fn a_frozen_temperature_clears_with_one_change() {
    let (begin, mut samples) = sensor(5, 24.0, true);
    let moved = Reading { celsius: Some(20.1), ..reading(230.0, 3_680.0) };
    samples.push(moved.at(begin + 1_800));
    let found = written_of(&TEMPERATURE, &profile(), &samples);
    assert_eq!((found.len(), found.last()), (2, Some(&format!("{} cleared P3", begin + 1_800))));
}
