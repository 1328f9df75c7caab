//! What the values of a template say, with `!Ref`, `!GetAtt` and `!Sub` in one notation.

use serde_yaml_ng::Value;
use serde_yaml_ng::value::TaggedValue;

/// The text of a scalar as `!Sub` would write it: `!Ref X` is `${X}`, `!GetAtt X.Arn` is `${X.Arn}`, and a variable
/// that CloudFormation leaves alone is `${!x}`. Nothing for what has no single text.
pub(crate) fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.replace("${", "${!")),
        Value::Bool(flag) => Some(flag.to_string()),
        Value::Number(number) => Some(number.to_string()),
        Value::Tagged(tagged) => tagged_text(tagged),
        Value::Null | Value::Sequence(_) | Value::Mapping(_) => None,
    }
}

fn tagged_text(tagged: &TaggedValue) -> Option<String> {
    if tagged.tag == "Sub" {
        tagged.value.as_str().map(str::to_owned)
    } else if tagged.tag == "Ref" {
        tagged.value.as_str().map(|id| format!("${{{id}}}"))
    } else if tagged.tag == "GetAtt" {
        let path = match &tagged.value {
            Value::Sequence(parts) => parts.iter().map(Value::as_str).collect::<Option<Vec<_>>>()?.join("."),
            value => value.as_str()?.to_owned(),
        };
        Some(format!("${{{path}}}"))
    } else {
        None
    }
}

/// Everything a value may come to: the elements of its sequences, and both sides of every `!If`.
pub(crate) fn leaves(value: &Value) -> Vec<&Value> {
    match value {
        Value::Sequence(items) => items.iter().flat_map(leaves).collect(),
        Value::Tagged(tagged) if tagged.tag == "If" => match tagged.value.as_sequence().map(Vec::as_slice) {
            Some([_, yes, no]) => [leaves(yes), leaves(no)].concat(),
            _ => vec![value],
        },
        _ if text(value).is_some_and(|text| text == "${AWS::NoValue}") => Vec::new(),
        _ => vec![value],
    }
}

/// The texts among the leaves. That there are no others is a rule (`statements-are-plain`).
pub(crate) fn texts(value: &Value) -> Vec<String> {
    leaves(value).into_iter().filter_map(text).collect()
}

/// Whether all leaves are texts.
pub(crate) fn is_readable(value: &Value) -> bool {
    leaves(value).into_iter().all(|leaf| text(leaf).is_some())
}
