//! Readings to energy, energy to price, price to payment.
