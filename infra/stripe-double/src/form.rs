//! Form-encoded parameters with bracketed keys (`docs.stripe.com/api`: request bodies are form-encoded).

use std::collections::BTreeMap;

use crate::errors::Refusal;

const PAIRS_MAX: usize = 1000;
const DEPTH_MAX: usize = 5;

/// The parameters of one request.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Params {
    fields: BTreeMap<String, Field>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Field {
    Text(String),
    Group(Params),
}

impl Params {
    /// Reads `a=1&b[c]=2&d[]=3&e[0]=4`.
    pub(crate) fn parse(encoded: &[u8]) -> Result<Self, Refusal> {
        let mut params = Self::default();
        for (number, (key, value)) in form_urlencoded::parse(encoded).enumerate() {
            if number >= PAIRS_MAX {
                return Err(Refusal::invalid(&key, "Too many parameters."));
            }
            let path = split(&key).ok_or_else(|| Refusal::invalid(&key, format!("Invalid parameter name: {key}")))?;
            params.insert(&key, &path, value.into_owned())?;
        }
        Ok(params)
    }

    fn insert(&mut self, whole: &str, path: &[&str], value: String) -> Result<(), Refusal> {
        let Some((first, rest)) = path.split_first() else { return Ok(()) };
        let name = if first.is_empty() { self.fields.len().to_string() } else { (*first).to_owned() };
        let clash = || Refusal::invalid(whole, format!("Parameter given twice in different forms: {whole}"));
        if rest.is_empty() {
            return match self.fields.insert(name, Field::Text(value)) {
                None | Some(Field::Text(_)) => Ok(()),
                Some(Field::Group(_)) => Err(clash()),
            };
        }
        match self.fields.entry(name).or_insert_with(|| Field::Group(Self::default())) {
            Field::Group(group) => group.insert(whole, rest, value),
            Field::Text(_) => Err(clash()),
        }
    }

    /// A text; an empty one counts as not sent.
    pub(crate) fn text(&self, name: &str) -> Result<Option<&str>, Refusal> {
        match self.fields.get(name) {
            None => Ok(None),
            Some(Field::Text(text)) if text.is_empty() => Ok(None),
            Some(Field::Text(text)) => Ok(Some(text)),
            Some(Field::Group(_)) => Err(Refusal::invalid(name, format!("Invalid string: {name}"))),
        }
    }

    /// As [`Params::text`], owned.
    pub(crate) fn owned(&self, name: &str) -> Result<Option<String>, Refusal> {
        Ok(self.text(name)?.map(str::to_owned))
    }

    /// A text that must be there.
    pub(crate) fn required(&self, name: &str) -> Result<&str, Refusal> {
        self.text(name)?.ok_or_else(|| Refusal::missing(name))
    }

    /// A whole number.
    pub(crate) fn integer(&self, name: &str) -> Result<Option<i64>, Refusal> {
        self.text(name)?
            .map(|text| {
                let refusal =
                    || Refusal::invalid_code(name, "parameter_invalid_integer", format!("Invalid integer: {text}"));
                text.parse().map_err(|_| refusal())
            })
            .transpose()
    }

    /// `true` or `false`.
    pub(crate) fn flag(&self, name: &str) -> Result<Option<bool>, Refusal> {
        match self.text(name)? {
            None => Ok(None),
            Some("true") => Ok(Some(true)),
            Some("false") => Ok(Some(false)),
            Some(other) => Err(Refusal::invalid(name, format!("Invalid boolean: {other}"))),
        }
    }

    /// A nested group; empty when not sent.
    pub(crate) fn group(&self, name: &str) -> Result<Self, Refusal> {
        match self.fields.get(name) {
            None => Ok(Self::default()),
            Some(Field::Group(group)) => Ok(group.clone()),
            Some(Field::Text(_)) => Err(Refusal::invalid(name, format!("Invalid object: {name}"))),
        }
    }

    /// A list, `name[]=a` or `name[0]=a`, in the order of its indexes.
    pub(crate) fn list(&self, name: &str) -> Result<Vec<String>, Refusal> {
        let invalid = || Refusal::invalid(name, format!("Invalid array: {name}"));
        let mut items = BTreeMap::new();
        for (index, field) in self.group(name)?.fields {
            let index: usize = index.parse().map_err(|_| invalid())?;
            let Field::Text(text) = field else { return Err(invalid()) };
            items.insert(index, text);
        }
        Ok(items.into_values().collect())
    }

    /// Names and texts of a flat group such as `metadata`.
    pub(crate) fn texts(&self, name: &str) -> Result<BTreeMap<String, String>, Refusal> {
        let mut texts = BTreeMap::new();
        for (key, field) in self.group(name)?.fields {
            let Field::Text(text) = field else {
                return Err(Refusal::invalid(name, format!("Invalid string: {name}[{key}]")));
            };
            texts.insert(key, text);
        }
        Ok(texts)
    }

    /// Whether anything was sent under `name`, even an empty text.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.fields.contains_key(name)
    }

    /// Whether an empty text was sent under `name`.
    pub(crate) fn is_emptied(&self, name: &str) -> bool {
        matches!(self.fields.get(name), Some(Field::Text(text)) if text.is_empty())
    }

    /// Every parameter as `bracketed[key]` and text, in order of the key.
    pub(crate) fn flat(&self) -> BTreeMap<String, String> {
        let mut flat = BTreeMap::new();
        self.flatten_into("", &mut flat);
        flat
    }

    fn flatten_into(&self, prefix: &str, flat: &mut BTreeMap<String, String>) {
        for (name, field) in &self.fields {
            let key = if prefix.is_empty() { name.clone() } else { format!("{prefix}[{name}]") };
            match field {
                Field::Text(text) => _ = flat.insert(key, text.clone()),
                Field::Group(group) => group.flatten_into(&key, flat),
            }
        }
    }
}

/// `a[b][]` as `["a", "b", ""]`.
fn split(key: &str) -> Option<Vec<&str>> {
    let (first, mut rest) = key.split_at(key.find('[').unwrap_or(key.len()));
    let mut path = vec![first];
    while !rest.is_empty() {
        let (name, after) = rest.strip_prefix('[')?.split_once(']')?;
        path.push(name);
        rest = after;
    }
    (!first.is_empty() && path.len() <= DEPTH_MAX).then_some(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bracketed_keys_are_read_and_written_back_the_same() {
        for (encoded, flat) in [
            ("amount=500", vec![("amount", "500")]),
            ("metadata%5Bsession%5D=a%20b", vec![("metadata[session]", "a b")]),
            ("t[]=card&t[]=link", vec![("t[0]", "card"), ("t[1]", "link")]),
            ("t[1]=link&t[0]=card", vec![("t[0]", "card"), ("t[1]", "link")]),
            ("a[b][c]=1&a[b][d]=2", vec![("a[b][c]", "1"), ("a[b][d]", "2")]),
            ("name=caf%C3%A9+noir", vec![("name", "café noir")]),
            ("", vec![]),
        ] {
            let read = Params::parse(encoded.as_bytes()).unwrap().flat();
            let expected: Vec<_> = flat.into_iter().map(|(k, v)| (k.to_owned(), v.to_owned())).collect();
            assert_eq!(read.into_iter().collect::<Vec<_>>(), expected, "{encoded}");
        }
    }

    #[test]
    fn malformed_or_contradicting_names_are_refused() {
        for encoded in ["[a]=1", "a[b=1", "a[b]c=1", "a=1&a[b]=2", "a[b]=1&a=2", "a[b][c][d][e][f]=1"] {
            assert!(Params::parse(encoded.as_bytes()).is_err(), "{encoded}");
        }
        let many = "a[]=1&".repeat(PAIRS_MAX + 1);
        assert!(Params::parse(many.as_bytes()).is_err());
    }

    #[test]
    fn values_are_typed_or_refused_before_execution() {
        let params = Params::parse(b"n=12&f=true&bad=1x&empty=&l[]=b&l[]=a").unwrap();
        assert_eq!(params.integer("n").unwrap(), Some(12));
        assert_eq!(params.flag("f").unwrap(), Some(true));
        assert_eq!(params.list("l").unwrap(), ["b", "a"]);
        assert_eq!(params.text("empty").unwrap(), None);
        assert_eq!(params.integer("bad").unwrap_err().error.code, Some("parameter_invalid_integer"));
        assert_eq!(params.required("none").unwrap_err().error.code, Some("parameter_missing"));
        assert!(params.flag("n").is_err() && params.text("l").is_err());
    }
}
