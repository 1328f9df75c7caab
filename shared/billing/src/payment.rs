//! What is owed for a session and how it gets paid: a state machine that no reply, no repeat and no crash can make pay twice.
//!
//! [`next_step`] says what to do with a debt, [`apply`] what a fact about it changes. Neither talks to anybody: whoever carries the
//! steps out saves the claimed debt before each call and the changed debt after it, both on condition of the version that was read.

mod card;
mod debt;
mod decline;
mod dunning;
mod fact;
mod hold;
mod intent;
mod minimum;
mod outcome;
mod pace;
mod paid;
mod payable;
pub mod reconcile;
mod returns;
mod state;
mod step;
mod transition;

pub use card::{CardCall, CardFact, CardOrder, CardPage, CardRequest, CardState, CardStep, PageState, SavedCard};
pub use debt::{Claim, Contact, Debt, Payer, Place};
pub use decline::{Decline, Verdict};
pub use dunning::{Block, NotUnpaid, Unpaid};
pub use fact::Fact;
pub use hold::{
    AppliedHold, Bound, Excess, ExcessPolicy, HeldIntent, Hold, HoldCall, HoldFact, HoldOrder, HoldPayer, HoldRequest,
    HoldState, HoldStep, IllegalHoldTransition, Rest, SessionEnd, Supply, TurnedAway, UnusableHold, Usage, WhyCanceled,
    apply_hold, next_hold_step, usage,
};
pub use intent::{Intent, IntentRequest, IntentStatus};
pub use minimum::is_billable;
pub use paid::Payment;
pub use payable::payable;
pub use returns::{
    Dispute, DisputeState, Learned, NotRefundable, Refund, RefundRequest, RefundState, RefundStatus, Refunded,
    ReturnCall, ReturnFact, ReturnStep, Returns, ShownDispute, ShownRefund, UnexpectedFact, WhyNotRefunded,
};
pub use state::{PaymentState, WhyUnpaid};
use step::has_expired;
pub use step::{Call, Known, Step, next_step};
pub use transition::{Applied, IllegalTransition, apply};
