//! Enums whose variants have a stable name.

/// No variant has this name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the name is unknown")]
pub struct UnknownName;

/// An enum of things that are stored, shown or sent by a stable name: `ALL`, `name`, `from_name`, `Display` and `FromStr`
/// follow from one table, so no variant can be left out of one of them.
///
/// ```
/// ironplate_domain::named_enum! {
///     /// Whether a project is worked on.
///     pub enum ProjectStatus {
///         /// It is worked on.
///         Active = "active",
///         /// It is kept, and not worked on.
///         Archived = "archived",
///     }
/// }
///
/// assert_eq!(ProjectStatus::from_name("archived"), Some(ProjectStatus::Archived));
/// assert_eq!(ProjectStatus::ALL.map(ProjectStatus::name), ["active", "archived"]);
/// assert_eq!("Archived".parse::<ProjectStatus>(), Err(ironplate_domain::UnknownName));
/// ```
#[macro_export]
macro_rules! named_enum {
    ($(#[$attribute:meta])* $visible:vis enum $Enum:ident {
        $($(#[$variant_attribute:meta])* $Variant:ident = $name:literal,)+
    }) => {
        $(#[$attribute])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        $visible enum $Enum {
            $($(#[$variant_attribute])* $Variant,)+
        }

        impl $Enum {
            /// All there are.
            $visible const ALL: [Self; [$($name),+].len()] = [$(Self::$Variant),+];

            /// The stable name.
            #[must_use]
            $visible const fn name(self) -> &'static str {
                match self {
                    $(Self::$Variant => $name,)+
                }
            }

            /// The one of this name.
            #[must_use]
            $visible fn from_name(name: &str) -> Option<Self> {
                Self::ALL.into_iter().find(|one| one.name() == name)
            }
        }

        impl $crate::StoredText for $Enum {
            fn as_stored(&self) -> &str {
                self.name()
            }

            fn from_stored(text: String) -> Option<Self> {
                Self::from_name(&text)
            }
        }

        impl ::std::fmt::Display for $Enum {
            fn fmt(&self, out: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                out.write_str(self.name())
            }
        }

        impl ::std::str::FromStr for $Enum {
            type Err = $crate::UnknownName;

            fn from_str(name: &str) -> Result<Self, $crate::UnknownName> {
                Self::from_name(name).ok_or($crate::UnknownName)
            }
        }
    };
}

/// A [`named_enum!`](crate::named_enum) whose variants are explained by a sentence, which is also their documentation:
/// `description` tells it. Those that lists show have a `title`, too, in a few words, between name and sentence.
#[macro_export]
macro_rules! catalogue {
    ($(#[$attribute:meta])* $Enum:ident: $($Variant:ident = $name:literal, $title:literal: $description:literal;)+) => {
        $crate::catalogue! { $(#[$attribute])* $Enum: $($Variant = $name: $description;)+ }

        impl $Enum {
            /// What it is called where it stands among others.
            #[must_use]
            pub const fn title(self) -> &'static str {
                match self {
                    $(Self::$Variant => $title,)+
                }
            }
        }
    };
    ($(#[$attribute:meta])* $Enum:ident: $($Variant:ident = $name:literal: $description:literal;)+) => {
        $crate::named_enum! {
            $(#[$attribute])*
            pub enum $Enum {
                $(#[doc = $description] $Variant = $name,)+
            }
        }

        impl $Enum {
            /// What it means, in a sentence.
            #[must_use]
            pub const fn description(self) -> &'static str {
                match self {
                    $(Self::$Variant => $description,)+
                }
            }
        }
    };
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use crate::{
        Action, AuditDetail, AuditKind, AuditOutcome, ChallengePurpose, Fact, ItemStatus, MailTemplate, MessageState,
        Role, SessionKind, TokenPurpose, Transport,
    };

    #[test]
    fn names_are_known_again_and_belong_to_one() {
        macro_rules! check {
            ($($Enum:ident)+) => {$(
                let names: BTreeSet<_> = $Enum::ALL.map($Enum::name).into();
                assert_eq!(names.len(), $Enum::ALL.len(), "two are called the same: {names:?}");
                assert!($Enum::ALL.into_iter().all(|one| one.to_string().parse() == Ok(one)));
            )+};
        }
        check!(Action AuditDetail AuditKind AuditOutcome ChallengePurpose Fact ItemStatus MailTemplate MessageState Role SessionKind TokenPurpose Transport);
        assert_eq!(AuditKind::from_name("session"), None);
    }
}
