//! A statement is named by its table and the call that makes it, whoever copied it from where.

use std::{fs, path::Path};

/// Of each line of a file in `shared/`: the function it is in, and the name on it.
fn names(source: &str) -> Vec<(&str, &str)> {
    let mut function = "";
    let mut names = Vec::new();
    for line in source.lines() {
        if let Some((_, rest)) = line.split_once(" fn ") {
            function = rest.split(['(', '<']).next().unwrap_or_default();
        }
        let quoted = line.split('"').skip(1).step_by(2);
        let is_name =
            |text: &str| text.contains('.') && text.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'_' | b'.'));
        names.extend(quoted.filter(|text| is_name(text)).map(|name| (function, name)));
    }
    names
}

#[test]
fn a_statement_is_named_by_its_table_and_its_call() {
    let shared = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/shared");
    let mut count = 0;
    for table in [
        "audit_events",
        "authenticator_apps",
        "challenges",
        "invitations",
        "known_clients",
        "memberships",
        "one_time_tokens",
        "organizations",
        "outbox",
        "passkeys",
        "rate_limits",
        "recovery_codes",
        "sessions",
        "trusted_devices",
        "users",
        "workers",
    ] {
        let file = shared.join(format!("{table}.rs"));
        let file = if file.exists() { file } else { shared.join(table).join("mod.rs") };
        let source = fs::read_to_string(file).unwrap();
        for (call, name) in names(&source) {
            let expected = format!("{table}.{call}");
            let is_good = name.strip_prefix(&expected).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'));
            assert!(
                is_good,
                "call `{name}` in `{call}` `{expected}`, or `{expected}.what_it_does` if it makes several"
            );
            count += 1;
        }
    }
    assert!(count > 60, "only {count} were found");
}
