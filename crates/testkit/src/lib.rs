#![doc = include_str!("../README.md")]

mod clock;
pub mod contract;
mod hasher;
pub mod samples;
mod secrets;
mod store;
mod tokens;
mod world;

pub use clock::FixedClock;
pub use hasher::{FakeHasher, HasherCalls};
pub use secrets::SeededSecrets;
pub use store::FakeStore;
pub use tokens::FakeTokens;
pub use world::{UserBuilder, World, user};
