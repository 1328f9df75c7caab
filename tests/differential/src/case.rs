//! A tariff and a session as they are generated, changed and written as JSON.

use std::fmt::Write as _;

use jiff::Timestamp;
use rust_decimal::Decimal;

/// Nanoseconds of a second.
pub(crate) const SECOND_NS: i128 = 1_000_000_000;

/// What both engines price.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Case {
    pub(crate) number: u64,
    /// IANA name of the wall clock.
    pub(crate) zone: &'static str,
    pub(crate) tariff: Tariff,
    pub(crate) session: Session,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Tariff {
    /// 2.3.0's `tax_included`.
    pub(crate) tax_included: Option<&'static str>,
    pub(crate) min_price: Option<Limit>,
    pub(crate) max_price: Option<Limit>,
    pub(crate) elements: Vec<Element>,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Limit {
    pub(crate) excl: Decimal,
    pub(crate) incl: Option<Decimal>,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Element {
    pub(crate) components: Vec<Component>,
    pub(crate) restrictions: Restrictions,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Component {
    pub(crate) dimension: Dimension,
    pub(crate) price: Decimal,
    pub(crate) vat: Option<Decimal>,
    pub(crate) step: u32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Dimension {
    Flat,
    Energy,
    Time,
    ParkingTime,
}

impl Dimension {
    fn name(self) -> &'static str {
        match self {
            Self::Flat => "FLAT",
            Self::Energy => "ENERGY",
            Self::Time => "TIME",
            Self::ParkingTime => "PARKING_TIME",
        }
    }
}

#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Restrictions {
    /// Minutes since local midnight.
    pub(crate) start_time: Option<u32>,
    pub(crate) end_time: Option<u32>,
    pub(crate) start_date: Option<String>,
    pub(crate) end_date: Option<String>,
    pub(crate) kwh: Range,
    pub(crate) current: Range,
    pub(crate) power: Range,
    pub(crate) min_duration: Option<u32>,
    pub(crate) max_duration: Option<u32>,
    pub(crate) day_of_week: Vec<&'static str>,
    pub(crate) reservation: Option<&'static str>,
}

/// The lower and the upper bound of a quantity.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct Range {
    pub(crate) min: Option<Decimal>,
    pub(crate) max: Option<Decimal>,
}

impl Range {
    pub(crate) fn is_none(self) -> bool {
        self == Self::default()
    }
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Session {
    pub(crate) periods: Vec<Period>,
    pub(crate) end_ns: i128,
}

/// A charging period; volumes in kWh and hours, A and kW.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct Period {
    pub(crate) start_ns: i128,
    pub(crate) energy: Option<Decimal>,
    pub(crate) charging: Option<Decimal>,
    pub(crate) parking: Option<Decimal>,
    pub(crate) reservation: Option<Decimal>,
    pub(crate) current: Range,
    pub(crate) power: Range,
}

fn is_some(volume: Option<Decimal>) -> bool {
    volume.is_some_and(|volume| !volume.is_zero())
}

impl Period {
    /// Whether it is reservation time and nothing else.
    pub(crate) fn is_reservation(&self) -> bool {
        is_some(self.reservation) && !is_some(self.charging) && !is_some(self.parking) && !is_some(self.energy)
    }

    /// Whether no energy flows.
    pub(crate) fn is_still(&self) -> bool {
        !is_some(self.charging) && !is_some(self.energy)
    }
}

impl Session {
    /// Every period with its end, ns since 1970.
    pub(crate) fn stretches(&self) -> impl Iterator<Item = (&Period, i128)> {
        let ends = self.periods.iter().skip(1).map(|period| period.start_ns).chain([self.end_ns]);
        self.periods.iter().zip(ends)
    }
}

/// An instant as JSON has it.
pub(crate) fn time(ns: i128) -> String {
    Timestamp::from_nanosecond(ns).unwrap_or(Timestamp::UNIX_EPOCH).to_string()
}

/// A JSON object under construction.
#[derive(Default)]
struct Fields(String);

impl Fields {
    fn raw(mut self, name: &str, value: &str) -> Self {
        let comma = if self.0.is_empty() { "" } else { "," };
        let _ = write!(self.0, "{comma}\"{name}\":{value}");
        self
    }

    fn text(self, name: &str, value: &str) -> Self {
        self.raw(name, &format!("\"{value}\""))
    }

    fn maybe<T>(self, name: &str, value: Option<T>, json: impl Fn(T) -> String) -> Self {
        match value {
            Some(value) => self.raw(name, &json(value)),
            None => self,
        }
    }

    fn range(self, unit: &str, range: Range) -> Self {
        let number = |number: Decimal| number.to_string();
        self.maybe(&format!("min_{unit}"), range.min, number).maybe(&format!("max_{unit}"), range.max, number)
    }

    fn close(self) -> String {
        format!("{{{}}}", self.0)
    }
}

fn list(items: impl Iterator<Item = String>) -> String {
    format!("[{}]", items.collect::<Vec<_>>().join(","))
}

impl Tariff {
    pub(crate) fn json(&self) -> String {
        Fields::default()
            .text("country_code", "NL")
            .text("party_id", "EXA")
            .text("id", "t")
            .text("currency", "EUR")
            .maybe("tax_included", self.tax_included, |value| format!("\"{value}\""))
            .maybe("min_price", self.min_price, Limit::json)
            .maybe("max_price", self.max_price, Limit::json)
            .raw("elements", &list(self.elements.iter().map(Element::json)))
            .text("last_updated", "2024-01-01T00:00:00Z")
            .close()
    }
}

impl Limit {
    fn json(self) -> String {
        let number = |number: Decimal| number.to_string();
        Fields::default().raw("excl_vat", &self.excl.to_string()).maybe("incl_vat", self.incl, number).close()
    }
}

impl Element {
    fn json(&self) -> String {
        let Restrictions { start_time, end_time, start_date, end_date, kwh, current, power, .. } = &self.restrictions;
        let Restrictions { min_duration, max_duration, day_of_week, reservation, .. } = &self.restrictions;
        let clock = |minutes: u32| format!("\"{:02}:{:02}\"", minutes / 60, minutes % 60);
        let quoted = |text: &str| format!("\"{text}\"");
        let days = (!day_of_week.is_empty()).then_some(day_of_week);
        let restrictions = Fields::default()
            .maybe("start_time", *start_time, clock)
            .maybe("end_time", *end_time, clock)
            .maybe("start_date", start_date.as_deref(), quoted)
            .maybe("end_date", end_date.as_deref(), quoted)
            .range("kwh", *kwh)
            .range("current", *current)
            .range("power", *power)
            .maybe("min_duration", *min_duration, |seconds| seconds.to_string())
            .maybe("max_duration", *max_duration, |seconds| seconds.to_string())
            .maybe("day_of_week", days, |days| list(days.iter().map(|day| quoted(day))))
            .maybe("reservation", *reservation, quoted);
        let fields = Fields::default().raw("price_components", &list(self.components.iter().map(Component::json)));
        if self.restrictions == Restrictions::default() {
            return fields.close();
        }
        fields.raw("restrictions", &restrictions.close()).close()
    }
}

impl Component {
    fn json(&self) -> String {
        Fields::default()
            .text("type", self.dimension.name())
            .raw("price", &self.price.to_string())
            .maybe("vat", self.vat, |vat| vat.to_string())
            .raw("step_size", &self.step.to_string())
            .close()
    }
}

impl Session {
    /// The CDR of the session; its own totals are no price.
    pub(crate) fn json(&self) -> String {
        let begin = self.periods.first().map_or(self.end_ns, |period| period.start_ns);
        Fields::default()
            .text("country_code", "NL")
            .text("party_id", "EXA")
            .text("id", "c")
            .text("currency", "EUR")
            .text("start_date_time", &time(begin))
            .text("end_date_time", &time(self.end_ns))
            .raw("charging_periods", &list(self.periods.iter().map(Period::json)))
            .raw("total_cost", "{\"excl_vat\":0}")
            .raw("total_energy", "0")
            .raw("total_time", "0")
            .text("last_updated", "2024-01-01T00:00:00Z")
            .close()
    }
}

impl Period {
    fn json(&self) -> String {
        let dimensions = [
            ("ENERGY", self.energy),
            ("TIME", self.charging),
            ("PARKING_TIME", self.parking),
            ("RESERVATION_TIME", self.reservation),
            ("MIN_CURRENT", self.current.min),
            ("MAX_CURRENT", self.current.max),
            ("MIN_POWER", self.power.min),
            ("MAX_POWER", self.power.max),
        ];
        let given = dimensions.into_iter().filter_map(|(name, volume)| Some((name, volume?)));
        let dimensions =
            given.map(|(name, volume)| Fields::default().text("type", name).raw("volume", &volume.to_string()).close());
        Fields::default().text("start_date_time", &time(self.start_ns)).raw("dimensions", &list(dimensions)).close()
    }
}

impl Case {
    /// The case as `price --cases` reads it.
    pub(crate) fn json(&self) -> String {
        Fields::default()
            .raw("id", &self.number.to_string())
            .raw("tariff", &self.tariff.json())
            .raw("cdr", &self.session.json())
            .text("time_zone", self.zone)
            .close()
    }
}
