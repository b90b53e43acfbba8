//! What members are told by mail of what happened in their organisation.

use ironplate_domain::{Email, Fact, Message, Organization, UserId};

use crate::ports::{StoreResult, UnitOfWork};

/// What happened in an organisation, and who did it.
pub(super) struct News<'a> {
    organization: &'a Organization,
    /// Where whoever did it is reached; `None`: they have the command line.
    by: Option<Email>,
}

impl<'a> News<'a> {
    pub(super) async fn of(
        organization: &'a Organization,
        by: Option<UserId>,
        work: &mut dyn UnitOfWork,
    ) -> StoreResult<Self> {
        let by = match by {
            Some(by) => work.users().find(by).await?.map(|user| user.email),
            None => None,
        };
        Ok(Self { organization, by })
    }

    /// The message, which also says this.
    pub(super) fn told_by(&self, message: Message) -> Message {
        let message = message.saying(Fact::Organization, self.organization.name.as_str());
        match &self.by {
            Some(by) => message.saying(Fact::By, by.as_str()),
            None => message,
        }
    }
}
