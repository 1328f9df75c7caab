//! An order of samples that does not depend on how they were delivered.

use std::cmp::Ordering;

use messages::Sample;

use crate::seen::time_of;

/// By time; at the same time by what was measured, so that of two samples with one time the same one always comes first.
pub(crate) fn by_time_and_content(a: &Sample, b: &Sample) -> Ordering {
    time_of(a)
        .cmp(&time_of(b))
        .then_with(|| a.connector.cmp(&b.connector))
        .then_with(|| a.status.as_str().cmp(b.status.as_str()))
        .then_with(|| values(&a.voltage_v, &b.voltage_v))
        .then_with(|| values(&a.current_a, &b.current_a))
        .then_with(|| values(a.power_w.as_slice(), b.power_w.as_slice()))
        .then_with(|| values(a.offered_a.as_slice(), b.offered_a.as_slice()))
        .then_with(|| values(a.temperature_c.as_slice(), b.temperature_c.as_slice()))
        .then_with(|| a.register_wh.cmp(&b.register_wh))
        .then_with(|| a.transaction_id.cmp(&b.transaction_id))
        .then_with(|| a.error_code.cmp(&b.error_code))
        .then_with(|| a.vendor_error_code.cmp(&b.vendor_error_code))
}

fn values(a: &[f64], b: &[f64]) -> Ordering {
    let differing = a.iter().zip(b).map(|(a, b)| a.total_cmp(b)).find(|order| order.is_ne());
    differing.unwrap_or_else(|| a.len().cmp(&b.len()))
}
