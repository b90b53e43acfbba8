//! Memberships begin, change and end.

use std::sync::Arc;

use ironplate_application::ports::{MemberOrder, OwnOrder, Store};
use ironplate_domain::{Membership, OrganizationId, Role, User, UserId};
use uuid::Uuid;

use super::{
    checks::checks,
    locks::assert_waits,
    race::{RIVALS, assert_one_wins, race},
    subject::{Subject, all, alone, assert_internal, seen},
};

checks! { memberships: last_owner;
    a_membership_is_found_as_it_began,
    one_membership_for_each_person,
    a_membership_is_of_who_is_there,
    a_role_is_changed_from_what_it_was,
    a_membership_is_removed_once,
    memberships_go_with_their_user,
    members_and_ownerships_are_counted,
    an_owner_who_can_log_in_is_active,
    a_held_membership_stays_until_the_unit_ends,
    a_removal_waits_for_who_holds,
    who_holds_waits_for_a_removal,
    a_unit_that_failed_refuses_every_call_about_memberships,
}

/// Also under a hold, and nothing else is.
async fn a_membership_is_found_as_it_began(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    let (acme, other) = (subject.organization("Acme").await, subject.organization("Other").await);
    let (ann, bob) = (subject.user("ann@example.com").await, subject.user("bob@example.com").await);
    for (user, role) in [(&ann, Role::Owner), (&bob, Role::Viewer)] {
        let membership = subject.join(&acme, user, role).await;
        assert_eq!(seen!(subject, memberships().find(acme.id, user.id)), Some(membership));
        assert_eq!(alone!(subject, memberships().hold(acme.id, user.id)).expect("an answer"), Some(role));
    }
    for (organization, user) in
        [(other.id, ann.id), (acme.id, UserId(Uuid::nil())), (OrganizationId(Uuid::nil()), ann.id)]
    {
        assert_eq!(seen!(subject, memberships().find(organization, user)), None);
        assert_eq!(alone!(subject, memberships().hold(organization, user)).expect("an answer"), None);
    }
}

/// Also of many that begin at once; those that come later change nothing.
async fn one_membership_for_each_person(store: Arc<dyn Store>) {
    let subject = Arc::new(Subject::of(store));
    let (acme, ann) = (subject.organization("Acme").await, subject.user("ann@example.com").await);
    let roles = Role::ALL.into_iter().cycle().take(RIVALS);
    let outcomes = race(roles.map(|role| {
        let (subject, ann) = (subject.clone(), ann.clone());
        let membership = Membership { organization: acme.id, user: ann.id, role, created_at: ann.created_at };
        async move { alone!(subject, memberships().add(&membership, &ann.email)) }
    }));
    assert_one_wins(&outcomes.await);
    assert_eq!(seen!(subject, memberships().count_of(acme.id)), 1);
    let there = seen!(subject, memberships().find(acme.id, ann.id)).expect("a membership");
    let again = Membership { role: Role::Owner, ..there.clone() };
    assert!(!alone!(subject, memberships().add(&again, &ann.email)).expect("an answer"));
    assert_eq!(seen!(subject, memberships().find(acme.id, ann.id)), Some(there));
}

/// Whoever adds it has locked both, so that one of them is missing is a fault.
async fn a_membership_is_of_who_is_there(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    let (acme, ann) = (subject.organization("Acme").await, subject.user("ann@example.com").await);
    let (nothing, nobody) = (OrganizationId(Uuid::nil()), UserId(Uuid::nil()));
    for (organization, user) in [(nothing, ann.id), (acme.id, nobody)] {
        let membership = Membership { organization, user, role: Role::Viewer, created_at: ann.created_at };
        assert_internal!(alone!(subject, memberships().add(&membership, &ann.email)));
    }
    assert_eq!(seen!(subject, memberships().count_of(acme.id)), 0);
}

/// And of nobody else.
async fn a_role_is_changed_from_what_it_was(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    let (acme, other) = (subject.organization("Acme").await, subject.organization("Other").await);
    let ann = subject.member(&acme, Role::Member, "ann@example.com").await;
    let (anns, bob) = (subject.join(&other, &ann, Role::Member).await, subject.user("bob@example.com").await);
    let bobs = subject.join(&acme, &bob, Role::Member).await;
    let set = async |from, to| alone!(subject, memberships().set_role(acme.id, ann.id, from, to)).expect("an answer");
    let role = async || seen!(subject, memberships().find(acme.id, ann.id)).expect("a membership").role;
    assert!(!set(Role::Viewer, Role::Owner).await);
    assert_eq!(role().await, Role::Member);
    for (from, to) in [(Role::Member, Role::Owner), (Role::Owner, Role::Admin), (Role::Admin, Role::Viewer)] {
        assert!(set(from, to).await);
        assert_eq!(role().await, to);
    }
    let nobody = UserId(Uuid::nil());
    assert!(!alone!(subject, memberships().set_role(acme.id, nobody, Role::Member, Role::Owner)).expect("an answer"));
    assert_eq!(seen!(subject, memberships().find(other.id, ann.id)), Some(anns));
    assert_eq!(seen!(subject, memberships().find(acme.id, bob.id)), Some(bobs));
}

/// Of many who try at once, one is told what its user was.
async fn a_membership_is_removed_once(store: Arc<dyn Store>) {
    let subject = Arc::new(Subject::of(store));
    let acme = subject.organization("Acme").await;
    let ann = subject.member(&acme, Role::Admin, "ann@example.com").await;
    let bob = subject.member(&acme, Role::Owner, "bob@example.com").await;
    let outcomes = race((0..RIVALS).map(|_| {
        let (subject, acme, ann) = (subject.clone(), acme.id, ann.id);
        async move {
            let was = alone!(subject, memberships().remove(acme, ann))?;
            assert!(was.is_none_or(|role| role == Role::Admin));
            Ok(was.is_some())
        }
    }));
    assert_one_wins(&outcomes.await);
    assert_eq!(seen!(subject, memberships().find(acme.id, ann.id)), None);
    assert!(seen!(subject, memberships().find(acme.id, bob.id)).is_some());
    subject.join(&acme, &ann, Role::Viewer).await;
}

/// And nobody else's.
async fn memberships_go_with_their_user(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    let acme = subject.organization("Acme").await;
    let ann = subject.member(&acme, Role::Owner, "ann@example.com").await;
    let bob = subject.member(&acme, Role::Owner, "bob@example.com").await;
    assert!(alone!(subject, users().delete(ann.id)).expect("an answer"));
    assert_eq!(seen!(subject, memberships().count_of(acme.id)), 1);
    subject.store(&[&ann]).await;
    assert_eq!(seen!(subject, memberships().find(acme.id, ann.id)), None, "it has waited for its user to come back");
    assert!(seen!(subject, memberships().find(acme.id, bob.id)).is_some());
}

/// Of one organisation, and of one user.
async fn members_and_ownerships_are_counted(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    let (acme, other) = (subject.organization("Acme").await, subject.organization("Other").await);
    let ann = subject.member(&acme, Role::Owner, "ann@example.com").await;
    let bob = subject.member(&acme, Role::Admin, "bob@example.com").await;
    subject.join(&other, &ann, Role::Owner).await;
    let counts = [seen!(subject, memberships().count_of(acme.id)), seen!(subject, memberships().count_of(other.id))];
    assert_eq!(counts, [2, 1]);
    let owned = [seen!(subject, memberships().count_owned(ann.id)), seen!(subject, memberships().count_owned(bob.id))];
    assert_eq!(owned, [2, 0]);
}

/// Neither who is inactive, nor who has no password yet, nor who is no owner, nor who owns another organisation.
async fn an_owner_who_can_log_in_is_active(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    let (acme, other) = (subject.organization("Acme").await, subject.organization("Other").await);
    let ann = subject.member(&acme, Role::Owner, "ann@example.com").await;
    let inactive = User { is_active: false, ..subject.new_user("inactive@example.com") };
    let invited = User { password_hash: None, ..subject.new_user("invited@example.com") };
    subject.store(&[&inactive, &invited]).await;
    subject.join(&acme, &inactive, Role::Owner).await;
    subject.join(&acme, &invited, Role::Owner).await;
    let admin = subject.member(&acme, Role::Admin, "admin@example.com").await;
    subject.member(&other, Role::Owner, "elsewhere@example.com").await;
    let has_other = async |but: UserId| seen!(subject, memberships().has_other_active_owner(acme.id, but));
    assert!(!has_other(ann.id).await);
    assert!(has_other(inactive.id).await && has_other(UserId(Uuid::nil())).await);
    alone!(subject, memberships().set_role(acme.id, admin.id, Role::Admin, Role::Owner)).expect("an answer");
    assert!(has_other(ann.id).await);
}

/// Whoever would change it waits.
async fn a_held_membership_stays_until_the_unit_ends(store: Arc<dyn Store>) {
    let subject = Arc::new(Subject::of(store));
    let acme = subject.organization("Acme").await;
    let ann = subject.member(&acme, Role::Member, "ann@example.com").await;
    let mut work = subject.begin().await;
    assert_eq!(work.memberships().hold(acme.id, ann.id).await.expect("an answer"), Some(Role::Member));
    let (rival, acme, ann) = (subject.clone(), acme.id, ann.id);
    let change = async move { alone!(rival, memberships().set_role(acme, ann, Role::Member, Role::Viewer)) };
    assert!(assert_waits(work, change).await);
    assert_eq!(seen!(subject, memberships().find(acme, ann)).expect("it").role, Role::Viewer);
}

/// What they began takes effect before.
async fn a_removal_waits_for_who_holds(store: Arc<dyn Store>) {
    let subject = Arc::new(Subject::of(store));
    let acme = subject.organization("Acme").await;
    let ann = subject.member(&acme, Role::Member, "ann@example.com").await;
    let mut work = subject.begin().await;
    assert_eq!(work.memberships().hold(acme.id, ann.id).await.expect("an answer"), Some(Role::Member));
    let (rival, acme, ann) = (subject.clone(), acme.id, ann.id);
    let removal = async move { alone!(rival, memberships().remove(acme, ann)) };
    assert_eq!(assert_waits(work, removal).await, Some(Role::Member));
    assert_eq!(alone!(subject, memberships().hold(acme, ann)).expect("an answer"), None);
}

/// And then finds none, so that nothing of theirs takes effect afterwards.
async fn who_holds_waits_for_a_removal(store: Arc<dyn Store>) {
    let subject = Arc::new(Subject::of(store));
    let acme = subject.organization("Acme").await;
    let ann = subject.member(&acme, Role::Member, "ann@example.com").await;
    let mut work = subject.begin().await;
    work.memberships().remove(acme.id, ann.id).await.expect("an answer");
    let (rival, acme, ann) = (subject.clone(), acme.id, ann.id);
    assert_eq!(assert_waits(work, async move { alone!(rival, memberships().hold(acme, ann)) }).await, None);
}

/// Also those that only read.
async fn a_unit_that_failed_refuses_every_call_about_memberships(store: Arc<dyn Store>) {
    let subject = Subject::of(store);
    let acme = subject.organization("Acme").await;
    let (ann, bob) = (subject.user("ann@example.com").await, subject.user("bob@example.com").await);
    subject.join(&acme, &ann, Role::Member).await;
    let bobs = Membership { organization: acme.id, user: bob.id, role: Role::Member, created_at: bob.created_at };
    let mut work = subject.failed_unit().await;
    assert_internal!(work.memberships().add(&bobs, &bob.email).await);
    assert_internal!(work.memberships().find(acme.id, ann.id).await);
    assert_internal!(work.memberships().hold(acme.id, ann.id).await);
    assert_internal!(work.memberships().set_role(acme.id, ann.id, Role::Member, Role::Owner).await);
    assert_internal!(work.memberships().remove(acme.id, ann.id).await);
    assert_internal!(work.memberships().has_other_active_owner(acme.id, ann.id).await);
    assert_internal!(work.memberships().count_of(acme.id).await);
    assert_internal!(work.memberships().count_owned(ann.id).await);
    assert_internal!(work.memberships().list(acme.id, None, &all(MemberOrder::Newest)).await);
    assert_internal!(work.memberships().list_of(ann.id, &all(OwnOrder::Newest)).await);
    assert_internal!(work.memberships().addresses(acme.id, None, 9).await);
    assert_internal!(work.memberships().addresses_of(acme.id, &[ann.id]).await);
}
