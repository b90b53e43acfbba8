//! What happens around every request, besides its log line.

mod cors;
mod crowd;

pub(crate) use cors::cors;
pub(crate) use crowd::crowd;
