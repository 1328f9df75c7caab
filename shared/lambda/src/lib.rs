//! What every main needs: logging, configuration, batch responses.
//!
//! The frames ([`queue_batch`], [`stream_batch`], [`http_call`]) turn what AWS sends into records, call the function's own `handle` and
//! turn its answer back. They are plain functions over plain values; only the `run_*` functions know the Lambda runtime.

mod batch;
mod clock;
mod config;
#[cfg(test)]
mod doubles;
mod error;
mod http;
mod logging;
mod queue;
mod run;
#[cfg(test)]
mod samples;
mod stream;
mod unwind;

pub use aws_lambda_events::{apigw, dynamodb, sqs, streams};
pub use batch::handle_batch;
pub use clock::SystemClock;
pub use config::{Config, MissingVariables};
pub use error::Error;
pub use http::{Call, http_call};
pub use logging::start_logging;
pub use queue::queue_batch;
pub use run::{run_http, run_queue, run_request, run_schedule, run_stream};
pub use stream::stream_batch;
