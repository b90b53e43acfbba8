//! How values of the domain are stored: an entity as the list of its fields, a value by what it is made from.

use std::{collections::BTreeMap, net::IpAddr};

use ironplate_domain::{
    AuditEvent, AuthenticatorApp, Challenge, ChallengePurpose, ChallengeScope, Client, CoseKey, CredentialId, Date,
    Decimal, Email, Generation, Invitation, KnownClient, Membership, Message, OneTimeToken, Organization, Owner,
    Passkey, RefreshSalt, Replaced, RequestId, SealedSecret, SealedToken, Session, SessionDigests, Step, StoredText,
    Timestamp, TokenDigest, TrustedDevice, User, UserAgent, Worker,
};
use serde_json::Value;
use uuid::Uuid;

/// What is kept as JSON. `By` is how: it follows from the type, and lets each way be said for all types that it is for.
pub(crate) trait Field<By>: Sized {
    fn write(&self) -> Value;

    /// `None` for what this version does not know.
    fn read(value: Value) -> Option<Self>;
}

/// By its fields.
pub(crate) enum Entity {}

/// By its identifier.
pub(crate) enum Id {}

/// By its text: texts, and what has a stable name.
pub(crate) enum Text {}

/// By what it is made from.
pub(crate) enum Parts {}

/// An entity. It is taken apart, so that the compiler asks for a field that is missing here.
macro_rules! fields {
    ($($Entity:ident { $($field:ident),+ $(,)? })+) => {$(
        impl $crate::fields::Field<$crate::fields::Entity> for $Entity {
            fn write(&self) -> serde_json::Value {
                let Self { $($field),+ } = self;
                serde_json::Value::Array(vec![$($crate::fields::Field::write($field)),+])
            }

            fn read(value: serde_json::Value) -> Option<Self> {
                let serde_json::Value::Array(values) = value else { return None };
                let mut values = values.into_iter();
                Some(Self { $($field: $crate::fields::Field::read(values.next()?)?),+ })
            }
        }
    )+};
}

pub(crate) use fields;

fields! {
    User { id, email, full_name, password_hash, is_active, is_superuser, is_verified, created_at }
    Organization { id, name, slug, requires_second_factor, created_by, created_at }
    Membership { organization, user, role, created_at }
    Invitation { id, organization, email, role, invited_by, digest, created_at, expires_at }
    Session {
        id, user, kind, address, user_agent, created_at, last_seen_at, expires_at, ends_at, revoked_at, proved_at,
        writes_until
    }
    SessionDigests { secret, refresh }
    Replaced { digest, salt }
    Generation { number, seen_at }
    AuthenticatorApp { id, user, name, sealed_secret, created_at, confirmed_at, last_step, last_used_at }
    SealedSecret { key, bytes }
    Passkey {
        id, user, name, credential, key, sign_count, aaguid, is_backed_up, verifies_user, transports, created_at,
        last_used_at
    }
    TrustedDevice { id, user, digest, device, created_at, last_used_at, expires_at }
    Challenge { digest, scope, client, tries_left, expires_at }
    OneTimeToken { digest, user, purpose, email, created_at, expires_at }
    Message {
        id, template, to, user, facts, sealed_token, created_at, state, attempts, due_at, finished_at, last_error
    }
    KnownClient { device, range, last_seen_at }
    Worker { id, name, started_at, seen_at }
    AuditEvent { id, at, kind, outcome, actor, subject, organization, details, client }
    Client { address, user_agent, request_id }
}

impl<T: From<Uuid> + Copy> Field<Id> for T
where
    Uuid: From<T>,
{
    fn write(&self) -> Value {
        serde_json::json!(Uuid::from(*self))
    }

    fn read(value: Value) -> Option<Self> {
        serde_json::from_value::<Uuid>(value).ok().map(Self::from)
    }
}

impl<T: StoredText> Field<Text> for T {
    fn write(&self) -> Value {
        self.as_stored().into()
    }

    fn read(value: Value) -> Option<Self> {
        if let Value::String(text) = value { Self::from_stored(text) } else { None }
    }
}

macro_rules! as_json {
    ($($Value:ty),+) => {$(
        impl Field<Parts> for $Value {
            fn write(&self) -> Value {
                serde_json::json!(self)
            }

            fn read(value: Value) -> Option<Self> {
                serde_json::from_value(value).ok()
            }
        }
    )+};
}

as_json! { bool, u32, i64, IpAddr, Vec<u8> }

/// A value, what it is stored as, and how it is made of that again.
macro_rules! values {
    ($($Value:ty, $write:expr => $Stored:ty, $read:expr;)+) => {$(
        impl Field<Parts> for $Value {
            fn write(&self) -> Value {
                let write: fn(&Self) -> $Stored = $write;
                serde_json::json!(write(self))
            }

            fn read(value: Value) -> Option<Self> {
                let read: fn($Stored) -> Option<Self> = $read;
                read(serde_json::from_value(value).ok()?)
            }
        }
    )+};
}

values! {
    Timestamp, |moment| moment.micros() => i64, |micros| Some(Self::from_micros(micros));
    Step, |step| step.0 => i64, |step| Some(Self(step));
    Date, |date| date.days().into() => i64, |days| Some(Self::from_days(days));
    Email, |email| email.as_str().to_owned() => String, |text| Self::parse(&text).ok();
    UserAgent, |agent| agent.as_str().to_owned() => String, |text| Self::new(&text);
    RequestId, |id| id.as_str().to_owned() => String, |text| Self::new(&text);
    TokenDigest, |digest| digest.0 => [u8; 32], |bytes| Some(Self(bytes));
    RefreshSalt, |salt| salt.0 => [u8; 32], |bytes| Some(Self(bytes));
    Owner, |owner| (owner.user().map(Uuid::from), owner.organization().map(Uuid::from)) => (Option<Uuid>, Option<Uuid>),
        |ids| match ids {
            (Some(user), None) => Some(Self::User(user.into())),
            (None, Some(organization)) => Some(Self::Organization(organization.into())),
            _ => None,
        };
    CredentialId, |credential| credential.bytes().to_vec() => Vec<u8>, |bytes| Self::new(&bytes);
    CoseKey, |key| key.0.clone() => Vec<u8>, |bytes| Some(Self(bytes));
    SealedToken, |token| token.0.clone() => Vec<u8>, |bytes| Some(Self(bytes));
}

impl<const DIGITS: usize> Field<Parts> for Decimal<DIGITS> {
    fn write(&self) -> Value {
        self.units().into()
    }

    fn read(value: Value) -> Option<Self> {
        value.as_i64().map(Self::from_units)
    }
}

/// With the name of its purpose in front.
impl Field<Entity> for ChallengeScope {
    fn write(&self) -> Value {
        let purpose = self.purpose().write();
        Value::Array(match self {
            Self::SecondFactor { user, kind, password } => vec![purpose, user.write(), kind.write(), password.write()],
            Self::PasskeyLogIn { kind } => vec![purpose, kind.write()],
            Self::PasskeyRegistration { user, session } | Self::Confirmation { user, session } => {
                vec![purpose, user.write(), session.write()]
            }
        })
    }

    fn read(value: Value) -> Option<Self> {
        let Value::Array(values) = value else { return None };
        let mut values = values.into_iter();
        Some(match Field::read(values.next()?)? {
            ChallengePurpose::SecondFactor => Self::SecondFactor {
                user: Field::read(values.next()?)?,
                kind: Field::read(values.next()?)?,
                password: Field::read(values.next()?)?,
            },
            ChallengePurpose::PasskeyLogIn => Self::PasskeyLogIn { kind: Field::read(values.next()?)? },
            ChallengePurpose::PasskeyRegistration => {
                Self::PasskeyRegistration { user: Field::read(values.next()?)?, session: Field::read(values.next()?)? }
            }
            ChallengePurpose::Confirmation => {
                Self::Confirmation { user: Field::read(values.next()?)?, session: Field::read(values.next()?)? }
            }
        })
    }
}

impl<By, T: Field<By>> Field<Option<By>> for Option<T> {
    fn write(&self) -> Value {
        self.as_ref().map_or(Value::Null, T::write)
    }

    fn read(value: Value) -> Option<Self> {
        if value.is_null() { Some(None) } else { T::read(value).map(Some) }
    }
}

/// What is known of a message or an event.
impl<By, Key: Field<By> + Ord> Field<(By,)> for BTreeMap<Key, String> {
    fn write(&self) -> Value {
        self.iter().map(|(key, text)| Value::Array(vec![key.write(), text.as_str().into()])).collect()
    }

    fn read(value: Value) -> Option<Self> {
        let Value::Array(pairs) = value else { return None };
        let pair = |pair| match <[Value; 2]>::try_from(match pair {
            Value::Array(pair) => pair,
            _ => return None,
        }) {
            Ok([key, Value::String(text)]) => Some((Key::read(key)?, text)),
            _ => None,
        };
        pairs.into_iter().map(pair).collect()
    }
}
