//! An authenticator app, as somebody has it on their phone.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use data_encoding::BASE32_NOPAD;
use ironplate_domain::{Step, TotpSecret};
use serde_json::{Value, json};
use tokio::time::sleep;

use crate::{Answer, Client, PASSWORD};

/// An authenticator app, as somebody has it on their phone.
#[derive(Debug)]
pub struct Authenticator {
    /// The id of the app.
    pub id: String,
    /// What it makes its codes of, as it was told.
    pub text: String,
    /// What came with the first app of an account.
    pub recovery_codes: Vec<String>,
    secret: TotpSecret,
    /// That of the last code that was typed.
    last: i64,
}

impl Authenticator {
    /// One that was told this secret.
    #[must_use]
    pub fn of(id: &str, text: &str) -> Self {
        let secret = BASE32_NOPAD.decode(text.replace(' ', "").as_bytes()).expect("base 32");
        let secret = TotpSecret::new(secret.try_into().expect("160 bits"));
        Self { id: id.to_owned(), text: text.to_owned(), recovery_codes: Vec::new(), secret, last: 0 }
    }

    /// The code of a step that none was typed of yet. Two are there at any time, since a server takes those of the next step;
    /// the third is waited for.
    #[expect(clippy::disallowed_methods, reason = "the server under test has the system's clock, too")]
    pub async fn code(&mut self) -> String {
        loop {
            let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("a moment after 1970").as_secs();
            let now = i64::try_from(now).expect("no overflow") / 30;
            let step = now.max(self.last + 1);
            if step <= now + 1 {
                self.last = step;
                return self.secret.code_at(Step(step)).expose().to_owned();
            }
            sleep(Duration::from_millis(200)).await;
        }
    }

    /// What it makes its codes of.
    #[must_use]
    pub fn secret(&self) -> [u8; TotpSecret::BYTES] {
        *self.secret.expose()
    }

    /// The code that was typed last.
    #[must_use]
    pub fn last_code(&self) -> String {
        self.secret.code_at(Step(self.last)).expose().to_owned()
    }
}

impl Client {
    /// An app whose first code was not typed yet.
    pub async fn begin_app(&self, name: &str) -> Authenticator {
        let told = self.post("users/me/authenticator-apps/", &json!({ "name": name, "password": PASSWORD })).await.ok();
        let text = |field: &str| told[field].as_str().unwrap_or_else(|| panic!("no {field}: {told}")).to_owned();
        Authenticator::of(&text("id"), &text("secret"))
    }

    /// Types the code of an app that waits for its first.
    pub async fn ask_to_confirm_app(&self, app: &Authenticator, code: &str) -> Answer {
        self.post(&format!("users/me/authenticator-apps/{}/confirm", app.id), &json!({ "code": code })).await
    }

    /// An app whose codes are asked for.
    pub async fn add_app(&self, name: &str) -> Authenticator {
        let mut app = self.begin_app(name).await;
        let code = app.code().await;
        let confirmed = self.ask_to_confirm_app(&app, &code).await.ok();
        let codes = confirmed["recovery_codes"].as_array().into_iter().flatten();
        app.recovery_codes = codes.filter_map(Value::as_str).map(str::to_owned).collect();
        app
    }

    /// Goes on with a log-in that waits.
    pub async fn ask_to_prove(&self, challenge: &str, code: &str) -> Answer {
        self.post("login/second-factor", &json!({ "challenge": challenge, "code": code })).await
    }

    /// Proves once more who has this session.
    pub async fn ask_to_confirm(&self, proof: &Value) -> Answer {
        self.post("session/confirm", proof).await
    }
}

/// By what the log-in that was answered so goes on.
#[must_use]
pub fn challenge_of(answer: &Answer) -> String {
    answer.assert_refused(403, "second_factor_required");
    answer.json()["challenge"].as_str().unwrap_or_else(|| panic!("no challenge: {answer:?}")).to_owned()
}
