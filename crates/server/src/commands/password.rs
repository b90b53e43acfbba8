//! Passwords that people type.

use std::io::{IsTerminal, Read, stdin};

use ironplate_domain::Password;

use crate::{failure::Failure, terminal::say};

/// Asks for a password, or reads it from standard input.
pub(super) fn obtain(from_input: bool) -> Result<Password, Failure> {
    if from_input { read() } else { ask() }
}

pub(super) fn ask() -> Result<Password, Failure> {
    if !stdin().is_terminal() {
        return Err(Failure("Nobody is there to ask: give the password with --password-stdin.".to_owned()));
    }
    let prompt = |text: &str| rpassword::prompt_password(text).map_err(|error| Failure(error.to_string()));
    loop {
        let first = prompt("Password: ")?;
        match Password::parse(&first) {
            Err(error) => say(format_args!("Please choose another: {error}.")),
            Ok(password) if prompt("Once more: ")? == first => return Ok(password),
            Ok(_) => say("The two differ. Please try again."),
        }
    }
}

/// The one line of standard input, without its end.
fn read() -> Result<Password, Failure> {
    let mut text = String::new();
    let read = stdin().take(4_096).read_to_string(&mut text);
    read.map_err(|error| Failure::because("The password could not be read from standard input", &error))?;
    let text = text.strip_suffix('\n').unwrap_or(&text);
    let text = text.strip_suffix('\r').unwrap_or(text);
    if text.contains('\n') {
        return Err(Failure("Standard input has more than one line; the password must be its only one.".to_owned()));
    }
    Password::parse(text).map_err(|error| Failure(format!("The password can't be used: {error}.")))
}
