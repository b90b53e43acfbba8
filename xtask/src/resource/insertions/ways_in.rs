//! The lines of a resource in the ways in, API and pages, and in the table of events.

use super::{
    File,
    For::{Actions, Each, Moving, Needs},
    Line,
    Place::{After, Before},
};

pub(super) const FILES: &[File] = &[
    File {
        path: "crates/http/src/endpoints/mod.rs",
        lines: &[
            Line(Before("mod login;\n"), Each, "mod «nouns»;\n"),
            Line(Before("            private::operations(),\n"), Each, "            «nouns»::operations(),\n"),
        ],
    },
    File {
        path: "crates/http/src/endpoints/export/mod.rs",
        lines: &[
            Line(Before("audit::AuditEventPublic,"), Each, "«nouns»::«Type»Public, "),
            Line(
                Before("    messages: Messages as ExportedMessage,\n"),
                Each,
                "    «nouns»: «Types» as «Type»Public,\n",
            ),
        ],
    },
    File {
        path: "crates/dashboard/src/pages/mod.rs",
        lines: &[
            Line(Before("mod organizations;\n"), Each, "mod «nouns»;\n"),
            Line(
                Before("    all.extend(organizations::addresses());\n"),
                Each,
                "    all.extend(«nouns»::addresses());\n",
            ),
        ],
    },
    File {
        path: "crates/dashboard/src/resources.rs",
        lines: &[
            Line(
                Before("    }\n\n    /// What people have in common.\n"),
                Each,
                "        «NOUNS»: {\n            noun: \"«words»\",\n            plural: \"«plural»\",\n            key: \"«nouns»\",\n            \
         label: \"«Label»\",\n            url: \"/dashboard/«slug»\",\n            \
         icon: r#\"<path d=\"M12 4 20 8l-8 4-8-4z\"/><path d=\"m4 12 8 4 8-4M4 16l8 4 8-4\"/>\"#,\n        }\n",
            ),
            Line(Before("    MOVE: \"move\""), Actions, ""),
        ],
    },
    File {
        path: "crates/dashboard/tests/pages/resources.rs",
        lines: &[
            Line(
                After("const PREPARED: &[(&str, Add, &str)] = &["),
                Needs,
                "(\"/dashboard/«slug»\", World::add_as::<«product»_domain::«f.target.Type»>, \"«f.typed»\"), ",
            ),
            Line(
                After("pub(super) const RESOURCES: &[Pages] = &["),
                Each,
                "Pages {\n    list: \"/dashboard/«slug»\",\n    noun: \"«words»\",\n    name: \"«title.name»\",\n    \
         needed: &[[% for f in needed %](\"«f.name»\", \"«f.typed»\")[% if not loop.last %], [% endif %][% endfor %]],\n    \
         others: &[[% for f in others %](\"«f.name»\", \"«f.typed»\")[% if not loop.last %], [% endif %][% endfor %]],\n    \
         is_unique: «unique»,\n    moves: «moves»,\n    \
         owners: Owners::«owners_in_code»,\n},",
            ),
        ],
    },
    File {
        path: "docs/SECURITY.md",
        lines: &[
            Line(
                Before("| `organization.created` |"),
                Each,
                "| `«noun».changed` | A superuser changed somebody's «words». |\n\
         | `«noun».deleted` | Somebody deleted «a» «words» of theirs, or a superuser somebody's. |\n",
            ),
            Line(
                Before("| `organization.created` |"),
                Moving,
                "| `«noun».moved` | Somebody made «a» «words» another owner's. Noted within each organisation that it left or came to. |\n",
            ),
        ],
    },
];
