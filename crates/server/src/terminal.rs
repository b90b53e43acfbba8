//! Words of commands: what was asked for on standard output, what else there is to say on standard error; and the terminal, which
//! is left as it was.

use std::{
    fmt::Display,
    io::{Write, stderr, stdin, stdout},
};

use rustix::termios::{OptionalActions, Termios, tcgetattr, tcsetattr};

/// Writes a line. A reader that has seen enough closes the pipe, which is no failure.
pub(crate) fn say(text: impl Display) {
    let _ = writeln!(stdout(), "{text}");
}

/// Writes a line beside what was asked for.
pub(crate) fn remark(text: impl Display) {
    let _ = writeln!(stderr(), "{text}");
}

/// What a terminal does with what is typed. Whoever asks for a password hides that, and may be ended before the answer.
pub(crate) struct TerminalModes(Option<Termios>);

impl TerminalModes {
    /// None, where standard input is something else.
    pub(crate) fn now() -> Self {
        Self(tcgetattr(stdin()).ok())
    }

    pub(crate) fn restore(&self) {
        if let Some(modes) = &self.0 {
            let _ = tcsetattr(stdin(), OptionalActions::Now, modes);
        }
    }
}
