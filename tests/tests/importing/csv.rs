//! From a CSV file.

use std::{
    fmt::Write as _,
    fs::{self, File},
    io::Write as _,
    process::Command,
};

use ironplate_tests::{Database, PASSWORD, Setup, on_both_databases};
use serde_json::Value;
use tokio::task::spawn_blocking;

use super::{ANN, BCRYPT, counts, done, events, faults, run, users};

on_both_databases!(
    users_come_out_of_a_spreadsheet_and_those_without_a_password_are_invited,
    a_faulty_row_holds_its_batch_back_and_is_named_by_its_number,
);

/// More than an import takes, and less than the rows of a file or what stands behind an open quotation mark.
const BOUND_KIB: u64 = 96 * 1024;

async fn migrated(database: &Database) -> Setup {
    let setup = Setup::on(database);
    assert_eq!(setup.run(&["migrate"]).await.code, Some(0));
    setup
}

fn write(setup: &Setup, text: impl AsRef<[u8]>) {
    fs::write(setup.folder().join("users.csv"), text).expect("a file");
}

const IMPORT: [&str; 2] = ["csv", "users.csv"];

async fn users_come_out_of_a_spreadsheet_and_those_without_a_password_are_invited(database: Database) {
    let setup = migrated(&database).await;
    write(
        &setup,
        format!(
            "\u{feff}hash,address,name\r\n{BCRYPT},Ann@Example.com,\"Ann \"\"the\r\nfirst\"\"\"\r\n\r\n,bob@example.com,\r\n"
        ),
    );
    let dry = [&IMPORT[..], &["--dry-run"]].concat();
    assert_eq!(counts(&done(&setup, &dry).await, "users"), [2, 0, 0, 0]);
    assert!(users(&setup).await.is_empty(), "a dry run writes nothing");
    let report = done(&setup, &[&IMPORT[..], &["--verified"]].concat()).await;
    assert_eq!(counts(&report, "users"), [2, 0, 0, 0], "{report}");
    let [ann, bob] = &users(&setup).await[..] else { panic!("two users") };
    assert_eq!((&ann["full_name"], &ann["is_verified"]), (&"Ann \"the\r\nfirst\"".into(), &true.into()), "{ann}");
    assert_eq!(
        (&bob["full_name"], &bob["has_password"], &bob["is_verified"]),
        (&Value::Null, &false.into(), &false.into())
    );

    let again = done(&setup, &IMPORT).await;
    assert_eq!(counts(&again, "users"), [0, 2, 0, 0], "{again}");
    assert_eq!(events(&setup, "user.imported").await, 2);
    let server = setup.start().await;
    let _ann = server.client().log_in(ANN).await;
    server.client().ask_for_token("bob@example.com", PASSWORD).await.assert_refused(400, "incorrect_credentials");
    assert_eq!(setup.run(&["outbox", "list", "--format", "json"]).await.stdout.matches("bob@").count(), 0);
    let invited = setup.run(&["user", "invite", "bob@example.com"]).await;
    assert!(invited.code == Some(0) && invited.stdout.contains("is invited"), "{invited:?}");
}

async fn a_faulty_row_holds_its_batch_back_and_is_named_by_its_number(database: Database) {
    let setup = migrated(&database).await;
    let mut text = "address,name,hash\n".to_owned();
    for row in 2..=502 {
        let line = match row {
            3 => "no address,,".to_owned(),
            4 => format!("dan@example.com,,{}", "5f4dcc3b5aa765d61d8327deb882cf99"),
            5 => "eve@example.com,Eve".to_owned(),
            6 => "USER2@example.com,,".to_owned(),
            7 => format!("gus@example.com,{},", "x".repeat(256)),
            8 => format!("hal@example.com,{},", "x".repeat(70_000)),
            9 => "ida@example.com,\u{fffd},".to_owned(),
            row => format!("user{row}@example.com,,{BCRYPT}"),
        };
        let _ = writeln!(text, "{line}");
    }
    let bytes: Vec<u8> = text.replace('\u{fffd}', "\u{1}").into_bytes();
    let bytes: Vec<u8> = bytes.into_iter().map(|byte| if byte == 1 { 0xff } else { byte }).collect();
    write(&setup, bytes);
    let (report, finished) = run(&setup, &IMPORT).await;
    assert_eq!(finished.code, Some(1), "{finished:?}");
    assert_eq!(counts(&report, "users"), [1, 0, 7, 493], "{report}");
    let expected = [
        (3, "address_invalid"),
        (4, "hash_unusable"),
        (5, "row_unreadable"),
        (6, "address_twice"),
        (7, "name_invalid"),
        (8, "row_unreadable"),
        (9, "row_unreadable"),
    ];
    assert_eq!(faults(&report), expected.map(|(row, code)| (row.into(), code.to_owned())), "{report}");
    let [user] = &users(&setup).await[..] else { panic!("the batch behind it alone") };
    assert_eq!(user["email"], "user502@example.com");
    assert_eq!(report["faults"][2]["detail"], "the row can't be read: it has 2 fields in the place of 3", "{report}");
    assert!(finished.stderr.contains("Not imported: 500 users."), "{finished:?}");
}

#[tokio::test]
async fn a_file_that_names_no_columns_is_refused_as_a_whole() {
    let setup = migrated(&Database::sqlite()).await;
    for (text, why) in [
        ("", "it is empty"),
        ("ann@example.com,Ann,\n", "\"ann@example.com\" is none of address, name and hash"),
        ("name,hash\n", "it has no column address"),
        ("address,name,name\n", "it has two columns name"),
    ] {
        write(&setup, text);
        let refused = setup.run(&["import", "csv", "users.csv"]).await;
        assert_eq!((refused.code, &*refused.stdout), (Some(1), ""), "{refused:?}");
        assert!(refused.stderr.contains(why), "{why}: {refused:?}");
    }
    let missing = setup.run(&["import", "csv", "nowhere.csv"]).await;
    assert!(missing.code == Some(1) && missing.stderr.contains("nowhere.csv can't be read"), "{missing:?}");
}

/// Through a pipe, so that it is still there when it has read nearly all.
#[tokio::test]
async fn a_large_file_takes_little_memory() {
    let setup = migrated(&Database::sqlite()).await;
    let pipe = setup.folder().join("users.csv");
    assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let import = setup.spawn(&["import", "csv", "users.csv"], "");
    let mut text = "address\n".to_owned() + &"no address\n".repeat(50_000);
    let _ = write!(text, "\"{}", "ann@example.com\n".repeat(3 * 1024 * 1024));
    let written = spawn_blocking(move || {
        let mut pipe = File::options().write(true).open(pipe)?;
        pipe.write_all(text.as_bytes()).map(|()| pipe)
    });
    let pipe = written.await.expect("a writer").expect("a pipe");
    let peak = import.peak_memory_kib();
    assert!(peak < BOUND_KIB, "{peak} KiB");
    drop(pipe);
    let finished = import.finish().await;
    assert!(finished.stderr.contains("Not imported: 50001 users."), "{}", finished.stderr);
}
