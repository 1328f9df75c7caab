//! Faults, remedies and severities in people's words.

use faults::{FaultId, Remedy, Severity};

use super::scene::{Scene, pick};

/// Who is out of reach.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Away {
    /// A station.
    Station,
    /// Several of them.
    Stations,
    /// A station that is connected and says nothing.
    Silent,
}

impl Scene<'_> {
    /// The fault as a heading.
    pub(super) fn fault(&self, fault: &FaultId) -> String {
        let (english, german) = match fault {
            FaultId::Overvoltage => ("Overvoltage", "Überspannung"),
            FaultId::Undervoltage => ("Undervoltage", "Unterspannung"),
            FaultId::Overcurrent => ("Overcurrent", "Überstrom"),
            FaultId::Overtemperature => ("Overheating", "Überhitzung"),
            FaultId::LooseConnection => ("Loose connection", "Lose Verbindung"),
            FaultId::ContactResistance => ("Worn contact", "Abgenutzter Kontakt"),
            FaultId::PhaseLoss => ("Missing phase", "Phasenausfall"),
            FaultId::PhaseImbalance => ("Uneven phases", "Ungleiche Phasen"),
            FaultId::WeldedContactor => ("Welded contactor", "Verschweißtes Schütz"),
            FaultId::NoDraw => ("Vehicle not drawing current", "Fahrzeug ohne Stromaufnahme"),
            FaultId::RegisterRollback => ("Energy meter running backwards", "Rückwärts laufender Energiezähler"),
            FaultId::RegisterMismatch => ("Implausible energy meter", "Unplausibler Energiezähler"),
            FaultId::RegisterStuck => ("Stuck energy meter", "Stehender Energiezähler"),
            FaultId::PowerMismatch => ("Implausible power reading", "Unplausible Leistungsmessung"),
            FaultId::FrozenVoltage => ("Frozen voltage reading", "Eingefrorene Spannungsmessung"),
            FaultId::FrozenCurrent => ("Frozen current reading", "Eingefrorene Strommessung"),
            FaultId::FrozenTemperature => ("Frozen temperature reading", "Eingefrorene Temperaturmessung"),
            FaultId::SensorImplausible => ("Impossible sensor reading", "Unmöglicher Messwert"),
            FaultId::SensorNoisy => ("Noisy sensor", "Verrauschter Sensor"),
            FaultId::CutCable => ("Cut cable", "Durchtrenntes Kabel"),
            FaultId::Offline => ("Lost connection", "Verbindungsverlust"),
            FaultId::Flapping => ("Unstable connection", "Instabile Verbindung"),
            FaultId::MalfunctioningUnit => ("Failing sessions", "Scheiternde Ladevorgänge"),
            FaultId::ClockSkew => ("Wrong clock", "Falsch gehende Uhr"),
            FaultId::PowerDerated => ("Reduced power", "Verminderte Leistung"),
            FaultId::Reported(code) => {
                return self.say(format!("Reported fault {code}"), format!("Gemeldete Störung {code}"));
            }
        };
        pick(self.language, english, german).to_owned()
    }

    /// The heading for a station that is offline though it is connected.
    pub(super) fn silence(&self) -> &'static str {
        pick(self.language, "Silence", "Funkstille")
    }

    /// What the severity means for the reader.
    pub(super) fn severity(&self, severity: Severity) -> &'static str {
        let (english, german) = match severity {
            Severity::P1 => ("This is dangerous.", "Das ist gefährlich."),
            Severity::P2 => {
                ("The connector should not be used like this.", "So sollte der Anschluss nicht benutzt werden.")
            }
            Severity::P3 => {
                ("It still works, but not as it should.", "Der Anschluss funktioniert noch, aber nicht, wie er soll.")
            }
            Severity::P4 => ("This is for your information.", "Das ist zu Ihrer Information."),
        };
        pick(self.language, english, german)
    }

    /// What it means for the reader that nobody reaches a station.
    pub(super) fn away(&self, who: Away) -> &'static str {
        let (english, german) = match who {
            Away::Station => (
                "While it is away, nobody sees or controls it.",
                "Solange die Verbindung fehlt, ist die Station weder zu sehen noch zu steuern.",
            ),
            Away::Stations => (
                "While they are away, nobody sees or controls them.",
                "Solange die Verbindung fehlt, sind sie weder zu sehen noch zu steuern.",
            ),
            Away::Silent => (
                "It is connected, but while it sends nothing nobody sees its faults.",
                "Sie ist verbunden, doch solange sie nichts sendet, sind ihre Störungen nicht zu sehen.",
            ),
        };
        pick(self.language, english, german)
    }

    /// What the reader should do, for a text message.
    pub(super) fn remedy_in_short(&self, remedy: Remedy, severity: Severity) -> &'static str {
        let (english, german) = match (remedy, severity) {
            (Remedy::SendSomeone, Severity::P1) => ("Send an electrician now.", "Sofort Elektrofachkraft schicken."),
            (Remedy::SendSomeone, Severity::P2 | Severity::P3 | Severity::P4) => {
                ("Send somebody.", "Jemanden schicken.")
            }
            (Remedy::Reset, _) => ("Restart the station.", "Station neu starten."),
            (Remedy::Unlock, _) => ("Release the plug.", "Stecker freigeben."),
            (Remedy::HalveOfferedCurrent, _) => ("Halve the current.", "Strom halbieren."),
            (Remedy::SetUnavailable, _) => ("Take it out of service.", "Außer Betrieb nehmen."),
            (Remedy::Watch, _) => ("Watch it.", "Beobachten."),
        };
        pick(self.language, english, german)
    }

    /// What the reader should do.
    pub(super) fn remedy(&self, remedy: Remedy, severity: Severity) -> &'static str {
        let (english, german) = match (remedy, severity) {
            (Remedy::SendSomeone, Severity::P1) => (
                "Keep people away from the connector and send an electrician now.",
                "Halten Sie Personen vom Anschluss fern und schicken Sie sofort eine Elektrofachkraft.",
            ),
            (Remedy::SendSomeone, Severity::P2 | Severity::P3 | Severity::P4) => {
                ("Send somebody to look at it.", "Schicken Sie jemanden, der nachsieht.")
            }
            (Remedy::Reset, _) => (
                "Restart the station. If it comes back, send somebody.",
                "Starten Sie die Station neu. Kommt es wieder, schicken Sie jemanden.",
            ),
            (Remedy::Unlock, _) => (
                "Release the plug and ask the driver to plug in again.",
                "Geben Sie den Stecker frei und bitten Sie den Fahrer, neu einzustecken.",
            ),
            (Remedy::HalveOfferedCurrent, _) => (
                "Offer half the current until somebody has looked at it.",
                "Bieten Sie nur den halben Strom an, bis jemand nachgesehen hat.",
            ),
            (Remedy::SetUnavailable, _) => (
                "Take the connector out of service until somebody has looked at it.",
                "Nehmen Sie den Anschluss außer Betrieb, bis jemand nachgesehen hat.",
            ),
            (Remedy::Watch, _) => (
                "Nothing right now. If it stays or comes back, send somebody.",
                "Im Moment nichts. Bleibt es oder kommt es wieder, schicken Sie jemanden.",
            ),
        };
        pick(self.language, english, german)
    }
}
