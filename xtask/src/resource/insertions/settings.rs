//! The lines of a bound: how many of a resource one owner may have is a setting.

use super::{
    File,
    For::{Bounded, OrganizationsBounded, UsersBounded},
    Line,
    Place::{After, Before},
};

pub(super) const FILES: &[File] = &[
    File {
        path: "crates/application/src/policy.rs",
        lines: &[
            Line(
                Before(POLICY),
                UsersBounded,
                "    /// So many «plural» one user may have.\n    pub most_«nouns»: u32,\n",
            ),
            Line(
                Before(POLICY),
                OrganizationsBounded,
                "    /// So many «plural» one organisation may have.\n    pub most_«nouns»_of_organization: u32,\n",
            ),
            Line(Before(DEFAULT), UsersBounded, "            most_«nouns»: «most_in_code»,\n"),
            Line(Before(DEFAULT), OrganizationsBounded, "            most_«nouns»_of_organization: «most_in_code»,\n"),
        ],
    },
    File {
        path: "config/default.toml",
        lines: &[Line(
            Before("[mail]\n"),
            Bounded,
            "[«nouns»]\n\
         [% if by_users %]# So many one user may have; whoever asks for more gets 409.\nmost_per_user = «most»\n[% endif %]\
         [% if by_organizations %]\
         # [% if by_users %]The same for one organisation[% else %]So many one organisation may have; whoever asks for more gets 409[% endif %]. \
         They are counted at each creation, and deleting an organisation deletes all of them by one statement.\n\
         most_per_organization = «most»\n[% endif %]\n",
        )],
    },
    File {
        path: "crates/server/src/config/mod.rs",
        lines: &[
            Line(
                Before(CONFIGURATION),
                UsersBounded,
                "    /// So many «plural» one user may have.\n    pub(crate) most_«nouns»: u32,\n",
            ),
            Line(
                Before(CONFIGURATION),
                OrganizationsBounded,
                "    /// So many «plural» one organisation may have.\n    pub(crate) most_«nouns»_of_organization: u32,\n",
            ),
            Line(Before(TO_POLICY), UsersBounded, "            most_«nouns»: self.most_«nouns»,\n"),
            Line(
                Before(TO_POLICY),
                OrganizationsBounded,
                "            most_«nouns»_of_organization: self.most_«nouns»_of_organization,\n",
            ),
        ],
    },
    File {
        path: "crates/server/src/config/read.rs",
        lines: &[
            Line(Before(FIELD), UsersBounded, "    most_«nouns»: Read<u32>,\n"),
            Line(Before(FIELD), OrganizationsBounded, "    most_«nouns»_of_organization: Read<u32>,\n"),
            Line(
                Before(READ),
                UsersBounded,
                "    let most_«nouns» = reader.within(\"«nouns».most_per_user\", 1..=10_000_000);\n",
            ),
            Line(
                Before(READ),
                OrganizationsBounded,
                "    let most_«nouns»_of_organization = reader.within(\"«nouns».most_per_organization\", 1..=10_000_000);\n",
            ),
            Line(After(READ_ALL), OrganizationsBounded, "        most_«nouns»_of_organization,\n"),
            Line(After(READ_ALL), UsersBounded, "        most_«nouns»,\n"),
            Line(Before(WHOLE), UsersBounded, "                most_«nouns»: Ok(most_«nouns»),\n"),
            Line(
                Before(WHOLE),
                OrganizationsBounded,
                "                most_«nouns»_of_organization: Ok(most_«nouns»_of_organization),\n",
            ),
            Line(After(ALL), OrganizationsBounded, "                most_«nouns»_of_organization,\n"),
            Line(After(ALL), UsersBounded, "                most_«nouns»,\n"),
        ],
    },
];

const POLICY: &str = "    /// How long audit events are kept; `None` keeps them for good.\n    pub keep_audit";
const DEFAULT: &str = "            keep_audit: Some(";
const CONFIGURATION: &str =
    "    /// How long audit events are kept; `None` keeps them for good.\n    pub(crate) keep_audit";
const TO_POLICY: &str = "            keep_audit: self.keep_audit,\n";
const FIELD: &str = "    keep_audit: Read<Option<Duration>>,\n";
const READ: &str = "    let passwords = passwords(reader";
const READ_ALL: &str = "        limits,\n        organizations,\n";
const WHOLE: &str = "                keep_audit: Ok(keep_audit),\n";
const ALL: &str = "                limits,\n                organizations,\n";
