//! A whole application over fakes.

mod builder;
mod items;
mod look;
mod organizations;
mod rows;
mod second_factors;

use std::{sync::Arc, time::Duration};

use ironplate_application::{
    Application, Core, DeliveryPolicy, Housekeeping, Links, Policy, Ports, RegistrationMode,
    accounts::Accounts,
    audit::Audit,
    limits::{Limit, Limits},
    outbox::{Delivery, Outbox},
    ports::{Clock, Lane, OutgoingMail, Quota, Secrets, Store},
    recovery::Recovery,
    sessions::Sessions,
    users::Users,
    verification::Verification,
};
use ironplate_domain::{AuditEvent, AuditKind, MailTemplate, Session, SessionId, User, UserId};

pub use builder::{UserBuilder, user};

use crate::{
    FakeHasher, FakePasskeyVerifier, FakeRenderer, FakeSecretSealer, FakeStore, FakeStrength, FakeTokenSealer,
    FakeTokens, FakeTransport, FixedClock, SeededSecrets, relying_party, samples,
};

/// Everything a use case needs, and everything a test wants to turn or to see. Clones are the same world.
#[derive(Clone)]
pub struct World {
    /// Where everything is kept.
    pub store: FakeStore,
    /// What time it is.
    pub clock: Arc<FixedClock>,
    /// Which ids come next.
    pub secrets: Arc<SeededSecrets>,
    /// How passwords are hashed.
    pub hasher: Arc<FakeHasher>,
    /// How access tokens are written.
    pub tokens: FakeTokens,
    /// Where mail goes.
    pub transport: Arc<FakeTransport>,
    /// What the operator decided.
    pub policy: Policy,
}

impl Default for World {
    fn default() -> Self {
        Self::new()
    }
}

impl World {
    /// A world without anybody in it.
    #[must_use]
    pub fn new() -> Self {
        Self {
            store: FakeStore::new(),
            clock: Arc::default(),
            secrets: Arc::new(SeededSecrets::new(1)),
            hasher: Arc::default(),
            tokens: FakeTokens::default(),
            transport: Arc::default(),
            policy: Policy {
                links: Links {
                    frontend_host: "https://app.example.com".to_owned(),
                    dashboard_host: "https://app.example.com".to_owned(),
                    client_pages: Vec::new(),
                },
                relying_party: Some(relying_party()),
                delivery: DeliveryPolicy { max_attempts: 3, ..DeliveryPolicy::default() },
                limits: Limits::OFF,
                ..Policy::default()
            },
        }
    }

    /// Whose operator decided this about new accounts.
    #[must_use]
    pub fn registering(mut self, mode: RegistrationMode) -> Self {
        self.policy.registration = mode;
        self
    }

    /// Whose operator switched mail off.
    #[must_use]
    pub fn without_mail(mut self) -> Self {
        self.policy.sends_mail = false;
        self
    }

    /// Where new addresses have to be confirmed.
    #[must_use]
    pub fn confirming_new_addresses(mut self) -> Self {
        self.policy.confirm_email_change = true;
        self
    }

    /// With so many permits for this, which come back over a day; without, nothing is limited.
    #[must_use]
    pub fn limiting(mut self, limit: Limit, permits: u32) -> Self {
        self.policy.limits.0.insert(limit, Quota { permits, period: Duration::from_hours(24) });
        self
    }

    /// With an active user whose password is [`samples::PASSWORD`].
    pub async fn with_user(self, email: &str) -> Self {
        self.with(user(email)).await
    }

    /// With an active superuser whose password is [`samples::PASSWORD`].
    pub async fn with_superuser(self, email: &str) -> Self {
        self.with(user(email).superuser()).await
    }

    /// With this user.
    pub async fn with(self, user: UserBuilder) -> Self {
        let user = user.build(UserId(self.secrets.id()), self.clock.now(), &self.hasher);
        self.add_user(&user).await;
        self
    }

    /// A live session of the user of this address, as logging in leaves it.
    pub async fn open_session(&self, email: &str) -> Session {
        let now = self.clock.now();
        let (id, user) = (SessionId(self.secrets.id()), self.user(email).id);
        let spans = self.policy.sessions.spans;
        let (expires_at, ends_at) = (now.after(spans.idle), now.after(spans.absolute));
        let session = Session { expires_at, ends_at, ..samples::session(id, user, now) };
        let mut work = self.store.begin().await.expect("a unit of work");
        work.sessions().insert(&session, &samples::session_digests(&session)).await.expect("a new session");
        work.commit().await.expect("a commit");
        session
    }

    async fn add_user(&self, user: &User) {
        let mut work = self.store.begin().await.expect("a unit of work");
        work.users().insert(user).await.expect("a new user");
        work.commit().await.expect("a commit");
    }

    /// Does what a worker does until nothing is due, and answers what was sent meanwhile, oldest first.
    pub async fn deliver_mail(&self) -> Vec<OutgoingMail> {
        let before = self.transport.sent().len();
        while !self.claim_and_deliver().await.is_empty() {}
        self.transport.sent().split_off(before)
    }

    /// Claims what is due, once, and answers what became of each message.
    pub async fn claim_and_deliver(&self) -> Vec<Delivery> {
        let outbox = self.outbox();
        let (mut prepared, mut outcomes) = (Vec::new(), Vec::new());
        for message in outbox.claim(10, &Lane::ALL, &[]).await.expect("what is due") {
            prepared.push(outbox.prepare(message).await);
        }
        for prepared in prepared {
            let sending = outbox.send(prepared).await;
            outcomes.push(outbox.record(&sending).await.expect("an outcome"));
        }
        outcomes
    }

    /// The newest mail of this template that was sent to this address, after everything due was sent.
    pub async fn mail(&self, template: MailTemplate, to: &str) -> OutgoingMail {
        self.deliver_mail().await;
        let to = samples::email(to);
        let found =
            self.transport.sent().into_iter().rfind(|mail| mail.content.subject == template.name() && mail.to == to);
        found.unwrap_or_else(|| panic!("no {} was sent to {to}", template.name()))
    }

    /// The adapters.
    #[must_use]
    pub fn ports(&self) -> Ports {
        Ports {
            store: Arc::new(self.store.clone()),
            limiter: Arc::new(self.store.clone()),
            hasher: self.hasher.clone(),
            strength: Arc::new(FakeStrength),
            tokens: Arc::new(self.tokens),
            passkey_verifier: Arc::new(FakePasskeyVerifier),
            clock: self.clock.clone(),
            secrets: self.secrets.clone(),
            sealer: Arc::new(FakeTokenSealer),
            secret_sealer: Arc::new(FakeSecretSealer::default()),
            renderer: Arc::new(FakeRenderer),
            transport: self.transport.clone(),
        }
    }

    /// What a service is built from, to be over other adapters than [this world's](Self::ports).
    #[must_use]
    pub fn core(&self, ports: &Ports) -> Core {
        Core::new(ports, &Arc::new(self.policy.clone()))
    }

    /// All services.
    #[must_use]
    pub fn application(&self) -> Application {
        Application::new(&self.ports(), &Arc::new(self.policy.clone()))
    }

    /// The service of one's own account.
    #[must_use]
    pub fn accounts(&self) -> Accounts {
        self.application().accounts
    }

    /// The service of sessions.
    #[must_use]
    pub fn sessions(&self) -> Sessions {
        self.application().sessions
    }

    /// The service of forgotten passwords.
    #[must_use]
    pub fn recovery(&self) -> Recovery {
        self.application().recovery
    }

    /// The service of addresses to be proved.
    #[must_use]
    pub fn verification(&self) -> Verification {
        self.application().verification
    }

    /// The service of all accounts.
    #[must_use]
    pub fn users(&self) -> Users {
        self.application().users
    }

    /// The service that removes what is over.
    #[must_use]
    pub fn housekeeping(&self) -> Housekeeping {
        self.application().housekeeping
    }

    /// The service of the audit log.
    #[must_use]
    pub fn audit(&self) -> Audit {
        self.application().audit
    }

    /// The audit events of this kind, by id.
    #[must_use]
    pub fn events(&self, kind: AuditKind) -> Vec<AuditEvent> {
        self.store.audit_events().into_iter().filter(|event| event.kind == kind).collect()
    }

    /// The service of the outbox.
    #[must_use]
    pub fn outbox(&self) -> Outbox {
        self.application().outbox
    }
}
