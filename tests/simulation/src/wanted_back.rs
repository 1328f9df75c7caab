//! What will be wanted back of what is paid for a session: by operators, and by the driver's bank.

use jiff::SignedDuration;

use crate::chance::{Chance, Rate};
use crate::sites::Pays;

/// Operators give back some of what was paid.
const ASKED_BACK: Rate = Rate::percent(4);
/// Somebody else asks at the same moment, or somebody asks again later.
const TWICE: Rate = Rate::percent(35);
const AT_ONCE: Rate = Rate::percent(60);
/// A bank disputes a payment; more often one of which something was asked back.
const DISPUTED: Rate = Rate(80);
const DISPUTED_TOO: Rate = Rate::percent(25);
/// More often, too, what is paid while nobody here calls Stripe: it may be disputed before it is in the books.
const DISPUTED_UNSEEN: Rate = Rate::percent(8);
/// Half of the disputes are won.
const WON: Rate = Rate::percent(50);

/// What will be wanted back of one payment.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct WantedBack {
    /// By operators.
    pub(crate) orders: Vec<Wanted>,
    /// By a bank.
    pub(crate) dispute: Option<Disputed>,
}

/// What one operator wants to give back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Wanted {
    /// So long after the payment.
    pub(crate) after: SignedDuration,
    pub(crate) share: Share,
}

/// How much of a payment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Share {
    /// All that is left.
    Rest,
    /// So many hundredths of what was captured; of more than a hundred, nothing goes back.
    Percent(i64),
}

/// A dispute as it will be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Disputed {
    /// It is opened so long after the payment.
    pub(crate) after: SignedDuration,
    pub(crate) lasts: SignedDuration,
    pub(crate) is_won: bool,
}

impl WantedBack {
    pub(crate) fn by(chance: &mut Chance, pays: Option<Pays>) -> Self {
        let mut orders = Vec::new();
        if chance.hits(ASKED_BACK) {
            let first = wanted(chance, SignedDuration::ZERO);
            orders.push(first);
            if chance.hits(TWICE) {
                let is_at_once = chance.hits(AT_ONCE);
                let second = wanted(chance, first.after);
                orders.push(if is_at_once { Wanted { after: first.after, ..second } } else { second });
            }
        }
        let disputed = match pays {
            _ if !orders.is_empty() => DISPUTED_TOO,
            Some(Pays::InPerson | Pays::Slowly) => DISPUTED_UNSEEN,
            Some(Pays::Well | Pays::LostCard | Pays::EmptyCard | Pays::NoCard) | None => DISPUTED,
        };
        let dispute = chance.hits(disputed).then(|| {
            // A dispute of what is being given back is opened while it is.
            let near = orders.first().filter(|_| chance.below(2) == 0);
            let after = match near {
                Some(order) => order.after.saturating_add(SignedDuration::from_secs(chance.between(-60, 120))),
                None => soon_or_late(chance),
            };
            // Some banks decide at once.
            let longest_min = if chance.below(2) == 0 { 90 } else { 6 * 24 * 60 };
            let lasts = SignedDuration::from_mins(chance.between(1, longest_min));
            Disputed { after: after.max(SignedDuration::ZERO), lasts, is_won: chance.hits(WON) }
        });
        Self { orders, dispute }
    }
}

fn wanted(chance: &mut Chance, since: SignedDuration) -> Wanted {
    let share = match chance.below(20) {
        0..7 => Share::Rest,
        7..17 => Share::Percent(chance.between(1, 100)),
        _ => Share::Percent(chance.between(101, 300)),
    };
    Wanted { after: since.saturating_add(soon_or_late(chance)), share }
}

/// Minutes, or days.
fn soon_or_late(chance: &mut Chance) -> SignedDuration {
    match chance.below(3) {
        0 => SignedDuration::from_secs(chance.between(1, 600)),
        1 => SignedDuration::from_mins(chance.between(10, 36 * 60)),
        _ => SignedDuration::from_mins(chance.between(60, 20 * 24 * 60)),
    }
}
