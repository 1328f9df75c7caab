//! The allow-list of stations that may claim a certificate.

use jiff::Timestamp;
use messages::StationId;
use ports::{Allowed, Claimed, KeepAdmissions, PortError};

use super::Tables;

/// That a station may claim a certificate.
#[derive(Debug)]
pub(super) struct Admission {
    /// Until when the allowance may be used.
    until: Timestamp,
    /// The certificate that was claimed.
    claimed_by: Option<String>,
}

impl KeepAdmissions for Tables {
    async fn allow_claim(&self, station: &StationId, until: Timestamp) -> Result<Allowed, PortError> {
        let admissions = &mut self.state().assets.admissions;
        if admissions.get(station).is_some_and(|admission| admission.claimed_by.is_some()) {
            return Ok(Allowed::ClaimedBefore);
        }
        admissions.insert(station.clone(), Admission { until, claimed_by: None });
        Ok(Allowed::Done)
    }

    async fn forbid_claim(&self, station: &StationId) -> Result<(), PortError> {
        self.state().assets.admissions.remove(station);
        Ok(())
    }

    async fn claim(&self, station: &StationId, certificate_id: &str, now: Timestamp) -> Result<Claimed, PortError> {
        let mut state = self.state();
        let Some(admission) = state.assets.admissions.get_mut(station) else { return Ok(Claimed::NotAllowed) };
        if admission.claimed_by.as_deref().is_some_and(|other| other != certificate_id) {
            return Ok(Claimed::UsedBefore);
        }
        if admission.until <= now {
            return Ok(Claimed::Expired);
        }
        admission.claimed_by = Some(certificate_id.to_owned());
        Ok(Claimed::Done)
    }
}
