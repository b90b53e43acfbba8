//! An organisation keeps an owner, whoever goes at once and however: as use cases do it, by the one order of locks.

use std::sync::Arc;

use ironplate_application::ports::{Repositories, Store, StoreResult};
use ironplate_domain::{OrganizationId, Role, UserChanges, UserId};
use uuid::Uuid;

use super::{
    checks::checks,
    race::race,
    subject::{Subject, seen},
};

checks! { last_owner;
    of_two_owners_who_go_one_stays,
    a_promotion_and_a_deletion_leave_an_owner,
}

/// How an ownership ends.
#[derive(Debug, Clone, Copy)]
enum Way {
    Demotion,
    /// Also by the owner, who leaves.
    Removal,
    Deactivation,
    DeletionOfTheAccount,
}

const WAYS: [Way; 4] = [Way::Demotion, Way::Removal, Way::Deactivation, Way::DeletionOfTheAccount];

/// Whether the ownership ended; it does not where it is the only one.
async fn end(store: Arc<dyn Store>, way: Way, organization: OrganizationId, owner: UserId) -> StoreResult<bool> {
    let mut work = store.begin().await?;
    work.users().lock(owner).await?;
    let concerned = match way {
        Way::Demotion | Way::Removal => {
            work.organizations().lock(organization).await?;
            vec![organization]
        }
        Way::Deactivation | Way::DeletionOfTheAccount => work.organizations().lock_owned_by(owner).await?,
    };
    for organization in concerned {
        if !work.memberships().has_other_active_owner(organization, owner).await? {
            return Ok(false);
        }
    }
    let ended = match way {
        Way::Demotion => work.memberships().set_role(organization, owner, Role::Owner, Role::Viewer).await?,
        Way::Removal => work.memberships().remove(organization, owner).await?.is_some(),
        Way::Deactivation => {
            let changes = UserChanges { is_active: Some(false), ..UserChanges::default() };
            work.users().update(owner, &changes).await?.is_some()
        }
        Way::DeletionOfTheAccount => work.users().delete(owner).await?,
    };
    work.commit().await?;
    Ok(ended)
}

async fn has_owner(subject: &Subject, organization: OrganizationId) -> bool {
    seen!(subject, memberships().has_other_active_owner(organization, UserId(Uuid::nil())))
}

/// Each pair of ways: the second one sees what the first one did.
async fn of_two_owners_who_go_one_stays(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    for (n, (one, other)) in WAYS.into_iter().flat_map(|one| WAYS.map(|other| (one, other))).enumerate() {
        let acme = subject.organization("Acme").await;
        let ann = subject.member(&acme, Role::Owner, &format!("ann{n}@example.com")).await;
        let bob = subject.member(&acme, Role::Owner, &format!("bob{n}@example.com")).await;
        let rivals = [(one, ann.id), (other, bob.id)];
        let outcomes = race(rivals.map(|(way, owner)| end(subject.store.clone(), way, acme.id, owner))).await;
        let ended = outcomes.iter().filter(|outcome| matches!(outcome, Ok(true))).count();
        let kept = outcomes.iter().filter(|outcome| matches!(outcome, Ok(false))).count();
        assert_eq!((ended, kept), (1, 1), "{one:?} and {other:?}: {outcomes:?}");
        assert!(has_owner(&subject, acme.id).await, "{one:?} and {other:?}");
    }
}

/// Makes an owner of an admin who is active.
async fn promote(work: &mut dyn Repositories, organization: OrganizationId, admin: UserId) -> StoreResult<bool> {
    let user = work.users().lock(admin).await?;
    work.organizations().lock(organization).await?;
    match user {
        Some(user) if user.is_active => {
            work.memberships().set_role(organization, admin, Role::Admin, Role::Owner).await
        }
        _ => Ok(false),
    }
}

/// The only owner makes another one, and leaves; the other one deletes their account meanwhile.
async fn a_promotion_and_a_deletion_leave_an_owner(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    for n in 0..8 {
        let acme = subject.organization("Acme").await;
        let ann = subject.member(&acme, Role::Owner, &format!("ann{n}@example.com")).await;
        let bob = subject.member(&acme, Role::Admin, &format!("bob{n}@example.com")).await;
        let rivals = [0, 1].map(|rival| {
            let (store, acme, ann, bob) = (subject.store.clone(), acme.id, ann.id, bob.id);
            async move {
                if rival == 0 {
                    return end(store, Way::DeletionOfTheAccount, acme, bob).await;
                }
                let mut work = store.begin().await?;
                let promoted = promote(&mut *work, acme, bob).await?;
                work.commit().await?;
                Ok(promoted && end(store, Way::Removal, acme, ann).await?)
            }
        });
        for outcome in race(rivals).await {
            outcome.expect("an answer");
        }
        assert!(has_owner(&subject, acme.id).await);
    }
}
