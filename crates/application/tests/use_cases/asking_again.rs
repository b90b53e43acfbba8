//! Who proved who they are too long ago is asked again, before what only the owner of an account may do.

use std::{pin::Pin, time::Duration};

use ironplate_application::{
    Class, Fault, Operator,
    accounts::ChangeProfile,
    invitations::Invite,
    limits::Limit,
    organizations::SoleOwned,
    ports::{Clock, Store},
    sessions::SessionProof,
    users::{CreateUser, UpdateUser, Welcome},
};
use ironplate_domain::{Actor, AuditKind, AuditOutcome, Role, Session, SessionId, SessionKind, TokenSecret};
use ironplate_testkit::{
    World,
    samples::{PASSWORD, attempt, client, email, full_name, password, session, session_digests},
};
use secrecy::ExposeSecret;
use uuid::Uuid;

use crate::log_in;

const ANN: &str = "ann@example.com";
const BOB: &str = "bob@example.com";
const ROOT: &str = "root@example.com";
const ACME: &str = "Acme";

type Outcome = Pin<Box<dyn Future<Output = Result<(), Class>>>>;

/// Who is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Asks {
    /// Whoever shows a cookie; and tokens, if the operator wants that.
    Cookies,
    Everybody,
    Nobody,
}

struct Act {
    by: &'static str,
    what: &'static str,
    asks: Asks,
    run: fn(World, Actor, SessionId) -> Outcome,
}

macro_rules! asks {
    (|$world:ident, $actor:ident, $session:ident| $($asks:ident: $by:ident, $service:ident.$use_case:ident($($argument:expr),+);)+) => {
        const ACTS: &[Act] = &[$(Act {
            by: $by,
            what: stringify!($service.$use_case($($argument),+)),
            asks: Asks::$asks,
            run: |$world, $actor, $session| Box::pin(async move {
                _ = $session;
                let outcome = $world.application().$service.$use_case($($argument),+).await;
                outcome.map(drop).map_err(|error| error.class())
            }),
        }),+];
    };
}

asks! { |world, actor, session|
    Cookies: ANN, accounts.change_profile(actor, session, ChangeProfile { email: Some(email("new@example.com")), ..ChangeProfile::default() }, &client());
    Cookies: ANN, accounts.delete_account(actor, SoleOwned::Delete, &client());
    Cookies: ROOT, users.create(actor, CreateUser { is_superuser: true, ..CreateUser::new(email("new@example.com")) }, Welcome::Mail, &client());
    Cookies: ROOT, users.update(actor, session, world.user(ANN).id, UpdateUser { email: Some(email("new@example.com")), ..UpdateUser::default() }, &client());
    Everybody: ROOT, users.update(actor, session, world.user(BOB).id, UpdateUser { email: Some(email("new@example.com")), ..UpdateUser::default() }, &client());
    Cookies: ROOT, users.update(actor, session, world.user(BOB).id, UpdateUser { password: Some(password(NEW)), ..UpdateUser::default() }, &client());
    Cookies: ROOT, users.update(actor, session, world.user(BOB).id, UpdateUser { is_active: Some(false), ..UpdateUser::default() }, &client());
    Cookies: ROOT, users.update(actor, session, world.user(BOB).id, UpdateUser { is_superuser: Some(true), ..UpdateUser::default() }, &client());
    Cookies: ROOT, users.delete(actor, world.user(BOB).id, SoleOwned::Keep, &client());
    Everybody: ANN, accounts.export(actor, &client());
    Everybody: ANN, organizations.transfer(actor, world.organization_called(ACME).id, world.user(BOB).id, &client());
    Everybody: ANN, organizations.change_role(actor, world.organization_called(ACME).id, world.user(BOB).id, Role::Owner, &client());
    Everybody: ANN, organizations.delete(actor, world.organization_called(ACME).id, Some(ACME), &client());
    Everybody: ROOT, organizations.delete(actor, world.organization_called(ACME).id, Some(ACME), &client());
    Everybody: ANN, invitations.invite(actor, world.organization_called(ACME).id, invite(Role::Owner), &client());
    Everybody: ROOT, second_factors.reset(actor, world.user(BOB).id, &client());
    Nobody: ANN, accounts.change_profile(actor, session, ChangeProfile { full_name: Some(Some(full_name("Ann"))), ..ChangeProfile::default() }, &client());
    Nobody: ANN, organizations.change_role(actor, world.organization_called(ACME).id, world.user(BOB).id, Role::Admin, &client());
    Nobody: ANN, invitations.invite(actor, world.organization_called(ACME).id, invite(Role::Admin), &client());
    Nobody: ROOT, users.create(actor, CreateUser::new(email("new@example.com")), Welcome::Mail, &client());
    Nobody: ROOT, users.update(actor, session, world.user(BOB).id, UpdateUser { full_name: Some(Some(full_name("Bob"))), ..UpdateUser::default() }, &client());
}

const NEW: &str = "another fine password";

fn invite(role: Role) -> Invite {
    Invite { emails: vec!["guest@example.com".to_owned()], role }
}

/// Ann owns an organisation, and Bob, who has an app, is a member of it.
async fn world(ask_again: bool) -> World {
    let mut world = World::new().with_user(ANN).await.with_user(BOB).await.with_superuser(ROOT).await;
    world.policy.ask_again = ask_again;
    world.add_app(BOB).await;
    world.with_organization(ANN, ACME).await.with_member(ACME, BOB, Role::Member).await
}

async fn open_session(world: &World, kind: SessionKind, of: &str) -> Session {
    let id = world.open_session(of).await.id;
    let other = SessionId(Uuid::from_u128(id.0.as_u128() ^ 1));
    let session = Session { kind, ..session(other, world.user(of).id, world.clock.now()) };
    let mut work = world.store.begin().await.unwrap();
    work.sessions().insert(&session, &session_digests(&session)).await.unwrap();
    work.commit().await.unwrap();
    session
}

#[tokio::test]
async fn what_only_its_owner_may_do_asks_for_a_recent_proof() {
    for act in ACTS {
        for (kind, ask_again) in [
            (SessionKind::Token, false),
            (SessionKind::Token, true),
            (SessionKind::Cookie, false),
            (SessionKind::Cookie, true),
        ] {
            for minutes in [14, 16] {
                let world = world(ask_again).await;
                let session = open_session(&world, kind, act.by).await;
                world.clock.advance(Duration::from_mins(minutes));
                let before = world.store.snapshot();
                let actor = world.actor_at(ACME, act.by).by(session.id);
                let outcome = (act.run)(world.clone(), actor, session.id).await;
                let is_asked = match act.asks {
                    Asks::Everybody => true,
                    Asks::Cookies => kind == SessionKind::Cookie || ask_again,
                    Asks::Nobody => false,
                };
                let case = format!("{}, by {kind:?}, {ask_again}, after {minutes} minutes", act.what);
                if !is_asked || minutes == 14 {
                    assert_eq!(outcome, Ok(()), "{case}");
                    continue;
                }
                assert_eq!(outcome.unwrap_err().code, "recent_authentication_required", "{case}");
                assert!(world.store.snapshot() == before, "{case}: it was done");
                let failures = world.store.audit_events().into_iter();
                let failures = failures.filter(|event| event.outcome == AuditOutcome::Failure);
                assert_eq!(failures.count(), 1, "{case}");
            }
        }
    }
}

#[tokio::test]
async fn whoever_is_asked_first_pays_no_permit() {
    let world = World::new().limiting(Limit::ExportPerAccount, 1).with_user(ANN).await;
    let session = world.open_session(ANN).await;
    world.clock.advance(Duration::from_mins(16));
    let ann = world.actor(ANN).by(session.id);
    assert!(world.accounts().export(ann, &client()).await.is_err());
    let proof = SessionProof::Password(attempt(PASSWORD));
    world.sessions().confirm(&world.user(ANN), session.id, proof, &client()).await.unwrap();
    assert!(world.accounts().export(ann, &client()).await.is_ok());
}

/// Whoever stole a refresh token proves nothing by it.
#[tokio::test]
async fn a_refresh_is_no_proof() {
    let world = World::new().with_user(ANN).await;
    let opened = world.sessions().log_in(log_in(ANN, PASSWORD), &client()).await.unwrap();
    world.clock.advance(Duration::from_mins(16));
    let token = TokenSecret::new(opened.refresh_token.expose_secret());
    let next = world.sessions().refresh(&token, &client()).await.unwrap();
    let ann = world.actor(ANN).by(next.session);
    let refused = world.accounts().export(ann, &client()).await.err().map(|error| error.class().code);
    assert_eq!(refused, Some("recent_authentication_required"));
}

#[tokio::test]
async fn a_session_that_is_over_does_nothing_of_it() {
    let world = world(false).await;
    let session = world.open_session(ANN).await;
    world.sessions().log_out(session.user, session.id, &client()).await.unwrap();
    let ann = world.actor_at(ACME, ANN).by(session.id);
    for act in ACTS.iter().filter(|act| act.by == ANN && act.asks != Asks::Nobody) {
        let refused = (act.run)(world.clone(), ann, session.id).await.unwrap_err();
        assert_eq!(refused.code, "invalid_token", "{}", act.what);
    }
}

/// They have no session, and answer for themselves.
#[tokio::test]
async fn whoever_has_the_command_line_is_never_asked() {
    let world = world(true).await;
    world.open_session(BOB).await;
    world.clock.advance(Duration::from_hours(1));
    let (users, bob) = (world.users(), world.user(BOB).id);
    let operator = Operator::default();
    let operated = users.by_operator(&operator);
    operated.update(bob, UpdateUser { password: Some(password(NEW)), ..UpdateUser::default() }).await.unwrap();
    world.application().second_factors.reset_by_operator(bob, &operator).await.unwrap();
    operated.delete(bob, SoleOwned::Keep).await.unwrap();
    assert_eq!(world.events(AuditKind::UserDeleted).len(), 1);
}
