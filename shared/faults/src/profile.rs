//! What detection knows of a connector beforehand.

use jiff::Timestamp;
use serde::{Deserialize, Deserializer, Serialize};

/// Above this a contact is warm enough to tell somebody, °C, where the profile says nothing else.
const DEFAULT_WARN_C: f64 = 70.0;
/// Above this a contact is dangerous, °C, where the profile says nothing else.
const DEFAULT_CRITICAL_C: f64 = 85.0;

/// The kind of current.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash, Serialize, Deserialize)]
pub enum Current {
    /// Alternating.
    #[default]
    #[serde(rename = "AC")]
    Ac,
    /// Direct.
    #[serde(rename = "DC")]
    Dc,
}

/// On which side of the contactor the station measures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum MeterSide {
    /// Before the contactor: there is a voltage whether or not a vehicle is connected.
    #[default]
    Station,
    /// Behind the contactor: there is a voltage only while it is closed.
    Vehicle,
}

/// A profile as it is written: every field may be absent. Numbers are positive and finite.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Profile {
    /// Nominal voltage between phase and neutral, V.
    #[serde(deserialize_with = "positive", skip_serializing_if = "Option::is_none")]
    pub nominal_v: Option<f64>,
    /// Phases, 1 to 3; DC has one.
    #[serde(deserialize_with = "one_to_three", skip_serializing_if = "Option::is_none")]
    pub phases: Option<u8>,
    /// The most the connector may ever carry per phase, A.
    #[serde(deserialize_with = "positive", skip_serializing_if = "Option::is_none")]
    pub max_a: Option<f64>,
    /// AC or DC.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub current: Option<Current>,
    /// Where the station measures.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub meter_side: Option<MeterSide>,
    /// From here on a contact is warm, °C.
    #[serde(deserialize_with = "positive", skip_serializing_if = "Option::is_none")]
    pub warn_c: Option<f64>,
    /// From here on a contact is dangerous, °C.
    #[serde(deserialize_with = "positive", skip_serializing_if = "Option::is_none")]
    pub critical_c: Option<f64>,
    /// The step in which the energy register counts, Wh.
    #[serde(deserialize_with = "positive", skip_serializing_if = "Option::is_none")]
    pub register_step_wh: Option<f64>,
}

/// A profile with its gaps filled. What stays `None` is not known, and the detectors that need it stay silent.
#[derive(Debug, Clone, PartialEq)]
pub struct ResolvedProfile {
    /// Nominal voltage between phase and neutral, V. Never known for DC, where the vehicle's battery sets the voltage.
    pub nominal_v: Option<f64>,
    /// Phases, 1 to 3.
    pub phases: Option<u8>,
    /// The most the connector may ever carry per phase, A.
    pub max_a: Option<f64>,
    /// AC or DC.
    pub current: Current,
    /// Where the station measures.
    pub meter_side: MeterSide,
    /// From here on a contact is warm, °C.
    pub warn_c: f64,
    /// From here on a contact is dangerous, °C.
    pub critical_c: f64,
    /// The step in which the energy register counts, Wh; learned where it is not known.
    pub register_step_wh: Option<f64>,
    /// Whether what concerns the whole station, its clock, is looked for at this connector: true at one of its connectors.
    pub speaks_for_station: bool,
    /// When another connector nearby last charged.
    pub neighbours_charged_at: Option<Timestamp>,
}

impl Profile {
    /// This profile, and for each field it lacks what `fallback` says.
    #[must_use]
    pub fn or(self, fallback: &Self) -> Self {
        Self {
            nominal_v: self.nominal_v.or(fallback.nominal_v),
            phases: self.phases.or(fallback.phases),
            max_a: self.max_a.or(fallback.max_a),
            current: self.current.or(fallback.current),
            meter_side: self.meter_side.or(fallback.meter_side),
            warn_c: self.warn_c.or(fallback.warn_c),
            critical_c: self.critical_c.or(fallback.critical_c),
            register_step_wh: self.register_step_wh.or(fallback.register_step_wh),
        }
    }

    /// The profile that detectors work with.
    #[must_use]
    pub fn resolve(&self) -> ResolvedProfile {
        let current = self.current.unwrap_or_default();
        ResolvedProfile {
            nominal_v: match current {
                Current::Ac => self.nominal_v.filter(|volts| volts.is_finite() && *volts > 0.0),
                Current::Dc => None,
            },
            phases: self.phases,
            max_a: self.max_a,
            current,
            meter_side: self.meter_side.unwrap_or_default(),
            warn_c: self.warn_c.unwrap_or(DEFAULT_WARN_C),
            critical_c: self.critical_c.unwrap_or(DEFAULT_CRITICAL_C),
            register_step_wh: self.register_step_wh,
            speaks_for_station: true,
            neighbours_charged_at: None,
        }
    }
}

impl Default for ResolvedProfile {
    fn default() -> Self {
        Profile::default().resolve()
    }
}

fn positive<'de, D: Deserializer<'de>>(input: D) -> Result<Option<f64>, D::Error> {
    let value = Option::<f64>::deserialize(input)?;
    match value {
        Some(number) if !(number.is_finite() && number > 0.0) => {
            Err(serde::de::Error::custom(format!("{number} is not a positive number")))
        }
        Some(_) | None => Ok(value),
    }
}

fn one_to_three<'de, D: Deserializer<'de>>(input: D) -> Result<Option<u8>, D::Error> {
    let Some(number) = Option::<f64>::deserialize(input)? else { return Ok(None) };
    let is = |phases: &u8| (number - f64::from(*phases)).abs() < f64::EPSILON;
    match (1..=3).find(is) {
        Some(phases) => Ok(Some(phases)),
        None => Err(serde::de::Error::custom(format!("{number} is not 1, 2 or 3"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FULL: &str = r#"{"nominalV":208,"phases":1,"maxA":32,"current":"AC","meterSide":"vehicle","warnC":60,"criticalC":75,"registerStepWh":1}"#;

    #[test]
    fn a_full_profile_is_read_and_written_whole() {
        let profile: Profile = serde_json::from_str(FULL).unwrap();
        let expected = ResolvedProfile {
            nominal_v: Some(208.0),
            phases: Some(1),
            max_a: Some(32.0),
            current: Current::Ac,
            meter_side: MeterSide::Vehicle,
            warn_c: 60.0,
            critical_c: 75.0,
            register_step_wh: Some(1.0),
            speaks_for_station: true,
            neighbours_charged_at: None,
        };
        assert_eq!(profile.resolve(), expected);
        assert_eq!(serde_json::from_str::<Profile>(&serde_json::to_string(&profile).unwrap()).unwrap(), profile);
    }

    #[test]
    fn every_field_may_be_absent_or_null() {
        for json in ["{}", r#"{"nominalV":null,"phases":null,"current":null,"someday":1}"#] {
            assert_eq!(serde_json::from_str::<Profile>(json).unwrap(), Profile::default(), "{json}");
        }
        let resolved = ResolvedProfile::default();
        assert_eq!((resolved.nominal_v, resolved.max_a), (None, None));
        assert_eq!((resolved.warn_c, resolved.critical_c, resolved.register_step_wh), (70.0, 85.0, None));
        assert_eq!(serde_json::to_string(&Profile::default()).unwrap(), "{}");
    }

    #[test]
    fn numbers_that_would_switch_a_detector_off_are_refused() {
        for bad in [
            r#"{"nominalV":0}"#,
            r#"{"nominalV":-230}"#,
            r#"{"maxA":0}"#,
            r#"{"warnC":-1}"#,
            r#"{"phases":4}"#,
            r#"{"phases":1.5}"#,
            r#"{"current":"ac"}"#,
            r#"{"meterSide":"grid"}"#,
            r#"{"nominalV":"230"}"#,
        ] {
            assert!(serde_json::from_str::<Profile>(bad).is_err(), "{bad}");
        }
        assert_eq!(serde_json::from_str::<Profile>(r#"{"phases":3.0}"#).unwrap().phases, Some(3));
    }

    #[test]
    fn a_nearer_profile_wins_and_a_battery_has_no_nominal_voltage() {
        let site = Profile { nominal_v: Some(230.0), max_a: Some(16.0), ..Profile::default() };
        let connector = Profile { max_a: Some(32.0), ..Profile::default() };
        let both = connector.or(&site).resolve();
        assert_eq!((both.nominal_v, both.max_a), (Some(230.0), Some(32.0)));
        let dc = Profile { current: Some(Current::Dc), ..site }.resolve();
        assert_eq!(dc.nominal_v, None);
    }
}
