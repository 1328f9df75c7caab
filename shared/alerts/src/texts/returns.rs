//! Money that is not where it should be: a refund that did not come about, a dispute, books that disagree.

use messages::SessionId;

use super::scene::{Scene, sentence};
use super::{Label, Letter};
use crate::{BooksFact, DisputeFact, Ending, RefundFact, fit};

/// The longest word of Stripe's in a letter, characters.
const MAX_CODE: usize = 60;

/// The longest line about one disagreement, characters.
const MAX_LINE: usize = 200;

pub(super) fn refund_failed(scene: &Scene<'_>, fact: &RefundFact) -> Letter {
    let (site, amount) = (scene.site_or(&fact.session.station), scene.money(fact.amount));
    let (subject, headline) = match scene.end {
        None => (
            scene.say(
                format!("Refund of {amount} failed, {site}"),
                format!("Erstattung über {amount} gescheitert, {site}"),
            ),
            scene.say(
                format!("A refund of {amount} for a session at {site} did not come about."),
                format!("Eine Erstattung über {amount} für einen Ladevorgang bei {site} ist nicht zustande gekommen."),
            ),
        ),
        Some(_) => settled(scene, &amount, &site),
    };
    let why = match fact.reason.as_str() {
        "refused" => scene.say("Stripe refused it", "Stripe hat sie abgelehnt"),
        "canceled" => scene.say("it was cancelled at Stripe", "sie wurde bei Stripe abgebrochen"),
        _ => scene.say("the bank did not take the money", "die Bank hat das Geld nicht angenommen"),
    };
    let code = fit::line(&fact.reason, MAX_CODE);
    let mut rows = rows(scene, &fact.session, amount);
    rows.push((Label::Evidence, format!("{} ({code})", sentence(&why))));
    if scene.end.is_none() {
        let to_do = scene.say(
            "Nothing was moved. Look at the payment in Stripe, then ask for the refund again or pay the driver another way.",
            "Es ist kein Geld geflossen. Sehen Sie sich die Zahlung in Stripe an; veranlassen Sie die Erstattung dann erneut oder auf anderem Weg.",
        );
        rows.push((Label::ToDo, to_do));
    }
    Letter { subject, sms: vec![headline.clone(), named(scene, &fact.session)], headline, rows }
}

pub(super) fn disputed(scene: &Scene<'_>, fact: &DisputeFact) -> Letter {
    let (site, amount) = (scene.site_or(&fact.session.station), scene.money(fact.amount));
    let (subject, headline) = match scene.end.map(|end| end.ending) {
        None => (
            scene.say(
                format!("Payment of {amount} disputed, {site}"),
                format!("Zahlung über {amount} angefochten, {site}"),
            ),
            scene.say(
                format!("A bank asks for {amount} back that a driver paid for a session at {site}."),
                format!(
                    "Eine Bank fordert {amount} zurück, die ein Fahrer für einen Ladevorgang bei {site} bezahlt hat."
                ),
            ),
        ),
        Some(Ending::Won) => (
            scene.say(format!("Dispute won: {amount}, {site}"), format!("Anfechtung gewonnen: {amount}, {site}")),
            scene.say(
                format!("The dispute over {amount} for a session at {site} is won: the money stays."),
                format!("Die Anfechtung über {amount} für einen Ladevorgang bei {site} ist gewonnen: Das Geld bleibt."),
            ),
        ),
        Some(Ending::Lost) => (
            scene.say(format!("Dispute lost: {amount}, {site}"), format!("Anfechtung verloren: {amount}, {site}")),
            scene.say(
                format!("The dispute over {amount} for a session at {site} is lost: the money is gone."),
                format!(
                    "Die Anfechtung über {amount} für einen Ladevorgang bei {site} ist verloren: Das Geld ist weg."
                ),
            ),
        ),
        Some(Ending::Cleared | Ending::Replenished { .. } | Ending::Paid { .. } | Ending::Settled) => {
            settled(scene, &amount, &site)
        }
    };
    let code = fit::line(&fact.reason, MAX_CODE);
    let mut rows = rows(scene, &fact.session, amount);
    let why = scene.say(format!("The bank's reason: {code}"), format!("Grund der Bank: {code}"));
    rows.push((Label::Evidence, format!("{why} ({})", fit::line(&fact.dispute, MAX_CODE))));
    if scene.end.is_none() {
        let to_do = scene.say(
            "Answer it in Stripe before its deadline, with the receipt and the record of the session as evidence.",
            "Antworten Sie in Stripe vor Ablauf der Frist, mit der Rechnung und den Daten des Ladevorgangs als Nachweis.",
        );
        rows.push((Label::ToDo, to_do));
    }
    Letter { subject, sms: vec![headline.clone(), named(scene, &fact.session)], headline, rows }
}

pub(super) fn books(scene: &Scene<'_>, fact: &BooksFact) -> Letter {
    let places = fact.places;
    let (subject, headline) = match scene.end {
        None => (
            scene.say(format!("The books disagree ({places})"), format!("Die Bücher stimmen nicht überein ({places})")),
            scene.say(
                format!("Our books, Stripe's and the meters disagree in {places} places."),
                format!("Unsere Bücher, die von Stripe und die Zähler stimmen an {places} Stellen nicht überein."),
            ),
        ),
        Some(_) => (
            scene.say("The books are settled", "Die Bücher sind geklärt"),
            scene.say("Where the books disagreed is settled.", "Was an den Büchern nicht stimmte, ist geklärt."),
        ),
    };
    let mut rows = vec![(Label::When, scene.moment(fact.at))];
    rows.extend(fact.first.iter().map(|line| (Label::Evidence, fit::line(line, MAX_LINE))));
    if scene.end.is_none() {
        let to_do = scene.say(
            "See all of them with `wattwarden reconcile`, and find out for each which side is right.",
            "Mit `wattwarden reconcile` sehen Sie alle; klären Sie für jede, welche Seite recht hat.",
        );
        rows.push((Label::ToDo, to_do));
    }
    Letter { subject, sms: vec![headline.clone()], headline, rows }
}

fn settled(scene: &Scene<'_>, amount: &str, site: &str) -> (String, String) {
    let subject = scene.say(format!("Settled: {amount}, {site}"), format!("Erledigt: {amount}, {site}"));
    let headline = scene.say(
        format!("The matter of {amount} for a session at {site} is settled."),
        format!("Die Sache mit {amount} für einen Ladevorgang bei {site} ist erledigt."),
    );
    (subject, headline)
}

fn rows(scene: &Scene<'_>, session: &SessionId, amount: String) -> Vec<(Label, String)> {
    vec![
        (Label::Where, scene.connector(&session.station, None)),
        (Label::When, scene.end.map_or_else(|| scene.moment(scene.opened_at), |end| scene.moment(end.at))),
        (Label::Session, session.to_string()),
        (Label::Amount, amount),
    ]
}

fn named(scene: &Scene<'_>, session: &SessionId) -> String {
    scene.say(format!(" Session {session}."), format!(" Ladevorgang {session}."))
}
