//! Which kinds of payment method an intent takes. The double takes cards.

use serde_json::{Value, json};

use crate::errors::Refusal;
use crate::form::Params;

const CARD: &str = "card";

/// The kinds asked for, as the objects of both intents carry them.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Methods {
    /// `allowed_payment_method_types`.
    pub(crate) allowed: Option<Vec<String>>,
    /// `automatic_payment_methods`.
    pub(crate) automatic: Option<Value>,
    /// `payment_method_types`: what is left of them.
    pub(crate) taken: Vec<String>,
}

impl Methods {
    /// Reads them: a list from which kinds that do not fit are silently left out
    /// (`docs.stripe.com/changelog/dahlia/2026-07-29/allowed-payment-method-types-parameter`), or whatever is enabled
    /// in the account, which may redirect (`docs.stripe.com/api/payment_intents/create`).
    pub(crate) fn read(params: &Params) -> Result<Self, Refusal> {
        let allowed = params.list("allowed_payment_method_types")?;
        let automatic = params.group("automatic_payment_methods")?;
        automatic.allow(&["allow_redirects", "enabled"])?;
        let enabled = automatic.flag("enabled")?;
        let redirects = automatic.word("allow_redirects", &["always", "never"])?.unwrap_or("always");
        let taken = vec![CARD.to_owned()];
        if allowed.is_empty() {
            let automatic = json!({ "allow_redirects": redirects, "enabled": true });
            return Ok(Self { allowed: None, automatic: (enabled != Some(false)).then_some(automatic), taken });
        }
        if params.has("automatic_payment_methods") {
            return Err(Refusal::invalid(
                "allowed_payment_method_types",
                "Only one of allowed_payment_method_types and automatic_payment_methods can be sent.",
            ));
        }
        if !allowed.iter().any(|kind| kind == CARD) {
            let message = format!("The double takes cards only, and none of {}.", allowed.join(", "));
            return Err(Refusal::invalid("allowed_payment_method_types", message));
        }
        Ok(Self { allowed: Some(allowed), automatic: None, taken })
    }
}

/// Refuses parameters of an intent that are not in `known`, as [`Params::allow`]; `payment_method_types` with a code of
/// its own, since it can be read but no longer set
/// (`docs.stripe.com/changelog/endive/2026-09-30/removes-the-payment-method-types-parameter-from-payment-intents-and-setup-intents`).
pub(crate) fn allow(params: &Params, known: &[&str]) -> Result<(), Refusal> {
    if params.has("payment_method_types") {
        return Err(Refusal::invalid_code(
            "payment_method_types",
            "payment_method_types_no_longer_supported",
            "payment_method_types can no longer be set; use allowed_payment_method_types.",
        ));
    }
    params.allow(known)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_or_the_account_says_what_is_taken() {
        for (encoded, allowed, redirects) in [
            ("", None, Some("always")),
            ("automatic_payment_methods[enabled]=true", None, Some("always")),
            (
                "automatic_payment_methods[enabled]=true&automatic_payment_methods[allow_redirects]=never",
                None,
                Some("never"),
            ),
            ("automatic_payment_methods[enabled]=false", None, None),
            ("allowed_payment_method_types[]=card", Some(vec!["card"]), None),
            (
                "allowed_payment_method_types[]=card&allowed_payment_method_types[]=link",
                Some(vec!["card", "link"]),
                None,
            ),
        ] {
            let methods = Methods::read(&Params::parse(encoded.as_bytes()).unwrap()).unwrap();
            let strings = |kinds: Vec<&str>| kinds.into_iter().map(str::to_owned).collect::<Vec<_>>();
            assert_eq!(methods.allowed, allowed.map(strings), "{encoded}");
            let found = methods.automatic.as_ref().map(|automatic| automatic["allow_redirects"].as_str().unwrap());
            assert_eq!(found, redirects, "{encoded}");
            assert_eq!(methods.taken, ["card"], "{encoded}");
        }
    }

    #[test]
    fn contradictions_are_refused() {
        for encoded in [
            "allowed_payment_method_types[]=sofort",
            "allowed_payment_method_types[]=card&automatic_payment_methods[enabled]=true",
        ] {
            assert!(Methods::read(&Params::parse(encoded.as_bytes()).unwrap()).is_err(), "{encoded}");
        }
    }

    #[test]
    fn the_old_parameter_has_a_code_of_its_own() {
        let code = |encoded: &[u8]| allow(&Params::parse(encoded).unwrap(), &["known"]).unwrap_err().error.code;
        assert_eq!(code(b"payment_method_types[]=card"), Some("payment_method_types_no_longer_supported"));
        assert_eq!(code(b"unknown=1"), Some("parameter_unknown"));
    }
}
