use super::*;
use crate::samples::{at, euros, now, open, overvoltage, unpaid};
use crate::{AfterFailure, Ending, Language, Resolution, Target};

fn seconds_later(seconds: i64) -> Timestamp {
    later(now(), seconds)
}

fn publishing(alert: &Alert, at: Timestamp) -> Publishing {
    match next(alert, at) {
        Next::Publish(publishing) => *publishing,
        other => unreachable!("expected a publication, not {other:?}"),
    }
}

/// Claims, publishes with this outcome and records it, all at one time.
fn published(alert: &Alert, outcome: Outcome, at: Timestamp) -> Alert {
    let Publishing { claimed, claim, .. } = publishing(alert, at);
    claimed.record(&claim, outcome, at)
}

fn over(alert: Alert) -> Alert {
    alert.resolved(Resolution { at: at("2026-06-01T10:05:00Z"), ending: Ending::Cleared })
}

/// An alert with two targets: the driver's phone and the operators.
fn two_targets() -> Alert {
    open(unpaid(Language::En, "expired_card", AfterFailure::GivenUp), Language::En)
}

#[test]
fn an_alert_is_told_once_and_then_nothing_is_due() {
    let told = published(&open(overvoltage(), Language::En), Outcome::Published, now());
    assert_eq!(told.deliveries[0].opening, Telling::Told { at: now() });
    assert_eq!((told.due_at, told.claim.as_ref()), (None, None));
    assert_eq!(next(&told, now()), Next::Done);
    // Woken for no reason, it still clears its mark.
    let woken = Alert { due_at: Some(now()), ..told.clone() };
    assert_eq!(next(&woken, now()), Next::Finish(Box::new(told)));
}

#[test]
fn a_claim_keeps_others_away_until_it_has_passed() {
    let claimed = publishing(&open(overvoltage(), Language::En), now()).claimed;
    assert_eq!(claimed.due_at, Some(seconds_later(60)));
    assert_eq!(next(&claimed, seconds_later(59)), Next::Wait { until: seconds_later(60) });
    let again = publishing(&claimed, seconds_later(60));
    assert_eq!((again.claim.attempt, again.claim.stage), (2, Stage::Opening));
}

#[test]
fn a_failure_is_tried_again_after_a_pause_that_grows() {
    let mut alert = open(overvoltage(), Language::En);
    let mut time = now();
    for pause in [30, 60, 120, 240, 480, 960, 1_920, 3_600, 3_600] {
        alert = published(&alert, Outcome::Failed, time);
        assert_eq!(next(&alert, time), Next::Wait { until: later(time, pause) });
        assert_eq!(alert.due_at, Some(later(time, pause)));
        time = later(time, pause);
    }
    assert_eq!(publishing(&alert, time).publication.stage, Stage::Opening);
}

#[test]
fn what_fails_all_day_is_given_up() {
    let mut alert = open(overvoltage(), Language::En);
    let mut time = now();
    for _ in 0..MAX_ATTEMPTS {
        alert = published(&alert, Outcome::Failed, time);
        time = later(time, LONGEST_PAUSE_S);
    }
    let Next::Finish(finished) = next(&alert, time) else { unreachable!("nothing is left to try") };
    assert_eq!(finished.deliveries[0].opening, Telling::GivenUp { at: time });
    assert_eq!(finished.due_at, None);
    assert_eq!(next(&over(*finished), time), Next::Done);
}

#[test]
fn a_target_that_refuses_is_left_alone_and_does_not_hold_up_the_others() {
    let alert = two_targets();
    assert!(matches!(publishing(&alert, now()).claim.target, Target::Phone(_)));
    let refused = published(&alert, Outcome::Refused, now());
    assert_eq!(refused.due_at, Some(now()));
    assert_eq!(publishing(&refused, now()).claim.target, Target::Operators);
    let told = published(&refused, Outcome::Published, now());
    assert_eq!(next(&told, now()), Next::Done);
    // The end is told to the operators alone.
    let paid = told.resolved(Resolution { at: now(), ending: Ending::Paid { amount: euros(462) } });
    let end = published(&paid, Outcome::Published, now());
    assert_eq!(end.deliveries[0].opening, Telling::Refused { at: now() });
    assert_eq!(end.deliveries[1].resolution, Telling::Told { at: now() });
    assert_eq!(next(&end, now()), Next::Done);
}

#[test]
fn a_target_that_pauses_does_not_hold_up_the_others() {
    let failed = published(&two_targets(), Outcome::Failed, now());
    assert_eq!(publishing(&failed, now()).claim.target, Target::Operators);
    let told = published(&failed, Outcome::Published, now());
    assert_eq!(next(&told, now()), Next::Wait { until: seconds_later(30) });
    assert_eq!(told.due_at, Some(seconds_later(30)));
}

#[test]
fn the_end_is_told_after_the_opening_or_together_with_it() {
    let told = over(published(&open(overvoltage(), Language::En), Outcome::Published, now()));
    let end = publishing(&told, now());
    assert_eq!(end.claim.stage, Stage::Resolution);
    assert_eq!(next(&end.claimed.record(&end.claim, Outcome::Published, now()), now()), Next::Done);

    let never_told = over(open(overvoltage(), Language::En));
    let both = publishing(&never_told, now());
    assert_eq!(both.claim.stage, Stage::Both);
    let done = both.claimed.record(&both.claim, Outcome::Published, now());
    assert_eq!(done.deliveries[0].opening, Telling::Told { at: now() });
    assert_eq!(done.deliveries[0].resolution, Telling::Told { at: now() });
    assert_eq!(next(&done, now()), Next::Done);
}

#[test]
fn an_end_that_comes_while_the_opening_goes_out_is_told_next() {
    let opening = publishing(&open(overvoltage(), Language::En), now());
    let met = over(opening.claimed).record(&opening.claim, Outcome::Published, now());
    assert_eq!(met.due_at, Some(now()));
    assert_eq!(publishing(&met, now()).claim.stage, Stage::Resolution);
}

#[test]
fn who_comes_back_late_does_not_disturb_who_took_over() {
    let first = publishing(&open(overvoltage(), Language::En), now());
    let second = publishing(&first.claimed, seconds_later(60));
    // The first had published after all.
    let met = second.claimed.clone().record(&first.claim, Outcome::Published, seconds_later(61));
    assert_eq!(met.claim, second.claimed.claim);
    assert_eq!(met.due_at, Some(second.claim.until));
    let done = met.record(&second.claim, Outcome::Failed, seconds_later(62));
    assert_eq!(done.deliveries[0].opening, Telling::Told { at: seconds_later(61) });
    assert_eq!(next(&done, seconds_later(62)), Next::Done);
}
