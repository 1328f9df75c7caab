//! What the tests of the frames share.

use std::cell::RefCell;

use aws::decode::Undecodable;
use ports::{FailedRecord, KeepQuarantine, PortError, Quarantined, Record};

/// A quarantine that does not answer for inputs whose id is `unkept`.
#[derive(Default)]
pub(crate) struct Kept(std::sync::Mutex<Vec<String>>);

impl Kept {
    pub(crate) fn ids(&self) -> Vec<String> {
        self.0.lock().unwrap().clone()
    }
}

impl KeepQuarantine for Kept {
    async fn quarantine(&self, input: &Quarantined) -> Result<(), PortError> {
        if input.id == "unkept" {
            return Err(PortError::new("put into quarantine", "no answer"));
        }
        self.0.lock().unwrap().push(input.id.clone());
        Ok(())
    }
}

/// A record of `text`, or why there is none: `bad` and `unkept` cannot be decoded, `bomb` panics.
pub(crate) fn decode(id: &str, text: &str) -> Result<Record<String>, Undecodable> {
    match text {
        "bad" | "unkept" => {
            Err(Undecodable { id: id.to_owned(), bytes: text.as_bytes().to_vec(), reason: "cannot be read".to_owned() })
        }
        "bomb" => panic!("this decoder is broken"),
        _ => Ok(Record { id: id.to_owned(), body: text.to_owned() }),
    }
}

/// A handler that writes down what it has done; it fails `fails` and panics on `panics`, in the middle of its batch.
#[derive(Default)]
pub(crate) struct Handler(pub(crate) RefCell<Vec<String>>);

impl Handler {
    pub(crate) async fn handle(&self, records: Vec<Record<String>>) -> Vec<FailedRecord> {
        let mut failed = Vec::new();
        for record in records {
            tokio::task::yield_now().await;
            match record.body.as_str() {
                "panics" => panic!("this handler is broken"),
                "fails" => failed.push(record.failed()),
                _ => self.0.borrow_mut().push(record.id),
            }
        }
        failed
    }
}
