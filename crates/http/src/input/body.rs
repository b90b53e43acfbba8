//! Bodies: received up to a limit, decoded, parsed.

use std::time::Duration;

use actix_web::{
    HttpRequest,
    dev::Payload,
    http::header::{CONTENT_LENGTH, CONTENT_TYPE},
    web::Bytes,
};
use futures_util::StreamExt;
use serde_json::{Value, json};
use tokio::time::timeout;

use super::{
    encoding,
    fault::{Fault, FieldFault},
    form::{self, FormField},
    json_fault::diagnose,
};
use crate::problem::Problem;

/// Larger bodies are refused with 413.
const MAX_BYTES: usize = 1024 * 1024;

/// Slower bodies are refused with 408.
const MAX_TIME: Duration = Duration::from_secs(30);

pub(super) const UNREADABLE: &str = "There was an error parsing the body";

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
    Json(Value),
    Form(Vec<FormField>),
}

pub(super) async fn receive(kind: BodyKind, request: &HttpRequest, payload: Payload) -> Result<Body, Problem> {
    if kind == BodyKind::Ignored {
        return Ok(Body::Missing);
    }
    let content_type = request.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let bytes = timeout(MAX_TIME, collect(request, payload)).await.map_err(|_| Problem::too_slow())??;
    match kind {
        BodyKind::Form => form::parse(content_type, bytes).await.map(Body::Form),
        BodyKind::Json | BodyKind::Ignored => json_body(content_type, &bytes),
    }
}

async fn collect(request: &HttpRequest, mut payload: Payload) -> Result<Bytes, Problem> {
    let announced = request.headers().get(CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse().ok());
    if announced.is_some_and(|length: usize| length > MAX_BYTES) {
        return Err(Problem::too_large());
    }
    let mut received: Vec<u8> = Vec::new();
    while let Some(chunk) = payload.next().await {
        let chunk = chunk.map_err(|_| Problem::unreadable_body(UNREADABLE))?;
        if received.len() + chunk.len() > MAX_BYTES {
            return Err(Problem::too_large());
        }
        received.extend_from_slice(&chunk);
    }
    Ok(received.into())
}

fn json_body(content_type: &str, bytes: &[u8]) -> Result<Body, Problem> {
    if bytes.is_empty() {
        return Ok(Body::Missing);
    }
    let text = encoding::decode(bytes).ok_or_else(|| Problem::unreadable_body(UNREADABLE))?;
    if !is_json(content_type) {
        return Ok(Body::Json(Value::String(text.into_owned())));
    }
    match serde_json::from_str(&text) {
        Ok(Value::Null) => Ok(Body::Missing),
        Ok(value) => Ok(Body::Json(value)),
        Err(_) => Err(json_invalid(&text)),
    }
}

/// `application/json` and `application/*+json`, in any case, with any parameters.
fn is_json(content_type: &str) -> bool {
    let essence = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    essence == "application/json" || (essence.starts_with("application/") && essence.ends_with("+json"))
}

fn json_invalid(text: &str) -> Problem {
    let (position, reason) = match diagnose(text) {
        Some(fault) => (fault.position, fault.reason),
        // `NaN`, half a surrogate pair, a number without bounds, a hundred brackets in one another.
        None => (0, "The text holds a value that JSON has no place for".to_owned()),
    };
    let fault = Fault::new("json_invalid", "JSON decode error").with_context(json!({ "error": reason }));
    Problem::invalid(vec![FieldFault::new(fault, vec!["body".into(), position.into()], &json!({}))])
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
