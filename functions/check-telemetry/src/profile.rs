//! What detection knows of a connector, put together from its station, itself and its site.

use faults::{Profile, ResolvedProfile};
use messages::ConnectorKey;
use ports::{Current, Site, Station};

/// The profile of a connector: what its station's profile says, then what is registered of the connector, then the nominal voltage of
/// the site. A connector that either of the first two calls DC is DC.
pub(crate) fn of_connector(key: ConnectorKey, station: &Station, site: Option<&Site>) -> ResolvedProfile {
    let connector = station.connectors.iter().find(|connector| connector.key == key);
    let current = connector.map(|connector| connector.current);
    let registered = Profile {
        nominal_v: site.and_then(|site| site.nominal_v),
        phases: connector.and_then(|connector| connector.phases),
        current,
        ..Profile::default()
    };
    let profile = station.profile.clone().or(&registered);
    match current {
        Some(Current::Dc) => Profile { current, ..profile }.resolve(),
        Some(Current::Ac) | None => profile.resolve(),
    }
}
