//! The way of a sample to the cloud: losses, duplicates, late ones, gaps and replays.

use messages::Sample;

use crate::draw::Draw;
use crate::meter::received;

const LOST: f64 = 0.01;
const TWICE: f64 = 0.01;
const LATE: f64 = 0.005;
/// The most that a late sample is late, s.
const LATE_S: f64 = 60.0;
/// The most that a sample usually takes, s.
const DELAY_S: f64 = 3.0;
/// Gaps a second.
const GAPS: f64 = 3.0 / (7.0 * 86_400.0);

/// The connection of one station.
#[derive(Debug, Clone)]
pub(crate) struct Line {
    gap_from: f64,
    gap_until: f64,
    /// Whether the station keeps what it cannot send.
    keeps: bool,
    kept: Vec<Sample>,
    late: Vec<(f64, Sample)>,
}

impl Line {
    pub(crate) fn new(draw: &mut Draw, now: f64) -> Self {
        let mut line = Self { gap_from: 0.0, gap_until: 0.0, keeps: false, kept: Vec::new(), late: Vec::new() };
        line.plan_gap(draw, now);
        line
    }

    /// Sends a sample; delivers what arrives by now.
    pub(crate) fn send(&mut self, draw: &mut Draw, now: f64, mut sample: Sample, deliver: &mut impl FnMut(Sample)) {
        if now >= self.gap_from && now < self.gap_until {
            if self.keeps {
                self.kept.push(sample);
            }
            return;
        }
        if now >= self.gap_until && self.gap_until > self.gap_from {
            self.replay(now, deliver);
            self.plan_gap(draw, now);
        }
        let fate = draw.share();
        if fate < LOST {
            return;
        }
        received(&mut sample, now + DELAY_S * draw.share());
        if fate < LOST + LATE {
            let until = now + LATE_S * draw.share();
            received(&mut sample, until);
            self.late.push((until, sample));
            return;
        }
        if fate < LOST + LATE + TWICE {
            deliver(sample.clone());
        }
        deliver(sample);
        if !self.late.is_empty() {
            self.late.extract_if(.., |(until, _)| *until <= now).for_each(|(_, sample)| deliver(sample));
        }
    }

    fn replay(&mut self, now: f64, deliver: &mut impl FnMut(Sample)) {
        let mut at = now;
        for mut sample in self.kept.drain(..) {
            at += 0.02;
            received(&mut sample, at);
            deliver(sample);
        }
    }

    /// Leaves out the next gap if it would reach into this time.
    pub(crate) fn hold(&mut self, from: f64) {
        if self.gap_until >= from {
            (self.gap_from, self.gap_until) = (f64::INFINITY, f64::INFINITY);
        }
    }

    fn plan_gap(&mut self, draw: &mut Draw, now: f64) {
        self.gap_from = now + draw.wait(GAPS);
        self.gap_until = self.gap_from + draw.within(360.0, 3600.0);
        self.keeps = draw.chance(0.3);
    }
}
