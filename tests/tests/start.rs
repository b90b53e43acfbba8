//! Starting, stopping, dying, starting again.

use std::{
    cell::RefCell,
    fs,
    net::TcpListener,
    os::{
        linux::net::SocketAddrExt,
        unix::{fs::PermissionsExt, net::SocketAddr},
    },
};

use futures::future::{join, join_all};
use ironplate_tests::{
    Client, Database, PASSWORD, PATIENCE, Proxy, RawConnection, Server, Setup, Signal, free_address, on_both_databases,
    on_postgres_only, until,
};
use serde_json::{Value, json};
use tokio::{net::UnixDatagram, time::timeout};

on_both_databases!(
    a_request_is_answered_before_sigterm_ends_the_server,
    what_was_answered_survives_a_kill,
    four_migrate_an_empty_database_at_once,
);
on_postgres_only!(
    three_servers_start_at_once_on_an_empty_schema,
    nobody_connects_before_somebody_answers,
    a_held_lock_of_migrations_ends_in_a_sentence,
    a_database_that_is_not_there_yet_is_waited_for,
    commands_wait_for_it_as_well_and_say_so_once,
    what_would_not_pass_is_not_waited_for,
    a_right_that_migrations_lack_is_told_with_the_statement_that_gives_it,
    what_diesel_makes_if_not_exists_is_no_news,
);

const LOCK_OF_MIGRATIONS: &str = "SELECT pg_advisory_lock(hashtext('schema migrations in ' || current_schema()::text))";

/// The value in a line of the banner.
fn shown(server: &Server, label: &str) -> Option<String> {
    let stdout = server.stdout();
    let line = stdout.lines().find(|line| line.trim_start().starts_with(label))?;
    Some(line.trim_start().strip_prefix(label)?.split_whitespace().next()?.to_owned())
}

async fn log_in(server: &Server, email: &str, password: &str) -> Client {
    let token = server.client().ask_for_token(email, password).await.ok();
    server.client().with_token(token["access_token"].as_str().unwrap())
}

#[tokio::test]
async fn an_empty_folder_is_enough() {
    let setup = Setup::bare();
    let server = setup.start().await;
    assert_eq!(shown(&server, "Address"), Some(format!("http://{}", server.address())));
    assert_eq!(shown(&server, "API docs"), Some(format!("http://{}/docs", server.address())));
    assert_eq!(shown(&server, "Database").as_deref(), Some("sqlite:var/ironplate.db"));
    assert!(setup.folder().join("var/ironplate.db").exists());
    let docs = server.client().get("/docs").await;
    assert_eq!((docs.status, docs.header("content-type")), (200, Some("text/html; charset=utf-8")));

    let (email, password) = (shown(&server, "Superuser").unwrap(), shown(&server, "Password").unwrap());
    let root = log_in(&server, &email, &password).await;
    assert_eq!(root.get("users/me").await.ok()["is_superuser"], true);
    let said = server.stdout() + &server.stderr();
    assert_eq!(said.matches(&password).count(), 1, "the password is shown once: {said}");
}

#[tokio::test]
async fn a_second_start_keeps_key_data_and_tokens_and_shows_no_password() {
    let setup = Setup::bare();
    let server = setup.start().await;
    let (email, password) = (shown(&server, "Superuser").unwrap(), shown(&server, "Password").unwrap());
    let root = log_in(&server, &email, &password).await;
    let made = format!("organizations/{}", root.write().await);
    let key = fs::read(setup.folder().join("var/secret.key")).unwrap();
    server.stop().await;

    let server = setup.start().await;
    assert_eq!(shown(&server, "Superuser"), Some(email.clone()));
    assert_eq!(shown(&server, "Password"), None);
    assert_eq!(fs::read(setup.folder().join("var/secret.key")).unwrap(), key);
    assert_eq!(root.at(server.address()).get(&made).await.ok()["name"], "牛乳");
    let _again = log_in(&server, &email, &password).await;
}

#[tokio::test]
async fn key_and_database_are_their_owners_alone() {
    let setup = Setup::bare();
    let _server = setup.start().await;
    let modes = ["secret.key", "ironplate.db", "ironplate.db-wal", "ironplate.db.lock"].map(|name| {
        let file = fs::metadata(setup.folder().join("var").join(name)).unwrap();
        file.permissions().mode() & 0o777
    });
    assert_eq!(modes, [0o600; 4]);
}

#[tokio::test]
async fn in_production_nothing_is_made_up_or_printed_and_the_log_is_for_machines() {
    let production = [("ENVIRONMENT", "production"), ("IRONPLATE__MAIL__TRANSPORT", "off")];
    let setup = production.iter().fold(Setup::on(&Database::sqlite()), |setup, (name, value)| setup.with(name, value));
    let server = setup.start().await;
    let root = server.superuser().await;
    assert_eq!(root.get("users/").await.ok()["count"], 1);
    assert!(!setup.folder().join("var").exists());
    let finished = server.stop().await;
    assert_eq!(finished.stdout, "");
    let events: Vec<Value> =
        finished.stderr.lines().map(|line| serde_json::from_str(line).expect("a line of JSON")).collect();
    let answered = events.iter().find(|event| event["status"] == 200).expect("a line a request");
    assert!(answered["micros"].is_u64(), "numbers are numbers: {answered}");
}

#[tokio::test]
async fn production_is_reached_over_tls_alone_and_shows_no_documents() {
    let production = Setup::on(&Database::sqlite())
        .with("ENVIRONMENT", "production")
        .with("IRONPLATE__MAIL__TRANSPORT", "off")
        .with("FRONTEND_HOST", "https://app.example.com")
        .behind_proxy();
    let server = production.start().await;
    let told_over = async |scheme: &str, server: &Server, path: &str| {
        let answer = server.client().with_header("x-forwarded-proto", scheme).get(path).await;
        (answer.status, answer.header("strict-transport-security").map(ToOwned::to_owned))
    };
    let told = async |server: &Server, path: &str| told_over("https", server, path).await;
    let year = Some("max-age=31536000".to_owned());
    assert_eq!(told(&server, "/livez").await, (200, year.clone()));
    assert_eq!(told(&server, "/dashboard/log-in").await, (200, year.clone()));
    assert_eq!(told_over("http", &server, "/dashboard/log-in").await, (200, None), "whoever came without TLS");
    assert_eq!(
        server.client().get("/livez").await.header("strict-transport-security"),
        None,
        "nobody says how they came"
    );
    for path in ["/docs", "/redoc", "/docs/start.js", "/api/v1/openapi.json"] {
        assert_eq!(told(&server, path).await, (404, year.clone()), "{path}");
    }
    for plain in [("FRONTEND_HOST", "http://app.example.com"), ("IRONPLATE__WEB__ALLOW_PLAIN_HTTP", "true")] {
        let server = production.clone().with(plain.0, plain.1).with("IRONPLATE__HTTP__DOCS", "true").start().await;
        assert_eq!(told(&server, "/docs").await, (200, None), "{plain:?}");
    }
    let strangers = production.without("IRONPLATE__HTTP__TRUSTED_PROXIES").start().await;
    assert_eq!(told(&strangers, "/livez").await, (200, None), "who is not trusted is not believed");
}

#[tokio::test]
async fn a_taken_port_is_told_and_ends_the_start() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let finished = Setup::bare().run(&["--address", &address]).await;
    assert_eq!(finished.code, Some(1), "{finished:?}");
    assert!(finished.stderr.contains(&format!("Can't listen on {address}")), "{finished:?}");
    assert!(finished.stderr.contains("--address"), "it says what to do: {finished:?}");
}

async fn a_request_is_answered_before_sigterm_ends_the_server(database: Database) {
    assert_answered_before_the_end(&database, Signal::TERM).await;
}

#[tokio::test]
async fn a_request_is_answered_before_ctrl_c_ends_the_server() {
    assert_answered_before_the_end(&Database::sqlite(), Signal::INT).await;
}

async fn assert_answered_before_the_end(database: &Database, signal: Signal) {
    let setup = Setup::on(database);
    let server = setup.start().await;
    let ann = server.client().sign_up("ann@example.com").await;
    let body = r#"{"name":"牛乳"}"#;
    let head = format!(
        "POST /api/v1/organizations/ HTTP/1.1\r\nhost: test\r\nauthorization: Bearer {}\r\nconnection: close\r\n\
         content-type: application/json\r\ncontent-length: {}\r\nexpect: 100-continue\r\n\r\n",
        ann.token().unwrap(),
        body.len()
    );
    let mut request = RawConnection::to(&server).await;
    request.send(head.as_bytes()).await;
    request.read_until("100 Continue").await;

    server.signal(signal);
    let address = server.address();
    until("the server accepts no more", async || RawConnection::try_to(address).await.is_none().then_some(())).await;
    request.send(body.as_bytes()).await;
    let answer = request.read_to_end().await;
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer:?}");
    let finished = server.finish().await;
    assert_eq!(finished.code, Some(0), "{finished:?}");

    let server = setup.start().await;
    assert_eq!(ann.at(server.address()).get("organizations/").await.ok()["data"][0]["name"], "牛乳");
}

async fn what_was_answered_survives_a_kill(database: Database) {
    const WRITERS: usize = 8;
    let setup = Setup::on(&database);
    let acknowledged = RefCell::new(Vec::new());
    let mut known: Option<Client> = None;
    for round in 1..=3 {
        let mut server = setup.start().await;
        let ann = match &known {
            Some(ann) => ann.at(server.address()),
            None => server.client().sign_up("ann@example.com").await,
        };
        known = Some(ann.clone());
        let writers = join_all((0..WRITERS).map(|_| write_until_the_end(&ann, &acknowledged)));
        let killer = async {
            let enough = || acknowledged.borrow().len() >= round * 40;
            until("enough is written", async || enough().then_some(())).await;
            server.kill();
        };
        join(writers, killer).await;
    }

    let server = setup.start().await;
    let there = known.unwrap().at(server.address()).get("organizations/?limit=1000").await.ok();
    let kept: Vec<&str> = there["data"].as_array().unwrap().iter().map(|row| row["id"].as_str().unwrap()).collect();
    let acknowledged = acknowledged.into_inner();
    let lost: Vec<&String> = acknowledged.iter().filter(|id| !kept.contains(&id.as_str())).collect();
    assert!(lost.is_empty(), "{} of {} are lost: {lost:?}", lost.len(), acknowledged.len());
    assert!(kept.len() <= acknowledged.len() + 3 * WRITERS, "no more than was in the air can have come on top");
}

/// Writes until the connection fails, and notes what was answered with 200.
async fn write_until_the_end(client: &Client, acknowledged: &RefCell<Vec<String>>) {
    while let Ok(answer) = client.try_post("organizations/", &json!({ "name": "牛乳" })).await {
        let id = answer.ok()["id"].as_str().unwrap().to_owned();
        acknowledged.borrow_mut().push(id);
    }
}

async fn three_servers_start_at_once_on_an_empty_schema(database: Database) {
    assert_all_start_at_once(&database, 3).await;
}

async fn four_migrate_an_empty_database_at_once(database: Database) {
    let setup = Setup::on(&database);
    let finished = join_all((0..4).map(|_| setup.run(&["migrate"]))).await;
    assert!(finished.iter().all(|it| it.code == Some(0)), "{finished:?}");
    let busy = finished.iter().filter(|it| it.stdout.contains("is migrated; ran:")).count();
    assert_eq!(busy, 1, "one of the four did it all: {finished:?}");
}

async fn nobody_connects_before_somebody_answers(database: Database) {
    let somebody = database.schema().hold(LOCK_OF_MIGRATIONS).await;
    let free = TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).unwrap();
    let setup = Setup::on(&database).with("RUST_LOG", "info");
    let server = setup.start_at(&free.to_string());
    let told = "waiting for the lock of migrations";
    until("the server waits", async || server.stderr().contains(told).then_some(())).await;
    assert!(RawConnection::try_to(free).await.is_none(), "the server can't answer yet");
    drop(somebody);
    until("the server accepts", async || RawConnection::try_to(free).await).await;
}

async fn a_held_lock_of_migrations_ends_in_a_sentence(database: Database) {
    let setup = Setup::on(&database).with("IRONPLATE__DATABASE__MIGRATION_LOCK_TIMEOUT", "1");
    let somebody = database.schema().hold(LOCK_OF_MIGRATIONS).await;
    let process: i32 = somebody.query_one("SELECT pg_backend_pid()", &[]).await.unwrap().get(0);
    for arguments in [&["migrate"][..], &["--address", "127.0.0.1:0"], &["worker"]] {
        let finished = setup.run(arguments).await;
        assert_eq!(finished.code, Some(1), "{finished:?}");
        let told = format!("process {process} ({}, user ", database.schema().name());
        assert!(finished.stderr.contains(&told) && finished.stderr.contains("is in the way"), "{finished:?}");
    }
}

async fn a_database_that_is_not_there_yet_is_waited_for(database: Database) {
    let mut proxy = Proxy::to(database.schema().server()).await;
    proxy.close().await;
    let setup = Setup::on(&database).with("DATABASE_URL", &database.schema().url_through(proxy.address()));
    let hurried = setup.clone().with("IRONPLATE__DATABASE__WAIT_SECONDS", "0");
    for finished in [hurried.start_at("127.0.0.1:0").finish().await, hurried.start_worker().finish().await] {
        assert_eq!(finished.code, Some(1), "{finished:?}");
        assert!(finished.stderr.contains("(DATABASE_URL) does not answer"), "{finished:?}");
    }
    let (address, worker) = (free_address(), setup.start_worker());
    let server = setup.spawn_at(address);
    for process in [&server, &worker] {
        let is_told = || process.stderr().contains("waiting for the database");
        until("it is told what is waited for", async || is_told().then_some(())).await;
    }
    proxy.open().await;
    let server = setup.ready(server, address).await;
    let _ann = server.client().sign_up("ann@example.com").await;
    worker.signal(Signal::TERM);
    assert_eq!(worker.finish().await.code, Some(0));
}

async fn commands_wait_for_it_as_well_and_say_so_once(database: Database) {
    let mut proxy = Proxy::to(database.schema().server()).await;
    proxy.close().await;
    let setup = Setup::on(&database).with("DATABASE_URL", &database.schema().url_through(proxy.address()));
    let hurried = setup.clone().with("IRONPLATE__DATABASE__WAIT_SECONDS", "0");
    let migrate = &["migrate"][..];
    let others = [
        &["create-superuser", "--email", "ann@example.com", "--password-stdin"][..],
        &["user", "list"],
        &["sessions", "end", "--all"],
        &["limits", "list"],
        &["outbox", "list"],
        &["audit", "export"],
    ];
    for commands in [&[migrate][..], &others] {
        for command in commands {
            let finished = hurried.run_with_input(command, PASSWORD).await;
            assert_eq!(finished.code, Some(1), "{finished:?}");
            assert!(finished.stderr.contains("(DATABASE_URL) does not answer: "), "{finished:?}");
        }
        let waiting: Vec<_> = commands.iter().map(|command| setup.spawn(command, PASSWORD)).collect();
        let told = "(DATABASE_URL) does not answer yet; waiting for ";
        for process in &waiting {
            until("it is told what is waited for", async || process.stderr().contains(told).then_some(())).await;
        }
        proxy.open().await;
        for process in waiting {
            let finished = process.finish().await;
            assert_eq!((finished.code, finished.stderr.matches(told).count()), (Some(0), 1), "{finished:?}");
        }
        proxy.close().await;
    }
}

async fn what_would_not_pass_is_not_waited_for(database: Database) {
    let stranger = database.schema().as_role("nobody_4711").url();
    let finished = Setup::on(&database).with("DATABASE_URL", &stranger).start_at("127.0.0.1:0").finish().await;
    assert_eq!(finished.code, Some(1), "{finished:?}");
    assert!(finished.stderr.contains("nobody_4711"), "{finished:?}");
    assert!(!finished.stderr.contains("waiting for the database"), "{finished:?}");
}

async fn a_right_that_migrations_lack_is_told_with_the_statement_that_gives_it(database: Database) {
    let schema = database.schema();
    let (owner, application) = schema.owner_and_application();
    schema.execute(&format!("CREATE ROLE {owner} LOGIN; CREATE ROLE {application} LOGIN")).await.unwrap();
    let migrate = Setup::on(&Database::Postgres(schema.as_role(&application)));
    let told = async || {
        let refused = migrate.run(&["migrate"]).await;
        assert_eq!(refused.code, Some(1), "{refused:?}");
        refused.stderr
    };
    let (name, grant) = (schema.name(), format!("GRANT USAGE, CREATE ON SCHEMA {} TO {application};", schema.name()));
    let lack = format!("the role {application} may not make tables in the schema {name}");
    for rights in [String::new(), format!("GRANT USAGE ON SCHEMA {name} TO {application}")] {
        schema.execute(&rights).await.unwrap();
        let told = told().await;
        assert!(told.contains(&lack) && told.contains(&grant), "{told}");
    }
    // The tables are somebody else's.
    schema.execute(&format!("ALTER SCHEMA {name} OWNER TO {owner}")).await.unwrap();
    let as_owner = Setup::on(&Database::Postgres(schema.as_role(&owner)));
    assert_eq!(as_owner.run(&["migrate"]).await.code, Some(0));
    schema.execute("DELETE FROM __diesel_schema_migrations").await.unwrap();
    let refused = told().await;
    assert!(refused.contains(&format!("the tables in the schema {name} belong to {owner}")), "{refused}");
    let grant = format!("GRANT {owner} TO {application};");
    assert!(refused.contains(&grant), "{refused}");
    // What is told is what mends it: another fault is met than a right that is missing.
    schema.execute(&grant).await.unwrap();
    let refused = told().await;
    assert!(refused.contains("already exists"), "{refused}");
}

#[tokio::test]
async fn a_folder_that_is_somebody_else_s_is_told_with_the_command_that_gives_it() {
    // Nobody may write there, not even root.
    let refused = Setup::bare().with("DATABASE_URL", "sqlite:/sys/ironplate.db").run(&["migrate"]).await;
    assert_eq!(refused.code, Some(1), "{refused:?}");
    for told in ["/sys/ironplate.db can't be opened: ", "chown -R USER /sys"] {
        assert!(refused.stderr.contains(told), "{refused:?}");
    }
}

async fn what_diesel_makes_if_not_exists_is_no_news(database: Database) {
    let setup = Setup::on(&database).with("RUST_LOG", "info");
    let finished = setup.start().await.stop().await;
    assert!(finished.stderr.contains("listening"), "{finished:?}");
    assert!(!finished.stderr.contains("already exists"), "{finished:?}");
}

#[tokio::test]
async fn a_stop_leaves_an_sqlite_database_in_one_file() {
    let database = Database::sqlite();
    let Database::Sqlite(folder) = &database else { panic!("a file") };
    let server = Setup::on(&database).start().await;
    let ann = server.client().sign_up("ann@example.com").await;
    let _made = ann.write().await;
    server.stop().await;
    let log = fs::metadata(folder.path().join("ironplate.db-wal"));
    assert!(log.map_or(0, |log| log.len()) == 0, "nothing is left in the write-ahead log");
}

#[tokio::test]
async fn systemd_is_told_what_a_process_is_about() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("notify");
    let name = format!("ironplate-test-{}", folder.path().file_name().unwrap().display());
    let sockets = [
        (path.display().to_string(), SocketAddr::from_pathname(&path)),
        (format!("@{name}"), SocketAddr::from_abstract_name(&name)),
    ];
    for (notify, address) in sockets {
        let socket = std::os::unix::net::UnixDatagram::bind_addr(&address.unwrap()).unwrap();
        socket.set_nonblocking(true).unwrap();
        let socket = UnixDatagram::from_std(socket).unwrap();
        assert_told_what_a_process_is_about(&socket, &notify).await;
    }
}

async fn assert_told_what_a_process_is_about(socket: &UnixDatagram, notify: &str) {
    let told = async || {
        let mut word = [0; 64];
        let count = timeout(PATIENCE, socket.recv(&mut word)).await.expect("a word").unwrap();
        String::from_utf8_lossy(&word[..count]).trim().to_owned()
    };
    let setup = Setup::on(&Database::sqlite()).with("NOTIFY_SOCKET", notify).with("WATCHDOG_USEC", "300000");
    for command in ["serve", "worker"] {
        let process = if command == "serve" { setup.start_at("127.0.0.1:0") } else { setup.start_worker() };
        assert_eq!(told().await, "READY=1");
        for _ in 0..3 {
            assert_eq!(told().await, "WATCHDOG=1");
        }
        process.signal(Signal::TERM);
        let mut word = told().await;
        while word == "WATCHDOG=1" {
            word = told().await;
        }
        assert_eq!(word, "STOPPING=1", "{command}");
        assert_eq!(process.finish().await.code, Some(0));
        while socket.try_recv(&mut [0; 64]).is_ok() {}
    }
}

#[tokio::test]
async fn a_service_manager_that_hears_nothing_is_told_of_once() {
    for socket in ["/not/there", "@ironplate-test-nobody", "vsock:2:1"] {
        let setup = Setup::on(&Database::sqlite()).with("NOTIFY_SOCKET", socket).with("WATCHDOG_USEC", "3000");
        let finished = setup.start().await.stop().await;
        assert_eq!(finished.code, Some(0), "{finished:?}");
        let told = "the service manager is not told how the process is (NOTIFY_SOCKET)";
        assert_eq!(finished.stderr.matches(told).count(), 1, "{finished:?}");
        assert!(finished.stderr.contains(socket), "{finished:?}");
    }
}

/// Whatever the filter says.
#[tokio::test]
async fn why_a_process_ended_is_a_line_like_all_others() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let setup = Setup::on(&Database::sqlite()).with("IRONPLATE__LOG__FORMAT", "json");
    for filter in ["info", "off"] {
        let finished = setup.clone().with("RUST_LOG", filter).run(&["--address", &address]).await;
        assert_eq!(finished.code, Some(1), "{finished:?}");
        let lines: Vec<Value> =
            finished.stderr.lines().map(|line| serde_json::from_str(line).expect("a line of JSON")).collect();
        let last = lines.last().unwrap();
        assert_eq!((&last["level"], &last["message"]), (&json!("ERROR"), &json!("the process ended")), "{last}");
        assert!(last["cause"].as_str().unwrap().starts_with(&format!("Can't listen on {address}")), "{last}");
    }
    let told = setup.with("IRONPLATE__LOG__FORMAT", "text").run(&["--address", &address]).await.stderr;
    assert!(told.lines().any(|line| line.starts_with(&format!("Can't listen on {address}: "))), "{told}");
}

#[tokio::test]
async fn two_servers_start_at_once_on_a_sqlite_file_that_is_not_there() {
    assert_all_start_at_once(&Database::sqlite(), 2).await;
}

async fn assert_all_start_at_once(database: &Database, count: usize) {
    // Each would make up a password of its own.
    let setups: Vec<Setup> = (0..count).map(|_| Setup::on(database).without("FIRST_SUPERUSER_PASSWORD")).collect();
    let servers = join_all(setups.iter().map(Setup::start)).await;
    let passwords: Vec<String> = servers.iter().filter_map(|server| shown(server, "Password")).collect();
    let [password] = passwords.as_slice() else { panic!("one server made the superuser: {passwords:?}") };
    for server in &servers {
        let root = log_in(server, &shown(server, "Superuser").unwrap(), password).await;
        let users = root.get("users/").await.ok();
        assert_eq!((&users["count"], &users["data"][0]["is_superuser"]), (&json!(1), &Value::Bool(true)));
    }
}

#[tokio::test]
async fn two_servers_start_at_once_in_an_empty_folder_and_share_its_key() {
    let setup = Setup::bare();
    let (here, there) = join(setup.start(), setup.start()).await;
    let passwords = [&here, &there].map(|server| shown(server, "Password"));
    let password = passwords.iter().flatten().next().expect("a password");
    assert_eq!(passwords.iter().flatten().count(), 1, "{passwords:?}");
    let root = log_in(&here, &shown(&here, "Superuser").unwrap(), password).await;
    let _me = root.at(there.address()).get("users/me").await.ok();
}
