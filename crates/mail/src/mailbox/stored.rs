//! A kept mail as its file has it.

use ironplate_application::ports::{KeptMail, OutgoingMail};
use ironplate_domain::MessageId;
use serde::{Deserialize, Serialize};

use crate::mime::Composed;

#[derive(Serialize, Deserialize)]
pub(super) struct StoredMail {
    id: String,
    headers: Vec<(String, String)>,
    text: String,
    html: String,
    source: String,
}

impl StoredMail {
    pub(super) fn new(mail: &OutgoingMail, composed: Composed) -> Self {
        let headers = composed.headers.into_iter();
        Self {
            id: mail.id.to_string(),
            headers: headers.map(|(name, value)| (name.to_owned(), value)).collect(),
            text: mail.content.text.clone(),
            html: mail.content.html.clone(),
            source: String::from_utf8_lossy(&composed.source).into_owned(),
        }
    }

    /// # Errors
    /// The id is none: somebody else wrote the file.
    pub(super) fn into_kept(self) -> Result<KeptMail, uuid::Error> {
        let id = MessageId(self.id.parse()?);
        Ok(KeptMail { id, headers: self.headers, text: self.text, html: self.html, source: self.source })
    }
}
