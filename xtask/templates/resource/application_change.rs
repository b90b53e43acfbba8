//! [% if actions %][% for action in actions %][% if loop.first %]«action.Words»[% else %] or «action.words»[% endif %][% endfor %] «a» «words»; and why[% else %]Why[% endif %] «a» «words» can't be read, changed or deleted.

[% if actions -%]
use «product»_domain::{«imports.change»};

use super::«Types»;
[% endif -%]
use crate::{
    access::Denied,
    fault::{Kind, faults},
    owned::Missing,
    ports::{[% if unique %]Constraint, [% endif %]StoreError},
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
    /// Storage failed.
    #[error(transparent)]
    Store([% if not unique %]#[from] [% endif %]StoreError),
}
[% if unique %]
impl From<StoreError> for «Type»Error {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Conflict(Constraint::«title.type») => Self::«title.Name»Taken,
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
