//! Sessions that end in a receipt: settled by the engine, from messages under a tariff.

use billing::assignment::AssignedTariff;
use billing::cdr::{Cdr, Seller, SignedReadings};
use billing::payment::{self, PaymentState};
use billing::readings::{Check, Checks, Mark, MeterLimits, SignedReading};
use billing::receipt::{PaymentShown, Receipt, ReceiptNumber};
use billing::session::StoredMessage;
use billing::settlement::{Case, Outcome, Payer, SiteFacts, settle};
use billing::tariff::Tariff;
use billing::time_zone;
use jiff::Timestamp;
use messages::TransactionMessage;

/// A message: time, Wh in the register, state.
type Row = (&'static str, i64, &'static str);

/// What happened, where, for which prices.
struct Scene {
    site: &'static str,
    zone: &'static str,
    currency: &'static str,
    /// The OCPI tariff without its id and currency.
    tariff: &'static str,
    reserved_from: Option<&'static str>,
    /// Whether the first and the last reading are signed.
    signed: bool,
    rows: &'static [Row],
}

pub(crate) fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn seller() -> Seller {
    Seller {
        name: "Hafenstrom GmbH".to_owned(),
        vat_id: Some("DE123456789".to_owned()),
        address: Some("Am Kai 7\n20457 Hamburg\nDeutschland".to_owned()),
        contact: Some("hilfe@hafenstrom.example, +49 40 5550123".to_owned()),
    }
}

impl Scene {
    fn messages(&self) -> Vec<StoredMessage> {
        let last = self.rows.len() - 1;
        let message = |(index, (time, wh, state)): (usize, &Row)| {
            let kind = if index == 0 {
                "Started"
            } else if index == last {
                "Ended"
            } else {
                "Updated"
            };
            let mut json = serde_json::json!({
                "messageId": format!("m-{index}"), "eventType": kind, "transactionId": "7a1c", "seqNo": index, "at": time,
                "evseId": 2, "connectorId": 1, "idToken": "04A1B2C3D4", "chargingState": state, "registerWh": wh,
            });
            if let Some(from) = self.reserved_from.filter(|_| index == 0) {
                json["reservedFrom"] = from.into();
            }
            if self.signed && kind != "Updated" {
                json["signedMeterValue"] = kind.into();
            }
            let message = TransactionMessage::parse(json.to_string().as_bytes()).unwrap();
            StoredMessage { received_at: message.at, message }
        };
        self.rows.iter().enumerate().map(message).collect()
    }

    /// The CDR that the engine makes of it, where checks of the signatures said this.
    fn cdr(&self, checks: &Checks) -> Cdr {
        let Self { site, zone, currency, tariff, .. } = self;
        let site = SiteFacts {
            id: "harbour".parse().unwrap(),
            name: (*site).to_owned(),
            time_zone: time_zone(zone).unwrap(),
            currency: currency.parse().unwrap(),
            seller: seller(),
        };
        let json = format!(r#"{{"id":"t","currency":"{currency}","last_updated":"2026-03-01T08:00:00Z",{tariff}}}"#);
        let assigned = AssignedTariff {
            id: "public-2026".parse().unwrap(),
            site_id: site.id.clone(),
            evse_ids: Vec::new(),
            driver_group: None,
            from: at("2026-03-02T00:00:00Z"),
            tariff: Tariff::from_json(&json).unwrap(),
        };
        let contact = payment::Contact { phone: None, language: "en".to_owned() };
        let payer = payment::Payer {
            driver: "driver-1".parse().unwrap(),
            customer: None,
            payment_method: None,
            receipt_email: None,
            contact,
        };
        let messages = self.messages();
        let now = messages.last().unwrap().received_at;
        let case = Case {
            session: &"quay-07:7a1c".parse().unwrap(),
            site: &site,
            messages: &messages,
            checks,
            tariffs: &[assigned],
            payer: &Payer::Known { group: None, payer },
            limits: &MeterLimits::default(),
        };
        match settle(&case, now).outcome {
            Outcome::Billed { cdr, .. } => *cdr,
            Outcome::Held { reason } => panic!("held: {reason:?}"),
        }
    }
}

fn receipt(cdr: Cdr, payment: PaymentShown) -> Receipt {
    let issued_at = cdr.created_at + jiff::SignedDuration::from_mins(5);
    let number = ReceiptNumber { series: "harbour".parse().unwrap(), number: 42.try_into().unwrap() };
    Receipt { number: Some(number), issued_at, cdr, payment }
}

/// Over midnight: by day, by night, then full and in the way.
pub(crate) fn night() -> Receipt {
    let scene = Scene {
        site: "Hafengarage Süd",
        zone: "Europe/Berlin",
        currency: "EUR",
        tariff: r#""tariff_alt_text":[
                {"language":"en","text":"0.49 EUR/kWh by day, 0.31 EUR/kWh from 22:00 to 06:00. From 06:00 on 1.80 EUR per hour without charging. Plus VAT."},
                {"language":"de","text":"0,49 EUR/kWh am Tag, 0,31 EUR/kWh von 22 bis 6 Uhr. Ab 6 Uhr 1,80 EUR je Stunde ohne Laden. Zuzüglich USt."}],
            "tariff_alt_url":"https://hafenstrom.example/preise","elements":[
            {"price_components":[{"type":"ENERGY","price":0.31,"vat":19,"step_size":1}],"restrictions":{"start_time":"22:00","end_time":"06:00"}},
            {"price_components":[{"type":"ENERGY","price":0.49,"vat":19,"step_size":1}]},
            {"price_components":[{"type":"PARKING_TIME","price":1.80,"vat":19,"step_size":900}],"restrictions":{"start_time":"06:00","end_time":"22:00"}}]"#,
        reserved_from: None,
        signed: false,
        rows: &[
            ("2026-06-01T19:14:05Z", 1_284_533, "Charging"),
            ("2026-06-01T19:52:00Z", 1_291_120, "Charging"),
            ("2026-06-01T22:31:40Z", 1_318_905, "SuspendedEV"),
            ("2026-06-02T05:20:11Z", 1_318_905, "Idle"),
        ],
    };
    receipt(scene.cdr(&Checks::new()), PaymentShown::PaidByCard { at: at("2026-06-02T05:21:30Z") })
}

/// Gross prices: a fee to start, energy in steps, a reservation before.
pub(crate) fn fast() -> Receipt {
    let scene = Scene {
        site: "Dockside Services",
        zone: "Europe/London",
        currency: "GBP",
        tariff: r#""tax_included":"YES","tariff_alt_text":[{"language":"en","text":"£0.35 to start, £0.79 per kWh, VAT included."}],"elements":[
            {"price_components":[{"type":"TIME","price":4.00,"vat":20,"step_size":60}],"restrictions":{"reservation":"RESERVATION"}},
            {"price_components":[{"type":"FLAT","price":0.35,"vat":20,"step_size":0},{"type":"ENERGY","price":0.79,"vat":5,"step_size":100}]}]"#,
        reserved_from: Some("2026-06-01T11:48:30Z"),
        signed: false,
        rows: &[
            ("2026-06-01T12:00:10Z", 98_120_440, "Charging"),
            ("2026-06-01T12:10:00Z", 98_138_020, "Charging"),
            ("2026-06-01T12:27:45Z", 98_162_871, "Idle"),
        ],
    };
    receipt(scene.cdr(&Checks::new()), PaymentShown::DueByCard)
}

/// A long stay under a tariff with a maximum.
pub(crate) fn capped() -> Receipt {
    let scene = Scene {
        site: "Hafengarage Süd",
        zone: "Europe/Berlin",
        currency: "EUR",
        tariff: r#""max_price":{"excl_vat":20.00,"incl_vat":23.80},"elements":[{"price_components":[
            {"type":"ENERGY","price":0.45,"vat":19,"step_size":1},{"type":"TIME","price":2.40,"vat":19,"step_size":1},
            {"type":"PARKING_TIME","price":4.80,"vat":19,"step_size":1}]}]"#,
        reserved_from: None,
        signed: false,
        rows: &[
            ("2026-10-24T23:10:00Z", 500, "Charging"),
            ("2026-10-25T00:40:00Z", 19_250, "EVConnected"),
            ("2026-10-25T04:05:30Z", 19_250, "Idle"),
        ],
    };
    receipt(scene.cdr(&Checks::new()), PaymentShown::DueByCard)
}

/// The night again, taken back.
pub(crate) fn credit() -> Receipt {
    let Receipt { cdr, number, .. } = night();
    let issued_at = at("2026-06-04T09:00:00Z");
    let cdr = cdr.credit(issued_at).unwrap();
    Receipt { number: number.map(|number| number.next()), issued_at, cdr, payment: PaymentShown::DueByCard }
}

/// A session whose signed readings are worth this.
pub(crate) fn signed(worth: SignedReadings) -> Receipt {
    let scene = Scene {
        site: "Hafengarage Süd",
        zone: "Europe/Berlin",
        currency: "EUR",
        tariff: r#""elements":[{"price_components":[{"type":"ENERGY","price":0.5,"vat":19,"step_size":1}]}]"#,
        reserved_from: None,
        signed: worth != SignedReadings::None,
        rows: &[("2026-06-01T12:00:00Z", 84_000, "Charging"), ("2026-06-01T13:00:00Z", 94_000, "Idle")],
    };
    let genuine = |mark, at_s, wh| {
        let register = "1-b:1.8.0".to_owned();
        Check::Genuine(vec![SignedReading { register, mark, at_s: Some(at_s), wh: wh..=wh }])
    };
    let [started, ended] = ["Started", "Ended"].map(str::to_owned);
    let checks = match worth {
        SignedReadings::None | SignedReadings::Unverified => Checks::new(),
        SignedReadings::Verified => {
            Checks::from([(started, genuine(Mark::Begin, 0, 84_000)), (ended, genuine(Mark::End, 3600, 94_000))])
        }
        SignedReadings::Invalid => Checks::from([(ended, Check::Forged { why: "it is not theirs".to_owned() })]),
    };
    let cdr = scene.cdr(&checks);
    assert_eq!(cdr.signed_readings, worth);
    let payment = PaymentShown::of(&cdr, &PaymentState::Computed);
    receipt(cdr, payment)
}
