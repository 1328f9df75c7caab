//! English.

use super::Texts;
use crate::cdr::SignedReadings;
use crate::flags::Flag;
use crate::pricing::LineDimension;
use crate::receipt::PaymentShown;
use crate::tariff::TaxIncluded;

pub(super) static TEXTS: Texts = Texts {
    receipt: "Receipt",
    credit: "Credit note",
    number: "Number",
    issued: "Date of issue",
    supplied: "Date of supply",
    record: "Record",
    takes_back: "Takes back record",
    vat_id: "VAT ID",
    total: "Total",
    vat_within: |vat| format!("VAT included: {vat}"),

    session: "Charging session",
    site: "Site",
    station: "Charging station",
    evse: "EVSE",
    connector: "Connector",
    token: "ID token",
    start: "Start",
    end: "End",
    charging: "Charging time",
    idle: "Idle time",
    reservation: "Reservation time",
    local_times: |zone| format!("All times are local: {zone}."),

    meter: "Energy",
    register_start: "Meter at start",
    register_end: "Meter at end",
    energy: "Energy",
    signature: "Signed readings",

    lines: "How the price comes about",
    item: "Item",
    measured: "Measured",
    billed: "Billed",
    unit_price: "Unit price",
    vat: "VAT",
    net: "Net",
    gross: "Gross",
    no_vat: "none",
    per_hour: "/h",
    price_gross: |price| format!("{price} incl. VAT"),
    price_net: |price| format!("{price} excl. VAT"),

    vat_rates: "Totals by VAT rate",
    rate: "VAT rate",
    sum: "Total",
    overall: "Overall price per kWh, all fees and taxes included",
    rounding: |unit, gross| {
        let side = if gross { "Gross amount" } else { "Net amount" };
        format!(
            "Items are computed exactly and shown before rounding. {side} and VAT are rounded once for each VAT rate, to {unit}, half \
             away from zero."
        )
    },

    tariff: "Tariff",
    version: "Version",
    prices: "Prices",
    more: "More about it",

    remarks: "Please note",
    step: |line, step| format!("Item {line} is billed in full steps of {step}."),
    not_priced: "This tariff has no price for a part of what was measured: that part is free.",
    minimum: "The tariff's minimum price applies.",
    maximum: "The tariff's maximum price applies: you pay no more than this.",
    spread: "What it changes is spread over the VAT rates in proportion.",

    complaints: "Questions and complaints",
    complaints_to: "If anything on this receipt seems wrong to you, please contact:",

    dimension,
    flag,
    signed,
    taxes,
    payment,
};

fn dimension(dimension: LineDimension) -> &'static str {
    match dimension {
        LineDimension::Flat => "Fee",
        LineDimension::Energy => "Energy",
        LineDimension::Time => "Charging time",
        LineDimension::ParkingTime => "Idle time",
        LineDimension::ReservationTime => "Reservation",
        LineDimension::MinPrice => "Added to reach the minimum price",
        LineDimension::MaxPrice => "Reduction to the maximum price",
    }
}

fn flag(flag: Flag) -> &'static str {
    match flag {
        Flag::Rollover => {
            "The meter passed its highest value and went on from zero; the energy takes this into account."
        }
        Flag::Reset => "The meter jumped during the session; what lies between is not billed.",
        Flag::ImplausibleStartReplaced => {
            "The first meter reading cannot be right; energy is counted from the next one."
        }
        Flag::StopValueMissing => "The station sent no meter reading at the end; the last one before it counts.",
        Flag::NegativeEnergy => "The meter ended below its start.",
        Flag::BelowMinEnergy => "There was too little energy for the meter to tell; none is billed.",
        Flag::ClockSkew => "The station's clock was wrong; all times here are corrected.",
        Flag::ClockStep => "The station's clock was changed during the session; the times between may be inexact.",
        Flag::Incomplete => "Some data of the station was missing when this was billed.",
        Flag::AfterBill => "Further data of the station came after this was billed; it changes nothing here.",
        Flag::SignatureInvalid => "A signed meter reading does not support this bill.",
        Flag::NoTariff => "No tariff applied at the start.",
        Flag::NoPayer => "The ID token belongs to no customer that we know.",
    }
}

fn signed(signed: SignedReadings) -> (&'static str, &'static str) {
    match signed {
        SignedReadings::None => ("None", "The station sent its meter readings without signatures."),
        SignedReadings::Unverified => (
            "Not verified",
            "Readings are signed, but we could not verify that they make this bill: the meter's key or its kind of signature is not known \
             to us, or the bill does not follow from a signed first and a signed last reading alone.",
        ),
        SignedReadings::Verified => (
            "Verified",
            "The first and the last reading carry the genuine signature of the meter and are what is billed here.",
        ),
        SignedReadings::Invalid => (
            "Invalid",
            "A signature does not fit its reading or its meter, or says another value than is billed here; please contact us.",
        ),
    }
}

fn taxes(taxes: TaxIncluded) -> &'static str {
    match taxes {
        TaxIncluded::Yes => "VAT included",
        TaxIncluded::No => "VAT not included",
        TaxIncluded::NotApplicable => "No VAT applies",
    }
}

fn payment(shown: PaymentShown, credit: bool, date: &str) -> String {
    match (shown, credit) {
        (PaymentShown::NothingDue, false) => "Nothing to pay.".to_owned(),
        (PaymentShown::NothingDue, true) => "Nothing to pay back.".to_owned(),
        (PaymentShown::TooSmall, _) => "Too little to be charged to a card: you need not pay it.".to_owned(),
        (PaymentShown::DueByCard, false) => "To be charged to your card.".to_owned(),
        (PaymentShown::DueByCard, true) => "To be paid back to your card.".to_owned(),
        (PaymentShown::PaidByCard { .. }, false) => format!("Paid by card on {date}."),
        (PaymentShown::PaidByCard { .. }, true) => format!("Paid back to your card on {date}."),
        (PaymentShown::NotCollected, false) => "Not paid: it could not be charged to a card.".to_owned(),
        (PaymentShown::NotCollected, true) => "Nothing is paid back to a card.".to_owned(),
    }
}
