//! What is sent and received. Field names, their order and the schema names are the contract's.

mod error;
mod health;
mod item;
mod login;
mod message;
mod recovery;
mod user;

pub(crate) use error::{ErrorBody, HTTPValidationError, ValidationError};
pub(crate) use health::{Liveness, Readiness};
pub(crate) use item::{ItemCreate, ItemPublic, ItemUpdate, ItemsPublic};
pub(crate) use login::{LoginForm, Token};
pub(crate) use message::Message;
pub(crate) use recovery::{EmailProof, NewPassword, PasswordRecovery};
pub(crate) use user::{
    PrivateUser, PrivateUserCreate, UpdatePassword, UserCreate, UserPublic, UserRegister, UserUpdate, UserUpdateMe,
    UsersPublic,
};
