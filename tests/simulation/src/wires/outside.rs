//! Stations, people and secrets.

use std::sync::PoisonError;

use alerts::Publication;
use messages::{Ack, Command, StationId};
use ports::{
    AnswerStations, Check, CommandStations, PortError, PublishAlerts, PublishError, ReadSecret, Secret, VerifyReadings,
};

use super::Wires;
use crate::points::Side;
use crate::world::WEBHOOK_SECRET;

impl AnswerStations for Wires {
    async fn ack(&self, station: &StationId, ack: &Ack) -> Result<(), PortError> {
        self.give_way("ack", Side::Before).await;
        self.taken("ack")?;
        self.air.put(|air| air.acks.push((station.clone(), ack.clone())));
        self.give_way("ack", Side::After).await;
        Ok(())
    }
}

impl CommandStations for Wires {
    async fn command(&self, station: &StationId, command: &Command) -> Result<(), PortError> {
        self.give_way("command", Side::Before).await;
        self.taken("command")?;
        self.air.put(|air| air.commands.push((station.clone(), command.clone())));
        self.give_way("command", Side::After).await;
        Ok(())
    }
}

impl PublishAlerts for Wires {
    async fn publish(&self, publication: &Publication) -> Result<(), PublishError> {
        self.give_way("publish", Side::Before).await;
        let (refused, unheard) = {
            let mut core = self.core.lock();
            let (unpublished, unheard) = (core.rates.unpublished, core.rates.published_unheard);
            (core.chance.hits(unpublished), core.chance.hits(unheard))
        };
        if refused {
            return Err(PublishError::Unavailable("it takes no more at this moment".into()));
        }
        let told = self.people.hear(publication);
        self.core.lock().totals.published += 1;
        if !unheard {
            *self.unrecorded.lock().unwrap_or_else(PoisonError::into_inner) = Some(told);
        }
        self.give_way("publish", Side::After).await;
        if unheard {
            self.core.lock().totals.lost_replies += 1;
            return Err(PublishError::Unavailable("the reply was lost".into()));
        }
        Ok(())
    }
}

impl ReadSecret for Wires {
    async fn secret(&self, _fresh: bool) -> Result<Option<Secret<String>>, PortError> {
        self.give_way("secret", Side::Before).await;
        Ok(Some(Secret::new(WEBHOOK_SECRET.to_owned())))
    }
}

impl VerifyReadings for Wires {
    fn verify_reading(&self, _signed: &str, _meter_key: Option<&str>) -> Check {
        Check::Unproven(ports::Doubt::NoKey)
    }
}
