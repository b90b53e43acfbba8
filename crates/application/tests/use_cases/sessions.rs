//! Logging in, being recognised, logging out.

mod authenticating;
mod limiting;
mod logging_in;
mod logging_out;
mod meanwhile;
mod overseeing;
mod refreshing;
mod strengthening;
