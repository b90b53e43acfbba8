//! Whoever takes their data along takes all of it.
#![expect(clippy::expect_used, reason = "a test stops at the first surprise")]

mod database;

use std::collections::BTreeSet;

use diesel::{Connection, QueryableByName, RunQueryDsl, SqliteConnection, sql_query, sql_types::Text};
use ironplate_application::{Ports, accounts::Accounts, ports::Clock};
use ironplate_domain::UserId;
use ironplate_persistence::{DatabaseUrl, migrate, open};
use ironplate_testkit::{FakeHasher, World, samples::client, user};
use tokio_postgres::NoTls;
use uuid::Uuid;

/// What belongs to a user and is not theirs to take along, with the reason.
const EXEMPT: &[(&str, &str)] = &[
    ("organizations", "they are told with the memberships"),
    ("challenges", "they are over in five minutes, and events tell of what came of them"),
];

#[derive(QueryableByName)]
struct Table {
    #[diesel(sql_type = Text)]
    name: String,
}

/// The tables whose rows belong to a user.
async fn owned_tables(url: &DatabaseUrl) -> Vec<String> {
    match url {
        DatabaseUrl::Postgres(url) => {
            let (client, connection) = tokio_postgres::connect(url.as_str(), NoTls).await.expect("a connection");
            tokio::spawn(connection);
            let foreign_keys = "SELECT conrelid::regclass::text FROM pg_constraint \
                                WHERE contype = 'f' AND confrelid = 'users'::regclass";
            let rows = client.query(foreign_keys, &[]).await.expect("the foreign keys");
            rows.iter().map(|row| row.get(0)).collect()
        }
        DatabaseUrl::Sqlite(path) => {
            let mut conn = SqliteConnection::establish(&path.to_string_lossy()).expect("a connection");
            let foreign_keys = "SELECT m.name FROM sqlite_master m, pragma_foreign_key_list(m.name) f \
                                WHERE m.type = 'table' AND f.\"table\" = 'users'";
            let tables: Vec<Table> = sql_query(foreign_keys).load(&mut conn).expect("the foreign keys");
            tables.into_iter().map(|table| table.name).collect()
        }
    }
}

async fn assert_exported(url: DatabaseUrl) {
    migrate(&url, database::options()).await.expect("the migrations");
    let (store, world) = (open(&url, database::options()).expect("a store"), World::new());
    let ann = user("ann@example.com").build(UserId(Uuid::nil()), world.clock.now(), &FakeHasher::default());
    let mut work = store.begin().await.expect("a unit of work");
    work.users().insert(&ann).await.expect("a user");
    work.commit().await.expect("a commit");

    let accounts = Accounts::new(&world.core(&Ports { store, ..world.ports() }));
    let mut export = accounts.export(ann.actor(), &client()).await.expect("an export");
    let mut exported = BTreeSet::new();
    while let Some(part) = export.next().await.expect("a part") {
        exported.insert(part.table());
    }
    let owned = owned_tables(&url).await;
    assert!(owned.contains(&"sessions".to_owned()), "sessions belong to a user: {owned:?}");
    for table in owned {
        assert!(
            exported.contains(&*table) || EXEMPT.iter().any(|(name, _)| *name == table),
            "rows of {table} belong to a user: give them an ExportPart in accounts/export.rs, or say in EXEMPT why not"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_belongs_to_a_user_is_exported() {
    database::with_file(assert_exported).await;
    database::with_schema(assert_exported).await;
}
