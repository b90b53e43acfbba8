//! A line becomes another one, where its resource has a field more.

use std::{collections::BTreeMap, path::Path};

use super::{Insertion, all};
use crate::{
    failure::{Failure, Outcome},
    resource::model::Model,
};

/// A line that is new, or reads otherwise than it did.
pub(in crate::resource) struct Replacement {
    was: Option<Insertion>,
    becomes: Insertion,
}

/// Those that make the lines of the second resource out of the lines of the first.
pub(in crate::resource) fn replacements(from: &Model, to: &Model) -> Outcome<Vec<Replacement>> {
    let (before, after) = (all(from)?, all(to)?);
    let (kept, after): (Vec<_>, Vec<_>) = after.into_iter().partition(|line| before.iter().any(|was| was.is(line)));
    let mut gone: Vec<_> = before.into_iter().filter(|was| !kept.iter().any(|line| line.is(was))).collect();
    let replacement = |becomes: Insertion| {
        let was = gone.iter().position(|was| was.path == becomes.path && was.place == becomes.place);
        Replacement { was: was.map(|place| gone.remove(place)), becomes }
    };
    Ok(after.into_iter().map(replacement).collect())
}

impl Insertion {
    fn is(&self, other: &Self) -> bool {
        self.path == other.path && self.text == other.text
    }
}

impl Replacement {
    /// Makes it in the text of its file, which is read unless something was changed before.
    pub(in crate::resource) fn make(&self, root: &Path, texts: &mut BTreeMap<String, String>) -> Outcome<()> {
        let Self { was, becomes } = self;
        match was {
            Some(was) => was.change(root, texts, |was, text| was.replaced(becomes, text)),
            None => becomes.put(root, texts),
        }
    }
}

impl Insertion {
    /// The text of its file with another line in its place.
    fn replaced(&self, by: &Self, text: &str) -> Outcome<String> {
        let Some(found) = self.found_in(text)? else {
            return Err(Failure(format!(
                "{}\n{}\nis not there any more, so it can't become\n{}",
                self.path,
                self.text.trim_end(),
                by.text.trim_end()
            )));
        };
        let (before, after) = (text.get(..found.start), text.get(found.end..));
        Ok([before, Some(by.text.trim()), after].into_iter().flatten().collect())
    }
}
