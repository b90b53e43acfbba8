//! Logging in, being recognised, logging out.

mod authenticating;
mod logging_in;
mod logging_out;
mod meanwhile;
mod strengthening;
