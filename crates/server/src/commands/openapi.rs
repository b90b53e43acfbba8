//! `ironplate openapi`.

use std::io::{Write, stdout};

use super::Failure;
use crate::config::Config;

pub(super) fn run(config: &Config) -> Result<(), Failure> {
    let document = ironplate_http::document(&config.project.name);
    // A reader that has seen enough closes the pipe; that is no failure.
    let _ = writeln!(stdout(), "{document}");
    Ok(())
}
