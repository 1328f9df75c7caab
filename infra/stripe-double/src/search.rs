//! Searching payment intents (`docs.stripe.com/search`): `metadata["session"]:"s1" AND status:"succeeded"`.
//!
//! What was just created is not found yet; the page allows up to a minute, and the double takes it.

use serde_json::{Value, json};

use crate::errors::Refusal;
use crate::form::Params;
use crate::ledger::Resource;
use crate::lists;
use crate::payment_intents::PaymentIntent;
use crate::work::Work;

/// How long a new object stays unfound.
const LAG_S: i64 = 60;

/// The fields besides metadata that the double searches by.
const FIELDS: [&str; 3] = ["currency", "customer", "status"];

/// `field:"value"` or `metadata["key"]:"value"`.
#[derive(Debug, PartialEq, Eq)]
struct Clause {
    field: String,
    key: Option<String>,
    value: String,
}

/// `GET /v1/payment_intents/search`.
pub(crate) fn payment_intents(work: &Work<'_>, params: &Params) -> Result<Value, Refusal> {
    let clauses = parse(params.required("query")?)?;
    let limit = lists::limit(params)?;
    let start: usize = match params.text("page")? {
        None => 0,
        Some(page) => page.parse().map_err(|_| Refusal::invalid("page", "Invalid page."))?,
    };
    let indexed_until = work.now().as_second().saturating_sub(LAG_S);
    let found: Vec<&Value> = work
        .ledger()
        .newest_first(PaymentIntent::OBJECT)
        .into_iter()
        .filter(|intent| intent["created"].as_i64().is_some_and(|created| created <= indexed_until))
        .filter(|intent| clauses.iter().all(|clause| clause.holds(intent)))
        .collect();
    let data: Vec<_> = found.iter().skip(start).take(limit).collect();
    let next = start + data.len();
    let has_more = next < found.len();
    Ok(json!({
        "object": "search_result",
        "url": "/v1/payment_intents/search",
        "data": data,
        "has_more": has_more,
        "next_page": has_more.then(|| next.to_string()),
    }))
}

impl Clause {
    fn holds(&self, value: &Value) -> bool {
        let field = &value[&self.field];
        let found = self.key.as_ref().map_or(field, |key| &field[key]);
        *found == *self.value
    }
}

fn parse(query: &str) -> Result<Vec<Clause>, Refusal> {
    let clauses = query.split(" AND ").map(|text| {
        let refusal = || Refusal::invalid("query", format!("The double cannot search for: {text}"));
        clause(text.trim()).ok_or_else(refusal)
    });
    clauses.collect()
}

fn clause(text: &str) -> Option<Clause> {
    let (field, key, value) = if let Some(rest) = text.strip_prefix("metadata[") {
        let (key, value) = rest.split_once("]:")?;
        ("metadata", Some(unquote(key)?), value)
    } else {
        let (field, value) = text.split_once(':')?;
        (FIELDS.into_iter().find(|known| *known == field)?, None, value)
    };
    Some(Clause { field: field.to_owned(), key, value: unquote(value)? })
}

fn unquote(text: &str) -> Option<String> {
    ['"', '\''].into_iter().find_map(|quote| Some(text.strip_prefix(quote)?.strip_suffix(quote)?.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn queries_are_read_or_refused() {
        let clause = |field: &str, key: Option<&str>, value: &str| Clause {
            field: field.to_owned(),
            key: key.map(str::to_owned),
            value: value.to_owned(),
        };
        for (query, expected) in [
            (r#"metadata["session"]:"s1""#, Some(vec![clause("metadata", Some("session"), "s1")])),
            ("metadata['session']:'s1'", Some(vec![clause("metadata", Some("session"), "s1")])),
            (
                r#"customer:"cus_1" AND status:"succeeded""#,
                Some(vec![clause("customer", None, "cus_1"), clause("status", None, "succeeded")]),
            ),
            (r#"metadata["session"]:"site:1""#, Some(vec![clause("metadata", Some("session"), "site:1")])),
            ("amount>500", None),
            (r#"colour:"red""#, None),
            ("status:succeeded", None),
            ("", None),
        ] {
            assert_eq!(parse(query).ok(), expected, "{query}");
        }
    }
}
