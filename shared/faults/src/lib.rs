//! Faults from telemetry.
