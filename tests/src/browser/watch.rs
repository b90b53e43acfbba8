//! What a browser says behind its pages.

use serde_json::{Value, json};

use super::Browser;

/// What pages and network did since it was last asked.
#[derive(Debug, Default)]
pub struct Behind {
    /// Errors and warnings of pages; not that a page was an error by its status, which a test sees.
    pub complaints: Vec<String>,
    /// The addresses that were asked.
    pub requests: Vec<String>,
    /// How many of them went over the wire, for all the others the browser had kept.
    pub fetched: usize,
    /// Bytes that came over the wire.
    pub bytes: u64,
}

impl Browser {
    /// What happened behind the pages since this was last asked.
    pub async fn behind(&self) -> Behind {
        let (mut behind, said) = (Behind::default(), self.log("browser").await);
        let complaints = said.iter().filter(|entry| entry["source"] != "network");
        behind.complaints = complaints.map(|entry| entry["message"].as_str().unwrap_or_default().to_owned()).collect();
        for entry in self.log("performance").await {
            let event: Value = serde_json::from_str(entry["message"].as_str().unwrap_or_default()).expect("an event");
            let (method, parameters) = (&event["message"]["method"], &event["message"]["params"]);
            if method == "Network.requestWillBeSent" {
                let address = parameters["request"]["url"].as_str().unwrap_or_default();
                // The browser's own empty page.
                if !address.starts_with("data:") && !address.starts_with("about:") {
                    behind.requests.push(address.to_owned());
                }
            } else if method == "Network.loadingFinished" {
                #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a number of bytes")]
                let bytes = parameters["encodedDataLength"].as_f64().unwrap_or(0.0) as u64;
                behind.bytes += bytes;
                behind.fetched += usize::from(bytes > 0);
            }
        }
        behind
    }

    /// Asserts that no page complained, and that nothing was asked of anybody but the server.
    pub async fn was_quiet(&self) -> Behind {
        let behind = self.behind().await;
        assert_eq!(behind.complaints, Vec::<String>::new());
        for address in &behind.requests {
            assert!(address.starts_with(&format!("{}/", self.base)), "{address}");
        }
        behind
    }

    async fn log(&self, name: &str) -> Vec<Value> {
        let entries = self.driver.post("se/log", json!({ "type": name })).await;
        entries.as_array().cloned().unwrap_or_default()
    }
}
