//! Metadata (`docs.stripe.com/metadata`): at most 50 keys; how long they and their values may be is in the tables.

use std::collections::BTreeMap;

use crate::errors::Refusal;
use crate::form::Params;

const KEYS_MAX: usize = 50;

/// Reads `metadata[...]`; a key with an empty value is not set.
pub(crate) fn read(params: &Params) -> Result<BTreeMap<String, String>, Refusal> {
    let mut metadata = BTreeMap::new();
    update(&mut metadata, params)?;
    Ok(metadata)
}

/// Changes what `metadata[...]` names: a key with an empty value goes, `metadata` with an empty value empties it.
pub(crate) fn update(metadata: &mut BTreeMap<String, String>, params: &Params) -> Result<(), Refusal> {
    if params.is_emptied("metadata") {
        metadata.clear();
        return Ok(());
    }
    for (key, value) in params.texts("metadata")? {
        if value.is_empty() {
            metadata.remove(&key);
        } else {
            metadata.insert(key, value);
        }
    }
    if metadata.len() > KEYS_MAX {
        return Err(Refusal::invalid("metadata", format!("Metadata can have up to {KEYS_MAX} keys.")));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_limits_are_where_the_documentation_puts_them() {
        let keys = |count: usize| (0..count).map(|n| format!("metadata[k{n}]=v")).collect::<Vec<_>>().join("&");
        for (encoded, allowed) in [(keys(50), true), (keys(51), false), ("metadata[k][l]=v".to_owned(), false)] {
            let params = Params::parse(encoded.as_bytes()).unwrap();
            assert_eq!(read(&params).is_ok(), allowed, "{encoded:.60}");
        }
    }

    #[test]
    fn an_update_changes_only_what_it_names() {
        for (encoded, expected) in [
            ("metadata[a]=2", "a=2 b=1"),
            ("metadata[c]=3", "a=1 b=1 c=3"),
            ("metadata[a]=", "b=1"),
            ("metadata=", ""),
            ("", "a=1 b=1"),
        ] {
            let mut metadata = BTreeMap::from(["a", "b"].map(|key| (key.to_owned(), "1".to_owned())));
            update(&mut metadata, &Params::parse(encoded.as_bytes()).unwrap()).unwrap();
            let shown: Vec<_> = metadata.iter().map(|(key, value)| format!("{key}={value}")).collect();
            assert_eq!(shown.join(" "), expected, "{encoded}");
        }
    }
}
