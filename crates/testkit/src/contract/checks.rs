//! A file of checks names them once, and from that they are listed, exported and run.

/// Names the checks of a file. One that is not named is dead code, which the compiler refuses.
///
/// Of a room, with the groups of checks that its rows go through beside its own:
///
/// ```text
/// checks! { items of Item: owned_resource; of_many_items_at_once_no_more_are_added_than_fit }
/// ```
///
/// Where a group runs with users and with organisations as owners, and the rows are of one of these alone, `by` says which:
///
/// ```text
/// checks! { letters of Letter: owned_resource by User; }
/// ```
///
/// Of a group, which is about any row of a kind:
///
/// ```text
/// checks! { lists<R: Listed>; each_order_is_total, the_count_ignores_paging }
/// ```
///
/// Those of a group `of either` run twice: with users and with organisations as owners.
macro_rules! checks {
    ($room:ident $(of $Row:ty)?; $($check:ident),+ $(,)?) => {
        checks! { $room $(of $Row)?: ; $($check),+ }
    };
    ($room:ident $(of $Row:ty)?: $($group:ident $(by $kind:ident)?),*; $($check:ident),* $(,)?) => {
        checks! { @tests ($) $room [$($group $(by $kind)?),*] [$($check)*] }

        $(
            #[doc(hidden)]
            pub type Kept = $Row;
        )?

        #[doc(hidden)]
        pub mod checks {
            $(
                #[must_use]
                pub fn $check(store: std::sync::Arc<dyn ironplate_application::ports::Storage>) -> $crate::contract::Outcome {
                    Box::pin(super::$check(store))
                }
            )*
        }
    };
    ($group:ident<$R:ident: $Bound:ident> $(: $($other:ident),+)?; $($check:ident),+ $(,)?) => {
        checks! { @tests_of_rows ($) $group [$($($other)+)?] [$($check)+] [User] [] }
        checks! { @of_rows $R: $Bound; $($check),+ }
    };
    ($group:ident<$R:ident: $Bound:ident> of either: $($other:ident),+; $($check:ident),+ $(,)?) => {
        checks! {
            @tests_of_rows ($) $group [$($other)+] [$($check)+] []
            [of_a_user: User, of_an_organization: Organization]
        }
        checks! { @of_rows $R: $Bound; $($check),+ }
    };
    (@of_rows $R:ident: $Bound:ident; $($check:ident),+) => {
        #[doc(hidden)]
        pub mod checks {
            $(
                #[must_use]
                pub fn $check<$R: super::$Bound>(
                    store: std::sync::Arc<dyn ironplate_application::ports::Storage>,
                    owners: $crate::contract::OwnerKind,
                ) -> $crate::contract::Outcome {
                    Box::pin(super::$check::<$R>($crate::contract::subject::Subject::owned_by(owners, store)))
                }
            )+
        }
    };
    (@tests ($d:tt) $room:ident [$($group:ident $(by $kind:ident)?),*] [$($check:ident)*]) => {
        #[doc(hidden)]
        #[macro_export]
        macro_rules! $room {
            ($d on:ident $d(, $d Row:ty)?) => {
                $($crate::contract::$group::tests! { $d on, $crate::contract::$room::Kept $(, $kind)? })*
                $(
                    #[test]
                    fn $check() {
                        $crate::contract::run($d on, $crate::contract::$room::checks::$check);
                    }
                )*
            };
        }

        #[doc(hidden)]
        pub use $room as tests;
    };
    (
        @tests_of_rows ($d:tt) $group:ident [$($other:ident)*] [$($check:ident)+]
        [$($alone:ident)?] [$($module:ident: $kind:ident),*]
    ) => {
        #[doc(hidden)]
        #[macro_export]
        macro_rules! $group {
            ($d on:ident, $d Row:ty) => {
                $($crate::contract::$group::tests! { $d on, $d Row, $alone })?
                $(
                    mod $module {
                        #[cfg(test)]
                        use super::$d on;

                        $crate::contract::$group::tests! { $d on, $d Row, $kind }
                    }
                )*
            };
            ($d on:ident, $d Row:ty, $d kind:ident) => {
                $($crate::contract::$other::tests! { $d on, $d Row, $d kind })*
                $(
                    #[test]
                    fn $check() {
                        $crate::contract::run($d on, |store| {
                            $crate::contract::$group::checks::$check::<$d Row>(store, $crate::contract::OwnerKind::$d kind)
                        });
                    }
                )+
            };
        }

        #[doc(hidden)]
        pub use $group as tests;
    };
}

/// Writes methods of [`Row`](super::rows::Row), [`Listed`](super::lists::Listed) and
/// [`Resource`](super::resource::Resource) that only ask a repository for the same: `through! { items; insert, find }`.
macro_rules! through {
    ($repository:ident; $($method:ident),+) => {
        $(through! { @$method $repository })+
    };
    (@insert $repository:ident) => {
        async fn insert(&self, work: &mut dyn ironplate_application::ports::Repositories) -> ironplate_application::ports::StoreResult<()> {
            work.$repository().insert(self).await
        }
    };
    (@find $repository:ident) => {
        async fn find(
            &self,
            from: &mut dyn ironplate_application::ports::Repositories,
        ) -> ironplate_application::ports::StoreResult<Option<Self>> {
            from.$repository().find(self.id).await
        }
    };
    (@list $repository:ident) => {
        async fn list(
            from: &mut dyn ironplate_application::ports::Repositories,
            owner: Option<ironplate_domain::Owner>,
            page: &ironplate_application::ports::PageRequest<Self::Order>,
        ) -> ironplate_application::ports::StoreResult<ironplate_application::ports::Page<Self>> {
            from.$repository().list(owner, page).await
        }
    };
    (@update $repository:ident) => {
        async fn update(
            &self,
            work: &mut dyn ironplate_application::ports::Repositories,
            changes: &Self::Changes,
        ) -> ironplate_application::ports::StoreResult<Option<Self>> {
            work.$repository().update(self.id, changes).await
        }
    };
    (@update_owned $repository:ident) => {
        async fn update(
            &self,
            work: &mut dyn ironplate_application::ports::Repositories,
            changes: &Self::Changes,
        ) -> ironplate_application::ports::StoreResult<Option<Self>> {
            work.$repository().update(self.id, self.owner, changes).await
        }
    };
    (@delete_owned $repository:ident) => {
        async fn delete(&self, work: &mut dyn ironplate_application::ports::Repositories) -> ironplate_application::ports::StoreResult<bool> {
            work.$repository().delete(self.id, self.owner).await
        }
    };
    (@delete $repository:ident) => {
        async fn delete(&self, work: &mut dyn ironplate_application::ports::Repositories) -> ironplate_application::ports::StoreResult<bool> {
            work.$repository().delete(self.id).await
        }
    };
}

pub(super) use {checks, through};
