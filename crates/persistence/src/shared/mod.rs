//! The tables, one in a file: its columns, its rows, its queries. Compiled inside each database's module, which gives the
//! connection and what differs.
//!
//! All statements run through [`StoreHandle`]: `execute` changes rows, `load`, `optional` and `one` read them. Only there is
//! time limited, a fault translated, and a transaction given up in which a statement failed. Each is named by its table and the
//! repository's call, and by what it does there where a call makes several: `items.list`, `items.list.count`. That is told of it
//! in place of its text.
//!
//! A row by its key is read without a limit: that would be bound, and Diesel prepares such a statement anew on SQLite, every
//! time.

pub(crate) mod audit_events;
mod authenticator_apps;
mod challenges;
pub(crate) mod constraints;
pub(crate) mod handle;
mod invitations;
mod items;
mod known_clients;
mod list;
mod memberships;
mod one_time_tokens;
mod organizations;
mod outbox;
mod owned;
mod passkeys;
mod rate_limits;
mod recovery_codes;
mod rendered;
mod row_counts;
mod sessions;
mod trusted_devices;
mod users;
mod workers;

use ironplate_application::ports::Constraint;

pub(crate) use handle::{HandleOptions, StoreHandle};

constraints::rules! {
    UserEmail: Unique users(email_canonical),
    OrganizationSlug: Unique organizations(slug),
    ItemOwner: ForeignKey items(owner_user_id),
    ItemOwningOrganization: ForeignKey items(owner_organization_id),
    SessionUser: ForeignKey sessions(user_id),
    TokenUser: ForeignKey one_time_tokens(user_id),
    ClientUser: ForeignKey known_clients(user_id),
    AuthenticatorAppUser: ForeignKey authenticator_apps(user_id),
    PasskeyUser: ForeignKey passkeys(user_id),
    PasskeyCredential: Unique passkeys(credential_id),
    RecoveryCodeUser: ForeignKey recovery_codes(user_id),
    TrustedDeviceUser: ForeignKey trusted_devices(user_id),
    ChallengeUser: ForeignKey challenges(user_id) | challenges(session_id),
    MessageUser: ForeignKey outbox(user_id),
}

/// A count as the databases have it.
fn number(count: u32) -> i32 {
    i32::try_from(count).unwrap_or(i32::MAX)
}
