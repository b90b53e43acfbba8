//! The lines that a resource has in files of all: lists of modules, registries, tables of rights and of tests.
//!
//! A line goes to where a text stands that is no resource's, so that it finds its place also in a product without the example.

use std::{collections::BTreeMap, ops::Range, path::Path};

use super::{model::Model, render::Renderer};
use crate::{
    failure::{Failure, Outcome},
    tree,
};

/// A text in a file, before or after another one that is there once.
pub(super) struct Insertion {
    pub(super) path: &'static str,
    place: Place,
    pub(super) text: String,
    /// Where the file has it already, it is not needed a second time.
    shared: bool,
}

#[derive(Clone, Copy)]
enum Place {
    Before(&'static str),
    After(&'static str),
}

/// Which resources have such a line.
enum For {
    Each,
    Enums,
    Actions,
    Moving,
    Bounded,
    Unique,
}

use For::{Actions, Bounded, Each, Enums, Moving, Unique};
use Place::{After, Before};

/// Path, place, for which, and the line as a template.
const ALL: &[(&str, Place, For, &str)] = &[
    // The domain.
    ("crates/domain/src/lib.rs", Before("mod membership;\n"), Each, "mod «noun»;\n"),
    ("crates/domain/src/lib.rs", Before("pub use membership::"), Each, "pub use «noun»::*;\n"),
    (
        "crates/domain/src/audit.rs",
        Before("    OrganizationCreated = "),
        Each,
        "    «Type»Changed = \"«noun».changed\", \"«Words» of somebody changed\": \"A superuser changed somebody's «words».\";\n    \
         «Type»Deleted = \"«noun».deleted\", \"«Words» deleted\": \"Somebody deleted «a» «words» of theirs, or a superuser somebody's.\";\n",
    ),
    (
        "crates/domain/src/audit.rs",
        Before("    OrganizationCreated = "),
        Moving,
        "    «Type»Moved = \"«noun».moved\", \"«Words» moved\": \"Somebody made «a» «words» another owner's. Noted within each \
         organisation that it left or came to.\";\n",
    ),
    (
        "crates/domain/src/audit.rs",
        Before("    Operator = \"operator\""),
        Each,
        "    «Type» = \"«noun»\", \"«Words»\": \"The «words» that it is about.\";\n",
    ),
    (
        "crates/domain/src/permission.rs",
        Before("    /// The sessions of one user, each or all.\n"),
        Each,
        "    /// Everybody's «plural».\n    «Types»,\n    /// The «plural» of one owner, each or all.\n    «Types»Of(Owner),\n",
    ),
    (
        "crates/domain/src/permission.rs",
        Before("            Self::SessionsOf(_) => \"sessions_of_user\","),
        Each,
        "            Self::«Types» => \"«nouns»\",\n            Self::«Types»Of(Owner::User(_)) => \"«nouns»_of_user\",\n            \
         Self::«Types»Of(Owner::Organization(_)) => \"«nouns»_of_organization\",\n",
    ),
    ("crates/domain/src/permission.rs", Before("Self::AuditOf(owner) =>"), Each, "Self::«Types»Of(owner) | "),
    ("crates/domain/src/permission.rs", Before("Self::Audit | Self::Outbox"), Each, "Self::«Types» | "),
    (
        "crates/domain/src/permission.rs",
        Before("        (Resource::SessionsOf(ME), of_users(WORK"),
        Each,
        "        (Resource::«Types», of_users(NOTHING, EVERYTHING)),\n        (Resource::«Types»Of(MINE), of_users(WORK, EVERYTHING)),\n        \
         (Resource::«Types»Of(OTHERS), of_users(NOTHING, EVERYTHING)),\n        \
         (Resource::«Types»Of(OURS), [NOTHING, LOOK, WORK, WORK, WORK, EVERYTHING]),\n        \
         (Resource::«Types»Of(THEIRS), of_users(NOTHING, EVERYTHING)),\n",
    ),
    (
        "crates/domain/src/permission.rs",
        Before("Resource::System =>"),
        Each,
        "Resource::«Types» | Resource::«Types»Of(_) | ",
    ),
    (
        "crates/domain/src/permission.rs",
        After("const OWNED: &[(Resource, OfOwner)] = &["),
        Each,
        "(Resource::«Types», Resource::«Types»Of), ",
    ),
    ("crates/domain/src/named.rs", Before("MessageState,"), Enums, "[% for f in enums %]«f.type», [% endfor %]"),
    ("crates/domain/src/named.rs", Before("MessageState Role"), Enums, "[% for f in enums %]«f.type» [% endfor %]"),
    // The ports and the use cases.
    ("crates/application/src/lib.rs", Before("pub mod limits;\n"), Each, "pub mod «nouns»;\n"),
    (
        "crates/application/src/application.rs",
        Before("    organizations::Organizations,\n"),
        Each,
        "    «nouns»::«Types»,\n",
    ),
    (
        "crates/application/src/application.rs",
        Before("    /// Mail that is owed.\n    pub outbox: Outbox,"),
        Each,
        "    /// «Label».\n    pub «nouns»: «Types»,\n",
    ),
    (
        "crates/application/src/application.rs",
        Before("            outbox: Outbox::new(&core),\n"),
        Each,
        "            «nouns»: «Types»::new(&core),\n",
    ),
    (
        "crates/application/src/ports/repositories.rs",
        Before("    /// A session belongs to a user that exists.\n"),
        Each,
        "    /// «A» «words» of a user belongs to a user that exists.\n    «Type»Owner,\n    \
         /// «A» «words» of an organisation belongs to an organisation that exists.\n    «Type»OwningOrganization,\n",
    ),
    (
        "crates/application/src/ports/repositories.rs",
        Before("    /// A session belongs to a user that exists.\n"),
        Unique,
        "    /// The «title.words» of «a» «words» is unique among its owner's, in any spelling.\n    «title.type»,\n",
    ),
    (
        "crates/application/src/ports/repositories.rs",
        Before("            /// Log-ins.\n"),
        Each,
        "            /// «Label».\n            \
         «nouns»: OwnedRepository<«product»_domain::«Type»> / MockOwnedRepository<«product»_domain::«Type»>,\n",
    ),
    ("crates/application/src/accounts/export.rs", Before("KnownClient,"), Each, "«Type», "),
    (
        "crates/application/src/accounts/export.rs",
        Before("    /// Mail that waits, was sent or was given up.\n    Messages("),
        Each,
        "    /// «Label».\n    «Types»(Vec<«Type»>) in \"«nouns»\", behind Cursor: owned;\n",
    ),
    (
        "crates/application/src/policy.rs",
        Before("    /// How long audit events are kept; `None` keeps them for good.\n    pub keep_audit"),
        Bounded,
        "    /// So many «plural» one user may have.\n    pub most_«nouns»: u32,\n    \
         /// So many «plural» one organisation may have.\n    pub most_«nouns»_of_organization: u32,\n",
    ),
    (
        "crates/application/src/policy.rs",
        Before("            keep_audit: Some("),
        Bounded,
        "            most_«nouns»: «most_in_code»,\n            most_«nouns»_of_organization: «most_in_code»,\n",
    ),
    (
        "crates/application/tests/use_cases/main.rs",
        Before("#[cfg(test)]\nmod organizations;\n"),
        Each,
        "#[cfg(test)]\nmod «nouns»;\n",
    ),
    // The contract.
    ("crates/testkit/src/contract/mod.rs", Before("pub mod known_clients;\n"), Each, "pub mod «nouns»;\n"),
    (
        "crates/testkit/src/contract/mod.rs",
        Before("            sessions,\n            one_time_tokens,\n"),
        Each,
        "            «nouns»,\n",
    ),
    ("examples/foreign-store/src/records.rs", Before("Membership,"), Each, "«Type», "),
    (
        "examples/foreign-store/src/records.rs",
        Before("    }\n}\n\npub(crate) fn id_bytes"),
        Each,
        "        «Type» in \"«nouns»\" { id, owner, [% for f in fields %]«f.name», [% endfor %]created_at }\n",
    ),
    // The databases.
    ("crates/persistence/src/shared/mod.rs", Before("mod known_clients;\n"), Each, "mod «nouns»;\n"),
    (
        "crates/persistence/src/shared/mod.rs",
        Before("    SessionUser: ForeignKey sessions(user_id),\n"),
        Each,
        "    «Type»Owner: ForeignKey «nouns»(owner_user_id),\n    \
         «Type»OwningOrganization: ForeignKey «nouns»(owner_organization_id),\n",
    ),
    (
        "crates/persistence/src/shared/mod.rs",
        Before("    SessionUser: ForeignKey sessions(user_id),\n"),
        Unique,
        "    «title.type»: Unique «nouns»(owner_user_id, «title.name»_folded) | «nouns»(owner_organization_id, «title.name»_folded),\n",
    ),
    ("crates/persistence/src/postgres/server_facts.rs", Before("    \"known_clients\",\n"), Each, "    \"«nouns»\",\n"),
    // The API.
    ("crates/http/src/endpoints/mod.rs", Before("mod login;\n"), Each, "mod «nouns»;\n"),
    (
        "crates/http/src/endpoints/mod.rs",
        Before("            private::operations(),\n"),
        Each,
        "            «nouns»::operations(),\n",
    ),
    ("crates/http/src/endpoints/export/mod.rs", Before("audit::AuditEventPublic,"), Each, "«nouns»::«Type»Public, "),
    (
        "crates/http/src/endpoints/export/mod.rs",
        Before("    messages: Messages as ExportedMessage,\n"),
        Each,
        "    «nouns»: «Types» as «Type»Public,\n",
    ),
    // The pages.
    ("crates/dashboard/src/pages/mod.rs", Before("mod organizations;\n"), Each, "mod «nouns»;\n"),
    (
        "crates/dashboard/src/pages/mod.rs",
        Before("        .configure(organizations::routes)\n"),
        Each,
        "        .configure(«nouns»::routes)\n",
    ),
    (
        "crates/dashboard/src/resources.rs",
        Before("    }\n\n    /// What people have in common.\n"),
        Each,
        "        «NOUNS»: {\n            noun: \"«words»\",\n            plural: \"«plural»\",\n            key: \"«nouns»\",\n            \
         label: \"«Label»\",\n            url: \"/dashboard/«nouns»\",\n            \
         icon: r#\"<path d=\"M12 4 20 8l-8 4-8-4z\"/><path d=\"m4 12 8 4 8-4M4 16l8 4 8-4\"/>\"#,\n        }\n",
    ),
    ("crates/dashboard/src/resources.rs", Before("    MOVE: \"move\""), Actions, ""),
    (
        "crates/dashboard/tests/pages/resources.rs",
        After("pub(super) const RESOURCES: &[Pages] = &["),
        Each,
        "Pages {\n    list: \"/dashboard/«nouns»\",\n    noun: \"«words»\",\n    name: \"«title.name»\",\n    \
         needed: &[[% for f in needed %](\"«f.name»\", \"«f.typed»\")[% if not loop.last %], [% endif %][% endfor %]],\n    \
         others: &[[% for f in others %](\"«f.name»\", \"«f.typed»\")[% if not loop.last %], [% endif %][% endfor %]],\n    \
         is_unique: «unique»,\n    moves: «moves»,\n},",
    ),
    // The product from outside.
    ("tests/src/lib.rs", Before("Conflict,"), Each, "«NOUNS», "),
    (
        "tests/src/resources.rs",
        Before("/// All of them.\npub const RESOURCES"),
        Each,
        "/// «Label».\npub const «NOUNS»: Resource = Resource {\n    list: \"«slug»/\",\n    placeholder: \"{«placeholder»}\",\n    \
         body: |«title.name»| json!({ \"«title.name»\": «title.name»[% for f in args %][% if f.name != title.name %], \
         \"«f.name»\": «f.json_test»[% endif %][% endfor %] }),\n    conflict: [% if most %]Some(Conflict::Second(\"\
         «variables»__«NOUNS»__MOST_PER_USER\"))[% elif unique %]Some(Conflict::SameText)[% else %]None[% endif %],\n};\n\n",
    ),
    ("tests/src/resources.rs", After("pub const RESOURCES: &[Resource] = &["), Each, "«NOUNS», "),
    (
        "tests/src/owner.rs",
        Before("            \"PATCH /api/v1/users/me\" | "),
        Moving,
        "            \"POST /api/v1/«slug»/{«placeholder»}/move\" => json!({ \"organization_id\": null }),\n",
    ),
    (
        "tests/tests/attacks/roles/table.rs",
        Before("    // Everybody's accounts.\n"),
        Each,
        "    // «Label».\n    \
         (\"GET /api/v1/«slug»/\", [401, 200, 200, 200, 400, 403]),\n    \
         (\"POST /api/v1/«slug»/\", [401, 200, 200, 200, 400, 403]),\n    \
         (\"GET /api/v1/«slug»/{«placeholder»}\", [401, 200, 403, 200, 400, 403]),\n    \
         (\"PUT /api/v1/«slug»/{«placeholder»}\", [401, 200, 403, 200, 400, 403]),\n    \
         (\"DELETE /api/v1/«slug»/{«placeholder»}\", [401, 200, 403, 200, 400, 403]),\n\
         [% for action in actions %]    (\"POST /api/v1/«slug»/{«placeholder»}/«action.slug»\", [401, 200, 403, 200, 400, 403]),\n[% endfor %]\
         [% if moves %]    (\"POST /api/v1/«slug»/{«placeholder»}/move\", [401, 200, 403, 200, 400, 403]),\n[% endif %]",
    ),
    (
        "tests/tests/attacks/roles/table.rs",
        After("pub(super) const TABLE_OF_WHAT_ORGANIZATIONS_OWN: &[(&str, [u16; 10])] = &[\n"),
        Each,
        "    (\"GET /api/v1/«slug»/\", [401, 404, 200, 200, 200, 200, 404, 200, 400, 403]),\n    \
         (\"POST /api/v1/«slug»/\", [401, 404, 403, 200, 200, 200, 404, 200, 400, 403]),\n    \
         (\"GET /api/v1/«slug»/{«placeholder»}\", [401, 404, 200, 200, 200, 200, 404, 200, 400, 403]),\n    \
         (\"PUT /api/v1/«slug»/{«placeholder»}\", [401, 404, 403, 200, 200, 200, 404, 200, 400, 403]),\n    \
         (\"DELETE /api/v1/«slug»/{«placeholder»}\", [401, 404, 403, 200, 200, 200, 404, 200, 400, 403]),\n\
         [% for action in actions %]    (\"POST /api/v1/«slug»/{«placeholder»}/«action.slug»\", [401, 404, 403, 200, 200, 200, 404, 200, 400, 403]),\n[% endfor %]\
         [% if moves %]    (\"POST /api/v1/«slug»/{«placeholder»}/move\", [401, 404, 403, 200, 200, 200, 404, 200, 400, 403]),\n[% endif %]",
    ),
    // The settings of a bound.
    (
        "config/default.toml",
        Before("[mail]\n"),
        Bounded,
        "[«nouns»]\n# So many one user may have; whoever asks for more gets 409.\nmost_per_user = «most»\n\
         # The same for one organisation. They are counted at each creation, and deleting an organisation deletes all of them by one statement.\n\
         most_per_organization = «most»\n\n",
    ),
    (
        "crates/server/src/config/mod.rs",
        Before("    /// How long audit events are kept; `None` keeps them for good.\n    pub(crate) keep_audit"),
        Bounded,
        "    /// So many «plural» one user may have.\n    pub(crate) most_«nouns»: u32,\n    \
         /// So many «plural» one organisation may have.\n    pub(crate) most_«nouns»_of_organization: u32,\n",
    ),
    (
        "crates/server/src/config/mod.rs",
        Before("            keep_audit: self.keep_audit,\n"),
        Bounded,
        "            most_«nouns»: self.most_«nouns»,\n            \
         most_«nouns»_of_organization: self.most_«nouns»_of_organization,\n",
    ),
    (
        "crates/server/src/config/read.rs",
        Before("    keep_audit: Read<Option<Duration>>,\n"),
        Bounded,
        "    most_«nouns»: Read<u32>,\n    most_«nouns»_of_organization: Read<u32>,\n",
    ),
    (
        "crates/server/src/config/read.rs",
        Before("    let passwords = passwords(reader"),
        Bounded,
        "    let most_«nouns» = reader.within(\"«nouns».most_per_user\", 1..=10_000_000);\n    \
         let most_«nouns»_of_organization = reader.within(\"«nouns».most_per_organization\", 1..=10_000_000);\n",
    ),
    (
        "crates/server/src/config/read.rs",
        After("        limits,\n        organizations,\n"),
        Bounded,
        "        most_«nouns»,\n        most_«nouns»_of_organization,\n",
    ),
    (
        "crates/server/src/config/read.rs",
        Before("                keep_audit: Ok(keep_audit),\n"),
        Bounded,
        "                most_«nouns»: Ok(most_«nouns»),\n                \
         most_«nouns»_of_organization: Ok(most_«nouns»_of_organization),\n",
    ),
    (
        "crates/server/src/config/read.rs",
        After("                limits,\n                organizations,\n"),
        Bounded,
        "                most_«nouns»,\n                most_«nouns»_of_organization,\n",
    ),
    // The documents.
    (
        "docs/SECURITY.md",
        Before("| `organization.created` |"),
        Each,
        "| `«noun».changed` | A superuser changed somebody's «words». |\n\
         | `«noun».deleted` | Somebody deleted «a» «words» of theirs, or a superuser somebody's. |\n",
    ),
    (
        "docs/SECURITY.md",
        Before("| `organization.created` |"),
        Moving,
        "| `«noun».moved` | Somebody made «a» «words» another owner's. Noted within each organisation that it left or came to. |\n",
    ),
];

/// Those of this resource.
pub(super) fn all(model: &Model) -> Outcome<Vec<Insertion>> {
    let renderer = Renderer::new(model)?;
    let mut insertions = Vec::new();
    for (path, place, whom, template) in ALL {
        match whom {
            Each => (),
            Enums if !model.group("enums").is_empty() => (),
            Moving if model.is("moves") => (),
            Bounded if model.most.is_some() => (),
            Unique if model.is("unique") => (),
            // A line for each, which several resources may have in common.
            Actions => {
                insertions.extend(model.actions.iter().map(|action| {
                    let text =
                        format!("    {}: {:?}, {:?}, {:?};\n", action.upper, action.slug, action.label, action.done);
                    Insertion { path, place: *place, text, shared: true }
                }));
                continue;
            }
            Enums | Moving | Bounded | Unique => continue,
        }
        insertions.push(Insertion { path, place: *place, text: renderer.text(template)?, shared: false });
    }
    Ok(insertions)
}

impl Insertion {
    /// Puts it into the text of its file, which is read unless something was put in before.
    pub(super) fn put(&self, root: &Path, texts: &mut BTreeMap<&'static str, String>) -> Outcome<()> {
        let text = match texts.remove(self.path) {
            Some(text) => text,
            None => tree::text(root, self.path)?.ok_or_else(|| Failure(format!("{} is no text", self.path)))?,
        };
        let changed = self.within(&text)?;
        texts.insert(self.path, changed);
        Ok(())
    }

    fn within(&self, text: &str) -> Outcome<String> {
        if self.shared && text.contains(&self.text) {
            return Ok(text.to_owned());
        }
        let (Before(anchor) | After(anchor)) = self.place;
        let exact: Vec<_> = text.match_indices(anchor).map(|(at, found)| at..at + found.len()).collect();
        let [place] =
            (if exact.is_empty() { wrapped(text, anchor) } else { exact }).try_into().map_err(|places: Vec<_>| {
                let (path, count) = (self.path, places.len());
                Failure(format!("{path} has this {count} times, and should once, where what is new is put: {anchor:?}"))
            })?;
        let at = if let After(_) = self.place { place.end } else { place.start };
        let (before, after) = text.split_at(at);
        Ok(format!("{before}{}{after}", self.text))
    }
}

/// Where the text has these signs, with other white space between them: rustfmt breaks lines that become too long.
fn wrapped(text: &str, anchor: &str) -> Vec<Range<usize>> {
    let wanted: Vec<char> = anchor.chars().filter(|sign| !sign.is_whitespace()).collect();
    let signs: Vec<(usize, char)> = text.char_indices().filter(|(_, sign)| !sign.is_whitespace()).collect();
    let is_here = |window: &&[(usize, char)]| window.iter().map(|(_, sign)| sign).eq(&wanted);
    let range =
        |window: &[(usize, char)]| Some(window.first()?.0..window.last().map(|(at, sign)| at + sign.len_utf8())?);
    signs.windows(wanted.len()).filter(is_here).filter_map(range).collect()
}
