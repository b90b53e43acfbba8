//! The traits through which use cases reach the world. All are object-safe.
//!
//! Every module shows all of what is public in it, mocks included.

mod access_tokens;
mod audit;
mod authenticator_apps;
mod challenges;
mod clock;
mod invitations;
mod known_clients;
mod mail;
mod mailbox;
mod memberships;
#[cfg(feature = "mocks")]
mod mocks;
mod one_time_tokens;
mod organizations;
mod outbox;
mod owned;
mod paging;
mod passkey_verifier;
mod passkeys;
mod password_hasher;
mod password_strength;
mod rate_limiter;
mod recovery_codes;
mod repositories;
mod secret_sealer;
mod secrets;
mod sessions;
mod store;
mod token_sealer;
mod trusted_devices;
mod users;
mod workers;

pub use access_tokens::*;
pub use audit::*;
pub use authenticator_apps::*;
pub use challenges::*;
pub use clock::*;
pub use invitations::*;
pub use known_clients::*;
pub use mail::*;
pub use mailbox::*;
pub use memberships::*;
#[cfg(feature = "mocks")]
pub use mocks::*;
pub use one_time_tokens::*;
pub use organizations::*;
pub use outbox::*;
pub use owned::*;
pub use paging::*;
pub use passkey_verifier::*;
pub use passkeys::*;
pub use password_hasher::*;
pub use password_strength::*;
pub use rate_limiter::*;
pub use recovery_codes::*;
pub use repositories::*;
pub use secret_sealer::*;
pub use secrets::*;
pub use sessions::*;
pub use store::*;
pub use token_sealer::*;
pub use trusted_devices::*;
pub use users::*;
pub use workers::*;
