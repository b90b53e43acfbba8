//! A field that is added, held against one that was there from the beginning.

use super::{Addition, run};
use crate::resource::{
    Wishes, files, record, remove,
    tests::{copy_without_companions, model, wishes, wishes_of_items},
    working_copy::WorkingCopy,
    write,
};

fn adding(resource: &str, field: &str) -> Addition {
    Addition { resource: resource.to_owned(), field: field.to_owned(), ..Addition::default() }
}

fn names(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

/// People's, with a unique name, and a button.
fn projects() -> Wishes {
    Wishes {
        unique: Some("name".into()),
        action: names(&["archive=archived"]),
        ..wishes("project", &["name:title", "status:enum(active,archived)"])
    }
}

/// A copy with projects.
fn copy_with_projects() -> WorkingCopy {
    let copy = WorkingCopy::new();
    write::run(copy.root(), &projects()).unwrap();
    copy.commit();
    copy
}

fn refused(copy: &WorkingCopy, addition: &Addition) -> String {
    let refusal = run(copy.root(), addition).expect_err("a refusal").0;
    assert_eq!(copy.git(&["status", "--porcelain"]), "", "nothing is written");
    refusal
}

/// Adds these, and holds what comes of it against what is written with them from the beginning.
fn assert_as_from_the_beginning(copy: &WorkingCopy, noun: &str, additions: &[Addition], whole: &Wishes) {
    for addition in additions {
        run(copy.root(), addition).unwrap();
        copy.commit();
    }
    let added = copy.git(&["rev-parse", "HEAD"]);
    remove::run(copy.root(), noun).unwrap();
    copy.commit();
    write::run(copy.root(), whole).unwrap();
    copy.commit();
    assert_eq!(copy.git(&["diff", added.trim(), "--", ":!migrations"]), "");
}

#[test]
fn a_field_that_is_added_is_as_if_it_had_been_there_from_the_beginning() {
    let additions = [
        Addition { search: true, ..adding("project", "goal:text(2000)?") },
        Addition { order: true, ..adding("projects", "due_on:date?") },
        Addition { order: true, ..adding("project", "amount:integer") },
        adding("project", "size:enum(small,very_large)"),
    ];
    let mut whole = projects();
    whole.fields.extend(additions.iter().map(|addition| addition.field.clone()));
    whole.search = names(&["name", "goal"]);
    whole.order = names(&["name", "due_on", "amount"]);
    assert_as_from_the_beginning(&copy_with_projects(), "project", &additions, &whole);
}

/// What is referred to knows it, too.
#[test]
fn so_is_a_reference_that_may_be_missing() {
    let copy = copy_with_projects();
    write::run(copy.root(), &wishes("note", &["title:title"])).unwrap();
    copy.commit();
    let additions = [adding("note", "project:reference(projects)?")];
    let whole = wishes("note", &["title:title", "project:reference(projects)?"]);
    assert_as_from_the_beginning(&copy, "note", &additions, &whole);
    let refusal = refused(&copy, &adding("note", "other:reference(projects)"));
    assert!(refusal.contains("Notes that are there have no other: let it be missing"), "{refusal}");
}

#[test]
fn so_it_is_with_items() {
    let Some(items) = wishes_of_items() else { return };
    let additions = [Addition { order: true, ..adding("items", "rank:integer") }];
    let mut whole = items;
    whole.fields.push("rank:integer".into());
    whole.order.push("rank".into());
    assert_as_from_the_beginning(&copy_without_companions(), "item", &additions, &whole);
}

#[test]
fn what_somebody_made_of_it_stays() {
    let copy = copy_with_projects();
    let changes = [
        (
            "crates/domain/src/project.rs",
            "//! A project: something that users and organisations own.",
            "//! What people work on.",
        ),
        (
            "templates/pages/dashboard/projects.html",
            "A project has a name. Create the first one.",
            "Begin the first one.",
        ),
        ("xtask/resources/projects.toml", "noun = \"project\"\n", "# What people work on.\nnoun = \"project\"\n"),
    ];
    for (path, from, to) in changes {
        copy.change(path, from, to);
    }
    copy.commit();
    run(copy.root(), &adding("project", "goal:text?")).unwrap();
    for (path, _, to) in changes {
        let text = copy.text(path);
        assert!(text.contains(to) && text.contains("goal"), "{path}: {text}");
    }
    let wishes = record::read(copy.root(), "xtask/resources/projects.toml").unwrap();
    assert_eq!(wishes.fields.last().map(String::as_str), Some("goal:text?"));
}

#[test]
fn where_both_change_the_same_nothing_is_written_and_each_place_is_told() {
    let copy = copy_with_projects();
    let places = [
        (
            "crates/domain/src/project.rs",
            "    pub status: ProjectStatus,\n    /// When",
            "    pub status: ProjectStatus,\n    /// Whose idea it was.\n    pub idea_of: Option<UserId>,\n    /// When",
        ),
        (
            "examples/foreign-store/src/records.rs",
            "Project in \"projects\" { id, owner, name, status, created_at }",
            "Project in \"projects\" { id, owner, name, status, idea_of, created_at }",
        ),
    ];
    for (path, from, to) in places {
        copy.change(path, from, to);
    }
    copy.git(&["rm", "--quiet", "crates/application/src/projects/create.rs"]);
    copy.commit();
    let told = refused(&copy, &adding("project", "goal:text?"));
    for what in [
        "nothing was written",
        "docs/ADDING_A_RESOURCE.md#a-field-by-hand",
        "crates/domain/src/project.rs\n<<<<<<< there\n    /// Whose idea it was.",
        "crates/application/src/projects/create.rs\nIt is not there any more",
        "examples/foreign-store/src/records.rs\n",
        "Project in \"projects\" { id, owner, name, status, goal, created_at }",
    ] {
        assert!(told.contains(what), "{what}: {told}");
    }
}

#[test]
fn what_can_not_be_added_is_refused_with_the_reason() {
    let copy = copy_with_projects();
    let there = if wishes_of_items().is_some() { "items, projects" } else { "projects" };
    let unknown = format!(
        "no resource is called organization; there are {there}. To anything else a field is added by hand: docs/"
    );
    for (addition, reason) in [
        (adding("organization", "locale:text?"), &*unknown),
        (adding("project", "goal:text"), "Projects that are there have no goal: let it be missing, by goal:text?"),
        (adding("project", "due_on:date"), "have no due date: let it be missing, by due_on:date?"),
        (adding("project", "status:boolean"), "status is there twice"),
        (adding("project", "label:title"), "there are 2 titles"),
        (adding("project", "goal"), "is no field: say its name and its kind"),
        (Addition { search: true, ..adding("project", "amount:integer") }, "--search can't have amount"),
        (Addition { order: true, ..adding("project", "amount:integer?") }, "--order can't have amount"),
    ] {
        let told = refused(&copy, &addition);
        assert!(told.contains(reason), "{reason}: {told}");
    }
}

/// Up and down on PostgreSQL, then on SQLite, for the last of these fields.
fn migrations(wishes: &Wishes) -> [String; 4] {
    let model = model(wishes);
    let files = files::extending(&model, model.fields.last().unwrap(), "2027-01-01-000000").unwrap();
    let texts: Vec<String> = files.into_iter().map(|file| file.text).collect();
    texts.try_into().unwrap()
}

#[test]
fn the_table_gets_columns_that_older_servers_need_not_know() {
    let amount = Wishes { order: names(&["name", "amount"]), ..wishes("project", &["name:title", "amount:integer"]) };
    let down = "DROP INDEX projects_user_amount_idx;\nDROP INDEX projects_organization_amount_idx;\n\
        DROP INDEX projects_amount_idx;\nALTER TABLE projects DROP COLUMN amount;\n";
    let up = |kind: &str| {
        format!(
            "-- 0 in rows that are there, and in those that an older server writes.\n\
             ALTER TABLE projects ADD COLUMN amount {kind} NOT NULL DEFAULT 0;\n\
             -- The lists that are sorted by it: a user's, an organisation's, everybody's.\n\
             CREATE INDEX projects_user_amount_idx ON projects (owner_user_id, amount, id) WHERE owner_user_id IS NOT NULL;\n\
             CREATE INDEX projects_organization_amount_idx ON projects (owner_organization_id, amount, id)\n    \
             WHERE owner_organization_id IS NOT NULL;\n\
             CREATE INDEX projects_amount_idx ON projects (amount, id);\n"
        )
    };
    assert_eq!(migrations(&amount), [&up("bigint"), down, &up("INTEGER"), down]);

    let goal = Wishes { search: names(&["name", "goal"]), ..wishes("project", &["name:title", "goal:text?"]) };
    let down = "ALTER TABLE projects DROP COLUMN goal;\nALTER TABLE projects DROP COLUMN goal_folded;\n";
    let up = |kind: &str, folded: &str| {
        format!(
            "-- Missing in rows that are there, and in those that an older server writes.\n\
             ALTER TABLE projects ADD COLUMN goal {kind};\nALTER TABLE projects ADD COLUMN goal_folded {folded};\n"
        )
    };
    let postgres = up("text", "text COLLATE \"C\"")
        + "-- What is searched for.\nSELECT add_search_index('projects', 'name_folded', 'goal_folded');\n";
    let back = down.to_owned() + "SELECT add_search_index('projects', 'name_folded');\n";
    assert_eq!(migrations(&goal), [&postgres, &*back, &up("TEXT", "TEXT"), down]);

    for (field, on_postgres, on_sqlite) in [
        (
            "is_urgent:boolean",
            "is_urgent boolean NOT NULL DEFAULT false;",
            "is_urgent INTEGER NOT NULL DEFAULT 0 CHECK (is_urgent IN (0, 1));",
        ),
        ("size:enum(small,large)", "size text NOT NULL DEFAULT 'small';", "size TEXT NOT NULL DEFAULT 'small';"),
        ("size:enum(small,large)?", "ADD COLUMN size text;", "ADD COLUMN size TEXT;"),
        ("price:decimal(2)", "price bigint NOT NULL DEFAULT 0;", "price INTEGER NOT NULL DEFAULT 0;"),
    ] {
        let [postgres, _, sqlite, _] = migrations(&wishes("project", &["name:title", field]));
        assert!(postgres.contains(on_postgres) && sqlite.contains(on_sqlite), "{field}: {postgres}{sqlite}");
    }
}
