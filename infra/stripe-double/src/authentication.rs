//! The holder's part: completing or failing the authentication an intent asks for
//! (`docs.stripe.com/payments/3d-secure`).

use thiserror::Error;

use crate::cards::{Answer, Circumstances};
use crate::confirmation;
use crate::errors::{ErrorBody, Refusal};
use crate::payment_intents::{PaymentIntent, Status};
use crate::payment_methods::PaymentMethod;
use crate::setup_intents::{self, SetupIntent};
use crate::work::Work;

/// What the holder does when asked to authenticate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Challenge {
    /// They prove to be the holder.
    Passed,
    /// They give up or fail.
    Failed,
}

/// There is nothing to authenticate.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum AuthenticateError {
    /// No payment or setup intent of that id asks for it.
    #[error("{0} does not ask for authentication")]
    NotAsked(String),
    /// The double failed.
    #[error("the double could not change {0}")]
    Failed(String),
}

/// Ends the authentication of a payment or setup intent.
pub(crate) fn end(work: &mut Work<'_>, id: &str, challenge: Challenge) -> Result<(), AuthenticateError> {
    let failed = |_: Refusal| AuthenticateError::Failed(id.to_owned());
    let payment: Option<PaymentIntent> = work.find(id).map_err(failed)?;
    let setup: Option<SetupIntent> = work.find(id).map_err(failed)?;
    match (payment, setup) {
        (Some(intent), _) if intent.status == Status::RequiresAction => {
            end_payment(work, intent, challenge).map_err(failed)
        }
        (_, Some(setup)) if setup.status == setup_intents::Status::RequiresAction => {
            end_setup(work, setup, challenge).map_err(failed)
        }
        (Some(_) | None, Some(_) | None) => Err(AuthenticateError::NotAsked(id.to_owned())),
    }
}

fn end_payment(work: &mut Work<'_>, intent: PaymentIntent, challenge: Challenge) -> Result<(), Refusal> {
    let id = intent.payment_method.clone().unwrap_or_default();
    let method: PaymentMethod = work.require(&id, "payment_method")?;
    match challenge {
        Challenge::Failed => {
            let error = failure("payment_intent_authentication_failure");
            confirmation::want_another_method(work, intent, &error)?;
        }
        Challenge::Passed => {
            let present = Circumstances { off_session: false, set_up: method.set_up, authenticated: true };
            match method.behavior().pay(present) {
                Answer::Approved => drop(confirmation::approve(work, intent, &method, false)?),
                Answer::MustAuthenticate => return Err(Refusal::server_error()),
                // The decline is the payment's outcome, not a failure of this call.
                answer @ Answer::Declined(_) => drop(confirmation::fail(work, intent, &method, answer)),
            }
        }
    }
    Ok(())
}

fn end_setup(work: &mut Work<'_>, setup: SetupIntent, challenge: Challenge) -> Result<(), Refusal> {
    let id = setup.payment_method.clone().unwrap_or_default();
    let method: PaymentMethod = work.require(&id, "payment_method")?;
    match challenge {
        Challenge::Passed => setup_intents::succeed(work, setup, method, true)?,
        Challenge::Failed => {
            setup_intents::want_another_method(work, setup, &failure("setup_intent_authentication_failure"))?
        }
    };
    Ok(())
}

fn failure(code: &'static str) -> ErrorBody {
    ErrorBody {
        kind: "invalid_request_error",
        code: Some(code),
        message: "The payment method failed authentication; name another one.".to_owned(),
        ..ErrorBody::default()
    }
}
