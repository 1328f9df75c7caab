//! What must hold of the bills: each has its receipt, comes out the same when it is priced again, and is of the energy that the
//! station's register counted.

use std::collections::{BTreeMap, BTreeSet};

use billing::cdr::Cdr;
use billing::pricing::RoundedCost;
use billing::receipt::Issued;
use billing::session::Head;
use messages::{SessionId, SiteId, StationId};
use station::RegisterSpan;

/// What the energy register of an EVSE counted, by its station.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counted {
    /// The station.
    pub station: StationId,
    /// The EVSE and its readings.
    pub register: RegisterSpan,
}

/// What is wrong with the receipts: a CDR has one receipt, its head says the number, and the numbers of a site are 1 to n.
pub(super) fn misnumbered(heads: &[Head], cdrs: &[Cdr], receipts: &[Issued]) -> Vec<String> {
    let mut numbers: BTreeMap<&SiteId, Vec<u64>> = BTreeMap::new();
    let mut by_cdr: BTreeMap<&str, Vec<&Issued>> = BTreeMap::new();
    for receipt in receipts {
        numbers.entry(&receipt.number.series).or_default().push(receipt.number.number.get());
        by_cdr.entry(&receipt.cdr).or_default().push(receipt);
    }
    let heads: BTreeMap<&SessionId, &Head> = heads.iter().map(|head| (&head.session, head)).collect();
    let has_its_own = |cdr: &Cdr| match by_cdr.get(cdr.id.as_str()).map(Vec::as_slice) {
        Some([receipt]) => {
            let head = heads.get(&cdr.session_id);
            receipt.session == cdr.session_id && head.is_some_and(|head| head.receipt.as_ref() == Some(&receipt.number))
        }
        Some(_) | None => false,
    };
    let without = cdrs.iter().filter(|cdr| !has_its_own(cdr)).count();
    let known: BTreeSet<&str> = cdrs.iter().map(|cdr| cdr.id.as_str()).collect();
    let strays = by_cdr.keys().filter(|cdr| !known.contains(*cdr)).count();
    let mut problems = Vec::new();
    if without > 0 {
        problems.push(format!("{without} of {} CDRs do not have one receipt, as their heads say it", cdrs.len()));
    }
    if strays > 0 {
        problems.push(format!("{strays} receipts of no CDR"));
    }
    for (site, mut numbers) in numbers {
        numbers.sort_unstable();
        if !numbers.iter().copied().eq((1..).take(numbers.len())) {
            problems.push(format!("the receipts of {site} are not numbered 1 to {}: {numbers:?}", numbers.len()));
        }
    }
    problems
}

/// Whether a CDR costs the same when it is priced again, from its JSON, by the tariff in it.
pub(super) fn is_repeatable(cdr: &Cdr) -> bool {
    let again = || -> Option<RoundedCost> {
        let zone = billing::time_zone(&cdr.time_zone).ok()?;
        let priced = billing::price(&serde_json::to_string(cdr).ok()?, None, Some(&zone)).ok()?;
        serde_json::from_str(priced.get("rounded_cost")?).ok()
    };
    again().as_ref() == Some(&cdr.rounded_cost)
}

/// Whether the CDRs of an EVSE are of all that its register counted. Where one session begins after the other has ended, each starts
/// at the reading with which the one before ended, the first and the last at the register's own.
pub(super) fn is_as_counted(counted: &Counted, cdrs: &[Cdr]) -> bool {
    let RegisterSpan { evse_id, before_wh, now_wh } = counted.register;
    let (Ok(before), Ok(now)) = (i64::try_from(before_wh), i64::try_from(now_wh)) else { return false };
    let of_evse = |cdr: &&Cdr| cdr.station == counted.station && u32::from(cdr.evse_id) == evse_id;
    let mut cdrs: Vec<&Cdr> = cdrs.iter().filter(of_evse).collect();
    cdrs.sort_by_key(|cdr| (cdr.start_date_time, cdr.end_date_time));
    let is_in_turn = cdrs.windows(2).all(|pair| pair[0].end_date_time <= pair[1].start_date_time);
    let readings = cdrs.iter().flat_map(|cdr| [cdr.register_start_wh, cdr.register_end_wh]);
    let readings: Vec<i64> = [before].into_iter().chain(readings).chain([now]).collect();
    let is_closed = readings.chunks(2).all(|pair| pair[0] == pair[1]);
    let billed: i64 = cdrs.iter().map(|cdr| cdr.energy_wh).sum();
    billed == now - before && (is_closed || !is_in_turn)
}

#[cfg(test)]
mod tests {
    use billing::readings::{Checks, MeterLimits};
    use billing::receipt::ReceiptNumber;
    use billing::tariff::Tariff;
    use billing::{Delivered, bill};
    use jiff::Timestamp;

    use super::*;

    /// Two sessions on one EVSE, from 1,000 to 4,000 Wh and from there to 6,500 Wh.
    fn cdrs() -> Vec<Cdr> {
        let tariff = Tariff::from_json(
            r#"{"id":"t","currency":"EUR","last_updated":"2026-01-01T00:00:00Z","elements":[{"price_components":[
                {"type":"ENERGY","price":0.35,"vat":21,"step_size":1}]}]}"#,
        )
        .unwrap();
        let mut messages = Vec::new();
        for (transaction, hour, from_wh, to_wh) in [("a", 10, 1_000, 4_000), ("b", 12, 4_000, 6_500)] {
            for (seq_no, event, hour, wh) in [(0, "Started", hour, from_wh), (1, "Ended", hour + 1, to_wh)] {
                let json = format!(
                    r#"{{"messageId":"{transaction}{seq_no}","eventType":"{event}","transactionId":"{transaction}","seqNo":{seq_no},
                        "at":"2026-06-01T{hour}:00:00Z","evseId":1,"connectorId":1,"idToken":"04A1B2C3","registerWh":{wh}}}"#
                );
                messages.push(Delivered::parse(json.as_bytes()).unwrap());
            }
        }
        let zone = billing::time_zone("Europe/Amsterdam").unwrap();
        let lines = bill(&tariff, &zone, &MeterLimits::default(), &Checks::new(), messages);
        lines.into_iter().filter_map(|line| line.cdr).collect()
    }

    /// Their receipts under these numbers, and heads that say so.
    fn numbered(cdrs: &[Cdr], numbers: &[u64]) -> (Vec<Head>, Vec<Issued>) {
        let site: SiteId = "harbour".parse().unwrap();
        let receipt = |(cdr, number): (&Cdr, &u64)| Issued {
            number: ReceiptNumber { number: (*number).try_into().unwrap(), ..ReceiptNumber::first(site.clone()) },
            ..Issued::after(None, &site, &cdr.session_id, Timestamp::UNIX_EPOCH)
        };
        let receipts: Vec<Issued> = cdrs.iter().zip(numbers).map(receipt).collect();
        let head = |cdr: &Cdr| Head::of(cdr.session_id.clone(), site.clone(), &[], &MeterLimits::default());
        let heads = cdrs.iter().zip(&receipts).map(|(cdr, receipt)| head(cdr).with_receipt(receipt)).collect();
        (heads, receipts)
    }

    #[test]
    fn every_cdr_has_one_receipt_and_no_number_is_missing() {
        let cdrs = cdrs();
        let (heads, receipts) = numbered(&cdrs, &[2, 1]);
        assert_eq!(misnumbered(&heads, &cdrs, &receipts), [""; 0]);
        let (_, others) = numbered(&cdrs, &[1, 2]);
        let (gap_heads, gap) = numbered(&cdrs, &[1, 3]);
        let (twice_heads, twice) = numbered(&cdrs, &[1, 1]);
        for (what, heads, receipts) in [
            ("a CDR without", &heads, receipts[1..].to_vec()),
            ("a CDR with two", &heads, [receipts.clone(), others.clone()].concat()),
            ("another number in the head", &heads, others),
            ("a gap", &gap_heads, gap),
            ("a number twice", &twice_heads, twice),
        ] {
            assert_ne!(misnumbered(heads, &cdrs, &receipts), [""; 0], "{what}");
        }
        assert_ne!(misnumbered(&heads, &cdrs[1..], &receipts), [""; 0], "a receipt of no CDR");
    }

    #[test]
    fn a_cdr_that_costs_something_else_is_noticed() {
        let mut cdr = cdrs().remove(0);
        assert!(is_repeatable(&cdr));
        cdr.rounded_cost.vat_minor += 1;
        assert!(!is_repeatable(&cdr));
    }

    #[test]
    fn energy_that_the_register_did_not_count_is_noticed() {
        let cdrs = cdrs();
        let counted = |station: &str, evse_id, before_wh, now_wh| Counted {
            station: station.parse().unwrap(),
            register: RegisterSpan { evse_id, before_wh, now_wh },
        };
        let own = cdrs[0].station.to_string();
        for (counted, holds) in [
            (counted(&own, 1, 1_000, 6_500), true),
            (counted(&own, 1, 1_001, 6_500), false),
            (counted(&own, 1, 1_000, 6_501), false),
            // The same difference elsewhere on the register.
            (counted(&own, 1, 2_000, 7_500), false),
            (counted(&own, 2, 1_000, 6_500), false),
            (counted("another", 1, 1_000, 6_500), false),
            (counted("another", 1, 1_000, 1_000), true),
        ] {
            assert_eq!(is_as_counted(&counted, &cdrs), holds, "{counted:?}");
        }
        // Both are right in sum, but one watt-hour is billed to the wrong driver.
        let mut moved = cdrs.clone();
        moved[0].register_end_wh += 1;
        moved[0].energy_wh += 1;
        moved[1].energy_wh -= 1;
        assert!(!is_as_counted(&counted(&own, 1, 1_000, 6_500), &moved));
        // Vehicles that charge at once on one EVSE share a register; only the sum can be told.
        moved[1].start_date_time = moved[0].start_date_time;
        assert!(is_as_counted(&counted(&own, 1, 1_000, 6_500), &moved));
    }
}
