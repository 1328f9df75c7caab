//! What Stripe keeps for one merchant.

use std::collections::BTreeMap;

use billing::money::{Currency, Money};
use billing::payment::Decline;
use jiff::{SignedDuration, Timestamp};
use ports::{HoldRequest, Intent, IntentRequest, IntentStatus, Payable, RefundStatus};

use super::answer::Answer;
use super::bank::{Asked, Bank, BankSays};
use super::cards::Page;
use super::disputes::Dispute;
use super::event::{About, StripeEvent};
use super::keys::Keys;
use super::mishap::Mishap;
use super::refunds::{Refund, Takes};

/// Money that was taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Charged {
    /// For what.
    pub of: Payable,
    /// By which intent.
    pub intent: String,
    /// How much, minor units.
    pub minor: i64,
}

/// Everything of one merchant.
pub(super) struct Shop {
    pub(super) bank: Bank,
    pub(super) mishap: Mishap,
    pub(super) events: Vec<StripeEvent>,
    pub(super) charged: Vec<Charged>,
    /// What happens to money that goes back, as far as that shows at once.
    pub(super) takes: Takes,
    pub(super) refunds: Vec<Refund>,
    pub(super) disputes: Vec<Dispute>,
    pub(super) pages: Vec<Page>,
    keys: Keys,
    intents: BTreeMap<String, Kept>,
    of: BTreeMap<Payable, Vec<String>>,
    told: u64,
}

/// How long money is held (`docs.stripe.com/payments/place-a-hold-on-a-payment-method`).
const HELD_FOR: SignedDuration = SignedDuration::from_hours(7 * 24);

/// What an intent is for.
struct Wanted {
    of: Payable,
    amount: Money,
    customer: String,
}

/// An intent with what was asked for.
struct Kept {
    wanted: Wanted,
    created: Timestamp,
    intent: Intent,
    /// Until when what is held can be captured.
    capture_before: Option<Timestamp>,
}

impl Default for Shop {
    fn default() -> Self {
        Self {
            bank: Box::new(|_| BankSays::Pays),
            mishap: Mishap::None,
            events: Vec::new(),
            charged: Vec::new(),
            takes: Box::new(|_| RefundStatus::Succeeded),
            refunds: Vec::new(),
            disputes: Vec::new(),
            pages: Vec::new(),
            keys: Keys::default(),
            intents: BTreeMap::new(),
            of: BTreeMap::new(),
            told: 0,
        }
    }
}

impl Shop {
    pub(super) fn create(&mut self, key: &str, request: &IntentRequest, now: Timestamp) -> Answer {
        let IntentRequest { session, amount, customer, .. } = request.clone();
        let wanted = Wanted { of: session.into(), amount, customer };
        self.write(key, format!("create {request:?}"), now, |shop| shop.new_intent(wanted, now))
    }

    pub(super) fn create_hold(&mut self, key: &str, request: &HoldRequest, now: Timestamp) -> Answer {
        let HoldRequest { hold, amount, customer, .. } = request.clone();
        let wanted = Wanted { of: hold.into(), amount, customer };
        self.write(key, format!("create {request:?}"), now, |shop| shop.new_intent(wanted, now))
    }

    pub(super) fn capture(&mut self, key: &str, intent: &str, amount: Money, now: Timestamp) -> Answer {
        self.write(key, format!("capture {intent} {amount}"), now, |shop| match shop.intents.get(intent) {
            None => Answer::Refused("there is no such intent"),
            Some(kept) if kept.intent.status != IntentStatus::RequiresCapture => {
                Answer::Refused("the intent is not in a state to be captured")
            }
            Some(kept) if amount.minor <= 0 || amount.minor > kept.wanted.amount.minor => {
                Answer::Refused("not so much is held")
            }
            Some(_) => {
                shop.take(intent, amount.minor, now);
                shop.show(intent)
            }
        })
    }

    pub(super) fn confirm(&mut self, key: &str, intent: &str, payment_method: &str, now: Timestamp) -> Answer {
        self.write(key, format!("confirm {intent} {payment_method}"), now, |shop| {
            shop.ask_bank(intent, payment_method, now)
        })
    }

    pub(super) fn cancel(&mut self, key: &str, intent: &str, now: Timestamp) -> Answer {
        self.write(key, format!("cancel {intent}"), now, |shop| match shop.intents.get_mut(intent) {
            None => Answer::Refused("there is no such intent"),
            Some(kept) if waits(kept.intent.status) || kept.intent.status == IntentStatus::RequiresCapture => {
                kept.intent.status = IntentStatus::Canceled;
                let shown = kept.intent.clone();
                shop.tell("payment_intent.canceled", intent, now);
                Answer::Shown(shown)
            }
            Some(_) => Answer::Refused("the intent is not in a state to be canceled"),
        })
    }

    pub(super) fn read(&mut self, intent: &str) -> Answer {
        self.is_asked().map_or_else(|answer| answer, |()| self.show(intent))
    }

    /// A read arrives, unless something goes wrong with it.
    pub(super) fn is_asked(&mut self) -> Result<(), Answer> {
        match std::mem::take(&mut self.mishap) {
            Mishap::None => Ok(()),
            Mishap::NotTaken => Err(Answer::TryLater),
            Mishap::Lost | Mishap::ReplyLost => Err(Answer::NoReply),
            Mishap::FailedBefore | Mishap::FailedAfter => Err(Answer::Failed),
        }
    }

    pub(super) fn find(&mut self, of: &Payable, customer: &str, since: Timestamp) -> Result<Option<Intent>, Answer> {
        self.is_asked()?;
        let ids = self.of.get(of).into_iter().flatten();
        let of_customer = ids.filter_map(|id| self.intents.get(id)).find(|kept| {
            // Stripe counts in whole seconds.
            kept.wanted.customer == customer && kept.created.as_second() >= since.as_second()
        });
        Ok(of_customer.map(|kept| kept.intent.clone()))
    }

    pub(super) fn intents_of(&self, of: &Payable) -> Vec<String> {
        self.of.get(of).cloned().unwrap_or_default()
    }

    pub(super) fn capture_before(&self, intent: &str) -> Option<Timestamp> {
        self.intents.get(intent)?.capture_before
    }

    /// What is still held is released, when the time to capture it is over.
    pub(super) fn hold_ends(&mut self, intent: &str, now: Timestamp) {
        let is_held = |kept: &Kept| kept.intent.status == IntentStatus::RequiresCapture;
        if self.intents.get(intent).is_some_and(is_held) {
            self.change(intent, |intent| intent.status = IntentStatus::Canceled);
            self.tell("payment_intent.canceled", intent, now);
        }
    }

    pub(super) fn driver_acts(&mut self, intent: &str, now: Timestamp) {
        if self.intents.get(intent).is_some_and(|kept| waits(kept.intent.status)) {
            self.pay(intent, now);
        }
    }

    pub(super) fn bank_finishes(&mut self, intent: &str, pays: bool, now: Timestamp) {
        if !self.intents.get(intent).is_some_and(|kept| kept.intent.status == IntentStatus::Processing) {
            return;
        }
        if pays {
            self.pay(intent, now);
        } else {
            self.refuse_payment(intent, bank_says_no("insufficient_funds"), now);
        }
    }

    /// A request that changes something, under its key.
    pub(super) fn write(
        &mut self,
        key: &str,
        request: String,
        now: Timestamp,
        effect: impl FnOnce(&mut Self) -> Answer,
    ) -> Answer {
        let mishap = std::mem::take(&mut self.mishap);
        match mishap {
            Mishap::Lost => return Answer::NoReply,
            Mishap::NotTaken => return Answer::TryLater,
            Mishap::None | Mishap::ReplyLost | Mishap::FailedBefore | Mishap::FailedAfter => {}
        }
        let answer = self.keys.replay(key, &request, now).unwrap_or_else(|| {
            let answer = self.carry_out(mishap, effect);
            self.keys.keep(key, request, &answer, now);
            answer
        });
        if mishap == Mishap::ReplyLost { Answer::NoReply } else { answer }
    }

    fn carry_out(&mut self, mishap: Mishap, effect: impl FnOnce(&mut Self) -> Answer) -> Answer {
        match mishap {
            Mishap::FailedBefore => Answer::Failed,
            Mishap::FailedAfter => match effect(self) {
                refused @ Answer::Refused(_) => refused,
                _ => Answer::Failed,
            },
            Mishap::None | Mishap::Lost | Mishap::ReplyLost | Mishap::NotTaken => effect(self),
        }
    }

    fn new_intent(&mut self, wanted: Wanted, now: Timestamp) -> Answer {
        if wanted.amount.minor <= 0 {
            return Answer::Refused("the amount is not positive");
        }
        let id = format!("pi_{:06}", self.intents.len() + 1);
        let status = IntentStatus::RequiresConfirmation;
        let intent = Intent { id: id.clone(), status, received_minor: 0, last_decline: None };
        self.of.entry(wanted.of.clone()).or_default().push(id.clone());
        let kept = Kept { wanted, created: now, intent: intent.clone(), capture_before: None };
        self.intents.insert(id.clone(), kept);
        self.tell("payment_intent.created", &id, now);
        Answer::Shown(intent)
    }

    fn ask_bank(&mut self, id: &str, payment_method: &str, now: Timestamp) -> Answer {
        let Some(kept) = self.intents.get(id) else { return Answer::Refused("there is no such intent") };
        if !waits(kept.intent.status) {
            return Answer::Refused("the intent is not in a state to be confirmed");
        }
        let Wanted { of, amount, .. } = &kept.wanted;
        let is_hold = matches!(of, Payable::Hold(_));
        match (self.bank)(Asked { of, payment_method, amount: *amount, at: now }) {
            BankSays::Pays => {
                self.pay(id, now);
                self.show(id)
            }
            BankSays::Declines(decline) => {
                self.refuse_payment(id, decline.clone(), now);
                Answer::Declined(decline)
            }
            // Whoever asks for a hold stands at the station, and is shown what their bank wants to know.
            BankSays::WantsDriver if is_hold => {
                self.change(id, |intent| intent.status = IntentStatus::RequiresAction);
                self.tell("payment_intent.requires_action", id, now);
                self.show(id)
            }
            BankSays::WantsDriver => {
                self.refuse_payment(id, bank_says_no("authentication_required"), now);
                Answer::WantsDriver
            }
            BankSays::Works if is_hold => {
                self.pay(id, now);
                self.show(id)
            }
            BankSays::Works => {
                self.change(id, |intent| intent.status = IntentStatus::Processing);
                self.tell("payment_intent.processing", id, now);
                self.show(id)
            }
        }
    }

    fn show(&self, id: &str) -> Answer {
        match self.intents.get(id) {
            Some(kept) => Answer::Shown(kept.intent.clone()),
            None => Answer::Refused("there is no such intent"),
        }
    }

    /// The bank says yes: the money is taken, or held.
    fn pay(&mut self, id: &str, now: Timestamp) {
        let Some(kept) = self.intents.get_mut(id) else { return };
        match kept.wanted.of {
            Payable::Debt(_) => {
                let minor = kept.wanted.amount.minor;
                self.take(id, minor, now);
            }
            Payable::Hold(_) => {
                kept.intent.status = IntentStatus::RequiresCapture;
                kept.intent.last_decline = None;
                kept.capture_before = now.checked_add(HELD_FOR).ok();
                self.tell("payment_intent.amount_capturable_updated", id, now);
            }
            // A card is asked for on a page, by no intent.
            Payable::Card(_) => {}
        }
    }

    fn take(&mut self, id: &str, minor: i64, now: Timestamp) {
        let Some(kept) = self.intents.get_mut(id) else { return };
        kept.intent.status = IntentStatus::Succeeded;
        kept.intent.received_minor = minor;
        kept.intent.last_decline = None;
        self.charged.push(Charged { of: kept.wanted.of.clone(), intent: id.to_owned(), minor });
        self.tell("payment_intent.succeeded", id, now);
    }

    fn refuse_payment(&mut self, id: &str, decline: Decline, now: Timestamp) {
        self.change(id, |intent| {
            intent.status = IntentStatus::RequiresPaymentMethod;
            intent.last_decline = Some(decline);
        });
        self.tell("payment_intent.payment_failed", id, now);
    }

    fn change(&mut self, id: &str, change: impl FnOnce(&mut Intent)) {
        if let Some(kept) = self.intents.get_mut(id) {
            change(&mut kept.intent);
        }
    }

    /// What an intent has taken, minor units.
    pub(super) fn taken_minor(&self, intent: &str) -> i64 {
        self.intents.get(intent).map_or(0, |kept| kept.intent.received_minor)
    }

    /// In which currency an intent takes money.
    pub(super) fn currency_of(&self, intent: &str) -> Option<Currency> {
        self.intents.get(intent).map(|kept| kept.wanted.amount.currency)
    }

    fn tell(&mut self, kind: &'static str, intent: &str, at: Timestamp) {
        self.tell_about(kind, intent, About::Intent, at);
    }

    pub(super) fn tell_about(&mut self, kind: &'static str, intent: &str, about: About, at: Timestamp) {
        let Some(kept) = self.intents.get(intent) else { return };
        self.told += 1;
        let id = format!("evt_{:07}", self.told);
        let of = kept.wanted.of.clone();
        self.events.push(StripeEvent { id, kind, intent: intent.to_owned(), of, about, at });
    }
}

/// Whether an intent can still be confirmed or canceled.
fn waits(status: IntentStatus) -> bool {
    match status {
        IntentStatus::RequiresConfirmation | IntentStatus::RequiresPaymentMethod | IntentStatus::RequiresAction => true,
        IntentStatus::Processing
        | IntentStatus::RequiresCapture
        | IntentStatus::Canceled
        | IntentStatus::Succeeded
        | IntentStatus::Unknown => false,
    }
}

fn bank_says_no(decline_code: &str) -> Decline {
    Decline { code: "card_declined".to_owned(), decline_code: Some(decline_code.to_owned()), advice_code: None }
}
