//! A payment failed: one letter for the driver who owes it, another for the operators who miss it.

use super::scene::{Scene, sentence};
use super::{Label, Letter};
use crate::{AfterFailure, Ending, PaymentFact, Resolution, fit};

/// The longest decline code in a letter, characters.
const MAX_CODE: usize = 60;

pub(super) fn letter(scene: &Scene<'_>, fact: &PaymentFact) -> Letter {
    let site = scene.site_or(&fact.session.station);
    match (scene.end, scene.to_operators) {
        (Some(end), _) => ended(scene, fact, end, &site),
        (None, true) => to_operators(scene, fact, &site),
        (None, false) => to_driver(scene, fact, &site),
    }
}

fn to_driver(scene: &Scene<'_>, fact: &PaymentFact, site: &str) -> Letter {
    let amount = scene.money(fact.amount);
    let (reason, to_do) = (reason(scene, &fact.reason), to_do(scene, fact.after));
    let subject =
        scene.say(format!("Your payment of {amount} failed"), format!("Ihre Zahlung über {amount} ist gescheitert"));
    Letter {
        headline: scene.say(
            format!("Your payment of {amount} for charging at {site} failed: {reason}."),
            format!(
                "Ihre Zahlung über {amount} für das Laden bei {site} ist gescheitert: {}.",
                scene.after_colon(&reason)
            ),
        ),
        sms: vec![format!("{subject}: {}.", scene.after_colon(&reason)), format!(" {to_do}"), format!(" ({site})")],
        rows: rows(scene, fact, sentence(&reason), to_do),
        subject,
    }
}

fn to_operators(scene: &Scene<'_>, fact: &PaymentFact, site: &str) -> Letter {
    let amount = scene.money(fact.amount);
    let to_do = to_do(scene, fact.after);
    let headline = scene.say(
        format!("A payment of {amount} for a session at {site} failed."),
        format!("Eine Zahlung über {amount} für einen Ladevorgang bei {site} ist gescheitert."),
    );
    let code = fit::line(&fact.reason, MAX_CODE);
    let evidence = format!("{} ({code})", sentence(&reason(scene, &fact.reason)));
    Letter {
        subject: scene
            .say(format!("Payment of {amount} failed, {site}"), format!("Zahlung über {amount} gescheitert, {site}")),
        sms: vec![headline.clone(), format!(" {to_do}")],
        headline,
        rows: rows(scene, fact, evidence, to_do),
    }
}

fn rows(scene: &Scene<'_>, fact: &PaymentFact, evidence: String, to_do: String) -> Vec<(Label, String)> {
    vec![
        (Label::Where, scene.connector(&fact.session.station, None)),
        (Label::When, scene.moment(scene.opened_at)),
        (Label::Session, fact.session.to_string()),
        (Label::Amount, scene.money(fact.amount)),
        (Label::Evidence, evidence),
        (Label::ToDo, to_do),
    ]
}

fn ended(scene: &Scene<'_>, fact: &PaymentFact, end: &Resolution, site: &str) -> Letter {
    let amount = scene.money(match end.ending {
        Ending::Paid { amount } => amount,
        Ending::Cleared | Ending::Replenished { .. } | Ending::Won | Ending::Lost | Ending::Settled => fact.amount,
    });
    let headline = scene.say(
        format!("The payment of {amount} for charging at {site} is settled."),
        format!("Die Zahlung über {amount} für das Laden bei {site} ist erledigt."),
    );
    Letter {
        subject: scene.say(format!("Settled: {amount}, {site}"), format!("Erledigt: {amount}, {site}")),
        sms: vec![headline.clone()],
        headline,
        rows: vec![
            (Label::Where, scene.connector(&fact.session.station, None)),
            (Label::When, scene.moment(end.at)),
            (Label::Session, fact.session.to_string()),
            (Label::Amount, amount),
        ],
    }
}

/// Why it failed, as the end of a sentence. What a bank suspects of a card is not told.
fn reason(scene: &Scene<'_>, code: &str) -> String {
    match code {
        "insufficient_funds" => {
            scene.say("there is not enough money on the card", "die Karte ist nicht ausreichend gedeckt")
        }
        "expired_card" => scene.say("the card has expired", "die Karte ist abgelaufen"),
        "authentication_required" => {
            scene.say("the bank asks for a confirmation", "die Bank verlangt eine Bestätigung")
        }
        "no_payment_method" => scene.say("no card is saved", "es ist keine Karte hinterlegt"),
        "driver_stayed_away" => scene.say("it was not confirmed in time", "sie wurde nicht rechtzeitig bestätigt"),
        "canceled" => scene.say("it was cancelled", "sie wurde abgebrochen"),
        _ => scene.say("the bank declined the card", "die Bank hat die Karte abgelehnt"),
    }
}

fn to_do(scene: &Scene<'_>, after: AfterFailure) -> String {
    match (after, scene.to_operators) {
        (AfterFailure::Retry { at }, true) => scene.say(
            format!("It is tried again on {}.", scene.moment_in_short(at)),
            format!("Der nächste Versuch ist am {}.", scene.moment_in_short(at)),
        ),
        (AfterFailure::Retry { at }, false) => scene.say(
            format!("We try again on {}.", scene.moment_in_short(at)),
            format!("Wir versuchen es am {} noch einmal.", scene.moment_in_short(at)),
        ),
        (AfterFailure::DriverActs, true) => {
            scene.say("The driver has been asked to act.", "Der Fahrer ist benachrichtigt.")
        }
        (AfterFailure::DriverActs, false) => scene.say(
            "Please confirm it with your bank or give another card.",
            "Bitte bestätigen oder eine andere Karte hinterlegen.",
        ),
        (AfterFailure::GivenUp, true) => scene.say(
            "It is not tried again. Ask the driver for the money, or write it off.",
            "Es gibt keinen weiteren Versuch. Fordern Sie den Betrag beim Fahrer ein oder schreiben Sie ihn ab.",
        ),
        (AfterFailure::GivenUp, false) => {
            scene.say("Please get in touch with the operator.", "Bitte wenden Sie sich an den Betreiber.")
        }
    }
}
