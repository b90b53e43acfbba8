//! The table `memberships`.
#![allow(dead_code, reason = "what of it is used depends on which resources there are")]

mod rows;

use async_trait::async_trait;
use diesel::{
    dsl::{Eq, InnerJoinOn, IntoBoxed, exists},
    prelude::*,
};
use ironplate_application::ports::{
    BoxError, Member, MemberAddress, MemberOrder, MembershipRepository, OwnOrder, OwnOrganization, Page, PageRequest,
    StoreResult,
};
use ironplate_domain::{Email, Membership, OrganizationId, OrganizationRole, Role, UserId};
use uuid::Uuid;

pub(super) use self::rows::AtHandRow;
use self::rows::{AddressRow, KnownRow, MemberRow, OwnRow, RoleRow};
use super::{
    super::Db, StoreHandle, authenticator_apps::authenticator_apps, list, organizations::organizations,
    passkeys::passkeys, sessions::sessions, users::users,
};
use crate::{
    record::record,
    stored::Stored,
    types::{Id, Moment},
};

diesel::table! {
    use diesel::sql_types::Text;
    use crate::types::{DbTimestamp, DbUuid};

    memberships (organization_id, user_id) {
        organization_id -> DbUuid,
        user_id -> DbUuid,
        role -> Text,
        email_canonical -> Text,
        created_at -> DbTimestamp,
    }
}

diesel::allow_tables_to_appear_in_same_query!(
    authenticator_apps,
    memberships,
    organizations,
    passkeys,
    sessions,
    users
);

record! {
    memberships: Membership {
        organization: organization_id;
        user: user_id;
        role: role;
        created_at: created_at;
    }
}

/// What an actor carries of a membership, but for whether it bars them.
#[derive(Queryable, Selectable)]
#[diesel(table_name = memberships)]
pub(super) struct ActorRow {
    organization_id: Id,
    role: String,
}

impl ActorRow {
    /// With that; nothing where there is no membership.
    pub(super) fn barred(self, is_barred: Option<bool>) -> Result<OrganizationRole, BoxError> {
        let (organization, role) = (Stored::restored(self.organization_id)?, Stored::restored(self.role)?);
        Ok(OrganizationRole { organization, role, is_barred: is_barred.unwrap_or_default() })
    }
}

#[async_trait]
impl MembershipRepository for StoreHandle {
    async fn add(&mut self, membership: &Membership, email: &Email) -> StoreResult<bool> {
        self.execute_one(
            "memberships.add",
            diesel::insert_into(memberships::table)
                .values((NewRow::from(membership), memberships::email_canonical.eq(email.canonical())))
                .on_conflict((memberships::organization_id, memberships::user_id))
                .do_nothing(),
        )
        .await
    }

    async fn find(&mut self, organization: OrganizationId, user: UserId) -> StoreResult<Option<Membership>> {
        self.optional("memberships.find", memberships::table.find(key(organization, user)).select(Row::as_select()))
            .await
    }

    async fn hold(&mut self, organization: OrganizationId, user: UserId) -> StoreResult<Option<Role>> {
        let query = memberships::table.find(key(organization, user)).select(RoleRow::as_select());
        self.optional::<RoleRow, Role>("memberships.hold", kept!(query)).await
    }

    async fn set_role(
        &mut self,
        organization: OrganizationId,
        user: UserId,
        from: Role,
        to: Role,
    ) -> StoreResult<bool> {
        let theirs = memberships::table.find(key(organization, user)).filter(memberships::role.eq(from.name()));
        self.execute_one("memberships.set_role", diesel::update(theirs).set(memberships::role.eq(to.name()))).await
    }

    async fn remove(&mut self, organization: OrganizationId, user: UserId) -> StoreResult<Option<Role>> {
        let statement = diesel::delete(memberships::table.find(key(organization, user)));
        self.optional::<RoleRow, Role>("memberships.remove", statement.returning(RoleRow::as_returning())).await
    }

    async fn has_other_active_owner(&mut self, organization: OrganizationId, but: UserId) -> StoreResult<bool> {
        let others = memberships::table
            .inner_join(users::table.on(users::id.eq(memberships::user_id)))
            .filter(memberships::organization_id.eq(Id(organization.0)))
            .filter(memberships::role.eq(Role::Owner.name()))
            .filter(memberships::user_id.ne(Id(but.0)))
            .filter(users::is_active)
            .filter(users::password_hash.is_not_null())
            // All that `memberships_role_idx` has, or SQLite walks over all members.
            .select(memberships::user_id);
        self.one::<bool, bool>("memberships.has_other_active_owner", diesel::select(exists(others))).await
    }

    async fn count_of(&mut self, organization: OrganizationId) -> StoreResult<u64> {
        let members = memberships::table.filter(memberships::organization_id.eq(Id(organization.0)));
        self.one::<i64, _>("memberships.count_of", members.count()).await
    }

    async fn count_owned(&mut self, user: UserId) -> StoreResult<u64> {
        let theirs = memberships::table.filter(memberships::user_id.eq(Id(user.0)));
        self.one::<i64, _>("memberships.count_owned", theirs.filter(memberships::role.eq(Role::Owner.name())).count())
            .await
    }

    async fn list(
        &mut self,
        organization: OrganizationId,
        role: Option<Role>,
        page: &PageRequest<MemberOrder>,
    ) -> StoreResult<Page<Member>> {
        list::page!(
            "memberships.list",
            self,
            page,
            MemberRow,
            |pattern| members(organization, role, pattern),
            sorted_members,
            list::Whole::Few
        )
    }

    async fn list_of(&mut self, user: UserId, page: &PageRequest<OwnOrder>) -> StoreResult<Page<OwnOrganization>> {
        list::page!(
            "memberships.list_of",
            self,
            page,
            OwnRow,
            |pattern| own(user, pattern),
            sorted_own,
            list::Whole::Few
        )
    }

    async fn addresses(
        &mut self,
        organization: OrganizationId,
        after: Option<UserId>,
        limit: u32,
    ) -> StoreResult<Vec<MemberAddress>> {
        let after = after.map_or(Uuid::nil(), |id| id.0);
        self.load::<AddressRow, MemberAddress>(
            "memberships.addresses",
            memberships::table
                .inner_join(users::table.on(users::id.eq(memberships::user_id)))
                .filter(memberships::organization_id.eq(Id(organization.0)))
                .filter(memberships::user_id.gt(Id(after)))
                .order(memberships::user_id)
                .limit(limit.into())
                .select(AddressRow::as_select()),
        )
        .await
    }

    async fn addresses_of(
        &mut self,
        organization: OrganizationId,
        users: &[UserId],
    ) -> StoreResult<Vec<MemberAddress>> {
        let mut found = Vec::new();
        for ids in list::in_lots(users) {
            // Not a join: for that, PostgreSQL takes an organisation to be as small as most are, and reads all its members.
            let theirs = memberships::table
                .filter(memberships::organization_id.eq(Id(organization.0)))
                .filter(memberships::user_id.eq(users::id))
                .select(memberships::user_id);
            let these = users::table.filter(users::id.eq_any(ids));
            let rows = these.select((AddressRow::as_select(), theirs.single_value()));
            found.extend(self.load::<KnownRow, Option<MemberAddress>>("memberships.addresses_of", rows).await?);
        }
        Ok(found.into_iter().flatten().collect())
    }
}

impl StoreHandle {
    /// Keeps the address by which a user's memberships are sorted.
    pub(super) async fn note_address(&mut self, user: UserId, email: &Email) -> StoreResult<()> {
        let theirs = memberships::table.filter(memberships::user_id.eq(Id(user.0)));
        let statement = diesel::update(theirs).set(memberships::email_canonical.eq(email.canonical()));
        self.execute("memberships.note_address", statement).await.map(drop)
    }
}

fn key(organization: OrganizationId, user: UserId) -> (Id, Id) {
    (Id(organization.0), Id(user.0))
}

type Members<'a> =
    IntoBoxed<'a, InnerJoinOn<memberships::table, users::table, Eq<users::id, memberships::user_id>>, Db>;

fn members(organization: OrganizationId, role: Option<Role>, pattern: Option<&str>) -> Members<'_> {
    let mut query = memberships::table
        .inner_join(users::table.on(users::id.eq(memberships::user_id)))
        .into_boxed()
        .filter(memberships::organization_id.eq(Id(organization.0)));
    if let Some(role) = role {
        query = query.filter(memberships::role.eq(role.name()));
    }
    list::containing!(query, pattern, users::email_folded, users::full_name_folded)
}

fn sorted_members<'a>(query: Members<'a>, page: &'a PageRequest<MemberOrder>) -> Members<'a> {
    match page.order {
        MemberOrder::Newest | MemberOrder::Oldest => {
            list::sorted!(query, list::place::<Moment, _>(page), memberships::created_at, memberships::user_id)
        }
        MemberOrder::Email | MemberOrder::EmailDescending => {
            list::sorted!(query, list::place::<&str, _>(page), memberships::email_canonical)
        }
    }
}

type Own<'a> = IntoBoxed<
    'a,
    InnerJoinOn<memberships::table, organizations::table, Eq<organizations::id, memberships::organization_id>>,
    Db,
>;

fn own(user: UserId, pattern: Option<&str>) -> Own<'_> {
    let query = memberships::table
        .inner_join(organizations::table.on(organizations::id.eq(memberships::organization_id)))
        .into_boxed()
        .filter(memberships::user_id.eq(Id(user.0)));
    list::containing!(query, pattern, organizations::name_folded, organizations::slug)
}

fn sorted_own<'a>(query: Own<'a>, page: &'a PageRequest<OwnOrder>) -> Own<'a> {
    list::sorted!(query, list::place::<Moment, _>(page), memberships::created_at, memberships::organization_id)
}
