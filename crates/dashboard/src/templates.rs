//! The templates of the dashboard: inside the binary, each of which a file in a folder may take the place of.

mod embedded;
mod folder;

use std::{fmt, path::Path};

use ironplate_application::with_causes;
use tera::{Context, Tera, TeraResult};

/// All templates, parsed; with the style and the script, which are no templates.
#[derive(Debug, Clone)]
pub struct Templates {
    tera: Tera,
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
        let mut files: Vec<(String, String)> =
            embedded::FILES.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect();
        for (name, text) in folder.map_or_else(Vec::new, |folder| folder::read(folder, &mut faults)) {
            match files.iter_mut().find(|(known, _)| *known == name) {
                Some((_, content)) => *content = text,
                None => faults.push(TemplateFault { file: name, problem: "no template has this name".to_owned() }),
            }
        }
        let is_page = |(name, _): &(String, String)| name.strip_suffix(".html").is_some();
        let (pages, plain): (Vec<_>, Vec<_>) = files.into_iter().partition(is_page);
        let mut tera = Tera::new();
        // What a name in `.html` renders is escaped. All at once, for they build on one another.
        if let Err(error) = tera.add_raw_templates(pages) {
            faults.push(TemplateFault { file: "templates".to_owned(), problem: with_causes(&error) });
        }
        if faults.is_empty() { Ok(Self { tera, plain }) } else { Err(TemplateFaults(faults)) }
    }

    pub(crate) fn render(&self, template: &str, context: &Context) -> TeraResult<String> {
        self.tera.render(template, context)
    }

    /// A file that is served as it is.
    pub(crate) fn plain(&self, name: &str) -> &str {
        self.plain.iter().find(|(known, _)| known == name).map_or("", |(_, text)| text)
    }
}

impl fmt::Display for TemplateFault {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}: {}", self.file, self.problem)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_templates_inside_the_binary_are_sound() {
        Templates::load(None).unwrap();
    }
}
