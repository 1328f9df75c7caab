//! What holds for any samples, the impossible ones too.

use faults::{BadState, ChangeKind, DetectorState, FaultId, MAX_STATE_BYTES, Profile, ResolvedProfile, step, step_all};
use jiff::Timestamp;
use messages::{Sample, Status};
use proptest::prelude::*;

use crate::series::{Reading, Warming, amperes, celsius, changes_of, profile, second, volts};

/// Values near every limit, far from them, and impossible.
fn value() -> impl Strategy<Value = f64> {
    prop_oneof![
        8 => 0.0..600.0_f64,
        4 => prop::sample::select(vec![16.0, 18.2, 20.1, 70.0, 85.0, 90.0, 195.4, 206.9, 230.0, 253.1, 276.1]),
        1 => prop::sample::select(vec![f64::NAN, f64::INFINITY, f64::NEG_INFINITY, f64::MAX, f64::MIN, f64::MIN_POSITIVE, -0.0]),
        1 => any::<f64>(),
    ]
}

fn status() -> impl Strategy<Value = Status> {
    let idle = prop::sample::select(vec![Status::Available, Status::SuspendedEv, Status::Other("?".to_owned())]);
    prop_oneof![3 => Just(Status::Charging), 1 => idle]
}

fn reading() -> impl Strategy<Value = Reading> {
    let phases = || prop::collection::vec(value(), 0..=3);
    let maybe = || prop::option::of(value());
    let register = prop::option::of(prop_oneof![Just(0), 1_000_000_i64..1_010_000, 0..=10_000_000_000_i64]);
    let code = || {
        prop::option::of(prop::sample::select(vec!["NoError", "OtherError", "OverVoltage", "CX017", "E-77", "a#b", ""]))
    };
    let measured = (status(), phases(), phases(), maybe(), maybe(), maybe());
    let transaction = prop::option::of(Just("t1"));
    (measured, register, code(), code(), transaction).prop_map(
        |(measured, register_wh, error_code, vendor_code, transaction)| {
            let (status, volts, amperes, offered, celsius, watts) = measured;
            let measured = Reading { status, volts, amperes, offered, celsius, watts, ..Reading::default() };
            Reading { register_wh, error_code, vendor_code, transaction, ..measured }
        },
    )
}

/// Samples with rising times; readings often stay for a while, so that runs complete.
fn series() -> impl Strategy<Value = Vec<Sample>> {
    let stretch = (reading(), prop::collection::vec(prop::sample::select(vec![1, 10, 59, 60, 120, 301]), 1..12));
    prop::collection::vec(stretch, 0..12).prop_map(|stretches| {
        let mut at = 0;
        let mut samples = Vec::new();
        for (reading, pauses) in stretches {
            for pause in pauses {
                at += pause;
                samples.push(reading.at(at));
            }
        }
        samples
    })
}

/// Readings as stations give them: all quantities at once and in keeping with each other, so that the later parts of a state fill up.
fn working() -> impl Strategy<Value = Reading> {
    let status = prop::sample::select(vec![Status::Charging, Status::Charging, Status::SuspendedEv, Status::Available]);
    let code = prop::option::weighted(0.2, prop::sample::select(vec!["OtherError", "HighTemperature", "OverVoltage"]));
    let drawn = prop::sample::select(vec![0.0, 0.3, 6.0, 10.0, 16.0, 32.0]);
    (status, drawn, 0.7..1.2_f64, 1..=3_usize, 0..100_i64, code, -290..400_i64).prop_map(
        |(status, drawn, share, phases, wh, error_code, received_after)| {
            let volts = vec![226.0 + 8.0 * share; phases];
            let watts = share * volts.iter().sum::<f64>() * drawn;
            Reading {
                status,
                volts,
                amperes: vec![drawn; phases],
                offered: Some(16.0),
                celsius: Some(20.0 + 0.03 * drawn * drawn * share),
                watts: Some(watts),
                register_wh: Some(1_000_000 + wh),
                error_code,
                vendor_code: error_code.map(|_| "E-77"),
                transaction: Some("t1"),
                received_after: Some(received_after),
            }
        },
    )
}

/// Series of such readings, each kept for a while; some on a connector that has learned from five sessions how warm it gets.
fn working_series() -> impl Strategy<Value = Vec<Sample>> {
    let stretch = (working(), prop::sample::select(vec![1, 10, 60, 300, 301]), 1..40_i64);
    (prop::bool::weighted(0.25), prop::collection::vec(stretch, 0..12)).prop_map(|(learned, stretches)| {
        let mut warming = Warming::new(300);
        warming.sessions(if learned { 5 } else { 0 }, 20.0, 0.03);
        let (mut at, mut wh, mut samples) = (warming.now(), 0, warming.samples);
        for (reading, pause, count) in stretches {
            for _ in 0..count {
                (at, wh) = (at + pause, wh + 20);
                let register_wh = reading.register_wh.map(|more| more + wh);
                samples.push(Reading { register_wh, ..reading.clone() }.at(at));
            }
        }
        samples
    })
}

/// Times in any order, also the first and the last there are.
fn odd_series() -> impl Strategy<Value = Vec<Sample>> {
    let time = || {
        prop_oneof![
            4 => (-1_000..100_000_i64).prop_map(second),
            1 => prop::sample::select(vec![Timestamp::MIN, Timestamp::MAX, second(10_000_000_000), second(-10_000_000_000)]),
            1 => (Timestamp::MIN.as_second()..Timestamp::MAX.as_second()).prop_map(|s| Timestamp::from_second(s).unwrap_or_default()),
        ]
    };
    let reading = prop_oneof![reading(), working()];
    prop::collection::vec((reading, time(), prop::option::of(time())), 0..60).prop_map(|readings| {
        let sample = |(reading, at, received_at): (Reading, _, _)| Sample { at, received_at, ..reading.at(0) };
        readings.into_iter().map(sample).collect()
    })
}

/// Any of these.
fn any_series() -> impl Strategy<Value = Vec<Sample>> {
    prop_oneof![2 => series(), 3 => working_series(), 1 => odd_series()]
}

fn profiles() -> impl Strategy<Value = ResolvedProfile> {
    let known = (prop::option::of(value()), prop::option::of(value()), prop::option::of(value()));
    let any = known
        .prop_map(|(nominal_v, max_a, warn_c)| Profile { nominal_v, max_a, warn_c, ..Profile::default() }.resolve());
    prop_oneof![3 => Just(profile()), 1 => any]
}

/// A comparison that holds for NaN too.
fn same(a: &impl std::fmt::Debug, b: &impl std::fmt::Debug) -> bool {
    format!("{a:?}") == format!("{b:?}")
}

proptest! {
    #[test]
    fn a_state_is_small_and_is_read_back_as_it_was(samples in any_series(), profile in profiles()) {
        let mut state = DetectorState::default();
        for sample in &samples {
            (state, _) = step(state, &profile, sample);
            let bytes = state.encode();
            prop_assert!(bytes.len() <= MAX_STATE_BYTES);
            let read = DetectorState::decode(&bytes);
            prop_assert_eq!(read.as_ref(), Ok(&state));
        }
    }

    #[test]
    fn faults_open_and_clear_in_turn(samples in prop_oneof![series(), working_series()], profile in profiles()) {
        let (_, changes) = changes_of(&profile, &samples);
        let mut open = std::collections::BTreeMap::new();
        for change in changes {
            match change.kind {
                ChangeKind::Opened => {
                    prop_assert_eq!(change.at, change.opened_at);
                    let before = open.insert(change.fault.clone(), (change.opened_at, change.severity));
                    prop_assert_eq!(before, None, "{} opened twice", change.fault);
                }
                ChangeKind::Cleared => {
                    prop_assert!(change.opened_at < change.at);
                    prop_assert_eq!(open.remove(&change.fault), Some((change.opened_at, change.severity)));
                }
            }
            prop_assert!(change.value.is_finite());
            prop_assert!(!change.evidence.is_empty());
        }
    }

    #[test]
    fn the_order_of_delivery_and_repeats_make_no_difference(
        (samples, shuffled) in series().prop_flat_map(|samples| {
            let twice: Vec<Sample> = samples.iter().chain(&samples).cloned().collect();
            (Just(samples), Just(twice).prop_shuffle())
        }),
    ) {
        let (mut samples, mut shuffled) = (samples, shuffled);
        let whole = step_all(DetectorState::default(), &profile(), &mut samples);
        let (state, changes) = step_all(DetectorState::default(), &profile(), &mut shuffled);
        prop_assert_eq!(&state, &whole.0);
        prop_assert!(same(&changes, &whole.1));
    }

    #[test]
    fn two_samples_of_one_time_give_the_same_in_either_order(a in reading(), b in reading()) {
        let one = step_all(DetectorState::default(), &profile(), &mut [a.at(0), b.at(0)]);
        let other = step_all(DetectorState::default(), &profile(), &mut [b.at(0), a.at(0)]);
        prop_assert!(same(&one, &other));
    }

    #[test]
    fn what_was_delivered_before_changes_nothing(samples in series(), again in any::<prop::sample::Index>()) {
        prop_assume!(!samples.is_empty());
        let (state, _) = changes_of(&profile(), &samples);
        let (after, changes) = step(state.clone(), &profile(), &samples[again.index(samples.len())]);
        prop_assert_eq!(after, state);
        prop_assert!(changes.is_empty());
    }

    #[test]
    fn saving_between_batches_makes_no_difference(samples in prop_oneof![series(), working_series()], cut in any::<prop::sample::Index>()) {
        let (state, changes) = changes_of(&profile(), &samples);
        let (early, late) = samples.split_at(cut.index(samples.len() + 1));
        let (saved, mut parts) = step_all(DetectorState::default(), &profile(), &mut early.to_vec());
        let read = DetectorState::decode(&saved.encode()).unwrap();
        let (after, more) = step_all(read, &profile(), &mut late.to_vec());
        parts.extend(more);
        prop_assert_eq!(after, state);
        prop_assert!(same(&parts, &changes));
    }

    #[test]
    fn a_state_read_back_after_every_sample_decides_like_one_that_never_was(samples in any_series(), profile in profiles()) {
        let (mut kept, mut read) = (DetectorState::default(), DetectorState::default());
        for sample in &samples {
            let (changes, others);
            (kept, changes) = step(kept, &profile, sample);
            (read, others) = step(read, &profile, sample);
            prop_assert!(same(&changes, &others));
            read = DetectorState::decode(&read.encode()).unwrap();
            prop_assert_eq!(&read, &kept);
        }
    }

    #[test]
    fn no_time_and_no_value_stops_detection(samples in any_series(), known in any::<bool>()) {
        let profile = if known { profile() } else { Profile::default().resolve() };
        let (_, changes) = changes_of(&profile, &samples);
        for change in changes {
            prop_assert!(change.value.is_finite() && change.limit.is_finite(), "{:?}", change);
            prop_assert!(change.opened_at <= change.at);
            prop_assert!(!change.evidence.is_empty() && !change.evidence.contains("NaN") && !change.evidence.contains("inf"), "{:?}", change);
        }
    }

    #[test]
    fn bytes_from_anywhere_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..600), version in any::<bool>()) {
        let mut bytes = bytes;
        if let (true, Some(first)) = (version, bytes.first_mut()) {
            *first = 1;
        }
        if let Ok(state) = DetectorState::decode(&bytes) {
            prop_assert!(state.encode().len() <= MAX_STATE_BYTES);
            let _ = step(state, &profile(), &volts(280.0).at(0));
        }
    }

    #[test]
    fn a_state_that_was_cut_off_or_has_more_behind_it_is_refused(samples in series()) {
        let (state, _) = changes_of(&profile(), &samples);
        let bytes = state.encode();
        for length in (0..bytes.len()).filter(|length| *length != 1) {
            prop_assert_eq!(DetectorState::decode(&bytes[..length]), Err(BadState), "{} of {:?}", length, bytes);
        }
        let longer: Vec<u8> = bytes.iter().copied().chain([0]).collect();
        prop_assert_eq!(DetectorState::decode(&longer), Err(BadState));
    }

    #[test]
    fn values_that_cannot_be_are_a_fault_of_their_sensor_and_of_nothing_else(
        readings in prop::collection::vec(prop::sample::select(vec![f64::NAN, f64::INFINITY, f64::NEG_INFINITY, 1e9, -1e9]), 1..40),
    ) {
        let bad = readings.iter().map(|bad| Reading {
            volts: vec![*bad],
            amperes: vec![*bad],
            offered: Some(*bad),
            celsius: Some(*bad),
            watts: Some(*bad),
            ..Reading::default()
        });
        let samples: Vec<Sample> = bad.zip(0..).map(|(reading, n)| reading.at(10 * n)).collect();
        let opened: Vec<FaultId> = changes_of(&profile(), &samples).1.into_iter().map(|change| change.fault).collect();
        prop_assert_eq!(opened, [FaultId::SensorImplausible]);
    }
}

#[test]
fn a_version_that_is_not_known_is_refused() {
    assert_eq!(DetectorState::decode(&[]), Err(BadState));
    assert_eq!(DetectorState::decode(&[0]), Err(BadState));
    assert_eq!(DetectorState::decode(&[2]), Err(BadState));
    assert_eq!(DetectorState::decode(&[1]), Ok(DetectorState::default()));
}

#[test]
fn a_state_written_by_the_first_release_is_still_read() {
    let series = [volts(280.0).at(0), celsius(72.0).at(10), amperes(19.0, 16.0).at(20), amperes(19.0, 10.0).at(30)];
    let (state, _) = changes_of(&profile(), &series);
    let read = DetectorState::decode(FIRST_RELEASE).unwrap();
    assert_eq!(read.last_at(), state.last_at());
    // What it knew of is written in the same bytes still: its head, and the parts with its tags.
    let (head, parts) = FIRST_RELEASE.split_at(18);
    let written = state.encode();
    assert_eq!(&written[..18], head);
    assert_eq!(&written[19..][..parts.len() - 1], &parts[1..]);
    // And it goes on with the faults that were open.
    let mut later: Vec<Sample> = (40..400).step_by(10).map(|seconds| volts(230.0).at(seconds)).collect();
    let (_, changes) = step_all(read, &profile(), &mut later);
    assert!(changes.iter().any(|change| change.fault == FaultId::Overvoltage && change.kind == ChangeKind::Cleared));
}

/// An open overvoltage, a warm sample, a current above its limit and an offer that dropped.
const FIRST_RELEASE: &[u8] = &[
    1, 48, 178, 160, 130, 158, 1, 0, 0, 7, 0, 0, 32, 65, 0, 0, 152, 65, 3, 1, 6, 1, 0, 176, 234, 1, 0, 2, 3, 0, 1, 0,
    3, 8, 2, 160, 156, 1, 160, 156, 1, 1,
];

#[test]
fn bytes_that_are_not_used_up_or_come_twice_are_refused() {
    // The count of families, then the voltage: tag 1, 6 bytes.
    let (head, families) = FIRST_RELEASE.split_at(18);
    let [3, 1, 6, voltage @ ..] = families else { panic!("{families:?}") };
    let voltage = &voltage[..6];
    let with = |families: &[&[u8]]| DetectorState::decode(&[head, &families.concat()].concat());
    assert!(with(&[&[1, 1, 6], voltage]).is_ok());
    assert_eq!(with(&[&[1, 1, 7], voltage, &[0]]), Err(BadState));
    assert_eq!(with(&[&[2, 1, 6], voltage, &[1, 6], voltage]), Err(BadState));
    // A run of the temperature: how long ago its last and its first sample were, and how many there were.
    assert!(with(&[&[1, 3, 4, 2, 10, 20, 1]]).is_ok());
    assert_eq!(with(&[&[1, 3, 4, 2, 20, 10, 1]]), Err(BadState));
    assert_eq!(with(&[&[1, 3, 4, 2, 10, 20, 0]]), Err(BadState));
    // The offered current.
    let mut not_a_number = FIRST_RELEASE.to_vec();
    not_a_number[10..14].copy_from_slice(&f32::NAN.to_le_bytes());
    assert_eq!(DetectorState::decode(&not_a_number), Err(BadState));
}

#[test]
fn a_family_of_a_later_release_is_left_out() {
    let (state, _) = changes_of(&profile(), &[volts(230.0).at(0)]);
    let mut bytes = state.encode();
    // The version, the time, a mask and a current: then the count of the parts.
    bytes[14] += 1;
    bytes.extend([200, 3, 7, 7, 7]);
    assert_eq!(DetectorState::decode(&bytes), Ok(state));
}

#[test]
fn time_and_drift_are_no_news_but_evidence_is() {
    let (calm, _) = changes_of(&profile(), &[volts(230.0).at(0)]);
    for (reading, news) in [
        (volts(231.0), false),
        (volts(254.0), true),
        (volts(280.0), true),
        (volts(230.0).idle(), true),
        (Reading { celsius: Some(40.0), ..volts(230.0) }, false),
        (Reading { celsius: Some(75.0), ..volts(230.0) }, true),
        (Reading { offered: Some(16.0), ..volts(230.0) }, true),
    ] {
        let (next, _) = step(calm.clone(), &profile(), &reading.at(10));
        assert_eq!(next.has_news_since(&calm), news, "{reading:?}");
    }
}

#[test]
fn the_series_of_these_laws_reach_every_part_of_a_state() {
    use proptest::{strategy::ValueTree, test_runner::TestRunner};
    let mut runner = TestRunner::deterministic();
    let mut tags = std::collections::BTreeSet::new();
    let mut faults = std::collections::BTreeSet::new();
    for _ in 0..300 {
        let samples = any_series().new_tree(&mut runner).unwrap().current();
        let unknown = Profile::default().resolve();
        for profile in [profile(), unknown] {
            let (state, changes) = changes_of(&profile, &samples);
            faults.extend(changes.into_iter().map(|change| change.fault));
            let bytes = state.encode();
            // The version, the time, a mask and its values; the count of the parts; then tags, lengths and parts.
            let Some(mask) = bytes.get(9) else { continue };
            let mut at = 11 + 4 * usize::try_from((mask >> 1).count_ones()).unwrap();
            while at < bytes.len() {
                tags.insert(bytes[at]);
                at += 2 + usize::from(bytes[at + 1]);
            }
        }
    }
    let all = (1..=19).filter(|tag| *tag != 12);
    assert_eq!(tags, all.collect());
    let rare = [
        FaultId::RegisterStuck,
        FaultId::FrozenVoltage,
        FaultId::FrozenCurrent,
        FaultId::SensorNoisy,
        FaultId::CutCable,
    ];
    // What is no matter of samples.
    let elsewhere = [
        FaultId::ContactResistance,
        FaultId::Offline,
        FaultId::Flapping,
        FaultId::MalfunctioningUnit,
        FaultId::PowerDerated,
    ];
    let expected = FaultId::INFERRED.iter().filter(|fault| !rare.contains(fault) && !elsewhere.contains(fault));
    assert_eq!(expected.filter(|fault| !faults.contains(fault)).collect::<Vec<_>>(), Vec::<&FaultId>::new());
}

#[test]
fn the_last_time_is_known() {
    assert_eq!(DetectorState::default().last_at(), None);
    assert_eq!(changes_of(&profile(), &[volts(230.0).at(7)]).0.last_at(), Some(second(7)));
}
