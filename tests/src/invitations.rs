//! Invitations, and what people do with their links.

use serde_json::{Value, json};

use crate::{Answer, Client, PASSWORD, SmtpServer, until};

impl Client {
    /// Asks that these addresses are invited to an organisation.
    pub async fn ask_to_invite(&self, organization: &str, emails: &[&str], role: &str) -> Answer {
        let path = format!("organizations/{organization}/invitations/");
        self.post(&path, &json!({ "emails": emails, "role": role })).await
    }

    /// Invites this address to an organisation, and answers the invitation's id.
    pub async fn invite(&self, organization: &str, email: &str, role: &str) -> String {
        let results = self.ask_to_invite(organization, &[email], role).await.ok();
        results["data"][0]["id"].as_str().unwrap_or_else(|| panic!("{results}")).to_owned()
    }

    /// Accepts an invitation by its link.
    pub async fn accept_invitation(&self, token: &str) -> Answer {
        self.post(&format!("invitations/{token}/accept"), &Value::Null).await
    }

    /// Makes the account that an invitation is for by its link, with everybody's password.
    pub async fn sign_up_by_invitation(&self, token: &str) -> Answer {
        self.post(&format!("invitations/{token}/sign-up"), &json!({ "password": PASSWORD })).await
    }
}

impl SmtpServer {
    /// The token in the newest invitation to this address, once so many have arrived.
    pub async fn invitation_to(&self, email: &str, count: usize) -> String {
        until("an invitation arrives", async || {
            let mails = self.mails_to(email).into_iter().filter(|mail| mail.link().path() == "/invitation");
            let mut tokens: Vec<_> = mails.map(|mail| mail.token()).collect();
            if tokens.len() >= count { tokens.pop() } else { None }
        })
        .await
    }
}
