//! Errors as answers: one table of statuses for all.

use axum::{
    Json,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use ironplate_application::{Fault, Kind, with_causes};
use ironplate_web::{BodyFault, Failed, status_of};
use serde_json::json;

/// What is answered in place of what was asked for: a status, a code for machines, a sentence for people.
#[derive(Debug)]
pub(crate) struct Problem(StatusCode, &'static str, String);

impl Problem {
    pub(crate) fn not_authenticated() -> Self {
        Self(StatusCode::UNAUTHORIZED, "not_authenticated", "Not authenticated".to_owned())
    }

    pub(crate) fn invalid(reason: &impl ToString) -> Self {
        Self(StatusCode::UNPROCESSABLE_ENTITY, "validation_error", reason.to_string())
    }

    pub(crate) fn internal(cause: &str) -> Self {
        tracing::error!(cause, "a fault of ours");
        Self(StatusCode::INTERNAL_SERVER_ERROR, "internal_error", "Internal Server Error".to_owned())
    }
}

/// Whatever a use case says no with.
impl<E: Fault> From<E> for Problem {
    fn from(error: E) -> Self {
        let class = error.class();
        match class.kind {
            Kind::Internal => Self::internal(&with_causes(&error)),
            Kind::Unavailable => {
                let detail = "The service is busy or partly out of reach. Please try again shortly.";
                Self(StatusCode::SERVICE_UNAVAILABLE, class.code, detail.to_owned())
            }
            kind => Self(of(status_of(kind).as_u16()), class.code, error.to_string()),
        }
    }
}

pub(crate) fn failed<E: Fault>(failed: Failed<E>) -> Problem {
    match failed {
        Failed::Refused(error) => error.into(),
        Failed::Panicked(message) => Problem::internal(&message),
    }
}

pub(crate) fn of_body(fault: BodyFault) -> Problem {
    let (status, code) = match fault {
        BodyFault::Encoded => (StatusCode::UNSUPPORTED_MEDIA_TYPE, "unsupported_encoding"),
        BodyFault::TooLarge => (StatusCode::PAYLOAD_TOO_LARGE, "payload_too_large"),
        BodyFault::TooSlow => (StatusCode::REQUEST_TIMEOUT, "request_timeout"),
        BodyFault::Unreadable => (StatusCode::BAD_REQUEST, "unreadable_body"),
        BodyFault::OverBudget(exceeded) => return exceeded.into(),
    };
    Problem(status, code, "The body can't be taken".to_owned())
}

/// actix-web and axum have each their own type of a status.
fn of(status: u16) -> StatusCode {
    StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let Self(status, code, detail) = self;
        (status, Json(json!({ "detail": detail, "code": code }))).into_response()
    }
}
