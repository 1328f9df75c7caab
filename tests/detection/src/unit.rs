//! Faults that are seen in sequences of sessions and of connections: `malfunctioning_unit`, `offline`, `flapping`.
//!
//! No samples are involved, so none of this is measured by trials; the functions that decide have tests of their own.

use faults::FaultId;

/// The faults that this report does not try, and why.
pub(crate) const NOT_TRIED: &[(FaultId, &str)] = &[
    (FaultId::CutCable, "needs the use of neighbouring connectors over a day"),
    (FaultId::Offline, "decided from connections, not from samples"),
    (FaultId::Flapping, "decided from connections, not from samples"),
    (FaultId::MalfunctioningUnit, "decided from sessions, not from samples"),
    (FaultId::PowerDerated, "decided from sessions, not from samples"),
    (FaultId::ContactResistance, "supports loose_connection only"),
];
