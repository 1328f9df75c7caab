//! D10 energy register: it never goes back, and counts what the power adds up to. At 7.2 kW a sample every 10 s is 20 Wh.

use crate::series::{Reading, changes_of, counted, profile, samples, written, written_of};
use faults::FaultId;
use messages::Sample;

const BACK: [FaultId; 1] = [FaultId::RegisterRollback];
const MISMATCH: [FaultId; 1] = [FaultId::RegisterMismatch];
const STUCK: [FaultId; 1] = [FaultId::RegisterStuck];
const ALL: [FaultId; 3] = [FaultId::RegisterRollback, FaultId::RegisterMismatch, FaultId::RegisterStuck];

fn watts(watts: f64) -> Reading {
    Reading { watts: Some(watts), amperes: vec![watts / 230.0], ..Reading::default() }
}

/// An hour and more of charging with 7.2 kW.
fn charging(cadence_s: i64, seconds: i64) -> Vec<Sample> {
    samples(cadence_s, &[(seconds, watts(7_200.0))])
}

fn back(readings: &[i64]) -> Vec<String> {
    let reading = |(at, wh): (i64, &i64)| Reading { register_wh: Some(*wh), ..watts(7_200.0) }.at(at);
    written_of(&ALL, &profile(), &(0..).step_by(10).zip(readings).map(reading).collect::<Vec<_>>())
}

#[test]
fn a_register_that_goes_back_is_told_at_once() {
    assert_eq!(back(&[500_000, 500_020, 500_019]), ["20 opened P2"]);
    assert_eq!(back(&[500_000, 500_020, 0]), ["20 opened P2"]);
    assert_eq!(back(&[500_000, 500_000, 500_000]), [""; 0]);
    let idle = |wh| Reading { register_wh: Some(wh), ..Reading::default() }.idle();
    let (_, changes) = changes_of(&profile(), &[idle(1_000).at(0), idle(900).at(5_000)]);
    assert_eq!(changes.iter().map(written).collect::<Vec<_>>(), ["5000 opened P2"]);
    assert_eq!(changes[0].evidence, "the energy register went back from 1000 to 900 Wh");
    assert_eq!(changes[0].fault, FaultId::RegisterRollback);
}

#[test]
fn a_register_that_has_gone_through_its_digits_begins_again() {
    for (last, next, expected) in [
        (999_990, 10, &[][..]),
        (9_999_999_990, 99_999, &[]),
        (99_999_990, 0, &[]),
        (900_001, 10, &[]),
        (900_000, 10, &["10 opened P2"]),
        (999_990, 100_000, &["10 opened P2"]),
        (1_000_000, 10, &["10 opened P2"]),
        (99_990, 10, &["10 opened P2"]),
    ] {
        assert_eq!(back(&[last, next]), expected, "from {last} to {next} Wh");
    }
}

#[test]
fn a_register_that_counts_wrong_is_told_from_what_it_misses() {
    for (cadence_s, step_wh, share, opens) in [
        (1, 1, 0.8, "68 opened P2"),
        (10, 1, 0.8, "200 opened P2"),
        (60, 1, 0.8, "960 opened P2"),
        (10, 1, 1.25, "160 opened P2"),
        // From one movement to another it is known what a coarse register counted.
        (1, 100, 0.8, "188 opened P2"),
        (10, 100, 0.8, "320 opened P2"),
        (10, 1_000, 0.8, "1880 opened P2"),
    ] {
        let wrong = counted(charging(cadence_s, 3_600), step_wh, &[(0, share)]);
        assert_eq!(written_of(&MISMATCH, &profile(), &wrong), [opens], "{share} at {cadence_s} s by {step_wh} Wh");
        assert_eq!(written_of(&BACK, &profile(), &wrong), [""; 0]);
    }
    for share in [0.94, 1.06] {
        let near = counted(charging(10, 7_200), 1, &[(0, share)]);
        assert_eq!(written_of(&ALL, &profile(), &near), [""; 0], "{share}");
    }
}

#[test]
fn what_is_missing_once_is_not_told() {
    // A vehicle rests between two samples: the power before and after is the same.
    for at in (3_600..7_200).step_by(60) {
        for step_wh in [1, 10] {
            let charging = samples(60, &[(4 * 3_600, watts(7_230.0))]);
            let once = counted(charging, step_wh, &[(0, 1.0), (at, 0.0), (at + 60, 1.0)]);
            assert_eq!(written_of(&ALL, &profile(), &once), [""; 0], "by {step_wh} Wh, at {at} s");
        }
    }
}

#[test]
fn a_register_that_is_read_late_misses_nothing() {
    // Its reading is renewed out of step with the samples, so that it falls behind until it jumps, or runs ahead until it stands still.
    for (cadence_s, renewed) in [(10, &[9, 11, 13, 50][..]), (60, &[50, 55, 58, 61, 63, 66, 75, 90])] {
        for renewed_s in renewed {
            for power in [7_213.0, 22_130.0, 50_170.0] {
                let mut late = counted(samples(cadence_s, &[(5 * 3_600, watts(power))]), 1, &[]);
                let fresh = counted(samples(1, &[(5 * 3_600, watts(power))]), 1, &[]);
                for (place, sample) in late.iter_mut().enumerate() {
                    let seconds = place * usize::try_from(cadence_s).unwrap();
                    sample.register_wh = fresh[seconds / renewed_s * renewed_s].register_wh;
                }
                let found = written_of(&ALL, &profile(), &late);
                assert_eq!(found, [""; 0], "every {renewed_s} s, samples every {cadence_s} s, {power} W");
            }
        }
    }
}

#[test]
fn a_reading_that_comes_late_or_alone_tells_nothing() {
    let noted = |at: i64, every: i64| (at % every == 0).then_some(5_000_000 + at * 11_000 / 3_600);
    let reading = |at: i64, wh: Option<i64>| Reading { register_wh: wh, ..watts(11_000.0) }.at(at);
    // The register comes every five minutes, and not with the first sample of a session.
    let sessions = (0..4).flat_map(|n| (1..300).map(move |place| 10_000 * n + 10 * place));
    let sessions: Vec<_> = sessions.map(|at| reading(at, noted(at, 290))).collect();
    assert_eq!(written_of(&ALL, &profile(), &sessions), [""; 0]);
    // The register comes by itself, a little after the power.
    let alone = |share: f64| {
        let both = (0..240).flat_map(|minute| [(60 * minute, false), (60 * minute + 5, true)]);
        let counted = |at: i64| noted(at, 1).map(|wh| if share < 1.0 { 5_000_000 + (wh - 5_000_000) / 2 } else { wh });
        let by_itself =
            |at| Reading { watts: None, amperes: Vec::new(), register_wh: counted(at), ..Reading::default() };
        let sample = |(at, alone): (i64, bool)| if alone { by_itself(at).at(at) } else { reading(at, None) };
        written_of(&ALL, &profile(), &both.map(sample).collect::<Vec<_>>())
    };
    assert_eq!(alone(1.0), [""; 0]);
    assert_eq!(alone(0.5).len(), 1);
}

#[test]
fn once_the_usual_ratio_is_known_ten_percent_are_found() {
    for (usual, later) in [(1.0, 0.9), (1.0, 1.1), (0.96, 0.87), (1.04, 1.14)] {
        let changed = counted(charging(10, 7_200), 1, &[(0, usual), (3_600, later)]);
        let found = written_of(&MISMATCH, &profile(), &changed);
        let [opened] = &found[..] else { panic!("{usual} to {later}: {found:?}") };
        let at: i64 = opened.strip_suffix(" opened P2").unwrap().parse().unwrap();
        assert!((3_600..4_100).contains(&at), "{opened}");
        // Before that it is within what two meters may differ by.
        let from_the_start = counted(charging(10, 7_200), 20, &[(0, if later < 1.0 { 0.94 } else { 1.06 })]);
        assert_eq!(written_of(&ALL, &profile(), &from_the_start), [""; 0]);
    }
}

#[test]
fn a_register_that_stands_still_while_power_flows_is_stuck() {
    let stuck = |from| counted(charging(10, 7_200), 1, &[(from, 0.0)]);
    // It has never moved: its step may be a whole kWh.
    assert_eq!(written_of(&STUCK, &profile(), &stuck(0)), ["1100 opened P2"]);
    let found = written_of(&ALL, &profile(), &stuck(3_600));
    assert_eq!(found, ["3850 opened P2"]);
    assert_eq!(written_of(&STUCK, &profile(), &stuck(3_600)), found);
}

#[test]
fn a_register_may_count_in_steps() {
    for step_wh in [1, 10, 100, 1_000] {
        for cadence_s in [1, 10, 60] {
            for power in [1_400.0, 7_200.0, 22_000.0] {
                let healthy = samples(cadence_s, &[(4 * 3_600, watts(power))]);
                let healthy = counted(healthy, step_wh, &[]);
                let found = written_of(&ALL, &profile(), &healthy);
                assert_eq!(found, [""; 0], "steps of {step_wh} Wh at {cadence_s} s and {power} W");
            }
        }
    }
}

#[test]
fn what_a_gap_hides_is_not_compared() {
    // Less than a window at a time; in between it counts twice as much, or nothing.
    let stretch = |n: i64| (0..16).map(move |place| watts(7_200.0).at(1_000 * n + 10 * place));
    let gaps: Vec<Sample> = (0..20).flat_map(stretch).collect();
    for hidden in [2.0, 0.0] {
        let shares: Vec<_> = (0..20).flat_map(|n| [(1_000 * n, 1.0), (1_000 * n + 150, hidden)]).collect();
        assert_eq!(written_of(&ALL, &profile(), &counted(gaps.clone(), 1, &shares)), [""; 0], "{hidden}");
    }
}

#[test]
fn little_power_is_not_compared() {
    let pauses = |power: f64| {
        let pauses = (0..8).flat_map(|_| [(600, watts(7_200.0)), (1_200, watts(power))]);
        samples(10, &pauses.collect::<Vec<_>>())
    };
    let shares = |share: f64| (0..8).flat_map(|n| [(1_800 * n, 1.0), (1_800 * n + 600, share)]).collect::<Vec<_>>();
    for share in [0.0, 3.0] {
        assert_eq!(written_of(&ALL, &profile(), &counted(pauses(190.0), 1, &shares(share))), [""; 0], "{share}");
    }
    let little = counted(samples(10, &[(86_400, watts(200.0))]), 1, &[(0, 0.0)]);
    assert_eq!(written_of(&ALL, &profile(), &little), [""; 0]);
    let enough = counted(samples(10, &[(86_400, watts(210.0))]), 1, &[(0, 0.0)]);
    assert_eq!(written_of(&STUCK, &profile(), &enough).len(), 1);
}

#[test]
fn a_register_is_good_again_after_two_good_windows() {
    for share in [0.0, 0.5] {
        let heals = counted(charging(10, 7_200), 1, &[(0, 1.0), (1_200, share), (2_400, 1.0)]);
        let found = written_of(&ALL, &profile(), &heals);
        let [opened, cleared] = &found[..] else { panic!("{found:?}") };
        assert!(opened.ends_with("opened P2"));
        let at: i64 = cleared.strip_suffix(" cleared P2").unwrap().parse().unwrap();
        assert!((2_700..3_000).contains(&at), "{share}: {cleared}");
    }
    let half = counted(charging(10, 7_200), 1, &[(0, 1.0), (1_200, 0.5), (2_400, 0.95), (2_500, 0.5)]);
    assert_eq!(written_of(&ALL, &profile(), &half).len(), 1);
}

#[test]
fn one_thing_at_a_time_is_wrong_with_a_register() {
    let mut both = counted(charging(10, 3_600), 1, &[(0, 0.5)]);
    both[300].register_wh = Some(0);
    let (_, changes) = changes_of(&profile(), &both);
    let faults: Vec<_> =
        changes.iter().filter(|change| ALL.contains(&change.fault)).map(|change| &change.fault).collect();
    assert_eq!(faults, [&FaultId::RegisterMismatch]);
    let still = counted(charging(10, 7_200), 1, &[(0, 1.0), (1_200, 0.5), (2_400, 0.0)]);
    assert_eq!(written_of(&ALL, &profile(), &still).len(), 1);
    assert_eq!(written_of(&STUCK, &profile(), &still), [""; 0]);
}
