//! Create an item.

use ironplate_domain::{
    Action, Actor, Client, Date, Item, ItemDescription, ItemId, ItemTitle, OrganizationId, Owner, Resource,
};

use super::Items;
use crate::{
    fault::{Kind, faults},
    organizations::{OrganizationError, acting_on},
    policy::Policy,
    ports::{Constraint, StoreError, UnitOfWork},
    room::{far_from, is_near},
};

/// The item to make.
#[derive(Debug)]
pub struct CreateItem {
    /// What it is called.
    pub title: ItemTitle,
    /// Its description.
    pub description: Option<ItemDescription>,
    /// Its due date.
    pub due_on: Option<Date>,
}

/// Why there is no item.
#[derive(Debug, thiserror::Error)]
pub enum CreateItemError {
    /// The actor was deleted meanwhile.
    #[error("User not found")]
    OwnerGone,
    /// The actor has as many as a user may have.
    #[error("You have {0} items, and may not have more. Delete some first")]
    TooMany(u32),
    /// The organisation has as many as it may have.
    #[error("The organisation has {0} items, and may not have more. Delete some first")]
    OrganizationFull(u32),
    /// The actor is none of the organisation's members, or not of the role for this; or there is no such organisation.
    #[error(transparent)]
    Organization(#[from] OrganizationError),
    /// Storage failed.
    #[error(transparent)]
    Store(StoreError),
}

impl From<StoreError> for CreateItemError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Conflict(Constraint::ItemOwner) => Self::OwnerGone,
            error => Self::Store(error),
        }
    }
}

faults! { CreateItemError:
    OwnerGone => Kind::NotFound.coded("user_not_found"),
    TooMany(_) => Kind::Conflict.coded("too_many_items").about_no_field(),
    OrganizationFull(_) => Kind::Conflict.coded("too_many_items").about_no_field(),
    Organization(error) => error.class(),
    Store(error) => error.class(),
}

impl Items {
    /// Creates an item that the actor owns.
    ///
    /// # Errors
    /// See [`CreateItemError`]. Near the most that they may have, those of one owner wait for one another.
    pub async fn create(&self, actor: Actor, command: CreateItem) -> Result<Item, CreateItemError> {
        let item = self.made(actor.user.into(), command);
        let few = far_from(self.core.policy.most_items);
        if few > 0 {
            let mut work = self.core.store.begin_single().await?;
            if work.items().insert_below(&item, few).await? {
                work.commit().await?;
                return Ok(item);
            }
        }
        self.insert(self.core.store.begin().await?, item).await
    }

    /// Creates an item that an organisation owns. The organisation need not be at hand.
    ///
    /// # Errors
    /// The same.
    pub async fn create_in(
        &self,
        actor: Actor,
        organization: OrganizationId,
        command: CreateItem,
        client: &Client,
    ) -> Result<Item, CreateItemError> {
        let owner = Owner::from(organization);
        let actor = acting_on(&mut *self.core.store.read().await?, actor, owner).await?;
        let resource = Resource::ItemsOf(owner);
        let locked = self.core.lock_organization(actor, Action::Create, resource, None, client).await?;
        self.insert(locked.work, self.made(owner, command)).await
    }

    fn made(&self, owner: Owner, command: CreateItem) -> Item {
        let CreateItem { title, description, due_on } = command;
        let item = Item::new(ItemId(self.core.secrets.id()), owner, title, self.core.clock.now());
        Item { description, due_on, ..item }
    }

    /// An organisation is locked.
    async fn insert(&self, mut work: Box<dyn UnitOfWork>, item: Item) -> Result<Item, CreateItemError> {
        check_room(&mut *work, item.owner, &self.core.policy).await?;
        work.items().insert(&item).await?;
        work.commit().await?;
        Ok(item)
    }
}

/// There may be one more of this owner. An organisation is locked; a user is where it is close.
pub(super) async fn check_room(
    work: &mut dyn UnitOfWork,
    owner: Owner,
    policy: &Policy,
) -> Result<(), CreateItemError> {
    let most = match owner {
        Owner::User(_) => policy.most_items,
        Owner::Organization(_) => policy.most_items_of_organization,
    };
    let mut count = work.items().count_of(owner).await?;
    if let Owner::User(user) = owner
        && is_near(count, most)
    {
        work.users().lock(user).await?.ok_or(CreateItemError::OwnerGone)?;
        count = work.items().count_of(owner).await?;
    }
    if count < most.into() {
        return Ok(());
    }
    Err(match owner {
        Owner::User(_) => CreateItemError::TooMany(most),
        Owner::Organization(_) => CreateItemError::OrganizationFull(most),
    })
}
