//! What is sent and received. Field names, their order and the schema names are the contract's.

mod audit;
mod error;
mod export;
mod health;
mod item;
mod login;
mod message;
mod page;
mod recovery;
mod session;
mod user;

pub(crate) use audit::{AuditEventPublic, AuditPublic};
pub(crate) use error::{ErrorBody, HTTPValidationError, ValidationError};
pub(crate) use export::{AccountExport, ExportedMember};
pub(crate) use health::{Liveness, Readiness};
pub(crate) use item::{ItemCreate, ItemPublic, ItemUpdate, ItemsPublic};
pub(crate) use login::{RefreshRequest, SessionLogin, Token};
pub(crate) use message::Message;
pub(crate) use recovery::{EmailProof, NewPassword, PasswordRecovery};
pub(crate) use session::{SessionFields, SessionsPublic};
pub(crate) use user::{
    PrivateUserCreate, UpdatePassword, UserCreate, UserPublic, UserRegister, UserUpdate, UserUpdateMe, UsersPublic,
};
