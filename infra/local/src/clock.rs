//! One scaled clock for everything: handlers, schedules, delays, stations and Stripe.

use jiff::Timestamp;

/// The clock of the local system, as every part asks for it.
#[derive(Debug, Clone)]
pub struct LocalClock(pub station::Clock);

impl ports::Clock for LocalClock {
    fn now(&self) -> Timestamp {
        self.0.now()
    }
}

impl stripe_double::Clock for LocalClock {
    fn now(&self) -> Timestamp {
        self.0.now()
    }
}
