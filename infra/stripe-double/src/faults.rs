//! Faults on demand: what goes wrong between a client and Stripe (`docs.stripe.com/error-low-level`: network errors,
//! server errors, rate limits).

use std::sync::{Mutex, PoisonError};

use rand::rngs::SmallRng;
use rand::{Rng as _, SeedableRng as _};
use tokio::sync::watch;

/// What goes wrong with one request. Where nothing is executed, since a kept reply is given again or the request is
/// refused, only the faults of the connection apply.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The connection ends before anything is done; nothing is kept under the key.
    DropBefore,
    /// Everything is done and kept, then the connection ends without a reply.
    DropAfter,
    /// The endpoint begins and fails without an effect: 500, kept under the key.
    ErrorBefore,
    /// The endpoint has its effect, yet answers 500, kept under the key.
    ErrorAfter,
    /// The key is in progress and nothing happens until [`Faults::release`]; then all happens as it should.
    HangBefore,
    /// Everything is done and kept; the reply waits for [`Faults::release`].
    HangAfter,
    /// 429, before idempotency is looked at.
    RateLimited,
    /// Everything is done and kept; the reply's body breaks off in the middle.
    Truncated,
}

/// A fault that waits for requests.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlannedFault {
    pattern: String,
    key: Option<String>,
    fault: Fault,
    skip: u32,
    times: u32,
}

impl PlannedFault {
    /// For the next request that matches, such as `POST /v1/payment_intents/*/confirm`; `*` stands for one segment, `*`
    /// alone for every request.
    #[must_use]
    pub fn new(pattern: &str, fault: Fault) -> Self {
        Self { pattern: pattern.to_owned(), key: None, fault, skip: 0, times: 1 }
    }

    /// Only for requests with this idempotency key.
    #[must_use]
    pub fn with_key(self, key: &str) -> Self {
        Self { key: Some(key.to_owned()), ..self }
    }

    /// Lets that many matching requests pass first.
    #[must_use]
    pub fn after(self, skip: u32) -> Self {
        Self { skip, ..self }
    }

    /// For that many matching requests.
    #[must_use]
    pub fn times(self, times: u32) -> Self {
        Self { times, ..self }
    }

    fn matches(&self, method: &str, path: &str, key: Option<&str>) -> bool {
        if self.key.is_some() && self.key.as_deref() != key {
            return false;
        }
        let Some((wanted_method, wanted_path)) = self.pattern.split_once(' ') else { return self.pattern == "*" };
        let (mut wanted, mut found) = (wanted_path.split('/'), path.split('/'));
        wanted_method == method
            && loop {
                match (wanted.next(), found.next()) {
                    (None, None) => break true,
                    (Some("*"), Some(_)) => {}
                    (Some(wanted), Some(found)) if wanted == found => {}
                    (Some(_), _) | (None, Some(_)) => break false,
                }
            }
    }
}

/// Faults that hit `POST` requests by chance, the same ones for the same seed and order of requests.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Storm {
    /// Where chance begins.
    pub seed: u64,
    /// Of a hundred requests, how many are hit.
    pub percent: u8,
    /// Which faults, each as likely.
    pub faults: Vec<Fault>,
}

/// The faults to come and the requests that hang.
#[derive(Debug)]
pub struct Faults {
    plan: Mutex<Plan>,
    hanging: watch::Sender<Hanging>,
}

#[derive(Debug, Default)]
struct Plan {
    planned: Vec<PlannedFault>,
    storm: Option<(Storm, SmallRng)>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Hanging {
    count: usize,
    released: u64,
    closing: bool,
}

/// How a hanging request goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Resumed {
    /// It was released.
    Released,
    /// The double stops.
    Closing,
}

impl Faults {
    pub(crate) fn new(planned: Vec<PlannedFault>, storm: Option<Storm>) -> Self {
        let faults = Self { plan: Mutex::default(), hanging: watch::Sender::new(Hanging::default()) };
        faults.set_storm(storm);
        for planned in planned {
            faults.plan(planned);
        }
        faults
    }

    /// Adds a fault; of those that match a request, the one planned first is taken.
    pub fn plan(&self, planned: PlannedFault) {
        self.lock().planned.push(planned);
    }

    /// Forgets all planned faults and the storm.
    pub fn clear(&self) {
        *self.lock() = Plan::default();
    }

    /// Starts or ends a storm.
    pub fn set_storm(&self, storm: Option<Storm>) {
        self.lock().storm = storm.map(|storm| {
            let chance = SmallRng::seed_from_u64(storm.seed);
            (storm, chance)
        });
    }

    /// Lets every request that hangs go on.
    pub fn release(&self) {
        self.hanging.send_modify(|hanging| hanging.released += 1);
    }

    /// Returns once at least `count` requests hang at the same time.
    pub async fn wait_hanging(&self, count: usize) {
        // The sender lives as long as `self`, so waiting cannot fail.
        _ = self.hanging.subscribe().wait_for(|hanging| hanging.count >= count).await;
    }

    /// The fault for a request, taken off the plan.
    pub(crate) fn take(&self, method: &str, path: &str, key: Option<&str>) -> Option<Fault> {
        let mut plan = self.lock();
        let matching = plan.planned.iter_mut().filter(|planned| planned.times > 0);
        for planned in matching.filter(|planned| planned.matches(method, path, key)) {
            if planned.skip > 0 {
                planned.skip -= 1;
                continue;
            }
            planned.times -= 1;
            return Some(planned.fault);
        }
        plan.planned.retain(|planned| planned.times > 0);
        let (storm, chance) = plan.storm.as_mut().filter(|_| method == "POST")?;
        let hit = chance.random_range(0..100) < storm.percent && !storm.faults.is_empty();
        hit.then(|| storm.faults[chance.random_range(0..storm.faults.len())])
    }

    /// Waits for the next [`Faults::release`] or the end of the double.
    pub(crate) async fn hang(&self) -> Resumed {
        let mut seen = self.hanging.subscribe();
        let released = self.hanging.borrow().released;
        self.hanging.send_modify(|hanging| hanging.count += 1);
        let resumed = match seen.wait_for(|hanging| hanging.closing || hanging.released > released).await {
            Ok(hanging) if !hanging.closing => Resumed::Released,
            Ok(_) | Err(_) => Resumed::Closing,
        };
        self.hanging.send_modify(|hanging| hanging.count -= 1);
        resumed
    }

    /// Ends all hanging, now and later.
    pub(crate) fn close(&self) {
        self.hanging.send_modify(|hanging| hanging.closing = true);
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Plan> {
        self.plan.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_choose_by_method_segments_and_key() {
        let confirm = "/v1/payment_intents/pi_1/confirm";
        for (pattern, key, method, path, matches) in [
            ("*", None, "GET", "/v1/events", true),
            ("POST /v1/payment_intents/*/confirm", None, "POST", confirm, true),
            ("POST /v1/payment_intents/*/confirm", None, "GET", confirm, false),
            ("POST /v1/payment_intents/*", None, "POST", confirm, false),
            ("POST /v1/payment_intents", None, "POST", confirm, false),
            ("POST /v1/payment_intents/*/confirm", Some("k"), "POST", confirm, true),
            ("POST /v1/payment_intents/*/confirm", Some("l"), "POST", confirm, false),
        ] {
            let mut planned = PlannedFault::new(pattern, Fault::DropAfter);
            planned.key = key.map(str::to_owned);
            assert_eq!(planned.matches(method, path, Some("k")), matches, "{pattern} {key:?} {method}");
        }
    }

    #[test]
    fn a_planned_fault_skips_hits_and_is_spent() {
        let faults = Faults::new(vec![PlannedFault::new("*", Fault::ErrorAfter).after(1).times(2)], None);
        let taken: Vec<_> = (0..4).map(|_| faults.take("POST", "/v1/refunds", None)).collect();
        assert_eq!(taken, [None, Some(Fault::ErrorAfter), Some(Fault::ErrorAfter), None]);
    }

    #[test]
    fn a_storm_hits_posts_and_repeats_with_its_seed() {
        let storm = Storm { seed: 3, percent: 30, faults: vec![Fault::DropBefore, Fault::DropAfter] };
        let run = |seed| {
            let faults = Faults::new(Vec::new(), Some(Storm { seed, ..storm.clone() }));
            (0..100).map(|_| faults.take("POST", "/v1/refunds", None)).collect::<Vec<_>>()
        };
        assert_eq!(run(3), run(3));
        assert_ne!(run(3), run(4));
        let hits = run(3).iter().flatten().count();
        assert!((15..45).contains(&hits), "{hits}");
        assert_eq!(Faults::new(Vec::new(), Some(storm)).take("GET", "/v1/refunds", None), None);
    }
}
