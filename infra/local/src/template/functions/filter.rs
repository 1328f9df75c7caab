//! Filters of stream mappings.

use serde_json::{Value, json};

use crate::template::error::TemplateError;
use crate::template::node::Node;

/// The attribute of `{"dynamodb": {"NewImage": {ATTRIBUTE: {"S": [{"exists": true}]}}}}`.
pub(super) fn attribute(pattern: &Node<'_>) -> Result<String, TemplateError> {
    let refused = || pattern.refuse("does not ask whether one string attribute of the new image exists");
    let json: Value = serde_json::from_str(pattern.text()?).map_err(|_| pattern.refuse("is not JSON"))?;
    let image = json.pointer("/dynamodb/NewImage").and_then(Value::as_object).ok_or_else(refused)?;
    let name = image.keys().next().ok_or_else(refused)?;
    if json == json!({ "dynamodb": { "NewImage": { name: { "S": [{ "exists": true }] } } } }) {
        Ok(name.clone())
    } else {
        Err(refused())
    }
}
