//! The lines of a resource in the domain: its module, its events, who may do what with it.

use super::{
    File,
    For::{Each, Enums, Moving},
    Line,
    Place::{After, Before},
};

pub(super) const FILES: &[File] = &[
    File {
        path: "crates/domain/src/lib.rs",
        lines: &[
            Line(Before("mod membership;\n"), Each, "mod «noun»;\n"),
            Line(Before("pub use membership::"), Each, "pub use «noun»::*;\n"),
        ],
    },
    File {
        path: "crates/domain/src/audit.rs",
        lines: &[
            Line(
                Before("    OrganizationCreated = "),
                Each,
                "    «Type»Changed = \"«noun».changed\", \"«Words» of somebody changed\": \"A superuser changed somebody's «words».\";\n    \
         «Type»Deleted = \"«noun».deleted\", \"«Words» deleted\": \"Somebody deleted «a» «words» of theirs, or a superuser somebody's.\";\n",
            ),
            Line(
                Before("    OrganizationCreated = "),
                Moving,
                "    «Type»Moved = \"«noun».moved\", \"«Words» moved\": \"Somebody made «a» «words» another owner's. Noted within each \
         organisation that it left or came to.\";\n",
            ),
            Line(
                Before("    Operator = \"operator\""),
                Each,
                "    «Type» = \"«noun»\", \"«Words»\": \"The «words» that it is about.\";\n",
            ),
        ],
    },
    File {
        path: "crates/domain/src/permission.rs",
        lines: &[
            Line(
                Before("    /// The sessions of one user, each or all.\n"),
                Each,
                "    /// Everybody's «plural».\n    «Types»,\n    /// The «plural» of one owner, each or all.\n    «Types»Of(Owner),\n",
            ),
            Line(
                Before("            Self::SessionsOf(_) => \"sessions_of_user\","),
                Each,
                "            Self::«Types» => \"«nouns»\",\n            Self::«Types»Of(Owner::User(_)) => \"«nouns»_of_user\",\n            \
         Self::«Types»Of(Owner::Organization(_)) => \"«nouns»_of_organization\",\n",
            ),
            Line(Before("Self::AuditOf(owner) =>"), Each, "Self::«Types»Of(owner) | "),
            Line(Before("Self::Audit | Self::Outbox"), Each, "Self::«Types» | "),
            Line(
                Before("        (Resource::SessionsOf(ME), of_users(WORK"),
                Each,
                "        (Resource::«Types», of_users(NOTHING, EVERYTHING)),\n        (Resource::«Types»Of(MINE), of_users(WORK, EVERYTHING)),\n        \
         (Resource::«Types»Of(OTHERS), of_users(NOTHING, EVERYTHING)),\n        \
         (Resource::«Types»Of(OURS), [NOTHING, LOOK, WORK, WORK, WORK, EVERYTHING]),\n        \
         (Resource::«Types»Of(THEIRS), of_users(NOTHING, EVERYTHING)),\n",
            ),
            Line(Before("Resource::System =>"), Each, "Resource::«Types» | Resource::«Types»Of(_) | "),
            Line(After("const OWNED: &[(Resource, OfOwner)] = &["), Each, "(Resource::«Types», Resource::«Types»Of), "),
        ],
    },
    File {
        path: "crates/domain/src/named.rs",
        lines: &[
            Line(Before("MessageState,"), Enums, "«f.type», "),
            Line(Before("MailTemplate MessageState"), Enums, "«f.type» "),
        ],
    },
];
