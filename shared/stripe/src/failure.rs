//! What a failed call means for money.

use billing::payment::{Decline, Verdict};
use ports::PaymentError;
use stripe::{ApiErrors, ApiErrorsType, StripeError};

/// What Stripe said, without anything of the request or of the driver: its messages name both.
#[derive(Debug, thiserror::Error)]
#[error("status {status}, {kind}, code {code}, parameter {param}")]
struct Said {
    status: u16,
    kind: String,
    code: String,
    param: String,
}

/// A call without a usable answer.
#[derive(Debug, thiserror::Error)]
enum NoAnswer {
    #[error("no connection to Stripe")]
    NotConnected,
    #[error("the connection to Stripe broke")]
    Broken,
    #[error("Stripe did not answer in time")]
    TooLate,
    #[error("Stripe's answer could not be read")]
    Unreadable,
    #[error("the Stripe client is not configured")]
    NotConfigured,
}

/// Sorts a failure by what may be done next.
pub(crate) fn classify(error: StripeError) -> PaymentError {
    match error {
        StripeError::Stripe(said, status) => answered(&said, status),
        StripeError::ClientError(text) if text.starts_with("client error (Connect)") => {
            PaymentError::Later(NoAnswer::NotConnected.into())
        }
        StripeError::ClientError(_) => PaymentError::Unknown(NoAnswer::Broken.into()),
        StripeError::Timeout => PaymentError::Unknown(NoAnswer::TooLate.into()),
        StripeError::JSONDeserialize(_) => PaymentError::Unknown(NoAnswer::Unreadable.into()),
        StripeError::ConfigError(_) => PaymentError::Refused(NoAnswer::NotConfigured.into()),
    }
}

fn answered(said: &ApiErrors, status: u16) -> PaymentError {
    let source = Said {
        status,
        kind: said.type_.as_str().to_owned(),
        code: said.code.as_ref().map_or("none", |code| code.as_str()).to_owned(),
        param: said.param.as_deref().unwrap_or("none").to_owned(),
    };
    match (status, &said.type_) {
        (402, ApiErrorsType::CardError) => declined(decline(said)),
        // Another request holds the key or the object; or there were too many. Neither was executed.
        (409 | 429, _) => PaymentError::Later(source.into()),
        (400 | 401 | 403 | 404, _) => PaymentError::Refused(source.into()),
        // Whatever else there is may have had an effect.
        (_, _) => PaymentError::Unknown(source.into()),
    }
}

fn declined(decline: Decline) -> PaymentError {
    match decline.verdict() {
        Verdict::AskDriver => PaymentError::NeedsDriver,
        Verdict::TryAgain | Verdict::GiveUp => PaymentError::Declined(decline),
    }
}

/// The bank's no, as an error or an intent carries it.
pub(crate) fn decline(said: &ApiErrors) -> Decline {
    Decline {
        code: said.code.as_ref().map_or_else(|| "card_declined".to_owned(), |code| code.as_str().to_owned()),
        decline_code: said.decline_code.clone(),
        advice_code: said.advice_code.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(status: u16, json: &str) -> String {
        let said: stripe_shared::ApiErrors = miniserde::json::from_str(json).unwrap();
        word(&classify(StripeError::Stripe(Box::new(said), status)))
    }

    fn word(error: &PaymentError) -> String {
        match error {
            PaymentError::Declined(decline) => format!("declined {}", decline.reason()),
            PaymentError::NeedsDriver => "needs driver".to_owned(),
            PaymentError::Later(_) => "later".to_owned(),
            PaymentError::Unknown(_) => "unknown".to_owned(),
            PaymentError::Refused(_) => "refused".to_owned(),
        }
    }

    #[test]
    fn an_answer_is_sorted_by_what_may_be_done_next() {
        for (status, json, means) in [
            (402, r#"{"type":"card_error","code":"card_declined","decline_code":"lost_card"}"#, "declined lost_card"),
            (402, r#"{"type":"card_error","code":"expired_card"}"#, "declined expired_card"),
            (402, r#"{"type":"card_error","code":"of_next_year"}"#, "declined of_next_year"),
            (402, r#"{"type":"card_error","code":"authentication_required"}"#, "needs driver"),
            (402, r#"{"type":"invalid_request_error"}"#, "unknown"),
            (400, r#"{"type":"idempotency_error"}"#, "refused"),
            (400, r#"{"type":"invalid_request_error","code":"payment_intent_unexpected_state"}"#, "refused"),
            (401, r#"{"type":"invalid_request_error"}"#, "refused"),
            (403, r#"{"type":"invalid_request_error"}"#, "refused"),
            (404, r#"{"type":"invalid_request_error","code":"resource_missing"}"#, "refused"),
            (409, r#"{"type":"idempotency_error","code":"idempotency_key_in_use"}"#, "later"),
            (429, r#"{"type":"invalid_request_error","code":"rate_limit"}"#, "later"),
            (424, r#"{"type":"api_error"}"#, "unknown"),
            (500, r#"{"type":"api_error"}"#, "unknown"),
            (503, r#"{"type":"of_next_year"}"#, "unknown"),
        ] {
            assert_eq!(said(status, json), means, "{status} {json}");
        }
    }

    #[test]
    fn no_usable_answer_means_that_nobody_knows_unless_nothing_was_sent() {
        for (error, means) in [
            (StripeError::Timeout, "unknown"),
            (StripeError::JSONDeserialize("half an object".to_owned()), "unknown"),
            (StripeError::ClientError("client error (SendRequest)".to_owned()), "unknown"),
            (StripeError::ClientError("connection reset".to_owned()), "unknown"),
            (StripeError::ClientError("client error (Connect)".to_owned()), "later"),
            (StripeError::ConfigError("no".to_owned()), "refused"),
        ] {
            assert_eq!(word(&classify(error)), means);
        }
    }

    #[test]
    fn an_error_says_nothing_of_the_driver() {
        let json = r#"{"type":"invalid_request_error","code":"resource_missing","param":"customer",
            "message":"No such customer: 'cus_secret' driver@example.com"}"#;
        let said: stripe_shared::ApiErrors = miniserde::json::from_str(json).unwrap();
        let error = classify(StripeError::Stripe(Box::new(said), 404));
        let shown = format!("{error:?} {error} {:?}", std::error::Error::source(&error).map(ToString::to_string));
        assert!(shown.contains("resource_missing"), "{shown}");
        assert!(!shown.contains("cus_secret") && !shown.contains("example.com"), "{shown}");
    }
}
