//! `ironplate doctor`: what is wrong is told with its fix, and nothing is changed.

mod database;

use std::{
    fs::{self, Permissions},
    io::{Read, Write},
    net::TcpListener,
    os::unix::fs::PermissionsExt,
    thread,
};

use ironplate_tests::{
    Behaviour, Database, Finished, Setup, SmtpServer, Stage, TestCertificate, on_both_databases, on_postgres_only,
};
use serde_json::Value;

on_both_databases!(
    where_all_is_well_it_says_so_and_leaves_no_trace,
    migrations_that_have_not_run_are_told_with_their_fix,
    tables_of_another_program_are_told,
    migrations_of_a_newer_version_are_told,
);

on_postgres_only!(a_clock_that_is_not_the_databases_is_told);

/// What it says of this subject: its verdicts, in order.
fn verdicts(finished: &Finished, subject: &str) -> Vec<String> {
    fields(finished, subject, "verdict")
}

/// How to mend what is not well with it.
fn fixes(finished: &Finished, subject: &str) -> Vec<String> {
    fields(finished, subject, "fix")
}

fn fields(finished: &Finished, subject: &str, field: &str) -> Vec<String> {
    let findings: Value = serde_json::from_str(&finished.stdout).expect("JSON");
    let findings = findings.as_array().unwrap().iter().filter(|finding| finding["subject"] == subject);
    findings.filter_map(|finding| Some(finding[field].as_str()?.to_owned())).collect()
}

/// The address of somebody who gives all this answer and leaves the connection open.
fn answering(head: &'static str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let place = format!("http://{}", listener.local_addr().unwrap());
    thread::spawn(move || {
        let mut open = Vec::new();
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let _request = stream.read(&mut [0; 4096]).unwrap();
            stream.write_all(format!("HTTP/1.1 {head}\r\n\r\n").as_bytes()).unwrap();
            open.push(stream);
        }
    });
    place
}

async fn examine(setup: &Setup) -> Finished {
    setup.run(&["doctor", "--format", "json"]).await
}

async fn where_all_is_well_it_says_so_and_leaves_no_trace(database: Database) {
    let smtp = SmtpServer::start();
    let place = answering("200 OK\r\ncontent-length: 0");
    let setup = Setup::on(&database)
        .with_mail_to(&smtp)
        .with("FRONTEND_HOST", &place)
        .with("IRONPLATE__WEB__DASHBOARD_HOST", &place);
    assert_eq!(setup.run(&["migrate"]).await.code, Some(0));
    let before = fs::read_dir(setup.folder()).unwrap().count();

    let found = examine(&setup).await;
    assert_eq!(found.code, Some(0), "{found:?}");
    for subject in ["configuration", "key", "templates", "database", "migrations", "clock", "mail", "links", "proxies"]
    {
        let verdicts = verdicts(&found, subject);
        assert!(!verdicts.is_empty() && verdicts.iter().all(|verdict| verdict == "ok"), "{subject}: {found:?}");
    }
    assert_eq!(smtp.count(), 0, "it greets, and sends nothing");
    assert_eq!(fs::read_dir(setup.folder()).unwrap().count(), before, "it makes nothing");

    let sent = setup.run(&["doctor", "--send-to", "ann@example.com"]).await;
    assert_eq!(sent.code, Some(0), "{sent:?}");
    let _mail = smtp.wait_for_mail_to("ann@example.com").await;
    let columns: Vec<_> =
        sent.stdout.lines().take_while(|line| !line.is_empty()).map(|line| line.as_bytes()[22]).collect();
    assert!(columns.iter().all(|byte| *byte == b' '), "{}", sent.stdout);
}

async fn migrations_that_have_not_run_are_told_with_their_fix(database: Database) {
    let setup = Setup::on(&database);
    let found = setup.run(&["doctor"]).await;
    assert_eq!(found.code, Some(1), "{found:?}");
    assert!(found.stdout.contains("fix: run ironplate migrate"), "{found:?}");
    assert!(found.stderr.starts_with("Wrong: "), "{found:?}");
    if let Database::Sqlite(_) = &database {
        assert!(found.stdout.contains("there is none at /"), "{found:?}");
        assert_eq!(setup.run(&["user", "list"]).await.code, Some(1), "and none was made");
    }
}

async fn tables_of_another_program_are_told(database: Database) {
    database.execute("CREATE TABLE users (id integer); CREATE TABLE other (id integer)").await;
    let found = examine(&Setup::on(&database)).await;
    assert_eq!((found.code, verdicts(&found, "migrations")), (Some(1), vec!["wrong".to_owned()]), "{found:?}");
    assert!(found.stdout.contains("another program made: users\""), "{found:?}");
    assert!(fixes(&found, "migrations").concat().contains("a database of its own"), "{found:?}");
}

async fn migrations_of_a_newer_version_are_told(database: Database) {
    let setup = Setup::on(&database);
    let migrated = setup.run(&["migrate"]).await;
    assert_eq!(migrated.code, Some(0), "{migrated:?}");
    database.execute("INSERT INTO __diesel_schema_migrations (version) VALUES ('99991231000000')").await;
    let found = examine(&setup).await;
    assert_eq!(verdicts(&found, "migrations"), ["ok"], "{found:?}");
    assert!(found.stdout.contains("1 that only a newer version knows"), "{found:?}");
    // Of one of ours it is not sure any more that it is.
    database.execute("DELETE FROM __diesel_schema_migrations WHERE version <> '99991231000000'").await;
    let found = examine(&setup).await;
    assert_eq!(verdicts(&found, "migrations"), ["wrong"], "{found:?}");
    assert!(fixes(&found, "migrations").concat().contains("the right database"), "{found:?}");
}

#[tokio::test]
async fn in_an_empty_folder_it_makes_nothing() {
    let setup = Setup::bare();
    let found = examine(&setup).await;
    assert_eq!(verdicts(&found, "database"), ["wrong"], "{found:?}");
    for subject in ["folder", "disk"] {
        assert_eq!(verdicts(&found, subject), ["ok"], "where it will be made: {found:?}");
    }
    assert_eq!(fs::read_dir(setup.folder()).unwrap().count(), 0, "neither a database, nor a key, nor a mailbox");
}

#[tokio::test]
async fn faults_of_the_configuration_are_told_all_at_once() {
    let setup = Setup::bare().with("ENVIRONMENT", "production");
    let found = examine(&setup).await;
    assert_eq!((found.code, verdicts(&found, "configuration")), (Some(1), vec!["wrong".to_owned()]), "{found:?}");
    for setting in ["SECRET_KEY", "SMTP_HOST", "FRONTEND_HOST"] {
        assert!(found.stdout.contains(setting), "{setting}: {found:?}");
    }
    assert!(found.stderr.starts_with("Wrong: 1;"), "that there is no database follows from it: {found:?}");
}

#[tokio::test]
async fn beside_a_fault_of_the_configuration_all_else_is_looked_at() {
    let nobody = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let setup = Setup::bare()
        .with("ENVIRONMENT", "production")
        .with("SECRET_KEY", "too short")
        .with("DATABASE_URL", &format!("postgres://ann@{nobody}/app"))
        .with("IRONPLATE__MAIL__TRANSPORT", "off")
        .with("FRONTEND_HOST", &format!("https://{nobody}"));
    let found = examine(&setup).await;
    for (subject, verdict) in [
        ("configuration", "wrong"),
        ("database", "wrong"),
        ("mail", "unwise"),
        ("links", "unwise"),
        ("proxies", "unwise"),
    ] {
        assert_eq!(verdicts(&found, subject), [verdict], "{subject}: {found:?}");
    }
    assert!(!fixes(&found, "configuration").concat().contains("not looked at"), "{found:?}");

    let found = examine(&setup.with("IRONPLATE__MAIL__TRANSPORT", "smtp")).await;
    assert_eq!(verdicts(&found, "mail"), Vec::<String>::new());
    assert!(fixes(&found, "configuration").concat().ends_with("not looked at: mail"), "{found:?}");
}

#[tokio::test]
async fn a_mail_that_is_asked_for_and_can_t_be_sent_is_wrong() {
    for (transport, why) in [("off", "mail is off"), ("mailbox", "mail is kept in var/mailbox")] {
        let setup = Setup::on(&Database::sqlite()).with("IRONPLATE__MAIL__TRANSPORT", transport);
        assert_eq!(setup.run(&["migrate"]).await.code, Some(0));
        let found = setup.run(&["doctor", "--send-to", "ann@example.com", "--format", "json"]).await;
        assert_eq!((found.code, verdicts(&found, "test mail")), (Some(1), vec!["wrong".to_owned()]), "{found:?}");
        assert!(found.stdout.contains(why), "{found:?}");
    }
}

#[tokio::test]
async fn a_secret_that_all_may_read_is_told_with_what_shuts_it() {
    let setup = Setup::on(&Database::sqlite()).with_tls().without("SECRET_KEY").with("SECRET_KEY_FILE", "key");
    TestCertificate::default().put_into(setup.folder());
    fs::write(setup.folder().join("key"), "6dXk1Qm9vTz3Rb8sYw2Lh5Pn0Jc4Fg7U").unwrap();
    let allow =
        |name: &str, mode| fs::set_permissions(setup.folder().join(name), Permissions::from_mode(mode)).unwrap();
    for (name, mode) in [("key", 0o644), ("tls.key", 0o644), ("tls.pem", 0o644), (".", 0o700)] {
        allow(name, mode);
    }
    assert_eq!(verdicts(&examine(&setup).await, "secrets"), ["ok"], "nobody else gets into the folder");
    allow(".", 0o755);
    let found = examine(&setup).await;
    assert_eq!(verdicts(&found, "secrets"), ["unwise"; 2], "{found:?}");
    assert_eq!(fixes(&found, "secrets"), ["chmod o= key", "chmod o= tls.key"]);
    for name in ["key", "tls.key"] {
        allow(name, 0o640);
    }
    assert_eq!(verdicts(&examine(&setup).await, "secrets"), ["ok"]);
}

#[tokio::test]
async fn a_mail_server_and_a_database_that_are_away_are_told_without_a_password() {
    let nobody = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let mut smtp = SmtpServer::start();
    smtp.go_down().await;
    let setup = Setup::bare()
        .with_mail_to(&smtp)
        .with("DATABASE_URL", &format!("postgres://ann:Zq-4711-secret@{nobody}/app"))
        .with("FRONTEND_HOST", &format!("http://{nobody}"))
        .with("IRONPLATE__WEB__DASHBOARD_HOST", &format!("http://{nobody}"));
    let found = examine(&setup).await;
    assert_eq!(found.code, Some(1), "{found:?}");
    for (subject, verdict) in [("database", "wrong"), ("mail", "wrong"), ("links", "unwise")] {
        assert_eq!(verdicts(&found, subject), [verdict], "{found:?}");
    }
    assert!(!found.output().contains("Zq-4711-secret"), "{found:?}");
}

#[tokio::test]
async fn a_proxy_is_to_be_trusted_where_there_must_be_one() {
    let place = answering("204 No Content");
    let production = Setup::on(&Database::sqlite())
        .with("ENVIRONMENT", "production")
        .with("IRONPLATE__MAIL__TRANSPORT", "off")
        .with("IRONPLATE__WEB__ALLOW_PLAIN_HTTP", "true")
        .with("FRONTEND_HOST", &place)
        .with("IRONPLATE__WEB__DASHBOARD_HOST", &place);
    TestCertificate::default().put_into(production.folder());
    for (setup, address, verdict) in [
        (production.clone(), "0.0.0.0:8000", "unwise"),
        (production.clone(), "127.0.0.1:8000", "unwise"),
        (production.clone().with_tls(), "127.0.0.1:8000", "unwise"),
        (production.clone().with_tls(), "0.0.0.0:8000", "ok"),
        (production.behind_proxy(), "0.0.0.0:8000", "ok"),
    ] {
        let found = setup.run(&["--address", address, "doctor", "--format", "json"]).await;
        assert_eq!(verdicts(&found, "proxies"), [verdict], "{address}: {found:?}");
    }
}

#[tokio::test]
async fn where_links_lead_is_asked_and_what_is_answered_is_told() {
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    for (place, verdict, says) in [
        (answering("204 No Content"), "ok", "answers 204"),
        (answering("303 See Other\r\nLocation: /dashboard"), "ok", "answers 303 and leads to /dashboard"),
        (answering("308 Moved\r\nlocation: https://other.example/"), "unwise", "leads to https://other.example/"),
        (answering("502 Bad Gateway"), "unwise", "answers 502"),
        (format!("http://{}", silent.local_addr().unwrap()), "unwise", "does not answer"),
    ] {
        let setup = Setup::bare().with("FRONTEND_HOST", &place).with("IRONPLATE__WEB__DASHBOARD_HOST", &place);
        let found = examine(&setup).await;
        assert_eq!(verdicts(&found, "links"), [verdict], "{found:?}");
        assert!(found.stdout.contains(says), "{says}: {found:?}");
    }
}

#[tokio::test]
async fn a_mail_server_that_takes_its_time_is_said_to_be_waited_for() {
    let smtp = SmtpServer::start();
    smtp.tell(Behaviour::HangAt(Stage::Connect));
    let setup = Setup::bare().with_mail_to(&smtp).with("FRONTEND_HOST", &answering("204 No Content"));
    let setup = setup.with("IRONPLATE__MAIL__TIMEOUT_SECONDS", "8");
    let found = examine(&setup).await;
    assert_eq!(verdicts(&found, "mail"), ["wrong"], "{found:?}");
    let told = format!("{} (SMTP_HOST) has not answered yet", smtp.address());
    assert_eq!(found.stderr.matches(&told).count(), 1, "{found:?}");
}

#[tokio::test]
async fn a_mail_port_that_does_not_speak_tls_is_told_with_the_setting() {
    let smtp = SmtpServer::start();
    let setup = Setup::bare().with_mail_to(&smtp).with("FRONTEND_HOST", &answering("204 No Content"));
    let found = examine(&setup.with("SMTP_SSL", "true")).await;
    assert_eq!(verdicts(&found, "mail"), ["wrong"], "{found:?}");
    assert!(found.stdout.contains("set SMTP_SSL=false"), "{found:?}");
}

/// A function of that name before the server's own is a database an hour ahead.
async fn a_clock_that_is_not_the_databases_is_told(database: Database) {
    let setup = Setup::on(&database);
    assert_eq!(setup.run(&["migrate"]).await.code, Some(0));
    let ahead = "CREATE FUNCTION clock_timestamp() RETURNS timestamptz \
        RETURN pg_catalog.clock_timestamp() + interval '1 hour'";
    database.execute(ahead).await;
    let name = database.schema().name();
    let found_first = format!("{name},pg_catalog&");
    let setup = setup.with("DATABASE_URL", &database.url().replace(&format!("{name}&"), &found_first));
    let found = examine(&setup).await;
    assert_eq!((found.code, verdicts(&found, "clock")), (Some(1), vec!["wrong".to_owned()]), "{found:?}");
    assert!(found.stdout.contains("minutes behind of the database's"), "{found:?}");
    assert_eq!(fixes(&found, "clock"), ["set both by NTP"]);
}

#[tokio::test]
async fn few_open_files_are_told_with_what_raises_them() {
    let setup = Setup::on(&Database::sqlite());
    let enough = examine(&setup.clone().with_open_files(4_096)).await;
    assert_eq!(verdicts(&enough, "open files"), ["ok"], "{enough:?}");
    let found = examine(&setup.with_open_files(256)).await;
    assert_eq!(verdicts(&found, "open files"), ["unwise"], "{found:?}");
    assert!(found.stdout.contains("256 at the most") && found.stdout.contains("ulimit -n"), "{found:?}");
}

/// What nobody can write, the administrator neither: a file stands where the folder would be.
#[tokio::test]
async fn a_folder_that_can_t_be_written_is_told() {
    let setup = Setup::on(&Database::sqlite()).with("IRONPLATE__MAIL__TRANSPORT", "mailbox");
    fs::write(setup.folder().join("var"), "").unwrap();
    let found = examine(&setup).await;
    let wrong = verdicts(&found, "folder").iter().filter(|verdict| *verdict == "wrong").count();
    assert_eq!((found.code, wrong), (Some(1), 1), "{found:?}");
    assert!(found.stdout.contains("/var can't be written"), "{found:?}");
    assert!(fixes(&found, "folder").concat().contains("the user that the server runs as"), "{found:?}");
}
