//! The ways of the domain's values from and to columns.

use diesel::{
    expression::Expression,
    sql_types::{BigInt, Binary, Bool, Integer, Nullable, SingleValue, SqlType, Text, is_nullable::NotNull},
};
use ironplate_application::ports::BoxError;
use ironplate_domain::{
    ChallengePurpose, ChallengeScope, CoseKey, CredentialId, Date, Decimal, Email, KnownClient, Owner, PasswordHash,
    SealedSecret, SessionId, SessionKind, Step, StoredText, Timestamp, TokenDigest, UserId, fold,
};
use uuid::Uuid;

use crate::types::{Day, DbDate, DbTimestamp, DbUuid, Id, Moment};

/// What a column of this SQL type holds.
pub(crate) trait Held {
    /// As Diesel reads and writes it.
    type Raw;
}

/// What a column holds.
pub(crate) type Raw<Column> = <<Column as Expression>::SqlType as Held>::Raw;

macro_rules! held {
    ($($SqlType:ty => $Raw:ty,)+) => {
        $(impl Held for $SqlType {
            type Raw = $Raw;
        })+
    };
}

held! {
    BigInt => i64,
    Binary => Vec<u8>,
    Bool => bool,
    DbDate => Day,
    DbTimestamp => Moment,
    DbUuid => Id,
    Integer => i32,
    Text => String,
}

impl<T: Held + SqlType<IsNull = NotNull> + SingleValue> Held for Nullable<T> {
    type Raw = Option<T::Raw>;
}

/// A value that is kept in a column, or in two.
pub(crate) trait Stored<Raw>: Sized {
    /// What to store.
    fn stored(&self) -> Raw;

    /// The value that was stored as this.
    ///
    /// # Errors
    /// This version never writes such a thing.
    fn restored(raw: Raw) -> Result<Self, BoxError>;
}

/// What may be absent is kept in a column that can be null.
impl<Raw, T: Stored<Raw>> Stored<Option<Raw>> for Option<T> {
    fn stored(&self) -> Option<Raw> {
        self.as_ref().map(T::stored)
    }

    fn restored(raw: Option<Raw>) -> Result<Self, BoxError> {
        raw.map(T::restored).transpose()
    }
}

/// Texts, and what is stored by its name.
impl<T: StoredText> Stored<String> for T {
    fn stored(&self) -> String {
        self.as_stored().to_owned()
    }

    fn restored(raw: String) -> Result<Self, BoxError> {
        T::from_stored(raw).ok_or_else(|| format!("no {} is stored like this", std::any::type_name::<T>()).into())
    }
}

/// The domain's ids.
impl<T: From<Uuid> + Copy> Stored<Id> for T
where
    Uuid: From<T>,
{
    fn stored(&self) -> Id {
        Id((*self).into())
    }

    fn restored(raw: Id) -> Result<Self, BoxError> {
        Ok(raw.0.into())
    }
}

impl Stored<Moment> for Timestamp {
    fn stored(&self) -> Moment {
        Moment(*self)
    }

    fn restored(raw: Moment) -> Result<Self, BoxError> {
        Ok(raw.0)
    }
}

impl Stored<Day> for Date {
    fn stored(&self) -> Day {
        Day(*self)
    }

    fn restored(raw: Day) -> Result<Self, BoxError> {
        Ok(raw.0)
    }
}

impl Stored<bool> for bool {
    fn stored(&self) -> bool {
        *self
    }

    fn restored(raw: bool) -> Result<Self, BoxError> {
        Ok(raw)
    }
}

impl Stored<i64> for i64 {
    fn stored(&self) -> i64 {
        *self
    }

    fn restored(raw: i64) -> Result<Self, BoxError> {
        Ok(raw)
    }
}

impl<const DIGITS: usize> Stored<i64> for Decimal<DIGITS> {
    fn stored(&self) -> i64 {
        self.units()
    }

    fn restored(raw: i64) -> Result<Self, BoxError> {
        Ok(Self::from_units(raw))
    }
}

impl Stored<Vec<u8>> for TokenDigest {
    fn stored(&self) -> Vec<u8> {
        self.0.to_vec()
    }

    fn restored(raw: Vec<u8>) -> Result<Self, BoxError> {
        raw.try_into().map(Self).map_err(|_| "the digest does not have 32 bytes".into())
    }
}

impl Stored<i64> for Step {
    fn stored(&self) -> i64 {
        self.0
    }

    fn restored(raw: i64) -> Result<Self, BoxError> {
        Ok(Self(raw))
    }
}

impl Stored<i32> for u32 {
    fn stored(&self) -> i32 {
        i32::try_from(*self).unwrap_or(i32::MAX)
    }

    fn restored(raw: i32) -> Result<Self, BoxError> {
        Ok(Self::try_from(raw)?)
    }
}

/// A count that may be too large for the column above.
impl Stored<i64> for u32 {
    fn stored(&self) -> i64 {
        i64::from(*self)
    }

    fn restored(raw: i64) -> Result<Self, BoxError> {
        Ok(Self::try_from(raw)?)
    }
}

impl Stored<Vec<u8>> for CredentialId {
    fn stored(&self) -> Vec<u8> {
        self.bytes().to_vec()
    }

    fn restored(raw: Vec<u8>) -> Result<Self, BoxError> {
        Self::new(&raw).ok_or_else(|| "no credential has so many bytes".into())
    }
}

impl Stored<Vec<u8>> for CoseKey {
    fn stored(&self) -> Vec<u8> {
        self.0.clone()
    }

    fn restored(raw: Vec<u8>) -> Result<Self, BoxError> {
        Ok(Self(raw))
    }
}

/// Its purpose, and what that has: a user, a session, the kind of the session that it leads to, a password.
type RawScope = (String, Option<Id>, Option<Id>, Option<String>, Option<Vec<u8>>);

impl Stored<RawScope> for ChallengeScope {
    fn stored(&self) -> RawScope {
        let (kind, password) = match self {
            Self::SecondFactor { kind, password, .. } => (Some(kind.stored()), Some(password.stored())),
            Self::PasskeyLogIn { kind } => (Some(kind.stored()), None),
            Self::PasskeyRegistration { .. } | Self::Confirmation { .. } => (None, None),
        };
        (self.purpose().stored(), self.user().stored(), self.session().stored(), kind, password)
    }

    fn restored((purpose, user, session, kind, password): RawScope) -> Result<Self, BoxError> {
        let user: Option<UserId> = Stored::restored(user)?;
        let session: Option<SessionId> = Stored::restored(session)?;
        let kind: Option<SessionKind> = Stored::restored(kind)?;
        let password: Option<TokenDigest> = Stored::restored(password)?;
        let scope = match (ChallengePurpose::restored(purpose)?, user, session, kind, password) {
            (ChallengePurpose::SecondFactor, Some(user), None, Some(kind), Some(password)) => {
                Self::SecondFactor { user, kind, password }
            }
            (ChallengePurpose::PasskeyLogIn, None, None, Some(kind), None) => Self::PasskeyLogIn { kind },
            (ChallengePurpose::PasskeyRegistration, Some(user), Some(session), None, None) => {
                Self::PasskeyRegistration { user, session }
            }
            (ChallengePurpose::Confirmation, Some(user), Some(session), None, None) => {
                Self::Confirmation { user, session }
            }
            _ => return Err("a challenge has what its purpose needs, and no more".into()),
        };
        Ok(scope)
    }
}

/// By its device, its range of addresses, and when it was seen.
impl Stored<(String, String, Moment)> for KnownClient {
    fn stored(&self) -> (String, String, Moment) {
        (self.device.clone(), self.range.clone(), Moment(self.last_seen_at))
    }

    fn restored((device, range, Moment(last_seen_at)): (String, String, Moment)) -> Result<Self, BoxError> {
        Ok(Self { device, range, last_seen_at })
    }
}

/// By the name of its key, and sealed.
impl Stored<(String, Vec<u8>)> for SealedSecret {
    fn stored(&self) -> (String, Vec<u8>) {
        (self.key.stored(), self.bytes.clone())
    }

    fn restored((key, bytes): (String, Vec<u8>)) -> Result<Self, BoxError> {
        Ok(Self { key: Stored::restored(key)?, bytes })
    }
}

/// As it was typed, and the spelling in which no two are the same.
impl Stored<(String, String)> for Email {
    fn stored(&self) -> (String, String) {
        (self.as_str().to_owned(), self.canonical().to_owned())
    }

    fn restored((typed, canonical): (String, String)) -> Result<Self, BoxError> {
        Ok(Self::from_stored(typed, canonical))
    }
}

/// Both columns are null where there is none.
impl Stored<(Option<String>, Option<String>)> for Option<Email> {
    fn stored(&self) -> (Option<String>, Option<String>) {
        self.as_ref().map(Stored::stored).unzip()
    }

    fn restored(pair: (Option<String>, Option<String>)) -> Result<Self, BoxError> {
        let (typed, canonical) = pair;
        typed.zip(canonical).map(Email::restored).transpose()
    }
}

/// Of two keys the one that leads to the owner; the other is null, by a check of the table.
impl Stored<(Option<Id>, Option<Id>)> for Owner {
    fn stored(&self) -> (Option<Id>, Option<Id>) {
        (self.user().map(|user| Id(user.0)), self.organization().map(|organization| Id(organization.0)))
    }

    fn restored(raw: (Option<Id>, Option<Id>)) -> Result<Self, BoxError> {
        match raw {
            (Some(Id(user)), None) => Ok(Self::User(user.into())),
            (None, Some(Id(organization))) => Ok(Self::Organization(organization.into())),
            _ => Err("it does not have one owner".into()),
        }
    }
}

/// Nobody's password is taken away, so a change always has one.
impl Stored<Option<String>> for PasswordHash {
    fn stored(&self) -> Option<String> {
        Some(Stored::stored(self))
    }

    fn restored(raw: Option<String>) -> Result<Self, BoxError> {
        Self::restored(raw.ok_or("there is no password")?)
    }
}

/// A text that is kept folded as well.
pub(crate) trait Folded<Raw> {
    /// The text, as it is searched and sorted.
    fn folded(&self) -> Raw;
}

impl<T: ToString> Folded<String> for T {
    fn folded(&self) -> String {
        fold(&self.to_string())
    }
}

impl<T: ToString> Folded<Option<String>> for Option<T> {
    fn folded(&self) -> Option<String> {
        self.as_ref().map(T::folded)
    }
}
