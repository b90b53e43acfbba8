//! A superuser who is one no longer when their act takes effect does not act, however long it took to get there.

use std::pin::Pin;

use ironplate_application::{
    Fault, Operator,
    users::{CreateUser, UpdateUser, Welcome},
};
use ironplate_domain::{Actor, AuditKind, AuditOutcome, ItemChanges, MailTemplate, SessionId};
use ironplate_testkit::{
    World,
    samples::{client, email, password, title},
};
use uuid::Uuid;

const ANN: &str = "ann@example.com";
const ROOT: &str = "root@example.com";
const OTHER: &str = "other@example.com";
const NO_SESSION: SessionId = SessionId(Uuid::nil());

type Acting = Pin<Box<dyn Future<Output = Result<(), &'static str>> + Send>>;

/// Its name, and what happens: the code of the refusal, if it is one.
type Act = (&'static str, fn(World, Actor) -> Acting);

macro_rules! acts {
    ($($name:literal: |$world:ident, $actor:ident| $act:expr;)+) => {
        &[$(($name, |$world, $actor| {
            Box::pin(async move { $act.map(drop).map_err(|error| error.class().code) })
        })),+]
    };
}

/// Every use case by which a superuser changes something that is not their own.
const ACTS: &[Act] = acts! {
    "create": |world, actor| world.users().create(actor, new_superuser(), Welcome::Mail, &client()).await;
    "change": |world, actor| {
        let promote = UpdateUser { is_superuser: Some(true), ..UpdateUser::default() };
        world.users().update(actor, NO_SESSION, world.user(ANN).id, promote, &client()).await
    };
    "set a password": |world, actor| {
        let change = UpdateUser { password: Some(password("another fine password")), ..UpdateUser::default() };
        world.users().update(actor, NO_SESSION, world.user(ANN).id, change, &client()).await
    };
    "change themselves": |world, actor| {
        let deactivate = UpdateUser { is_active: Some(true), is_superuser: Some(true), ..UpdateUser::default() };
        world.users().update(actor, NO_SESSION, actor.user, deactivate, &client()).await
    };
    "delete": |world, actor| world.users().delete(actor, world.user(ANN).id, &client()).await;
    "end a session": |world, actor| {
        let session = world.store.sessions().into_iter().find(|session| session.user == world.user(ANN).id).unwrap();
        world.sessions().revoke(actor, session.user, session.id, &client()).await
    };
    "end all sessions": |world, actor| world.sessions().revoke_all(actor, world.user(ANN).id, None, &client()).await;
    "change an item": |world, actor| {
        let changes = ItemChanges { title: Some(title("theirs")), ..ItemChanges::default() };
        world.items().update(actor, world.item("Ann's").id, changes, &client()).await
    };
    "complete an item": |world, actor| world.items().complete(actor, world.item("Ann's").id, &client()).await;
    "delete an item": |world, actor| world.items().delete(actor, world.item("Ann's").id, &client()).await;
    "send a test mail": |world, actor| world.outbox().send_test_mail(actor, &email(ROOT), &client()).await;
    "retry mail": |world, actor| world.outbox().retry(world.store.messages()[0].id, &operator(actor)).await;
    "retry dead mail": |world, actor| world.outbox().retry_dead(&operator(actor)).await;
    "discard mail": |world, actor| world.outbox().discard(world.store.messages()[0].id, &operator(actor)).await;
};

/// What makes a superuser one no longer, done by the other one while they wait.
const LOSSES: &[Act] = acts! {
    "deleted": |world, actor| world.users().delete(world.actor(OTHER), actor.user, &client()).await;
    "demoted": |world, actor| {
        let demote = UpdateUser { is_superuser: Some(false), ..UpdateUser::default() };
        world.users().update(world.actor(OTHER), NO_SESSION, actor.user, demote, &client()).await
    };
    "deactivated": |world, actor| {
        let deactivate = UpdateUser { is_active: Some(false), ..UpdateUser::default() };
        world.users().update(world.actor(OTHER), NO_SESSION, actor.user, deactivate, &client()).await
    };
    "logged out": |world, actor| world.sessions().revoke_all(world.actor(OTHER), actor.user, None, &client()).await;
};

fn new_superuser() -> CreateUser {
    CreateUser {
        email: email("new@example.com"),
        password: Some(password("another fine password")),
        full_name: None,
        is_active: true,
        is_superuser: true,
        is_verified: true,
    }
}

fn operator(actor: Actor) -> Operator {
    Operator { actor: Some(actor), client: client(), ..Operator::default() }
}

async fn world() -> (World, Actor) {
    let world = World::new().with_superuser(ROOT).await.with_superuser(OTHER).await;
    let world = world.with_user(ANN).await.with_item(ANN, "Ann's").await;
    world.open_session(ANN).await;
    world.outbox().send_test_mail(world.actor(OTHER), &email(OTHER), &client()).await.unwrap();
    let session = world.open_session(ROOT).await;
    let root = world.actor(ROOT).by(session.id);
    (world, root)
}

/// What they could have changed.
fn seen(world: &World) -> impl PartialEq + std::fmt::Debug + use<> {
    let anns = world.store.sessions().into_iter().filter(|session| session.user == world.user(ANN).id);
    let others = world.store.users().into_iter().filter(|user| user.email != email(ROOT));
    let tests = world.store.messages().into_iter().filter(|message| message.template == MailTemplate::TestMail);
    (others.collect::<Vec<_>>(), world.store.items(), anns.collect::<Vec<_>>(), tests.count())
}

#[tokio::test]
async fn what_a_superuser_does_is_done() {
    for (name, act) in ACTS {
        let (world, root) = world().await;
        assert_eq!(act(world, root).await, Ok(()), "{name}");
    }
}

#[tokio::test]
async fn a_superuser_who_is_one_no_longer_does_nothing() {
    for (loss, lose) in LOSSES {
        for (name, act) in ACTS {
            let (world, root) = world().await;
            let before = seen(&world);
            world.store.meanwhile({
                let world = world.clone();
                async move { assert_eq!(lose(world, root).await, Ok(()), "{loss}") }
            });
            let refusal = act(world.clone(), root).await.expect_err(name);
            assert!(
                ["not_enough_privileges", "not_enough_permissions"].contains(&refusal),
                "{loss}, {name}: {refusal}"
            );
            assert_eq!(seen(&world), before, "{loss}, {name}");
            let failures =
                world.store.audit_events().into_iter().filter(|event| event.outcome == AuditOutcome::Failure);
            let kinds: Vec<AuditKind> = failures.map(|event| event.kind).collect();
            assert_eq!(kinds, [AuditKind::PermissionRefused], "{loss}, {name}");
        }
    }
}
