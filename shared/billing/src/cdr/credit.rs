//! Taking a CDR back (OCPI `mod_cdrs`, Credit CDRs).

use jiff::Timestamp;

use super::Cdr;
use crate::decimal::Decimal;
use crate::pricing::{Line, Price, RoundedCost, VatShare};

impl Cdr {
    /// The record that takes this one back: everything as it was, every cost with the other sign, line by line. What takes another record
    /// back is not taken back itself: `None`.
    ///
    /// Its id follows from this one's, so that a record is taken back once, however often that is asked for.
    #[must_use]
    pub fn credit(&self, now: Timestamp) -> Option<Self> {
        if self.credit {
            return None;
        }
        Some(Self {
            id: format!("{}-C", self.id),
            total_cost: self.total_cost.negated(),
            total_fixed_cost: self.total_fixed_cost.negated(),
            total_energy_cost: self.total_energy_cost.negated(),
            total_time_cost: self.total_time_cost.negated(),
            total_parking_cost: self.total_parking_cost.negated(),
            total_reservation_cost: self.total_reservation_cost.negated(),
            rounded_cost: self.rounded_cost.negated(),
            lines: self.lines.iter().map(Line::negated).collect(),
            credit: true,
            credit_reference_id: Some(self.id.clone()),
            created_at: now,
            ..self.clone()
        })
    }
}

impl Price {
    fn negated(self) -> Self {
        Self { excl_vat: self.excl_vat.negated(), incl_vat: self.incl_vat.negated() }
    }
}

impl Line {
    fn negated(&self) -> Self {
        let [cost_excl, cost_incl] = [self.cost_excl, self.cost_incl].map(Decimal::negated);
        Self { cost_excl, cost_incl, ..self.clone() }
    }
}

impl RoundedCost {
    fn negated(&self) -> Self {
        let share = |share: &VatShare| VatShare {
            rate: share.rate,
            base_minor: -share.base_minor,
            vat_minor: -share.vat_minor,
        };
        Self {
            currency: self.currency,
            excl_minor: -self.excl_minor,
            vat_minor: -self.vat_minor,
            incl_minor: -self.incl_minor,
            vat: self.vat.iter().map(share).collect(),
        }
    }
}
