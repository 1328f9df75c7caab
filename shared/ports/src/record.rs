//! One record of a batch.

/// One decoded record, with the id by which the batch response names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record<T> {
    /// The queue's message id or the stream's sequence number; the same when the record is delivered again.
    pub id: String,
    /// What it says.
    pub body: T,
}

/// A record that is to be delivered again; all others of the batch are done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FailedRecord {
    /// The id of the record.
    pub id: String,
}

impl<T> Record<T> {
    /// This record, to be delivered again.
    #[must_use]
    pub fn failed(&self) -> FailedRecord {
        FailedRecord { id: self.id.clone() }
    }
}
