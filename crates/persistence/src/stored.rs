//! The ways of the domain's values from and to columns.

use diesel::{
    expression::Expression,
    sql_types::{BigInt, Binary, Bool, Integer, Nullable, SingleValue, SqlType, Text, is_nullable::NotNull},
};
use ironplate_application::ports::BoxError;
use ironplate_domain::{
    Date, Email, Owner, PasswordHash, SealedSecret, Step, StoredText, Timestamp, TokenDigest, fold,
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

impl Stored<Vec<u8>> for TokenDigest {
    fn stored(&self) -> Vec<u8> {
        self.0.to_vec()
    }

    fn restored(raw: Vec<u8>) -> Result<Self, BoxError> {
        raw.try_into().map(Self).map_err(|_| "the digest does not have 32 bytes".into())
    }
}

/// As it was typed, and the spelling in which no two are the same.
impl Stored<i64> for Step {
    fn stored(&self) -> i64 {
        self.0
    }

    fn restored(raw: i64) -> Result<Self, BoxError> {
        Ok(Self(raw))
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

impl Stored<(String, String)> for Email {
    fn stored(&self) -> (String, String) {
        (self.as_str().to_owned(), self.canonical().to_owned())
    }

    fn restored((typed, canonical): (String, String)) -> Result<Self, BoxError> {
        Ok(Self::from_stored(typed, canonical))
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
