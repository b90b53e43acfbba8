//! What happens around every request, besides its log line.

mod cors;
mod crowd;
mod head;
mod keeping;

pub(crate) use cors::cors;
pub(crate) use crowd::crowd;
pub(crate) use head::head;
pub(crate) use keeping::keeping;
