//! The sample events, as Lambda would be invoked with them.

use lambda::queue_batch;

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
