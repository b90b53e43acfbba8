//! The pages of a web client that its server needs to know of.

use std::collections::BTreeSet;

/// The pages that links in mail name, and which page of the dashboard each is.
pub(crate) const PAGES: [(&str, &str); 6] = [
    ("/login", "/dashboard/log-in"),
    ("/signup", "/dashboard/sign-up"),
    ("/recover-password", "/dashboard/forgot-password"),
    ("/reset-password", "/dashboard/reset-password"),
    ("/verify-email", "/dashboard/verify-email"),
    ("/invitation", "/dashboard/invitation"),
];

/// Where a web client has it.
pub(crate) const CLIENT_SETTINGS: &str = "/settings";

/// The pages of a web client that its server needs to know of: those that links in mail lead to, and the one where a password
/// is changed.
#[derive(Debug, Clone, Default)]
pub struct ClientPages(BTreeSet<&'static str>);

impl ClientPages {
    /// The paths that there are to choose from.
    pub fn known() -> impl Iterator<Item = &'static str> {
        PAGES.into_iter().map(|(path, _)| path).chain([CLIENT_SETTINGS])
    }

    /// Their paths.
    pub fn paths(&self) -> impl Iterator<Item = &'static str> {
        self.0.iter().copied()
    }

    /// The paths of those that it has not and that links in mail lead to.
    pub fn lacking(&self) -> impl Iterator<Item = &'static str> {
        PAGES.into_iter().map(|(path, _)| path).filter(|path| !self.0.contains(path))
    }

    /// Whether it has the page of this path.
    pub(crate) fn has(&self, path: &str) -> bool {
        self.0.contains(path)
    }

    /// The known ones among these paths.
    #[must_use]
    pub fn of(paths: &[String]) -> Self {
        Self(Self::known().filter(|known| paths.iter().any(|path| path == known)).collect())
    }
}
