//! The files of a resource: where each is, and of which template.

use std::path::Path;

use serde::Serialize;

use super::{
    kinds::Field,
    model::Model,
    render::Renderer,
    sql::{Addition, Database, Sql},
    taken::check_lengths,
};
use crate::{failure::Outcome, tree};

/// A whole file.
pub(super) struct Whole {
    pub(super) path: String,
    pub(super) text: String,
}

const DATABASES: [(Database, &str); 2] = [(Database::Postgres, "postgres"), (Database::Sqlite, "sqlite")];

/// All that are the resource's alone, but for its migrations.
pub(super) fn own(model: &Model) -> Outcome<Vec<Whole>> {
    let renderer = Renderer::new(model)?;
    let (noun, nouns) = (&model.called.noun, &model.called.nouns);
    let mut places = vec![
        (format!("crates/domain/src/{noun}.rs"), "domain.rs"),
        (format!("crates/application/src/{nouns}/mod.rs"), "application_mod.rs"),
        (format!("crates/application/src/{nouns}/create.rs"), "application_create.rs"),
        (format!("crates/application/src/{nouns}/change.rs"), "application_change.rs"),
        (format!("crates/application/tests/use_cases/{nouns}.rs"), "use_cases.rs"),
        (format!("crates/persistence/src/shared/{nouns}.rs"), "persistence.rs"),
        (format!("crates/testkit/src/contract/{nouns}.rs"), "contract.rs"),
        (format!("crates/http/src/endpoints/{nouns}.rs"), "http.rs"),
        (format!("crates/dashboard/src/pages/{nouns}.rs"), "dashboard.rs"),
        (format!("templates/pages/dashboard/{nouns}.html"), "dashboard.html"),
    ];
    if model.is("by_organizations") {
        let path = format!("crates/application/tests/use_cases/{nouns}/at_organizations.rs");
        places.push((path, "use_cases_at_organizations.rs"));
    }
    if model.is("moves") {
        places.push((format!("crates/application/src/{nouns}/hand_over.rs"), "application_hand_over.rs"));
    }
    places.into_iter().map(|(path, template)| Ok(Whole { path, text: renderer.file(template)? })).collect()
}

/// A moment as names of migrations have it: now, or a second after the last one, since no two may have the same.
pub(super) fn moment(root: &Path) -> Outcome<String> {
    let now = tree::run(root, "date", &["-u", "+%Y-%m-%d-%H%M%S"])?.trim().to_owned();
    let there = tree::files(root)?;
    let there = there.iter().filter_map(|path| path.strip_prefix("migrations/sqlite/")?.get(..now.len()));
    let last = there.max().filter(|last| **last >= *now);
    let after = last.and_then(|last| {
        let (day, time) = last.rsplit_once('-')?;
        Some(format!("{day}-{:06}", time.parse::<u32>().ok()? + 1))
    });
    Ok(after.unwrap_or(now))
}

/// The migrations that make its table, at this moment.
pub(super) fn making(model: &Model, made_at: &str) -> Outcome<Vec<Whole>> {
    let name = format!("{made_at}_{}", model.called.nouns);
    let templates = ["migration_up.sql", "migration_down.sql"];
    migrations(&Renderer::new(model)?, &name, templates, |database| Sql::new(model, database))
}

/// The migrations that drop its table, at this moment: what made it may have been released.
pub(super) fn dropping(model: &Model, made_at: &str) -> Outcome<Vec<Whole>> {
    let name = format!("{made_at}_drop_{}", model.called.nouns);
    let templates = ["migration_down.sql", "migration_up.sql"];
    migrations(&Renderer::new(model)?, &name, templates, |database| Sql::new(model, database))
}

/// The migrations that give its table the columns of this field, at this moment.
pub(super) fn extending(model: &Model, field: &Field, made_at: &str) -> Outcome<Vec<Whole>> {
    let name = format!("{made_at}_{}_{}", model.called.nouns, field.name);
    migrations(&Renderer::new(model)?, &name, ADDITION, |database| {
        Addition::of(&model.called.nouns, field, database).with_indexes(model, field, database)
    })
}

/// The same for users, where the renderer is this field's.
pub(super) fn extending_users(renderer: &Renderer, field: &Field, made_at: &str) -> Outcome<Vec<Whole>> {
    let name = format!("{made_at}_users_{}", field.name);
    migrations(renderer, &name, ADDITION, |database| Addition::of("users", field, database))
}

const ADDITION: [&str; 2] = ["migration_field_up.sql", "migration_field_down.sql"];

/// Of both databases, by the templates for the way there and back again.
fn migrations<S: Serialize>(
    renderer: &Renderer,
    name: &str,
    templates: [&str; 2],
    sql: impl Fn(Database) -> S,
) -> Outcome<Vec<Whole>> {
    let mut files = Vec::new();
    for (database, folder) in DATABASES {
        let sql = sql(database);
        for (direction, template) in ["up", "down"].into_iter().zip(templates) {
            let path = format!("migrations/{folder}/{name}/{direction}.sql");
            let text = renderer.migration(template, &sql)?;
            check_lengths(&text)?;
            files.push(Whole { path, text });
        }
    }
    Ok(files)
}
