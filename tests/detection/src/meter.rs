//! What a station says of the truth: gains, noise, steps, and what is wrong with its meter or clock.

use jiff::Timestamp;
use messages::{ConnectorKey, Sample, Status, TransactionId};

use crate::cause::Cause;
use crate::draw::Draw;
use crate::number::{floor, moment, quantised};
use crate::session::{Session, Stage};
use crate::station::{Kind, Station};
use crate::world::Truth;

/// The meter of one connector.
#[derive(Debug, Clone)]
pub(crate) struct Reader {
    /// What the register has counted, Wh.
    counted_wh: f64,
    /// What had been delivered when it was last looked at, Wh.
    seen_wh: f64,
    went_back: bool,
    shown: Shown,
    transaction: Option<(f64, TransactionId)>,
}

/// What the meter showed last.
#[derive(Debug, Clone, Copy, Default)]
struct Shown {
    volts: [f64; 3],
    amperes: [f64; 3],
    celsius: Option<f64>,
}

/// The one place that makes a sample; nothing is measured yet.
pub(crate) fn sample(at: Timestamp) -> Sample {
    Sample {
        at,
        connector: ConnectorKey { evse_id: 1, connector_id: 1 },
        status: Status::Available,
        voltage_v: Vec::new(),
        current_a: Vec::new(),
        power_w: None,
        offered_a: None,
        temperature_c: None,
        register_wh: None,
        transaction_id: None,
        error_code: None,
        vendor_error_code: None,
        received_at: None,
    }
}

/// Says when a sample was received, in seconds since the beginning.
pub(crate) fn received(sample: &mut Sample, seconds: f64) {
    sample.received_at = Some(moment(seconds));
}

impl Reader {
    pub(crate) fn new(draw: &mut Draw) -> Self {
        let counted_wh = draw.scaled(150_000.0, 20_000_000.0).round();
        Self { counted_wh, seen_wh: 0.0, went_back: false, shown: Shown::default(), transaction: None }
    }

    /// Reads the meter.
    pub(crate) fn read(
        &mut self,
        draw: &mut Draw,
        station: &Station,
        session: Option<&Session>,
        truth: &Truth,
        jitter_s: f64,
        cause: Option<&Cause>,
    ) -> Sample {
        let meter = &station.meter;
        let ahead_s = if let Some(Cause::ClockAhead(ahead_s)) = cause { *ahead_s } else { 0.0 };
        let mut read = sample(moment(truth.now + jitter_s + ahead_s));
        read.voltage_v.reserve_exact(station.kind.phases());
        read.current_a.reserve_exact(station.kind.phases());
        let told = session.map_or(Stage::Free, |session| session.stage(truth.now - meter.status_lag_s));
        read.status = status(told);
        let open = !truth.closed && (meter.side == faults::MeterSide::Vehicle || station.kind == Kind::Dc);
        for phase in 0..station.kind.phases() {
            let volts =
                if open { 0.0 } else { truth.volts[phase] * meter.volt_gain + meter.volt_noise * draw.normal() };
            let volts = match cause {
                Some(Cause::VoltageReads(times)) => volts * times,
                Some(Cause::VoltageNoise(noise)) => volts + noise * station.nominal_v * draw.normal(),
                _ => volts,
            };
            read.voltage_v.push(quantised(volts.max(0.0), meter.volt_step));
            let amperes = truth.amperes[phase] * meter.ampere_gain;
            let noise = if amperes > 0.0 { meter.ampere_noise * draw.normal() } else { 0.0 };
            read.current_a.push(quantised((amperes + noise).max(0.0), meter.ampere_step));
        }
        let power = if let Some(Cause::PowerReads(of_it)) = cause { *of_it } else { 1.0 };
        let watts = truth.watts * meter.watt_gain * power * (1.0 + 0.001 * draw.normal());
        read.power_w = Some(quantised(watts, meter.watt_step));
        read.offered_a = meter.tells_offer.then_some(quantised(truth.offer_a, 0.1));
        if meter.thermometer {
            let celsius = truth.celsius + meter.kelvin_noise * draw.normal();
            read.temperature_c = Some(quantised(celsius, meter.kelvin_step));
        }
        read.register_wh = Some(self.register_wh(station, truth, cause));
        read.transaction_id = self.transaction(session, told);
        if meter.tells_no_error {
            read.error_code = Some("NoError".to_owned());
        }
        self.go_wrong(&mut read, cause);
        self.shown.remember(&read);
        read
    }

    fn register_wh(&mut self, station: &Station, truth: &Truth, cause: Option<&Cause>) -> i64 {
        let meter = &station.meter;
        let counts = if let Some(Cause::RegisterCounts(of_it)) = cause { *of_it } else { 1.0 };
        self.counted_wh += (truth.energy_wh - self.seen_wh) * meter.register_gain * counts;
        self.seen_wh = truth.energy_wh;
        match cause {
            Some(Cause::RegisterBack(wh)) if !self.went_back => {
                self.counted_wh -= wh.max(meter.register_step_wh);
                self.went_back = true;
            }
            Some(_) | None => {}
        }
        floor(floor_to(self.counted_wh, meter.register_step_wh))
    }

    fn transaction(&mut self, session: Option<&Session>, told: Stage) -> Option<TransactionId> {
        let session = session.filter(|_| told != Stage::Free)?;
        match &self.transaction {
            Some((plugged_at, id)) if plugged_at.total_cmp(&session.plugged_at).is_eq() => Some(id.clone()),
            Some(_) | None => {
                let id: TransactionId = format!("t{:.0}", session.plugged_at).parse().ok()?;
                self.transaction = Some((session.plugged_at, id.clone()));
                Some(id)
            }
        }
    }

    fn go_wrong(&self, read: &mut Sample, cause: Option<&Cause>) {
        match cause {
            Some(Cause::FrozenVoltage) => freeze(&mut read.voltage_v, self.shown.volts),
            Some(Cause::FrozenCurrent) => freeze(&mut read.current_a, self.shown.amperes),
            Some(Cause::FrozenTemperature) => read.temperature_c = self.shown.celsius,
            Some(Cause::TemperatureReads(celsius)) => read.temperature_c = Some(*celsius),
            Some(Cause::Reports { error, vendor }) => {
                read.error_code = Some((*error).to_owned());
                read.vendor_error_code = vendor.map(str::to_owned);
            }
            _ => {}
        }
    }
}

fn freeze(reading: &mut [f64], shown: [f64; 3]) {
    reading.iter_mut().zip(shown).for_each(|(phase, shown)| *phase = shown);
}

impl Shown {
    fn remember(&mut self, read: &Sample) {
        self.volts[..read.voltage_v.len()].copy_from_slice(&read.voltage_v);
        self.amperes[..read.current_a.len()].copy_from_slice(&read.current_a);
        self.celsius = read.temperature_c;
    }
}

fn floor_to(value: f64, step: f64) -> f64 {
    (value / step).floor() * step
}

fn status(stage: Stage) -> Status {
    match stage {
        Stage::Free => Status::Available,
        Stage::Preparing => Status::Preparing,
        Stage::Charging => Status::Charging,
        Stage::PausedByCar => Status::SuspendedEv,
        Stage::PausedByStation => Status::SuspendedEvse,
        Stage::Finishing => Status::Finishing,
    }
}
