//! The OpenAPI document: gathered from the operations, completed by what all of them share.

use serde_json::{Value, json};
use utoipa::OpenApi;

use crate::{endpoints, schemas};

#[derive(OpenApi)]
#[openapi(
    components(schemas(schemas::ErrorBody, schemas::HTTPValidationError, schemas::ValidationError)),
    info(description = DESCRIPTION, version = env!("CARGO_PKG_VERSION"), license(name = "MIT OR Apache-2.0", identifier = "MIT OR Apache-2.0")),
)]
struct Shared;

const DESCRIPTION: &str = "Accounts, sessions, roles and an example resource.\n\n\
    Errors carry `detail` for people, `code` for machines and `request_id` for the operator's log. \
    Paths answer with and without a trailing slash.";

/// The OpenAPI 3.1 document of this API, as JSON.
#[must_use]
pub fn document(title: &str) -> String {
    let mut document = Shared::openapi();
    title.clone_into(&mut document.info.title);
    for operation in endpoints::all() {
        document.merge(operation.document());
    }
    // A document of plain data always serialises.
    let mut document = serde_json::to_value(document).unwrap_or_default();
    if let Some(components) = document.get_mut("components").and_then(Value::as_object_mut) {
        components.insert("securitySchemes".to_owned(), security_schemes());
    }
    without_widths(&mut document);
    let text = serde_json::to_string_pretty(&document).unwrap_or_default();
    // The contract's name of this schema is no Rust path.
    text.replace("Body_login_login_access_token", "Body_login-login_access_token")
}

/// Whole numbers here are all ones that JavaScript counts with; of `int64` generators make something else.
fn without_widths(schema: &mut Value) {
    match schema {
        Value::Object(parts) => {
            let format = parts.get("format").and_then(Value::as_str);
            if format.is_some_and(|format| format.starts_with("int")) {
                parts.remove("format");
            }
            parts.values_mut().for_each(without_widths);
        }
        Value::Array(parts) => parts.iter_mut().for_each(without_widths),
        _ => {}
    }
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
