//! One value for each phase.

use crate::seen::narrow;

/// One value for each phase; what was not measured, or cannot be, is absent. An absent value is no number: comparisons with it and sums
/// of it come out as absent too, without being asked for each.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Phases([f32; COUNT]);

const COUNT: usize = 3;
const ABSENT: f32 = f32::NAN;

impl Phases {
    /// What was measured, as far as it can be.
    pub(crate) fn measured(values: &[f64], plausible: impl Fn(f64) -> Option<f64>) -> Self {
        let mut phases = Self::default();
        for (phase, value) in phases.0.iter_mut().zip(values) {
            *phase = plausible(*value).map_or(ABSENT, narrow);
        }
        phases
    }

    pub(crate) fn get(&self, phase: usize) -> Option<f32> {
        self.0.get(phase).copied().filter(|value| !value.is_nan())
    }

    /// Those that are not absent, with their places.
    pub(crate) fn present(&self) -> impl Iterator<Item = (usize, f32)> + use<> {
        self.0.into_iter().enumerate().filter(|(_, value)| !value.is_nan())
    }

    /// Those that are absent in neither.
    pub(crate) fn beside(&self, other: &Self) -> impl Iterator<Item = (f32, f32)> + use<> {
        self.0.into_iter().zip(other.0).filter(|(one, other)| !one.is_nan() && !other.is_nan())
    }

    /// The largest.
    pub(crate) fn highest(&self) -> Option<f64> {
        largest(self.0)
    }

    /// By how much one of them differs from another time, at most.
    pub(crate) fn step_from(&self, before: &Self) -> Option<f64> {
        let mut steps = self.0;
        for (step, before) in steps.iter_mut().zip(before.0) {
            *step = (*step - before).abs();
        }
        largest(steps)
    }
}

fn largest(values: [f32; COUNT]) -> Option<f64> {
    let largest =
        values.into_iter().fold(f32::NEG_INFINITY, |largest, value| if value > largest { value } else { largest });
    (largest > f32::NEG_INFINITY).then_some(largest.into())
}

impl From<[Option<f32>; COUNT]> for Phases {
    fn from(values: [Option<f32>; COUNT]) -> Self {
        Self(values.map(|value| value.unwrap_or(ABSENT)))
    }
}

impl Default for Phases {
    fn default() -> Self {
        Self([ABSENT; COUNT])
    }
}

/// As they would be written: absent is like absent.
impl PartialEq for Phases {
    fn eq(&self, other: &Self) -> bool {
        self.0.map(f32::to_bits) == other.0.map(f32::to_bits)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn phases(values: [Option<f32>; COUNT]) -> Phases {
        values.into()
    }

    #[test]
    fn what_is_absent_counts_nowhere() {
        let (some, none) = (phases([Some(-2.0), None, Some(-5.0)]), Phases::default());
        assert_eq!((some.highest(), none.highest()), (Some(-2.0), None));
        assert_eq!(some.present().collect::<Vec<_>>(), [(0, -2.0), (2, -5.0)]);
        assert_eq!((some.get(0), some.get(1), some.get(3)), (Some(-2.0), None, None));
        let before = phases([None, Some(1.0), Some(-1.0)]);
        assert_eq!(some.beside(&before).collect::<Vec<_>>(), [(-5.0, -1.0)]);
        assert_eq!((some.step_from(&before), some.step_from(&none)), (Some(4.0), None));
    }

    #[test]
    fn absent_is_like_absent() {
        assert_eq!(
            Phases::measured(&[1.0, 9.0], |value| (value < 5.0).then_some(value)),
            phases([Some(1.0), None, None])
        );
        assert_ne!(phases([Some(1.0), None, None]), phases([Some(1.0), Some(0.0), None]));
    }
}
