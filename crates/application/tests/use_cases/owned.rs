//! What is promised of every resource that users own, said once: a file of tests names its resource by `owned!`.

pub(crate) mod promises;

use std::collections::BTreeSet;

use ironplate_application::{
    Class, OwnedPage,
    accounts::ExportPart,
    ports::{OwnedRow, PageRequest},
};
use ironplate_domain::{Actor, AuditDetail, AuditKind, User};
use ironplate_testkit::{World, contract::resource::Resource};

use crate::{acting::Target, blocks, sources, tests};

pub(crate) type Answer<T> = Result<T, Class>;

/// A resource that users own, with its use cases.
pub(crate) trait Owned:
    OwnedRow + Resource<Changes = <Self as OwnedRow>::Changes, Order = <Self as OwnedRow>::Order>
{
    /// What the access rules call those of one user.
    const OF_USER: &'static str;
    /// How a superuser's change of somebody's is recorded.
    const CHANGED: AuditKind;
    /// How a deletion is recorded.
    const DELETED: AuditKind;
    /// By which an audit event names one.
    const DETAIL: AuditDetail;

    async fn create(world: &World, actor: Actor) -> Answer<Self>;
    async fn read(world: &World, actor: Actor, id: Id<Self>) -> Answer<Self>;
    async fn change(world: &World, actor: Actor, id: Id<Self>, changes: <Self as OwnedRow>::Changes) -> Answer<Self>;
    fn remove(world: &World, actor: Actor, id: Id<Self>) -> impl Future<Output = Answer<()>> + Send + 'static;
    async fn page(world: &World, actor: Actor, page: PageRequest<<Self as OwnedRow>::Order>)
    -> Answer<OwnedPage<Self>>;
    /// Its rows, if they are what this part has.
    fn exported(part: ExportPart) -> Vec<Self>;
}

pub(crate) type Id<R> = <R as OwnedRow>::Id;

impl<R: Owned> Target for R {
    async fn of(owner: User, world: &World) -> Self {
        world.add(owner.email.canonical(), "theirs").await
    }
}

/// Names a resource that users own, and tests all that is promised of every one.
macro_rules! owned {
    (
        $service:ident of $Row:ident, exported as $Part:ident, recorded as $Changed:ident, $Deleted:ident, $Detail:ident;
        $new:expr
    ) => {
        mod owned {
            use ironplate_application::{Fault, OwnedPage, accounts::ExportPart, ports::{OwnedRow, PageRequest}};
            use ironplate_domain::{Actor, AuditDetail, AuditKind};
            use ironplate_testkit::{World, contract::resource::Resource, samples::client};

            use super::*;
            use crate::owned::{Answer, Id, Owned};

            impl Owned for $Row {
                const OF_USER: &'static str = concat!(stringify!($service), "_of_user");
                const CHANGED: AuditKind = AuditKind::$Changed;
                const DELETED: AuditKind = AuditKind::$Deleted;
                const DETAIL: AuditDetail = AuditDetail::$Detail;

                async fn create(world: &World, actor: Actor) -> Answer<Self> {
                    world.application().$service.create(actor, $new).await.map_err(|error| error.class())
                }

                async fn read(world: &World, actor: Actor, id: Id<Self>) -> Answer<Self> {
                    world.application().$service.read(actor, id, &client()).await.map_err(|error| error.class())
                }

                async fn change(
                    world: &World,
                    actor: Actor,
                    id: Id<Self>,
                    changes: <Self as OwnedRow>::Changes,
                ) -> Answer<Self> {
                    world.application().$service.update(actor, id, changes, &client()).await.map_err(|error| error.class())
                }

                fn remove(world: &World, actor: Actor, id: Id<Self>) -> impl Future<Output = Answer<()>> + Send + 'static {
                    let service = world.application().$service;
                    async move { service.delete(actor, id, &client()).await.map_err(|error| error.class()) }
                }

                async fn page(
                    world: &World,
                    actor: Actor,
                    page: PageRequest<<Self as OwnedRow>::Order>,
                ) -> Answer<OwnedPage<Self>> {
                    let service = world.application().$service;
                    service.list_with_owners(actor, page).await.map_err(|error| error.class())
                }

                fn exported(part: ExportPart) -> Vec<Self> {
                    match part {
                        ExportPart::$Part(rows) => rows,
                        _ => Vec::new(),
                    }
                }
            }

            crate::acting::acts! { |world, actor, row: $Row|
                reads $service.read(actor, row.id, &client());
                changes $service.update(actor, row.id, $Row::changes_to("changed"), &client());
                changes $service.delete(actor, row.id, &client());
            }

            crate::owned::owned! { @tests $Row:
                it_belongs_to_whoever_makes_it,
                whoever_was_deleted_makes_none,
                it_is_read_by_its_owner_and_by_superusers,
                one_that_is_not_there_is_found_by_nobody,
                one_that_goes_meanwhile_is_not_found,
                users_list_their_own_and_superusers_everybodys,
                it_is_changed_in_what_is_named_and_nothing_else,
                it_is_deleted_once,
                of_many_who_delete_it_one_succeeds,
                what_is_not_stored_never_happened,
                without_storage_nothing_is_seen,
                what_superusers_change_is_recorded,
                a_deletion_is_recorded_whoever_does_it,
                a_denial_is_recorded_with_what_was_tried,
                an_export_holds_what_is_the_user_s_and_nothing_else,
            }
        }
    };
    (@tests $Row:ident: $($promise:ident,)+) => {
        $(#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
        async fn $promise() {
            crate::owned::promises::$promise::<$Row>().await;
        })+
    };
}
pub(crate) use owned;

#[test]
fn every_resource_that_users_own_keeps_these_promises() {
    let (sources, tests) = (sources(), tests());
    let owned: BTreeSet<&str> =
        blocks(&sources, "impl OwnedRow for ").filter_map(|block| block.split(' ').next()).collect();
    let named = blocks(&tests, "owned! { ").filter_map(|block| block.split([' ', ',']).nth(2));
    assert_eq!(owned, named.collect(), "name each by `owned!` in its file of tests");
}
