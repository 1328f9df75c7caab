//! A session that is due: it has ended and messages are missing, nothing was heard of it for long, or it is billed and has no receipt.

use billing::session::{Head, OpenSession, judge_open};
use jiff::{SignedDuration, Timestamp};
use messages::{Command, CommandKind, SessionId};
use ports::{CommandStations, KeepReceipts, KeepSessions, PortError, Saved};
use record_transaction::{SettlePorts, Settling, give_up, settle};

use crate::receipts;

/// A station that sees the question later than this does nothing.
const ANSWER_WITHIN: SignedDuration = SignedDuration::from_hours(24);

pub(crate) async fn look_at<P>(ports: &P, now: Timestamp, session: &SessionId) -> Result<(), PortError>
where
    P: SettlePorts + KeepReceipts + CommandStations,
{
    match settle(ports, now, session).await? {
        Settling::Settled | Settling::AlreadySettled => receipts::issue(ports, now, session).await,
        Settling::Waiting => Ok(()),
        Settling::Open => still_open(ports, now, session).await,
    }
}

/// A session without an end: its station is asked after a day without a message, a person after two. Its end is never guessed.
async fn still_open<P>(ports: &P, now: Timestamp, session: &SessionId) -> Result<(), PortError>
where
    P: SettlePorts + CommandStations,
{
    let Some(head) = ports.head(session).await? else { return Ok(()) };
    match judge_open(&ports.messages(session).await?, now) {
        OpenSession::Fresh { ask_at } => look_again(ports, head, ask_at).await,
        OpenSession::Silent { review_at } => {
            ports.command(&session.station, &stop(&head, now)).await?;
            look_again(ports, head, review_at).await
        }
        OpenSession::Lost => give_up(ports, now, &head).await,
    }
}

async fn look_again(ports: &impl KeepSessions, head: Head, due_at: Timestamp) -> Result<(), PortError> {
    // Whoever wrote in between has set the next look.
    match ports.save_head(&Head { due_at: Some(due_at), ..head }).await? {
        Saved::Done | Saved::Conflict => Ok(()),
    }
}

/// A station that still runs the transaction ends it and sends the rest; one that has lost it answers that it cannot.
fn stop(head: &Head, now: Timestamp) -> Command {
    Command {
        command_id: format!("ask-{}", head.session.transaction),
        kind: CommandKind::StopTransaction,
        connector: head.connector,
        transaction_id: Some(head.session.transaction.clone()),
        limit_a: None,
        id_token: None,
        expires_at: now.saturating_add(ANSWER_WITHIN).unwrap_or(now),
    }
}
