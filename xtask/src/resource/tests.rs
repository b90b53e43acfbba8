//! What is generated, held against what is there.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

use super::{
    OwnerKind, Wishes,
    companions::Companions,
    files, insertions,
    model::Model,
    record, remove,
    render::formatted,
    working_copy::{WorkingCopy, source},
    write,
};
use crate::{rename::names::Names, tree};

/// What items were asked for with; a product without the example has nothing to compare with.
pub(super) fn wishes_of_items() -> Option<Wishes> {
    let record = "xtask/resources/items.toml";
    source().join(record).exists().then(|| record::read(&source(), record).expect("the record of items"))
}

fn items() -> Option<Model> {
    wishes_of_items().as_ref().map(model)
}

pub(super) fn model(wishes: &Wishes) -> Model {
    let names = Names::current(&source()).expect("the product's name");
    Model::new(wishes, &targets(), names.in_code(), names.variables).expect("a resource")
}

/// A resource of this noun with these fields and options.
pub(super) fn wishes(noun: &str, fields: &[&str]) -> Wishes {
    let fields = fields.iter().map(|field| (*field).to_owned()).collect();
    Wishes { noun: noun.to_owned(), fields, ..Wishes::default() }
}

/// What can be referred to.
pub(super) fn targets() -> Vec<Wishes> {
    let customer = wishes("customer", &["name:title"]);
    let users_alone = Wishes { owner: Some(OwnerKind::User), ..wishes("habit", &["name:title"]) };
    let moved = Wishes { moves: true, ..wishes("parcel", &["name:title"]) };
    vec![customer, wishes("milestone", &["name:title"]), users_alone, moved]
}

/// All kinds there are.
pub(super) fn all_kinds() -> Wishes {
    let fields = [
        "name:title(100)",
        "goal:text(2000)?",
        "rules:text",
        "is_urgent:boolean",
        "amount:integer",
        "rank:integer?",
        "price:decimal(2)",
        "discount:decimal(4)?",
        "size:enum(small,very_large)",
        "mood:enum(good,bad)?",
        "status:enum(active,archived)",
        "starts_on:date",
        "ends_on:date?",
        "opens_at:moment",
        "closes_at:moment?",
        "contact:email",
        "reply_to:email?",
        "site:url",
        "picture:url?",
        "customer:reference(customers)",
        "milestone:reference(milestones)?",
    ];
    let all = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
    Wishes {
        search: all(&["name", "goal", "rules"]),
        order: all(&["name", "amount", "price", "starts_on", "ends_on", "opens_at"]),
        action: all(&["archive=archived"]),
        unique: Some("name".to_owned()),
        ..wishes("purchase_order", &fields)
    }
}

/// Without white space, and without the commas that rustfmt puts behind the last of several lines.
fn bare(text: &str) -> String {
    let mut bare: String = text.split_whitespace().collect();
    for end in [")", "]", "}"] {
        bare = bare.replace(&format!(",{end}"), end);
    }
    bare.trim_end_matches(',').to_owned()
}

/// Whoever changes a file of items changes the template, and the other way round.
#[test]
fn items_are_what_is_generated() {
    let Some(items) = items() else { return };
    for file in files::own(&items).unwrap() {
        let there = fs::read_to_string(source().join(&file.path)).unwrap_or_default();
        let differing = there.lines().zip(file.text.lines()).position(|(there, generated)| there != generated);
        let line = differing.unwrap_or_else(|| there.lines().count().min(file.text.lines().count()));
        let read = |text: &str| text.lines().nth(line).unwrap_or("the end").to_owned();
        assert!(
            there == file.text,
            "{} and its template in xtask/templates/resource/ differ in line {}: change both.\n  there      {}\n  generated  {}",
            file.path,
            line + 1,
            read(&there),
            read(&file.text)
        );
    }
}

/// Their table is made by the first migration, which nobody edits: but for the comments it is what is generated.
#[test]
fn so_is_their_table() {
    let statements =
        |sql: &str| sql.lines().filter(|line| !line.trim().starts_with("--")).collect::<Vec<_>>().join("\n");
    let Some(items) = items() else { return };
    for file in files::making(&items, "").unwrap().into_iter().filter(|file| file.path.ends_with("/up.sql")) {
        let folder = file.path.split('/').nth(1).unwrap();
        let first =
            fs::read_to_string(source().join(format!("migrations/{folder}/2026-11-29-000000_first/up.sql"))).unwrap();
        assert!(statements(&first).contains(statements(&file.text).trim()), "{folder}: {}", file.text);
    }
}

#[test]
fn so_are_their_lines_in_files_of_all() {
    let Some(items) = items() else { return };
    for insertion in insertions::all(&items).unwrap() {
        let there = fs::read_to_string(source().join(insertion.path)).unwrap();
        assert!(
            bare(&there).contains(&bare(&insertion.text)),
            "{} and xtask/src/resource/insertions/ differ: change both.\n{}",
            insertion.path,
            insertion.text
        );
    }
}

/// Also after another one came before it.
#[test]
fn every_line_finds_its_place() {
    let mut texts = BTreeMap::new();
    let moving = |field: &String| !field.contains("reference");
    let fields = all_kinds().fields.into_iter().filter(moving).collect();
    for wishes in [all_kinds(), Wishes { most: Some(100), moves: true, unique: None, fields, ..all_kinds() }] {
        for insertion in insertions::all(&model(&wishes)).unwrap() {
            insertion.put(&source(), &mut texts).unwrap();
        }
    }
    let actions = &texts["crates/dashboard/src/resources.rs"];
    assert_eq!(actions.matches("ARCHIVE: \"archive\"").count(), 1, "two resources have an action in common");
}

/// Whoever has no use for it deletes its folder.
#[test]
fn a_product_without_the_example_of_a_store_needs_no_line_in_it() {
    let (empty, mut texts) = (tempfile::TempDir::new().unwrap(), BTreeMap::new());
    let lines = insertions::all(&model(&all_kinds())).unwrap();
    for line in lines.iter().filter(|line| line.path.starts_with("examples/")) {
        line.put(empty.path(), &mut texts).unwrap();
        line.take(empty.path(), &mut texts).unwrap();
    }
    assert!(texts.is_empty() && lines.iter().any(|line| line.path == "examples/foreign-store/src/records.rs"));
}

/// Also where another one has some of its actions.
#[test]
fn every_line_is_taken_out_again() {
    let (kept, gone) = (model(&Wishes { noun: "invoice".into(), ..all_kinds() }), model(&all_kinds()));
    let mut texts = BTreeMap::new();
    for insertion in insertions::all(&kept).unwrap() {
        insertion.put(&source(), &mut texts).unwrap();
    }
    let before = texts.clone();
    for insertion in insertions::all(&gone).unwrap() {
        insertion.put(&source(), &mut texts).unwrap();
    }
    for insertion in insertions::of_this_alone(&gone, &[&kept]).unwrap() {
        insertion.take(&source(), &mut texts).unwrap();
    }
    for (path, text) in before {
        // As they are written: where a table is empty, rustfmt puts its first row into a line of its own.
        let written = |text: &str| {
            if Path::new(&path).extension().is_some_and(|ending| ending == "rs") {
                formatted(text).unwrap()
            } else {
                text.to_owned()
            }
        };
        assert_eq!(written(&texts[&path]), written(&text), "{path}");
    }
}

/// As rustfmt left them.
#[test]
fn so_are_the_lines_of_items() {
    let Some(items) = items() else { return };
    let mut texts = BTreeMap::new();
    for insertion in insertions::all(&items).unwrap() {
        insertion.take(&source(), &mut texts).unwrap();
    }
    let text = &texts["crates/domain/src/lib.rs"];
    assert!(!text.contains("item") && text.contains("mod invitation;\nmod membership;"), "{text}");
}

/// Whoever changes what somebody wrote for items changes the list of it, too.
#[test]
fn what_was_written_for_items_by_hand_is_where_it_is_said() {
    if items().is_some() {
        Companions::of(&source(), "items").unwrap().take(&source(), "items").unwrap();
    }
}

/// A copy without what was written by hand for items, which no command writes again.
pub(super) fn copy_without_companions() -> WorkingCopy {
    let copy = WorkingCopy::new();
    let companions = Companions::of(copy.root(), "items").unwrap();
    companions.take(copy.root(), "items").unwrap().write(copy.root()).unwrap();
    tree::run(copy.root(), "cargo", &["fmt", "--all"]).unwrap();
    copy.commit();
    copy
}

/// But for what was written by hand, and the migrations by which their table goes and comes.
#[test]
fn whoever_takes_items_away_and_writes_them_again_has_what_was_there() {
    let Some(wishes) = wishes_of_items() else { return };
    let copy = copy_without_companions();
    remove::run(copy.root(), "item").unwrap();
    copy.commit();
    write::run(copy.root(), &wishes).unwrap();
    copy.commit();
    let made = copy.git(&["diff", "--name-only", "HEAD~2", "--", "migrations/sqlite"]);
    let moments: BTreeSet<_> = made.lines().filter_map(|path| path.split('_').next()).collect();
    assert_eq!(moments.len(), 2, "each migration has a moment of its own: {made}");
    assert_eq!(copy.git(&["diff", "HEAD~2", "--", ":!migrations"]), "");
}

/// rustfmt reads them, and finds nothing to complain of.
#[test]
fn all_kinds_are_written_in_all_layers() {
    let mut files = files::own(&model(&all_kinds())).unwrap();
    files.extend(files::making(&model(&all_kinds()), "2027-01-01-000000").unwrap());
    let paths: Vec<&str> = files.iter().map(|file| file.path.as_str()).collect();
    assert!(
        paths.contains(&"crates/domain/src/purchase_order.rs")
            && paths.contains(&"templates/pages/dashboard/purchase_orders.html")
    );
    assert!(paths.contains(&"migrations/sqlite/2027-01-01-000000_purchase_orders/down.sql"), "{paths:?}");
    for file in &files {
        for mark in ["«", "»", "[%", "%]", "IMPORTS"] {
            assert!(!file.text.contains(mark), "{} has {mark}", file.path);
        }
        assert!(file.text.ends_with('\n') && !file.text.ends_with("\n\n"), "{} ends in one line's end", file.path);
    }
}

/// A wide screen is not too narrow for any list.
#[test]
fn a_list_has_room_for_six_columns_more() {
    let model = model(&all_kinds());
    let files = files::own(&model).unwrap();
    let page = files.iter().find(|file| file.path.ends_with("purchase_orders.html")).unwrap();
    assert_eq!(page.text.matches("data-label=").count(), 6 + 1, "and when it was made: {}", page.text);
}

/// Organisations are locked first, and what it refers to is looked for.
#[test]
fn what_users_have_within_a_limit_is_added_by_one_statement() {
    let users = Wishes { owner: Some(OwnerKind::User), most: Some(100), unique: None, ..all_kinds() };
    let fields: Vec<_> = users.fields.iter().filter(|field| !field.contains("reference")).cloned().collect();
    for (wishes, expected) in [
        (Wishes { fields: fields.clone(), ..users.clone() }, true),
        (Wishes { fields: fields.clone(), most: None, ..users.clone() }, false),
        (Wishes { fields, owner: Some(OwnerKind::Organization), ..users.clone() }, false),
        (users, false),
    ] {
        let files = files::own(&model(&wishes)).unwrap();
        let written = ["begin_single()", "insert_below(", "far_from("]
            .map(|word| files.iter().any(|file| file.text.contains(word)));
        assert_eq!(written, [expected; 3], "{:?}", wishes.owner);
    }
}

/// A file more would be no module of its folder, and a use case more would be called by nobody.
#[test]
fn what_the_other_kind_of_owner_needs_is_not_written() {
    for (owner, others) in [
        (OwnerKind::User, &["create_in", "OfOrganization", "OrganizationError"][..]),
        (OwnerKind::Organization, &["pub async fn create(", "OwnerGone", "Nullable<OrganizationId>"]),
    ] {
        let files = files::own(&model(&Wishes { owner: Some(owner), most: Some(100), ..all_kinds() })).unwrap();
        for (file, other) in files.iter().flat_map(|file| others.iter().map(move |other| (file, other))) {
            assert!(!file.text.contains(other), "{owner:?}: {} has {other}", file.path);
        }
        let has_their_tests = files.iter().any(|file| file.path.ends_with("/at_organizations.rs"));
        assert_eq!(has_their_tests, owner == OwnerKind::Organization);
    }
}

fn with_references() -> Wishes {
    wishes("task", &["title:title", "customer:reference(customers)", "milestone:reference(milestones)?"])
}

/// What refers to them would stay behind.
#[test]
fn what_others_refer_to_is_not_moved() {
    let (all, customers) = ([with_references()], Wishes { moves: true, ..wishes("customer", &["name:title"]) });
    let told = Model::new(&customers, &all, "product".into(), "PRODUCT".into()).expect_err("a refusal").0;
    assert!(told.contains("--moves would leave behind the tasks that refer to customers"), "{told}");
}

#[test]
fn a_reference_is_a_foreign_key_with_an_index() {
    let files = files::making(&model(&with_references()), "2027-01-01-000000").unwrap();
    for (folder, kind) in [("postgres", "uuid"), ("sqlite", "BLOB")] {
        let up = files.iter().find(|file| file.path.contains(folder) && file.path.ends_with("/up.sql")).unwrap();
        for line in [
            format!(
                "    customer_id {kind} NOT NULL\n        CONSTRAINT tasks_customer_id_fkey REFERENCES customers (id),\n"
            ),
            format!(
                "    milestone_id {kind}\n        CONSTRAINT tasks_milestone_id_fkey REFERENCES milestones (id) ON DELETE SET NULL,\n"
            ),
            "CREATE INDEX tasks_customer_id_idx ON tasks (customer_id);\n".to_owned(),
            "CREATE INDEX tasks_milestone_id_idx ON tasks (milestone_id) WHERE milestone_id IS NOT NULL;\n".to_owned(),
        ] {
            assert!(up.text.contains(&line), "{folder}: {line}{}", up.text);
        }
    }
}

/// Whoever has none has nothing to do with them.
#[test]
fn without_references_nothing_is_said_of_them() {
    for file in files::own(&model(&wishes("task", &["title:title"]))).unwrap() {
        for word in ["eference", "titles_of", "InUse", "let_go", "offering", "chosen_ids", "referred", "prepare"] {
            assert!(!file.text.contains(word), "{} has {word}", file.path);
        }
    }
}

#[test]
fn what_refers_to_it_twice_is_told_once() {
    let transfer = wishes("transfer", &["name:title", "source:reference(accounts)", "goal:reference(accounts)"]);
    let account = wishes("account", &["name:title"]);
    let account = Model::new(&account, &[transfer], "product".into(), "PRODUCT".into()).unwrap();
    let files = files::own(&account).unwrap();
    let change = files.iter().find(|file| file.path.ends_with("/change.rs")).unwrap();
    assert!(change.text.contains("is in use: transfers refer to it"), "{}", change.text);
}

/// PostgreSQL would cut them, and a violation would be told by another name than the code knows.
#[test]
fn names_that_postgresql_would_cut_are_refused() {
    let certification = Wishes { unique: Some("name".into()), ..wishes("professional_certification", &["name:title"]) };
    let refusal = files::making(&model(&certification), "2027-01-01-000000").err().expect("a refusal").0;
    let name = "professional_certifications_owner_organization_id_name_folded_key";
    assert!(refusal.contains(name) && refusal.contains("more than 63 letters"), "{refusal}");
    assert!(files::making(&model(&Wishes { unique: None, ..certification }), "2027-01-01-000000").is_ok());
}

/// Samples have room, and each stands for something else.
#[test]
fn short_texts_have_short_samples() {
    for (max, samples) in [
        (1, ["\"I\"", "T", "text(\"i\")", "text(\"Ä\")"]),
        (3, ["\"In\"", "Two", "text(\"in\")", "text(\"Ärg\")"]),
        (
            14,
            [
                "\"In a few words\"",
                "Two litres",
                "text(\"in a few words\")",
                r#"text("Ärger 😀 \u{1F468}\u{200D}\u{1F469} '\"")"#,
            ],
        ),
    ] {
        let model = model(&wishes("project", &["name:title", &format!("symbol:text({max})")]));
        let symbol = model.fields.last().unwrap();
        assert_eq!([&*symbol.json, &*symbol.typed, &*symbol.some, &*symbol.rich], samples);
    }
}

/// One of users alone, to which tasks refer; and what each of the steps leaves behind.
#[test]
fn what_is_referred_to_knows_it_and_forgets_it_again() {
    let copy = WorkingCopy::new();
    let owner = Some(OwnerKind::User);
    write::run(copy.root(), &Wishes { owner, ..wishes("project", &["name:title"]) }).unwrap();
    copy.commit();
    write::run(copy.root(), &wishes("label", &["name:title"])).unwrap();
    let before = copy.commit();
    let fields = ["title:title", "project:reference(projects)", "label:reference(labels)?"];
    write::run(copy.root(), &wishes("task", &fields)).unwrap();
    copy.commit();

    let record = record::read(copy.root(), "xtask/resources/tasks.toml").unwrap();
    assert_eq!(record.owner, owner, "they have the owners of what they refer to");
    assert!(copy.text("crates/http/src/endpoints/projects.rs").contains("body = Message), Conflict)"));
    assert!(copy.text("crates/application/src/projects/change.rs").contains("is in use: tasks refer to it"));
    assert!(copy.text("crates/dashboard/src/pages/labels.rs").contains("chosen_ids!(LabelId);"));
    assert!(!copy.text("crates/application/src/labels/change.rs").contains("InUse"));
    let rules = "crates/persistence/src/shared/mod.rs";
    assert!(copy.text(rules).contains("    ProjectInUse: ForeignKey tasks(project_id),\n"));

    write::run(copy.root(), &wishes("note", &["title:title", "project:reference(projects)"])).unwrap();
    copy.commit();
    assert!(copy.text(rules).contains("    ProjectInUse: ForeignKey notes(project_id) | tasks(project_id),\n"));
    for (gone, told) in [
        ("project", "notes and tasks refer to projects, by project_id: remove these first"),
        ("labels", "tasks refer to labels, by label_id: remove tasks first"),
    ] {
        let refusal = remove::run(copy.root(), gone).expect_err("a refusal").0;
        assert!(refusal.contains(told), "{refusal}");
        assert_eq!(copy.git(&["status", "--porcelain"]), "", "nothing is written");
    }
    for gone in ["notes", "tasks"] {
        remove::run(copy.root(), gone).unwrap();
        copy.commit();
    }
    assert_eq!(copy.git(&["diff", &before, "--", ":!migrations"]), "");
    remove::run(copy.root(), "projects").unwrap();
}
