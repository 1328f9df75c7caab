use std::collections::BTreeSet;

use aws::tables::{IndexSpec, StreamView, TableSpec};
use jiff::SignedDuration;

use super::{QueueMapping, Schedule, StreamMapping, TEMPLATE, TemplateError, Topology};

fn topology() -> Topology {
    Topology::read(TEMPLATE).unwrap()
}

fn seconds(count: i64) -> SignedDuration {
    SignedDuration::from_secs(count)
}

#[test]
fn every_kind_of_message_has_a_queue() {
    let rules = topology().rules;
    let rules: Vec<_> = rules.iter().map(|rule| (rule.topic_filter.as_str(), rule.queue.as_str())).collect();
    assert_eq!(
        rules,
        [
            ("ev/v1/+/telemetry", "telemetry"),
            ("ev/v1/+/transaction", "transactions"),
            ("ev/v1/+/stock", "stock"),
            ("ev/v1/+/commandResult", "transactions"),
            ("$aws/events/presence/+/+", "presence"),
        ]
    );
}

#[test]
fn queues_and_streams_are_read_with_their_limits() {
    let topology = topology();
    let telemetry = QueueMapping {
        queue: "telemetry".to_owned(),
        function: "check-telemetry".to_owned(),
        batch_size: 100,
        window: seconds(1),
        max_concurrency: Some(10),
    };
    assert_eq!(topology.queue_mappings[0], telemetry);
    let debts = StreamMapping {
        table: "sessions".to_owned(),
        function: "collect-payment".to_owned(),
        batch_size: 1,
        window: SignedDuration::ZERO,
        filter_attribute: "due_collect".to_owned(),
        max_attempts: 6,
        max_age: seconds(3600),
    };
    assert_eq!(topology.stream_mappings[0], debts);
    let schedule = |function: &str, every| Schedule { function: function.to_owned(), every: seconds(every) };
    assert_eq!(topology.schedules, [schedule("sweep", 60), schedule("reconcile-payments", 24 * 3600)]);
}

#[test]
fn tables_are_read_with_their_indexes_and_streams() {
    let alerts = TableSpec {
        name: "alerts".to_owned(),
        partition_key: "pk".to_owned(),
        sort_key: None,
        indexes: vec![IndexSpec {
            name: "due".to_owned(),
            partition_key: "due_part".to_owned(),
            sort_key: Some("due_at".to_owned()),
            holds_items: false,
        }],
        stream: Some(StreamView::NewImage),
        ttl: None,
    };
    let receipts = TableSpec {
        name: "receipts".to_owned(),
        partition_key: "pk".to_owned(),
        sort_key: Some("sk".to_owned()),
        indexes: Vec::new(),
        stream: None,
        // Whatever is on paper must stay.
        ttl: None,
    };
    let tables = topology().tables;
    for table in [alerts, receipts] {
        assert!(tables.contains(&table), "{tables:?}");
    }
    let quarantine = tables.iter().find(|table| table.name == "quarantine").unwrap();
    assert_eq!((quarantine.sort_key.as_deref(), quarantine.ttl.as_deref()), (Some("sk"), Some("expires_at")));
}

#[test]
fn a_function_has_time_for_six_tries_before_its_messages_show_again() {
    let topology = topology();
    for mapping in &topology.queue_mappings {
        let queue = topology.queues.iter().find(|queue| queue.name == mapping.queue).unwrap();
        let function = topology.functions.iter().find(|function| function.name == mapping.function).unwrap();
        assert!(queue.visibility >= function.timeout * 6 + mapping.window, "{}", queue.name);
        assert!(queue.max_receive_count >= 5, "{}", queue.name);
        assert!(mapping.batch_size <= 10 || mapping.window >= seconds(1), "{}", queue.name);
    }
}

#[test]
fn every_function_is_invoked_by_something_and_every_queue_is_read_by_one_function() {
    let topology = topology();
    let queues: Vec<_> = topology.queues.iter().map(|queue| queue.name.as_str()).collect();
    let read: Vec<_> = topology.queue_mappings.iter().map(|mapping| mapping.queue.as_str()).collect();
    assert_eq!(queues, read);
    // By AWS IoT and by operators.
    let by_others = "admit-station".to_owned();
    let invoked: BTreeSet<_> = (topology.queue_mappings.iter().map(|mapping| &mapping.function))
        .chain(topology.stream_mappings.iter().map(|mapping| &mapping.function))
        .chain(topology.schedules.iter().map(|schedule| &schedule.function))
        .chain(topology.http_routes.iter().map(|route| &route.function))
        .chain([&by_others])
        .collect();
    assert_eq!(invoked, topology.functions.iter().map(|function| &function.name).collect());
    for table in &topology.tables {
        let readers = topology.stream_mappings.iter().filter(|mapping| mapping.table == table.name).count();
        assert!(readers <= 2, "a stream with {readers} readers throttles: {}", table.name);
    }
}

#[test]
fn the_environment_of_a_function_names_what_the_template_has() {
    let topology = topology();
    let webhook = topology.functions.iter().find(|function| function.name == "receive-stripe-event").unwrap();
    assert_eq!(webhook.variables["SESSIONS_TABLE"], "SessionsTable");
    for function in &topology.functions {
        for (variable, resource) in &function.variables {
            assert!(TEMPLATE.contains(&format!("\n  {resource}:\n")), "{}: {variable}: {resource}", function.name);
        }
    }
}

#[test]
fn a_template_that_cannot_run_here_is_refused_by_the_name_of_its_resource() {
    for (original, changed, message) in [
        (
            "QueueUrl: !Ref StockQueue",
            "QueueUrl: !Ref CableQueue",
            "StockRule: Properties.TopicRulePayload.Actions.0.Sqs.QueueUrl: there is no AWS::SQS::Queue named CableQueue",
        ),
        (
            "QueueUrl: !Ref StockQueue",
            "QueueUrl: StockQueue",
            "StockRule: Properties.TopicRulePayload.Actions.0.Sqs.QueueUrl: is not a !Ref",
        ),
        (
            "Queue: !GetAtt StockQueue.Arn",
            "Queue: !GetAtt StockQueue.QueueName",
            "AdjustStock: Properties.Events.Stock.Properties.Queue: is not a !GetAtt of an Arn",
        ),
        (
            "IntegrationUri: !GetAtt ReceiveStripeEvent.Arn",
            "IntegrationUri: !GetAtt ReceivePost.Arn",
            "StripeEventIntegration: Properties.IntegrationUri: there is no AWS::Serverless::Function named ReceivePost",
        ),
        ("Binary: sweep", "Binary: mop", "Sweep: Metadata.BuildProperties.Binary: is not sweep"),
        (
            "rate(1 minute)",
            "cron(* * * * ? *)",
            "Sweep: Properties.Events.EveryMinute.Properties.Schedule: is not a rate in minutes, hours or days",
        ),
        (
            "FROM 'ev/v1/+/stock'",
            "FROM 'ev/v1/+/stock' WHERE onHand > 0",
            "StockRule: Properties.TopicRulePayload.Sql: is not SELECT encode(*, 'base64') AS data, topic() AS topic, \
             clientid() AS client, timestamp() AS received_at FROM '...'",
        ),
        (
            "deadLetterTargetArn: !GetAtt StockDeadLetters.Arn",
            "deadLetterTargetArn: !GetAtt TelemetryQueue.Arn",
            "StockQueue: Properties.RedrivePolicy.deadLetterTargetArn: TelemetryQueue is not a dead-letter queue",
        ),
        ("VisibilityTimeout: 130", "Delay: 130", "TelemetryQueue: Properties.VisibilityTimeout: is missing"),
        (
            "VisibilityTimeout: 130",
            "VisibilityTimeout: long",
            "TelemetryQueue: Properties.VisibilityTimeout: is not a number in its range",
        ),
        (
            "Stream: !GetAtt AlertsTable.StreamArn",
            "Stream: !GetAtt AssetsTable.StreamArn",
            "SendAlerts: Properties.Events: the table assets has no stream",
        ),
        (
            r#"{"due_publish": {"S": [{"exists": true}]}}"#,
            r#"{"due_publish": {"S": [{"exists": true}]}, "pk": {"S": ["a"]}}"#,
            "SendAlerts: Properties.Events.AlertsDue.Properties.FilterCriteria.Filters.0.Pattern: does not ask whether one \
             string attribute of the new image exists",
        ),
        (
            "Type: Schedule",
            "Type: Kinesis",
            "Sweep: Properties.Events.EveryMinute.Type: Kinesis is not an event that is known here",
        ),
        (
            "Target: !Sub integrations/${StripeEventIntegration}",
            "Target: !Ref StripeEventIntegration",
            "StripeEventRoute: Properties.Target: is not a !Sub of integrations/${...}",
        ),
        (
            "MaximumConcurrency: 10",
            "MaximumConcurrency: -1",
            "CheckTelemetry: Properties.Events.Telemetry.Properties.ScalingConfig.MaximumConcurrency: is not a number in its range",
        ),
    ] {
        assert!(TEMPLATE.contains(original), "{original}");
        let error = Topology::read(&TEMPLATE.replacen(original, changed, 1)).unwrap_err();
        assert_eq!(error.to_string(), format!("infra/template.yaml: {message}"));
    }
}

#[test]
fn what_would_run_otherwise_than_in_the_cloud_is_refused() {
    for (original, changed, message) in [
        (
            "AwsIotSqlVersion: '2016-03-23'",
            "AwsIotSqlVersion: '2015-10-08'",
            "TelemetryRule: Properties.TopicRulePayload.AwsIotSqlVersion: is not 2016-03-23",
        ),
        (
            "UseBase64: false",
            "UseBase64: true",
            "TelemetryRule: Properties.TopicRulePayload.Actions.0.Sqs.UseBase64: is not false",
        ),
        (
            "BisectBatchOnFunctionError: true",
            "BisectBatchOnFunctionError: false",
            "CollectPayment: Properties.Events.DebtsDue.Properties.BisectBatchOnFunctionError: is not true",
        ),
        (
            "PayloadFormatVersion: '2.0'",
            "PayloadFormatVersion: '1.0'",
            "StripeEventIntegration: Properties.PayloadFormatVersion: is not 2.0",
        ),
        (
            "FunctionResponseTypes: [ReportBatchItemFailures]",
            "FunctionResponseTypes: []",
            "CheckTelemetry: Properties.Events.Telemetry.Properties.FunctionResponseTypes: has 0 elements instead of one",
        ),
        (
            "{ AttributeName: due_at, AttributeType: S }",
            "{ AttributeName: due_at, AttributeType: N }",
            "ConnectorsTable: Properties.AttributeDefinitions.3.AttributeType: is not S",
        ),
        (
            "{ AttributeName: due_part, AttributeType: S }",
            "{ AttributeName: other, AttributeType: S }",
            "ConnectorsTable: Properties.GlobalSecondaryIndexes.0.KeySchema.0.AttributeName: is not in AttributeDefinitions",
        ),
    ] {
        assert!(TEMPLATE.contains(original), "{original}");
        let error = Topology::read(&TEMPLATE.replacen(original, changed, 1)).unwrap_err();
        assert_eq!(error.to_string(), format!("infra/template.yaml: {message}"));
    }
}

#[test]
fn what_is_not_a_template_is_refused() {
    for text in ["", "a: [", "Resources: 3", "Resources: {1: {}}"] {
        let error = Topology::read(text).unwrap_err();
        assert!(matches!(error, TemplateError::Yaml(_) | TemplateError::Resource { .. }), "{text}");
    }
}
