//! The functions by name, each run as its Lambda runs it: the same frames decode what AWS would send and call the same `handle`.

use aws::Dynamo;
use billing::payment::reconcile::Disagreement;
use jiff::{SignedDuration, Timestamp};
use lambda::dynamodb::{Event, EventRecord};
use lambda::sqs::{SqsEvent, SqsMessage};
use lambda::{Call, queue_batch, stream_batch};
use ports::{Clock, PortError, Ports};

use crate::clock::LocalClock;
use crate::dispatch::Message;
use crate::outside::Outside;

/// Every function of the template, in this process.
#[derive(Debug)]
pub struct Functions {
    ports: Ports<Dynamo, Outside>,
    clock: LocalClock,
}

/// A function was invoked in a way it does not know; the template and this file disagree.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{function} is not invoked by {event}")]
pub struct NotInvoked {
    function: String,
    event: &'static str,
}

impl NotInvoked {
    fn by(event: &'static str, function: &str) -> Self {
        Self { function: function.to_owned(), event }
    }
}

impl Functions {
    /// Every function over the same ports.
    #[must_use]
    pub fn new(ports: Ports<Dynamo, Outside>, clock: LocalClock) -> Self {
        Self { ports, clock }
    }

    /// The time of the functions.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// A batch from a queue; the ids of the messages that are to be delivered again.
    ///
    /// # Errors
    /// [`NotInvoked`].
    pub async fn on_queue(&self, function: &str, batch: Vec<Message>) -> Result<Vec<String>, NotInvoked> {
        let event = sqs_event(batch);
        let (ports, now) = (&self.ports, self.clock.now());
        let decode = aws::decode::envelope;
        let response = match function {
            "check-telemetry" => {
                queue_batch(&event, now, decode, ports, |records| check_telemetry::handle(ports, now, records)).await
            }
            "record-transaction" => {
                queue_batch(&event, now, decode, ports, |records| record_transaction::handle(ports, now, records)).await
            }
            "adjust-stock" => {
                queue_batch(&event, now, decode, ports, |records| adjust_stock::handle(ports, now, records)).await
            }
            "track-presence" => {
                queue_batch(&event, now, decode, ports, |records| track_presence::handle(ports, now, records)).await
            }
            other => return Err(NotInvoked::by("a queue", other)),
        };
        Ok(response.batch_item_failures.into_iter().map(|failure| failure.item_identifier).collect())
    }

    /// A batch from a stream; the sequence number of the first record that is to be delivered again.
    ///
    /// # Errors
    /// [`NotInvoked`].
    pub async fn on_stream(&self, function: &str, records: Vec<EventRecord>) -> Result<Option<String>, NotInvoked> {
        let mut event = Event::default();
        event.records = records;
        let (ports, now) = (&self.ports, self.clock.now());
        let response = match function {
            "collect-payment" => {
                let handle = |records| collect_payment::handle(ports, now, records);
                stream_batch(&event, now, aws::decode::due_payment, ports, handle).await
            }
            "send-alerts" => {
                let handle = |records| send_alerts::handle(ports, now, records);
                stream_batch(&event, now, aws::decode::due_alert, ports, handle).await
            }
            other => return Err(NotInvoked::by("a stream", other)),
        };
        Ok(response.batch_item_failures.into_iter().next().and_then(|failure| failure.item_identifier))
    }

    /// A schedule.
    ///
    /// # Errors
    /// [`NotInvoked`].
    pub async fn on_schedule(&self, function: &str) -> Result<(), NotInvoked> {
        match function {
            "sweep" => {
                if let Err(error) = sweep::handle(&self.ports, self.clock.now()).await {
                    tracing::error!(error = &error as &dyn std::error::Error, "the sweep failed");
                }
                Ok(())
            }
            "reconcile-payments" => {
                if let Err(error) = reconcile_payments::handle(&self.ports, self.clock.now()).await {
                    tracing::error!(error = &error as &dyn std::error::Error, "the books could not be compared");
                }
                Ok(())
            }
            other => Err(NotInvoked::by("a schedule", other)),
        }
    }

    /// Where our books of so long a time disagree with Stripe's and with the registers.
    ///
    /// # Errors
    /// [`PortError`]: a book could not be read.
    pub async fn compare_books(&self, look_back: SignedDuration) -> Result<Vec<Disagreement>, PortError> {
        reconcile_payments::compare(&self.ports, self.clock.now(), look_back).await
    }

    /// A call over HTTP; the status of the answer.
    ///
    /// # Errors
    /// [`NotInvoked`].
    pub async fn on_request(&self, function: &str, call: Call) -> Result<u16, NotInvoked> {
        match function {
            "receive-stripe-event" => {
                let Call { mut headers, body } = call;
                let signature = headers.remove("stripe-signature");
                let request = receive_stripe_event::WebhookRequest { signature, body };
                Ok(receive_stripe_event::handle(&self.ports, self.clock.now(), request).await.status)
            }
            other => Err(NotInvoked::by("HTTP", other)),
        }
    }
}

fn sqs_event(batch: Vec<Message>) -> SqsEvent {
    let mut event = SqsEvent::default();
    event.records = batch
        .into_iter()
        .map(|message| {
            let mut record = SqsMessage::default();
            record.message_id = Some(message.id);
            record.body = Some(message.body);
            record
        })
        .collect();
    event
}
