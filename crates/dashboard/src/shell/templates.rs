//! The templates of the dashboard: inside the binary, each of which a file in a folder may take the place of.

mod embedded;
mod folder;

use std::{fmt, path::Path};

use ironplate_application::{logged, with_causes};
use ironplate_domain::spelled_in_lines;
use tera::{Context, Tera, TeraResult, escape_html};

/// All templates, parsed; with the style and the script, which are no templates.
#[derive(Debug, Clone)]
pub struct Templates {
    tera: Tera,
    /// Those inside the binary, where a folder has some in their place.
    spare: Option<Tera>,
    plain: Vec<(String, String)>,
}

/// Something about a template that can't stay as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TemplateFault {
    /// The file.
    pub file: String,
    /// What is wrong with it.
    pub problem: String,
}

/// Everything that is wrong with the templates of a folder.
#[derive(Debug, thiserror::Error)]
#[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))]
pub struct TemplateFaults(pub Vec<TemplateFault>);

impl Templates {
    /// Loads the templates inside the binary, and over them the files in `folder` and its subfolders.
    ///
    /// # Errors
    /// Everything that is wrong with the folder's files, at once.
    pub fn load(folder: Option<&Path>) -> Result<Self, TemplateFaults> {
        let mut faults = Vec::new();
        let mut files = embedded();
        for (name, text) in folder.map_or_else(Vec::new, |folder| folder::read(folder, &mut faults)) {
            match files.iter_mut().find(|(known, _)| *known == name) {
                Some((_, content)) => *content = text,
                None => faults.push(TemplateFault { file: name, problem: "no template has this name".to_owned() }),
            }
        }
        let (pages, plain): (Vec<_>, Vec<_>) = files.into_iter().partition(is_page);
        let mut parse = |pages: Vec<(String, String)>| {
            let mut tera = Tera::new();
            // Nor does what is printed turn the direction of what is beside it.
            tera.set_escape_fn(|text, out| escape_html(&spelled_in_lines(text), out));
            // What a name in `.html` renders is escaped. All at once, for they build on one another.
            if let Err(error) = tera.add_raw_templates(pages) {
                faults.push(TemplateFault { file: "templates".to_owned(), problem: with_causes(&error) });
            }
            tera
        };
        let tera = parse(pages);
        let spare = folder.map(|_| parse(embedded().into_iter().filter(is_page).collect()));
        if faults.is_empty() { Ok(Self { tera, spare, plain }) } else { Err(TemplateFaults(faults)) }
    }

    /// A template of a folder that fails, because it names what there is not, costs the page its looks and nobody the page.
    pub(crate) fn render(&self, template: &str, context: &Context) -> TeraResult<String> {
        match (self.tera.render(template, context), &self.spare) {
            (Err(error), Some(spare)) => {
                let error = logged(&error);
                tracing::error!(template, error, "a template of the folder failed; the binary's own takes its place");
                spare.render(template, context)
            }
            (rendered, _) => rendered,
        }
    }

    /// A file that is served as it is.
    pub(crate) fn plain(&self, name: &str) -> &str {
        self.plain.iter().find(|(known, _)| known == name).map_or("", |(_, text)| text)
    }
}

fn embedded() -> Vec<(String, String)> {
    embedded::FILES.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect()
}

fn is_page((name, _): &(String, String)) -> bool {
    name.strip_suffix(".html").is_some()
}

impl fmt::Display for TemplateFault {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}: {}", self.file, self.problem)
    }
}

#[cfg(test)]
mod tests {
    use std::{collections::BTreeSet, fs};

    use super::*;

    /// What the sources of this folder hold between quotes, if it ends like the name of a page.
    fn named_in(folder: &Path, names: &mut BTreeSet<String>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                named_in(&path, names);
            } else {
                let text = fs::read_to_string(&path).unwrap();
                let quoted =
                    text.split('"').filter(|text| text.strip_suffix(".html").is_some_and(|stem| !stem.is_empty()));
                names.extend(quoted.filter(|text| !text.contains(char::is_whitespace)).map(str::to_owned));
            }
        }
    }

    #[test]
    fn every_page_has_its_template_and_every_template_its_page() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let mut named = BTreeSet::from(["components.html".to_owned()]);
        named_in(&root.join("src"), &mut named);
        named_in(&root.join("../../templates/pages/dashboard"), &mut named);
        let there: BTreeSet<String> = embedded().into_iter().filter(is_page).map(|(name, _)| name).collect();
        let missing: Vec<_> = named.difference(&there).collect();
        assert!(missing.is_empty(), "write these into templates/pages/dashboard/: {missing:?}");
        let unused: Vec<_> = there.difference(&named).collect();
        assert!(unused.is_empty(), "name these in a page, or delete them: {unused:?}");
    }

    #[test]
    fn the_templates_inside_the_binary_are_sound() {
        Templates::load(None).unwrap();
    }
}
