//! Tests that can't run here, because there is no PostgreSQL or no browser, say, are counted, and told in one line a cause when
//! all tests of the program are done: `SKIPPED: 214 tests on PostgreSQL: no server at 127.0.0.1`.
//!
//! The test harness can neither count them nor be asked to call us at its end. So a small process of its own counts what it is
//! told through a pipe, which closes when the tests' process ends.

use std::{
    io::{self, Write},
    process::{Child, Command, Stdio},
    sync::{LazyLock, Mutex, PoisonError},
};

const COUNT: &str = r#"
    { tests[$0]++ }
    END { for (cause in tests) printf "SKIPPED: %d %s %s\n", tests[cause], tests[cause] == 1 ? "test" : "tests", cause }
"#;

static COUNTER: LazyLock<Mutex<Option<Child>>> = LazyLock::new(|| {
    let awk = Command::new("awk").arg(COUNT).stdin(Stdio::piped()).stdout(io::stderr()).spawn();
    Mutex::new(awk.ok())
});

/// Counts a test that can't run. The cause follows the number of tests in a sentence: "on PostgreSQL: no server at …".
pub fn skip(cause: &str) {
    let line = format!("{}\n", cause.replace('\n', " "));
    let mut counter = COUNTER.lock().unwrap_or_else(PoisonError::into_inner);
    let pipe = counter.as_mut().and_then(|counter| counter.stdin.as_mut());
    if pipe.is_none_or(|pipe| pipe.write_all(line.as_bytes()).is_err()) {
        // Where nothing counts, each is told. A closed standard error is nothing to fail for.
        let _ = write!(io::stderr(), "SKIPPED: a test {line}");
    }
}
