//! A mail server for the product to talk to: it does what a test tells it, good or bad, and keeps what it was given.

mod behaviour;
mod conversation;
mod mail;
mod records;
mod server;

pub use behaviour::{Behaviour, Stage};
pub use mail::ReceivedMail;
pub use server::SmtpServer;
