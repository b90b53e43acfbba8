//! Passkeys: added, checked, renamed and removed.

mod check;
mod register;
mod remove;
mod rename;
mod request;

pub(crate) use check::SignedPasskey;
pub use register::{AddPasskeyError, AddedPasskey, NewPasskey};
pub use remove::RemovePasskeyError;
pub use rename::RenamePasskeyError;
pub use request::{KnownPasskey, PasskeyCreation, PasskeyRequest};
