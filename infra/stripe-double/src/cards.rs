//! Stripe's test payment methods and what they do (`docs.stripe.com/testing`, by payment method; codes from
//! `docs.stripe.com/declines/codes`, advice from `docs.stripe.com/declines/card`).

use crate::errors::ErrorBody;

/// A test payment method.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct TestCard {
    /// The documented name, such as `pm_card_visa`.
    pub(crate) name: &'static str,
    pub(crate) brand: &'static str,
    pub(crate) last4: &'static str,
    pub(crate) behavior: Behavior,
}

/// What happens to a payment with the card.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Behavior {
    /// Every payment succeeds.
    Succeeds,
    /// Every payment succeeds and is disputed for this reason (`docs.stripe.com/testing`, "Disputes").
    Disputed(&'static str),
    /// Every payment is declined, and so is attaching it to a customer.
    Declines(Decline),
    /// It can be attached; payments are declined.
    DeclinesPayments(Decline),
    /// The holder must authenticate; without the decline the payment then succeeds.
    Authenticates(Authenticates, Option<Decline>),
}

/// When the holder must authenticate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Authenticates {
    /// On every payment.
    Always,
    /// Unless the card was set up by an authenticated setup intent.
    UnlessSetUp,
    /// On the session only: the card counts as set up for payments off it.
    OnSession,
}

/// Why an issuer declines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Decline {
    pub(crate) code: &'static str,
    /// Stripe's `decline_code`.
    pub(crate) reason: &'static str,
    /// Stripe's `advice_code`.
    pub(crate) advice: Option<&'static str>,
    pub(crate) param: Option<&'static str>,
    pub(crate) message: &'static str,
}

const LATER: Option<&str> = Some("try_again_later");
const NEVER: Option<&str> = Some("do_not_try_again");
const CHECK_DATA: Option<&str> = Some("confirm_card_data");

const GENERIC: Decline = declined("generic_decline", LATER);
const INSUFFICIENT: Decline =
    Decline { message: "Your card has insufficient funds.", ..declined("insufficient_funds", LATER) };
const LOST: Decline = declined("lost_card", NEVER);
const STOLEN: Decline = declined("stolen_card", NEVER);
const VELOCITY: Decline = declined("card_velocity_exceeded", LATER);
const FRAUDULENT: Decline = declined("fraudulent", None);
const EXPIRED: Decline = data("expired_card", "exp_month", "Your card has expired.");
const WRONG_CVC: Decline = data("incorrect_cvc", "cvc", "Your card's security code is incorrect.");
const PROCESSING: Decline = Decline {
    code: "processing_error",
    reason: "processing_error",
    advice: LATER,
    param: None,
    message: "An error occurred while processing your card.",
};

/// Off the session nobody can authenticate (`docs.stripe.com/error-codes`, `authentication_required`).
pub(crate) const AUTHENTICATION_REQUIRED: Decline = Decline {
    code: "authentication_required",
    reason: "authentication_required",
    advice: None,
    param: None,
    message: "Your card was declined. This transaction requires authentication.",
};

/// The caller asked for an error instead of an authentication (`error_on_requires_action`,
/// `docs.stripe.com/api/payment_intents/create`).
pub(crate) const AUTHENTICATION_NOT_HANDLED: Decline =
    Decline { reason: "authentication_not_handled", ..AUTHENTICATION_REQUIRED };

const fn declined(reason: &'static str, advice: Option<&'static str>) -> Decline {
    Decline { code: "card_declined", reason, advice, param: None, message: "Your card was declined." }
}

const fn data(code: &'static str, param: &'static str, message: &'static str) -> Decline {
    Decline { code, reason: code, advice: CHECK_DATA, param: Some(param), message }
}

const fn visa(name: &'static str, last4: &'static str, behavior: Behavior) -> TestCard {
    TestCard { name, brand: "visa", last4, behavior }
}

const CARDS: &[TestCard] = &[
    visa("pm_card_visa", "4242", Behavior::Succeeds),
    visa("pm_card_visa_debit", "5556", Behavior::Succeeds),
    TestCard { name: "pm_card_mastercard", brand: "mastercard", last4: "4444", behavior: Behavior::Succeeds },
    TestCard { name: "pm_card_amex", brand: "amex", last4: "0005", behavior: Behavior::Succeeds },
    visa("pm_card_createDispute", "0259", Behavior::Disputed("fraudulent")),
    visa("pm_card_createDisputeProductNotReceived", "2685", Behavior::Disputed("product_not_received")),
    visa("pm_card_chargeCustomerFail", "0341", Behavior::DeclinesPayments(GENERIC)),
    visa("pm_card_chargeDeclined", "0002", Behavior::Declines(GENERIC)),
    visa("pm_card_visa_chargeDeclined", "0002", Behavior::Declines(GENERIC)),
    visa("pm_card_chargeDeclinedInsufficientFunds", "9995", Behavior::Declines(INSUFFICIENT)),
    visa("pm_card_visa_chargeDeclinedInsufficientFunds", "9995", Behavior::Declines(INSUFFICIENT)),
    visa("pm_card_visa_chargeDeclinedLostCard", "9987", Behavior::Declines(LOST)),
    visa("pm_card_visa_chargeDeclinedStolenCard", "9979", Behavior::Declines(STOLEN)),
    visa("pm_card_visa_chargeDeclinedVelocityLimitExceeded", "6975", Behavior::Declines(VELOCITY)),
    visa("pm_card_chargeDeclinedExpiredCard", "0069", Behavior::Declines(EXPIRED)),
    visa("pm_card_chargeDeclinedIncorrectCvc", "0127", Behavior::Declines(WRONG_CVC)),
    visa("pm_card_chargeDeclinedProcessingError", "0119", Behavior::Declines(PROCESSING)),
    visa("pm_card_chargeDeclinedFraudulent", "0019", Behavior::Declines(FRAUDULENT)),
    visa("pm_card_radarBlock", "0019", Behavior::Declines(FRAUDULENT)),
    visa("pm_card_authenticationRequired", "3184", Behavior::Authenticates(Authenticates::Always, None)),
    visa("pm_card_threeDSecure2Required", "3220", Behavior::Authenticates(Authenticates::Always, None)),
    visa("pm_card_authenticationRequiredOnSetup", "3155", Behavior::Authenticates(Authenticates::UnlessSetUp, None)),
    visa(
        "pm_card_authenticationRequiredSetupForOffSession",
        "0446",
        Behavior::Authenticates(Authenticates::OnSession, None),
    ),
    visa(
        "pm_card_authenticationRequiredChargeDeclinedInsufficientFunds",
        "3178",
        Behavior::Authenticates(Authenticates::Always, Some(INSUFFICIENT)),
    ),
];

/// The test payment method of that name.
pub(crate) fn find(name: &str) -> Option<&'static TestCard> {
    CARDS.iter().find(|card| card.name == name)
}

/// Every test payment method.
pub(crate) fn all() -> &'static [TestCard] {
    CARDS
}

/// The circumstances of one payment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Circumstances {
    /// The holder is not there.
    pub(crate) off_session: bool,
    /// The card was set up by an authenticated setup intent.
    pub(crate) set_up: bool,
    /// The holder has just authenticated.
    pub(crate) authenticated: bool,
}

/// What the issuer answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    Approved,
    Declined(Decline),
    MustAuthenticate,
}

impl Behavior {
    /// The issuer's answer to a payment.
    pub(crate) fn pay(self, circumstances: Circumstances) -> Answer {
        let (when, then) = match self {
            Self::Succeeds | Self::Disputed(_) => return Answer::Approved,
            Self::Declines(decline) | Self::DeclinesPayments(decline) => return Answer::Declined(decline),
            Self::Authenticates(when, then) => (when, then),
        };
        let exempt = match when {
            Authenticates::Always => false,
            Authenticates::UnlessSetUp => circumstances.set_up,
            Authenticates::OnSession => circumstances.off_session,
        };
        if exempt || circumstances.authenticated {
            then.map_or(Answer::Approved, Answer::Declined)
        } else if circumstances.off_session {
            Answer::Declined(AUTHENTICATION_REQUIRED)
        } else {
            Answer::MustAuthenticate
        }
    }

    /// The issuer's answer to saving the card; the holder is there.
    pub(crate) fn set_up(self, authenticated: bool) -> Answer {
        match self {
            Self::Declines(decline) => Answer::Declined(decline),
            Self::Authenticates(Authenticates::Always | Authenticates::UnlessSetUp, _) if !authenticated => {
                Answer::MustAuthenticate
            }
            Self::Succeeds | Self::Disputed(_) | Self::DeclinesPayments(_) | Self::Authenticates(..) => {
                Answer::Approved
            }
        }
    }
}

impl Decline {
    /// The error that tells of it.
    pub(crate) fn error(self) -> ErrorBody {
        ErrorBody {
            kind: "card_error",
            code: Some(self.code),
            message: self.message.to_owned(),
            param: self.param.map(str::to_owned),
            decline_code: Some(self.reason),
            advice_code: self.advice,
            ..ErrorBody::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pay(name: &str, off_session: bool, set_up: bool, authenticated: bool) -> Answer {
        find(name).unwrap().behavior.pay(Circumstances { off_session, set_up, authenticated })
    }

    #[test]
    fn declines_carry_the_documented_codes_and_advice() {
        for (name, code, decline_code, advice) in [
            ("pm_card_chargeDeclined", "card_declined", "generic_decline", Some("try_again_later")),
            ("pm_card_visa_chargeDeclined", "card_declined", "generic_decline", Some("try_again_later")),
            ("pm_card_chargeCustomerFail", "card_declined", "generic_decline", Some("try_again_later")),
            (
                "pm_card_visa_chargeDeclinedInsufficientFunds",
                "card_declined",
                "insufficient_funds",
                Some("try_again_later"),
            ),
            ("pm_card_visa_chargeDeclinedLostCard", "card_declined", "lost_card", Some("do_not_try_again")),
            ("pm_card_visa_chargeDeclinedStolenCard", "card_declined", "stolen_card", Some("do_not_try_again")),
            ("pm_card_chargeDeclinedExpiredCard", "expired_card", "expired_card", Some("confirm_card_data")),
            ("pm_card_chargeDeclinedIncorrectCvc", "incorrect_cvc", "incorrect_cvc", Some("confirm_card_data")),
            ("pm_card_chargeDeclinedProcessingError", "processing_error", "processing_error", Some("try_again_later")),
            ("pm_card_chargeDeclinedFraudulent", "card_declined", "fraudulent", None),
            ("pm_card_radarBlock", "card_declined", "fraudulent", None),
        ] {
            let Answer::Declined(decline) = pay(name, true, false, false) else { panic!("{name} is not declined") };
            assert_eq!((decline.code, decline.reason, decline.advice), (code, decline_code, advice), "{name}");
        }
    }

    #[test]
    fn authentication_depends_on_the_session_and_the_set_up() {
        let (yes, no) = (true, false);
        let required = Answer::Declined(AUTHENTICATION_REQUIRED);
        for (name, off_session, set_up, authenticated, answer) in [
            ("pm_card_visa", yes, no, no, Answer::Approved),
            ("pm_card_authenticationRequired", no, no, no, Answer::MustAuthenticate),
            ("pm_card_authenticationRequired", no, no, yes, Answer::Approved),
            ("pm_card_authenticationRequired", yes, no, no, required),
            ("pm_card_authenticationRequired", yes, yes, no, required),
            ("pm_card_authenticationRequiredOnSetup", yes, no, no, required),
            ("pm_card_authenticationRequiredOnSetup", yes, yes, no, Answer::Approved),
            ("pm_card_authenticationRequiredSetupForOffSession", yes, no, no, Answer::Approved),
            ("pm_card_authenticationRequiredSetupForOffSession", no, no, no, Answer::MustAuthenticate),
            (
                "pm_card_authenticationRequiredChargeDeclinedInsufficientFunds",
                no,
                no,
                yes,
                Answer::Declined(INSUFFICIENT),
            ),
        ] {
            assert_eq!(
                pay(name, off_session, set_up, authenticated),
                answer,
                "{name} off={off_session} set_up={set_up}"
            );
        }
    }

    #[test]
    fn only_some_cards_can_be_saved_and_some_need_the_holder() {
        for (name, authenticated, answer) in [
            ("pm_card_visa", false, Answer::Approved),
            ("pm_card_chargeCustomerFail", false, Answer::Approved),
            ("pm_card_chargeDeclined", false, Answer::Declined(GENERIC)),
            ("pm_card_authenticationRequiredOnSetup", false, Answer::MustAuthenticate),
            ("pm_card_authenticationRequiredOnSetup", true, Answer::Approved),
            ("pm_card_authenticationRequiredSetupForOffSession", false, Answer::Approved),
        ] {
            assert_eq!(find(name).unwrap().behavior.set_up(authenticated), answer, "{name}");
        }
    }
}
