//! A whole application over fakes.

mod builder;
mod look;

use std::sync::Arc;

use ironplate_application::{
    Application,
    accounts::Accounts,
    items::Items,
    ports::{AccessTokens, Clock, Secrets, Store},
    sessions::Sessions,
    users::Users,
};
use ironplate_domain::{Item, ItemId, Session, SessionId, User, UserId};

pub use builder::{UserBuilder, user};

use crate::{FakeHasher, FakeStore, FakeTokens, FixedClock, SeededSecrets, samples};

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
        }
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

    /// With an item of the user of this address.
    pub async fn with_item(self, owner: &str, title: &str) -> Self {
        let id = ItemId(self.secrets.id());
        let (owner, title) = (self.user(owner).id, samples::title(title));
        self.add_item(&Item { id, owner, title, description: None, created_at: self.clock.now() }).await;
        self
    }

    /// A live session of the user of this address, as logging in leaves it.
    pub async fn open_session(&self, email: &str) -> Session {
        let now = self.clock.now();
        let expires_at = now.after(self.tokens.lifetime());
        let (id, user) = (SessionId(self.secrets.id()), self.user(email).id);
        let session = Session { id, user, created_at: now, expires_at, revoked_at: None };
        let mut work = self.store.begin().await.expect("a unit of work");
        work.sessions().insert(&session).await.expect("a new session");
        work.commit().await.expect("a commit");
        session
    }

    async fn add_user(&self, user: &User) {
        let mut work = self.store.begin().await.expect("a unit of work");
        work.users().insert(user).await.expect("a new user");
        work.commit().await.expect("a commit");
    }

    async fn add_item(&self, item: &Item) {
        let mut work = self.store.begin().await.expect("a unit of work");
        work.items().insert(item).await.expect("a new item");
        work.commit().await.expect("a commit");
    }

    /// The service of one's own account.
    #[must_use]
    pub fn accounts(&self) -> Accounts {
        Accounts {
            store: Arc::new(self.store.clone()),
            hasher: self.hasher.clone(),
            clock: self.clock.clone(),
            secrets: self.secrets.clone(),
        }
    }

    /// The service of sessions.
    #[must_use]
    pub fn sessions(&self) -> Sessions {
        Sessions {
            store: Arc::new(self.store.clone()),
            hasher: self.hasher.clone(),
            tokens: Arc::new(self.tokens),
            clock: self.clock.clone(),
            secrets: self.secrets.clone(),
        }
    }

    /// The service of all accounts.
    #[must_use]
    pub fn users(&self) -> Users {
        Users {
            store: Arc::new(self.store.clone()),
            hasher: self.hasher.clone(),
            clock: self.clock.clone(),
            secrets: self.secrets.clone(),
        }
    }

    /// The service of items.
    #[must_use]
    pub fn items(&self) -> Items {
        Items { store: Arc::new(self.store.clone()), clock: self.clock.clone(), secrets: self.secrets.clone() }
    }

    /// All services.
    #[must_use]
    pub fn application(&self) -> Application {
        Application { accounts: self.accounts(), sessions: self.sessions(), users: self.users(), items: self.items() }
    }
}
