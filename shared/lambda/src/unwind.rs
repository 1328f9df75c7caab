//! A panic as a value.

use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::task::{Context, Poll};

// Some ways of building a Lambda do this unasked.
#[cfg(panic = "abort")]
compile_error!("a panic must unwind: with `panic = \"abort\"` one record would end its whole batch");

/// The code panicked. What it said is not kept: it may hold what must not be logged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Panicked;

/// Runs code that may panic. Nothing that the code has changed in memory is used afterwards, except through the ports, whose writes are
/// conditional: that is what makes it safe to go on.
pub(crate) fn catch<T>(code: impl FnOnce() -> T) -> Result<T, Panicked> {
    catch_unwind(AssertUnwindSafe(code)).map_err(|_| Panicked)
}

/// Awaits a future that may panic.
pub(crate) fn catch_future<F: Future>(future: F) -> CatchFuture<F> {
    CatchFuture(Box::pin(future))
}

/// A future whose panics are its output. After one it must not be polled again.
pub(crate) struct CatchFuture<F>(Pin<Box<F>>);

impl<F: Future> Future for CatchFuture<F> {
    type Output = Result<F::Output, Panicked>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        match catch(|| self.0.as_mut().poll(context)) {
            Ok(Poll::Pending) => Poll::Pending,
            Ok(Poll::Ready(output)) => Poll::Ready(Ok(output)),
            Err(panicked) => Poll::Ready(Err(panicked)),
        }
    }
}
