//! What is wrong with the configuration, all of it.

use std::fmt;

/// The faults found so far.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Faults(Vec<Fault>);

#[derive(Debug, PartialEq, Eq)]
struct Fault {
    /// How the setting was given, or its name.
    name: String,
    problem: String,
    fix: String,
}

impl Faults {
    pub(super) fn add(&mut self, name: impl Into<String>, problem: impl Into<String>, fix: impl Into<String>) {
        self.0.push(Fault { name: name.into(), problem: problem.into(), fix: fix.into() });
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Display for Faults {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.len() {
            1 => writeln!(out, "The configuration has a fault:")?,
            count => writeln!(out, "The configuration has {count} faults:")?,
        }
        for Fault { name, problem, fix } in &self.0 {
            write!(out, "\n  {name}\n    {problem}\n    fix: {fix}\n")?;
        }
        Ok(())
    }
}
