//! A client of the API.

use std::net::SocketAddr;

use reqwest::{
    Method, RequestBuilder,
    header::{HeaderMap, HeaderName, HeaderValue},
};
use serde_json::{Value, json};

use crate::{Answer, PASSWORD, PATIENCE};

/// Asks a server. Paths without a slash in front lie below `/api/v1/`.
#[derive(Debug, Clone)]
pub struct Client {
    http: reqwest::Client,
    address: SocketAddr,
    token: Option<String>,
    headers: HeaderMap,
}

impl Client {
    /// One that nobody knows, of whatever answers at this address.
    #[must_use]
    pub fn of(address: SocketAddr) -> Self {
        // A connection a request: one kept open could be closed by the server at the very moment it is used again.
        let http = reqwest::Client::builder().no_proxy().pool_max_idle_per_host(0).timeout(PATIENCE);
        Self { http: http.build().expect("a client"), address, token: None, headers: HeaderMap::new() }
    }

    /// The same with another token.
    #[must_use]
    pub fn with_token(&self, token: &str) -> Self {
        Self { token: Some(token.to_owned()), ..self.clone() }
    }

    /// The same, sending this header with each request.
    #[must_use]
    pub fn with_header(&self, name: &'static str, value: &str) -> Self {
        let mut headers = self.headers.clone();
        headers.insert(HeaderName::from_static(name), HeaderValue::from_str(value).expect("a header value"));
        Self { headers, ..self.clone() }
    }

    /// The same, told where it is led instead of going there.
    #[must_use]
    pub fn without_redirects(&self) -> Self {
        let http = reqwest::Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none()).timeout(PATIENCE);
        Self { http: http.build().expect("a client"), ..self.clone() }
    }

    /// The same session, on another server.
    #[must_use]
    pub fn at(&self, address: SocketAddr) -> Self {
        Self { address, ..self.clone() }
    }

    /// The token that it sends, if it has one.
    #[must_use]
    pub fn token(&self) -> Option<&str> {
        self.token.as_deref()
    }

    /// A request, to be completed and sent with [`Client::send`].
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let prefix = if path.starts_with('/') { "" } else { "/api/v1/" };
        let request = self.http.request(method, format!("http://{}{prefix}{path}", self.address));
        let request = request.headers(self.headers.clone());
        match &self.token {
            Some(token) => request.bearer_auth(token),
            None => request,
        }
    }

    /// Sends a request.
    ///
    /// # Errors
    /// The connection fails.
    pub async fn send(request: RequestBuilder) -> reqwest::Result<Answer> {
        let (client, request) = request.build_split();
        let request = request?;
        let asked = format!("{} {}", request.method(), request.url().path());
        Answer::read(asked, client.execute(request).await?).await
    }

    /// GET from a server that may be gone.
    ///
    /// # Errors
    /// The connection fails.
    pub async fn try_get(&self, path: &str) -> reqwest::Result<Answer> {
        Self::send(self.request(Method::GET, path)).await
    }

    /// POST to a server that may be gone.
    ///
    /// # Errors
    /// The connection fails.
    pub async fn try_post(&self, path: &str, body: &Value) -> reqwest::Result<Answer> {
        Self::send(self.request(Method::POST, path).json(body)).await
    }

    /// GET.
    pub async fn get(&self, path: &str) -> Answer {
        self.try_get(path).await.expect("an answer")
    }

    /// POST.
    pub async fn post(&self, path: &str, body: &Value) -> Answer {
        self.try_post(path, body).await.expect("an answer")
    }

    /// PUT.
    pub async fn put(&self, path: &str, body: &Value) -> Answer {
        Self::send(self.request(Method::PUT, path).json(body)).await.expect("an answer")
    }

    /// PATCH.
    pub async fn patch(&self, path: &str, body: &Value) -> Answer {
        Self::send(self.request(Method::PATCH, path).json(body)).await.expect("an answer")
    }

    /// DELETE.
    pub async fn delete(&self, path: &str) -> Answer {
        Self::send(self.request(Method::DELETE, path)).await.expect("an answer")
    }

    /// Asks for an account, with everybody's password.
    pub async fn ask_for_account(&self, email: &str) -> Answer {
        self.post("users/signup", &json!({ "email": email, "password": PASSWORD })).await
    }

    /// Asks for a token.
    pub async fn ask_for_token(&self, email: &str, password: &str) -> Answer {
        let form = [("username", email), ("password", password)];
        Self::send(self.request(Method::POST, "login/access-token").form(&form)).await.expect("an answer")
    }

    /// A new account, logged in.
    pub async fn sign_up(&self, email: &str) -> Self {
        let _user = self.ask_for_account(email).await.ok();
        self.log_in(email).await
    }

    /// A new session of an account that has everybody's password.
    pub async fn log_in(&self, email: &str) -> Self {
        let token = self.ask_for_token(email, PASSWORD).await.ok();
        self.with_token(token["access_token"].as_str().expect("a token"))
    }

    /// The id of the account.
    pub async fn id(&self) -> String {
        self.get("users/me").await.ok()["id"].as_str().expect("an id").to_owned()
    }
}
