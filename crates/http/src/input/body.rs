//! Bodies: received up to a limit, decoded, and found to be readable before anybody is asked who they are. Nothing is built
//! of them before that.

use actix_web::{HttpRequest, dev::Payload, http::header::CONTENT_TYPE};
use serde_json::json;

use super::{
    encoding,
    exact::diagnose,
    form::{self, FormField},
    sound::{self, Unsound},
};
use crate::{
    app::App,
    problem::{FieldFault, Problem, UNREADABLE, ValueFault},
};

/// What sort of body an operation takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum BodyKind {
    /// Not even read.
    Ignored,
    /// JSON, or something that is refused as no object.
    Json,
    /// An HTML form.
    Form,
}

/// A body as it came, readable but not yet understood.
pub(super) enum Body {
    Missing,
    /// Sound JSON.
    Json(String),
    /// Something else, where JSON is expected.
    Text(String),
    Form(Vec<FormField>),
}

pub(super) async fn receive(
    kind: BodyKind,
    app: &App,
    request: &HttpRequest,
    payload: Payload,
) -> Result<Body, Problem> {
    if kind == BodyKind::Ignored {
        return Ok(Body::Missing);
    }
    let content_type = request.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let bytes = app.host().bodies().receive(request, payload).await.map_err(Problem::of_body)?;
    match kind {
        BodyKind::Form => form::parse(content_type, bytes.into()).await.map(Body::Form),
        BodyKind::Json | BodyKind::Ignored => json_body(content_type, &bytes),
    }
}

fn json_body(content_type: &str, bytes: &[u8]) -> Result<Body, Problem> {
    if bytes.is_empty() {
        return Ok(Body::Missing);
    }
    let text = encoding::decode(bytes).ok_or_else(|| Problem::unreadable_body(UNREADABLE))?.into_owned();
    if !is_json(content_type) {
        return Ok(Body::Text(text));
    }
    match sound::check(&text) {
        Ok(()) => Ok(Body::Json(text)),
        Err(unsound) => Err(json_invalid(&text, unsound)),
    }
}

/// `application/json` and `application/*+json`, in any case, with any parameters.
fn is_json(content_type: &str) -> bool {
    let essence = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    essence == "application/json" || (essence.starts_with("application/") && essence.ends_with("+json"))
}

fn json_invalid(text: &str, unsound: Unsound) -> Problem {
    let (position, reason) = match diagnose(text) {
        Some(fault) => (fault.position, fault.reason),
        None => (0, unsound.to_string()),
    };
    let fault = ValueFault::new("json_invalid", "JSON decode error").with_context(json!({ "error": reason }));
    Problem::invalid(vec![FieldFault::new(fault, vec!["body".into(), position.into()], json!({}))])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_is_recognised_by_its_media_type() {
        let json =
            ["application/json", "APPLICATION/JSON; charset=utf-8", "application/json ; ", "application/vnd.api+json"];
        let other =
            ["", "text/plain", "text/json", "application/jsonx", "application/json, text/plain", "multipart/form-data"];
        assert!(json.iter().all(|content_type| is_json(content_type)));
        assert!(!other.iter().any(|content_type| is_json(content_type)));
    }
}
