//! What people read: per fact one letter in English and one in German, side by side, cut to each channel afterwards.
//!
//! A letter about the end tells the beginning too, so that it also serves those who never heard of it.

mod fault;
mod faults;
mod money;
mod payment;
mod returns;
mod review;
mod scene;
mod security;
mod session;
mod site;
mod stock;
mod time;

use crate::{Alert, Delivery, Fact, Stage};
use scene::Scene;

/// One message before it is cut to a channel.
pub(crate) struct Letter {
    /// The subject of the e-mail and the title of the push message.
    pub(crate) subject: String,
    /// The whole matter in a sentence or two.
    pub(crate) headline: String,
    /// Where, when, evidence, what to do.
    pub(crate) rows: Vec<(Label, String)>,
    /// The text message in pieces: the most important first.
    pub(crate) sms: Vec<String>,
}

/// What a line of a letter is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Label {
    /// The place.
    Where,
    /// The time it began, or from when to when it was.
    When,
    /// How we know.
    Evidence,
    /// The energy of a session.
    Energy,
    /// An amount of money.
    Amount,
    /// The session it is about.
    Session,
    /// What the reader should do.
    ToDo,
}

/// The letter that tells `stage` of an alert at a target.
pub(crate) fn letter(alert: &Alert, delivery: &Delivery, stage: Stage) -> Letter {
    let scene = Scene::of(alert, delivery, stage);
    match &alert.fact {
        Fact::Fault(fact) => fault::letter(&scene, fact),
        Fact::SiteFault(fact) => site::letter(&scene, fact),
        Fact::SessionCompleted(fact) => session::letter(&scene, fact),
        Fact::PaymentFailed(fact) => payment::letter(&scene, fact),
        Fact::RefundFailed(fact) => returns::refund_failed(&scene, fact),
        Fact::PaymentDisputed(fact) => returns::disputed(&scene, fact),
        Fact::BooksDisagree(fact) => returns::books(&scene, fact),
        Fact::StockLow(fact) => stock::letter(&scene, fact),
        Fact::SessionReview(fact) => review::letter(&scene, fact),
        Fact::NoPayer(fact) => review::no_payer(&scene, fact),
        Fact::UnregisteredStation(fact) => security::unregistered(&scene, fact),
        Fact::IdentityMismatch(fact) => security::identity(&scene, fact),
        Fact::ClaimReused(fact) => security::claim_reused(&scene, fact),
    }
}

impl Letter {
    /// The e-mail.
    pub(crate) fn email(&self, alert: &Alert, delivery: &Delivery) -> String {
        let rows = self.rows.iter().map(|(label, row)| format!("{}: {row}\n", label.word(delivery.language)));
        let (severity, id) = (alert.fact.severity(), &alert.id);
        format!("{}\n\n{}\n-- \nWattwarden · {severity} · {id}\n", self.headline, rows.collect::<String>())
    }
}

impl Label {
    fn word(self, language: crate::Language) -> &'static str {
        let (english, german) = match self {
            Self::Where => ("Where", "Wo"),
            Self::When => ("When", "Wann"),
            Self::Evidence => ("Evidence", "Befund"),
            Self::Energy => ("Energy", "Energie"),
            Self::Amount => ("Amount", "Betrag"),
            Self::Session => ("Session", "Ladevorgang"),
            Self::ToDo => ("What to do", "Was zu tun ist"),
        };
        scene::pick(language, english, german)
    }
}

#[cfg(test)]
mod tests;
