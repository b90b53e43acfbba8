//! What the operator does with accounts from the command line.

use ironplate_application::{
    Operator,
    limits::{Limit, LimitError},
    organizations::SoleOwned,
    ports::{PageRequest, UserFilter, UserOrder, UserState},
    sessions::{LogInError, SessionsError},
    system::Limited,
    users::{CreateUser, DeleteUserError, UpdateUser, UpdateUserError, Welcome},
};
use ironplate_domain::{AuditDetail, AuditKind, AuditOutcome, MailTemplate, UserId};
use ironplate_testkit::{
    World,
    samples::{client, email, password},
};
use uuid::Uuid;

use super::root_and_ann;
use crate::{assert_fails, log_in, opens};

const ANN: &str = "ann@example.com";
const ROOT: &str = "root@example.com";
const NOBODY: UserId = UserId(Uuid::nil());

fn eve() -> Operator {
    Operator { login: Some("eve".to_owned()), ..Operator::default() }
}

/// The one event of this kind: by nobody but the operator, on this user, and with this outcome.
fn assert_recorded(world: &World, kind: AuditKind, on: UserId, outcome: AuditOutcome) {
    let events = world.events(kind);
    let [event] = &events[..] else { panic!("{events:?}") };
    assert_eq!((event.actor, event.subject, event.outcome), (None, Some(on), outcome), "{event:?}");
    assert_eq!(event.details.get(&AuditDetail::Operator).map(String::as_str), Some("eve"), "{event:?}");
}

#[tokio::test]
async fn an_operator_sets_a_password_which_ends_all_sessions_and_is_told_by_mail() {
    let world = root_and_ann().await;
    world.open_session(ANN).await;
    let ann = world.user(ANN).id;
    let change = UpdateUser { password: Some(password("another fine password")), ..UpdateUser::default() };
    world.users().by_operator(&eve()).update(ann, change).await.unwrap();
    assert!(world.store.sessions().iter().all(|session| session.user != ann || session.revoked_at.is_some()));
    assert!(world.store.messages().iter().any(|mail| mail.template == MailTemplate::PasswordChanged));
    assert_recorded(&world, AuditKind::UserChanged, ann, AuditOutcome::Success);
    assert!(opens(&world, ANN, "another fine password").await);
}

#[tokio::test]
async fn the_last_superuser_stays_whatever_the_operator_does() {
    let world = root_and_ann().await;
    let (before, root, eve) = (world.store.users(), world.user(ROOT).id, eve());
    for change in [
        UpdateUser { is_superuser: Some(false), ..UpdateUser::default() },
        UpdateUser { is_active: Some(false), ..UpdateUser::default() },
    ] {
        assert_fails!(world.users().by_operator(&eve).update(root, change).await, UpdateUserError::LastSuperuser);
    }
    assert_fails!(world.users().by_operator(&eve).delete(root, SoleOwned::Keep).await, DeleteUserError::LastSuperuser);
    assert_eq!(world.store.users(), before);
    assert_recorded(&world, AuditKind::UserDeleted, root, AuditOutcome::Failure);
}

#[tokio::test]
async fn an_operator_deletes_all_but_the_last_superuser() {
    let world = root_and_ann().await.with_superuser("other@example.com").await;
    let (ann, root, eve) = (world.user(ANN).id, world.user(ROOT).id, eve());
    let users = world.users();
    users.by_operator(&eve).delete(ann, SoleOwned::Keep).await.unwrap();
    assert_recorded(&world, AuditKind::UserDeleted, ann, AuditOutcome::Success);
    users.by_operator(&eve).delete(root, SoleOwned::Keep).await.unwrap();
    assert_fails!(users.by_operator(&eve).delete(root, SoleOwned::Keep).await, DeleteUserError::NotFound);
    assert_eq!(world.store.users(), [world.user("other@example.com")]);
}

#[tokio::test]
async fn an_operator_vouches_for_an_address() {
    let world = World::new();
    let eve = eve();
    let invitation = CreateUser::new(email(ANN));
    let ann = world.users().by_operator(&eve).create(invitation, Welcome::Mail).await.unwrap();
    assert_eq!(world.store.messages()[0].template, MailTemplate::SetPassword);
    assert!(world.users().by_operator(&eve).verify(ann.id).await.unwrap().is_verified);
    assert_recorded(&world, AuditKind::UserCreated, ann.id, AuditOutcome::Success);
    assert_recorded(&world, AuditKind::UserChanged, ann.id, AuditOutcome::Success);
    assert_fails!(world.users().by_operator(&eve).verify(NOBODY).await, UpdateUserError::NotFound);
}

#[tokio::test]
async fn an_invitation_anew_names_the_operator_on_the_account_that_gives_way_too() {
    let world = World::new();
    let eve = eve();
    let invite =
        async || world.users().by_operator(&eve).create(CreateUser::new(email(ANN)), Welcome::Mail).await.unwrap();
    let first = invite().await;
    assert_ne!(invite().await.id, first.id);
    assert_recorded(&world, AuditKind::UnclaimedRemoved, first.id, AuditOutcome::Success);
}

#[tokio::test]
async fn an_operator_gives_permits_back_and_it_is_told_whose() {
    for (address, limited, whose) in [
        (ANN, None, "account"),
        ("ghost@example.com", Some(Limited::Mailbox(email("ghost@example.com"))), "no account"),
        (ANN, client().address.map(Limited::Address), "203.0.113.7"),
        (ANN, Some(Limited::All), "all"),
    ] {
        let world = root_and_ann().await.limiting(Limit::LogInPerAccount, 1).limiting(Limit::LogInPerAddress, 9);
        let limited = limited.unwrap_or_else(|| Limited::Account(Box::new(world.user(ANN))));
        let try_to_enter = async || world.sessions().log_in(log_in(address, "wrong"), &client()).await.unwrap_err();
        try_to_enter().await;
        assert!(matches!(try_to_enter().await, LogInError::Limit(LimitError::Throttled(_))), "{whose}");
        let system = world.application().system;
        let taken = system.limits_in_force(&limited, 100).await.unwrap().len() as u64;
        assert_eq!((system.clear_limits(&limited, &eve()).await.unwrap(), taken > 0), (taken, true), "{whose}");
        assert_eq!(system.clear_limits(&limited, &eve()).await.unwrap(), 0, "none is taken any more: {whose}");
        let [event] = &world.events(AuditKind::LimitsCleared)[..] else { panic!("one event") };
        assert_eq!((&*event.details[&AuditDetail::Whose], &*event.details[&AuditDetail::Operator]), (whose, "eve"));
    }
}

#[tokio::test]
async fn an_operator_sees_everybody() {
    let world = root_and_ann().await;
    let (users, eve) = (world.users(), eve());
    let details = users.by_operator(&eve).look(world.user(ANN).id).await.unwrap();
    assert_eq!(details.user, world.user(ANN));
    let filter = UserFilter { state: Some(UserState::Active), is_superuser: Some(true) };
    let page = PageRequest { order: UserOrder::Newest, search: None, after: None, skip: 0, limit: 9 };
    assert_eq!(users.by_operator(&eve).list(&filter, &page).await.unwrap().rows, [world.user(ROOT)]);
}

#[tokio::test]
async fn an_operator_ends_all_sessions_of_a_user() {
    let world = root_and_ann().await;
    let roots = world.open_session(ROOT).await;
    world.open_session(ANN).await;
    world.open_session(ANN).await;
    let ann = world.user(ANN).id;
    assert_eq!(world.sessions().end_all_of(ann, &eve()).await.unwrap(), 2);
    assert_recorded(&world, AuditKind::SessionsRevoked, ann, AuditOutcome::Success);
    assert_eq!(world.sessions().end_all_of(ann, &eve()).await.unwrap(), 0);
    assert_eq!(world.events(AuditKind::SessionsRevoked).len(), 1, "what changes nothing is no event");
    assert_fails!(world.sessions().end_all_of(NOBODY, &eve()).await, SessionsError::UserNotFound);
    assert!(world.store.sessions().contains(&roots));
}

#[tokio::test]
async fn an_operator_ends_all_sessions_of_everybody() {
    let world = root_and_ann().await;
    world.open_session(ROOT).await;
    world.open_session(ANN).await;
    assert_eq!(world.sessions().end_everybodys(&eve()).await.unwrap(), 2);
    assert!(world.store.sessions().iter().all(|session| session.revoked_at.is_some()));
    let events = world.events(AuditKind::SessionsRevoked);
    assert_eq!((events.len(), events[0].subject, &*events[0].details[&AuditDetail::Count]), (1, None, "2"));
    assert_eq!(world.sessions().end_everybodys(&eve()).await.unwrap(), 0);
    assert_eq!(world.events(AuditKind::SessionsRevoked).len(), 1, "what changes nothing is no event");
}
