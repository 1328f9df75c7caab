//! Drivers, what identifies them, and what they have not paid.
//!
//! In the partition of a driver, `driver` is followed by a `driver-unpaid#{session}` for each debt that was given up: whoever reads the
//! driver reads these with it. They are written with the debt, so that nothing can say something else.

use aws_sdk_dynamodb::types::TransactWriteItem;
use billing::payment::{Block, Debt, Unpaid};
use messages::{DriverId, IdToken, SessionId};
use ports::{Driver, PortError, ReadDrivers, ReadUnpaid, SavedCard};
use serde::{Deserialize, Serialize};

use crate::Dynamo;
use crate::dynamo::Seeing;
use crate::item::{Item, Read, key, read};
use crate::keys::{BODY, SK};
use crate::write::{Committed, Transaction, delete_action, exchange_action, replace_action};

/// The partition of the list.
pub(super) const DRIVERS: &str = "drivers";

const DRIVER: &str = "driver";
const TOKEN: &str = "token";

/// What the sort keys of unpaid debts begin with; itself begins with [`DRIVER`].
const UNPAID: &str = "driver-unpaid#";

/// How often a driver is written whose row changed meanwhile.
const ATTEMPTS: usize = 5;

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

impl ReadUnpaid for Dynamo {
    async fn unpaid_of(&self, driver: &DriverId) -> Result<Vec<SessionId>, PortError> {
        let action = "read what a driver has not paid";
        let key = (of_driver(driver), UNPAID);
        let items = self.list(action, &self.tables.assets, key, Seeing::Everything).await?;
        let unpaid = items.iter().map(|item| read(action, item, Read::value::<Unpaid>));
        unpaid.map(|unpaid| Ok(unpaid?.session)).collect()
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

    /// What is written of a driver who pays with this card from now on.
    pub(crate) async fn card_writes(
        &self,
        action: &'static str,
        driver: &DriverId,
        card: &SavedCard,
    ) -> Result<[TransactWriteItem; 2], PortError> {
        let Some((before, text)) = self.stored_driver(action, driver).await? else {
            return Err(PortError::new(action, "there is no such driver"));
        };
        let (customer, method) = (Some(card.customer.clone()), Some(card.payment_method.clone()));
        self.driver_writes(action, &Driver { stripe_customer: customer, payment_method: method, ..before }, Some(&text))
    }

    /// The driver as they are stored, and the text that says so.
    async fn stored_driver(&self, action: &'static str, id: &DriverId) -> Result<Option<(Driver, String)>, PortError> {
        let key = (of_driver(id), DRIVER.to_owned());
        let found = self.get(action, &self.tables.assets, key, Seeing::Everything).await?;
        let parts = |item: &_| Ok((Read::value(item)?, Read::text_of(item, BODY)?.to_owned()));
        found.map(|item| read(action, &item, parts)).transpose()
    }

    /// The two items of a driver, if the stored text is still the one that was read.
    fn driver_writes(
        &self,
        action: &'static str,
        driver: &Driver,
        before: Option<&str>,
    ) -> Result<[TransactWriteItem; 2], PortError> {
        let (name, table) = (of_driver(&driver.id), &self.tables.assets);
        let listed = Item::keyed(DRIVERS, &name).body(action, driver)?;
        Ok([
            exchange_action(action, table, Item::keyed(&name, DRIVER).body(action, driver)?, before)?,
            replace_action(action, table, listed)?,
        ])
    }

    /// Writes a driver. A token that another driver had is theirs from now on; one that they no longer have is nobody's. A card that was
    /// saved stays where none is named, also when that happens meanwhile.
    pub(super) async fn write_driver(&self, driver: &Driver) -> Result<(), PortError> {
        let action = "write a driver";
        self.write_tokens(action, driver).await?;
        for _ in 0..ATTEMPTS {
            let (before, text) = self.stored_driver(action, &driver.id).await?.unzip();
            let driver = driver.clone().with_card_of(before.as_ref());
            let writes = self.driver_writes(action, &driver, text.as_deref())?;
            match self.commit(action, writes.into_iter().fold(Transaction::default(), Transaction::require)).await? {
                Committed::Done => return Ok(()),
                Committed::Refused(_) => {}
            }
        }
        Err(PortError::new(action, "their row changed all the time"))
    }

    async fn write_tokens(&self, action: &'static str, driver: &Driver) -> Result<(), PortError> {
        let had = self.stored_driver(action, &driver.id).await?.map(|(before, _)| before.tokens).unwrap_or_default();
        for token in had.iter().filter(|token| !driver.tokens.contains(token)) {
            let holder = self.holder(token, Seeing::Everything).await?;
            if holder.is_some_and(|holder| holder.driver == driver.id) {
                self.delete_asset(action, key(of_token(token), TOKEN)).await?;
            }
        }
        for token in &driver.tokens {
            self.put_asset(action, (&of_token(token), TOKEN), &Holder { driver: driver.id.clone() }).await?;
        }
        Ok(())
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
