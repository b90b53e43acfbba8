//! From what somebody typed to values that are valid, and what to say when they are not.

use ironplate_domain::{Date, Email, Password, TextError};

/// A value that a field of a form can hold, with sentences of its own.
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

impl Input for Date {
    fn read(text: &str) -> Result<Self, String> {
        Self::parse(text.trim()).ok_or_else(|| "Enter a date like 2026-11-25".to_owned())
    }
}

/// A text whose length is bounded, out of the field that is called so.
pub(super) fn bounded<T>(
    text: &str,
    label: &str,
    parse: impl FnOnce(String) -> Result<T, TextError>,
) -> Result<T, String> {
    let what = label.to_lowercase();
    // Browsers send every line's end as two characters.
    let text = text.trim().replace("\r\n", "\n");
    parse(text.clone()).map_err(|error| match error {
        TextError::TooShort { .. } if text.is_empty() => format!("Enter {} {what}", article(&what)),
        TextError::TooShort { min } => format!("The {what} needs at least {min} characters"),
        error => too_much(&what, &text, error),
    })
}

fn article(noun: &str) -> &'static str {
    if noun.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" }
}

fn too_much(what: &str, text: &str, error: TextError) -> String {
    match error {
        TextError::TooLong { max } => {
            format!("The {what} has {} characters, at most {max} are allowed", text.chars().count())
        }
        TextError::TooShort { .. } | TextError::Nul => format!("The {what} can’t be taken: {error}"),
    }
}
