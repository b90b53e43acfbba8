//! What happens around every request, besides its log line.

mod cache_control;
mod client_rate_limiter;
mod cors;
mod head;

pub(crate) use cache_control::cache_control;
pub(crate) use client_rate_limiter::limit_client;
pub(crate) use cors::cors;
pub(crate) use head::head;
