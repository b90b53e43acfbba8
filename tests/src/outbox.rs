//! The outbox as an operator sees it, on the command line.

use std::collections::BTreeMap;

use futures::future::join_all;

use crate::{Client, ReceivedMail, Setup, until};

/// What `ironplate outbox show` tells of a message.
#[derive(Debug, Clone)]
pub struct OutboxEntry {
    /// Its id.
    pub id: String,
    /// All of it, as it was printed.
    pub text: String,
}

impl Setup {
    /// The ids of the messages in this state, the first page of them.
    pub async fn outbox_ids(&self, state: &str) -> Vec<String> {
        let listed = self.run(&["outbox", "list", "--state", state]).await;
        assert_eq!(listed.code, Some(0), "{listed:?}");
        listed.stdout.split_whitespace().filter(|word| is_id(word)).map(str::to_owned).collect()
    }

    /// What the operator is told of a message.
    pub async fn outbox_entry(&self, id: &str) -> OutboxEntry {
        let shown = self.run(&["outbox", "show", id]).await;
        assert_eq!(shown.code, Some(0), "{shown:?}");
        OutboxEntry { id: id.to_owned(), text: shown.stdout }
    }

    /// Runs `ironplate outbox` with a verb and an id, which must succeed.
    pub async fn outbox(&self, verb: &str, id: &str) {
        let done = self.run(&["outbox", verb, id]).await;
        assert_eq!(done.code, Some(0), "{done:?}");
    }

    /// Waits until a message is in this state and its last error says this.
    pub async fn wait_for_error(&self, id: &str, state: &str, error: &str) -> OutboxEntry {
        until(&format!("{id} is {state} with {error:?}"), async || {
            let entry = self.outbox_entry(id).await;
            (entry.text.contains(state) && entry.text.contains(error)).then_some(entry)
        })
        .await
    }

    /// Waits until nothing is queued or being sent any more.
    pub async fn wait_for_empty_outbox(&self) {
        until("the outbox is empty", async || {
            // Three looks: between two, a message might slip from one state to the other.
            for state in ["queued", "sending", "queued"] {
                if !self.outbox_ids(state).await.is_empty() {
                    return None;
                }
            }
            Some(())
        })
        .await;
    }
}

impl ReceivedMail {
    /// The id of its message in the outbox.
    #[must_use]
    pub fn outbox_id(&self) -> &str {
        let id = self.message_id().split('@').next().filter(|id| is_id(id));
        id.unwrap_or_else(|| panic!("no id in {}", self.message_id()))
    }
}

impl Client {
    /// Has a test mail sent to this address; only superusers may.
    pub async fn send_test_mail(&self, to: &str) {
        let request = self.request(reqwest::Method::POST, "utils/test-email/").query(&[("email_to", to)]);
        let answer = Self::send(request).await.expect("an answer");
        assert_eq!((answer.status, &answer.json()["message"]), (201, &"Test email sent".into()), "{answer:?}");
    }

    /// Has so many test mails sent, each to another domain, lest one wait for the other; answers the addresses.
    pub async fn queue_test_mails(&self, count: usize) -> Vec<String> {
        let addresses: Vec<_> = (0..count).map(|n| format!("user@{n}.example.com")).collect();
        for some in addresses.chunks(20) {
            join_all(some.iter().map(|address| self.send_test_mail(address))).await;
        }
        addresses
    }
}

/// What a mail server should count that took one mail for each of these.
#[must_use]
pub fn once_each(addresses: &[String]) -> BTreeMap<String, usize> {
    addresses.iter().map(|address| (address.clone(), 1)).collect()
}

fn is_id(word: &str) -> bool {
    word.len() == 36 && word.chars().all(|char| char.is_ascii_hexdigit() || char == '-')
}
