//! Input that can never succeed, byte for byte, under the day it was received and the id of its record.

use jiff::tz::TimeZone;
use ports::{KeepQuarantine, PortError, Quarantined};

use super::Tables;

impl KeepQuarantine for Tables {
    async fn quarantine(&self, input: &Quarantined) -> Result<(), PortError> {
        let day = TimeZone::UTC.to_datetime(input.received_at).date();
        self.state().quarantine.entry((day, input.id.clone())).or_insert_with(|| input.clone());
        Ok(())
    }
}
