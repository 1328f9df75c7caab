//! Objects in the place of their ids (`docs.stripe.com/api/expanding_objects`): `expand[]=latest_charge`,
//! `expand[]=data.customer`.

use serde_json::Value;

use crate::ledger::Ledger;

/// How many levels deep an object may be expanded.
const DEPTH_MAX: usize = 4;

/// Replaces the id at each dotted path by its object. A path that leads nowhere changes nothing.
pub(crate) fn expand(value: &mut Value, paths: &[String], ledger: &Ledger) {
    for path in paths {
        let steps: Vec<&str> = path.split('.').take(DEPTH_MAX).collect();
        follow(value, &steps, ledger);
    }
}

fn follow(value: &mut Value, steps: &[&str], ledger: &Ledger) {
    if let Value::Array(items) = value {
        for item in items {
            follow(item, steps, ledger);
        }
        return;
    }
    let Some((step, rest)) = steps.split_first() else { return };
    let Some(next) = value.get_mut(*step) else { return };
    if let Some(object) = next.as_str().and_then(|id| ledger.document(id)) {
        *next = object.clone();
    }
    follow(next, rest, ledger);
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn ids_become_objects_along_the_path_only() {
        let mut ledger = Ledger::new("");
        ledger.put(json!({"id": "ch_1", "customer": "cus_1"}));
        ledger.put(json!({"id": "cus_1", "name": "A"}));
        let intent = json!({"id": "pi_1", "latest_charge": "ch_1", "customer": "cus_1"});
        for (path, pointer, expected) in [
            ("latest_charge", "/latest_charge/customer", json!("cus_1")),
            ("latest_charge.customer", "/latest_charge/customer/name", json!("A")),
            ("latest_charge", "/customer", json!("cus_1")),
            ("nowhere.else", "/customer", json!("cus_1")),
        ] {
            let mut value = intent.clone();
            expand(&mut value, &[path.to_owned()], &ledger);
            assert_eq!(value.pointer(pointer), Some(&expected), "{path}");
        }
        let mut page = json!({"data": [intent]});
        expand(&mut page, &["data.customer".to_owned()], &ledger);
        assert_eq!(page.pointer("/data/0/customer/name"), Some(&json!("A")));
    }
}
