//! Tables: what they hold can be restored, and outlives its stack.

use crate::model::{Part, Problem, TABLE, Template};
use crate::text::text;

fn each(template: &Template, check: impl Fn(&Part) -> Option<Problem>) -> Vec<Problem> {
    template.of_type(TABLE).iter().filter_map(check).collect()
}

pub(super) fn recovers(template: &Template) -> Vec<Problem> {
    each(template, |table| table.must_be("PointInTimeRecoverySpecification.PointInTimeRecoveryEnabled", "true"))
}

pub(super) fn protected(template: &Template) -> Vec<Problem> {
    each(template, |table| table.must_be("DeletionProtectionEnabled", "true"))
}

pub(super) fn on_demand(template: &Template) -> Vec<Problem> {
    each(template, |table| table.must_be("BillingMode", "PAY_PER_REQUEST"))
}

/// A table with a name of its own cannot be replaced, nor restored beside itself.
pub(super) fn unnamed(template: &Template) -> Vec<Problem> {
    each(template, |table| table.problem_if(table.property("TableName").is_some(), "has a name of its own"))
}

pub(super) fn retained(template: &Template) -> Vec<Problem> {
    each(template, |table| {
        let says = |name| table.attribute(name).and_then(text);
        let kept = says("DeletionPolicy").as_deref() == Some("RetainExceptOnCreate")
            && says("UpdateReplacePolicy").as_deref() == Some("Retain");
        table.problem_if(!kept, "is deleted with its stack, or when it is replaced")
    })
}
