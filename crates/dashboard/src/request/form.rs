//! A form between what was typed and what is said about it.

use std::collections::BTreeMap;

use actix_web::http::{
    StatusCode,
    header::{HeaderName, HeaderValue, RETRY_AFTER},
};
use serde::Serialize;

use super::{
    fields::{Fields, is_secret},
    input::{Input, missing},
};
use crate::{
    fault::{PageError, Rejection},
    shell::PageResponse,
    words,
};

/// Before the names of fields, what they held when their page was made.
pub(crate) const WAS: &str = "was.";

/// What was typed, and what is wrong with it.
#[derive(Default)]
pub(crate) struct Form {
    fields: Fields,
    errors: Vec<FieldError>,
    problem: Option<String>,
    rejection: Option<Rejection>,
}

/// As templates take it: what is secret never comes back.
#[derive(Serialize)]
pub(crate) struct FormView<'a> {
    values: BTreeMap<&'a str, &'a str>,
    /// What fields held when their page was made.
    was: Vec<HeldText<'a>>,
    /// By field.
    errors: BTreeMap<&'static str, &'a str>,
    /// The same in the order of the fields.
    error_list: Vec<&'a FieldError>,
    problem: &'a Option<String>,
}

#[derive(Serialize)]
struct HeldText<'a> {
    name: &'a str,
    text: &'a str,
}

#[derive(Serialize)]
struct FieldError {
    name: &'static str,
    text: String,
}

impl Form {
    /// An empty one, to be filled in.
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// One that was sent.
    pub(crate) fn of(fields: Fields) -> Self {
        Self { fields, ..Self::default() }
    }

    /// With this in a field.
    pub(crate) fn holding(self, name: &str, text: impl Into<String>) -> Self {
        Self { fields: self.fields.holding(name, text), ..self }
    }

    /// With what is there now in a field, which the form brings back, so that it is known what its reader changed.
    pub(crate) fn holding_now(self, name: &str, text: &str) -> Self {
        self.holding(&format!("{WAS}{name}"), text).holding(name, text)
    }

    /// Whether a field holds something else than when its page was made. What somebody else changed meanwhile, on another
    /// page, is then left alone by those who did not touch it; and so is a field that the page did not have.
    pub(crate) fn is_changed(&self, name: &str) -> bool {
        match (self.fields.find(&format!("{WAS}{name}")), self.fields.find(name)) {
            (Some(was), now) => !is_same(was, now.unwrap_or_default()),
            (None, now) => now.is_some(),
        }
    }

    /// Tells at a field that somebody else changed it since the page was made, where this reader changed it, too. Whoever
    /// sends the form again knows of it. Of two who save at the very same moment the later one is not told.
    pub(crate) fn tell_if_overtaken(&mut self, name: &'static str, now: &str) {
        let key = format!("{WAS}{name}");
        let (was, text) = (self.fields.find(&key), self.text(name));
        // Browsers take line breaks out of a single line.
        let is_as_it_was = was.is_none_or(|was| was.replace(['\r', '\n'], "") == now.replace(['\r', '\n'], ""));
        let is_theirs_too = is_same(text.trim(), now.trim());
        if self.errors.iter().any(|error| error.name == name) || !self.is_changed(name) || is_as_it_was || is_theirs_too
        {
            return;
        }
        let how = if now.is_empty() { "emptied".to_owned() } else { format!("changed to “{now}”") };
        self.fields = std::mem::take(&mut self.fields).holding(&key, now);
        self.blame(name, format!("This was {how} meanwhile. Save again to have yours in its place"));
    }

    /// Nothing is wrong so far.
    pub(crate) fn is_fine(&self) -> bool {
        self.errors.is_empty() && self.problem.is_none()
    }

    pub(crate) fn fields(&self) -> &Fields {
        &self.fields
    }

    /// What was typed in this field.
    pub(crate) fn text(&self, name: &str) -> &str {
        self.fields.get(name)
    }

    pub(crate) fn is_ticked(&self, name: &str) -> bool {
        self.text(name) == "true"
    }

    /// What was typed in this field.
    pub(crate) fn input<T: Input>(&mut self, name: &'static str) -> Option<T> {
        self.labelled(name, &words::field(name), T::IS_OPTIONAL)
    }

    /// What was typed in this field, which is called so.
    pub(crate) fn labelled<T: Input>(&mut self, name: &'static str, label: &str, is_optional: bool) -> Option<T> {
        let text = self.fields.get(name);
        let read = if text.trim().is_empty() && T::IS_OPTIONAL && !is_optional {
            Err(missing(&label.to_lowercase()))
        } else {
            T::read(text, label)
        };
        read.map_err(|error| self.blame(name, error)).ok()
    }

    /// Something is wrong with this field.
    pub(crate) fn blame(&mut self, name: &'static str, error: impl Into<String>) {
        self.errors.retain(|known| known.name != name);
        self.errors.push(FieldError { name, text: error.into() });
    }

    /// Something is wrong that no field is to blame for.
    pub(crate) fn complain(&mut self, problem: impl Into<String>) {
        self.problem = Some(problem.into());
    }

    /// Takes down what a use case refused, if the reader can mend it here.
    ///
    /// # Errors
    /// They can't: that is for a page of its own.
    pub(crate) fn refuse(&mut self, error: PageError) -> Result<(), PageError> {
        let PageError::Rejected(rejection) = error else { return Err(error) };
        if !rejection.is_about_the_form() {
            return Err(PageError::Rejected(rejection));
        }
        let fields = rejection.fields.unwrap_or_default();
        let sent = |name: &&&str| self.fields.iter().any(|(known, _)| known == **name);
        let filled = |name: &&&str| self.fields.iter().any(|(known, text)| known == **name && !text.trim().is_empty());
        match fields.iter().find(filled).or_else(|| fields.iter().find(sent)) {
            Some(field) => self.blame(field, rejection.sentence()),
            None => self.problem = Some(rejection.sentence().to_owned()),
        }
        self.rejection = Some(rejection);
        Ok(())
    }

    /// What was typed as a second factor: a code of an app, or a recovery code in its place.
    pub(crate) fn typed_code(&self) -> &str {
        if self.text("code").trim().is_empty() { self.text("recovery_code") } else { self.text("code") }
    }

    pub(crate) fn view(&self) -> FormView<'_> {
        let values = || self.fields.iter().filter(|(name, _)| !is_secret(name));
        let place = |name| self.fields.iter().position(|(known, _)| known == name).unwrap_or(usize::MAX);
        let mut error_list: Vec<_> = self.errors.iter().collect();
        error_list.sort_by_key(|error| place(error.name));
        FormView {
            values: values().collect(),
            was: values().filter_map(|(name, text)| Some(HeldText { name: name.strip_prefix(WAS)?, text })).collect(),
            errors: self.errors.iter().map(|error| (error.name, error.text.as_str())).collect(),
            error_list,
            problem: &self.problem,
        }
    }

    /// The status of a page that shows it, if something is wrong.
    pub(crate) fn status(&self) -> Option<StatusCode> {
        let rejection = self.rejection.as_ref().map(|rejection| rejection.status);
        let throttled = rejection.filter(|status| *status == StatusCode::TOO_MANY_REQUESTS);
        (!self.is_fine()).then(|| throttled.unwrap_or(StatusCode::UNPROCESSABLE_ENTITY))
    }

    /// Why the page shows it again.
    pub(crate) fn code(&self) -> &'static str {
        self.rejection.as_ref().map_or("validation_error", |rejection| rejection.code)
    }

    pub(crate) fn headers(&self) -> Option<(HeaderName, HeaderValue)> {
        Some((RETRY_AFTER, self.rejection.as_ref().and_then(Rejection::retry_after)?))
    }
}

impl PageResponse<'_> {
    /// With what was typed, and what is wrong with it.
    pub(crate) fn form(mut self, form: &Form) -> Self {
        self.insert("form", &form.view());
        if let Some(status) = form.status() {
            self = self.status(status).because(form.code());
        }
        match form.headers() {
            Some((name, value)) => self.header(name, value),
            None => self,
        }
    }
}

/// Browsers send line ends of their own.
fn is_same(one: &str, other: &str) -> bool {
    let with_one_end = |text: &str| text.replace("\r\n", "\n").replace('\r', "\n");
    with_one_end(one) == with_one_end(other)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_somebody_else_changed_meanwhile_is_told() {
        for (sent, now, is_told) in [
            ("title=mine&was.title=old", "old", false),
            ("title=mine&was.title=old", "theirs", true),
            ("title=mine&was.title=old", "", true),
            ("title=mine&was.title=old", "mine", false),
            ("title=mine+&was.title=old", "mine", false),
            ("title=old&was.title=old", "theirs", false),
            ("title=mine", "theirs", false),
            // As browsers send the line ends that they were given, or leave them out.
            ("title=mine&was.title=a%0D%0Ab", "a\rb", false),
            ("title=mine&was.title=ab", "a\nb", false),
        ] {
            let mut form = Form::of(Fields::parse(sent.as_bytes()));
            form.tell_if_overtaken("title", now);
            assert_eq!(form.is_fine(), !is_told, "{sent} {now:?}");
            form.errors.clear();
            form.tell_if_overtaken("title", now);
            assert!(form.is_fine(), "it is told once");
        }
        let mut form = Form::of(Fields::parse(b"title=&was.title=old"));
        form.blame("title", "Enter a title");
        form.tell_if_overtaken("title", "theirs");
        assert_eq!(form.view().errors["title"], "Enter a title");
    }
}
