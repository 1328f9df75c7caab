//! The page: everything a receipt says, as text in its place.

use askama::Template;
use messages::Language;

use super::Receipt;
use super::clock::Clock;
use super::figures::{Figures, duration};
use super::lines::{LineShown, Lines, ShareShown};
use super::remarks::remarks;
use super::texts::Texts;
use crate::cdr::{Cdr, SignedReadings};
use crate::exact::Exact;
use crate::tariff::{DisplayText, TaxIncluded};

/// Facts under their labels; what has no value has no label either.
#[derive(Debug, Default)]
struct Facts(Vec<(&'static str, String)>);

impl Facts {
    fn with(mut self, label: &'static str, value: impl Into<String>) -> Self {
        let value = value.into();
        if !value.trim().is_empty() {
            self.0.push((label, value));
        }
        self
    }

    fn with_some(self, label: &'static str, value: Option<impl Into<String>>) -> Self {
        match value {
            Some(value) => self.with(label, value),
            None => self,
        }
    }
}

#[derive(Template)]
#[template(path = "receipt.html", whitespace = "minimize")]
struct Page<'a> {
    texts: &'static Texts,
    language: &'static str,
    currency: &'static str,
    title: &'static str,
    heading: Facts,
    seller: &'a str,
    address: &'a str,
    vat_id: Option<&'a str>,
    contact: Option<&'a str>,
    total: String,
    vat_within: String,
    payment: String,
    place: Facts,
    times: Facts,
    local_times: String,
    registers: Facts,
    /// Names the colour of the signatures' worth.
    signature_class: &'static str,
    signature: (&'static str, &'static str),
    lines: Vec<LineShown>,
    shares: Vec<ShareShown>,
    sum: ShareShown,
    overall: Option<String>,
    rounding: String,
    tariff: Facts,
    tariff_text: &'a str,
    tariff_url: &'a str,
    remarks: Vec<String>,
}

/// The receipt as HTML.
pub(super) fn page(receipt: &Receipt, language: Language) -> String {
    let Receipt { number, issued_at, cdr, payment } = receipt;
    let texts = Texts::of(language);
    let figures = Figures { language, currency: cdr.currency };
    let clock = Clock::new(language, &cdr.time_zone);
    let lines = Lines { cdr, texts, figures, clock: &clock };
    let cost = &cdr.rounded_cost;
    let tariff = cdr.tariffs.first();
    let paid_on = match payment {
        super::PaymentShown::PaidByCard { at } => clock.date(*at),
        super::PaymentShown::NothingDue
        | super::PaymentShown::TooSmall
        | super::PaymentShown::DueByCard
        | super::PaymentShown::NotCollected => String::new(),
    };
    let page = Page {
        texts,
        language: language.as_tag(),
        currency: cdr.currency.code(),
        title: if cdr.credit { texts.credit } else { texts.receipt },
        heading: Facts::default()
            .with_some(texts.number, number.as_ref().map(ToString::to_string))
            .with(texts.issued, clock.date(*issued_at))
            .with(texts.supplied, clock.dates(cdr.start_date_time, cdr.end_date_time))
            .with_some(texts.takes_back, cdr.credit_reference_id.as_deref().filter(|_| cdr.credit))
            .with(texts.record, cdr.id.as_str()),
        seller: cdr.seller.name.trim(),
        address: filled(cdr.seller.address.as_deref()).unwrap_or_default(),
        vat_id: filled(cdr.seller.vat_id.as_deref()),
        contact: filled(cdr.seller.contact.as_deref()),
        total: figures.money(cost.incl_minor),
        vat_within: (texts.vat_within)(&figures.money(cost.vat_minor)),
        payment: (texts.payment)(*payment, cdr.credit, &paid_on),
        place: place(cdr, texts),
        times: times(cdr, texts, &clock),
        local_times: (texts.local_times)(&cdr.time_zone),
        registers: registers(cdr, texts, figures),
        signature_class: signature_class(cdr.signed_readings),
        signature: (texts.signed)(cdr.signed_readings),
        lines: lines.lines(),
        shares: lines.shares(),
        sum: ShareShown {
            rate: texts.sum.to_owned(),
            net: figures.minor(cost.excl_minor),
            vat: figures.minor(cost.vat_minor),
            gross: figures.minor(cost.incl_minor),
        },
        overall: lines.overall_price(),
        rounding: (texts.rounding)(&figures.money(1), tariff.is_some_and(|tariff| tariff.taxes() == TaxIncluded::Yes)),
        tariff: Facts::default()
            .with(texts.tariff, cdr.tariff_id.as_str())
            .with_some(texts.version, tariff.map(|tariff| clock.moment(tariff.last_updated)))
            .with_some(texts.prices, tariff.map(|tariff| (texts.taxes)(tariff.taxes()))),
        tariff_text: tariff.map_or("", |tariff| text_in(&tariff.tariff_alt_text, language)),
        tariff_url: tariff.and_then(|tariff| filled(tariff.tariff_alt_url.as_deref())).unwrap_or_default(),
        remarks: remarks(cdr, texts, figures),
    };
    // Strings are written into a string: nothing of it can fail.
    page.render().unwrap_or_default()
}

fn place(cdr: &Cdr, texts: &Texts) -> Facts {
    Facts::default()
        .with_some(texts.site, cdr.cdr_location.as_ref().map(|site| site.name.as_str()))
        .with(texts.station, cdr.station.as_str())
        .with(texts.evse, cdr.evse_id.to_string())
        .with(texts.connector, cdr.connector_id.to_string())
        .with(texts.token, cdr.token.as_str())
}

fn times(cdr: &Cdr, texts: &Texts, clock: &Clock) -> Facts {
    let duration = |seconds: i64| duration(i128::from(seconds));
    let reserved = (cdr.reservation_s != 0).then(|| duration(cdr.reservation_s));
    Facts::default()
        .with(texts.start, clock.moment(cdr.start_date_time))
        .with(texts.end, clock.moment(cdr.end_date_time))
        .with(texts.charging, duration(cdr.charging_s))
        .with(texts.idle, duration(cdr.parking_s))
        .with_some(texts.reservation, reserved)
}

fn registers(cdr: &Cdr, texts: &Texts, figures: Figures) -> Facts {
    let energy = |wh: i64| figures.energy(Exact::whole(wh));
    Facts::default()
        .with(texts.register_start, energy(cdr.register_start_wh))
        .with(texts.register_end, energy(cdr.register_end_wh))
        .with(texts.energy, energy(cdr.energy_wh))
}

fn signature_class(signed: SignedReadings) -> &'static str {
    match signed {
        SignedReadings::None | SignedReadings::Unverified => "plain",
        SignedReadings::Verified => "good",
        SignedReadings::Invalid => "bad",
    }
}

/// A text that says something.
fn filled(text: Option<&str>) -> Option<&str> {
    text.map(str::trim).filter(|text| !text.is_empty())
}

/// The text in this language, else the first.
fn text_in(texts: &[DisplayText], language: Language) -> &str {
    let is_ours = |text: &&DisplayText| {
        text.language.split(['-', '_']).next().is_some_and(|tag| tag.eq_ignore_ascii_case(language.as_tag()))
    };
    texts.iter().find(is_ours).or_else(|| texts.first()).map_or("", |text| text.text.trim())
}

/// Whether an address from elsewhere may become a link: one to a page, nothing that runs.
fn is_page(address: &str) -> bool {
    address.starts_with("https://") || address.starts_with("http://")
}
