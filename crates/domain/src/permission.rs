//! Who may do what: every access rule of the product, in one pure function.

use crate::UserId;

/// Somebody who acts, as far as permissions care.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Actor {
    /// Who.
    pub user: UserId,
    /// May administer users and see everybody's items.
    pub is_superuser: bool,
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
}

/// Whether `actor` may do `action` to `resource`.
///
/// Superusers may do everything except delete themselves; everybody else has their own account and their own items.
#[must_use]
pub fn can(actor: Actor, action: Action, resource: Resource) -> bool {
    match (action, resource) {
        (Action::Delete, Resource::User(user)) => (user == actor.user) != actor.is_superuser,
        _ if actor.is_superuser => true,
        (Action::Administer, _) | (_, Resource::Users | Resource::Items) => false,
        (_, Resource::User(owner) | Resource::ItemsOf(owner)) => owner == actor.user,
    }
}

#[cfg(test)]
mod tests {
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
    ];

    #[test]
    fn everybody_may_do_what_the_table_says() {
        for &(action, resource, user, superuser) in RULES {
            for (is_superuser, expected) in [(false, user), (true, superuser)] {
                let actor = Actor { user: ME, is_superuser };
                assert_eq!(can(actor, action, resource), expected, "{action:?} {resource:?} {actor:?}");
            }
        }
    }
}
