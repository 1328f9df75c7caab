//! Receipts, each under its number.
//!
//! Partition: the series, which is the site. Sort key: `n#` and ten digits of the number. There is no counter beside them: the last
//! number is that of the last receipt, and the next one is written on the condition that nobody has taken it.

use billing::receipt::Issued;
use billing::session::Head;
use messages::SiteId;
use ports::{KeepReceipts, PortError, Saved};

use crate::Dynamo;
use crate::dynamo::Seeing;
use crate::item::{Item, Read, read};
use crate::sessions::head_item;
use crate::write::{Committed, Expected, Transaction, put_action};

/// What the sort keys begin with.
pub(crate) const NUMBER: &str = "n#";

impl KeepReceipts for Dynamo {
    async fn last_receipt(&self, series: &SiteId) -> Result<Option<Issued>, PortError> {
        let action = "read the last receipt of a site";
        let key = (series.to_string(), NUMBER);
        let found = self.last(action, &self.tables.receipts, key, Seeing::Everything).await?;
        found.map(|item| read(action, &item, Read::value)).transpose()
    }

    async fn receipts(&self, series: &SiteId) -> Result<Vec<Issued>, PortError> {
        let action = "read the receipts of a site";
        let key = (series.to_string(), NUMBER);
        let items = self.list(action, &self.tables.receipts, key, Seeing::Everything).await?;
        items.iter().map(|item| read(action, item, Read::value)).collect()
    }

    async fn issue(&self, receipt: &Issued, head: &Head) -> Result<Saved, PortError> {
        let action = "issue a receipt";
        let sk = format!("{NUMBER}{:010}", receipt.number.number);
        let item = Item::keyed(receipt.number.series.to_string(), sk).body(action, receipt)?;
        let number = put_action(action, &self.tables.receipts, item, Expected::Absent)?;
        let expected = Expected::read(head.version);
        let head = put_action(action, &self.tables.sessions, head_item(action, head)?, expected)?;
        let writes = Transaction::default().require(number).require(head);
        match self.commit(action, writes).await? {
            Committed::Done => Ok(Saved::Done),
            Committed::Refused(_) => Ok(Saved::Conflict),
        }
    }
}
