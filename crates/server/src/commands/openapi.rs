//! `ironplate openapi`.

use crate::{config::Project, terminal::say};

pub(super) fn run(project: &Project) {
    say(ironplate_http::document(&project.name));
}
