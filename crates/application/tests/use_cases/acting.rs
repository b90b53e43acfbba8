//! What people do to what is somebody else's. A denial is one event, which no use case forgets, and none records twice; and a
//! superuser who is one no longer when their act takes effect does not act, however long it took to get there.

use std::{
    collections::{BTreeMap, BTreeSet},
    pin::Pin,
    sync::Arc,
};

use ironplate_application::{
    Class, Kind, Operator,
    organizations::SoleOwned,
    ports::{AuditFilter, AuditOrder, AuditRequest, MessageOrder, UserFilter, UserOrder},
    users::{CreateUser, UpdateUser, Welcome},
};
use ironplate_domain::{Actor, AuditKind, AuditOutcome, MessageId, MessageState, SessionId, User};
use ironplate_testkit::{
    World,
    samples::{client, email, password},
};
use tokio::sync::Mutex;
use uuid::Uuid;

use crate::{all, blocks, sources, tests};

pub(crate) const ANN: &str = "ann@example.com";
pub(crate) const ROOT: &str = "root@example.com";
const OTHER: &str = "other@example.com";
const NO_SESSION: SessionId = SessionId(Uuid::nil());

type Outcome = Pin<Box<dyn Future<Output = Result<(), Class>> + Send>>;

/// What somebody does something to.
pub(crate) trait Target: Sized + Send {
    /// This user, or something that is theirs.
    async fn of(owner: User, world: &World) -> Self;
}

impl Target for User {
    async fn of(owner: Self, _: &World) -> Self {
        owner
    }
}

/// A use case, done by somebody to this.
pub(crate) struct Act<To> {
    pub(crate) name: &'static str,
    pub(crate) effect: Effect,
    pub(crate) run: fn(World, Actor, To) -> Outcome,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Effect {
    Reads,
    Changes,
}

/// Says how use cases are called that are denied to some: tests of the file that it is in. What `changes` something is done
/// by superusers while they are superusers, and what `reads` changes nothing.
macro_rules! acts {
    (|$world:ident, $actor:ident, $to:ident: $To:ty| $($effect:ident $service:ident.$use_case:ident($($argument:expr),+);)+) => {
        const ACTS: &[crate::acting::Act<$To>] = &[$(crate::acting::Act {
            name: concat!(stringify!($service), ".", stringify!($use_case)),
            effect: crate::acting::acts!(@$effect),
            run: |$world, $actor, $to| Box::pin(async move {
                _ = ($actor, &$to);
                let outcome = $world.application().$service.$use_case($($argument),+).await;
                outcome.map(drop).map_err(|error| ironplate_application::Fault::class(&error))
            }),
        }),+];

        #[tokio::test]
        async fn a_denial_is_one_event() {
            crate::acting::assert_denials(ACTS).await;
        }

        #[tokio::test]
        async fn what_a_superuser_does_is_done() {
            crate::acting::assert_done(ACTS).await;
        }

        #[tokio::test]
        async fn a_superuser_who_is_one_no_longer_does_nothing() {
            crate::acting::assert_overtaken(ACTS).await;
        }
    };
    (@reads) => { crate::acting::Effect::Reads };
    (@changes) => { crate::acting::Effect::Changes };
}
pub(crate) use acts;

acts! { |world, actor, of: User|
    reads audit.list(actor, all_events(), &client());
    reads outbox.oversee(actor, MessageState::Dead, all(MessageOrder::Newest), &client());
    reads outbox.look(actor, message(&world), &client());
    reads recovery.preview(actor, Some(&of.email), &client());
    reads sessions.list(actor, of.id, &client());
    reads system.look(actor, &client());
    reads users.list(actor, UserFilter::default(), all(UserOrder::Newest), &client());
    reads users.look(actor, of.id, &client());
    reads users.find(actor, &of.email, &client());
    reads users.read(actor, of.id, &client());
    changes second_factors.reset(actor, of.id, &client());
    changes outbox.retry(message(&world), &operator(actor));
    changes outbox.retry_dead(&operator(actor));
    changes outbox.discard(message(&world), &operator(actor));
    changes outbox.send_test_mail(actor, &of.email, &client());
    changes sessions.revoke(actor, of.id, session(&world, &of), &client());
    changes sessions.revoke_all(actor, of.id, None, &client());
    changes users.create(actor, new_superuser(), Welcome::Mail, &client());
    changes users.update(actor, NO_SESSION, of.id, UpdateUser { is_superuser: Some(true), ..UpdateUser::default() }, &client());
    changes users.update(actor, NO_SESSION, of.id, UpdateUser { password: Some(password(NEW)), ..UpdateUser::default() }, &client());
    changes users.update(actor, NO_SESSION, actor.user, UpdateUser { is_active: Some(true), ..UpdateUser::default() }, &client());
    changes users.delete(actor, of.id, SoleOwned::Keep, &client());
}

/// Who acts here acts on what is their own, or has the command line, where no permission is asked.
const NEVER_DENIED: &[&str] = &[
    "accounts.change_profile",
    "accounts.delete_account",
    "accounts.export",
    "invitations.accept",
    "invitations.decline",
    "organizations.create",
    "second_factors.add_passkey",
    "second_factors.begin_passkey",
    "second_factors.confirm",
    "second_factors.enrol",
    "second_factors.make_recovery_codes",
    "second_factors.remove",
    "second_factors.remove_passkey",
    "second_factors.rename",
    "second_factors.rename_passkey",
    "second_factors.reset_by_operator",
    "organizations.leave",
    "verification.request",
    "verification.verify",
    "audit.note_export",
    "sessions.remove_trusted_device",
    "sessions.remove_trusted_devices",
    "sessions.end_all_of",
    "sessions.end_everybodys",
    "system.clear_limits",
    "users.ensure_superuser",
];

const NEW: &str = "another fine password";

pub(crate) fn all_events() -> AuditRequest {
    AuditRequest { filter: AuditFilter::default(), order: AuditOrder::Newest, after: None, limit: 9 }
}

fn message(world: &World) -> MessageId {
    world.store.messages()[0].id
}

fn session(world: &World, of: &User) -> SessionId {
    world.store.sessions().into_iter().find(|session| session.user == of.id).expect("a session").id
}

fn new_superuser() -> CreateUser {
    CreateUser {
        password: Some(password(NEW)),
        is_superuser: true,
        is_verified: true,
        ..CreateUser::new(email("new@example.com"))
    }
}

fn operator(actor: Actor) -> Operator {
    Operator { actor: Some(actor), client: client(), ..Operator::default() }
}

/// Ann and two superusers, one of whom asked for a mail.
async fn world() -> World {
    let world = World::new().with_user(ANN).await.with_superuser(ROOT).await.with_superuser(OTHER).await;
    world.open_session(ANN).await;
    world.open_session(ROOT).await;
    world.outbox().send_test_mail(world.actor(OTHER), &email(OTHER), &client()).await.unwrap();
    world
}

/// A denial; or what a stranger to an organisation is told, which is no less.
fn is_refusal(class: &Class) -> bool {
    matches!(class.kind, Kind::Denied(_)) || class.code == "organization_not_found"
}

pub(crate) async fn assert_denials<To: Target>(acts: &[Act<To>]) {
    for Act { name, run, .. } in acts {
        let world = world().await;
        let to = To::of(world.user(ROOT), &world).await;
        let (before, events) = (world.store.snapshot(), world.store.audit_events().len());
        let denied = run(world.clone(), world.actor(ANN), to).await.expect_err(name);
        assert!(is_refusal(&denied), "{name}: {denied:?}");
        assert_eq!(world.events(AuditKind::PermissionRefused).len(), 1, "{name}");
        assert_eq!(world.store.audit_events().len(), events + 1, "{name}: an event beside the denial");
        assert!(world.store.snapshot() == before, "{name} is denied, and was done");
    }
}

pub(crate) async fn assert_done<To: Target>(acts: &[Act<To>]) {
    for Act { name, effect, run } in acts {
        let world = world().await;
        let to = To::of(world.user(ANN), &world).await;
        let before = world.store.snapshot();
        assert_eq!(run(world.clone(), world.actor(ROOT), to).await, Ok(()), "{name}");
        assert!(*effect == Effect::Changes || world.store.snapshot() == before, "{name} changes something: say so");
    }
}

/// What makes a superuser one no longer.
#[derive(Debug, Clone, Copy)]
enum Loss {
    Deletion,
    Demotion,
    Deactivation,
    LogOut,
}

impl Loss {
    /// The other superuser sees to it.
    async fn meet(self, root: Actor, world: &World) {
        let other = world.actor(OTHER);
        let update = match self {
            Self::Deletion => return world.users().delete(other, root.user, SoleOwned::Keep, &client()).await.unwrap(),
            Self::LogOut => {
                world.sessions().revoke_all(other, root.user, None, &client()).await.unwrap();
                return;
            }
            Self::Demotion => UpdateUser { is_superuser: Some(false), ..UpdateUser::default() },
            Self::Deactivation => UpdateUser { is_active: Some(false), ..UpdateUser::default() },
        };
        world.users().update(other, NO_SESSION, root.user, update, &client()).await.unwrap();
    }
}

pub(crate) async fn assert_overtaken<To: Target>(acts: &[Act<To>]) {
    for loss in [Loss::Deletion, Loss::Demotion, Loss::Deactivation, Loss::LogOut] {
        for Act { name, run, .. } in acts.iter().filter(|act| act.effect == Effect::Changes) {
            let world = world().await;
            let root = world.actor(ROOT).by(session(&world, &world.user(ROOT)));
            let to = To::of(world.user(ANN), &world).await;
            let lost = Arc::new(Mutex::new(None));
            world.store.meanwhile({
                let (world, lost) = (world.clone(), lost.clone());
                async move {
                    loss.meet(root, &world).await;
                    *lost.lock().await = Some(world.store.snapshot());
                }
            });
            let denied = run(world.clone(), root, to).await.expect_err(name);
            assert!(is_refusal(&denied), "{loss:?}, {name}: {denied:?}");
            assert!(*lost.lock().await == Some(world.store.snapshot()), "{loss:?}, {name}: it was done");
            let failures =
                world.store.audit_events().into_iter().filter(|event| event.outcome == AuditOutcome::Failure);
            let kinds: Vec<AuditKind> = failures.map(|event| event.kind).collect();
            assert_eq!(kinds, [AuditKind::PermissionRefused], "{loss:?}, {name}");
        }
    }
}

/// `users.delete` and all others that take who acts, and where they are: the event of a denial tells it.
fn use_cases() -> BTreeSet<String> {
    let (sources, mut found) = (sources(), BTreeSet::new());
    let fields = sources["application.rs"].lines().filter_map(|line| line.strip_prefix("    pub ")?.strip_suffix(','));
    let services = fields.filter_map(|field| field.split_once(": ")).filter(|(_, service)| *service != "Core");
    let services: BTreeMap<&str, &str> = services.map(|(name, service)| (service, name)).collect();
    let is_owned =
        |service: &&str| sources.values().any(|text| text.contains(&format!("type {service} = OwnedService<")));
    let owned: Vec<&str> = services.iter().filter(|(service, _)| is_owned(service)).map(|(_, name)| *name).collect();
    for block in sources.values().flat_map(|text| text.split("\nimpl").skip(1)) {
        let of_all = block.starts_with("<Row: Owned> OwnedService<Row> {").then_some(&owned[..]);
        let one = block.split_once(" {").and_then(|(service, _)| services.get(service.trim_start()));
        let named = of_all.or_else(|| one.map(std::slice::from_ref)).unwrap_or_default();
        for method in block.split("\n    pub async fn ").skip(1) {
            let (name, rest) = method.split_once('(').expect("arguments");
            let arguments = rest.split(" {\n").next().unwrap_or_default();
            if arguments.contains("Operator") || arguments.contains("Actor") && arguments.contains("&Client") {
                found.extend(named.iter().map(|service| format!("{service}.{name}")));
            }
        }
    }
    found
}

#[test]
fn every_use_case_that_can_deny_is_tried() {
    let (tests, use_cases) = (tests(), use_cases());
    let owned = blocks(&tests, "promised! { ").filter_map(|block| block.split(' ').next());
    let promised = ["read", "look", "update", "delete", "list_of", "list_with_owners"];
    let owned = owned.flat_map(|service| promised.map(|name| format!("{service}.{name}")));
    let rows = blocks(&tests, "acts! {").flat_map(str::lines);
    let calls =
        rows.filter_map(|row| row.trim().split_once(' ').filter(|(effect, _)| ["reads", "changes"].contains(effect)));
    let called = calls.map(|(_, call)| call.split('(').next().unwrap_or_default());
    let told: BTreeSet<String> = called.chain(NEVER_DENIED.iter().copied()).map(str::to_owned).chain(owned).collect();
    let missing: Vec<&String> = use_cases.difference(&told).collect();
    assert!(missing.is_empty(), "{missing:?} may be denied: call them in the `acts!` of a file of tests");
    let odd: Vec<&String> = told.difference(&use_cases).collect();
    assert!(odd.is_empty(), "{odd:?} are told of, and are no use cases that can deny");
}
