//! Laws of the meter: what is delivered is counted once, and never more than was asked for.

use crate::plans::{arrival, at, plan, run_through, telemetry, transactions};
use jiff::Timestamp;
use proptest::prelude::*;
use station::contract::{ChargingState, EventType, Status, Transaction};
use station::{Demand, EvseSpec, Output, Plan, StationEvent, StationModel, Vehicle};
use std::collections::{BTreeMap, BTreeSet};

fn generated(seed: u64, sessions: usize) -> Plan {
    let evses = [
        EvseSpec::ac_three_phase(1).with_register(1_284_533),
        EvseSpec::dc(2).with_register(77),
        EvseSpec::ac_single_phase(3),
    ];
    Plan::generate(seed, at(0), &evses, &Demand { sessions, ..Demand::default() })
}

fn by_session<'a>(messages: &[&'a Transaction]) -> BTreeMap<&'a str, Vec<&'a Transaction>> {
    messages.iter().fold(BTreeMap::new(), |mut sessions: BTreeMap<_, Vec<_>>, message| {
        sessions.entry(message.transaction_id.as_str()).or_default().push(*message);
        sessions
    })
}

fn energy_wh(session: &[&Transaction]) -> u64 {
    session[session.len() - 1].register_wh - session[0].register_wh
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(6))]

    #[test]
    fn the_sessions_of_an_evse_are_its_register_difference(seed in any::<u64>()) {
        let plan = generated(seed, 6);
        let outputs = run_through(&plan);
        let messages = transactions(&outputs);
        let last_sample = &telemetry(&outputs).last().unwrap().samples.last().unwrap().connectors.clone();
        for (evse, last) in plan.evses.iter().zip(last_sample) {
            let sessions_wh: u64 = by_session(&messages)
                .values()
                .filter(|session| session[0].evse_id == evse.spec.evse_id)
                .map(|session| energy_wh(session))
                .sum();
            prop_assert_eq!(sessions_wh, last.register_wh - evse.spec.register_wh);
            prop_assert_eq!(last.status, Status::Available);
        }
    }

    #[test]
    fn nobody_gets_more_than_was_asked_for_or_fits(seed in any::<u64>()) {
        let plan = generated(seed, 6);
        let outputs = run_through(&plan);
        let messages = transactions(&outputs);
        let sessions = by_session(&messages);
        prop_assert_eq!(sessions.len(), 6);
        for evse in &plan.evses {
            let ordered = sessions.values().filter(|session| session[0].evse_id == evse.spec.evse_id);
            for (session, arrival) in ordered.zip(&evse.arrivals) {
                let limit_wh = u64::from(arrival.asked_wh.min(arrival.vehicle.room_wh()));
                let energy_wh = energy_wh(session);
                prop_assert!(energy_wh <= limit_wh && limit_wh - energy_wh <= 1, "{} of {}", energy_wh, limit_wh);
            }
        }
    }

    #[test]
    fn messages_of_a_session_are_numbered_without_gaps_and_never_go_back(seed in any::<u64>()) {
        let outputs = run_through(&generated(seed, 6));
        for session in by_session(&transactions(&outputs)).values() {
            let numbers: Vec<_> = session.iter().map(|message| message.seq_no).collect();
            prop_assert_eq!(numbers, (0..u32::try_from(session.len()).unwrap()).collect::<Vec<_>>());
            prop_assert!(session.windows(2).all(|pair| pair[0].at <= pair[1].at && pair[0].register_wh <= pair[1].register_wh));
            let (first, last) = (session[0].event_type, session[session.len() - 1].event_type);
            prop_assert_eq!((first, last), (EventType::Started, EventType::Ended));
        }
    }

    #[test]
    fn the_outputs_do_not_depend_on_the_steps(seed in any::<u64>(), steps in prop::collection::vec(0i64..2000, 1..40)) {
        let end = 6 * 3600;
        let plan = generated(seed, 3);
        let times = steps.iter().scan(0, |second, step| { *second += step; Some(end.min(*second)) }).chain([end]);
        let mut stepped = StationModel::new(plan.clone());
        let by_steps: Vec<_> = times.flat_map(|second| stepped.advance(at(second))).collect();
        let at_once = StationModel::new(plan).advance(at(end));
        let difference = by_steps.iter().zip(&at_once).find(|(one, other)| one != other);
        prop_assert_eq!(difference, None);
        prop_assert_eq!(by_steps.len(), at_once.len());
    }
}

#[test]
fn the_register_agrees_with_the_power_shown() {
    let outputs = run_through(&plan(vec![arrival(30, 9000)]));
    let samples: Vec<_> = telemetry(&outputs).into_iter().flat_map(|message| &message.samples).collect();
    let charging: Vec<_> = samples.iter().filter(|sample| sample.connectors[0].status == Status::Charging).collect();
    let power_ws: u64 = charging[1..].iter().map(|sample| sample.connectors[0].power_w * 10).sum();
    let counted_wh = charging[charging.len() - 1].connectors[0].register_wh - charging[0].connectors[0].register_wh;
    let integrated_wh = power_ws / 3600;
    assert!(counted_wh.abs_diff(integrated_wh) * 100 < counted_wh, "{counted_wh} Wh counted, {integrated_wh} Wh shown");
}

#[test]
fn a_run_tells_what_its_registers_counted() {
    let mut model = StationModel::new(plan(vec![arrival(30, 2000)]));
    let [before] = model.registers().try_into().unwrap();
    assert_eq!((before.evse_id, before.before_wh, before.now_wh), (1, 1_284_533, 1_284_533));
    let outputs = model.advance(at(3600));
    let [after] = model.registers().try_into().unwrap();
    assert_eq!(
        (after.before_wh, Some(after.now_wh)),
        (1_284_533, transactions(&outputs).last().map(|last| last.register_wh))
    );
    assert_eq!(after.now_wh, 1_286_533);
}

#[test]
fn a_vehicle_tapers_before_it_is_full() {
    let mut full = arrival(0, 60_000);
    full.vehicle = Vehicle::ac_three_phase(20_000, 0.8, 11_000);
    let outputs = run_through(&plan(vec![full]));
    let powers: Vec<u64> = telemetry(&outputs)
        .into_iter()
        .flat_map(|message| &message.samples)
        .filter(|sample| sample.connectors[0].status == Status::Charging)
        .map(|sample| sample.connectors[0].power_w)
        .collect();
    let (first, last) = (powers[0], powers[powers.len() - 1]);
    assert!(first > 10_500 && last < 3500, "from {first} W to {last} W");
}

#[test]
fn readings_come_every_five_minutes_of_charging_and_at_every_change() {
    let outputs = run_through(&plan(vec![arrival(30, 2000)]));
    let story: Vec<_> = transactions(&outputs)
        .into_iter()
        .map(|message| (message.at.duration_since(at(0)).as_secs(), message.event_type, message.charging_state))
        .collect();
    // 2 kWh at 10.8 kW take 11 minutes.
    assert_eq!(
        story,
        [
            (30, EventType::Started, ChargingState::EvConnected),
            (38, EventType::Updated, ChargingState::Charging),
            (338, EventType::Updated, ChargingState::Charging),
            (638, EventType::Updated, ChargingState::Charging),
            (706, EventType::Updated, ChargingState::SuspendedEv),
            (1006, EventType::Ended, ChargingState::Idle),
        ]
    );
}

#[test]
fn sessions_on_two_evses_overlap_under_different_ids() {
    let mut two = plan(vec![arrival(30, 5000), arrival(60, 5000)]);
    let mut second = two.evses[0].clone();
    second.spec.evse_id = 2;
    two.evses.push(second);
    let outputs = run_through(&two);
    let messages = transactions(&outputs);
    let sessions = by_session(&messages);
    assert_eq!(sessions.len(), 4, "every session has an id of its own");
    let span = |evse_id: u32| -> (Timestamp, Timestamp) {
        let session = sessions.values().find(|session| session[0].evse_id == evse_id).unwrap();
        (session[0].at, session[session.len() - 1].at)
    };
    let ((start_1, end_1), (start_2, end_2)) = (span(1), span(2));
    assert!(start_1 < end_2 && start_2 < end_1);
    let message_ids: BTreeSet<_> = messages.iter().map(|message| &message.message_id).collect();
    assert_eq!(message_ids.len(), messages.len());
    let told = outputs
        .iter()
        .filter(|output| matches!(output, Output::Happened { event: StationEvent::SessionEnded { .. }, .. }))
        .count();
    assert_eq!(told, 4);
}
