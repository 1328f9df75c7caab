//! How deliveries go astray: Stripe promises neither order nor once-only delivery (`docs.stripe.com/webhooks`,
//! "Event delivery behaviors").

use jiff::SignedDuration;
use rand::rngs::SmallRng;
use rand::seq::SliceRandom as _;
use rand::{Rng as _, SeedableRng as _};

/// What happens to deliveries by chance; the default is that each event comes once, in order, at once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Disorder {
    /// Where chance begins.
    pub seed: u64,
    /// Of a hundred events, how many come before the reply to the request that caused them.
    pub before_reply_percent: u8,
    /// Of a hundred events, how many come twice.
    pub duplicate_percent: u8,
    /// Of a hundred deliveries, how many come late.
    pub late_percent: u8,
    /// How late at most, by the clock.
    pub late_max: SignedDuration,
    /// Deliveries that are due together come in any order.
    pub shuffled: bool,
}

/// When a delivery is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Due {
    /// Before the reply to the request.
    BeforeReply,
    /// So long after the event; zero is at once.
    After(SignedDuration),
}

/// Disorder in progress.
#[derive(Debug)]
pub(crate) struct Dice {
    disorder: Disorder,
    chance: SmallRng,
}

impl Dice {
    pub(crate) fn new(disorder: Disorder) -> Self {
        let chance = SmallRng::seed_from_u64(disorder.seed);
        Self { disorder, chance }
    }

    /// The deliveries of one event: one or two.
    pub(crate) fn deliveries(&mut self) -> Vec<Due> {
        let count = if self.hits(self.disorder.duplicate_percent) { 2 } else { 1 };
        (0..count).map(|_| self.due()).collect()
    }

    /// Puts deliveries that are due together into the order they are made in.
    pub(crate) fn order<T>(&mut self, deliveries: &mut [T]) {
        if self.disorder.shuffled {
            deliveries.shuffle(&mut self.chance);
        }
    }

    fn due(&mut self) -> Due {
        if self.hits(self.disorder.before_reply_percent) {
            return Due::BeforeReply;
        }
        let late_max_s = self.disorder.late_max.as_secs();
        if late_max_s > 0 && self.hits(self.disorder.late_percent) {
            return Due::After(SignedDuration::from_secs(self.chance.random_range(1..=late_max_s)));
        }
        Due::After(SignedDuration::ZERO)
    }

    fn hits(&mut self, percent: u8) -> bool {
        self.chance.random_range(0..100) < percent
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const AT_ONCE: Due = Due::After(SignedDuration::ZERO);

    fn roll(disorder: Disorder) -> Vec<Vec<Due>> {
        let mut dice = Dice::new(disorder);
        (0..200).map(|_| dice.deliveries()).collect()
    }

    #[test]
    fn order_is_the_default_and_every_disorder_follows_its_seed() {
        assert!(roll(Disorder::default()).iter().all(|dues| *dues == [AT_ONCE]));
        let wild = |seed| Disorder {
            seed,
            before_reply_percent: 20,
            duplicate_percent: 20,
            late_percent: 50,
            late_max: SignedDuration::from_secs(600),
            shuffled: true,
        };
        assert_eq!(roll(wild(1)), roll(wild(1)));
        assert_ne!(roll(wild(1)), roll(wild(2)));
        let rolled = roll(wild(1));
        assert!(rolled.iter().any(|dues| dues.len() == 2));
        assert!(rolled.iter().flatten().any(|due| *due == Due::BeforeReply));
        assert!(rolled.iter().flatten().any(|due| *due == AT_ONCE));
        let late = |due: &Due| matches!(due, Due::After(late) if late.is_positive() && late.as_secs() <= 600);
        assert!(rolled.iter().flatten().any(late));
        let mut order: Vec<_> = (0..20).collect();
        Dice::new(wild(1)).order(&mut order);
        assert_ne!(order, (0..20).collect::<Vec<_>>());
        Dice::new(Disorder::default()).order(&mut order);
    }

    #[test]
    fn certainties_are_certain() {
        let all = |due: fn(&Due) -> bool, disorder: Disorder| {
            assert!(roll(disorder).iter().flatten().all(due));
        };
        all(|due| *due == Due::BeforeReply, Disorder { before_reply_percent: 100, ..Disorder::default() });
        assert!(roll(Disorder { duplicate_percent: 100, ..Disorder::default() }).iter().all(|dues| dues.len() == 2));
    }
}
