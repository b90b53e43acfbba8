//! Items in a world. A resource of which tests rarely need any has no such file: its service is in
//! [`World::application`], and what is stored is read by the store.

use ironplate_application::{
    items::Items,
    ports::{Clock, Secrets, Store},
};
use ironplate_domain::{Item, ItemId};

use super::World;
use crate::samples;

impl World {
    /// With an item of the user of this address.
    pub async fn with_item(self, owner: &str, title: &str) -> Self {
        let id = ItemId(self.secrets.id());
        let (owner, title) = (self.user(owner).id, samples::text(title));
        let item = Item::new(id, owner, title, self.clock.now());
        let mut work = self.store.begin().await.expect("a unit of work");
        work.items().insert(&item).await.expect("a new item");
        work.commit().await.expect("a commit");
        self
    }

    /// The stored item of this title, which must be there.
    #[must_use]
    pub fn item(&self, title: &str) -> Item {
        let found = self.store.items().into_iter().find(|item| item.title.as_str() == title);
        found.unwrap_or_else(|| panic!("no item is called {title}"))
    }

    /// The service of items.
    #[must_use]
    pub fn items(&self) -> Items {
        self.application().items
    }
}
