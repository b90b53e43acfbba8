//! The lines of a resource in stores: the contract, the example of a store of one's own, the databases.

use super::{
    File,
    For::{Each, InUse, References, Unique},
    Line,
    Place::Before,
};

pub(super) const FILES: &[File] = &[
    File {
        path: "crates/testkit/src/contract/mod.rs",
        lines: &[
            Line(Before("pub mod known_clients;\n"), Each, "pub mod «nouns»;\n"),
            Line(Before("            sessions,\n            one_time_tokens,\n"), Each, "            «nouns»,\n"),
        ],
    },
    File {
        path: "examples/foreign-store/src/records.rs",
        lines: &[
            Line(Before("Membership,"), Each, "«Type», "),
            Line(
                Before("    }\n}\n\npub(crate) fn id_bytes"),
                Each,
                "        «Type» in \"«nouns»\" { id, owner, [% for f in fields %]«f.name», [% endfor %]created_at }\n",
            ),
        ],
    },
    File {
        path: "crates/persistence/src/shared/mod.rs",
        lines: &[
            Line(Before("mod known_clients;\n"), Each, "mod «nouns»;\n"),
            Line(
                Before("    SessionUser: ForeignKey sessions(user_id),\n"),
                Each,
                "    «Type»Owner: ForeignKey «nouns»(owner_user_id),\n    \
         «Type»OwningOrganization: ForeignKey «nouns»(owner_organization_id),\n",
            ),
            Line(
                Before("    SessionUser: ForeignKey sessions(user_id),\n"),
                References,
                "    «f.target.missing»: ForeignKey «nouns»(«f.name»),\n",
            ),
            Line(
                Before("    SessionUser: ForeignKey sessions(user_id),\n"),
                InUse,
                "    «Type»InUse: ForeignKey [% for r in holders %]«r.nouns»(«r.column»)[% if not loop.last %] | [% endif %][% endfor %],\n",
            ),
            Line(
                Before("    SessionUser: ForeignKey sessions(user_id),\n"),
                Unique,
                "    «title.type»: Unique «nouns»(owner_user_id, «title.name»_folded) | «nouns»(owner_organization_id, «title.name»_folded),\n",
            ),
        ],
    },
    File {
        path: "crates/persistence/src/postgres/server_facts.rs",
        lines: &[Line(Before("    \"known_clients\",\n"), Each, "    \"«nouns»\",\n")],
    },
];
