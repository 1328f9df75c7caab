//! A session was completed: what the driver charged and what it costs.

use super::scene::Scene;
use super::{Label, Letter};
use crate::SessionFact;

pub(super) fn letter(scene: &Scene<'_>, fact: &SessionFact) -> Letter {
    let station = &fact.session.station;
    let site = scene.site_or(station);
    let (energy, total) = (scene.energy(fact.energy_wh), scene.money(fact.total));
    let charged = if fact.energy_wh == 0 {
        scene.say(format!("No energy was charged at {site}."), format!("Bei {site} wurde keine Energie geladen."))
    } else {
        scene.say(format!("You charged {energy} at {site}."), format!("Sie haben bei {site} {energy} geladen."))
    };
    let to_pay = if fact.total.minor == 0 {
        scene.say("There is nothing to pay.", "Es ist nichts zu bezahlen.")
    } else {
        scene
            .say(format!("{total} will be taken from your card."), format!("{total} werden von Ihrer Karte abgebucht."))
    };
    let began = scene.say("Begun ", "Beginn: ") + &scene.moment_in_short(fact.started_at);
    Letter {
        subject: format!("{site}: {energy}, {total}"),
        headline: format!("{charged} {to_pay}"),
        rows: vec![
            (Label::Where, scene.connector(station, fact.connector)),
            (Label::When, scene.span(fact.started_at, fact.ended_at)),
            (Label::Energy, energy),
            (Label::Amount, scene.say(format!("{total}, VAT included"), format!("{total} inkl. MwSt."))),
            (Label::Session, fact.session.to_string()),
        ],
        sms: vec![charged, format!(" {to_pay}"), format!(" {began}.")],
    }
}
