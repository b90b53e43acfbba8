//! Query parameters.

use serde_json::json;
use utoipa::openapi::{ObjectBuilder, Type};

use super::{
    Source,
    exact::{IntegerFault, lax_integer},
};
use crate::problem::{FieldFault, Refused, ValueFault};

impl Source<'_> {
    /// A parameter, parsed; the last of several counts.
    pub(super) fn parameter<T>(
        &mut self,
        name: &str,
        parse: impl FnOnce(&str) -> Result<T, ValueFault>,
    ) -> Result<Option<T>, Refused> {
        let query = self.request.uri().query().unwrap_or_default();
        let Some((_, text)) = form_urlencoded::parse(query.as_bytes()).filter(|(key, _)| key == name).last() else {
            return Ok(None);
        };
        parse(&text).map(Some).map_err(|fault| {
            self.faults.push(FieldFault::new(fault, vec!["query".into(), name.into()], text.into_owned().into()));
            Refused
        })
    }
}

/// The schema of such an integer.
pub(super) fn number_up_to(max: Option<i64>, default: u64) -> ObjectBuilder {
    let number = ObjectBuilder::new().schema_type(Type::Integer).default(Some(default.into()));
    number.minimum(Some(0)).maximum(max)
}

/// An integer from 0 to `max`, in every spelling that the contract takes.
pub(super) fn integer_up_to(max: i64) -> impl FnOnce(&str) -> Result<u64, ValueFault> {
    move |text| {
        let number = lax_integer(text).map_err(|fault| {
            let kind = match fault {
                IntegerFault::Parsing => "int_parsing",
                IntegerFault::Size => "int_parsing_size",
            };
            ValueFault::new(kind, fault.to_string())
        })?;
        if number > i128::from(max) {
            let message = format!("Input should be less than or equal to {max}");
            return Err(ValueFault::new("less_than_equal", message).with_context(json!({ "le": max })));
        }
        u64::try_from(number).map_err(|_| {
            let message = "Input should be greater than or equal to 0";
            ValueFault::new("greater_than_equal", message).with_context(json!({ "ge": 0 }))
        })
    }
}
