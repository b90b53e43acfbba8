//! What axe-core finds (<https://github.com/dequelabs/axe-core>), by the rules of WCAG 2.2 AA and its own best practices.

use std::{fs, path::PathBuf};

use ironplate_skip::skip;
use serde_json::Value;

use super::{Browser, driver::is_required};

const RUN: &str = "const done = arguments[arguments.length - 1]; \
    axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']}) \
        .then((found) => done(found.violations.map((it) => `${it.id}: ${it.help}: ${it.nodes[0].html}`)))";

impl Browser {
    /// Asserts that the page is accessible, as far as a program can tell.
    pub async fn is_accessible(&self) {
        let Some(axe) = script() else { return };
        self.script(&axe).await;
        let found = self.driver.post("execute/async", serde_json::json!({"script": RUN, "args": []})).await;
        assert_eq!(found, Value::Array(Vec::new()), "at {}", self.path().await);
    }
}

/// Installed by `npm ci` in `.ci/axe`.
fn script() -> Option<String> {
    let file = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../.ci/axe/node_modules/axe-core/axe.min.js");
    match fs::read_to_string(&file) {
        Ok(script) => Some(script),
        Err(error) if is_required() => panic!("{}: {error}; run `npm ci` in .ci/axe", file.display()),
        Err(_) => {
            skip("of accessibility: run `npm ci` in .ci/axe");
            None
        }
    }
}
