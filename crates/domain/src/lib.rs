#![doc = include_str!("../README.md")]

mod audit;
mod authenticator_app;
mod challenge;
mod changes;
mod client;
mod date;
mod device;
pub mod email;
mod id;
mod invitation;
mod item;
mod membership;
mod message;
mod named;
mod one_time_token;
mod organization;
mod owner;
mod passkey;
mod password;
mod permission;
mod recovery_code;
mod session;
mod slug;
mod stored;
mod text;
mod timestamp;
mod totp;
mod user;
mod visible;
mod worker;

pub use audit::{AuditDetail, AuditDetails, AuditEvent, AuditEventId, AuditKind, AuditOutcome};
pub use authenticator_app::{AuthenticatorApp, AuthenticatorAppId, FactorName, KeyId, SealedSecret};
pub use challenge::{Challenge, ChallengePurpose, ChallengeScope};
pub use changes::Changes;
pub use client::{AddressRange, Client, KnownClient, RequestId, UserAgent};
pub use date::{Date, SECONDS_OF_A_DAY};
pub use device::device;
pub use email::{Email, EmailError};
pub(crate) use id::id;
pub use invitation::{Invitation, InvitationId};
pub use item::*;
pub use membership::{Membership, Role};
pub use message::{Fact, Facts, MailTemplate, Message, MessageId, MessageState};
pub use named::UnknownName;
pub use one_time_token::{OneTimeToken, SealedToken, TokenDigest, TokenPurpose, TokenSecret};
pub use organization::*;
pub use owner::Owner;
pub use passkey::{CoseKey, CredentialId, Passkey, PasskeyId, Transport, Transports};
pub use password::{Password, PasswordAttempt, PasswordError, PasswordHash, PasswordRecipe};
pub use permission::{Action, Actor, Resource, can};
pub use recovery_code::RecoveryCode;
pub use session::{
    Generation, RefreshSalt, RefreshableSession, Replaced, Rotation, Session, SessionDigests, SessionId, SessionKind,
    SessionSpans, SessionUse,
};
pub use slug::{Slug, SlugError};
pub use stored::StoredText;
pub(crate) use text::bounded_text;
pub use text::{TextError, fold};
pub use timestamp::Timestamp;
pub use totp::{OneTimeCode, Step, TotpSecret};
pub use user::*;
pub use visible::{is_invisible, shows_nothing, spelled, spelled_in_lines, steers};
pub use worker::{Worker, WorkerId};
