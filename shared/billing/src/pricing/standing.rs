//! Which elements of a tariff apply as a session goes on.

use super::conditions::{Condition, Instant};
use super::offers::{Offer, Offers, Picked};
use super::period::Period;
use super::rates::Rates;

/// Per element of a tariff, whether it applies.
#[derive(Debug)]
pub(super) struct Standing<'a> {
    rates: &'a Rates,
    /// By time and energy.
    lasting: Vec<bool>,
    /// By what the vehicle draws.
    draw: Vec<bool>,
}

impl<'a> Standing<'a> {
    pub(super) fn new(rates: &'a Rates) -> Self {
        let count = rates.conditions.len();
        Self { rates, lasting: vec![false; count], draw: vec![true; count] }
    }

    /// Looks at the lasting conditions again.
    pub(super) fn reach(&mut self, instant: &Instant) {
        let hold = |conditions: &[Condition]| conditions.iter().all(|condition| condition.holds(instant));
        for (holds, conditions) in self.lasting.iter_mut().zip(&self.rates.conditions) {
            *holds = hold(&conditions.lasting);
        }
    }

    /// Looks at what the vehicle draws in this period; whether that changes anything.
    pub(super) fn enter(&mut self, period: &Period) -> bool {
        let mut changes = false;
        for (holds, conditions) in self.draw.iter_mut().zip(&self.rates.conditions) {
            if conditions.draw.is_empty() {
                continue;
            }
            let held = std::mem::replace(holds, conditions.draw.iter().all(|condition| condition.holds(period)));
            changes |= held != *holds;
        }
        changes
    }

    /// Per dimension, the first offer whose element applies.
    pub(super) fn pick(&self, offers: &'a Offers) -> Picked<'a> {
        let applies = |offer: &&Offer| {
            let is = |holds: &[bool]| holds.get(offer.element).copied().unwrap_or(false);
            is(&self.lasting) && is(&self.draw)
        };
        let first = |offers: &'a [Offer]| offers.iter().find(applies);
        let Offers { flat, energy, time, parking } = offers;
        Picked { flat: first(flat), energy: first(energy), time: first(time), parking: first(parking) }
    }
}
