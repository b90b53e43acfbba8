//! What happens around every request.

mod cors;
mod log;
pub(crate) mod request_id;

pub(crate) use cors::cors;
pub(crate) use log::log;
