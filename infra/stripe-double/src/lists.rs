//! Retrieving and listing (`docs.stripe.com/api/pagination`): newest first, `limit`, `starting_after`, `ending_before`,
//! `created`.

use serde_json::{Value, json};

use crate::errors::Refusal;
use crate::form::Params;
use crate::work::Work;

const LIMIT_DEFAULT: usize = 10;

/// One document of a kind, or `resource_missing`.
pub(crate) fn retrieve(work: &Work<'_>, object: &str, id: &str, param: &str) -> Result<Value, Refusal> {
    let found = work.ledger().document(id).filter(|value| value["object"] == object);
    found.cloned().ok_or_else(|| Refusal::no_such(object, id, param))
}

/// One page of the documents of a kind that `keep` keeps.
pub(crate) fn list(
    work: &Work<'_>,
    params: &Params,
    object: &str,
    url: &str,
    keep: impl Fn(&Value) -> bool,
) -> Result<Value, Refusal> {
    let created = Range::read(params)?;
    let kept = work.ledger().newest_first(object).into_iter().filter(|value| keep(value) && created.holds(value));
    let (data, has_more) = page(kept.collect(), params)?;
    Ok(json!({ "object": "list", "data": data, "has_more": has_more, "url": url }))
}

/// How many objects a page may hold.
pub(crate) fn limit(params: &Params) -> Result<usize, Refusal> {
    let limit = params.integer("limit")?.and_then(|limit| usize::try_from(limit).ok());
    Ok(limit.unwrap_or(LIMIT_DEFAULT))
}

fn page<'a>(mut values: Vec<&'a Value>, params: &Params) -> Result<(Vec<&'a Value>, bool), Refusal> {
    let limit = limit(params)?;
    let place = |name: &str, id: &str| {
        let found = values.iter().position(|value| value["id"] == id);
        found.ok_or_else(|| Refusal::invalid_code(name, "resource_missing", format!("No such object: '{id}'")))
    };
    match (params.text("starting_after")?, params.text("ending_before")?) {
        (Some(id), _) => {
            let start = place("starting_after", id)? + 1;
            values.drain(..start);
            Ok((values.iter().copied().take(limit).collect(), values.len() > limit))
        }
        (None, Some(id)) => {
            let end = place("ending_before", id)?;
            values.truncate(end);
            let skipped = values.len().saturating_sub(limit);
            Ok((values.split_off(skipped), skipped > 0))
        }
        (None, None) => Ok((values.iter().copied().take(limit).collect(), values.len() > limit)),
    }
}

/// `created=t` or `created[gt|gte|lt|lte]=t`, seconds since the epoch.
#[derive(Debug)]
struct Range {
    from: i64,
    to: i64,
}

impl Range {
    fn read(params: &Params) -> Result<Self, Refusal> {
        if let Ok(Some(exact)) = params.integer("created") {
            return Ok(Self { from: exact, to: exact });
        }
        let bounds = params.group("created")?;
        let after = bounds.integer("gt")?.map_or(i64::MIN, |bound| bound.saturating_add(1));
        let before = bounds.integer("lt")?.map_or(i64::MAX, |bound| bound.saturating_sub(1));
        Ok(Self {
            from: bounds.integer("gte")?.unwrap_or(i64::MIN).max(after),
            to: bounds.integer("lte")?.unwrap_or(i64::MAX).min(before),
        })
    }

    fn holds(&self, value: &Value) -> bool {
        value["created"].as_i64().is_some_and(|created| (self.from..=self.to).contains(&created))
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;
    use crate::ledger::Ledger;
    use crate::work::Cause;

    #[test]
    fn pages_follow_the_cursors() {
        let mut ledger = Ledger::new("");
        for n in 1..=5 {
            ledger.put(json!({"id": format!("re_{n}"), "object": "refund", "created": n * 10}));
        }
        let work = Work::new(&mut ledger, Timestamp::UNIX_EPOCH, Cause::default(), false);
        for (query, ids, more) in [
            ("", "re_5 re_4 re_3 re_2 re_1", false),
            ("limit=2", "re_5 re_4", true),
            ("limit=2&starting_after=re_4", "re_3 re_2", true),
            ("limit=2&starting_after=re_2", "re_1", false),
            ("limit=2&ending_before=re_2", "re_4 re_3", true),
            ("limit=2&ending_before=re_4", "re_5", false),
            ("created=30", "re_3", false),
            ("created[gt]=20&created[lte]=40", "re_4 re_3", false),
            ("created[gte]=20&created[lt]=40", "re_3 re_2", false),
        ] {
            let params = Params::parse(query.as_bytes()).unwrap();
            let page = list(&work, &params, "refund", "/v1/refunds", |_| true).unwrap();
            let listed: Vec<_> = page["data"].as_array().unwrap().iter().map(|v| v["id"].as_str().unwrap()).collect();
            assert_eq!((listed.join(" ").as_str(), page["has_more"].as_bool().unwrap()), (ids, more), "{query}");
        }
        let nowhere = Params::parse(b"starting_after=re_9").unwrap();
        assert!(list(&work, &nowhere, "refund", "/v1/refunds", |_| true).is_err());
    }
}
