//! Refusals: those that follow from what an operation takes, and those that it names itself.

use std::collections::BTreeMap;

use serde_json::json;
use utoipa::{
    IntoResponses,
    openapi::{
        ContentBuilder, HeaderBuilder, ObjectBuilder, Ref, RefOr, Response, ResponseBuilder, Type,
        path::{Operation, Parameter, ParameterIn},
        security::SecurityRequirement,
    },
};

/// An answer that many operations share, with an example of it.
struct Refusal {
    status: u16,
    description: &'static str,
    code: &'static str,
    detail: &'static str,
}

const fn refusal(status: u16, description: &'static str, code: &'static str, detail: &'static str) -> Refusal {
    Refusal { status, description, code, detail }
}

const REFUSED: Refusal =
    refusal(400, "The request can't be carried out as it stands", "inactive_user", "Inactive user");
const NOT_AUTHENTICATED: Refusal = refusal(401, "No bearer token", "not_authenticated", "Not authenticated");
const DENIED: Refusal = refusal(
    403,
    "The token is not valid, or the user may not do this",
    "invalid_token",
    "Could not validate credentials",
);
const NOT_FOUND: Refusal = refusal(404, "It is not there", "user_not_found", "User not found");
const TOO_SLOW: Refusal = refusal(
    408,
    "The body took longer than 30 seconds to arrive",
    "request_timeout",
    "The request body took too long to arrive",
);
const TOO_LARGE: Refusal =
    refusal(413, "The body is larger than 64 KiB", "payload_too_large", "The request body is larger than 64 KiB");
const ENCODED: Refusal = refusal(
    415,
    "The body is packed; `Accept-Encoding` says that none may be",
    "unsupported_encoding",
    "The request body is packed; it has to be sent as it is",
);
const INVALID: Refusal = refusal(422, "Validation Error", "", "");
const THROTTLED: Refusal = refusal(
    429,
    "Tried too often; `Retry-After` says when to try again",
    "too_many_attempts",
    "Too many attempts. Please try again in 30 seconds",
);
const INTERNAL: Refusal = refusal(
    500,
    "A fault of the server; its log tells more under the request id",
    "internal_error",
    "Internal Server Error",
);
const UNAVAILABLE: Refusal = refusal(
    503,
    "Busy or partly out of reach; `Retry-After` says when to try again",
    "unavailable",
    "The service is busy or partly out of reach. Please try again shortly.",
);

/// Declares refusals that an operation names beside its answer: `responses((status = 200, …), Conflict)`.
macro_rules! named {
    ($($(#[doc = $doc:literal])+ $name:ident = $status:literal, $description:literal, $code:literal, $detail:literal;)+) => {$(
        $(#[doc = $doc])+
        pub(crate) struct $name;

        impl IntoResponses for $name {
            fn responses() -> BTreeMap<String, RefOr<Response>> {
                let refusal = refusal($status, $description, $code, $detail);
                BTreeMap::from([(refusal.status.to_string(), refusal.response())])
            }
        }
    )+};
}

named! {
    /// It can contradict what is stored.
    Conflict = 409, "It contradicts what is stored", "email_taken", "User with this email already exists";
    /// It is for who has the link of an invitation.
    InvitationNotFound = 404, "The link is not valid, or not any more", "invitation_not_found", "Invitation not found";
    /// It can be closed to the public.
    RegistrationClosed = 403, "Only administrators make accounts", "registration_closed", "Registration is closed";
    /// It gives a cookie.
    CrossSite = 403, "A page of another site asked", "cross_site", "With a cookie, this is for pages of this site alone";
    /// It takes a refresh token.
    InvalidRefreshToken = 403, "The refresh token is not valid, or not any more", "invalid_refresh_token",
        "Could not validate credentials";
}

/// It takes nothing of anybody, and yet does what can be refused to who asks too often, and can fail.
pub(crate) struct Works;

impl IntoResponses for Works {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        let refusals = [THROTTLED, INTERNAL, UNAVAILABLE];
        refusals.iter().map(|refusal| (refusal.status.to_string(), refusal.response())).collect()
    }
}

/// Adds what can be refused because of what the operation takes; what it names itself stays.
pub(super) fn add(operation: &mut Operation) {
    let anybody = SecurityRequirement::default();
    let authenticated = operation.security.as_ref().is_some_and(|ways| !ways.contains(&anybody));
    let body = operation.request_body.is_some();
    let parameters = operation.parameters.as_ref().is_some_and(|parameters| !parameters.is_empty());
    let validated = body || operation.parameters.iter().flatten().any(can_be_wrong);
    let works = authenticated || body || parameters;
    let refusals = [
        (authenticated || body, REFUSED),
        (authenticated, NOT_AUTHENTICATED),
        (authenticated, DENIED),
        (authenticated, NOT_FOUND),
        (body, TOO_SLOW),
        (body, TOO_LARGE),
        (body, ENCODED),
        (validated, INVALID),
        (works, THROTTLED),
        (works, INTERNAL),
        (works, UNAVAILABLE),
    ];
    for (_, refusal) in refusals.into_iter().filter(|(applies, _)| *applies) {
        operation.responses.responses.entry(refusal.status.to_string()).or_insert_with(|| refusal.response());
    }
}

/// A segment that may be any text is never wrong.
fn can_be_wrong(parameter: &RefOr<Parameter>) -> bool {
    let any_text = RefOr::T(ObjectBuilder::new().schema_type(Type::String).build().into());
    match parameter {
        RefOr::T(parameter) => parameter.parameter_in != ParameterIn::Path || parameter.schema != Some(any_text),
        RefOr::Ref(_) => true,
    }
}

impl Refusal {
    fn response(&self) -> RefOr<Response> {
        let content = ContentBuilder::new();
        let content = if self.status == 422 {
            content.schema(Some(Ref::from_schema_name("HTTPValidationError")))
        } else {
            let example = json!({
                "detail": self.detail, "code": self.code, "request_id": "019ab3c2-7d1e-7c44-b1f0-5a0d6d1f3c11",
            });
            content.schema(Some(Ref::from_schema_name("Problem"))).example(Some(example))
        };
        let mut response =
            ResponseBuilder::new().description(self.description).content("application/json", content.build());
        let headers = if self.status == 429 { &THROTTLE_HEADERS[..] } else { &[] };
        for (name, description) in headers {
            let header = HeaderBuilder::new().schema(Some(ObjectBuilder::new().schema_type(Type::Integer)));
            response = response.header(*name, header.description(Some(*description)).build());
        }
        response.into()
    }
}

const THROTTLE_HEADERS: [(&str, &str); 4] = [
    ("Retry-After", "Seconds until the next attempt may succeed"),
    ("RateLimit-Limit", "Attempts that there are in all"),
    ("RateLimit-Remaining", "Attempts that are left"),
    ("RateLimit-Reset", "Seconds until all attempts are there again"),
];
