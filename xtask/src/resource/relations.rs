//! Which resources refer to which, and which may.

use serde::Serialize;

use super::{
    OwnerKind::{Organization, User},
    Wishes,
    called::Called,
    field::BY_HAND,
    spec::{FieldSpec, Kind},
};
use crate::failure::{Outcome, refuse};

/// A field of another resource that refers to this one.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub(super) struct Referrer {
    /// Several of those that refer to it.
    pub(super) nouns: String,
    /// The same in a sentence.
    pub(super) words: String,
    pub(super) column: String,
    /// They let go of it, and else keep it from being deleted.
    pub(super) optional: bool,
}

/// The fields of a resource that refer to others, each with several of these.
fn references(wishes: &Wishes) -> Outcome<Vec<(FieldSpec, String)>> {
    let mut references = Vec::new();
    for field in &wishes.fields {
        let spec = FieldSpec::parse(field)?;
        if let Kind::Reference(to) = &spec.kind {
            let to = to.clone();
            references.push((spec, to));
        }
    }
    Ok(references)
}

fn called(wishes: &Wishes) -> Outcome<Called> {
    Called::new(&wishes.noun, wishes.plural.as_deref())
}

/// All fields of these resources that refer to this one, by their names.
pub(super) fn referrers(to: &Called, all: &[Wishes]) -> Outcome<Vec<Referrer>> {
    let mut referrers = Vec::new();
    for wishes in all {
        let Called { nouns, plural: words, .. } = called(wishes)?;
        for (FieldSpec { name: column, optional, .. }, target) in references(wishes)? {
            if target == to.nouns {
                referrers.push(Referrer { nouns: nouns.clone(), words: words.clone(), column, optional });
            }
        }
    }
    referrers.sort();
    Ok(referrers)
}

/// What a field refers to, if there is such a resource and it can be referred to by this one.
pub(super) fn target(wishes: &Wishes, from: &Called, to: &str, all: &[Wishes]) -> Outcome<Called> {
    if [&from.noun, &from.nouns].into_iter().any(|name| name == to) {
        refuse!("{} {} can't refer to {}: a reference is to another resource", from.a, from.words, from.plural);
    }
    if wishes.moves {
        refuse!("--moves would leave behind what {} {} refers to: leave one of them out", from.a, from.words);
    }
    if ["user", "users", "organization", "organizations"].contains(&to) {
        refuse!(
            "{to} can't be referred to, since they own: the owner of {} {} is there without that, and a reference to anybody else is a \
             field by hand, as {BY_HAND} tells",
            from.a,
            from.words
        );
    }
    let Some((other, called)) = find(to, all)? else {
        let mut there = Vec::new();
        for other in all.iter().filter(|other| other.noun != wishes.noun) {
            there.push(called(other)?.nouns);
        }
        match there.as_slice() {
            [] => refuse!("there is no resource {to}, nor any other that could be referred to: generate it first"),
            _ => refuse!("there is no resource {to} to refer to; there are {}", there.join(", ")),
        }
    };
    if other.moves {
        refuse!(
            "{} can be moved to another owner, and what refers to {} {} would stay behind: refer to what is not moved",
            called.plural,
            called.a,
            called.words
        );
    }
    if other.owner.is_some() && other.owner != wishes.owner {
        let (owners, option) = match other.owner {
            Some(Organization) => ("organisations", "organization"),
            Some(User) | None => ("users", "user"),
        };
        refuse!(
            "{} belong to {owners} alone, and what refers to them has the same owner: say --owner {option}",
            called.plural
        );
    }
    Ok(called)
}

/// The one that several are called so, with its names.
fn find<'a>(nouns: &str, all: &'a [Wishes]) -> Outcome<Option<(&'a Wishes, Called)>> {
    for wishes in all {
        let called = called(wishes)?;
        if called.nouns == nouns {
            return Ok(Some((wishes, called)));
        }
    }
    Ok(None)
}

/// The same; where nothing is said of owners, with those of what it refers to.
pub(super) fn with_owners(wishes: &Wishes, all: &[Wishes]) -> Outcome<Wishes> {
    let mut owner = wishes.owner;
    for (_, to) in references(wishes)? {
        if let Some((other, _)) = find(&to, all)? {
            owner = owner.or(other.owner);
        }
    }
    Ok(Wishes { owner, ..wishes.clone() })
}

/// Refuses to take away what others refer to.
pub(super) fn check_gone(gone: &Called, others: &[Wishes]) -> Outcome<()> {
    let there = referrers(gone, others)?;
    let Some(Referrer { nouns, column, .. }) = there.first() else { return Ok(()) };
    let mut names: Vec<&str> = there.iter().map(|one| &*one.nouns).collect();
    names.dedup();
    refuse!(
        "{} refer to {}, by {column}: remove {} first, or that field by hand",
        names.join(" and "),
        gone.plural,
        if names.len() > 1 { "these" } else { nouns }
    )
}
