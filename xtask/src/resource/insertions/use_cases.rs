//! The lines of a resource among ports and use cases: its service, its repository, its part of an export.

use super::{
    File,
    For::{Each, InUse, References, Unique},
    Line,
    Place::Before,
};

pub(super) const FILES: &[File] = &[
    File {
        path: "crates/application/src/lib.rs",
        lines: &[Line(Before("pub mod limits;\n"), Each, "pub mod «nouns»;\n")],
    },
    File {
        path: "crates/application/src/application.rs",
        lines: &[
            Line(Before("    organizations::Organizations,\n"), Each, "    «nouns»::«Types»,\n"),
            Line(
                Before("    /// Mail that is owed.\n    pub outbox: Outbox,"),
                Each,
                "    /// «Label».\n    pub «nouns»: «Types»,\n",
            ),
            Line(
                Before("            outbox: Outbox::new(&core),\n"),
                Each,
                "            «nouns»: «Types»::new(&core),\n",
            ),
        ],
    },
    File {
        path: "crates/application/src/ports/repositories.rs",
        lines: &[
            Line(
                Before("    /// A session belongs to a user that exists.\n"),
                Each,
                "    /// «A» «words» of a user belongs to a user that exists.\n    «Type»Owner,\n    \
         /// «A» «words» of an organisation belongs to an organisation that exists.\n    «Type»OwningOrganization,\n",
            ),
            Line(
                Before("    /// A session belongs to a user that exists.\n"),
                References,
                "    /// The «f.words» of «a» «words» is there, and has the same owner.\n    «f.target.missing»,\n",
            ),
            Line(
                Before("    /// A session belongs to a user that exists.\n"),
                InUse,
                "    /// «A» «words» that something else needs is not deleted.\n    «Type»InUse,\n",
            ),
            Line(
                Before("    /// A session belongs to a user that exists.\n"),
                Unique,
                "    /// The «title.words» of «a» «words» is unique among its owner's, in any spelling.\n    «title.type»,\n",
            ),
            Line(
                Before("            /// Log-ins.\n"),
                Each,
                "            /// «Label».\n            \
         «nouns»: OwnedRepository<«product»_domain::«Type»> / MockOwnedRepository<«product»_domain::«Type»>,\n",
            ),
        ],
    },
    File {
        path: "crates/application/src/accounts/export.rs",
        lines: &[
            Line(Before("KnownClient,"), Each, "«Type», "),
            Line(
                Before("    /// Mail that waits, was sent or was given up.\n    Messages("),
                Each,
                "    /// «Label».\n    «Types»(Vec<«Type»>) in \"«nouns»\", behind Cursor: owned;\n",
            ),
        ],
    },
    File {
        path: "crates/application/tests/use_cases/main.rs",
        lines: &[Line(Before("#[cfg(test)]\nmod organizations;\n"), Each, "#[cfg(test)]\nmod «nouns»;\n")],
    },
];
