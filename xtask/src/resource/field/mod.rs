//! Adds a field to a resource that was generated. What is written with the field and not without it goes into the files as they are,
//! so what somebody changed meanwhile stays.

mod merge;
#[cfg(test)]
mod tests;
mod users;

use std::{collections::BTreeMap, path::Path};

use clap::Args;
use merge::{Merged, Versions};

use super::{
    Wishes,
    files::{self, Whole},
    insertions,
    kinds::Field,
    record::{self, Recorded},
    told, types, written,
};
use crate::{
    failure::{Failure, Outcome, refuse},
    rename::names::Names,
    tree,
};

const FIELD: &str = "The field and its kind: goal:text(2000)? due_on:date? starts_at:moment? contact:email? site:url? project:reference(projects)? amount:integer \
    price:decimal(2) is_urgent:boolean status:enum(active,archived)";

/// Where it is told how a field is added without this.
pub(super) const BY_HAND: &str = "docs/ADDING_A_RESOURCE.md#a-field-by-hand";

/// A field, whose it is, and what is done with it.
#[derive(Debug, Default, Args)]
pub(crate) struct Addition {
    /// What the resource is called, such as project; or user
    pub(crate) resource: String,
    #[arg(help = FIELD)]
    pub(crate) field: String,
    /// Lists are searched for it
    #[arg(long)]
    pub(crate) search: bool,
    /// Lists are sorted by it
    #[arg(long)]
    pub(crate) order: bool,
    /// Of users: superusers say it, and nobody of themselves
    #[arg(long)]
    pub(crate) by_superusers: bool,
}

/// Adds the field, and answers what was done, in words.
pub(crate) fn run(root: &Path, addition: &Addition) -> Outcome<String> {
    tree::check_clean(root)?;
    if ["user", "users"].contains(&&*addition.resource) {
        return users::run(root, addition);
    }
    if addition.by_superusers {
        refuse!("--by-superusers is for fields of users: whoever may change {} says all of it", addition.resource);
    }
    let names = Names::current(root)?;
    let there = record::all(root)?;
    let (before, others) =
        record::find(&addition.resource, record::recorded(&there, &names)?).map_err(|Failure(told)| {
            Failure(format!("{told}. To anything else a field is added by hand: {BY_HAND} tells how"))
        })?;
    let wishes = addition.to(&before);
    let all: Vec<Wishes> = others.iter().map(|other| other.wishes.clone()).chain([wishes.clone()]).collect();
    let after = Recorded::new(wishes, &all, &names)?;
    let Some(field) = after.model.fields.last() else { refuse!("{} is no field", addition.field) };
    check_rows(field, addition, &after)?;
    types::check(root, field.type_of_its_own())?;

    // All that can be refused is refused before anything is written.
    let changed = changed(root, &before, &after, BTreeMap::new())?;
    let changed = follow(root, &others, &record::recorded(&all, &names)?, changed)?;
    let migrations = files::extending(&after.model, field, &files::moment(root)?)?;
    let new = migrations.iter().map(|file| (&file.path, &file.text));
    written::write(root, new.chain(&changed))?;
    Ok(told::extended(&after.model, field, &migrations, changed.len()))
}

impl Addition {
    /// What the resource is asked for with, and the field.
    fn to(&self, resource: &Recorded) -> Wishes {
        let Wishes { mut fields, mut search, mut order, .. } = resource.wishes.clone();
        let name = self.field.split(':').next().unwrap_or_default();
        for (names, is_one) in [(&mut search, self.search), (&mut order, self.order)] {
            if is_one && names.is_empty() {
                names.push(resource.model.title.name.clone());
            }
            names.extend(is_one.then(|| name.to_owned()));
        }
        fields.push(self.field.clone());
        Wishes { fields, search, order, ..resource.wishes.clone() }
    }
}

/// Refuses a field of which nothing can be said in rows that are there, nor in those that servers write which do not know it.
fn check_rows(field: &Field, addition: &Addition, resource: &Recorded) -> Outcome<()> {
    if field.optional || field.before.is_some() {
        return Ok(());
    }
    refuse!(
        "{} that are there have no {}: let it be missing, by {}?",
        resource.model.called.label,
        field.words,
        addition.field
    )
}

/// What else changes: resources to which something refers now, or refers no longer. `changed` is what is changed so far, by path.
pub(super) fn follow(
    root: &Path,
    before: &[Recorded],
    after: &[Recorded],
    mut changed: BTreeMap<String, String>,
) -> Outcome<BTreeMap<String, String>> {
    for was in before {
        let now = after.iter().find(|now| now.model.called.nouns == was.model.called.nouns);
        if let Some(now) = now.filter(|now| now.model.referrers != was.model.referrers) {
            changed = self::changed(root, was, now, changed)?;
        }
    }
    Ok(changed)
}

/// The files that are another with what is new, by path, besides those that were changed so far.
fn changed(
    root: &Path,
    before: &Recorded,
    after: &Recorded,
    so_far: BTreeMap<String, String>,
) -> Outcome<BTreeMap<String, String>> {
    let (mut changed, mut in_the_way) = (BTreeMap::new(), Vec::new());
    for (written, new) in whole(before)?.into_iter().zip(whole(after)?) {
        if written.text == new.text {
            continue;
        }
        match merged(root, &written, &new, before, after)? {
            Merged::Whole(text) => {
                changed.insert(new.path, text);
            }
            Merged::Conflicts(places) => in_the_way.push(format!("{}\n{places}", new.path)),
        }
    }
    let mut of_all = so_far;
    for replacement in insertions::replacements(&before.model, &after.model)? {
        if let Err(Failure(told)) = replacement.make(root, &mut of_all) {
            in_the_way.push(told);
        }
    }
    if !in_the_way.is_empty() {
        refuse!(
            "nothing was written, since what is new and what was changed meanwhile meet. Undo that change and make it again afterwards, \
             or write what is new by hand: {BY_HAND} tells how.\n\n{}",
            in_the_way.join("\n")
        );
    }
    changed.extend(of_all);
    Ok(changed)
}

/// The files that are the resource's alone, and its record.
fn whole(Recorded { wishes, model }: &Recorded) -> Outcome<Vec<Whole>> {
    let mut files = files::own(model)?;
    files.push(record::of(model, wishes)?);
    Ok(files)
}

/// The file as it is, with what is new. Where somebody has other words for what one has, it stays at these.
fn merged(root: &Path, written: &Whole, new: &Whole, before: &Recorded, after: &Recorded) -> Outcome<Merged> {
    if !root.join(&new.path).exists() {
        return Ok(Merged::Conflicts("It is not there any more.\n".into()));
    }
    let there = tree::text(root, &new.path)?.unwrap_or_default();
    let merged = |new: &str| Versions { there: &there, written: &written.text, new }.merged();
    let all = merged(&new.text)?;
    if let Merged::Whole(_) = all {
        return Ok(all);
    }
    let of_few_words = files::own(&after.model.with_sentences_of(&before.model))?;
    match of_few_words.iter().find(|file| file.path == new.path).map(|file| merged(&file.text)).transpose()? {
        Some(Merged::Whole(text)) => Ok(Merged::Whole(text)),
        _ => Ok(all),
    }
}
