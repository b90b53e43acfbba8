//! The values that a field of a body can hold: how each is read from JSON, and how the OpenAPI document describes it.

use ironplate_domain::{Date, Decimal, Email, Password, PasswordAttempt, TextError, Timestamp, TokenSecret};
use serde_json::{Value, json};
use utoipa::openapi::{KnownFormat, ObjectBuilder, SchemaFormat, Type};

use super::{
    PathId, SomeAddress,
    exact::{BooleanFault, lax_boolean},
    identifier::path_uuid,
    presence::or_null,
};
use crate::problem::ValueFault;

/// A value of a field. Its bounds are the domain's, for reading and for describing alike.
pub(crate) trait FieldValue: Sized {
    /// No body that holds such a value may be echoed as a whole.
    const IS_SECRET: bool = false;

    fn parse(value: &Value) -> Result<Self, ValueFault>;

    /// The schema, complete but for `null` and what its field says.
    fn schema() -> ObjectBuilder {
        ObjectBuilder::new().schema_type(Type::String)
    }
}

pub(crate) fn text(value: &Value) -> Result<&str, ValueFault> {
    value.as_str().ok_or_else(ValueFault::string_type)
}

pub(crate) fn text_of(min: usize, max: usize) -> ObjectBuilder {
    ObjectBuilder::new().schema_type(Type::String).min_length((min > 0).then_some(min)).max_length(Some(max))
}

fn formatted(text: ObjectBuilder, format: KnownFormat) -> ObjectBuilder {
    text.format(Some(SchemaFormat::KnownFormat(format)))
}

impl From<TextError> for ValueFault {
    fn from(error: TextError) -> Self {
        let characters = |count: usize| if count == 1 { "character" } else { "characters" };
        match error {
            TextError::TooShort { min } => {
                let message = format!("String should have at least {min} {}", characters(min));
                Self::new("string_too_short", message).with_context(json!({ "min_length": min }))
            }
            TextError::TooLong { max } => {
                let message = format!("String should have at most {max} {}", characters(max));
                Self::new("string_too_long", message).with_context(json!({ "max_length": max }))
            }
            error => Self::value(&error.to_string()),
        }
    }
}

/// Bounded texts of the domain as fields: `bounded_texts!(ItemTitle, ItemDescription);` beside the schema that has them.
macro_rules! bounded_texts {
    ($($text:ident),+) => {$(
        impl $crate::input::FieldValue for $text {
            fn parse(value: &serde_json::Value) -> Result<Self, $crate::problem::ValueFault> {
                Ok(Self::parse($crate::input::text(value)?)?)
            }

            fn schema() -> utoipa::openapi::ObjectBuilder {
                $crate::input::text_of(Self::MIN, Self::MAX)
            }
        }
    )+};
}
pub(crate) use bounded_texts;

/// What the domain has by stable names as fields: `named!(ProjectStatus);` beside the schema that has them.
macro_rules! named {
    ($($Enum:ident),+) => {$(
        impl $crate::input::FieldValue for $Enum {
            fn parse(value: &serde_json::Value) -> Result<Self, $crate::problem::ValueFault> {
                $crate::input::literal($crate::input::text(value)?, &Self::ALL, |one| one.name())
            }

            fn schema() -> utoipa::openapi::ObjectBuilder {
                let names = Some(Self::ALL.map(Self::name));
                utoipa::openapi::ObjectBuilder::new().schema_type(utoipa::openapi::Type::String).enum_values(names)
            }
        }
    )+};
}
pub(crate) use named;

impl FieldValue for Date {
    fn parse(value: &Value) -> Result<Self, ValueFault> {
        let text = value.as_str().ok_or_else(|| ValueFault::new("date_type", "Input should be a valid date"))?;
        let fault = || ValueFault::new("date_parsing", "Input should be a valid date, such as 2027-03-01");
        Self::parse(text).ok_or_else(fault)
    }

    fn schema() -> ObjectBuilder {
        formatted(ObjectBuilder::new().schema_type(Type::String), KnownFormat::Date)
    }
}

impl FieldValue for Timestamp {
    fn parse(value: &Value) -> Result<Self, ValueFault> {
        let text =
            value.as_str().ok_or_else(|| ValueFault::new("datetime_type", "Input should be a valid datetime"))?;
        let fault =
            || ValueFault::new("datetime_parsing", "Input should be a valid datetime, such as 2027-03-01T09:30:00Z");
        Self::parse(text).ok_or_else(fault)
    }

    fn schema() -> ObjectBuilder {
        formatted(ObjectBuilder::new().schema_type(Type::String), KnownFormat::DateTime)
    }
}

impl FieldValue for i64 {
    fn parse(value: &Value) -> Result<Self, ValueFault> {
        value.as_i64().ok_or_else(|| ValueFault::new("int_type", "Input should be a valid integer"))
    }

    fn schema() -> ObjectBuilder {
        formatted(ObjectBuilder::new().schema_type(Type::Integer), KnownFormat::Int64)
    }
}

/// As text, or as a whole number: a number with a point is another one in many programs that read it.
impl<const DIGITS: usize> FieldValue for Decimal<DIGITS> {
    fn parse(value: &Value) -> Result<Self, ValueFault> {
        let whole = value.as_i64().map(|whole| whole.to_string());
        let text = whole.as_deref().or(value.as_str());
        let text =
            text.ok_or_else(|| ValueFault::new("decimal_type", "Decimal input should be an integer or a string"))?;
        Self::parse(text).map_err(|error| ValueFault::value(&error.to_string()))
    }

    fn schema() -> ObjectBuilder {
        let pattern =
            if DIGITS == 0 { "^-?[0-9]+$".to_owned() } else { format!("^-?[0-9]+(\\.[0-9]{{1,{DIGITS}}})?$") };
        ObjectBuilder::new().schema_type(Type::String).max_length(Some(LONGEST_DECIMAL)).pattern(Some(pattern))
    }
}

/// Of 64 bits, with a sign and a point.
const LONGEST_DECIMAL: usize = 21;

/// Whatever has an id in paths.
impl<T: PathId> FieldValue for T {
    fn parse(value: &Value) -> Result<Self, ValueFault> {
        let fault = || ValueFault::new("uuid_type", "UUID input should be a string");
        path_uuid(value.as_str().ok_or_else(fault)?).map(Self::from).map_err(|reason| ValueFault::uuid(&reason))
    }

    fn schema() -> ObjectBuilder {
        formatted(ObjectBuilder::new().schema_type(Type::String), KnownFormat::Uuid)
    }
}

/// Null is `None`.
impl<T: FieldValue> FieldValue for Option<T> {
    const IS_SECRET: bool = T::IS_SECRET;

    fn parse(value: &Value) -> Result<Self, ValueFault> {
        if value.is_null() { Ok(None) } else { T::parse(value).map(Some) }
    }

    fn schema() -> ObjectBuilder {
        or_null(T::schema())
    }
}

impl FieldValue for Email {
    fn parse(value: &Value) -> Result<Self, ValueFault> {
        Self::parse(text(value)?).map_err(|error| {
            let reason = error.to_string();
            let message = format!("value is not a valid email address: {reason}");
            ValueFault::new("value_error", message).with_context(json!({ "reason": reason }))
        })
    }

    /// 255 is the contract's; the domain is a little stricter.
    fn schema() -> ObjectBuilder {
        formatted(text_of(0, 255), KnownFormat::Email)
    }
}

/// What is no address is nobody's, and no fault.
impl FieldValue for SomeAddress {
    fn parse(value: &Value) -> Result<Self, ValueFault> {
        Ok(Self(Email::parse(text(value)?).ok()))
    }
}

impl FieldValue for Password {
    const IS_SECRET: bool = true;

    fn parse(value: &Value) -> Result<Self, ValueFault> {
        Self::parse(text(value)?).map_err(|error| error.0.into())
    }

    fn schema() -> ObjectBuilder {
        text_of(Self::MIN, Self::MAX)
    }
}

impl FieldValue for PasswordAttempt {
    const IS_SECRET: bool = true;

    fn parse(value: &Value) -> Result<Self, ValueFault> {
        text(value).map(Self::new)
    }

    fn schema() -> ObjectBuilder {
        formatted(ObjectBuilder::new().schema_type(Type::String), KnownFormat::Password)
    }
}

impl FieldValue for TokenSecret {
    const IS_SECRET: bool = true;

    fn parse(value: &Value) -> Result<Self, ValueFault> {
        text(value).map(Self::new)
    }
}

/// Any text.
impl FieldValue for String {
    fn parse(value: &Value) -> Result<Self, ValueFault> {
        text(value).map(Self::from)
    }
}

impl FieldValue for bool {
    fn parse(value: &Value) -> Result<Self, ValueFault> {
        lax_boolean(value).map_err(|fault| {
            let kind = match fault {
                BooleanFault::Parsing => "bool_parsing",
                BooleanFault::Type => "bool_type",
            };
            ValueFault::new(kind, fault.to_string())
        })
    }

    fn schema() -> ObjectBuilder {
        ObjectBuilder::new().schema_type(Type::Boolean)
    }
}
