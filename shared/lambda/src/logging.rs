//! Log lines as JSON, in the form that Lambda's own JSON logs have: `timestamp`, `level`, `message`, and every field at the top.

use std::error::Error;
use std::fmt;
use std::panic;

use ports::Clock;
use serde_json::{Map, Value};
use tracing::field::{Field, Visit};
use tracing::level_filters::LevelFilter;
use tracing::{Event, Subscriber};
use tracing_subscriber::filter::Targets;
use tracing_subscriber::fmt::format::{JsonFields, Writer};
use tracing_subscriber::fmt::{FmtContext, FormatEvent, FormattedFields, MakeWriter};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::registry::LookupSpan;

use crate::error::chain;
use crate::{Config, SystemClock};

/// What other crates log in detail holds bodies, headers and keys, so that only their warnings are kept.
const FOREIGN: [&str; 6] = ["aws_", "h2", "hyper", "log", "rustls", "tower"];

/// Stripe's SDK warns with idempotency keys and with what Stripe said of a driver; whoever called it logs what may be said.
const SILENT: [&str; 3] = ["async_stripe", "stripe::hyper", "stripe_client"];

/// Logs to standard output from now on, down to the level that Lambda names in `AWS_LAMBDA_LOG_LEVEL` (`INFO` where it names none).
/// A panic is logged by its place; its message is not, because it may hold what must not be logged.
pub fn start_logging() {
    let level = Config::from_env(|config| config.optional("AWS_LAMBDA_LOG_LEVEL")).ok().flatten();
    let level = level.and_then(|level| level.parse().ok()).unwrap_or(LevelFilter::INFO);
    // Only the first logger of a process counts; a second call changes nothing.
    let _first = tracing::subscriber::set_global_default(subscriber(level, std::io::stdout));
    panic::set_hook(Box::new(|panic| {
        let place = panic.location().map_or_else(String::new, ToString::to_string);
        tracing::error!(panic.place = place, "panicked");
    }));
}

fn subscriber<W>(level: LevelFilter, writer: W) -> impl Subscriber + Send + Sync
where
    W: for<'a> MakeWriter<'a> + Send + Sync + 'static,
{
    let foreign = FOREIGN.map(|target| (target, level.min(LevelFilter::WARN)));
    // The runtime's own span, which carries the request id, is at INFO; below that it logs whole events.
    let targets = Targets::new()
        .with_default(level)
        .with_targets(foreign)
        .with_targets(SILENT.map(|target| (target, LevelFilter::OFF)))
        .with_target("lambda_runtime", level.min(LevelFilter::INFO));
    let lines = tracing_subscriber::fmt::layer().fmt_fields(JsonFields::new()).event_format(Lines).with_writer(writer);
    tracing_subscriber::registry().with(targets).with(lines)
}

/// One JSON object a line.
struct Lines;

impl<S> FormatEvent<S, JsonFields> for Lines
where
    S: Subscriber + for<'a> LookupSpan<'a>,
{
    fn format_event(
        &self,
        context: &FmtContext<'_, S, JsonFields>,
        mut writer: Writer<'_>,
        event: &Event<'_>,
    ) -> fmt::Result {
        let mut line = Map::new();
        for span in context.event_scope().into_iter().flatten() {
            let extensions = span.extensions();
            let fields = extensions.get::<FormattedFields<JsonFields>>();
            if let Some(Ok(fields)) = fields.map(|fields| serde_json::from_str::<Map<String, Value>>(fields)) {
                line.extend(fields);
            }
        }
        event.record(&mut Fields(&mut line));
        line.insert("timestamp".to_owned(), SystemClock.now().to_string().into());
        line.insert("level".to_owned(), event.metadata().level().as_str().into());
        line.insert("target".to_owned(), event.metadata().target().into());
        writeln!(writer, "{}", Value::Object(line))
    }
}

/// The fields of an event; an error with everything that caused it.
struct Fields<'a>(&'a mut Map<String, Value>);

impl Fields<'_> {
    fn insert(&mut self, field: &Field, value: impl Into<Value>) {
        self.0.insert(field.name().to_owned(), value.into());
    }
}

impl Visit for Fields<'_> {
    fn record_f64(&mut self, field: &Field, value: f64) {
        self.insert(field, value);
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.insert(field, value);
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.insert(field, value);
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.insert(field, value);
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.insert(field, value);
    }

    fn record_error(&mut self, field: &Field, value: &(dyn Error + 'static)) {
        self.insert(field, chain(value));
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.insert(field, format!("{value:?}"));
    }
}

#[cfg(test)]
mod tests {
    use std::io;
    use std::sync::{Arc, Mutex};

    use ports::PortError;
    use serde_json::json;

    use super::*;

    #[derive(Clone, Default)]
    struct Buffer(Arc<Mutex<Vec<u8>>>);

    impl io::Write for Buffer {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn logged(level: LevelFilter, code: impl FnOnce()) -> Vec<Value> {
        let buffer = Buffer::default();
        let writer = buffer.clone();
        tracing::subscriber::with_default(subscriber(level, move || writer.clone()), code);
        let bytes = buffer.0.lock().unwrap();
        std::str::from_utf8(&bytes).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    #[test]
    fn a_line_holds_its_fields_its_request_and_every_cause() {
        let lines = logged(LevelFilter::INFO, || {
            let _request = tracing::info_span!("invoke", requestId = "r-1").entered();
            let error = PortError::new("read a station", PortError::new("connect", "refused\nby \"peer\""));
            tracing::warn!(station.id = "s-1", energy_wh = 12, error = &error as &dyn Error, "the message waits");
        });
        let [line] = lines.as_slice() else { panic!("{lines:?}") };
        let expected = json!({
            "level": "WARN", "message": "the message waits", "target": "lambda::logging::tests", "requestId": "r-1",
            "station.id": "s-1", "energy_wh": 12,
            "error": "failed to read a station: failed to connect: refused\nby \"peer\"",
            "timestamp": line["timestamp"],
        });
        assert_eq!(*line, expected);
        assert!(line["timestamp"].as_str().unwrap().parse::<jiff::Timestamp>().is_ok());
    }

    #[test]
    fn what_other_crates_say_in_detail_is_never_logged() {
        let lines = logged(LevelFilter::TRACE, || {
            tracing::trace!(target: "aws_smithy_runtime::client", body = "secret", "sending");
            tracing::debug!(target: "hyper_util::client", "connecting");
            tracing::debug!(target: "lambda_runtime::requests", body = "secret", "new event");
            tracing::warn!(target: "stripe::hyper::client", "request failed: No such customer: driver@example.com");
            tracing::debug!(target: "stripe::intents", "kept");
            tracing::debug!(target: "aws::tables", "kept");
            tracing::warn!(target: "aws_smithy_runtime::client", "kept");
        });
        let messages: Vec<_> = lines.iter().map(|line| line["message"].as_str().unwrap()).collect();
        assert_eq!(messages, ["kept", "kept", "kept"]);
    }

    #[test]
    fn less_important_lines_are_left_out() {
        let lines = logged(LevelFilter::ERROR, || {
            tracing::warn!("left out");
            tracing::warn!(target: "aws_smithy_runtime", "left out");
        });
        assert_eq!(lines, Vec::<Value>::new());
    }
}
