//! The energy of bills beside the registers of their EVSEs.
//!
//! Sessions that follow one another on an EVSE meet at one reading, and bill what its register counted. Where a register rolled over or
//! began again, or where two vehicles charged at once, nothing can be told; what lies before and after is compared apart.

use std::collections::BTreeMap;

use super::{Disagreement, DisagreementKind, Metered, evse_name};

pub(super) fn compare(metered: &[Metered]) -> Vec<Disagreement> {
    let mut by_evse: BTreeMap<(&str, u16), Vec<&Metered>> = BTreeMap::new();
    for session in metered {
        by_evse.entry((session.session.station.as_str(), session.evse_id)).or_default().push(session);
    }
    let mut found = Vec::new();
    for sessions in by_evse.values_mut() {
        sessions.sort_by_key(|session| (session.started_at, session.ended_at));
        found.extend(sessions.iter().filter_map(|session| billed(session)));
        found.extend(sessions.windows(2).filter_map(|pair| between(pair[0], pair[1])));
    }
    found
}

/// Something else was billed than the register counted.
fn billed(session: &Metered) -> Option<Disagreement> {
    let counted = session.to_wh.saturating_sub(session.from_wh);
    let differs = session.is_continuous && counted != session.billed_wh;
    differs.then(|| told(DisagreementKind::Energy, session, session.billed_wh, counted))
}

/// The register went on between the end of a session and the beginning of the next.
fn between(before: &Metered, after: &Metered) -> Option<Disagreement> {
    let is_in_turn = before.ended_at <= after.started_at;
    let can_be_told = is_in_turn && before.is_continuous && after.is_continuous;
    let counted = after.from_wh.saturating_sub(before.to_wh);
    (can_be_told && counted != 0).then(|| told(DisagreementKind::EnergyBetweenSessions, after, 0, counted))
}

fn told(kind: DisagreementKind, session: &Metered, ours: i64, theirs: i64) -> Disagreement {
    Disagreement {
        kind,
        session: Some(session.session.clone()),
        id: evse_name(&session.session.station, session.evse_id),
        ours,
        theirs,
        unit: "Wh".to_owned(),
    }
}
