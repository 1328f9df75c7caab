//! One fault on much of a site opened; it cleared.

use super::faults::Away;
use super::scene::Scene;
use super::{Label, Letter};
use crate::SiteFaultFact;

pub(super) fn letter(scene: &Scene<'_>, fact: &SiteFaultFact) -> Letter {
    let name = scene.fault(&fact.fault);
    let site = scene.site_named(&fact.site);
    let SiteFaultFact { affected, of, severity, .. } = fact;
    let share = scene.say(format!("{affected} of {of} stations"), format!("{affected} von {of} Stationen"));
    let mut rows = vec![
        (Label::Where, scene.say(format!("{share}, {site}"), format!("{share}, {site}"))),
        (Label::When, scene.when(fact.since)),
    ];
    match scene.end {
        None => {
            rows.push((Label::ToDo, scene.remedy(fact.remedy, *severity).to_owned()));
            let meaning = scene.away(Away::Stations);
            Letter {
                subject: format!("{severity}: {name}, {share}, {site}"),
                headline: scene.say(
                    format!("{name} of {share} at {site}. {meaning}"),
                    format!("{name}: {share}, {site}. {meaning}"),
                ),
                rows,
                sms: vec![
                    format!("{severity} {name}"),
                    format!(", {share}, {site}"),
                    scene.say(", since ", ", seit ") + &scene.moment_in_short(fact.since) + ".",
                ],
            }
        }
        Some(end) => Letter {
            subject: scene.say(format!("Over: {name}, {site}"), format!("Vorbei: {name}, {site}")),
            headline: scene.say(
                format!("{name} is over at {site}: all stations are back."),
                format!("Vorbei: {name}, {site}. Alle Stationen sind zurück."),
            ),
            rows,
            sms: vec![
                scene.say(format!("Over: {name}"), format!("Vorbei: {name}")),
                format!(", {site}"),
                scene.say(", since ", ", seit ") + &scene.moment_in_short(end.at) + ".",
            ],
        },
    }
}
