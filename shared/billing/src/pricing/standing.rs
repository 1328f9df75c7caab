//! Which elements of a tariff apply as a session goes on.

use super::conditions::Instant;
use super::offers::{Offer, Offers, Picked};
use super::period::Period;
use super::rates::Rates;

/// Per element of a tariff, whether it applies.
#[derive(Debug)]
pub(super) struct Standing<'a> {
    rates: &'a Rates,
    elements: Vec<Holds>,
}

#[derive(Debug, Clone, Copy)]
struct Holds {
    /// By time and energy.
    lasting: bool,
    /// By what the vehicle draws.
    draw: bool,
}

impl<'a> Standing<'a> {
    pub(super) fn new(rates: &'a Rates) -> Self {
        Self { rates, elements: vec![Holds { lasting: true, draw: true }; rates.elements] }
    }

    /// Looks at the lasting conditions again.
    pub(super) fn reach(&mut self, instant: &Instant) {
        for (element, conditions) in &self.rates.lasting {
            if let Some(element) = self.elements.get_mut(*element) {
                element.lasting = conditions.iter().all(|condition| condition.holds(instant));
            }
        }
    }

    /// Looks at what the vehicle draws in this period; whether that changes anything.
    pub(super) fn enter(&mut self, period: &Period) -> bool {
        let mut changes = false;
        for (element, conditions) in &self.rates.draw {
            if let Some(element) = self.elements.get_mut(*element) {
                let holds = conditions.iter().all(|condition| condition.holds(period));
                changes |= element.draw != holds;
                element.draw = holds;
            }
        }
        changes
    }

    /// Per dimension, the first offer whose element applies.
    pub(super) fn pick(&self, offers: &'a Offers) -> Picked<'a> {
        let applies =
            |offer: &&Offer| self.elements.get(offer.element).is_some_and(|holds| holds.lasting && holds.draw);
        let first = |offers: &'a [Offer]| offers.iter().find(applies);
        let Offers { flat, energy, time, parking } = offers;
        Picked { flat: first(flat), energy: first(energy), time: first(time), parking: first(parking) }
    }
}
