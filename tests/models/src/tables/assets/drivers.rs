//! Drivers and what identifies them.

use messages::IdToken;
use ports::{Driver, PortError, ReadDrivers};

use super::Assets;
use crate::Tables;

impl ReadDrivers for Tables {
    async fn driver_of(&self, token: &IdToken) -> Result<Option<Driver>, PortError> {
        let assets = &self.state().assets;
        Ok(assets.tokens.get(token).and_then(|holder| assets.drivers.get(holder)).cloned())
    }
}

impl Assets {
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
