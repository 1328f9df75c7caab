//! Balance transactions: what every movement of money did to the account's balance
//! (`docs.stripe.com/api/balance_transactions`).

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::errors::Refusal;
use crate::form::Params;
use crate::ledger::Resource;
use crate::lists;
use crate::work::Work;

/// The double's own price, since Stripe's depends on the contract: 1.5 % and 25 minor units a charge, refunds free.
const FEE_PER_THOUSAND: i64 = 15;
const FEE_FIXED_MINOR: i64 = 25;
/// The double's own price of a dispute, minor units. It is not given back, however the dispute ends.
const FEE_DISPUTE_MINOR: i64 = 2000;

/// A balance transaction; `net = amount - fee`, all in minor units.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct BalanceTransaction {
    pub(crate) id: String,
    pub(crate) amount: i64,
    pub(crate) available_on: i64,
    pub(crate) balance_type: String,
    pub(crate) created: i64,
    pub(crate) currency: String,
    pub(crate) fee: i64,
    pub(crate) fee_details: Value,
    pub(crate) net: i64,
    pub(crate) reporting_category: String,
    pub(crate) source: String,
    pub(crate) status: String,
    #[serde(rename = "type")]
    pub(crate) kind: String,
}

impl Resource for BalanceTransaction {
    const OBJECT: &'static str = "balance_transaction";
}

/// Books a captured charge; answers the id.
pub(crate) fn book_charge(
    work: &mut Work<'_>,
    amount_minor: i64,
    currency: &str,
    source: &str,
) -> Result<String, Refusal> {
    let fee = (amount_minor * FEE_PER_THOUSAND + 999) / 1000 + FEE_FIXED_MINOR;
    Ok(book(work, ("charge", "charge"), (amount_minor, fee), currency, source)?.0)
}

/// Books a refund; answers the id.
pub(crate) fn book_refund(
    work: &mut Work<'_>,
    amount_minor: i64,
    currency: &str,
    source: &str,
) -> Result<String, Refusal> {
    Ok(book(work, ("refund", "refund"), (-amount_minor, 0), currency, source)?.0)
}

/// Books what a dispute takes away, with its fee; answers the document
/// (`docs.stripe.com/reports/reporting-categories`: an `adjustment` of the category `dispute`).
pub(crate) fn book_dispute(
    work: &mut Work<'_>,
    amount_minor: i64,
    currency: &str,
    source: &str,
) -> Result<Value, Refusal> {
    Ok(book(work, ("adjustment", "dispute"), (-amount_minor, FEE_DISPUTE_MINOR), currency, source)?.1)
}

/// Books what a dispute that was won gives back (the same page: `dispute_reversal`).
pub(crate) fn book_dispute_reversal(
    work: &mut Work<'_>,
    amount_minor: i64,
    currency: &str,
    source: &str,
) -> Result<Value, Refusal> {
    Ok(book(work, ("adjustment", "dispute_reversal"), (amount_minor, 0), currency, source)?.1)
}

fn book(
    work: &mut Work<'_>,
    (kind, category): (&str, &str),
    (amount, fee): (i64, i64),
    currency: &str,
    source: &str,
) -> Result<(String, Value), Refusal> {
    let fee_details = match fee {
        0 => json!([]),
        fee => json!([{
            "amount": fee, "application": null, "currency": currency, "description": "Processing", "type": "stripe_fee",
        }]),
    };
    let transaction = BalanceTransaction {
        id: work.mint("txn"),
        amount,
        available_on: work.now().as_second(),
        balance_type: "payments".to_owned(),
        created: work.now().as_second(),
        currency: currency.to_owned(),
        fee,
        fee_details,
        net: amount - fee,
        reporting_category: category.to_owned(),
        source: source.to_owned(),
        status: "available".to_owned(),
        kind: kind.to_owned(),
    };
    let document = work.put(&transaction)?;
    Ok((transaction.id, document))
}

/// `GET /v1/balance_transactions`, by `source`, `type`, `currency` and `created`.
pub(crate) fn list(work: &Work<'_>, params: &Params) -> Result<Value, Refusal> {
    let mut wanted = Vec::new();
    for name in ["currency", "source", "type"] {
        wanted.extend(params.owned(name)?.map(|text| (name, text)));
    }
    lists::list(work, params, BalanceTransaction::OBJECT, "/v1/balance_transactions", |transaction| {
        wanted.iter().all(|(name, text)| transaction[*name] == **text)
    })
}
