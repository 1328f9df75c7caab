//! Work on several threads, with results that do not depend on how many.

use std::io::Write;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Does each item once; the results are in the order of the items. Says on stderr how far it is with what has a name.
pub(crate) fn each<T: Sync, R: Send>(
    what: Option<&str>,
    threads: usize,
    items: &[T],
    work: impl Fn(usize, &T) -> R + Sync,
) -> Vec<R> {
    let next = AtomicUsize::new(0);
    let done = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..threads.max(1) {
            scope.spawn(|| {
                loop {
                    let index = next.fetch_add(1, Ordering::Relaxed);
                    let Some(item) = items.get(index) else { break };
                    let result = work(index, item);
                    let mut done = done.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
                    done.push((index, result));
                    if let Some(what) = what {
                        tell(what, done.len(), items.len());
                    }
                }
            });
        }
    });
    let mut done = done.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
    done.sort_by_key(|(index, _)| *index);
    done.into_iter().map(|(_, result)| result).collect()
}

/// One line of progress, at every twentieth of the way.
fn tell(what: &str, done: usize, all: usize) {
    if done == all || (done * 20 / all) != ((done - 1) * 20 / all) {
        drop(write!(std::io::stderr(), "\r{what}: {done} of {all}{}", if done == all { "\n" } else { "" }));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_number_of_threads_changes_nothing() {
        let items: Vec<usize> = (0..100).collect();
        let squares = |threads| each(None, threads, &items, |index, item| index * item);
        assert_eq!(squares(1), squares(3));
        assert!(each(None, 2, &[] as &[u8], |_, item| *item).is_empty());
    }
}
