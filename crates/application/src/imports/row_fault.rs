//! Why a row can't be taken.

use ironplate_domain::{EmailError, TextError, UserId};

use super::ForeignId;
use crate::ports::UnusableHash;

/// Why a row can't be taken. Its `Display` is a sentence for the operator, without its full stop.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum RowFault {
    /// Nobody could tell what it says.
    #[error("the row can't be read: {0}")]
    Unreadable(String),
    /// It has no address that mail could be sent to.
    #[error("the address is not valid: {0}")]
    Address(EmailError),
    /// An account of another origin has the address.
    #[error("the address is taken, in this or another spelling, by the account {0}")]
    AddressTaken(UserId),
    /// Another row that was met before has the address.
    #[error("the address is that of {0}, too, in this or another spelling")]
    AddressTwice(ForeignId),
    /// The account came in before, and one of both has another address since.
    #[error("the account is here already, with another address")]
    AddressDiffers,
    /// The name is too long, or no database can store it.
    #[error("the name can't be taken: {0}")]
    Name(TextError),
    /// No password could be compared with the hash.
    #[error("the password hash can't be used: {0}")]
    Hash(UnusableHash),
    /// The title is empty or too long.
    #[error("the title can't be taken: {0}")]
    Title(TextError),
    /// The description is too long.
    #[error("the description can't be taken: {0}")]
    Description(TextError),
    /// Its owner was refused, or there is none.
    #[error("its owner was not imported")]
    OwnerMissing,
    /// Its owner has as many as a user may have.
    #[error("its owner has {0} items, and may not have more")]
    TooMany(u32),
    /// It came in before, and is another owner's since.
    #[error("the item is here already, and is another owner's")]
    OwnerDiffers,
}

impl RowFault {
    /// Its stable name for machines, in `snake_case`.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Unreadable(_) => "row_unreadable",
            Self::Address(_) => "address_invalid",
            Self::AddressTaken(_) => "address_taken",
            Self::AddressTwice(_) => "address_twice",
            Self::AddressDiffers => "address_differs",
            Self::Name(_) => "name_invalid",
            Self::Hash(_) => "hash_unusable",
            Self::Title(_) => "title_invalid",
            Self::Description(_) => "description_invalid",
            Self::OwnerMissing => "owner_missing",
            Self::TooMany(_) => "too_many_items",
            Self::OwnerDiffers => "owner_differs",
        }
    }
}
