//! All that is stored about oneself, to take along; and what is left when one goes.

use std::time::Duration;

use ironplate_application::{
    accounts::{ChangeProfile, ExportError, ExportPart},
    limits::{Limit, LimitError},
    organizations::{CreateOrganization, SoleOwned},
    ports::{Clock, Secrets, Store},
};
use ironplate_domain::{AuditKind, Invitation, InvitationId, MailTemplate, Role, TokenSecret};
use ironplate_testkit::{
    World,
    samples::{PASSWORD, client, email, text},
    user,
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

/// All parts of an export of this user.
async fn exported(world: &World, of: &str) -> Vec<ExportPart> {
    let mut export = world.accounts().export(world.actor(of), &client()).await.unwrap();
    let mut parts = Vec::new();
    while let Some(part) = export.next().await.unwrap() {
        parts.push(part);
    }
    parts
}

/// What is exported of a resource is told in its own file of tests.
#[tokio::test]
async fn an_export_holds_what_is_the_user_s_and_nothing_else() {
    let world = world().await;
    let parts = exported(&world, ANN).await;
    assert!(matches!(&parts[0], ExportPart::Account(user) if user.email.as_str() == ANN));
    assert!(rows!(parts, Sessions).all(|session| session.user == world.user(ANN).id));
    assert!(rows!(parts, Messages).all(|message| message.to.as_str() == ANN), "not to a longer address");
    assert!(rows!(parts, Events).any(|event| event.kind == AuditKind::DataExported), "the export, too");
    let counts = [rows!(parts, Sessions).count(), rows!(parts, Clients).count(), rows!(parts, Links).count()];
    assert_eq!(counts, [1, 1, 1]);
    assert_eq!([rows!(parts, Messages).count(), rows!(parts, Events).count()], [1, 3]);
}

const BOB: &str = "bob@example.com";

/// To an organisation of this name, from a member of it.
async fn invited(world: &World, organization: &str, by: &str, to: &str) {
    let (id, created_at) = (InvitationId(world.secrets.id()), world.clock.now());
    let digest = world.secrets.digest(&TokenSecret::new(&id.to_string()));
    let (organization, invited_by) = (world.organization_called(organization).id, world.user(by).id);
    let expires_at = created_at.after(Duration::from_hours(1));
    let email = email(to);
    let invitation =
        Invitation { id, organization, email, role: Role::Viewer, invited_by, digest, created_at, expires_at };
    let mut work = world.store.begin().await.unwrap();
    assert!(work.invitations().add(&invitation, created_at).await.unwrap());
    work.commit().await.unwrap();
}

/// What others are there, and whom others invited, is theirs.
#[tokio::test]
async fn an_export_holds_memberships_and_invitations_sent_and_received() {
    let world = World::new().with(user(ANN).verified()).await.with_user(BOB).await;
    let made = CreateOrganization { name: text("Anns"), slug: None };
    world.organizations().create(world.actor(ANN), made, &client()).await.unwrap();
    let world = world.with_organization(BOB, "Bobs").await.with_organization(BOB, "Third").await;
    let world = world.with_member("Bobs", ANN, Role::Admin).await;
    invited(&world, "Bobs", ANN, "eve@example.com").await;
    invited(&world, "Bobs", BOB, "joe@example.com").await;
    invited(&world, "Third", BOB, "ANN@example.com").await;
    invited(&world, "Anns", ANN, BOB).await;

    let parts = exported(&world, ANN).await;
    let mut memberships: Vec<_> =
        rows!(parts, Memberships).map(|row| (row.own.organization.name.as_str(), row.own.role, row.is_maker)).collect();
    memberships.sort_unstable();
    assert_eq!(memberships, [("Anns", Role::Owner, true), ("Bobs", Role::Admin, false)]);
    let mut sent: Vec<_> = rows!(parts, InvitationsSent)
        .map(|row| (row.organization.name.as_str(), row.invitation.email.as_str()))
        .collect();
    sent.sort_unstable();
    assert_eq!(sent, [("Anns", BOB), ("Bobs", "eve@example.com")]);
    let received: Vec<_> = rows!(parts, InvitationsReceived).map(|row| row.organization.name.as_str()).collect();
    assert_eq!(received, ["Third"]);

    let parts = exported(&world, BOB).await;
    assert_eq!(rows!(parts, InvitationsSent).count(), 2);
    assert_eq!(rows!(parts, InvitationsReceived).count(), 0, "whose the address is is not proved");
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
