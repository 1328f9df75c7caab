//! A scripted fault is in the samples while it is scripted, and not a sample longer.

use crate::plans::{arrival, at, plan, run_through, telemetry};
use jiff::SignedDuration;
use station::contract::{ConnectorSample, Status};
use station::{FaultKind, Output, ScriptedFault, StationEvent};

/// Seconds of the fault: well inside the charging part of the session, and off the grid of the samples.
const BEGIN_S: i64 = 193;
const END_S: i64 = 347;

fn samples_with(kind: FaultKind) -> Vec<(i64, ConnectorSample)> {
    let mut faulty = plan(vec![arrival(30, 4000)]);
    let duration = SignedDuration::from_secs(END_S - BEGIN_S);
    faulty.faults.push(ScriptedFault { evse_id: 1, kind, start: at(BEGIN_S), duration });
    telemetry(&run_through(&faulty))
        .into_iter()
        .flat_map(|message| &message.samples)
        .map(|sample| (sample.at.duration_since(at(0)).as_secs(), sample.connectors[0].clone()))
        .collect()
}

fn check(kind: &FaultKind, shows: impl Fn(&ConnectorSample) -> bool) {
    let seconds: Vec<_> =
        samples_with(kind.clone()).into_iter().filter(|(_, sample)| shows(sample)).map(|(second, _)| second).collect();
    let scripted: Vec<_> = (BEGIN_S..END_S).filter(|second| second % 10 == 0).collect();
    assert_eq!(seconds, scripted, "{kind:?}");
}

#[test]
fn electrical_faults_show_exactly_while_they_are_scripted() {
    check(&FaultKind::Overvoltage { ratio: 1.15 }, |sample| {
        sample.voltage_v.iter().all(|voltage_v| *voltage_v > 1.1 * 230.0)
    });
    check(&FaultKind::Undervoltage { ratio: 0.85 }, |sample| {
        sample.voltage_v.iter().all(|voltage_v| *voltage_v < 0.9 * 230.0)
    });
    check(&FaultKind::Overcurrent { ratio: 1.4 }, |sample| {
        sample.current_a.iter().any(|current_a| *current_a > 16.5 * 1.1)
    });
    check(&FaultKind::Reported { error_code: "GroundFailure".to_owned() }, |sample| {
        sample.error_code == "GroundFailure"
    });
}

#[test]
fn heat_rises_while_it_is_scripted_and_falls_after_it() {
    let samples = samples_with(FaultKind::Overtemperature { celsius: 95.0 });
    let hottest = samples.iter().max_by(|one, other| one.1.temperature_c.total_cmp(&other.1.temperature_c)).unwrap();
    assert_eq!(hottest.0, 340, "the last sample of the fault is the hottest");
    assert!((85.0..95.0).contains(&hottest.1.temperature_c), "{} °C", hottest.1.temperature_c);
    for pair in samples.windows(2) {
        let jump_k = (pair[1].1.temperature_c - pair[0].1.temperature_c).abs();
        assert!(jump_k < 20.0, "no jump that only a broken sensor makes: {jump_k} K at {} s", pair[1].0);
        let is_hot = pair[0].1.temperature_c > 50.0;
        assert!(!is_hot || (BEGIN_S..END_S + 180).contains(&pair[0].0), "hot at {} s", pair[0].0);
    }
}

#[test]
fn a_clean_run_shows_nothing_unusual() {
    let outputs = run_through(&plan(vec![arrival(30, 4000)]));
    for sample in telemetry(&outputs).into_iter().flat_map(|message| &message.samples) {
        let connector = &sample.connectors[0];
        assert!(connector.voltage_v.iter().all(|voltage_v| (220.0..235.0).contains(voltage_v)), "{connector:?}");
        assert!(connector.current_a.iter().all(|current_a| *current_a < connector.offered_a + 0.5), "{connector:?}");
        assert!(connector.status == Status::Charging || connector.power_w == 0, "{connector:?}");
        assert!(connector.temperature_c < 50.0 && connector.error_code == "NoError", "{connector:?}");
    }
}

#[test]
fn a_fault_at_a_free_connector_is_sampled_and_holds_the_plan_open() {
    let mut faulty = plan(vec![]);
    let kind = FaultKind::Overvoltage { ratio: 1.25 };
    faulty.faults.push(ScriptedFault { evse_id: 1, kind, start: at(100), duration: SignedDuration::from_secs(100) });
    let outputs = run_through(&faulty);
    let high: Vec<_> = telemetry(&outputs)
        .into_iter()
        .flat_map(|message| &message.samples)
        .filter(|sample| sample.connectors[0].voltage_v[0] > 280.0)
        .map(|sample| sample.at.duration_since(at(0)).as_secs())
        .collect();
    assert_eq!(high, (100..200).step_by(10).collect::<Vec<_>>());
    let told: Vec<_> = outputs
        .into_iter()
        .filter_map(|output| match output {
            Output::Happened { at: when, event } => Some((when, event)),
            Output::Telemetry(_) | Output::Transaction { .. } | Output::Stock(_) | Output::Raw(_) => None,
        })
        .collect();
    let fault = "overvoltage".to_owned();
    let began = StationEvent::FaultBegan { fault: fault.clone(), evse_id: 1 };
    let ended = StationEvent::FaultEnded { fault, evse_id: 1 };
    assert_eq!(told, [(at(100), began), (at(200), ended)]);
}
