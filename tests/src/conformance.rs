//! What every adapter of a port promises, whatever it is built on. A promise is a function over the port's trait; it uses ids of its own,
//! so that all of them can be checked on one store. Each says which broken adapter it is there to catch.
//!
//! Ports that only pass something on (answers, publications, secrets) promise nothing that could be seen from this side.

#![expect(clippy::unwrap_used, clippy::missing_panics_doc, reason = "a promise that is not kept fails its test")]

pub mod admissions;
pub mod alerting;
pub mod assets;
pub mod bank;
pub mod bills;
pub mod card_pages;
pub mod cards;
pub mod changes;
pub mod connectors;
pub mod debts;
pub mod disturbances;
pub mod due;
pub mod events;
pub mod heads;
pub mod holding;
pub mod holds;
pub mod marks;
pub mod messages;
pub mod payments;
pub mod presence;
pub mod quarantine;
pub mod receipts;
pub mod refunding;
pub mod returns;
pub mod settling;
pub mod stock;
pub mod unpaid;
mod values;
pub mod waking;

use std::future::Future;

use billing::cdr::Cdr;
use ports::{Payment, PortError, Quarantined};

/// What is written through a port but read through none.
pub trait Observe {
    /// Every CDR.
    fn cdrs(&self) -> impl Future<Output = Result<Vec<Cdr>, PortError>>;
    /// Every payment.
    fn payments(&self) -> impl Future<Output = Result<Vec<Payment>, PortError>>;
    /// Every input in quarantine.
    fn quarantined(&self) -> impl Future<Output = Result<Vec<Quarantined>, PortError>>;
}

impl Observe for aws::Dynamo {
    async fn cdrs(&self) -> Result<Vec<Cdr>, PortError> {
        self.all_cdrs().await
    }

    async fn payments(&self) -> Result<Vec<Payment>, PortError> {
        self.all_payments().await
    }

    async fn quarantined(&self) -> Result<Vec<Quarantined>, PortError> {
        self.all_quarantined().await
    }
}

impl Observe for models::Tables {
    async fn cdrs(&self) -> Result<Vec<Cdr>, PortError> {
        Ok(Self::cdrs(self))
    }

    async fn payments(&self) -> Result<Vec<Payment>, PortError> {
        Ok(Self::payments(self))
    }

    async fn quarantined(&self) -> Result<Vec<Quarantined>, PortError> {
        Ok(Self::quarantined(self))
    }
}

/// Hands the name of every promise, by suite, to the macro `$check`, which makes tests of them.
#[macro_export]
macro_rules! each_promise {
    ($check:ident) => {
        $check! {
            admissions {
                nobody_claims_who_is_not_allowed
                an_allowance_is_used_by_one_certificate
                an_allowance_ends
                of_100_that_claim_at_once_one_is_admitted
            }
            alerting {
                an_alert_is_read_back_as_it_was_raised
                a_cause_raises_one_alert
                of_64_that_raise_at_once_one_is_first
                an_alert_is_written_by_whoever_read_it_last
                an_alert_nobody_raised_is_not_there
            }
            assets {
                what_is_loaded_is_read_back
                loading_twice_changes_nothing
                a_changed_asset_replaces_the_old_one
                every_tariff_is_listed_past_and_future
                a_station_that_moves_leaves_its_site
                a_station_that_is_removed_is_nowhere
                a_token_belongs_to_whoever_had_it_last
                a_token_that_is_taken_away_is_nobodys
                loading_leaves_a_stock_alone_that_is_there
                sites_do_not_mix
            }
            bills {
                what_was_billed_lately_is_found_by_its_receipt
            }
            cards {
                a_card_request_is_written_by_whoever_read_it_last
                of_16_that_ask_a_driver_at_once_one_wins
                a_saved_card_is_the_drivers
                a_card_of_nobody_is_not_saved
                loading_a_driver_without_a_card_leaves_the_saved_one
                a_card_that_is_saved_during_loads_is_not_lost
                a_card_request_is_due_until_it_is_over
                what_a_driver_has_not_paid_is_known
            }
            changes {
                an_alert_opens_with_the_write_that_causes_it
                an_alert_that_is_there_stays_and_stops_nothing
                a_resolution_joins_the_alert
                the_first_resolution_is_final
                a_resolution_of_nothing_changes_nothing
                a_resolution_is_not_lost_to_a_slow_writer
                an_alert_may_open_and_end_in_one_write
                a_write_that_loses_changes_no_alert
            }
            connectors {
                a_row_is_read_back_whole
                all_connectors_of_a_station_come_in_one_read
                a_row_is_written_by_whoever_read_it_last
                of_16_that_write_at_once_one_wins
            }
            debts {
                a_debt_is_written_by_whoever_read_it_last
                a_payment_is_written_once_with_its_debt
                a_debt_that_loses_leaves_no_payment_and_no_alert
                a_session_without_a_debt_has_none
            }
            disturbances {
                what_a_fault_means_for_its_site_is_written_whole
                a_stale_part_writes_nothing
                of_16_connectors_that_write_at_once_one_wins
                a_disturbance_is_due_until_it_is_over
            }
            due {
                what_is_due_is_found_and_what_is_done_is_not
                what_is_due_later_is_not_found
                a_moment_belongs_to_what_is_due
                everything_due_is_found_wherever_it_is_kept
                the_limit_leaves_the_oldest
            }
            events {
                an_event_is_seen_first_once
                of_64_that_remember_at_once_one_is_first
            }
            heads {
                a_head_is_read_back_whole
                a_head_is_written_by_whoever_read_it_last
                of_16_that_write_at_once_one_wins
                a_session_nobody_heard_of_has_no_head
            }
            holds {
                a_hold_is_opened_once
                of_16_that_open_at_once_one_wins
                a_hold_is_written_by_whoever_read_it_last
                the_end_of_a_hold_is_written_whole
                the_end_of_a_hold_is_written_once
                a_session_ends_with_its_hold
                a_hold_is_marked_as_a_debt_is
                a_hold_is_due_until_it_is_done_with
            }
            marks {
                a_debt_due_later_is_due_when_it_is_marked
                a_mark_does_not_make_an_old_debt_young
                a_debt_that_is_done_with_stays_so
                a_debt_that_is_not_there_cannot_be_marked
                a_mark_is_not_lost_to_a_slow_writer
                an_alert_due_later_is_due_when_it_is_marked
                a_marked_alert_is_not_lost_to_a_slow_writer
                an_alert_that_is_done_with_stays_so
                an_alert_that_is_not_there_stays_so
            }
            messages {
                a_stored_message_is_never_replaced
                messages_come_back_whole_and_in_order
                of_64_at_once_one_is_stored
                no_message_of_a_long_session_is_missing
            }
            presence {
                a_presence_is_read_back_whole
                a_presence_is_written_by_whoever_read_it_last
                of_16_that_write_at_once_one_wins
                a_station_is_due_until_somebody_has_looked
                the_stations_of_a_site_that_are_gone_are_known
                what_an_absence_means_is_written_whole
                a_stale_watch_writes_nothing
            }
            quarantine {
                input_is_kept_byte_for_byte
                input_that_comes_again_changes_nothing
            }
            receipts {
                a_receipt_is_written_with_its_head
                a_number_is_given_once
                a_stale_head_takes_no_number
                of_16_that_take_a_number_at_once_one_gets_it
                numbers_that_are_taken_at_once_leave_no_gap
                a_series_is_listed_by_number
            }
            returns {
                a_payment_is_found_by_its_session_and_by_its_intent
                returns_are_written_by_whoever_read_them_last
                of_16_that_ask_for_all_at_once_one_gets_it
                each_payment_of_a_session_has_its_own_returns
                returns_that_lose_leave_no_alert
                returns_are_due_until_they_are_done
            }
            settling {
                the_end_of_a_session_is_written_whole
                a_stale_head_writes_nothing
                a_bill_is_written_once
                of_16_that_settle_at_once_one_wins
                a_session_may_end_without_a_bill
                an_alert_that_is_there_does_not_hold_up_a_bill
                the_end_of_a_session_is_remembered_of_its_connector
                a_stale_health_writes_nothing
            }
            stock {
                a_stock_is_written_by_whoever_read_it_last
                a_message_moves_a_stock_once
                a_message_that_was_applied_is_known_whatever_was_read
                messages_of_different_stations_are_different
                a_move_that_changes_nothing_raises_no_alert
                of_16_equal_moves_at_once_one_is_applied
            }
            unpaid {
                a_driver_is_blocked_while_any_debt_stands
                loading_a_driver_changes_nothing_of_what_they_owe
            }
        }
    };
}

/// As [`each_promise`], for the promises about who is woken.
#[macro_export]
macro_rules! each_promise_of_waking {
    ($check:ident) => {
        $check! {
            a_debt_wakes_its_collector_once
            a_hold_wakes_its_collector_once
            what_a_hold_has_not_paid_wakes_its_collector
            what_nobody_owes_wakes_nobody
            what_is_asked_back_wakes_its_collector_once
            a_card_request_wakes_its_collector_once
            an_alert_wakes_its_publisher_once
            an_alert_for_nobody_wakes_nobody
        }
    };
}

/// As [`each_promise`], for the promises about what is asked of Stripe.
#[macro_export]
macro_rules! each_promise_at_stripe {
    ($check:ident) => {
        $check! {
            payments {
                an_intent_begins_unpaid_and_is_read_back
                a_key_creates_one_intent
                of_8_that_create_at_once_all_mean_one_intent
                a_key_belongs_to_one_request
                a_key_is_forgotten_after_a_day
                the_oldest_intent_of_a_session_is_found
                a_confirmation_is_carried_out_once
                an_intent_is_paid_once
                of_8_that_confirm_at_once_one_pays
                a_decline_is_repeated_under_its_key_only
                a_bank_that_wants_the_driver_takes_nothing
                a_canceled_intent_cannot_be_paid
                a_failure_is_repeated_under_its_key
                what_a_lost_reply_said_is_seen_by_a_read
                a_call_that_was_not_taken_may_be_made_again
                an_intent_nobody_created_is_refused
            }
            holding {
                a_hold_takes_nothing_and_is_read_back
                a_hold_is_made_once
                a_key_belongs_to_one_call
                a_capture_takes_what_it_says_and_ends_the_hold
                no_more_is_captured_than_is_held
                of_8_that_capture_at_once_one_takes_money
                what_is_released_cannot_be_captured
                a_hold_that_nobody_captures_in_time_is_released
                a_card_that_declines_holds_nothing
                a_driver_who_authenticates_has_money_held
                a_failed_capture_is_seen_by_a_read
                a_call_that_was_not_taken_may_be_made_again
                the_oldest_intent_of_a_hold_is_found
                a_hold_nobody_made_is_refused
            }
            refunding {
                a_refund_is_read_and_found
                a_key_makes_one_refund_for_a_day
                a_key_belongs_to_one_refund
                no_more_is_given_back_than_was_taken
                of_8_that_give_all_back_at_once_one_does
                a_refund_is_found_whatever_became_of_its_reply
                a_dispute_is_shown_as_it_stands
                what_a_bank_has_taken_back_is_not_refunded
            }
            card_pages {
                a_key_opens_one_page
                of_8_that_open_at_once_all_mean_one_page
                a_page_shows_its_card_once_it_is_filled_in
                a_customer_is_kept_or_made
                a_page_expires_after_a_day
                what_came_of_a_lost_answer_is_told_under_its_key
                a_page_nobody_opened_is_refused
            }
        }
    };
}

#[cfg(test)]
mod tests {
    /// A promise that is in no list is never checked.
    #[test]
    fn every_promise_is_listed() {
        let listed: Vec<&str> = include_str!("conformance.rs").lines().map(str::trim).collect();
        for suite in [
            include_str!("conformance/admissions.rs"),
            include_str!("conformance/alerting.rs"),
            include_str!("conformance/assets.rs"),
            include_str!("conformance/bills.rs"),
            include_str!("conformance/card_pages.rs"),
            include_str!("conformance/cards.rs"),
            include_str!("conformance/changes.rs"),
            include_str!("conformance/connectors.rs"),
            include_str!("conformance/debts.rs"),
            include_str!("conformance/disturbances.rs"),
            include_str!("conformance/due.rs"),
            include_str!("conformance/events.rs"),
            include_str!("conformance/heads.rs"),
            include_str!("conformance/holding.rs"),
            include_str!("conformance/holds.rs"),
            include_str!("conformance/marks.rs"),
            include_str!("conformance/messages.rs"),
            include_str!("conformance/payments.rs"),
            include_str!("conformance/presence.rs"),
            include_str!("conformance/quarantine.rs"),
            include_str!("conformance/receipts.rs"),
            include_str!("conformance/refunding.rs"),
            include_str!("conformance/returns.rs"),
            include_str!("conformance/settling.rs"),
            include_str!("conformance/stock.rs"),
            include_str!("conformance/unpaid.rs"),
            include_str!("conformance/waking.rs"),
        ] {
            let promises = suite.lines().filter_map(|line| line.strip_prefix("pub async fn ")?.split_once(['(', '<']));
            for (promise, _) in promises {
                assert!(listed.contains(&promise), "{promise} is never checked");
            }
        }
    }
}
