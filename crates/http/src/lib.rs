#![doc = include_str!("../README.md")]

mod app;
mod caller;
mod description;
mod encoded_words;
mod endpoints;
mod input;
mod middleware;
mod openapi;
mod problem;
mod routes;
mod schemas;

pub use app::{App, Docs, Settings};
pub use openapi::document;
pub use routes::{service, wrong_method};
pub use schemas::UserPublic;
