//! The roles of members: what each is called, and what it may do. Pages where one is chosen explain them by these.

use ironplate_domain::Role;

pub(crate) const fn label(role: Role) -> &'static str {
    match role {
        Role::Viewer => "Viewer",
        Role::Member => "Member",
        Role::Admin => "Admin",
        Role::Owner => "Owner",
    }
}

pub(crate) const fn explained(role: Role) -> &'static str {
    match role {
        Role::Viewer => "Sees what the organisation has and who is in it, and changes nothing.",
        Role::Member => "Works with what the organisation has: makes, changes and deletes it.",
        Role::Admin => "What members do; also manages members and viewers, and what the organisation is called.",
        Role::Owner => "Everything; also manages admins and owners, and may delete the organisation.",
    }
}
