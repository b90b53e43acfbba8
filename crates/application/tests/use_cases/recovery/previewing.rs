//! Looking at the mail of a recovery.

use ironplate_application::recovery::PreviewError;
use ironplate_testkit::{
    World,
    samples::{client, email},
};

use crate::assert_fails;

#[tokio::test]
async fn a_superuser_sees_the_mail_without_a_live_link() {
    let world = World::new().with_superuser("root@example.com").await.with_user("Ann@example.com").await;
    let root = world.actor("root@example.com");
    let seen = world.recovery().preview(root, Some(&email("ann@example.com")), &client()).await.unwrap();
    assert_eq!(seen.subject, "reset_password");
    assert!(seen.html.contains("https://app.example.com/reset-password?token=preview-without-a-token"));
    assert_eq!((world.store.one_time_tokens(), world.store.messages()), (vec![], vec![]));
}

#[tokio::test]
async fn nobody_else_sees_it_and_nobody_sees_a_strangers() {
    let world = World::new().with_superuser("root@example.com").await.with_user("ann@example.com").await;
    let (root, ann) = (world.actor("root@example.com"), world.actor("ann@example.com"));
    let address = email("ann@example.com");
    assert_fails!(world.recovery().preview(ann, Some(&address), &client()).await.map(drop), PreviewError::Denied(_));
    let stranger = email("nobody@example.com");
    assert_fails!(world.recovery().preview(root, Some(&stranger), &client()).await.map(drop), PreviewError::NotFound);
    assert_fails!(world.recovery().preview(root, None, &client()).await.map(drop), PreviewError::NotFound);
}
