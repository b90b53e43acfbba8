//! The program from outside: one process a command, on one folder.
#![expect(clippy::expect_used, reason = "a test stops at the first surprise")]

use std::{
    io::Write,
    path::Path,
    process::{Command, Stdio},
};

/// What a run said on standard output, or on standard error if it failed.
fn items(folder: &Path, arguments: &[&str], input: &str) -> Result<String, String> {
    let program = Command::new(env!("CARGO_BIN_EXE_items"))
        .arg("--folder")
        .arg(folder)
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn();
    let mut program = program.expect("the program started");
    // Whoever asks for no password may be gone already.
    let _ = program.stdin.take().expect("its standard input").write_all(input.as_bytes());
    let output = program.wait_with_output().expect("its end");
    let text = |bytes| String::from_utf8(bytes).expect("text");
    if output.status.success() { Ok(text(output.stdout)) } else { Err(text(output.stderr)) }
}

const PASSWORD: &str = "eight pelicans on a pier";

#[test]
fn people_sign_up_log_in_and_see_their_own_items() {
    let folder = tempfile::tempdir().expect("a folder");
    let items = |arguments: &[&str], input: &str| items(folder.path(), arguments, input);

    assert_eq!(items(&["list"], ""), Err("Nobody is logged in: items log-in EMAIL\n".to_owned()));
    items(&["sign-up", "ann@example.com"], PASSWORD).expect("an account");
    items(&["log-in", "ann@example.com"], PASSWORD).expect("a session");
    items(&["add", "Buy milk"], "").expect("an item");
    items(&["add", "Feed the cat"], "").expect("another");
    assert_eq!(items(&["list"], "").as_deref(), Ok("Feed the cat\nBuy milk\n"));

    items(&["sign-up", "bob@example.com"], PASSWORD).expect("another account");
    items(&["log-in", "bob@example.com"], PASSWORD).expect("another session");
    assert_eq!(items(&["list"], "").as_deref(), Ok(""));
}

#[test]
fn what_a_use_case_refuses_is_told_in_its_words() {
    let folder = tempfile::tempdir().expect("a folder");
    let items = |arguments: &[&str], input: &str| items(folder.path(), arguments, input).expect_err("a refusal");

    let weak = "It is one of the most used passwords. Choose something that nobody else would.\n";
    assert_eq!(items(&["sign-up", "ann@example.com"], "password1"), weak);
    assert_eq!(items(&["log-in", "ann@example.com"], PASSWORD), "Incorrect email or password\n");
    assert!(items(&["sign-up", "ann@"], PASSWORD).contains("invalid value 'ann@'"));
}
