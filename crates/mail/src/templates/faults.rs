//! What is wrong with a template.

use std::fmt;

use tera::ErrorKind;

use crate::mime::one_line;

/// One thing that is wrong with one template. Prints as a line.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct TemplateFault {
    /// The file, or the folder when that can't be read.
    pub file: String,
    /// Its line, from 1, if one is to blame.
    pub line: Option<usize>,
    /// What is wrong, in a sentence.
    pub reason: String,
}

impl TemplateFault {
    pub(super) fn new(file: &str, line: Option<usize>, reason: impl Into<String>) -> Self {
        Self { file: file.to_owned(), line, reason: reason.into() }
    }

    /// What Tera says, of the file that it blames.
    pub(super) fn of(file: &str, error: &tera::Error) -> Self {
        match error.kind() {
            ErrorKind::SyntaxError(report) | ErrorKind::RenderingError(report) => {
                let blamed = if report.filename().is_empty() { file } else { report.filename() };
                Self::new(blamed, Some(report.span().start_line), one_line(report.message()))
            }
            _ => Self::from_report(file, &error.to_string()),
        }
    }

    /// A report of several lines begins with `error: <what>` and ` --> <file>:<line>:<column>`.
    fn from_report(file: &str, report: &str) -> Self {
        let mut lines = report.lines();
        let reason = lines.next().unwrap_or_default();
        let place = lines.next().and_then(|line| line.trim().strip_prefix("--> "));
        let line = place.and_then(|place| place.split(':').nth(1)?.parse().ok());
        Self::new(file, line, one_line(reason.trim_start_matches("error: ")))
    }
}

impl fmt::Display for TemplateFault {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(out, "{}, line {line}: {}", self.file, self.reason),
            None => write!(out, "{}: {}", self.file, self.reason),
        }
    }
}

/// Everything that is wrong with the templates. Prints as lines.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct TemplateFaults(pub Vec<TemplateFault>);

impl fmt::Display for TemplateFaults {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let lines: Vec<_> = self.0.iter().map(ToString::to_string).collect();
        out.write_str(&lines.join("\n"))
    }
}
