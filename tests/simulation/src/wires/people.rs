//! The people who are told, and how often they were told what.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use alerts::{AlertId, Publication, Stage};

/// One telling: of which alert, to whom, and what of it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Told {
    pub(crate) alert: AlertId,
    pub(crate) target: String,
    /// Whether it tells that it happened, or else that it is over.
    pub(crate) opening: bool,
}

/// How often something was told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Copies {
    pub(crate) published: u32,
    /// Of these, publications that nobody has recorded: who published was killed before, or was not answered.
    pub(crate) unrecorded: u32,
}

/// Everybody who is told something. Clones are the same people.
#[derive(Debug, Clone, Default)]
pub(crate) struct People(Arc<Mutex<BTreeMap<Told, Copies>>>);

impl Told {
    pub(crate) fn by(publication: &Publication) -> Self {
        Self {
            alert: publication.alert.clone(),
            target: format!("{:?}", publication.target),
            opening: publication.stage != Stage::Resolution,
        }
    }
}

impl People {
    pub(crate) fn all(&self) -> BTreeMap<Told, Copies> {
        self.lock().clone()
    }

    /// A message went out; nobody has recorded it yet.
    pub(super) fn hear(&self, publication: &Publication) -> Told {
        let told = Told::by(publication);
        let mut all = self.lock();
        let copies = all.entry(told.clone()).or_default();
        copies.published += 1;
        copies.unrecorded += 1;
        told
    }

    /// Whoever published has written what came of it.
    pub(super) fn recorded(&self, alert: &AlertId, by: &Mutex<Option<Told>>) {
        let mut told = by.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(told) = told.take_if(|told| told.alert == *alert)
            && let Some(copies) = self.lock().get_mut(&told)
        {
            copies.unrecorded -= 1;
        }
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<Told, Copies>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
