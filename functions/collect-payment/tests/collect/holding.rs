//! The ports of holds over the same memory.

use billing::money::Money;
use billing::payment::{Hold, HoldCall, HoldFact};
use jiff::Timestamp;
use messages::{Command, HoldId, StationId};
use ports::{CommandStations, HeldIntent, HoldRequest, KeepHolds, PaymentError, PortError, Saved, TakeHolds, WithHold};

use crate::held::Mishap;
use crate::memory::Memory;
use crate::tasks::give_way;

impl KeepHolds for Memory {
    async fn hold(&self, id: &HoldId) -> Result<Option<Hold>, PortError> {
        give_way().await;
        let found = self.tables.hold(id).await;
        give_way().await;
        found
    }

    async fn save_hold(&self, hold: &Hold, with: &WithHold) -> Result<Saved, PortError> {
        give_way().await;
        let saved = self.tables.save_hold(hold, with).await;
        give_way().await;
        saved
    }
}

impl CommandStations for Memory {
    async fn command(&self, _: &StationId, command: &Command) -> Result<(), PortError> {
        give_way().await;
        self.state().commands.push(command.command_id.clone());
        give_way().await;
        Ok(())
    }
}

impl Memory {
    async fn call_held(&self, name: &'static str, call: HoldCall) -> Result<Option<HeldIntent>, PaymentError> {
        give_way().await;
        let (fact, mishap) = {
            let mut state = self.state();
            state.calls.push(name);
            let mishap = state.held_mishaps.pop_front().unwrap_or(Mishap::None);
            let now = state.now;
            let late = std::mem::take(&mut state.held_delayed);
            let fact = state.held.call(&call, mishap, now);
            for call in &late {
                state.held.call(call, Mishap::None, now);
            }
            if mishap == Mishap::Delayed {
                state.held_delayed.push(call);
            }
            (fact, mishap)
        };
        give_way().await;
        match fact {
            HoldFact::Shown(intent) => Ok(Some(intent)),
            HoldFact::Missing => Ok(None),
            HoldFact::Declined(decline) => Err(PaymentError::Declined(decline)),
            HoldFact::NotTaken if mishap == Mishap::NotTaken => Err(PaymentError::Later("try later".into())),
            HoldFact::NotTaken | HoldFact::Unknown => Err(PaymentError::Unknown("no answer".into())),
            HoldFact::Refused => Err(PaymentError::Refused("no".into())),
        }
    }
}

fn shown(found: Option<HeldIntent>) -> Result<HeldIntent, PaymentError> {
    found.ok_or_else(|| PaymentError::Refused("no such intent".into()))
}

impl TakeHolds for Memory {
    async fn create_hold(&self, key: &str, request: &HoldRequest) -> Result<HeldIntent, PaymentError> {
        let call = HoldCall::Create { key: key.to_owned(), request: request.clone() };
        self.call_held("create", call).await.and_then(shown)
    }

    async fn confirm_hold(&self, key: &str, intent: &str, payment_method: &str) -> Result<HeldIntent, PaymentError> {
        let (key, intent) = (key.to_owned(), intent.to_owned());
        let call = HoldCall::Confirm { key, intent, payment_method: payment_method.to_owned() };
        self.call_held("confirm", call).await.and_then(shown)
    }

    async fn read_hold(&self, intent: &str) -> Result<HeldIntent, PaymentError> {
        self.call_held("read", HoldCall::Read { intent: intent.to_owned() }).await.and_then(shown)
    }

    async fn capture_hold(&self, key: &str, intent: &str, amount: Money) -> Result<HeldIntent, PaymentError> {
        let call = HoldCall::Capture { key: key.to_owned(), intent: intent.to_owned(), amount };
        self.call_held("capture", call).await.and_then(shown)
    }

    async fn release_hold(&self, key: &str, intent: &str) -> Result<HeldIntent, PaymentError> {
        let call = HoldCall::Cancel { key: key.to_owned(), intent: intent.to_owned() };
        self.call_held("cancel", call).await.and_then(shown)
    }

    async fn find_hold(&self, request: &HoldRequest, since: Timestamp) -> Result<Option<HeldIntent>, PaymentError> {
        self.call_held("find", HoldCall::Find { request: request.clone(), since }).await
    }
}
