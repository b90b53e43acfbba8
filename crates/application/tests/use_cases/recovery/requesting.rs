//! Asking for a link.

use ironplate_application::limits::LimitError;
use ironplate_application::ports::StoreError;
use ironplate_testkit::{
    FakeStore, World, link_in,
    samples::{client, email},
    user,
};

use crate::assert_fails;

const ANN: &str = "ann@example.com";

/// What differs for a known address happens when nobody waits for an answer.
#[tokio::test]
async fn a_request_leaves_the_same_for_every_address() {
    let world = World::new().with_user(ANN).await.with(user("off@example.com").inactive()).await;
    for address in [ANN, "off@example.com", "nobody@example.com"] {
        world.recovery().request(Some(&email(address)), &client()).await.unwrap();
    }
    let left = world.store.messages();
    assert_eq!(left.len(), 3);
    assert!(left.iter().all(|message| message.is_unresolved() && message.facts.is_empty()));
    assert_eq!(world.store.one_time_tokens(), []);
}

#[tokio::test]
async fn the_owner_gets_a_link_at_the_address_as_they_wrote_it() {
    let world = World::new().with_user("Ann@example.com").await;
    world.recovery().request(Some(&email("ANN@Example.com")), &client()).await.unwrap();
    let [mail] = &world.deliver_mail().await[..] else { panic!("one mail") };
    assert_eq!((mail.content.subject.as_str(), mail.to.as_str()), ("reset_password", "Ann@example.com"));
    assert!(link_in(mail).starts_with("https://app.example.com/reset-password?token="));
}

#[tokio::test]
async fn nobody_and_who_is_inactive_get_nothing_and_nothing_is_left() {
    let world = World::new().with(user("off@example.com").inactive()).await;
    for address in ["nobody@example.com", "off@example.com"] {
        world.recovery().request(Some(&email(address)), &client()).await.unwrap();
        assert_eq!(world.deliver_mail().await.len(), 0);
        assert_eq!((world.store.messages(), world.store.one_time_tokens()), (vec![], vec![]));
    }
}

#[tokio::test]
async fn a_request_that_is_not_stored_is_not_acknowledged() {
    let world = World::new().with_user(ANN).await;
    for break_down in [FakeStore::fail_commits, FakeStore::go_down] {
        break_down(&world.store);
        assert_fails!(
            world.recovery().request(Some(&email(ANN)), &client()).await,
            LimitError::Store(StoreError::Unavailable(_))
        );
    }
    assert_eq!(world.store.messages(), []);
}
