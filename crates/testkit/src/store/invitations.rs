//! The invitations of the fake store.

use async_trait::async_trait;
use ironplate_application::ports::{InvitationOrder, InvitationRepository, Page, PageRequest, StoreError, StoreResult};
use ironplate_domain::{Email, Invitation, InvitationId, OrganizationId, Timestamp, TokenDigest, UserId};

use super::{
    FakeStore, Handle,
    data::{Data, insert},
};
use crate::paging;

impl FakeStore {
    /// Every invitation that is stored, by id.
    #[must_use]
    pub fn invitations(&self) -> Vec<Invitation> {
        self.committed().invitations.values().cloned().collect()
    }
}

#[async_trait]
impl InvitationRepository for Handle {
    async fn add(&mut self, invitation: &Invitation, now: Timestamp) -> StoreResult<bool> {
        self.write(|data| {
            let Invitation { organization, invited_by, .. } = invitation;
            data.check_locked_organization(*organization)?;
            data.check_locked_user(*invited_by)?;
            let is_same = |other: &Invitation| other.organization == *organization && other.email == invitation.email;
            if data.invitations.values().any(|other| is_same(other) && other.is_pending(now)) {
                return Ok(false);
            }
            data.invitations.retain(|_, other| !is_same(other));
            data.check_digest(invitation.id, invitation.digest)?;
            insert(&mut data.invitations, invitation.id, invitation).map(|()| true)
        })
    }

    async fn find(&mut self, id: InvitationId) -> StoreResult<Option<Invitation>> {
        self.look(|data| data.invitations.get(&id).cloned())
    }

    async fn find_by_digest(&mut self, digest: TokenDigest, now: Timestamp) -> StoreResult<Option<Invitation>> {
        self.look(|data| data.invitations.values().find(|one| one.digest == digest && one.is_pending(now)).cloned())
    }

    async fn renew(
        &mut self,
        id: InvitationId,
        by: UserId,
        digest: TokenDigest,
        expires_at: Timestamp,
    ) -> StoreResult<bool> {
        self.write(|data| {
            data.check_locked_user(by)?;
            data.check_digest(id, digest)?;
            let Some(invitation) = data.invitations.get_mut(&id) else { return Ok(false) };
            (invitation.invited_by, invitation.digest, invitation.expires_at) = (by, digest, expires_at);
            Ok(true)
        })
    }

    async fn take(
        &mut self,
        id: InvitationId,
        digest: Option<TokenDigest>,
        now: Timestamp,
    ) -> StoreResult<Option<Invitation>> {
        self.write(|data| {
            let is_good = |one: &&Invitation| one.is_pending(now) && digest.is_none_or(|digest| one.digest == digest);
            let id = data.invitations.get(&id).filter(is_good).map(|one| one.id);
            Ok(id.and_then(|id| data.invitations.remove(&id)))
        })
    }

    async fn remove(&mut self, organization: OrganizationId, id: InvitationId) -> StoreResult<Option<Invitation>> {
        self.write(|data| {
            let id = data.invitations.get(&id).filter(|one| one.organization == organization).map(|one| one.id);
            Ok(id.and_then(|id| data.invitations.remove(&id)))
        })
    }

    async fn count_of(&mut self, organization: OrganizationId, now: Timestamp) -> StoreResult<u64> {
        self.look(|data| {
            let pending = |one: &&Invitation| one.organization == organization && one.is_pending(now);
            data.invitations.values().filter(pending).count() as u64
        })
    }

    async fn list(
        &mut self,
        organization: OrganizationId,
        page: &PageRequest<InvitationOrder>,
    ) -> StoreResult<Page<Invitation>> {
        self.look(|data| {
            let matching = data.invitations.values().filter(|one| {
                one.organization == organization && paging::contains([Some(one.email.as_str())], page.search.as_deref())
            });
            paging::page(matching, page)
        })
    }

    async fn list_for(&mut self, email: &Email, now: Timestamp, limit: u32) -> StoreResult<Vec<Invitation>> {
        self.look(|data| {
            let theirs = data.invitations.values().filter(|one| one.email == *email && one.is_pending(now));
            theirs.take(limit as usize).cloned().collect()
        })
    }

    async fn remove_by(&mut self, organization: OrganizationId, user: UserId) -> StoreResult<u64> {
        self.write(|data| {
            let before = data.invitations.len();
            data.invitations.retain(|_, one| one.organization != organization || one.invited_by != user);
            Ok((before - data.invitations.len()) as u64)
        })
    }

    async fn sent_by(&mut self, user: UserId, after: Option<InvitationId>, limit: u32) -> StoreResult<Vec<Invitation>> {
        self.look(|data| {
            let sent = data.invitations.values().filter(|one| one.invited_by == user);
            let behind = sent.filter(|one| after.is_none_or(|after| one.id > after));
            behind.take(limit as usize).cloned().collect()
        })
    }

    async fn prune(&mut self, now: Timestamp, limit: u32) -> StoreResult<u64> {
        self.write(|data| {
            let mut over: Vec<_> = data.invitations.values().filter(|one| !one.is_pending(now)).cloned().collect();
            over.sort_by_key(|one| one.expires_at);
            over.truncate(limit as usize);
            for invitation in &over {
                data.invitations.remove(&invitation.id);
            }
            Ok(over.len() as u64)
        })
    }
}

impl Data {
    /// The digest is this invitation's or none's.
    fn check_digest(&self, id: InvitationId, digest: TokenDigest) -> StoreResult<()> {
        let is_taken = self.invitations.values().any(|other| other.digest == digest && other.id != id);
        if is_taken { Err(StoreError::Internal("the digest is taken".into())) } else { Ok(()) }
    }
}
