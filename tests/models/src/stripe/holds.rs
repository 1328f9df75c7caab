//! Holds: this Stripe holds no money yet, and refuses whoever asks it to. No driver of a simulation is unknown.

use billing::money::Money;
use jiff::Timestamp;
use ports::{HeldIntent, HoldRequest, PaymentError, TakeHolds};

use super::Stripe;

fn refused<T>() -> Result<T, PaymentError> {
    Err(PaymentError::Refused("it holds no money".into()))
}

impl TakeHolds for Stripe {
    async fn create_hold(&self, _: &str, _: &HoldRequest) -> Result<HeldIntent, PaymentError> {
        refused()
    }

    async fn confirm_hold(&self, _: &str, _: &str, _: &str) -> Result<HeldIntent, PaymentError> {
        refused()
    }

    async fn read_hold(&self, _: &str) -> Result<HeldIntent, PaymentError> {
        refused()
    }

    async fn capture_hold(&self, _: &str, _: &str, _: Money) -> Result<HeldIntent, PaymentError> {
        refused()
    }

    async fn release_hold(&self, _: &str, _: &str) -> Result<HeldIntent, PaymentError> {
        refused()
    }

    async fn find_hold(&self, _: &HoldRequest, _: Timestamp) -> Result<Option<HeldIntent>, PaymentError> {
        refused()
    }
}
