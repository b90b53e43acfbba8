//! A visitor makes an account.

use ironplate_application::{
    NewPasswordError, RegistrationMode,
    accounts::{SignUp, SignUpError, SignedUp},
    ports::{Clock, HashingError, StoreError},
    users::{CreateUser, Welcome},
};
use ironplate_domain::{AuditKind, MailTemplate, User};
use ironplate_testkit::{
    World, link_in,
    samples::{client, email, full_name, password},
};

use crate::{assert_fails, opens, recovery::reset};

fn sign_up(address: &str) -> SignUp {
    SignUp { email: email(address), password: password("open sesame"), full_name: Some(full_name("Ann")) }
}

async fn signed_up(world: &World, command: SignUp) -> User {
    match world.accounts().sign_up(command, &client()).await.unwrap() {
        SignedUp::Created(user) => *user,
        SignedUp::LinkOwed => panic!("no account was made"),
    }
}

#[tokio::test]
async fn a_visitor_becomes_an_active_unverified_user_without_privilege() {
    let world = World::new();
    let made = signed_up(&world, sign_up("Ann@example.com")).await;
    assert_eq!(world.user("ann@example.com"), made);
    assert_eq!(made.email.as_str(), "Ann@example.com");
    assert_eq!(made.full_name, Some(full_name("Ann")));
    assert_eq!((made.is_active, made.is_superuser, made.is_verified), (true, false, false));
    assert_eq!(made.created_at, world.clock.now());
    assert!(opens(&world, "ann@example.com", "open sesame").await);
}

#[tokio::test]
async fn a_name_is_not_needed_to_sign_up() {
    let world = World::new();
    let command = SignUp { full_name: None, ..sign_up("ann@example.com") };
    assert_eq!(signed_up(&world, command).await.full_name, None);
}

#[tokio::test]
async fn an_address_is_taken_in_any_spelling() {
    let world = World::new().with_user("ann@example.com").await;
    let ann = world.user("ann@example.com");
    assert_fails!(world.accounts().sign_up(sign_up("ANN@Example.com"), &client()).await, SignUpError::EmailTaken);
    assert_eq!(world.store.users(), [ann]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_who_sign_up_with_one_address_one_succeeds() {
    let world = World::new();
    let rivals: Vec<_> = (0..16)
        .map(|_| {
            let accounts = world.accounts();
            tokio::spawn(async move { accounts.sign_up(sign_up("ann@example.com"), &client()).await })
        })
        .collect();
    let mut succeeded = 0;
    for rival in rivals {
        match rival.await.unwrap() {
            Ok(_) => succeeded += 1,
            outcome => assert_fails!(outcome, SignUpError::EmailTaken),
        }
    }
    assert_eq!((succeeded, world.store.users().len()), (1, 1));
}

#[tokio::test]
async fn without_a_hash_there_is_no_account() {
    let world = World::new();
    world.hasher.busy();
    let outcome = world.accounts().sign_up(sign_up("ann@example.com"), &client()).await;
    assert_fails!(outcome, SignUpError::Password(NewPasswordError::Hashing(HashingError::Busy)));
    world.hasher.broken();
    let outcome = world.accounts().sign_up(sign_up("ann@example.com"), &client()).await;
    assert_fails!(outcome, SignUpError::Password(NewPasswordError::Hashing(HashingError::Failed(_))));
    assert_eq!(world.store.users(), []);
}

#[tokio::test]
async fn a_sign_up_that_is_not_stored_never_happened() {
    let world = World::new();
    world.store.fail_commits();
    let outcome = world.accounts().sign_up(sign_up("ann@example.com"), &client()).await;
    assert_fails!(outcome, SignUpError::Store(StoreError::Unavailable(_)));
    world.store.go_down();
    let outcome = world.accounts().sign_up(sign_up("ann@example.com"), &client()).await;
    assert_fails!(outcome, SignUpError::Store(StoreError::Unavailable(_)));
    assert_eq!(world.store.users(), []);
    assert_eq!(world.store.messages(), []);
    world.store.come_up();
    assert!(world.accounts().sign_up(sign_up("ann@example.com"), &client()).await.is_ok());
}

#[tokio::test]
async fn a_new_user_is_mailed_a_link_to_verify_the_address() {
    let world = World::new();
    signed_up(&world, sign_up("Ann@example.com")).await;
    let [mail] = &world.deliver_mail().await[..] else { panic!("one mail") };
    assert_eq!((mail.content.subject.as_str(), mail.to.as_str()), ("verify_address", "Ann@example.com"));
    assert!(link_in(mail).starts_with("https://app.example.com/verify-email?token="));
}

#[tokio::test]
async fn verified_first_a_sign_up_leaves_nothing_but_a_mail_whoever_has_the_address() {
    let world = World::new().registering(RegistrationMode::VerifyFirst).with_user("ann@example.com").await;
    let users = world.store.users();
    for address in ["ann@example.com", "new@example.com"] {
        let outcome = world.accounts().sign_up(sign_up(address), &client()).await.unwrap();
        assert!(matches!(outcome, SignedUp::LinkOwed), "{outcome:?}");
    }
    assert_eq!(world.store.users(), users);
    assert_eq!(world.store.messages().len(), 2);
    assert_eq!(world.hasher.calls().hash, 0);
}

#[tokio::test]
async fn verified_first_a_new_address_gets_a_link_and_an_account_without_a_key() {
    let world = World::new().registering(RegistrationMode::VerifyFirst);
    world.accounts().sign_up(sign_up("Ann@example.com"), &client()).await.unwrap();
    let mail = world.mail(MailTemplate::FinishSignUp, "ann@example.com").await;
    assert!(link_in(&mail).starts_with("https://app.example.com/reset-password?token="));
    let ann = world.user("ann@example.com");
    assert!(ann.is_active && !ann.is_verified && ann.password_hash.is_none());
    assert_eq!(ann.full_name, None, "whoever follows the link does not inherit a stranger's words");
    assert!(!opens(&world, "ann@example.com", "open sesame").await);
}

#[tokio::test]
async fn verified_first_an_owner_is_told_and_nothing_about_them_changes() {
    let world = World::new().registering(RegistrationMode::VerifyFirst).with_user("ann@example.com").await;
    let users = world.store.users();
    world.accounts().sign_up(sign_up("ANN@Example.com"), &client()).await.unwrap();
    let [mail] = &world.deliver_mail().await[..] else { panic!("one mail") };
    assert_eq!((mail.content.subject.as_str(), mail.to.as_str()), ("already_registered", "ann@example.com"));
    assert_eq!(link_in(mail), "https://app.example.com/login");
    assert_eq!(world.store.users(), users);
    assert_eq!(world.store.one_time_tokens(), []);
}

#[tokio::test]
async fn verified_first_a_further_sign_up_supersedes_the_link_of_the_one_before() {
    let world = World::new().registering(RegistrationMode::VerifyFirst);
    for _ in 0..2 {
        world.accounts().sign_up(sign_up("ann@example.com"), &client()).await.unwrap();
        assert_eq!(world.deliver_mail().await.len(), 1);
    }
    assert_eq!((world.store.users().len(), world.store.one_time_tokens().len()), (1, 1));
}

/// The spelling of whoever signs up may be another mailbox.
#[tokio::test]
async fn verified_first_an_invited_user_is_mailed_at_the_address_that_was_invited_and_keeps_all_else() {
    let world = World::new().registering(RegistrationMode::VerifyFirst).with_superuser("root@example.com").await;
    let command = CreateUser {
        full_name: Some(full_name("The Boss")),
        is_superuser: true,
        ..CreateUser::new(email("boss@example.com"))
    };
    let boss = world.users().create(world.actor("root@example.com"), command, Welcome::Mail, &client()).await.unwrap();
    let invitation = world.mail(MailTemplate::SetPassword, "boss@example.com").await;
    world.accounts().sign_up(sign_up("BOSS@Example.com"), &client()).await.unwrap();
    let [mail] = &world.deliver_mail().await[..] else { panic!("one mail") };
    assert_eq!((mail.content.subject.as_str(), mail.to.as_str()), ("reset_password", "boss@example.com"));
    assert_eq!(world.user("boss@example.com"), boss);
    reset(&world, &invitation, "open sesame").await.unwrap();
}

#[tokio::test]
async fn closed_means_closed() {
    let world = World::new().registering(RegistrationMode::Closed);
    assert_fails!(world.accounts().sign_up(sign_up("ann@example.com"), &client()).await, SignUpError::Closed);
    assert_eq!(world.store.users(), []);
    assert_eq!(world.store.messages(), []);
}

#[tokio::test]
async fn verified_first_an_account_that_nobody_claims_goes_when_its_link_expires() {
    let world = World::new().registering(RegistrationMode::VerifyFirst).with_superuser("root@example.com").await;
    let invited = CreateUser::new(email("invited@example.com"));
    world.users().create(world.actor("root@example.com"), invited, Welcome::Mail, &client()).await.unwrap();
    for address in ["never@example.com", "claimed@example.com", "again@example.com", "invited@example.com"] {
        world.accounts().sign_up(sign_up(address), &client()).await.unwrap();
    }
    let mail = world.mail(MailTemplate::FinishSignUp, "claimed@example.com").await;
    reset(&world, &mail, "open sesame").await.unwrap();
    let lifetime = world.policy.lifetimes.set_password;
    world.clock.advance(lifetime / 2);
    world.accounts().sign_up(sign_up("again@example.com"), &client()).await.unwrap();
    world.deliver_mail().await;
    assert_eq!(world.housekeeping().prune().await.unwrap().unclaimed, 0);

    world.clock.advance(lifetime / 2);
    let never = world.user("never@example.com").id;
    assert_eq!(world.housekeeping().prune().await.unwrap().unclaimed, 1);
    assert!(world.find_user("never@example.com").is_none());
    assert_eq!(world.events(AuditKind::UnclaimedRemoved)[0].subject, Some(never));
    for address in ["claimed@example.com", "again@example.com", "invited@example.com"] {
        assert!(world.find_user(address).is_some(), "{address}");
    }
    world.clock.advance(lifetime * 2);
    assert_eq!(world.housekeeping().prune().await.unwrap().unclaimed, 1);
    assert!(world.find_user("invited@example.com").is_some(), "an administrator made it");
}
