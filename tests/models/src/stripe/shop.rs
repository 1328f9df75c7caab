//! What Stripe keeps for one merchant.

use std::collections::BTreeMap;

use billing::payment::Decline;
use jiff::Timestamp;
use messages::SessionId;
use ports::{Intent, IntentRequest, IntentStatus};

use super::answer::Answer;
use super::bank::{Asked, Bank, BankSays};
use super::event::StripeEvent;
use super::keys::Keys;
use super::mishap::Mishap;

/// Money that was taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Charged {
    /// For which session.
    pub session: SessionId,
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
    keys: Keys,
    intents: BTreeMap<String, Kept>,
    of_session: BTreeMap<SessionId, Vec<String>>,
    told: u64,
}

/// An intent with what was asked for.
struct Kept {
    request: IntentRequest,
    created: Timestamp,
    intent: Intent,
}

impl Default for Shop {
    fn default() -> Self {
        Self {
            bank: Box::new(|_| BankSays::Pays),
            mishap: Mishap::None,
            events: Vec::new(),
            charged: Vec::new(),
            keys: Keys::default(),
            intents: BTreeMap::new(),
            of_session: BTreeMap::new(),
            told: 0,
        }
    }
}

impl Shop {
    pub(super) fn create(&mut self, key: &str, request: &IntentRequest, now: Timestamp) -> Answer {
        self.write(key, format!("create {request:?}"), now, |shop| shop.new_intent(request, now))
    }

    pub(super) fn confirm(&mut self, key: &str, intent: &str, payment_method: &str, now: Timestamp) -> Answer {
        self.write(key, format!("confirm {intent} {payment_method}"), now, |shop| {
            shop.ask_bank(intent, payment_method, now)
        })
    }

    pub(super) fn cancel(&mut self, key: &str, intent: &str, now: Timestamp) -> Answer {
        self.write(key, format!("cancel {intent}"), now, |shop| match shop.intents.get_mut(intent) {
            None => Answer::Refused("there is no such intent"),
            Some(kept) if waits(kept.intent.status) => {
                kept.intent.status = IntentStatus::Canceled;
                let shown = kept.intent.clone();
                shop.tell("payment_intent.canceled", intent, now);
                Answer::Shown(shown)
            }
            Some(_) => Answer::Refused("the intent is not in a state to be canceled"),
        })
    }

    pub(super) fn read(&mut self, intent: &str) -> Answer {
        match std::mem::take(&mut self.mishap) {
            Mishap::None => self.show(intent),
            Mishap::NotTaken => Answer::TryLater,
            Mishap::Lost | Mishap::ReplyLost => Answer::NoReply,
            Mishap::FailedBefore | Mishap::FailedAfter => Answer::Failed,
        }
    }

    pub(super) fn find(&mut self, request: &IntentRequest, since: Timestamp) -> Result<Option<Intent>, Answer> {
        match std::mem::take(&mut self.mishap) {
            Mishap::None => {}
            Mishap::NotTaken => return Err(Answer::TryLater),
            Mishap::Lost | Mishap::ReplyLost => return Err(Answer::NoReply),
            Mishap::FailedBefore | Mishap::FailedAfter => return Err(Answer::Failed),
        }
        let of_session = self.of_session.get(&request.session).into_iter().flatten();
        let of_customer = of_session.filter_map(|id| self.intents.get(id)).find(|kept| {
            // Stripe counts in whole seconds.
            kept.request.customer == request.customer && kept.created.as_second() >= since.as_second()
        });
        Ok(of_customer.map(|kept| kept.intent.clone()))
    }

    pub(super) fn intents_of(&self, session: &SessionId) -> Vec<String> {
        self.of_session.get(session).cloned().unwrap_or_default()
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
    fn write(
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

    fn new_intent(&mut self, request: &IntentRequest, now: Timestamp) -> Answer {
        if request.amount.minor <= 0 {
            return Answer::Refused("the amount is not positive");
        }
        let id = format!("pi_{:06}", self.intents.len() + 1);
        let status = IntentStatus::RequiresConfirmation;
        let intent = Intent { id: id.clone(), status, received_minor: 0, last_decline: None };
        self.of_session.entry(request.session.clone()).or_default().push(id.clone());
        self.intents.insert(id.clone(), Kept { request: request.clone(), created: now, intent: intent.clone() });
        self.tell("payment_intent.created", &id, now);
        Answer::Shown(intent)
    }

    fn ask_bank(&mut self, id: &str, payment_method: &str, now: Timestamp) -> Answer {
        let Some(kept) = self.intents.get(id) else { return Answer::Refused("there is no such intent") };
        if !waits(kept.intent.status) {
            return Answer::Refused("the intent is not in a state to be confirmed");
        }
        let IntentRequest { session, amount, .. } = &kept.request;
        match (self.bank)(Asked { session, payment_method, amount: *amount, at: now }) {
            BankSays::Pays => {
                self.pay(id, now);
                self.show(id)
            }
            BankSays::Declines(decline) => {
                self.refuse_payment(id, decline.clone(), now);
                Answer::Declined(decline)
            }
            BankSays::WantsDriver => {
                self.refuse_payment(id, bank_says_no("authentication_required"), now);
                Answer::WantsDriver
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

    fn pay(&mut self, id: &str, now: Timestamp) {
        let Some(kept) = self.intents.get_mut(id) else { return };
        let (session, minor) = (kept.request.session.clone(), kept.request.amount.minor);
        kept.intent.status = IntentStatus::Succeeded;
        kept.intent.received_minor = minor;
        kept.intent.last_decline = None;
        self.charged.push(Charged { session, intent: id.to_owned(), minor });
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

    fn tell(&mut self, kind: &'static str, intent: &str, at: Timestamp) {
        let Some(kept) = self.intents.get(intent) else { return };
        self.told += 1;
        let id = format!("evt_{:07}", self.told);
        let session = kept.request.session.clone();
        self.events.push(StripeEvent { id, kind, intent: intent.to_owned(), session, at });
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
