//! A PostgreSQL server, and schemas on it.

use std::{env, net::SocketAddr, sync::Arc};

use ironplate_skip::skip;
use tokio_postgres::NoTls;
use url::Url;

const LOCAL_SERVER: &str = "postgres://postgres@127.0.0.1:5432/test";

/// A schema of a test's own; behind a pooler, which knows databases and no schemas, a database. Its connections carry its
/// name, so that they can be told from others.
#[derive(Clone)]
pub struct Schema {
    name: String,
    server: Url,
    /// What stands between it and the binary.
    pooler: Option<String>,
    /// Whom the binary logs in as, if not as the one that the server's address names.
    role: Option<String>,
    /// The test's own connection, which is none of those.
    connection: Arc<tokio_postgres::Client>,
}

impl Schema {
    /// Its address.
    #[must_use]
    pub fn url(&self) -> String {
        let name = &self.name;
        match &self.pooler {
            None => self.url_on(&self.server_as_role()),
            Some(pooler) => format!("{pooler}/{name}?application_name={name}"),
        }
    }

    /// The roles that it takes to run the binary as one that owns nothing.
    #[must_use]
    pub fn owner_and_application(&self) -> (String, String) {
        (format!("{}_owner", self.name), format!("{}_app", self.name))
    }

    /// The same for whoever logs in as this role.
    #[must_use]
    pub fn as_role(&self, role: &str) -> Self {
        Self { role: Some(role.to_owned()), ..self.clone() }
    }

    /// The same for whoever may do anything.
    #[must_use]
    pub fn as_administrator(&self) -> Self {
        Self { role: None, ..self.clone() }
    }

    fn server_as_role(&self) -> Url {
        let mut server = self.server.clone();
        if let Some(role) = &self.role {
            server.set_username(role).expect("an address with a host");
        }
        server
    }

    /// Runs statements in the schema as its role.
    ///
    /// # Errors
    /// The server's word.
    pub async fn execute(&self, statements: &str) -> Result<(), tokio_postgres::Error> {
        self.hold("").await.batch_execute(statements).await
    }

    /// The same, and keeps the connection, with the locks that were taken, until it is dropped.
    pub async fn hold(&self, statements: &str) -> tokio_postgres::Client {
        let (client, connection) = tokio_postgres::connect(&self.url(), NoTls).await.expect("a connection");
        tokio::spawn(connection);
        client.batch_execute(statements).await.expect("the statements done");
        client
    }

    /// What it is called.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its address by way of something that stands before the server.
    #[must_use]
    pub fn url_through(&self, proxy: SocketAddr) -> String {
        let mut server = self.server.clone();
        server.set_host(Some(&proxy.ip().to_string())).expect("an address with a host");
        server.set_port(Some(proxy.port())).expect("an address with a port");
        self.url_on(&server)
    }

    fn url_on(&self, server: &Url) -> String {
        let separator = if server.query().is_some() { '&' } else { '?' };
        let name = &self.name;
        format!("{server}{separator}options=-c%20search_path%3D{name}&application_name={name}")
    }

    /// Where the PostgreSQL server listens: host and port.
    #[must_use]
    pub fn server(&self) -> (String, u16) {
        let host = self.server.host_str().expect("a server that is reached over TCP");
        (host.to_owned(), self.server.port().unwrap_or(5432))
    }

    /// Ends every connection to this schema from the side of the server; answers how many there were.
    pub async fn terminate_connections(&self) -> usize {
        let terminate = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = $1";
        self.connection.query(terminate, &[&self.name]).await.expect("the connections terminated").len()
    }

    /// Every row of every table, as text.
    pub(crate) async fn dump(&self) -> String {
        let tables = "SELECT table_name FROM information_schema.tables WHERE table_schema = $1";
        let mut text = String::new();
        for table in self.connection.query(tables, &[&self.name]).await.expect("the tables") {
            let (schema, table): (_, String) = (&self.name, table.get(0));
            let rows = format!("SELECT \"row\"::text FROM {schema}.\"{table}\" AS \"row\"");
            for row in self.connection.query(&rows, &[]).await.expect("the rows") {
                text.push_str(row.get(0));
                text.push('\n');
            }
        }
        text
    }

    pub(crate) async fn drop(&self) {
        if self.pooler.is_some() {
            let drop = format!("DROP DATABASE {} WITH (FORCE)", self.name);
            return self.connection.batch_execute(&drop).await.expect("the database dropped");
        }
        let drop = format!("SET client_min_messages = warning; DROP SCHEMA {} CASCADE", self.name);
        self.connection.batch_execute(&drop).await.expect("the schema dropped");
        let (owner, application) = self.owner_and_application();
        for role in [owner, application] {
            let is_there = self.connection.query_opt("SELECT FROM pg_roles WHERE rolname = $1", &[&role]).await;
            if is_there.expect("the roles").is_some() {
                self.connection.batch_execute(&format!("DROP ROLE {role}")).await.expect("the role dropped");
            }
        }
    }
}

/// `None` without a server, unless one was asked for.
#[expect(clippy::disallowed_methods, reason = "which server to test on is said by the environment")]
pub(crate) async fn create_schema() -> Option<Schema> {
    let chosen = env::var("TEST_DATABASE_URL").ok();
    let required = chosen.is_some() || env::var("IRONPLATE_REQUIRE_POSTGRES").is_ok_and(|value| value == "1");
    let address = chosen.unwrap_or_else(|| LOCAL_SERVER.to_owned());
    let connection = match tokio_postgres::connect(&address, NoTls).await {
        Ok((client, connection)) => {
            tokio::spawn(connection);
            client
        }
        Err(error) if required => panic!("no PostgreSQL server answers, but one is required: {error:?}"),
        Err(error) => {
            skip(&format!("on PostgreSQL: no server at {LOCAL_SERVER} ({error})"));
            return None;
        }
    };
    let name = "SELECT 'test_' || replace(gen_random_uuid()::text, '-', '')";
    let name: String = connection.query_one(name, &[]).await.expect("a name").get(0);
    let pooler = env::var("IRONPLATE_TEST_POOLER").ok();
    let create = match pooler {
        None => format!("CREATE SCHEMA {name}"),
        Some(_) => format!("CREATE DATABASE {name} TEMPLATE template0"),
    };
    connection.batch_execute(&create).await.expect("a schema");
    let server = address.parse().expect("the server's address is a URL");
    Some(Schema { name, server, pooler, role: None, connection: Arc::new(connection) })
}
