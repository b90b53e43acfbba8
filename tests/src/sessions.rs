//! Sessions, as apps and browsers hold them.

use serde_json::{Value, json};

use crate::{Answer, Client, PASSWORD};

/// What an app keeps of a session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tokens {
    /// Opens the API, for a short time.
    pub access: String,
    /// Is exchanged for the next pair.
    pub refresh: String,
}

impl Tokens {
    /// What a log-in or a refresh answered.
    #[must_use]
    pub fn of(answer: &Answer) -> Self {
        let body = answer.ok();
        let text = |name: &str| body[name].as_str().unwrap_or_else(|| panic!("no {name}: {answer:?}")).to_owned();
        Self { access: text("access_token"), refresh: text("refresh_token") }
    }
}

impl Client {
    /// A new session of an account that has everybody's password.
    pub async fn open_session(&self, email: &str) -> Tokens {
        Tokens::of(&self.ask_for_token(email, PASSWORD).await)
    }

    /// Asks for the next pair of tokens.
    pub async fn ask_for_refresh(&self, refresh_token: &str) -> Answer {
        self.post("login/refresh", &json!({ "refresh_token": refresh_token })).await
    }

    /// The next pair of tokens.
    pub async fn refresh(&self, refresh_token: &str) -> Tokens {
        Tokens::of(&self.ask_for_refresh(refresh_token).await)
    }

    /// Asks for a session that shows itself by a cookie.
    pub async fn ask_for_cookie(&self, email: &str, password: &str) -> Answer {
        self.post("session", &json!({ "email": email, "password": password })).await
    }

    /// A browser with a page of ours, logged in to an account that has everybody's password.
    pub async fn browse(&self, email: &str) -> Self {
        self.with_cookie(&cookie_of(&self.ask_for_cookie(email, PASSWORD).await))
    }

    /// A browser with a page of ours that has this cookie, `name=value`.
    #[must_use]
    pub fn with_cookie(&self, cookie: &str) -> Self {
        self.with_header("cookie", cookie).with_header("sec-fetch-site", "same-origin")
    }

    /// Somebody at this address, as the proxy sees them that [`Setup::behind_proxy`](crate::Setup::behind_proxy) trusts.
    #[must_use]
    pub fn at_address(&self, address: &str) -> Self {
        self.with_header("x-forwarded-for", address)
    }

    /// The live sessions of the account, as its owner sees them.
    pub async fn sessions(&self) -> Vec<Value> {
        self.get("users/me/sessions").await.ok()["data"].as_array().expect("sessions").clone()
    }
}

/// All cookies that an answer gives, as a browser sends them.
#[must_use]
pub fn cookies_of(answer: &Answer) -> String {
    assert_eq!(answer.status, 200, "{answer:?}");
    let cookies =
        answer.headers.get_all("set-cookie").iter().filter_map(|cookie| cookie.to_str().ok()?.split(';').next());
    cookies.collect::<Vec<_>>().join("; ")
}

/// The cookie that an answer gives, `name=value`.
#[must_use]
pub fn cookie_of(answer: &Answer) -> String {
    assert_eq!(answer.status, 200, "{answer:?}");
    let cookie = answer.header("set-cookie").unwrap_or_else(|| panic!("no cookie: {answer:?}"));
    cookie.split(';').next().unwrap_or_default().to_owned()
}
