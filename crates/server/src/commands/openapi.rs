//! `ironplate openapi`.

use std::io::{Write, stdout};

use crate::config::Project;

pub(super) fn run(project: &Project) {
    let document = ironplate_http::document(&project.name);
    // A reader that has seen enough closes the pipe; that is no failure.
    let _ = writeln!(stdout(), "{document}");
}
