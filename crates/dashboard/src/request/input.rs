//! From what somebody typed to values that are valid, and what to say when they are not.
#![allow(unused_imports, unused_macros, reason = "what of it is used depends on which resources there are")]

use ironplate_domain::{Date, Decimal, Email, FullName, Password, Slug, SlugError, TextError, Timestamp};

/// A value that a field of a form can hold.
pub(crate) trait Input: Sized {
    /// How it is asked for: the type of an HTML input, or `tick`.
    const CONTROL: &'static str = "text";
    /// It may be missing.
    const IS_OPTIONAL: bool = false;
    /// How many characters it may have, where that is bounded.
    const MAX: Option<usize> = None;
    /// What is chosen from, where it is one of a few: each as a field holds it, and as people read it.
    const CHOICES: &'static [(&'static str, &'static str)] = &[];

    /// Takes what was typed into the field that is called so.
    ///
    /// # Errors
    /// A sentence for whoever typed it.
    fn read(text: &str, label: &str) -> Result<Self, String>;

    /// As a field holds it.
    fn text(&self) -> String;

    /// What it is where there is no such field.
    fn left_out() -> Option<Self> {
        None
    }
}

impl Input for Email {
    const CONTROL: &'static str = "email";

    fn read(text: &str, _: &str) -> Result<Self, String> {
        Self::parse(text.trim()).map_err(|_| "Enter an email address like name@example.com".to_owned())
    }

    fn text(&self) -> String {
        self.as_str().to_owned()
    }
}

impl Input for Password {
    const CONTROL: &'static str = "password";

    fn read(text: &str, _: &str) -> Result<Self, String> {
        Self::parse(text).map_err(|error| match error.0 {
            TextError::TooShort { .. } if text.is_empty() => missing("password"),
            error => refused("password", text, error),
        })
    }

    /// No page ever holds one.
    fn text(&self) -> String {
        String::new()
    }
}

impl Input for Slug {
    const MAX: Option<usize> = Some(Self::MAX);

    fn read(text: &str, label: &str) -> Result<Self, String> {
        let (text, what) = (text.trim(), label.to_lowercase());
        Self::parse(text).map_err(|error| match error {
            SlugError::Length(_) if text.is_empty() => missing(&what),
            SlugError::Length(error) => refused(&what, text, error),
            SlugError::Malformed => {
                format!("The {what} has letters from a to z and digits, with single hyphens between them")
            }
            SlugError::Reserved => format!("This {what} is reserved. Choose another one"),
        })
    }

    fn text(&self) -> String {
        self.as_str().to_owned()
    }
}

impl Input for Date {
    const CONTROL: &'static str = "date";

    fn read(text: &str, _: &str) -> Result<Self, String> {
        Self::parse(text.trim()).ok_or_else(|| "Enter a date like 2026-11-25".to_owned())
    }

    fn text(&self) -> String {
        self.to_string()
    }
}

/// In UTC, and without what is less than a second.
impl Input for Timestamp {
    const CONTROL: &'static str = "datetime-local";

    fn read(text: &str, _: &str) -> Result<Self, String> {
        let text = text.trim();
        let minutes = Self::parse(&format!("{text}:00Z"));
        let whole = minutes.or_else(|| Self::parse(&format!("{text}Z")));
        whole.ok_or_else(|| "Enter a date and a time like 2026-11-25T09:30".to_owned())
    }

    fn text(&self) -> String {
        let whole: String = self.to_string().chars().take("2026-11-25T09:30:00".len()).collect();
        whole.strip_suffix(":00").unwrap_or(&whole).to_owned()
    }
}

impl Input for i64 {
    const CONTROL: &'static str = "number";

    fn read(text: &str, label: &str) -> Result<Self, String> {
        let text = text.trim();
        if text.is_empty() {
            return Err(missing(&label.to_lowercase()));
        }
        text.parse().map_err(|_| "Enter a whole number".to_owned())
    }

    fn text(&self) -> String {
        self.to_string()
    }
}

impl<const DIGITS: usize> Input for Decimal<DIGITS> {
    fn read(text: &str, label: &str) -> Result<Self, String> {
        let text = text.trim();
        if text.is_empty() {
            return Err(missing(&label.to_lowercase()));
        }
        Self::parse(text)
            .map_err(|error| format!("Enter a number with at most {} digits behind the point", error.digits))
    }

    fn text(&self) -> String {
        self.to_string()
    }
}

impl Input for bool {
    const CONTROL: &'static str = "tick";
    const IS_OPTIONAL: bool = true;

    fn read(text: &str, _: &str) -> Result<Self, String> {
        Ok(text == "true")
    }

    fn text(&self) -> String {
        if *self { "true" } else { "" }.to_owned()
    }

    fn left_out() -> Option<Self> {
        Some(false)
    }
}

impl<T: Input> Input for Option<T> {
    const CONTROL: &'static str = T::CONTROL;
    const IS_OPTIONAL: bool = true;
    const MAX: Option<usize> = T::MAX;
    const CHOICES: &'static [(&'static str, &'static str)] = T::CHOICES;

    fn read(text: &str, label: &str) -> Result<Self, String> {
        if text.trim().is_empty() { Ok(None) } else { T::read(text, label).map(Some) }
    }

    fn text(&self) -> String {
        self.as_ref().map_or_else(String::new, T::text)
    }

    fn left_out() -> Option<Self> {
        Some(None)
    }
}

/// Ids of what is chosen among the rows that there are.
macro_rules! chosen_ids {
    ($($Id:ident),+) => {$(
        impl $crate::request::Input for $Id {
            const CONTROL: &'static str = "choice";

            fn read(text: &str, label: &str) -> Result<Self, String> {
                text.trim().parse().map(Self).map_err(|_| format!("Choose one of those that are in {}", label.to_lowercase()))
            }

            fn text(&self) -> String {
                self.to_string()
            }
        }
    )+};
}
pub(crate) use chosen_ids;

/// Texts whose length is bounded, by what their types take.
macro_rules! bounded_texts {
    ($($text:ident),+) => {$(
        impl $crate::request::Input for $text {
            const MAX: Option<usize> = Some(Self::MAX);

            fn read(text: &str, label: &str) -> Result<Self, String> {
                $crate::request::bounded(text, label, Self::parse)
            }

            fn text(&self) -> String {
                self.as_str().to_owned()
            }
        }
    )+};
}
pub(crate) use bounded_texts;

bounded_texts!(FullName);

pub(crate) fn bounded<T>(
    text: &str,
    label: &str,
    parse: impl FnOnce(String) -> Result<T, TextError>,
) -> Result<T, String> {
    let what = label.to_lowercase();
    // Browsers send every line's end as two characters.
    let text = text.trim().replace("\r\n", "\n");
    parse(text.clone()).map_err(|error| match error {
        TextError::TooShort { .. } if text.is_empty() => missing(&what),
        error => refused(&what, &text, error),
    })
}

/// What is said where something has to be entered.
pub(crate) fn missing(what: &str) -> String {
    let article = if what.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" };
    format!("Enter {article} {what}")
}

fn refused(what: &str, text: &str, error: TextError) -> String {
    match error {
        TextError::TooShort { min } => format!("The {what} needs at least {min} characters"),
        TextError::TooLong { max } => {
            format!("The {what} has {} characters, at most {max} are allowed", text.chars().count())
        }
        error => format!("The {what} can’t be taken: {error}"),
    }
}
