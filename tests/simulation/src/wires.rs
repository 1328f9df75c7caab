//! The ports as an invocation meets them: every call gives way before and after its effect, and what goes wrong goes wrong here.

mod outside;
mod payments;
mod people;
mod tables;

use std::sync::{Arc, Mutex, PoisonError};

use messages::{Ack, Command, StationId};
use models::{Stripe, Tables};
use ports::{Due, PortError};

use crate::core::Core;
use crate::points::{Function, Point, Side};

pub(crate) use people::{People, Told};

/// What one invocation is given.
#[derive(Clone)]
pub(crate) struct Wires {
    pub(crate) core: Core,
    pub(crate) function: Function,
    pub(crate) tables: Tables,
    pub(crate) stripe: Stripe,
    pub(crate) people: People,
    pub(crate) air: Air,
    /// What this invocation has published and not recorded yet.
    pub(crate) unrecorded: Arc<Mutex<Option<Told>>>,
}

/// What left the cloud on other ways than the tables, until somebody takes it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Air(Arc<Mutex<InTheAir>>);

/// What is under way.
#[derive(Debug, Default)]
pub(crate) struct InTheAir {
    /// To stations.
    pub(crate) acks: Vec<(StationId, Ack)>,
    /// To stations.
    pub(crate) commands: Vec<(StationId, Command)>,
    /// What sweeps found.
    pub(crate) swept: Vec<Vec<Due>>,
}

impl Air {
    pub(crate) fn take(&self) -> InTheAir {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn put(&self, put: impl FnOnce(&mut InTheAir)) {
        put(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner));
    }
}

impl Wires {
    async fn give_way(&self, call: &'static str, side: Side) {
        self.core.give_way(Point { function: self.function, call, side }).await;
    }

    /// Whether a table takes a call at this moment.
    fn taken(&self, call: &'static str) -> Result<(), PortError> {
        let mut core = self.core.lock();
        let rate = core.rates.throttled;
        if core.chance.hits(rate) {
            core.totals.throttled += 1;
            return Err(PortError::new(call, "the table takes no more at this moment"));
        }
        Ok(())
    }

    /// What becomes of the reply to a write.
    fn reply(&self) -> Reply {
        let mut core = self.core.lock();
        let rate = core.rates.written_unheard;
        if !core.chance.hits(rate) {
            return Reply::Heard;
        }
        core.totals.lost_replies += 1;
        if core.chance.below(2) == 0 { Reply::Lost } else { Reply::AskedAgain }
    }
}

/// What becomes of the reply to a write that had its effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reply {
    Heard,
    /// It is lost, and whoever called is told so.
    Lost,
    /// It is lost, and the client sends the request again by itself: a condition then meets what the first one wrote.
    AskedAgain,
}

fn unheard(call: &'static str) -> PortError {
    PortError::new(call, "the reply was lost")
}
