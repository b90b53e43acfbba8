//! What several endpoints send and receive; the rest stands beside its operations. Field names, their order and the schema names
//! are the contract's.

mod error;
mod message;
mod page;
mod user;

pub(crate) use error::{ErrorBody, HTTPValidationError, ValidationError};
pub(crate) use message::Message;
pub(crate) use page::{Listed, PageOf};
pub use user::UserPublic;
pub(crate) use user::{
    PrivateUserCreate, UpdatePassword, UserCreate, UserRegister, UserUpdate, UserUpdateMe, UsersPublic,
};
