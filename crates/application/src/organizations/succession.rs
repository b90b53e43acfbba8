//! What becomes of organisations when the account of somebody in them goes.

use std::fmt;

use ironplate_domain::{AuditEvent, AuditKind, Organization, Role, User, UserId};

use super::size::enumerated;
use crate::{
    core::Core,
    ports::{ListOrder, OwnOrder, OwnOrganization, PageRequest, Repositories, StoreError, StoreResult, UnitOfWork},
};

/// Rows in one go.
const LOT: u32 = 500;

/// What becomes of organisations that nobody else owns when an account is deleted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SoleOwned {
    /// They stand in the way: the account stays, too.
    Keep,
    /// They go with the account.
    Delete,
}

/// Somebody is the only active owner of these: whoever is in them would be left without one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SoleOwnership(pub Vec<Organization>);

impl SoleOwnership {
    /// So many are told by name.
    const NAMED: usize = 10;
}

/// `Acme, Umbrella and 3 more`.
impl fmt::Display for SoleOwnership {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut names: Vec<String> = self.0.iter().map(|one| one.name.as_str().to_owned()).collect();
        let more = names.len().saturating_sub(Self::NAMED);
        names.truncate(Self::NAMED);
        if more > 0 {
            names.push(format!("{more} more"));
        }
        out.write_str(&enumerated(&names))
    }
}

impl Core {
    /// Fails where a user who is locked is the only active owner of organisations. The answer holds until the unit of work ends:
    /// while the user is locked nobody makes them an owner, and while the organisations are, nobody takes another owner away.
    pub(crate) async fn check_ownership<E: From<SoleOwnership> + From<StoreError>>(
        &self,
        work: &mut dyn UnitOfWork,
        user: UserId,
    ) -> Result<(), E> {
        let sole = lock_sole_owned_by(work, user).await?;
        if sole.is_empty() { Ok(()) } else { Err(SoleOwnership(sole).into()) }
    }

    /// Takes a user who is locked out of all organisations, before their account is deleted by whoever the event says.
    /// Memberships go with the account; that they did is recorded.
    pub(crate) async fn take_out_of_organizations<E: From<SoleOwnership> + From<StoreError>>(
        &self,
        work: &mut dyn UnitOfWork,
        user: &User,
        sole: SoleOwned,
        event: &AuditEvent,
    ) -> Result<(), E> {
        let organizations = lock_sole_owned_by(work, user.id).await?;
        if sole == SoleOwned::Keep && !organizations.is_empty() {
            return Err(SoleOwnership(organizations).into());
        }
        for organization in &organizations {
            self.dissolve(work, organization, event.actor).await?;
            let deleted = self.recorder.event_beside(event, AuditKind::OrganizationDeleted);
            work.audit().record(&deleted.within(organization.id)).await?;
        }
        for left in memberships_of(work, user.id).await? {
            let event = self.recorder.event_beside(event, AuditKind::MemberLeft).on(user.id);
            work.audit().record(&event.within(left.organization.id)).await?;
        }
        Ok(())
    }
}

/// The organisations of which this user, who is locked, is the only active owner. They are locked, too.
async fn lock_sole_owned_by(work: &mut dyn UnitOfWork, user: UserId) -> StoreResult<Vec<Organization>> {
    if work.organizations().lock_owned_by(user).await?.is_empty() {
        return Ok(Vec::new());
    }
    let memberships = memberships_of(work, user).await?;
    sole_among(work, user, &memberships).await
}

/// All organisations that a user is a member of.
pub(crate) async fn memberships_of(
    store: &mut (dyn Repositories + '_),
    user: UserId,
) -> StoreResult<Vec<OwnOrganization>> {
    let (order, mut all, mut after) = (OwnOrder::Newest, Vec::new(), None);
    loop {
        let page = PageRequest { order, search: None, after, skip: 0, limit: LOT };
        let page = store.memberships().list_of(user, &page).await?;
        after = page.rows.last().filter(|_| page.more).map(|last| order.cursor(last));
        all.extend(page.rows);
        if after.is_none() {
            return Ok(all);
        }
    }
}

/// Those of a user's organisations of which they are the only active owner.
pub(crate) async fn sole_among(
    store: &mut (dyn Repositories + '_),
    user: UserId,
    theirs: &[OwnOrganization],
) -> StoreResult<Vec<Organization>> {
    let mut sole = Vec::new();
    for OwnOrganization { organization, .. } in theirs.iter().filter(|own| own.role == Role::Owner) {
        if !store.memberships().has_other_active_owner(organization.id, user).await? {
            sole.push(organization.clone());
        }
    }
    Ok(sole)
}
