//! What somebody may not do is one event: no use case forgets it, and none records it twice.

use std::{collections::BTreeSet, pin::Pin};

use ironplate_application::{
    Fault, Kind, Operator,
    ports::{AuditFilter, AuditOrder, AuditRequest, MessageOrder, UserFilter, UserOrder},
    users::{CreateUser, UpdateUser, Welcome},
};
use ironplate_domain::{Actor, AuditKind, ItemChanges, MessageState, SessionId};
use ironplate_testkit::{
    World,
    samples::{client, email, password},
};
use uuid::Uuid;

use crate::all;

const ANN: &str = "ann@example.com";
const ROOT: &str = "root@example.com";
const NO_SESSION: SessionId = SessionId(Uuid::nil());

type Outcome = Pin<Box<dyn Future<Output = Option<Kind>> + Send>>;

/// A use case, by the file that it is in, and what becomes of somebody who may not do it.
type Denial = (&'static str, fn(World, Actor) -> Outcome);

macro_rules! denials {
    ($($file:literal: |$world:ident, $actor:ident| $act:expr;)+) => {
        &[$(($file, |$world, $actor| {
            Box::pin(async move { $act.err().map(|error| error.class().kind) })
        })),+]
    };
}

const DENIALS: &[Denial] = denials! {
    "audit/list.rs": |world, actor| {
        let (filter, order) = (AuditFilter::default(), AuditOrder::Newest);
        world.audit().list(actor, AuditRequest { filter, order, after: None, limit: 9 }, &client()).await
    };
    "items/change.rs": |world, actor| world.items().read(actor, world.item("root's").id, &client()).await;
    "items/change.rs": |world, actor| {
        world.items().update(actor, world.item("root's").id, ItemChanges::default(), &client()).await
    };
    "items/change.rs": |world, actor| world.items().complete(actor, world.item("root's").id, &client()).await;
    "items/change.rs": |world, actor| world.items().reopen(actor, world.item("root's").id, &client()).await;
    "items/change.rs": |world, actor| world.items().delete(actor, world.item("root's").id, &client()).await;
    "outbox/operate.rs": |world, actor| world.outbox().retry(world.store.messages()[0].id, &operator(actor)).await;
    "outbox/operate.rs": |world, actor| world.outbox().retry_dead(&operator(actor)).await;
    "outbox/operate.rs": |world, actor| world.outbox().discard(world.store.messages()[0].id, &operator(actor)).await;
    "outbox/oversee.rs": |world, actor| {
        world.outbox().oversee(actor, MessageState::Dead, all(MessageOrder::Newest), &client()).await
    };
    "outbox/oversee.rs": |world, actor| {
        world.outbox().look(actor, world.store.messages()[0].id, &client()).await.map(|_| ())
    };
    "outbox/send_test_mail.rs": |world, actor| world.outbox().send_test_mail(actor, &email(ROOT), &client()).await;
    "recovery/preview.rs": |world, actor| world.recovery().preview(actor, Some(&email(ROOT)), &client()).await;
    "sessions/list.rs": |world, actor| world.sessions().list(actor, world.user(ROOT).id, &client()).await;
    "sessions/revoke.rs": |world, actor| {
        let session = world.store.sessions()[0].clone();
        world.sessions().revoke(actor, session.user, session.id, &client()).await
    };
    "sessions/revoke.rs": |world, actor| {
        world.sessions().revoke_all(actor, world.user(ROOT).id, None, &client()).await
    };
    "system.rs": |world, actor| world.application().system.look(actor, &client()).await;
    "users/create.rs": |world, actor| {
        let command = CreateUser {
            email: email("new@example.com"),
            password: Some(password("another fine password")),
            full_name: None,
            is_active: true,
            is_superuser: true,
            is_verified: true,
        };
        world.users().create(actor, command, Welcome::Mail, &client()).await
    };
    "users/delete.rs": |world, actor| world.users().delete(actor, world.user(ROOT).id, &client()).await;
    "users/list.rs": |world, actor| {
        world.users().list(actor, UserFilter::default(), all(UserOrder::Newest), &client()).await
    };
    "users/look.rs": |world, actor| world.users().look(actor, world.user(ROOT).id, &client()).await;
    "users/look.rs": |world, actor| world.users().find(actor, &email(ROOT), &client()).await;
    "users/read.rs": |world, actor| world.users().read(actor, world.user(ROOT).id, &client()).await;
    "users/update.rs": |world, actor| {
        world.users().update(actor, NO_SESSION, world.user(ROOT).id, UpdateUser::default(), &client()).await
    };
};

fn operator(actor: Actor) -> Operator {
    Operator { actor: Some(actor), client: client(), ..Operator::default() }
}

async fn world() -> World {
    let world = World::new().with_user(ANN).await.with_superuser(ROOT).await.with_item(ROOT, "root's").await;
    world.open_session(ROOT).await;
    world.recovery().request(Some(&email(ROOT)), &client()).await.unwrap();
    world
}

#[tokio::test]
async fn a_denial_is_one_event() {
    for (file, act) in DENIALS {
        let world = world().await;
        let before = world.store.audit_events().len();
        let kind = act(world.clone(), world.actor(ANN)).await;
        assert!(matches!(kind, Some(Kind::Denied(_))), "{file}: {kind:?}");
        assert_eq!(world.events(AuditKind::PermissionRefused).len(), 1, "{file}");
        assert_eq!(world.store.audit_events().len(), before + 1, "{file}: an event beside the denial");
    }
}

/// Use cases that ask the access rules take an [`Action`](ironplate_domain::Action).
#[test]
fn every_use_case_that_can_deny_is_tried() {
    let tried: BTreeSet<String> = DENIALS.iter().map(|(file, _)| (*file).to_owned()).collect();
    // The first three ask on behalf of use cases; the others deny nothing, but answer with less or by a rule of their own.
    let exempt = ["access.rs", "audit/recorder.rs", "owned.rs", "accounts/delete_account.rs", "overview/look.rs"];
    let asking = crate::sources().into_iter().filter(|(_, text)| text.contains("Action")).map(|(file, _)| file);
    let missing: Vec<String> = asking.filter(|file| !exempt.contains(&&**file) && !tried.contains(file)).collect();
    assert!(missing.is_empty(), "{missing:?} ask the access rules: add their use cases to DENIALS");
}
