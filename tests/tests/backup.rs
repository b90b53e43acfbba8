//! Copies: made while a server writes, looked into, and gone back to without an alarm.

use std::{fs, path::PathBuf};

use futures::future::join_all;
use ironplate_tests::{Database, Setup, on_both_databases};
use serde_json::Value;

on_both_databases!(a_database_gone_back_to_raises_no_alarm,);

const ANN: &str = "ann@example.com";

fn file_of(database: &Database) -> PathBuf {
    let url = database.url();
    let path = url.strip_prefix("sqlite:").expect("SQLite");
    path.split('?').next().unwrap().into()
}

#[tokio::test]
async fn a_copy_made_while_a_server_writes_is_sound_and_says_what_is_in_it() {
    let database = Database::sqlite();
    let setup = Setup::on(&database);
    let server = setup.start().await;
    let ann = server.client().sign_up(ANN).await;
    let writing = join_all((0..40).map(|n| {
        let ann = &ann;
        async move { ann.add_item(&format!("item {n}")).await }
    }));
    let copying = setup.run(&["backup", "copy.db", "--format", "json"]);
    let (_items, copied) = futures::join!(writing, copying);
    assert_eq!(copied.code, Some(0), "{copied:?}");
    let told: Value = serde_json::from_str(&copied.stdout).expect("JSON");
    assert_eq!((&told["rows"]["users"], told["problems"].as_array().unwrap().len()), (&2.into(), 0), "{told}");
    assert_eq!(told["lacks_migrations"], 0);

    let copy = setup.folder().join("copy.db");
    let checked = setup.run(&["restore-check", "copy.db"]).await;
    assert_eq!(checked.code, Some(0), "{checked:?}");
    assert!(checked.stdout.contains(copy.to_str().unwrap()) && checked.stdout.contains("users"), "{checked:?}");
    let beside = fs::read_dir(setup.folder())
        .unwrap()
        .filter(|entry| entry.as_ref().unwrap().file_name().to_string_lossy().starts_with("copy.db-"));
    assert_eq!(beside.count(), 0, "looking leaves nothing beside it");
    assert!(!checked.stderr.contains("-wal"), "{checked:?}");
    fs::write(setup.folder().join("copy.db-wal"), "what was written last").unwrap();
    let checked = setup.run(&["restore-check", "copy.db"]).await;
    assert!(checked.code == Some(0) && checked.stderr.contains("copy.db-wal was not read"), "{checked:?}");
    let again = setup.run(&["backup", "copy.db"]).await;
    assert_eq!(again.code, Some(1), "what is there is not written over: {again:?}");
    assert_eq!(setup.run(&["restore-check", "copy.db"]).await.code, Some(0));
}

#[tokio::test]
async fn what_is_no_copy_or_a_damaged_one_is_told() {
    let database = Database::sqlite();
    let setup = Setup::on(&database);
    assert_eq!(setup.run(&["migrate"]).await.code, Some(0));
    assert_eq!(setup.run(&["backup", "copy.db"]).await.code, Some(0));
    let copy = setup.folder().join("copy.db");
    let mut bytes = fs::read(&copy).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle..middle + 4096].fill(0xff);
    fs::write(&copy, bytes).unwrap();
    fs::write(
        setup.folder().join("notes.db"),
        "not a database, but long enough to be read as the head of one".repeat(9),
    )
    .unwrap();
    for name in ["copy.db", "notes.db", "nothing.db"] {
        let checked = setup.run(&["restore-check", name]).await;
        assert_eq!(checked.code, Some(1), "{name}: {checked:?}");
        assert!(checked.stderr.contains(name), "{checked:?}");
    }
    assert!(!setup.folder().join("nothing.db").exists(), "and none is made");
}

#[tokio::test]
async fn where_no_database_is_none_is_made_and_no_copy() {
    let setup = Setup::bare();
    let copied = setup.run(&["backup", "copy.db"]).await;
    assert_eq!(copied.code, Some(1), "{copied:?}");
    assert_eq!(fs::read_dir(setup.folder()).unwrap().count(), 0);
}

/// On SQLite by a copy. On PostgreSQL, whose own tools are named for that, the rows are set back, as a restored dump has them.
async fn a_database_gone_back_to_raises_no_alarm(database: Database) {
    let setup = Setup::on(&database);
    let server = setup.start().await;
    let known = server.client().sign_up(ANN).await.open_session(ANN).await;
    let copied = setup.run(&["backup", "copy.db"]).await;
    if let Database::Sqlite(_) = &database {
        assert_eq!(copied.code, Some(0), "{copied:?}");
    } else {
        assert!(copied.code == Some(1) && copied.stderr.contains("pg_dump --format=custom"), "{copied:?}");
        assert!(!setup.folder().join("copy.db").exists());
        database.schema().execute("CREATE TABLE sessions_then AS TABLE sessions").await.unwrap();
    }

    let rotated = server.client().refresh(&known.refresh).await;
    let newer = server.client().refresh(&rotated.refresh).await;
    let unknown = server.client().open_session(ANN).await;
    assert_eq!(server.stop().await.code, Some(0));
    if let Database::Sqlite(_) = &database {
        let file = file_of(&database);
        for left in ["-wal", "-shm"] {
            let _gone = fs::remove_file(format!("{}{left}", file.display()));
        }
        fs::copy(setup.folder().join("copy.db"), &file).unwrap();
    } else {
        let back = "DELETE FROM sessions; INSERT INTO sessions TABLE sessions_then; DROP TABLE sessions_then";
        database.schema().execute(back).await.unwrap();
    }

    let server = setup.start().await;
    for refresh in [&newer.refresh, &unknown.refresh] {
        server.client().ask_for_refresh(refresh).await.assert_refused(403, "invalid_refresh_token");
    }
    server.client().with_token(&unknown.access).get("users/me").await.assert_refused(403, "invalid_token");
    let alarms = setup.run(&["audit", "export", "--kind", "session.refresh_reused"]).await;
    assert_eq!((alarms.code, alarms.stdout.as_str()), (Some(0), ""), "{alarms:?}");
    let _known = server.client().refresh(&known.refresh).await;
}
