//! What mails say: templates inside the binary, each of which a file in a folder may take the place of.

mod check;
mod embedded;
mod faults;
mod folder;
mod samples;
mod variables;
mod words;

use std::path::Path;

use ironplate_application::ports::{MailRenderer, RenderError, RenderedMail, TemplateContext};
use ironplate_domain::MailTemplate;
use tera::{Context, Tera};

pub use faults::{TemplateFault, TemplateFaults};
pub use samples::Samples;

use crate::mime::one_line;

/// The three parts of a mail, as their files end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    Subject,
    Text,
    Html,
}

impl Part {
    const ALL: [Self; 3] = [Self::Subject, Self::Text, Self::Html];

    fn file_of(self, template: MailTemplate) -> String {
        let ending = match self {
            Self::Subject => "subject",
            Self::Text => "txt",
            Self::Html => "html",
        };
        format!("{}.{ending}", template.name())
    }
}

/// All templates, parsed and tried.
#[derive(Debug)]
pub struct Templates {
    tera: Tera,
    product: String,
    frontend_host: String,
}

impl Templates {
    /// Loads the templates inside the binary, and over them the files in `folder`, and renders each with samples.
    /// `product` is the name that mails speak of, `frontend_host` where the web client lives, without a slash at the
    /// end.
    ///
    /// # Errors
    /// Everything that is wrong with the folder's files, at once.
    pub fn load(product: &str, frontend_host: &str, folder: Option<&Path>) -> Result<Self, TemplateFaults> {
        let mut faults = Vec::new();
        let mut tera = Tera::default();
        if let Err(error) = tera.add_raw_templates(embedded::FILES.iter().copied()) {
            faults.push(TemplateFault::of("templates/mail", &error));
        }
        let files = folder.map_or_else(Vec::new, |folder| folder::read(folder, &mut faults));
        for (name, content) in &files {
            if let Err(error) = tera.add_raw_template(name, content) {
                faults.push(TemplateFault::of(name, &error));
            }
        }
        let templates = Self { tera, product: one_line(product), frontend_host: frontend_host.to_owned() };
        check::everything(&templates, &files, &mut faults);
        if faults.is_empty() { Ok(templates) } else { Err(TemplateFaults(faults)) }
    }

    /// The names of all files that a template may be in.
    fn file_names() -> impl Iterator<Item = &'static str> {
        embedded::FILES.iter().map(|(name, _)| *name)
    }

    /// The layout of this file name, as it is inside the binary.
    fn layout(name: &str) -> Option<&'static str> {
        let is_layout = |(known, _): &&(&str, &str)| *known == name && known.starts_with("layout.");
        embedded::FILES.iter().find(is_layout).map(|(_, content)| *content)
    }

    fn variables(&self, context: &TemplateContext) -> Result<Context, TemplateFault> {
        variables::of(context, &self.product, &self.frontend_host)
    }

    fn part(&self, part: Part, template: MailTemplate, variables: &Context) -> Result<String, TemplateFault> {
        let file = part.file_of(template);
        self.tera.render(&file, variables).map_err(|error| TemplateFault::of(&file, &error))
    }
}

impl MailRenderer for Templates {
    fn render(&self, context: &TemplateContext) -> Result<RenderedMail, RenderError> {
        let render = || {
            let variables = self.variables(context)?;
            let part = |part| self.part(part, context.template, &variables);
            Ok(RenderedMail {
                subject: one_line(&part(Part::Subject)?),
                text: part(Part::Text)?,
                html: part(Part::Html)?,
            })
        };
        render().map_err(|fault: TemplateFault| RenderError { template: context.template.name(), source: fault.into() })
    }
}
