//! The store and Stripe, kept in memory; every call gives way before and after its effect.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard};

use alerts::AlertChange;
use billing::payment::{Call, Debt, Fact, HoldCall, RefundState, Returns};
use jiff::Timestamp;
use messages::{SessionId, SiteId, StationId};
use models::Tables;
use ports::{
    Clock, GiveBack, Intent, IntentRequest, KeepDebts, KeepReturns, MarkDebts, Payment, PaymentError, PortError,
    ReadStations, RefundRequest, RefundStatus, Saved, ShownDispute, ShownRefund, Site, Station, TakePayments,
};

use crate::fixture::start;
use crate::held;
use crate::stripe::{Mishap, Stripe};
use crate::tasks::{give_way, run};

/// What was written about alerts, and what the world thinks.
pub(crate) struct State {
    /// What Stripe holds.
    pub(crate) held: held::Stripe,
    /// What goes wrong with the next calls to Stripe for a hold.
    pub(crate) held_mishaps: VecDeque<held::Mishap>,
    /// Calls for a hold that arrive after the next one.
    pub(crate) held_delayed: Vec<HoldCall>,
    /// Every command to a station.
    pub(crate) commands: Vec<String>,
    pub(crate) alerts: Vec<AlertChange>,
    pub(crate) stripe: Stripe,
    /// Refunds at Stripe, by the key under which they were made.
    pub(crate) refunds: Vec<(String, i64)>,
    /// How the refunds that were made stand when they are looked at.
    pub(crate) stand: RefundStatus,
    /// What Stripe shows as disputes.
    pub(crate) disputes: Vec<ShownDispute>,
    /// A dispute that is opened, and told of, while a call to Stripe is under way.
    pub(crate) opens: Option<ShownDispute>,
    /// What an operator asks back, too, while a call to Stripe is under way, minor units.
    pub(crate) asks: Option<i64>,
    /// What goes wrong with the next calls to Stripe.
    pub(crate) mishaps: VecDeque<Mishap>,
    /// Whether a webhook marks the debt while a call to Stripe is under way.
    pub(crate) marks: bool,
    /// Whether the bank finishes its work while a call to Stripe is under way.
    pub(crate) settles: bool,
    /// Calls that arrive after the next one.
    pub(crate) delayed: Vec<Call>,
    /// Every call to Stripe.
    pub(crate) calls: Vec<&'static str>,
    pub(crate) store_fails: bool,
    pub(crate) now: Timestamp,
}

pub(crate) struct Memory {
    pub(crate) tables: Tables,
    /// The pages on which drivers save cards.
    pub(crate) pages: models::Stripe,
    state: Arc<Mutex<State>>,
}

/// The time of the memory.
struct Time(Arc<Mutex<State>>);

impl Clock for Time {
    fn now(&self) -> Timestamp {
        self.0.lock().unwrap().now
    }
}

impl Memory {
    pub(crate) fn holding(debt: &Debt) -> Self {
        let memory = Self::empty();
        assert_eq!(run(Box::pin(memory.tables.save_debt(debt, None, &[]))).unwrap(), Saved::Done);
        memory
    }

    pub(crate) fn empty() -> Self {
        let tables = Tables::default();
        let state = Arc::new(Mutex::new(State {
            held: held::Stripe::new(held::Bank::Holds),
            held_mishaps: VecDeque::new(),
            held_delayed: Vec::new(),
            commands: Vec::new(),
            alerts: Vec::new(),
            stripe: Stripe::default(),
            refunds: Vec::new(),
            stand: RefundStatus::Succeeded,
            disputes: Vec::new(),
            opens: None,
            asks: None,
            mishaps: VecDeque::new(),
            marks: false,
            settles: false,
            delayed: Vec::new(),
            calls: Vec::new(),
            store_fails: false,
            now: start(),
        }));
        Self { tables, pages: models::Stripe::new(Arc::new(Time(Arc::clone(&state)))), state }
    }

    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    pub(crate) fn debt(&self) -> Debt {
        self.tables.debts().remove(0)
    }

    /// What goes back of the only payment.
    pub(crate) fn returns(&self) -> Returns {
        self.tables.all_returns().remove(0)
    }

    /// Somebody else writes what goes back.
    pub(crate) fn put_returns(&self, returns: &Returns) {
        assert_eq!(run(Box::pin(self.tables.ask_returns(returns))).unwrap(), Saved::Done);
    }

    async fn call(&self, name: &'static str, call: Call) -> Result<Option<Intent>, PaymentError> {
        give_way().await;
        let (fact, mishap) = {
            let mut state = self.state();
            state.calls.push(name);
            let mishap = state.mishaps.pop_front().unwrap_or(Mishap::None);
            let now = state.now;
            let late = std::mem::take(&mut state.delayed);
            let fact = state.stripe.call(&call, mishap, now);
            for call in &late {
                state.stripe.call(call, Mishap::None, now);
            }
            if mishap == Mishap::Delayed {
                state.delayed.push(call);
            }
            (fact, mishap)
        };
        give_way().await;
        let (marks, now) = {
            let mut state = self.state();
            if state.settles {
                state.stripe.settle();
            }
            (state.marks, state.now)
        };
        if marks {
            assert!(self.tables.mark_debt_due(&self.debt().session, now).await.unwrap());
        }
        match fact {
            Fact::Shown(intent) => Ok(Some(intent)),
            Fact::Missing => Ok(None),
            Fact::Declined(decline) => Err(PaymentError::Declined(decline)),
            Fact::NeedsDriver => Err(PaymentError::NeedsDriver),
            Fact::NotTaken if mishap == Mishap::NotTaken => Err(PaymentError::Later("try later".into())),
            Fact::NotTaken | Fact::Unknown => Err(PaymentError::Unknown("no answer".into())),
            Fact::Refused => Err(PaymentError::Refused("no".into())),
        }
    }
}

fn shown(found: Option<Intent>) -> Result<Intent, PaymentError> {
    found.ok_or_else(|| PaymentError::Refused("no such intent".into()))
}

impl TakePayments for Memory {
    async fn create_intent(&self, key: &str, request: &IntentRequest) -> Result<Intent, PaymentError> {
        let call = Call::Create { key: key.to_owned(), request: request.clone() };
        self.call("create", call).await.and_then(shown)
    }

    async fn confirm_intent(&self, key: &str, intent: &str, payment_method: &str) -> Result<Intent, PaymentError> {
        let (key, intent) = (key.to_owned(), intent.to_owned());
        let call = Call::Confirm { key, intent, payment_method: payment_method.to_owned() };
        self.call("confirm", call).await.and_then(shown)
    }

    async fn read_intent(&self, intent: &str) -> Result<Intent, PaymentError> {
        self.call("read", Call::Read { intent: intent.to_owned() }).await.and_then(shown)
    }

    async fn cancel_intent(&self, key: &str, intent: &str) -> Result<Intent, PaymentError> {
        let call = Call::Cancel { key: key.to_owned(), intent: intent.to_owned() };
        self.call("cancel", call).await.and_then(shown)
    }

    async fn find_intent(&self, request: &IntentRequest, since: Timestamp) -> Result<Option<Intent>, PaymentError> {
        self.call("find", Call::Find { request: request.clone(), since }).await
    }
}

impl KeepDebts for Memory {
    async fn debt(&self, session: &SessionId) -> Result<Option<Debt>, PortError> {
        give_way().await;
        if self.state().store_fails {
            return Err(PortError::new("read a debt", "the store is down"));
        }
        let found = self.tables.debt(session).await;
        give_way().await;
        found
    }

    async fn save_debt(
        &self,
        debt: &Debt,
        payment: Option<&Payment>,
        alerts: &[AlertChange],
    ) -> Result<Saved, PortError> {
        give_way().await;
        let saved = self.tables.save_debt(debt, payment, alerts).await?;
        if saved == Saved::Done {
            self.state().alerts.extend_from_slice(alerts);
        }
        give_way().await;
        Ok(saved)
    }
}

impl Memory {
    /// One call about what goes back; `effect` is what it does at Stripe.
    async fn give<T>(
        &self,
        name: &'static str,
        effect: impl FnOnce(&mut State) -> Result<T, PaymentError>,
    ) -> Result<T, PaymentError> {
        give_way().await;
        let outcome = {
            let mut state = self.state();
            state.calls.push(name);
            let mishap = state.mishaps.pop_front().unwrap_or(Mishap::None);
            match mishap {
                Mishap::None => effect(&mut state),
                Mishap::NotTaken => Err(PaymentError::Later("try later".into())),
                Mishap::Lost | Mishap::FailedBefore => Err(PaymentError::Unknown("no answer".into())),
                Mishap::ReplyLost | Mishap::Delayed | Mishap::FailedAfter => {
                    effect(&mut state).and(Err(PaymentError::Unknown("no answer".into())))
                }
            }
        };
        give_way().await;
        let (asks, opens, now) = {
            let mut state = self.state();
            (state.asks.take(), state.opens.take(), state.now)
        };
        if let Some(dispute) = opens {
            self.state().disputes.push(dispute);
            self.put_returns(&self.returns().to_be_looked_at(now));
        }
        if let Some(minor) = asks {
            self.put_returns(&self.returns().asked(Some(minor), "meanwhile", now).unwrap());
        }
        outcome
    }
}

impl ReadStations for Memory {
    async fn station(&self, id: &StationId) -> Result<Option<Station>, PortError> {
        give_way().await;
        self.tables.station(id).await
    }

    async fn site(&self, id: &SiteId) -> Result<Option<Site>, PortError> {
        give_way().await;
        self.tables.site(id).await
    }
}

impl GiveBack for Memory {
    async fn create_refund(&self, request: &RefundRequest) -> Result<ShownRefund, PaymentError> {
        let captured = self.returns().captured.minor;
        self.give("refund", |state| {
            if !state.refunds.iter().any(|(key, _)| *key == request.key) {
                let gone: i64 = state.refunds.iter().map(|(_, minor)| minor).sum();
                if gone + request.amount.minor > captured {
                    return Err(PaymentError::Refused("more than was captured".into()));
                }
                state.refunds.push((request.key.clone(), request.amount.minor));
            }
            Ok(made(&request.key, &RefundStatus::Succeeded))
        })
        .await
    }

    async fn find_refund(&self, request: &RefundRequest) -> Result<Option<ShownRefund>, PaymentError> {
        self.give("find refund", |state| {
            let found = state.refunds.iter().find(|(key, _)| *key == request.key);
            Ok(found.map(|(key, _)| made(key, &state.stand)))
        })
        .await
    }

    async fn read_refund(&self, refund: &str) -> Result<ShownRefund, PaymentError> {
        self.give("read refund", |state| Ok(made(refund.strip_prefix("re_").unwrap(), &state.stand))).await
    }

    async fn disputes_of(&self, _: &str) -> Result<Vec<ShownDispute>, PaymentError> {
        self.give("disputes", |state| Ok(state.disputes.clone())).await
    }
}

fn made(key: &str, status: &RefundStatus) -> ShownRefund {
    ShownRefund { id: format!("re_{key}"), status: status.clone() }
}

impl KeepReturns for Memory {
    async fn returns(&self, session: &SessionId) -> Result<Vec<Returns>, PortError> {
        give_way().await;
        self.tables.returns(session).await
    }

    async fn ask_returns(&self, returns: &Returns) -> Result<Saved, PortError> {
        self.save_returns(returns, &[]).await
    }

    async fn save_returns(&self, returns: &Returns, alerts: &[AlertChange]) -> Result<Saved, PortError> {
        give_way().await;
        let saved = self.tables.save_returns(returns, alerts).await?;
        if saved == Saved::Done {
            self.state().alerts.extend_from_slice(alerts);
        }
        give_way().await;
        Ok(saved)
    }
}

/// Whether what is written down about refunds is what Stripe did.
pub(crate) fn check_refunds(memory: &Memory) {
    let returns = memory.returns();
    let written: Vec<(String, i64)> = returns
        .refunds
        .iter()
        .filter(|refund| matches!(refund.state, RefundState::Succeeded { .. }))
        .map(|refund| (returns.request(refund).key, refund.amount_minor))
        .collect();
    let mut made = memory.state().refunds.clone();
    made.sort();
    assert_eq!(written, made);
    assert!(returns.refunds.iter().all(billing::payment::Refund::is_final), "{:?}", returns.refunds);
}
