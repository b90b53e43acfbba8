//! The invitations.

use async_trait::async_trait;
use ironplate_application::ports::{InvitationOrder, InvitationRepository, Page, PageRequest, StoreError, StoreResult};
use ironplate_domain::{
    Email, Invitation, InvitationId, Organization, OrganizationId, Timestamp, TokenDigest, User, UserId,
};
use ironplate_testkit::paging;

use crate::{handle::Handle, records::Rows};

#[async_trait]
impl InvitationRepository for Handle {
    async fn add(&mut self, invitation: &Invitation, now: Timestamp) -> StoreResult<bool> {
        let Invitation { id, organization, email, invited_by, digest, .. } = invitation;
        self.call(|rows| {
            rows.check_there::<Organization>(organization.0.as_bytes())?;
            rows.check_there::<User>(invited_by.0.as_bytes())?;
            let same = rows.those(|one: &Invitation| one.organization == *organization && one.email == *email)?;
            if same.iter().any(|one| one.is_pending(now)) {
                return Ok(false);
            }
            rows.remove_all(&same)?;
            check_digest(rows, *id, *digest)?;
            rows.insert(invitation).map(|()| true)
        })
    }

    async fn find(&mut self, id: InvitationId) -> StoreResult<Option<Invitation>> {
        self.call(|rows| rows.find(id.0.as_bytes()))
    }

    async fn find_by_digest(&mut self, digest: TokenDigest, now: Timestamp) -> StoreResult<Option<Invitation>> {
        self.call(|rows| Ok(rows.those(|one: &Invitation| one.digest == digest && one.is_pending(now))?.pop()))
    }

    async fn renew(
        &mut self,
        id: InvitationId,
        by: UserId,
        digest: TokenDigest,
        expires_at: Timestamp,
    ) -> StoreResult<bool> {
        let renew = |one: &mut Invitation| (one.invited_by, one.digest, one.expires_at) = (by, digest, expires_at);
        self.call(|rows| {
            rows.check_there::<User>(by.0.as_bytes())?;
            check_digest(rows, id, digest)?;
            Ok(rows.change(id.0.as_bytes(), |_| true, renew)?.is_some())
        })
    }

    async fn take(
        &mut self,
        id: InvitationId,
        digest: Option<TokenDigest>,
        now: Timestamp,
    ) -> StoreResult<Option<Invitation>> {
        let is_newest = |one: &Invitation| digest.is_none_or(|digest| one.digest == digest);
        self.call(|rows| take_out(rows, id, |one| one.is_pending(now) && is_newest(one)))
    }

    async fn remove(&mut self, organization: OrganizationId, id: InvitationId) -> StoreResult<Option<Invitation>> {
        self.call(|rows| take_out(rows, id, |one| one.organization == organization))
    }

    async fn count_of(&mut self, organization: OrganizationId, now: Timestamp) -> StoreResult<u64> {
        let is_wanted = |one: &Invitation| one.organization == organization && one.is_pending(now);
        self.call(|rows| Ok(rows.those(is_wanted)?.len() as u64))
    }

    async fn list(
        &mut self,
        organization: OrganizationId,
        page: &PageRequest<InvitationOrder>,
    ) -> StoreResult<Page<Invitation>> {
        let is_wanted = |one: &Invitation| {
            one.organization == organization && paging::contains([Some(one.email.as_str())], page.search.as_deref())
        };
        self.call(|rows| Ok(paging::page(rows.those(is_wanted)?.iter(), page)))
    }

    async fn list_for(&mut self, email: &Email, now: Timestamp, limit: u32) -> StoreResult<Vec<Invitation>> {
        let is_wanted = |one: &Invitation| one.email == *email && one.is_pending(now);
        self.call(|rows| Ok(rows.those(is_wanted)?.into_iter().take(limit as usize).collect()))
    }

    async fn remove_by(&mut self, organization: OrganizationId, user: UserId) -> StoreResult<u64> {
        let is_theirs = |one: &Invitation| one.organization == organization && one.invited_by == user;
        self.call(|rows| rows.remove_all(&rows.those(is_theirs)?))
    }

    async fn sent_by(&mut self, user: UserId, after: Option<InvitationId>, limit: u32) -> StoreResult<Vec<Invitation>> {
        let is_wanted = |one: &Invitation| one.invited_by == user && after.is_none_or(|after| one.id > after);
        self.call(|rows| Ok(rows.those(is_wanted)?.into_iter().take(limit as usize).collect()))
    }

    async fn prune(&mut self, now: Timestamp, limit: u32) -> StoreResult<u64> {
        self.call(|rows| {
            let mut expired = rows.those(|one: &Invitation| !one.is_pending(now))?;
            expired.sort_by_key(|one| one.expires_at);
            expired.truncate(limit as usize);
            rows.remove_all(&expired)
        })
    }
}

/// Removes it where it is wanted, and answers it.
fn take_out(
    rows: &Rows,
    id: InvitationId,
    is_wanted: impl FnOnce(&Invitation) -> bool,
) -> StoreResult<Option<Invitation>> {
    let found = rows.find::<Invitation>(id.0.as_bytes())?.filter(is_wanted);
    if found.is_some() {
        rows.remove::<Invitation>(id.0.as_bytes())?;
    }
    Ok(found)
}

/// The digest is this invitation's or none's.
fn check_digest(rows: &Rows, id: InvitationId, digest: TokenDigest) -> StoreResult<()> {
    let others = rows.those(|other: &Invitation| other.digest == digest && other.id != id)?;
    if others.is_empty() { Ok(()) } else { Err(StoreError::Internal("the digest is taken".into())) }
}
