//! Whether templates can be trusted with a mail: they are tried before one is owed.

use ironplate_application::ports::TemplateContext;
use secrecy::ExposeSecret;

use super::{Part, Samples, TemplateFault, Templates, variables};

/// Subjects stand in lists, notifications and logs of mail servers.
const LINK_IN_SUBJECT: &str = "the subject shows {{ link }}, which is a key";

/// Adds what is wrong with the templates; `files` are those that came from the folder.
pub(super) fn everything(templates: &Templates, files: &[(String, String)], faults: &mut Vec<TemplateFault>) {
    for (name, content) in files {
        unknown_variables(templates, name, content, faults);
        link_in_subject(templates, name, content, faults);
    }
    for sample in Samples::all() {
        for part in Part::ALL {
            let file = part.file_of(sample.template);
            let Err(fault) = rendered(templates, part, &sample) else { continue };
            // One fault a file is told, and of a layout's only once.
            let is_told = faults.iter().any(|told| told.file == file || told.file == fault.file);
            if !is_told {
                faults.push(fault);
            }
        }
    }
}

/// Rendering finds them too, but not in a branch that no sample takes.
fn unknown_variables(templates: &Templates, name: &str, content: &str, faults: &mut Vec<TemplateFault>) {
    // A file that was refused is told of already, and what is loaded under its name is the embedded one.
    if faults.iter().any(|fault| fault.file == name) {
        return;
    }
    let Ok(mentioned) = templates.tera.get_template_variables(name) else { return };
    let mut unknown: Vec<_> = mentioned.into_iter().filter(|it| !variables::NAMES.contains(it)).collect();
    unknown.sort_unstable();
    for variable in unknown {
        // Not in this file: in its layout, of which it is told.
        let Some(line) = content.lines().position(|line| mentions(line, variable)) else { continue };
        let known = variables::NAMES.join(", ");
        let reason = format!("there is no variable `{variable}`; there are {known}");
        faults.push(TemplateFault::new(name, Some(line + 1), reason));
    }
}

/// Rendering does not find it in a branch that no sample takes.
fn link_in_subject(templates: &Templates, name: &str, content: &str, faults: &mut Vec<TemplateFault>) {
    if !name.ends_with(".subject") || faults.iter().any(|fault| fault.file == name) {
        return;
    }
    let Ok(mentioned) = templates.tera.get_template_variables(name) else { return };
    if mentioned.contains("link") {
        let line = content.lines().position(|line| mentions(line, "link"));
        faults.push(TemplateFault::new(name, line.map(|line| line + 1), LINK_IN_SUBJECT));
    }
}

fn mentions(line: &str, variable: &str) -> bool {
    line.split(|letter: char| !letter.is_alphanumeric() && letter != '_').any(|word| word == variable)
}

fn rendered(templates: &Templates, part: Part, sample: &TemplateContext) -> Result<(), TemplateFault> {
    let text = templates.part(part, sample.template, &templates.variables(sample)?)?;
    let says_nothing = text.trim().is_empty();
    let reason = match part {
        Part::Subject if says_nothing => "the subject is empty",
        Part::Subject if text.trim().contains(['\n', '\r']) => "the subject has more than one line",
        Part::Subject if sample.template.acts() && text.contains(sample.link.expose_secret()) => LINK_IN_SUBJECT,
        Part::Text | Part::Html if says_nothing => "it says nothing",
        Part::Text if !text.contains(sample.link.expose_secret()) => "it never shows {{ link }}",
        Part::Html if !text.contains(&escaped(sample.link.expose_secret())) => "it never shows {{ link }}",
        _ => return Ok(()),
    };
    Err(TemplateFault::new(&part.file_of(sample.template), None, reason))
}

fn escaped(text: &str) -> String {
    let mut out = Vec::new();
    match tera::escape_html(text, &mut out) {
        Ok(()) => String::from_utf8_lossy(&out).into_owned(),
        Err(_) => text.to_owned(),
    }
}
