//! Charging periods, ready to be priced.

use jiff::Timestamp;

use crate::cdr::{CdrDimensionType, CdrPeriod};
use crate::decimal::Decimal;
use crate::error::Invalid;
use crate::exact::Exact;

/// The lowest and the highest value of a quantity in a period, where measured.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Bounds {
    /// The lowest.
    pub min: Option<Exact>,
    /// The highest.
    pub max: Option<Exact>,
}

/// A stretch of a session and what was measured in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Period {
    /// Its start, seconds since 1970.
    pub start_s: i64,
    /// Its end, seconds since 1970; not before its start.
    pub end_s: i64,
    /// Energy, Wh.
    pub energy_wh: Exact,
    /// Time charging, seconds.
    pub charging_s: i64,
    /// Time in which the vehicle asked for nothing, seconds.
    pub parking_s: i64,
    /// Time reserved, seconds.
    pub reservation_s: i64,
    /// Current, A, summed over the phases.
    pub current_a: Bounds,
    /// Power, kW.
    pub power_kw: Bounds,
}

impl Period {
    /// A stretch in which nothing was measured.
    #[must_use]
    pub fn empty(start: Timestamp, end: Timestamp) -> Self {
        Self {
            start_s: start.as_second(),
            end_s: end.as_second(),
            energy_wh: Exact::ZERO,
            charging_s: 0,
            parking_s: 0,
            reservation_s: 0,
            current_a: Bounds::default(),
            power_kw: Bounds::default(),
        }
    }

    /// The periods of a CDR that ends at `end`; hours become whole seconds.
    ///
    /// # Errors
    /// [`Invalid`]: none given, not in order, a negative time.
    pub fn of_cdr(periods: &[CdrPeriod], end: Timestamp) -> Result<Vec<Self>, Invalid> {
        if periods.is_empty() {
            return Err(Invalid::new("charging_periods", "must hold at least one period"));
        }
        let ends = periods.iter().skip(1).map(|next| next.start_date_time).chain([end]);
        let read: Result<Vec<Self>, Invalid> = periods
            .iter()
            .zip(ends)
            .enumerate()
            .map(|(index, (period, end))| {
                Self::of_cdr_period(period, end).map_err(|invalid| invalid.below(&format!("charging_periods[{index}]")))
            })
            .collect();
        read.map(Self::over_one_denominator)
    }

    /// Writes the energies over one denominator, so that they add up without further ado.
    fn over_one_denominator(mut periods: Vec<Self>) -> Vec<Self> {
        let share = |common: Exact, period: &Self| common.over_common_denominator(period.energy_wh);
        if let Some(common) = periods.iter().try_fold(Exact::ONE, share) {
            for period in &mut periods {
                let written = period.energy_wh.over_denominator(common.denominator());
                period.energy_wh = written.unwrap_or(period.energy_wh);
            }
        }
        periods
    }

    fn of_cdr_period(period: &CdrPeriod, end: Timestamp) -> Result<Self, Invalid> {
        if end < period.start_date_time {
            return Err(Invalid::new("start_date_time", "must not be after the start of the next period or the end"));
        }
        let mut read = Self::empty(period.start_date_time, end);
        for (index, dimension) in period.dimensions.iter().enumerate() {
            let invalid = |rule: &str| Invalid::new(format!("dimensions[{index}].volume"), rule);
            let seconds = || seconds(dimension.volume).ok_or_else(|| invalid("must be a number of hours from 0 on"));
            match &dimension.kind {
                CdrDimensionType::Energy => {
                    let wh = dimension.volume.exact().times(Exact::whole(1000));
                    let sum = wh.and_then(Exact::in_lowest_terms).and_then(|wh| wh.plus(read.energy_wh));
                    read.energy_wh = sum.ok_or_else(|| invalid("is too large"))?;
                }
                CdrDimensionType::Time => read.charging_s += seconds()?,
                CdrDimensionType::ParkingTime => read.parking_s += seconds()?,
                CdrDimensionType::ReservationTime => read.reservation_s += seconds()?,
                CdrDimensionType::MinCurrent => read.current_a.min = Some(dimension.volume.exact()),
                CdrDimensionType::MaxCurrent => read.current_a.max = Some(dimension.volume.exact()),
                CdrDimensionType::MinPower => read.power_kw.min = Some(dimension.volume.exact()),
                CdrDimensionType::MaxPower => read.power_kw.max = Some(dimension.volume.exact()),
                CdrDimensionType::Other(_) => {}
            }
        }
        Ok(read)
    }

    /// Whether this is reservation time and nothing else.
    #[must_use]
    pub fn is_reservation(&self) -> bool {
        self.reservation_s > 0 && self.charging_s == 0 && self.parking_s == 0 && self.energy_wh.is_zero()
    }

    /// The lowest current, A: as measured; the highest stands in for it.
    pub(super) fn min_current_a(&self) -> Option<Exact> {
        self.current_a.min.or(self.current_a.max).or_else(|| self.nothing_when_still())
    }

    /// The highest current, A: as measured; the lowest stands in for it.
    pub(super) fn max_current_a(&self) -> Option<Exact> {
        self.current_a.max.or(self.current_a.min).or_else(|| self.nothing_when_still())
    }

    /// The lowest power, kW: as measured, or the average while charging.
    pub(super) fn min_power_kw(&self) -> Option<Exact> {
        self.power_kw.min.or_else(|| self.average_kw())
    }

    /// The highest power, kW: as measured, or the average while charging.
    pub(super) fn max_power_kw(&self) -> Option<Exact> {
        self.power_kw.max.or_else(|| self.average_kw())
    }

    /// Where no energy flows, current and power are 0 without being measured.
    fn nothing_when_still(&self) -> Option<Exact> {
        (self.charging_s == 0 && self.energy_wh.is_zero()).then_some(Exact::ZERO)
    }

    /// Wh / 1000 per s / 3600.
    fn average_kw(&self) -> Option<Exact> {
        self.nothing_when_still().or_else(|| {
            let joules = self.energy_wh.times(Exact::whole(36))?;
            joules.over(Exact::whole(self.charging_s.checked_mul(10)?))
        })
    }
}

/// Hours as whole seconds; at most some 30 years.
fn seconds(hours: Decimal) -> Option<i64> {
    let seconds = hours.exact().times(Exact::whole(3600))?.round()?;
    i64::try_from(seconds).ok().filter(|seconds| (0..=1_000_000_000).contains(seconds))
}
