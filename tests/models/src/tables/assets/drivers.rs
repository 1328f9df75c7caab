//! Drivers and what identifies them.

use billing::payment::{Block, Debt};
use messages::{DriverId, IdToken, SessionId};
use ports::{Driver, PortError, ReadDrivers, SavedCard};

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

    /// The sessions of a driver that were given up.
    pub(in super::super) fn unpaid_of(&self, driver: &DriverId) -> Vec<SessionId> {
        self.unpaid.get(driver).into_iter().flatten().cloned().collect()
    }

    /// From now on a driver pays with this card; false when there is no such driver.
    pub(in super::super) fn give_card(&mut self, driver: &DriverId, card: &SavedCard) -> bool {
        let Some(driver) = self.drivers.get_mut(driver) else { return false };
        driver.stripe_customer = Some(card.customer.clone());
        driver.payment_method = Some(card.payment_method.clone());
        true
    }

    /// Writes a driver. A token that another driver had is theirs from now on; one that they no longer have is nobody's.
    pub(super) fn write_driver(&mut self, driver: &Driver) {
        let before = self.drivers.get(&driver.id).cloned();
        self.drivers.insert(driver.id.clone(), driver.clone().with_card_of(before.as_ref()));
        for token in before.map(|before| before.tokens).unwrap_or_default() {
            if !driver.tokens.contains(&token) && self.tokens.get(&token) == Some(&driver.id) {
                self.tokens.remove(&token);
            }
        }
        self.tokens.extend(driver.tokens.iter().map(|token| (token.clone(), driver.id.clone())));
    }
}
