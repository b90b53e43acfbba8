//! What people do with mailed links.

use serde_json::json;

use crate::{Answer, Client};

impl Client {
    /// Asks for a mail with a link to reset a password.
    pub async fn ask_for_recovery(&self, email: &str) -> Answer {
        self.post("password-recovery", &json!({ "email": email })).await
    }

    /// Sets a password by a link.
    pub async fn reset_password(&self, token: &str, password: &str) -> Answer {
        self.post("reset-password/", &json!({ "token": token, "new_password": password })).await
    }

    /// Proves an address by a link, and sets the password of its account.
    pub async fn claim(&self, token: &str, password: &str) -> Answer {
        self.post("verify-email", &json!({ "token": token, "new_password": password })).await
    }

    /// Proves an address by a link, in the session of this client.
    pub async fn verify_email(&self, token: &str) -> Answer {
        self.post("verify-email", &json!({ "token": token })).await
    }

    /// Asserts that nobody can log in so.
    pub async fn assert_no_log_in(&self, email: &str, password: &str) {
        self.ask_for_token(email, password).await.assert_refused(400, "incorrect_credentials");
    }

    /// Asserts that the session of this client has ended.
    pub async fn assert_logged_out(&self) {
        self.get("users/me").await.assert_refused(403, "invalid_token");
    }
}
