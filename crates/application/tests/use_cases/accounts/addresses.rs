//! Changing one's own address: who has to prove what, and who is told.

use ironplate_application::{
    RegistrationMode, Unproved,
    accounts::{ChangeProfile, ChangeProfileError, ExportPart},
    limits::{Limit, LimitError},
};
use ironplate_domain::{MailTemplate, SessionId, User};
use ironplate_testkit::{
    World, link_in,
    samples::{client, email, full_name},
    secret_in, user,
};

use crate::{assert_fails, verification::verify};

const OLD: &str = "ann@example.com";
const NEW: &str = "ann@new.example";

async fn change(world: &World, session: SessionId, command: ChangeProfile) -> Result<User, ChangeProfileError> {
    let actor = world.store.users().into_iter().find(|user| user.email == email(OLD)).unwrap().actor();
    world.accounts().change_profile(actor, session, command, &client()).await
}

fn to(address: &str) -> ChangeProfile {
    ChangeProfile { email: Some(email(address)), ..ChangeProfile::default() }
}

async fn verified_ann(world: World) -> (World, SessionId) {
    let world = world.with(user(OLD).verified()).await;
    let session = world.open_session(OLD).await.id;
    (world, session)
}

#[tokio::test]
async fn a_new_address_counts_at_once_unproved_and_the_old_one_is_told() {
    let (world, session) = verified_ann(World::new()).await;
    let moved = change(&world, session, to(NEW)).await.unwrap();
    assert_eq!((moved.email.as_str(), moved.is_verified), (NEW, false));
    let told = world.mail(MailTemplate::AddressChanged, OLD).await;
    assert!(told.content.text.contains(NEW) && !told.content.text.contains("is_pending"), "{}", told.content.text);
    let link = world.mail(MailTemplate::VerifyAddress, NEW).await;
    verify(&world, &link, Some(world.actor(NEW).by(session))).await.unwrap();
    assert!(world.user(NEW).is_verified);
}

#[tokio::test]
async fn a_changed_address_makes_older_links_worthless() {
    let (world, session) = verified_ann(World::new()).await;
    world.recovery().request(Some(&email(OLD)), &client()).await.unwrap();
    world.deliver_mail().await;
    change(&world, session, to(NEW)).await.unwrap();
    let left: Vec<_> = world.store.one_time_tokens().into_iter().map(|token| token.email).collect();
    assert_eq!(left, [email(NEW)], "only the new address's own link is left");
}

#[tokio::test]
async fn to_be_confirmed_a_new_address_waits_for_its_link_and_the_old_one_is_told_twice() {
    let (world, session) = verified_ann(World::new().confirming_new_addresses()).await;
    let command = ChangeProfile { full_name: Some(Some(full_name("Änn"))), ..to(NEW) };
    let unmoved = change(&world, session, command).await.unwrap();
    assert_eq!((unmoved.email.as_str(), unmoved.is_verified), (OLD, true));
    assert_eq!(unmoved.full_name, Some(full_name("Änn")), "the rest changes at once");
    let told = world.mail(MailTemplate::AddressChanged, OLD).await;
    assert!(told.content.text.contains(NEW) && told.content.text.contains("is_pending: true"));

    let link = world.mail(MailTemplate::ConfirmNewAddress, NEW).await;
    assert!(link_in(&link).starts_with("https://app.example.com/verify-email?token="));
    verify(&world, &link, Some(world.actor(OLD).by(session))).await.unwrap();
    let moved = world.user(NEW);
    assert_eq!(moved, User { email: email(NEW), is_verified: true, ..unmoved });
    let told = world.mail(MailTemplate::AddressChanged, OLD).await;
    assert!(told.content.text.contains(NEW) && !told.content.text.contains("is_pending"));
    assert_eq!(world.store.one_time_tokens(), []);
    assert!(world.is_live(session));
}

#[tokio::test]
async fn of_two_addresses_to_be_confirmed_the_later_one_counts() {
    let (world, session) = verified_ann(World::new().confirming_new_addresses()).await;
    change(&world, session, to("first@new.example")).await.unwrap();
    change(&world, session, to(NEW)).await.unwrap();
    let first = world.mail(MailTemplate::ConfirmNewAddress, "first@new.example").await;
    assert!(verify(&world, &first, Some(world.actor(OLD).by(session))).await.is_err());
    let second = world.mail(MailTemplate::ConfirmNewAddress, NEW).await;
    verify(&world, &second, Some(world.actor(OLD).by(session))).await.unwrap();
    assert!(world.find_user(NEW).is_some());
}

#[tokio::test]
async fn somebody_elses_address_is_refused_also_where_it_would_wait() {
    let (world, session) = verified_ann(World::new().confirming_new_addresses()).await;
    let world = world.with_user("bob@example.com").await;
    assert_fails!(change(&world, session, to("BOB@example.com")).await, ChangeProfileError::EmailTaken);
    assert_eq!(world.store.messages(), []);
    assert_eq!(world.store.one_time_tokens(), []);
}

#[tokio::test]
async fn another_spelling_is_no_new_address() {
    let (world, session) = verified_ann(World::new().confirming_new_addresses()).await;
    let spelled = change(&world, session, to("Ann@Example.com")).await.unwrap();
    assert_eq!((spelled.email.as_str(), spelled.is_verified), ("Ann@example.com", true));
    assert_eq!(world.store.messages(), []);
}

/// Whoever waits while the owner takes the account back leaves nothing behind.
#[tokio::test]
async fn a_session_that_ended_meanwhile_changes_no_address() {
    for world in [World::new(), World::new().confirming_new_addresses()] {
        let (world, session) = verified_ann(world).await;
        world.sessions().log_out(world.user(OLD).id, session, &client()).await.unwrap();
        assert_fails!(change(&world, session, to(NEW)).await, ChangeProfileError::Unproved(Unproved::SessionOver));
        assert_eq!((world.store.messages(), world.store.one_time_tokens()), (vec![], vec![]));
        assert_eq!(world.user(OLD).email.as_str(), OLD);
    }
}

#[tokio::test]
async fn the_token_of_a_mail_is_never_stored_in_clear() {
    let (world, session) = verified_ann(World::new().confirming_new_addresses()).await;
    change(&world, session, to(NEW)).await.unwrap();
    let stored = format!("{:?}", world.store.messages());
    let mail = world.mail(MailTemplate::ConfirmNewAddress, NEW).await;
    assert!(!stored.contains(secret_in(&mail).expose()), "{stored}");
}

#[tokio::test]
async fn an_account_that_nobody_claimed_gives_way_to_whoever_proves_the_address() {
    let (world, session) = verified_ann(World::new().confirming_new_addresses()).await;
    let world = world.with(user(NEW).without_password()).await;
    change(&world, session, to(NEW)).await.unwrap();
    let link = world.mail(MailTemplate::ConfirmNewAddress, NEW).await;
    verify(&world, &link, Some(world.actor(OLD).by(session))).await.unwrap();
    assert_eq!(world.store.users().len(), 1);
    assert!(world.user(NEW).is_verified);
}

/// Mail to a stranger's mailbox, as often as somebody likes.
#[tokio::test]
async fn nobody_bombs_a_mailbox_by_changing_to_its_address() {
    let world = World::new().limiting(Limit::MailPerRecipient, 2).confirming_new_addresses();
    let (world, session) = verified_ann(world).await;
    for _ in 0..2 {
        change(&world, session, to("victim@example.com")).await.unwrap();
    }
    let outcome = change(&world, session, to("victim@example.com")).await;
    assert_fails!(outcome, ChangeProfileError::Limit(LimitError::Throttled(_)));
    assert!(change(&world, session, to(OLD)).await.is_ok(), "one's own is no mail");
}

#[tokio::test]
async fn new_addresses_of_one_account_are_limited() {
    let (world, session) =
        verified_ann(World::new().limiting(Limit::EmailChangePerAccount, 2).confirming_new_addresses()).await;
    for n in 0..2 {
        change(&world, session, to(&format!("new{n}@example.com"))).await.unwrap();
    }
    let outcome = change(&world, session, to("another@example.com")).await;
    assert_fails!(outcome, ChangeProfileError::Limit(LimitError::Throttled(_)));
}

/// Where sign-up does not tell who has an account, a change of address does not, either.
#[tokio::test]
async fn where_addresses_are_verified_first_a_taken_one_is_told_to_its_owner_alone() {
    let (world, session) = verified_ann(World::new().registering(RegistrationMode::VerifyFirst)).await;
    let world = world.with_user("taken@example.com").await;
    let free = change(&world, session, to("free@example.com")).await.unwrap();
    let taken = change(&world, session, to("taken@example.com")).await.unwrap();
    assert_eq!(free, taken);
    assert_eq!(world.user("taken@example.com").email.as_str(), "taken@example.com");
    let told = world.store.messages().into_iter().filter(|message| message.to == email("taken@example.com"));
    assert_eq!(told.map(|message| message.template).collect::<Vec<_>>(), [MailTemplate::AlreadyRegistered]);
}

/// Nor does anything else that they can see of themselves.
#[tokio::test]
async fn where_addresses_are_verified_first_a_change_to_a_taken_one_looks_like_any_other() {
    let looks = async |new: &str| {
        let (world, session) = verified_ann(World::new().registering(RegistrationMode::VerifyFirst)).await;
        let world = world.with_user("taken@example.com").await;
        change(&world, session, to(new)).await.unwrap();
        let mut seen = vec![format!("{:?}", world.accounts().pending_address(world.actor(OLD)).await.unwrap())];
        for delivered in [false, true] {
            if delivered {
                world.deliver_mail().await;
            }
            let mut export = world.accounts().export(world.actor(OLD), &client()).await.unwrap();
            while let Some(part) = export.next().await.unwrap() {
                seen.push(match part {
                    ExportPart::Links(links) => {
                        let links = links.iter().map(|link| (link.purpose, link.email.as_str(), link.expires_at));
                        format!("{:?}", links.collect::<Vec<_>>())
                    }
                    ExportPart::Messages(messages) => {
                        let messages = messages.iter().map(|message| (message.template, message.state, &message.facts));
                        format!("{:?}", messages.collect::<Vec<_>>())
                    }
                    ExportPart::Events(events) => {
                        format!("{:?}", events.iter().map(|event| (event.kind, &event.details)).collect::<Vec<_>>())
                    }
                    part => format!("{part:?}"),
                });
            }
        }
        seen.join("\n").replace(new, "the new address")
    };
    let (free, taken) = (looks("free@example.com").await, looks("taken@example.com").await);
    assert!(free.contains("ConfirmEmail") && free.contains("AddressChanged"), "{free}");
    assert_eq!(free, taken);
}
