//! Segments of the path.

use actix_web::HttpRequest;
use ironplate_domain::TokenSecret;
use percent_encoding::percent_decode_str;
use serde_json::Value;
use utoipa::openapi::{KnownFormat, ObjectBuilder, SchemaFormat, Type};
use uuid::Uuid;

use super::{Input, Source, identifier::path_uuid};
use crate::{
    description::Description,
    problem::{FieldFault, Refused, ValueFault},
};

/// An id in the path, declared beside the schema of what it names.
pub(crate) trait PathId: From<Uuid> {
    /// The placeholder of the path, such as `user_id`; no two ids share one.
    const NAME: &'static str;
}

impl<T: PathId> Input for T {
    fn read(source: &mut Source<'_>) -> Result<Self, Refused> {
        let text = decoded(source.request, T::NAME);
        path_uuid(&text).map(Self::from).map_err(|reason| {
            let place = vec!["path".into(), T::NAME.into()];
            source.faults.push(FieldFault::new(ValueFault::uuid(&reason), place, Value::String(text)));
            Refused
        })
    }

    fn describe(description: &mut Description) {
        let uuid = Some(SchemaFormat::KnownFormat(KnownFormat::Uuid));
        description.segment(T::NAME, ObjectBuilder::new().schema_type(Type::String).format(uuid));
    }
}

/// The secret of a mailed link, as the segment `token`. Any text will do: what is none opens nothing.
pub(crate) struct PathToken(pub(crate) TokenSecret);

impl Input for PathToken {
    fn read(source: &mut Source<'_>) -> Result<Self, Refused> {
        Ok(Self(TokenSecret::new(&decoded(source.request, "token"))))
    }

    fn describe(description: &mut Description) {
        description.segment("token", ObjectBuilder::new().schema_type(Type::String));
    }
}

/// What the path has where the route's pattern has this name.
pub(super) fn decoded(request: &HttpRequest, name: &str) -> String {
    // The router decodes all but `%`, `/` and `+`.
    let segment = request.match_info().get(name).unwrap_or_default();
    percent_decode_str(segment).decode_utf8_lossy().into_owned()
}
