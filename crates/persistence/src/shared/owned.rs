//! The repository of a table whose rows users own.

/// Declares it: the entity with its table, the constraints that an insertion or a change can violate, the folded columns that a
/// list is searched for, and of each order what it sorts by. The table has the columns `id` and `owner_id`, and its
/// [`record!`](crate::record::record) stands beside.
///
/// A repository with a query of its own is written by hand in place of this one, as that of `users` is.
///
/// ```ignore
/// owned! {
///     projects: Project, violating [ProjectOwner, ProjectName];
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
        $table:ident: $Entity:ty, violating [$($Constraint:ident),+];
        searched: $($searched:ident),+;
        sorted: $Order:ident { $($($Variant:ident)|+ => $Key:ty: $key:expr,)+ }
    ) => {
        use super::owned::call;

        const VIOLABLE: super::constraints::Violable = super::constraints::violable![$($Constraint),+];

        #[async_trait::async_trait]
        impl ironplate_application::ports::OwnedRepository<$Entity> for super::StoreHandle {
            async fn insert(&mut self, row: &$Entity) -> StoreResult<()> {
                let statement = diesel::insert_into($table::table).values(NewRow::from(row));
                self.execute_within(call!($table.insert), VIOLABLE, statement).await.map(drop)
            }

            async fn count_of(&mut self, owner: UserId) -> StoreResult<u64> {
                self.one::<i64, _>(call!($table.count_of), matching(Some(owner), None).count()).await
            }

            async fn find(&mut self, id: <$Entity as OwnedRow>::Id) -> StoreResult<Option<$Entity>> {
                let query = $table::table.find(Id(id.into())).select(Row::as_select());
                self.optional(call!($table.find), query).await
            }

            async fn update(
                &mut self,
                id: <$Entity as OwnedRow>::Id,
                changes: &<$Entity as OwnedRow>::Changes,
            ) -> StoreResult<Option<$Entity>> {
                if changes.is_empty() {
                    return ironplate_application::ports::OwnedRepository::<$Entity>::find(self, id).await;
                }
                let statement = diesel::update($table::table.find(Id(id.into()))).set(Changeset::from(changes));
                let statement = statement.returning(Row::as_returning());
                self.optional_within(call!($table.update), VIOLABLE, statement).await
            }

            async fn delete(&mut self, id: <$Entity as OwnedRow>::Id) -> StoreResult<bool> {
                self.execute_one(call!($table.delete), diesel::delete($table::table.find(Id(id.into())))).await
            }

            async fn list(&mut self, owner: Option<UserId>, page: &PageRequest<$Order>) -> StoreResult<Page<$Entity>> {
                list::page!(call!($table.list), self, page, Row, |pattern| matching(owner, pattern), sorted)
            }
        }

        type Query<'a> = $table::BoxedQuery<'a, super::super::Db>;

        fn matching(owner: Option<UserId>, pattern: Option<&str>) -> Query<'_> {
            let mut query = $table::table.into_boxed();
            if let Some(owner) = owner {
                query = query.filter($table::owner_id.eq(Id(owner.0)));
            }
            list::containing!(query, pattern, $($table::$searched),+)
        }

        fn sorted<'a>(query: Query<'a>, page: &'a PageRequest<$Order>) -> Query<'a> {
            match page.order {
                $($($Order::$Variant)|+ => list::sorted!(query, list::place::<$Key, _>(page), $key, $table::id),)+
            }
        }
    };
}

/// What a statement of a table's repository is called: `items.find`.
macro_rules! call {
    ($table:ident.$call:ident) => {
        concat!(stringify!($table), ".", stringify!($call))
    };
}

pub(super) use {call, owned};
