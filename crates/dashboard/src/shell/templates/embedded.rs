//! The files of `templates/pages/dashboard/`, inside the binary: `build.rs` lists them.

/// Name and content of each.
pub(super) const FILES: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/templates.rs"));
