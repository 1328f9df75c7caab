//! Drawing up a CDR: a measurement under a tariff.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use messages::{SessionId, TariffId};

use super::totals::{Totals, hours};
use super::{Cdr, CdrDimension, CdrDimensionType, CdrLocation, CdrPeriod, Seller, mask};
use crate::decimal::Decimal;
use crate::error::PricingError;
use crate::exact::Exact;
use crate::flags::Flag;
use crate::pricing::{Period, Rates};
use crate::readings::{Interval, IntervalKind, Measurement};
use crate::tariff::Tariff;

/// What is sold, by whom, for which prices.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sale<'a> {
    pub(crate) session: &'a SessionId,
    pub(crate) tariff_id: &'a TariffId,
    pub(crate) tariff: &'a Tariff,
    pub(crate) time_zone: &'a TimeZone,
    pub(crate) seller: &'a Seller,
    pub(crate) location: Option<&'a CdrLocation>,
}

impl Cdr {
    /// Prices a measured session. Energy below the meter's minimum counts as none.
    pub(crate) fn draw_up(sale: &Sale<'_>, measured: &Measurement, now: Timestamp) -> Result<Self, PricingError> {
        let counts = !measured.flags.contains(&Flag::BelowMinEnergy);
        let stretches = measured
            .intervals
            .iter()
            .map(|stretch| Interval { energy_wh: if counts { stretch.energy_wh } else { 0 }, ..*stretch });
        let stretches: Vec<Interval> = stretches.collect();
        let periods: Vec<Period> = stretches.iter().map(Period::of).collect();
        let priced = Rates::new(sale.tariff, Some(sale.time_zone))?.price(&periods)?;
        let totals = Totals::new(&periods, priced).ok_or(PricingError::TooLarge)?;
        let charging_periods =
            stretches.iter().map(|stretch| CdrPeriod::of(stretch, &sale.tariff.id)).collect::<Option<_>>();
        let at = |second| Timestamp::from_second(second).map_err(|_| PricingError::TooLarge);
        let started_s = stretches.first().map_or(measured.started_s, |first| first.start_s);
        Ok(Self {
            id: Self::id_of(sale.session),
            session_id: sale.session.clone(),
            cdr_location: sale.location.cloned(),
            station: sale.session.station.clone(),
            evse_id: measured.connector.evse_id,
            connector_id: measured.connector.connector_id,
            token: mask(&measured.id_token),
            start_date_time: at(started_s)?,
            end_date_time: at(measured.ended_s)?,
            time_zone: sale.time_zone.iana_name().unwrap_or("UTC").to_owned(),
            currency: sale.tariff.currency,
            seller: sale.seller.clone(),
            tariff_id: sale.tariff_id.clone(),
            tariffs: vec![sale.tariff.clone()],
            charging_periods: charging_periods.ok_or(PricingError::TooLarge)?,
            register_start_wh: measured.register_start_wh,
            register_end_wh: measured.register_end_wh,
            signed_readings: measured.signed_readings,
            energy_wh: stretches.iter().map(|stretch| stretch.energy_wh).sum(),
            charging_s: measured.seconds(IntervalKind::Charging),
            parking_s: measured.seconds(IntervalKind::Parking),
            reservation_s: measured.seconds(IntervalKind::Reservation),
            total_cost: totals.total_cost,
            total_fixed_cost: totals.total_fixed_cost,
            total_energy: totals.total_energy,
            total_energy_cost: totals.total_energy_cost,
            total_time: totals.total_time,
            total_time_cost: totals.total_time_cost,
            total_parking_time: totals.total_parking_time,
            total_parking_cost: totals.total_parking_cost,
            total_reservation_cost: totals.total_reservation_cost,
            rounded_cost: totals.rounded_cost,
            lines: totals.lines,
            notes: totals.notes,
            flags: measured.flags.clone(),
            credit: false,
            credit_reference_id: None,
            created_at: now,
        })
    }
}

impl Period {
    fn of(stretch: &Interval) -> Self {
        let seconds = |kind: IntervalKind| if stretch.kind == kind { stretch.seconds() } else { 0 };
        Self {
            start_s: stretch.start_s,
            end_s: stretch.end_s,
            energy_wh: Exact::whole(stretch.energy_wh),
            charging_s: seconds(IntervalKind::Charging),
            parking_s: seconds(IntervalKind::Parking),
            reservation_s: seconds(IntervalKind::Reservation),
            current_a: crate::pricing::Bounds::default(),
            power_kw: crate::pricing::Bounds::default(),
        }
    }
}

impl CdrPeriod {
    /// A stretch in OCPI's shape: kWh to the Wh, hours to the second.
    fn of(stretch: &Interval, tariff_id: &str) -> Option<Self> {
        let energy = (CdrDimensionType::Energy, Decimal::scaled(stretch.energy_wh, 3)?);
        let time = |kind| Some((kind, hours(stretch.seconds())?));
        let dimensions = match stretch.kind {
            IntervalKind::Charging => vec![energy, time(CdrDimensionType::Time)?],
            IntervalKind::Parking => vec![energy, time(CdrDimensionType::ParkingTime)?],
            IntervalKind::Pause => vec![energy],
            IntervalKind::Reservation => vec![time(CdrDimensionType::ReservationTime)?],
        };
        Some(Self {
            start_date_time: Timestamp::from_second(stretch.start_s).ok()?,
            dimensions: dimensions.into_iter().map(|(kind, volume)| CdrDimension { kind, volume }).collect(),
            tariff_id: Some(tariff_id.to_owned()),
        })
    }
}
