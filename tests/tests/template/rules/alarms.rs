//! Alarms: whom they tell, what silence means to them, and what each must watch.

use serde_yaml_ng::Value;

use crate::model::{Part, Problem, Template};
use crate::text::text;

const ALARM: &str = "AWS::CloudWatch::Alarm";

/// A metric that something must have an alarm on.
pub(super) struct Metric {
    namespace: &'static str,
    name: &'static str,
    statistic: &'static str,
    dimension: &'static str,
}

pub(super) const ERRORS: Metric =
    Metric { namespace: "AWS/Lambda", name: "Errors", statistic: "Sum", dimension: "FunctionName" };
pub(super) const STREAM_AGE: Metric =
    Metric { namespace: "AWS/Lambda", name: "IteratorAge", statistic: "Maximum", dimension: "FunctionName" };
pub(super) const QUEUE_AGE: Metric = Metric {
    namespace: "AWS/SQS",
    name: "ApproximateAgeOfOldestMessage",
    statistic: "Maximum",
    dimension: "QueueName",
};
pub(super) const QUEUE_FILLED: Metric = Metric {
    namespace: "AWS/SQS",
    name: "ApproximateNumberOfMessagesVisible",
    statistic: "Maximum",
    dimension: "QueueName",
};

impl Metric {
    /// A problem unless an alarm goes off when this metric of the part is above some threshold.
    pub(super) fn must_be_watched(&self, template: &Template, part: &Part, dimension: &str) -> Option<Problem> {
        let is_watched = self.alarms(template, part, dimension).iter().any(|alarm| alarm.number("Threshold").is_some());
        (!is_watched).then(|| part.problem(format!("has no alarm on {}", self.name)))
    }

    /// A problem unless an alarm goes off when this metric of the part is not zero.
    pub(super) fn must_be_zero(&self, template: &Template, part: &Part, dimension: &str) -> Option<Problem> {
        let alarms = self.alarms(template, part, dimension);
        let is_watched = alarms.iter().any(|alarm| alarm.number("Threshold") == Some(0));
        (!is_watched).then(|| part.problem(format!("has no alarm on the first of {}", self.name)))
    }

    fn alarms<'a>(&self, template: &'a Template, part: &Part, value: &str) -> Vec<Part<'a>> {
        let is_it = |alarm: &Part| {
            // An alarm that is deployed on a condition watches nothing where the condition is false.
            let lasts =
                alarm.attribute("Condition").is_none_or(|condition| part.attribute("Condition") == Some(condition));
            lasts
                && alarm.text("Namespace").as_deref() == Some(self.namespace)
                && alarm.text("MetricName").as_deref() == Some(self.name)
                && alarm.text("Statistic").as_deref() == Some(self.statistic)
                && alarm.text("ComparisonOperator").as_deref() == Some("GreaterThanThreshold")
                && matches!(alarm.items("Dimensions").as_slice(), [one] if self.is_dimension(one, value))
        };
        template.of_type(ALARM).into_iter().filter(is_it).collect()
    }

    fn is_dimension(&self, found: &Value, value: &str) -> bool {
        found.get("Name").and_then(Value::as_str) == Some(self.dimension)
            && found.get("Value").and_then(text).as_deref() == Some(value)
    }
}

pub(super) fn tells_someone(template: &Template) -> Vec<Problem> {
    let alarms = template.of_type(ALARM).into_iter();
    alarms
        .flat_map(|alarm| {
            let told = alarm.texts("AlarmActions").iter().any(|action| action == "${AlarmsTopic}");
            let disabled =
                alarm.property("ActionsEnabled").is_some() && alarm.text("ActionsEnabled").as_deref() != Some("true");
            [
                alarm.problem_if(!told, "does not tell the topic of alarms"),
                alarm.problem_if(disabled, "has actions that may be disabled"),
            ]
        })
        .flatten()
        .collect()
}

pub(super) fn knows_silence(template: &Template) -> Vec<Problem> {
    let alarms = template.of_type(ALARM).into_iter();
    let is_set = |alarm: &Part| {
        matches!(alarm.text("TreatMissingData").as_deref(), Some("breaching" | "notBreaching" | "ignore" | "missing"))
    };
    alarms.filter(|alarm| !is_set(alarm)).map(|alarm| alarm.problem("does not say what missing data means")).collect()
}

/// The metric of what is overdue comes from the sweep's log line, so that a sweep that stands still is silent.
pub(super) fn overdue_silence(template: &Template) -> Vec<Problem> {
    let Some(alarm) = template.of_type(ALARM).into_iter().find(|alarm| alarm.id == "Overdue") else {
        return vec![Problem { resource: "Overdue".to_owned(), problem: "is not an alarm of the template".to_owned() }];
    };
    let filters = template.of_type("AWS::Logs::MetricFilter");
    let counts = |filter: &&Part| {
        filter.items("MetricTransformations").iter().any(|metric| {
            metric.get("MetricName").and_then(text) == alarm.text("MetricName")
                && metric.get("MetricNamespace").and_then(text) == alarm.text("Namespace")
        })
    };
    let filter = filters.iter().find(counts);
    // A default would be counted for every other line, and hide that the one that counts is missing.
    let defaults = filter.is_some_and(|filter| {
        filter.items("MetricTransformations").iter().any(|metric| metric.get("DefaultValue").is_some())
    });
    [
        alarm.must_be("TreatMissingData", "breaching"),
        alarm.problem_if(alarm.attribute("Condition").is_some(), "is not always there"),
        alarm.problem_if(filter.is_none(), "watches a metric that no filter counts"),
        alarm.problem_if(defaults, "watches a metric with a default value"),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// SNS discards texts at its monthly limit without telling anybody: somebody must hear of it before.
pub(super) fn texts_watched(template: &Template) -> Vec<Problem> {
    let is_it = |alarm: &Part| {
        alarm.text("Namespace").as_deref() == Some("AWS/SNS")
            && alarm.text("MetricName").as_deref() == Some("SMSMonthToDateSpentUSD")
            && alarm.text("Statistic").as_deref() == Some("Maximum")
            && alarm.text("ComparisonOperator").as_deref() == Some("GreaterThanThreshold")
            && alarm.text("Threshold").as_deref() == Some("${TextsAlarmAt}")
    };
    let is_watched = template.of_type(ALARM).iter().any(is_it);
    let problem = "never hears of the limit of texts".to_owned();
    (!is_watched).then(|| Problem { resource: "AlarmsTopic".to_owned(), problem }).into_iter().collect()
}
