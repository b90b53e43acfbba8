//! Who may do what: every access rule of the product, in one pure function.

use std::time::Duration;

use crate::{OrganizationId, OrganizationRole, Owner, Role, SessionId, Timestamp, UserId, named_enum};

/// Somebody who acts, as far as permissions care.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Actor {
    /// Who.
    pub user: UserId,
    /// May administer users, and do to everybody's items what their owner may.
    pub is_superuser: bool,
    /// By which session, if by any: once that is over, they act no more.
    pub session: Option<SessionId>,
    /// What they may do in the organisation at hand, if they are in it. A membership that nobody looked up is none: whoever forgets
    /// to look denies.
    pub at: Option<OrganizationRole>,
    /// Until then they are shown nothing that may be old, lest they miss what they wrote themselves. Without, they never are.
    pub fresh_until: Option<Timestamp>,
}

impl Actor {
    /// The same, by this session.
    #[must_use]
    pub fn by(self, session: SessionId) -> Self {
        Self { session: Some(session), ..self }
    }

    /// The same, who may be shown what is old from this moment on.
    #[must_use]
    pub fn shown_fresh_until(self, moment: Timestamp) -> Self {
        Self { fresh_until: Some(moment), ..self }
    }

    /// How old what they are shown may be, where `most` is the limit for everybody; `None` lets nothing be old.
    #[must_use]
    pub fn staleness(self, most: Duration, now: Timestamp) -> Option<Duration> {
        let since = self.fresh_until.filter(|until| *until < now)?;
        Some(now.since(since).min(most))
    }

    /// The same, in this role; or as a stranger to the organisation at hand.
    #[must_use]
    pub fn within(self, at: Option<OrganizationRole>) -> Self {
        Self { at, ..self }
    }

    /// What they may do in this organisation, as far as that was looked up.
    #[must_use]
    pub fn role_in(self, organization: OrganizationId) -> Option<Role> {
        self.at.filter(|at| at.organization == organization).map(|at| at.role)
    }

    /// Whether they lack the second factor that this organisation asks its members for.
    #[must_use]
    pub fn is_barred_from(self, organization: OrganizationId) -> bool {
        !self.is_superuser && self.at.is_some_and(|at| at.organization == organization && at.is_barred)
    }

    /// Whether they may do this only because they are a superuser.
    #[must_use]
    pub fn administers(self, action: Action, resource: Resource) -> bool {
        can(self, action, resource) && !can(Self { is_superuser: false, ..self }, action, resource)
    }
}

named_enum! {
    /// What is to be done.
    pub enum Action {
        /// See many at once.
        List = "list",
        /// Make a new one.
        Create = "create",
        /// See one.
        Read = "read",
        /// Change one as its owner may.
        Update = "update",
        /// Change what only an administrator may: rights, state, another's password.
        Administer = "administer",
        /// Remove one.
        Delete = "delete",
    }
}

/// What it is to be done to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Resource {
    /// The users as a whole.
    Users,
    /// One user.
    User(UserId),
    /// The organisations as a whole.
    Organizations,
    /// One organisation: its name, its slug, itself.
    Organization(OrganizationId),
    /// The members of an organisation who have this role, and the invitations to it.
    MembersOf(OrganizationId, Role),
    /// One's own place in an organisation.
    OwnMembership(OrganizationId),
    /// The list of an organisation's invitations.
    InvitationsOf(OrganizationId),
    /// Everybody's items.
    Items,
    /// The items of one owner, each or all.
    ItemsOf(Owner),
    /// The sessions of one user, each or all.
    SessionsOf(UserId),
    /// The audit events about one user, or within one organisation.
    AuditOf(Owner),
    /// All audit events.
    Audit,
    /// Mail that is owed or was sent.
    Outbox,
    /// What the operator wants to know of the running system.
    System,
}

impl Resource {
    /// The name of its sort, by which it is told to operators.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Users => "users",
            Self::User(_) => "user",
            Self::Organizations => "organizations",
            Self::Organization(_) => "organization",
            Self::MembersOf(..) => "members_of_organization",
            Self::OwnMembership(_) => "own_membership",
            Self::InvitationsOf(_) => "invitations_of_organization",
            Self::Items => "items",
            Self::ItemsOf(Owner::User(_)) => "items_of_user",
            Self::ItemsOf(Owner::Organization(_)) => "items_of_organization",
            Self::SessionsOf(_) => "sessions_of_user",
            Self::AuditOf(Owner::User(_)) => "audit_of_user",
            Self::AuditOf(Owner::Organization(_)) => "audit_of_organization",
            Self::Audit => "audit",
            Self::Outbox => "outbox",
            Self::System => "system",
        }
    }

    /// Whose it is, if it is somebody's.
    #[must_use]
    pub const fn owner(self) -> Option<Owner> {
        match self {
            Self::User(user) | Self::SessionsOf(user) => Some(Owner::User(user)),
            Self::Organization(organization)
            | Self::MembersOf(organization, _)
            | Self::OwnMembership(organization)
            | Self::InvitationsOf(organization) => Some(Owner::Organization(organization)),
            Self::ItemsOf(owner) | Self::AuditOf(owner) => Some(owner),
            Self::Users | Self::Organizations | Self::Items | Self::Audit | Self::Outbox | Self::System => None,
        }
    }

    /// Which organisation it belongs to, if it does to one.
    #[must_use]
    pub fn organization(self) -> Option<OrganizationId> {
        self.owner().and_then(Owner::organization)
    }
}

/// Whether `actor` may do `action` to `resource`.
///
/// Superusers may do everything except delete themselves and change the audit log; everybody else has their own account, what
/// belongs to it, and in an organisation what their role says.
#[must_use]
pub fn can(actor: Actor, action: Action, resource: Resource) -> bool {
    match (action, resource) {
        (Action::Delete, Resource::User(user)) => (user == actor.user) != actor.is_superuser,
        // Nobody rewrites what happened.
        (
            Action::Create | Action::Update | Action::Administer | Action::Delete,
            Resource::Audit | Resource::AuditOf(_),
        ) => false,
        _ if actor.is_superuser => true,
        (Action::Create, Resource::Organizations) => true,
        (Action::Administer, _) => false,
        // Whoever is in it may leave it, also those whom it bars.
        (Action::Delete, Resource::OwnMembership(organization)) => actor.role_in(organization).is_some(),
        (_, resource) => match resource.owner() {
            Some(Owner::User(user)) => user == actor.user,
            Some(Owner::Organization(organization)) if actor.is_barred_from(organization) => false,
            Some(Owner::Organization(organization)) => {
                actor.role_in(organization).is_some_and(|role| granted(role, resource).contains(&action))
            }
            None => false,
        },
    }
}

const LOOK: &[Action] = &[Action::List, Action::Read];
const WORK: &[Action] = &[Action::List, Action::Create, Action::Read, Action::Update, Action::Delete];

/// What a role grants on a resource of its organisation.
fn granted(role: Role, resource: Resource) -> &'static [Action] {
    match resource {
        Resource::Organization(_) => match role {
            Role::Viewer | Role::Member => LOOK,
            Role::Admin => &[Action::List, Action::Read, Action::Update],
            Role::Owner => &[Action::List, Action::Read, Action::Update, Action::Delete],
        },
        // Nobody gives more than they have.
        Resource::MembersOf(_, given) => match (role, given) {
            (Role::Admin, Role::Viewer | Role::Member) | (Role::Owner, _) => WORK,
            (Role::Viewer | Role::Member | Role::Admin, _) => LOOK,
        },
        Resource::OwnMembership(_) => &[],
        Resource::InvitationsOf(_) | Resource::AuditOf(_) => match role {
            Role::Viewer | Role::Member => &[],
            Role::Admin | Role::Owner => LOOK,
        },
        // What people work on.
        _ => match role {
            Role::Viewer => LOOK,
            Role::Member | Role::Admin | Role::Owner => WORK,
        },
    }
}

#[cfg(test)]
mod tests {
    use std::iter;

    use uuid::Uuid;

    use super::*;

    const ME: UserId = UserId(Uuid::from_u128(1));
    const OTHER: UserId = UserId(Uuid::from_u128(2));
    const HERE: OrganizationId = OrganizationId(Uuid::from_u128(3));
    const ELSEWHERE: OrganizationId = OrganizationId(Uuid::from_u128(4));

    const MINE: Owner = Owner::User(ME);
    const OTHERS: Owner = Owner::User(OTHER);
    const OURS: Owner = Owner::Organization(HERE);
    const THEIRS: Owner = Owner::Organization(ELSEWHERE);

    const EVERYTHING: &[Action] = &Action::ALL;
    const ALL_BUT_DELETE: &[Action] = &[Action::List, Action::Create, Action::Read, Action::Update, Action::Administer];
    const CREATE: &[Action] = &[Action::Create];
    const CHANGE: &[Action] = &[Action::List, Action::Read, Action::Update];
    const LEAVE: &[Action] = &[Action::Delete];
    const REMOVE: &[Action] = &[Action::List, Action::Read, Action::Update, Action::Delete];
    const NOTHING: &[Action] = &[];

    /// What may do: whoever is in no organisation; a viewer, a member, an admin, an owner of the one at hand; a superuser.
    type Cells = [&'static [Action]; 6];

    /// What has nothing to do with an organisation: a role changes nothing.
    const fn of_users(user: &'static [Action], superuser: &'static [Action]) -> Cells {
        [user, user, user, user, user, superuser]
    }

    const RULES: &[(Resource, Cells)] = &[
        (Resource::Users, of_users(NOTHING, EVERYTHING)),
        (Resource::User(ME), of_users(WORK, ALL_BUT_DELETE)),
        (Resource::User(OTHER), of_users(NOTHING, EVERYTHING)),
        (Resource::Organizations, of_users(CREATE, EVERYTHING)),
        (Resource::Organization(HERE), [NOTHING, LOOK, LOOK, CHANGE, REMOVE, EVERYTHING]),
        (Resource::Organization(ELSEWHERE), of_users(NOTHING, EVERYTHING)),
        (Resource::MembersOf(HERE, Role::Viewer), [NOTHING, LOOK, LOOK, WORK, WORK, EVERYTHING]),
        (Resource::MembersOf(HERE, Role::Member), [NOTHING, LOOK, LOOK, WORK, WORK, EVERYTHING]),
        (Resource::MembersOf(HERE, Role::Admin), [NOTHING, LOOK, LOOK, LOOK, WORK, EVERYTHING]),
        (Resource::MembersOf(HERE, Role::Owner), [NOTHING, LOOK, LOOK, LOOK, WORK, EVERYTHING]),
        (Resource::MembersOf(ELSEWHERE, Role::Viewer), of_users(NOTHING, EVERYTHING)),
        (Resource::MembersOf(ELSEWHERE, Role::Member), of_users(NOTHING, EVERYTHING)),
        (Resource::MembersOf(ELSEWHERE, Role::Admin), of_users(NOTHING, EVERYTHING)),
        (Resource::MembersOf(ELSEWHERE, Role::Owner), of_users(NOTHING, EVERYTHING)),
        (Resource::OwnMembership(HERE), [NOTHING, LEAVE, LEAVE, LEAVE, LEAVE, EVERYTHING]),
        (Resource::OwnMembership(ELSEWHERE), of_users(NOTHING, EVERYTHING)),
        (Resource::InvitationsOf(HERE), [NOTHING, NOTHING, NOTHING, LOOK, LOOK, EVERYTHING]),
        (Resource::InvitationsOf(ELSEWHERE), of_users(NOTHING, EVERYTHING)),
        (Resource::Items, of_users(NOTHING, EVERYTHING)),
        (Resource::ItemsOf(MINE), of_users(WORK, EVERYTHING)),
        (Resource::ItemsOf(OTHERS), of_users(NOTHING, EVERYTHING)),
        (Resource::ItemsOf(OURS), [NOTHING, LOOK, WORK, WORK, WORK, EVERYTHING]),
        (Resource::ItemsOf(THEIRS), of_users(NOTHING, EVERYTHING)),
        (Resource::SessionsOf(ME), of_users(WORK, EVERYTHING)),
        (Resource::SessionsOf(OTHER), of_users(NOTHING, EVERYTHING)),
        (Resource::AuditOf(MINE), of_users(LOOK, LOOK)),
        (Resource::AuditOf(OTHERS), of_users(NOTHING, LOOK)),
        (Resource::AuditOf(OURS), [NOTHING, NOTHING, NOTHING, LOOK, LOOK, LOOK]),
        (Resource::AuditOf(THEIRS), of_users(NOTHING, LOOK)),
        (Resource::Audit, of_users(NOTHING, LOOK)),
        (Resource::Outbox, of_users(NOTHING, EVERYTHING)),
        (Resource::System, of_users(NOTHING, EVERYTHING)),
    ];

    type OfOwner = fn(Owner) -> Resource;

    /// What users and organisations own: everybody's, and one owner's.
    const OWNED: &[(Resource, OfOwner)] = &[(Resource::Items, Resource::ItemsOf)];

    /// A variant more has no way on here, so the compiler asks for it; what is owned comes out of `OWNED`. What has an owner comes
    /// with each: oneself and another user, the organisation at hand and another one.
    fn resources() -> impl Iterator<Item = Resource> {
        let user = |id: UserId| if id == ME { Some(OTHER) } else { None };
        let organization = |id: OrganizationId| if id == HERE { Some(ELSEWHERE) } else { None };
        let owner = |owner: Owner| [MINE, OTHERS, OURS, THEIRS].into_iter().skip_while(move |one| *one != owner).nth(1);
        let of_owners = OWNED.iter().flat_map(|(all, of)| iter::once(*all).chain([MINE, OTHERS, OURS, THEIRS].map(of)));
        let others = iter::successors(Some(Resource::Users), move |resource| {
            Some(match *resource {
                Resource::Users => Resource::User(ME),
                Resource::User(id) => user(id).map_or(Resource::Organizations, Resource::User),
                Resource::Organizations => Resource::Organization(HERE),
                Resource::Organization(id) => {
                    organization(id).map_or(Resource::MembersOf(HERE, Role::ALL[0]), Resource::Organization)
                }
                Resource::MembersOf(id, role) => {
                    match (Role::ALL.into_iter().find(|next| *next > role), organization(id)) {
                        (Some(role), _) => Resource::MembersOf(id, role),
                        (None, Some(id)) => Resource::MembersOf(id, Role::ALL[0]),
                        (None, None) => Resource::OwnMembership(HERE),
                    }
                }
                Resource::OwnMembership(id) => {
                    organization(id).map_or(Resource::InvitationsOf(HERE), Resource::OwnMembership)
                }
                Resource::InvitationsOf(id) => {
                    organization(id).map_or(Resource::SessionsOf(ME), Resource::InvitationsOf)
                }
                Resource::SessionsOf(id) => user(id).map_or(Resource::AuditOf(MINE), Resource::SessionsOf),
                Resource::AuditOf(one) => owner(one).map_or(Resource::Audit, Resource::AuditOf),
                Resource::Audit => Resource::Outbox,
                Resource::Outbox => Resource::System,
                Resource::Items | Resource::ItemsOf(_) | Resource::System => {
                    return None;
                }
            })
        });
        others.chain(of_owners)
    }

    #[test]
    fn nobody_misses_what_they_wrote_themselves() {
        let (most, at) = (Duration::from_secs(5), Timestamp::from_seconds);
        let ann = Actor { user: ME, is_superuser: false, session: None, at: None, fresh_until: None };
        assert_eq!(ann.staleness(most, at(100)), None);
        let ann = ann.shown_fresh_until(at(100));
        assert_eq!(ann.staleness(most, at(100)), None);
        assert_eq!(ann.staleness(most, at(102)), Some(Duration::from_secs(2)));
        assert_eq!(ann.staleness(most, at(1_000)), Some(most));
    }

    #[test]
    fn every_resource_has_its_row() {
        for resource in resources() {
            let rows = RULES.iter().filter(|(ruled, _)| *ruled == resource).count();
            assert_eq!(
                rows, 1,
                "say once in RULES who may do what: (Resource::{resource:?}, of_users(NOTHING, EVERYTHING))"
            );
        }
        assert_eq!(resources().count(), RULES.len());
    }

    #[test]
    fn everybody_may_do_what_the_table_says() {
        let nobody = Actor { user: ME, is_superuser: false, session: None, at: None, fresh_until: None };
        let in_role = |role| nobody.within(Some(OrganizationRole { organization: HERE, role, is_barred: false }));
        let actors =
            iter::once(nobody).chain(Role::ALL.map(in_role)).chain(iter::once(Actor { is_superuser: true, ..nobody }));
        let actors: Vec<Actor> = actors.collect();
        for (resource, cells) in RULES {
            for ((actor, allowed), action) in
                actors.iter().zip(cells).flat_map(|cell| Action::ALL.map(|action| (cell, action)))
            {
                assert_eq!(
                    can(*actor, action, *resource),
                    allowed.contains(&action),
                    "{action:?} {resource:?} {actor:?}"
                );
            }
        }
    }

    /// In the organisation as if they were in none; elsewhere as ever.
    #[test]
    fn who_lacks_the_second_factor_that_is_asked_for_may_do_nothing_there_but_leave() {
        let nobody = Actor { user: ME, is_superuser: false, session: None, at: None, fresh_until: None };
        for role in Role::ALL {
            let barred = nobody.within(Some(OrganizationRole { organization: HERE, role, is_barred: true }));
            for (resource, action) in resources().flat_map(|one| Action::ALL.map(|action| (one, action))) {
                let leaves = (action, resource) == (Action::Delete, Resource::OwnMembership(HERE));
                let expected = leaves || can(nobody, action, resource);
                assert_eq!(can(barred, action, resource), expected, "{action:?} {resource:?}");
            }
        }
    }

    /// Their role gives them nothing beyond it, and takes nothing away.
    #[test]
    fn a_superuser_may_do_in_any_role_what_superusers_may() {
        let root = Actor { user: ME, is_superuser: true, session: None, at: None, fresh_until: None };
        for role in Role::ALL {
            let member = root.within(Some(OrganizationRole { organization: HERE, role, is_barred: true }));
            for (resource, action) in resources().flat_map(|one| Action::ALL.map(|action| (one, action))) {
                assert_eq!(can(member, action, resource), can(root, action, resource), "{action:?} {resource:?}");
            }
        }
    }
}
