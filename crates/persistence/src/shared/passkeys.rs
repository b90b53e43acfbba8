//! The table `passkeys`.

use async_trait::async_trait;
use diesel::prelude::*;
use ironplate_application::ports::{PasskeyRepository, PasskeyUse, StoreResult};
use ironplate_domain::{CredentialId, FactorName, Passkey, PasskeyId, UserId};

use super::{StoreHandle, constraints::violable};
use crate::{
    record::record,
    types::{Id, Moment},
};

diesel::table! {
    use diesel::sql_types::{BigInt, Binary, Bool, Nullable, Text};
    use crate::types::{DbTimestamp, DbUuid};

    passkeys (id) {
        id -> DbUuid,
        user_id -> DbUuid,
        name -> Text,
        credential_id -> Binary,
        public_key -> Binary,
        sign_count -> BigInt,
        aaguid -> DbUuid,
        is_backed_up -> Bool,
        verifies_user -> Bool,
        transports -> Text,
        created_at -> DbTimestamp,
        last_used_at -> Nullable<DbTimestamp>,
    }
}

record! {
    passkeys: Passkey {
        id: id;
        user: user_id;
        name: name;
        credential: credential_id;
        key: public_key;
        sign_count: sign_count;
        aaguid: aaguid;
        is_backed_up: is_backed_up;
        verifies_user: verifies_user;
        transports: transports;
        created_at: created_at;
        last_used_at: last_used_at;
    }
}

#[async_trait]
impl PasskeyRepository for StoreHandle {
    async fn insert(&mut self, passkey: &Passkey) -> StoreResult<()> {
        self.execute_within(
            "passkeys.insert",
            violable![PasskeyUser, PasskeyCredential],
            diesel::insert_into(passkeys::table).values(NewRow::from(passkey)),
        )
        .await
        .map(drop)
    }

    async fn find(&mut self, user: UserId, id: PasskeyId) -> StoreResult<Option<Passkey>> {
        self.optional(
            "passkeys.find",
            passkeys::table.find(Id(id.0)).filter(passkeys::user_id.eq(Id(user.0))).select(Row::as_select()),
        )
        .await
    }

    async fn find_by_credential(&mut self, credential: &CredentialId) -> StoreResult<Option<Passkey>> {
        self.optional(
            "passkeys.find_by_credential",
            passkeys::table.filter(passkeys::credential_id.eq(credential.bytes())).select(Row::as_select()),
        )
        .await
    }

    async fn list_for(&mut self, user: UserId) -> StoreResult<Vec<Passkey>> {
        self.load(
            "passkeys.list_for",
            passkeys::table.filter(passkeys::user_id.eq(Id(user.0))).order(passkeys::id).select(Row::as_select()),
        )
        .await
    }

    async fn note_use(&mut self, id: PasskeyId, used: &PasskeyUse) -> StoreResult<bool> {
        self.execute_one(
            "passkeys.note_use",
            diesel::update(passkeys::table.find(Id(id.0)).filter(passkeys::sign_count.eq(i64::from(used.from)))).set((
                passkeys::sign_count.eq(i64::from(used.to)),
                passkeys::is_backed_up.eq(used.is_backed_up),
                passkeys::last_used_at.eq(Moment(used.now)),
            )),
        )
        .await
    }

    async fn rename(&mut self, user: UserId, id: PasskeyId, name: &FactorName) -> StoreResult<bool> {
        self.execute_one(
            "passkeys.rename",
            diesel::update(passkeys::table.find(Id(id.0)).filter(passkeys::user_id.eq(Id(user.0))))
                .set(passkeys::name.eq(name.as_str())),
        )
        .await
    }

    async fn remove(&mut self, user: UserId, id: PasskeyId) -> StoreResult<bool> {
        let theirs = passkeys::table.find(Id(id.0)).filter(passkeys::user_id.eq(Id(user.0)));
        self.execute_one("passkeys.remove", diesel::delete(theirs)).await
    }

    async fn remove_all_for(&mut self, user: UserId) -> StoreResult<u64> {
        let theirs = passkeys::table.filter(passkeys::user_id.eq(Id(user.0)));
        self.execute("passkeys.remove_all_for", diesel::delete(theirs)).await
    }
}
