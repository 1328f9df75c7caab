//! Spare parts run low; spare parts came.

use messages::ConnectorKey;

use super::scene::{Scene, sentence};
use super::{Label, Letter};
use crate::{Ending, StockFact};

pub(super) fn letter(scene: &Scene<'_>, fact: &StockFact) -> Letter {
    let (site, item) = (scene.site_or(&fact.station), &fact.item);
    let headline = match scene.end.map(|end| end.ending) {
        None => low(scene, fact, &site),
        Some(Ending::Replenished { on_hand }) => scene.say(
            format!("{item} is back in stock at {site}: {on_hand} on hand."),
            format!("{item} ist bei {site} wieder vorrätig: {on_hand} Stück."),
        ),
        Some(Ending::Cleared | Ending::Paid { .. } | Ending::Won | Ending::Lost | Ending::Settled) => scene.say(
            format!("The shortage of {item} at {site} is settled."),
            format!("Der Mangel an {item} bei {site} ist erledigt."),
        ),
    };
    let mut rows = vec![(Label::Where, site.clone()), (Label::When, scene.when(fact.since))];
    let mut sms = vec![headline.clone()];
    if scene.end.is_none() {
        rows.push((Label::Evidence, sentence(&evidence(scene, fact))));
        let order = scene.say(
            format!("Order more; there should be at least {}.", fact.threshold),
            format!("Bestellen Sie nach; es sollten mindestens {} da sein.", fact.threshold),
        );
        sms.push(format!(" {order}"));
        rows.push((Label::ToDo, order));
    }
    let subject = match scene.end {
        None => scene.say(format!("Stock low: {item}, {site}"), format!("Bestand niedrig: {item}, {site}")),
        Some(_) => scene.say(format!("In stock again: {item}, {site}"), format!("Wieder vorrätig: {item}, {site}")),
    };
    Letter { subject, headline, rows, sms }
}

fn low(scene: &Scene<'_>, fact: &StockFact, site: &str) -> String {
    let item = &fact.item;
    match fact.on_hand {
        0 => scene.say(format!("No {item} is left at {site}."), format!("Bei {site} ist kein {item} mehr da.")),
        1 => {
            scene.say(format!("Only one {item} is left at {site}."), format!("Bei {site} ist nur noch ein {item} da."))
        }
        left => scene.say(
            format!("Only {left} of {item} are left at {site}."),
            format!("Bei {site} sind nur noch {left} Stück {item} da."),
        ),
    }
}

fn evidence(scene: &Scene<'_>, fact: &StockFact) -> String {
    let told = scene.say(format!("reported by {}", fact.station), format!("gemeldet von {}", fact.station));
    let connectors = fact.used_by.iter().map(ConnectorKey::to_string).collect::<Vec<_>>().join(", ");
    match fact.used_by.len() {
        0 => told,
        1 => {
            told + &scene.say(
                format!(", where connector {connectors} uses it"),
                format!(", dort an Anschluss {connectors} verbaut"),
            )
        }
        _ => {
            told + &scene.say(
                format!(", where connectors {connectors} use it"),
                format!(", dort an den Anschlüssen {connectors} verbaut"),
            )
        }
    }
}
