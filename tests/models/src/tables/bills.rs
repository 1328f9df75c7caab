//! What was billed lately.

use billing::cdr::Cdr;
use jiff::Timestamp;
use ports::{PortError, ReadBills};

use super::Tables;

impl ReadBills for Tables {
    async fn bills_since(&self, since: Timestamp) -> Result<Vec<Cdr>, PortError> {
        let state = self.state();
        let receipts = state.receipts.values().flat_map(|series| series.values());
        let lately = receipts.filter(|receipt| receipt.issued_at >= since);
        let cdr = |receipt: &billing::receipt::Issued| state.sessions.get(&receipt.session)?.cdr.clone();
        Ok(lately.filter_map(cdr).collect())
    }
}
