//! The page on security has the catalogue of audit events that the code has.

use std::{fs, path::Path};

use ironplate_domain::AuditKind;

#[test]
fn the_catalogue_of_events_is_the_current_one() {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/SECURITY.md");
    let page = fs::read_to_string(page).expect("docs/SECURITY.md");
    let table: Vec<&str> = page.lines().skip_while(|line| *line != "| Kind | What happened |").skip(2).collect();
    let rows: Vec<&str> = table.into_iter().take_while(|line| line.starts_with('|')).collect();
    let expected: Vec<String> =
        AuditKind::ALL.iter().map(|kind| format!("| `{}` | {} |", kind.name(), kind.description())).collect();
    assert_eq!(rows, expected, "run `cargo run -- audit catalogue` and put its table into docs/SECURITY.md");
}
