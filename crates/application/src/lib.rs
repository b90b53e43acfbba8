#![doc = include_str!("../README.md")]

mod access;
pub mod accounts;
mod application;
pub mod audit;
mod clock_skew;
mod core;
mod erasure;
mod fault;
mod housekeeping;
pub mod imports;
pub mod invitations;
pub mod items;
pub mod limits;
mod mailer;
mod new_passwords;
mod operator;
pub mod organizations;
pub mod outbox;
pub mod overview;
mod owned;
mod policy;
pub mod ports;
pub mod recovery;
mod room;
pub mod second_factors;
pub mod sessions;
pub mod system;
mod unclaimed;
pub mod users;
pub mod verification;

pub use access::{Denied, Refused, Stranger, Unproved};
pub use application::Application;
pub use clock_skew::ClockSkew;
pub use core::{Core, Ports};
pub use fault::{Class, Fault, Kind, logged, with_causes};
pub use housekeeping::{Housekeeping, Pruned};
pub use mailer::Links;
pub use new_passwords::NewPasswordError;
pub use operator::Operator;
pub use owned::{Missing, Owned, OwnedDetails, OwnedPage, OwnedService, OwnerName};
pub use policy::{
    DeliveryPolicy, OrganizationCreation, OrganizationPolicy, Policy, RegistrationMode, SecondFactorPolicy,
    SessionPolicy, TokenLifetimes,
};
