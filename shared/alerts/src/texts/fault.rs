//! A fault opened; a fault cleared.

use faults::{FaultId, SILENCE_UNIT};

use super::faults::Away;
use super::scene::Scene;
use super::{Label, Letter};
use crate::{FaultFact, fit};

/// The longest sentence of a detector, characters.
const MAX_EVIDENCE: usize = 400;

pub(super) fn letter(scene: &Scene<'_>, fact: &FaultFact) -> Letter {
    let name = if is_silence(fact) { scene.silence().to_owned() } else { scene.fault(&fact.fault) };
    let place = scene.connector(&fact.station, fact.connector);
    let short = scene.connector_in_short(&fact.station, fact.connector);
    let rows = vec![
        (Label::Where, place.clone()),
        (Label::When, scene.when(fact.since)),
        (Label::Evidence, evidence(scene, fact)),
    ];
    match scene.end {
        None => opened(scene, fact, &name, &place, &short, rows),
        Some(end) => Letter {
            subject: scene.say(format!("Over: {name}, {short}"), format!("Vorbei: {name}, {short}")),
            headline: scene.say(format!("{name} is over at {place}."), format!("Vorbei: {name}, {place}.")),
            rows,
            sms: vec![
                scene.say(format!("Over: {name}"), format!("Vorbei: {name}")),
                format!(", {short}"),
                scene.say(", since ", ", seit ") + &scene.moment_in_short(end.at) + ".",
            ],
        },
    }
}

fn opened(
    scene: &Scene<'_>,
    fact: &FaultFact,
    name: &str,
    place: &str,
    short: &str,
    mut rows: Vec<(Label, String)>,
) -> Letter {
    let (severity, to_do) = (fact.severity, scene.remedy(fact.remedy, fact.severity));
    rows.push((Label::ToDo, to_do.to_owned()));
    let meaning = match fact.connector {
        Some(_) => scene.severity(severity),
        None if is_silence(fact) => scene.away(Away::Silent),
        None => scene.away(Away::Station),
    };
    Letter {
        subject: format!("{severity}: {name}, {short}"),
        headline: scene.say(format!("{name} at {place}. {meaning}"), format!("{name}, {place}. {meaning}")),
        rows,
        sms: vec![
            format!("{severity} {name}"),
            format!(", {short}"),
            scene.say(", since ", ", seit ") + &scene.moment_in_short(fact.since) + ".",
            format!(" {}", scene.remedy_in_short(fact.remedy, severity)),
            measured(scene, fact).map(|measured| format!(" {measured}.")).unwrap_or_default(),
        ],
    }
}

/// Whether a station that is offline is connected all the same.
fn is_silence(fact: &FaultFact) -> bool {
    fact.fault == FaultId::Offline && fact.unit == SILENCE_UNIT
}

/// What was measured and, in the language that detectors write, their own sentence.
fn evidence(scene: &Scene<'_>, fact: &FaultFact) -> String {
    let sentence = fit::line(&fact.evidence, MAX_EVIDENCE);
    let measured = measured(scene, fact);
    match (scene.language, measured) {
        (crate::Language::En, _) | (crate::Language::De, None) if !sentence.is_empty() => sentence,
        (crate::Language::En | crate::Language::De, Some(measured)) => format!("{measured}."),
        (crate::Language::En | crate::Language::De, None) => {
            scene.say("The station reported it itself.", "Die Station hat es selbst gemeldet.")
        }
    }
}

/// `277.3 V, limit 276 V`; nothing where there is no unit, because nothing was measured.
fn measured(scene: &Scene<'_>, fact: &FaultFact) -> Option<String> {
    let (value, limit, unit) = (scene.number(fact.value), scene.number(fact.limit), scene.unit(&fact.unit));
    let text =
        scene.say(format!("{value} {unit}, limit {limit} {unit}"), format!("{value} {unit}, Grenze {limit} {unit}"));
    (!unit.is_empty()).then_some(text)
}
