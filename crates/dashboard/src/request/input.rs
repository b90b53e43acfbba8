//! From what somebody typed to values that are valid, and what to say when they are not.

use ironplate_domain::{Email, FullName, ItemDescription, ItemTitle, Password, TextError};

/// A value that a field of a form can hold.
pub(crate) trait Input: Sized {
    /// Takes what was typed.
    ///
    /// # Errors
    /// A sentence for whoever typed it.
    fn read(text: &str) -> Result<Self, String>;
}

impl Input for Email {
    fn read(text: &str) -> Result<Self, String> {
        Self::parse(text.trim()).map_err(|_| "Enter an email address like name@example.com".to_owned())
    }
}

impl Input for Password {
    fn read(text: &str) -> Result<Self, String> {
        Self::parse(text).map_err(|error| match error.0 {
            TextError::TooShort { .. } if text.is_empty() => "Enter a password".to_owned(),
            TextError::TooShort { min } => format!("The password needs at least {min} characters"),
            error => too_much("password", text, error),
        })
    }
}

impl Input for FullName {
    fn read(text: &str) -> Result<Self, String> {
        Self::parse(text.trim()).map_err(|error| too_much("name", text.trim(), error))
    }
}

impl Input for ItemTitle {
    fn read(text: &str) -> Result<Self, String> {
        Self::parse(text.trim()).map_err(|error| match error {
            TextError::TooShort { .. } => "Enter a title".to_owned(),
            error => too_much("title", text.trim(), error),
        })
    }
}

impl Input for ItemDescription {
    fn read(text: &str) -> Result<Self, String> {
        // Browsers send every line's end as two characters.
        let text = text.trim().replace("\r\n", "\n");
        Self::parse(text.as_str()).map_err(|error| too_much("description", &text, error))
    }
}

fn too_much(what: &str, text: &str, error: TextError) -> String {
    match error {
        TextError::TooLong { max } => {
            format!("The {what} has {} characters, at most {max} are allowed", text.chars().count())
        }
        TextError::TooShort { .. } | TextError::Nul => format!("The {what} can’t be taken: {error}"),
    }
}
