//! Proving that an address is one's own.

use ironplate_application::{
    RegistrationMode,
    accounts::SignUp,
    ports::OutgoingMail,
    verification::{RequestVerificationError, Requested, VerifyEmail, VerifyEmailError},
};
use ironplate_domain::{Actor, MailTemplate};
use ironplate_testkit::{World, samples, secret_in, user};

use crate::{assert_fails, opens};

const ANN: &str = "ann@example.com";

/// Follows the link of a mail, as this actor, or outside of any session.
pub(crate) async fn verify(world: &World, mail: &OutgoingMail, by: Option<Actor>) -> Result<(), VerifyEmailError> {
    let command = VerifyEmail { token: secret_in(mail), new_password: None };
    world.verification().verify(command, by, &samples::client()).await
}

/// Follows the link outside of any session, and chooses this password.
pub(crate) async fn claim(world: &World, mail: &OutgoingMail, chosen: &str) -> Result<(), VerifyEmailError> {
    let command = VerifyEmail { token: secret_in(mail), new_password: Some(samples::password(chosen)) };
    world.verification().verify(command, None, &samples::client()).await
}

fn ann(world: &World) -> Actor {
    world.actor(ANN)
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
    verify(&world, &mail, Some(world.actor(ANN).by(session.id))).await.unwrap();
    assert!(world.user(ANN).is_verified);
    assert!(world.is_live(session.id), "whoever verifies goes on");
    assert_eq!(world.deliver_mail().await.len(), 0, "nothing is news");
    assert!(opens(&world, ANN, samples::PASSWORD).await);
    assert_fails!(verify(&world, &mail, Some(ann(&world))).await, VerifyEmailError::InvalidToken);
}

#[tokio::test]
async fn a_newer_link_supersedes_an_older_one() {
    let world = World::new().with_user(ANN).await;
    let older = link_for_ann(&world).await;
    let newer = link_for_ann(&world).await;
    assert_fails!(verify(&world, &older, Some(ann(&world))).await, VerifyEmailError::InvalidToken);
    verify(&world, &newer, Some(ann(&world))).await.unwrap();
}

#[tokio::test]
async fn a_link_expires() {
    let world = World::new().with_user(ANN).await;
    let mail = link_for_ann(&world).await;
    world.clock.advance(world.policy.lifetimes.verify_email);
    assert_fails!(verify(&world, &mail, Some(ann(&world))).await, VerifyEmailError::InvalidToken);
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
    let by = Some(ann(&world));
    let activate = |is_active| ironplate_application::users::UpdateUser {
        is_active: Some(is_active),
        ..ironplate_application::users::UpdateUser::default()
    };
    let ann = world.user(ANN).id;
    world.users().update(root, session.id, ann, activate(false), &samples::client()).await.unwrap();
    assert_fails!(verify(&world, &mail, by).await, VerifyEmailError::Inactive);
    world.users().update(root, session.id, ann, activate(true), &samples::client()).await.unwrap();
    verify(&world, &mail, by).await.unwrap();
}

#[tokio::test]
async fn a_reset_link_verifies_nothing_by_itself() {
    let world = World::new().with_user(ANN).await;
    world.recovery().request(Some(&samples::email(ANN)), &samples::client()).await.unwrap();
    let mail = world.mail(MailTemplate::ResetPassword, ANN).await;
    assert_fails!(verify(&world, &mail, Some(ann(&world))).await, VerifyEmailError::InvalidToken);
    assert!(!world.user(ANN).is_verified);
}

#[tokio::test]
async fn a_new_address_that_was_taken_meanwhile_stays_whose_it_is() {
    let world = World::new().confirming_new_addresses().with_user(ANN).await;
    let session = world.open_session(ANN).await;
    let command = ironplate_application::accounts::ChangeProfile {
        email: Some(samples::email("new@example.com")),
        ..Default::default()
    };
    world.accounts().change_profile(world.actor(ANN), session.id, command, &samples::client()).await.unwrap();
    let mail = world.mail(MailTemplate::ConfirmNewAddress, "new@example.com").await;
    let world = world.with_user("new@example.com").await;
    assert_fails!(verify(&world, &mail, Some(ann(&world))).await, VerifyEmailError::EmailTaken);
    assert_eq!(world.user(ANN).email.as_str(), ANN);
}

#[tokio::test]
async fn finishing_a_sign_up_takes_a_password() {
    let world = World::new().registering(RegistrationMode::VerifyFirst);
    world.accounts().sign_up(sign_up(ANN), &samples::client()).await.unwrap();
    let mail = world.mail(MailTemplate::FinishSignUp, ANN).await;
    assert_fails!(verify(&world, &mail, None).await, VerifyEmailError::PasswordRequired);

    claim(&world, &mail, "open sesame").await.unwrap();
    assert!(world.user(ANN).is_verified);
    assert!(opens(&world, ANN, "open sesame").await);
    assert!(!opens(&world, ANN, "typed before").await);
    assert_eq!(world.deliver_mail().await.len(), 0, "a first password is no news");
}

/// Whoever has the mailbox did not make the account by that: a stranger may have, who knows its password.
#[tokio::test]
async fn whoever_verifies_outside_of_a_session_takes_the_account_over() {
    let world = World::new().with_user(ANN).await.with_user("bob@example.com").await;
    let strangers = world.open_session(ANN).await;
    let bob = Some(world.actor("bob@example.com").by(world.open_session("bob@example.com").await.id));
    let mail = link_for_ann(&world).await;
    for by in [None, bob] {
        assert_fails!(verify(&world, &mail, by).await, VerifyEmailError::PasswordRequired);
        assert!(!world.user(ANN).is_verified && world.is_live(strangers.id));
    }
    claim(&world, &mail, "the owner's").await.unwrap();
    assert!(world.user(ANN).is_verified && !world.is_live(strangers.id));
    assert!(opens(&world, ANN, "the owner's").await);
    assert!(!opens(&world, ANN, samples::PASSWORD).await);
    assert_fails!(claim(&world, &mail, "another's").await, VerifyEmailError::InvalidToken);
}

#[tokio::test]
async fn a_session_that_ended_meanwhile_verifies_nothing() {
    let world = World::new().with_user(ANN).await;
    let mail = link_for_ann(&world).await;
    let by = world.actor(ANN).by(world.open_session(ANN).await.id);
    world.store.meanwhile({
        let world = world.clone();
        async move { drop(world.sessions().revoke_all(by, by.user, None, &samples::client()).await) }
    });
    assert_fails!(verify(&world, &mail, Some(by)).await, VerifyEmailError::SessionRequired);
    assert!(!world.user(ANN).is_verified);
}

/// Neither a mistyped address nor a stranger's becomes that of an account by somebody who has the mailbox alone.
#[tokio::test]
async fn a_change_of_address_is_confirmed_by_the_accounts_own_user_alone() {
    let world = World::new().confirming_new_addresses().with_user(ANN).await.with_user("bob@example.com").await;
    let session = world.open_session(ANN).await;
    let command = ironplate_application::accounts::ChangeProfile {
        email: Some(samples::email("new@example.com")),
        ..Default::default()
    };
    world.accounts().change_profile(world.actor(ANN), session.id, command, &samples::client()).await.unwrap();
    let mail = world.mail(MailTemplate::ConfirmNewAddress, "new@example.com").await;
    for by in [None, Some(world.actor("bob@example.com"))] {
        assert_fails!(verify(&world, &mail, by).await, VerifyEmailError::SessionRequired);
    }
    assert_fails!(claim(&world, &mail, "a stranger's").await, VerifyEmailError::SessionRequired);
    assert!(opens(&world, ANN, samples::PASSWORD).await && world.is_live(session.id));
    verify(&world, &mail, Some(world.actor(ANN).by(session.id))).await.unwrap();
    assert!(world.user("new@example.com").is_verified && world.is_live(session.id));
}
