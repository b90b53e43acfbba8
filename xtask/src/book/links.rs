//! Links in a page of Markdown, as far as ours are written.

use std::ops::Range;

/// Where the targets of its links and pictures stand.
pub(super) fn find(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut inside_code = false;
    for (at, line) in prose(text) {
        inside_code &= !line.trim().is_empty();
        let plain = without_code(line, &mut inside_code);
        let inline = plain.match_indices("](").map(|(at, opened)| at + opened.len()).filter_map(|start| {
            let length = plain.get(start..)?.find(')')?;
            Some(start..start + length)
        });
        found.extend(inline.chain(definition(line)).map(|place| at + place.start..at + place.end));
    }
    found
}

/// `[label]: target`
fn definition(line: &str) -> Option<Range<usize>> {
    let start = line.starts_with('[').then(|| line.find("]: "))?? + 3;
    Some(start..line.trim_end().len())
}

/// Lines outside of fenced code, with where each begins.
pub(super) fn prose(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut at = 0;
    let mut fence: Option<&str> = None;
    text.split_inclusive('\n').filter_map(move |line| {
        let start = at;
        at += line.len();
        let content = line.trim();
        match fence {
            Some(end) => {
                fence = (content != end).then_some(end);
                None
            }
            None if content.starts_with("```") => {
                fence = content.get(..content.len() - content.trim_start_matches('`').len());
                None
            }
            None => Some((start, line)),
        }
    })
}

/// The line with spaces in the place of code, which may have begun in the line before.
fn without_code(line: &str, inside: &mut bool) -> String {
    let mut plain = String::with_capacity(line.len());
    for letter in line.chars() {
        *inside ^= letter == '`';
        if *inside {
            plain.extend(std::iter::repeat_n(' ', letter.len_utf8()));
        } else {
            plain.push(letter);
        }
    }
    plain
}

/// What a link in this page means: a path in the repository, and the place in that page with its `#`. `None` for another site.
pub(super) fn resolved(page: &str, target: &str) -> Option<(String, String)> {
    if target.contains("://") || target.starts_with("mailto:") {
        return None;
    }
    let (path, fragment) = target.split_at(target.find('#').unwrap_or(target.len()));
    let mut parts: Vec<&str> = page.split('/').collect();
    if !path.is_empty() {
        parts.pop();
    }
    for part in path.split('/') {
        match part {
            "" | "." => (),
            ".." => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    Some((parts.join("/"), fragment.to_owned()))
}
