//! Changing one's own password.

use ironplate_application::{
    NewPasswordError,
    accounts::{ChangePassword, ChangePasswordError},
    organizations::SoleOwned,
    ports::{Clock, HashingError, StoreError},
};
use ironplate_domain::{Session, User};
use ironplate_testkit::{
    World,
    samples::{PASSWORD, attempt, client, password},
    user,
};

use crate::{assert_fails, opens};

fn change_password(current: &str, new: &str) -> ChangePassword {
    ChangePassword { current: attempt(current), new: password(new) }
}

#[tokio::test]
async fn a_new_password_replaces_the_old_one_and_ends_all_other_sessions() {
    let world = World::new().with_user("ann@example.com").await.with_user("bob@example.com").await;
    let ann = world.user("ann@example.com");
    let this = world.open_session("ann@example.com").await;
    let other = world.open_session("ann@example.com").await;
    let bobs = world.open_session("bob@example.com").await;

    world.accounts().change_password(&ann, this.id, change_password(PASSWORD, "open sesame"), &client()).await.unwrap();
    assert!(world.is_live(this.id));
    assert_eq!(world.session(other.id).revoked_at, Some(world.clock.now()));
    assert!(world.is_live(bobs.id));
    assert!(opens(&world, "ann@example.com", "open sesame").await);
    assert!(!opens(&world, "ann@example.com", PASSWORD).await);
    assert!(opens(&world, "bob@example.com", PASSWORD).await);
}

#[tokio::test]
async fn a_new_password_is_told_and_makes_mailed_links_worthless() {
    let world = World::new().with_user("ann@example.com").await;
    let (ann, session) = (world.user("ann@example.com"), world.open_session("ann@example.com").await);
    world.recovery().request(Some(&ann.email), &client()).await.unwrap();
    world.verification().request(ann.actor(), &client()).await.unwrap();
    world.deliver_mail().await;
    assert_eq!(world.store.one_time_tokens().len(), 2);

    world
        .accounts()
        .change_password(&ann, session.id, change_password(PASSWORD, "open sesame"), &client())
        .await
        .unwrap();
    assert_eq!(world.store.one_time_tokens(), []);
    let [notice] = &world.deliver_mail().await[..] else { panic!("one mail") };
    assert_eq!((notice.content.subject.as_str(), notice.to.as_str()), ("password_changed", "ann@example.com"));
}

/// Nothing about the user or their sessions changed.
struct Untouched {
    world: World,
    users: Vec<User>,
    sessions: Vec<Session>,
    messages: usize,
}

impl Untouched {
    fn since(world: &World) -> Self {
        Self {
            world: world.clone(),
            users: world.store.users(),
            sessions: world.store.sessions(),
            messages: world.store.messages().len(),
        }
    }

    fn check(self) {
        assert_eq!(self.world.store.users(), self.users);
        assert_eq!(self.world.store.sessions(), self.sessions);
        assert_eq!(self.world.store.messages().len(), self.messages);
    }
}

#[tokio::test]
async fn a_wrong_current_password_changes_nothing() {
    let world = World::new().with_user("ann@example.com").await;
    let (ann, session) = (world.user("ann@example.com"), world.open_session("ann@example.com").await);
    world.open_session("ann@example.com").await;
    let untouched = Untouched::since(&world);
    let outcome = world
        .accounts()
        .change_password(&ann, session.id, change_password("a wrong one", "open sesame"), &client())
        .await;
    assert_fails!(outcome, ChangePasswordError::Incorrect);
    assert_eq!(world.hasher.calls().hash, 0);
    untouched.check();
}

#[tokio::test]
async fn the_same_password_again_is_refused_to_whoever_knows_it() {
    let world = World::new().with_user("ann@example.com").await;
    let (ann, session) = (world.user("ann@example.com"), world.open_session("ann@example.com").await);
    let untouched = Untouched::since(&world);
    let outcome =
        world.accounts().change_password(&ann, session.id, change_password(PASSWORD, PASSWORD), &client()).await;
    assert_fails!(outcome, ChangePasswordError::Unchanged);
    let guess = change_password("a wrong one", "a wrong one");
    let outcome = world.accounts().change_password(&ann, session.id, guess, &client()).await;
    assert_fails!(outcome, ChangePasswordError::Incorrect);
    untouched.check();
}

/// It came from another system, whose rules were others.
#[tokio::test]
async fn a_password_that_could_not_be_set_today_can_be_changed() {
    for short in ["secret", "x"] {
        let world = World::new().with(user("ann@example.com").with_password(short)).await;
        let (ann, session) = (world.user("ann@example.com"), world.open_session("ann@example.com").await);
        let command = change_password(short, "open sesame");
        world.accounts().change_password(&ann, session.id, command, &client()).await.unwrap();
        assert!(opens(&world, "ann@example.com", "open sesame").await);
    }
}

#[tokio::test]
async fn the_same_password_in_another_spelling_is_no_new_one() {
    let world = World::new().with(user("ann@example.com").with_password("p\u{e4}ssword")).await;
    let (ann, session) = (world.user("ann@example.com"), world.open_session("ann@example.com").await);
    let command = change_password("p\u{e4}ssword", "pa\u{308}ssword");
    let outcome = world.accounts().change_password(&ann, session.id, command, &client()).await;
    assert_fails!(outcome, ChangePasswordError::Unchanged);
}

#[tokio::test]
async fn a_weak_hash_proves_the_current_password_too() {
    let world = World::new().with(user("ann@example.com").weakly_hashed()).await;
    let (ann, session) = (world.user("ann@example.com"), world.open_session("ann@example.com").await);
    world
        .accounts()
        .change_password(&ann, session.id, change_password(PASSWORD, "open sesame"), &client())
        .await
        .unwrap();
    assert!(opens(&world, "ann@example.com", "open sesame").await);
}

#[tokio::test]
async fn of_two_changes_of_one_password_the_second_finds_the_current_one_wrong() {
    let world = World::new().with_user("ann@example.com").await;
    let (ann, session) = (world.user("ann@example.com"), world.open_session("ann@example.com").await);
    world.hasher.meanwhile({
        let (world, ann) = (world.clone(), ann.clone());
        async move {
            let rival = change_password(PASSWORD, "the rival's");
            world.accounts().change_password(&ann, session.id, rival, &client()).await.unwrap();
        }
    });
    let outcome =
        world.accounts().change_password(&ann, session.id, change_password(PASSWORD, "open sesame"), &client()).await;
    assert_fails!(outcome, ChangePasswordError::Incorrect);
    assert!(opens(&world, "ann@example.com", "the rival's").await);
}

#[tokio::test]
async fn whoever_was_deleted_has_no_password_to_change() {
    let world = World::new().with_user("ann@example.com").await;
    let (ann, session) = (world.user("ann@example.com"), world.open_session("ann@example.com").await);
    world.accounts().delete_account(ann.actor(), SoleOwned::Keep, &client()).await.unwrap();
    let outcome =
        world.accounts().change_password(&ann, session.id, change_password(PASSWORD, "open sesame"), &client()).await;
    assert_fails!(outcome, ChangePasswordError::SessionOver);
}

#[tokio::test]
async fn a_session_that_ended_meanwhile_sets_no_password() {
    let world = World::new().with_user("ann@example.com").await;
    let (ann, session) = (world.user("ann@example.com"), world.open_session("ann@example.com").await);
    world.hasher.meanwhile({
        let (world, actor) = (world.clone(), ann.actor());
        async move { drop(world.sessions().revoke_all(actor, actor.user, None, &client()).await) }
    });
    let outcome =
        world.accounts().change_password(&ann, session.id, change_password(PASSWORD, "open sesame"), &client()).await;
    assert_fails!(outcome, ChangePasswordError::SessionOver);
    assert!(opens(&world, "ann@example.com", PASSWORD).await);
}

#[tokio::test]
async fn without_a_hasher_the_password_stays() {
    let world = World::new().with_user("ann@example.com").await;
    let (ann, session) = (world.user("ann@example.com"), world.open_session("ann@example.com").await);
    let untouched = Untouched::since(&world);
    let change = || change_password(PASSWORD, "open sesame");
    world.hasher.meanwhile({
        let hasher = world.hasher.clone();
        async move { hasher.busy() }
    });
    let outcome = world.accounts().change_password(&ann, session.id, change(), &client()).await;
    assert_fails!(outcome, ChangePasswordError::Password(NewPasswordError::Hashing(HashingError::Busy)));
    let outcome = world.accounts().change_password(&ann, session.id, change(), &client()).await;
    assert_fails!(outcome, ChangePasswordError::Hashing(HashingError::Busy));
    world.hasher.broken();
    let outcome = world.accounts().change_password(&ann, session.id, change(), &client()).await;
    assert_fails!(outcome, ChangePasswordError::Hashing(HashingError::Failed(_)));
    untouched.check();
}

#[tokio::test]
async fn a_change_of_password_that_is_not_stored_ends_no_session() {
    let world = World::new().with_user("ann@example.com").await;
    let (ann, session) = (world.user("ann@example.com"), world.open_session("ann@example.com").await);
    world.open_session("ann@example.com").await;
    let untouched = Untouched::since(&world);
    world.store.fail_commits();
    let outcome =
        world.accounts().change_password(&ann, session.id, change_password(PASSWORD, "open sesame"), &client()).await;
    assert_fails!(outcome, ChangePasswordError::Store(StoreError::Unavailable(_)));
    world.store.go_down();
    let outcome =
        world.accounts().change_password(&ann, session.id, change_password(PASSWORD, "open sesame"), &client()).await;
    assert_fails!(outcome, ChangePasswordError::Store(StoreError::Unavailable(_)));
    untouched.check();
}
