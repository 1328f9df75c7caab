//! What a message does to the head of its session.

use billing::readings::MeterLimits;
use billing::session::{Folded, Head, SessionState};

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
