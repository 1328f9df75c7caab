//! Alert items to SNS.
//!
//! A record says that an alert may want to be told; the alert itself says what, to whom and whether now. Each publication is claimed
//! before and recorded after: a copy goes out only where nobody can know whether the first one did.

mod send;

#[cfg(test)]
mod tests;

use alerts::AlertId;
use jiff::Timestamp;
use ports::{FailedRecord, KeepAlerts, PublishAlerts, Record};

/// Sends alerts.
///
/// Returns the records that are to be delivered again because the store did not answer. A publication that fails is not such a record:
/// the alert becomes due again after a pause, and the sweep finds it then.
pub async fn handle<P>(ports: &P, now: Timestamp, records: Vec<Record<AlertId>>) -> Vec<FailedRecord>
where
    P: KeepAlerts + PublishAlerts + Sync,
{
    let mut failed = Vec::new();
    for record in &records {
        if let Err(error) = send::send(ports, now, &record.body).await {
            let source = &error as &dyn std::error::Error;
            tracing::warn!(record.id, alert.id = %record.body, error = source, "the alert will be looked at again");
            failed.push(record.failed());
        }
    }
    failed
}
