//! Drivers and what identifies them.

use messages::{DriverId, IdToken};
use ports::{Driver, PortError, ReadDrivers};
use serde::{Deserialize, Serialize};

use crate::Dynamo;
use crate::dynamo::Seeing;
use crate::item::key;

/// The partition of the list.
pub(super) const DRIVERS: &str = "drivers";

const DRIVER: &str = "driver";
const TOKEN: &str = "token";

/// Whose token it is.
#[derive(Debug, Serialize, Deserialize)]
struct Holder {
    driver: DriverId,
}

impl ReadDrivers for Dynamo {
    async fn driver_of(&self, token: &IdToken) -> Result<Option<Driver>, PortError> {
        let Some(holder) = self.holder(token, Seeing::Recent).await? else { return Ok(None) };
        self.asset("read a driver", (of_driver(&holder.driver), DRIVER.to_owned()), Seeing::Recent).await
    }
}

impl Dynamo {
    /// Writes a driver. A token that another driver had is theirs from now on; one that they no longer have is nobody's.
    pub(super) async fn write_driver(&self, driver: &Driver) -> Result<(), PortError> {
        let action = "write a driver";
        let name = of_driver(&driver.id);
        let before: Option<Driver> = self.asset(action, (name.clone(), DRIVER.to_owned()), Seeing::Everything).await?;
        let had = before.map(|before| before.tokens).unwrap_or_default();
        for token in had.iter().filter(|token| !driver.tokens.contains(token)) {
            let holder = self.holder(token, Seeing::Everything).await?;
            if holder.is_some_and(|holder| holder.driver == driver.id) {
                self.delete_asset(action, key(of_token(token), TOKEN)).await?;
            }
        }
        for token in &driver.tokens {
            self.put_asset(action, (&of_token(token), TOKEN), &Holder { driver: driver.id.clone() }).await?;
        }
        self.put_asset(action, (DRIVERS, &name), driver).await?;
        self.put_asset(action, (&name, DRIVER), driver).await
    }

    async fn holder(&self, token: &IdToken, seeing: Seeing) -> Result<Option<Holder>, PortError> {
        self.asset("read a token", (of_token(token), TOKEN.to_owned()), seeing).await
    }
}

fn of_driver(id: &DriverId) -> String {
    format!("driver#{id}")
}

fn of_token(token: &IdToken) -> String {
    format!("token#{token}")
}
