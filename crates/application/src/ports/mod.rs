//! The traits through which use cases reach the world. All are object-safe.

mod access_tokens;
mod audit;
mod clock;
mod items;
mod known_clients;
mod mail;
mod mailbox;
mod one_time_tokens;
mod outbox;
mod paging;
mod password_hasher;
mod password_strength;
mod rate_limiter;
mod secrets;
mod sessions;
mod store;
mod token_sealer;
mod users;
mod workers;

pub use access_tokens::{AccessClaims, AccessTokens, InvalidToken};
pub use audit::{AuditCursor, AuditFilter, AuditOrder, AuditPage, AuditRepository, AuditRequest, DayCount};
pub use clock::{CLOCKS_APART, Clock};
pub use items::{ItemOrder, ItemRepository};
pub use known_clients::{DeviceSeen, Familiarity, KnownClientRepository};
pub use mail::{MailRenderer, MailTransport, OutgoingMail, RenderError, RenderedMail, SendError, TemplateContext};
pub use mailbox::{KeptMail, Mailbox};
pub use one_time_tokens::OneTimeTokenRepository;
pub use outbox::{Claim, Lane, MessageOrder, OutboxRepository, OutboxStatistics};
pub use paging::{Cursor, ListOrder, Page, PageRequest, SortKey};
pub use password_hasher::{HashingError, PasswordHasher, Verdict};
pub use password_strength::{ObviousWords, PasswordStrength, Weakness};
pub use rate_limiter::{Bucket, Decision, Quota, RateLimiter};
pub use secrets::Secrets;
pub use sessions::{SessionHolder, SessionRepository};
pub use store::{
    BoxError, Constraint, DatabaseFacts, Health, Migration, Repositories, Storage, Store, StoreError, StoreResult,
    UnitOfWork,
};
pub use token_sealer::{TokenSealer, Unsealable};
pub use users::{UserFilter, UserOrder, UserRepository, UserState};
pub use workers::WorkerRepository;

#[cfg(feature = "mocks")]
pub use {
    access_tokens::MockAccessTokens, audit::MockAuditRepository, clock::MockClock, items::MockItemRepository,
    known_clients::MockKnownClientRepository, mail::MockMailRenderer, mail::MockMailTransport,
    one_time_tokens::MockOneTimeTokenRepository, outbox::MockOutboxRepository, password_hasher::MockPasswordHasher,
    password_strength::MockPasswordStrength, rate_limiter::MockRateLimiter, secrets::MockSecrets,
    sessions::MockSessionRepository, token_sealer::MockTokenSealer, users::MockUserRepository,
    workers::MockWorkerRepository,
};
