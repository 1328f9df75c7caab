//! Pages on which a card is saved: what a key is worth, and what a read tells.
//!
//! Keys are of one account: they begin with the name of the driver.

use billing::payment::CardPage;
use futures_util::future::join_all;
use jiff::SignedDuration;
use ports::{CardOrder, PageState, PaymentError, SaveCards, SavedCard};

use super::bank::{Bank, Card, Mishap};
use super::cards::order;

/// Catches a page that is opened again when it is asked for again, and keys that are taken for each other.
pub async fn a_key_opens_one_page(ports: &impl SaveCards, _: &impl Bank) {
    let order = order("page-once");
    let first = open(ports, "page-once:card:1", &order).await;
    assert_eq!(open(ports, "page-once:card:1", &order).await, first);
    assert_ne!(open(ports, "page-once:card:2", &order).await.id, first.id);
    let other = CardOrder { language: "de".to_owned(), ..order };
    let refused = ports.open_card_page("page-once:card:1", &other).await;
    assert!(matches!(refused, Err(PaymentError::Refused(_))), "{refused:?}");
}

/// Catches a key that is looked up before it is taken.
pub async fn of_8_that_open_at_once_all_mean_one_page(ports: &impl SaveCards, _: &impl Bank) {
    let order = order("page-race");
    let opened = join_all((0..8).map(|_| ports.open_card_page("page-race:card:1", &order))).await;
    let mut shown: Vec<_> = opened.into_iter().filter_map(Result::ok).collect();
    shown.dedup();
    assert_eq!(shown.len(), 1);
}

/// Catches a page that nobody can fill in, a card that is read before it is there, and a card of another page.
pub async fn a_page_shows_its_card_once_it_is_filled_in(ports: &impl SaveCards, bank: &impl Bank) {
    let (page, other) = (
        open(ports, "page-filled:card:1", &order("page-filled")).await,
        open(ports, "page-other:card:1", &order("page-other")).await,
    );
    assert_eq!(ports.read_card_page(&page.id).await.unwrap(), PageState::Open(page.clone()));
    let method = bank.fill_in(&page.id).unwrap();
    for _ in 0..2 {
        assert_eq!(saved(ports, &page).await.unwrap().payment_method, method);
    }
    assert_eq!(ports.read_card_page(&other.id).await.unwrap(), PageState::Open(other));
    assert_eq!(bank.fill_in(&page.id), None, "once");
    // Under its key it is shown as it was then; what it is now is read.
    assert_eq!(open(ports, "page-filled:card:1", &order("page-filled")).await, page);
}

/// Catches a customer who is made twice, and one who is another than was named.
pub async fn a_customer_is_kept_or_made(ports: &impl SaveCards, bank: &impl Bank) {
    bank.card("page-known", Card::Pays);
    let known = CardOrder { customer: Some("page-known".to_owned()), ..order("page-known") };
    let (first, second) = (
        open(ports, "page-new:card:1", &order("page-new")).await,
        open(ports, "page-new:card:2", &order("page-new")).await,
    );
    let page = open(ports, "page-known:card:1", &known).await;
    let mut owners = Vec::new();
    for page in [&page, &first, &second] {
        bank.fill_in(&page.id).unwrap();
        owners.push(saved(ports, page).await.unwrap().customer);
    }
    assert_eq!(owners[0], "page-known");
    assert!(owners[1] != owners[0] && owners[1] != owners[2], "{owners:?}");
}

/// Catches a page that stays open for ever.
pub async fn a_page_expires_after_a_day(ports: &impl SaveCards, bank: &impl Bank) {
    let page = open(ports, "page-expires:card:1", &order("page-expires")).await;
    assert_eq!(page.expires_at, bank.now() + SignedDuration::from_hours(24));
    bank.pass(SignedDuration::from_hours(24) - SignedDuration::from_secs(1));
    assert_eq!(ports.read_card_page(&page.id).await.unwrap(), PageState::Open(page.clone()));
    bank.pass(SignedDuration::from_secs(1));
    assert_eq!(ports.read_card_page(&page.id).await.unwrap(), PageState::Expired);
    assert_eq!(bank.fill_in(&page.id), None);
}

/// Catches a page that is opened twice because the first answer was lost, and a failure that is not repeated.
pub async fn what_came_of_a_lost_answer_is_told_under_its_key(ports: &impl SaveCards, bank: &impl Bank) {
    for (name, mishap) in [
        ("page-unheard", Mishap::ReplyLost),
        ("page-failed", Mishap::FailedBefore),
        ("page-failed-late", Mishap::FailedAfter),
        ("page-busy", Mishap::NotTaken),
    ] {
        let (order, key) = (order(name), format!("{name}:card:1"));
        bank.next_goes_wrong(mishap);
        let failed = ports.open_card_page(&key, &order).await;
        let again = ports.open_card_page(&key, &order).await;
        match mishap {
            Mishap::ReplyLost => {
                assert!(matches!(failed, Err(PaymentError::Unknown(_))), "{mishap:?}: {failed:?}");
                assert!(matches!(again, Ok(PageState::Open(_))), "{mishap:?}: {again:?}");
            }
            Mishap::NotTaken => {
                assert!(matches!(failed, Err(PaymentError::Later(_))), "{mishap:?}: {failed:?}");
                assert!(matches!(again, Ok(PageState::Open(_))), "{mishap:?}: {again:?}");
            }
            Mishap::FailedBefore | Mishap::FailedAfter => {
                for failed in [failed, again] {
                    assert!(matches!(failed, Err(PaymentError::Unknown(_))), "{mishap:?}: {failed:?}");
                }
                assert!(ports.open_card_page(&format!("{name}:card:2"), &order).await.is_ok(), "another key");
            }
        }
    }
}

/// Catches a page that is there for whoever asks.
pub async fn a_page_nobody_opened_is_refused(ports: &impl SaveCards, _: &impl Bank) {
    let refused = ports.read_card_page("cs_test_nobody").await;
    assert!(matches!(refused, Err(PaymentError::Refused(_))), "{refused:?}");
}

async fn open(ports: &impl SaveCards, key: &str, order: &CardOrder) -> CardPage {
    let opened = match ports.open_card_page(key, order).await.unwrap() {
        PageState::Open(page) => Some(page),
        PageState::Complete(_) | PageState::Expired => None,
    };
    opened.unwrap()
}

/// The card that a page shows.
async fn saved(ports: &impl SaveCards, page: &CardPage) -> Option<SavedCard> {
    match ports.read_card_page(&page.id).await.unwrap() {
        PageState::Complete(card) => Some(card),
        PageState::Open(_) | PageState::Expired => None,
    }
}
