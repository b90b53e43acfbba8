//! The collections of a store.

use super::{
    AuditRepository, ItemRepository, KnownClientRepository, OneTimeTokenRepository, OutboxRepository,
    SessionRepository, UserRepository, WorkerRepository,
};

/// The one list of all repositories. `declare` makes [`Repositories`] and [`REPOSITORIES`] of it; `forward` implements that trait
/// for something that stands around another one, and answers for one repository by itself; `mock` makes a unit of work of mocks.
///
/// A type that implements every repository trait, such as a connection, needs none of these: see [`Repositories`].
///
/// ```
/// use ironplate_application::{ports::{ItemRepository, Repositories}, repositories};
///
/// struct OtherItems {
///     items: Box<dyn ItemRepository>,
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
            /// The example resource.
            items: ItemRepository / MockItemRepository,
            /// Log-ins.
            sessions: SessionRepository / MockSessionRepository,
            /// The keys behind mailed links.
            one_time_tokens: OneTimeTokenRepository / MockOneTimeTokenRepository,
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
    ([declare] $($(#[$doc:meta])* $name:ident: $Repository:ident / $Mock:ident,)+) => {
        /// The collections of a store.
        ///
        /// A type that implements every repository trait implements this as well, and answers with itself. A store that has one
        /// struct for each repository implements it by hand.
        pub trait Repositories: Send {
            $($(#[$doc])* fn $name(&mut self) -> &mut dyn $Repository;)+
        }

        /// The names of all collections, for tests that must not pass one by.
        pub const REPOSITORIES: &[&str] = &[$(stringify!($name)),+];

        impl<Handle: $($Repository +)+> Repositories for Handle {
            $(fn $name(&mut self) -> &mut dyn $Repository {
                self
            })+
        }
    };
    (
        [forward $Around:ty: |$this:ident| $inner:expr, but $own:ident => $answer:expr]
        $($(#[$doc:meta])* $name:ident: $Repository:ident / $Mock:ident,)+
    ) => {
        impl $crate::ports::Repositories for $Around {
            $(fn $name(&mut self) -> &mut dyn $crate::ports::$Repository {
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
        $($(#[$doc:meta])* $name:ident: $Repository:ident / $Mock:ident,)+
    ) => {
        $(#[$attribute])*
        #[derive(Default)]
        pub struct $Unit {
            $($(#[$doc])* pub $name: $crate::ports::$Mock,)+
            $(#[$own_doc])*
            pub $own: $Own,
        }

        impl $crate::ports::Repositories for $Unit {
            $(fn $name(&mut self) -> &mut dyn $crate::ports::$Repository {
                &mut self.$name
            })+
        }
    };
}

repositories! { declare }
