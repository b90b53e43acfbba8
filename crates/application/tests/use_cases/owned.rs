//! What is promised of every resource that users own, said once: a file of tests names its resource by `promised!`.
#![allow(dead_code, unused_imports, unused_macros, reason = "what of it is used depends on which resources there are")]

pub(crate) mod promises;

use std::collections::BTreeSet;

use ironplate_application::{Class, Fault, Owned, accounts::ExportPart, ports::OwnedRow};
use ironplate_domain::{Actor, Organization, Role, User};
use ironplate_testkit::{World, contract::resource::Resource};

use crate::{acting::Target, blocks, sources, tests};

/// A resource that users own, as these tests need it.
pub(crate) trait Promised:
    Owned<Error: Fault> + Resource<Changes = <Self as OwnedRow>::Changes, Order = <Self as OwnedRow>::Order>
{
    /// Its rows, if they are what this part has.
    fn exported(part: ExportPart) -> Vec<Self>;
}

/// One that users make for themselves.
pub(crate) trait MadeByUsers: Promised {
    /// Makes one for this user.
    async fn create(world: &World, actor: Actor) -> Result<Self, Class>;
}

impl<R: Promised> Target for R {
    async fn of(owner: User, world: &World) -> Self {
        world.add(owner.email.canonical(), "theirs").await
    }
}

impl Target for Organization {
    async fn of(owner: User, world: &World) -> Self {
        world.organization("Acme", &[(owner.email.canonical(), Role::Owner)]).await;
        world.organization_called("Acme")
    }
}

/// Names a resource that users own, with what makes one, perhaps of who does, and tests all that is promised of every one. Of one that organisations own
/// alone, nothing makes one for a user.
macro_rules! promised {
    ($service:ident of $Row:ident, exported as $Part:ident; |$actor:ident| $new:expr) => {
        mod made_by_users {
            use ironplate_application::{Class, Fault};
            use ironplate_domain::Actor;
            use ironplate_testkit::World;

            use super::*;

            impl crate::owned::MadeByUsers for $Row {
                async fn create(world: &World, $actor: Actor) -> Result<Self, Class> {
                    world.application().$service.create($actor, $new).await.map_err(|error| error.class())
                }
            }

            crate::owned::promised! { @tests $Row:
                it_belongs_to_whoever_makes_it,
                whoever_was_deleted_makes_none,
                none_is_made_that_is_not_stored,
            }
        }

        crate::owned::promised! { $service of $Row, exported as $Part }
    };
    ($service:ident of $Row:ident, exported as $Part:ident; $new:expr) => {
        crate::owned::promised! { $service of $Row, exported as $Part; |actor| $new }
    };
    ($service:ident of $Row:ident, exported as $Part:ident) => {
        mod owned {
            use ironplate_application::accounts::ExportPart;
            use ironplate_domain::Action;
            use ironplate_testkit::{contract::resource::Resource, samples::client};

            use super::*;

            impl crate::owned::Promised for $Row {
                fn exported(part: ExportPart) -> Vec<Self> {
                    match part {
                        ExportPart::$Part(rows) => rows,
                        _ => Vec::new(),
                    }
                }
            }

            crate::acting::acts! { |world, actor, row: $Row|
                reads $service.read(actor, row.id, &client());
                reads $service.look(actor, row.id, Action::Delete, &client());
                changes $service.update(actor, row.id, $Row::changes_to("changed"), &client());
                changes $service.delete(actor, row.id, &client());
            }

            mod of_an_organization {
                use ironplate_domain::Organization;
                use ironplate_testkit::samples::client;

                use crate::{acting::acts, all};

                acts! { |world, actor, of: Organization|
                    reads $service.list_of(actor, of.id, all(Default::default()), &client());
                    reads $service.list_with_owners(actor, Some(of.id.into()), all(Default::default()), &client());
                    reads $service.list_with_owners(actor, None, all(Default::default()), &client());
                }
            }

            crate::owned::promised! { @tests $Row:
                it_is_read_by_its_owner_and_by_superusers,
                one_that_is_not_there_is_found_by_nobody,
                one_that_goes_meanwhile_is_not_found,
                users_list_their_own_and_superusers_everybodys,
                those_of_one_owner_are_listed_and_everybodys_with_their_owners,
                it_is_looked_at_with_whose_it_is,
                it_is_changed_in_what_is_named_and_nothing_else,
                it_is_deleted_once,
                of_many_who_delete_it_one_succeeds,
                what_is_not_stored_never_happened,
                without_storage_nothing_is_seen,
                what_superusers_change_is_recorded,
                a_deletion_is_recorded_whoever_does_it,
                a_denial_is_recorded_with_what_was_tried,
                one_of_an_organization_is_not_there_for_strangers,
                one_of_an_organization_is_what_roles_make_of_it,
                an_organization_s_are_listed_for_its_members_alone,
                what_superusers_do_to_an_organization_s_is_recorded,
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
pub(crate) use promised;

#[test]
fn every_resource_that_users_own_keeps_these_promises() {
    let (sources, tests) = (sources(), tests());
    let owned: BTreeSet<&str> =
        blocks(&sources, "impl OwnedRow for ").filter_map(|block| block.split(' ').next()).collect();
    let named = blocks(&tests, "promised! { ").filter_map(|block| block.split([' ', ',']).nth(2));
    assert_eq!(owned, named.collect(), "name each by `promised!` in its file of tests");
}
