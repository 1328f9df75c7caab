//! A place in the template that knows where it is, so that every refusal can say so.

use serde_yaml_ng::Value;

use super::error::TemplateError;
use super::names::kebab;

/// The resources of a template.
pub(super) struct Resources<'a> {
    all: Vec<(&'a str, &'a Value)>,
    globals: Option<&'a Value>,
}

/// One value of a resource.
#[derive(Clone)]
pub(super) struct Node<'a> {
    resource: &'a str,
    path: String,
    value: &'a Value,
}

impl<'a> Resources<'a> {
    pub(super) fn new(document: &'a Value) -> Result<Self, TemplateError> {
        let refuse = |problem| TemplateError::new("Resources", "", problem);
        let resources = document
            .get("Resources")
            .and_then(Value::as_mapping)
            .ok_or_else(|| refuse("is not a mapping".to_owned()))?;
        let all = resources
            .iter()
            .map(|(id, value)| {
                id.as_str().map(|id| (id, value)).ok_or_else(|| refuse(format!("{id:?} is not a logical id")))
            })
            .collect::<Result<_, _>>()?;
        Ok(Self { all, globals: document.get("Globals").and_then(|globals| globals.get("Function")) })
    }

    /// The resources of a type, in the template's order.
    pub(super) fn of_type(&self, kind: &'static str) -> impl Iterator<Item = Node<'a>> + '_ {
        self.all
            .iter()
            .filter(move |(_, value)| value.get("Type").and_then(Value::as_str) == Some(kind))
            .map(|&(resource, value)| Node { resource, path: String::new(), value })
    }

    /// The resource of this type that `reference` names.
    pub(super) fn resolve(
        &self,
        reference: &Node<'a>,
        id: &str,
        kind: &'static str,
    ) -> Result<Node<'a>, TemplateError> {
        self.of_type(kind)
            .find(|node| node.resource == id)
            .ok_or_else(|| reference.refuse(format!("there is no {kind} named {id}")))
    }

    /// A property of all functions.
    pub(super) fn global(&self, name: &str) -> Option<Node<'a>> {
        let value = self.globals?.get(name)?;
        Some(Node { resource: "Globals", path: format!("Function.{name}"), value })
    }

    /// The logical id behind a name, or the name itself.
    pub(super) fn logical_id_of(&self, name: &str) -> String {
        self.all.iter().find(|(id, _)| kebab(id) == name).map_or(name, |&(id, _)| id).to_owned()
    }
}

impl<'a> Node<'a> {
    /// The logical id of the resource this value belongs to.
    pub(super) fn resource(&self) -> &'a str {
        self.resource
    }

    pub(super) fn refuse(&self, problem: impl Into<String>) -> TemplateError {
        TemplateError::new(self.resource, self.path.as_str(), problem)
    }

    fn step(&self, part: &str, value: &'a Value) -> Self {
        let path = if self.path.is_empty() { part.to_owned() } else { format!("{}.{part}", self.path) };
        Self { resource: self.resource, path, value }
    }

    /// The value at a dotted path, when it is there.
    pub(super) fn optional(&self, path: &str) -> Option<Self> {
        path.split('.').try_fold(self.clone(), |node, part| node.value.get(part).map(|value| node.step(part, value)))
    }

    /// The value at a dotted path.
    pub(super) fn field(&self, path: &str) -> Result<Self, TemplateError> {
        path.split('.').try_fold(self.clone(), |node, part| {
            let value = node.value.get(part).ok_or_else(|| node.step(part, node.value).refuse("is missing"))?;
            Ok(node.step(part, value))
        })
    }

    /// The elements of a sequence.
    pub(super) fn items(&self) -> Result<Vec<Self>, TemplateError> {
        let sequence = self.value.as_sequence().ok_or_else(|| self.refuse("is not a sequence"))?;
        Ok(sequence.iter().enumerate().map(|(at, value)| self.step(&at.to_string(), value)).collect())
    }

    /// The only element of a sequence.
    pub(super) fn only_item(&self) -> Result<Self, TemplateError> {
        match <[Self; 1]>::try_from(self.items()?) {
            Ok([item]) => Ok(item),
            Err(items) => Err(self.refuse(format!("has {} elements instead of one", items.len()))),
        }
    }

    /// The entries of a mapping.
    pub(super) fn entries(&self) -> Result<Vec<(&'a str, Self)>, TemplateError> {
        let mapping = self.value.as_mapping().ok_or_else(|| self.refuse("is not a mapping"))?;
        mapping
            .iter()
            .map(|(key, value)| {
                let key = key.as_str().ok_or_else(|| self.refuse("has a key that is not text"))?;
                Ok((key, self.step(key, value)))
            })
            .collect()
    }

    /// Plain text.
    pub(super) fn text(&self) -> Result<&'a str, TemplateError> {
        self.value.as_str().ok_or_else(|| self.refuse("is not plain text"))
    }

    /// Refuses any other text.
    pub(super) fn must_be(&self, expected: &str) -> Result<(), TemplateError> {
        if self.text()? == expected { Ok(()) } else { Err(self.refuse(format!("is not {expected}"))) }
    }

    /// A flag that has this value.
    pub(super) fn must_be_flag(&self, expected: bool) -> Result<(), TemplateError> {
        if self.value.as_bool() == Some(expected) { Ok(()) } else { Err(self.refuse(format!("is not {expected}"))) }
    }

    /// A number in the range of `T`.
    pub(super) fn number<T: TryFrom<u64>>(&self) -> Result<T, TemplateError> {
        let number = self.value.as_u64().and_then(|number| T::try_from(number).ok());
        number.ok_or_else(|| self.refuse("is not a number in its range"))
    }

    /// A number of seconds.
    pub(super) fn seconds(&self) -> Result<jiff::SignedDuration, TemplateError> {
        Ok(jiff::SignedDuration::from_secs(i64::from(self.number::<u32>()?)))
    }

    /// The text behind a tag such as `!Ref`.
    fn tagged(&self, tag: &str) -> Option<&'a str> {
        match self.value {
            Value::Tagged(tagged) if tagged.tag == tag => tagged.value.as_str(),
            _ => None,
        }
    }

    /// The logical id of `!Ref X`.
    pub(super) fn reference(&self) -> Result<&'a str, TemplateError> {
        self.tagged("Ref").ok_or_else(|| self.refuse("is not a !Ref"))
    }

    /// The logical id of `!GetAtt X.{attribute}`.
    pub(super) fn attribute_of(&self, attribute: &str) -> Result<&'a str, TemplateError> {
        self.tagged("GetAtt")
            .and_then(|text| text.strip_suffix(attribute)?.strip_suffix('.'))
            .ok_or_else(|| self.refuse(format!("is not a !GetAtt of an {attribute}")))
    }

    /// The logical id of `!Sub {before}${X}`.
    pub(super) fn substituted(&self, before: &str) -> Result<&'a str, TemplateError> {
        self.tagged("Sub")
            .and_then(|text| text.strip_prefix(before)?.strip_prefix("${")?.strip_suffix('}'))
            .ok_or_else(|| self.refuse(format!("is not a !Sub of {before}${{...}}")))
    }
}
