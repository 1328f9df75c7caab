//! A readable message: applied to the stock of its site, and answered.

use alerts::Place;
use alerts::stock::{Applied, Changed, Reported};
use jiff::Timestamp;
use messages::{Ack, Envelope, ItemId, Refusal, StockMessage};
use ports::intake::{Refused, refuse};
use ports::{
    AnswerStations, KeepAlerts, KeepQuarantine, KeepStock, PortError, ReadStations, Record, Station, StockMove,
    StockSaved,
};

use crate::ATTEMPTS;

/// How a message ended.
enum Adjusting {
    /// The stock is as the message says.
    Settled,
    /// The site keeps no such part.
    UnknownItem,
}

pub(crate) async fn adjust<P>(
    ports: &P,
    now: Timestamp,
    record: &Record<Envelope>,
    station: &Station,
    message: StockMessage,
) -> Result<(), PortError>
where
    P: ReadStations + KeepStock + KeepAlerts + KeepQuarantine + AnswerStations + Sync,
{
    match apply(ports, now, record, station, &message).await? {
        Adjusting::Settled => ports.ack(&station.id, &Ack::stored(message.message_id, None)).await,
        Adjusting::UnknownItem => {
            let refusal = Refusal::malformed("the site keeps no stock of this item");
            refuse(ports, now, record, Refused::proven(&record.body, station.id.clone(), refusal)).await
        }
    }
}

/// Brings the stock up to date; several may try at once, and the loser reads again.
async fn apply<P>(
    ports: &P,
    now: Timestamp,
    record: &Record<Envelope>,
    station: &Station,
    message: &StockMessage,
) -> Result<Adjusting, PortError>
where
    P: ReadStations + KeepStock + Sync,
{
    let received_at = record.body.received_at;
    let cause = StockMove { station: station.id.clone(), message_id: message.message_id.clone(), received_at };
    let reported = Reported { station: station.id.clone(), used_by: users(station, &message.item) };
    let place = place(ports, station).await?;
    for _ in 0..ATTEMPTS {
        let Some(stock) = ports.stock(&station.site_id, &message.item).await? else {
            return Ok(Adjusting::UnknownItem);
        };
        let changed = match stock.apply(&message.change, message.at, received_at) {
            Applied::Changed(changed) => changed,
            Applied::Superseded => {
                tracing::debug!(station.id = %station.id, "a later count knows of this change");
                return Ok(Adjusting::Settled);
            }
        };
        match ports.save_stock(&changed.stock, &cause, &changed.alerts(&place, &reported, now)).await? {
            StockSaved::Done => {
                log(station, &changed);
                return Ok(Adjusting::Settled);
            }
            StockSaved::AlreadyApplied => return Ok(Adjusting::Settled),
            StockSaved::Conflict => {}
        }
    }
    Err(PortError::new("adjust a stock", "others kept writing it"))
}

async fn place(ports: &impl ReadStations, station: &Station) -> Result<Place, PortError> {
    let site = ports.site(&station.site_id).await?;
    Ok(site.map_or_else(|| Place::unknown(station.site_id.clone()), |site| site.place()))
}

/// The connectors of a station that use a part.
fn users(station: &Station, item: &ItemId) -> Vec<messages::ConnectorKey> {
    let using = station.connectors.iter().filter(|connector| connector.part.as_ref() == Some(item));
    using.map(|connector| connector.key).collect()
}

fn log(station: &Station, changed: &Changed) {
    let Changed { stock, missing, .. } = changed;
    let (site, item, on_hand) = (&stock.site, &stock.item, stock.on_hand);
    if *missing > 0 {
        tracing::warn!(
            station.id = %station.id, site.id = %site, item.id = %item, on_hand, missing,
            "more spares were taken than were on hand: the stock wants to be counted"
        );
    } else {
        tracing::info!(station.id = %station.id, site.id = %site, item.id = %item, on_hand, "a stock changed");
    }
}
