//! What operations share, so that no handler has to repeat it: parameters of lists, answers of every refusal.

use serde_json::{Map, Value, json};

use ironplate_application::ports::{ItemOrder, ListOrder, UserOrder};
use ironplate_domain::{AuditKind, AuditOutcome};

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
const CONFLICT: Refusal =
    refusal(409, "It contradicts what is stored", "email_taken", "User with this email already exists");
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
const FOREIGN: Refusal =
    refusal(403, "A page of another site asked", "cross_site", "With a cookie, this is for pages of this site alone");
const INVALID_REFRESH: Refusal = refusal(
    403,
    "The refresh token is not valid, or not any more",
    "invalid_refresh_token",
    "Could not validate credentials",
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

const CLOSED: Refusal =
    refusal(403, "Only administrators make accounts", "registration_closed", "Registration is closed");

/// Operations that can contradict what is stored.
const CONFLICTING: &[&str] = &[
    "users-update_user_me",
    "users-update_user",
    "items-create_item",
    "login-verify_email",
    "utils-test_email",
    "users-request_verification_me",
];

/// Operations whose one parameter takes any text.
const UNDEMANDING: &[&str] = &["login-recover_password", "login-recover_password_html_content"];

pub(super) fn complete(document: &mut Value) {
    if let Some(components) = document.get_mut("components").and_then(Value::as_object_mut) {
        components.insert("securitySchemes".to_owned(), security_schemes());
    }
    let paths = document.get_mut("paths").and_then(Value::as_object_mut);
    let operations = paths.into_iter().flat_map(|paths| paths.values_mut().filter_map(Value::as_object_mut));
    for operation in operations.flat_map(|methods| methods.values_mut().filter_map(Value::as_object_mut)) {
        complete_operation(operation);
    }
    without_widths(document);
}

/// Whole numbers here are all ones that JavaScript counts with; of `int64` generators make something else.
fn without_widths(schema: &mut Value) {
    match schema {
        Value::Object(parts) => {
            let names = |part: Option<&Value>, word: &str| {
                part.and_then(Value::as_str).is_some_and(|text| text.starts_with(word))
            };
            if names(parts.get("type"), "integer") && names(parts.get("format"), "int") {
                parts.remove("format");
            }
            parts.values_mut().for_each(without_widths);
        }
        Value::Array(parts) => parts.iter_mut().for_each(without_widths),
        _ => {}
    }
}

fn complete_operation(operation: &mut Map<String, Value>) {
    let id = operation.get("operationId").and_then(Value::as_str).unwrap_or_default().to_owned();
    match &*id {
        "users-read_users" => add_list_parameters::<UserOrder>(operation),
        "items-read_items" => add_list_parameters::<ItemOrder>(operation),
        "audit-read_audit" => add_audit_parameters(operation, true),
        "audit-read_audit_me" => add_audit_parameters(operation, false),
        _ => {}
    }
    // An empty alternative says that nobody has to be logged in.
    let schemes = operation.get_mut("security").and_then(Value::as_array_mut);
    let authenticated = schemes.is_some_and(|schemes| {
        // Whatever takes a token takes the cookie.
        schemes.push(json!({ "SessionCookie": [] }));
        !schemes.contains(&json!({}))
    });
    let body = operation.contains_key("requestBody");
    let parameters = operation.contains_key("parameters");
    let validated = body || parameters && !UNDEMANDING.contains(&&*id);
    let works = authenticated || body || parameters;
    let refusals = [
        (authenticated || body, REFUSED),
        (authenticated, NOT_AUTHENTICATED),
        (authenticated, DENIED),
        (id == "users-register_user", CLOSED),
        (id == "login-log_in_by_cookie", FOREIGN),
        (id == "login-refresh", INVALID_REFRESH),
        (authenticated, NOT_FOUND),
        (body, TOO_SLOW),
        (CONFLICTING.contains(&&*id), CONFLICT),
        (body, TOO_LARGE),
        (body, ENCODED),
        (validated, INVALID),
        (works, THROTTLED),
        (works, INTERNAL),
        (works, UNAVAILABLE),
    ];
    let Some(responses) = operation.get_mut("responses").and_then(Value::as_object_mut) else { return };
    for (_, refusal) in refusals.into_iter().filter(|(applies, _)| *applies) {
        responses.insert(refusal.status.to_string(), refusal.response());
    }
}

impl Refusal {
    fn response(&self) -> Value {
        let content = if self.status == 422 {
            json!({ "schema": { "$ref": "#/components/schemas/HTTPValidationError" } })
        } else {
            let example = json!({
                "detail": self.detail, "code": self.code, "request_id": "019ab3c2-7d1e-7c44-b1f0-5a0d6d1f3c11",
            });
            json!({ "schema": { "$ref": "#/components/schemas/Problem" }, "example": example })
        };
        let mut response = json!({ "description": self.description, "content": { "application/json": content } });
        if let (429, Some(response)) = (self.status, response.as_object_mut()) {
            response.insert("headers".to_owned(), throttle_headers());
        }
        response
    }
}

fn throttle_headers() -> Value {
    let header = |description: &str| json!({ "description": description, "schema": { "type": "integer" } });
    json!({
        "Retry-After": header("Seconds until the next attempt may succeed"),
        "RateLimit-Limit": header("Attempts that there are in all"),
        "RateLimit-Remaining": header("Attempts that are left"),
        "RateLimit-Reset": header("Seconds until all attempts are there again"),
    })
}

fn add_audit_parameters(operation: &mut Map<String, Value>, with_filters: bool) {
    let kinds: Vec<&str> = AuditKind::ALL.iter().map(|kind| kind.name()).collect();
    let outcomes = AuditOutcome::ALL.map(AuditOutcome::name);
    let text = |format: &str| json!({ "type": "string", "format": format });
    let filters = [
        ("actor", "Done by the user of this id.", text("uuid")),
        ("subject", "Done to the user of this id.", text("uuid")),
        ("kind", "Of this kind.", json!({ "type": "string", "enum": kinds })),
        ("outcome", "That ended so.", json!({ "type": "string", "enum": outcomes })),
        ("request_id", "Of the request of this name.", json!({ "type": "string", "minLength": 1 })),
        ("since", "At this moment or later.", text("date-time")),
        ("until", "Before this moment.", text("date-time")),
    ];
    let limit = json!({ "type": "integer", "default": 100, "minimum": 0, "maximum": 1000 });
    let paging = [
        ("limit", "At most that many events.", limit),
        ("after", "The `next` of the part before.", json!({ "type": "string" })),
    ];
    let filters = filters.into_iter().filter(|_| with_filters);
    let parameters = filters.chain(paging).map(|(name, description, schema)| {
        json!({ "name": name, "in": "query", "required": false, "description": description, "schema": schema })
    });
    operation.insert("parameters".to_owned(), parameters.collect());
}

fn add_list_parameters<Order: ListOrder>(operation: &mut Map<String, Value>) {
    let orders: Vec<&str> = Order::ALL.iter().map(|order| order.name()).collect();
    let parameter = |name: &str, description: &str, schema: Value| json!({ "name": name, "in": "query", "required": false, "description": description, "schema": schema });
    let parameters = json!([
        parameter("skip", "Leave out that many rows.", json!({ "type": "integer", "default": 0, "minimum": 0 })),
        parameter(
            "limit",
            "At most that many rows.",
            json!({ "type": "integer", "default": 100, "minimum": 0, "maximum": 1000 }),
        ),
        parameter("q", "Only rows that contain this text, in any case.", json!({ "type": "string", "maxLength": 255 })),
        parameter(
            "order_by",
            "How the list is sorted; `-` means descending.",
            json!({ "type": "string", "enum": orders, "default": Order::default().name() }),
        ),
        parameter("after", "The `next` of the page before; fast at any depth.", json!({ "type": "string" })),
    ]);
    operation.insert("parameters".to_owned(), parameters);
}

fn security_schemes() -> Value {
    json!({
        "OAuth2PasswordBearer": {
            "type": "oauth2",
            "flows": {
                "password": {
                    "scopes": {}, "tokenUrl": "/api/v1/login/access-token", "refreshUrl": "/api/v1/login/refresh",
                },
            },
        },
        "SessionCookie": {
            "type": "apiKey", "in": "cookie", "name": "__Host-session",
            "description": "Where cookies are sent without TLS, in development for example, called after the product: \
                `ironplate-session`.",
        },
    })
}
