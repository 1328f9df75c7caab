//! Every day: our books beside Stripe's and beside the registers of the stations.
//!
//! `billing::payment::reconcile` finds where they disagree. Stripe's books are read before ours, so that whatever is paid meanwhile is
//! in ours at least; nothing is changed but an alert, one per day.

use std::collections::{BTreeMap, BTreeSet};

use alerts::{Alert, BooksFact, Fact};
use billing::Flag;
use billing::cdr::Cdr;
use billing::payment::Hold;
use billing::payment::reconcile::{Disagreement, Entry, Metered, Span, disagreements};
use jiff::{SignedDuration, Timestamp};
use messages::SessionId;
use ports::{
    KeepAlerts, KeepDebts, KeepHolds, KeepReturns, PortError, Raised, ReadBills, ReadPayments, ReadStripeBooks,
    StripeBooks,
};

/// How long books are looked back at: two days, so that a run that failed is made up for by the next.
pub const LOOK_BACK: SignedDuration = SignedDuration::from_hours(2 * 24);

/// How many disagreements an alert names.
const NAMED: usize = 5;

/// Flags of a bill that is not of all that its register counted.
const BROKEN: [Flag; 6] = [
    Flag::Rollover,
    Flag::Reset,
    Flag::ImplausibleStartReplaced,
    Flag::StopValueMissing,
    Flag::NegativeEnergy,
    Flag::BelowMinEnergy,
];

/// What comparing takes.
pub trait ReconcilePorts:
    ReadBills + KeepDebts + KeepHolds + ReadPayments + KeepReturns + ReadStripeBooks + Sync
{
}

impl<P> ReconcilePorts for P where
    P: ReadBills + KeepDebts + KeepHolds + ReadPayments + KeepReturns + ReadStripeBooks + Sync
{
}

/// Compares the books of the last two days, and tells the operators where they disagree.
///
/// # Errors
/// [`PortError`]: a book could not be read; nobody is told anything.
pub async fn handle<P>(ports: &P, now: Timestamp) -> Result<Vec<Disagreement>, PortError>
where
    P: ReconcilePorts + KeepAlerts,
{
    let found = compare(ports, now, LOOK_BACK).await?;
    for disagreement in &found {
        tracing::error!(%disagreement, "the books disagree");
    }
    tracing::info!(places = found.len(), "the books are compared");
    if let Some(alert) = alert(&found, now) {
        match ports.raise(&alert).await? {
            Raised::New | Raised::Already => {}
        }
    }
    Ok(found)
}

/// Compares the books of so long a time; tells nobody.
///
/// # Errors
/// [`PortError`]: a book could not be read.
pub async fn compare<P>(ports: &P, now: Timestamp, look_back: SignedDuration) -> Result<Vec<Disagreement>, PortError>
where
    P: ReconcilePorts,
{
    let span = Span { since: now.saturating_sub(look_back).unwrap_or(Timestamp::MIN), until: now };
    let stripe = ports.stripe_books(span.since).await;
    let stripe = stripe.map_err(|error| PortError::new("read the books of Stripe", error))?;
    let cdrs = ports.bills_since(span.since).await?;
    let mut holds = holds(ports, &stripe).await?;
    let mut entries = Vec::new();
    for session in sessions(ports, &cdrs, &stripe, &holds).await? {
        entries.push(Entry {
            debt: ports.debt(&session).await?,
            holds: holds.remove(&session).unwrap_or_default(),
            payments: ports.payments_of(&session).await?,
            returns: ports.returns(&session).await?,
            session,
        });
    }
    let metered: Vec<Metered> = cdrs.iter().filter(|cdr| !cdr.credit).map(metered).collect();
    Ok(disagreements(&entries, &stripe, &metered, span))
}

/// The holds that have taken money at Stripe, by the session that they pay for.
async fn holds<P>(ports: &P, stripe: &StripeBooks) -> Result<BTreeMap<SessionId, Vec<Hold>>, PortError>
where
    P: KeepHolds + Sync,
{
    let mut holds: BTreeMap<SessionId, Vec<Hold>> = BTreeMap::new();
    let taken = stripe.intents.iter().filter(|intent| intent.captured.minor != 0);
    for id in taken.filter_map(|intent| intent.hold.as_ref()) {
        if let Some(hold) = ports.hold(id).await?
            && let Some(session) = hold.session.clone()
        {
            holds.entry(session).or_default().push(hold);
        }
    }
    Ok(holds)
}

/// Every session that either book names: ours by its bill, Stripe's by an intent, by a hold or by a refund of an earlier intent.
async fn sessions<P>(
    ports: &P,
    cdrs: &[Cdr],
    stripe: &StripeBooks,
    holds: &BTreeMap<SessionId, Vec<Hold>>,
) -> Result<BTreeSet<SessionId>, PortError>
where
    P: ReadPayments + Sync,
{
    let billed = cdrs.iter().map(|cdr| cdr.session_id.clone());
    let paid = stripe.intents.iter().filter_map(|intent| intent.session.clone());
    let mut sessions: BTreeSet<SessionId> = billed.chain(paid).chain(holds.keys().cloned()).collect();
    let known: BTreeSet<&str> = stripe.intents.iter().map(|intent| intent.id.as_str()).collect();
    let refunded: BTreeSet<&str> = stripe.refunds.iter().filter_map(|refund| refund.intent.as_deref()).collect();
    for intent in refunded.difference(&known) {
        sessions.extend(ports.payment_by(intent).await?.map(|payment| payment.session));
    }
    Ok(sessions)
}

fn metered(cdr: &Cdr) -> Metered {
    Metered {
        session: cdr.session_id.clone(),
        evse_id: cdr.evse_id,
        started_at: cdr.start_date_time,
        ended_at: cdr.end_date_time,
        from_wh: cdr.register_start_wh,
        to_wh: cdr.register_end_wh,
        billed_wh: cdr.energy_wh,
        is_continuous: !BROKEN.iter().any(|flag| cdr.flags.contains(flag)),
    }
}

/// What the operators are told, when there is anything to tell.
fn alert(found: &[Disagreement], now: Timestamp) -> Option<Alert> {
    let first = found.iter().take(NAMED).map(ToString::to_string).collect();
    let fact = BooksFact { at: now, places: found.len(), first };
    (!found.is_empty()).then(|| Alert::open(Fact::BooksDisagree(fact), None, now))
}
