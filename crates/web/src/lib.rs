#![doc = include_str!("../README.md")]

mod client;
mod cookie;
mod credential;
mod crowd;
mod draining;
mod host;
mod log;
mod origin;
pub mod request_id;

pub use client::{address, client};
pub use cookie::{CookieScope, SessionCookie};
pub use credential::{CrossSite, credential};
pub use crowd::{Crowd, TellByPage};
pub use draining::Draining;
pub use host::{Failed, Host, Network};
pub use log::log;
pub use origin::{is_foreign, is_ours};
