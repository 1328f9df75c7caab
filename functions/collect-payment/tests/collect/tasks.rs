//! An executor of one thread that polls when and as often as the test says.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, Waker};

/// Something under way.
pub(crate) type Task<'a, T> = Pin<Box<dyn Future<Output = T> + 'a>>;

/// Gives way once.
pub(crate) async fn give_way() {
    let mut gave = false;
    std::future::poll_fn(|_| if std::mem::replace(&mut gave, true) { Poll::Ready(()) } else { Poll::Pending }).await;
}

/// Polls once.
pub(crate) fn poll<T>(task: &mut Task<'_, T>) -> Option<T> {
    match task.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => Some(value),
        Poll::Pending => None,
    }
}

/// Polls until it ends or has been polled so often; then it is dropped.
pub(crate) fn run_for<T>(mut task: Task<'_, T>, polls: usize) -> Option<T> {
    (0..polls).find_map(|_| poll(&mut task))
}

/// Polls to the end.
pub(crate) fn run<T>(task: Task<'_, T>) -> T {
    run_for(task, 10_000).expect("an end")
}

/// Polls all of them to their ends, in an order that follows from the seed.
pub(crate) fn interleave<T>(mut tasks: Vec<Task<'_, T>>, seed: u64) -> Vec<T> {
    let mut random = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut ended = Vec::new();
    while !tasks.is_empty() {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        let next = usize::try_from(random % 1_000_003).unwrap() % tasks.len();
        if let Some(value) = poll(&mut tasks[next]) {
            ended.push(value);
            drop(tasks.swap_remove(next));
        }
    }
    ended
}
