//! [% if actions %][% for action in actions %][% if loop.first %]«action.Words»[% else %] or «action.words»[% endif %][% endfor %] «a» «words»; and why[% else %]Why[% endif %] «a» «words» can't be read, changed or deleted.

[% if actions -%]
use «product»_domain::{«imports.change»};

use super::«Types»;
[% endif -%]
use crate::{
    access::Denied,
    fault::{Kind, faults},
    owned::Missing,
    ports::{[% if maps_changes %]Constraint, [% endif %]StoreError},
};

/// Why «a» «words» can't be read, changed or deleted. A missing one is reported before a foreign one.
#[derive(Debug, thiserror::Error)]
pub enum «Type»Error {
    /// There is no such «words».
    #[error("«Words» not found")]
    NotFound(#[from] Missing),
    /// It is somebody else's.
    #[error("{}", .0.in_words("Not enough permissions"))]
    Denied(#[from] Denied),
    [%- if unique %]
    /// Another one of the owner has this «title.words», in any spelling.
    #[error("There is «a» «words» of this «title.words» already")]
    «title.Name»Taken,
    [%- endif %]
    [%- for f in references %]
    /// The owner has no such «f.target.words».
    #[error("«f.target.Words» not found")]
    «f.Name»NotFound,
    [%- endfor %]
    [%- if in_use %]
    /// Something else needs it.
    #[error("This «words» is in use: «held_by» refer to it")]
    InUse,
    [%- endif %]
    /// Storage failed.
    #[error(transparent)]
    Store([% if not maps_changes %]#[from] [% endif %]StoreError),
}
[% if maps_changes %]
impl From<StoreError> for «Type»Error {
    fn from(error: StoreError) -> Self {
        match error {
            [%- if unique %]
            StoreError::Conflict(Constraint::«title.type») => Self::«title.Name»Taken,
            [%- endif %]
            [%- for f in references %]
            StoreError::Conflict(Constraint::«f.target.missing») => Self::«f.Name»NotFound,
            [%- endfor %]
            [%- if in_use %]
            StoreError::Conflict(Constraint::«Type»InUse) => Self::InUse,
            [%- endif %]
            error => Self::Store(error),
        }
    }
}
[% endif %]
faults! { «Type»Error:
    NotFound(_) => Kind::NotFound.coded("«noun»_not_found"),
    Denied(denied) => denied.coded("not_enough_permissions"),
    [%- if unique %]
    «title.Name»Taken => Kind::Conflict.coded("«noun»_«title.name»_taken").about(&["«title.name»"]),
    [%- endif %]
    [%- for f in references %]
    «f.Name»NotFound => Kind::InvalidField("«f.name»").coded("«f.target.noun»_not_found").about(&["«f.name»"]),
    [%- endfor %]
    [%- if in_use %]
    InUse => Kind::Conflict.coded("«noun»_in_use").about_no_field(),
    [%- endif %]
    Store(error) => error.class(),
}
[% if actions %]
impl «Types» {
    [%- for action in actions %]
    /// Makes the «words» «action.to.words»; one that is «action.to.words» stays so.
    ///
    /// # Errors
    /// See [`«Type»Error`].
    pub async fn «action.name»(&self, actor: Actor, id: «Type»Id, client: &Client) -> Result<«Type», «Type»Error> {
        let changes = «Type»Changes { «action.field.name»: Some(«action.value»), ..«Type»Changes::default() };
        self.update(actor, id, changes, client).await
    }
    [%- if not loop.last %]
[% endif %]
    [%- endfor %]
}
[%- endif %]
