//! The declaration of a JSON body: its schema and its reader from one list of fields.

use serde_json::Value;
use utoipa::openapi::{ObjectBuilder, RefOr, Schema};

/// Declares a JSON body: its name in the OpenAPI document, the command that it becomes, its fields in the contract's order,
/// an example, and the command made of the fields.
///
/// ```text
/// json_body! {
///     /// A new item.
///     ItemCreate -> CreateItem {
///         title: Required<ItemTitle>,
///         /// In plain text.
///         description: Nullable<ItemDescription>,
///     }
///     example {"title": "Buy milk"}
///     => CreateItem { title, description: description.flatten() }
/// }
/// ```
///
/// A handler takes `Json<ItemCreate>`, which holds a `CreateItem`, and is documented by that.
macro_rules! json_body {
    (
        $(#[doc = $doc:literal])*
        $body:ident -> $command:ty { $($(#[doc = $field_doc:literal])* $field:ident: $presence:ty),+ $(,)? }
        example $example:tt
        => $made:expr
    ) => {
        $(#[doc = $doc])*
        pub(crate) enum $body {}

        impl $crate::input::JsonBody for $body {
            type Command = $command;

            const HAS_SECRETS: bool = $(<$presence as $crate::input::Presence>::IS_SECRET)||+;

            fn from_fields(fields: &mut $crate::input::Fields<'_>) -> Result<$command, $crate::problem::Refused> {
                // All are read before one is given up, so that all faults are told at once.
                $(let $field = <$presence as $crate::input::Presence>::read(fields, stringify!($field));)+
                $(let $field = $field?;)+
                Ok($made)
            }
        }

        impl utoipa::PartialSchema for $body {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
                let fields = vec![$($crate::input::DeclaredField {
                    name: stringify!($field),
                    doc: &[$($field_doc),*],
                    is_required: <$presence as $crate::input::Presence>::IS_REQUIRED,
                    schema: <$presence as $crate::input::Presence>::schema(),
                }),+];
                $crate::input::body_schema(&[$($doc),*], fields, serde_json::json!($example))
            }
        }

        impl utoipa::ToSchema for $body {}
    };
}
pub(crate) use json_body;

/// A field as [`json_body`] has it.
pub(crate) struct DeclaredField {
    pub(crate) name: &'static str,
    pub(crate) doc: &'static [&'static str],
    pub(crate) is_required: bool,
    pub(crate) schema: Schema,
}

/// The schema of a body of [`json_body`].
#[expect(deprecated, reason = "as the derive of answers writes examples, too")]
pub(crate) fn body_schema(doc: &[&str], fields: Vec<DeclaredField>, example: Value) -> RefOr<Schema> {
    let mut object = ObjectBuilder::new().description(description(doc)).example(Some(example));
    for field in fields {
        object = object.property(field.name, with_description(field.schema, description(field.doc)));
        if field.is_required {
            object = object.required(field.name);
        }
    }
    object.into()
}

fn with_description(mut schema: Schema, description: Option<String>) -> Schema {
    match &mut schema {
        Schema::Object(object) => object.description = description,
        Schema::Array(array) => array.description = description,
        _ => (),
    }
    schema
}

fn description(doc: &[&str]) -> Option<String> {
    let lines: Vec<&str> = doc.iter().map(|line| line.trim()).collect();
    (!lines.is_empty()).then(|| lines.join("\n"))
}
