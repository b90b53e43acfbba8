#![doc = include_str!("../README.md")]

mod clock;
pub mod contract;
mod hasher;
mod mail;
pub mod paging;
mod passkeys;
pub mod samples;
mod sealer;
mod secrets;
mod store;
mod strength;
mod tokens;
mod world;
mod worlds;

pub use clock::FixedClock;
pub use hasher::{FakeHasher, HasherCalls};
pub use mail::{FakeRenderer, FakeTransport, link_in, secret_in};
pub use passkeys::{FakePasskey, FakePasskeyVerifier, relying_party};
pub use sealer::{FakeSecretSealer, FakeTokenSealer};
pub use secrets::SeededSecrets;
pub use store::{FakeStore, Snapshot};
pub use strength::FakeStrength;
pub use tokens::FakeTokens;
pub use world::{UserBuilder, World, user};
pub use worlds::RandomWorld;
