#![doc = include_str!("../README.md")]

mod audit;
mod catalogue;
mod client;
mod device;
pub mod email;
mod ids;
mod item;
mod message;
mod one_time_token;
mod password;
mod permission;
mod session;
mod text;
mod timestamp;
mod user;
mod visible;
mod worker;

pub use audit::{AuditDetail, AuditDetails, AuditEvent, AuditKind, AuditOutcome};
pub use client::{AddressRange, Client, KnownClient, RequestId, UserAgent};
pub use device::device;
pub use email::{Email, EmailError};
pub use ids::{AuditEventId, ItemId, MessageId, SessionId, UserId, WorkerId};
pub use item::{Item, ItemChanges};
pub use message::{Fact, Facts, MailTemplate, Message, MessageState};
pub use one_time_token::{OneTimeToken, SealedToken, TokenDigest, TokenPurpose, TokenSecret};
pub use password::{Password, PasswordAttempt, PasswordError, PasswordHash, PasswordRecipe};
pub use permission::{Action, Actor, Resource, can};
pub use session::{
    Generation, RefreshSalt, Renewable, Replaced, Rotation, Session, SessionKeys, SessionKind, SessionSpans, SessionUse,
};
pub use text::{FullName, ItemDescription, ItemTitle, TextError, fold};
pub use timestamp::Timestamp;
pub use user::{User, UserChanges};
pub use visible::{is_invisible, shows_nothing, spelled, spelled_in_lines, steers};
pub use worker::Worker;
