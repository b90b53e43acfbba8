//! What doctor says of a database: each fault by itself, with what mends it.

use std::{
    fs,
    io::{Read, Write},
    net::{SocketAddr, TcpListener},
    thread,
};

use futures::future::join_all;
use ironplate_tests::{Database, Pooler, Setup, on_postgres_only, on_postgres_without_ownership, until};

use super::{examine, fixes, verdicts};

on_postgres_only!(
    a_database_or_a_user_that_is_not_there_is_told_apart,
    a_pooler_that_loses_prepared_statements_is_wrong,
    one_that_is_only_in_between_is_to_be_looked_at,
);

/// A server that reads the first word of whoever connects, gives this answer, and says no more.
fn server_that_says(answer: Vec<u8>) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || {
        let mut open = Vec::new();
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let _startup = stream.read(&mut [0; 1024]);
            let _ = stream.write_all(&answer);
            open.push(stream);
        }
    });
    address
}

/// PostgreSQL's refusal with this SQLSTATE, in a language that nobody reads.
fn refusal(sqlstate: &str) -> Vec<u8> {
    let fields = format!("SFATAL\0VFATAL\0C{sqlstate}\0Mnie\0\0");
    let length = u32::try_from(fields.len() + 4).unwrap();
    [b"E", length.to_be_bytes().as_slice(), fields.as_bytes()].concat()
}

/// Of a database at this address, doctor finds one thing, which is wrong: what it says, and how to mend it.
async fn told_of(url: &str) -> (String, String) {
    let setup = Setup::bare().with("DATABASE_URL", url).with("IRONPLATE__DATABASE__ACQUIRE_TIMEOUT", "1");
    let found = examine(&setup).await;
    assert_eq!(found.code, Some(1), "{found:?}");
    assert_eq!(verdicts(&found, "database"), ["wrong"], "{url}: {found:?}");
    (found.stdout.clone(), fixes(&found, "database").concat())
}

#[tokio::test]
async fn what_keeps_somebody_from_a_database_is_told_by_its_code() {
    for (sqlstate, says, to_do) in [
        ("28P01", "refuses the log-in", "password"),
        ("28000", "refuses the log-in", "pg_hba.conf"),
        ("3D000", "is not there", "createdb"),
        ("42501", "lets this role not in", "GRANT CONNECT ON DATABASE"),
        ("53300", "takes no more connections", "CONNECTION LIMIT"),
        ("XX000", "can't be used", "its log"),
    ] {
        let (told, fix) = told_of(&format!("postgres://ann@{}/app", server_that_says(refusal(sqlstate)))).await;
        assert!(told.contains(says) && fix.contains(to_do), "{sqlstate}: {told}");
    }
}

#[tokio::test]
async fn a_port_that_says_nothing_is_not_a_pool_that_is_full() {
    let (told, fix) = told_of(&format!("postgres://ann@{}/app", server_that_says(Vec::new()))).await;
    assert!(told.contains("says nothing") && !told.contains("in use"), "{told}");
    assert!(fix.contains("does not hang"), "{fix}");
}

#[tokio::test]
async fn a_server_without_tls_and_one_that_is_away_are_told_apart() {
    let away = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let (told, fix) = told_of(&format!("postgres://ann@{away}/app")).await;
    assert!(told.contains("does not answer") && fix.contains("start it"), "{told}");
    // To the question for TLS, which is all that was heard, N says no.
    let plain = server_that_says(b"N".to_vec());
    let (told, fix) = told_of(&format!("postgres://ann@{plain}/app?sslmode=verify-full")).await;
    assert!(told.contains("can't be reached by TLS") && fix.contains("sslmode"), "{told}");
}

#[tokio::test]
async fn a_file_that_is_no_database_is_told_apart_from_one_that_can_t_be_opened() {
    let setup = Setup::bare();
    let (text, folder) = (setup.folder().join("notes.txt"), setup.folder().join("folder"));
    fs::write(&text, "Buy milk, and look after the database. ".repeat(100)).unwrap();
    fs::create_dir(&folder).unwrap();
    let (told, fix) = told_of(&format!("sqlite:{}", text.display())).await;
    assert!(told.contains("is no SQLite database") && fix.contains("backup.md"), "{told}");
    let (told, fix) = told_of(&format!("sqlite:{}", folder.display())).await;
    assert!(told.contains("can't be opened") && fix.contains("user that the server runs as"), "{told}");
}

#[tokio::test]
async fn where_no_file_can_be_made_one_thing_is_wrong() {
    let setup = Setup::bare().with("DATABASE_URL", "sqlite:notes.txt/ironplate.db");
    fs::write(setup.folder().join("notes.txt"), "Buy milk").unwrap();
    let found = examine(&setup).await;
    assert!(found.stderr.starts_with("Wrong: 1;"), "{found:?}");
    assert!(fixes(&found, "database").concat().contains("in the folder of the server and as its user"), "{found:?}");
}

async fn a_database_or_a_user_that_is_not_there_is_told_apart(database: Database) {
    let (host, port) = database.schema().server();
    let (told, _) = told_of(&format!("postgres://postgres@{host}:{port}/no_such_database")).await;
    assert!(told.contains("is not there"), "{told}");
    let (told, _) = told_of(&format!("postgres://no_such_user@{host}:{port}/postgres")).await;
    assert!(told.contains("refuses the log-in"), "{told}");
}

/// What the role lacks is given to it by the statements that doctor tells.
#[tokio::test]
async fn a_right_that_the_role_lacks_is_told_with_the_grant_that_mends_it() {
    on_postgres_without_ownership(async |database| {
        let schema = database.schema();
        let (owner, role) = schema.owner_and_application();
        let (owner, setup) = (schema.as_role(&owner), Setup::on(&database));
        let foreign = format!("CREATE TABLE another_programs (id int); REVOKE ALL ON another_programs FROM {role}");
        owner.execute(&foreign).await.unwrap();
        assert_eq!(verdicts(&examine(&setup).await, "rights"), ["ok"], "what is not ours is no business of doctor's");
        let schema_itself = format!("USAGE ON SCHEMA {}", schema.name());
        for revoked in [
            "ALL ON users",
            "UPDATE, DELETE ON outbox, sessions",
            "SELECT ON __diesel_schema_migrations",
            "INSERT ON audit_events",
            "EXECUTE ON FUNCTION prune_audit_events(timestamptz, bigint)",
            &schema_itself,
        ] {
            owner.execute(&format!("REVOKE {revoked} FROM {role}")).await.unwrap();
            let found = examine(&setup).await;
            assert_eq!((found.code, verdicts(&found, "rights")), (Some(1), vec!["wrong".to_owned()]), "{found:?}");
            assert!(found.stderr.starts_with("Wrong: 1;"), "{revoked}: {found:?}");
            let fix = fixes(&found, "rights").concat();
            owner.execute(fix.strip_prefix("as the owner of the tables: ").unwrap()).await.unwrap();
            assert_eq!(verdicts(&examine(&setup).await, "rights"), ["ok"], "{revoked}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_role_that_may_make_no_tables_is_sound_until_some_are_to_be_made() {
    on_postgres_without_ownership(async |database| {
        let schema = database.schema();
        let (owner, _) = schema.owner_and_application();
        let setup = Setup::on(&database);
        let found = examine(&setup).await;
        assert_eq!((found.code, verdicts(&found, "rights")), (Some(0), vec!["ok".to_owned()]), "{found:?}");

        schema.as_role(&owner).execute("DELETE FROM __diesel_schema_migrations").await.unwrap();
        let found = examine(&setup).await;
        assert_eq!(verdicts(&found, "migrations"), ["wrong"], "{found:?}");
        assert!(found.stderr.starts_with("Wrong: 1;"), "{found:?}");
        assert!(fixes(&found, "migrations").concat().contains("as the owner of the tables"), "{found:?}");
    })
    .await;
}

/// With its pool of 3, and a connection for readiness, a server here uses 4.
#[tokio::test]
async fn the_limit_of_a_role_is_held_against_what_a_server_uses() {
    on_postgres_without_ownership(async |database| {
        let schema = database.schema();
        let (_, role) = schema.owner_and_application();
        let (setup, administrator) = (Setup::on(&database), schema.as_administrator().hold("").await);
        let limit = async |most: u32| {
            administrator.batch_execute(&format!("ALTER ROLE {role} CONNECTION LIMIT {most}")).await.unwrap();
        };
        let count = format!("SELECT count(*) FROM pg_stat_activity WHERE usename = '{role}'");
        let examined_beside = async |others: i64| {
            until("those of the last run are gone", async || {
                let count: i64 = administrator.query_one(&count, &[]).await.unwrap().get(0);
                (count == others).then_some(())
            })
            .await;
            examine(&setup).await
        };
        limit(100).await;
        assert_eq!(verdicts(&examined_beside(0).await, "connections"), ["ok", "ok"]);

        limit(3).await;
        let found = examined_beside(0).await;
        assert_eq!(
            (found.code, verdicts(&found, "connections").concat()),
            (Some(1), "okwrong".to_owned()),
            "{found:?}"
        );
        assert!(found.stdout.contains(&format!("CONNECTION LIMIT of the role {role} is 3")), "{found:?}");

        limit(8).await;
        let _others = join_all((0..5).map(|_| schema.hold(""))).await;
        let found = examined_beside(5).await;
        assert_eq!(
            (found.code, verdicts(&found, "connections").concat()),
            (Some(0), "okunwise".to_owned()),
            "{found:?}"
        );
        assert!(found.stdout.contains("of which 5 are in use"), "{found:?}");

        limit(5).await;
        let found = examined_beside(5).await;
        assert_eq!(verdicts(&found, "database"), ["wrong"], "{found:?}");
        assert!(found.stdout.contains("takes no more connections"), "{found:?}");
    })
    .await;
}

async fn a_pooler_that_loses_prepared_statements_is_wrong(database: Database) {
    let Some(pooler) = Pooler::before(database.schema(), "transaction").await else { return };
    let setup = Setup::on(&database).with("DATABASE_URL", &database.schema().url_through(pooler.address()));
    // Whatever one before has left there.
    for _ in 0..2 {
        let found = examine(&setup).await;
        assert_eq!((found.code, verdicts(&found, "pooler")), (Some(1), vec!["wrong".to_owned()]), "{found:?}");
        assert!(fixes(&found, "pooler").concat().contains("max_prepared_statements above 0"), "{found:?}");
    }
}

async fn one_that_is_only_in_between_is_to_be_looked_at(database: Database) {
    let Some(pooler) = Pooler::before(database.schema(), "session").await else { return };
    let setup = Setup::on(&database).with("DATABASE_URL", &database.schema().url_through(pooler.address()));
    assert_eq!(verdicts(&examine(&setup).await, "pooler"), ["unwise"]);
}
