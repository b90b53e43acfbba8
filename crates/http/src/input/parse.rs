//! From JSON values to values of the domain.

use ironplate_domain::{
    Email, FullName, ItemDescription, ItemTitle, Password, PasswordAttempt, TextError, TokenSecret,
};
use serde_json::{Value, json};

use super::{
    boolean::{BooleanFault, lax_boolean},
    fault::Fault,
};

fn text(value: &Value) -> Result<&str, Fault> {
    value.as_str().ok_or_else(Fault::string_type)
}

impl From<TextError> for Fault {
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
            TextError::Nul => Self::value("NUL characters are not allowed"),
        }
    }
}

pub(crate) fn email(value: &Value) -> Result<Email, Fault> {
    Email::parse(text(value)?).map_err(|error| {
        let reason = error.to_string();
        let message = format!("value is not a valid email address: {reason}");
        Fault::new("value_error", message).with_context(json!({ "reason": reason }))
    })
}

/// What is no address is nobody's, and no fault.
pub(crate) fn some_address(value: &Value) -> Result<Option<Email>, Fault> {
    Ok(Email::parse(text(value)?).ok())
}

pub(crate) fn password(value: &Value) -> Result<Password, Fault> {
    Password::parse(text(value)?).map_err(|error| error.0.into())
}

pub(crate) fn attempt(value: &Value) -> Result<PasswordAttempt, Fault> {
    text(value).map(PasswordAttempt::new)
}

pub(crate) fn token(value: &Value) -> Result<TokenSecret, Fault> {
    text(value).map(TokenSecret::new)
}

pub(crate) fn full_name(value: &Value) -> Result<FullName, Fault> {
    Ok(FullName::parse(text(value)?)?)
}

pub(crate) fn item_title(value: &Value) -> Result<ItemTitle, Fault> {
    Ok(ItemTitle::parse(text(value)?)?)
}

pub(crate) fn item_description(value: &Value) -> Result<ItemDescription, Fault> {
    Ok(ItemDescription::parse(text(value)?)?)
}

pub(crate) fn boolean(value: &Value) -> Result<bool, Fault> {
    lax_boolean(value).map_err(|fault| {
        let kind = match fault {
            BooleanFault::Parsing => "bool_parsing",
            BooleanFault::Type => "bool_type",
        };
        Fault::new(kind, fault.to_string())
    })
}
