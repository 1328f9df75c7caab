//! The source itself: one place sends.

use std::path::{Path, PathBuf};

fn sources(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { sources(&path) } else { vec![path] }).collect()
}

#[test]
fn requests_are_sent_in_one_place_and_never_by_the_retries_of_the_sdk() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut sends = Vec::new();
    for path in sources(&folder) {
        if path.starts_with(folder.join("tests")) {
            continue;
        }
        let name = path.strip_prefix(&folder).unwrap().display().to_string();
        let text = std::fs::read_to_string(&path).unwrap();
        for line in text.lines().map(str::trim).filter(|line| !line.starts_with("//")) {
            for forbidden in
                ["send_blocking", "RequestStrategy::Retry", "ExponentialBackoff", "idempotent_with_uuid", ".paginate("]
            {
                assert!(!line.contains(forbidden), "{name}: {line}");
            }
            if line.contains(".send(") && !line.contains("self.send(") {
                sends.push(format!("{name}: {line}"));
            }
        }
    }
    assert_eq!(sends, ["client.rs: request.send(&self.client).await.map_err(failure::classify)"]);
}
