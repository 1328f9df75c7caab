//! Pages on which a card is saved: Checkout in setup mode (`docs.stripe.com/payments/checkout/how-checkout-works`).

use billing::payment::CardPage;
use jiff::{SignedDuration, Timestamp};
use messages::DriverId;
use ports::{CardOrder, PageState, PaymentError, SaveCards, SavedCard};

use super::Stripe;
use super::answer::Answer;
use super::shop::Shop;

/// How long a page can be filled in.
const OPEN_FOR: SignedDuration = SignedDuration::from_hours(24);

/// A page with what it was opened with.
#[derive(Debug, Clone)]
pub(super) struct Page {
    order: CardOrder,
    shown: CardPage,
    card: Option<SavedCard>,
}

impl SaveCards for Stripe {
    async fn open_card_page(&self, key: &str, order: &CardOrder) -> Result<PageState, PaymentError> {
        let now = self.now();
        let request = format!("open {order:?}");
        self.shop().write(key, request, now, |shop| shop.open_page(order, now)).page()
    }

    async fn read_card_page(&self, page: &str) -> Result<PageState, PaymentError> {
        let now = self.now();
        self.shop().read_page(page, now).page()
    }
}

impl Stripe {
    /// The driver fills a page in with this card; whether it was open.
    #[must_use]
    pub fn fill_in(&self, page: &str, payment_method: &str) -> bool {
        let now = self.now();
        let mut shop = self.shop();
        let open = shop.pages.iter_mut().find(|kept| kept.shown.id == page && kept.is_open(now));
        let Some(open) = open else { return false };
        let customer = open.order.customer.clone().unwrap_or_else(|| format!("cus_of_{page}"));
        open.card = Some(SavedCard { customer, payment_method: payment_method.to_owned() });
        true
    }

    /// The ids of every page of a driver, the oldest first.
    #[must_use]
    pub fn pages_of(&self, driver: &DriverId) -> Vec<String> {
        let shop = self.shop();
        shop.pages.iter().filter(|kept| kept.order.driver == *driver).map(|kept| kept.shown.id.clone()).collect()
    }
}

impl Shop {
    fn open_page(&mut self, order: &CardOrder, now: Timestamp) -> Answer {
        let id = format!("cs_{:06}", self.pages.len() + 1);
        let url = format!("https://checkout.example/{id}");
        let page = CardPage { id, url, expires_at: now.saturating_add(OPEN_FOR).unwrap_or(Timestamp::MAX) };
        self.pages.push(Page { order: order.clone(), shown: page.clone(), card: None });
        Answer::Page(PageState::Open(page))
    }

    fn read_page(&mut self, page: &str, now: Timestamp) -> Answer {
        if let Err(answer) = self.is_asked() {
            return answer;
        }
        let found = self.pages.iter().find(|kept| kept.shown.id == page);
        found.map_or(Answer::Refused("there is no such page"), |found| Answer::Page(found.state(now)))
    }
}

impl Page {
    fn is_open(&self, now: Timestamp) -> bool {
        self.card.is_none() && now < self.shown.expires_at
    }

    fn state(&self, now: Timestamp) -> PageState {
        match &self.card {
            Some(card) => PageState::Complete(card.clone()),
            None if self.is_open(now) => PageState::Open(self.shown.clone()),
            None => PageState::Expired,
        }
    }
}

impl Answer {
    fn page(self) -> Result<PageState, PaymentError> {
        match self {
            Self::Page(page) => Ok(page),
            Self::Shown(_) => Err(PaymentError::Refused("the key was used for an intent".into())),
            other => other.reply().and_then(|_| Err(PaymentError::Refused("this is no page".into()))),
        }
    }
}
