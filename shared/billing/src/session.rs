//! What we know of a transaction: the set of its messages, and a head that follows from them in any order.

mod completeness;
mod head;
mod message;

pub(crate) use completeness::missing;
pub use completeness::{Completeness, OpenSession, SeqRange, completeness, judge_open};
pub use head::{Folded, Head, SessionState};
pub use message::{Compared, StoredMessage, compare};
