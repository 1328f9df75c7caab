//! Spares on hand.
