//! What a form or an address sends: names and texts in their order.

use actix_web::{HttpRequest, dev::Payload, rt::time::timeout, web::Bytes};
use std::time::Duration;

use actix_web::FromRequest;

use crate::refusal::Refusal;

/// Slower forms are refused.
const MAX_TIME: Duration = Duration::from_secs(30);

/// Larger forms are refused.
pub(crate) const MAX_BYTES: usize = 64 * 1024;

/// Fields as they came. Does not print: there are passwords among them.
#[derive(Clone, Default)]
pub(crate) struct Fields(Vec<(String, String)>);

impl Fields {
    /// The fields of `application/x-www-form-urlencoded` text.
    pub(crate) fn parse(text: &[u8]) -> Self {
        Self(form_urlencoded::parse(text).into_owned().collect())
    }

    /// The fields of an address.
    pub(crate) fn of_query(request: &HttpRequest) -> Self {
        Self::parse(request.query_string().as_bytes())
    }

    pub(crate) async fn receive(request: &HttpRequest, payload: &mut Payload) -> Result<Self, Refusal> {
        let bytes = timeout(MAX_TIME, Bytes::from_request(request, payload)).await;
        let bytes = bytes.map_err(|_| Refusal::unreadable())?.map_err(|_| Refusal::unreadable())?;
        Ok(Self::parse(&bytes))
    }

    /// The first field of this name, or nothing.
    pub(crate) fn get(&self, name: &str) -> &str {
        self.find(name).unwrap_or_default()
    }

    pub(crate) fn find(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(known, _)| known == name).map(|(_, text)| text.as_str())
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, text)| (name.as_str(), text.as_str()))
    }

    pub(crate) fn set(&mut self, name: &str, text: impl Into<String>) {
        self.0.retain(|(known, _)| known != name);
        self.0.push((name.to_owned(), text.into()));
    }
}

/// Whether what is in this field is for nobody's eyes, and is neither shown again nor kept.
pub(crate) fn is_secret(name: &str) -> bool {
    name.contains("password") || name == "token"
}

/// An address of this dashboard with these parameters, without those that are empty.
pub(crate) fn address(path: &str, parameters: &[(&str, &str)]) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    for (name, value) in parameters.iter().filter(|(_, value)| !value.is_empty()) {
        query.append_pair(name, value);
    }
    let query = query.finish();
    if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") }
}
