//! Statements that no store makes: what another version wrote.

use diesel::{Connection, SqliteConnection, connection::SimpleConnection};
use ironplate_persistence::DatabaseUrl;
use tokio_postgres::NoTls;

/// Runs statements as they stand, past the store.
pub(crate) async fn execute(url: &DatabaseUrl, statements: &str) {
    match url {
        DatabaseUrl::Postgres(url) => {
            let (client, connection) = tokio_postgres::connect(url.as_str(), NoTls).await.expect("a connection");
            tokio::spawn(connection);
            client.batch_execute(statements).await.expect("the statements done");
        }
        DatabaseUrl::Sqlite(path) => {
            let mut conn = SqliteConnection::establish(&path.to_string_lossy()).expect("a connection");
            conn.batch_execute("PRAGMA busy_timeout=5000; PRAGMA foreign_keys=ON;").expect("the settings");
            conn.batch_execute(statements).expect("the statements done");
        }
    }
}
