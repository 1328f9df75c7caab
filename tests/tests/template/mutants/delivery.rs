//! Rules that lose or change what a station has sent.

use super::Change::{In, With};
use super::Mutant;

const COLUMN: &str = "encode(*, 'base64') AS data";

pub(super) const MUTANTS: &[Mutant] = &[
    ("rule-speaks-2016", "StockRule", In("StockRule", "2016-03-23", "2015-10-08")),
    ("rule-speaks-2016", "StockRule", In("StockRule", "        AwsIotSqlVersion: '2016-03-23'\n", "")),
    ("rule-selects-four-columns", "StockRule", In("StockRule", COLUMN, "*")),
    ("rule-selects-four-columns", "StockRule", In("StockRule", "topic() AS topic, ", "")),
    ("rule-selects-four-columns", "StockRule", In("StockRule", "clientid() AS client, ", "")),
    ("rule-selects-four-columns", "StockRule", In("StockRule", "timestamp() AS received_at", "timestamp() AS at")),
    ("rule-selects-four-columns", "StockRule", In("StockRule", "+/stock'", "+/stock' WHERE onHand > 0")),
    ("rule-selects-four-columns", "StockRule", In("StockRule", "+/stock'", "+/stock' WHERE kind = 'count'")),
    ("rule-feeds-one-queue", "StockRule", In("StockRule", "UseBase64: false", "UseBase64: true")),
    ("rule-feeds-one-queue", "StockRule", In("StockRule", "!Ref StockQueue", "!Ref StockDeadLetters")),
    (
        "rule-feeds-one-queue",
        "StockRule",
        In("StockRule", "!Ref StockQueue", "https://sqs.eu-west-1.amazonaws.com/1/other"),
    ),
    (
        "rule-feeds-one-queue",
        "StockRule",
        In(
            "StockRule",
            "        Actions:\n",
            "        Actions:\n          - Lambda: { FunctionArn: !GetAtt AdjustStock.Arn }\n",
        ),
    ),
    ("rule-feeds-one-queue", "StockRule", In("StockRule", "- Sqs:", "- Sns:")),
    ("rule-keeps-its-errors", "StockRule", In("StockRule", "ErrorAction", "Error")),
    ("rule-keeps-its-errors", "StockRule", In("StockRule", "!Ref RuleDeadLetters", "!Ref TelemetryQueue")),
    (
        "rule-keeps-its-errors",
        "SpareRule",
        With("  SpareRule: { Type: AWS::IoT::TopicRule, Properties: { TopicRulePayload: { Actions: [] } } }\n"),
    ),
    ("rule-role-may-send", "StockRule", In("RulesRole", "                  - !GetAtt StockQueue.Arn\n", "")),
    ("rule-role-may-send", "StockRule", In("RulesRole", "                  - !GetAtt RuleDeadLetters.Arn\n", "")),
    ("rule-role-may-send", "StockRule", In("RulesRole", "sqs:SendMessage", "sqs:GetQueueUrl")),
    ("rule-role-may-send", "StockRule", In("StockRule", "!GetAtt RulesRole.Arn", "!GetAtt SweepRole.Arn")),
    ("rule-is-enabled", "StockRule", In("StockRule", "RuleDisabled: false", "RuleDisabled: true")),
];
