//! The API over the fake store: the contract's tables, row by row.

mod api;
mod authentication;
mod checks;
mod cors;
mod errors;
mod lists;
mod openapi;
mod request_ids;
mod routing;
mod users;
mod validation;
