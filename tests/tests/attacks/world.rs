//! Who attacks, and who is attacked.

use std::collections::BTreeMap;

use ironplate_tests::{Answer, Client, RESOURCES};
use serde_json::Value;

/// Who is attacked.
pub(crate) const ANN: &str = "ann@example.com";

/// Who attacks from inside, with an account of their own.
pub(crate) const BOB: &str = "bob@example.com";

/// An address that has no account.
pub(crate) const NOBODY: &str = "nobody@example.com";

/// What nobody's password is.
pub(crate) const WRONG: &str = "wrong-password-of-somebody-1";

/// The statuses of answers, counted: `[(200, 20), (429, 50)]`.
pub(crate) fn statuses(answers: &[Answer]) -> Vec<(u16, usize)> {
    let mut counts = BTreeMap::new();
    for answer in answers {
        *counts.entry(answer.status).or_default() += 1;
    }
    counts.into_iter().collect()
}

/// All that the owner of an account sees of it; unchanged means that nobody got in.
pub(crate) async fn all_of(owner: &Client) -> Vec<Value> {
    let mut seen = vec![owner.get("users/me").await.ok()];
    for resource in RESOURCES {
        seen.push(owner.get(&format!("{}?limit=1000", resource.list)).await.ok());
    }
    let mut sessions: Vec<_> = owner.sessions().await.iter().map(|session| session["id"].clone()).collect();
    sessions.sort_by_key(Value::to_string);
    seen.push(Value::Array(sessions));
    seen
}
