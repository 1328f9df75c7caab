//! Every session ends, and nothing is left to do.

use std::collections::BTreeMap;

use billing::session::SessionState;

use super::{Invariant, Left, is_whole};
use crate::script::Fate;
use crate::sites::Prices;

pub(super) fn check(left: &mut Left<'_>) {
    sessions(left);
    receipts(left);
    let world = left.world;
    if world.is_stuck {
        left.broken(Invariant::NothingLeft, "it never comes to an end".to_owned());
    }
    if let Some(due) = world.tables.next_due() {
        left.broken(Invariant::NothingLeft, format!("something is due since {due}"));
    }
    if !world.dead_letters.is_empty() {
        left.broken(Invariant::NothingLeft, format!("{} dead letters", world.dead_letters.len()));
    }
    for debt in
        left.debts.values().filter(|debt| !debt.state.is_final()).map(|debt| debt.session.clone()).collect::<Vec<_>>()
    {
        left.broken(Invariant::NothingLeft, format!("{debt}: its payment is not over"));
    }
    for name in &world.found_in_vain {
        left.broken(Invariant::ThreeSweeps, format!("{name}: more than three sweeps in a row found it due"));
    }
}

fn sessions(left: &mut Left<'_>) {
    let world = left.world;
    for (number, script) in world.scripts.iter().enumerate() {
        let session = &script.session;
        match left.heads.get(session).map(|head| (head.state, head.held)) {
            Some((SessionState::Billed, _)) => {}
            Some((SessionState::Review, _)) if !is_whole(script) => {}
            Some((SessionState::Review, held)) => {
                left.broken(Invariant::EveryoneEnds, format!("{session}: held for {held:?}, and nothing was lost"));
            }
            Some((state @ (SessionState::Open | SessionState::Ended), _)) => {
                left.broken(Invariant::EveryoneEnds, format!("{session}: still {state:?}"));
            }
            None if !world.took_place(number) => {}
            None if script.lines.iter().all(|line| line.fate == Fate::Malformed || line.sent_at.is_none()) => {}
            None => left.broken(Invariant::EveryoneEnds, format!("{session}: nobody knows of it")),
        }
    }
}

fn receipts(left: &mut Left<'_>) {
    let world = left.world;
    let mut billed: BTreeMap<String, u64> = BTreeMap::new();
    for head in left.heads.values().filter(|head| head.state == SessionState::Billed) {
        *billed.entry(head.site.to_string()).or_default() += 1;
    }
    for prices in Prices::ALL {
        let Ok(site) = prices.site().parse() else { continue };
        let numbers: Vec<u64> =
            world.tables.receipts_of(&site).iter().map(|receipt| receipt.number.number.get()).collect();
        let expected: Vec<u64> = (1..=billed.get(prices.site()).copied().unwrap_or(0)).collect();
        if numbers != expected {
            let (issued, expected) = (numbers.len(), expected.len());
            left.broken(Invariant::EveryoneEnds, format!("{site}: {issued} receipts for {expected} bills, or a gap"));
        }
    }
}
