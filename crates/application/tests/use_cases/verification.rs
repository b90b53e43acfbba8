//! Proving that an address is one's own.

use ironplate_application::{
    RegistrationMode,
    accounts::SignUp,
    ports::OutgoingMail,
    verification::{RequestVerificationError, Requested, VerifyEmail, VerifyEmailError},
};
use ironplate_domain::MailTemplate;
use ironplate_testkit::{World, samples, secret_in, user};

use crate::{assert_fails, opens};

const ANN: &str = "ann@example.com";

/// Follows the link of a mail.
pub(crate) async fn verify(world: &World, mail: &OutgoingMail) -> Result<(), VerifyEmailError> {
    let command = VerifyEmail { token: secret_in(mail), new_password: None };
    world.verification().verify(command, &samples::client()).await
}

fn sign_up(address: &str) -> SignUp {
    SignUp { email: samples::email(address), password: samples::password("typed before"), full_name: None }
}

async fn link_for_ann(world: &World) -> OutgoingMail {
    world.verification().request(world.actor(ANN), &samples::client()).await.unwrap();
    world.mail(MailTemplate::VerifyAddress, ANN).await
}

#[tokio::test]
async fn a_link_verifies_once() {
    let world = World::new().with_user(ANN).await;
    let session = world.open_session(ANN).await;
    let mail = link_for_ann(&world).await;
    verify(&world, &mail).await.unwrap();
    assert!(world.user(ANN).is_verified);
    assert!(world.is_live(session.id), "whoever verifies goes on");
    assert!(opens(&world, ANN, samples::PASSWORD).await);
    assert_fails!(verify(&world, &mail).await, VerifyEmailError::InvalidToken);
}

#[tokio::test]
async fn a_newer_link_supersedes_an_older_one() {
    let world = World::new().with_user(ANN).await;
    let older = link_for_ann(&world).await;
    let newer = link_for_ann(&world).await;
    assert_fails!(verify(&world, &older).await, VerifyEmailError::InvalidToken);
    verify(&world, &newer).await.unwrap();
}

#[tokio::test]
async fn a_link_expires() {
    let world = World::new().with_user(ANN).await;
    let mail = link_for_ann(&world).await;
    world.clock.advance(world.policy.lifetimes.verify_email);
    assert_fails!(verify(&world, &mail).await, VerifyEmailError::InvalidToken);
    assert!(!world.user(ANN).is_verified);
}

#[tokio::test]
async fn whoever_is_verified_needs_no_link() {
    let world = World::new().with(user(ANN).verified()).await;
    assert_eq!(
        world.verification().request(world.actor(ANN), &samples::client()).await.unwrap(),
        Requested::AlreadyVerified
    );
    assert_eq!(world.store.messages(), []);
    assert_eq!(world.store.one_time_tokens(), []);
}

#[tokio::test]
async fn without_mail_nobody_is_promised_a_link() {
    let world = World::new().with_user(ANN).await.without_mail();
    let outcome = world.verification().request(world.actor(ANN), &samples::client()).await;
    assert_fails!(outcome, RequestVerificationError::MailOff);
    world.accounts().sign_up(sign_up("bob@example.com"), &samples::client()).await.unwrap();
    assert_eq!((world.store.messages(), world.store.one_time_tokens()), (vec![], vec![]));
}

#[tokio::test]
async fn who_is_inactive_verifies_nothing_and_keeps_the_link() {
    let world = World::new().with_superuser("root@example.com").await.with_user(ANN).await;
    let mail = link_for_ann(&world).await;
    let (root, session) = (world.actor("root@example.com"), world.open_session("root@example.com").await);
    let activate = |is_active| ironplate_application::users::UpdateUser {
        is_active: Some(is_active),
        ..ironplate_application::users::UpdateUser::default()
    };
    let ann = world.user(ANN).id;
    world.users().update(root, session.id, ann, activate(false), &samples::client()).await.unwrap();
    assert_fails!(verify(&world, &mail).await, VerifyEmailError::Inactive);
    world.users().update(root, session.id, ann, activate(true), &samples::client()).await.unwrap();
    verify(&world, &mail).await.unwrap();
}

#[tokio::test]
async fn a_reset_link_verifies_nothing_by_itself() {
    let world = World::new().with_user(ANN).await;
    world.recovery().request(Some(&samples::email(ANN)), &samples::client()).await.unwrap();
    let mail = world.mail(MailTemplate::ResetPassword, ANN).await;
    assert_fails!(verify(&world, &mail).await, VerifyEmailError::InvalidToken);
    assert!(!world.user(ANN).is_verified);
}

#[tokio::test]
async fn a_new_address_that_was_taken_meanwhile_stays_whose_it_is() {
    let world = World::new().confirming_new_addresses().with_user(ANN).await;
    let session = world.open_session(ANN).await;
    let command = ironplate_application::accounts::ChangeProfile {
        email: Some(samples::email("new@example.com")),
        full_name: None,
    };
    world.accounts().change_profile(world.actor(ANN), session.id, command, &samples::client()).await.unwrap();
    let mail = world.mail(MailTemplate::ConfirmNewAddress, "new@example.com").await;
    let world = world.with_user("new@example.com").await;
    assert_fails!(verify(&world, &mail).await, VerifyEmailError::EmailTaken);
    assert_eq!(world.user(ANN).email.as_str(), ANN);
}

#[tokio::test]
async fn finishing_a_sign_up_takes_a_password() {
    let world = World::new().registering(RegistrationMode::VerifyFirst);
    world.accounts().sign_up(sign_up(ANN), &samples::client()).await.unwrap();
    let mail = world.mail(MailTemplate::FinishSignUp, ANN).await;
    assert_fails!(verify(&world, &mail).await, VerifyEmailError::PasswordRequired);

    let new_password = Some(samples::password("open sesame"));
    world
        .verification()
        .verify(VerifyEmail { token: secret_in(&mail), new_password }, &samples::client())
        .await
        .unwrap();
    assert!(world.user(ANN).is_verified);
    assert!(opens(&world, ANN, "open sesame").await);
    assert!(!opens(&world, ANN, "typed before").await);
    assert_eq!(world.deliver_mail().await.len(), 0, "a first password is no news");
}
