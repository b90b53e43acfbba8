//! Words of commands: what was asked for on standard output, what else there is to say on standard error.

use std::{
    fmt::Display,
    io::{Write, stderr, stdout},
};

/// Writes a line. A reader that has seen enough closes the pipe, which is no failure.
pub(crate) fn say(text: impl Display) {
    let _ = writeln!(stdout(), "{text}");
}

/// Writes a line beside what was asked for.
pub(crate) fn remark(text: impl Display) {
    let _ = writeln!(stderr(), "{text}");
}
