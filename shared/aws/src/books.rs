//! What was billed lately: the latest receipts of each site lead to their CDRs, so that no table is read whole.

use billing::cdr::Cdr;
use billing::receipt::Issued;
use jiff::Timestamp;
use messages::SiteId;
use ports::{KeepAssets, PortError, ReadBills};

use crate::Dynamo;
use crate::dynamo::Seeing;
use crate::item::{Read, read};
use crate::receipts::NUMBER;
use crate::sessions::CDR;

const ACTION: &str = "read what was billed";

impl ReadBills for Dynamo {
    async fn bills_since(&self, since: Timestamp) -> Result<Vec<Cdr>, PortError> {
        let mut bills = Vec::new();
        for site in self.sites().await? {
            for receipt in self.receipts_since(&site.id, since).await? {
                let key = (receipt.session.to_string(), format!("{CDR}1"));
                let found = self.get(ACTION, &self.tables.sessions, key, Seeing::Everything).await?;
                bills.extend(found.map(|item| read(ACTION, &item, Read::value)).transpose()?);
            }
        }
        Ok(bills)
    }
}

impl Dynamo {
    /// The receipts of a site since then, the latest first: their times follow their numbers.
    async fn receipts_since(&self, series: &SiteId, since: Timestamp) -> Result<Vec<Issued>, PortError> {
        let mut pages = self.backwards(&self.tables.receipts, (series.to_string(), NUMBER));
        let mut receipts = Vec::new();
        while let Some(items) = pages.next(ACTION).await? {
            for item in &items {
                let receipt: Issued = read(ACTION, item, Read::value)?;
                if receipt.issued_at < since {
                    return Ok(receipts);
                }
                receipts.push(receipt);
            }
        }
        Ok(receipts)
    }
}
