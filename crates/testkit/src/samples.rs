//! Valid values out of literals; what does not parse stops the test.

use ironplate_domain::{Email, FullName, ItemDescription, ItemTitle, Password, PasswordAttempt};

/// The password of every sample user that was not given another.
pub const PASSWORD: &str = "correct horse";

/// An address.
#[must_use]
pub fn email(text: &str) -> Email {
    Email::parse(text).unwrap_or_else(|error| panic!("{text:?} is no address: {error}"))
}

/// A new password.
#[must_use]
pub fn password(text: &str) -> Password {
    Password::parse(text).unwrap_or_else(|error| panic!("{text:?} is no password: {error}"))
}

/// What somebody typed as their password.
#[must_use]
pub fn attempt(text: &str) -> PasswordAttempt {
    PasswordAttempt::new(text)
}

/// A user's name.
#[must_use]
pub fn full_name(text: &str) -> FullName {
    FullName::parse(text).unwrap_or_else(|error| panic!("{text:?} is no name: {error}"))
}

/// An item's title.
#[must_use]
pub fn title(text: &str) -> ItemTitle {
    ItemTitle::parse(text).unwrap_or_else(|error| panic!("{text:?} is no title: {error}"))
}

/// An item's description.
#[must_use]
pub fn description(text: &str) -> ItemDescription {
    ItemDescription::parse(text).unwrap_or_else(|error| panic!("{text:?} is no description: {error}"))
}
