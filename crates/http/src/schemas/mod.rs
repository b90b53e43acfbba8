//! What several endpoints send and receive; the rest stands beside its operations. Field names, their order and the schema names
//! are the contract's.

mod error;
mod message;
mod page;
mod user;

pub(crate) use error::{ErrorBody, HTTPValidationError, ValidationError};
pub(crate) use message::Message;
pub(crate) use page::{Listed, PageOf};
pub(crate) use user::{
    PrivateUserCreate, UpdatePassword, UserCreate, UserPublic, UserRegister, UserUpdate, UserUpdateMe, UsersPublic,
};
