//! The faults of the design that this report does not try, and why.

use faults::FaultId;

pub(crate) const NOT_TRIED: &[(FaultId, &str)] = &[
    (FaultId::CutCable, "needs the use of neighbouring connectors over a day; its rule has tests of its own"),
    (FaultId::Flapping, "decided from connections; its rule has tests of its own"),
    (FaultId::PowerDerated, "not looked for yet"),
    (FaultId::ContactResistance, "not looked for yet; it would only support loose_connection"),
];
