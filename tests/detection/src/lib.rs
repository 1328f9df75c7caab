//! How well faults are found: a generated world, causes that come and go in it, and a score.
//!
//! The world (`station`, `car`, `session`, `supply`, `warmth`, `world`) is drawn from wider ranges than the detectors assume; `meter` and
//! `line` are what a station tells of it and what arrives. A `scenario` brings a `cause` into it, a `trial` watches what is said about it,
//! and `clean` days count what is said about nothing. `score`, `targets` and `report` turn that into tables.

mod arguments;
mod baseline;
mod bench;
mod car;
mod cause;
mod clean;
mod contact;
mod cost;
mod detector;
mod draw;
mod hostile;
mod interval;
mod line;
mod meter;
mod misses;
mod not_tried;
mod number;
#[cfg(test)]
mod physics;
mod plots;
mod pool;
mod rare;
mod real;
mod report;
mod run;
mod scenario;
mod score;
mod series;
mod session;
mod station;
mod supply;
mod svg;
mod table;
mod targets;
mod trial;
mod warmth;
#[cfg(test)]
mod whole_runs;
mod work;
mod world;

pub use arguments::Arguments;
pub use run::{Failure, run};
