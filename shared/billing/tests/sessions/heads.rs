//! What a message does to the head of its session.

use billing::Flag;
use billing::readings::MeterLimits;
use billing::session::{Folded, Head, SeqRange, SessionState, StoredMessage};
use billing::settlement::HeldReason;

use crate::fixture::stored;

#[test]
fn only_the_first_and_the_last_message_change_a_head() {
    let limits = MeterLimits::default();
    let messages = stored(&[
        ("Updated", 1, "10:30:00", r#""registerWh":4000"#, Some("10:30:01")),
        ("Started", 0, "10:00:00", r#""registerWh":1000"#, Some("10:40:00")),
        ("Updated", 2, "10:45:00", r#""registerWh":5000"#, Some("10:45:01")),
        ("Ended", 3, "11:00:00", r#""registerWh":8311"#, Some("11:00:01")),
    ]);
    let head = Head::open("s-1:t".parse().unwrap(), "site".parse().unwrap(), &messages[0], &limits);
    assert_eq!((head.state, head.started_at, head.connector), (SessionState::Open, None, None));
    assert_eq!(head.due_at.unwrap().to_string(), "2026-06-02T10:30:01Z");

    let Folded::Changed(head) = head.with(&messages[1], &limits) else { panic!("Started changed nothing") };
    assert_eq!(head.started_at, Some(messages[1].message.at));
    assert_eq!((head.connector, &head.id_token), (messages[1].message.connector, &messages[1].message.id_token));
    assert_eq!(head.due_at.unwrap().to_string(), "2026-06-02T10:40:00Z");
    assert_eq!(head.with(&messages[1], &limits), Folded::Unchanged);
    assert_eq!(head.with(&messages[2], &limits), Folded::Unchanged);

    let Folded::Changed(head) = head.with(&messages[3], &limits) else { panic!("Ended changed nothing") };
    assert_eq!((head.state, head.ended_seq), (SessionState::Ended, Some(3)));
    assert_eq!((head.ended_at, head.ended_received_at), (Some(messages[3].message.at), Some(messages[3].received_at)));
    assert_eq!(head.due_at.unwrap().to_string(), "2026-06-01T11:15:01Z");
    // A station that ends a transaction twice means the later end.
    let earlier = stored(&[("Ended", 2, "10:50:00", "", Some("11:05:00"))]);
    assert_eq!(head.with(&earlier[0], &limits), Folded::Unchanged);
    let json = serde_json::to_string(&head).unwrap();
    assert_eq!(serde_json::from_str::<Head>(&json).unwrap(), *head);
    // As the release wrote it that gave no receipts.
    let earlier = json.replace(r#""receipt":null,"#, "");
    assert_ne!(earlier, json);
    assert_eq!(serde_json::from_str::<Head>(&earlier).unwrap(), *head);
}

#[test]
fn a_held_session_goes_on_when_what_it_lacked_comes_and_only_then() {
    let limits = MeterLimits::default();
    let all = stored(&[
        ("Started", 0, "10:00:00", r#""registerWh":1000"#, Some("12:00:00")),
        ("Updated", 1, "10:30:00", r#""registerWh":4000"#, Some("10:30:01")),
        ("Ended", 2, "11:00:00", r#""registerWh":8311"#, Some("11:00:01")),
    ]);
    let [started, updated, ended] = all.as_slice() else { panic!("three messages") };
    let held = |lacking: &[SeqRange], of: &[StoredMessage], reason| {
        let head = Head::of("s-1:t".parse().unwrap(), "site".parse().unwrap(), of, &limits);
        let (state, missing) = (SessionState::Review, lacking.to_vec());
        Head { state, missing, held: Some(reason), due_at: None, flags: [Flag::Incomplete].into(), ..head }
    };

    let without_start = held(&[SeqRange { from: 0, to: 0 }], &all[1..], HeldReason::NoStarted);
    for known in [updated, ended] {
        assert_eq!(without_start.with(known, &limits), Folded::Unchanged, "it was there before");
    }
    let Folded::Changed(after) = without_start.with(started, &limits) else { panic!("it stays held") };
    assert_eq!((after.state, after.started_seq, after.due_at.is_some()), (SessionState::Ended, Some(0), true));
    assert!(after.was_held() && after.missing.is_empty() && after.flags.is_empty());

    let without_end = held(&[], &all[..2], HeldReason::NoEnded);
    assert_eq!(without_end.with(updated, &limits), Folded::Unchanged);
    let Folded::Changed(after) = without_end.with(ended, &limits) else { panic!("it stays held") };
    assert_eq!((after.state, after.ended_seq), (SessionState::Ended, Some(2)));
}
