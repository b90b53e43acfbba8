//! «Label»: something that «owners» own.

mod change;
mod create;
[%- if moves %]
mod hand_over;
[%- endif %]

use «product»_domain::{«imports.application»};
[%- if lets_go %]
use uuid::Uuid;
[%- endif %]

pub use change::«Type»Error;
pub use create::{Create«Type», Create«Type»Error};
[%- if moves %]
pub use hand_over::Move«Type»Error;
[%- endif %]

use crate::{
    list_order,
    owned::{Owned, OwnedService},
    ports::{Constraint, OwnedRepository, OwnedRow, [% if refers %]Reference, [% endif %]Repositories},
};

/// The service of «plural».
pub type «Types» = OwnedService<«Type»>;

list_order! {
    /// How a list of «plural» is sorted.
    pub enum «Type»Order of «noun»: «Type» {
        /// Newest first.
        #[default]
        Newest = "-created_at" => Time(«noun».created_at),
        /// Oldest first.
        Oldest = "created_at" => Time(«noun».created_at),
        [%- for f in ordered %]
        /// «f.order.up_doc»
        «f.order.up» = "«f.name»" => «f.order.key»,
        /// «f.order.down_doc»
        «f.order.down» = "-«f.name»" => «f.order.key»,
        [%- endfor %]
    }
}

impl OwnedRow for «Type» {
    type Id = «Type»Id;
    type Changes = «Type»Changes;
    type Order = «Type»Order;

    const OWNER: Constraint = Constraint::«Type»Owner;
    const OWNING_ORGANIZATION: Constraint = Constraint::«Type»OwningOrganization;

    fn id(&self) -> «Type»Id {
        self.id
    }

    fn owner(&self) -> Owner {
        self.owner
    }

    fn owned_by(self, owner: Owner) -> Self {
        Self { owner, ..self }
    }

    fn title(&self) -> &str {
        self.«title.name».as_str()
    }

    fn created_at(&self) -> Timestamp {
        self.created_at
    }

    fn searched(&self) -> Vec<Option<&str>> {
        vec![[% for f in searched %][% if f.optional %]self.«f.name».as_ref().map(«f.type»::as_str)[% else %]Some(self.«f.name».as_str())[% endif %], [% endfor %]]
    }
[% if unique %]
    fn conflict_with(&self, other: &Self) -> Option<Constraint> {
        let is_taken = self.owner == other.owner && fold(self.«title.name».as_str()) == fold(other.«title.name».as_str());
        is_taken.then_some(Constraint::«title.type»)
    }
[% endif %]
    [%- if refers %]
    fn references(&self) -> Vec<Reference> {
        [%- for f in references %]
        [%- if f.optional %]
        let «f.shown» = self.«f.name».map(|id| Reference::to::<«f.target.Type»>(id, Constraint::«f.target.missing»));
        [%- else %]
        let «f.shown» = Reference::to::<«f.target.Type»>(self.«f.name», Constraint::«f.target.missing»).holding(Constraint::«f.target.Type»InUse);
        [%- endif %]
        [%- endfor %]
        [[% for f in references %][% if f.optional %]«f.shown»[% else %]Some(«f.shown»)[% endif %], [% endfor %]].into_iter().flatten().collect()
    }
[% if lets_go %]
    fn let_go(&mut self, gone: Uuid) {
        [%- for f in references %][% if f.optional %]
        self.«f.name» = self.«f.name».filter(|id| id.0 != gone);
        [%- endif %][% endfor %]
    }
[% endif %]
    [%- endif %]
    fn repository(store: &mut dyn Repositories) -> &mut dyn OwnedRepository<Self> {
        store.«nouns»()
    }
}

impl Owned for «Type» {
    type Error = «Type»Error;

    [% if not by_either -%]
    const OWNERS: Owners = Owners::[% if by_users %]Users[% else %]Organizations[% endif %];
    [% endif -%]
    const EVERYBODYS: Resource = Resource::«Types»;
    const OF: fn(Owner) -> Resource = Resource::«Types»Of;
    const DETAIL: AuditDetail = AuditDetail::«Type»;
    const CHANGED: AuditKind = AuditKind::«Type»Changed;
    const DELETED: AuditKind = AuditKind::«Type»Deleted;
}
