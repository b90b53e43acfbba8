//! Account pre-hijacking (Sudhodanan and Paverd, USENIX Security 2022): whoever registers with somebody else's address ends with
//! nothing once its owner verifies it or resets the password. Where addresses are verified first, and where they are not.

use ironplate_application::{
    RegistrationMode,
    accounts::{ChangeProfile, SignUp},
    sessions::LogInError,
    verification::VerifyEmailError,
};
use ironplate_domain::{AuditKind, MailTemplate};
use ironplate_testkit::{
    World,
    samples::{PASSWORD, client, email, full_name, password},
    user,
};

use crate::{
    assert_fails, log_in, opens,
    recovery::{recovery_mail, reset},
    verification::{claim, verify},
};

const VICTIM: &str = "victim@example.com";

async fn sign_up(world: &World, chosen: &str) {
    let command = SignUp { email: email(VICTIM), password: password(chosen), full_name: Some(full_name("Eve")) };
    world.accounts().sign_up(command, &client()).await.unwrap();
}

fn world() -> World {
    World::new().registering(RegistrationMode::VerifyFirst)
}

/// The attacker signed up; the owner follows the unexpected link.
#[tokio::test]
async fn the_password_of_a_stranger_dies_with_the_link_that_they_caused() {
    let world = world();
    sign_up(&world, "the attacker's").await;
    let mail = world.mail(MailTemplate::FinishSignUp, VICTIM).await;
    assert!(!opens(&world, VICTIM, "the attacker's").await);
    claim(&world, &mail, "the owner's").await.unwrap();
    assert!(!opens(&world, VICTIM, "the attacker's").await);
    assert!(opens(&world, VICTIM, "the owner's").await);
}

/// Before, after or between the owner's own sign-ups.
#[tokio::test]
async fn signing_up_around_the_owner_gains_nothing() {
    let world = world();
    for chosen in ["the attacker's", "the owner's", "the attacker's"] {
        sign_up(&world, chosen).await;
        world.deliver_mail().await;
    }
    let mail = world.mail(MailTemplate::FinishSignUp, VICTIM).await;
    reset(&world, &mail, "the owner's").await.unwrap();
    sign_up(&world, "the attacker's").await;
    assert_eq!(world.mail(MailTemplate::AlreadyRegistered, VICTIM).await.to, email(VICTIM));
    assert!(opens(&world, VICTIM, "the owner's").await);
    assert!(!opens(&world, VICTIM, "the attacker's").await);
}

/// "Unexpired session": the account was usable before, made while registration was open.
#[tokio::test]
async fn a_session_opened_before_the_reset_is_over_after_it() {
    let world = world().with(user(VICTIM)).await;
    let session = world.open_session(VICTIM).await;
    let mail = recovery_mail(&world, VICTIM).await;
    reset(&world, &mail, "the owner's").await.unwrap();
    assert!(!world.is_live(session.id));
    assert!(!opens(&world, VICTIM, PASSWORD).await);
}

/// The account was made while registration was open, by somebody else, and its owner verifies it.
#[tokio::test]
async fn whoever_verifies_an_account_of_before_sets_its_password_and_ends_its_sessions() {
    let world = world().with(user(VICTIM)).await;
    let session = world.open_session(VICTIM).await;
    world.verification().request(world.actor(VICTIM), &client()).await.unwrap();
    let mail = world.mail(MailTemplate::VerifyAddress, VICTIM).await;
    assert!(matches!(verify(&world, &mail, None).await, Err(VerifyEmailError::PasswordRequired)));
    claim(&world, &mail, "the owner's").await.unwrap();
    assert!(world.user(VICTIM).is_verified && !world.is_live(session.id));
    assert!(!opens(&world, VICTIM, PASSWORD).await);
}

/// "Unexpired email change": the attacker left a change to their own address behind.
#[tokio::test]
async fn a_change_of_address_that_waits_is_gone_after_the_reset() {
    let world = world().with(user(VICTIM)).await;
    let session = world.open_session(VICTIM).await;
    let command = ChangeProfile { email: Some(email("attacker@example.com")), ..ChangeProfile::default() };
    world.accounts().change_profile(world.actor(VICTIM), session.id, command, &client()).await.unwrap();
    let waiting = world.mail(MailTemplate::ConfirmNewAddress, "attacker@example.com").await;
    let mail = recovery_mail(&world, VICTIM).await;
    reset(&world, &mail, "the owner's").await.unwrap();
    assert!(verify(&world, &waiting, None).await.is_err());
    assert_eq!(world.user(VICTIM).email, email(VICTIM));
}

/// "Trojan identifier": the attacker wants their own account to bear the victim's address.
#[tokio::test]
async fn an_address_that_was_not_proved_is_borne_by_nobody() {
    let world = world().with(user("attacker@example.com").verified()).await;
    let session = world.open_session("attacker@example.com").await;
    let command = ChangeProfile { email: Some(email(VICTIM)), ..ChangeProfile::default() };
    world.accounts().change_profile(world.actor("attacker@example.com"), session.id, command, &client()).await.unwrap();
    assert!(world.find_user(VICTIM).is_none(), "also with confirmation switched off, for sign-up demands it");
    sign_up(&world, "the owner's").await;
    let mail = world.mail(MailTemplate::FinishSignUp, VICTIM).await;
    reset(&world, &mail, "the owner's").await.unwrap();
    assert_ne!(world.user(VICTIM).id, world.user("attacker@example.com").id);
}

/// The attacker added what opens the account without its password, and what is asked for beside it.
#[tokio::test]
async fn second_factors_from_before_the_address_was_proved_are_gone_after_it() {
    for verifies in [false, true] {
        let world = World::new().with(user(VICTIM)).await;
        world.add_app(VICTIM).await;
        world.add_passkey(VICTIM, "key", 0).await;
        let session = world.open_session(VICTIM).await;
        let codes = world.second_factors().make_recovery_codes(world.actor(VICTIM).by(session.id), &client()).await;
        let codes = codes.unwrap();
        if verifies {
            world.verification().request(world.actor(VICTIM), &client()).await.unwrap();
            let mail = world.mail(MailTemplate::VerifyAddress, VICTIM).await;
            claim(&world, &mail, "the owner's").await.unwrap();
        } else {
            let mail = recovery_mail(&world, VICTIM).await;
            reset(&world, &mail, "the owner's").await.unwrap();
        }
        let left = world.second_factors().list_own(world.actor(VICTIM)).await.unwrap();
        assert_eq!((left.are_there(), left.recovery_codes.count, codes.len()), (false, 0, 10));
        assert!(opens(&world, VICTIM, "the owner's").await);
        let [event] = &world.events(AuditKind::SecondFactorsReset)[..] else { panic!("one event") };
        let victim = Some(world.user(VICTIM).id);
        assert_eq!((event.actor, event.subject), (victim, victim));
        let told = world.mail(MailTemplate::SecondFactorsReset, VICTIM).await;
        assert!(told.content.text.contains(VICTIM), "{}", told.content.text);
    }
}

/// Who has the mailbox alone is not whoever proved before that it is theirs.
#[tokio::test]
async fn second_factors_of_a_proved_address_outlive_a_reset() {
    let world = World::new().with(user(VICTIM).verified()).await;
    world.add_app(VICTIM).await;
    world.add_passkey(VICTIM, "key", 0).await;
    let mail = recovery_mail(&world, VICTIM).await;
    reset(&world, &mail, "the thief's").await.unwrap();
    let left = world.second_factors().list_own(world.actor(VICTIM)).await.unwrap();
    assert_eq!((left.apps.len(), left.passkeys.len()), (1, 1));
    let outcome = world.sessions().log_in(log_in(VICTIM, "the thief's"), &client()).await;
    assert_fails!(outcome, LogInError::SecondFactorRequired(_));
    assert_eq!(world.events(AuditKind::SecondFactorsReset), []);
}

/// "Trojan identifier", with a passkey; and the way in past second factors of others by an address that nobody proved.
#[tokio::test]
async fn who_has_a_second_factor_bears_no_address_that_was_not_proved() {
    let world = World::new().with(user("attacker@example.com").verified()).await;
    let session = world.open_session("attacker@example.com").await;
    world.add_passkey("attacker@example.com", "key", 0).await;
    let command = ChangeProfile { email: Some(email(VICTIM)), ..ChangeProfile::default() };
    let actor = world.actor("attacker@example.com");
    world.accounts().change_profile(actor, session.id, command, &client()).await.unwrap();
    assert!(world.find_user(VICTIM).is_none() && world.user("attacker@example.com").is_verified);
    let mail = world.mail(MailTemplate::ConfirmNewAddress, VICTIM).await;
    assert!(matches!(verify(&world, &mail, None).await, Err(VerifyEmailError::SessionRequired)));
    verify(&world, &mail, Some(actor.by(session.id))).await.unwrap();
    assert!(world.user(VICTIM).is_verified);
}
