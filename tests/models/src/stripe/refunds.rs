//! What Stripe gives back (`docs.stripe.com/refunds`): never more than was taken, and nothing of what is disputed. A bank takes it at
//! once, later, or not; also what it has taken may come back.

use jiff::Timestamp;
use ports::{GiveBack, PaymentError, RefundRequest, RefundStatus, ShownDispute, ShownRefund};

use super::Stripe;
use super::answer::Answer;
use super::event::About;
use super::shop::Shop;

/// What happens to money that goes back, as far as that shows at once: it is on its way, or it takes a while.
pub(super) type Takes = Box<dyn FnMut(&RefundRequest) -> RefundStatus + Send>;

/// A refund with what was asked for.
#[derive(Debug, Clone)]
pub(super) struct Refund {
    request: RefundRequest,
    id: String,
    status: RefundStatus,
}

/// Money that goes back, or should have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GivenBack {
    /// `re_…`.
    pub id: String,
    /// Of which intent.
    pub intent: String,
    /// Under which key.
    pub key: String,
    /// How much, minor units.
    pub minor: i64,
    /// Where it stands.
    pub status: RefundStatus,
}

impl GiveBack for Stripe {
    async fn create_refund(&self, request: &RefundRequest) -> Result<ShownRefund, PaymentError> {
        let now = self.now();
        self.shop().refund(request, now).refund()
    }

    async fn find_refund(&self, request: &RefundRequest) -> Result<Option<ShownRefund>, PaymentError> {
        match self.shop().find_refund(request) {
            Ok(found) => Ok(found),
            Err(answer) => answer.refund().map(Some),
        }
    }

    async fn read_refund(&self, refund: &str) -> Result<ShownRefund, PaymentError> {
        self.shop().read_refund(refund).refund()
    }

    async fn disputes_of(&self, intent: &str) -> Result<Vec<ShownDispute>, PaymentError> {
        self.shop().disputes_of(intent).or_else(|answer| answer.refund().map(|_| Vec::new()))
    }
}

impl Stripe {
    /// From now on this tells what happens to money that goes back.
    pub fn set_takes(&self, takes: impl FnMut(&RefundRequest) -> RefundStatus + Send + 'static) {
        self.shop().takes = Box::new(takes);
    }

    /// A bank is done with a refund that was under way, or sends back what it had taken.
    pub fn refund_ends(&self, refund: &str, status: RefundStatus) {
        let now = self.clock.now();
        self.shop().end_refund(refund, status, now);
    }

    /// Every refund, in order.
    #[must_use]
    pub fn given_back(&self) -> Vec<GivenBack> {
        let given_back = |refund: &Refund| GivenBack {
            id: refund.id.clone(),
            intent: refund.request.intent.clone(),
            key: refund.request.key.clone(),
            minor: refund.request.amount.minor,
            status: refund.status.clone(),
        };
        self.shop().refunds.iter().map(given_back).collect()
    }
}

impl Shop {
    fn refund(&mut self, request: &RefundRequest, now: Timestamp) -> Answer {
        self.write(&request.key, format!("refund {request:?}"), now, |shop| shop.new_refund(request, now))
    }

    fn new_refund(&mut self, request: &RefundRequest, now: Timestamp) -> Answer {
        let RefundRequest { intent, amount, .. } = request;
        if self.is_withheld(intent) {
            return Answer::Denied("the charge is disputed");
        }
        if amount.minor <= 0 || amount.minor > self.left_minor(intent) {
            return Answer::Denied("there is not so much to give back");
        }
        if amount.currency.minor_digits() == 3 && amount.minor % 10 != 0 {
            return Answer::Refused("of three decimals, the last is 0");
        }
        let id = format!("re_{:06}", self.refunds.len() + 1);
        let refund = Refund { request: request.clone(), id, status: (self.takes)(request) };
        let shown = refund.shown();
        self.tell_of(&refund, "refund.created", now);
        self.refunds.push(refund);
        Answer::GivenBack(shown)
    }

    fn read_refund(&mut self, refund: &str) -> Answer {
        if let Err(answer) = self.is_asked() {
            return answer;
        }
        let found = self.refunds.iter().find(|kept| kept.id == refund);
        found.map_or(Answer::Refused("there is no such refund"), |found| Answer::GivenBack(found.shown()))
    }

    fn find_refund(&mut self, request: &RefundRequest) -> Result<Option<ShownRefund>, Answer> {
        self.is_asked()?;
        let is_it = |refund: &&Refund| {
            let RefundRequest { key, intent, .. } = &refund.request;
            (key, intent) == (&request.key, &request.intent)
        };
        Ok(self.refunds.iter().find(is_it).map(Refund::shown))
    }

    /// What of an intent's money can still go back, minor units.
    pub(super) fn left_minor(&self, intent: &str) -> i64 {
        let is_gone = |refund: &&Refund| refund.request.intent == intent && !refund.is_void();
        let gone: i64 = self.refunds.iter().filter(is_gone).map(|refund| refund.request.amount.minor).sum();
        self.taken_minor(intent) - gone
    }

    /// The refunds of an intent that are under way come to nothing.
    pub(super) fn void_pending(&mut self, intent: &str, why: &str, now: Timestamp) {
        let is_pending = |refund: &&Refund| refund.request.intent == intent && refund.status == RefundStatus::Pending;
        let pending: Vec<String> = self.refunds.iter().filter(is_pending).map(|refund| refund.id.clone()).collect();
        for id in pending {
            self.end_refund(&id, RefundStatus::Failed(why.to_owned()), now);
        }
    }

    fn end_refund(&mut self, id: &str, status: RefundStatus, now: Timestamp) {
        let Some(refund) = self.refunds.iter_mut().find(|refund| refund.id == id && refund.can_become(&status)) else {
            return;
        };
        let kind = if matches!(status, RefundStatus::Failed(_)) { "refund.failed" } else { "refund.updated" };
        refund.status = status;
        let refund = refund.clone();
        self.tell_of(&refund, kind, now);
    }

    fn tell_of(&mut self, refund: &Refund, kind: &'static str, now: Timestamp) {
        let about = About::Refund { id: refund.id.clone(), key: refund.request.key.clone() };
        self.tell_about(kind, &refund.request.intent, about, now);
    }
}

impl Refund {
    fn shown(&self) -> ShownRefund {
        ShownRefund { id: self.id.clone(), status: self.status.clone() }
    }

    /// Whether its money is back where it came from.
    fn is_void(&self) -> bool {
        match self.status {
            RefundStatus::Failed(_) | RefundStatus::Canceled => true,
            RefundStatus::Pending | RefundStatus::Succeeded => false,
        }
    }

    fn can_become(&self, status: &RefundStatus) -> bool {
        match (&self.status, status) {
            // What a bank has taken it may send back, up to a month later.
            (RefundStatus::Pending, _) | (RefundStatus::Succeeded, RefundStatus::Failed(_)) => true,
            (RefundStatus::Succeeded | RefundStatus::Failed(_) | RefundStatus::Canceled, _) => false,
        }
    }
}

impl Answer {
    fn refund(self) -> Result<ShownRefund, PaymentError> {
        match self {
            Self::GivenBack(refund) => Ok(refund),
            Self::Shown(_) => Err(PaymentError::Refused("the key was used for an intent".into())),
            other => other.reply().and_then(|_| Err(PaymentError::Refused("this is no refund".into()))),
        }
    }
}
