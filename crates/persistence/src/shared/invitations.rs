//! The table `invitations`.

use async_trait::async_trait;
use diesel::{prelude::*, query_dsl::methods, upsert::excluded};
use ironplate_application::ports::{InvitationOrder, InvitationRepository, Page, PageRequest, StoreResult};
use ironplate_domain::{Email, Invitation, InvitationId, OrganizationId, Timestamp, TokenDigest, UserId};
use uuid::Uuid;

use super::{super::Db, StoreHandle, list};
use crate::{
    record::record,
    types::{Id, Moment},
};

diesel::table! {
    use diesel::sql_types::{Binary, Text};
    use crate::types::{DbTimestamp, DbUuid};

    invitations (id) {
        id -> DbUuid,
        organization_id -> DbUuid,
        email -> Text,
        email_canonical -> Text,
        email_folded -> Text,
        role -> Text,
        invited_by -> DbUuid,
        digest -> Binary,
        created_at -> DbTimestamp,
        expires_at -> DbTimestamp,
    }
}

record! {
    invitations: Invitation {
        id: id;
        organization: organization_id;
        email: email, email_canonical + email_folded;
        role: role;
        invited_by: invited_by;
        digest: digest;
        created_at: created_at;
        expires_at: expires_at;
    }
}

#[async_trait]
impl InvitationRepository for StoreHandle {
    async fn add(&mut self, invitation: &Invitation, now: Timestamp) -> StoreResult<bool> {
        let statement = diesel::insert_into(invitations::table)
            .values(NewRow::from(invitation))
            .on_conflict((invitations::organization_id, invitations::email_canonical))
            .do_update()
            .set((
                invitations::id.eq(excluded(invitations::id)),
                invitations::email.eq(excluded(invitations::email)),
                invitations::email_folded.eq(excluded(invitations::email_folded)),
                invitations::role.eq(excluded(invitations::role)),
                invitations::invited_by.eq(excluded(invitations::invited_by)),
                invitations::digest.eq(excluded(invitations::digest)),
                invitations::created_at.eq(excluded(invitations::created_at)),
                invitations::expires_at.eq(excluded(invitations::expires_at)),
            ));
        let statement = methods::FilterDsl::filter(statement, invitations::expires_at.le(Moment(now)));
        self.execute_one("invitations.add", statement).await
    }

    async fn find(&mut self, id: InvitationId) -> StoreResult<Option<Invitation>> {
        self.optional("invitations.find", invitations::table.find(Id(id.0)).select(Row::as_select())).await
    }

    async fn find_by_digest(&mut self, digest: TokenDigest, now: Timestamp) -> StoreResult<Option<Invitation>> {
        self.optional(
            "invitations.find_by_digest",
            invitations::table
                .filter(invitations::digest.eq(&digest.0[..]))
                .filter(invitations::expires_at.gt(Moment(now)))
                .select(Row::as_select()),
        )
        .await
    }

    async fn renew(
        &mut self,
        id: InvitationId,
        by: UserId,
        digest: TokenDigest,
        expires_at: Timestamp,
    ) -> StoreResult<bool> {
        self.execute_one(
            "invitations.renew",
            diesel::update(invitations::table.find(Id(id.0))).set((
                invitations::invited_by.eq(Id(by.0)),
                invitations::digest.eq(&digest.0[..]),
                invitations::expires_at.eq(Moment(expires_at)),
            )),
        )
        .await
    }

    async fn take(
        &mut self,
        id: InvitationId,
        digest: Option<TokenDigest>,
        now: Timestamp,
    ) -> StoreResult<Option<Invitation>> {
        let pending = invitations::table.find(Id(id.0)).filter(invitations::expires_at.gt(Moment(now)));
        match digest {
            None => self.optional("invitations.take", diesel::delete(pending).returning(Row::as_returning())).await,
            Some(digest) => {
                let newest = pending.filter(invitations::digest.eq(digest.0.to_vec()));
                self.optional("invitations.take", diesel::delete(newest).returning(Row::as_returning())).await
            }
        }
    }

    async fn remove(&mut self, organization: OrganizationId, id: InvitationId) -> StoreResult<Option<Invitation>> {
        let its_own = invitations::table.find(Id(id.0)).filter(invitations::organization_id.eq(Id(organization.0)));
        self.optional("invitations.remove", diesel::delete(its_own).returning(Row::as_returning())).await
    }

    async fn count_of(&mut self, organization: OrganizationId, now: Timestamp) -> StoreResult<u64> {
        let its_own = invitations::table.filter(invitations::organization_id.eq(Id(organization.0)));
        self.one::<i64, _>("invitations.count_of", its_own.filter(invitations::expires_at.gt(Moment(now))).count())
            .await
    }

    async fn list(
        &mut self,
        organization: OrganizationId,
        page: &PageRequest<InvitationOrder>,
    ) -> StoreResult<Page<Invitation>> {
        list::page!(
            "invitations.list",
            self,
            page,
            Row,
            |pattern| matching(organization, pattern),
            sorted,
            list::Whole::Few
        )
    }

    async fn list_for(&mut self, email: &Email, now: Timestamp, limit: u32) -> StoreResult<Vec<Invitation>> {
        self.load(
            "invitations.list_for",
            invitations::table
                .filter(invitations::email_canonical.eq(email.canonical()))
                .filter(invitations::expires_at.gt(Moment(now)))
                .order(invitations::id)
                .limit(limit.into())
                .select(Row::as_select()),
        )
        .await
    }

    async fn remove_by(&mut self, organization: OrganizationId, user: UserId) -> StoreResult<u64> {
        let sent = invitations::table.filter(invitations::invited_by.eq(Id(user.0)));
        self.execute(
            "invitations.remove_by",
            diesel::delete(sent.filter(invitations::organization_id.eq(Id(organization.0)))),
        )
        .await
    }

    async fn sent_by(&mut self, user: UserId, after: Option<InvitationId>, limit: u32) -> StoreResult<Vec<Invitation>> {
        let after = after.map_or(Uuid::nil(), |id| id.0);
        self.load(
            "invitations.sent_by",
            invitations::table
                .filter(invitations::invited_by.eq(Id(user.0)))
                .filter(invitations::id.gt(Id(after)))
                .order(invitations::id)
                .limit(limit.into())
                .select(Row::as_select()),
        )
        .await
    }

    async fn prune(&mut self, now: Timestamp, limit: u32) -> StoreResult<u64> {
        let expired = self
            .load::<Id, Id>(
                "invitations.prune.select",
                skip_locked!(
                    invitations::table
                        .filter(invitations::expires_at.le(Moment(now)))
                        .order(invitations::expires_at)
                        .limit(list::at_most(limit))
                        .select(invitations::id)
                ),
            )
            .await?;
        self.execute(
            "invitations.prune.delete",
            diesel::delete(invitations::table.filter(invitations::id.eq_any(expired))),
        )
        .await
    }
}

type Query<'a> = invitations::BoxedQuery<'a, Db>;

fn matching(organization: OrganizationId, pattern: Option<&str>) -> Query<'_> {
    let query = invitations::table.filter(invitations::organization_id.eq(Id(organization.0))).into_boxed();
    list::containing!(query, pattern, invitations::email_folded)
}

fn sorted<'a>(query: Query<'a>, page: &'a PageRequest<InvitationOrder>) -> Query<'a> {
    list::sorted!(query, list::place::<Moment, _>(page), invitations::created_at, invitations::id)
}
