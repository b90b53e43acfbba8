//! Whose account is meant.

use std::str::FromStr;

use ironplate_domain::{Email, UserId};

/// One account, by one of its names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Person {
    Id(UserId),
    Address(Email),
}

impl FromStr for Person {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let id = text.parse().map(|id| Self::Id(UserId(id))).ok();
        id.or_else(|| Email::parse(text).ok().map(Self::Address)).ok_or("it is neither an id nor an address")
    }
}
