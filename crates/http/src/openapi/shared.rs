//! What operations share, so that no handler has to repeat it: parameters of lists, answers of every refusal.

use serde_json::{Map, Value, json};

use crate::input::ListOrder;
use ironplate_application::ports::{ItemOrder, UserOrder};

/// Statuses with their meaning, in the order of the document.
const UNREADABLE: (u16, &str) = (400, "The request can't be carried out as it stands");
const NOT_AUTHENTICATED: (u16, &str) = (401, "No bearer token");
const DENIED: (u16, &str) = (403, "The token is not valid, or the user may not do this");
const NOT_FOUND: (u16, &str) = (404, "It is not there");
const TOO_SLOW: (u16, &str) = (408, "The body took longer than 30 seconds to arrive");
const CONFLICT: (u16, &str) = (409, "It contradicts what is stored");
const TOO_LARGE: (u16, &str) = (413, "The body is larger than 1 MiB");
const INVALID: (u16, &str) = (422, "Validation Error");
const INTERNAL: (u16, &str) = (500, "A fault of the server; its log tells more under the request id");
const UNAVAILABLE: (u16, &str) = (503, "Busy or partly out of reach; `Retry-After` says when to try again");

/// Operations that can contradict what is stored.
const CONFLICTING: &[&str] = &["users-update_user_me", "users-update_user", "users-delete_user"];

pub(super) fn complete(document: &mut Value) {
    if let Some(components) = document.get_mut("components").and_then(Value::as_object_mut) {
        components.insert("securitySchemes".to_owned(), security_schemes());
    }
    let paths = document.get_mut("paths").and_then(Value::as_object_mut);
    let operations = paths.into_iter().flat_map(|paths| paths.values_mut().filter_map(Value::as_object_mut));
    for operation in operations.flat_map(|methods| methods.values_mut().filter_map(Value::as_object_mut)) {
        complete_operation(operation);
    }
}

fn complete_operation(operation: &mut Map<String, Value>) {
    let id = operation.get("operationId").and_then(Value::as_str).unwrap_or_default().to_owned();
    match &*id {
        "users-read_users" => add_list_parameters::<UserOrder>(operation),
        "items-read_items" => add_list_parameters::<ItemOrder>(operation),
        _ => {}
    }
    let authenticated = operation.contains_key("security");
    let body = operation.contains_key("requestBody");
    let validated = body || operation.contains_key("parameters");
    let refusals = [
        (authenticated || body, UNREADABLE),
        (authenticated, NOT_AUTHENTICATED),
        (authenticated, DENIED),
        (authenticated, NOT_FOUND),
        (body, TOO_SLOW),
        (CONFLICTING.contains(&&*id), CONFLICT),
        (body, TOO_LARGE),
        (validated, INVALID),
        (authenticated || body, INTERNAL),
        (authenticated || body, UNAVAILABLE),
    ];
    let Some(responses) = operation.get_mut("responses").and_then(Value::as_object_mut) else { return };
    for (_, (status, description)) in refusals.into_iter().filter(|(applies, _)| *applies) {
        responses.insert(status.to_string(), refusal(status, description));
    }
}

fn refusal(status: u16, description: &str) -> Value {
    let schema = if status == 422 { "HTTPValidationError" } else { "Error" };
    json!({
        "description": description,
        "content": { "application/json": { "schema": { "$ref": format!("#/components/schemas/{schema}") } } },
    })
}

fn add_list_parameters<Order: ListOrder>(operation: &mut Map<String, Value>) {
    let orders: Vec<&str> = Order::NAMES.iter().map(|(name, _)| *name).collect();
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
            json!({ "type": "string", "enum": orders, "default": orders.first() }),
        ),
        parameter("after", "The `next` of the page before; fast at any depth.", json!({ "type": "string" })),
    ]);
    operation.insert("parameters".to_owned(), parameters);
}

fn security_schemes() -> Value {
    json!({
        "OAuth2PasswordBearer": {
            "type": "oauth2",
            "flows": { "password": { "scopes": {}, "tokenUrl": "/api/v1/login/access-token" } },
        }
    })
}
