//! Who may do what: every access rule of the product, in one pure function.

use crate::{SessionId, UserId};

/// Somebody who acts, as far as permissions care.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Actor {
    /// Who.
    pub user: UserId,
    /// May administer users and see everybody's items.
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

    /// May do this for their rank alone: nobody could without it.
    #[must_use]
    pub fn administers(self, action: Action, resource: Resource) -> bool {
        can(self, action, resource) && !can(Self { is_superuser: false, ..self }, action, resource)
    }
}

/// What is to be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Action {
    /// See many at once.
    List,
    /// Make a new one.
    Create,
    /// See one.
    Read,
    /// Change one as its owner may.
    Update,
    /// Change what only an administrator may: rights, state, another's password.
    Administer,
    /// Remove one.
    Delete,
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

impl Action {
    /// The name by which it is told to operators.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::List => "list",
            Self::Create => "create",
            Self::Read => "read",
            Self::Update => "update",
            Self::Administer => "administer",
            Self::Delete => "delete",
        }
    }
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

    /// Rows: action, resource, may a user, may a superuser.
    const RULES: &[(Action, Resource, bool, bool)] = &[
        (Action::List, Resource::Users, false, true),
        (Action::Create, Resource::Users, false, true),
        (Action::Read, Resource::Users, false, true),
        (Action::Update, Resource::Users, false, true),
        (Action::Administer, Resource::Users, false, true),
        (Action::Delete, Resource::Users, false, true),
        (Action::List, Resource::User(ME), true, true),
        (Action::Create, Resource::User(ME), true, true),
        (Action::Read, Resource::User(ME), true, true),
        (Action::Update, Resource::User(ME), true, true),
        (Action::Administer, Resource::User(ME), false, true),
        (Action::Delete, Resource::User(ME), true, false),
        (Action::List, Resource::User(OTHER), false, true),
        (Action::Create, Resource::User(OTHER), false, true),
        (Action::Read, Resource::User(OTHER), false, true),
        (Action::Update, Resource::User(OTHER), false, true),
        (Action::Administer, Resource::User(OTHER), false, true),
        (Action::Delete, Resource::User(OTHER), false, true),
        (Action::List, Resource::Items, false, true),
        (Action::Create, Resource::Items, false, true),
        (Action::Read, Resource::Items, false, true),
        (Action::Update, Resource::Items, false, true),
        (Action::Administer, Resource::Items, false, true),
        (Action::Delete, Resource::Items, false, true),
        (Action::List, Resource::ItemsOf(ME), true, true),
        (Action::Create, Resource::ItemsOf(ME), true, true),
        (Action::Read, Resource::ItemsOf(ME), true, true),
        (Action::Update, Resource::ItemsOf(ME), true, true),
        (Action::Administer, Resource::ItemsOf(ME), false, true),
        (Action::Delete, Resource::ItemsOf(ME), true, true),
        (Action::List, Resource::ItemsOf(OTHER), false, true),
        (Action::Create, Resource::ItemsOf(OTHER), false, true),
        (Action::Read, Resource::ItemsOf(OTHER), false, true),
        (Action::Update, Resource::ItemsOf(OTHER), false, true),
        (Action::Administer, Resource::ItemsOf(OTHER), false, true),
        (Action::Delete, Resource::ItemsOf(OTHER), false, true),
        (Action::List, Resource::SessionsOf(ME), true, true),
        (Action::Create, Resource::SessionsOf(ME), true, true),
        (Action::Read, Resource::SessionsOf(ME), true, true),
        (Action::Update, Resource::SessionsOf(ME), true, true),
        (Action::Administer, Resource::SessionsOf(ME), false, true),
        (Action::Delete, Resource::SessionsOf(ME), true, true),
        (Action::List, Resource::SessionsOf(OTHER), false, true),
        (Action::Create, Resource::SessionsOf(OTHER), false, true),
        (Action::Read, Resource::SessionsOf(OTHER), false, true),
        (Action::Update, Resource::SessionsOf(OTHER), false, true),
        (Action::Administer, Resource::SessionsOf(OTHER), false, true),
        (Action::Delete, Resource::SessionsOf(OTHER), false, true),
        (Action::List, Resource::AuditOf(ME), true, true),
        (Action::Create, Resource::AuditOf(ME), false, false),
        (Action::Read, Resource::AuditOf(ME), true, true),
        (Action::Update, Resource::AuditOf(ME), false, false),
        (Action::Administer, Resource::AuditOf(ME), false, false),
        (Action::Delete, Resource::AuditOf(ME), false, false),
        (Action::List, Resource::AuditOf(OTHER), false, true),
        (Action::Create, Resource::AuditOf(OTHER), false, false),
        (Action::Read, Resource::AuditOf(OTHER), false, true),
        (Action::Update, Resource::AuditOf(OTHER), false, false),
        (Action::Administer, Resource::AuditOf(OTHER), false, false),
        (Action::Delete, Resource::AuditOf(OTHER), false, false),
        (Action::List, Resource::Audit, false, true),
        (Action::Create, Resource::Audit, false, false),
        (Action::Read, Resource::Audit, false, true),
        (Action::Update, Resource::Audit, false, false),
        (Action::Administer, Resource::Audit, false, false),
        (Action::Delete, Resource::Audit, false, false),
        (Action::List, Resource::Outbox, false, true),
        (Action::Create, Resource::Outbox, false, true),
        (Action::Read, Resource::Outbox, false, true),
        (Action::Update, Resource::Outbox, false, true),
        (Action::Administer, Resource::Outbox, false, true),
        (Action::Delete, Resource::Outbox, false, true),
        (Action::List, Resource::System, false, true),
        (Action::Create, Resource::System, false, true),
        (Action::Read, Resource::System, false, true),
        (Action::Update, Resource::System, false, true),
        (Action::Administer, Resource::System, false, true),
        (Action::Delete, Resource::System, false, true),
    ];

    /// A variant more has no way on here, so the compiler asks for it.
    fn actions() -> impl Iterator<Item = Action> {
        iter::successors(Some(Action::List), |action| match action {
            Action::List => Some(Action::Create),
            Action::Create => Some(Action::Read),
            Action::Read => Some(Action::Update),
            Action::Update => Some(Action::Administer),
            Action::Administer => Some(Action::Delete),
            Action::Delete => None,
        })
    }

    /// The same, with what has an owner twice: one's own and another's.
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
    fn every_action_on_every_resource_has_its_row() {
        for (resource, action) in resources().flat_map(|resource| actions().map(move |action| (resource, action))) {
            let rows = RULES.iter().filter(|(ruled, on, ..)| (*ruled, *on) == (action, resource)).count();
            assert_eq!(rows, 1, "say once in RULES who may do this: (Action::{action:?}, Resource::{resource:?}, …)");
        }
    }

    #[test]
    fn everybody_may_do_what_the_table_says() {
        for &(action, resource, user, superuser) in RULES {
            for (is_superuser, expected) in [(false, user), (true, superuser)] {
                let actor = Actor { user: ME, is_superuser, session: None };
                assert_eq!(can(actor, action, resource), expected, "{action:?} {resource:?} {actor:?}");
            }
        }
    }
}
