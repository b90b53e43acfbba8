//! A table in the SQL of one database.

use serde::Serialize;

use super::{
    kinds::{Column, Field},
    model::Model,
};

/// What the two databases write otherwise, and the indexes.
#[derive(Debug, Serialize)]
pub(super) struct Sql {
    id: &'static str,
    key: &'static str,
    moment: &'static str,
    end: &'static str,
    columns: Vec<String>,
    /// The indexes of what refers to another table.
    references: Vec<String>,
    indexes_of_user: Vec<String>,
    indexes_of_organization: Vec<String>,
    indexes_of_all: Vec<String>,
    /// By which texts are searched.
    search: Option<String>,
    triggers: [String; 3],
}

/// What a table gets for a field more.
#[derive(Debug, Serialize)]
pub(super) struct Addition {
    /// What rows have that were there before.
    before: Option<String>,
    columns: Vec<String>,
    /// Of lists that are sorted by it.
    indexes: Vec<String>,
    /// By which it is searched, too, and what was searched before.
    search: Option<String>,
    search_before: Option<String>,
    /// Of what refers to another table.
    references: Vec<String>,
    /// What to drop, to be as before.
    names_of_columns: Vec<String>,
    names_of_indexes: Vec<String>,
}

/// Whose lists have an index: a user's, an organisation's, everybody's.
const OWNERS: [&str; 3] = ["user", "organization", ""];

/// Which database it is for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Database {
    Postgres,
    Sqlite,
}

/// How long a line may be.
const WIDTH: usize = 120;

impl Sql {
    pub(super) fn new(model: &Model, database: Database) -> Self {
        let (id, key, moment, end) = match database {
            Database::Postgres => ("uuid PRIMARY KEY", "uuid", "timestamptz", ""),
            Database::Sqlite => ("BLOB PRIMARY KEY NOT NULL", "BLOB", "INTEGER", " STRICT"),
        };
        let indexes = |whose: &str| {
            let mut indexes = vec![index(&model.called.nouns, whose, "created_at", "created_at DESC, id DESC")];
            indexes.extend(model.ordered.iter().filter_map(|field| index_by(model, whose, field, database)));
            indexes
        };
        let [indexes_of_user, indexes_of_organization, indexes_of_all] = OWNERS.map(indexes);
        Self {
            id,
            key,
            moment,
            end,
            columns: model
                .columns
                .iter()
                .map(|column| definition(&model.called.nouns, column, database, None))
                .collect(),
            references: model
                .columns
                .iter()
                .filter_map(|column| index_of_reference(&model.called.nouns, column))
                .collect(),
            indexes_of_user,
            indexes_of_organization,
            indexes_of_all,
            search: index_of_searches(model, database, None),
            triggers: if database == Database::Postgres {
                of_statements(&model.called.nouns)
            } else {
                of_rows(&model.called.nouns)
            },
        }
    }
}

impl Addition {
    /// Of a field by which nothing is sorted.
    pub(super) fn of(table: &str, field: &Field, database: Database) -> Self {
        let literal = field.before.as_ref().filter(|_| !field.optional);
        let before =
            literal.map(
                |literal| {
                    if database == Database::Postgres { literal.postgres.clone() } else { literal.sqlite.clone() }
                },
            );
        Self {
            columns: field
                .columns
                .iter()
                .map(|column| definition(table, column, database, before.as_deref()))
                .collect(),
            references: field.columns.iter().filter_map(|column| index_of_reference(table, column)).collect(),
            names_of_columns: field.columns.iter().map(|column| column.name.clone()).collect(),
            indexes: Vec::new(),
            search: None,
            search_before: None,
            names_of_indexes: field
                .columns
                .iter()
                .filter(|column| column.references.is_some())
                .map(|column| format!("{table}_{}_idx", column.name))
                .collect(),
            before,
        }
    }

    /// With the indexes of lists that are searched for it, or sorted by it.
    pub(super) fn with_indexes(self, model: &Model, field: &Field, database: Database) -> Self {
        let is_searched = model.group("searched").iter().any(|searched| searched.name == field.name);
        let [search, search_before] = [None, Some(field)]
            .map(|without| is_searched.then(|| index_of_searches(model, database, without)).flatten());
        let Some(ordered) = model.ordered.iter().find(|ordered| ordered.name == field.name) else {
            return Self { search, search_before, ..self };
        };
        Self {
            search,
            search_before,
            indexes: OWNERS.iter().filter_map(|whose| index_by(model, whose, ordered, database)).collect(),
            names_of_indexes: OWNERS.map(|whose| index_name(&model.called.nouns, whose, &field.name)).into(),
            ..self
        }
    }
}

/// By the functions of the first migration: SQLite has none for this.
fn index_of_searches(model: &Model, database: Database, without: Option<&Field>) -> Option<String> {
    let searched = model.group("searched").iter().filter(|field| without.is_none_or(|it| it.name != field.name));
    let columns: Vec<String> = searched.map(|field| format!("'{}_folded'", field.name)).collect();
    let (nouns, columns) = (&model.called.nouns, columns.join(", "));
    (database == Database::Postgres).then(|| format!("SELECT add_search_index('{nouns}', {columns});"))
}

/// A column, and what it has in rows that nobody gave it a value.
fn definition(table: &str, column: &Column, database: Database, default: Option<&str>) -> String {
    let kind = if database == Database::Postgres { column.postgres } else { column.sqlite };
    let needed = if column.optional { "" } else { " NOT NULL" };
    let default = default.map_or_else(String::new, |default| format!(" DEFAULT {default}"));
    let check = if column.diesel == "Bool" && database == Database::Sqlite {
        format!(" CHECK ({} IN (0, 1))", column.name)
    } else {
        String::new()
    };
    let references = reference(table, column).unwrap_or_default();
    format!("{} {kind}{needed}{default}{check}{references}", column.name)
}

/// What makes a column a key of another table. What may be missing lets go of a row that is deleted; else that row stays. That is asked
/// when the statement ends, since deleting an owner deletes both.
fn reference(table: &str, column: &Column) -> Option<String> {
    let (name, to) = (&column.name, column.references.as_ref()?);
    let deleted = if column.optional { " ON DELETE SET NULL" } else { "" };
    Some(format!("\n        CONSTRAINT {table}_{name}_fkey REFERENCES {to} (id){deleted}"))
}

/// The index by which is found what refers to a row that is deleted.
fn index_of_reference(table: &str, column: &Column) -> Option<String> {
    let name = &column.name;
    column.references.as_ref()?;
    let only = if column.optional { format!(" WHERE {name} IS NOT NULL") } else { String::new() };
    Some(format!("CREATE INDEX {table}_{name}_idx ON {table} ({name}){only};"))
}

/// What keeps the counts on PostgreSQL.
fn of_statements(table: &str) -> [String; 3] {
    let changes = [("inserted", "INSERT", "NEW"), ("deleted", "DELETE", "OLD")].map(|(done, change, rows)| {
        format!(
            "CREATE TRIGGER {table}_{done} AFTER {change} ON {table} REFERENCING {rows} TABLE AS changed\n    \
             FOR EACH STATEMENT EXECUTE FUNCTION count_owned_rows();"
        )
    });
    let moved = format!(
        "CREATE TRIGGER {table}_moved AFTER UPDATE OF owner_user_id, owner_organization_id ON {table}\n    \
         FOR EACH ROW EXECUTE FUNCTION count_moved_row();"
    );
    let [inserted, deleted] = changes;
    [inserted, deleted, moved]
}

/// The same on SQLite.
fn of_rows(table: &str) -> [String; 3] {
    let owner = |row: &str| format!("coalesce({row}.owner_user_id, {row}.owner_organization_id)");
    let trigger = |when: &str, counts: [(String, i8); 2]| {
        let count = |(whose, by): (String, i8)| {
            format!(
                "    INSERT INTO row_counts VALUES ('{table}', {whose}, 0, {by})\n        \
                 ON CONFLICT DO UPDATE SET rows = rows + excluded.rows;\n"
            )
        };
        format!("CREATE TRIGGER {table}_{when} ON {table}\nBEGIN\n{}END;", counts.map(count).concat())
    };
    let all = || "zeroblob(16)".to_owned();
    [
        trigger("inserted AFTER INSERT", [(all(), 1), (owner("NEW"), 1)]),
        trigger("deleted AFTER DELETE", [(all(), -1), (owner("OLD"), -1)]),
        trigger("moved AFTER UPDATE OF owner_user_id, owner_organization_id", [(owner("OLD"), -1), (owner("NEW"), 1)]),
    ]
}

/// The index of a list that is sorted by this field, if any is.
fn index_by(model: &Model, whose: &str, field: &Field, database: Database) -> Option<String> {
    let order = field.order.as_ref()?;
    let by = if database == Database::Postgres { &order.postgres } else { &order.sqlite };
    Some(index(&model.called.nouns, whose, &field.name, &format!("{by}, id")))
}

fn index(table: &str, whose: &str, name: &str, columns: &str) -> String {
    let name = index_name(table, whose, name);
    if whose.is_empty() {
        return format!("CREATE INDEX {name} ON {table} ({columns});");
    }
    let create = format!("CREATE INDEX {name} ON {table} (owner_{whose}_id, {columns})");
    let only = format!("WHERE owner_{whose}_id IS NOT NULL;");
    let gap = if create.len() + 1 + only.len() <= WIDTH + 2 { " " } else { "\n    " };
    format!("{create}{gap}{only}")
}

fn index_name(table: &str, whose: &str, name: &str) -> String {
    if whose.is_empty() { format!("{table}_{name}_idx") } else { format!("{table}_{whose}_{name}_idx") }
}
