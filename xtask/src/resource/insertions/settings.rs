//! The lines of a bound: how many of a resource one owner may have is a setting.

use super::{
    File,
    For::Bounded,
    Line,
    Place::{After, Before},
};

pub(super) const FILES: &[File] = &[
    File {
        path: "crates/application/src/policy.rs",
        lines: &[
            Line(
                Before("    /// How long audit events are kept; `None` keeps them for good.\n    pub keep_audit"),
                Bounded,
                "    /// So many «plural» one user may have.\n    pub most_«nouns»: u32,\n    \
         /// So many «plural» one organisation may have.\n    pub most_«nouns»_of_organization: u32,\n",
            ),
            Line(
                Before("            keep_audit: Some("),
                Bounded,
                "            most_«nouns»: «most_in_code»,\n            most_«nouns»_of_organization: «most_in_code»,\n",
            ),
        ],
    },
    File {
        path: "config/default.toml",
        lines: &[Line(
            Before("[mail]\n"),
            Bounded,
            "[«nouns»]\n# So many one user may have; whoever asks for more gets 409.\nmost_per_user = «most»\n\
         # The same for one organisation. They are counted at each creation, and deleting an organisation deletes all of them by one statement.\n\
         most_per_organization = «most»\n\n",
        )],
    },
    File {
        path: "crates/server/src/config/mod.rs",
        lines: &[
            Line(
                Before(
                    "    /// How long audit events are kept; `None` keeps them for good.\n    pub(crate) keep_audit",
                ),
                Bounded,
                "    /// So many «plural» one user may have.\n    pub(crate) most_«nouns»: u32,\n    \
         /// So many «plural» one organisation may have.\n    pub(crate) most_«nouns»_of_organization: u32,\n",
            ),
            Line(
                Before("            keep_audit: self.keep_audit,\n"),
                Bounded,
                "            most_«nouns»: self.most_«nouns»,\n            \
         most_«nouns»_of_organization: self.most_«nouns»_of_organization,\n",
            ),
        ],
    },
    File {
        path: "crates/server/src/config/read.rs",
        lines: &[
            Line(
                Before("    keep_audit: Read<Option<Duration>>,\n"),
                Bounded,
                "    most_«nouns»: Read<u32>,\n    most_«nouns»_of_organization: Read<u32>,\n",
            ),
            Line(
                Before("    let passwords = passwords(reader"),
                Bounded,
                "    let most_«nouns» = reader.within(\"«nouns».most_per_user\", 1..=10_000_000);\n    \
         let most_«nouns»_of_organization = reader.within(\"«nouns».most_per_organization\", 1..=10_000_000);\n",
            ),
            Line(
                After("        limits,\n        organizations,\n"),
                Bounded,
                "        most_«nouns»,\n        most_«nouns»_of_organization,\n",
            ),
            Line(
                Before("                keep_audit: Ok(keep_audit),\n"),
                Bounded,
                "                most_«nouns»: Ok(most_«nouns»),\n                \
         most_«nouns»_of_organization: Ok(most_«nouns»_of_organization),\n",
            ),
            Line(
                After("                limits,\n                organizations,\n"),
                Bounded,
                "                most_«nouns»,\n                most_«nouns»_of_organization,\n",
            ),
        ],
    },
];
