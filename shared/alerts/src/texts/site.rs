//! One fault on much of a site opened; it cleared.

use faults::{FaultId, Remedy, Severity};

use super::faults::Away;
use super::scene::{Scene, pick};
use super::{Label, Letter};
use crate::SiteFaultFact;

/// What of a site has the fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Parts {
    /// Stations that are out of reach.
    Stations,
    /// Connectors whose voltage is wrong.
    Connectors,
}

pub(super) fn letter(scene: &Scene<'_>, fact: &SiteFaultFact) -> Letter {
    let name = scene.fault(&fact.fault);
    let site = scene.site_named(&fact.site);
    let SiteFaultFact { affected, of, severity, .. } = fact;
    let parts = Parts::of(&fact.fault);
    let share = parts.share(scene, *affected, *of);
    let mut rows = vec![(Label::Where, format!("{share}, {site}")), (Label::When, scene.when(fact.since))];
    match scene.end {
        None => {
            rows.push((Label::ToDo, parts.to_do(scene, fact.remedy, *severity).to_owned()));
            let meaning = parts.meaning(scene);
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
        Some(end) => {
            let over = parts.over(scene);
            Letter {
                subject: scene.say(format!("Over: {name}, {site}"), format!("Vorbei: {name}, {site}")),
                headline: scene
                    .say(format!("{name} is over at {site}: {over}."), format!("Vorbei: {name}, {site}. {over}.")),
                rows,
                sms: vec![
                    scene.say(format!("Over: {name}"), format!("Vorbei: {name}")),
                    format!(", {site}"),
                    scene.say(", since ", ", seit ") + &scene.moment_in_short(end.at) + ".",
                ],
            }
        }
    }
}

impl Parts {
    fn of(fault: &FaultId) -> Self {
        match fault {
            FaultId::Overvoltage | FaultId::Undervoltage => Self::Connectors,
            _ => Self::Stations,
        }
    }

    fn share(self, scene: &Scene<'_>, affected: usize, of: usize) -> String {
        let (english, german) = match self {
            Self::Stations => ("stations", "Stationen"),
            Self::Connectors => ("connectors", "Anschlüssen"),
        };
        scene.say(format!("{affected} of {of} {english}"), format!("{affected} von {of} {german}"))
    }

    fn meaning(self, scene: &Scene<'_>) -> &'static str {
        match self {
            Self::Stations => scene.away(Away::Stations),
            Self::Connectors => pick(
                scene.language,
                "The cause is the supply of the site; what its connectors measure is not told one by one while it lasts.",
                "Die Ursache ist die Versorgung des Standorts; solange sie gestört ist, werden die Anschlüsse nicht einzeln gemeldet.",
            ),
        }
    }

    fn to_do(self, scene: &Scene<'_>, remedy: Remedy, severity: Severity) -> &'static str {
        match (self, severity) {
            (Self::Stations, _) => scene.remedy(remedy, severity),
            (Self::Connectors, Severity::P1) => pick(
                scene.language,
                "Keep people away from the stations, and have the grid operator and an electrician look at the supply now.",
                "Halten Sie Personen von den Stationen fern und lassen Sie die Versorgung sofort von Netzbetreiber und Elektrofachkraft prüfen.",
            ),
            (Self::Connectors, Severity::P2 | Severity::P3 | Severity::P4) => pick(
                scene.language,
                "Ask the grid operator, and have somebody look at the supply of the site if it lasts.",
                "Fragen Sie beim Netzbetreiber nach und lassen Sie die Versorgung des Standorts prüfen, wenn es anhält.",
            ),
        }
    }

    fn over(self, scene: &Scene<'_>) -> &'static str {
        match self {
            Self::Stations => pick(scene.language, "all stations are back", "Alle Stationen sind zurück"),
            Self::Connectors => {
                pick(scene.language, "the voltage is as it should be", "Die Spannung ist wieder, wie sie sein soll")
            }
        }
    }
}
