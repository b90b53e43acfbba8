//! Rows of any resource in a world, by what the contract says of it.

use std::{pin::Pin, sync::Arc};

use ironplate_application::ports::{Clock, Store};
use ironplate_domain::Owner;

use super::World;
use crate::{
    FixedClock,
    contract::{resource::Resource, rows::Row, subject::Subject},
};

impl World {
    /// A new row of the user of this address, with this text as its name; stored.
    pub async fn add<R: Row>(&self, owner: &str, text: &str) -> R {
        self.add_to(self.user(owner).id, text).await
    }

    /// The same of any owner.
    pub async fn add_to<R: Row>(&self, owner: impl Into<Owner>, text: &str) -> R {
        let subject = self.subject();
        let row = R::sample(&subject, owner.into(), text);
        subject.store(&[&row]).await;
        row
    }

    /// With what rows of this sort refer to, where they are this owner's.
    pub async fn prepare<R: Row>(&self, owner: impl Into<Owner>) {
        let subject = self.subject();
        let rows = R::extremes(&subject, owner.into());
        let mut work = self.store.begin().await.expect("a unit of work");
        for row in rows {
            row.prepare(&subject, &mut *work).await.expect("what it refers to");
        }
        work.commit().await.expect("a commit");
    }

    /// A new row of this owner that has this id; stored.
    ///
    /// # Panics
    /// It is no id, or another row has it.
    #[must_use = "it is made when this is awaited"]
    pub fn add_as<'a, R: Resource>(
        &'a self,
        owner: Owner,
        id: &'a str,
    ) -> Pin<Box<dyn Future<Output = ()> + Send + 'a>> {
        Box::pin(async move {
            let subject = self.subject();
            let mut row = R::sample(&subject, owner, &id[24..]);
            *row.id() = id.parse().expect("an id");
            subject.store(&[&row]).await;
        })
    }

    /// The row as it is stored.
    pub async fn stored<R: Row>(&self, row: &R) -> Option<R> {
        self.subject().find(row).await
    }

    fn subject(&self) -> Subject {
        Subject::at(self.secrets.clone(), FixedClock::at(self.clock.now()), Arc::new(self.store.clone()))
    }
}
