//! Deep pages of lists, by their cursors.

use serde::Deserialize;

use crate::{Outcome, http::Connection, requests};

#[derive(Deserialize)]
struct Part {
    next: Option<String>,
}

/// The address of a list's page behind so many others.
pub(crate) async fn deep(connection: &mut Connection, path: &str, token: &str, pages: usize) -> Outcome<String> {
    let mut at = path.to_owned();
    for _ in 0..pages {
        let page: Part = connection.exchange_json(&requests::get(&at, token)).await?;
        at = format!("{path}&after={}", page.next.ok_or("a list ended early")?);
    }
    Ok(at)
}
