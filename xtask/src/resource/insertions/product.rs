//! The lines of a resource in the tests of the product from outside: what it is, and who is answered what.

use super::{
    File,
    For::{Each, Needs, OfOrganizations},
    Line,
    Place::{After, Before},
};

pub(super) const FILES: &[File] = &[
    File { path: "tests/src/lib.rs", lines: &[Line(Before("Conflict,"), Each, "«NOUNS», ")] },
    File {
        path: "tests/src/resources.rs",
        lines: &[
            Line(
                Before("/// All of them.\npub const RESOURCES"),
                Each,
                "/// «Label».\npub const «NOUNS»: Resource = Resource {\n    list: \"«slug»/\",\n    placeholder: \"{«placeholder»}\",\n    \
         body: |«title.name»| json!({ \"«title.name»\": «title.name»[% for f in args %][% if f.name != title.name and not f.target %], \
         \"«f.name»\": «f.json_test»[% endif %][% endfor %] }),\n    owners: Owners::«owners_in_code»,\n    \
         conflict: [% if unique %]Some(Conflict::SameText)[% elif most %]Some(Conflict::Second(\"\
         «variables»__«NOUNS»__MOST_PER_[% if by_users %]USER[% else %]ORGANIZATION[% endif %]\"))[% else %]None[% endif %],\n};\n\n",
            ),
            Line(After("pub const RESOURCES: &[Resource] = &["), Each, "«NOUNS», "),
            Line(
                After("pub const REFERENCES: &[(&Resource, &str, &Resource)] = &["),
                Needs,
                "(&«NOUNS», \"«f.name»\", &«f.target.NOUNS»), ",
            ),
        ],
    },
    File {
        path: "tests/tests/attacks/roles/table.rs",
        lines: &[
            Line(
                Before("    // Everybody's accounts.\n"),
                Each,
                "    // «Label».\n    \
         (\"GET /api/v1/«slug»/\", [401, 200, 200, 200, 400, 403]),\n    \
         (\"POST /api/v1/«slug»/\", [401, 200, [% if not by_users %]404[% elif needs %]422[% else %]200[% endif %], \
         [% if by_users and needs %]422[% else %]200[% endif %], 400, 403]),\n    \
         (\"GET /api/v1/«slug»/{«placeholder»}\", [401, 200, [% if by_users %]403[% else %]404[% endif %], 200, 400, 403]),\n    \
         (\"PUT /api/v1/«slug»/{«placeholder»}\", [401, 200, [% if by_users %]403[% else %]404[% endif %], 200, 400, 403]),\n    \
         (\"DELETE /api/v1/«slug»/{«placeholder»}\", [401, 200, [% if by_users %]403[% else %]404[% endif %], 200, 400, 403]),\n\
         [% for action in actions %]    (\"POST /api/v1/«slug»/{«placeholder»}/«action.slug»\", \
         [401, 200, [% if by_users %]403[% else %]404[% endif %], 200, 400, 403]),\n[% endfor %]\
         [% if moves %]    (\"POST /api/v1/«slug»/{«placeholder»}/move\", [401, 200, 403, 200, 400, 403]),\n[% endif %]",
            ),
            Line(
                After("pub(super) const TABLE_OF_WHAT_ORGANIZATIONS_OWN: &[(&str, [u16; 10])] = &[\n"),
                OfOrganizations,
                "    (\"GET /api/v1/«slug»/\", [401, 404, 200, 200, 200, 200, 404, 200, 400, 403]),\n    \
         (\"POST /api/v1/«slug»/\", [401, 404, 403, 200, 200, 200, 404, 200, 400, 403]),\n    \
         (\"GET /api/v1/«slug»/{«placeholder»}\", [401, 404, 200, 200, 200, 200, 404, 200, 400, 403]),\n    \
         (\"PUT /api/v1/«slug»/{«placeholder»}\", [401, 404, 403, 200, 200, 200, 404, 200, 400, 403]),\n    \
         (\"DELETE /api/v1/«slug»/{«placeholder»}\", [401, 404, 403, 200, 200, 200, 404, 200, 400, 403]),\n\
         [% for action in actions %]    (\"POST /api/v1/«slug»/{«placeholder»}/«action.slug»\", [401, 404, 403, 200, 200, 200, 404, 200, 400, 403]),\n[% endfor %]\
         [% if moves %]    (\"POST /api/v1/«slug»/{«placeholder»}/move\", [401, 404, 403, 200, 200, 200, 404, 200, 400, 403]),\n[% endif %]",
            ),
        ],
    },
];
