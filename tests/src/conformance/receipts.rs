//! Receipts and their numbers.

use billing::receipt::{Issued, ReceiptNumber};
use billing::session::Head;
use futures_util::future::join_all;
use messages::{SessionId, SiteId};
use ports::{Due, FindDue, KeepReceipts, KeepSessions, Saved};

use super::values::{at, session, settled};

/// Catches a receipt without the number in its head, or a mark that stays after the receipt.
pub async fn a_receipt_is_written_with_its_head(ports: &(impl KeepReceipts + KeepSessions + FindDue)) {
    let (series, session) = (series("receipt-whole"), session("receipt-whole"));
    let head = billed(ports, &series, &session).await;
    let is_due = Due::Session { id: session.clone(), due_at: at(0) };
    assert!(ports.find_due(at(0), 10_000).await.unwrap().contains(&is_due));

    assert_eq!(ports.last_receipt(&series).await.unwrap(), None);
    let receipt = Issued::after(None, &series, &session, at(60));
    let with_number = head.with_receipt(&receipt);
    assert_eq!(ports.issue(&receipt, &with_number).await.unwrap(), Saved::Done);
    assert_eq!(ports.last_receipt(&series).await.unwrap().as_ref(), Some(&receipt));
    assert_eq!(ports.receipts(&series).await.unwrap(), [receipt]);
    let version = with_number.version + 1;
    assert_eq!(ports.head(&session).await.unwrap(), Some(Head { version, ..with_number }));
    assert!(!ports.find_due(at(0), 10_000).await.unwrap().contains(&is_due));
}

/// Catches a number that is given twice, and a head that bears it although it was another's.
pub async fn a_number_is_given_once(ports: &(impl KeepReceipts + KeepSessions)) {
    let (series, first, second) = (series("receipt-number"), session("receipt-number-1"), session("receipt-number-2"));
    let receipt = Issued::after(None, &series, &first, at(60));
    let head = billed(ports, &series, &first).await;
    assert_eq!(ports.issue(&receipt, &head.with_receipt(&receipt)).await.unwrap(), Saved::Done);

    let head = billed(ports, &series, &second).await;
    let taken = Issued::after(None, &series, &second, at(60));
    assert_eq!(ports.issue(&taken, &head.clone().with_receipt(&taken)).await.unwrap(), Saved::Conflict);
    assert_eq!(ports.head(&second).await.unwrap(), Some(head));
    assert_eq!(ports.receipts(&series).await.unwrap(), [receipt]);
}

/// Catches a number that is used up for a session which has a receipt, or which somebody else has written meanwhile.
pub async fn a_stale_head_takes_no_number(ports: &(impl KeepReceipts + KeepSessions)) {
    let (series, session) = (series("receipt-stale"), session("receipt-stale"));
    let head = billed(ports, &series, &session).await;
    let first = Issued::after(None, &series, &session, at(60));
    for version in [0, head.version + 1] {
        let stale = Head { version, ..head.clone() }.with_receipt(&first);
        assert_eq!(ports.issue(&first, &stale).await.unwrap(), Saved::Conflict, "version {version}");
        assert_eq!(ports.last_receipt(&series).await.unwrap(), None, "version {version}");
    }
    assert_eq!(ports.issue(&first, &head.clone().with_receipt(&first)).await.unwrap(), Saved::Done);
    let second = Issued::after(Some(&first), &series, &session, at(120));
    assert_eq!(ports.issue(&second, &head.with_receipt(&second)).await.unwrap(), Saved::Conflict);
    assert_eq!(ports.receipts(&series).await.unwrap(), [first]);
}

/// Catches an adapter that looks at a number before it writes instead of while it writes.
pub async fn of_16_that_take_a_number_at_once_one_gets_it(ports: &(impl KeepReceipts + KeepSessions)) {
    let series = series("receipt-race");
    let mut all = Vec::new();
    for n in 0..16 {
        let session = session(&format!("receipt-race-{n}"));
        let head = billed(ports, &series, &session).await;
        let receipt = Issued::after(None, &series, &session, at(n));
        all.push((receipt.clone(), head.with_receipt(&receipt)));
    }
    let outcomes = join_all(all.iter().map(|(receipt, head)| ports.issue(receipt, head))).await;
    let won: Vec<_> = outcomes.into_iter().zip(all).filter(|(saved, _)| matches!(saved, Ok(Saved::Done))).collect();
    assert_eq!(won.len(), 1);
    assert_eq!(ports.receipts(&series).await.unwrap(), [won[0].1.0.clone()]);
}

/// Catches numbers that are missing or given twice when many are asked for at once.
pub async fn numbers_that_are_taken_at_once_leave_no_gap(ports: &(impl KeepReceipts + KeepSessions)) {
    let series = series("receipt-gaps");
    let sessions: Vec<_> = (0..8).map(|n| session(&format!("receipt-gaps-{n}"))).collect();
    for session in &sessions {
        let _ = billed(ports, &series, session).await;
    }
    // Each session is tried twice at once.
    join_all(sessions.iter().chain(&sessions).map(|session| until_issued(ports, &series, session))).await;
    let receipts = ports.receipts(&series).await.unwrap();
    assert_eq!(
        receipts.iter().map(|receipt| receipt.number.number.get()).collect::<Vec<_>>(),
        [1, 2, 3, 4, 5, 6, 7, 8]
    );
    for receipt in receipts {
        let head = ports.head(&receipt.session).await.unwrap().unwrap();
        assert_eq!((head.receipt, head.due_at), (Some(receipt.number), None));
    }
}

/// Catches numbers that are ordered as text of different length, a last one that is not the highest, and series that mix.
pub async fn a_series_is_listed_by_number(ports: &(impl KeepReceipts + KeepSessions)) {
    let names = ["receipt-list", "receipt-list-2"];
    for name in names {
        let series = series(name);
        for n in [1, 2, 9, 10, 11, 99, 100, 4_294_967_296_u64] {
            let session = session(&format!("{name}-{n}"));
            let number = ReceiptNumber { series: series.clone(), number: n.try_into().unwrap() };
            let receipt = Issued { number, ..Issued::after(None, &series, &session, at(60)) };
            let head = billed(ports, &series, &session).await.with_receipt(&receipt);
            assert_eq!(ports.issue(&receipt, &head).await.unwrap(), Saved::Done);
            assert_eq!(ports.last_receipt(&series).await.unwrap(), Some(receipt));
        }
    }
    for name in names {
        let receipts = ports.receipts(&series(name)).await.unwrap();
        let numbers: Vec<u64> = receipts.iter().map(|receipt| receipt.number.number.get()).collect();
        assert_eq!(numbers, [1, 2, 9, 10, 11, 99, 100, 4_294_967_296]);
        assert!(receipts.iter().all(|receipt| receipt.number.series == series(name)));
    }
    assert_eq!(ports.receipts(&series("receipt-lis")).await.unwrap(), []);
}

fn series(name: &str) -> SiteId {
    name.parse().unwrap()
}

/// The head, as stored, of a session of this site that has just been billed.
async fn billed(ports: &impl KeepSessions, series: &SiteId, session: &SessionId) -> Head {
    let head = Head { site: series.clone(), ..settled(session, 0).head };
    assert!(head.lacks_receipt() && head.due_at == Some(at(0)));
    assert_eq!(ports.save_head(&head).await.unwrap(), Saved::Done);
    Head { version: 1, ..head }
}

/// Tries as whoever issues receipts does, for as long as others win.
async fn until_issued(ports: &(impl KeepReceipts + KeepSessions), series: &SiteId, session: &SessionId) {
    for attempt in 0.. {
        assert!(attempt < 1_000, "{session} never gets a number");
        let head = ports.head(session).await.unwrap().unwrap();
        if !head.lacks_receipt() {
            return;
        }
        let last = ports.last_receipt(series).await.unwrap();
        let receipt = Issued::after(last.as_ref(), series, session, at(60));
        // An adapter that met another transaction too often says so; it has written nothing.
        if let Ok(Saved::Done) = ports.issue(&receipt, &head.with_receipt(&receipt)).await {
            return;
        }
    }
}
