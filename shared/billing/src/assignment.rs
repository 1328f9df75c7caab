//! Which tariff a session is priced by.

use jiff::Timestamp;
use messages::{SiteId, TariffId};
use serde::{Deserialize, Serialize};

use crate::tariff::Tariff;

/// A tariff, and where, for whom and from when it applies.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AssignedTariff {
    /// Names this assignment.
    pub id: TariffId,
    /// The site it applies at.
    pub site_id: SiteId,
    /// The EVSEs (by their number at the station) it applies to; none given: all.
    #[serde(default)]
    pub evse_ids: Vec<u16>,
    /// The driver group it applies to; none given: everybody.
    #[serde(default)]
    pub driver_group: Option<String>,
    /// Sessions that start from then on.
    pub from: Timestamp,
    /// The prices.
    #[serde(with = "any_format")]
    pub tariff: Tariff,
}

/// Tariffs as plain values, so that they can be read from and written to YAML as well. Numbers may pass through a float on the way,
/// which keeps the 15 digits that a tariff's numbers have at most; a tariff that breaks a rule is refused.
mod any_format {
    use serde::{Deserialize, Deserializer, Serialize, Serializer, de, ser};
    use serde_json::Value;

    use crate::tariff::Tariff;

    pub(super) fn serialize<S: Serializer>(tariff: &Tariff, serializer: S) -> Result<S::Ok, S::Error> {
        serde_json::to_value(tariff).map_err(ser::Error::custom)?.serialize(serializer)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Tariff, D::Error> {
        Tariff::from_json(&Value::deserialize(deserializer)?.to_string()).map_err(de::Error::custom)
    }
}

/// The tariff of a session that starts at `start`: the most specific that applies (a driver group counts more than an EVSE), of these
/// the latest. The order of `tariffs` does not matter.
#[must_use]
pub fn choose<'a>(
    tariffs: &'a [AssignedTariff],
    evse_id: u16,
    group: Option<&str>,
    start: Timestamp,
) -> Option<&'a AssignedTariff> {
    tariffs
        .iter()
        .filter(|assigned| assigned.from <= start && assigned.tariff.is_valid_at(start))
        .filter(|assigned| assigned.evse_ids.is_empty() || assigned.evse_ids.contains(&evse_id))
        .filter(|assigned| assigned.driver_group.as_deref().is_none_or(|wanted| Some(wanted) == group))
        .max_by_key(|assigned| {
            (assigned.driver_group.is_some(), !assigned.evse_ids.is_empty(), assigned.from, &assigned.id)
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn assigned(id: &str, evse_ids: &[u16], group: Option<&str>, from: &str) -> AssignedTariff {
        let tariff = Tariff::from_json(
            r#"{"id":"t","currency":"EUR","elements":[{"price_components":[{"type":"FLAT","price":1,"step_size":0}]}],
                "end_date_time":"2027-01-01T00:00:00Z","last_updated":"2026-01-01T00:00:00Z"}"#,
        )
        .unwrap();
        AssignedTariff {
            id: id.parse().unwrap(),
            site_id: "site".parse().unwrap(),
            evse_ids: evse_ids.to_vec(),
            driver_group: group.map(str::to_owned),
            from: from.parse().unwrap(),
            tariff,
        }
    }

    #[test]
    fn an_assignment_survives_formats_that_know_only_floats() {
        let tariff = Tariff::from_json(
            r#"{"id":"t","currency":"EUR","last_updated":"2026-01-01T00:00:00Z","elements":[{"price_components":[
                {"type":"ENERGY","price":0.1,"vat":5.2,"step_size":1},{"type":"TIME","price":1234.56789012345,"step_size":1}]}]}"#,
        )
        .unwrap();
        let assigned = AssignedTariff { tariff, ..assigned("t", &[1], None, "2026-01-01T00:00:00Z") };
        let value = serde_json::to_value(&assigned).unwrap();
        assert_eq!(serde_json::from_value::<AssignedTariff>(value.clone()).unwrap(), assigned);
        let mut broken = value;
        broken["tariff"]["elements"][0]["price_components"][1]["step_size"] = (-1).into();
        let error = serde_json::from_value::<AssignedTariff>(broken).unwrap_err();
        assert!(error.to_string().starts_with("elements[0].price_components[1].step_size:"), "{error}");
    }

    #[test]
    fn the_most_specific_tariff_wins_then_the_latest_before_the_start() {
        let mut tariffs = [
            assigned("old", &[], None, "2026-01-01T00:00:00Z"),
            assigned("new", &[], None, "2026-02-01T00:00:00Z"),
            assigned("evse-2", &[2], None, "2026-01-01T00:00:00Z"),
            assigned("staff", &[], Some("staff"), "2026-01-01T00:00:00Z"),
            assigned("staff-2", &[2], Some("staff"), "2026-01-10T00:00:00Z"),
        ];
        for _ in 0..2 {
            for (evse, group, start, expected) in [
                (1, None, "2026-01-15T00:00:00Z", Some("old")),
                (1, None, "2026-02-01T00:00:00Z", Some("new")),
                (1, Some("guests"), "2026-02-01T00:00:00Z", Some("new")),
                (2, None, "2026-02-01T00:00:00Z", Some("evse-2")),
                (1, Some("staff"), "2026-02-01T00:00:00Z", Some("staff")),
                (2, Some("staff"), "2026-02-01T00:00:00Z", Some("staff-2")),
                (2, Some("staff"), "2026-01-05T00:00:00Z", Some("staff")),
                (1, None, "2025-12-31T23:59:59Z", None),
                (1, None, "2027-01-01T00:00:00Z", None),
            ] {
                let chosen = choose(&tariffs, evse, group, start.parse().unwrap());
                assert_eq!(chosen.map(|assigned| assigned.id.as_str()), expected, "{evse} {group:?} {start}");
            }
            tariffs.reverse();
        }
    }
}
