//! The memberships of the fake store.

use async_trait::async_trait;
use ironplate_application::ports::{
    Member, MemberAddress, MemberOrder, MembershipRepository, OwnOrder, OwnOrganization, Page, PageRequest,
    StoreResult, UserFilter, UserState,
};
use ironplate_domain::{Email, FullName, Membership, OrganizationId, Role, User, UserId};

use super::{FakeStore, Handle, data::Data, organizations::is_found};
use crate::paging;

impl FakeStore {
    /// Every membership that is stored, by organisation and user.
    #[must_use]
    pub fn memberships(&self) -> Vec<Membership> {
        self.committed().memberships.values().cloned().collect()
    }
}

#[async_trait]
impl MembershipRepository for Handle {
    async fn add(&mut self, membership: &Membership, _: &Email) -> StoreResult<bool> {
        self.write(|data| {
            let key = (membership.organization, membership.user);
            data.check_locked_organization(membership.organization)?;
            data.check_locked_user(membership.user)?;
            let is_new = !data.memberships.contains_key(&key);
            data.memberships.entry(key).or_insert_with(|| membership.clone());
            Ok(is_new)
        })
    }

    async fn find(&mut self, organization: OrganizationId, user: UserId) -> StoreResult<Option<Membership>> {
        self.look(|data| data.memberships.get(&(organization, user)).cloned())
    }

    async fn hold(&mut self, organization: OrganizationId, user: UserId) -> StoreResult<Option<Role>> {
        self.look(|data| data.memberships.get(&(organization, user)).map(|membership| membership.role))
    }

    async fn set_role(
        &mut self,
        organization: OrganizationId,
        user: UserId,
        from: Role,
        to: Role,
    ) -> StoreResult<bool> {
        self.write(|data| {
            let membership = data.memberships.get_mut(&(organization, user)).filter(|one| one.role == from);
            Ok(membership.map(|membership| membership.role = to).is_some())
        })
    }

    async fn remove(&mut self, organization: OrganizationId, user: UserId) -> StoreResult<Option<Role>> {
        self.write(|data| Ok(data.memberships.remove(&(organization, user)).map(|membership| membership.role)))
    }

    async fn has_other_active_owner(&mut self, organization: OrganizationId, but: UserId) -> StoreResult<bool> {
        let active = UserFilter { state: Some(UserState::Active), ..UserFilter::default() };
        self.look(|data| {
            let owners = data.members_of(organization).filter(|(membership, _)| membership.role == Role::Owner);
            owners.filter(|(_, user)| user.id != but).any(|(_, user)| active.matches(user))
        })
    }

    async fn count_of(&mut self, organization: OrganizationId) -> StoreResult<u64> {
        self.look(|data| data.members_of(organization).count() as u64)
    }

    async fn count_owned(&mut self, user: UserId) -> StoreResult<u64> {
        self.look(|data| {
            let owned = data.memberships.values().filter(|one| one.user == user && one.role == Role::Owner);
            owned.count() as u64
        })
    }

    async fn list(
        &mut self,
        organization: OrganizationId,
        role: Option<Role>,
        page: &PageRequest<MemberOrder>,
    ) -> StoreResult<Page<Member>> {
        self.look(|data| {
            let members =
                data.members_of(organization).filter(|(membership, _)| role.is_none_or(|role| membership.role == role));
            let members: Vec<Member> = members.map(|(membership, user)| member(membership, user)).collect();
            let matching = members.iter().filter(|member| {
                let texts = [Some(member.email.as_str()), member.full_name.as_ref().map(FullName::as_str)];
                paging::contains(texts, page.search.as_deref())
            });
            paging::page(matching, page)
        })
    }

    async fn list_of(&mut self, user: UserId, page: &PageRequest<OwnOrder>) -> StoreResult<Page<OwnOrganization>> {
        self.look(|data| {
            let own: Vec<OwnOrganization> = data
                .memberships
                .values()
                .filter(|membership| membership.user == user)
                .filter_map(|membership| {
                    let organization = data.organizations.get(&membership.organization)?.clone();
                    Some(OwnOrganization { organization, role: membership.role, joined_at: membership.created_at })
                })
                .collect();
            let matching = own.iter().filter(|own| is_found(&own.organization, page.search.as_deref()));
            paging::page(matching, page)
        })
    }

    async fn addresses(
        &mut self,
        organization: OrganizationId,
        after: Option<UserId>,
        limit: u32,
    ) -> StoreResult<Vec<MemberAddress>> {
        self.look(|data| {
            let behind = data.members_of(organization).filter(|(_, user)| after.is_none_or(|after| user.id > after));
            let addresses = behind.map(|(_, user)| MemberAddress { user: user.id, email: user.email.clone() });
            addresses.take(limit as usize).collect()
        })
    }

    async fn addresses_of(
        &mut self,
        organization: OrganizationId,
        users: &[UserId],
    ) -> StoreResult<Vec<MemberAddress>> {
        self.look(|data| {
            let these = data.members_of(organization).filter(|(_, user)| users.contains(&user.id));
            these.map(|(_, user)| MemberAddress { user: user.id, email: user.email.clone() }).collect()
        })
    }
}

impl Data {
    /// By the ids of the users.
    fn members_of(&self, organization: OrganizationId) -> impl Iterator<Item = (&Membership, &User)> {
        let memberships = self.memberships.values().filter(move |membership| membership.organization == organization);
        memberships.filter_map(|membership| Some((membership, self.users.get(&membership.user)?)))
    }
}

fn member(membership: &Membership, user: &User) -> Member {
    Member {
        id: user.id,
        email: user.email.clone(),
        full_name: user.full_name.clone(),
        is_active: user.is_active,
        role: membership.role,
        joined_at: membership.created_at,
    }
}
