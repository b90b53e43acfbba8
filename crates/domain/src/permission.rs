//! Who may do what: every access rule of the product, in one pure function.

use crate::{SessionId, UserId, named_enum};

/// Somebody who acts, as far as permissions care.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Actor {
    /// Who.
    pub user: UserId,
    /// May administer users, and do to everybody's items what their owner may.
    pub is_superuser: bool,
    /// By which session, if by any: once that is over, they act no more.
    pub session: Option<SessionId>,
}

impl Actor {
    /// The same, by this session.
    #[must_use]
    pub fn by(self, session: SessionId) -> Self {
        Self { session: Some(session), ..self }
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
    /// Everybody's items.
    Items,
    /// The items of one user, each or all.
    ItemsOf(UserId),
    /// The sessions of one user, each or all.
    SessionsOf(UserId),
    /// The audit events about one user.
    AuditOf(UserId),
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
            Self::Items => "items",
            Self::ItemsOf(_) => "items_of_user",
            Self::SessionsOf(_) => "sessions_of_user",
            Self::AuditOf(_) => "audit_of_user",
            Self::Audit => "audit",
            Self::Outbox => "outbox",
            Self::System => "system",
        }
    }

    /// Whose it is, if it is somebody's.
    #[must_use]
    pub const fn owner(self) -> Option<UserId> {
        match self {
            Self::User(user) | Self::ItemsOf(user) | Self::SessionsOf(user) | Self::AuditOf(user) => Some(user),
            Self::Users | Self::Items | Self::Audit | Self::Outbox | Self::System => None,
        }
    }
}

/// Whether `actor` may do `action` to `resource`.
///
/// Superusers may do everything except delete themselves and change the audit log; everybody else has their own account
/// and what belongs to it.
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
        (Action::Administer, _) => false,
        (_, resource) => resource.owner() == Some(actor.user),
    }
}

#[cfg(test)]
mod tests {
    use std::iter;

    use uuid::Uuid;

    use super::*;

    const ME: UserId = UserId(Uuid::from_u128(1));
    const OTHER: UserId = UserId(Uuid::from_u128(2));

    const EVERYTHING: &[Action] = &Action::ALL;
    const ALL_BUT_ADMINISTER: &[Action] = &[Action::List, Action::Create, Action::Read, Action::Update, Action::Delete];
    const ALL_BUT_DELETE: &[Action] = &[Action::List, Action::Create, Action::Read, Action::Update, Action::Administer];
    const LOOK: &[Action] = &[Action::List, Action::Read];
    const NOTHING: &[Action] = &[];

    /// Rows: resource, what may a user, what may a superuser.
    const RULES: &[(Resource, &[Action], &[Action])] = &[
        (Resource::Users, NOTHING, EVERYTHING),
        (Resource::User(ME), ALL_BUT_ADMINISTER, ALL_BUT_DELETE),
        (Resource::User(OTHER), NOTHING, EVERYTHING),
        (Resource::Items, NOTHING, EVERYTHING),
        (Resource::ItemsOf(ME), ALL_BUT_ADMINISTER, EVERYTHING),
        (Resource::ItemsOf(OTHER), NOTHING, EVERYTHING),
        (Resource::SessionsOf(ME), ALL_BUT_ADMINISTER, EVERYTHING),
        (Resource::SessionsOf(OTHER), NOTHING, EVERYTHING),
        (Resource::AuditOf(ME), LOOK, LOOK),
        (Resource::AuditOf(OTHER), NOTHING, LOOK),
        (Resource::Audit, NOTHING, LOOK),
        (Resource::Outbox, NOTHING, EVERYTHING),
        (Resource::System, NOTHING, EVERYTHING),
    ];

    /// A variant more has no way on here, so the compiler asks for it. What has an owner comes twice: one's own and another's.
    fn resources() -> impl Iterator<Item = Resource> {
        let after =
            |owner, another: fn(UserId) -> Resource, next| Some(if owner == ME { another(OTHER) } else { next });
        iter::successors(Some(Resource::Users), move |resource| match *resource {
            Resource::Users => Some(Resource::User(ME)),
            Resource::User(owner) => after(owner, Resource::User, Resource::Items),
            Resource::Items => Some(Resource::ItemsOf(ME)),
            Resource::ItemsOf(owner) => after(owner, Resource::ItemsOf, Resource::SessionsOf(ME)),
            Resource::SessionsOf(owner) => after(owner, Resource::SessionsOf, Resource::AuditOf(ME)),
            Resource::AuditOf(owner) => after(owner, Resource::AuditOf, Resource::Audit),
            Resource::Audit => Some(Resource::Outbox),
            Resource::Outbox => Some(Resource::System),
            Resource::System => None,
        })
    }

    #[test]
    fn every_resource_has_its_row() {
        for resource in resources() {
            let rows = RULES.iter().filter(|(ruled, ..)| *ruled == resource).count();
            assert_eq!(rows, 1, "say once in RULES who may do what: (Resource::{resource:?}, NOTHING, EVERYTHING)");
        }
    }

    #[test]
    fn everybody_may_do_what_the_table_says() {
        for (&(resource, user, superuser), action) in
            RULES.iter().flat_map(|rule| Action::ALL.map(|action| (rule, action)))
        {
            for (is_superuser, allowed) in [(false, user), (true, superuser)] {
                let actor = Actor { user: ME, is_superuser, session: None };
                assert_eq!(
                    can(actor, action, resource),
                    allowed.contains(&action),
                    "{action:?} {resource:?} {actor:?}"
                );
            }
        }
    }
}
