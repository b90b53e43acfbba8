//! An empty database for each test: a file, or a schema on a PostgreSQL server.

use std::{env, panic, time::Duration};

use ironplate_persistence::{DatabaseUrl, StoreOptions};
use ironplate_skip::skip;
use tempfile::TempDir;
use tokio::sync::Semaphore;
use tokio_postgres::{Client, NoTls};

const LOCAL_SERVER: &str = "postgres://postgres@127.0.0.1:5432/test";

/// Times [`options`]' connections, this stays well below the hundred that a server has.
static SCHEMAS: Semaphore = Semaphore::const_new(12);

/// Few connections, and patience on a busy machine.
pub(crate) fn options() -> StoreOptions {
    let patience = Duration::from_mins(1);
    StoreOptions {
        connections: 4,
        acquire_timeout: patience,
        statement_timeout: patience,
        migration_lock_timeout: patience,
        keep_audit: Some(Duration::from_hours(24)),
    }
}

/// Runs the test on a file that is not there yet.
pub(crate) async fn with_file<Done: Future<Output = ()>>(test: impl FnOnce(DatabaseUrl) -> Done) {
    let folder = TempDir::new().expect("a temporary folder");
    test(DatabaseUrl::Sqlite(folder.path().join("test.db"))).await;
}

/// Runs the test on an empty schema, which is gone afterwards, also when the test failed. Behind a pooler, which knows
/// databases and no schemas, it is an empty database.
pub(crate) async fn with_schema<Done>(test: impl FnOnce(DatabaseUrl) -> Done)
where
    Done: Future<Output = ()> + Send + 'static,
{
    let _permit = SCHEMAS.acquire().await.expect("a semaphore that nobody closes");
    let Some(server) = Server::connect().await else { return };
    let schema = server.create_schema().await;
    let outcome = tokio::spawn(test(server.address_of(&schema))).await;
    server.drop_schema(&schema).await;
    if let Err(failure) = outcome {
        panic::resume_unwind(failure.into_panic());
    }
}

async fn client(address: &str) -> Result<Client, tokio_postgres::Error> {
    let (client, connection) = tokio_postgres::connect(address, NoTls).await?;
    tokio::spawn(connection);
    Ok(client)
}

struct Server {
    address: String,
    client: Client,
    /// What stands between it and the store.
    pooler: Option<String>,
}

impl Server {
    /// `None` without a server, unless one was asked for.
    #[expect(clippy::disallowed_methods, reason = "which server to test on is said by the environment")]
    async fn connect() -> Option<Self> {
        let chosen = env::var("TEST_DATABASE_URL").ok();
        let required = chosen.is_some() || env::var("IRONPLATE_REQUIRE_POSTGRES").is_ok_and(|value| value == "1");
        let address = chosen.unwrap_or_else(|| LOCAL_SERVER.to_owned());
        match client(&address).await {
            Ok(client) => Some(Self { address, client, pooler: env::var("IRONPLATE_TEST_POOLER").ok() }),
            Err(error) if required => panic!("no PostgreSQL server answers, but one is required: {error:?}"),
            Err(error) => {
                skip(&format!("on PostgreSQL: no server at {LOCAL_SERVER} ({error})"));
                None
            }
        }
    }

    async fn create_schema(&self) -> String {
        let name = "SELECT 'test_' || replace(gen_random_uuid()::text, '-', '')";
        let name: String = self.client.query_one(name, &[]).await.expect("a name").get(0);
        let create = match self.pooler {
            None => format!("CREATE SCHEMA {name}"),
            Some(_) => format!("CREATE DATABASE {name} TEMPLATE template0"),
        };
        self.client.batch_execute(&create).await.expect("a schema");
        name
    }

    async fn drop_schema(&self, name: &str) {
        if self.pooler.is_some() {
            let drop = format!("DROP DATABASE {name} WITH (FORCE)");
            return self.client.batch_execute(&drop).await.expect("the database dropped");
        }
        let drop = format!("SET client_min_messages = warning; DROP SCHEMA {name} CASCADE");
        self.client.batch_execute(&drop).await.expect("the schema dropped");
    }

    fn address_of(&self, schema: &str) -> DatabaseUrl {
        if let Some(pooler) = &self.pooler {
            return format!("{pooler}/{schema}").parse().expect("an address");
        }
        let separator = if self.address.contains('?') { '&' } else { '?' };
        let address = format!("{}{separator}options=-c%20search_path%3D{schema}", self.address);
        address.parse().expect("an address")
    }
}
