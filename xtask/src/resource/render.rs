//! The templates, and what becomes of them.

use std::{
    error::Error,
    io::Write,
    path::Path,
    process::{Command, Stdio},
};

use serde::Serialize;
use tera::{Context, Delimiters, Tera};

use super::{kinds::Field, model::Model};
use crate::{
    failure::{Failure, Outcome, refuse},
    tree,
};

/// A template by its name.
macro_rules! templates {
    ($($name:literal),+ $(,)?) => {
        &[$(($name, include_str!(concat!("../../templates/resource/", $name)))),+]
    };
}

pub(super) const TEMPLATES: &[(&str, &str)] = templates![
    "application_change.rs",
    "application_create.rs",
    "application_hand_over.rs",
    "application_mod.rs",
    "contract.rs",
    "dashboard.html",
    "dashboard.rs",
    "domain.rs",
    "http.rs",
    "migration_down.sql",
    "migration_field_down.sql",
    "migration_field_up.sql",
    "migration_up.sql",
    "persistence.rs",
    "use_cases.rs",
    "use_cases_at_organizations.rs",
];

/// What a file may import, by the mark that stands where the names go. A name is imported where the file has it as a word; one with
/// colons behind it where it is followed by them, since the same word stands for other things, too; one behind a sign of equality always. `OWN` are the resource's own types, `TO` those that it refers to and their ids, `TO_ID` these ids alone.
pub(super) const IMPORTS: &[(&str, &str)] = &[
    ("domain", "Date Decimal Email Owner TO_ID Timestamp bounded_text changes check_web_address id named_enum"),
    ("application", "AuditDetail AuditKind Date:: OWN Owner Owners Resource TO Timestamp fold"),
    ("create", "Action Actor Client Date Decimal Email OWN OrganizationId Owner Resource TO_ID Timestamp"),
    ("change", "Actor Client OWN"),
    ("http", "Date Decimal Email OWN OrganizationId TO_ID Timestamp"),
    (
        "input",
        "=self Call Flag Nullable OfOrganization Optional Paging PathId Required bounded_texts described json_body named",
    ),
    ("dashboard", "Date Decimal Email OWN Owner TO_ID Timestamp shows_nothing"),
    ("request", "Input =OWNER PostedForm SessionUser bounded_texts chosen_ids"),
    ("sql_types", "BigInt Bool Nullable Text"),
    ("own_sql_types", "DbDate DbTimestamp DbUuid"),
    ("contract", "Date:: Decimal:: OWN Owner TO Timestamp"),
    ("samples", "date email text"),
    ("use_cases", "Decimal:: OWN Owner TO Timestamp::"),
    ("use_case_samples", "client date email text"),
];

/// Makes files out of templates.
pub(super) struct Renderer {
    tera: Tera,
    context: Context,
    own: Vec<String>,
    /// Of what references are to: each, and its id.
    targets: Vec<[String; 2]>,
    days: bool,
}

impl Renderer {
    pub(super) fn new(model: &Model) -> Outcome<Self> {
        let mut context = Context::from_serialize(model).map_err(failure)?;
        let marks: std::collections::BTreeMap<&str, String> = IMPORTS
            .iter()
            .map(|(group, _)| (*group, mark(group)))
            .chain([("persistence", mark("persistence"))])
            .collect();
        context.insert("imports", &marks);
        let named = |suffix: &str| format!("{}{suffix}", model.called.one);
        let mut own: Vec<String> = ["", "Id", "Changes"].into_iter().map(named).collect();
        own.extend(model.group("texts").iter().chain(model.group("enums")).map(|field| field.value.clone()));
        let days =
            model.ordered.iter().any(|field| field.order.as_ref().is_some_and(|order| order.stored_key == "Day"));
        let references = model.group("references").iter().filter_map(|field| field.target.as_ref());
        let mut targets: Vec<[String; 2]> =
            references.map(|to| [to.called.one.clone(), format!("{}Id", to.called.one)]).collect();
        targets.sort();
        targets.dedup();
        Ok(Self { tera: engine()?, context, own, targets, days })
    }

    /// For what users have of this field, as `f`, and say of themselves or not.
    pub(super) fn of_users(field: &Field, by_superusers: bool) -> Outcome<Self> {
        let mut context = Context::new();
        context.insert("nouns", "users");
        context.insert("f", field);
        context.insert("by_superusers", &by_superusers);
        Ok(Self { tera: engine()?, context, own: Vec::new(), targets: Vec::new(), days: false })
    }

    /// The file of this template, formatted if it is of Rust.
    pub(super) fn file(&self, template: &str) -> Outcome<String> {
        self.rendered(template, &self.context)
    }

    /// A migration, with what one database writes otherwise.
    pub(super) fn migration(&self, template: &str, sql: &impl Serialize) -> Outcome<String> {
        let mut context = self.context.clone();
        context.insert("sql", sql);
        self.rendered(template, &context)
    }

    fn rendered(&self, template: &str, context: &Context) -> Outcome<String> {
        let text = self.with_imports(self.tera.render(template, context).map_err(failure)?);
        if is_rust(template) { formatted(&filled(&text)) } else { Ok(text) }
    }

    /// A text that is inserted somewhere.
    pub(super) fn text(&self, template: &str) -> Outcome<String> {
        self.tera.render_str(template, &self.context, false).map_err(failure)
    }

    /// The same for each of these fields, as `f`.
    pub(super) fn texts(&self, template: &str, fields: &[Field]) -> Outcome<Vec<String>> {
        let text = |field| {
            let mut context = self.context.clone();
            context.insert("f", field);
            self.tera.render_str(template, &context, false).map_err(failure)
        };
        fields.iter().map(text).collect()
    }

    fn with_imports(&self, mut text: String) -> String {
        for (group, names) in IMPORTS {
            let mark = mark(group);
            if !text.contains(&mark) {
                continue;
            }
            let rest = text.replace(&mark, "");
            let names = names.split(' ').flat_map(|name| match name {
                "OWN" => self.own.iter().map(String::as_str).collect(),
                "TO" => self.targets.iter().flatten().map(String::as_str).collect(),
                "TO_ID" => self.targets.iter().map(|[_, id]| id.as_str()).collect(),
                name => vec![name],
            });
            let is_used = |name: &&str| name.starts_with('=') || has_word(&rest, name);
            let used: Vec<&str> = names.filter(is_used).map(|name| name.trim_matches(['=', ':'])).collect();
            text = text.replace(&mark, &used.join(", "));
        }
        let kept = if self.days { "Day, Id, Moment" } else { "Id, Moment" };
        text.replace(&mark("persistence"), kept)
    }
}

/// The templates, with delimiters that are neither Rust's nor those of pages.
fn engine() -> Outcome<Tera> {
    let mut tera = Tera::default();
    let delimiters = Delimiters {
        block_start: "[%".into(),
        block_end: "%]".into(),
        variable_start: "«".into(),
        variable_end: "»".into(),
        comment_start: "[#".into(),
        comment_end: "#]".into(),
    };
    tera.set_delimiters(delimiters).map_err(failure)?;
    tera.autoescape_on(Vec::<&'static str>::new());
    tera.add_raw_templates(TEMPLATES.iter().copied()).map_err(failure)?;
    Ok(tera)
}

/// How long a line may be.
const WIDTH: usize = 120;

/// With lists of fields in several lines where one is too long, for what rustfmt leaves alone: what stands in macros.
fn filled(text: &str) -> String {
    let is_code = |line: &str| line.starts_with("    ") && !line.trim_start().starts_with("//");
    text.split_inclusive('\n').map(|line| if is_code(line) { filled_line(line) } else { line.to_owned() }).collect()
}

fn filled_line(line: &str) -> String {
    let indent = line.len() - line.trim_start().len() + 4;
    let (mut filled, mut width, mut quotes) = (String::new(), 0, 0);
    for part in line.split_inclusive(", ") {
        let length = part.chars().count();
        // A comma inside a literal ends nothing.
        if width + length > WIDTH && width > 0 && quotes % 2 == 0 {
            filled.truncate(filled.trim_end().len());
            filled.push('\n');
            filled.push_str(&" ".repeat(indent));
            width = indent;
        }
        filled.push_str(part);
        width += length;
        quotes += part.matches('"').count();
    }
    filled
}

fn mark(group: &str) -> String {
    format!("IMPORTS_OF_{group}_")
}

pub(super) fn is_rust(path: &str) -> bool {
    Path::new(path).extension().is_some_and(|ending| ending == "rs")
}

/// Whether it has this name, not as a part of another, nor behind a path.
pub(super) fn has_word(text: &str, word: &str) -> bool {
    let is_part = |letter: char| letter.is_alphanumeric() || letter == '_';
    let ends_itself = word.ends_with(':');
    text.match_indices(word).any(|(at, _)| {
        let before = text.get(..at).unwrap_or_default();
        let after = text.get(at + word.len()..).unwrap_or_default();
        // Behind a path it is another's: `Constraint::ProjectName`.
        !before.ends_with(is_part) && !before.ends_with("::") && (ends_itself || !after.starts_with(is_part))
    })
}

/// As `cargo fmt` leaves it.
pub(super) fn formatted(text: &str) -> Outcome<String> {
    let config = tree::root()?;
    let mut rustfmt = Command::new("rustfmt")
        .args(["--edition", "2024", "--config-path"])
        .arg(config)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|error| Failure(format!("rustfmt: {error}")))?;
    let mut input = rustfmt.stdin.take();
    let text = text.to_owned();
    let writer = std::thread::spawn(move || input.as_mut().map(|input| input.write_all(text.as_bytes())));
    let output = rustfmt.wait_with_output().map_err(|error| Failure(format!("rustfmt: {error}")))?;
    let _ = writer.join();
    if !output.status.success() {
        refuse!("rustfmt: {}", String::from_utf8_lossy(&output.stderr).trim());
    }
    String::from_utf8(output.stdout).map_err(|_| Failure("rustfmt: not in UTF-8".into()))
}

/// A template that does not fit is a fault of this program: all of it is told.
fn failure(error: impl Error) -> Failure {
    let mut told = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        told = format!("{told}: {error}");
        cause = error.source();
    }
    Failure(told)
}
