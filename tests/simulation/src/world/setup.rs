//! A world at its beginning.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;

use billing::payment::Decline;
use jiff::{SignedDuration, Timestamp};
use models::{BankSays, Stripe, Tables};
use ports::RefundStatus;

use super::stations::Stations;
use super::{Event, World};
use crate::agenda::Agenda;
use crate::chance::{Chance, Rate};
use crate::core::{Core, later};
use crate::kills::Kills;
use crate::mutants::{Mutant, Sabotage};
use crate::plan::Plan;
use crate::rates::Rates;
use crate::script::{self, Script};
use crate::sites::{self, Pays};
use crate::wires::{Air, People};

/// A bank says no to a card that works.
const DECLINED: Rate = Rate::percent(2);
/// A bank takes a while to take money back.
const WORKS: Rate = Rate::percent(20);
/// Stripe is gone for so long, once.
const OUTAGE: SignedDuration = SignedDuration::from_hours(28);
/// After the last message things go on going wrong for so long: until the last try of its payment.
const AFTERWARDS: SignedDuration = SignedDuration::from_hours(18 * 24);
/// So many awaits for each session are more than enough; some two hundred are usual.
const PATIENCE: u64 = 1_000;
/// Messages of strangers, for each hundred sessions.
const STRANGERS: usize = 1;

impl World {
    /// The world of a plan.
    pub(crate) fn of(plan: &Plan) -> Self {
        let mut chance = Chance::of_seed(plan.seed);
        let scripts = script::sessions(&mut chance, 0..plan.sessions, plan.stations);
        let mut world = Self::with(scripts, chance, Rates::ALL, Kills::ByChance, plan.mutant, plan.stations);
        let last = world.scripts.iter().flat_map(|script| &script.lines).filter_map(|line| line.sent_at).max();
        let faults_end = later(last.unwrap_or_else(sites::start), AFTERWARDS);
        world.agenda.put(faults_end, Event::FaultsEnd);
        world.agenda.put(later(faults_end, SignedDuration::from_mins(10)), Event::Redrive);
        let hours = (faults_end.as_second() - sites::start().as_second()) / 3_600;
        let from = later(sites::start(), SignedDuration::from_hours(world.chance.between(2, (hours - 30).max(3))));
        world.core.lock().outage = (from, later(from, OUTAGE));
        for number in 0..plan.sessions * STRANGERS / 100 {
            let at = later(sites::start(), SignedDuration::from_hours(24 * world.chance.between(0, hours / 24) + 12));
            world.strangers_send(at, number);
        }
        world
    }

    /// A world in which these sessions take place.
    pub(crate) fn with(
        scripts: Vec<Script>,
        mut chance: Chance,
        rates: Rates,
        kills: Kills,
        mutant: Option<Mutant>,
        stations: usize,
    ) -> Self {
        let core = Core::new(sites::start(), chance.fork(), rates);
        let tables = Tables::default();
        let drivers: BTreeSet<usize> = scripts.iter().filter_map(|script| script.driver).collect();
        sites::build(&tables, stations, drivers);
        let stripe = Stripe::new(Arc::new(core.clone()));
        let mut bank = chance.fork();
        let do_faults_go_on = rates != Rates::NONE;
        stripe.set_bank(Box::new(move |asked| match Pays::with(asked.payment_method) {
            Pays::Well if do_faults_go_on && bank.hits(DECLINED) => BankSays::Declines(no("insufficient_funds")),
            Pays::Well | Pays::NoCard => BankSays::Pays,
            Pays::LostCard => BankSays::Declines(no("lost_card")),
            Pays::EmptyCard => BankSays::Declines(no("insufficient_funds")),
            Pays::InPerson => BankSays::WantsDriver,
            Pays::Slowly => BankSays::Works,
        }));
        let mut works = chance.aside();
        stripe.set_takes(move |_| if works.hits(WORKS) { RefundStatus::Pending } else { RefundStatus::Succeeded });
        let mut world = Self {
            core,
            tables,
            stripe,
            people: People::default(),
            stations: Stations::new(&scripts),
            dead_letters: Vec::new(),
            begun: BTreeSet::new(),
            orders: Vec::new(),
            strangers: BTreeSet::new(),
            found_again: BTreeMap::new(),
            found_in_vain: BTreeSet::new(),
            is_stuck: false,
            violations: Vec::new(),
            chance,
            air: Air::default(),
            agenda: Agenda::default(),
            messages: VecDeque::new(),
            woken: VecDeque::new(),
            tasks: Vec::new(),
            kills,
            sabotage: Sabotage::by(mutant),
            patience: u64::try_from(scripts.len()).unwrap_or(u64::MAX).saturating_add(10).saturating_mul(PATIENCE),
            last_sweep: Timestamp::MIN,
            is_sweeping: false,
            do_faults_go_on,
            scripts,
        };
        for session in 0..world.scripts.len() {
            match &world.scripts[session].ad_hoc {
                Some(ad_hoc) => world.agenda.put(ad_hoc.asked_at, Event::AskForHold { session }),
                None => world.begin(session),
            }
        }
        world.core.lock().totals.sessions = u64::try_from(world.scripts.len()).unwrap_or(u64::MAX);
        world
    }
}

fn no(decline_code: &str) -> Decline {
    Decline { code: "card_declined".to_owned(), decline_code: Some(decline_code.to_owned()), advice_code: None }
}
