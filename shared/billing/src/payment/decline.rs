//! A bank's no.

use serde::{Deserialize, Serialize};

/// Reasons that no later try with the same card can overcome (docs.stripe.com/declines/codes).
const FINAL: [&str; 22] = [
    "card_not_supported",
    "currency_not_supported",
    "do_not_try_again",
    "fraudulent",
    "highest_risk_level",
    "incorrect_number",
    "invalid_account",
    "invalid_number",
    "lost_card",
    "merchant_blacklist",
    "not_permitted",
    "pickup_card",
    "restricted_card",
    "revocation_of_all_authorizations",
    "revocation_of_authorization",
    "security_violation",
    "service_not_allowed",
    "stolen_card",
    "stop_payment_order",
    "testmode_charges_only",
    "testmode_decline",
    "transaction_not_allowed",
];

/// A bank's no, in Stripe's words (error code, decline code, advice code).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Decline {
    /// Stripe's error code, e.g. `card_declined`.
    pub code: String,
    /// The bank's reason, e.g. `insufficient_funds`.
    pub decline_code: Option<String>,
    /// Stripe's advice, e.g. `do_not_try_again`.
    pub advice_code: Option<String>,
}

/// What a decline leaves to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Another try may pass.
    TryAgain,
    /// The driver must authenticate.
    AskDriver,
    /// Nothing: this card will not pay.
    GiveUp,
}

impl Decline {
    /// A no of which Stripe does not say more.
    pub(super) fn unnamed() -> Self {
        Self { code: "payment_failed".to_owned(), decline_code: None, advice_code: None }
    }

    /// A bank that wants the driver.
    #[must_use]
    pub fn authentication_required() -> Self {
        Self { code: "authentication_required".to_owned(), decline_code: None, advice_code: None }
    }

    /// The most telling of the codes.
    #[must_use]
    pub fn reason(&self) -> &str {
        self.decline_code.as_deref().unwrap_or(&self.code)
    }

    /// What is left to do: advice first, then the bank's reason, then the error code.
    #[must_use]
    pub fn verdict(&self) -> Verdict {
        let names = |word: &str| self.code == word || self.decline_code.as_deref() == Some(word);
        if self.advice_code.as_deref() == Some("do_not_try_again") || FINAL.into_iter().any(names) {
            Verdict::GiveUp
        } else if ["authentication_required", "authentication_not_handled"].into_iter().any(names) {
            Verdict::AskDriver
        } else {
            Verdict::TryAgain
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn advice_reason_and_code_decide_what_is_left() {
        for (code, decline_code, advice_code, verdict) in [
            ("card_declined", Some("insufficient_funds"), Some("try_again_later"), Verdict::TryAgain),
            ("card_declined", Some("generic_decline"), None, Verdict::TryAgain),
            ("card_declined", Some("a_reason_of_next_year"), None, Verdict::TryAgain),
            ("processing_error", None, None, Verdict::TryAgain),
            ("expired_card", Some("expired_card"), Some("confirm_card_data"), Verdict::TryAgain),
            ("card_declined", Some("generic_decline"), Some("do_not_try_again"), Verdict::GiveUp),
            ("card_declined", Some("lost_card"), None, Verdict::GiveUp),
            ("card_declined", Some("stolen_card"), Some("try_again_later"), Verdict::GiveUp),
            ("card_declined", Some("fraudulent"), None, Verdict::GiveUp),
            ("incorrect_number", None, None, Verdict::GiveUp),
            ("authentication_required", None, None, Verdict::AskDriver),
            ("card_declined", Some("authentication_required"), None, Verdict::AskDriver),
            ("card_declined", Some("authentication_not_handled"), None, Verdict::AskDriver),
            ("card_declined", Some("authentication_required"), Some("do_not_try_again"), Verdict::GiveUp),
        ] {
            let decline = Decline {
                code: code.to_owned(),
                decline_code: decline_code.map(str::to_owned),
                advice_code: advice_code.map(str::to_owned),
            };
            assert_eq!(decline.verdict(), verdict, "{decline:?}");
        }
    }
}
