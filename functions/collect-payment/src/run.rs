//! One run over something that is collected: as many steps as can be taken now.
//!
//! A claim is saved before every call, and whatever the call brings before the next. Whoever loses a write reads again: while the claim is
//! still theirs, it was only a wake-up or somebody who asked for more, and what was learned still holds.

use billing::payment::Claim;
use jiff::Timestamp;
use ports::{PortError, Saved};

/// How often a run that met somebody else's write looks again.
const CONFLICTS: usize = 5;

/// What to do next.
pub(crate) enum Next<I, C, T> {
    /// Save the claimed item; then, and only if that succeeded, make the call.
    Call { claimed: Box<I>, call: C },
    /// Tell somebody, then save the item: telling twice does no harm, not telling does. What is known is saved before.
    Tell { what: T, told: Box<I> },
    /// Save the item as it is without any call.
    Settle(Box<I>),
    /// Nothing now.
    Wait,
}

/// A change of an item as it is saved, and what brought it.
pub(crate) struct Change<'a, I, F> {
    pub(crate) before: &'a I,
    pub(crate) after: &'a I,
    pub(crate) cause: Option<&'a F>,
    pub(crate) now: Timestamp,
}

/// What is known after a fact.
pub(crate) struct Learned<I, K, F> {
    /// The item as it stands.
    pub(crate) item: I,
    /// What the rest of this run may rely on.
    pub(crate) known: K,
    /// The fact, or what it was taken for.
    pub(crate) fact: F,
}

/// What a fact has changed, or that it cannot be.
pub(crate) type Outcome<I, K, F> = Result<Learned<I, K, F>, PortError>;

/// Something that is collected, how it is kept, and how Stripe is asked about it.
pub(crate) trait Collected<P> {
    /// What is read, changed and saved as one.
    type Item: Clone;
    /// What a run may rely on besides.
    type Known: Copy;
    /// A call to Stripe.
    type Call;
    /// What came of it.
    type Fact: Clone;
    /// What somebody else is told.
    type Told;

    /// In words, for errors.
    const WHAT: &'static str;
    /// The most steps of one run.
    const STEPS: usize;
    /// That nothing is known but the item.
    const NOTHING: Self::Known;

    fn next(&self, item: &Self::Item, known: Self::Known, now: Timestamp) -> Next<Self::Item, Self::Call, Self::Told>;

    /// What a fact changes about the item that was claimed for its call.
    fn learn(
        &self,
        claimed: &Self::Item,
        fact: Self::Fact,
        now: Timestamp,
    ) -> Outcome<Self::Item, Self::Known, Self::Fact>;

    fn claim(item: &Self::Item) -> Option<Claim>;

    /// The item with the version that it has once it is saved.
    fn saved(item: Self::Item) -> Self::Item;

    /// What stands and what is known when somebody else has written while the call was under way: Stripe may have had news since.
    fn woken(item: Self::Item, known: Self::Known, now: Timestamp) -> (Self::Item, Self::Known);

    async fn read(&self, ports: &P) -> Result<Option<Self::Item>, PortError>;

    /// Saves a change with everything that follows from it.
    async fn save(&self, ports: &P, change: Change<'_, Self::Item, Self::Fact>) -> Result<Saved, PortError>;

    async fn ask(&self, ports: &P, call: Self::Call) -> Self::Fact;

    async fn tell(&self, ports: &P, what: Self::Told) -> Result<(), PortError>;
}

/// Reads it, and takes every step that can be taken now.
pub(crate) async fn run<P, C: Collected<P>>(collected: &C, ports: &P, now: Timestamp) -> Result<(), PortError> {
    let Some(stored) = collected.read(ports).await? else {
        tracing::debug!("there is no such {}", C::WHAT);
        return Ok(());
    };
    run_from(collected, ports, stored, now).await
}

/// Takes every step that can be taken now, from what was read.
pub(crate) async fn run_from<P, C>(collected: &C, ports: &P, stored: C::Item, now: Timestamp) -> Result<(), PortError>
where
    C: Collected<P>,
{
    let mut run = Run { collected, now, item: stored.clone(), stored, known: C::NOTHING, unsaved: None };
    let mut conflicts = 0;
    for _ in 0..C::STEPS {
        match run.step(ports).await? {
            None => return Ok(()),
            Some(Saved::Done) => {}
            Some(Saved::Conflict) if conflicts < CONFLICTS => {
                conflicts += 1;
                run.look_again(ports).await?;
            }
            Some(Saved::Conflict) => return Err(PortError::new("save what is collected", "others wrote each time")),
        }
    }
    tracing::warn!("a {} takes more steps than it should", C::WHAT);
    let item = run.item.clone();
    match run.save(ports, item).await? {
        // It is due: the next run goes on from what is stored.
        Saved::Done | Saved::Conflict => Ok(()),
    }
}

/// What a run knows.
struct Run<'a, P, C: Collected<P>> {
    collected: &'a C,
    now: Timestamp,
    /// The item as it was read or saved last.
    stored: C::Item,
    /// The item as it stands.
    item: C::Item,
    /// What may be relied on besides.
    known: C::Known,
    /// What a call brought that is not saved yet.
    unsaved: Option<C::Fact>,
}

impl<P, C: Collected<P>> Run<'_, P, C> {
    /// Takes one step; none when there is nothing to do now.
    async fn step(&mut self, ports: &P) -> Result<Option<Saved>, PortError> {
        let saved = match self.collected.next(&self.item, self.known, self.now) {
            Next::Call { claimed, call } => match self.save(ports, *claimed).await? {
                Saved::Done => {
                    let fact = self.collected.ask(ports, call).await;
                    self.learn(fact)?;
                    Saved::Done
                }
                Saved::Conflict => Saved::Conflict,
            },
            Next::Settle(settled) => self.save(ports, *settled).await?,
            Next::Tell { .. } | Next::Wait if self.unsaved.is_some() => self.save(ports, self.item.clone()).await?,
            Next::Tell { what, told } => {
                self.collected.tell(ports, what).await?;
                self.save(ports, *told).await?
            }
            Next::Wait => return Ok(None),
        };
        Ok(Some(saved))
    }

    async fn save(&mut self, ports: &P, item: C::Item) -> Result<Saved, PortError> {
        let cause = self.unsaved.as_ref();
        let change = Change { before: &self.stored, after: &item, cause, now: self.now };
        let saved = self.collected.save(ports, change).await?;
        if saved == Saved::Done {
            self.item = C::saved(item);
            self.stored = self.item.clone();
            self.unsaved = None;
        }
        Ok(saved)
    }

    fn learn(&mut self, fact: C::Fact) -> Result<(), PortError> {
        let Learned { item, known, fact } = self.collected.learn(&self.stored, fact, self.now)?;
        (self.item, self.known, self.unsaved) = (item, known, Some(fact));
        Ok(())
    }

    /// Somebody else has written. Where the claim is no longer ours another run goes on, from what is stored.
    async fn look_again(&mut self, ports: &P) -> Result<(), PortError> {
        let found = self.collected.read(ports).await?;
        let found = found.ok_or_else(|| PortError::new("read again what is collected", "it is gone"))?;
        let still_ours = C::claim(&found).is_some() && C::claim(&found) == C::claim(&self.stored);
        (self.item, self.stored, self.known) = (found.clone(), found, C::NOTHING);
        if let Some(fact) = self.unsaved.take().filter(|_| still_ours) {
            self.learn(fact)?;
            (self.item, self.known) = C::woken(self.item.clone(), self.known, self.now);
        }
        Ok(())
    }
}
