//! Whether a field of a body has to be there, and whether it may be null.

use std::marker::PhantomData;

use serde_json::Value;
use utoipa::openapi::{ObjectBuilder, RefOr, Schema, Type, schema::SchemaType};

use super::{FieldValue, Fields};
use crate::problem::Refused;

/// How a field is read, and how it is described.
pub(crate) trait Presence {
    /// What is known once it is read.
    type Read;

    const IS_REQUIRED: bool = false;
    const IS_SECRET: bool;

    fn read(fields: &mut Fields<'_>, name: &str) -> Result<Self::Read, Refused>;
    fn schema() -> ObjectBuilder;
}

/// It must be there, and must not be null.
pub(crate) struct Required<T>(PhantomData<T>);

/// It may be left out. The contract's document has null, too, and the contract refuses it.
pub(crate) struct Optional<T>(PhantomData<T>);

/// It may be left out (`None`) or null (`Some(None)`).
pub(crate) struct Nullable<T>(PhantomData<T>);

/// True or false, and `DEFAULT` when it is left out.
pub(crate) struct Flag<const DEFAULT: bool>;

impl<T: FieldValue> Presence for Required<T> {
    type Read = T;

    const IS_REQUIRED: bool = true;
    const IS_SECRET: bool = T::IS_SECRET;

    fn read(fields: &mut Fields<'_>, name: &str) -> Result<T, Refused> {
        fields.required(name, T::parse)
    }

    fn schema() -> ObjectBuilder {
        T::schema()
    }
}

impl<T: FieldValue> Presence for Optional<T> {
    type Read = Option<T>;

    const IS_SECRET: bool = T::IS_SECRET;

    fn read(fields: &mut Fields<'_>, name: &str) -> Result<Option<T>, Refused> {
        fields.optional(name, T::parse)
    }

    fn schema() -> ObjectBuilder {
        or_null(T::schema())
    }
}

impl<T: FieldValue> Presence for Nullable<T> {
    type Read = Option<Option<T>>;

    const IS_SECRET: bool = T::IS_SECRET;

    fn read(fields: &mut Fields<'_>, name: &str) -> Result<Option<Option<T>>, Refused> {
        fields.nullable(name, T::parse)
    }

    fn schema() -> ObjectBuilder {
        or_null(T::schema())
    }
}

impl<const DEFAULT: bool> Presence for Flag<DEFAULT> {
    type Read = bool;

    const IS_SECRET: bool = false;

    fn read(fields: &mut Fields<'_>, name: &str) -> Result<bool, Refused> {
        Ok(fields.optional(name, bool::parse)?.unwrap_or(DEFAULT))
    }

    fn schema() -> ObjectBuilder {
        bool::schema().default(Some(DEFAULT.into()))
    }
}

/// The same, or null.
pub(super) fn or_null(schema: ObjectBuilder) -> ObjectBuilder {
    let mut object = schema.build();
    if let SchemaType::Type(single) = object.schema_type {
        object.schema_type = SchemaType::Array(vec![single, Type::Null]);
    }
    if let Some(values) = &mut object.enum_values {
        values.push(Value::Null);
    }
    object.into()
}

/// The schema of a field of an answer, for `#[schema(schema_with = …)]`: the same values come back that were sent.
pub(crate) fn described<P: Presence>() -> RefOr<Schema> {
    P::schema().into()
}
