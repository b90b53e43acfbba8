//! Names that are nearly ours.

use std::collections::BTreeMap;

use strsim::osa_distance;

use super::{layers::Layers, variables};

/// Whichever of these is so close that it may have been meant.
pub(super) fn closest<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    // Lengths tell most of them apart, at no cost.
    let alike = known.filter(|known| name.len().abs_diff(known.len()) <= bearable(known));
    let near = alike.map(|known| (osa_distance(name, known), known)).filter(|(slips, known)| *slips <= bearable(known));
    near.min().map(|(_, known)| known)
}

/// Short names of two programs may differ by a letter or two.
const fn bearable(name: &str) -> usize {
    if name.len() < 11 { 1 } else { 2 }
}

/// The variables that may have been meant for one of ours that is not set: who writes one name wrongly does not write it
/// rightly, too, and what other programs read is none of our business.
pub(super) fn slips(variables: &BTreeMap<String, String>, layers: &Layers) -> Vec<String> {
    let settings = layers.keys().map(|key| variables::names_of(key).collect::<Vec<_>>());
    let others = variables::OTHERS.map(|name| vec![name.to_owned()]);
    let known: Vec<Vec<String>> = settings.chain(others).collect();
    let is_known = |name: &String| name.starts_with("IRONPLATE__") || known.iter().flatten().any(|known| known == name);
    let missing: Vec<&str> = known
        .iter()
        .filter(|names| !names.iter().any(|name| variables.contains_key(name)))
        .flatten()
        .map(String::as_str)
        .collect();
    let strangers = variables.keys().filter(|name| !is_known(name));
    let meant = strangers.filter_map(|name| Some((name, closest(&name.to_uppercase(), missing.iter().copied())?)));
    meant.map(|(name, meant)| format!("{name} is read by nobody here; perhaps {meant} is meant")).collect()
}
