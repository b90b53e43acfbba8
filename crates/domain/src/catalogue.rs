//! Enums whose variants have a stable name and a sentence each.

/// An enum of things that are stored, shown or configured by a stable name, and explained by a sentence, which is also the
/// variant's documentation: `ALL`, `name`, `description` and `from_name` follow from one table.
#[macro_export]
macro_rules! catalogue {
    ($(#[$doc:meta])* $kind:ident: $($variant:ident = $name:literal: $description:literal;)+) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $kind {
            $(#[doc = $description] $variant,)+
        }

        impl $kind {
            /// All there are.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The stable name.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)+
                }
            }

            /// What it means, in a sentence.
            #[must_use]
            pub const fn description(self) -> &'static str {
                match self {
                    $(Self::$variant => $description,)+
                }
            }

            /// The one of this name.
            #[must_use]
            pub fn from_name(name: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|one| one.name() == name)
            }
        }
    };
}
