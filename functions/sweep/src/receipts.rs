//! A billed session that has no receipt yet: it gets the next number of its site. Nobody else gives numbers.

use billing::receipt::Issued;
use billing::session::Head;
use jiff::Timestamp;
use messages::SessionId;
use ports::{KeepReceipts, KeepSessions, PortError, Saved};

/// How often a write that lost a race is decided again before the session is left for the next sweep.
const ATTEMPTS: usize = 5;

/// Issues the receipt of a session, if it is billed and has none. Repeating it changes nothing.
pub(crate) async fn issue<P>(ports: &P, now: Timestamp, session: &SessionId) -> Result<(), PortError>
where
    P: KeepReceipts + KeepSessions + Sync,
{
    for _ in 0..ATTEMPTS {
        let Some(head) = ports.head(session).await?.filter(Head::lacks_receipt) else { return Ok(()) };
        let last = ports.last_receipt(&head.site).await?;
        let receipt = Issued::after(last.as_ref(), &head.site, session, now);
        match ports.issue(&receipt, &head.with_receipt(&receipt)).await? {
            Saved::Done => {
                tracing::info!(session.id = %session, receipt.number = %receipt.number, "a receipt is issued");
                return Ok(());
            }
            Saved::Conflict => {}
        }
    }
    Err(PortError::new("issue a receipt", "others kept taking its number"))
}
