//! Addresses outside of bodies.

use ironplate_domain::Email;
use serde_json::Value;
use utoipa::openapi::{KnownFormat, ObjectBuilder, SchemaFormat, Type};

use super::{Input, Source, path::decoded, value::FieldValue};
use crate::{
    description::Description,
    problem::{FieldFault, Refused, ValueFault},
};

/// An address where any text is taken; `None` stands for a text that is none, and that nobody can have.
pub(crate) struct SomeAddress(pub(crate) Option<Email>);

/// The segment `email` of the path.
impl Input for SomeAddress {
    fn read(source: &mut Source<'_>) -> Result<Self, Refused> {
        Ok(Self(Email::parse(&decoded(source.request, "email")).ok()))
    }

    fn describe(description: &mut Description) {
        description.segment("email", ObjectBuilder::new().schema_type(Type::String));
    }
}

/// The query parameter `email_to`.
pub(crate) struct EmailTo(pub(crate) Email);

impl Input for EmailTo {
    fn read(source: &mut Source<'_>) -> Result<Self, Refused> {
        let email = source.parameter("email_to", |text| <Email as FieldValue>::parse(&Value::from(text)))?;
        email.map(Self).ok_or_else(|| {
            let place = vec!["query".into(), "email_to".into()];
            source.faults.push(FieldFault::new(ValueFault::missing(), place, Value::Null));
            Refused
        })
    }

    fn describe(description: &mut Description) {
        let email = Some(SchemaFormat::KnownFormat(KnownFormat::Email));
        description.required_parameter("email_to", ObjectBuilder::new().schema_type(Type::String).format(email));
    }
}
