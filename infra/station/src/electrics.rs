//! Voltages, currents and power at a connector.

use crate::draw;
use crate::fault::ActiveFaults;
use crate::plan::EvseSpec;
use crate::quantity;
use crate::vehicle::{Current, Vehicle};
use rand::rngs::SmallRng;

/// Active over apparent power of an on-board charger.
const POWER_FACTOR: f64 = 0.985;
/// How far the supply sags at the rated current, as a part of its voltage.
const SAG_AT_RATED: f64 = 0.008;
/// Pack voltage of an empty battery, as a part of the nominal voltage.
const PACK_EMPTY: f64 = 0.93;
/// What a full battery has more.
const PACK_RISE: f64 = 0.09;
/// Scatter of a voltage reading, as a part of the nominal voltage.
const VOLTAGE_SCATTER: f64 = 0.0015;
/// Scatter of a current reading, A.
const CURRENT_SCATTER_A: f64 = 0.05;

/// A vehicle that is being charged.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Load<'a> {
    pub(crate) vehicle: &'a Vehicle,
    /// Its state of charge, 0 to 1.
    pub(crate) soc: f64,
}

/// What really flows, before any meter looks at it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Flow {
    /// The same on every phase, V.
    pub(crate) voltage_v: f64,
    /// On each phase in use, A.
    pub(crate) current_a: f64,
    /// Phases in use; the others carry no current.
    pub(crate) active_phases: u8,
    /// Over all phases, W.
    pub(crate) power_w: f64,
}

/// What a connector carries, given what is plugged in, what is offered (A per phase) and what is wrong.
pub(crate) fn flow(spec: &EvseSpec, load: Option<Load<'_>>, offered_a: f64, faults: &ActiveFaults) -> Flow {
    let Some(load) = load else {
        let resting_v = match spec.current {
            Current::AcSinglePhase | Current::AcThreePhase => spec.nominal_v,
            Current::Dc => 0.0,
        };
        let voltage_v = faults.voltage_ratio.map_or(resting_v, |ratio| ratio * spec.nominal_v);
        return Flow { voltage_v, current_a: 0.0, active_phases: 0, power_w: 0.0 };
    };
    let active_phases = load.vehicle.current.phases().min(spec.current.phases());
    let wanted_w = load.vehicle.power_w(load.soc) / f64::from(active_phases);
    let (usual_v, wanted_a, power_factor) = match spec.current {
        Current::AcSinglePhase | Current::AcThreePhase => {
            let wanted_a = (wanted_w / (spec.nominal_v * POWER_FACTOR)).min(offered_a);
            (spec.nominal_v * (1.0 - SAG_AT_RATED * wanted_a / spec.max_a), wanted_a, POWER_FACTOR)
        }
        Current::Dc => {
            let pack_v = spec.nominal_v * (PACK_EMPTY + PACK_RISE * load.soc);
            (pack_v, (wanted_w / pack_v).min(offered_a), 1.0)
        }
    };
    let voltage_v = faults.voltage_ratio.map_or(usual_v, |ratio| ratio * spec.nominal_v);
    let current_a = faults.current_ratio.map_or(wanted_a, |ratio| ratio * offered_a);
    let power_w = voltage_v * current_a * power_factor * f64::from(active_phases);
    Flow { voltage_v, current_a, active_phases, power_w }
}

/// What the meter shows of it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Reading {
    pub(crate) voltage_v: Vec<f64>,
    pub(crate) current_a: Vec<f64>,
    pub(crate) power_w: u64,
}

/// Reads the meter: every value with its own scatter and one decimal, the power from those values.
pub(crate) fn measure(spec: &EvseSpec, flow: &Flow, rng: &mut SmallRng) -> Reading {
    let scatter_v = if flow.voltage_v > 0.0 { VOLTAGE_SCATTER * spec.nominal_v } else { 0.0 };
    let phases = spec.current.phases();
    let voltage_v: Vec<f64> =
        (0..phases).map(|_| quantity::tenths(flow.voltage_v + scatter_v * draw::normal(rng))).collect();
    let current_a: Vec<f64> = (0..phases)
        .map(|phase| {
            if phase >= flow.active_phases {
                return 0.0;
            }
            quantity::tenths((flow.current_a + CURRENT_SCATTER_A * draw::normal(rng)).max(0.0))
        })
        .collect();
    let apparent_w: f64 = voltage_v.iter().zip(&current_a).map(|(voltage_v, current_a)| voltage_v * current_a).sum();
    let power_factor = if spec.current == Current::Dc { 1.0 } else { POWER_FACTOR };
    Reading { voltage_v, current_a, power_w: quantity::whole(apparent_w * power_factor) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::SeedableRng;

    fn check(spec: &EvseSpec, vehicle: &Vehicle, offered_a: f64, faults: &ActiveFaults, expected: (f64, f64, u8)) {
        let flow = flow(spec, Some(Load { vehicle, soc: 0.5 }), offered_a, faults);
        let shown = (quantity::tenths(flow.voltage_v), quantity::tenths(flow.current_a), flow.active_phases);
        assert_eq!(shown, expected, "{vehicle:?} offered {offered_a} A with {faults:?}");
    }

    #[test]
    fn the_offer_the_vehicle_and_the_connector_each_limit_the_current() {
        let none = ActiveFaults::default();
        let (three, single, dc) = (EvseSpec::ac_three_phase(1), EvseSpec::ac_single_phase(1), EvseSpec::dc(1));
        check(&three, &Vehicle::ac_three_phase(60_000, 0.5, 11_000), 16.0, &none, (228.2, 16.0, 3));
        check(&three, &Vehicle::ac_three_phase(60_000, 0.5, 11_000), 10.0, &none, (228.9, 10.0, 3));
        check(&three, &Vehicle::ac_single_phase(60_000, 0.5, 2300), 16.0, &none, (228.8, 10.2, 1));
        check(&single, &Vehicle::ac_three_phase(60_000, 0.5, 22_000), 32.0, &none, (228.2, 32.0, 1));
        check(&dc, &Vehicle::dc(60_000, 0.5, 150_000), 125.0, &none, (390.0, 125.0, 1));
        check(&dc, &Vehicle::dc(60_000, 0.5, 20_000), 125.0, &none, (390.0, 50.1, 1));
    }

    #[test]
    fn faults_replace_the_quantity_they_concern() {
        let spec = EvseSpec::ac_three_phase(1);
        let vehicle = Vehicle::ac_three_phase(60_000, 0.5, 11_000);
        let high = ActiveFaults { voltage_ratio: Some(1.2), ..ActiveFaults::default() };
        check(&spec, &vehicle, 16.0, &high, (276.0, 16.0, 3));
        let strong = ActiveFaults { current_ratio: Some(1.5), ..ActiveFaults::default() };
        check(&spec, &vehicle, 16.0, &strong, (228.2, 24.0, 3));
        check(&spec, &Vehicle::ac_single_phase(60_000, 0.5, 2300), 16.0, &strong, (228.8, 24.0, 1));
        let idle = flow(&spec, None, 16.0, &strong);
        assert_eq!((idle.current_a, idle.power_w), (0.0, 0.0), "nothing draws without a vehicle");
    }

    #[test]
    fn power_agrees_with_the_voltages_and_currents_shown() {
        let mut rng = SmallRng::seed_from_u64(3);
        for (spec, vehicle) in [
            (EvseSpec::ac_three_phase(1), Vehicle::ac_single_phase(60_000, 0.2, 3700)),
            (EvseSpec::dc(1), Vehicle::dc(60_000, 0.2, 50_000)),
        ] {
            let flow = flow(&spec, Some(Load { vehicle: &vehicle, soc: 0.4 }), spec.max_a, &ActiveFaults::default());
            for _ in 0..1000 {
                let reading = measure(&spec, &flow, &mut rng);
                let ratio = quantity::real(reading.power_w) / flow.power_w;
                assert!((0.98..1.02).contains(&ratio), "{reading:?} of {flow:?}");
            }
        }
    }
}
