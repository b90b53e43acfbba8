//! Changing users: rights, state, passwords, and what that does to their sessions.

use ironplate_application::{
    NewPasswordError,
    ports::{HashingError, StoreError},
    users::{UpdateUser, UpdateUserError},
};
use ironplate_domain::{MailTemplate, Session, SessionId, User, UserId};
use ironplate_testkit::{
    FakeStore, World,
    samples::{PASSWORD, client, email, full_name, password},
    user,
};
use uuid::Uuid;

use super::{root, root_and_ann};
use crate::{assert_fails, opens, recovery::reset};

const NO_SESSION: SessionId = SessionId(Uuid::nil());

fn to_email(address: &str) -> UpdateUser {
    UpdateUser { email: Some(email(address)), ..UpdateUser::default() }
}

fn to_password(text: &str) -> UpdateUser {
    UpdateUser { password: Some(password(text)), ..UpdateUser::default() }
}

fn active(is_active: bool) -> UpdateUser {
    UpdateUser { is_active: Some(is_active), ..UpdateUser::default() }
}

fn superuser(is_superuser: bool) -> UpdateUser {
    UpdateUser { is_superuser: Some(is_superuser), ..UpdateUser::default() }
}

/// Root does this to the user of this address, by a session that is nobody's.
async fn update(world: &World, address: &str, command: UpdateUser) -> Result<User, UpdateUserError> {
    world.users().update(root(world), NO_SESSION, world.user(address).id, command, &client()).await
}

#[tokio::test]
async fn a_user_changes_in_what_is_named_and_nothing_else() {
    let world = root_and_ann().await.with_user("bob@example.com").await;
    let (mut ann, bob) = (world.user("ann@example.com"), world.user("bob@example.com"));
    let id = ann.id;
    let update = async |command| world.users().update(root(&world), NO_SESSION, id, command, &client()).await.unwrap();

    ann.email = email("ann@other.example");
    assert_eq!(update(to_email("ann@other.example")).await, ann);
    ann.full_name = Some(full_name("Ann"));
    assert_eq!(update(UpdateUser { full_name: Some(ann.full_name.clone()), ..UpdateUser::default() }).await, ann);
    ann.full_name = None;
    assert_eq!(update(UpdateUser { full_name: Some(None), ..UpdateUser::default() }).await, ann);
    ann.is_active = false;
    assert_eq!(update(active(false)).await, ann);
    ann.is_active = true;
    assert_eq!(update(active(true)).await, ann);
    ann.is_superuser = true;
    assert_eq!(update(superuser(true)).await, ann);
    assert_eq!(update(UpdateUser::default()).await, ann);
    assert_eq!(world.user("ann@other.example"), ann);
    assert_eq!(world.user("bob@example.com"), bob);
}

#[tokio::test]
async fn a_new_password_is_the_one_that_opens() {
    let world = root_and_ann().await;
    update(&world, "ann@example.com", to_password("open sesame")).await.unwrap();
    assert!(opens(&world, "ann@example.com", "open sesame").await);
    assert!(!opens(&world, "ann@example.com", PASSWORD).await);
}

#[tokio::test]
async fn nobody_else_changes_users_not_even_themselves() {
    let world = root_and_ann().await;
    let before = world.store.users();
    let actor = world.actor("ann@example.com");
    for id in [actor.user, root(&world).user, UserId(Uuid::nil())] {
        let outcome = world.users().update(actor, NO_SESSION, id, to_password("open sesame"), &client()).await;
        assert_fails!(outcome, UpdateUserError::Denied(_));
    }
    assert_eq!(world.store.users(), before);
    assert_eq!(world.hasher.calls().hash, 0, "no work for whoever may not");
}

#[tokio::test]
async fn a_missing_user_is_reported_before_a_taken_address() {
    let world = root_and_ann().await;
    let before = world.store.users();
    let nobody = UserId(Uuid::nil());
    for command in [to_email("ann@example.com"), superuser(false), UpdateUser::default()] {
        let outcome = world.users().update(root(&world), NO_SESSION, nobody, command, &client()).await;
        assert_fails!(outcome, UpdateUserError::NotFound);
    }
    assert_eq!(world.store.users(), before);
}

#[tokio::test]
async fn an_address_is_taken_in_any_spelling() {
    let world = root_and_ann().await.with_user("bob@example.com").await;
    world.open_session("ann@example.com").await;
    let (users, sessions) = (world.store.users(), world.store.sessions());
    let command = UpdateUser { email: Some(email("BOB@Example.com")), ..to_password("open sesame") };
    assert_fails!(update(&world, "ann@example.com", command).await, UpdateUserError::EmailTaken);
    assert_eq!((world.store.users(), world.store.sessions()), (users, sessions));
}

#[tokio::test]
async fn a_users_own_address_can_be_spelled_anew() {
    let world = root_and_ann().await;
    update(&world, "ann@example.com", to_email("ANN@example.com")).await.unwrap();
    assert_eq!(world.user("ann@example.com").email.as_str(), "ANN@example.com");
}

/// A world in which root and Ann have two sessions each, root's first being the one that root acts by.
async fn with_sessions() -> (World, [Session; 2], [Session; 2]) {
    let world = root_and_ann().await.with_superuser("other@example.com").await;
    let roots = [world.open_session("root@example.com").await, world.open_session("root@example.com").await];
    let anns = [world.open_session("ann@example.com").await, world.open_session("ann@example.com").await];
    (world, roots, anns)
}

fn live(world: &World, sessions: &[Session; 2]) -> [bool; 2] {
    [world.is_live(sessions[0].id), world.is_live(sessions[1].id)]
}

#[tokio::test]
async fn whatever_takes_key_or_rights_away_ends_all_sessions_of_that_user_alone() {
    for command in [to_password("open sesame"), active(false)] {
        let (world, roots, anns) = with_sessions().await;
        world.users().update(root(&world), roots[0].id, anns[0].user, command, &client()).await.unwrap();
        assert_eq!((live(&world, &roots), live(&world, &anns)), ([true, true], [false, false]));
    }
    let (world, roots, _) = with_sessions().await;
    let others = [world.open_session("other@example.com").await, world.open_session("other@example.com").await];
    world.users().update(root(&world), roots[0].id, others[0].user, superuser(false), &client()).await.unwrap();
    assert_eq!((live(&world, &roots), live(&world, &others)), ([true, true], [false, false]));
}

#[tokio::test]
async fn what_takes_nothing_away_ends_no_session() {
    let named = UpdateUser { full_name: Some(Some(full_name("Ann"))), ..UpdateUser::default() };
    for command in
        [UpdateUser::default(), named, to_email("new@example.com"), superuser(true), superuser(false), active(true)]
    {
        let (world, roots, anns) = with_sessions().await;
        world.users().update(root(&world), roots[0].id, anns[0].user, command, &client()).await.unwrap();
        assert_eq!((live(&world, &roots), live(&world, &anns)), ([true, true], [true, true]));
    }
}

#[tokio::test]
async fn the_session_that_changes_its_own_password_lives_on_alone() {
    let (world, roots, anns) = with_sessions().await;
    world
        .users()
        .update(root(&world), roots[0].id, roots[0].user, to_password("open sesame"), &client())
        .await
        .unwrap();
    assert_eq!((live(&world, &roots), live(&world, &anns)), ([true, false], [true, true]));
}

#[tokio::test]
async fn giving_up_ones_own_rights_ends_ones_own_session_too() {
    let with_password = UpdateUser { is_superuser: Some(false), ..to_password("open sesame") };
    for command in [superuser(false), active(false), with_password] {
        let (world, roots, anns) = with_sessions().await;
        world.users().update(root(&world), roots[0].id, roots[0].user, command, &client()).await.unwrap();
        assert_eq!((live(&world, &roots), live(&world, &anns)), ([false, false], [true, true]));
    }
}

#[tokio::test]
async fn the_last_active_superuser_is_neither_demoted_nor_deactivated() {
    let world = root_and_ann().await.with(user("retired@example.com").superuser().inactive()).await;
    let session = world.open_session("root@example.com").await;
    let users = world.store.users();
    let both = UpdateUser { is_superuser: Some(false), is_active: Some(true), ..UpdateUser::default() };
    for command in [superuser(false), active(false), both] {
        assert_fails!(update(&world, "root@example.com", command).await, UpdateUserError::LastSuperuser);
    }
    assert_eq!(world.store.users(), users);
    assert!(world.is_live(session.id));
}

#[tokio::test]
async fn the_last_superuser_may_change_in_all_else() {
    let world = root_and_ann().await;
    let command = UpdateUser { is_superuser: Some(true), is_active: Some(true), ..to_email("new@example.com") };
    assert!(update(&world, "root@example.com", command).await.is_ok());
}

#[tokio::test]
async fn with_another_active_superuser_one_may_go() {
    for command in [superuser(false), active(false)] {
        let world = root_and_ann().await.with_superuser("other@example.com").await;
        let gone = update(&world, "root@example.com", command).await.unwrap();
        assert!(!gone.is_superuser || !gone.is_active);
    }
}

#[tokio::test]
async fn a_plain_user_or_a_retired_superuser_is_not_the_last_one() {
    let world = root_and_ann().await.with(user("retired@example.com").superuser().inactive()).await;
    assert!(!update(&world, "ann@example.com", active(false)).await.unwrap().is_active);
    assert!(!update(&world, "retired@example.com", superuser(false)).await.unwrap().is_superuser);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_two_superusers_who_take_the_rank_from_one_another_one_stays() {
    for command in [|| superuser(false), || active(false)] {
        let world = World::new().with_superuser("root@example.com").await.with_superuser("other@example.com").await;
        let (one, other) = (root(&world), world.actor("other@example.com"));
        let rivals = [(one, other.user), (other, one.user)].map(|(actor, id)| {
            let users = world.users();
            tokio::spawn(async move { users.update(actor, NO_SESSION, id, command(), &client()).await })
        });
        let mut refused = 0;
        for rival in rivals {
            if let outcome @ Err(_) = rival.await.unwrap() {
                assert_fails!(outcome, UpdateUserError::Denied(_));
                refused += 1;
            }
        }
        let left = world.store.users().into_iter().filter(|user| user.is_superuser && user.is_active).count();
        assert_eq!((refused, left), (1, 1));
    }
}

#[tokio::test]
async fn without_a_hash_nothing_changes() {
    let world = root_and_ann().await;
    let before = world.store.users();
    world.hasher.busy();
    let command = || UpdateUser { is_active: Some(false), ..to_password("open sesame") };
    let outcome = update(&world, "ann@example.com", command()).await;
    assert_fails!(outcome, UpdateUserError::Password(NewPasswordError::Hashing(HashingError::Busy)));
    world.hasher.broken();
    let outcome = update(&world, "ann@example.com", command()).await;
    assert_fails!(outcome, UpdateUserError::Password(NewPasswordError::Hashing(HashingError::Failed(_))));
    assert_eq!(world.store.users(), before);
}

#[tokio::test]
async fn a_change_that_is_not_stored_never_happened() {
    let (world, _, anns) = with_sessions().await;
    let (users, sessions) = (world.store.users(), world.store.sessions());
    let (actor, id) = (root(&world), anns[0].user);
    for break_down in [FakeStore::fail_commits, FakeStore::go_down] {
        break_down(&world.store);
        let outcome = world.users().update(actor, NO_SESSION, id, active(false), &client()).await;
        assert_fails!(outcome, UpdateUserError::Store(StoreError::Unavailable(_)));
    }
    assert_eq!((world.store.users(), world.store.sessions()), (users, sessions));
}

#[tokio::test]
async fn a_new_address_is_yet_to_be_proved_and_the_old_one_is_told() {
    let world = World::new().with_superuser("root@example.com").await.with(user("ann@example.com").verified()).await;
    world.recovery().request(Some(&email("ann@example.com")), &client()).await.unwrap();
    world.deliver_mail().await;
    let moved = update(&world, "ann@example.com", to_email("ann@new.example")).await.unwrap();
    assert!(!moved.is_verified);
    let sent: Vec<_> = world.deliver_mail().await.into_iter().map(|mail| (mail.content.subject, mail.to)).collect();
    let expected = [("address_changed", "ann@example.com"), ("verify_address", "ann@new.example")];
    assert_eq!(sent, expected.map(|(subject, to)| (subject.to_owned(), email(to))));
    assert_eq!(world.store.one_time_tokens().len(), 1, "the old address's link is worthless");
}

#[tokio::test]
async fn another_spelling_of_an_address_stays_verified() {
    let world = World::new().with_superuser("root@example.com").await.with(user("ann@example.com").verified()).await;
    assert!(update(&world, "ann@example.com", to_email("ANN@Example.com")).await.unwrap().is_verified);
    assert_eq!(world.store.messages(), []);
}

#[tokio::test]
async fn whose_password_is_set_by_another_is_told_and_their_links_are_worthless() {
    let world = root_and_ann().await;
    world.recovery().request(Some(&email("ann@example.com")), &client()).await.unwrap();
    world.deliver_mail().await;
    update(&world, "ann@example.com", to_password("open sesame")).await.unwrap();
    assert_eq!(world.store.one_time_tokens(), []);
    let [notice] = &world.deliver_mail().await[..] else { panic!("one mail") };
    assert_eq!((notice.content.subject.as_str(), &notice.to), ("password_changed", &email("ann@example.com")));
}

#[tokio::test]
async fn who_was_invited_is_invited_anew_at_the_corrected_address() {
    let world = root_and_ann().await.with(user("bbo@example.com").without_password()).await;
    update(&world, "bbo@example.com", to_email("bob@example.com")).await.unwrap();
    let mail = world.mail(MailTemplate::SetPassword, "bob@example.com").await;
    reset(&world, &mail, "open sesame").await.unwrap();
    assert!(opens(&world, "bob@example.com", "open sesame").await);
}
