//! What a tariff that is valid probably does not mean to say.

mod bounds;
mod completeness;
mod finding;
mod law;
mod money;
mod order;
mod windows;

pub use finding::{Finding, FindingCode, Severity};

use super::Tariff;

impl Tariff {
    /// Looks for mistakes that pricing cannot see: elements that never apply, volumes without a price, prices that drivers do not expect.
    ///
    /// Findings are in the order of their kinds, then of their places. They follow from the tariff alone: whether it is in force, and at
    /// which stations, is not known here.
    #[must_use]
    pub fn lint(&self) -> Vec<Finding> {
        let mut findings = Vec::new();
        windows::look(self, &mut findings);
        order::look(self, &mut findings);
        money::look(self, &mut findings);
        law::look(self, &mut findings);
        completeness::look(self, &mut findings);
        findings
    }
}
