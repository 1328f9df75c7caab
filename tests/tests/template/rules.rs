//! The rules, each a question to the template that answers with what is wrong.

mod alarms;
mod api;
mod functions;
mod people;
mod permissions;
mod queues;
mod roles;
mod secrets;
mod sources;
mod stations;
mod tables;
mod topic_rules;
mod whole;

use crate::model::{Finding, Problem, Template};

type Check = fn(&Template) -> Vec<Problem>;

/// Every rule under its name.
pub(crate) const RULES: &[(&str, Check)] = &[
    ("types-are-known", whole::types_are_known),
    ("statements-are-plain", whole::statements_are_plain),
    ("function-has-own-role", functions::own_role),
    ("function-has-own-logs", functions::own_logs),
    ("function-writes-only-its-logs", functions::writes_only_its_logs),
    ("function-errors-alarmed", functions::errors_alarmed),
    ("function-runtime", functions::runtime),
    ("function-has-timeout", functions::timeout),
    ("function-has-known-events", functions::known_events),
    ("function-bounds-asynchronous-calls", functions::bounds_asynchronous_calls),
    ("logs-are-not-kept-forever", functions::logs_are_not_kept_forever),
    ("source-reports-failures", sources::reports_failures),
    ("source-is-the-only-one-readable", sources::only_sources_readable),
    ("queue-source-window", sources::queue_window),
    ("queue-hides-long-enough", sources::queue_hides_long_enough),
    ("queue-tries-five-times", sources::queue_tries_five_times),
    ("stream-source-window", sources::stream_window),
    ("stream-source-bounds-retries", sources::stream_bounds_retries),
    ("stream-source-bisects", sources::stream_bisects),
    ("stream-source-has-dead-letters", sources::stream_has_dead_letters),
    ("stream-source-filters", sources::stream_filters),
    ("stream-source-starts-at-oldest", sources::stream_starts_at_oldest),
    ("stream-has-two-readers-at-most", sources::stream_has_two_readers),
    ("stream-age-alarmed", sources::stream_age_alarmed),
    ("queue-is-encrypted", queues::encrypted),
    ("queue-has-dead-letters", queues::has_dead_letters),
    ("queue-age-alarmed", queues::age_alarmed),
    ("dead-letters-alarmed", queues::dead_letters_alarmed),
    ("dead-letters-kept-two-weeks", queues::dead_letters_kept),
    ("queue-policy-names-source", queues::policy_names_source),
    ("table-recovers", tables::recovers),
    ("table-is-protected", tables::protected),
    ("table-is-on-demand", tables::on_demand),
    ("table-is-unnamed", tables::unnamed),
    ("table-is-retained", tables::retained),
    ("role-names-actions", roles::names_actions),
    ("role-names-resources", roles::names_resources),
    ("role-exceptions-are-needed", roles::exceptions_are_needed),
    ("role-never-scans", roles::never_scans),
    ("role-has-no-managed-policy", roles::no_managed_policy),
    ("role-is-for-one-service", roles::one_service),
    ("iot-role-names-source", roles::iot_names_source),
    ("secret-has-one-reader", secrets::one_reader),
    ("secret-is-not-in-template", secrets::not_in_template),
    ("secret-stays-in-its-store", secrets::stays_in_its_store),
    ("parameter-hides-secret", secrets::parameter_hides),
    ("permission-names-source", permissions::names_source),
    ("iot-permission-names-account", permissions::iot_names_account),
    ("rule-speaks-2016", topic_rules::version),
    ("rule-selects-four-columns", topic_rules::columns),
    ("rule-feeds-one-queue", topic_rules::one_queue),
    ("rule-keeps-its-errors", topic_rules::errors),
    ("rule-role-may-send", topic_rules::role_may_send),
    ("rule-is-enabled", topic_rules::enabled),
    ("station-only-talks", stations::only_talks),
    ("station-connects-as-itself", stations::connects_as_itself),
    ("station-keeps-to-its-topics", stations::keeps_to_its_topics),
    ("claim-only-provisions", stations::claim_only_provisions),
    ("provisioning-has-hook", stations::provisioning_has_hook),
    ("topic-is-encrypted", people::topic_encrypted),
    ("subscription-has-dead-letters", people::subscription_has_dead_letters),
    ("route-asks-who-calls", api::asks_who_calls),
    ("route-has-scopes", api::has_scopes),
    ("stage-throttles", api::throttles),
    ("integration-outlasts-function", api::outlasts_function),
    ("alarm-tells-someone", alarms::tells_someone),
    ("alarm-knows-silence", alarms::knows_silence),
    ("overdue-silence-alarms", alarms::overdue_silence),
    ("texts-watched-before-limit", alarms::texts_watched),
];

/// Everything that is wrong with a template.
pub(crate) fn findings(template: &Template) -> Vec<Finding> {
    let findings = RULES.iter().flat_map(|&(rule, check)| {
        check(template).into_iter().map(move |Problem { resource, problem }| Finding { rule, resource, problem })
    });
    findings.collect()
}
