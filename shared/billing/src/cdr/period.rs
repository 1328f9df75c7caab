//! Charging periods in OCPI's shape (`ChargingPeriod`, `CdrDimension`).

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::decimal::Decimal;
use crate::tariff::ocpi_time;

/// A stretch of a session; it ends where the next one starts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CdrPeriod {
    /// Its start.
    #[serde(with = "ocpi_time")]
    pub start_date_time: Timestamp,
    /// What was measured in it.
    pub dimensions: Vec<CdrDimension>,
    /// The tariff, by its OCPI id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tariff_id: Option<String>,
}

/// One measured quantity.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CdrDimension {
    /// What was measured.
    #[serde(rename = "type")]
    pub kind: CdrDimensionType,
    /// How much: kWh, hours, A or kW.
    pub volume: Decimal,
}

/// OCPI `CdrDimensionType`; what prices do not depend on is kept as text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub enum CdrDimensionType {
    /// kWh.
    Energy,
    /// Hours of charging.
    Time,
    /// Hours in which the vehicle asks for nothing.
    ParkingTime,
    /// Hours in which the EVSE is held for the driver.
    ReservationTime,
    /// The lowest current in the period, A.
    MinCurrent,
    /// The highest current in the period, A.
    MaxCurrent,
    /// The lowest power in the period, kW.
    MinPower,
    /// The highest power in the period, kW.
    MaxPower,
    /// Anything else.
    Other(String),
}

impl From<String> for CdrDimensionType {
    fn from(text: String) -> Self {
        match text.as_str() {
            "ENERGY" => Self::Energy,
            "TIME" => Self::Time,
            "PARKING_TIME" => Self::ParkingTime,
            "RESERVATION_TIME" => Self::ReservationTime,
            "MIN_CURRENT" => Self::MinCurrent,
            "MAX_CURRENT" => Self::MaxCurrent,
            "MIN_POWER" => Self::MinPower,
            "MAX_POWER" => Self::MaxPower,
            _ => Self::Other(text),
        }
    }
}

impl From<CdrDimensionType> for String {
    fn from(kind: CdrDimensionType) -> Self {
        match kind {
            CdrDimensionType::Energy => "ENERGY".to_owned(),
            CdrDimensionType::Time => "TIME".to_owned(),
            CdrDimensionType::ParkingTime => "PARKING_TIME".to_owned(),
            CdrDimensionType::ReservationTime => "RESERVATION_TIME".to_owned(),
            CdrDimensionType::MinCurrent => "MIN_CURRENT".to_owned(),
            CdrDimensionType::MaxCurrent => "MAX_CURRENT".to_owned(),
            CdrDimensionType::MinPower => "MIN_POWER".to_owned(),
            CdrDimensionType::MaxPower => "MAX_POWER".to_owned(),
            CdrDimensionType::Other(text) => text,
        }
    }
}
