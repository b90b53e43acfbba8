//! The folder whose files take the place of templates.

use std::{fs, io, path::Path};

use super::{TemplateFault, Templates};

/// Name and content of each file that can be read, layouts first, so that others may build on them. What starts with a
/// dot is passed over: editors and mounted volumes keep their own there.
pub(super) fn read(folder: &Path, faults: &mut Vec<TemplateFault>) -> Vec<(String, String)> {
    let mut names = match names(folder) {
        Ok(names) => names,
        Err(error) => {
            faults.push(TemplateFault::new(&folder.display().to_string(), None, format!("can't be read: {error}")));
            return Vec::new();
        }
    };
    names.sort_by_key(|name| (!name.starts_with("layout."), name.clone()));
    let mut files = Vec::new();
    for name in names.into_iter().filter(|name| !name.starts_with('.')) {
        if !Templates::file_names().any(|known| known == name) {
            faults.push(TemplateFault::new(&name, None, "no template has this name"));
            continue;
        }
        match fs::read_to_string(folder.join(&name)) {
            Ok(content) => match without_blocks(&name, &content) {
                Some(fault) => faults.push(fault),
                None => files.push((name, content)),
            },
            Err(error) => faults.push(TemplateFault::new(&name, None, format!("can't be read: {error}"))),
        }
    }
    files
}

fn names(folder: &Path) -> io::Result<Vec<String>> {
    fs::read_dir(folder)?.map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned())).collect()
}

/// A layout without a block would leave unsaid what templates write into it.
fn without_blocks(name: &str, content: &str) -> Option<TemplateFault> {
    let wanted = Templates::layout(name)?;
    let has: Vec<_> = blocks(content).collect();
    let mut missing: Vec<_> = blocks(wanted).filter(|block| !has.contains(block)).collect();
    missing.dedup();
    let missing = missing.join(", ");
    (!missing.is_empty()).then(|| TemplateFault::new(name, None, format!("these blocks are missing: {missing}")))
}

fn blocks(content: &str) -> impl Iterator<Item = &str> {
    let tags = content.split("{%").skip(1).map(|tag| tag.trim_start_matches('-').trim_start());
    tags.filter_map(|tag| tag.strip_prefix("block ")?.split_whitespace().next())
}
