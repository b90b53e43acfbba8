//! All that is stored about oneself, to take along; and what is left when one goes.

use ironplate_application::{
    accounts::{ChangeProfile, ExportError, ExportPart},
    limits::{Limit, LimitError},
    organizations::SoleOwned,
};
use ironplate_domain::{AuditKind, MailTemplate};
use ironplate_testkit::{
    World,
    samples::{PASSWORD, client, email},
};

use crate::{assert_fails, log_in};

const ANN: &str = "ann@example.com";
const NEW: &str = "ann@example.org";

async fn world() -> World {
    let world = World::new().with_user(ANN).await.with_user("bob@example.com").await;
    world.sessions().log_in(log_in(ANN, PASSWORD), &client()).await.unwrap();
    world.open_session("bob@example.com").await;
    world.verification().request(world.actor(ANN), &client()).await.unwrap();
    world.recovery().request(Some(&email("joann@example.com")), &client()).await.unwrap();
    world
}

/// The rows of one sort in an export.
macro_rules! rows {
    ($parts:ident, $Part:ident) => {
        $parts.iter().filter_map(|part| if let ExportPart::$Part(rows) = part { Some(rows) } else { None }).flatten()
    };
}

/// What is exported of a resource is told in its own file of tests.
#[tokio::test]
async fn an_export_holds_what_is_the_user_s_and_nothing_else() {
    let world = world().await;
    let mut export = world.accounts().export(world.actor(ANN), &client()).await.unwrap();
    let mut parts = Vec::new();
    while let Some(part) = export.next().await.unwrap() {
        parts.push(part);
    }
    assert!(matches!(&parts[0], ExportPart::Account(user) if user.email.as_str() == ANN));
    assert!(rows!(parts, Sessions).all(|session| session.user == world.user(ANN).id));
    assert!(rows!(parts, Messages).all(|message| message.to.as_str() == ANN), "not to a longer address");
    assert!(rows!(parts, Events).any(|event| event.kind == AuditKind::DataExported), "the export, too");
    let counts = [rows!(parts, Sessions).count(), rows!(parts, Clients).count(), rows!(parts, Links).count()];
    assert_eq!(counts, [1, 1, 1]);
    assert_eq!([rows!(parts, Messages).count(), rows!(parts, Events).count()], [1, 3]);
}

#[tokio::test]
async fn exports_are_limited() {
    let world = World::new().limiting(Limit::ExportPerAccount, 1).with_user(ANN).await;
    world.accounts().export(world.actor(ANN), &client()).await.map(drop).unwrap();
    let outcome = world.accounts().export(world.actor(ANN), &client()).await.map(drop);
    assert_fails!(outcome, ExportError::Limit(LimitError::Throttled(_)));
}

#[tokio::test]
async fn nothing_of_whoever_leaves_is_left_but_the_news_and_events_under_an_id() {
    let world = world().await;
    let ann = world.actor(ANN);
    world.accounts().delete_account(ann, SoleOwned::Keep, &client()).await.unwrap();
    assert!(world.find_user(ANN).is_none());
    assert!(world.store.sessions().iter().all(|session| session.user != ann.user));
    assert_eq!(world.store.one_time_tokens(), []);
    let to_ann: Vec<_> = world.store.messages().into_iter().filter(|message| message.to == email(ANN)).collect();
    assert_eq!(to_ann.iter().map(|message| message.template).collect::<Vec<_>>(), [MailTemplate::AccountDeleted]);
    let [event] = &world.events(AuditKind::AccountDeleted)[..] else { panic!("one event") };
    assert_eq!((event.actor, event.subject), (Some(ann.user), Some(ann.user)));
    let printed = format!("{:?}", world.store.audit_events());
    assert!(!printed.contains("ann"), "{printed}");
}

/// Ann, who is at another address now.
async fn moved() -> World {
    let world = World::new().with_user(ANN).await;
    let session = world.open_session(ANN).await.id;
    let change = ChangeProfile { email: Some(email(NEW)), ..ChangeProfile::default() };
    world.accounts().change_profile(world.actor(ANN), session, change, &client()).await.unwrap();
    world
}

/// The addresses that the messages in an export went to.
async fn exported_mail(world: &World, of: &str) -> Vec<String> {
    let mut export = world.accounts().export(world.actor(of), &client()).await.unwrap();
    let mut addresses = Vec::new();
    while let Some(part) = export.next().await.unwrap() {
        if let ExportPart::Messages(rows) = part {
            addresses.extend(rows.into_iter().map(|message| message.to.to_string()));
        }
    }
    addresses.sort();
    addresses
}

fn waiting(world: &World) -> Vec<MailTemplate> {
    let mut templates: Vec<_> = world.store.messages().into_iter().map(|message| message.template).collect();
    templates.sort();
    templates
}

/// Whatever the address was that it went to.
#[tokio::test]
async fn mail_to_a_former_address_is_the_user_s_too() {
    assert_eq!(exported_mail(&moved().await, NEW).await, [ANN, NEW]);
}

#[tokio::test]
async fn whoever_has_a_former_address_now_neither_sees_nor_removes_what_went_to_it() {
    let world = moved().await.with_user(ANN).await;
    assert_eq!(exported_mail(&world, ANN).await, Vec::<String>::new());
    let before = waiting(&world);
    world.accounts().delete_account(world.actor(ANN), SoleOwned::Keep, &client()).await.unwrap();
    let mut after = before.clone();
    after.push(MailTemplate::AccountDeleted);
    after.sort();
    assert_eq!(waiting(&world), after);
    assert_eq!(exported_mail(&world, NEW).await, [ANN, NEW]);
}

/// It is nobody's before it is known whose it is.
#[tokio::test]
async fn mail_for_whoever_has_an_address_is_in_no_export_and_outlives_a_deletion() {
    let world = World::new().with_user(ANN).await;
    world.recovery().request(Some(&email(ANN)), &client()).await.unwrap();
    assert_eq!(exported_mail(&world, ANN).await, Vec::<String>::new());
    world.accounts().delete_account(world.actor(ANN), SoleOwned::Keep, &client()).await.unwrap();
    assert_eq!(waiting(&world), [MailTemplate::ResetPassword, MailTemplate::AccountDeleted]);
}

/// A thief who took an account over must not keep its owner from hearing of it by deleting it at once.
#[tokio::test]
async fn a_notice_that_was_not_sent_yet_outlives_the_account() {
    let world = moved().await;
    world.accounts().delete_account(world.actor(NEW), SoleOwned::Keep, &client()).await.unwrap();
    let notice = world.store.messages().into_iter().find(|message| message.template == MailTemplate::AddressChanged);
    assert_eq!(notice.map(|notice| (notice.to.to_string(), notice.user)), Some((ANN.to_owned(), None)));
    assert_eq!(waiting(&world), [MailTemplate::AddressChanged, MailTemplate::AccountDeleted], "and no link");
}
