//! Adds passkeys, and logs in by them.

use serde_json::{Value, json};

use crate::{Answer, Client, PASSWORD, Passkey};

impl Client {
    /// What a browser is to ask an authenticator for, to make a passkey.
    pub async fn begin_passkey(&self) -> Value {
        self.post("users/me/passkeys/challenge", &json!({ "password": PASSWORD })).await.ok()
    }

    /// Sends what an authenticator made.
    pub async fn ask_to_add_passkey(&self, name: &str, registration: &Value) -> Answer {
        self.post("users/me/passkeys/", &json!({ "name": name, "registration": registration })).await
    }

    /// A passkey of the caller, asked by pages at this origin; and what it was answered.
    pub async fn add_passkey(&self, origin: &str) -> (Passkey, Value) {
        let mut passkey = Passkey::at(origin);
        let registration = passkey.register(&self.begin_passkey().await);
        let added = self.ask_to_add_passkey("phone", &registration).await.ok();
        (passkey, added)
    }

    /// What a browser is to have signed, to log in by a passkey alone.
    pub async fn begin_passkey_log_in(&self) -> Value {
        self.post("login/passkey/challenge", &Value::Null).await.ok()
    }

    /// Sends what a passkey signed, for tokens.
    pub async fn ask_for_token_by(&self, assertion: &Value) -> Answer {
        self.post("login/passkey", &json!({ "assertion": assertion })).await
    }

    /// Goes on with a log-in that waits, by what a passkey signed.
    pub async fn ask_to_prove_by(&self, challenge: &str, assertion: &Value) -> Answer {
        self.post("login/second-factor", &json!({ "challenge": challenge, "assertion": assertion })).await
    }

    /// What a browser is to have signed, to confirm a session.
    pub async fn begin_confirmation(&self) -> Value {
        self.post("session/confirm/challenge", &Value::Null).await.ok()
    }
}
