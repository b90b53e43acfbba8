//! Fields of users, held against the source.

use super::*;
use crate::resource::{render::formatted, working_copy::source};

const KINDS: [&str; 10] = [
    "locale:text(35)?",
    "biography:text(2000)?",
    "born_on:date?",
    "tier:enum(free,very_gold)?",
    "is_beta:boolean",
    "seats:integer?",
    "credit:decimal(2)?",
    "seen_at:moment?",
    "backup:email?",
    "site:url?",
];

/// With all these fields, one after the other.
fn texts(fields: &[&str]) -> BTreeMap<String, String> {
    let mut texts = BTreeMap::new();
    for spec in fields.iter().map(|field| FieldSpec::parse(field).unwrap()) {
        let field = of_users(&spec);
        let renderer = Renderer::of_users(&field, false).unwrap();
        for file in FILES {
            file.put(&source(), &mut texts, &renderer, &field).unwrap();
        }
    }
    texts
}

/// Whoever changes a line beside which one goes is told.
#[test]
fn each_kind_finds_its_places_also_after_another() {
    for (path, text) in texts(&KINDS) {
        assert!(formatted(&text).is_ok(), "{path}: {text}");
        for mark in ["«", "»", "[%", "%]"] {
            assert!(!text.contains(mark), "{path} has {mark}");
        }
        let has_types_alone = ["domain/src/named.rs", "request/input.rs"].iter().any(|file| path.ends_with(file));
        for field in KINDS.iter().filter(|_| !has_types_alone) {
            let name = field.split(':').next().unwrap();
            assert!(has_word(&text, name), "{path} has no {name}");
        }
    }
}

#[test]
fn names_are_imported_once() {
    let texts = texts(&["born_on:date?", "left_on:date?", "tier:enum(free,gold)?", "rank:enum(low,high)?"]);
    let text = &texts["crates/dashboard/src/pages/settings/profile.rs"];
    assert!(text.contains("_domain::{UserRank, UserTier, Date, Email, FullName, User};"), "{text}");
    let text = &texts["crates/http/src/schemas/user.rs"];
    assert_eq!(text.matches("named, ").count(), 1, "{text}");
    let text = &texts["crates/persistence/src/shared/users.rs"];
    assert!(text.contains("    use crate::types::{DbDate, DbTimestamp, DbUuid};"), "{text}");
}

#[test]
fn what_users_have_or_are_made_without_is_refused() {
    let adding = |field: &str| Addition { resource: "user".into(), field: field.into(), ..Addition::default() };
    for (addition, reason) in [
        (adding("seats:integer"), "accounts are made without seats: let it be missing, by seats:integer?"),
        (adding("name:title"), "accounts are made without name"),
        (adding("full_name:text?"), "users have a full_name already"),
        (adding("password:text?"), "a field can't be called password"),
        (adding("team:reference(teams)?"), "users refer to no teams: a reference is to what has the same owner"),
        (adding("locale:paint?"), "locale has no kind that there is"),
        (Addition { search: true, ..adding("locale:text?") }, "leave out --search and --order"),
    ] {
        let told = run(&source(), &addition).expect_err("a refusal").0;
        assert!(told.contains(reason), "{reason}: {told}");
    }
}

/// A person who could say what they may would say it.
#[test]
fn what_superusers_say_is_in_nothing_that_people_say_of_themselves() {
    let field = of_users(&FieldSpec::parse("plan:enum(free,gold)?").unwrap());
    let renderer = Renderer::of_users(&field, true).unwrap();
    let mut texts = BTreeMap::new();
    for file in FILES {
        file.put(&source(), &mut texts, &renderer, &field).unwrap();
    }
    for path in ["crates/application/src/accounts/change_profile.rs", "crates/dashboard/src/pages/settings/profile.rs"]
    {
        assert!(texts.get(path).is_none_or(|text| !has_word(text, "plan")), "{path}");
    }
    let text = &texts["crates/http/src/schemas/user.rs"];
    let (own, _) = text.split_once("-> ChangeProfile {").unwrap().1.split_once("json_body!").unwrap();
    assert!(!has_word(own, "plan") && text.contains("=> UpdateUser { email, plan, "), "{text}");
}
