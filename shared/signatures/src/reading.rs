//! What a record says of the energy that was taken.

use std::ops::RangeInclusive;

use ocmf::{Payload, Reading, TransactionMarker};
use ports::{Mark, SignedReading};

/// The readings of registers of energy taken for which the meter vouches: it was in order, and flags no error (OCMF, `ST` and `EF`).
pub(crate) fn readings(payload: &Payload<'_>) -> Vec<SignedReading> {
    payload.readings().iter().filter(|reading| reading.is_billable()).filter_map(signed).collect()
}

fn signed(reading: &Reading<'_>) -> Option<SignedReading> {
    let code = reading.obis();
    if code.is_some_and(|code| !code.is_register() || code.register().is_import() == Some(false)) {
        return None;
    }
    Some(SignedReading {
        register: code.map(ocmf::ObisCode::canonical).unwrap_or_default(),
        mark: reading.transaction().map_or(Mark::None, mark),
        at_s: reading.time().map(|time| time.unix_seconds()),
        wh: whole_wh(reading)?,
    })
}

fn mark(marker: TransactionMarker) -> Mark {
    match marker {
        _ if marker.is_begin() => Mark::Begin,
        _ if marker.is_end() => Mark::End,
        _ => Mark::Between,
    }
}

/// None where it is no number of Wh that anybody could have taken.
fn whole_wh(reading: &Reading<'_>) -> Option<RangeInclusive<i64>> {
    let scale = reading.unit()?.watt_hours_scale()?;
    let wh = reading.value()?.value().checked_mul(scale.into())?;
    Some(wh.floor().try_into().ok()?..=wh.ceil().try_into().ok()?)
}
