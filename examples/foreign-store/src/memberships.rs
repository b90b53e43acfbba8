//! The memberships.

use async_trait::async_trait;
use ironplate_application::ports::{
    Member, MemberAddress, MemberOrder, MembershipRepository, OwnOrder, OwnOrganization, Page, PageRequest,
    StoreResult, UserFilter, UserState,
};
use ironplate_domain::{Email, FullName, Membership, Organization, OrganizationId, Role, User, UserId};
use ironplate_testkit::paging;

use crate::{
    handle::Handle,
    organizations::is_found,
    records::{Record, Rows, membership_key},
};

#[async_trait]
impl MembershipRepository for Handle {
    /// Lists are sorted by what the user's row says, so the address is not kept.
    async fn add(&mut self, membership: &Membership, _: &Email) -> StoreResult<bool> {
        self.call(|rows| {
            rows.check_there::<Organization>(membership.organization.0.as_bytes())?;
            rows.check_there::<User>(membership.user.0.as_bytes())?;
            if rows.find::<Membership>(&membership.key())?.is_some() {
                return Ok(false);
            }
            rows.insert(membership).map(|()| true)
        })
    }

    async fn find(&mut self, organization: OrganizationId, user: UserId) -> StoreResult<Option<Membership>> {
        self.call(|rows| rows.find(&membership_key(organization, user)))
    }

    /// Whoever writes is alone, so everything is held.
    async fn hold(&mut self, organization: OrganizationId, user: UserId) -> StoreResult<Option<Role>> {
        let membership = MembershipRepository::find(self, organization, user).await?;
        Ok(membership.map(|membership| membership.role))
    }

    async fn set_role(
        &mut self,
        organization: OrganizationId,
        user: UserId,
        from: Role,
        to: Role,
    ) -> StoreResult<bool> {
        let is_from = |membership: &Membership| membership.role == from;
        let set = |membership: &mut Membership| membership.role = to;
        self.call(|rows| Ok(rows.change(&membership_key(organization, user), is_from, set)?.is_some()))
    }

    async fn remove(&mut self, organization: OrganizationId, user: UserId) -> StoreResult<Option<Role>> {
        self.call(|rows| {
            let key = membership_key(organization, user);
            let found = rows.find::<Membership>(&key)?;
            rows.remove::<Membership>(&key)?;
            Ok(found.map(|membership| membership.role))
        })
    }

    async fn has_other_active_owner(&mut self, organization: OrganizationId, but: UserId) -> StoreResult<bool> {
        let active = UserFilter { state: Some(UserState::Active), ..UserFilter::default() };
        self.call(|rows| {
            let members = rows.members_of(organization)?;
            let mut others = members.iter().filter(|(one, user)| one.role == Role::Owner && user.id != but);
            Ok(others.any(|(_, user)| active.matches(user)))
        })
    }

    async fn count_of(&mut self, organization: OrganizationId) -> StoreResult<u64> {
        self.call(|rows| Ok(rows.those(|one: &Membership| one.organization == organization)?.len() as u64))
    }

    async fn count_owned(&mut self, user: UserId) -> StoreResult<u64> {
        let is_owned = |one: &Membership| one.user == user && one.role == Role::Owner;
        self.call(|rows| Ok(rows.those(is_owned)?.len() as u64))
    }

    async fn list(
        &mut self,
        organization: OrganizationId,
        role: Option<Role>,
        page: &PageRequest<MemberOrder>,
    ) -> StoreResult<Page<Member>> {
        self.call(|rows| {
            let mut members: Vec<Member> = rows.members_of(organization)?.into_iter().map(member).collect();
            members.retain(|member| {
                let texts = [Some(member.email.as_str()), member.full_name.as_ref().map(FullName::as_str)];
                role.is_none_or(|role| member.role == role) && paging::contains(texts, page.search.as_deref())
            });
            Ok(paging::page(members.iter(), page))
        })
    }

    async fn list_of(&mut self, user: UserId, page: &PageRequest<OwnOrder>) -> StoreResult<Page<OwnOrganization>> {
        self.call(|rows| {
            let mut own = Vec::new();
            for Membership { organization, role, created_at, .. } in rows.those(|one: &Membership| one.user == user)? {
                let organization = rows.find::<Organization>(organization.0.as_bytes())?;
                let is_found = organization.filter(|one| is_found(one, page.search.as_deref()));
                own.extend(is_found.map(|organization| OwnOrganization { organization, role, joined_at: created_at }));
            }
            Ok(paging::page(own.iter(), page))
        })
    }

    async fn addresses(
        &mut self,
        organization: OrganizationId,
        after: Option<UserId>,
        limit: u32,
    ) -> StoreResult<Vec<MemberAddress>> {
        self.call(|rows| {
            let members = rows.members_of(organization)?.into_iter();
            let behind = members.filter(|(_, user)| after.is_none_or(|after| user.id > after));
            let addresses = behind.map(|(_, User { id: user, email, .. })| MemberAddress { user, email });
            Ok(addresses.take(limit as usize).collect())
        })
    }

    async fn addresses_of(
        &mut self,
        organization: OrganizationId,
        users: &[UserId],
    ) -> StoreResult<Vec<MemberAddress>> {
        self.call(|rows| {
            let these = rows.members_of(organization)?.into_iter().filter(|(_, user)| users.contains(&user.id));
            Ok(these.map(|(_, User { id: user, email, .. })| MemberAddress { user, email }).collect())
        })
    }
}

impl Rows<'_> {
    /// By the ids of the users.
    fn members_of(&self, organization: OrganizationId) -> StoreResult<Vec<(Membership, User)>> {
        let mut members = Vec::new();
        for membership in self.those(|one: &Membership| one.organization == organization)? {
            let user = self.find::<User>(membership.user.0.as_bytes())?;
            members.extend(user.map(|user| (membership, user)));
        }
        Ok(members)
    }
}

fn member((membership, user): (Membership, User)) -> Member {
    let User { id, email, full_name, is_active, .. } = user;
    let Membership { role, created_at: joined_at, .. } = membership;
    Member { id, email, full_name, is_active, role, joined_at }
}
