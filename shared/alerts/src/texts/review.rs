//! Sessions that wait for a person.

use messages::SessionId;

use super::scene::{Scene, sentence};
use super::{Label, Letter};
use crate::{NoPayerFact, ReviewFact, ReviewReason, fit};

/// The longest reason of our own in a letter, characters.
const MAX_REASON: usize = 300;

pub(super) fn letter(scene: &Scene<'_>, fact: &ReviewFact) -> Letter {
    let (why, to_do) = reason(scene, &fact.reason);
    let site = scene.site_or(&fact.session.station);
    let (subject, headline) = match scene.end {
        None => (
            scene.say(format!("Please review a session, {site}"), format!("Bitte Ladevorgang prüfen, {site}")),
            scene.say(
                format!("A session at {site} waits for your decision: {why}."),
                format!("Ein Ladevorgang bei {site} wartet auf Ihre Entscheidung: {}.", scene.after_colon(&why)),
            ),
        ),
        Some(_) => settled(scene, &site),
    };
    let mut rows = vec![
        (Label::Where, scene.connector(&fact.session.station, fact.connector)),
        (Label::When, scene.moment(fact.since)),
        (Label::Session, fact.session.to_string()),
        (Label::Evidence, sentence(&why)),
    ];
    if scene.end.is_none() {
        rows.push((Label::ToDo, to_do));
    }
    let sms = vec![headline.clone(), named(scene, &fact.session)];
    Letter { subject, headline, rows, sms }
}

pub(super) fn no_payer(scene: &Scene<'_>, fact: &NoPayerFact) -> Letter {
    let site = scene.site_or(&fact.session.station);
    let (subject, headline) = match scene.end {
        None => (
            scene.say(format!("Nobody pays for a session, {site}"), format!("Ladevorgang ohne Zahler, {site}")),
            scene.say(
                format!("Nobody is known who pays for a session at {site}."),
                format!("Für einen Ladevorgang bei {site} ist niemand bekannt, der ihn bezahlt."),
            ),
        ),
        Some(_) => settled(scene, &site),
    };
    let token = match &fact.token_ending {
        Some(ending) => scene.say(
            format!("no driver has the id token that ends in {ending}"),
            format!("kein Fahrer hat die Kennung, die auf {ending} endet"),
        ),
        None => scene.say("no id token was sent", "es wurde keine Kennung gesendet"),
    };
    let mut rows = vec![
        (Label::Where, scene.connector(&fact.session.station, fact.connector)),
        (Label::When, scene.moment(fact.since)),
        (Label::Session, fact.session.to_string()),
        (Label::Evidence, sentence(&token)),
    ];
    if scene.end.is_none() {
        let to_do = scene.say(
            "Give the id token to a driver, or find out who charged.",
            "Ordnen Sie die Kennung einem Fahrer zu oder finden Sie heraus, wer geladen hat.",
        );
        rows.push((Label::ToDo, to_do));
    }
    let sms = vec![headline.clone(), named(scene, &fact.session)];
    Letter { subject, headline, rows, sms }
}

fn settled(scene: &Scene<'_>, site: &str) -> (String, String) {
    (
        scene.say(format!("Settled: a session, {site}"), format!("Erledigt: Ladevorgang, {site}")),
        scene.say(
            format!("The session at {site} that waited for a decision is settled."),
            format!("Der Ladevorgang bei {site}, der auf eine Entscheidung wartete, ist erledigt."),
        ),
    )
}

fn named(scene: &Scene<'_>, session: &SessionId) -> String {
    scene.say(format!(" Session {session}."), format!(" Ladevorgang {session}."))
}

/// Why, as the end of a sentence; and what to do.
fn reason(scene: &Scene<'_>, reason: &ReviewReason) -> (String, String) {
    let decide = scene.say(
        "Look at its messages and decide what to bill.",
        "Sehen Sie sich seine Nachrichten an und entscheiden Sie, was berechnet wird.",
    );
    match reason {
        ReviewReason::NoStart => {
            (scene.say("its beginning was never reported", "sein Beginn wurde nie gemeldet"), decide)
        }
        ReviewReason::NoEnd => (
            scene.say("its end was never reported", "sein Ende wurde nie gemeldet"),
            scene.say(
                "See whether the vehicle is still there, then decide what to bill.",
                "Sehen Sie nach, ob das Fahrzeug noch dort steht, und entscheiden Sie, was berechnet wird.",
            ),
        ),
        ReviewReason::NoReading => {
            (scene.say("it has no usable meter reading", "er hat keinen brauchbaren Zählerstand"), decide)
        }
        ReviewReason::NoTariff => (
            scene.say("no tariff applies to it", "kein Tarif gilt für ihn"),
            scene.say("Give the site a tariff for that time.", "Hinterlegen Sie für diese Zeit einen Tarif."),
        ),
        ReviewReason::NegativeEnergy => (scene.say("its meter ran backwards", "sein Zähler lief rückwärts"), decide),
        ReviewReason::UnusableTariff => (
            scene.say("its tariff cannot price it", "sein Tarif lässt sich nicht anwenden"),
            scene.say(
                "Correct the tariff, then price the session.",
                "Berichtigen Sie den Tarif und berechnen Sie dann den Ladevorgang.",
            ),
        ),
        ReviewReason::AfterBill => (
            scene.say(
                "something came after the bill that changes the amount",
                "nach der Rechnung kam etwas, das den Betrag ändert",
            ),
            scene.say(
                "Compare it with the bill and decide whether to correct it.",
                "Vergleichen Sie es mit der Rechnung und entscheiden Sie, ob sie berichtigt wird.",
            ),
        ),
        ReviewReason::SignatureInvalid => (
            scene.say(
                "a signed meter reading does not support its bill",
                "ein signierter Zählerstand stützt seine Rechnung nicht",
            ),
            scene.say(
                "See whether the meter or its public key was exchanged, then decide whether to correct the bill.",
                "Prüfen Sie, ob der Zähler oder sein öffentlicher Schlüssel getauscht wurde, und entscheiden Sie, ob die Rechnung berichtigt wird.",
            ),
        ),
        ReviewReason::Other(text) => (fit::line(text, MAX_REASON), decide),
    }
}
