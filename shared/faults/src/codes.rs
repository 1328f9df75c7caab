//! What stations report themselves: the error codes of OCPP 1.6 and the minimum required error codes (MREC) of `ChargeX`.

use messages::Sample;

use crate::FaultId;
use crate::Severity::{self, P1, P2, P3, P4};
use crate::run::Debounce;

/// A code of a published list.
#[derive(Debug)]
pub(crate) struct Code {
    /// As the station writes it.
    pub(crate) name: &'static str,
    /// How urgent it is. OCPP and `ChargeX` say nothing of it: this is ours.
    pub(crate) severity: Severity,
    /// What it means, as the end of "the station reports ...".
    pub(crate) meaning: &'static str,
    /// The faults that have the same cause; they need not be told as well.
    pub(crate) causes: &'static [FaultId],
}

const HEAT: &[FaultId] = &[FaultId::Overtemperature, FaultId::LooseConnection];
const REGISTER: &[FaultId] = &[
    FaultId::PowerMismatch,
    FaultId::RegisterRollback,
    FaultId::RegisterMismatch,
    FaultId::RegisterStuck,
    FaultId::FrozenCurrent,
    FaultId::FrozenVoltage,
];
const CABLE: &[FaultId] = &[FaultId::CutCable];

const fn code(name: &'static str, severity: Severity, meaning: &'static str, causes: &'static [FaultId]) -> Code {
    Code { name, severity, meaning, causes }
}

/// Every known code. Its place here is part of stored states: new ones go to the end.
pub(crate) const CODES: &[Code] = &[
    // OCPP 1.6, section 7.6, ChargePointErrorCode.
    code("ConnectorLockFailure", P3, "that the plug cannot be locked or unlocked", &[]),
    code("EVCommunicationError", P4, "that it cannot communicate with the vehicle", &[]),
    code("GroundFailure", P1, "that its ground fault protection has acted", &[]),
    code("HighTemperature", P2, "that it is too hot inside", HEAT),
    code("InternalError", P2, "an error of its hardware or software", &[]),
    code("LocalListConflict", P4, "that its list of id tokens contradicts ours", &[]),
    code("OtherError", P3, "an error that it does not name", &[]),
    code("OverCurrentFailure", P2, "that its overcurrent protection has tripped", &[FaultId::Overcurrent]),
    code("OverVoltage", P2, "that the voltage has risen above an acceptable level", &[FaultId::Overvoltage]),
    code("PowerMeterFailure", P2, "that it cannot read its meter", REGISTER),
    code("PowerSwitchFailure", P1, "that it cannot control its power switch", &[FaultId::WeldedContactor]),
    code("ReaderFailure", P3, "that its id token reader fails", &[]),
    code("ResetFailure", P3, "that it could not reset itself", &[]),
    code("UnderVoltage", P3, "that the voltage has dropped below an acceptable level", &[FaultId::Undervoltage]),
    code("WeakSignal", P4, "that its wireless signal is weak", &[]),
    // ChargeX, "Recommendations for Minimum Required Error Codes for EV charging infrastructure" (INL/RPT-23-74448).
    code("CX001", P3, "that the plug cannot be locked or unlocked", &[]),
    code("CX002", P1, "that its ground fault protection has acted", &[]),
    code("CX003", P3, "that it is too hot and gives less or stops", HEAT),
    code("CX004", P2, "that its overcurrent protection has acted", &[FaultId::Overcurrent]),
    code("CX005", P2, "that the input voltage is too high", &[FaultId::Overvoltage]),
    code("CX006", P3, "that the input voltage is too low", &[FaultId::Undervoltage]),
    code("CX007", P4, "that its wireless signal is weak", &[]),
    code("CX008", P1, "that somebody pressed its emergency stop", &[]),
    code("CX009", P4, "that authorization took too long", &[]),
    code("CX010", P4, "that the vehicle is in a mode in which it cannot charge", &[]),
    code("CX011", P1, "that the test of the cable's insulation failed before charging", &[]),
    code("CX012", P3, "that the voltage could not be matched before charging", &[]),
    code("CX013", P3, "that it has no internet connection", &[]),
    code("CX014", P2, "a fault of the control pilot", &[]),
    code("CX015", P2, "that it has lost its supply", &[]),
    code("CX016", P4, "that the vehicle's contactor fails", &[]),
    code("CX017", P1, "that its contactor fails to open or to close", &[FaultId::WeldedContactor]),
    code("CX018", P3, "that the cable is too hot and gives less", HEAT),
    code("CX019", P1, "that the cable is too hot and has stopped", HEAT),
    code("CX020", P4, "that the plug is not fully inserted", &[]),
    code("CX021", P2, "that the capacitance on its output is out of range", &[]),
    code("CX022", P1, "that the insulation resistance on its output is out of range", &[]),
    code("CX023", P3, "a fault of the proximity contact", &[]),
    code("CX024", P1, "that the voltage at the connector is too high", &[FaultId::Overvoltage]),
    code("CX025", P2, "that the latch of the plug is broken", &[]),
    code("CX026", P1, "that its cable is cut", CABLE),
];

/// The longest code of a vendor that is kept, bytes; a longer one is told as `OtherError`.
pub(crate) const MAX_TEXT: usize = 32;

/// The code of an error that the station does not name.
const OTHER: &str = "OtherError";
/// The code that says that all is well.
const NONE: &str = "NoError";

/// What a station reports.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Reported {
    /// The place of a known code in [`CODES`].
    Known(u8),
    /// A vendor's own code, at most [`MAX_TEXT`] bytes that can be part of a key.
    Vendor(String),
}

impl Reported {
    /// What `sample` reports. A code of `ChargeX` names the cause most exactly; a vendor's own code says what `OtherError` leaves open.
    pub(crate) fn by(sample: &Sample) -> Option<Self> {
        let (error, vendor) = (sample.error_code.as_deref(), sample.vendor_error_code.as_deref());
        if let (None | Some(NONE), None) = (error, vendor) {
            return None;
        }
        let vendor = vendor.map(str::trim).filter(|code| !code.is_empty());
        let error = error.map(str::trim).filter(|code| !code.is_empty());
        if let Some(chargex) = vendor.filter(|code| code.len() == 5 && code.starts_with("CX")).and_then(place) {
            return Some(Self::Known(chargex));
        }
        match error? {
            NONE => None,
            OTHER => vendor.and_then(vendors).or_else(|| place(OTHER).map(Self::Known)),
            error => place(error).map(Self::Known).or_else(|| vendors(error)).or_else(|| place(OTHER).map(Self::Known)),
        }
    }

    /// The known code.
    pub(crate) fn code(&self) -> Option<&'static Code> {
        match self {
            Self::Known(place) => CODES.get(usize::from(*place)),
            Self::Vendor(_) => None,
        }
    }

    /// How urgent it is; a vendor's own code is like `OtherError`.
    pub(crate) fn severity(&self) -> Severity {
        self.code().map_or(P3, |code| code.severity)
    }

    /// How long it must be reported: danger at once, the rest for half a minute. A ground fault protection first tries by itself to close
    /// again (UL 2231-1); what is gone by then was no fault of the station.
    pub(crate) fn debounce(&self) -> Debounce {
        match self.code() {
            Some(Code { name: "GroundFailure" | "CX002", .. }) => Debounce::seconds(60),
            Some(Code { severity: P1, .. }) => Debounce::AT_ONCE,
            Some(_) | None => Debounce::seconds(30),
        }
    }

    /// The code as the station writes it.
    pub(crate) fn text(&self) -> &str {
        match self {
            Self::Known(_) => self.code().map_or(OTHER, |code| code.name),
            Self::Vendor(text) => text,
        }
    }

    /// The fault it is told as.
    pub(crate) fn fault(&self) -> FaultId {
        FaultId::Reported(self.text().to_owned())
    }
}

/// The place of a known code.
fn place(name: &str) -> Option<u8> {
    CODES.iter().position(|code| code.name == name).and_then(|place| u8::try_from(place).ok())
}

/// A vendor's own code, if it can be kept.
fn vendors(text: &str) -> Option<Reported> {
    (text.len() <= MAX_TEXT && FaultId::reported(text).is_some()).then(|| Reported::Vendor(text.to_owned()))
}
