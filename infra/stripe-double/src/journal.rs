//! The double's memory on disk: one line of JSON for every request that changed something, written before its reply.
//!
//! A line holds all that one request did, so that a process killed while writing leaves the request either whole or
//! not done; an unfinished last line is cut off at the next start.

use std::fs::{File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use thiserror::Error;

use crate::idempotency::Kept;

const FILE_NAME: &str = "stripe-double.ndjson";

/// What one request left behind.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Line {
    pub(crate) at: Timestamp,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) changed: Vec<Value>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) kept: Option<Kept>,
}

/// The open journal.
#[derive(Debug)]
pub(crate) struct Journal {
    file: File,
    path: PathBuf,
}

/// The journal cannot be read or written.
#[derive(Debug, Error)]
pub enum JournalError {
    /// The file system refused.
    #[error("failed to {action} the journal {}", path.display())]
    File {
        /// What was tried.
        action: &'static str,
        /// The journal.
        path: PathBuf,
        /// Why it failed.
        #[source]
        source: io::Error,
    },
    /// A line other than an unfinished last one is no line of a journal.
    #[error("line {number} of the journal {} cannot be read", path.display())]
    Line {
        /// Counted from 1.
        number: usize,
        /// The journal.
        path: PathBuf,
        /// Why it cannot be read.
        #[source]
        source: serde_json::Error,
    },
}

impl Journal {
    /// Opens the journal in `directory`, made if missing, and reads what it holds.
    pub(crate) fn open(directory: &Path) -> Result<(Self, Vec<Line>), JournalError> {
        let path = directory.join(FILE_NAME);
        let failed = |action| {
            let path = path.clone();
            move |source| JournalError::File { action, path, source }
        };
        std::fs::create_dir_all(directory).map_err(failed("make the directory of"))?;
        let file = OpenOptions::new().append(true).create(true).open(&path).map_err(failed("open"))?;
        let bytes = std::fs::read(&path).map_err(failed("read"))?;
        let whole = bytes.iter().rposition(|byte| *byte == b'\n').map_or(0, |newline| newline + 1);
        if whole < bytes.len() {
            tracing::warn!(bytes = bytes.len() - whole, "cut an unfinished last line off the journal");
            file.set_len(whole as u64).map_err(failed("cut"))?;
        }
        let lines = bytes[..whole].split_inclusive(|byte| *byte == b'\n').enumerate();
        let read = lines.map(|(index, line)| {
            let broken = |source| JournalError::Line { number: index + 1, path: path.clone(), source };
            serde_json::from_slice(line).map_err(broken)
        });
        let lines = read.collect::<Result<_, _>>()?;
        Ok((Self { file, path }, lines))
    }

    /// A journal that cannot be written, as on a full disk.
    #[cfg(test)]
    pub(crate) fn broken(directory: &Path) -> Self {
        let path = directory.join("broken");
        std::fs::write(&path, "").unwrap();
        Self { file: File::open(&path).unwrap(), path }
    }

    /// Appends a line in one write; it then survives the end of this process.
    pub(crate) fn append(&mut self, line: &Line) -> Result<(), JournalError> {
        let failed = |source| JournalError::File { action: "write", path: self.path.clone(), source };
        let mut bytes = serde_json::to_vec(line).map_err(|error| failed(error.into()))?;
        bytes.push(b'\n');
        self.file.write_all(&bytes).and_then(|()| self.file.flush()).map_err(failed)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn line(id: &str) -> Line {
        Line { at: Timestamp::UNIX_EPOCH, changed: vec![json!({"id": id, "object": "refund"})], kept: None }
    }

    #[test]
    fn lines_come_back_and_a_torn_last_one_is_cut_off() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join(FILE_NAME);
        let (mut journal, lines) = Journal::open(directory.path()).unwrap();
        assert_eq!(lines, []);
        journal.append(&line("re_1")).unwrap();
        journal.append(&line("re_2")).unwrap();
        let whole = std::fs::read(&path).unwrap();
        for torn in [&b"{\"at\":\"2"[..], b"{", b"\xff\xfe", b""] {
            std::fs::write(&path, [&whole, torn].concat()).unwrap();
            let (mut journal, lines) = Journal::open(directory.path()).unwrap();
            assert_eq!(lines, [line("re_1"), line("re_2")]);
            journal.append(&line("re_3")).unwrap();
            let (_, lines) = Journal::open(directory.path()).unwrap();
            assert_eq!(lines, [line("re_1"), line("re_2"), line("re_3")]);
        }
    }

    #[test]
    fn a_broken_line_in_the_middle_is_no_journal() {
        let directory = tempfile::tempdir().unwrap();
        std::fs::write(directory.path().join(FILE_NAME), "nonsense\n{}\n").unwrap();
        let error = Journal::open(directory.path()).unwrap_err();
        assert!(matches!(error, JournalError::Line { number: 1, .. }), "{error}");
    }
}
