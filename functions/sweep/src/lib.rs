//! Every minute: what is due.
