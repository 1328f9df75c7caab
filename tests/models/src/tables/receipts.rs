//! Receipts, each under its number.

use billing::receipt::Issued;
use billing::session::Head;
use messages::SiteId;
use ports::{KeepReceipts, PortError, Saved};

use super::Tables;

impl KeepReceipts for Tables {
    async fn last_receipt(&self, series: &SiteId) -> Result<Option<Issued>, PortError> {
        let state = self.state();
        Ok(state.receipts.get(series).and_then(|receipts| receipts.values().next_back().cloned()))
    }

    async fn receipts(&self, series: &SiteId) -> Result<Vec<Issued>, PortError> {
        Ok(self.receipts_of(series))
    }

    async fn issue(&self, receipt: &Issued, head: &Head) -> Result<Saved, PortError> {
        let mut state = self.state();
        let number = &receipt.number;
        let is_taken = state.receipts.get(&number.series).is_some_and(|series| series.contains_key(&number.number));
        if is_taken || !state.is_current_head(head) {
            return Ok(Saved::Conflict);
        }
        state.receipts.entry(number.series.clone()).or_default().insert(number.number, receipt.clone());
        state.put_head(head);
        Ok(Saved::Done)
    }
}
