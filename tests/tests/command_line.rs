//! The commands, and what they say.

use std::{fs, net::TcpListener, path::Path};

use ironplate_tests::{Database, Finished, PASSWORD, Setup, free_address, on_both_databases, until};
use serde_json::{Value, json};

on_both_databases!(
    migrate_says_what_ran_and_then_that_nothing_is_left,
    create_superuser_makes_one_once,
    commands_change_no_database_that_was_not_migrated,
    commands_say_on_which_database_they_work,
    health_asks_the_server_on_this_machine
);

const GOOD_KEY: &str = "Gk7-2rT9vXq5LmZw4Hd8Jc1Ny6Bf3Sp0";

#[tokio::test]
async fn help_names_every_command() {
    let setup = Setup::bare();
    let help = setup.run(&["--help"]).await;
    assert_eq!(help.code, Some(0), "{help:?}");
    for command in ["serve", "migrate", "create-superuser", "user", "import", "config", "health", "openapi"] {
        assert!(help.stdout.lines().any(|line| line.trim_start().starts_with(command)), "{command}: {help:?}");
        let detail = setup.run(&[command, "--help"]).await;
        assert_eq!(detail.code, Some(0), "{detail:?}");
    }
    assert!(setup.run(&["config", "--help"]).await.stdout.contains("check"));
    let version = setup.run(&["--version"]).await;
    assert!(version.stdout.starts_with("ironplate "), "{version:?}");
}

#[tokio::test]
async fn an_unknown_command_is_refused() {
    let finished = Setup::bare().run(&["sevre"]).await;
    assert_eq!(finished.code, Some(2), "{finished:?}");
    assert!(finished.stderr.contains("serve"), "it says what was perhaps meant: {finished:?}");
}

async fn migrate_says_what_ran_and_then_that_nothing_is_left(database: Database) {
    let setup = Setup::on(&database);
    let first = setup.run(&["migrate"]).await;
    assert_eq!(first.code, Some(0), "{first:?}");
    for name in migrations(&database) {
        assert!(first.stdout.contains(&name), "{name}: {first:?}");
    }
    let second = setup.run(&["migrate"]).await;
    assert_eq!(second.code, Some(0), "{second:?}");
    assert!(second.stdout.contains("up to date"), "{second:?}");
    assert!(migrations(&database).iter().all(|name| !second.stdout.contains(name)), "{second:?}");
}

/// The names of the migrations.
fn migrations(database: &Database) -> Vec<String> {
    let folder = match database {
        Database::Sqlite(_) => "../../migrations/sqlite",
        Database::Postgres(_) => "../../migrations/postgres",
    };
    let entries = fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)).expect("the migrations");
    let names: Vec<String> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    assert!(!names.is_empty());
    names
}

async fn create_superuser_makes_one_once(database: Database) {
    let setup = Setup::on(&database);
    assert_eq!(setup.run(&["migrate"]).await.code, Some(0));
    let command = ["create-superuser", "--email", "ann@example.com", "--password-stdin"];
    let short = setup.run_with_input(&command, "short\n").await;
    assert_eq!(short.code, Some(1), "{short:?}");
    assert!(short.stderr.contains('8') && short.stderr.trim().ends_with('.'), "a sentence: {short:?}");

    let made = setup.run_with_input(&command, &format!("{PASSWORD}\n")).await;
    assert_eq!(made.code, Some(0), "{made:?}");
    assert!(made.stdout.contains("ann@example.com"), "{made:?}");
    let again = setup.run_with_input(&command, "another-fine-password-7\n").await;
    assert_eq!(again.code, Some(1), "{again:?}");
    assert!(again.stderr.contains("ann@example.com has an account already"), "{again:?}");
    assert!(!(made.output() + &again.output()).contains(PASSWORD));

    let server = setup.start().await;
    let ann = server.client().log_in("ann@example.com").await;
    assert_eq!(ann.get("users/me").await.ok()["is_superuser"], true);
}

#[tokio::test]
async fn create_superuser_does_not_ask_where_nobody_is() {
    let setup = Setup::bare();
    assert_eq!(setup.run(&["migrate"]).await.code, Some(0));
    let finished = setup.run(&["create-superuser"]).await;
    assert_eq!(finished.code, Some(1), "{finished:?}");
    assert!(finished.stderr.contains("--email") && finished.stderr.contains("--password-stdin"), "{finished:?}");
}

#[tokio::test]
async fn commands_make_no_database_where_none_is() {
    let setup = Setup::bare().with("DATABASE_URL", "sqlite:var/ironplat.db");
    for command in [
        &["outbox", "list"][..],
        &["audit", "export"],
        &["user", "list"],
        &["limits", "list"],
        &["sessions", "end", "--all"],
        &["create-superuser", "--email", "ann@example.com", "--password-stdin"],
    ] {
        let finished = setup.run_with_input(command, PASSWORD).await;
        assert_eq!((finished.code, finished.stdout.as_str()), (Some(1), ""), "{finished:?}");
        let place = setup.folder().join("var/ironplat.db");
        assert!(finished.stderr.contains(place.to_str().unwrap()), "it says which is not there: {finished:?}");
        assert!(finished.stderr.contains("for development, without a settings file"), "and why: {finished:?}");
        assert!(!setup.folder().join("var").exists(), "{command:?}");
    }
}

/// It may be another than was meant, by a typo in its name.
async fn commands_change_no_database_that_was_not_migrated(database: Database) {
    if let Database::Sqlite(folder) = &database {
        fs::write(folder.path().join("ironplate.db"), "").unwrap();
    }
    let setup = Setup::on(&database);
    for command in [
        &["create-superuser", "--email", "ann@example.com", "--password-stdin"][..],
        &["user", "list"],
        &["limits", "list"],
    ] {
        let refused = setup.run_with_input(command, PASSWORD).await;
        assert_eq!((refused.code, refused.stdout.as_str()), (Some(1), ""), "{refused:?}");
        assert!(refused.stderr.contains("lacks migrations; run `ironplate migrate` first"), "{refused:?}");
    }
}

async fn commands_say_on_which_database_they_work(database: Database) {
    let setup = Setup::on(&database);
    assert_eq!(setup.run(&["migrate"]).await.code, Some(0));
    let listed = setup.run(&["outbox", "list"]).await;
    assert_eq!(listed.stdout, "The outbox is empty.\n");
    let told = listed.stderr.strip_prefix("Database: ").expect("a word on the database").trim_end();
    assert!(database.url().starts_with(told.split('?').next().unwrap()) || told.starts_with("postgres://"), "{told}");
}

async fn health_asks_the_server_on_this_machine(database: Database) {
    let port = free_address().port();
    // As in a container: it listens everywhere, and can't do its work before somebody migrated.
    let everywhere = format!("0.0.0.0:{port}");
    let setup = Setup::on(&database)
        .with("ENVIRONMENT", "production")
        .with("IRONPLATE__MAIL__TRANSPORT", "off")
        .without("FIRST_SUPERUSER")
        .without("FIRST_SUPERUSER_PASSWORD")
        .with("IRONPLATE__HTTP__ADDRESS", &everywhere)
        .with("IRONPLATE__DATABASE__MIGRATE_ON_START", "false");
    let nobody = setup.run(&["health", "--live"]).await;
    assert_eq!((nobody.code, nobody.stdout.as_str()), (Some(1), ""), "{nobody:?}");
    assert!(nobody.stderr.contains(&format!("http://127.0.0.1:{port}/livez does not answer")), "{nobody:?}");

    let _server = setup.start_at(&everywhere);
    until("the server answers", async || (setup.run(&["health", "--live"]).await.code == Some(0)).then_some(())).await;
    let unready = setup.run(&["health"]).await;
    assert_eq!(unready.code, Some(1), "{unready:?}");
    assert!(unready.stderr.contains("/readyz answers 503") && unready.stderr.contains("migrations"), "{unready:?}");

    assert_eq!(setup.run(&["migrate"]).await.code, Some(0));
    until("the server is ready", async || (setup.run(&["health"]).await.code == Some(0)).then_some(())).await;
}

#[tokio::test]
async fn a_superuser_s_password_that_the_start_refuses_is_told_before() {
    let setup = production()
        .with("SECRET_KEY", GOOD_KEY)
        .with("FIRST_SUPERUSER", "ann@iron.dev")
        .with("FIRST_SUPERUSER_PASSWORD", "ann@iron.dev1");
    for command in [&["config", "check"][..], &["serve", "--address", "127.0.0.1:0"]] {
        let finished = setup.run(command).await;
        assert_eq!(finished.code, Some(1), "{finished:?}");
        assert!(finished.stderr.contains("FIRST_SUPERUSER_PASSWORD can't be used"), "{finished:?}");
    }
}

#[tokio::test]
async fn what_is_unwise_is_told_by_the_check_and_by_the_start() {
    let setup = production().with("SECRET_KEY", GOOD_KEY).with("IRONPLATE__HTTP__TRUSTED_PROXIES", "0.0.0.0/0");
    let checked = check(&setup).await;
    assert_sound(&checked);
    let place = setup.folder().join("var/ironplate.db");
    for told in ["0.0.0.0/0", place.to_str().unwrap()] {
        assert!(checked.stdout.contains(told), "{told}: {checked:?}");
        let started = setup.start().await.stop().await;
        assert!(started.stderr.contains(told), "{told}: {started:?}");
    }
}

#[tokio::test]
async fn openapi_prints_what_the_server_serves() {
    let setup = Setup::on(&Database::sqlite());
    let printed = setup.run(&["openapi"]).await;
    assert_eq!(printed.code, Some(0), "{printed:?}");
    let printed: Value = serde_json::from_str(&printed.stdout).expect("JSON");
    let server = setup.start().await;
    assert_eq!(server.client().get("openapi.json").await.ok(), printed);
}

#[tokio::test]
async fn the_document_in_the_repository_is_the_printed_one() {
    let kept = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/openapi.json");
    if kept.exists() {
        let printed = Setup::bare().run(&["openapi"]).await.stdout;
        assert_eq!(fs::read_to_string(kept).unwrap().trim_end(), printed.trim_end());
    }
}

async fn check(setup: &Setup) -> Finished {
    setup.run(&["config", "check"]).await
}

fn assert_sound(finished: &Finished) {
    assert_eq!(finished.code, Some(0), "{finished:?}");
    assert!(finished.stdout.contains("complete"), "{finished:?}");
}

/// Exactly these settings are told, each with what to do.
fn assert_faults(finished: &Finished, settings: &[&str]) {
    assert_eq!(finished.code, Some(1), "{finished:?}");
    let said = &finished.stderr;
    for setting in settings {
        let told = said.lines().any(|line| line.trim_start().split(' ').next() == Some(setting));
        assert!(told, "{setting} is not told: {said}");
    }
    assert_eq!(said.matches("fix: ").count(), settings.len(), "{said}");
}

/// Without mail.
fn production() -> Setup {
    Setup::bare().with("ENVIRONMENT", "production").with("IRONPLATE__MAIL__TRANSPORT", "off")
}

#[tokio::test]
async fn a_fresh_folder_is_well_configured() {
    assert_sound(&check(&Setup::bare()).await);
}

#[tokio::test]
async fn production_with_nothing_set_is_told_all_that_it_lacks() {
    let nothing = Setup::bare().with("ENVIRONMENT", "production");
    assert_faults(&check(&nothing).await, &["SECRET_KEY", "SMTP_HOST", "EMAILS_FROM_EMAIL", "FRONTEND_HOST"]);
}

#[tokio::test]
async fn production_with_a_key_is_well_configured() {
    assert_sound(&check(&production().with("SECRET_KEY", GOOD_KEY)).await);
}

#[tokio::test]
async fn all_faults_are_told_at_once_and_no_secret_with_them() {
    let secrets = ["changethis-XK-4711-changethis-XK-4711", "changethis-QJ-0815", "hunter2-WV-1234"];
    let [key, password, database_password] = secrets;
    let setup = production()
        .with("SECRET_KEY", key)
        .with("FIRST_SUPERUSER", "ann@example.com")
        .with("FIRST_SUPERUSER_PASSWORD", password)
        .with("DATABASE_URL", &format!("mysql://ann:{database_password}@localhost/app"))
        .with("IRONPLATE__HTTP__ADDRESS", "somewhere")
        .with("IRONPLATE__HTTP__ADRESS", "127.0.0.1:8000")
        .with("IRONPLATE__DATABASE__CONNECTIONS", "many");
    let settings = [
        "SECRET_KEY",
        "FIRST_SUPERUSER_PASSWORD",
        "DATABASE_URL",
        "IRONPLATE__HTTP__ADDRESS",
        "IRONPLATE__HTTP__ADRESS",
        "IRONPLATE__DATABASE__CONNECTIONS",
    ];
    for command in [&["config", "check"][..], &["serve"], &["migrate"]] {
        let finished = setup.run(command).await;
        assert_faults(&finished, &settings);
        let said = finished.output();
        assert!(secrets.iter().all(|secret| !said.contains(secret)), "{said}");
    }
}

#[tokio::test]
async fn a_key_that_is_short_or_a_sample_or_monotonous_is_refused_everywhere() {
    for environment in ["development", "test", "production"] {
        for key in ["too-short-7G4", "changethis-9rT2vXq7LmZw4Hd8Jc1Ny5Bf3Gk", "abababababababababababababababababab"] {
            let finished = check(&production().with("ENVIRONMENT", environment).with("SECRET_KEY", key)).await;
            assert_faults(&finished, &["SECRET_KEY"]);
            assert!(!finished.output().contains(key), "{finished:?}");
        }
    }
}

#[tokio::test]
async fn a_sample_password_of_the_database_is_refused_in_production() {
    let url = "postgres://app:changethis-QJ-0815@db.example.com/app";
    let finished = check(&production().with("SECRET_KEY", GOOD_KEY).with("DATABASE_URL", url)).await;
    assert_faults(&finished, &["DATABASE_URL"]);
    assert!(!finished.output().contains("QJ-0815"), "{finished:?}");
}

#[tokio::test]
async fn an_empty_variable_counts_as_unset() {
    let empty = ["SECRET_KEY", "DATABASE_URL", "FIRST_SUPERUSER_PASSWORD", "IRONPLATE__HTTP__ADDRESS", "RUST_LOG"];
    let unset = |setup| empty.iter().fold(setup, |setup: Setup, variable| setup.with(variable, ""));
    let development = check(&unset(Setup::bare()).with("ENVIRONMENT", "")).await;
    assert_sound(&development);
    assert!(development.stdout.contains("sqlite:var/ironplate.db"), "{development:?}");
    assert!(development.stdout.contains("development"), "{development:?}");
    assert_faults(&check(&unset(production())).await, &["SECRET_KEY"]);
}

#[tokio::test]
async fn local_and_staging_are_environments_too() {
    let local = check(&Setup::bare().with("ENVIRONMENT", "local")).await;
    assert_sound(&local);
    assert!(local.stdout.contains("development"), "{local:?}");
    let staging = production().with("ENVIRONMENT", "staging");
    assert_faults(&check(&staging).await, &["SECRET_KEY"]);
    let staging = check(&staging.with("SECRET_KEY", GOOD_KEY)).await;
    assert_sound(&staging);
    assert!(staging.stdout.contains("production"), "{staging:?}");
}

#[tokio::test]
async fn an_unknown_environment_is_refused_and_loosens_nothing() {
    assert_faults(&check(&production().with("ENVIRONMENT", "prodution")).await, &["ENVIRONMENT", "SECRET_KEY"]);
}

#[tokio::test]
async fn a_flag_beats_a_variable_and_a_variable_beats_a_file() {
    let setup = Setup::bare().with("IRONPLATE_CONFIG", "settings.toml");
    fs::write(setup.folder().join("settings.toml"), "[database]\nurl = \"sqlite:file.db\"\n").unwrap();
    let file = check(&setup).await;
    assert!(file.stdout.contains("sqlite:file.db"), "{file:?}");
    let setup = setup.with("DATABASE_URL", "sqlite:variable.db");
    let variable = check(&setup).await;
    assert!(variable.stdout.contains("sqlite:variable.db"), "{variable:?}");
    let flag = setup.run(&["--database-url", "sqlite:flag.db", "config", "check"]).await;
    assert!(flag.stdout.contains("sqlite:flag.db"), "{flag:?}");
}

#[tokio::test]
async fn every_setting_is_shown_with_where_it_comes_from_and_without_secrets() {
    const SECRET: &str = "Zq-4711-secret-that-is-32-bytes-long";
    let setup = production()
        .with("IRONPLATE_CONFIG", "settings.toml")
        .with("SECRET_KEY", SECRET)
        .with("PREVIOUS_SECRET_KEYS", SECRET)
        .with("SMTP_PASSWORD", SECRET)
        .with("FIRST_SUPERUSER_PASSWORD", SECRET)
        .with("DATABASE_URL", &format!("postgres://ann:{SECRET}@db.example.com/app"))
        .with(
            "IRONPLATE__DATABASE__REPLICA_URLS",
            &format!("postgres://ann:{SECRET}@one.example.com/app,postgres://ann:{SECRET}@two.example.com/app"),
        );
    fs::write(setup.folder().join("settings.toml"), "[http]\ndrain_seconds = 7\n").unwrap();
    let shown = setup.run(&["--address", "127.0.0.1:9000", "config", "show", "--format", "json"]).await;
    assert_eq!(shown.code, Some(0), "{shown:?}");
    assert!(!shown.output().contains("4711"), "{shown:?}");
    let settings: Vec<Value> = serde_json::from_str(&shown.stdout).unwrap();
    for (key, value, source) in [
        ("environment", "production", "variable ENVIRONMENT"),
        ("http.address", "127.0.0.1:9000", "flag --address"),
        ("http.drain_seconds", "7", "file settings.toml"),
        ("http.docs", "false", "default of production"),
        ("http.keep_alive_seconds", "75", "default"),
        ("database.url", "postgres://db.example.com:5432/app", "variable DATABASE_URL"),
        (
            "database.replica_urls",
            "postgres://one.example.com:5432/app, postgres://two.example.com:5432/app",
            "variable IRONPLATE__DATABASE__REPLICA_URLS",
        ),
        ("security.secret_key", "***", "variable SECRET_KEY"),
        ("superuser.password", "***", "variable FIRST_SUPERUSER_PASSWORD"),
        ("superuser.email", "", "default"),
    ] {
        let expected = json!({ "key": key, "value": value, "source": source });
        assert!(settings.contains(&expected), "{expected} is not in {settings:?}");
    }

    // What is wrong is found by it, too.
    let faulty = setup.with("DATABASE_URL", &format!("mysql://ann:{SECRET}@db")).with("IRONPLATE__HTTP__ADRESS", "x");
    let shown = faulty.run(&["config", "show"]).await;
    assert!(shown.stdout.contains("variable DATABASE_URL") && !shown.output().contains("4711"), "{shown:?}");
    assert_faults(&shown, &["IRONPLATE__HTTP__ADRESS"]);
}

#[tokio::test]
async fn a_file_that_is_not_there_is_a_fault() {
    assert_faults(&check(&Setup::bare().with("IRONPLATE_CONFIG", "settings.toml")).await, &["settings.toml"]);
}

#[tokio::test]
async fn a_broken_file_is_told_without_the_secrets_in_it() {
    for text in [
        "[security]\nsecret_key = \"Zq-4711-secret\n",
        "[security]\nsecret_key = Zq-4711-secret\n",
        "[superuser]\npassword = \"Zq-4711-secret\" oops\n",
        "secret_key = \"Zq-4711-secret\"\n",
        "[security]\nsecret_key = [\"Zq-4711-secret\"]\n",
        "[security]\nprevious_secret_keys = [\"Zq-4711-secret\"]\n",
    ] {
        let setup = Setup::bare();
        let file = setup.folder().join("settings.toml");
        fs::write(&file, text).unwrap();
        let finished = setup.run(&["--config", file.to_str().unwrap(), "config", "check"]).await;
        assert_eq!(finished.code, Some(1), "{text}: {finished:?}");
        assert!(!finished.output().contains("Zq-4711-secret"), "{text}: {}", finished.output());
    }
}

#[tokio::test]
async fn a_database_out_of_reach_is_told_without_its_password() {
    let nobody = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let url = format!("postgres://ann:Zq-4711-secret@{nobody}/app");
    let setup = Setup::bare().with("DATABASE_URL", &url).with("IRONPLATE__DATABASE__WAIT_SECONDS", "0");
    for command in [
        &["migrate"][..],
        &["serve", "--address", "127.0.0.1:0"],
        &["create-superuser", "--email", "ann@example.com", "--password-stdin"],
    ] {
        let finished = setup.run_with_input(command, PASSWORD).await;
        assert_eq!(finished.code, Some(1), "{finished:?}");
        assert!(finished.stderr.contains(&nobody.to_string()), "it says which: {finished:?}");
        assert!(finished.stderr.contains("DATABASE_URL"), "it says where that was set: {finished:?}");
        assert!(!finished.output().contains("Zq-4711-secret"), "{finished:?}");
    }
}

#[tokio::test]
async fn a_servers_output_has_no_secret_in_it() {
    let setup = Setup::on(&Database::sqlite()).with("SECRET_KEY", GOOD_KEY).with("RUST_LOG", "trace");
    let server = setup.start().await;
    let ann = server.client().sign_up("ann@example.com").await;
    let _me = ann.get("users/me").await.ok();
    server
        .client()
        .ask_for_token("ann@example.com", "wrong-Zq-4711")
        .await
        .assert_refused(400, "incorrect_credentials");
    let finished = server.stop().await;
    let said = finished.output();
    assert!(said.contains("answered"), "the log is on");
    for secret in [GOOD_KEY, PASSWORD, "wrong-Zq-4711", ann.token().unwrap(), "$argon2"] {
        assert!(!said.contains(secret), "{secret}: {said}");
    }
}
