//! `Cargo.lock` in the order in which cargo keeps it: another one is a changed file to `--locked`.

/// The packages by name, and their dependencies, too.
pub(super) fn sorted(text: &str) -> String {
    const PACKAGE: &str = "[[package]]\n";
    let mut parts = text.split(PACKAGE);
    let head = parts.next().unwrap_or_default();
    let mut packages: Vec<String> = parts.map(|part| with_sorted_lists(part.trim_end())).collect();
    packages.sort_by(|one, other| name(one).cmp(name(other)));
    let packages = packages.iter().map(|package| format!("{PACKAGE}{package}\n")).collect::<Vec<_>>();
    format!("{head}{}", packages.join("\n"))
}

/// Versions of one package are in their order already, and stay so.
fn name(package: &str) -> &str {
    package.lines().next().unwrap_or_default()
}

fn with_sorted_lists(package: &str) -> String {
    let is_entry = |line: &str| line.starts_with(" \"");
    let lines: Vec<&str> = package.lines().collect();
    let groups = lines.chunk_by(|one, other| is_entry(one) == is_entry(other));
    let mut sorted = Vec::new();
    for group in groups {
        let mut group = group.to_vec();
        if group.first().is_some_and(|line| is_entry(line)) {
            // By name, and not by the quotation mark behind it.
            group.sort_by_key(|line| line.trim_matches([' ', '"', ',']));
        }
        sorted.extend(group);
    }
    sorted.join("\n")
}
