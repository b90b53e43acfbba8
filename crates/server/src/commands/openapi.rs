//! `ironplate openapi`.

use std::io::{Write, stdout};

use crate::config::Config;

pub(super) fn run(config: &Config) {
    let document = ironplate_http::document(&config.project.name);
    // A reader that has seen enough closes the pipe; that is no failure.
    let _ = writeln!(stdout(), "{document}");
}
