//! What is wrong with the configuration, all of it.

use std::fmt;

/// The faults found so far, and what may have led to them.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Faults {
    faults: Vec<Fault>,
    warnings: Vec<String>,
}

#[derive(Debug, PartialEq, Eq)]
struct Fault {
    /// How the setting was given, or its name.
    name: String,
    problem: String,
    fix: String,
}

impl Faults {
    pub(super) fn add(&mut self, name: impl Into<String>, problem: impl Into<String>, fix: impl Into<String>) {
        self.faults.push(Fault { name: name.into(), problem: problem.into(), fix: fix.into() });
    }

    pub(super) fn is_empty(&self) -> bool {
        self.faults.is_empty()
    }

    pub(super) fn warn(&mut self, warnings: Vec<String>) {
        self.warnings.extend(warnings);
    }
}

impl fmt::Display for Faults {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.faults.len() {
            1 => writeln!(out, "The configuration has a fault:")?,
            count => writeln!(out, "The configuration has {count} faults:")?,
        }
        for Fault { name, problem, fix } in &self.faults {
            write!(out, "\n  {name}\n    {problem}\n    fix: {fix}\n")?;
        }
        self.warnings.iter().try_for_each(|warning| write!(out, "\n  {warning}\n"))
    }
}
