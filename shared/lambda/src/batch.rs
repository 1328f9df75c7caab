//! One batch: every record by itself, so that one bad record holds up none of the others.

use std::collections::BTreeSet;
use std::error::Error;
use std::future::Future;

use ports::{FailedRecord, KeepQuarantine, Quarantined, Record};

use crate::unwind::{CatchFuture, Panicked, catch, catch_future};

/// Decodes the records of a batch, keeps the undecodable ones in quarantine, and has the others handled at once. The result names the
/// records that must be delivered again, in the order of the batch: those the handler failed, those that could not be put into
/// quarantine, and those that panicked.
///
/// `id` names a raw record as the decoded one is named.
///
/// When the handler panics, nobody knows which record it was: the batch is decoded again and each record is handled by itself, so that
/// only the one that panics fails. Records that were done before the panic are handled a second time, which is safe because every write
/// of a handler may be repeated.
pub async fn handle_batch<R, T, D, H, F>(
    raw: &[R],
    id: impl Fn(&R) -> &str,
    decode: D,
    quarantine: &impl KeepQuarantine,
    handle: H,
) -> Vec<FailedRecord>
where
    D: Fn(&R) -> Result<Record<T>, Box<Quarantined>>,
    H: Fn(Vec<Record<T>>) -> F,
    F: Future<Output = Vec<FailedRecord>>,
{
    let mut failed = Failed::default();
    let mut records = Vec::with_capacity(raw.len());
    for one in raw {
        match catch(|| decode(one)) {
            Ok(Ok(record)) => records.push(record),
            Ok(Err(input)) => failed.extend(keep(quarantine, id(one), &input).await),
            Err(Panicked) => failed.panicked(id(one)),
        }
    }
    match records.len() {
        0 => {}
        1 => handle_alone(records, &handle, &mut failed).await,
        _ => match guarded(&handle, records).await {
            Ok(again) => failed.extend(again),
            Err(Panicked) => {
                for record in raw.iter().filter_map(|one| catch(|| decode(one)).ok()?.ok()) {
                    handle_alone(vec![record], &handle, &mut failed).await;
                }
            }
        },
    }
    failed.in_order_of(raw.iter().map(id))
}

async fn handle_alone<T, H, F>(records: Vec<Record<T>>, handle: &H, failed: &mut Failed)
where
    H: Fn(Vec<Record<T>>) -> F,
    F: Future<Output = Vec<FailedRecord>>,
{
    let ids: Vec<String> = records.iter().map(|record| record.id.clone()).collect();
    match guarded(handle, records).await {
        Ok(again) => failed.extend(again),
        Err(Panicked) => ids.iter().for_each(|id| failed.panicked(id)),
    }
}

/// Not `async`: the future of a handler is large, and here it is moved into its box without staying in the caller's own.
fn guarded<T, H, F>(handle: &H, records: Vec<Record<T>>) -> CatchFuture<impl Future<Output = Vec<FailedRecord>>>
where
    H: Fn(Vec<Record<T>>) -> F,
    F: Future<Output = Vec<FailedRecord>>,
{
    catch_future(async move { handle(records).await })
}

async fn keep(quarantine: &impl KeepQuarantine, id: &str, input: &Quarantined) -> Option<FailedRecord> {
    let error = quarantine.quarantine(input).await.err()?;
    tracing::warn!(
        record.id = id,
        error = &error as &dyn Error,
        "a record could be neither read nor put into quarantine"
    );
    Some(FailedRecord { id: id.to_owned() })
}

/// The ids of the records that are to be delivered again.
#[derive(Default)]
struct Failed(BTreeSet<String>);

impl Failed {
    fn panicked(&mut self, id: &str) {
        tracing::error!(record.id = id, "a record panicked and will be delivered again");
        self.0.insert(id.to_owned());
    }

    fn extend(&mut self, records: impl IntoIterator<Item = FailedRecord>) {
        self.0.extend(records.into_iter().map(|record| record.id));
    }

    fn in_order_of<'a>(mut self, ids: impl Iterator<Item = &'a str>) -> Vec<FailedRecord> {
        let mut ordered: Vec<_> = ids.filter_map(|id| self.0.take(id)).collect();
        ordered.extend(self.0);
        ordered.into_iter().map(|id| FailedRecord { id }).collect()
    }
}
