//! What a form or an address sends: names and texts in their order.

use actix_web::{HttpMessage, HttpRequest, dev::Payload};
use ironplate_web::{BodyFault, Host};

use crate::fault::{InternalError, PageError};

/// Forms of more fields are refused, and of an address the first are read.
const MAX_FIELDS: usize = 100;

/// Everything else is refused.
const CONTENT_TYPE: &str = "application/x-www-form-urlencoded";

/// Fields as they came. Does not print: there are passwords among them.
#[derive(Clone, Default)]
pub(crate) struct Fields(Vec<(String, String)>);

impl Fields {
    /// The first fields of `application/x-www-form-urlencoded` text.
    pub(crate) fn parse(text: &[u8]) -> Self {
        Self(form_urlencoded::parse(text).into_owned().take(MAX_FIELDS).collect())
    }

    /// The fields of an address.
    pub(crate) fn of_query(request: &HttpRequest) -> Self {
        Self::parse(request.query_string().as_bytes())
    }

    pub(crate) async fn receive(request: &HttpRequest, payload: Payload) -> Result<Self, PageError> {
        let host = Host::of(request).ok_or(InternalError("the host is not wired"))?;
        let bytes = host.bodies().receive(request, payload).await.map_err(PageError::of_body)?;
        let is_form = bytes.is_empty() || request.content_type().eq_ignore_ascii_case(CONTENT_TYPE);
        if !is_form {
            return Err(PageError::no_form());
        }
        if form_urlencoded::parse(&bytes).count() > MAX_FIELDS {
            return Err(PageError::of_body(BodyFault::TooLarge));
        }
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

    /// With this in the field of this name.
    pub(crate) fn holding(mut self, name: &str, text: impl Into<String>) -> Self {
        self.0.retain(|(known, _)| known != name);
        self.0.push((name.to_owned(), text.into()));
        self
    }
}

/// Whether what is in this field is for nobody's eyes, and is not shown again.
pub(crate) fn is_secret(name: &str) -> bool {
    is_password(name) || matches!(name, "assertion" | "challenge" | "registration" | "token")
}

/// Whether what is in this field is not kept: a password, or a code.
pub(crate) fn is_password(name: &str) -> bool {
    name.to_ascii_lowercase().contains("password") || matches!(name, "code" | "recovery_code")
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
