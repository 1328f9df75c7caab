//! Giving money back: never more than was taken, once under a key, and found again whatever became of the reply.
//!
//! Promises use customers of their own; keys begin with the name of the customer, as those of payments do.

use billing::money::Money;
use billing::payment::DisputeState;
use futures_util::future::join_all;
use jiff::SignedDuration;
use ports::{
    GiveBack, IntentRequest, IntentStatus, PaymentError, RefundRequest, RefundStatus, ShownDispute, ShownRefund,
    TakePayments,
};

use super::bank::{Bank, Card, Mishap, word_of};
use super::values::{euros, session};

/// How much the promises have taken, minor units.
const TAKEN_MINOR: i64 = 1_000;

/// Catches a refund that is shown otherwise when it is read or found, and a search that finds the refund of another request.
pub async fn a_refund_is_read_and_found(ports: &(impl GiveBack + TakePayments), bank: &impl Bank) {
    let intent = paid(ports, bank, "back-read").await;
    let (first, second) = (request("back-read:refund:1", &intent, 300), request("back-read:refund:2", &intent, 300));
    assert_eq!(ports.find_refund(&first).await.unwrap(), None);
    let made = ports.create_refund(&first).await.unwrap();
    assert_eq!(made.status, RefundStatus::Succeeded);
    assert_eq!(ports.find_refund(&second).await.unwrap(), None);
    let other = ports.create_refund(&second).await.unwrap();
    assert_ne!(made.id, other.id);
    for (request, made) in [(&first, &made), (&second, &other)] {
        assert_eq!(ports.read_refund(&made.id).await.unwrap(), *made);
        assert_eq!(ports.find_refund(request).await.unwrap().as_ref(), Some(made));
    }
}

/// Catches a refund that is made again when it is repeated, and a search that finds the latest of several.
pub async fn a_key_makes_one_refund_for_a_day(ports: &(impl GiveBack + TakePayments), bank: &impl Bank) {
    let intent = paid(ports, bank, "back-day").await;
    let asked = request("back-day:refund:1", &intent, 300);
    let made = ports.create_refund(&asked).await.unwrap();
    bank.pass(SignedDuration::from_secs(24 * 3600 - 1));
    assert_eq!(ports.create_refund(&asked).await.unwrap(), made);
    bank.pass(SignedDuration::from_secs(1));
    // From now on the key is not known: whoever does not look first pays back twice.
    assert_ne!(ports.create_refund(&asked).await.unwrap().id, made.id);
    assert_eq!(ports.find_refund(&asked).await.unwrap(), Some(made));
}

/// Catches a key under which one refund is asked for and another answered.
pub async fn a_key_belongs_to_one_refund(ports: &(impl GiveBack + TakePayments), bank: &impl Bank) {
    let (intent, other) = (paid(ports, bank, "back-key").await, paid(ports, bank, "back-key-2").await);
    let asked = request("back-key:refund:1", &intent, 300);
    ports.create_refund(&asked).await.unwrap();
    for changed in [request("back-key:refund:1", &intent, 301), request("back-key:refund:1", &other, 300)] {
        assert_eq!(word(ports.create_refund(&changed).await), "refused", "{changed:?}");
    }
    assert_eq!(ports.find_refund(&request("back-key:refund:1", &other, 300)).await.unwrap(), None);
}

/// Catches a sum of refunds above what was captured, and a refund of a payment that took nothing.
pub async fn no_more_is_given_back_than_was_taken(ports: &(impl GiveBack + TakePayments), bank: &impl Bank) {
    let intent = paid(ports, bank, "back-most").await;
    let outcome = async |n: u32, minor| {
        word(ports.create_refund(&request(&format!("back-most:refund:{n}"), &intent, minor)).await)
    };
    for (n, minor, expected) in [
        (1, TAKEN_MINOR + 1, "refused"),
        (2, 600, "given back"),
        (3, TAKEN_MINOR - 600 + 1, "refused"),
        (4, TAKEN_MINOR - 600, "given back"),
        (5, 1, "refused"),
    ] {
        assert_eq!(outcome(n, minor).await, expected, "refund {n}");
    }
    let unpaid = ports.create_intent("back-unpaid:create", &payment(bank, "back-unpaid")).await.unwrap().id;
    for intent in [unpaid.as_str(), "pi_nobody"] {
        assert_eq!(word(ports.create_refund(&request("back-unpaid:refund:1", intent, 100)).await), "refused");
    }
    assert_eq!(word(ports.read_refund("re_nobody").await), "refused");
}

/// Catches an adapter that looks what is left and then gives it back.
pub async fn of_8_that_give_all_back_at_once_one_does(ports: &(impl GiveBack + TakePayments), bank: &impl Bank) {
    let intent = paid(ports, bank, "back-rush").await;
    let requests: Vec<RefundRequest> =
        (0..8).map(|n| request(&format!("back-rush:refund:{n}"), &intent, TAKEN_MINOR)).collect();
    let outcomes = join_all(requests.iter().map(|request| ports.create_refund(request))).await;
    let words: Vec<&str> = outcomes.into_iter().map(word).collect();
    assert_eq!(words.iter().filter(|word| **word == "given back").count(), 1, "{words:?}");
    assert!(words.iter().all(|word| ["given back", "refused", "later"].contains(word)), "{words:?}");
}

/// Catches a failure that is not repeated under its key, and a refund that no search finds when its reply was lost.
pub async fn a_refund_is_found_whatever_became_of_its_reply(ports: &(impl GiveBack + TakePayments), bank: &impl Bank) {
    for (name, mishap, is_made, again) in [
        ("back-500-a", Mishap::FailedBefore, false, "unknown"),
        ("back-500-b", Mishap::FailedAfter, true, "unknown"),
        ("back-500-c", Mishap::ReplyLost, true, "given back"),
        ("back-500-d", Mishap::NotTaken, false, "given back"),
    ] {
        let intent = paid(ports, bank, name).await;
        let asked = request(&format!("{name}:refund:1"), &intent, TAKEN_MINOR);
        bank.next_goes_wrong(mishap);
        let first = word(ports.create_refund(&asked).await);
        assert_eq!(first, if mishap == Mishap::NotTaken { "later" } else { "unknown" }, "{mishap:?}");
        assert_eq!(ports.find_refund(&asked).await.unwrap().is_some(), is_made, "{mishap:?}");
        assert_eq!(word(ports.create_refund(&asked).await), again, "{mishap:?}");
        let rest = word(ports.create_refund(&request(&format!("{name}:refund:2"), &intent, TAKEN_MINOR)).await);
        let expected = if mishap == Mishap::FailedBefore { "given back" } else { "refused" };
        assert_eq!(rest, expected, "{mishap:?}");
    }
}

/// Catches a dispute that is not shown, that is taken for one of another intent, or whose end nobody sees.
pub async fn a_dispute_is_shown_as_it_stands(ports: &(impl GiveBack + TakePayments), bank: &impl Bank) {
    for (name, is_won, state) in [("back-won", true, DisputeState::Won), ("back-lost", false, DisputeState::Lost)] {
        let (intent, other) = (paid(ports, bank, name).await, paid(ports, bank, &format!("{name}-2")).await);
        ports.create_refund(&request(&format!("{name}:refund:1"), &intent, 300)).await.unwrap();
        assert_eq!(ports.disputes_of(&intent).await.unwrap(), []);
        let id = bank.dispute(&intent);
        let shown = ports.disputes_of(&intent).await.unwrap();
        // What has gone back cannot be disputed.
        let amount = Money { minor: TAKEN_MINOR - 300, currency: euros() };
        let reason = shown[0].reason.clone();
        let expected = ShownDispute { id: id.clone(), amount, reason, state: DisputeState::Open };
        assert_eq!(shown, std::slice::from_ref(&expected));
        assert!(!expected.reason.is_empty());
        bank.dispute_ends(&id, is_won);
        assert_eq!(ports.disputes_of(&intent).await.unwrap(), [ShownDispute { state, ..expected }]);
        assert_eq!(ports.disputes_of(&other).await.unwrap(), []);
    }
}

/// Catches money that is given back twice: to the bank that has taken it, and to the driver.
pub async fn what_a_bank_has_taken_back_is_not_refunded(ports: &(impl GiveBack + TakePayments), bank: &impl Bank) {
    for (name, is_won, word_after) in [("back-kept", true, "given back"), ("back-gone", false, "refused")] {
        let intent = paid(ports, bank, name).await;
        let outcome =
            async |n: u32| word(ports.create_refund(&request(&format!("{name}:refund:{n}"), &intent, 300)).await);
        let id = bank.dispute(&intent);
        assert_eq!(outcome(1).await, "refused");
        bank.dispute_ends(&id, is_won);
        assert_eq!(outcome(2).await, word_after, "won: {is_won}");
    }
}

/// An intent of this customer that was paid.
async fn paid(ports: &impl TakePayments, bank: &impl Bank, name: &str) -> String {
    let payment = payment(bank, name);
    let id = ports.create_intent(&format!("{name}:create"), &payment).await.unwrap().id;
    let paid = ports.confirm_intent(&format!("{name}:confirm:1"), &id, &payment.payment_method).await.unwrap();
    assert_eq!(paid.status, IntentStatus::Succeeded);
    id
}

fn payment(bank: &impl Bank, name: &str) -> IntentRequest {
    IntentRequest {
        session: session(name),
        amount: Money { minor: TAKEN_MINOR, currency: euros() },
        customer: name.to_owned(),
        payment_method: bank.card(name, Card::Pays),
        receipt_email: None,
        description: "Charging at Hafen".to_owned(),
    }
}

fn request(key: &str, intent: &str, minor: i64) -> RefundRequest {
    RefundRequest { key: key.to_owned(), intent: intent.to_owned(), amount: Money { minor, currency: euros() } }
}

/// How a call ended, in a word.
fn word(outcome: Result<ShownRefund, PaymentError>) -> &'static str {
    match outcome {
        Ok(refund) if refund.status == RefundStatus::Succeeded => "given back",
        Ok(_) => "not given back",
        Err(error) => word_of(&error),
    }
}
