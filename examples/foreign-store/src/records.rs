//! The tables: of each row its key, and its fields as JSON.
#![allow(dead_code, unused_imports, reason = "what of it is used depends on which resources there are")]

use std::{any::TypeId, error::Error};

use ironplate_application::ports::{Constraint, OwnedRow, Reference, StoreError, StoreResult};
use ironplate_domain::{
    AuditEvent, AuthenticatorApp, Challenge, Generation, Invitation, Item, KnownClient, Membership, Message,
    OneTimeToken, Organization, OrganizationId, Owner, Passkey, Replaced, Session, SessionDigests, Timestamp,
    TokenDigest, TrustedDevice, User, UserId, Worker,
};
use redb::{ReadTransaction, ReadableTable, TableDefinition, WriteTransaction};
use uuid::Uuid;

use crate::fields::{Entity, Field, fields};

type Table = TableDefinition<'static, &'static [u8], &'static [u8]>;

/// What is kept in a table.
pub(crate) trait Record: Field<Entity> {
    const TABLE: Table;

    fn key(&self) -> Vec<u8>;
}

/// Tables, by what their rows are found; and those of what users own, with the fields of a row.
macro_rules! records {
    (
        tables { $($Row:ident in $table:literal by |$row:ident| $key:expr;)+ }
        owned { $($Owned:ident in $owned_table:literal { $($field:ident),+ })* }
    ) => {
        $(
            impl Record for $Row {
                const TABLE: Table = TableDefinition::new($table);

                fn key(&self) -> Vec<u8> {
                    let $row = self;
                    $key.to_vec()
                }
            }
        )+

        $(
            fields! { $Owned { $($field),+ } }

            impl Record for $Owned {
                const TABLE: Table = TableDefinition::new($owned_table);

                fn key(&self) -> Vec<u8> {
                    id_bytes(self.id())
                }
            }
        )*

        pub(crate) fn create_tables(transaction: &WriteTransaction) -> StoreResult<()> {
            $(transaction.open_table($Row::TABLE).map_err(fault)?;)+
            $(transaction.open_table($Owned::TABLE).map_err(fault)?;)*
            Ok(())
        }

        impl Rows<'_> {
            /// What goes with its owner.
            pub(crate) fn remove_owned_by(&self, owner: Owner) -> StoreResult<()> {
                const REMOVALS: &[fn(&Rows<'_>, Owner) -> StoreResult<()>] =
                    &[$(|rows, owner| rows.remove_all(&rows.those(|row: &$Owned| row.owner() == owner)?).map(drop)),*];
                REMOVALS.iter().try_for_each(|remove| remove(self, owner))
            }

            /// Whose the row is that another one refers to, if it is there.
            fn owner_of(&self, to: &Reference) -> StoreResult<Option<Owner>> {
                const SORTS: &[fn(&Rows<'_>, &Reference) -> StoreResult<Option<Owner>>] =
                    &[$(|rows, to| rows.owner_among::<$Owned>(to)),*];
                SORTS.iter().find_map(|owner| owner(self, to).transpose()).transpose()
            }

            /// Nothing that needs it refers to this row, and nothing else does any longer.
            pub(crate) fn let_go_of<Row: OwnedRow>(&self, id: Row::Id) -> StoreResult<()> {
                type IsToIt<'a> = &'a dyn Fn(&Reference) -> bool;
                const SORTS: &[fn(&Rows<'_>, IsToIt<'_>, Uuid) -> StoreResult<()>] =
                    &[$(|rows, is_to_it, id| rows.let_go_among::<$Owned>(is_to_it, id)),*];
                SORTS.iter().try_for_each(|let_go| let_go(self, &|to: &Reference| to.is_to::<Row>(id), id.into()))
            }
        }
    };
}

records! {
    tables {
        User in "users" by |user| user.id.0.as_bytes();
        Organization in "organizations" by |organization| organization.id.0.as_bytes();
        Membership in "memberships" by |membership| membership_key(membership.organization, membership.user);
        Invitation in "invitations" by |invitation| invitation.id.0.as_bytes();
        StoredSession in "sessions" by |stored| stored.session.id.0.as_bytes();
        AuthenticatorApp in "authenticator_apps" by |app| app.id.0.as_bytes();
        Passkey in "passkeys" by |passkey| passkey.id.0.as_bytes();
        StoredRecoveryCode in "recovery_codes" by |code| recovery_code_key(code.user, code.digest);
        TrustedDevice in "trusted_devices" by |device| device.id.0.as_bytes();
        Challenge in "challenges" by |challenge| challenge.digest.0;
        OneTimeToken in "one_time_tokens" by |token| token.digest.0;
        Message in "outbox" by |message| message.id.0.as_bytes();
        StoredClient in "known_clients" by |client| client.key_bytes();
        Worker in "workers" by |worker| worker.id.0.as_bytes();
        AuditEvent in "audit_events" by |event| event.id.0.as_bytes();
        StoredBucket in "rate_limits" by |bucket| bucket.key;
    }
    owned {
        Item in "items" { id, owner, title, description, status, due_on, created_at }
    }
}

pub(crate) fn id_bytes(id: impl Into<Uuid>) -> Vec<u8> {
    id.into().into_bytes().to_vec()
}

/// A user has one in an organisation.
pub(crate) fn membership_key(organization: OrganizationId, user: UserId) -> Vec<u8> {
    [id_bytes(organization), id_bytes(user)].concat()
}

/// A user has one of a digest.
pub(crate) fn recovery_code_key(user: UserId, digest: TokenDigest) -> Vec<u8> {
    [&user.0.as_bytes()[..], &digest.0].concat()
}

pub(crate) struct StoredRecoveryCode {
    pub(crate) user: UserId,
    pub(crate) digest: TokenDigest,
    pub(crate) made_at: Timestamp,
}
fields! { StoredRecoveryCode { user, digest, made_at } }

pub(crate) struct StoredSession {
    pub(crate) session: Session,
    pub(crate) keys: SessionDigests,
    pub(crate) replaced: Option<Replaced>,
    pub(crate) generation: Generation,
}
fields! { StoredSession { session, keys, replaced, generation } }

pub(crate) struct StoredClient {
    pub(crate) user: UserId,
    pub(crate) client: KnownClient,
}
fields! { StoredClient { user, client } }

impl StoredClient {
    /// A user has one of a device and a range.
    fn key_bytes(&self) -> Vec<u8> {
        let KnownClient { device, range, .. } = &self.client;
        [self.user.0.as_bytes(), device.as_bytes(), &[0], range.as_bytes()].concat()
    }
}

pub(crate) struct StoredBucket {
    pub(crate) key: Vec<u8>,
    /// When it is full again, in microseconds.
    pub(crate) full_at: i64,
}
fields! { StoredBucket { key, full_at } }

/// All tables as one call sees them.
pub(crate) enum Rows<'a> {
    Committed(ReadTransaction),
    Unit(&'a WriteTransaction),
}

impl Rows<'_> {
    pub(crate) fn find<R: Record>(&self, key: &[u8]) -> StoreResult<Option<R>> {
        match self {
            Self::Committed(transaction) => find_in(&transaction.open_table(R::TABLE).map_err(fault)?, key),
            Self::Unit(transaction) => find_in(&transaction.open_table(R::TABLE).map_err(fault)?, key),
        }
    }

    /// Whether a user has nothing beside their password that counts.
    pub(crate) fn lacks_second_factor(&self, user: UserId) -> StoreResult<bool> {
        let apps = self.those(|app: &AuthenticatorApp| app.user == user && app.counts())?;
        Ok(apps.is_empty() && self.those(|passkey: &Passkey| passkey.user == user)?.is_empty())
    }

    /// Whether an organisation asks for a second factor that this user lacks.
    pub(crate) fn is_barred(&self, user: UserId, organization: OrganizationId) -> StoreResult<bool> {
        let organization = self.find::<Organization>(organization.0.as_bytes())?;
        let is_asked = organization.is_some_and(|organization| organization.requires_second_factor);
        Ok(is_asked && self.lacks_second_factor(user)?)
    }

    /// In the order of their keys.
    pub(crate) fn all<R: Record>(&self) -> StoreResult<Vec<R>> {
        match self {
            Self::Committed(transaction) => all_in(&transaction.open_table(R::TABLE).map_err(fault)?),
            Self::Unit(transaction) => all_in(&transaction.open_table(R::TABLE).map_err(fault)?),
        }
    }

    /// Those that are wanted: every row is looked at, since there are no indexes.
    pub(crate) fn those<R: Record>(&self, is_wanted: impl Fn(&R) -> bool) -> StoreResult<Vec<R>> {
        let mut rows = self.all()?;
        rows.retain(is_wanted);
        Ok(rows)
    }

    pub(crate) fn insert<R: Record>(&self, row: &R) -> StoreResult<()> {
        if self.find::<R>(&row.key())?.is_some() {
            return Err(StoreError::Internal("the id is taken".into()));
        }
        self.put(row)
    }

    pub(crate) fn put<R: Record>(&self, row: &R) -> StoreResult<()> {
        let mut table = self.writer()?.open_table(R::TABLE).map_err(fault)?;
        let bytes = row.write().to_string();
        table.insert(row.key().as_slice(), bytes.as_bytes()).map_err(fault)?;
        Ok(())
    }

    pub(crate) fn remove<R: Record>(&self, key: &[u8]) -> StoreResult<bool> {
        let mut table = self.writer()?.open_table(R::TABLE).map_err(fault)?;
        let removed = table.remove(key).map_err(fault)?;
        Ok(removed.is_some())
    }

    /// Removes these and answers how many they were.
    pub(crate) fn remove_all<R: Record>(&self, rows: &[R]) -> StoreResult<u64> {
        for row in rows {
            self.remove::<R>(&row.key())?;
        }
        Ok(rows.len() as u64)
    }

    /// Changes the row of this key where it is wanted, and answers the result.
    pub(crate) fn change<R: Record>(
        &self,
        key: &[u8],
        is_wanted: impl FnOnce(&R) -> bool,
        change: impl FnOnce(&mut R),
    ) -> StoreResult<Option<R>> {
        let Some(mut row) = self.find::<R>(key)?.filter(is_wanted) else { return Ok(None) };
        change(&mut row);
        self.put(&row)?;
        Ok(Some(row))
    }

    /// Changes all that are wanted and answers how many they are.
    pub(crate) fn change_all<R: Record>(
        &self,
        is_wanted: impl Fn(&R) -> bool,
        change: impl Fn(&mut R),
    ) -> StoreResult<u64> {
        let mut rows = self.those(is_wanted)?;
        for row in &mut rows {
            change(row);
            self.put(row)?;
        }
        Ok(rows.len() as u64)
    }

    /// The owner of a row is there.
    pub(crate) fn check_owner<Row: OwnedRow>(&self, owner: Owner) -> StoreResult<()> {
        let is_there = match owner {
            Owner::User(user) => self.find::<User>(user.0.as_bytes())?.is_some(),
            Owner::Organization(organization) => self.find::<Organization>(organization.0.as_bytes())?.is_some(),
        };
        if is_there { Ok(()) } else { Err(StoreError::Conflict(Row::owner_constraint(owner))) }
    }

    /// What a row refers to is there, and of the same owner.
    pub(crate) fn check_references(&self, row: &impl OwnedRow) -> StoreResult<()> {
        for to in row.references() {
            if self.owner_of(&to)? != Some(row.owner()) {
                return Err(StoreError::Conflict(to.missing));
            }
        }
        Ok(())
    }

    fn owner_among<R: OwnedRow + Record>(&self, to: &Reference) -> StoreResult<Option<Owner>> {
        if to.sort != TypeId::of::<R>() {
            return Ok(None);
        }
        Ok(self.find(to.id.as_bytes())?.map(|row: R| row.owner()))
    }

    fn let_go_among<R: OwnedRow + Record>(&self, is_to_it: &dyn Fn(&Reference) -> bool, id: Uuid) -> StoreResult<()> {
        for mut row in self.those(|row: &R| row.references().iter().any(is_to_it))? {
            if let Some(in_use) = row.references().into_iter().filter(is_to_it).find_map(|to| to.in_use) {
                return Err(StoreError::Conflict(in_use));
            }
            row.let_go(id);
            self.put(&row)?;
        }
        Ok(())
    }

    /// The user whose row is written is there.
    pub(crate) fn check_user(&self, id: UserId, constraint: Constraint) -> StoreResult<()> {
        let user = self.find::<User>(id.0.as_bytes())?;
        user.map(drop).ok_or(StoreError::Conflict(constraint))
    }

    /// What whoever writes a row has locked.
    pub(crate) fn check_there<R: Record>(&self, key: &[u8]) -> StoreResult<()> {
        let row = self.find::<R>(key)?;
        row.map(drop).ok_or_else(|| StoreError::Internal("what the row belongs to is not there".into()))
    }

    fn writer(&self) -> StoreResult<&WriteTransaction> {
        match self {
            Self::Committed(_) => Err(StoreError::Internal("a handle for reading does not write".into())),
            Self::Unit(transaction) => Ok(transaction),
        }
    }
}

fn find_in<R: Record>(table: &impl ReadableTable<&'static [u8], &'static [u8]>, key: &[u8]) -> StoreResult<Option<R>> {
    table.get(key).map_err(fault)?.map(|row| parse(row.value())).transpose()
}

fn all_in<R: Record>(table: &impl ReadableTable<&'static [u8], &'static [u8]>) -> StoreResult<Vec<R>> {
    table.iter().map_err(fault)?.map(|entry| parse(entry.map_err(fault)?.1.value())).collect()
}

fn parse<R: Record>(bytes: &[u8]) -> StoreResult<R> {
    let value = serde_json::from_slice(bytes).map_err(fault)?;
    R::read(value).ok_or_else(|| StoreError::Internal(format!("a row of {} is of another version", R::TABLE).into()))
}

/// Whatever redb says is for the operator.
pub(crate) fn fault(error: impl Error + Send + Sync + 'static) -> StoreError {
    StoreError::Internal(Box::new(error))
}
