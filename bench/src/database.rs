//! A fresh database of either kind, gone when the measuring is over.

use std::{
    fs,
    path::Path,
    sync::atomic::{AtomicU32, Ordering::Relaxed},
    time::Duration,
};

use diesel::{Connection as _, connection::SimpleConnection as _};
use tempfile::TempDir;
use tokio::time::timeout;
use tokio_postgres::NoTls;

use crate::{Outcome, process::cpu_of};

const LOCAL_POSTGRES: &str = "postgres://postgres@127.0.0.1:5432/test";

/// How many there were so far: each has a name of its own.
static SCHEMAS: AtomicU32 = AtomicU32::new(0);

/// A SQLite file, or a schema of its own on a PostgreSQL server; and a folder for whoever uses it.
pub(crate) struct Database {
    pub(crate) url: String,
    folder: TempDir,
    schema: Option<Schema>,
}

struct Schema {
    name: String,
    client: tokio_postgres::Client,
}

impl Database {
    pub(crate) fn sqlite() -> Outcome<Self> {
        let folder = tempfile::tempdir()?;
        Ok(Self { url: format!("sqlite:{}", folder.path().join("bench.db").display()), folder, schema: None })
    }

    pub(crate) async fn postgres() -> Outcome<Self> {
        let server = postgres_server();
        let connecting = timeout(Duration::from_secs(3), tokio_postgres::connect(&server, NoTls));
        let (client, connection) = connecting.await??;
        tokio::spawn(connection);
        let name = format!("ironplate_bench_{}_{}", std::process::id(), SCHEMAS.fetch_add(1, Relaxed));
        client.batch_execute(&format!("CREATE SCHEMA {name}")).await?;
        let mark = if server.contains('?') { '&' } else { '?' };
        let url = format!("{server}{mark}application_name={name}&options=-c%20search_path%3D{name}");
        Ok(Self { url, folder: tempfile::tempdir()?, schema: Some(Schema { name, client }) })
    }

    /// What it is called.
    pub(crate) fn engine(&self) -> &'static str {
        if self.schema.is_some() { "PostgreSQL" } else { "SQLite" }
    }

    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The processor time of the PostgreSQL processes that work for whoever uses this database; none if there are no
    /// such processes, or if they run where they can't be seen.
    pub(crate) async fn cpu(&self) -> Outcome<Option<Duration>> {
        let Some(Schema { name, client }) = &self.schema else { return Ok(None) };
        let rows = client.query("SELECT pid FROM pg_stat_activity WHERE application_name = $1", &[name]).await?;
        let mut total = Duration::ZERO;
        for row in rows {
            let pid: i32 = row.try_get(0)?;
            let name = fs::read_to_string(format!("/proc/{pid}/comm")).unwrap_or_default();
            if !name.starts_with("postgres") {
                return Ok(None);
            }
            total += cpu_of(&pid.to_string())?;
        }
        Ok(Some(total))
    }

    /// Runs these statements, of which none answers.
    pub(crate) async fn run(&self, sql: &str) -> Outcome<()> {
        if let Some(Schema { name, client }) = &self.schema {
            client.batch_execute(&format!("SET search_path = {name}; {sql}")).await?;
        } else {
            let path = self.url.trim_start_matches("sqlite:");
            diesel::SqliteConnection::establish(path)?.batch_execute(sql)?;
        }
        Ok(())
    }

    /// To be called when nobody uses it any more.
    pub(crate) async fn remove(self) -> Outcome<()> {
        if let Some(Schema { name, client }) = &self.schema {
            client.batch_execute(&format!("DROP SCHEMA {name} CASCADE")).await?;
        }
        Ok(())
    }
}

#[expect(clippy::disallowed_methods, reason = "the bench has no configuration but this")]
fn postgres_server() -> String {
    std::env::var("TEST_DATABASE_URL").ok().filter(|url| !url.is_empty()).unwrap_or_else(|| LOCAL_POSTGRES.to_owned())
}
