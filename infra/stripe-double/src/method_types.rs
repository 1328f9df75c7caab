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
        let enabled = automatic.flag("enabled")?;
        let redirects = automatic.text("allow_redirects")?.unwrap_or("always").to_owned();
        let taken = vec![CARD.to_owned()];
        if allowed.is_empty() {
            let automatic = json!({ "allow_redirects": redirects, "enabled": true });
            return Ok(Self { allowed: None, automatic: (enabled != Some(false)).then_some(automatic), taken });
        }
        if !allowed.iter().any(|kind| kind == CARD) {
            let message = format!("The double takes cards only, and none of {}.", allowed.join(", "));
            return Err(Refusal::invalid("allowed_payment_method_types", message));
        }
        Ok(Self { allowed: Some(allowed), automatic: None, taken })
    }
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
    fn a_list_without_cards_is_refused() {
        assert!(Methods::read(&Params::parse(b"allowed_payment_method_types[]=sofort").unwrap()).is_err());
    }
}
