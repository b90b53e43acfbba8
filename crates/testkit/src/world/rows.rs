//! Rows of any resource in a world, by what the contract says of it.

use std::sync::Arc;

use ironplate_application::ports::Clock;
use ironplate_domain::Owner;

use super::World;
use crate::{
    FixedClock,
    contract::{rows::Row, subject::Subject},
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

    /// The row as it is stored.
    pub async fn stored<R: Row>(&self, row: &R) -> Option<R> {
        self.subject().find(row).await
    }

    fn subject(&self) -> Subject {
        Subject::at(self.secrets.clone(), FixedClock::at(self.clock.now()), Arc::new(self.store.clone()))
    }
}
