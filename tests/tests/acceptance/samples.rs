//! The sample events, as Lambda would be invoked with them.

use lambda::queue_batch;
use ports::KeepPresence;

use crate::world::{NOW, World, at};

/// Every sample for `record-transaction` with the answers, the CDRs and the inputs in quarantine that follow from it.
#[tokio::test]
async fn the_samples_for_record_transaction_do_what_their_names_say() {
    for (sample, acks, cdrs, quarantined) in [
        (include_str!("../../../events/record-transaction/one.json"), 1, 0, 0),
        (include_str!("../../../events/record-transaction/several.json"), 4, 1, 0),
        (include_str!("../../../events/record-transaction/malformed.json"), 5, 1, 9),
        (include_str!("../../../events/record-transaction/edge.json"), 8, 2, 0),
    ] {
        let world = World::new().await;
        let event = serde_json::from_str(sample).unwrap();
        let handle = |records| record_transaction::handle(&world.ports, at(NOW), records);
        let response = queue_batch(&event, at(NOW), aws::decode::envelope, &world.ports, handle).await;
        assert_eq!(response.batch_item_failures.len(), 0, "{sample}");
        let tables = &world.ports.tables;
        let found =
            (world.acks(), tables.all_cdrs().await.unwrap().len(), tables.all_quarantined().await.unwrap().len());
        assert_eq!((found.0.len(), found.1, found.2), (acks, cdrs, quarantined), "{found:?} of {sample}");
    }
}

/// Every sample for `track-presence` with the stations that are known to be there or gone afterwards, and the inputs in quarantine.
#[tokio::test]
async fn the_samples_for_track_presence_do_what_their_names_say() {
    use faults::PresenceState::{Offline, Online};
    for (sample, expected, quarantined) in [
        (include_str!("../../../events/track-presence/one.json"), &[("station-001", Online)][..], 0),
        (
            include_str!("../../../events/track-presence/several.json"),
            &[("station-001", Offline), ("station-002", Online)],
            0,
        ),
        (include_str!("../../../events/track-presence/malformed.json"), &[("station-003", Online)], 7),
        (
            include_str!("../../../events/track-presence/edge.json"),
            &[("station-001", Online), ("station-004", Online)],
            0,
        ),
    ] {
        let world = World::new().await;
        let event = serde_json::from_str(sample).unwrap();
        let handle = |records| track_presence::handle(&world.ports, at(NOW), records);
        let response = queue_batch(&event, at(NOW), aws::decode::envelope, &world.ports, handle).await;
        assert_eq!(response.batch_item_failures.len(), 0, "{sample}");
        let mut found = Vec::new();
        for number in 1..=10 {
            let station = format!("station-{number:03}");
            let row = world.ports.presence(&station.parse().unwrap()).await.unwrap();
            found.extend(row.map(|row| (station, row.presence.state)));
        }
        let expected: Vec<_> = expected.iter().map(|(station, state)| ((*station).to_owned(), *state)).collect();
        assert_eq!(found, expected, "{sample}");
        assert_eq!(world.ports.tables.all_quarantined().await.unwrap().len(), quarantined, "{sample}");
    }
}
