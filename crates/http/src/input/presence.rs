//! Whether a field of a body has to be there, and whether it may be null.

use std::marker::PhantomData;

use serde_json::{Value, json};
use utoipa::openapi::{ArrayBuilder, ObjectBuilder, RefOr, Schema, Type, schema::SchemaType};

use super::{FieldValue, Fields};
use crate::problem::{Refused, ValueFault};

/// How a field is read, and how it is described.
pub(crate) trait Presence {
    /// What is known once it is read.
    type Read;

    const IS_REQUIRED: bool = false;
    const IS_SECRET: bool;

    fn read(fields: &mut Fields<'_>, name: &str) -> Result<Self::Read, Refused>;
    fn schema() -> Schema;
}

/// It must be there, and must not be null.
pub(crate) struct Required<T>(PhantomData<T>);

/// It may be left out. The contract's document has null, too, and the contract refuses it.
pub(crate) struct Optional<T>(PhantomData<T>);

/// It may be left out (`None`) or null (`Some(None)`).
pub(crate) struct Nullable<T>(PhantomData<T>);

/// A list of one to `MOST` values that must be there. What is wrong with one of them is told of the list.
pub(crate) struct RequiredList<T, const MOST: usize>(PhantomData<T>);

/// True or false, and `DEFAULT` when it is left out.
pub(crate) struct Flag<const DEFAULT: bool>;

impl<T: FieldValue> Presence for Required<T> {
    type Read = T;

    const IS_REQUIRED: bool = true;
    const IS_SECRET: bool = T::IS_SECRET;

    fn read(fields: &mut Fields<'_>, name: &str) -> Result<T, Refused> {
        fields.required(name, T::parse)
    }

    fn schema() -> Schema {
        T::schema().build().into()
    }
}

impl<T: FieldValue> Presence for Optional<T> {
    type Read = Option<T>;

    const IS_SECRET: bool = T::IS_SECRET;

    fn read(fields: &mut Fields<'_>, name: &str) -> Result<Option<T>, Refused> {
        fields.optional(name, T::parse)
    }

    fn schema() -> Schema {
        or_null(T::schema()).build().into()
    }
}

impl<T: FieldValue> Presence for Nullable<T> {
    type Read = Option<Option<T>>;

    const IS_SECRET: bool = T::IS_SECRET;

    fn read(fields: &mut Fields<'_>, name: &str) -> Result<Option<Option<T>>, Refused> {
        fields.nullable(name, T::parse)
    }

    fn schema() -> Schema {
        or_null(T::schema()).build().into()
    }
}

impl<T: FieldValue, const MOST: usize> Presence for RequiredList<T, MOST> {
    type Read = Vec<T>;

    const IS_REQUIRED: bool = true;
    const IS_SECRET: bool = T::IS_SECRET;

    fn read(fields: &mut Fields<'_>, name: &str) -> Result<Vec<T>, Refused> {
        fields.required(name, list::<T, MOST>)
    }

    fn schema() -> Schema {
        ArrayBuilder::new().items(T::schema()).min_items(Some(1)).max_items(Some(MOST)).build().into()
    }
}

fn list<T: FieldValue, const MOST: usize>(value: &Value) -> Result<Vec<T>, ValueFault> {
    let Value::Array(values) = value else {
        return Err(ValueFault::new("list_type", "Input should be a valid list"));
    };
    let wrong = |kind, bound: &str, length: usize, name: &str| {
        let items = if length == 1 { "item" } else { "items" };
        let message = format!("List should have at {bound} {length} {items} after validation, not {}", values.len());
        let context = json!({ "field_type": "List", name: length, "actual_length": values.len() });
        Err(ValueFault::new(kind, message).with_context(context))
    };
    match values.len() {
        0 => wrong("too_short", "least", 1, "min_length"),
        length if length > MOST => wrong("too_long", "most", MOST, "max_length"),
        _ => values.iter().map(T::parse).collect(),
    }
}

impl<const DEFAULT: bool> Presence for Flag<DEFAULT> {
    type Read = bool;

    const IS_SECRET: bool = false;

    fn read(fields: &mut Fields<'_>, name: &str) -> Result<bool, Refused> {
        Ok(fields.optional(name, bool::parse)?.unwrap_or(DEFAULT))
    }

    fn schema() -> Schema {
        bool::schema().default(Some(DEFAULT.into())).build().into()
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
