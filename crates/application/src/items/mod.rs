//! Items: something that users and organisations own.

mod change;
mod create;
mod hand_over;

use ironplate_domain::{
    AuditDetail, AuditKind, Date, Item, ItemChanges, ItemDescription, ItemId, Owner, Resource, Timestamp, fold,
};

pub use change::ItemError;
pub use create::{CreateItem, CreateItemError};
pub use hand_over::MoveItemError;

use crate::{
    list_order,
    owned::{Owned, OwnedService},
    ports::{Constraint, OwnedRepository, OwnedRow, Repositories},
};

/// The service of items.
pub type Items = OwnedService<Item>;

list_order! {
    /// How a list of items is sorted.
    pub enum ItemOrder of item: Item {
        /// Newest first.
        #[default]
        Newest = "-created_at" => Time(item.created_at),
        /// Oldest first.
        Oldest = "created_at" => Time(item.created_at),
        /// By folded title.
        Title = "title" => Text(fold(item.title.as_str())),
        /// By folded title backwards.
        TitleDescending = "-title" => Text(fold(item.title.as_str())),
        /// The earliest due date first; items without one come last.
        EarliestDue = "due_on" => Date(item.due_on.unwrap_or(Date::MAX)),
        /// The latest due date first; items without one come before all others.
        LatestDue = "-due_on" => Date(item.due_on.unwrap_or(Date::MAX)),
    }
}

impl OwnedRow for Item {
    type Id = ItemId;
    type Changes = ItemChanges;
    type Order = ItemOrder;

    const OWNER: Constraint = Constraint::ItemOwner;
    const OWNING_ORGANIZATION: Constraint = Constraint::ItemOwningOrganization;

    fn id(&self) -> ItemId {
        self.id
    }

    fn owner(&self) -> Owner {
        self.owner
    }

    fn owned_by(self, owner: Owner) -> Self {
        Self { owner, ..self }
    }

    fn title(&self) -> &str {
        self.title.as_str()
    }

    fn created_at(&self) -> Timestamp {
        self.created_at
    }

    fn searched(&self) -> Vec<Option<&str>> {
        vec![Some(self.title.as_str()), self.description.as_ref().map(ItemDescription::as_str)]
    }

    fn repository(store: &mut dyn Repositories) -> &mut dyn OwnedRepository<Self> {
        store.items()
    }
}

impl Owned for Item {
    type Error = ItemError;

    const EVERYBODYS: Resource = Resource::Items;
    const OF: fn(Owner) -> Resource = Resource::ItemsOf;
    const DETAIL: AuditDetail = AuditDetail::Item;
    const CHANGED: AuditKind = AuditKind::ItemChanged;
    const DELETED: AuditKind = AuditKind::ItemDeleted;
}
