//! Segments of the path.

use actix_web::HttpRequest;
use ironplate_domain::{ItemId, SessionId, UserId};
use percent_encoding::percent_decode_str;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{Input, Source, identifier::path_uuid};
use crate::problem::{FieldFault, Refused, ValueFault};

impl Input for UserId {
    fn read(source: &mut Source<'_>) -> Result<Self, Refused> {
        id(source, "user_id").map(Self)
    }
}

impl Input for SessionId {
    fn read(source: &mut Source<'_>) -> Result<Self, Refused> {
        id(source, "session_id").map(Self)
    }
}

impl Input for ItemId {
    fn read(source: &mut Source<'_>) -> Result<Self, Refused> {
        id(source, "id").map(Self)
    }
}

/// The id that the route's pattern has under this name.
fn id(source: &mut Source<'_>, name: &str) -> Result<Uuid, Refused> {
    let text = decoded(source.request, name);
    path_uuid(&text).map_err(|reason| {
        let fault = ValueFault::new("uuid_parsing", format!("Input should be a valid UUID, {reason}"))
            .with_context(json!({ "error": reason }));
        source.faults.push(FieldFault::new(fault, vec!["path".into(), name.into()], Value::String(text)));
        Refused
    })
}

/// What the path has where the route's pattern has this name.
pub(super) fn decoded(request: &HttpRequest, name: &str) -> String {
    // The router decodes all but `%`, `/` and `+`.
    let segment = request.match_info().get(name).unwrap_or_default();
    percent_decode_str(segment).decode_utf8_lossy().into_owned()
}
