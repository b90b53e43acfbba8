//! The table `organizations`.

use async_trait::async_trait;
use diesel::prelude::*;
use ironplate_application::ports::{OrganizationOrder, OrganizationRepository, Page, PageRequest, StoreResult};
use ironplate_domain::{Changes, Organization, OrganizationChanges, OrganizationId, Role, UserId};

use super::{
    super::Db,
    StoreHandle,
    constraints::{Violable, violable},
    list,
    memberships::memberships,
    row_counts::CountedRows,
};
use crate::{
    record::record,
    types::{Id, Moment},
};

diesel::table! {
    use diesel::sql_types::{Bool, Nullable, Text};
    use crate::types::{DbTimestamp, DbUuid};

    organizations (id) {
        id -> DbUuid,
        name -> Text,
        name_folded -> Text,
        slug -> Text,
        requires_second_factor -> Bool,
        created_by -> Nullable<DbUuid>,
        created_at -> DbTimestamp,
    }
}

record! {
    organizations: Organization {
        id: id;
        created_by: created_by;
        created_at: created_at;
    }
    OrganizationChanges {
        name: name + name_folded;
        slug: slug;
        requires_second_factor: requires_second_factor;
    }
}

const SLUG: Violable = violable![OrganizationSlug];

#[async_trait]
impl OrganizationRepository for StoreHandle {
    async fn insert(&mut self, organization: &Organization) -> StoreResult<()> {
        let statement = diesel::insert_into(organizations::table).values(NewRow::from(organization));
        self.execute_within("organizations.insert", SLUG, statement).await.map(drop)
    }

    async fn find(&mut self, id: OrganizationId) -> StoreResult<Option<Organization>> {
        self.optional("organizations.find", organizations::table.find(Id(id.0)).select(Row::as_select())).await
    }

    async fn find_many(&mut self, ids: &[OrganizationId]) -> StoreResult<Vec<Organization>> {
        let mut found = Vec::new();
        for ids in list::in_lots(ids) {
            let these = organizations::table.filter(organizations::id.eq_any(ids));
            found.extend(
                self.load::<Row, Organization>("organizations.find_many", these.select(Row::as_select())).await?,
            );
        }
        Ok(found)
    }

    async fn lock(&mut self, id: OrganizationId) -> StoreResult<Option<Organization>> {
        self.optional("organizations.lock", locked!(organizations::table.find(Id(id.0)).select(Row::as_select()))).await
    }

    async fn lock_owned_by(&mut self, user: UserId) -> StoreResult<Vec<OrganizationId>> {
        let theirs = memberships::table
            .filter(memberships::user_id.eq(Id(user.0)))
            .filter(memberships::role.eq(Role::Owner.name()))
            .select(memberships::organization_id);
        let owned = organizations::table.filter(organizations::id.eq_any(theirs)).order(organizations::id);
        let ids = self.load::<Id, Id>("organizations.lock_owned_by", locked!(owned.select(organizations::id))).await?;
        Ok(ids.into_iter().map(|Id(id)| OrganizationId(id)).collect())
    }

    async fn update(&mut self, id: OrganizationId, changes: &OrganizationChanges) -> StoreResult<Option<Organization>> {
        if changes.is_empty() {
            return OrganizationRepository::find(self, id).await;
        }
        let statement = diesel::update(organizations::table.find(Id(id.0))).set(Changeset::from(changes));
        self.optional_within("organizations.update", SLUG, statement.returning(Row::as_returning())).await
    }

    /// Memberships first: a member who holds one and inserts what belongs to the organisation is waited for there. Once the
    /// organisation's row was being deleted, they would wait for it, and it for them.
    async fn delete(&mut self, id: OrganizationId) -> StoreResult<bool> {
        let members = memberships::table.filter(memberships::organization_id.eq(Id(id.0)));
        self.execute("organizations.delete.memberships", diesel::delete(members)).await?;
        // With all that is its own, which may be many rows.
        Ok(self
            .execute("organizations.delete.organization", diesel::delete(organizations::table.find(Id(id.0))))
            .await?
            == 1)
    }

    async fn list(&mut self, page: &PageRequest<OrganizationOrder>) -> StoreResult<Page<Organization>> {
        let whole = list::Whole::Kept(CountedRows { relation: "organizations", owner: None });
        list::page!("organizations.list", self, page, Row, |pattern| matching(pattern), sorted, whole)
    }
}

type Query<'a> = organizations::BoxedQuery<'a, Db>;

fn matching(pattern: Option<&str>) -> Query<'_> {
    let query = organizations::table.into_boxed();
    list::containing!(query, pattern, organizations::name_folded, organizations::slug)
}

fn sorted<'a>(query: Query<'a>, page: &'a PageRequest<OrganizationOrder>) -> Query<'a> {
    match page.order {
        OrganizationOrder::Newest | OrganizationOrder::Oldest => {
            list::sorted!(query, list::place::<Moment, _>(page), organizations::created_at, organizations::id)
        }
        OrganizationOrder::Name | OrganizationOrder::NameDescending => {
            list::sorted!(query, list::place::<&str, _>(page), organizations::name_folded, organizations::id)
        }
    }
}
