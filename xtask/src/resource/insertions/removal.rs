//! A line is taken out of a file again.

use std::ops::Range;

use super::{After, Before, Insertion};
use crate::failure::{Failure, Outcome};

impl Insertion {
    /// The text of its file without it.
    pub(super) fn without(&self, text: &str) -> Outcome<String> {
        let found = self.found_in(text)?.ok_or_else(|| {
            let (Before(anchor) | After(anchor)) = self.place;
            let (path, line) = (self.path, self.text.trim());
            Failure(format!(
                "{path} does not have this near {anchor:?}: take it out by hand first, or put it back: {line}"
            ))
        })?;
        let whole = with_line(text, found);
        let (before, after) = (text.get(..whole.start), text.get(whole.end..));
        Ok([before, after].into_iter().flatten().collect())
    }

    /// Where the text of its file has it. Of several that read the same, the nearest to where it was put is meant.
    pub(super) fn found_in(&self, text: &str) -> Outcome<Option<Range<usize>>> {
        let place = self.place_in(text)?;
        let distance = |found: &Range<usize>| {
            if found.end <= place.start { place.start - found.end } else { found.start.saturating_sub(place.end) }
        };
        Ok(occurrences(text, &self.text).into_iter().min_by_key(distance))
    }
}

/// A text's signs that are no white space, each with its place; without the commas that rustfmt puts behind the last of several lines.
fn signs(text: &str) -> Vec<(usize, char)> {
    let mut signs: Vec<(usize, char)> = Vec::new();
    for (at, sign) in text.char_indices().filter(|(_, sign)| !sign.is_whitespace()) {
        if matches!(sign, ')' | ']' | '}') && matches!(signs.last(), Some((_, ','))) {
            signs.pop();
        }
        signs.push((at, sign));
    }
    signs
}

/// Where the text has these signs, as words of their own, with the comma behind.
fn occurrences(text: &str, wanted: &str) -> Vec<Range<usize>> {
    let mut wanted: Vec<char> = signs(wanted).into_iter().map(|(_, sign)| sign).collect();
    let is_listed = wanted.pop_if(|last| *last == ',').is_some();
    let signs = signs(text);
    let is_here = |window: &[(usize, char)]| window.iter().map(|(_, sign)| sign).eq(&wanted);
    let range =
        |window: &[(usize, char)]| Some(window.first()?.0..window.last().map(|(at, sign)| at + sign.len_utf8())?);
    let found = signs.windows(wanted.len().max(1)).filter(|window| is_here(window)).filter_map(range);
    let found = found.filter(|place| is_apart(text, place));
    found.map(|place| if is_listed { with_comma(text, place) } else { place }).collect()
}

/// No word goes on before or behind it.
fn is_apart(text: &str, place: &Range<usize>) -> bool {
    let is_part = |sign: char| sign.is_alphanumeric() || sign == '_';
    let inside = text.get(place.clone()).unwrap_or_default();
    let before = text.get(..place.start).unwrap_or_default();
    let after = text.get(place.end..).unwrap_or_default();
    !(inside.starts_with(is_part) && before.ends_with(is_part)
        || inside.ends_with(is_part) && after.starts_with(is_part))
}

fn with_comma(text: &str, place: Range<usize>) -> Range<usize> {
    let after = text.get(place.end..).unwrap_or_default();
    let space = after.len() - after.trim_start().len();
    if after.trim_start().starts_with(',') { place.start..place.end + space + 1 } else { place }
}

/// With all of the lines that have nothing else, or the space behind it.
pub(in crate::resource) fn with_line(text: &str, Range { start, end }: Range<usize>) -> Range<usize> {
    let (before, after) = (text.get(..start).unwrap_or_default(), text.get(end..).unwrap_or_default());
    let indent = before.len() - before.trim_end_matches([' ', '\t']).len();
    let space = after.len() - after.trim_start_matches([' ', '\t']).len();
    let rest = after.get(space..).unwrap_or_default();
    let is_alone = before.len() == indent || before.get(..start - indent).is_some_and(|before| before.ends_with('\n'));
    match rest.strip_prefix('\n') {
        // A blank line on both sides is one too many.
        Some(rest) if is_alone => {
            let is_between =
                before.get(..start - indent).is_some_and(|before| before.is_empty() || before.ends_with("\n\n"));
            let gap = usize::from(is_between && rest.starts_with('\n'));
            start - indent..end + space + 1 + gap
        }
        _ if is_alone => start..end + space,
        Some(_) => start - indent..end,
        None => start..end + space,
    }
}
