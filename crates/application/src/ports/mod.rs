//! The traits through which use cases reach the world. All are object-safe.

mod access_tokens;
mod clock;
mod items;
mod paging;
mod password_hasher;
mod secrets;
mod sessions;
mod store;
mod users;

pub use access_tokens::{AccessClaims, AccessTokens, InvalidToken};
pub use clock::Clock;
pub use items::{ItemOrder, ItemRepository};
pub use paging::{Cursor, Page, PageRequest, SortKey};
pub use password_hasher::{HashingError, PasswordHasher, Verdict};
pub use secrets::Secrets;
pub use sessions::{SessionHolder, SessionRepository};
pub use store::{BoxError, Constraint, Health, Repositories, Store, StoreError, StoreResult, UnitOfWork};
pub use users::{UserOrder, UserRepository};

#[cfg(feature = "mocks")]
pub use {
    access_tokens::MockAccessTokens, clock::MockClock, items::MockItemRepository, password_hasher::MockPasswordHasher,
    secrets::MockSecrets, sessions::MockSessionRepository, users::MockUserRepository,
};
