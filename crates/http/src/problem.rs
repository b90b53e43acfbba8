//! Errors on their way to the client: one shape, one place.

use std::{error::Error, fmt};

use actix_web::{
    HttpResponse, ResponseError,
    http::{
        StatusCode,
        header::{ALLOW, HeaderName, HeaderValue, RETRY_AFTER, WWW_AUTHENTICATE},
    },
};
use ironplate_application::{Fault, Kind};
use serde::Serialize;

use crate::{input::FieldFault, middleware::request_id};

/// An answer that is a refusal or a failure: `{"detail": …, "code": …, "request_id": …}`.
#[derive(Debug)]
pub struct Problem {
    status: StatusCode,
    detail: Detail,
    code: &'static str,
    header: Option<(HeaderName, HeaderValue)>,
}

#[derive(Debug, Serialize)]
#[serde(untagged)]
enum Detail {
    Sentence(String),
    Fields(Vec<FieldFault>),
}

#[derive(Serialize)]
struct Body<'a> {
    detail: &'a Detail,
    code: &'static str,
    request_id: Option<String>,
}

impl Problem {
    pub(crate) fn new(status: StatusCode, code: &'static str, detail: impl Into<String>) -> Self {
        Self { status, detail: Detail::Sentence(detail.into()), code, header: None }
    }

    pub(crate) fn with_header(self, name: HeaderName, value: HeaderValue) -> Self {
        Self { header: Some((name, value)), ..self }
    }

    pub(crate) fn invalid(faults: Vec<FieldFault>) -> Self {
        Self {
            status: StatusCode::UNPROCESSABLE_ENTITY,
            detail: Detail::Fields(faults),
            code: "validation_error",
            header: None,
        }
    }

    /// A fault of ours: told to the log, not to the client.
    pub(crate) fn internal(cause: &(impl fmt::Display + ?Sized)) -> Self {
        tracing::error!(%cause, "request failed");
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "internal_error", "Internal Server Error")
    }

    pub(crate) fn not_found() -> Self {
        Self::new(StatusCode::NOT_FOUND, "not_found", "Not Found")
    }

    pub(crate) fn method_not_allowed(allow: &'static str) -> Self {
        Self::new(StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed", "Method Not Allowed")
            .with_header(ALLOW, HeaderValue::from_static(allow))
    }

    pub(crate) fn not_authenticated() -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "not_authenticated", "Not authenticated")
            .with_header(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"))
    }

    pub(crate) fn too_large() -> Self {
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, "payload_too_large", "The request body is larger than 1 MiB")
    }

    pub(crate) fn too_slow() -> Self {
        Self::new(StatusCode::REQUEST_TIMEOUT, "request_timeout", "The request body took too long to arrive")
    }

    pub(crate) fn unreadable_body(detail: &str) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "unreadable_body", detail)
    }
}

/// The one place where kinds of faults become answers.
impl<F: Fault> From<F> for Problem {
    fn from(fault: F) -> Self {
        let status = match fault.kind() {
            Kind::Invalid => StatusCode::BAD_REQUEST,
            Kind::Conflict => StatusCode::CONFLICT,
            Kind::Denied => StatusCode::FORBIDDEN,
            // The contract's 403 where RFC 6750 has 401; the challenge is the RFC's.
            Kind::Unauthenticated => {
                let challenge = HeaderValue::from_static(r#"Bearer error="invalid_token""#);
                return Self::new(StatusCode::FORBIDDEN, fault.code(), fault.to_string())
                    .with_header(WWW_AUTHENTICATE, challenge);
            }
            Kind::NotFound => StatusCode::NOT_FOUND,
            Kind::Unavailable => {
                tracing::warn!(cause = %Chain(&fault), "request refused: try again later");
                let detail = "The service is busy or partly out of reach. Please try again shortly.";
                return Self::new(StatusCode::SERVICE_UNAVAILABLE, fault.code(), detail)
                    .with_header(RETRY_AFTER, HeaderValue::from_static("1"));
            }
            Kind::Internal => return Self::internal(&Chain(&fault)),
        };
        Self::new(status, fault.code(), fault.to_string())
    }
}

/// An error with all its causes on one line.
struct Chain<'a>(&'a dyn Error);

impl fmt::Display for Chain<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}", self.0)?;
        let mut cause = self.0.source();
        while let Some(error) = cause {
            write!(out, ": {error}")?;
            cause = error.source();
        }
        Ok(())
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{} {}", self.status.as_u16(), self.code)
    }
}

impl ResponseError for Problem {
    fn status_code(&self) -> StatusCode {
        self.status
    }

    fn error_response(&self) -> HttpResponse {
        let mut response = HttpResponse::build(self.status);
        if let Some((name, value)) = &self.header {
            response.insert_header((name.clone(), value.clone()));
        }
        response.json(Body { detail: &self.detail, code: self.code, request_id: request_id::current() })
    }
}
