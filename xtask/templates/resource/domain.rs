//! «A» «words»: something that «owners» own.

use crate::{«imports.domain»};

id! {
    /// Names «a» [`«Type»`].
    «Type»Id
}
[% for f in texts -%]
bounded_text! {
    /// «f.type_doc»
    «f.type», «f.min»..=«f.max»«f.check»
}
[% endfor -%]
[% for f in enums -%]
named_enum! {
    /// The «f.words» of «a» «words».
    pub enum «f.type» {
        [%- for v in f.variants %]
        /// It is «v.words».
        «v.Name» = "«v.name»",
        [%- endfor %]
    }
}
[% endfor %]
/// Something that «an_owner» keeps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct «Type» {
    /// Identity, never reused.
    pub id: «Type»Id,
    /// Whose it is. Deleting the owner deletes the «words».
    pub owner: Owner,
    [%- for f in fields %]
    /// «f.doc»
    pub «f.name»: «f.rust»,
    [%- endfor %]
    /// When it was made.
    pub created_at: Timestamp,
}

impl «Type» {
    /// A new «words»[% for f in enums %][% if not f.optional %]; its «f.words» is `«f.variants[0].name»`[% endif %][% endfor %]; what can be missing is.
    #[must_use]
    [%- if many_args %]
    #[expect(clippy::too_many_arguments, reason = "each is there from the beginning")]
    [%- endif %]
    pub fn new(id: «Type»Id, owner: impl Into<Owner>, [% for f in args %]«f.name»: «f.rust», [% endfor %]created_at: Timestamp) -> Self {
        let owner = owner.into();
        Self { id, owner, [% for f in fields %]«f.name»[% if f.default %]: «f.default»[% endif %], [% endfor %]created_at }
    }
}

changes! {
    /// What to change of «a» «words»; `None` leaves a field as it is.
    pub struct «Type»Changes of «Type» {
        [%- for f in fields %]
        /// «f.change_doc»
        «f.name»: «f.rust»,
        [%- endfor %]
    }
}
