//! What stations were told of their messages.

use std::collections::BTreeSet;

use super::{Invariant, Left};
use crate::script::Fate;

pub(super) fn check(left: &mut Left<'_>) {
    let world = left.world;
    let quarantined = world.tables.quarantined();
    let kept: BTreeSet<&[u8]> = quarantined.iter().map(|input| input.data.as_slice()).collect();
    for (number, script) in world.scripts.iter().enumerate().filter(|(number, _)| world.took_place(*number)) {
        let session = &script.session;
        let stored = world.tables.stored_messages(session);
        for (line, said) in script.lines.iter().enumerate() {
            let is_acked = world.stations.is_acked(number, line);
            let id = &said.message_id;
            let is_stored = stored.iter().any(|stored| stored.message.message_id == *id);
            let is_kept = kept.contains(said.data.as_slice());
            match said.fate {
                _ if said.sent_at.is_none() && !is_acked => {}
                _ if !is_acked => left.broken(Invariant::NothingLost, format!("{id} was never acknowledged")),
                Fate::Whole | Fate::NoReading if !is_stored => {
                    left.broken(Invariant::NothingLost, format!("{id} was acknowledged and is not stored"));
                }
                Fate::Malformed if !is_kept => {
                    left.broken(Invariant::NothingLost, format!("{id} was refused and is not in quarantine"));
                }
                Fate::Whole | Fate::NoReading | Fate::Malformed => {}
            }
        }
    }
}
