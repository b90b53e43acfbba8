//! The database of full-stack-fastapi-template, at any of its states: read in one snapshot, and never written.

use std::{collections::BTreeMap, fmt, sync::Arc};

use diesel::{
    QueryableByName, sql_query,
    sql_types::{BigInt, Bool, Nullable, Text},
};
use diesel_async::{RunQueryDsl, SimpleAsyncConnection};
use ironplate_application::{
    imports::{ForeignId, ForeignItem, ForeignUser},
    ports::BoxError,
};
use ironplate_domain::PasswordHash;
use uuid::Uuid;

use super::{Conn, Db, SLACK, connect::Connector, explained, shared::handle::in_time};
use crate::{
    StoreOptions, Unreachable,
    address::PostgresUrl,
    types::{DbTimestamp, DbUuid, Id, Moment},
};

/// What a role may not read is not in there.
const COLUMNS: &str = "
    SELECT table_name::text, column_name::text, data_type::text FROM information_schema.columns
    WHERE table_schema = current_schema() AND table_name IN ('user', 'item') ORDER BY table_name, ordinal_position";

const USER_COLUMNS: &[&str] = &["id", "email", "full_name", "hashed_password", "is_active", "is_superuser"];
const ITEM_COLUMNS: &[&str] = &["id", "owner_id", "title", "description"];

/// A connection to the template's database, within one transaction that sees what there was when it began.
pub struct TemplateDatabase {
    conn: Conn,
    options: StoreOptions,
    users: Table,
    items: Option<Table>,
}

/// Why the template's database can't be read.
#[derive(Debug, thiserror::Error)]
pub enum TemplateError {
    /// There is no way to it.
    #[error(transparent)]
    Unreachable(#[from] Unreachable),
    /// It is another program's, or of a state that is not known.
    #[error("it does not look like full-stack-fastapi-template's: {0}")]
    NotUnderstood(String),
    /// A statement failed.
    #[error(transparent)]
    Failed(BoxError),
}

/// What of a table differs from state to state.
struct Table {
    name: &'static str,
    ids: Ids,
    has_created_at: bool,
    /// Columns that nobody asks for.
    ignored: Vec<String>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Ids {
    Numbers,
    Uuids,
}

#[derive(QueryableByName)]
struct ColumnRow {
    #[diesel(sql_type = Text)]
    table_name: String,
    #[diesel(sql_type = Text)]
    column_name: String,
    #[diesel(sql_type = Text)]
    data_type: String,
}

#[derive(QueryableByName)]
struct UserRow {
    #[diesel(sql_type = Text)]
    id: String,
    #[diesel(sql_type = Text)]
    email: String,
    #[diesel(sql_type = Nullable<Text>)]
    full_name: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    hashed_password: Option<String>,
    #[diesel(sql_type = Bool)]
    is_active: bool,
    #[diesel(sql_type = Bool)]
    is_superuser: bool,
    #[diesel(sql_type = Nullable<DbTimestamp>)]
    created_at: Option<Moment>,
}

#[derive(QueryableByName)]
struct ItemRow {
    #[diesel(sql_type = Text)]
    id: String,
    #[diesel(sql_type = Nullable<Text>)]
    owner_id: Option<String>,
    #[diesel(sql_type = Text)]
    title: String,
    #[diesel(sql_type = Nullable<Text>)]
    description: Option<String>,
    #[diesel(sql_type = Nullable<DbTimestamp>)]
    created_at: Option<Moment>,
}

impl TemplateDatabase {
    /// Connects, begins, and finds out which state it is in.
    ///
    /// # Errors
    /// See [`TemplateError`].
    pub async fn open(url: &PostgresUrl, options: StoreOptions) -> Result<Self, TemplateError> {
        let connector = Arc::new(Connector::new(url, options).map_err(Unreachable::from)?);
        let mut conn = connector.connect().await?;
        // Between two batches it waits for the other database, however long that takes.
        let begin = format!(
            "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET LOCAL statement_timeout = {}; \
             SET LOCAL idle_in_transaction_session_timeout = 0",
            options.statement_timeout.as_millis()
        );
        let looked = async {
            conn.batch_execute(&begin).await?;
            sql_query(COLUMNS).load::<ColumnRow>(&mut *conn).await
        };
        let found = in_time(Some(options.statement_timeout + SLACK), looked).await;
        let columns = found.map_err(|error| TemplateError::Failed(explained(error, conn.sqlstate())))?;
        let users = Table::find("user", USER_COLUMNS, &columns)?;
        let users = users.ok_or_else(|| {
            TemplateError::NotUnderstood("it has no table \"user\", or none that this role may read".to_owned())
        })?;
        let items = Table::find("item", ITEM_COLUMNS, &columns)?;
        Ok(Self { conn, options, users, items })
    }

    /// Whether it has items at all: many who started with the template have tables of their own in their place.
    #[must_use]
    pub fn has_items(&self) -> bool {
        self.items.is_some()
    }

    /// Columns that are not the template's, as `user.phone`.
    #[must_use]
    pub fn ignored_columns(&self) -> Vec<String> {
        let tables = [Some(&self.users), self.items.as_ref()].into_iter().flatten();
        tables.flat_map(|table| table.ignored.iter().map(|column| format!("{}.{column}", table.name))).collect()
    }

    /// The next users by id, at most `limit`.
    ///
    /// # Errors
    /// See [`TemplateError`].
    pub async fn users(&mut self, after: Option<ForeignId>, limit: u32) -> Result<Vec<ForeignUser>, TemplateError> {
        let columns = "email::text, full_name::text, hashed_password::text, is_active, is_superuser";
        let (query, ids) = (self.users.query(columns, after.is_some(), limit), self.users.ids);
        let rows: Vec<UserRow> = self.load(query, after).await?;
        let user = |row: UserRow| {
            Ok(ForeignUser {
                id: ids.parse(&row.id)?,
                email: row.email,
                full_name: row.full_name,
                password_hash: row.hashed_password.map(PasswordHash::new),
                is_active: row.is_active,
                is_superuser: row.is_superuser,
                // The template asks nobody to prove an address.
                is_verified: false,
                created_at: row.created_at.map(|Moment(at)| at),
            })
        };
        rows.into_iter().map(user).collect()
    }

    /// The next items by id, at most `limit`; none where it has no such table.
    ///
    /// # Errors
    /// See [`TemplateError`].
    pub async fn items(&mut self, after: Option<ForeignId>, limit: u32) -> Result<Vec<ForeignItem>, TemplateError> {
        let Some(table) = &self.items else { return Ok(Vec::new()) };
        let columns = "owner_id::text, title::text, description::text";
        let (query, ids, owners) = (table.query(columns, after.is_some(), limit), table.ids, self.users.ids);
        let rows: Vec<ItemRow> = self.load(query, after).await?;
        let item = |row: ItemRow| {
            let owner = row.owner_id.as_deref().map(|id| owners.parse(id)).transpose()?;
            Ok(ForeignItem {
                id: ids.parse(&row.id)?,
                owner,
                title: row.title,
                description: row.description,
                created_at: row.created_at.map(|Moment(at)| at),
            })
        };
        rows.into_iter().map(item).collect()
    }

    async fn load<Row>(&mut self, query: String, after: Option<ForeignId>) -> Result<Vec<Row>, TemplateError>
    where
        Row: diesel::deserialize::QueryableByName<Db> + Send + 'static,
    {
        let query = sql_query(query).into_boxed::<Db>();
        let query = match after {
            Some(ForeignId::Uuid(id)) => query.bind::<DbUuid, _>(Id(id)),
            Some(ForeignId::Number(number)) => query.bind::<BigInt, _>(number),
            Some(ForeignId::Row(_)) | None => query,
        };
        let loaded = in_time(Some(self.options.statement_timeout + SLACK), query.load(&mut *self.conn)).await;
        loaded.map_err(|error| TemplateError::Failed(explained(error, self.conn.sqlstate())))
    }
}

impl Table {
    fn find(name: &'static str, expected: &[&str], columns: &[ColumnRow]) -> Result<Option<Self>, TemplateError> {
        let columns = columns.iter().filter(|column| column.table_name == name);
        let mut types: BTreeMap<_, _> = columns.map(|column| (&*column.column_name, &*column.data_type)).collect();
        if types.is_empty() {
            return Ok(None);
        }
        let not_understood = |why: fmt::Arguments<'_>| TemplateError::NotUnderstood(format!("{why}"));
        let ids = types.get("id").copied();
        for column in expected {
            if types.remove(column).is_none() {
                return Err(not_understood(format_args!("its table \"{name}\" has no column {column}")));
            }
        }
        let ids = match ids {
            Some("uuid") => Ids::Uuids,
            Some("integer" | "bigint") => Ids::Numbers,
            other => {
                let given = other.unwrap_or_default();
                return Err(not_understood(format_args!(
                    "the ids of its table \"{name}\" are of the type {given}, and neither integer nor uuid"
                )));
            }
        };
        let has_created_at = match types.remove("created_at") {
            None => false,
            Some("timestamp with time zone") => true,
            Some(other) => {
                return Err(not_understood(format_args!("{name}.created_at is a {other}, and has no time zone")));
            }
        };
        let ignored = types.into_keys().map(str::to_owned).collect();
        Ok(Some(Self { name, ids, has_created_at, ignored }))
    }

    fn query(&self, columns: &str, has_place: bool, limit: u32) -> String {
        let Self { name, has_created_at, .. } = self;
        let created_at = if *has_created_at { "created_at" } else { "NULL::timestamptz AS created_at" };
        let place = if has_place { "WHERE id > $1" } else { "" };
        format!("SELECT id::text, {columns}, {created_at} FROM \"{name}\" {place} ORDER BY \"{name}\".id LIMIT {limit}")
    }
}

impl Ids {
    fn parse(self, text: &str) -> Result<ForeignId, TemplateError> {
        let id = match self {
            Self::Numbers => text.parse().ok().map(ForeignId::Number),
            Self::Uuids => Uuid::parse_str(text).ok().map(ForeignId::Uuid),
        };
        id.ok_or_else(|| TemplateError::Failed(format!("{text} is no id").into()))
    }
}
