//! Disputes only move forward.

use billing::payment::{Dispute, DisputeState, ReturnCall, ReturnFact, Returns, ShownDispute};

use crate::world::{euros, hours, paid, start};

fn shown(id: &str, state: DisputeState) -> ShownDispute {
    ShownDispute { id: id.to_owned(), amount: euros(1_234), reason: "fraudulent".to_owned(), state }
}

fn looked(returns: &Returns, shown: Vec<ShownDispute>, hour: i64) -> Returns {
    let call = ReturnCall::Disputes { intent: returns.intent.clone() };
    returns.after(&call, ReturnFact::Disputes(shown), start() + hours(hour)).unwrap().0
}

fn states(returns: &Returns) -> Vec<&'static str> {
    returns.disputes.iter().map(|dispute: &Dispute| dispute.state.as_str()).collect()
}

#[test]
fn a_dispute_opens_once_and_ends_once() {
    use DisputeState::{Lost, Open, Won};
    for (looks, expected) in [
        (vec![Open], "disputed"),
        (vec![Open, Open], "disputed"),
        (vec![Open, Won], "won"),
        (vec![Open, Lost], "lost"),
        (vec![Lost], "lost"),
        // What an old answer shows changes nothing.
        (vec![Open, Won, Open], "won"),
        (vec![Open, Lost, Won], "lost"),
        (vec![Open, Won, Lost], "won"),
    ] {
        let looks = (0..).zip(&looks);
        let last =
            looks.fold(Returns::of(&paid()), |known, (hour, state)| looked(&known, vec![shown("du_1", *state)], hour));
        assert_eq!(states(&last), [expected]);
        let day = start() + hours(24);
        assert_eq!(
            last.due_at.is_some_and(|due_at| due_at >= day),
            expected == "disputed",
            "an open one is looked at daily"
        );
    }
}

#[test]
fn a_payment_may_be_disputed_more_than_once() {
    use DisputeState::{Lost, Open, Won};
    let first = looked(&Returns::of(&paid()), vec![shown("du_1", Won)], 0);
    let both = looked(&first, vec![shown("du_1", Won), shown("du_2", Open)], 1);
    assert_eq!(states(&both), ["won", "disputed"]);
    // A look that shows nothing takes nothing away.
    assert_eq!(states(&looked(&both, vec![], 2)), ["won", "disputed"]);
    assert_eq!(states(&looked(&both, vec![shown("du_2", Lost)], 3)), ["won", "lost"]);
}
