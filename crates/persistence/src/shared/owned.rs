//! The repository of a table whose rows users and organisations own.
#![allow(dead_code, unused_imports, unused_macros, reason = "what of it is used depends on which resources there are")]

use diesel::{
    QueryResult, RunQueryDsl,
    query_builder::{AstPass, QueryFragment, QueryId},
    result::Error,
    sql_types::BigInt,
};
use ironplate_application::ports::{Constraint, StoreError};
use ironplate_domain::Owner;

use super::{super::Db, StoreHandle, constraints::Violable, row_counts::id_of};
use crate::types::{DbUuid, Id};

/// Declares it: the entity with its table, the constraints that an insertion or a change can violate beside those of the owner, the
/// folded columns that a list is searched for, and of each order what it sorts by. Behind the constraints stand the columns that refer to
/// other rows of the same owner, each with the constraint that is violated where there is none; and the one that is violated by
/// deleting what others need. The table has the columns `id`, `owner_user_id`
/// and `owner_organization_id`, and its [`record!`](crate::record::record) stands beside.
///
/// A repository with a query of its own is written by hand in place of this one, as that of `users` is.
///
/// ```ignore
/// owned! {
///     projects: Project, violating [ProjectName], referring [ProjectCustomer: customer_id to customers], in use [ProjectInUse];
///     searched: name_folded;
///     sorted: ProjectOrder {
///         Newest | Oldest => Moment: projects::created_at,
///         Name => &str: projects::name_folded,
///         DueSoonest => Day: list::or_last_day("due_on"),
///     }
/// }
/// ```
macro_rules! owned {
    (
        $table:ident: $Entity:ty $(, violating [$($Constraint:ident),+])?
            $(, referring [$($Reference:ident: $column:ident to $other:ident),+])? $(, in use [$InUse:ident])?;
        searched: $($searched:ident),+;
        sorted: $Order:ident { $($($Variant:ident)|+ => $Key:ty: $key:expr,)+ }
    ) => {
        use ironplate_application::ports;
        use ironplate_domain::{OrganizationRole, Owner, UserId};

        use super::{
            authenticator_apps::{authenticator_apps, lacks_second_factor},
            constraints::Violable,
            memberships::{ActorRow, memberships},
            organizations::organizations,
            owned::{InsertBelow, call},
            passkeys::passkeys,
            row_counts::CountedRows,
        };

        diesel::allow_tables_to_appear_in_same_query!($table, authenticator_apps);
        diesel::allow_tables_to_appear_in_same_query!($table, memberships);
        diesel::allow_tables_to_appear_in_same_query!($table, organizations);
        diesel::allow_tables_to_appear_in_same_query!($table, passkeys);

        #[async_trait::async_trait]
        impl ports::OwnedRepository<$Entity> for super::StoreHandle {
            async fn insert(&mut self, row: &$Entity) -> StoreResult<()> {
                $($(owned! { @find self, $Entity, $table.insert, $Reference, row.owner(), $column of $other, &row.$column, as_is })+)?
                let statement = diesel::insert_into($table::table).values(NewRow::from(row));
                self.execute_within(call!($table.insert), violable(row.owner()), statement).await.map(drop)
            }

            async fn insert_new(&mut self, row: &$Entity) -> StoreResult<bool> {
                if !FOUND.is_empty() && ports::OwnedRepository::<$Entity>::find(self, row.id()).await?.is_some() {
                    return Ok(false);
                }
                $($(owned! { @find self, $Entity, $table.insert_new, $Reference, row.owner(), $column of $other, &row.$column, as_is })+)?
                let statement = diesel::insert_into($table::table).values(NewRow::from(row));
                let statement = statement.on_conflict($table::id).do_nothing();
                let added = self.execute_within(call!($table.insert_new), violable(row.owner()), statement).await?;
                Ok(added == 1)
            }

            async fn insert_below(&mut self, row: &$Entity, most: u64) -> StoreResult<bool> {
                $($(owned! { @find self, $Entity, $table.insert_below, $Reference, row.owner(), $column of $other, &row.$column, as_is })+)?
                let statement = InsertBelow::new(NewRow::from(row), row.owner(), most);
                let added = self.execute_within(call!($table.insert_below), violable(row.owner()), statement).await?;
                Ok(added == 1)
            }

            async fn count_of(&mut self, owner: Owner) -> StoreResult<u64> {
                self.kept_count(call!($table.count_of), CountedRows { relation: stringify!($table), owner: Some(owner) }).await
            }

            async fn find(&mut self, id: <$Entity as OwnedRow>::Id) -> StoreResult<Option<$Entity>> {
                let query = $table::table.find(Id(id.into())).select(Row::as_select());
                self.optional(call!($table.find), query).await
            }

            async fn find_many(&mut self, ids: &[<$Entity as OwnedRow>::Id]) -> StoreResult<Vec<$Entity>> {
                let mut found = Vec::new();
                for ids in list::in_lots(ids) {
                    let these = $table::table.filter($table::id.eq_any(ids));
                    found.extend(self.load::<Row, $Entity>(call!($table.find_many), these.select(Row::as_select())).await?);
                }
                Ok(found)
            }

            async fn find_for(
                &mut self,
                id: <$Entity as OwnedRow>::Id,
                viewer: UserId,
            ) -> StoreResult<Option<($Entity, Option<OrganizationRole>)>> {
                let theirs = memberships::organization_id.nullable().eq($table::owner_organization_id);
                let theirs = theirs.and(memberships::user_id.eq(Id(viewer.0)));
                let found = $table::table
                    .left_join(memberships::table.on(theirs))
                    .left_join(organizations::table.on(organizations::id.eq(memberships::organization_id)))
                    .filter($table::id.eq(Id(id.into())));
                let is_barred = organizations::requires_second_factor
                    .nullable()
                    .and(lacks_second_factor!(authenticator_apps, passkeys, Id(viewer.0)));
                let query = found.select((Row::as_select(), Option::<ActorRow>::as_select(), is_barred));
                self.optional::<Seen, _>(call!($table.find_for), query).await
            }

            async fn update(
                &mut self,
                id: <$Entity as OwnedRow>::Id,
                owner: Owner,
                changes: &<$Entity as OwnedRow>::Changes,
            ) -> StoreResult<Option<$Entity>> {
                if changes.is_empty() {
                    let found = ports::OwnedRepository::<$Entity>::find(self, id).await?;
                    return Ok(found.filter(|row| row.owner() == owner));
                }
                $($(if let Some(changed) = &changes.$column {
                    owned! { @find self, $Entity, $table.update, $Reference, owner, $column of $other, changed, kept }
                })+)?
                let statement = diesel::update($table::table).filter($table::id.eq(Id(id.into())));
                let statement = statement.set(Changeset::from(changes)).into_boxed();
                let statement = list::of_owner!(statement, $table, owner).returning(Row::as_returning());
                self.optional_within(call!($table.update), CHANGE, statement).await
            }

            async fn hand_over(
                &mut self,
                id: <$Entity as OwnedRow>::Id,
                from: Owner,
                to: Owner,
            ) -> StoreResult<Option<$Entity>> {
                let (user, organization): (Option<Id>, Option<Id>) = crate::stored::Stored::stored(&to);
                let owner = ($table::owner_user_id.eq(user), $table::owner_organization_id.eq(organization));
                let statement = diesel::update($table::table).filter($table::id.eq(Id(id.into()))).set(owner).into_boxed();
                let statement = list::of_owner!(statement, $table, from).returning(Row::as_returning());
                self.optional_within(call!($table.hand_over), violable(to), statement).await
            }

            async fn delete(&mut self, id: <$Entity as OwnedRow>::Id, owner: Owner) -> StoreResult<bool> {
                let statement = diesel::delete($table::table).filter($table::id.eq(Id(id.into()))).into_boxed();
                let statement = list::of_owner!(statement, $table, owner);
                Ok(self.execute_within(call!($table.delete), DELETION, statement).await? == 1)
            }

            async fn list(&mut self, owner: Option<Owner>, page: &PageRequest<$Order>) -> StoreResult<Page<$Entity>> {
                let whole = list::Whole::Kept(CountedRows { relation: stringify!($table), owner });
                list::page!(call!($table.list), self, page, Row, |pattern| matching(owner, pattern), sorted, whole)
            }
        }

        /// What a change can violate that leaves the owner as it is.
        const CHANGE: Violable = Violable::new(&[$($(ports::Constraint::$Constraint),+)?]);

        /// What a deletion can violate.
        const DELETION: Violable = Violable::new(&[$(ports::Constraint::$InUse)?]);

        /// What it refers to, which is looked for first.
        const FOUND: &[ports::Constraint] = &[$($(ports::Constraint::$Reference),+)?];

        /// What an insertion can violate, and a change of the owner: SQLite does not tell the keys apart, but only one of them is set.
        const fn violable(owner: Owner) -> Violable {
            const OF_A_USER: Violable = Violable::new(&[<$Entity as OwnedRow>::OWNER $($(, ports::Constraint::$Constraint)+)?]);
            const OF_AN_ORGANIZATION: Violable =
                Violable::new(&[<$Entity as OwnedRow>::OWNING_ORGANIZATION $($(, ports::Constraint::$Constraint)+)?]);
            match owner {
                Owner::User(_) => OF_A_USER.beside(FOUND),
                Owner::Organization(_) => OF_AN_ORGANIZATION.beside(FOUND),
            }
        }

        /// A row, with what somebody is in the organisation that owns it.
        #[derive(diesel::Queryable)]
        struct Seen {
            row: Row,
            role: Option<ActorRow>,
            is_barred: Option<bool>,
        }

        impl TryFrom<Seen> for ($Entity, Option<OrganizationRole>) {
            type Error = ports::BoxError;

            fn try_from(seen: Seen) -> Result<Self, Self::Error> {
                Ok((seen.row.try_into()?, seen.role.map(|role| role.barred(seen.is_barred)).transpose()?))
            }
        }

        type Query<'a> = $table::BoxedQuery<'a, super::super::Db>;

        fn matching(owner: Option<Owner>, pattern: Option<&str>) -> Query<'_> {
            let mut query = $table::table.into_boxed();
            if let Some(owner) = owner {
                query = list::of_owner!(query, $table, owner);
            }
            list::containing!(query, pattern, $($table::$searched),+)
        }

        fn sorted<'a>(query: Query<'a>, page: &'a PageRequest<$Order>) -> Query<'a> {
            match page.order {
                $($($Order::$Variant)|+ => list::sorted!(query, list::place::<$Key, _>(page), $key, $table::id),)+
            }
        }
    };
    // Refuses what refers to a row that the owner does not have. A change keeps that row from going until it takes effect. An insertion
    // does not: the database locks the owner first then, as whoever deletes an account does.
    (
        @find $handle:ident, $Entity:ty, $table:ident.$call:ident, $Constraint:ident, $owner:expr,
        $column:ident of $other:ident, $value:expr, $way:ident
    ) => {
        let to: crate::stored::Raw<$table::$column> = crate::stored::Stored::stored($value);
        if let Some(to) = Option::<Id>::from(to) {
            use super::$other::$other;

            let query = $other::table.find(to).select(($other::owner_user_id, $other::owner_organization_id));
            let query = owned! { @$way query };
            let name = concat!(stringify!($table), ".", stringify!($call), ".", stringify!($column));
            let found: Option<super::owned::Keys> = $handle.optional::<super::owned::Keys, _>(name, query).await?;
            let owner: Owner = $owner;
            if found != Some(crate::stored::Stored::stored(&owner)) {
                let has_owner = match owner {
                    Owner::User(id) => ports::UserRepository::find($handle, id).await?.is_some(),
                    Owner::Organization(id) => ports::OrganizationRepository::find($handle, id).await?.is_some(),
                };
                let of_owner = <$Entity as OwnedRow>::owner_constraint(owner);
                return Err($handle.conflict(if has_owner { ports::Constraint::$Constraint } else { of_owner }));
            }
        }
    };
    (@as_is $query:ident) => { $query };
    (@kept $query:ident) => { kept!($query) };
}

impl Violable {
    /// Besides, foreign keys to rows that the same unit of work has found just before. SQLite, whose writer is alone, can't violate these
    /// any more, and PostgreSQL tells them apart.
    pub(super) const fn beside(mut self, found: &'static [Constraint]) -> Self {
        self.found = found;
        self
    }
}

impl StoreHandle {
    /// What is answered where what a row refers to is not there. As after any conflict, the transaction is over.
    pub(super) fn conflict(&mut self, constraint: Constraint) -> StoreError {
        drop(self.done::<()>(Err(Error::NotFound), Violable::NONE));
        StoreError::Conflict(constraint)
    }
}

/// A row that is to be inserted by a statement that Diesel has no words for.
pub(super) trait Inserted: Send + 'static {
    /// The table.
    const TABLE: &'static str;
    /// Its columns.
    const COLUMNS: &'static [&'static str];

    /// A value for each of them, with commas between.
    fn walk_values<'b>(&'b self, out: AstPass<'_, 'b, Db>) -> QueryResult<()>;
}

/// Adds a row, if its owner has fewer than so many.
pub(super) struct InsertBelow<Row> {
    row: Row,
    owner: Id,
    below: i64,
}

impl<Row> InsertBelow<Row> {
    pub(super) fn new(row: Row, owner: Owner, below: u64) -> Self {
        Self { row, owner: id_of(owner), below: i64::try_from(below).unwrap_or(i64::MAX) }
    }
}

impl<Row: Inserted> QueryFragment<Db> for InsertBelow<Row> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Db>) -> QueryResult<()> {
        out.push_sql("INSERT INTO ");
        out.push_identifier(Row::TABLE)?;
        let mut before = " (";
        for column in Row::COLUMNS {
            out.push_sql(std::mem::replace(&mut before, ", "));
            out.push_identifier(column)?;
        }
        out.push_sql(") SELECT ");
        self.row.walk_values(out.reborrow())?;
        out.push_sql(" WHERE (SELECT coalesce(sum(rows), 0) FROM row_counts WHERE relation = '");
        out.push_sql(Row::TABLE);
        out.push_sql("' AND owner_id = ");
        out.push_bind_param::<DbUuid, _>(&self.owner)?;
        out.push_sql(") < ");
        out.push_bind_param::<BigInt, _>(&self.below)
    }
}

impl<Row: 'static> QueryId for InsertBelow<Row> {
    type QueryId = Self;

    const HAS_STATIC_QUERY_ID: bool = true;
}

impl<Row, Conn> RunQueryDsl<Conn> for InsertBelow<Row> {}

/// An owner, as tables have them.
pub(super) type Keys = (Option<crate::types::Id>, Option<crate::types::Id>);

/// What a statement of a table's repository is called: `items.find`.
macro_rules! call {
    ($table:ident.$call:ident) => {
        concat!(stringify!($table), ".", stringify!($call))
    };
}

pub(super) use {call, owned};
