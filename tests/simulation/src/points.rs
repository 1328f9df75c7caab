//! Where invocations give way, how often they came there and how often they died there.

use std::collections::BTreeMap;

/// The functions whose handlers run, and whoever else is at work on the tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Function {
    /// `record-transaction`.
    RecordTransaction,
    /// `collect-payment`.
    CollectPayment,
    /// `send-alerts`.
    SendAlerts,
    /// `receive-stripe-event`.
    ReceiveStripeEvent,
    /// `sweep`.
    Sweep,
    /// No function: the command by which an operator gives money back.
    Refund,
}

impl Function {
    /// Its name.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::RecordTransaction => "record-transaction",
            Self::CollectPayment => "collect-payment",
            Self::SendAlerts => "send-alerts",
            Self::ReceiveStripeEvent => "receive-stripe-event",
            Self::Sweep => "sweep",
            Self::Refund => "refund",
        }
    }
}

/// On which side of a call's effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Side {
    /// Nothing has happened yet.
    Before,
    /// It has happened; the caller does not know it yet.
    After,
}

/// A place where an invocation gives way: a call of a port, in a function, before or after its effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Point {
    /// In which function.
    pub function: Function,
    /// Which call.
    pub call: &'static str,
    /// On which side of its effect.
    pub side: Side,
}

/// How often invocations were at a point.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Visits {
    /// How often they gave way there.
    pub visited: u64,
    /// How often they died there.
    pub killed: u64,
}

/// All points that invocations came to.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Coverage(BTreeMap<Point, Visits>);

impl Coverage {
    /// The points, in order, with their visits.
    pub fn points(&self) -> impl Iterator<Item = (&Point, &Visits)> {
        self.0.iter()
    }

    /// The points where nobody ever died.
    pub fn never_killed(&self) -> impl Iterator<Item = &Point> {
        self.0.iter().filter(|(_, visits)| visits.killed == 0).map(|(point, _)| point)
    }

    /// What several runs covered together.
    pub fn add(&mut self, other: &Self) {
        for (point, visits) in &other.0 {
            let sum = self.0.entry(*point).or_default();
            sum.visited += visits.visited;
            sum.killed += visits.killed;
        }
    }

    pub(crate) fn visit(&mut self, point: Point) -> Visits {
        let visits = self.0.entry(point).or_default();
        visits.visited += 1;
        *visits
    }

    pub(crate) fn kill(&mut self, point: Point) {
        self.0.entry(point).or_default().killed += 1;
    }
}
