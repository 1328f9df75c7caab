//! Which profile a connector is checked against.

use super::memory::Memory;
use super::{handle, message, with_volts};

/// Whether a voltage on EVSE 1 of a station opens a fault at once.
fn opens(station: &str, site_volts: &str, volts: f64) -> bool {
    let memory = Memory::default();
    memory.site(&format!(
        r#"{{"id":"north","name":"N","timeZone":"UTC","currency":"EUR"{site_volts},"seller":{{"name":"S"}}}}"#
    ));
    memory.station(&format!(r#"{{"id":"station-001","siteId":"north"{station}}}"#));
    assert!(handle(&memory, 1, vec![message(1, &with_volts(volts))]).is_empty());
    !memory.alerts().is_empty()
}

#[test]
fn the_profile_wins_over_the_site_and_dc_has_no_nominal_voltage() {
    let site = r#","nominalV":230"#;
    let on = |evse: u16| format!(r#","connectors":[{{"evseId":{evse},"connectorId":1,"current":"DC"}}]"#);
    for (station, site_volts, volts, expected) in [
        ("", site, 277.0, true),
        ("", site, 275.0, false),
        ("", "", 277.0, false),
        (r#","profile":{"nominalV":120}"#, site, 145.0, true),
        (r#","profile":{"nominalV":277}"#, site, 300.0, false),
        (r#","profile":{"nominalV":120}"#, "", 145.0, true),
        (&on(1), site, 400.0, false),
        (&on(2), site, 400.0, true),
        (&format!(r#"{},"profile":{{"current":"AC"}}"#, on(1)), site, 400.0, false),
        (r#","profile":{"current":"DC"}"#, site, 400.0, false),
    ] {
        assert_eq!(opens(station, site_volts, volts), expected, "{volts} V at{station} with{site_volts}");
    }
}

#[test]
fn a_station_whose_site_is_missing_is_checked_all_the_same() {
    let memory = Memory::default();
    memory.station(r#"{"id":"station-001","siteId":"gone","profile":{"nominalV":230}}"#);
    assert!(handle(&memory, 1, vec![message(1, &with_volts(290.0))]).is_empty());
    let alerts = memory.state().alerts.clone();
    let place = alerts.values().next().and_then(|alert| alert.place.clone());
    assert_eq!(place.map(|place| place.name).as_deref(), Some("gone"));
}
