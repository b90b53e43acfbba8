//! Adds a field to users. They were written by hand, so each line of the field goes beside one that is there.

mod lines;
#[cfg(test)]
mod tests;

use std::{collections::BTreeMap, path::Path};

use lines::{FILES, File, OWN};

use super::Addition;
use crate::{
    failure::{Failure, Outcome, refuse},
    resource::{
        files,
        insertions::Insertion,
        kinds::{About, Field},
        render::{Renderer, has_word},
        spec::{FieldSpec, Kind},
        told, types, written,
    },
    tree,
};

/// A text of so many characters is typed in one line.
const LINE: u32 = 255;

/// Where users have their fields.
const USER: &str = "crates/domain/src/user.rs";

/// Adds the field, and answers what was done, in words.
pub(super) fn run(root: &Path, addition: &Addition) -> Outcome<String> {
    let spec = FieldSpec::parse(&addition.field)?;
    check(root, addition, &spec)?;
    let field = of_users(&spec);
    types::check(root, field.type_of_its_own())?;
    let renderer = Renderer::of_users(&field, addition.by_superusers)?;

    let mut texts = BTreeMap::new();
    for file in FILES {
        file.put(root, &mut texts, &renderer, &field)?;
    }
    let migrations = files::extending_users(&renderer, &field, &files::moment(root)?)?;
    let new = migrations.iter().map(|file| (&file.path, &file.text));
    written::write(root, new.chain(&texts))?;
    Ok(told::extended_users(&field, &migrations, texts.len()))
}

/// The field, as templates take it.
fn of_users(spec: &FieldSpec) -> Field {
    let about = About {
        noun: "user",
        nouns: "users",
        example: "",
        target: None,
        is_searched: false,
        is_acted: false,
        good: None,
    };
    let field = Field::new(spec, &about);
    match spec.kind {
        Kind::Text { max } if max <= LINE => Field { form: ".limited()".into(), ..field },
        _ => field,
    }
}

/// Refuses what users have, or are made without.
fn check(root: &Path, addition: &Addition, spec: &FieldSpec) -> Outcome<()> {
    if addition.search || addition.order {
        refuse!(
            "lists of users are searched for their address and name, and sorted by them: leave out --search and --order"
        );
    }
    if let Kind::Reference(to) = &spec.kind {
        refuse!("users refer to no {to}: a reference is to what has the same owner");
    }
    if !(spec.optional || spec.kind == Kind::Boolean) {
        refuse!("accounts are made without {}: let it be missing, by {}?", spec.name, addition.field);
    }
    let there = tree::text(root, USER)?.unwrap_or_default();
    if there.contains(&format!("    pub {}: ", spec.name)) {
        refuse!("users have a {} already", spec.name);
    }
    Ok(())
}

impl File {
    /// Puts its lines into its text, and imports what they name.
    fn put(
        &self,
        root: &Path,
        texts: &mut BTreeMap<String, String>,
        renderer: &Renderer,
        field: &Field,
    ) -> Outcome<()> {
        let mut lines = Vec::new();
        for (place, template) in self.lines {
            let text = renderer.text(template)?;
            lines.extend((!text.is_empty()).then_some((*place, text)));
        }
        for (place, text) in &lines {
            Insertion::new(self.path, *place, text.clone()).put(root, texts)?;
        }
        let own = field.type_of_its_own().unwrap_or_default();
        for (list, names) in self.imports {
            let names = names.split(' ').map(|name| if name == OWN { own } else { name });
            for name in names.filter(|name| !name.is_empty() && lines.iter().any(|(_, text)| has_word(text, name))) {
                import(self.path, texts, list, name)?;
            }
        }
        Ok(())
    }
}

/// Puts a name into the list that begins so, unless it is there.
fn import(path: &'static str, texts: &mut BTreeMap<String, String>, list: &str, name: &str) -> Outcome<()> {
    let missing = || Failure(format!("{path} does not have this, where names are imported: {list:?}"));
    let text = texts.get_mut(path).ok_or_else(missing)?;
    let at = text.find(list).ok_or_else(missing)? + list.len();
    let (before, after) = text.split_at(at);
    let is_there = after.split('}').next().is_some_and(|names| has_word(names, name));
    if !is_there {
        *text = format!("{before}{name}, {after}");
    }
    Ok(())
}
