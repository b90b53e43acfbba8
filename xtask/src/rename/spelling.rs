//! Where a text has the name, and in which spelling it has to be written there.
//!
//! A name of two words has a spelling for each use. One of one word is spelled alike as a package and in code, and as a text and as a
//! type: then what stands around it decides.

use super::names::Names;

/// What a spelling is used for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Use {
    Text,
    Package,
    Code,
    Variable,
    Type,
    Cookie,
    Issuer,
    Account,
    Holder,
    Repository,
}

/// From a name to another.
pub(super) struct Change {
    from: Vec<(Use, String)>,
    to: Vec<(Use, String)>,
}

impl Change {
    pub(super) fn new(from: &Names, to: &Names) -> Self {
        Self { from: spellings(from), to: spellings(to) }
    }

    /// The text with the other name, and at how many places.
    pub(super) fn of(&self, text: &str) -> (String, usize) {
        let mut renamed = String::with_capacity(text.len());
        let mut at = 0;
        let mut count = 0;
        for found in find(text, &self.from) {
            renamed.push_str(text.get(at..found.start).unwrap_or_default());
            renamed.push_str(spelled(&self.to, found.used));
            at = found.end;
            count += 1;
        }
        renamed.push_str(text.get(at..).unwrap_or_default());
        (renamed, count)
    }
}

/// A word of this line that is spelled as the new name and is not the old one.
pub(super) fn taken<'a>(line: &'a str, from: &Names, to: &Names) -> Option<&'a str> {
    let (from, to) = (spellings(from), spellings(to));
    let is_name =
        |(used, _): &&(Use, String)| matches!(used, Use::Text | Use::Package | Use::Code | Use::Variable | Use::Type);
    let new: Vec<_> =
        to.iter().filter(is_name).filter(|(_, text)| from.iter().all(|(_, old)| old != text)).cloned().collect();
    let old = find(line, &from);
    let is_free = |found: &Found| old.iter().all(|old| found.end <= old.start || old.end <= found.start);
    let taken = find(line, &new).into_iter().find(is_free)?;
    line.get(taken.start..taken.end)
}

struct Found {
    start: usize,
    end: usize,
    used: Use,
}

/// Longer ones are found before what is a part of them.
fn spellings(names: &Names) -> Vec<(Use, String)> {
    let mut spellings = vec![
        (Use::Repository, names.repository.clone()),
        (Use::Holder, names.holder.clone()),
        (Use::Cookie, format!("{}-session", names.cookie())),
        (Use::Account, format!("totp/{}", names.in_address())),
        (Use::Issuer, format!("issuer={}", names.in_address())),
        (Use::Text, names.name.clone()),
        (Use::Package, names.package.clone()),
        (Use::Code, names.in_code()),
        (Use::Variable, names.variables.clone()),
        (Use::Type, names.types.clone()),
    ];
    spellings.sort_by_key(|(_, text)| std::cmp::Reverse(text.len()));
    spellings
}

fn spelled(spellings: &[(Use, String)], wanted: Use) -> &str {
    spellings.iter().find(|(used, _)| *used == wanted).map_or("", |(_, text)| text)
}

fn find(text: &str, spellings: &[(Use, String)]) -> Vec<Found> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        let before = text.get(..at).unwrap_or_default();
        let here = spellings.iter().find(|(used, spelling)| {
            rest.strip_prefix(spelling.as_str()).is_some_and(|after| fits(*used, before, after))
        });
        if let Some((_, spelling)) = here {
            let end = at + spelling.len();
            let after = text.get(end..).unwrap_or_default();
            let fitting = spellings.iter().filter(|(used, alike)| alike == spelling && fits(*used, before, after));
            if let Some(used) = chosen(fitting.map(|(used, _)| *used).collect(), before, after) {
                found.push(Found { start: at, end, used });
            }
            at = end;
        } else {
            at += rest.chars().next().map_or(1, char::len_utf8);
        }
    }
    found
}

/// The name is a word, or the beginning of one that is made of several.
fn fits(used: Use, before: &str, after: &str) -> bool {
    let next = after.chars().next().unwrap_or(' ');
    let begins = !before.ends_with(|letter: char| letter.is_alphanumeric()) || ends_in_escape(before);
    begins
        && match used {
            Use::Type => !next.is_ascii_lowercase() && !next.is_ascii_digit(),
            Use::Account | Use::Issuer => true,
            // It may be a common word.
            Use::Holder => before.rsplit('\n').next().is_some_and(|line| line.starts_with("Copyright")),
            _ => !next.is_alphanumeric(),
        }
}

/// `\n` in a literal is a line's end, and no letter.
fn ends_in_escape(before: &str) -> bool {
    ["\\n", "\\r", "\\t"].iter().any(|escape| before.ends_with(escape))
}

fn chosen(mut uses: Vec<Use>, before: &str, after: &str) -> Option<Use> {
    let next = after.chars().next().unwrap_or(' ');
    if uses.contains(&Use::Package) && uses.contains(&Use::Code) {
        let wrong = if is_code(before, after) { Use::Package } else { Use::Code };
        uses.retain(|used| *used != wrong);
    }
    if uses.contains(&Use::Text) && uses.contains(&Use::Type) {
        let wrong = if next.is_ascii_uppercase() { Use::Text } else { Use::Type };
        uses.retain(|used| *used != wrong);
    }
    if uses.contains(&Use::Text) && uses.contains(&Use::Variable) {
        let wrong = if next == '_' { Use::Text } else { Use::Variable };
        uses.retain(|used| *used != wrong);
    }
    uses.first().copied()
}

/// Whether a hyphen would be wrong here: in paths and names of Rust, in names of metrics, roles and attributes.
fn is_code(before: &str, after: &str) -> bool {
    // Cargo's variable has the name of the binary as it is.
    if before.ends_with("CARGO_BIN_EXE_") {
        return false;
    }
    let is_file = ["db", "dump", "internal", "conf", "service", "toml"].iter().any(|ending| {
        after
            .strip_prefix('.')
            .and_then(|rest| rest.strip_prefix(ending))
            .is_some_and(|rest| !rest.starts_with(|letter: char| letter.is_alphanumeric() || letter == '_'))
    });
    let is_member =
        after.strip_prefix('.').is_some_and(|rest| rest.starts_with(|letter: char| letter.is_ascii_lowercase()));
    after.starts_with('_')
        || after.starts_with("::")
        || before.ends_with('_')
        || before.ends_with("_prefix(\"")
        || is_member && !is_file
}
