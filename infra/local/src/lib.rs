//! The system on this machine, and the operator's command line.
