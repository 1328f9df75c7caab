//! What an operator orders about money: `wattwarden refund` and its neighbours. An order only writes what is to be done; whoever
//! collects payments carries it out.

use alerts::{AlertChange, AlertId, Ending};
use aws::Dynamo;
use billing::money::Money;
use billing::payment::reconcile::Disagreement;
use billing::payment::{Debt, NotUnpaid, Payment, Returns};
use hyper::Method;
use jiff::Timestamp;
use messages::{DriverId, SessionId};
use ports::{Clock, KeepAssets, KeepDebts, KeepReturns, MarkDebts, PortError, ReadPayments, Saved};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::cards;
use crate::cli::{Collect, Reconcile, Refund, SaveCard, Settle, Source};
use crate::client::Answering;
use crate::exit::Failure;
use crate::print_surely;

/// How often an order that met somebody else's write decides again.
const ATTEMPTS: usize = 10;

/// One order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "order", rename_all = "snake_case")]
pub enum Order {
    /// Give money back.
    Refund {
        /// Of which session.
        session: SessionId,
        /// Of which payment of it; none: it has only one.
        payment: Option<u32>,
        /// How much, as a decimal in the payment's currency; none: the rest.
        amount: Option<String>,
        /// Why.
        reason: String,
    },
    /// A debt that was given up is paid another way.
    Settle {
        /// Of which session.
        session: SessionId,
        /// How.
        note: String,
    },
    /// A debt that was given up is collected again, with the card that the driver has now.
    Collect {
        /// Of which session.
        session: SessionId,
    },
    /// A driver is asked for a card.
    SaveCard {
        /// Who.
        driver: DriverId,
        /// Where they go afterwards.
        return_to: String,
    },
}

/// Runs `refund`.
///
/// # Errors
/// [`Failure::Unusable`] when there is no such payment, or not so much left of it.
pub(crate) async fn refund(options: &Refund) -> Result<(), Failure> {
    let order = Order::Refund {
        session: session(&options.session)?,
        payment: options.payment,
        amount: options.amount.clone(),
        reason: options.reason.clone(),
    };
    give(&options.source, &order).await
}

/// Runs `settle`.
///
/// # Errors
/// [`Failure::Unusable`] when the debt is not given up.
pub(crate) async fn settle(options: &Settle) -> Result<(), Failure> {
    let order = Order::Settle { session: session(&options.session)?, note: options.note.clone() };
    give(&options.source, &order).await
}

/// Runs `collect`.
///
/// # Errors
/// [`Failure::Unusable`] when the debt is not given up, or its driver has no card.
pub(crate) async fn collect(options: &Collect) -> Result<(), Failure> {
    give(&options.source, &Order::Collect { session: session(&options.session)? }).await
}

/// Runs `save-card`.
///
/// # Errors
/// [`Failure::Unusable`] for a driver who is not known; [`Failure::Failed`] when Stripe opens no page.
pub(crate) async fn save_card(options: &SaveCard) -> Result<(), Failure> {
    let driver = options.driver.parse().map_err(|error| Failure::Unusable(format!("{}: {error}", options.driver)))?;
    give(&options.source, &Order::SaveCard { driver, return_to: options.return_to.clone() }).await
}

/// Runs `reconcile`.
///
/// # Errors
/// [`Failure::Failed`] when the books disagree.
pub(crate) async fn reconcile(options: &Reconcile) -> Result<(), Failure> {
    let Answering::Running(remote) = Answering::find(&options.source).await? else {
        return Err(Failure::Unusable(
            "reconcile asks Stripe through a running system; in the cloud reconcile-payments does it every day"
                .to_owned(),
        ));
    };
    let lines = remote.ask(Method::GET, &format!("/reconcile/{}", options.days), String::new()).await?;
    print_surely(&lines)?;
    match lines.lines().count() {
        0 => Ok(()),
        places => Err(Failure::Failed(format!("the books disagree in {places} places"))),
    }
}

/// Disagreements, one JSON object a line.
pub(crate) fn lines(found: &[Disagreement]) -> Result<String, serde_json::Error> {
    found.iter().map(|disagreement| serde_json::to_string(disagreement).map(|line| line + "\n")).collect()
}

fn session(text: &str) -> Result<SessionId, Failure> {
    text.parse().map_err(|error| Failure::Unusable(format!("{text}: {error}")))
}

/// Gives an order and prints what came of it.
async fn give(source: &Source, order: &Order) -> Result<(), Failure> {
    let answer = match Answering::find(source).await? {
        Answering::Running(remote) => {
            let text = serde_json::to_string(order).map_err(|error| Failure::failed(&error))?;
            remote.ask(Method::POST, "/orders", text).await?
        }
        Answering::Stopped(store) => {
            let now = crate::clock::resume(source.data.as_deref(), 1.0).now();
            carry_out(&store.tables, now, order).await?.to_string()
        }
        Answering::Deployed(stack) => answer(&stack.tables, lambda::SystemClock.now(), order).await?.to_string(),
    };
    print_surely(&format!("{}\n", answer.trim_end()))
}

/// Carries an order out where somebody is there to act on it; the line about it tells also what they have found out at once.
///
/// # Errors
/// As [`carry_out`]; and [`Failure::Failed`] when Stripe opens no page for a card.
pub async fn answer(tables: &Dynamo, now: Timestamp, order: &Order) -> Result<Value, Failure> {
    match order {
        Order::SaveCard { driver, return_to } => {
            for _ in 0..ATTEMPTS {
                if let Some(asked) = cards::ask(tables, now, driver, return_to).await? {
                    return Ok(cards::shown(&cards::carried_out(tables, asked).await?));
                }
            }
            Err(in_vain())
        }
        Order::Refund { .. } | Order::Settle { .. } | Order::Collect { .. } => carry_out(tables, now, order).await,
    }
}

/// Carries an order out; the line about it.
///
/// # Errors
/// [`Failure::Unusable`] for an order that cannot be; nothing was written then.
pub async fn carry_out(tables: &Dynamo, now: Timestamp, order: &Order) -> Result<Value, Failure> {
    for _ in 0..ATTEMPTS {
        let done = match order {
            Order::Refund { session, payment, amount, reason } => {
                ask_refund(tables, now, (session, *payment), amount.as_deref(), reason).await?
            }
            Order::Settle { session, note } => {
                let debt = debt(tables, session).await?;
                save(tables, debt.settled(note, now), now).await?
            }
            Order::Collect { session } => {
                let debt = debt(tables, session).await?;
                let drivers = tables.drivers().await.map_err(failed)?;
                let driver = drivers.into_iter().find(|driver| driver.id == debt.payer.driver);
                let (customer, card) =
                    driver.map_or((None, None), |driver| (driver.stripe_customer, driver.payment_method));
                save(tables, debt.reopened(customer.as_deref(), card.as_deref(), now), now).await?
            }
            Order::SaveCard { driver, return_to } => {
                cards::ask(tables, now, driver, return_to).await?.as_ref().map(cards::shown)
            }
        };
        if let Some(line) = done {
            return Ok(line);
        }
    }
    Err(in_vain())
}

fn in_vain() -> Failure {
    Failure::Failed("others kept writing it; nothing was ordered".to_owned())
}

/// Asks for one refund more; nothing when somebody else wrote first.
async fn ask_refund(
    tables: &Dynamo,
    now: Timestamp,
    (session, number): (&SessionId, Option<u32>),
    amount: Option<&str>,
    reason: &str,
) -> Result<Option<Value>, Failure> {
    let payment = payment(tables.payments_of(session).await.map_err(failed)?, session, number)?;
    let known = tables.returns(session).await.map_err(failed)?;
    let known = known.into_iter().find(|known| known.payment == payment.number);
    let amount_minor = amount.map(|text| minor(text, payment.captured)).transpose()?;
    let asked = known.unwrap_or_else(|| Returns::of(&payment)).asked(amount_minor, reason, now);
    let asked = asked.map_err(|error| Failure::Unusable(format!("{session}: {error}")))?;
    match tables.ask_returns(&asked).await.map_err(failed)? {
        Saved::Conflict => Ok(None),
        Saved::Done => Ok(asked.refunds.last().map(|refund| {
            json!({
                "session": session,
                "payment": payment.number,
                "refund": refund.number,
                "amountMinor": refund.amount_minor,
                "currency": payment.captured.currency,
                "state": refund.state.as_str(),
                "askedMinor": asked.asked_minor(),
                "capturedMinor": payment.captured.minor,
            })
        })),
    }
}

async fn debt(tables: &Dynamo, session: &SessionId) -> Result<Debt, Failure> {
    let found = tables.debt(session).await.map_err(failed)?;
    found.ok_or_else(|| Failure::Unusable(format!("{session}: nothing is owed for it")))
}

/// Writes a changed debt, and wakes whoever collects it; nothing when somebody else wrote first.
async fn save(tables: &Dynamo, debt: Result<Debt, NotUnpaid>, now: Timestamp) -> Result<Option<Value>, Failure> {
    let debt = debt.map_err(|error| Failure::Unusable(error.to_string()))?;
    let is_over = debt.state.is_final();
    let id = AlertId::payment_uncollectible(&debt.session);
    let told = is_over.then(|| AlertChange::resolve(id, Ending::Settled, now, now));
    if tables.save_debt(&debt, None, told.as_slice()).await.map_err(failed)? == Saved::Conflict {
        return Ok(None);
    }
    if !is_over {
        // Whether or not somebody is woken now, the sweep finds what is due.
        tables.mark_debt_due(&debt.session, now).await.map_err(failed)?;
    }
    Ok(Some(json!({
        "session": debt.session,
        "driver": debt.payer.driver,
        "amountMinor": debt.amount.minor,
        "currency": debt.amount.currency,
        "state": debt.state.as_str(),
    })))
}

fn payment(payments: Vec<Payment>, session: &SessionId, number: Option<u32>) -> Result<Payment, Failure> {
    let several = payments.len() > 1;
    let mut found = payments.into_iter().filter(|payment| number.is_none_or(|number| number == payment.number));
    match (found.next(), number) {
        (Some(_), None) if several => {
            Err(Failure::Unusable(format!("{session} has several payments: name one with --payment")))
        }
        (Some(payment), _) => Ok(payment),
        (None, None) => Err(Failure::Unusable(format!("nothing was paid for {session}"))),
        (None, Some(number)) => Err(Failure::Unusable(format!("{session} has no payment {number}"))),
    }
}

fn minor(text: &str, of: Money) -> Result<i64, Failure> {
    let amount = Money::from_decimal(text, of.currency);
    let wrong = || Failure::Unusable(format!("--amount {text}: not an amount of {}", of.currency));
    amount.map(|amount| amount.minor).ok_or_else(wrong)
}

#[expect(clippy::needless_pass_by_value, reason = "for map_err")]
fn failed(error: PortError) -> Failure {
    Failure::failed(&error)
}
