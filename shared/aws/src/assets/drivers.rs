//! Drivers, what identifies them, and what they have not paid.
//!
//! In the partition of a driver, `driver` is followed by a `driver-unpaid#{session}` for each debt that was given up: whoever reads the
//! driver reads these with it. They are written with the debt, so that nothing can say something else.

use aws_sdk_dynamodb::types::TransactWriteItem;
use billing::payment::{Block, Debt};
use messages::{DriverId, IdToken};
use ports::{Driver, PortError, ReadDrivers};
use serde::{Deserialize, Serialize};

use crate::Dynamo;
use crate::dynamo::Seeing;
use crate::item::{Item, Read, key, read};
use crate::keys::SK;
use crate::write::{delete_action, replace_action};

/// The partition of the list.
pub(super) const DRIVERS: &str = "drivers";

const DRIVER: &str = "driver";
const TOKEN: &str = "token";

/// What the sort keys of unpaid debts begin with; itself begins with [`DRIVER`].
const UNPAID: &str = "driver-unpaid#";

/// Whose token it is.
#[derive(Debug, Serialize, Deserialize)]
struct Holder {
    driver: DriverId,
}

impl ReadDrivers for Dynamo {
    async fn driver_of(&self, token: &IdToken) -> Result<Option<Driver>, PortError> {
        let Some(holder) = self.holder(token, Seeing::Recent).await? else { return Ok(None) };
        self.driver(&holder.driver, Seeing::Recent).await
    }
}

impl Dynamo {
    /// A driver, blocked too where a debt of theirs was given up.
    async fn driver(&self, id: &DriverId, seeing: Seeing) -> Result<Option<Driver>, PortError> {
        let action = "read a driver";
        let items = self.list(action, &self.tables.assets, (of_driver(id), DRIVER), seeing).await?;
        let (mut driver, mut owes): (Option<Driver>, bool) = (None, false);
        for item in &items {
            match read(action, item, |item| item.text_of(SK).map(str::to_owned))?.as_str() {
                DRIVER => driver = Some(read(action, item, Read::value)?),
                sk => owes |= sk.starts_with(UNPAID),
            }
        }
        Ok(driver.map(|driver| Driver { blocked: driver.blocked || owes, ..driver }))
    }

    /// What is written at a driver together with a debt of theirs.
    pub(crate) fn block_write(
        &self,
        action: &'static str,
        debt: &Debt,
    ) -> Result<Option<TransactWriteItem>, PortError> {
        let (pk, sk) = (of_driver(&debt.payer.driver), format!("{UNPAID}{}", debt.session));
        let table = &self.tables.assets;
        match debt.block() {
            Block::Stands(unpaid) => {
                replace_action(action, table, Item::keyed(pk, sk).body(action, &unpaid)?).map(Some)
            }
            Block::Lifted => delete_action(action, table, key(pk, sk)).map(Some),
            Block::AsBefore => Ok(None),
        }
    }

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
