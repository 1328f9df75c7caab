//! The double over real HTTP on loopback: each file is one rule of Stripe's documentation.

#[cfg(test)]
mod checkout;
#[cfg(test)]
mod client;
#[cfg(test)]
mod customers;
#[cfg(test)]
mod declines;
#[cfg(test)]
mod disputes;
#[cfg(test)]
mod faults;
#[cfg(test)]
mod holds;
#[cfg(test)]
mod idempotency;
#[cfg(test)]
mod lists;
#[cfg(test)]
mod payments;
#[cfg(test)]
mod receiver;
#[cfg(test)]
mod refunds;
#[cfg(test)]
mod restart;
#[cfg(test)]
mod schema;
#[cfg(test)]
mod setups;
#[cfg(test)]
mod webhooks;
#[cfg(test)]
mod world;
