//! Plans drawn from distributions.

use crate::draw;
use crate::plan::{Arrival, EvsePlan, EvseSpec, Plan, Upload};
use crate::quantity;
use crate::vehicle::{Current, Vehicle};
use jiff::{SignedDuration, Timestamp};
use rand::SeedableRng;
use rand::rngs::SmallRng;

/// How much a station is used.
#[derive(Debug, Clone, PartialEq)]
pub struct Demand {
    /// Sessions in all; they go round the EVSEs.
    pub sessions: usize,
    /// Mean of the exponential gap between a departure and the next arrival, and before the first arrival.
    pub mean_gap: SignedDuration,
    /// Median of the log-normal energy asked for, Wh.
    pub median_energy_wh: u32,
    /// Standard deviation of the logarithm of the energy.
    pub energy_sigma: f64,
    /// Mean of the exponential time a vehicle stays when it wants no more.
    pub mean_park: SignedDuration,
    /// Who may come.
    pub id_tokens: Vec<String>,
}

impl Default for Demand {
    /// Public charging in a town: 12 kWh, a gap of 20 minutes, 15 minutes of parking, one driver.
    fn default() -> Self {
        Self {
            sessions: 3,
            mean_gap: SignedDuration::from_mins(20),
            median_energy_wh: 12_000,
            energy_sigma: 0.6,
            mean_park: SignedDuration::from_mins(15),
            id_tokens: vec!["04A1B2C3".to_owned()],
        }
    }
}

/// The least energy anybody asks for, Wh.
const ENERGY_MIN_WH: f64 = 500.0;

impl Plan {
    /// Draws a plan. The same arguments give the same plan.
    #[must_use]
    pub fn generate(seed: u64, start: Timestamp, evses: &[EvseSpec], demand: &Demand) -> Self {
        let mut rng = SmallRng::seed_from_u64(seed);
        let mut plans: Vec<_> = evses.iter().map(|spec| EvsePlan { spec: spec.clone(), arrivals: vec![] }).collect();
        let mut free_from = vec![start; evses.len()];
        for session in 0..if evses.is_empty() { 0 } else { demand.sessions } {
            let turn = session % evses.len();
            let arrival = draw_arrival(&mut rng, free_from[turn], &evses[turn], demand);
            free_from[turn] = expect_departure(&arrival, &evses[turn]);
            plans[turn].arrivals.push(arrival);
        }
        Self::new(start, seed, plans)
    }
}

fn draw_arrival(rng: &mut SmallRng, free_from: Timestamp, spec: &EvseSpec, demand: &Demand) -> Arrival {
    let gap = draw_span(rng, demand.mean_gap);
    let vehicle = draw_vehicle(rng, spec.current);
    let energy_wh = draw::log_normal(rng, f64::from(demand.median_energy_wh), demand.energy_sigma);
    Arrival {
        plug_in: later(free_from, gap),
        id_token: draw::one_of(rng, &demand.id_tokens).cloned().unwrap_or_else(|| "04A1B2C3".to_owned()),
        asked_wh: quantity::whole_u32(energy_wh.max(ENERGY_MIN_WH)).min(vehicle.room_wh()),
        vehicle,
        park: draw_span(rng, demand.mean_park),
        upload: Upload::Live,
    }
}

fn draw_vehicle(rng: &mut SmallRng, current: Current) -> Vehicle {
    let battery_wh = quantity::whole_u32(draw::between(rng, 38.0, 82.0)) * 1000;
    let start_soc = draw::between(rng, 0.1, 0.7);
    let power_w = |rng: &mut SmallRng, choices: &[u32]| draw::one_of(rng, choices).copied().unwrap_or(3700);
    match current {
        Current::AcSinglePhase => Vehicle::ac_single_phase(battery_wh, start_soc, power_w(rng, &[3700, 7400])),
        // Some vehicles use one phase of the three.
        Current::AcThreePhase => match power_w(rng, &[3700, 11_000, 11_000, 22_000]) {
            3700 => Vehicle::ac_single_phase(battery_wh, start_soc, 3700),
            three_phase_w => Vehicle::ac_three_phase(battery_wh, start_soc, three_phase_w),
        },
        Current::Dc => Vehicle::dc(battery_wh, start_soc, power_w(rng, &[50_000, 90_000, 150_000])),
    }
}

/// Whole seconds, so that plans read well.
fn draw_span(rng: &mut SmallRng, mean: SignedDuration) -> SignedDuration {
    let seconds = draw::exponential(rng, mean.as_secs_f64().max(0.0));
    SignedDuration::from_secs(i64::from(quantity::whole_u32(seconds)))
}

fn later(time: Timestamp, span: SignedDuration) -> Timestamp {
    time.checked_add(span).unwrap_or(Timestamp::MAX)
}

/// Without the taper: who comes too early waits.
fn expect_departure(arrival: &Arrival, spec: &EvseSpec) -> Timestamp {
    let phases = arrival.vehicle.current.phases().min(spec.current.phases());
    let power_w = f64::from(arrival.vehicle.max_power_w).min(spec.nominal_v * spec.max_a * f64::from(phases));
    let charging_s = f64::from(arrival.asked_wh) * 3600.0 / power_w.max(1.0);
    let charging = SignedDuration::from_secs(i64::from(quantity::whole_u32(charging_s)));
    later(later(arrival.plug_in, charging), arrival.park)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn generate(seed: u64, sessions: usize) -> Plan {
        let evses = [EvseSpec::ac_three_phase(1), EvseSpec::dc(2), EvseSpec::ac_single_phase(3)];
        Plan::generate(seed, "2026-06-01T10:00:00Z".parse().unwrap(), &evses, &Demand { sessions, ..Demand::default() })
    }

    #[test]
    fn a_seed_is_a_plan() {
        assert_eq!(generate(1, 20), generate(1, 20));
        assert_ne!(generate(1, 20), generate(2, 20));
    }

    #[test]
    fn every_drawn_plan_can_be_carried_out() {
        for seed in 0..200 {
            let plan = generate(seed, 9);
            assert_eq!(plan.check(), Ok(()), "seed {seed}");
            assert_eq!(plan.evses.iter().map(|evse| evse.arrivals.len()).collect::<Vec<_>>(), [3, 3, 3]);
            for arrival in plan.evses.iter().flat_map(|evse| &evse.arrivals) {
                assert!((500..=arrival.vehicle.room_wh()).contains(&arrival.asked_wh), "seed {seed}: {arrival:?}");
            }
        }
    }

    #[test]
    fn energies_and_gaps_follow_their_distributions() {
        let plan = generate(5, 6000);
        let arrivals = &plan.evses[0].arrivals;
        let mut energies: Vec<u32> = arrivals.iter().map(|arrival| arrival.asked_wh).collect();
        energies.sort_unstable();
        let median = energies[energies.len() / 2];
        assert!((11_000..13_000).contains(&median), "{median}");
        let gaps_s: i64 = arrivals
            .windows(2)
            .map(|pair| pair[1].plug_in.duration_since(expect_departure(&pair[0], &plan.evses[0].spec)).as_secs())
            .sum();
        let mean_gap_s = gaps_s / 1999;
        assert!((1100..1300).contains(&mean_gap_s), "{mean_gap_s}");
    }
}
