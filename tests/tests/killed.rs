//! What the database has acknowledged survives the death of its process, and only one process works with its file.
//!
//! Without the usual test harness: the test runs itself as the process that is killed.

use std::collections::BTreeSet;
use std::error::Error;
use std::io::{self, BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};

use billing::session::StoredMessage;
use jiff::Timestamp;
use messages::{SessionId, TransactionMessage};
use ports::{Put, StoreMessages};
use wattwarden::database::{Database, DatabaseError};
use wattwarden::template::{TEMPLATE, Topology};

/// Says that this process is the one to be killed.
const WRITER: &str = "--write-until-killed";

/// The writer is killed once it has acknowledged so many messages.
const ENOUGH: usize = 300;

type Outcome = Result<(), Box<dyn Error>>;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Outcome {
    let arguments: Vec<String> = std::env::args().collect();
    match arguments.as_slice() {
        [_, flag, file] if flag == WRITER => write_until_killed(Path::new(file)).await,
        _ => acknowledged_writes_survive_a_kill().await,
    }
}

async fn acknowledged_writes_survive_a_kill() -> Outcome {
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("new-folder").join("tables.sqlite");
    let mut writer = Command::new(std::env::current_exe()?).arg(WRITER).arg(&file).stdout(Stdio::piped()).spawn()?;
    let mut lines = BufReader::new(writer.stdout.take().ok_or("the writer has no output")?).lines();
    let mut acknowledged = BTreeSet::new();
    while acknowledged.len() < ENOUGH {
        acknowledged.insert(lines.next().ok_or("the writer has ended")??.parse::<u32>()?);
    }
    assert!(matches!(open(&file).await, Err(DatabaseError::InUse(_))), "two processes work with one file");
    writer.kill()?;
    writer.wait()?;
    // What it had said before it died. A line that was cut off says nothing.
    acknowledged.extend(lines.map_while(Result::ok).filter_map(|line| line.parse::<u32>().ok()));

    let database = open(&file).await?;
    let kept = database.tables().messages(&session()?).await?;
    let kept: BTreeSet<u32> = kept.into_iter().map(|stored| stored.message.seq_no).collect();
    let lost: Vec<_> = acknowledged.difference(&kept).collect();
    assert!(lost.is_empty(), "acknowledged and lost: {lost:?}");

    // Every message that is there is in the stream as well, whatever the writer had read of it.
    database.stop().await;
    let database = open(&file).await?;
    assert_eq!(database.tables().messages(&session()?).await?.len(), kept.len());
    let mut in_stream = 0;
    loop {
        match database.read_stream("sessions").await?.len() {
            0 => break,
            records => in_stream += records,
        }
    }
    assert_eq!(in_stream, kept.len());
    writeln!(io::stdout(), "test acknowledged_writes_survive_a_kill ... ok ({} acknowledged)", acknowledged.len())?;
    Ok(())
}

async fn write_until_killed(file: &Path) -> Outcome {
    let database = open(file).await?;
    let mut out = io::stdout();
    for seq_no in 0.. {
        if database.tables().put_message(&session()?, &message(seq_no)?).await? == Put::Stored {
            writeln!(out, "{seq_no}")?;
            out.flush()?;
        }
    }
    Ok(())
}

async fn open(file: &Path) -> Result<Database, DatabaseError> {
    let topology = Topology::read(TEMPLATE)
        .map_err(|error| DatabaseError::Failed { action: "read the template", source: Box::new(error) })?;
    Database::start(Some(file), &topology.tables).await
}

fn session() -> Result<SessionId, messages::BadId> {
    "s-1:t".parse()
}

fn message(seq_no: u32) -> Result<StoredMessage, Box<dyn Error>> {
    let json = format!(
        r#"{{"messageId":"m-{seq_no}","eventType":"Updated","transactionId":"t","seqNo":{seq_no},"at":"2026-06-01T10:00:00Z"}}"#
    );
    Ok(StoredMessage { message: TransactionMessage::parse(json.as_bytes())?, received_at: Timestamp::UNIX_EPOCH })
}
