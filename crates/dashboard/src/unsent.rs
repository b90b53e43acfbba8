//! What somebody sent and what was not done: they see it again, and can send it again.

use serde::Serialize;

use crate::{
    fields::{Fields, is_password},
    own_path::OwnPath,
    words,
};

/// As templates take it.
#[derive(Default, Serialize)]
pub(crate) struct Unsent {
    /// Where it was sent, if it may be sent there again.
    action: Option<OwnPath>,
    /// What was typed.
    shown: Vec<Shown>,
    /// What is sent again.
    kept: Vec<Kept>,
    /// Passwords, which nobody keeps: they have to be typed again.
    again: Vec<Again>,
}

#[derive(Serialize)]
struct Shown {
    name: String,
    value: String,
}

#[derive(Serialize)]
struct Kept {
    name: String,
    text: String,
}

#[derive(Serialize)]
struct Again {
    name: String,
    label: String,
}

/// Fields that nobody typed.
const OURS: [&str; 6] = ["back", "next", "resume", "token", "username", "why"];

impl Unsent {
    /// What these fields hold.
    pub(crate) fn of(fields: &Fields) -> Self {
        let passwords = fields.iter().filter(|(name, text)| is_password(name) && !text.is_empty());
        let typed = fields.iter().filter(|(name, text)| !text.trim().is_empty() && is_typed(name));
        Self {
            action: None,
            shown: typed.map(Shown::from).collect(),
            kept: fields.iter().filter(|(name, _)| !is_password(name)).map(Kept::from).collect(),
            again: passwords.map(|(name, _)| Again { name: name.to_owned(), label: words::field(name) }).collect(),
        }
    }

    /// To be sent there again.
    pub(crate) fn to(self, action: OwnPath) -> Self {
        Self { action: Some(action), ..self }
    }

    /// Nobody misses it.
    pub(crate) fn is_nothing(&self) -> bool {
        self.action.is_none() && self.shown.is_empty()
    }
}

/// What has a dot in its name waits for another form.
fn is_typed(name: &str) -> bool {
    !is_password(name) && !name.contains('.') && !OURS.contains(&name)
}

impl From<(&str, &str)> for Shown {
    fn from((name, text): (&str, &str)) -> Self {
        let value = if text == "true" { "Yes" } else { text };
        Self { name: words::field(name), value: value.to_owned() }
    }
}

impl From<(&str, &str)> for Kept {
    fn from((name, text): (&str, &str)) -> Self {
        Self { name: name.to_owned(), text: text.to_owned() }
    }
}
