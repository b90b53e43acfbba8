//! Light or dark, as the reader chose on this device.

use actix_web::{HttpRequest, http::header::HeaderValue};
use serde::Serialize;

use super::cookies::{self, CookieLifetime};

const NAME: &str = "theme";

/// How pages look.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Theme {
    /// As the device does.
    #[default]
    System,
    Light,
    Dark,
}

impl Theme {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    pub(crate) fn from_name(name: &str) -> Option<Self> {
        [Self::System, Self::Light, Self::Dark].into_iter().find(|theme| theme.name() == name)
    }

    /// What this device chose.
    pub(crate) fn of(request: &HttpRequest) -> Self {
        cookies::cookies(request, NAME).find_map(Self::from_name).unwrap_or_default()
    }

    /// The `Set-Cookie` that keeps the choice.
    pub(crate) fn keep(self) -> HeaderValue {
        cookies::set_cookie(NAME, self.name(), CookieLifetime::ForAYear)
    }
}
