//! Permissions to invoke functions: each for one source.

use super::roles::IOT;
use crate::model::{PERMISSION, Part, Problem, Template};

pub(super) fn names_source(template: &Template) -> Vec<Problem> {
    let check = |permission: Part| {
        let source = permission.text("SourceArn").unwrap_or_default();
        let is_one = source.starts_with("arn:") && !source.ends_with(":*") || source.starts_with("${");
        let principal = permission.text("Principal").unwrap_or_default();
        let by_address = permission.property("FunctionUrlAuthType").is_some();
        [
            permission.problem_if(!is_one, "does not say for which source"),
            permission.problem_if(!principal.ends_with(".amazonaws.com"), "is not for a service"),
            permission.problem_if(by_address, "opens an address of the function"),
            permission.must_be("Action", "lambda:InvokeFunction"),
        ]
    };
    template.of_type(PERMISSION).into_iter().flat_map(check).flatten().collect()
}

/// Without both, a rule of any account may invoke the function.
pub(super) fn iot_names_account(template: &Template) -> Vec<Problem> {
    let permissions = template.of_type(PERMISSION).into_iter();
    let for_iot = permissions.filter(|one| one.text("Principal").as_deref() == Some("iot.amazonaws.com"));
    let check = |permission: Part| {
        let source = permission.text("SourceArn").unwrap_or_default();
        let is_ours = source.strip_prefix(IOT).is_some_and(|name| name.contains('/')) || source.starts_with("${");
        [
            permission.must_be("SourceAccount", "${AWS::AccountId}"),
            permission.problem_if(!is_ours, "is not for one resource of this account"),
        ]
    };
    for_iot.flat_map(check).flatten().collect()
}
