//! German.

use super::Texts;
use crate::cdr::SignedReadings;
use crate::flags::Flag;
use crate::pricing::LineDimension;
use crate::receipt::PaymentShown;
use crate::tariff::TaxIncluded;

pub(super) static TEXTS: Texts = Texts {
    // A Quittung says that money was received (§ 368 BGB); this one also says what is still owed.
    receipt: "Rechnung",
    // A Gutschrift is an invoice that the customer writes (§ 14 Abs. 2 UStG); what takes a whole invoice back is its Storno.
    credit: "Stornorechnung",
    number: "Rechnungsnummer",
    issued: "Rechnungsdatum",
    supplied: "Leistungsdatum",
    record: "Beleg",
    takes_back: "Storniert den Beleg",
    vat_id: "USt-IdNr.",
    total: "Gesamtbetrag",
    vat_within: |vat| format!("Darin enthaltene USt.: {vat}"),

    session: "Ladevorgang",
    site: "Standort",
    station: "Ladestation",
    evse: "Ladepunkt",
    connector: "Anschluss",
    token: "ID-Token",
    start: "Beginn",
    end: "Ende",
    charging: "Ladezeit",
    idle: "Standzeit ohne Laden",
    reservation: "Reservierungszeit",
    local_times: |zone| format!("Alle Zeiten sind Ortszeiten: {zone}."),

    meter: "Energie",
    register_start: "Zählerstand zu Beginn",
    register_end: "Zählerstand am Ende",
    energy: "Energie",
    signature: "Signierte Messwerte",

    lines: "Wie sich der Preis zusammensetzt",
    item: "Posten",
    measured: "Gemessen",
    billed: "Berechnet",
    unit_price: "Einzelpreis",
    vat: "USt.",
    net: "Netto",
    gross: "Brutto",
    no_vat: "keine",
    per_hour: "/h",
    price_gross: |price| format!("{price} inkl. USt."),
    price_net: |price| format!("{price} ohne USt."),

    vat_rates: "Summen je Steuersatz",
    rate: "Steuersatz",
    sum: "Summe",
    overall: "Gesamtpreis je kWh einschließlich aller Gebühren und Steuern",
    rounding: |unit, gross| {
        let side = if gross { "Bruttobetrag" } else { "Nettobetrag" };
        format!(
            "Die Posten sind genau berechnet und vor der Rundung gezeigt. {side} und Umsatzsteuer werden je Steuersatz einmal auf \
             {unit} kaufmännisch gerundet (die Hälfte weg von null)."
        )
    },

    tariff: "Tarif",
    version: "Stand",
    prices: "Preise",
    more: "Mehr dazu",

    remarks: "Bitte beachten Sie",
    step: |line, step| format!("Posten {line} wird in vollen Schritten von {step} berechnet."),
    not_priced: "Für einen Teil des Gemessenen hat dieser Tarif keinen Preis: dieser Teil ist kostenlos.",
    minimum: "Es gilt der Mindestpreis des Tarifs.",
    maximum: "Es gilt der Höchstpreis des Tarifs: mehr zahlen Sie nicht.",
    spread: "Was er ändert, ist im Verhältnis auf die Steuersätze verteilt.",

    complaints: "Fragen und Beschwerden",
    complaints_to: "Wenn Ihnen etwas an diesem Beleg falsch erscheint, wenden Sie sich bitte an:",

    dimension,
    flag,
    signed,
    taxes,
    payment,
};

fn dimension(dimension: LineDimension) -> &'static str {
    match dimension {
        LineDimension::Flat => "Gebühr",
        LineDimension::Energy => "Energie",
        LineDimension::Time => "Ladezeit",
        LineDimension::ParkingTime => "Standzeit ohne Laden",
        LineDimension::ReservationTime => "Reservierung",
        LineDimension::MinPrice => "Aufschlag bis zum Mindestpreis",
        LineDimension::MaxPrice => "Nachlass auf den Höchstpreis",
    }
}

fn flag(flag: Flag) -> &'static str {
    match flag {
        Flag::Rollover => {
            "Der Zähler hat seinen höchsten Wert überschritten und bei null weitergezählt; die Energie berücksichtigt das."
        }
        Flag::Reset => {
            "Der Zählerstand ist während des Ladevorgangs gesprungen; was dazwischen liegt, wird nicht berechnet."
        }
        Flag::ImplausibleStartReplaced => {
            "Der erste Zählerstand kann nicht stimmen; die Energie wird ab dem nächsten gezählt."
        }
        Flag::StopValueMissing => "Die Station hat am Ende keinen Zählerstand gesendet; es gilt der letzte davor.",
        Flag::NegativeEnergy => "Der Zählerstand am Ende liegt unter dem zu Beginn.",
        Flag::BelowMinEnergy => {
            "Es war zu wenig Energie, als dass der Zähler sie messen kann; es wird keine berechnet."
        }
        Flag::ClockSkew => "Die Uhr der Station ging falsch; alle Zeiten auf diesem Beleg sind berichtigt.",
        Flag::ClockStep => {
            "Die Uhr der Station wurde während des Ladevorgangs verstellt; die Zeiten dazwischen können ungenau sein."
        }
        Flag::Incomplete => "Einige Daten der Station fehlten, als dieser Beleg entstand.",
        Flag::AfterBill => "Weitere Daten der Station kamen nach diesem Beleg; sie ändern hier nichts.",
        Flag::SignatureInvalid => "Ein signierter Messwert stützt diese Rechnung nicht.",
        Flag::NoTariff => "Zu Beginn galt kein Tarif.",
        Flag::NoPayer => "Das ID-Token gehört keinem uns bekannten Kunden.",
    }
}

fn signed(signed: SignedReadings) -> (&'static str, &'static str) {
    match signed {
        SignedReadings::None => ("Keine", "Die Station hat ihre Messwerte ohne Signaturen gesendet."),
        SignedReadings::Unverified => (
            "Nicht geprüft",
            "Messwerte sind signiert, aber wir konnten nicht prüfen, ob sie diese Rechnung ergeben: Der Schlüssel des Zählers oder seine \
             Art der Signatur ist uns nicht bekannt, oder die Rechnung folgt nicht allein aus einem signierten ersten und einem \
             signierten letzten Messwert.",
        ),
        SignedReadings::Verified => (
            "Geprüft",
            "Der erste und der letzte Messwert tragen die echte Signatur des Zählers und sind das, was hier berechnet wird.",
        ),
        SignedReadings::Invalid => (
            "Ungültig",
            "Eine Signatur passt nicht zu ihrem Messwert oder Zähler, oder sie nennt einen anderen Wert als hier berechnet; bitte \
             wenden Sie sich an uns.",
        ),
    }
}

fn taxes(taxes: TaxIncluded) -> &'static str {
    match taxes {
        TaxIncluded::Yes => "einschließlich USt.",
        TaxIncluded::No => "zuzüglich USt.",
        TaxIncluded::NotApplicable => "ohne USt.",
    }
}

fn payment(shown: PaymentShown, credit: bool, date: &str) -> String {
    match (shown, credit) {
        (PaymentShown::NothingDue, false) => "Nichts zu zahlen.".to_owned(),
        (PaymentShown::NothingDue, true) => "Nichts zu erstatten.".to_owned(),
        (PaymentShown::TooSmall, _) => "Zu wenig für eine Kartenzahlung: Sie müssen es nicht zahlen.".to_owned(),
        (PaymentShown::DueByCard, false) => "Wird von Ihrer Karte abgebucht.".to_owned(),
        (PaymentShown::DueByCard, true) => "Wird Ihrer Karte gutgeschrieben.".to_owned(),
        (PaymentShown::PaidByCard { .. }, false) => format!("Mit Karte bezahlt am {date}."),
        (PaymentShown::PaidByCard { .. }, true) => format!("Ihrer Karte gutgeschrieben am {date}."),
        (PaymentShown::NotCollected, false) => {
            "Nicht bezahlt: Der Betrag konnte von keiner Karte abgebucht werden.".to_owned()
        }
        (PaymentShown::NotCollected, true) => "Es wird nichts auf eine Karte erstattet.".to_owned(),
    }
}
