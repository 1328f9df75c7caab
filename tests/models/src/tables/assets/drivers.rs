//! Drivers and what identifies them.

use billing::payment::{Block, Debt};
use messages::IdToken;
use ports::{Driver, PortError, ReadDrivers};

use super::Assets;
use crate::Tables;

impl ReadDrivers for Tables {
    async fn driver_of(&self, token: &IdToken) -> Result<Option<Driver>, PortError> {
        let assets = &self.state().assets;
        let driver = assets.tokens.get(token).and_then(|holder| assets.drivers.get(holder));
        let owes = |driver: &Driver| assets.unpaid.get(&driver.id).is_some_and(|debts| !debts.is_empty());
        Ok(driver.map(|driver| Driver { blocked: driver.blocked || owes(driver), ..driver.clone() }))
    }
}

impl Assets {
    /// What a debt means for its driver.
    pub(in super::super) fn block(&mut self, debt: &Debt) {
        let debts = self.unpaid.entry(debt.payer.driver.clone()).or_default();
        match debt.block() {
            Block::Stands(unpaid) => drop(debts.insert(unpaid.session)),
            Block::Lifted => drop(debts.remove(&debt.session)),
            Block::AsBefore => {}
        }
    }

    /// Writes a driver. A token that another driver had is theirs from now on; one that they no longer have is nobody's.
    pub(super) fn write_driver(&mut self, driver: &Driver) {
        let had = self.drivers.insert(driver.id.clone(), driver.clone()).map(|before| before.tokens);
        for token in had.unwrap_or_default() {
            if !driver.tokens.contains(&token) && self.tokens.get(&token) == Some(&driver.id) {
                self.tokens.remove(&token);
            }
        }
        self.tokens.extend(driver.tokens.iter().map(|token| (token.clone(), driver.id.clone())));
    }
}
