//! A store in memory that behaves like a database.

mod audit;
mod authenticator_apps;
mod challenges;
mod data;
mod handle;
mod invitations;
mod known_clients;
mod memberships;
mod one_time_tokens;
mod organizations;
mod outbox;
mod owned;
mod passkeys;
mod rate_limits;
mod recovery_codes;
mod sessions;
mod snapshot;
mod trusted_devices;
mod users;
mod workers;

use std::{
    pin::Pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use async_trait::async_trait;
use ironplate_application::ports::{
    DatabaseFacts, Health, Migration, Repositories, Storage, Store, StoreError, StoreResult, UnitOfWork,
};
use ironplate_domain::{
    AuditEvent, AuthenticatorApp, Message, OneTimeToken, OrganizationId, Passkey, Session, Timestamp, TrustedDevice,
    User, UserId,
};
use tokio::time::timeout;

use data::Data;
use handle::Handle;
use rate_limits::Permits;
pub use snapshot::Snapshot;

/// Whoever waits longer for the unit of work before them waits for themselves.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(10);

/// A store in memory: one unit of work at a time, on a copy that a commit makes everybody's.
///
/// It enforces the constraints, loses a unit of work in which a call failed, and lets read handles only read. Clones
/// share what is stored.
#[derive(Clone, Default)]
pub struct FakeStore(Arc<Shared>);

type Event = Pin<Box<dyn Future<Output = ()> + Send>>;

#[derive(Default)]
struct Shared {
    committed: Mutex<Data>,
    /// Beside the tables: no unit of work holds permits back.
    permits: Mutex<Permits>,
    conditions: Mutex<Conditions>,
    meanwhile: Mutex<Option<Event>>,
    writer: Arc<tokio::sync::Mutex<()>>,
}

#[derive(Clone, Default)]
struct Conditions {
    is_down: bool,
    commits_fail: bool,
    clock: Option<Timestamp>,
    health: Option<Health>,
}

impl FakeStore {
    /// An empty store.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Everybody who is stored, by id.
    #[must_use]
    pub fn users(&self) -> Vec<User> {
        self.committed().users.values().cloned().collect()
    }

    /// Every session that is stored, by id.
    #[must_use]
    pub fn sessions(&self) -> Vec<Session> {
        self.committed().sessions.values().map(|stored| stored.session.clone()).collect()
    }

    /// Every one-time token that is stored, oldest first.
    #[must_use]
    pub fn one_time_tokens(&self) -> Vec<OneTimeToken> {
        self.committed().one_time_tokens.clone()
    }

    /// Whether an organisation asks for a second factor that this user lacks.
    #[must_use]
    pub fn is_barred(&self, user: UserId, organization: OrganizationId) -> bool {
        self.committed().is_barred(user, organization)
    }

    /// Every authenticator app, by id.
    #[must_use]
    pub fn authenticator_apps(&self) -> Vec<AuthenticatorApp> {
        self.committed().authenticator_apps.values().cloned().collect()
    }

    /// Every passkey, by id.
    #[must_use]
    pub fn passkeys(&self) -> Vec<Passkey> {
        self.committed().passkeys.values().cloned().collect()
    }

    /// Every trusted device, by id.
    #[must_use]
    pub fn trusted_devices(&self) -> Vec<TrustedDevice> {
        self.committed().trusted_devices.values().cloned().collect()
    }

    /// Every message in the outbox, by id.
    #[must_use]
    pub fn messages(&self) -> Vec<Message> {
        self.committed().outbox.values().cloned().collect()
    }

    /// Every audit event, by id.
    #[must_use]
    pub fn audit_events(&self) -> Vec<AuditEvent> {
        self.committed().audit.values().cloned().collect()
    }

    /// From here on every call answers [`StoreError::Unavailable`], and the health is [`Health::Unreachable`].
    pub fn go_down(&self) {
        self.conditions().is_down = true;
    }

    /// From here on commits answer [`StoreError::Unavailable`] and take no effect; all else works.
    pub fn fail_commits(&self) {
        self.conditions().commits_fail = true;
    }

    /// Everything works again.
    pub fn come_up(&self) {
        *self.conditions() = Conditions::default();
    }

    /// Lets something happen just before the next unit of work begins: what whoever asks for it has found out is old then.
    pub fn meanwhile(&self, event: impl Future<Output = ()> + Send + 'static) {
        *self.0.meanwhile.lock().unwrap_or_else(PoisonError::into_inner) = Some(Box::pin(event));
    }

    /// What [`Store::health`] answers from here on.
    pub fn set_health(&self, health: Health) {
        self.conditions().health = Some(health);
    }

    /// What [`Store::clock`] answers from here on; before, it has no clock of its own.
    pub fn set_clock(&self, now: Timestamp) {
        self.conditions().clock = Some(now);
    }

    fn committed(&self) -> MutexGuard<'_, Data> {
        self.0.committed.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn permits(&self) -> MutexGuard<'_, Permits> {
        self.0.permits.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn conditions(&self) -> MutexGuard<'_, Conditions> {
        self.0.conditions.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn reach(&self) -> StoreResult<()> {
        if self.conditions().is_down { Err(StoreError::Unavailable("the store is down".into())) } else { Ok(()) }
    }

    fn publish(&self, data: Data) -> StoreResult<()> {
        self.reach()?;
        if self.conditions().commits_fail {
            return Err(StoreError::Unavailable("commits fail".into()));
        }
        *self.committed() = data;
        Ok(())
    }
}

impl Storage for FakeStore {}

#[async_trait]
impl Store for FakeStore {
    async fn read(&self) -> StoreResult<Box<dyn Repositories>> {
        self.reach()?;
        Ok(Box::new(Handle::for_reading(self.clone())))
    }

    async fn begin(&self) -> StoreResult<Box<dyn UnitOfWork>> {
        self.reach()?;
        let event = self.0.meanwhile.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(event) = event {
            event.await;
        }
        let turn = timeout(ACQUIRE_TIMEOUT, Arc::clone(&self.0.writer).lock_owned());
        let turn = turn.await.map_err(|_| StoreError::Unavailable("another unit of work stays open".into()))?;
        Ok(Box::new(Handle::for_writing(self.clone(), turn)))
    }

    async fn health(&self) -> Health {
        let conditions = self.conditions().clone();
        if conditions.is_down {
            Health::Unreachable("it is down".to_owned())
        } else {
            conditions.health.unwrap_or(Health::Ready)
        }
    }

    async fn clock(&self) -> StoreResult<Option<Timestamp>> {
        self.reach()?;
        Ok(self.conditions().clock)
    }

    async fn facts(&self) -> StoreResult<DatabaseFacts> {
        self.reach()?;
        let migrations = vec![Migration { name: "none".to_owned(), is_applied: true, is_known: true }];
        Ok(DatabaseFacts { product: "Memory".to_owned(), migrations, in_the_way: Vec::new() })
    }
}
