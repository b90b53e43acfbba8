//! Conversations with a real SMTP server, and with some that misbehave.
#![cfg(test)]

mod conversations;
mod misbehaviour;
mod refusals;
mod server;
mod world;
