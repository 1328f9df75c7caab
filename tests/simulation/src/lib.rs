//! The handlers under every fault that the outside can have.
//!
//! One thread runs up to 64 invocations at a time over the models of the ports. Every call of a port gives way before and after its
//! effect; which invocation goes on, which hangs and which is killed there, what is throttled, lost, doubled or late, all of it follows
//! from one seed. Afterwards [`invariants`] look at what is left: money, messages and alerts. A run that holds is worth as much as the
//! [`Mutant`]s that it notices.

mod agenda;
mod chance;
mod core;
mod exhaustive;
mod invariants;
mod kills;
mod log;
mod mutants;
mod operators;
mod oracle;
mod plan;
mod points;
mod rates;
mod report;
mod script;
mod sites;
mod task;
mod totals;
mod wanted_back;
mod wires;
mod world;

pub use exhaustive::{Exhausted, exhaust};
pub use invariants::{Invariant, Violation};
pub use mutants::Mutant;
pub use plan::Plan;
pub use points::{Coverage, Function, Point, Side, Visits};
pub use report::{Report, run};
pub use totals::Totals;
pub use world::WEBHOOK_SECRET;
