#![doc = include_str!("../README.md")]

mod addresses;
mod bodies;
mod client;
mod client_rate_limiter;
mod closing;
mod cookie;
mod credential;
mod head;
mod host;
mod log;
mod navigation;
mod origin;
mod passkeys;
mod qr_code;
pub mod request_id;
mod stage;
mod status;
mod trace_context;
mod transport;

pub use addresses::{Address, mount};
pub use bodies::{Bodies, BodyBudgetExceeded, BodyFault, MAX_BODY_BYTES, ReceivedBody};
pub use client::{address, client};
pub use client_rate_limiter::{ClientRateLimiter, TellByPage};
pub use closing::{Answered, close_connections, head_bytes};
pub use cookie::{Cookie, Cookies};
pub use credential::credential;
pub use head::RequestHead;
pub use host::{Failed, Host, Network};
pub use log::{NoNews, Reason, log, method, note_route, route};
pub use navigation::{is_of_the_api, wants_a_page};
pub use origin::{CrossSite, CrossSiteReason, asked_host, from_no_other_site, from_our_page};
pub use passkeys::{
    MAX_BASE64URL, UnreadableCredential, base64url, creation_options, parse_assertion, parse_registration,
    request_options,
};
pub use qr_code::qr_code;
pub use stage::Stage;
pub use status::status_of;
pub use transport::is_over_tls;
