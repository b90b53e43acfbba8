//! Errors on their way to the client: one shape, one place.

mod field;

use std::{fmt, time::Duration};

use actix_web::{
    HttpResponse, ResponseError,
    http::{
        StatusCode,
        header::{ACCEPT_ENCODING, ALLOW, HeaderName, HeaderValue, RETRY_AFTER, WWW_AUTHENTICATE},
    },
};
use ironplate_application::{Class, Fault, Kind, limits::Throttle, logged, with_causes};
use serde::Serialize;
use serde_json::{Map, Value};

use ironplate_measure::{Audience, redacted};
use ironplate_web::{BodyFault, MAX_BODY_BYTES, Reason, request_id, status_of};

pub(crate) use field::{FieldFault, Refused, ValueFault, echo};

pub(crate) const UNREADABLE: &str = "There was an error parsing the body";

const RATELIMIT_LIMIT: HeaderName = HeaderName::from_static("ratelimit-limit");
const RATELIMIT_REMAINING: HeaderName = HeaderName::from_static("ratelimit-remaining");
const RATELIMIT_RESET: HeaderName = HeaderName::from_static("ratelimit-reset");

/// An answer that is a refusal or a failure: `{"detail": …, "code": …, "request_id": …}`.
#[derive(Debug)]
pub struct Problem {
    status: StatusCode,
    detail: Detail,
    code: &'static str,
    headers: Vec<(HeaderName, HeaderValue)>,
    /// What a program needs to go on (RFC 9457, section 3.2).
    members: Map<String, Value>,
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
    #[serde(flatten)]
    members: &'a Map<String, Value>,
}

impl Problem {
    pub(crate) fn new(status: StatusCode, code: &'static str, detail: impl Into<String>) -> Self {
        Self { status, detail: Detail::Sentence(detail.into()), code, headers: Vec::new(), members: Map::new() }
    }

    pub(crate) fn code(&self) -> &'static str {
        self.code
    }

    pub(crate) fn with_header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.push((name, value));
        self
    }

    pub(crate) fn with_headers(mut self, headers: impl IntoIterator<Item = (HeaderName, HeaderValue)>) -> Self {
        self.headers.extend(headers);
        self
    }

    /// It also says this.
    pub(crate) fn saying(mut self, member: &str, value: impl Into<Value>) -> Self {
        self.members.insert(member.to_owned(), value.into());
        self
    }

    pub(crate) fn invalid(faults: Vec<FieldFault>) -> Self {
        Self {
            status: StatusCode::UNPROCESSABLE_ENTITY,
            detail: Detail::Fields(faults),
            code: "validation_error",
            headers: Vec::new(),
            members: Map::new(),
        }
    }

    /// A field of the body that reads well, and that a use case refused.
    fn invalid_field(field: &'static str, code: &'static str, reason: &str) -> Self {
        let fault = FieldFault::without_input(ValueFault::new(code, reason), vec!["body".into(), field.into()]);
        Self { code, ..Self::invalid(vec![fault]) }
    }

    /// `RateLimit-*`: draft-ietf-httpapi-ratelimit-headers-07; whole seconds, rounded up.
    pub(crate) fn throttled(code: &'static str, throttle: &Throttle) -> Self {
        let seconds = |span: Duration| HeaderValue::from(span.as_secs() + u64::from(span.subsec_nanos() > 0));
        Self::new(StatusCode::TOO_MANY_REQUESTS, code, throttle.to_string())
            .with_header(RETRY_AFTER, seconds(throttle.retry_after.max(Duration::from_secs(1))))
            .with_header(RATELIMIT_LIMIT, HeaderValue::from(throttle.permits))
            .with_header(RATELIMIT_REMAINING, HeaderValue::from(0))
            .with_header(RATELIMIT_RESET, seconds(throttle.reset_after))
    }

    /// A fault of ours: told to the log, not to the client.
    pub(crate) fn internal(cause: &(impl fmt::Display + ?Sized)) -> Self {
        let cause = redacted(&cause.to_string(), Audience::Operator);
        tracing::error!(cause, "request failed");
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

    /// A body that was not received.
    pub(crate) fn of_body(fault: BodyFault) -> Self {
        match fault {
            BodyFault::Encoded => {
                let detail = "The request body is packed; it has to be sent as it is";
                Self::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "unsupported_encoding", detail)
                    .with_header(ACCEPT_ENCODING, HeaderValue::from_static("identity"))
            }
            BodyFault::TooLarge => {
                let detail = format!("The request body is larger than {} KiB", MAX_BODY_BYTES / 1024);
                Self::new(StatusCode::PAYLOAD_TOO_LARGE, "payload_too_large", detail)
            }
            BodyFault::TooSlow => {
                let detail = "The request body took too long to arrive";
                Self::new(StatusCode::REQUEST_TIMEOUT, "request_timeout", detail)
            }
            BodyFault::Unreadable => Self::unreadable_body(UNREADABLE),
            BodyFault::OverBudget(exceeded) => exceeded.into(),
        }
    }

    pub(crate) fn head_too_large() -> Self {
        let detail = "The address and the header fields of the request are too long";
        Self::new(StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE, "head_too_large", detail)
    }

    pub(crate) fn unreadable_body(detail: &str) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "unreadable_body", detail)
    }
}

/// The one place where kinds of faults become answers.
impl<F: Fault> From<F> for Problem {
    fn from(fault: F) -> Self {
        let Class { kind, code, .. } = fault.class();
        let status = status_of(kind);
        match kind {
            Kind::InvalidField(field) => Self::invalid_field(field, code, &fault.to_string()),
            Kind::Throttled(throttle) => Self::throttled(code, &throttle),
            // The challenge is that of RFC 6750.
            Kind::Unauthenticated => Self::new(status, code, fault.to_string())
                .with_header(WWW_AUTHENTICATE, HeaderValue::from_static(r#"Bearer error="invalid_token""#)),
            Kind::Unavailable => {
                tracing::warn!(cause = logged(&fault), "request refused: try again later");
                let detail = "The service is busy or partly out of reach. Please try again shortly.";
                Self::new(status, code, detail).with_header(RETRY_AFTER, HeaderValue::from_static("1"))
            }
            Kind::Internal => Self::internal(&with_causes(&fault)),
            _ => Self::new(status, code, fault.to_string()),
        }
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
        for (name, value) in &self.headers {
            response.insert_header((name.clone(), value.clone()));
        }
        let mut response = response.json(Body {
            detail: &self.detail,
            code: self.code,
            request_id: request_id::current(),
            members: &self.members,
        });
        response.extensions_mut().insert(Reason(self.code.into()));
        response
    }
}
