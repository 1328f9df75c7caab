//! Invocations under way, polled when and as often as the world says.

use std::future::Future;
use std::pin::{Pin, pin};
use std::task::{Context, Poll, Waker};

use jiff::Timestamp;

/// Something under way.
pub(crate) type Work<T> = Pin<Box<dyn Future<Output = T>>>;

/// An invocation under way.
pub(crate) struct Task<T, Of> {
    pub(crate) work: Work<T>,
    /// What it was given, for whoever has to give it again.
    pub(crate) of: Of,
    /// When it is killed because its time is over.
    pub(crate) until: Timestamp,
    /// It hangs until then.
    pub(crate) hangs_until: Timestamp,
}

/// Polls once.
pub(crate) fn poll<T>(work: &mut Work<T>) -> Option<T> {
    match work.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => Some(value),
        Poll::Pending => None,
    }
}

/// The outcome of something that gives way to nobody.
pub(crate) fn now_or_never<T, E: std::fmt::Display>(work: impl Future<Output = Result<T, E>>) -> T {
    match pin!(work).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(Ok(value)) => value,
        Poll::Ready(Err(error)) => unreachable!("a table without faults has failed: {error}"),
        Poll::Pending => unreachable!("a table without delays has given way"),
    }
}
