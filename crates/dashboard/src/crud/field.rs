//! The fields of a form, each declared once.

use ironplate_domain::{FullName, User};
use serde::Serialize;

use crate::{request::Form, shell::PageResponse};

/// A field of a form about a `T`. From its declaration follow the control, its label and its hint, what it holds when the form
/// is opened, and that nobody overwrites unawares what somebody else changed in it meanwhile.
///
/// ```text
/// Field::line("title", "Title", |item: &Item| item.title.to_string()).hint("At most 255 characters."),
/// ```
#[derive(Clone, Copy)]
pub(crate) struct Field<T> {
    control: Control,
    now: fn(&T) -> String,
}

/// As templates take it.
#[derive(Clone, Copy, Serialize)]
struct Control {
    name: &'static str,
    label: &'static str,
    /// Of an input, or `area`, or `tick`.
    kind: &'static str,
    hint: &'static str,
    optional: bool,
    autocomplete: &'static str,
}

const PASSWORD: &str = "password";

impl<T> Field<T> {
    const fn new(kind: &'static str, name: &'static str, label: &'static str, now: fn(&T) -> String) -> Self {
        Self { control: Control { name, label, kind, hint: "", optional: false, autocomplete: "" }, now }
    }

    /// One line of text.
    pub(crate) const fn line(name: &'static str, label: &'static str, now: fn(&T) -> String) -> Self {
        Self::new("text", name, label, now)
    }

    /// Several lines of text.
    pub(crate) const fn area(name: &'static str, label: &'static str, now: fn(&T) -> String) -> Self {
        Self::new("area", name, label, now)
    }

    /// An email address.
    pub(crate) const fn email(name: &'static str, label: &'static str, now: fn(&T) -> String) -> Self {
        Self::new("email", name, label, now)
    }

    /// A day: as ISO 8601, or empty.
    pub(crate) const fn date(name: &'static str, label: &'static str, now: fn(&T) -> String) -> Self {
        Self::new("date", name, label, now)
    }

    /// A box to be ticked: `true`, or empty.
    pub(crate) const fn tick(name: &'static str, label: &'static str, now: fn(&T) -> String) -> Self {
        Self::new("tick", name, label, now)
    }

    /// A password, which no page ever holds.
    pub(crate) const fn password(name: &'static str, label: &'static str) -> Self {
        Self::new(PASSWORD, name, label, |_| String::new())
    }

    /// It may be left empty.
    pub(crate) const fn optional(mut self) -> Self {
        self.control.optional = true;
        self
    }

    /// What to know before it is filled in.
    pub(crate) const fn hint(mut self, hint: &'static str) -> Self {
        self.control.hint = hint;
        self
    }

    /// What browsers may fill in.
    pub(crate) const fn autocomplete(mut self, what: &'static str) -> Self {
        self.control.autocomplete = what;
        self
    }

    fn is_held(&self) -> bool {
        self.control.kind != PASSWORD
    }
}

impl Field<User> {
    /// Where a user's name is changed.
    pub(crate) const fn full_name(autocomplete: &'static str) -> Self {
        let now = |user: &User| user.full_name.as_ref().map_or("", FullName::as_str).to_owned();
        Self::line("full_name", "Name", now).optional().autocomplete(autocomplete)
    }

    /// Where a user's address is changed.
    pub(crate) const fn address(autocomplete: &'static str) -> Self {
        Self::email("email", "Email", |user: &User| user.email.as_str().to_owned()).autocomplete(autocomplete)
    }
}

impl Form {
    /// With what these fields hold now, which the form brings back.
    pub(crate) fn opened<T>(self, fields: &[Field<T>], entity: &T) -> Self {
        let held = fields.iter().filter(|field| field.is_held());
        held.fold(self, |form, field| form.holding_now(field.control.name, &(field.now)(entity)))
    }

    /// Tells at each field what somebody else changed in it meanwhile.
    pub(crate) fn tell_what_is_overtaken<T>(&mut self, fields: &[Field<T>], entity: &T) {
        for field in fields.iter().filter(|field| field.is_held()) {
            self.tell_if_overtaken(field.control.name, &(field.now)(entity));
        }
    }
}

impl PageResponse<'_> {
    /// With these fields, for the component `fields`.
    pub(crate) fn fields<T>(mut self, fields: &[Field<T>]) -> Self {
        let controls: Vec<Control> = fields.iter().map(|field| field.control).collect();
        self.insert("fields", &controls);
        self
    }
}
