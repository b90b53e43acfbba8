//! The lines that a field of users takes, from the domain outward.

use crate::resource::insertions::Place::{self, After, Before};

/// A file, what is imported into it for these lines, each name where it is used, and the lines.
pub(super) struct File {
    pub(super) path: &'static str,
    /// How a list of imports begins, and the names that may go there.
    pub(super) imports: &'static [(&'static str, &'static str)],
    pub(super) lines: &'static [(Place, &'static str)],
}

/// Among imported names, the type that a field has of its own.
pub(super) const OWN: &str = "OWN";

/// What is imported from the domain.
const VALUES: (&str, &str) = ("_domain::{", "Date Decimal Email OWN Timestamp");

pub(super) const FILES: &[File] = &[
    File {
        path: "crates/domain/src/user.rs",
        imports: &[("use crate::{", "Date Decimal check_web_address named_enum")],
        lines: &[
            (
                After("    FullName, 0..=255\n}\n"),
                "[% if f.max > 0 %]bounded_text! {\n    /// «f.type_doc»\n    «f.type», «f.min»..=«f.max»«f.check»\n}\n[% endif %]\
                 [% if f.variants | length > 0 %]named_enum! {\n    /// The «f.words» of a user.\n    pub enum «f.type» {\n\
                 [% for v in f.variants %]        /// It is «v.words».\n        «v.Name» = \"«v.name»\",\n[% endfor %]    }\n}\n[% endif %]",
            ),
            (
                Before("    /// Proves the password without knowing it;"),
                "    /// «f.doc»\n    pub «f.name»: «f.rust»,\n",
            ),
            (
                Before("            password_hash: None,\n            is_active: true,\n"),
                "            «f.name»: «f.default»,\n",
            ),
            (
                Before("        /// A new password's hash.\n"),
                "        /// «f.change_doc»\n        «f.name»: «f.rust»,\n",
            ),
        ],
    },
    File {
        path: "crates/domain/src/named.rs",
        imports: &[],
        lines: &[
            (Before("MessageState,"), "[% if f.variants | length > 0 %]«f.type», [% endif %]"),
            (Before("MailTemplate MessageState"), "[% if f.variants | length > 0 %]«f.type» [% endif %]"),
        ],
    },
    File {
        path: "crates/persistence/src/shared/users.rs",
        imports: &[("    use diesel::sql_types::{", "BigInt"), ("    use crate::types::{", "DbDate")],
        lines: &[
            (
                Before("        password_hash -> Nullable<Text>,\n"),
                "[% for c in f.columns %]        «c.name» -> [% if c.optional %]Nullable<«c.diesel»>[% else %]«c.diesel»[% endif %],\n[% endfor %]",
            ),
            (Before("        password_hash: password_hash;\n"), "        «f.name»: «f.kept»;\n"),
        ],
    },
    File {
        path: "crates/application/src/accounts/change_profile.rs",
        imports: &[VALUES],
        lines: &[
            (
                Before("    /// A new name, or none at all (`Some(None)`).\n"),
                "[% if not by_superusers %]    /// «f.change_doc»\n    pub «f.name»: Option<«f.rust»>,\n[% endif %]",
            ),
            (After("let ChangeProfile { email, "), "[% if not by_superusers %]«f.name», [% endif %]"),
            (After("        Self { email, "), "[% if not by_superusers %]«f.name», [% endif %]"),
        ],
    },
    File {
        path: "crates/application/src/users/update.rs",
        imports: &[VALUES],
        lines: &[
            (
                Before("    /// A new name, or none at all (`Some(None)`).\n"),
                "    /// «f.change_doc»\n    pub «f.name»: Option<«f.rust»>,\n",
            ),
            (After("let UpdateUser { email, "), "«f.name», "),
            (After("let changes = UserChanges { email, "), "«f.name», "),
        ],
    },
    File {
        path: "crates/http/src/schemas/user.rs",
        imports: &[VALUES, ("use crate::input::{", "named")],
        lines: &[
            (After("bounded_texts!(FullName"), "[% if f.max > 0 %], «f.type»[% endif %]"),
            (Before("\nimpl PathId for UserId {"), "[% if f.variants | length > 0 %]named!(«f.type»);\n[% endif %]"),
            (Before("\"is_verified\": true\n}))]\npub struct UserPublic"), "\"«f.name»\": «f.json_answered», "),
            (
                Before("}\n\nimpl From<User> for UserPublic {"),
                "    #[schema(schema_with = described::<«f.presence_answered»>)]\n    «f.name»: «f.wire»,\n",
            ),
            (After("let User { id, email, "), "«f.name», "),
            (
                Before("            id: id.0,\n"),
                "            «f.name»[% if f.to_wire != f.name %]: «f.to_wire»[% endif %],\n",
            ),
            (Before("        password: Optional<Password>,\n"), "        «f.name»: «f.presence_changed»,\n"),
            (After("=> UpdateUser { email, "), "«f.name», "),
            (
                Before("    }\n    example {\"full_name\": \"Ann Example\"}"),
                "[% if not by_superusers %]        «f.name»: «f.presence_changed»,\n[% endif %]",
            ),
            (After("=> ChangeProfile { full_name, "), "[% if not by_superusers %]«f.name», [% endif %]"),
        ],
    },
    File {
        path: "crates/dashboard/src/request/input.rs",
        imports: &[("_domain::{", OWN)],
        lines: &[
            (After("bounded_texts!(FullName"), "[% if f.max > 0 %], «f.type»[% endif %]"),
            (
                Before("/// Texts whose length is bounded, by what their types take.\n"),
                "[% if f.variants | length > 0 %]impl Input for «f.type» {\n    const CONTROL: &'static str = \"choice\";\n    \
                 const CHOICES: &'static [(&'static str, &'static str)] = &[[% for v in f.variants %](\"«v.name»\", \"«v.label»\")\
                 [% if not loop.last %], [% endif %][% endfor %]];\n\n    \
                 fn read(text: &str, label: &str) -> Result<Self, String> {\n        \
                 Self::from_name(text).ok_or_else(|| format!(\"Choose one of those that are in {}\", label.to_lowercase()))\n    }\n\n    \
                 fn text(&self) -> String {\n        self.name().to_owned()\n    }\n}\n\n[% endif %]",
            ),
        ],
    },
    File {
        path: "crates/dashboard/src/pages/settings/profile.rs",
        imports: &[VALUES],
        lines: &[
            (
                Before("        email: Email = Field::new(\"Email\").autocomplete(\"email\")"),
                "[% if not by_superusers %]        «f.name»: «f.rust» = Field::new(\"«f.label»\")«f.form»,\n[% endif %]",
            ),
            (After("let Some(ProfileForm { "), "[% if not by_superusers %]«f.name», [% endif %]"),
            (
                After("let command = ChangeProfile { "),
                "[% if not by_superusers %]«f.name»: «f.name».changed(), [% endif %]",
            ),
        ],
    },
    File {
        path: "crates/dashboard/src/pages/admin/users/edit.rs",
        imports: &[VALUES],
        lines: &[
            (
                Before("        password(secret): Option<Password> = match kind {\n"),
                "        «f.name»: «f.rust» = match kind {\n            \
                 UserFormKind::Own | UserFormKind::Others => Some(Field::new(\"«f.label»\")«f.form»),\n            \
                 UserFormKind::Invitation | UserFormKind::WithPassword => None,\n        },\n",
            ),
            (After("    check(&user).await?;\n    let Some(UserForm { email, "), "«f.name»: _, "),
            (After("Some(&account));\n    let Some(UserForm { email, "), "«f.name», "),
            (
                Before("        password: password.value,\n        is_active: None,\n"),
                "        «f.name»: «f.name».changed().filter(|it| *it != account.«f.name»),\n",
            ),
        ],
    },
    File {
        path: "crates/dashboard/src/pages/admin/users/mod.rs",
        imports: &[],
        lines: &[
            (After("let User { id, email, "), "«f.name», "),
            (
                After("FactView::new(\"Role\", if *is_superuser { \"Superuser\" } else { \"User\" })"),
                ", FactView::new(\"«f.label»\", [% if f.optional %]«f.name».as_ref().map_or_else(|| \"None\".to_owned(), ToString::to_string)\
                 [% else %]if *«f.name» { \"Yes\" } else { \"No\" }[% endif %])",
            ),
        ],
    },
    File {
        path: "crates/testkit/src/contract/users.rs",
        imports: &[("_domain::{", "Date Decimal OWN"), ("use crate::samples::{", "date text")],
        lines: &[
            (
                Before(
                    "            password_hash: Some(PasswordHash::new(\"hash\".into())),\n            is_active: false,\n",
                ),
                "            «f.name»: [% if f.optional %]Some(«f.rich»)[% else %]«f.rich»[% endif %],\n",
            ),
            (
                Before("            password_hash: Some(PasswordHash::new(\"another hash\".into())),\n"),
                "            «f.name»: [% if f.optional %]Some(Some(«f.change»))[% else %]Some(«f.change_back»)[% endif %],\n",
            ),
            (
                After("            UserChanges { full_name: Some(Some(full_name(\"Änn\"))), ..unchanged() },\n"),
                "            UserChanges { «f.name»: [% if f.optional %]Some(Some(«f.change_back»))[% else %]Some(«f.change»)[% endif %], ..unchanged() },\n",
            ),
            (
                After("            UserChanges { full_name: Some(None), ..unchanged() },\n"),
                "[% if f.optional %]            UserChanges { «f.name»: Some(None), ..unchanged() },\n[% endif %]",
            ),
        ],
    },
    File {
        path: "examples/foreign-store/src/fields.rs",
        imports: &[],
        lines: &[(After("    User { id, email, "), "«f.name», ")],
    },
    File {
        path: "crates/server/src/commands/user/text.rs",
        imports: &[],
        lines: &[(
            Before("        (\"State\", state(user)),\n"),
            "        (\"«f.label»\", [% if f.optional %]user.«f.name».as_ref().map_or_else(|| \"none\".to_owned(), ToString::to_string)\
             [% else %](if user.«f.name» { \"yes\" } else { \"no\" }).to_owned()[% endif %]),\n",
        )],
    },
    File {
        path: "crates/http/tests/api/users.rs",
        imports: &[],
        lines: &[(
            Before(
                "#[tokio::test(flavor = \"multi_thread\")]\nasync fn a_password_change_is_answered_as_in_the_contract() {",
            ),
            "#[tokio::test(flavor = \"multi_thread\")]\n\
             async fn the_«f.name»_is_what_[% if by_superusers %]superusers_say_and_nobody_else[% else %]people_say_of_themselves_and_superusers_of_anybody[% endif %]() {\n    \
             let api = Api::new().await;\n    \
             let ann = format!(\"/users/{}\", api.world.user(ANN).id);\n    \
             let patched = async |path: &str, caller, body| {\n        \
             api.call(\"PATCH\", path, Some(caller), Some(body)).await.json()[\"«f.name»\"].clone()\n    };\n    \
             let set = r#\"{\"«f.name»\":«f.json_test»}\"#;\n    \
             let clear = r#\"{\"«f.name»\":[% if f.optional %]null[% else %]false[% endif %]}\"#;\n    \
             let without = [% if f.optional %]serde_json::Value::Null[% else %]serde_json::Value::from(false)[% endif %];\n    \
             [% if by_superusers %]\
             assert_eq!(patched(\"/users/me\", ANN, set).await, without);\n    \
             let said = patched(&ann, ROOT, set).await;\n    \
             assert_ne!(said, without);\n    \
             assert_eq!(patched(\"/users/me\", ANN, clear).await, said);\n    \
             assert_eq!(patched(&ann, ROOT, clear).await, without);\n\
             [% else %]\
             for (path, caller) in [(\"/users/me\", ANN), (&*ann, ROOT)] {\n        \
             let said = patched(path, caller, set).await;\n        \
             assert_ne!(said, without);\n        \
             assert_eq!(patched(path, caller, \"{}\").await, said);\n        \
             assert_eq!(patched(path, caller, clear).await, without);\n    }\n\
             [% endif %]}\n\n",
        )],
    },
];
