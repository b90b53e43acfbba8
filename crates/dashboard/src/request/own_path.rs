//! Addresses that somebody sent and that people are led to: pages of this dashboard and nothing else.
#![allow(dead_code, reason = "what of it is used depends on which resources there are")]

use std::fmt;

use serde::{Serialize, Serializer};

use super::fields::{Fields, address};

/// The address of a page below `/dashboard`, with its query: safe to redirect to, whoever it came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct OwnPath(String);

/// Longer addresses are none of ours.
const LONGEST: usize = 1_000;

impl OwnPath {
    /// The first page.
    pub(crate) fn home() -> Self {
        Self("/dashboard".to_owned())
    }

    /// Takes the address if it leads nowhere else, however a browser reads it: not by a scheme or a host, not by
    /// backslashes, dots, controls, or any of them in disguise.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let below = text.strip_prefix("/dashboard")?;
        let (path, _) = below.split_once('?').unwrap_or((below, ""));
        let is_below = path.is_empty() || path.starts_with('/');
        let is_plain = text.bytes().all(|byte| byte.is_ascii_graphic() && !b"\\#\"<>^`{|}".contains(&byte));
        let has_plain_segments = !path.contains('%') && !path.contains("//") && !path.contains(':');
        let stays = path.split('/').all(|segment| !matches!(segment, "." | ".."));
        let is_ours = is_below && is_plain && has_plain_segments && stays && text.len() <= LONGEST;
        is_ours.then(|| Self(text.to_owned()))
    }

    /// The address of this list, with whatever search and page: where somebody goes back to.
    pub(crate) fn of_list(text: &str, list: &str) -> Self {
        let is_list = |path: &Self| path.0.split('?').next() == Some(list);
        Self::parse(text).filter(is_list).unwrap_or_else(|| Self(list.to_owned()))
    }

    /// The same with this parameter, unless it has one of this name.
    pub(crate) fn with(self, name: &str, value: &str) -> Self {
        let (path, query) = self.parts();
        if query.find(name).is_some() {
            return self;
        }
        let all: Vec<_> = query.iter().chain([(name, value)]).collect();
        Self(address(path, &all))
    }

    /// The same without the parameter of this name.
    pub(crate) fn without(self, name: &str) -> Self {
        let (path, query) = self.parts();
        if query.find(name).is_none() {
            return self;
        }
        let others: Vec<_> = query.iter().filter(|(known, _)| *known != name).collect();
        Self(address(path, &others))
    }

    fn parts(&self) -> (&str, Fields) {
        let (path, query) = self.0.split_once('?').unwrap_or((&self.0, ""));
        (path, Fields::parse(query.as_bytes()))
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for OwnPath {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

impl Serialize for OwnPath {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_parameter_is_added_and_taken_away() {
        let path = |text| OwnPath::parse(text).unwrap();
        for (without, with) in [
            ("/dashboard/items", "/dashboard/items?owner=mine"),
            ("/dashboard/items?q=a+b&page=2", "/dashboard/items?q=a+b&page=2&owner=mine"),
        ] {
            assert_eq!(path(without).with("owner", "mine"), path(with));
            assert_eq!(path(with).with("owner", "another"), path(with));
            assert_eq!(path(with).without("owner"), path(without));
            assert_eq!(path(without).without("owner"), path(without));
        }
    }

    #[test]
    fn pages_of_the_dashboard_are_taken() {
        for path in [
            "/dashboard",
            "/dashboard/",
            "/dashboard?a=b",
            "/dashboard/items?q=a+b&order=-title&page=2",
            "/dashboard/items?q=%2F%2Fevil.example",
            "/dashboard/users/0190a1b2-c3d4-7e5f-8a9b-000000000001/edit",
        ] {
            assert_eq!(OwnPath::parse(path).as_ref().map(OwnPath::as_str), Some(path));
        }
    }

    #[test]
    fn everything_else_is_refused() {
        for path in [
            "",
            "/",
            "//evil.example",
            "///evil.example",
            "\\evil.example",
            "/\\evil.example",
            "\\\\evil.example",
            "https://evil.example",
            "https:evil.example",
            "https://evil.example/dashboard",
            "//user@evil.example/dashboard",
            "https://app.example@evil.example/dashboard",
            "javascript:alert(1)",
            "data:text/html,x",
            "dashboard",
            "/dashboards",
            "/dashboard.evil.example",
            "/dashboard@evil.example",
            "/dashboard:x@evil.example",
            "/dashboard//evil.example",
            "/dashboard/\\evil.example",
            "/dashboard/..//evil.example",
            "/dashboard/../../evil",
            "/dashboard/.",
            "/dashboard/%2e%2e//evil.example",
            "/dashboard/%2E%2E/%2Fevil.example",
            "/dashboard/%2f%2fevil.example",
            "/dashboard/%5cevil.example",
            "/dashboard%2f%2fevil.example",
            "/%2fevil.example",
            "%2f%2fevil.example",
            "%68ttps://evil.example",
            "/dashboard/a:b",
            "/dashboard#x",
            "/dashboard?a=\\b",
            "/dashboard ",
            " /dashboard",
            "/dashboard\t",
            "/dashboard\r\nSet-Cookie: a=b",
            "/\t/evil.example",
            "/dashboard/é",
            "/DASHBOARD",
        ] {
            assert_eq!(OwnPath::parse(path), None, "{path:?}");
        }
        assert_eq!(OwnPath::parse(&format!("/dashboard?{}", "a".repeat(LONGEST))), None);
    }
}
