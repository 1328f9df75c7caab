//! Somebody talks to us who should not, or under another's name.

use super::scene::Scene;
use super::{Label, Letter};
use crate::{CertificateClaimFact, IdentityFact, UnregisteredFact};

pub(super) fn unregistered(scene: &Scene<'_>, fact: &UnregisteredFact) -> Letter {
    let station = &fact.station;
    let headline = match scene.end {
        None => scene.say(
            format!("The station {station} sends messages but is not registered."),
            format!("Die Station {station} sendet Nachrichten, ist aber nicht registriert."),
        ),
        Some(_) => scene.say(
            format!("The matter of station {station} is settled."),
            format!("Die Sache mit Station {station} ist erledigt."),
        ),
    };
    let to_do = scene.say(
        "If it is yours, register it: its messages wait in quarantine. If it is not, revoke its certificate.",
        "Gehört sie Ihnen, registrieren Sie sie: Ihre Nachrichten warten in der Quarantäne. Wenn nicht, sperren Sie ihr Zertifikat.",
    );
    Letter {
        subject: scene.say(format!("Unregistered station {station}"), format!("Nicht registrierte Station {station}")),
        sms: vec![headline.clone()],
        headline,
        rows: rows(scene, scene.when(fact.at), None, to_do),
    }
}

pub(super) fn identity(scene: &Scene<'_>, fact: &IdentityFact) -> Letter {
    let IdentityFact { client, topic, at } = fact;
    let headline = match scene.end {
        None => scene.say(
            format!("The client {client} published to a topic that is not its own."),
            format!("Der Client {client} hat auf einem fremden Topic gesendet."),
        ),
        Some(_) => scene.say(
            format!("The matter of client {client} is settled."),
            format!("Die Sache mit Client {client} ist erledigt."),
        ),
    };
    let to_do = scene.say(
        "Revoke its certificate until you know why. What it sent is in quarantine.",
        "Sperren Sie sein Zertifikat, bis der Grund bekannt ist. Was er gesendet hat, liegt in der Quarantäne.",
    );
    let evidence = scene.say(format!("It published to {topic}."), format!("Er hat auf {topic} gesendet."));
    Letter {
        subject: scene.say(format!("Security: client {client}"), format!("Sicherheit: Client {client}")),
        sms: vec![headline.clone()],
        headline,
        rows: rows(scene, scene.moment(*at), Some(evidence), to_do),
    }
}

pub(super) fn claim_reused(scene: &Scene<'_>, fact: &CertificateClaimFact) -> Letter {
    let CertificateClaimFact { station, at } = fact;
    let headline = match scene.end {
        None => scene.say(
            format!("Somebody asked again for the certificate of station {station}. It was refused."),
            format!("Das Zertifikat der Station {station} wurde noch einmal angefordert. Es wurde verweigert."),
        ),
        Some(_) => scene.say(
            format!("The matter of station {station} is settled."),
            format!("Die Sache mit Station {station} ist erledigt."),
        ),
    };
    let to_do = scene.say(
        "If the station cannot connect, somebody else holds its certificate: retire the station, load it again and admit it.",
        "Kann die Station sich nicht verbinden, hat jemand anderes ihr Zertifikat: legen Sie die Station still, laden Sie sie neu und lassen Sie sie zu.",
    );
    let evidence = scene.say(
        "A certificate is claimed once, and this station has claimed its own.",
        "Ein Zertifikat wird einmal abgeholt, und diese Station hat ihres schon.",
    );
    Letter {
        subject: scene.say(format!("Security: station {station}"), format!("Sicherheit: Station {station}")),
        sms: vec![headline.clone()],
        headline,
        rows: rows(scene, scene.moment(*at), Some(evidence), to_do),
    }
}

fn rows(scene: &Scene<'_>, when: String, evidence: Option<String>, to_do: String) -> Vec<(Label, String)> {
    let mut rows = vec![(Label::When, when)];
    rows.extend(evidence.map(|evidence| (Label::Evidence, evidence)));
    if scene.end.is_none() {
        rows.push((Label::ToDo, to_do));
    }
    rows
}
