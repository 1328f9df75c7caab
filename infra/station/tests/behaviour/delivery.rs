//! What is sent when, how often, and in which order.

use crate::plans::{Desk, arrival, at, plan, stay_silent, store_all};
use serde_json::Value;
use station::contract::MessageKind;
use station::{Handed, Plan, RawMessage, Upload};

/// The `seqNo`s of the transaction messages in order of sending, and whether all of them are marked as offline.
fn sent_order(upload: Upload, duplicates: bool) -> (Vec<u64>, bool) {
    let mut scripted = plan(vec![arrival(30, 2000)]);
    scripted.evses[0].arrivals[0].upload = upload;
    scripted.duplicates = duplicates;
    let mut desk = Desk::new(&scripted);
    desk.pass(1200, store_all);
    assert!(desk.station.is_finished());
    assert_eq!(desk.station.summary().stored, 6);
    let sent = desk.of(MessageKind::Transaction);
    (
        sent.iter().map(|message| message["seqNo"].as_u64().unwrap()).collect(),
        sent.iter().all(|message| message["offline"] == true),
    )
}

#[test]
fn the_script_decides_order_and_repetition() {
    for (upload, duplicates, order, is_offline) in [
        (Upload::Live, false, vec![0, 1, 2, 3, 4, 5], false),
        (Upload::Live, true, vec![0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5], false),
        (Upload::SwappedPairs, false, vec![1, 0, 3, 2, 5, 4], false),
        (Upload::Offline, false, vec![0, 1, 2, 3, 4, 5], true),
        (Upload::OfflineReversed, false, vec![5, 4, 3, 2, 1, 0], true),
        (Upload::OfflineReversed, true, vec![5, 5, 4, 4, 3, 3, 2, 2, 1, 1, 0, 0], true),
    ] {
        assert_eq!(sent_order(upload, duplicates), (order, is_offline), "{upload:?}, twice: {duplicates}");
    }
}

#[test]
fn an_offline_session_is_silent_until_it_has_ended() {
    let mut scripted = plan(vec![arrival(30, 2000)]);
    scripted.evses[0].arrivals[0].upload = Upload::Offline;
    let mut desk = Desk::new(&scripted);
    desk.pass(1006, store_all);
    assert!(desk.of(MessageKind::Transaction).is_empty());
    desk.pass(1, store_all);
    assert_eq!(desk.of(MessageKind::Transaction).len(), 6);
}

#[test]
fn a_message_is_sent_again_until_it_is_acknowledged_whatever_the_result() {
    for (result, refused, stored) in [("stored", 0, 6), ("refused", 6, 0), ("something new", 0, 6)] {
        let mut desk = Desk::new(&plan(vec![arrival(30, 2000)]));
        desk.pass(1200, stay_silent);
        assert!(!desk.station.is_finished(), "the plan is over but nothing is acknowledged");
        assert_eq!((desk.station.summary().finished, desk.station.summary().unacknowledged), (false, 6));
        let started_at: Vec<_> =
            desk.sent.iter().filter(|(_, _, message)| message["seqNo"] == 0).map(|(second, ..)| *second).collect();
        assert_eq!(started_at, [30, 90, 210, 450, 930]);
        let ids: Vec<_> =
            desk.of(MessageKind::Transaction).iter().map(|message| message["messageId"].clone()).collect();
        for id in ids {
            desk.acknowledge(id.as_str().unwrap(), result);
        }
        let before = desk.of(MessageKind::Transaction).len();
        desk.pass(3600, stay_silent);
        assert_eq!(desk.of(MessageKind::Transaction).len(), before);
        let summary = desk.station.summary();
        assert_eq!((summary.refused, summary.stored, summary.unacknowledged), (refused, stored, 0), "{result}");
        assert!(summary.finished, "{result}");
        assert_eq!(summary.resends, before as u64 - 6);
        assert!(desk.station.is_finished());
    }
}

#[test]
fn what_was_not_acknowledged_is_sent_again_on_a_new_connection() {
    let mut desk = Desk::new(&plan(vec![arrival(30, 2000)]));
    desk.pass(40, stay_silent);
    assert_eq!(desk.of(MessageKind::Transaction).len(), 2);
    desk.station.disconnect(at(40), "gone".to_owned());
    desk.station.connect(at(41));
    desk.pass(1, stay_silent);
    let order: Vec<_> = desk.of(MessageKind::Transaction).iter().map(|message| message["seqNo"].clone()).collect();
    assert_eq!(order, [0, 1, 0, 1]);
}

#[test]
fn nothing_is_lost_when_there_is_no_room() {
    let mut desk = Desk::new(&plan(vec![arrival(30, 2000)]));
    desk.station.advance(at(1200));
    let mut offered = 0;
    desk.station.publish_due(at(1200), |_| {
        offered += 1;
        Handed::Back
    });
    assert_eq!((offered, desk.station.summary().telemetry_messages), (1, 0));
    desk.second = 1200;
    desk.pass(1, store_all);
    assert_eq!(desk.of(MessageKind::Transaction).len(), 6);
    assert_eq!(desk.of(MessageKind::Telemetry).len(), 21);
    assert_eq!(desk.station.summary().resends, 0);
}

#[test]
fn telemetry_that_cannot_be_sent_is_kept_for_two_hours() {
    let mut waiting = plan(vec![]);
    waiting.until = Some(at(3 * 3600));
    let mut desk = Desk::new(&waiting);
    desk.station.advance(at(3 * 3600));
    assert_eq!(desk.station.summary().telemetry_dropped, 61);
    desk.second = 3 * 3600;
    desk.pass(1, store_all);
    assert_eq!(desk.of(MessageKind::Telemetry).len(), 120);
    assert_eq!(desk.of(MessageKind::Telemetry)[119]["samples"][0]["at"], "2026-06-01T13:00:00Z", "the newest are kept");
}

fn with_raw(payload: &str, message_id: Option<&str>) -> Plan {
    let mut scripted = plan(vec![]);
    scripted.raw.push(RawMessage {
        at: at(10),
        kind: MessageKind::Transaction,
        payload: payload.to_owned(),
        message_id: message_id.map(str::to_owned),
    });
    scripted
}

#[test]
fn a_malformed_message_is_sent_once_or_until_it_is_refused() {
    let mut desk = Desk::new(&with_raw("{\"eventType\":", None));
    desk.pass(300, stay_silent);
    assert_eq!(desk.of(MessageKind::Transaction), [&Value::Null], "sent once, as it stands");
    assert!(desk.station.is_finished());

    let mut desk = Desk::new(&with_raw(r#"{"messageId":"bad-1","eventType":"Started"}"#, Some("bad-1")));
    desk.pass(100, stay_silent);
    assert_eq!(desk.of(MessageKind::Transaction).len(), 2);
    desk.acknowledge("bad-1", "refused");
    desk.pass(300, stay_silent);
    assert_eq!(desk.of(MessageKind::Transaction).len(), 2);
    assert_eq!(desk.station.summary().refused, 1);
}

#[test]
fn a_blocked_driver_is_stopped() {
    for (status, is_stopped) in [("Accepted", false), ("Blocked", true), ("Unknown", true)] {
        let mut desk = Desk::new(&plan(vec![arrival(30, 2000)]));
        desk.pass(60, stay_silent);
        let ack =
            serde_json::json!({ "messageId": "20260601T100030Z-0001-0", "result": "stored", "idTokenStatus": status });
        desk.station.receive_ack(ack.to_string().as_bytes(), at(60));
        desk.pass(1, stay_silent);
        let sent = desk.of(MessageKind::Transaction);
        let last = sent[sent.len() - 1];
        assert_eq!(last["eventType"] == "Ended", is_stopped, "{status}");
        assert_eq!(last["stoppedReason"] == "DeAuthorized", is_stopped, "{status}");
    }
}

#[test]
fn acknowledgements_that_make_no_sense_change_nothing() {
    let mut desk = Desk::new(&plan(vec![arrival(30, 2000)]));
    desk.pass(60, stay_silent);
    for payload in ["", "{", "[]", r#"{"messageId":7,"result":"stored"}"#, r#"{"messageId":"else","result":"refused"}"#]
    {
        desk.station.receive_ack(payload.as_bytes(), at(60));
    }
    let summary = desk.station.summary();
    assert_eq!((summary.unacknowledged, summary.refused, summary.stored), (2, 0, 0));
}
