//! Refunds (`docs.stripe.com/api/refunds`): of captured charges, in sum at most what was captured.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::charges::Charge;
use crate::errors::Refusal;
use crate::form::Params;
use crate::ledger::Resource;
use crate::payment_intents::PaymentIntent;
use crate::work::Work;
use crate::{balance, currencies, disputes, lists, metadata};

/// A refund; card refunds succeed at once.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Refund {
    pub(crate) id: String,
    pub(crate) amount: i64,
    pub(crate) balance_transaction: Option<String>,
    pub(crate) charge: String,
    pub(crate) created: i64,
    pub(crate) currency: String,
    pub(crate) metadata: BTreeMap<String, String>,
    pub(crate) payment_intent: Option<String>,
    pub(crate) reason: Option<String>,
    pub(crate) status: String,
}

impl Resource for Refund {
    const OBJECT: &'static str = "refund";
}

/// `POST /v1/refunds`, of a `payment_intent` or a `charge`; without `amount` the rest.
pub(crate) fn create(work: &mut Work<'_>, params: &Params) -> Result<Value, Refusal> {
    let amount = params.integer("amount")?;
    let (reason, metadata) = (params.owned("reason")?, metadata::read(params)?);
    let mut charge = charge_of(work, params)?;
    disputes::check_refundable(work, &charge)?;
    let amount = refundable(&charge, amount)?;
    currencies::check_step(amount, &charge.currency, "amount")?;
    let id = work.mint("re");
    let refund = Refund {
        amount,
        balance_transaction: Some(balance::book_refund(work, amount, &charge.currency, &id)?),
        charge: charge.id.clone(),
        created: work.now().as_second(),
        currency: charge.currency.clone(),
        metadata,
        payment_intent: charge.payment_intent.clone(),
        reason,
        status: "succeeded".to_owned(),
        id,
    };
    charge.amount_refunded += amount;
    charge.refunded = charge.amount_refunded == charge.amount_captured;
    let charge = work.put(&charge)?;
    let document = work.put(&refund)?;
    work.announce("refund.created", &document)?;
    work.announce("charge.refunded", &charge)?;
    Ok(document)
}

fn charge_of(work: &Work<'_>, params: &Params) -> Result<Charge, Refusal> {
    match (params.text("payment_intent")?, params.text("charge")?) {
        (Some(intent), None) => {
            let intent: PaymentIntent = work.require(intent, "payment_intent")?;
            let charge: Option<Charge> = work.find(intent.latest_charge.as_deref().unwrap_or_default())?;
            charge.filter(|charge| charge.paid).ok_or_else(|| {
                let message = format!("This PaymentIntent ({}) has no successful charge to refund.", intent.id);
                Refusal::by_state_of("payment_intent", None, message)
            })
        }
        (_, Some(charge)) => work.require(charge, "charge"),
        (None, None) => Err(Refusal::missing("payment_intent")),
    }
}

/// What may be refunded of the amount asked for.
fn refundable(charge: &Charge, amount: Option<i64>) -> Result<i64, Refusal> {
    if !charge.captured {
        return Err(Refusal::by_state(
            None,
            format!("Charge {} is not captured; cancel its PaymentIntent instead.", charge.id),
        ));
    }
    let rest = charge.amount_captured - charge.amount_refunded;
    if rest == 0 {
        let message = format!("Charge {} has already been refunded.", charge.id);
        return Err(Refusal::by_state(Some("charge_already_refunded"), message));
    }
    match amount.unwrap_or(rest) {
        amount if amount > rest => Err(Refusal::by_state_of(
            "amount",
            None,
            format!("Refund amount ({amount}) is greater than the unrefunded amount on the charge ({rest})."),
        )),
        amount => Ok(amount),
    }
}

/// `GET /v1/refunds/{id}`.
pub(crate) fn retrieve(work: &Work<'_>, id: &str) -> Result<Value, Refusal> {
    lists::retrieve(work, Refund::OBJECT, id, "id")
}

/// `GET /v1/refunds`, by `payment_intent`, `charge` and `created`.
pub(crate) fn list(work: &Work<'_>, params: &Params) -> Result<Value, Refusal> {
    let (intent, charge) = (params.owned("payment_intent")?, params.owned("charge")?);
    lists::list(work, params, Refund::OBJECT, "/v1/refunds", |refund| {
        intent.as_deref().is_none_or(|intent| refund["payment_intent"] == intent)
            && charge.as_deref().is_none_or(|charge| refund["charge"] == charge)
    })
}
