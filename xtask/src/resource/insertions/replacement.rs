//! A line becomes another one, or goes, where its resource has a field more, or something else refers to it or does no longer.

use std::{collections::BTreeMap, path::Path};

use super::{Insertion, all};
use crate::{
    failure::{Failure, Outcome},
    resource::model::Model,
};

/// A line that is new, or reads otherwise than it did, or is gone.
pub(in crate::resource) struct Replacement {
    was: Option<Insertion>,
    becomes: Option<Insertion>,
}

/// Those that make the lines of the second resource out of the lines of the first.
pub(in crate::resource) fn replacements(from: &Model, to: &Model) -> Outcome<Vec<Replacement>> {
    let (before, after) = (all(from)?, all(to)?);
    let (kept, after): (Vec<_>, Vec<_>) = after.into_iter().partition(|line| before.iter().any(|was| was.is(line)));
    let mut gone: Vec<_> = before.into_iter().filter(|was| !kept.iter().any(|line| line.is(was))).collect();
    let replacement = |becomes: Insertion| {
        let was = gone.iter().position(|was| was.path == becomes.path && was.place == becomes.place);
        Replacement { was: was.map(|place| gone.remove(place)), becomes: Some(becomes) }
    };
    let mut replacements: Vec<_> = after.into_iter().map(replacement).collect();
    replacements.extend(gone.into_iter().map(|was| Replacement { was: Some(was), becomes: None }));
    Ok(replacements)
}

impl Insertion {
    fn is(&self, other: &Self) -> bool {
        self.path == other.path && self.text == other.text
    }
}

impl Replacement {
    /// Makes it in the text of its file, which is read unless something was changed before.
    pub(in crate::resource) fn make(&self, root: &Path, texts: &mut BTreeMap<String, String>) -> Outcome<()> {
        match (&self.was, &self.becomes) {
            (Some(was), Some(becomes)) => was.change(root, texts, |was, text| was.replaced(becomes, text)),
            (Some(was), None) => was.take(root, texts),
            (None, Some(becomes)) => becomes.put(root, texts),
            (None, None) => Ok(()),
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
