//! Words on standard output.

use std::{
    fmt::Display,
    io::{Write, stdout},
};

/// Writes a line. A reader that has seen enough closes the pipe, which is no failure.
pub(crate) fn say(text: impl Display) {
    let _ = writeln!(stdout(), "{text}");
}
