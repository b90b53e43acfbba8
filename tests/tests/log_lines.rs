//! What the log never tells, whatever its filter.

use futures::future::join_all;
use ironplate_tests::{
    Answer, Behaviour, Client, Database, NEW_PASSWORD, PASSWORD, Proxy, RawConnection, SENDER, SUPERUSER, Secrets,
    Setup, Signal, SmtpServer, Stage, Tokens, cookie_of, free_address, on_both_databases, on_postgres_only, until,
};
use reqwest::Method;
use serde_json::{Value, json};

on_both_databases!(
    no_filter_brings_secrets_or_addresses_into_the_log,
    links_and_forms_bring_nothing_into_the_log_either,
    what_clients_make_up_is_not_in_the_log,
    faults_quote_no_address,
    a_slow_request_is_told_with_what_it_waited_for,
    numbers_are_numbers,
    refusals_tell_the_log_why,
);

on_postgres_only!(
    readiness_that_is_slow_tells_that_it_is_the_database,
    a_start_is_told_once_however_often_it_is_asked_for,
    readiness_that_fails_tells_the_log_why,
);

const ANN: &str = "ann@example.com";
const MOVED: &str = "ann@example.org";
const CARL: &str = "carl@example.com";
const DORA: &str = "dora@example.com";
const ELSA: &str = "elsa@example.com";
const AGENT: &str = r#"an "agent" \ of one's own"#;
const WRONG: &str = "nobody-has-this-7";

async fn no_filter_brings_secrets_or_addresses_into_the_log(database: Database) {
    for filter in ["trace", "info,tokio_postgres=trace,diesel=trace,diesel_async=trace,lettre=trace,actix_http=trace"] {
        let smtp = SmtpServer::start();
        let setup = Setup::on(&database).with_mail_to(&smtp).with("RUST_LOG", filter);
        let server = setup.start().await;
        let mut secrets = Secrets::default();
        for text in [ANN, MOVED, SUPERUSER, SENDER, PASSWORD, NEW_PASSWORD, "$argon2", "Bearer "] {
            secrets.add(text, text.as_bytes());
        }

        let visitor = server.client();
        let ann = visitor.sign_up(ANN).await;
        let tokens = visitor.open_session(ANN).await;
        let next = visitor.refresh(&tokens.refresh).await;
        for Tokens { access, refresh } in [tokens, next] {
            secrets.add("an access token", access.as_bytes());
            secrets.add("a refresh token", refresh.as_bytes());
        }
        let cookie = cookie_of(&visitor.ask_for_cookie(ANN, PASSWORD).await);
        secrets.add("a cookie", cookie.split_once('=').expect("a name and a value").1.as_bytes());
        let with_cookie = visitor.with_cookie(&cookie);
        for path in ["users/me", "users/me/export", "users/me/audit", "/dashboard", "/dashboard/settings"] {
            assert_eq!(with_cookie.get(path).await.status, 200, "{path}");
        }
        let made = format!("organizations/{}", ann.write().await);
        let _changed = ann.patch(&made, &json!({ "name": "乳牛" })).await.ok();
        let change = json!({ "current_password": PASSWORD, "new_password": NEW_PASSWORD });
        let _message = ann.patch("users/me/password", &change).await.ok();
        let _user = ann.patch("users/me", &json!({ "email": MOVED })).await.ok();
        let _message = visitor.ask_for_recovery(MOVED).await.ok();
        let mail = smtp.wait_for_mail_to(MOVED).await;
        secrets.add_token("a link", &mail.token());
        visitor.ask_for_token(ANN, "wrong-password").await.assert_refused(400, "incorrect_credentials");
        let root = server.superuser().await;
        let _found = root.get(&format!("users/?q={MOVED}")).await.ok();
        let _message = root.delete(&format!("users/{}?with_organizations=true", ann.id().await)).await.ok();

        setup.wait_for_empty_outbox().await;
        let log = server.stop().await;
        assert!(log.stderr.contains("account.sign_up") && log.stderr.contains("mail sent"), "this is no log: {log:?}");
        secrets.assert_absent(&format!("the log with {filter}"), log.stderr.as_bytes());
    }
}

/// What browsers send and mail leads to: sign-up, verification, recovery, invitations, another address, and forms that fail.
async fn links_and_forms_bring_nothing_into_the_log_either(database: Database) {
    let smtp = SmtpServer::start();
    let setup = Setup::on(&database).with_mail_to(&smtp).with("RUST_LOG", "trace");
    let server = setup.start().await;
    let mut secrets = Secrets::default();
    for text in [ANN, MOVED, CARL, DORA, ELSA, SUPERUSER, SENDER, PASSWORD, NEW_PASSWORD, WRONG, "$argon2"] {
        secrets.add(text, text.as_bytes());
    }
    let browser = server.client().without_redirects().with_header("sec-fetch-site", "same-origin");
    let send = async |browser: &Client, path: &str, fields: &[(&str, &str)]| {
        Client::send(browser.request(Method::POST, path).form(fields)).await.expect("an answer")
    };
    let post = async |browser: &Client, path: &str, fields: &[(&str, &str)]| {
        let answer = send(browser, path, fields).await;
        assert_eq!(answer.status, 303, "{path}: {answer:?}");
        answer.header("set-cookie").and_then(|cookie| cookie.split(';').next()).unwrap_or_default().to_owned()
    };
    let fail = async |browser: &Client, path: &str, fields: &[(&str, &str)]| {
        let answer = send(browser, path, fields).await;
        assert!(answer.status != 303 && answer.status < 500, "{path}: {answer:?}");
    };
    let link = async |address: &str| smtp.wait_for_mail_to(address).await.token();

    let sign_up = [("email", ANN), ("password", PASSWORD), ("full_name", "Ann")];
    fail(&browser, "/dashboard/sign-up", &[("email", ANN), ("password", "short")]).await;
    let _cookie = post(&browser, "/dashboard/sign-up", &sign_up).await;
    fail(&browser, "/dashboard/sign-up", &sign_up).await;
    fail(&browser, "/dashboard/log-in", &[("email", ANN), ("password", WRONG)]).await;
    let cookie = post(&browser, "/dashboard/log-in", &[("email", ANN), ("password", PASSWORD)]).await;
    let ann = browser.with_cookie(&cookie);
    let proof = link(ANN).await;
    assert_eq!(browser.get(&format!("/dashboard/verify-email?token={proof}")).await.status, 200);
    let _cookie = post(&ann, "/dashboard/verify-email", &[("token", &proof)]).await;
    fail(&ann, "/dashboard/verify-email", &[("token", &proof)]).await;
    let profile = [("email", MOVED), ("full_name", "Ann")];
    let _cookie = post(&ann, "/dashboard/settings/profile", &profile).await;
    let moving = link(MOVED).await;
    let _message = ann.verify_email(&moving).await.ok();
    let change = [("current_password", PASSWORD), ("new_password", NEW_PASSWORD)];
    let _cookie = post(&ann, "/dashboard/settings/password", &change).await;

    let root = browser.browse(SUPERUSER).await;
    let _cookie = post(&root, "/dashboard/users/new", &[("email", CARL), ("full_name", "")]).await;
    let _dora = root.post("users/", &json!({ "email": DORA })).await.ok();
    let (invitation, other) = (link(CARL).await, link(DORA).await);
    let _cookie = post(&browser, "/dashboard/reset-password", &[("token", &invitation), ("password", PASSWORD)]).await;
    let _message = browser.claim(&other, PASSWORD).await.ok();
    let _cookie = post(&browser, "/dashboard/forgot-password", &[("email", CARL)]).await;
    let recovery = smtp.wait_for_mails_to(CARL, 2).await.pop().expect("the second").token();
    let reset = [("token", &*recovery), ("password", NEW_PASSWORD)];
    let _cookie = post(&browser, "/dashboard/reset-password", &reset).await;
    fail(&browser, "/dashboard/reset-password", &reset).await;

    let acme = root.add_organization("acme").await;
    let _invited = root.ask_to_invite(&acme, &[ELSA, CARL], "member").await.ok();
    for (name, address, answer) in [("to sign up by", ELSA, "sign_up"), ("to decline", CARL, "decline")] {
        let invitation = smtp.invitation_to(address, 1).await;
        let page = format!("/dashboard/invitation?token={invitation}");
        assert_eq!(browser.get(&page).await.status, 200);
        fail(&browser, &page, &[("answer", "sign_up"), ("password", "short")]).await;
        let _cookie = post(&browser, &page, &[("answer", answer), ("password", PASSWORD)]).await;
        fail(&browser, &page, &[("answer", answer), ("password", PASSWORD)]).await;
        secrets.add_token(name, &invitation);
    }

    secrets.add("a cookie", cookie.split_once('=').expect("a name and a value").1.as_bytes());
    for (name, token) in [("a proof", proof), ("another address", moving), ("an invitation", invitation)] {
        secrets.add_token(name, &token);
    }
    for (name, token) in [("an invitation by the API", other), ("a recovery", recovery)] {
        secrets.add_token(name, &token);
    }
    setup.wait_for_empty_outbox().await;
    let log = server.stop().await;
    assert!(log.stderr.contains("/dashboard/reset-password"), "this is no log: {log:?}");
    secrets.assert_absent("the log", log.stderr.as_bytes());
}

/// In the way that machines read it.
fn logging(database: &Database, filter: &str) -> Setup {
    Setup::on(database).with("IRONPLATE__LOG__FORMAT", "json").with("RUST_LOG", filter)
}

fn lines(log: &str) -> Vec<Value> {
    log.lines().filter_map(|line| serde_json::from_str(line).ok()).collect()
}

/// A method and the name of a request are texts of a client's own.
async fn what_clients_make_up_is_not_in_the_log(database: Database) {
    let server = logging(&database, "trace").behind_proxy().start().await;
    let made_up = Method::from_bytes(&[b'Q'; 2_000]).expect("a method");
    for path in ["/livez", "/api/v1/organizations/"] {
        let request = server.client().with_header("x-request-id", ANN).request(made_up.clone(), path);
        assert_eq!(Client::send(request).await.expect("an answer").status, 405);
    }
    let _user = server.client().sign_up("bob@example.com").await;
    let log = server.stop().await.stderr;
    assert!(!log.contains("QQQ") && !log.contains(ANN), "{log}");
    let lines = lines(&log);
    let others: Vec<_> = lines.iter().filter(|line| line["method"] == "other").collect();
    assert_eq!(others.len(), 2, "{log}");
    assert!(others.iter().all(|line| line["level"] == "INFO"), "a wrong question is no failed probe: {others:?}");
    assert!(lines.iter().any(|line| line["route"] == "/api/v1/users/signup"), "as documented: {log}");
}

/// Databases and mail servers quote what they refuse.
async fn faults_quote_no_address(database: Database) {
    let smtp = SmtpServer::start();
    let server = logging(&database, "trace").with_mail_to(&smtp).start().await;
    let root = server.superuser().await;
    let refusal = "550 no <CARL@Example.COM>, said by us@example.net";
    smtp.tell_about(CARL, Behaviour::AnswerAt(Stage::Recipient, refusal));
    root.send_test_mail(CARL).await;
    until("it is given up", async || server.stderr().contains("mail given up").then_some(())).await;
    let reason = "no room for dora@example.com";
    database.execute(&match &database {
        Database::Sqlite(_) => {
            format!("CREATE TRIGGER refuse BEFORE INSERT ON organizations BEGIN SELECT RAISE(ABORT, '{reason}'); END")
        }
        Database::Postgres(_) => format!(
            "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION '{reason}'; END $$; \
             CREATE TRIGGER refuse BEFORE INSERT ON organizations FOR EACH ROW EXECUTE FUNCTION refuse()"
        ),
    })
    .await;
    assert_eq!(root.post("organizations/", &json!({ "name": "牛乳" })).await.status, 500);
    let page = root.browse(SUPERUSER).await.request(Method::POST, "/dashboard/organizations/new");
    assert_eq!(Client::send(page.form(&[("name", "牛乳")])).await.expect("an answer").status, 500);
    let log = server.stop().await.stderr;
    let causes: Vec<_> = lines(&log).into_iter().filter(|line| line["message"] == "request failed").collect();
    assert_eq!(causes.len(), 2, "{log}");
    for cause in causes {
        assert!(cause["cause"].as_str().is_some_and(|text| text.contains("no room for [address]")), "{cause}");
    }
    assert!(log.contains("550 no <[address]>, said by [address]"), "{log}");
    let log = log.to_lowercase();
    assert!(![CARL, DORA, "us@example.net"].iter().any(|address| log.contains(address)), "{log}");
}

async fn a_slow_request_is_told_with_what_it_waited_for(database: Database) {
    let server = logging(&database, "warn").with("IRONPLATE__LOG__SLOW_MILLISECONDS", "1").start().await;
    let ann = server.client().sign_up("ann@example.com").await;
    let _me = ann.get("users/me").await.ok();
    let lines = lines(&server.stop().await.stderr);
    let slow = |message| lines.iter().filter(move |line| line["message"] == message && line["level"] == "WARN");

    let log_in = slow("answered slowly").find(|line| line["route"] == "/api/v1/login/access-token");
    let log_in = log_in.unwrap_or_else(|| panic!("no log-in is that quick: {lines:?}"));
    let micros = |field: &str| log_in[field].as_u64().unwrap_or_else(|| panic!("{field} of {log_in}"));
    assert!(micros("database_micros") > 0 && micros("hashing_micros") > 0, "{log_in}");
    let parts = micros("connection_micros") + micros("database_micros") + micros("hashing_micros");
    assert!(parts <= micros("micros"), "it waited for one after the other: {log_in}");
    assert!(micros("micros") >= 1_000, "{log_in}");
    for line in slow("slow statement") {
        let name = line["statement"].as_str().unwrap_or_else(|| panic!("no name: {line}"));
        let is_call = name.contains('.') && name.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'_' | b'.'));
        assert!(is_call || ["begin", "commit", "readiness"].contains(&name), "{name}");
    }
}

/// Readiness asks the database as well, and each of those who asked at once waited for it.
async fn readiness_that_is_slow_tells_that_it_is_the_database(database: Database) {
    let proxy = Proxy::to(database.schema().server()).await;
    let url = database.schema().url_through(proxy.address());
    let server = logging(&database, "warn").with("DATABASE_URL", &url).start().await;
    proxy.fall_silent();
    let client = server.client();
    // An answer is good for a second.
    let slow = until("a crowd waited for an answer", async || {
        let _answers = join_all((0..4).map(|_| client.get("/readyz"))).await;
        let is_slow = |line: &Value| line["message"] == "answered slowly" && line["route"] == "/readyz";
        let slow: Vec<_> = lines(&server.stderr()).into_iter().filter(is_slow).collect();
        (slow.len() >= 4).then_some(slow)
    })
    .await;
    for line in slow {
        let waited = line["database_micros"].as_u64().unwrap() + line["connection_micros"].as_u64().unwrap();
        assert!(waited > 1_000_000, "{line}");
    }
}

/// The log says more than the probe, which anybody may ask.
async fn readiness_that_fails_tells_the_log_why(database: Database) {
    let mut proxy = Proxy::to(database.schema().server()).await;
    let url = database.schema().url_through(proxy.address());
    let server = logging(&database, "warn").with("DATABASE_URL", &url).start().await;
    proxy.close().await;
    let client = server.client();
    let answer = until("it is not ready", async || {
        Some(client.get("/readyz").await).filter(|answer| answer.text.contains("the database does not answer"))
    })
    .await;
    assert_eq!(answer.json()["reasons"], json!(["the database does not answer"]));
    let is_told = |line: &Value| line["route"] == "/readyz" && line["status"] == 503;
    let told = until("it is told", async || lines(&server.stderr()).into_iter().find(is_told)).await;
    let reason = told["reason"].as_str().unwrap_or_else(|| panic!("no reason: {told}"));
    let port = proxy.address().port().to_string();
    assert!(reason.starts_with("the database does not answer: ") && reason.contains(&port), "{told}");
}

/// By the name that the client was told, whether that was a program or a person.
async fn refusals_tell_the_log_why(database: Database) {
    let server = logging(&database, "info").start().await;
    let visitor = server.client().without_redirects().with_header("sec-fetch-site", "same-origin");
    let _user = visitor.sign_up(ANN).await;
    visitor.get("users/me").await.assert_refused(401, "not_authenticated");
    visitor.get("/nowhere").await.assert_refused(404, "not_found");
    visitor.ask_for_token(ANN, WRONG).await.assert_refused(400, "incorrect_credentials");
    assert_eq!(visitor.post("users/signup", &json!({ "email": "" })).await.status, 422);
    let form =
        |fields: &'static [(&str, &str)]| Client::send(visitor.request(Method::POST, "/dashboard/log-in").form(fields));
    assert_eq!(form(&[("email", ANN), ("password", WRONG)]).await.expect("an answer").status, 422);
    assert_eq!(form(&[("email", ""), ("password", "")]).await.expect("an answer").status, 422);
    assert_eq!(visitor.get("/dashboard/nowhere").await.status, 404);
    let log = server.stop().await.stderr;
    let answered = lines(&log).into_iter().filter(|line| line["message"] == "answered");
    let told: Vec<_> = answered.map(|line| json!([line["route"], line["status"], line["reason"]])).collect();
    for expected in [
        json!(["/api/v1/users/signup", 200, null]),
        json!(["/api/v1/users/me", 401, "not_authenticated"]),
        json!(["", 404, "not_found"]),
        json!(["/api/v1/login/access-token", 400, "incorrect_credentials"]),
        json!(["/api/v1/users/signup", 422, "validation_error"]),
        json!(["/dashboard/log-in", 422, "incorrect_credentials"]),
        json!(["/dashboard/log-in", 422, "validation_error"]),
    ] {
        assert!(told.contains(&expected), "{expected} is not among {told:?}");
    }
    assert!(told.iter().all(|line| line[1].as_u64() < Some(400) || line[2].is_string()), "each says why: {told:?}");
}

async fn numbers_are_numbers(database: Database) {
    let server = logging(&database, "debug").start().await;
    let visitor = server.client().with_header("user-agent", AGENT);
    let ann = visitor.sign_up("ann@example.com").await;
    let _message = ann.post("organizations/", &json!({ "name": "牛乳" })).await.ok();
    let _ended = server.client().log_in("ann@example.com").await;
    let _count = ann.delete("users/me/sessions").await.ok();
    let root = server.superuser().await;
    let path = format!("users/{}", ann.id().await);
    let _user = root.patch(&path, &json!({ "is_superuser": true })).await.ok();
    let log = server.stop().await.stderr;
    let lines = lines(&log);
    assert!(lines.iter().any(|line| line["details"]["count"].is_u64()), "a number in an audit event: {log}");
    let promoted = lines.iter().find(|line| line["kind"] == "user.changed").expect("an audit event");
    let (now, before) = (&promoted["details"]["is_superuser"], &promoted["details"]["is_superuser_before"]);
    assert_eq!((now, before), (&json!(true), &json!(false)), "booleans in an audit event: {promoted}");
    assert!(lines.iter().any(|line| line["user_agent"] == AGENT), "a text is quoted once: {log}");
    for line in &lines {
        assert_no_number_is_text(line, line);
    }
}

fn assert_no_number_is_text(value: &Value, line: &Value) {
    match value {
        Value::String(text) => {
            assert!(text.parse::<f64>().is_err() && text.parse::<bool>().is_err(), "{text:?} in {line}");
        }
        Value::Array(values) => values.iter().for_each(|value| assert_no_number_is_text(value, line)),
        Value::Object(fields) => fields.values().for_each(|value| assert_no_number_is_text(value, line)),
        _ => {}
    }
}

#[tokio::test]
async fn what_is_no_http_is_no_fault_of_ours() {
    let server = logging(&Database::sqlite(), "info").start().await;
    for noise in
        [&b"GARBAGE\r\n\r\n"[..], b"GET / HTTP/1.1\r\nno header\r\n\r\n", b"\x16\x03\x01\x02\x00\x01\x00\r\n\r\n"]
    {
        let mut connection = RawConnection::to(&server).await;
        connection.send(noise).await;
        let answer = connection.read_to_end().await;
        assert!(answer.starts_with("HTTP/1.1 400"), "{answer}");
    }
    let log = server.stop().await.stderr;
    let faults: Vec<_> = lines(&log).into_iter().filter(|line| line["level"] == "ERROR").collect();
    assert!(faults.is_empty() && log.contains("stopped"), "{faults:?}");
}

#[tokio::test]
async fn probes_are_told_only_when_something_is_wrong() {
    let database = Database::sqlite();
    let server = logging(&database, "info").with("IRONPLATE__HTTP__DRAIN_SECONDS", "60").start().await;
    let client = server.client();
    for path in ["/livez", "/readyz", "/readyz/"] {
        assert_eq!(client.get(path).await.status, 200);
    }
    assert_eq!(client.get("/nowhere").await.status, 404);
    let probes = || lines(&server.stderr()).into_iter().filter(|line| line["route"].as_str().is_some_and(is_probe));
    until("the last request is told", async || server.stderr().contains("404").then_some(())).await;
    assert_eq!(probes().count(), 0, "{}", server.stderr());

    database.execute("DELETE FROM __diesel_schema_migrations WHERE version > '2'").await;
    until("it is not ready", async || (client.get("/readyz").await.status == 503).then_some(())).await;
    let told = until("this is told", async || probes().next()).await;
    assert_eq!((&told["level"], &told["status"]), (&json!("WARN"), &json!(503)), "{told}");
    let lacks_migrations =
        |line: &Value| line["reason"].as_str().is_some_and(|reason| reason.starts_with("migrations have not run: "));
    assert!(lacks_migrations(&told), "{told}");

    server.signal(Signal::TERM);
    until("it is to stop", async || client.get("/readyz").await.text.contains("being stopped").then_some(())).await;
    server.signal(Signal::TERM);
    let log = server.finish().await.stderr;
    let mut told = lines(&log).into_iter().filter(|line| line["route"].as_str().is_some_and(is_probe));
    assert!(told.all(|line| lacks_migrations(&line)), "a stop is no fault: {log}");
}

async fn a_start_is_told_once_however_often_it_is_asked_for(database: Database) {
    let setup = logging(&database, "info");
    assert_eq!(setup.run(&["migrate"]).await.code, Some(0));
    let somebody = database.schema().hold("BEGIN; LOCK TABLE users").await;
    let address = free_address();
    let (process, client) = (setup.spawn_at(address), Client::of(address));
    for _ in 0..3 {
        let is_starting =
            |answer: Answer| (answer.status == 503 && answer.text.contains("being started")).then_some(());
        until("it is being started", async || client.try_get("/readyz").await.ok().and_then(is_starting)).await;
    }
    drop(somebody);
    let log = setup.ready(process, address).await.stop().await.stderr;
    let lines = lines(&log);
    assert_eq!(lines.iter().filter(|line| line["message"] == "starting").count(), 1, "{log}");
    assert!(!lines.iter().any(|line| line["route"].as_str().is_some_and(is_probe)), "{log}");
}

fn is_probe(route: &str) -> bool {
    ["/livez", "/readyz"].contains(&route)
}
