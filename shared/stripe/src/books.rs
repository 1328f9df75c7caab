//! Stripe's books of some time, as they are compared with ours.

use billing::money::{Currency, Money};
use billing::payment::reconcile::{BookedIntent, BookedRefund, Movement};
use jiff::Timestamp;
use ports::{PaymentError, ReadStripeBooks, StripeBooks};
use stripe_core::balance_transaction::ListBalanceTransaction;
use stripe_core::payment_intent::ListPaymentIntent;
use stripe_core::refund::ListRefund;
use stripe_shared::{BalanceTransaction, PaymentIntent, Refund};
use stripe_types::RangeQueryTs;

use crate::StripeClient;
use crate::amount::from_api;
use crate::client::Repeat;
use crate::holds::HOLD;
use crate::intents::SESSION;
use crate::refunds;

/// The most objects of a page, and the most pages that are read of a kind: a hundred thousand a day.
const PAGE: i64 = 100;
const PAGES: usize = 1_000;

/// Reads every page of a list.
macro_rules! every {
    ($list:ident = $first:expr, $page:expr, $read:ident) => {{
        let (mut $list, mut all) = ($first, Vec::new());
        let mut pages = 0;
        loop {
            let page = $page;
            for shown in &page.data {
                all.extend($read(shown)?);
            }
            pages += 1;
            match page.data.last() {
                Some(end) if page.has_more && pages < PAGES => $list = $list.starting_after(end.id.as_str()),
                Some(_) if page.has_more => return Err(PaymentError::Refused("too much to read in one go".into())),
                Some(_) | None => break all,
            }
        }
    }};
}

impl ReadStripeBooks for StripeClient {
    async fn stripe_books(&self, since: Timestamp) -> Result<StripeBooks, PaymentError> {
        let since = RangeQueryTs::gte(since.as_second());
        Ok(StripeBooks {
            // What the balance did is read last: a charge is never newer than its movement.
            intents: every!(
                list = ListPaymentIntent::new().created(since).limit(PAGE),
                self.send(&list, Repeat::Freely).await?,
                intent
            ),
            refunds: every!(
                list = ListRefund::new().created(since).limit(PAGE),
                self.send(&list, Repeat::Freely).await?,
                refund
            ),
            movements: every!(
                list = ListBalanceTransaction::new().created(since).limit(PAGE),
                self.send(&list, Repeat::Freely).await?,
                movement
            ),
        })
    }
}

fn intent(intent: &PaymentIntent) -> Result<Option<BookedIntent>, PaymentError> {
    Ok(Some(BookedIntent {
        id: intent.id.to_string(),
        session: intent.metadata.get(SESSION).and_then(|session| session.parse().ok()),
        hold: intent.metadata.get(HOLD).and_then(|hold| hold.parse().ok()),
        charge: intent.latest_charge.as_ref().map(|charge| charge.id().to_string()),
        captured: money(intent.amount_received, &intent.currency)?,
    }))
}

fn refund(refund: &Refund) -> Result<Option<BookedRefund>, PaymentError> {
    Ok(Some(BookedRefund {
        id: refund.id.to_string(),
        intent: refund.payment_intent.as_ref().map(|intent| intent.id().to_string()),
        amount: money(refund.amount, &refund.currency)?,
        status: refunds::shown(refund).status,
    }))
}

/// A movement of a charge, or of a refund; payouts and fees of the account are nobody's payment.
fn movement(moved: &BalanceTransaction) -> Result<Option<Movement>, PaymentError> {
    let Some(source) = &moved.source else { return Ok(None) };
    let amount = money(moved.amount, &moved.currency)?;
    let is_payment = matches!(moved.reporting_category.as_str(), "charge" | "refund");
    Ok(is_payment.then(|| Movement { id: moved.id.to_string(), source: source.id().to_string(), amount }))
}

fn money(shown: i64, currency: &stripe_types::Currency) -> Result<Money, PaymentError> {
    let code = currency.to_string().to_uppercase();
    let currency: Currency =
        code.parse().map_err(|error: billing::money::UnknownCurrency| PaymentError::Unknown(error.into()))?;
    let minor = from_api(shown, currency).map_err(|error| PaymentError::Unknown(error.into()))?;
    Ok(Money { minor, currency })
}
