//! What happens around every request, besides its log line.

mod client_rate_limiter;
mod cors;
mod head;
mod keeping;

pub(crate) use client_rate_limiter::limit_client;
pub(crate) use cors::cors;
pub(crate) use head::head;
pub(crate) use keeping::keeping;
