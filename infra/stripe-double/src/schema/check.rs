//! Checking a request against the tables; a violation is answered as Stripe answers it
//! (`docs.stripe.com/error-codes`: `parameter_unknown`, `parameter_missing`, `parameter_invalid_empty`,
//! `parameter_invalid_integer`, `parameters_exclusive`).

use std::collections::BTreeMap;

use super::param::{Kind, Param};
use super::{Endpoint, changes};
use crate::errors::Refusal;
use crate::form::Params;

/// Refuses a request that the endpoint's table does not allow.
pub(crate) fn check(endpoint: &Endpoint, params: &Params) -> Result<(), Refusal> {
    let sent = params.flat();
    for (name, text) in &sent {
        check_sent(endpoint, name, text)?;
    }
    for param in endpoint.params() {
        check_whole(param, &sent)?;
    }
    for names in endpoint.exclusive {
        let mut present = names.iter().filter(|name| params.has(name));
        if let (Some(_), Some(second)) = (present.next(), present.next()) {
            let message = format!("You may only specify one of these parameters: {}.", names.join(", "));
            return Err(Refusal::invalid_code(second, "parameters_exclusive", message));
        }
    }
    Ok(())
}

/// One name and text that was sent.
fn check_sent(endpoint: &Endpoint, name: &str, text: &str) -> Result<(), Refusal> {
    if let Some(param) = endpoint.params().find(|param| param.name == name) {
        return check_text(param, name, text);
    }
    let root = name.split_once('[').map_or(name, |(root, _)| root);
    if let Some(removed) = changes::removed(endpoint, root) {
        return Err(removed.refusal());
    }
    let within = |param: &&Param| name.strip_prefix(param.name).is_some_and(|rest| rest.starts_with('['));
    match endpoint.params().find(within) {
        Some(param @ Param { kind: Kind::Map { .. } | Kind::Array { .. }, .. }) => check_entry(param, name, text),
        Some(param) if !has_group(endpoint, param.name) => Err(malformed(param, param.name)),
        Some(_) | None if has_group(endpoint, name) => {
            let message = format!("Invalid object: {name}");
            if text.is_empty() { Ok(()) } else { Err(Refusal::invalid(name, message)) }
        }
        Some(_) | None => Err(unknown(endpoint, name)),
    }
}

/// Whether the endpoint knows parameters within `name`.
fn has_group(endpoint: &Endpoint, name: &str) -> bool {
    endpoint.params().any(|param| param.name.strip_prefix(name).is_some_and(|rest| rest.starts_with('[')))
}

fn unknown(endpoint: &Endpoint, name: &str) -> Refusal {
    let is_of = |known: &&str| name.strip_prefix(*known).is_some_and(|rest| rest.is_empty() || rest.starts_with('['));
    let message = if endpoint.not_carried_out.iter().any(is_of) {
        format!("Stripe has the parameter {name}, but the double does not carry it out.")
    } else {
        format!("Received unknown parameter: {name}")
    };
    Refusal::invalid_code(name, "parameter_unknown", message)
}

/// A text under the parameter's own name; an empty one counts as not sent.
fn check_text(param: &Param, name: &str, text: &str) -> Result<(), Refusal> {
    if text.is_empty() {
        return if param.required { Err(empty(name)) } else { Ok(()) };
    }
    let allowed = match param.kind {
        Kind::Text { chars_max } => text.chars().count() <= chars_max,
        Kind::Integer { min, max } => text.parse().is_ok_and(|number: i64| (min..=max).contains(&number)),
        Kind::Boolean => matches!(text, "true" | "false"),
        Kind::Enum(words) => words.contains(&text),
        Kind::Map { .. } | Kind::Array { .. } => false,
    };
    if allowed { Ok(()) } else { Err(malformed(param, name)) }
}

/// A text within a map or an array.
fn check_entry(param: &Param, name: &str, text: &str) -> Result<(), Refusal> {
    let inner = name[param.name.len()..].strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
    let allowed = match (&param.kind, inner.filter(|key| !key.contains('['))) {
        (Kind::Map { key_chars_max, text_chars_max, .. }, Some(key)) => {
            key.chars().count() <= *key_chars_max && text.chars().count() <= *text_chars_max
        }
        (Kind::Array { .. }, Some(index)) => index.parse::<usize>().is_ok() && !text.is_empty(),
        (_, Some(_) | None) => false,
    };
    if allowed { Ok(()) } else { Err(malformed(param, name)) }
}

/// What can be said only of all that was sent: whether it is there, and how many entries there are.
fn check_whole(param: &Param, sent: &BTreeMap<String, String>) -> Result<(), Refusal> {
    let within = |group: &str| {
        let inside = sent.keys().filter(|name| name.strip_prefix(group).is_some_and(|rest| rest.starts_with('[')));
        inside.count()
    };
    let asked = param.name.rsplit_once('[').is_none_or(|(group, _)| within(group) > 0);
    if param.required && asked && !sent.contains_key(param.name) && within(param.name) == 0 {
        return Err(Refusal::missing(param.name));
    }
    match param.kind {
        Kind::Map { entries_max: most, .. } | Kind::Array { items_max: most } if within(param.name) > most => {
            Err(Refusal::invalid(param.name, format!("{} can have up to {most} entries.", param.name)))
        }
        Kind::Map { .. }
        | Kind::Array { .. }
        | Kind::Text { .. }
        | Kind::Integer { .. }
        | Kind::Boolean
        | Kind::Enum(_) => Ok(()),
    }
}

fn empty(name: &str) -> Refusal {
    Refusal::invalid_code(name, "parameter_invalid_empty", format!("You passed an empty string for '{name}'."))
}

fn malformed(param: &Param, name: &str) -> Refusal {
    match param.kind {
        Kind::Integer { min: i64::MIN, max: i64::MAX } => integer(name, ""),
        Kind::Integer { min, max: i64::MAX } => integer(name, &format!(", at least {min}")),
        Kind::Integer { min, max } => integer(name, &format!(" between {min} and {max}")),
        Kind::Boolean => Refusal::invalid(name, format!("Invalid boolean: {name}")),
        Kind::Enum(words) => Refusal::invalid(name, format!("Invalid {name}: must be one of {}", words.join(", "))),
        Kind::Text { chars_max } => {
            Refusal::invalid(name, format!("Invalid string: {name} must be a text of at most {chars_max} characters"))
        }
        Kind::Map { key_chars_max, text_chars_max, .. } => Refusal::invalid(
            param.name,
            format!("{} has keys of up to {key_chars_max} characters, values of up to {text_chars_max}.", param.name),
        ),
        Kind::Array { .. } => Refusal::invalid(param.name, format!("Invalid array: {}", param.name)),
    }
}

fn integer(name: &str, bounds: &str) -> Refusal {
    Refusal::invalid_code(name, "parameter_invalid_integer", format!("{name} must be an integer{bounds}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::{endpoints, find};

    /// The parameter and the code of the first violation.
    fn verdict(method: &str, path: &str, encoded: &str) -> Option<(String, Option<&'static str>)> {
        let params = Params::parse(encoded.as_bytes()).unwrap();
        let error = check(find(method, path).unwrap(), &params).err()?.error;
        Some((error.param.unwrap(), error.code))
    }

    #[test]
    fn no_endpoint_takes_what_it_does_not_know_or_the_double_does_not_carry_out() {
        for endpoint in endpoints() {
            for name in endpoint.not_carried_out.iter().copied().chain(["amuont", "metadatas[a]"]) {
                for sent in [format!("{name}=1"), format!("{name}[a]=1"), format!("{name}[0]=1")] {
                    let (param, code) = verdict(endpoint.method, endpoint.path, &sent).unwrap();
                    let place = format!("{} {} {sent}", endpoint.method, endpoint.path);
                    assert_eq!((sent.starts_with(&param), code), (true, Some("parameter_unknown")), "{place}: {param}");
                }
            }
        }
    }

    #[test]
    fn what_is_published_but_not_carried_out_is_told_apart_from_what_is_not_published() {
        for (name, published) in [
            ("shipping[address][city]", true),
            ("invoice_settings[rendering_options][template]", true),
            ("ship", false),
        ] {
            let params = Params::parse(format!("{name}=1").as_bytes()).unwrap();
            let error = check(find("POST", "/v1/customers").unwrap(), &params).unwrap_err().error;
            assert_eq!(error.message.starts_with("Stripe has the parameter"), published, "{name}: {}", error.message);
        }
    }

    #[test]
    fn each_kind_has_its_bounds() {
        let keys = |count: usize| (0..count).map(|n| format!("metadata[k{n}]=v")).collect::<Vec<_>>().join("&");
        let customer = |encoded: &str| verdict("POST", "/v1/customers", encoded);
        let invalid = |name: &str| Some((name.to_owned(), None));
        for (encoded, expected) in [
            (format!("name={}", "n".repeat(256)), None),
            (format!("name={}", "é".repeat(256)), None),
            (format!("name={}", "n".repeat(257)), invalid("name")),
            ("name[a]=1".to_owned(), invalid("name")),
            ("name=".to_owned(), None),
            (keys(50), None),
            (keys(51), invalid("metadata")),
            (format!("metadata[{}]=v", "k".repeat(40)), None),
            (format!("metadata[{}]=v", "k".repeat(41)), invalid("metadata")),
            (format!("metadata[k]={}", "v".repeat(500)), None),
            (format!("metadata[k]={}", "v".repeat(501)), invalid("metadata")),
            ("metadata[k][l]=v".to_owned(), invalid("metadata")),
            ("metadata=".to_owned(), None),
            ("metadata=text".to_owned(), invalid("metadata")),
            ("expand[]=a&expand[]=b".to_owned(), None),
            ("expand=a".to_owned(), invalid("expand")),
            ("expand[first]=a".to_owned(), invalid("expand")),
            ("expand[]=".to_owned(), invalid("expand")),
            ("invoice_settings[default_payment_method]=pm_1".to_owned(), None),
            ("invoice_settings=pm_1".to_owned(), invalid("invoice_settings")),
        ] {
            assert_eq!(customer(&encoded), expected, "{encoded:.60}");
        }
        let integer = |name: &str| Some((name.to_owned(), Some("parameter_invalid_integer")));
        for (query, expected) in [
            ("limit=1", None),
            ("limit=100", None),
            ("limit=0", integer("limit")),
            ("limit=101", integer("limit")),
            ("limit=1.5", integer("limit")),
            ("created=7", None),
            ("created[gte]=7&created[lt]=9", None),
            ("created[gte]=x", integer("created[gte]")),
            ("created[since]=7", Some(("created[since]".to_owned(), Some("parameter_unknown")))),
            ("type=a&types[]=b", Some(("types".to_owned(), Some("parameters_exclusive")))),
            ("starting_after=a", None),
            ("starting_after=a&ending_before=b", Some(("ending_before".to_owned(), Some("parameters_exclusive")))),
        ] {
            assert_eq!(verdict("GET", "/v1/events", query), expected, "{query}");
        }
    }

    #[test]
    fn what_is_required_must_be_there_and_not_empty() {
        let missing = |name: &str| Some((name.to_owned(), Some("parameter_missing")));
        let empty = |name: &str| Some((name.to_owned(), Some("parameter_invalid_empty")));
        for (more, expected) in [
            ("amount=500&currency=eur", None),
            ("amount=500", missing("currency")),
            ("currency=eur", missing("amount")),
            ("amount=&currency=eur", empty("amount")),
            ("amount=500&currency=eur&automatic_payment_methods[enabled]=true", None),
            (
                "amount=500&currency=eur&automatic_payment_methods[allow_redirects]=never",
                missing("automatic_payment_methods[enabled]"),
            ),
        ] {
            assert_eq!(verdict("POST", "/v1/payment_intents", more), expected, "{more}");
        }
    }
}
