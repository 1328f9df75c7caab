//! Drivers who are not known: they ask for a hold, and their session begins when their station is asked to start it.

use billing::money::Money;
use billing::payment::{Contact, ExcessPolicy, Hold, HoldOrder, HoldPayer, Place};
use jiff::{SignedDuration, Timestamp};
use messages::ConnectorKey;
use ports::{OpenHolds, Saved};

use super::{Event, World};
use crate::core::later;
use crate::sites;
use crate::task::now_or_never;

/// A session may begin on a hold for so long; a station that was cut off may tell of it later.
const USABLE: SignedDuration = SignedDuration::from_hours(1);

impl World {
    /// The messages of a session are sent from now on.
    pub(super) fn begin(&mut self, session: usize) {
        let lines = self.scripts[session].lines.iter().enumerate();
        for (line, at) in lines.filter_map(|(line, one)| Some((line, one.sent_at?))) {
            self.agenda.put(at, Event::Send { session, line, attempt: 0 });
        }
    }

    /// A page asks for a hold, twice for one who presses twice.
    pub(super) fn ask_for_hold(&mut self, session: usize, now: Timestamp) {
        let script = &self.scripts[session];
        let (Some(ad_hoc), Some(driver)) = (&script.ad_hoc, script.driver) else { return };
        let place = Place {
            name: script.prices.site().to_owned(),
            time_zone: script.prices.time_zone().to_owned(),
            language: "en".to_owned(),
        };
        let order = HoldOrder {
            id: ad_hoc.hold.clone(),
            site: sites::id(script.prices.site()),
            station: script.session.station.clone(),
            connector: ConnectorKey { evse_id: ad_hoc.evse, connector_id: 1 },
            amount: Money { minor: ad_hoc.minor, currency: script.prices.currency_of() },
            payer: HoldPayer {
                customer: format!("cus_{driver}"),
                payment_method: format!("pm-{driver}"),
                receipt_email: None,
                contact: Contact { phone: sites::phone(driver), language: "en".to_owned() },
            },
            place,
            excess: ExcessPolicy::default(),
            expires_at: later(now, USABLE),
        };
        // Less than Stripe takes cannot be held: nobody charges.
        let Ok(hold) = Hold::asked(order, now) else { return };
        let (Saved::Done | Saved::Conflict) = now_or_never(self.tables.open_hold(&hold));
        let (Saved::Done | Saved::Conflict) = now_or_never(self.tables.open_hold(&hold));
    }

    /// A station is asked to start: a driver who has gone by then does not charge.
    pub(super) fn start_session(&mut self, token: &str, now: Timestamp) {
        let Some(session) = self.stations.session_on(token) else { return };
        let waits = self.scripts[session].ad_hoc.as_ref().is_some_and(|ad_hoc| now <= ad_hoc.waits_until);
        if waits && self.begun.insert(session) {
            self.begin(session);
        }
    }
}
