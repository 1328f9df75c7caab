//! Chance that follows from a seed (`SplitMix64`): the same on every machine and in every release.

/// A source of chance.
#[derive(Debug, Clone)]
pub(crate) struct Chance(u64);

/// How often something happens: of ten thousand times.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Rate(pub(crate) u32);

impl Rate {
    pub(crate) const NEVER: Self = Self(0);

    pub(crate) const fn percent(percent: u32) -> Self {
        Self(percent * 100)
    }
}

impl Chance {
    pub(crate) fn of_seed(seed: u64) -> Self {
        Self(seed ^ 0x5851_f42d_4c95_7f2d)
    }

    /// Another source that follows from this one.
    pub(crate) fn fork(&mut self) -> Self {
        Self(self.number())
    }

    /// Another source that follows from this one, which stays as it is.
    pub(crate) fn aside(&self) -> Self {
        Self::of_seed(self.clone().number())
    }

    pub(crate) fn number(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// 0 to `end`, which is not included; 0 for an `end` of 0.
    pub(crate) fn below(&mut self, end: usize) -> usize {
        let end = u64::try_from(end).unwrap_or(u64::MAX).max(1);
        usize::try_from(self.number() % end).unwrap_or(0)
    }

    /// `least` to `most`, both included.
    pub(crate) fn between(&mut self, least: i64, most: i64) -> i64 {
        let span = u64::try_from(most.saturating_sub(least)).unwrap_or(0).saturating_add(1);
        least.saturating_add(i64::try_from(self.number() % span).unwrap_or(0))
    }

    /// Whether something that happens so often happens now.
    pub(crate) fn hits(&mut self, rate: Rate) -> bool {
        rate.0 > 0 && self.number() % 10_000 < u64::from(rate.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chance_is_what_it_was() {
        let mut chance = Chance::of_seed(1);
        let numbers: Vec<u64> = (0..3).map(|_| chance.number() % 1_000).collect();
        assert_eq!(numbers, [451, 652, 5]);
    }

    #[test]
    fn rates_are_kept() {
        let mut chance = Chance::of_seed(7);
        let hits = (0..100_000).filter(|_| chance.hits(Rate(250))).count();
        assert!((2_300..2_700).contains(&hits), "{hits}");
        assert!((0..10_000).all(|_| !chance.hits(Rate::NEVER)));
        assert!((0..10_000).all(|_| (-3..=3).contains(&chance.between(-3, 3))));
    }
}
