//! What happened is recorded with it, refusals too, and read by those who may.

use std::time::Duration;

use ironplate_application::{
    Operator,
    accounts::{ChangePassword, ChangeProfile, ChangeProfileError, SignUp},
    audit::AuditError,
    limits::{Limit, LimitError},
    organizations::SoleOwned,
    outbox::OverseeError,
    ports::{AuditFilter, AuditOrder, AuditRequest},
    recovery::ResetPassword,
    users::{CreateUser, UpdateUser, Welcome},
    verification::VerifyEmail,
};
use ironplate_domain::{
    Actor, AuditDetail, AuditEvent, AuditKind, AuditOutcome, Client, MailTemplate, MessageState, SessionId,
    TokenSecret, UserId,
};
use ironplate_testkit::{
    World,
    samples::{self, PASSWORD, client, email, password},
    secret_in,
};
use secrecy::ExposeSecret;
use uuid::Uuid;

use crate::{assert_fails, log_in};

const ANN: &str = "ann@example.com";
const ROOT: &str = "root@example.com";
const NEW: &str = "another fine password";

async fn world() -> World {
    World::new().with_user(ANN).await.with_superuser(ROOT).await
}

/// The one event of this kind, which tells where the request came from.
fn the(world: &World, kind: AuditKind) -> AuditEvent {
    let events = world.events(kind);
    let [event] = &events[..] else { panic!("one {}, not {events:?}", kind.name()) };
    assert_eq!(event.client, client());
    event.clone()
}

fn assert_done(event: &AuditEvent, actor: Option<UserId>, subject: Option<UserId>) {
    assert_eq!((event.outcome, event.actor, event.subject), (AuditOutcome::Success, actor, subject), "{event:?}");
}

fn assert_refused(event: &AuditEvent, reason: &str) {
    let told = event.details.get(&AuditDetail::Reason).map(String::as_str);
    assert_eq!((event.outcome, told), (AuditOutcome::Failure, Some(reason)), "{event:?}");
}

async fn link(world: &World, template: MailTemplate, to: &str) -> TokenSecret {
    secret_in(&world.mail(template, to).await)
}

#[tokio::test]
async fn what_people_do_with_their_account_is_recorded() {
    let world = World::new();
    let sign_up = SignUp { email: email(ANN), password: password(PASSWORD), full_name: None };
    world.accounts().sign_up(sign_up, &client()).await.unwrap();
    let ann = world.actor(ANN);
    let me = Some(ann.user);
    assert_done(&the(&world, AuditKind::SignUp), me, me);

    let session = world.sessions().log_in(log_in(ANN, PASSWORD), &client()).await.unwrap().session;
    let event = the(&world, AuditKind::LogIn);
    assert_done(&event, me, me);
    assert_eq!(event.details.get(&AuditDetail::Session), Some(&session.to_string()));

    world.verification().request(ann, &client()).await.unwrap();
    assert_done(&the(&world, AuditKind::VerificationRequested), me, me);
    let token = link(&world, MailTemplate::VerifyAddress, ANN).await;
    world.verification().verify(VerifyEmail { token, new_password: None }, Some(ann), &client()).await.unwrap();
    assert_done(&the(&world, AuditKind::EmailVerified), me, me);

    let change = ChangeProfile { full_name: Some(Some(samples::full_name("Ann"))), ..ChangeProfile::default() };
    world.accounts().change_profile(ann, session, change, &client()).await.unwrap();
    let event = the(&world, AuditKind::ProfileChanged);
    assert_done(&event, me, me);
    assert_eq!(event.details.get(&AuditDetail::Fields).map(String::as_str), Some("full_name"));

    let change = ChangePassword { current: samples::attempt(PASSWORD), new: password(NEW) };
    world.accounts().change_password(&world.user(ANN), session, change, &client()).await.unwrap();
    assert_done(&the(&world, AuditKind::PasswordChanged), me, me);

    world.recovery().request(Some(&email(ANN)), &client()).await.unwrap();
    assert_done(&the(&world, AuditKind::RecoveryRequested), None, None);
    let token = link(&world, MailTemplate::ResetPassword, ANN).await;
    world
        .recovery()
        .reset_password(ResetPassword { token, new_password: password(PASSWORD) }, &client())
        .await
        .unwrap();
    assert_done(&the(&world, AuditKind::PasswordReset), me, me);

    let session = world.open_session(ANN).await.id;
    world.sessions().log_out(ann.user, session, &client()).await.unwrap();
    assert_done(&the(&world, AuditKind::LogOut), me, me);
    world.accounts().delete_account(ann, SoleOwned::Keep, &client()).await.unwrap();
    assert_done(&the(&world, AuditKind::AccountDeleted), me, me);
}

#[tokio::test]
async fn a_change_of_address_that_waits_is_recorded_when_it_is_asked_for_and_when_it_takes_place() {
    let world = World::new().confirming_new_addresses().with_user(ANN).await;
    let (ann, session) = (world.actor(ANN), world.open_session(ANN).await.id);
    let change = ChangeProfile { email: Some(email("new@example.com")), ..ChangeProfile::default() };
    world.accounts().change_profile(ann, session, change, &client()).await.unwrap();
    assert_done(&the(&world, AuditKind::EmailChangeRequested), Some(ann.user), Some(ann.user));
    assert_eq!(world.events(AuditKind::ProfileChanged), []);
    let token = link(&world, MailTemplate::ConfirmNewAddress, "new@example.com").await;
    world.verification().verify(VerifyEmail { token, new_password: None }, Some(ann), &client()).await.unwrap();
    assert_done(&the(&world, AuditKind::EmailVerified), Some(ann.user), Some(ann.user));
}

fn create(email: &str) -> CreateUser {
    CreateUser { password: Some(password(PASSWORD)), ..CreateUser::new(samples::email(email)) }
}

#[tokio::test]
async fn what_superusers_do_is_recorded_with_both_sides() {
    let world = world().await;
    let (root, none) = (world.actor(ROOT), SessionId(Uuid::nil()));
    let bob = world.users().create(root, create("bob@example.com"), Welcome::Mail, &client()).await.unwrap().id;
    assert_done(&the(&world, AuditKind::UserCreated), Some(root.user), Some(bob));
    let update = UpdateUser { is_superuser: Some(true), is_active: Some(false), ..UpdateUser::default() };
    world.users().update(root, none, bob, update, &client()).await.unwrap();
    let event = the(&world, AuditKind::UserChanged);
    assert_done(&event, Some(root.user), Some(bob));
    let detail = |detail| event.details.get(&detail).map(String::as_str);
    assert_eq!(detail(AuditDetail::Fields), Some("is_active is_superuser"));
    assert_eq!(detail(AuditDetail::IsSuperuser), Some("false -> true"));
    assert_eq!(detail(AuditDetail::IsActive), Some("true -> false"));
    world.users().delete(root, bob, SoleOwned::Keep, &client()).await.unwrap();
    assert_done(&the(&world, AuditKind::UserDeleted), Some(root.user), Some(bob));
    world.outbox().send_test_mail(root, &email(ROOT), &client()).await.unwrap();
    assert_done(&the(&world, AuditKind::TestMailRequested), Some(root.user), None);
}

#[tokio::test]
async fn what_operators_do_with_mail_is_recorded() {
    let world = world().await;
    world.outbox().send_test_mail(world.actor(ROOT), &email(ROOT), &client()).await.unwrap();
    let message = world.store.messages()[0].id;
    let by = Operator { actor: Some(world.actor(ROOT)), client: client(), ..Operator::default() };
    assert_eq!(world.store.messages()[0].state, MessageState::Queued);
    assert!(world.outbox().retry(message, &by).await.unwrap());
    let event = the(&world, AuditKind::MessageRetried);
    assert_done(&event, Some(world.actor(ROOT).user), None);
    assert_eq!(event.details.get(&AuditDetail::Message), Some(&message.to_string()));
    world.outbox().discard(message, &by).await.unwrap();
    assert_fails!(world.outbox().discard(message, &by).await, OverseeError::NotFound);
    assert_done(&the(&world, AuditKind::MessageDiscarded), Some(world.actor(ROOT).user), None);
}

#[tokio::test]
async fn refusals_are_recorded() {
    let world = world().await;
    let (ann, session) = (world.user(ANN), world.open_session(ANN).await.id);
    assert!(world.sessions().log_in(log_in(ANN, "a wrong one"), &client()).await.is_err());
    let event = the(&world, AuditKind::LogIn);
    assert_refused(&event, "incorrect_credentials");
    assert_eq!((event.actor, event.subject), (None, Some(ann.id)), "who did it is not known");

    let sign_up = SignUp { email: email(ANN), password: password(PASSWORD), full_name: None };
    assert!(world.accounts().sign_up(sign_up, &client()).await.is_err());
    assert_refused(&the(&world, AuditKind::SignUp), "email_taken");
    let change = ChangePassword { current: samples::attempt("a wrong one"), new: password(NEW) };
    assert!(world.accounts().change_password(&ann, session, change, &client()).await.is_err());
    assert_refused(&the(&world, AuditKind::PasswordChanged), "incorrect_password");
    let forged = || TokenSecret::new("forged");
    let reset = ResetPassword { token: forged(), new_password: password(NEW) };
    assert!(world.recovery().reset_password(reset, &client()).await.is_err());
    assert_refused(&the(&world, AuditKind::PasswordReset), "invalid_token");
    let verify = VerifyEmail { token: forged(), new_password: None };
    assert!(world.verification().verify(verify, None, &client()).await.is_err());
    assert_refused(&the(&world, AuditKind::EmailVerified), "invalid_token");
    let root = world.actor(ROOT);
    assert!(world.users().create(root, create(ANN), Welcome::Mail, &client()).await.is_err());
    assert_refused(&the(&world, AuditKind::UserCreated), "email_taken");
    assert!(world.users().delete(root, root.user, SoleOwned::Keep, &client()).await.is_err());
    assert_refused(&the(&world, AuditKind::UserDeleted), "superuser_deletes_self");
    assert!(world.accounts().delete_account(root, SoleOwned::Keep, &client()).await.is_err());
    assert_refused(&the(&world, AuditKind::AccountDeleted), "superuser_deletes_self");
}

#[tokio::test]
async fn what_somebody_may_not_do_is_recorded_with_what_they_tried() {
    let world = world().await;
    let (ann, root) = (world.actor(ANN), world.user(ROOT).id);
    assert!(world.users().look(ann, root, &client()).await.is_err());
    let event = the(&world, AuditKind::PermissionRefused);
    assert_eq!((event.actor, event.subject), (Some(ann.user), Some(root)));
    assert_refused(&event, "not_enough_privileges");
    let detail = |detail| event.details.get(&detail).map(String::as_str);
    assert_eq!((detail(AuditDetail::Action), detail(AuditDetail::Resource)), (Some("administer"), Some("user")));
}

/// What took no effect did not happen, and is not told as if it had.
#[tokio::test]
async fn what_is_not_committed_is_not_recorded() {
    let world = world().await;
    world.store.fail_commits();
    let change = ChangeProfile { full_name: Some(None), ..ChangeProfile::default() };
    let session = SessionId(Uuid::nil());
    assert!(world.accounts().change_profile(world.actor(ANN), session, change, &client()).await.is_err());
    assert_eq!(world.store.audit_events(), []);
}

/// An answer does not depend on whether it could be recorded.
#[tokio::test]
async fn a_refusal_that_can_not_be_recorded_is_a_refusal_still() {
    let world = world().await;
    world.store.fail_commits();
    let outcome = world.users().delete(world.actor(ANN), world.user(ROOT).id, SoleOwned::Keep, &client()).await;
    assert_fails!(outcome, ironplate_application::users::DeleteUserError::Denied(_));
}

fn newest(filter: AuditFilter) -> AuditRequest {
    AuditRequest { filter, order: AuditOrder::Newest, after: None, limit: 100 }
}

#[tokio::test]
async fn superusers_read_all_events_and_see_whose_they_are_while_there_is_an_account() {
    let world = world().await;
    world.sessions().log_in(log_in(ANN, PASSWORD), &client()).await.unwrap();
    let (root, ann) = (world.actor(ROOT), world.actor(ANN));
    let listing = world.audit().list(root, newest(AuditFilter::default()), &client()).await.unwrap();
    assert_eq!(listing.page.events.len(), 1);
    assert_eq!(listing.people.get(&ann.user).map(ToString::to_string).as_deref(), Some(ANN));
    world.accounts().delete_account(ann, SoleOwned::Keep, &client()).await.unwrap();
    let listing = world.audit().list(root, newest(AuditFilter::default()), &client()).await.unwrap();
    assert_eq!((listing.page.events.len(), listing.people.len()), (2, 0));
}

#[tokio::test]
async fn others_read_what_concerns_them() {
    let world = world().await;
    let (root, ann) = (world.actor(ROOT), world.actor(ANN));
    world.sessions().log_in(log_in(ANN, PASSWORD), &client()).await.unwrap();
    world.sessions().log_in(log_in(ROOT, PASSWORD), &client()).await.unwrap();
    let rename = UpdateUser { full_name: Some(Some(samples::full_name("Ann"))), ..UpdateUser::default() };
    world.users().update(root, SessionId(Uuid::nil()), ann.user, rename, &client()).await.unwrap();
    let kinds = async |actor: Actor| {
        let page = world.audit().list_own(actor, None, 100).await.unwrap();
        page.events.into_iter().map(|event| event.kind).collect::<Vec<_>>()
    };
    assert_eq!(kinds(ann).await, [AuditKind::UserChanged, AuditKind::LogIn]);
    assert_eq!(kinds(root).await, [AuditKind::UserChanged, AuditKind::LogIn]);
    let outcome = world.audit().list(ann, newest(AuditFilter::default()), &client()).await.map(drop);
    assert_fails!(outcome, AuditError::Denied(_));
}

#[tokio::test]
async fn a_walk_over_one_s_own_events_meets_each_once() {
    let world = world().await;
    let (root, ann) = (world.actor(ROOT), world.actor(ANN));
    for n in 0..7 {
        let actor = if n % 2 == 0 { root } else { ann };
        let _outcome = world.users().read(actor, root.user, &client()).await;
        world.open_session(ANN).await;
        world.sessions().revoke_all(root, ann.user, None, &client()).await.unwrap();
    }
    let all = world.audit().list_own(root, None, 100).await.unwrap().events;
    let (mut met, mut after) = (Vec::new(), None);
    loop {
        let page = world.audit().list_own(root, after, 2).await.unwrap();
        met.extend(page.events);
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    assert_eq!(met, all);
    assert_eq!(met.len(), 10, "seven ends of sessions, and three refusals that ann ran into");
}

#[tokio::test]
async fn where_somebody_else_was_is_nobody_s_business() {
    let world = world().await;
    let (root, ann) = (world.actor(ROOT), world.actor(ANN));
    let rename = UpdateUser { full_name: Some(Some(samples::full_name("Ann"))), ..UpdateUser::default() };
    world.users().update(root, SessionId(Uuid::nil()), ann.user, rename, &client()).await.unwrap();
    assert!(world.sessions().log_in(log_in(ANN, "a wrong one"), &client()).await.is_err());
    let own = world.audit().list_own(ann, None, 100).await.unwrap().events;
    let [stranger, superuser] = &own[..] else { panic!("two events, not {own:?}") };
    assert_eq!((stranger.kind, &stranger.client), (AuditKind::LogIn, &client()));
    assert_eq!((superuser.kind, &superuser.client), (AuditKind::UserChanged, &Client::default()));
}

#[tokio::test]
async fn whoever_runs_into_refusals_all_the_time_does_not_fill_the_log() {
    let world = world().await;
    let users = world.users();
    for _ in 0..100 {
        assert!(users.read(world.actor(ANN), world.user(ROOT).id, &client()).await.is_err());
    }
    assert_eq!(world.events(AuditKind::PermissionRefused).len(), 30);
    world.clock.advance(Duration::from_mins(1));
    assert!(users.read(world.actor(ANN), world.user(ROOT).id, &client()).await.is_err());
    let last = world.events(AuditKind::PermissionRefused).pop().unwrap();
    assert_eq!(last.details.get(&AuditDetail::PassedOver).map(String::as_str), Some("70"));
}

/// One IPv6 network has more addresses than anybody can count one by one.
#[tokio::test]
async fn strangers_of_one_network_do_not_fill_the_log() {
    let world = world().await;
    for n in 0..100 {
        let stranger = samples::client_at(&format!("2001:db8:1:{n:x}::1"));
        assert!(world.sessions().refresh(&TokenSecret::new("made up"), &stranger).await.is_err());
    }
    let events = world.events(AuditKind::RefreshRefused);
    assert_eq!(events.len(), 30);
    assert_refused(&events[0], "invalid_refresh_token");
}

#[tokio::test]
async fn a_refresh_token_of_a_session_that_is_over_names_whose_it_was() {
    let world = world().await;
    let tokens = world.sessions().log_in(log_in(ANN, PASSWORD), &client()).await.unwrap();
    world.sessions().log_out(world.user(ANN).id, tokens.session, &client()).await.unwrap();
    let token = TokenSecret::new(tokens.refresh_token.expose_secret());
    assert!(world.sessions().refresh(&token, &client()).await.is_err());
    let event = the(&world, AuditKind::RefreshRefused);
    assert_refused(&event, "invalid_refresh_token");
    assert_eq!((event.actor, event.subject), (None, Some(world.user(ANN).id)));
}

#[tokio::test]
async fn an_export_names_the_operator() {
    let world = world().await;
    let operator = Operator { login: Some("ann".to_owned()), ..Operator::default() };
    world.audit().note_export(&operator).await;
    let [event] = &world.events(AuditKind::AuditExported)[..] else { panic!("one event") };
    assert_eq!(event.details.get(&AuditDetail::Operator).map(String::as_str), Some("ann"));
}

#[tokio::test]
async fn whoever_changes_their_name_to_and_fro_does_not_fill_the_log() {
    let world = World::new().limiting(Limit::ProfileChangePerAccount, 3).with_user(ANN).await;
    let session = world.open_session(ANN).await.id;
    let rename = async |name| {
        let change = ChangeProfile { full_name: Some(Some(samples::full_name(name))), ..ChangeProfile::default() };
        world.accounts().change_profile(world.actor(ANN), session, change, &client()).await
    };
    for name in ["Ann", "Ann", "Anna", "Anna", "Ann", "Ann"] {
        rename(name).await.unwrap();
    }
    assert_eq!(world.events(AuditKind::ProfileChanged).len(), 3, "what changes nothing costs nothing, and is no event");
    assert_fails!(rename("Anna").await, ChangeProfileError::Limit(LimitError::Throttled(_)));
    assert_eq!(world.events(AuditKind::ProfileChanged).len(), 3);
}

#[tokio::test]
async fn what_changes_nothing_is_not_recorded() {
    let world = world().await;
    world.sessions().revoke_all(world.actor(ANN), world.user(ANN).id, None, &client()).await.unwrap();
    let session = world.open_session(ANN).await.id;
    let user = world.user(ANN);
    let same = [
        ChangeProfile { email: Some(user.email.clone()), ..ChangeProfile::default() },
        ChangeProfile { full_name: Some(user.full_name.clone()), ..ChangeProfile::default() },
    ];
    for change in same.into_iter().chain([ChangeProfile::default()]) {
        world.accounts().change_profile(user.actor(), session, change, &client()).await.unwrap();
    }
    let same = UpdateUser { is_active: Some(true), is_superuser: Some(false), ..UpdateUser::default() };
    world.users().update(world.actor(ROOT), session, user.id, same, &client()).await.unwrap();
    assert_eq!(world.store.audit_events(), []);
}

#[tokio::test]
async fn an_account_that_made_room_is_recorded() {
    let world = World::new().with(ironplate_testkit::user(ANN).without_password()).await.with_superuser(ROOT).await;
    let unclaimed = world.user(ANN).id;
    world.users().create(world.actor(ROOT), create(ANN), Welcome::Silence, &client()).await.unwrap();
    assert_done(&the(&world, AuditKind::UnclaimedRemoved), Some(world.user(ROOT).id), Some(unclaimed));
}
