//! Files are written when all of them can be: whatever rustfmt can't read is told before.

use std::path::Path;

use super::render::{formatted, is_rust};
use crate::{
    failure::{Failure, Outcome},
    tree,
};

/// Writes these texts, by path, as `cargo fmt` leaves them.
pub(super) fn write<'a>(root: &Path, texts: impl IntoIterator<Item = (&'a String, &'a String)>) -> Outcome<()> {
    let as_written = |(path, text): (&'a String, &'a String)| {
        if !is_rust(path) {
            return Ok((path, text.clone()));
        }
        let text = formatted(text).map_err(|Failure(told)| Failure(format!("{path}: {told}")))?;
        Ok((path, text))
    };
    let texts = texts.into_iter().map(as_written).collect::<Outcome<Vec<_>>>()?;
    texts.iter().try_for_each(|(path, text)| tree::write(root, path, text))
}
