//! Logging in, being recognised, logging out.

mod authenticating;
mod by_passkey;
mod confirming;
mod enrolling;
mod limiting;
mod logging_in;
mod logging_out;
mod meanwhile;
mod overseeing;
mod refreshing;
mod second_factor;
mod strengthening;
mod trusting;
