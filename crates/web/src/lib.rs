#![doc = include_str!("../README.md")]

mod bodies;
mod client;
mod client_rate_limiter;
mod cookie;
mod credential;
mod host;
mod letting_go;
mod log;
mod navigation;
mod origin;
pub mod request_id;
mod stage;
mod status;

pub use bodies::{Bodies, BodyFault, NoRoom};
pub use client::{address, client};
pub use client_rate_limiter::{ClientRateLimiter, TellByPage};
pub use cookie::SessionCookie;
pub use credential::credential;
pub use host::{Failed, Host, Network};
pub use letting_go::{Answered, head_bytes, let_go};
pub use log::log;
pub use navigation::{is_of_the_api, wants_a_page};
pub use origin::{CrossSite, Doubt, asked_host, from_no_other_site, from_our_page};
pub use stage::Stage;
pub use status::status_of;
