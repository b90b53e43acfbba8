//! Copies: made while a server writes, looked into, and gone back to without an alarm.

use std::{fs, path::PathBuf};

use futures::future::join_all;
use ironplate_tests::{Database, Setup, Signal, on_both_databases, until};
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
        async move { ann.add_organization(&format!("team-{n}")).await }
    }));
    let copying = setup.run(&["backup", "copy.db", "--format", "json"]);
    let (_made, copied) = futures::join!(writing, copying);
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
async fn a_copy_that_is_stopped_is_none_and_leaves_nothing_in_the_way() {
    let database = Database::sqlite();
    let setup = Setup::on(&database);
    assert_eq!(setup.run(&["migrate"]).await.code, Some(0));
    let files = || fs::read_dir(setup.folder()).unwrap().map(|entry| entry.unwrap().file_name()).collect::<Vec<_>>();
    let shut = database.shut();
    let copying = setup.spawn(&["backup", "copy.db"], "");
    until("the copy is begun", async || (!files().is_empty()).then_some(())).await;
    assert_ne!(files(), ["copy.db"], "it has its name once it is whole");
    copying.signal(Signal::TERM);
    let stopped = copying.finish().await;
    assert!(stopped.code == Some(1) && stopped.stderr.ends_with("Stopped by a signal.\n"), "{stopped:?}");
    assert!(files().is_empty(), "{:?}", files());
    drop(shut);
    assert_eq!(setup.run(&["backup", "copy.db"]).await.code, Some(0));
    assert_eq!(files(), ["copy.db"]);
}

#[tokio::test]
async fn what_is_no_database_of_this_product_is_no_copy() {
    let setup = Setup::on(&Database::sqlite());
    assert_eq!(setup.run(&["migrate"]).await.code, Some(0));
    let other = Database::sqlite();
    other.execute("CREATE TABLE a (b)").await;
    fs::copy(file_of(&other), setup.folder().join("other.db")).unwrap();
    fs::write(setup.folder().join("empty.db"), "").unwrap();
    for name in ["other.db", "empty.db"] {
        let checked = setup.run(&["restore-check", name]).await;
        assert_eq!((checked.code, checked.stdout.as_str()), (Some(1), ""), "{checked:?}");
        assert!(checked.stderr.contains("it is no database of Ironplate's"), "{checked:?}");
        let copied = setup.clone().with("DATABASE_URL", &format!("sqlite:{name}")).run(&["backup", "copy.db"]).await;
        assert_eq!(copied.code, Some(1), "{copied:?}");
        assert!(copied.stderr.contains("it is no database of Ironplate's"), "{copied:?}");
        assert!(!setup.folder().join("copy.db").exists());
    }
    for command in ["restore-check", "backup"] {
        let refused = setup.run(&[command, "."]).await;
        assert!(refused.code == Some(1) && refused.stderr.contains("is a directory"), "{refused:?}");
    }
}

#[tokio::test]
async fn what_a_copy_is_not_is_told_to_machines_too() {
    let database = Database::sqlite();
    let setup = Setup::on(&database);
    assert_eq!(setup.run(&["migrate"]).await.code, Some(0));
    database.execute("INSERT INTO __diesel_schema_migrations (version) VALUES ('29990101000000')").await;
    assert_eq!(setup.run(&["backup", "copy.db"]).await.code, Some(0));
    fs::write(setup.folder().join("copy.db-wal"), "what was written last").unwrap();
    let checked = setup.run(&["restore-check", "copy.db", "--format", "json"]).await;
    let told: Value = serde_json::from_str(&checked.stdout).expect("JSON");
    assert_eq!(told["newer_migrations"], serde_json::json!(["29990101000000"]), "{told}");
    assert!(told["not_read"].as_str().unwrap().ends_with("/copy.db-wal"), "{told}");
    let checked = setup.run(&["restore-check", "copy.db"]).await.stdout;
    assert!(checked.contains("this binary is older than the copy and does not know 29990101000000"), "{checked}");
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
