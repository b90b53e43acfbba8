//! The collections of a store, and the rules that it keeps.
#![allow(unused_imports, reason = "what of it is used depends on which resources there are")]

use super::{
    AuditRepository, AuthenticatorAppRepository, ChallengeRepository, InvitationRepository, KnownClientRepository,
    MembershipRepository, OneTimeTokenRepository, OrganizationRepository, OutboxRepository, OwnedRepository,
    PasskeyRepository, RecoveryCodeRepository, SessionRepository, TrustedDeviceRepository, UserRepository,
    WorkerRepository,
};

/// A rule that the database enforces and a write broke.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Constraint {
    /// An address belongs to one user, in any spelling.
    UserEmail,
    /// A slug belongs to one organisation, in any spelling.
    OrganizationSlug,
    /// An item of a user belongs to a user that exists.
    ItemOwner,
    /// An item of an organisation belongs to an organisation that exists.
    ItemOwningOrganization,
    /// A session belongs to a user that exists.
    SessionUser,
    /// A one-time token belongs to a user that exists.
    TokenUser,
    /// A known client is that of a user that exists.
    ClientUser,
    /// An authenticator app is that of a user that exists.
    AuthenticatorAppUser,
    /// A passkey is that of a user that exists.
    PasskeyUser,
    /// A credential is that of one passkey.
    PasskeyCredential,
    /// A recovery code is that of a user that exists.
    RecoveryCodeUser,
    /// A trusted device is that of a user that exists.
    TrustedDeviceUser,
    /// A challenge is for a user and a session that exist, or for nobody.
    ChallengeUser,
    /// A message is about a user that exists, or about nobody.
    MessageUser,
}

/// The one list of all repositories. `declare` makes [`Repositories`] and [`REPOSITORIES`] of it; `forward` implements that trait
/// for something that stands around another one, and answers for one repository by itself; `mock` makes a unit of work of mocks;
/// `owned` calls a macro with the names and the rows of all that users own.
///
/// A type that implements every repository trait, such as a connection, needs none of these: see [`Repositories`].
///
/// ```
/// use ironplate_application::{ports::{OwnedRepository, Repositories}, repositories};
/// use ironplate_domain::Item;
///
/// struct OtherItems {
///     items: Box<dyn OwnedRepository<Item>>,
///     all_else: Box<dyn Repositories>,
/// }
///
/// repositories! { forward OtherItems: |this| this.all_else, but items => &mut *this.items }
/// ```
#[macro_export]
macro_rules! repositories {
    ($($what:tt)+) => {
        $crate::__repositories! { [$($what)+]
            /// Accounts.
            users: UserRepository / MockUserRepository,
            /// What several users have in common.
            organizations: OrganizationRepository / MockOrganizationRepository,
            /// Who is in it, as what.
            memberships: MembershipRepository / MockMembershipRepository,
            /// Who may join it.
            invitations: InvitationRepository / MockInvitationRepository,
            /// Items.
            items: OwnedRepository<ironplate_domain::Item> / MockOwnedRepository<ironplate_domain::Item>,
            /// Log-ins.
            sessions: SessionRepository / MockSessionRepository,
            /// The keys behind mailed links.
            one_time_tokens: OneTimeTokenRepository / MockOneTimeTokenRepository,
            /// What shows people the codes of their second factor.
            authenticator_apps: AuthenticatorAppRepository / MockAuthenticatorAppRepository,
            /// The key pairs by which people log in.
            passkeys: PasskeyRepository / MockPasskeyRepository,
            /// What takes a code's place once.
            recovery_codes: RecoveryCodeRepository / MockRecoveryCodeRepository,
            /// The browsers that are not asked for a second factor.
            trusted_devices: TrustedDeviceRepository / MockTrustedDeviceRepository,
            /// What later steps are bound to.
            challenges: ChallengeRepository / MockChallengeRepository,
            /// Mail that is owed.
            outbox: OutboxRepository / MockOutboxRepository,
            /// The clients that accounts are used by.
            known_clients: KnownClientRepository / MockKnownClientRepository,
            /// Who is at work on that mail.
            workers: WorkerRepository / MockWorkerRepository,
            /// What happened.
            audit: AuditRepository / MockAuditRepository,
        }
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __repositories {
    ([declare] $($(#[$doc:meta])* $name:ident: $Repository:ident $(<$Row:path>)? / $Mock:ident $(<$MockRow:path>)?,)+) => {
        /// The collections of a store.
        ///
        /// A type that implements every repository trait implements this as well, and answers with itself. A store that has one
        /// struct for each repository implements it by hand.
        pub trait Repositories: Send {
            $($(#[$doc])* fn $name(&mut self) -> &mut dyn $Repository $(<$Row>)?;)+
        }

        /// The names of all collections, for tests that must not pass one by.
        pub const REPOSITORIES: &[&str] = &[$(stringify!($name)),+];

        impl<Handle: $($Repository $(<$Row>)? +)+> Repositories for Handle {
            $(fn $name(&mut self) -> &mut dyn $Repository $(<$Row>)? {
                self
            })+
        }
    };
    (
        [forward $Around:ty: |$this:ident| $inner:expr, but $own:ident => $answer:expr]
        $($(#[$doc:meta])* $name:ident: $Repository:ident $(<$Row:path>)? / $Mock:ident $(<$MockRow:path>)?,)+
    ) => {
        impl $crate::ports::Repositories for $Around {
            $(fn $name(&mut self) -> &mut dyn $crate::ports::$Repository $(<$Row>)? {
                let $this = self;
                macro_rules! answer {
                    ($own) => { $answer };
                    ($name) => { $inner.$name() };
                }
                answer!($name)
            })+
        }
    };
    (
        [mock $(#[$attribute:meta])* pub struct $Unit:ident { $(#[$own_doc:meta])* $own:ident: $Own:ident }]
        $($(#[$doc:meta])* $name:ident: $Repository:ident $(<$Row:path>)? / $Mock:ident $(<$MockRow:path>)?,)+
    ) => {
        $(#[$attribute])*
        #[derive(Default)]
        pub struct $Unit {
            $($(#[$doc])* pub $name: $crate::ports::$Mock $(<$MockRow>)?,)+
            $(#[$own_doc])*
            pub $own: $Own,
        }

        impl $crate::ports::Repositories for $Unit {
            $(fn $name(&mut self) -> &mut dyn $crate::ports::$Repository $(<$Row>)? {
                &mut self.$name
            })+
        }
    };
    (
        [owned $with:ident]
        $($(#[$doc:meta])* $name:ident: $Repository:ident $(<$Row:path>)? / $Mock:ident $(<$MockRow:path>)?,)+
    ) => {
        $with! { $($($name: $Row,)?)+ }
    };
}

repositories! { declare }
