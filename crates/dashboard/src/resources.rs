//! The resources that have pages of their own: what the menu, the forms, the buttons and the messages call each.

use ironplate_application::{overview::Newest, ports::OwnedCounts};
use serde::Serialize;

use crate::words;

/// What one resource is called. Its pages are in `pages/`, under its key.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub(crate) struct ResourceNames {
    /// One of them, inside a sentence: `item`.
    pub(crate) noun: &'static str,
    /// Several of them, inside a sentence: `items`.
    pub(crate) plural: &'static str,
    /// The key of its entry in the menu, of its icon, and of the rows of its list; the name of its repository: `items`.
    pub(crate) key: &'static str,
    /// The entry, and the head of its list: `Items`.
    pub(crate) label: &'static str,
    /// Its list.
    pub(crate) url: &'static str,
    /// The icon: SVG of 24 by 24, drawn in lines.
    pub(crate) icon: &'static str,
}

/// What a button does to one of a resource.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Action {
    /// Behind the address of the one: `complete`.
    pub(crate) path: &'static str,
    /// On the button: `Mark as done`.
    pub(crate) label: &'static str,
    /// In the message afterwards, "The item was completed.": `completed`.
    pub(crate) done: &'static str,
}

/// What was done to one of a resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Deed {
    Created,
    Saved,
    Deleted,
    By(&'static Action),
}

/// Declares the resources of each part of the menu, in their order: one that has pages is in the menu, and messages know it.
macro_rules! resources {
    ($($(#[$doc:meta])* $list:ident { $($name:ident: $names:tt)* })+) => {
        $(
            $(#[$doc])*
            pub(crate) static $list: &[&ResourceNames] = &[$(&$name),*];

            $(pub(crate) static $name: ResourceNames = ResourceNames $names;)*
        )+

        static ALL: &[&[&ResourceNames]] = &[$($list),+];
    };
}

resources! {
    /// What people keep for themselves, and what goes with their accounts.
    OWN {
        ITEMS: {
            noun: "item",
            plural: "items",
            key: "items",
            label: "Items",
            url: "/dashboard/items",
            icon: r#"<path d="M12 4 20 8l-8 4-8-4z"/><path d="m4 12 8 4 8-4M4 16l8 4 8-4"/>"#,
        }
    }

    /// What people have in common.
    SHARED {
        ORGANIZATIONS: {
            noun: "organisation",
            plural: "organisations",
            key: "organizations",
            label: "Organisations",
            url: "/dashboard/organizations",
            icon: r#"<path d="M4 20.5V4.5h10v16M14 9.5h6v11M2.5 20.5h19M7.5 8.5h3M7.5 12h3M7.5 15.5h3M17 13h.01M17 16.5h.01"/>"#,
        }
    }

    /// What is administered.
    ADMINISTERED {
        ALL_ORGANIZATIONS: {
            noun: "organisation",
            plural: "organisations",
            key: "all_organizations",
            label: "All organisations",
            url: "/dashboard/all-organizations",
            icon: ORGANIZATIONS.icon,
        }
        USERS: {
            noun: "user",
            plural: "users",
            key: "users",
            label: "Users",
            url: "/dashboard/users",
            icon: r#"<circle cx="9" cy="8.5" r="3.5"/><path d="M2.5 20a6.5 6.5 0 0 1 13 0M15.5 5.2a3.5 3.5 0 0 1 0 6.6M18 14.2a6.5 6.5 0 0 1 3.5 5.8"/>"#,
        }
    }
}

/// Declares the actions: the message knows each.
macro_rules! actions {
    ($($name:ident: $path:literal, $label:literal, $done:literal;)+) => {
        $(pub(crate) const $name: Action = Action { path: $path, label: $label, done: $done };)+

        const ACTIONS: &[&Action] = &[$(&$name),+];
    };
}

actions! {
    COMPLETE: "complete", "Mark as done", "completed";
    REOPEN: "reopen", "Reopen", "reopened";
    MOVE: "move", "Move to…", "moved";
}

impl Deed {
    /// As the message has it: "The item was created."
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Saved => "saved",
            Self::Deleted => "deleted",
            Self::By(action) => action.done,
        }
    }

    /// The one of this name.
    pub(crate) fn from_name(name: &str) -> Option<Self> {
        let actions = ACTIONS.iter().map(|action| Self::By(action));
        [Self::Created, Self::Saved, Self::Deleted].into_iter().chain(actions).find(|deed| deed.name() == name)
    }
}

/// What people keep for themselves, inside a sentence: `items and projects`; `None` where there is nothing of the kind.
pub(crate) fn owned() -> Option<String> {
    let plurals: Vec<_> = OWN.iter().map(|resource| resource.plural).collect();
    (!plurals.is_empty()).then(|| words::enumerated(&plurals))
}

/// An account, inside a sentence, with what goes with it: `your account and all your items`.
pub(crate) fn with_owned(account: &str, whose: &str) -> String {
    owned().map_or_else(|| account.to_owned(), |owned| format!("{account} and all {whose} {owned}"))
}

/// How many somebody has of each that people keep for themselves.
pub(crate) fn counted(owned: &OwnedCounts) -> impl Iterator<Item = (&'static ResourceNames, String)> {
    OWN.iter().filter_map(|resource| Some((*resource, words::number(*owned.get(resource.key)?))))
}

/// What people keep for themselves, in the order of the menu, with the newest of each.
pub(crate) fn newest(mut newest: Vec<Newest>) -> impl Iterator<Item = (&'static ResourceNames, Newest)> {
    OWN.iter().filter_map(move |resource| {
        let place = newest.iter().position(|found| found.of == resource.key)?;
        Some((*resource, newest.swap_remove(place)))
    })
}

impl ResourceNames {
    /// The one of this noun.
    pub(crate) fn of_noun(noun: &str) -> Option<&'static Self> {
        ALL.iter().copied().flatten().copied().find(|resource| resource.noun == noun)
    }
}
