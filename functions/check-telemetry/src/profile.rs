//! What detection knows of a connector, put together from its station, itself and its site.

use faults::{Profile, ResolvedProfile};
use messages::ConnectorKey;
use ports::{ConnectorRow, Current, Site, Station};

/// The profile of a connector: what its station's profile says, then what is registered of the connector, then the nominal voltage of
/// the site. A connector that either of the first two calls DC is DC. What its neighbours do, `rows` tell.
pub(crate) fn of_connector(
    key: ConnectorKey,
    station: &Station,
    site: Option<&Site>,
    rows: &[ConnectorRow],
) -> ResolvedProfile {
    let connector = station.connectors.iter().find(|connector| connector.key == key);
    let current = connector.map(|connector| connector.current);
    let registered = Profile {
        nominal_v: site.and_then(|site| site.nominal_v),
        phases: connector.and_then(|connector| connector.phases),
        current,
        ..Profile::default()
    };
    let profile = station.profile.clone().or(&registered);
    let resolved = match current {
        Some(Current::Dc) => Profile { current, ..profile }.resolve(),
        Some(Current::Ac) | None => profile.resolve(),
    };
    let neighbours = rows.iter().filter(|row| row.key != key);
    let first = station.connectors.iter().map(|connector| connector.key).chain(rows.iter().map(|row| row.key)).min();
    ResolvedProfile {
        speaks_for_station: first.is_none_or(|first| first >= key),
        neighbours_charged_at: neighbours.filter_map(|row| row.detector.last_charged_at()).max(),
        ..resolved
    }
}
