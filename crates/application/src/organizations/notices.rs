//! What members are told by mail of what happened in their organisation.

use ironplate_domain::{Email, Fact, MailTemplate, Message, Organization, UserId};

use crate::{
    core::Core,
    ports::{StoreResult, UnitOfWork},
};

/// Rows in one go, so that memory has a bound.
const LOT: u32 = 500;

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

impl Core {
    /// Owes mail of this sort to all members of an organisation that is locked, but for whoever does it.
    pub(super) async fn tell_members(
        &self,
        work: &mut dyn UnitOfWork,
        organization: &Organization,
        by: Option<UserId>,
        template: MailTemplate,
    ) -> StoreResult<()> {
        let news = News::of(organization, by, work).await?;
        let mut after = None;
        loop {
            let members = work.memberships().addresses(organization.id, after, LOT).await?;
            let Some(last) = members.last() else { return Ok(()) };
            after = Some(last.user);
            let others = members.into_iter().filter(|member| Some(member.user) != by);
            let messages = others.map(|member| news.told_by(self.mailer.message(template, &member.email)));
            self.mailer.enqueue_all(work, &messages.collect::<Vec<_>>()).await?;
        }
    }
}
