//! What was found, and how it is told.

use std::fmt;

use ironplate_domain::spelled;
use serde_json::{Value, json};

/// How it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    Ok,
    /// It works, and may not be what is wanted.
    Unwise,
    Wrong,
}

/// One thing that was looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Finding {
    pub(super) subject: &'static str,
    pub(super) verdict: Verdict,
    pub(super) says: String,
    /// How to mend it.
    pub(super) fix: Option<String>,
}

impl Finding {
    pub(super) fn ok(subject: &'static str, says: impl Into<String>) -> Self {
        Self { subject, verdict: Verdict::Ok, says: says.into(), fix: None }
    }

    pub(super) fn unwise(subject: &'static str, says: impl Into<String>, fix: impl Into<String>) -> Self {
        Self { subject, verdict: Verdict::Unwise, says: says.into(), fix: Some(fix.into()) }
    }

    pub(super) fn wrong(subject: &'static str, says: impl Into<String>, fix: impl Into<String>) -> Self {
        Self { subject, verdict: Verdict::Wrong, says: says.into(), fix: Some(fix.into()) }
    }

    pub(super) fn json(&self) -> Value {
        json!({ "subject": self.subject, "verdict": self.verdict.name(), "says": self.says, "fix": self.fix })
    }
}

impl Verdict {
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Unwise => "unwise",
            Self::Wrong => "wrong",
        }
    }
}

/// Below what is wrong, how to mend it.
impl fmt::Display for Finding {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut lines = self.says.lines();
        let first = spelled(lines.next().unwrap_or_default());
        write!(out, "{:<8}{:<15}{first}", self.verdict.name(), self.subject)?;
        for line in lines {
            write!(out, "\n{}", format!("{:23}{}", "", spelled(line)).trim_end())?;
        }
        match &self.fix {
            Some(fix) => write!(out, "\n{:23}fix: {}", "", spelled(fix)),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_said_stands_in_one_column_and_can_t_steer_the_terminal() {
        let told = Finding::wrong("database", "first\n\nsecond\u{1b}[2J", "run it").to_string();
        let columns = ["first", "second", "fix: "].map(|word| told.lines().find_map(|line| line.find(word)));
        assert_eq!(columns, [Some(23); 3], "{told}");
        assert!(!told.contains('\u{1b}') && !told.lines().any(|line| line.ends_with(' ')), "{told:?}");
    }
}
