//! Faults from telemetry: samples in, state and changes out.
//!
//! [`step`] takes the [`DetectorState`] of a connector, its [`ResolvedProfile`] and a sample, and says which faults opened and cleared. A
//! fault opens after its debounce (time AND samples, so that it works at one sample a second and at one a minute) or at once at a hard
//! limit, and clears with hysteresis. A fault that becomes more urgent while it is open ends as what it was and opens as what it is: an
//! episode has one severity, and danger is told by itself.
//!
//! Voltage faults need a nominal voltage, from the profile or the site, or learned; without one they stay silent. On DC
//! they stay silent too: there the vehicle's battery sets the voltage.
//!
//! Floats live here and nowhere else: a measured value is an estimate, and values that cannot be are taken as not measured.
//!
//! Pure: no I/O, no clock, no environment, no randomness.

mod baselines;
mod bytes;
mod cadence;
mod causes;
mod change;
mod clock;
mod codes;
mod connection;
mod detect;
mod detectors;
mod disturbance;
mod fault;
mod health;
mod order;
mod outage;
mod part;
mod phases;
mod plausible;
mod presence;
mod profile;
mod remedy;
mod report;
mod run;
mod seen;
mod severity;
mod site;
mod state;
mod watch;

pub use cadence::{Cadence, NOTED_EVERY};
pub use change::{Change, ChangeKind, Episode};
pub use clock::believed_time;
pub use connection::{SILENCE_UNIT, StationChange, Watch};
pub use detect::{BadLine, Detected, detect};
pub use disturbance::{
    Disturbance, GroupedVoltage, LeftBehind, Report, Silenced, SiteConnector, Supply, Witness, group_voltage,
    voltage_faults,
};
pub use fault::{FaultId, UnknownFault};
pub use health::{FaultStop, Health, SessionOutcome, check_sessions};
pub use outage::{Grouped, Outage, SiteView, group};
pub use presence::{Observed, Presence, PresenceState};
pub use profile::{Current, MeterSide, Profile, ResolvedProfile};
pub use remedy::Remedy;
pub use severity::Severity;
pub use site::{SiteChange, Told};
pub use state::{BadState, DetectorState, MAX_STATE_BYTES, sampled_at, step, step_all};
