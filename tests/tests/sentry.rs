//! What Sentry is told, and what it is not; and that it costs nobody anything.

use std::time::Duration;

use ironplate_tests::{
    Client, Database, Mood, NEW_PASSWORD, PASSWORD, SUPERUSER, Secrets, Setup, Signal, Sink, cookie_of,
    on_both_databases, until,
};
use reqwest::Method;
use serde_json::{Value, json};

on_both_databases!(
    faults_are_reported_once_with_what_helps_and_without_what_is_secret,
    a_worker_that_can_not_work_is_reported_once,
    a_receiver_that_is_silent_slow_or_busy_costs_nobody_anything,
    a_receiver_that_is_away_costs_nobody_anything,
);

const ANN: &str = "ann@example.com";

/// Where faults are reported; elsewhere nothing is.
fn in_production(database: &Database, sink: &Sink) -> Setup {
    Setup::on(database)
        .with("ENVIRONMENT", "production")
        .with("IRONPLATE__MAIL__TRANSPORT", "off")
        .with("FRONTEND_HOST", "http://127.0.0.1:8000")
        .with("IRONPLATE__WEB__ALLOW_PLAIN_HTTP", "true")
        .with("IRONPLATE__PASSWORD_HASHING__MEMORY_KIB", "1024")
        .with("IRONPLATE__PASSWORDS__MINIMUM_SCORE", "0")
        .with("IRONPLATE__HTTP__DRAIN_SECONDS", "0")
        .with("FIRST_SUPERUSER_PASSWORD", PASSWORD)
        .with("SENTRY_DSN", &sink.dsn())
        .with("SENTRY_ENVIRONMENT", "staging")
}

/// From here on nothing can be added to this table, for a reason that quotes what it should not.
async fn break_table(database: &Database, table: &str, reason: &str) {
    let refuse = match database {
        Database::Sqlite(_) => {
            format!("CREATE TRIGGER refuse_{table} BEFORE INSERT ON {table} BEGIN SELECT RAISE(ABORT, '{reason}'); END")
        }
        Database::Postgres(_) => format!(
            "CREATE FUNCTION refuse_{table}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION '{reason}'; END $$; \
             CREATE TRIGGER refuse BEFORE INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION refuse_{table}()"
        ),
    };
    database.execute(&refuse).await;
}

async fn faults_are_reported_once_with_what_helps_and_without_what_is_secret(database: Database) {
    let sink = Sink::start(Mood::Willing).await;
    let server = in_production(&database, &sink).behind_proxy().start().await;
    let visitor = server.client().at_address("203.0.113.77");
    let mut secrets = Secrets::default();
    for text in [ANN, SUPERUSER, PASSWORD, NEW_PASSWORD, "Bearer", "203.0.113.77", "planted-in-a-query", "a quiet name"]
    {
        secrets.add(text, text.as_bytes());
    }
    let ann = visitor.sign_up(ANN).await;
    let (id, token) = (ann.id().await, ann.token().unwrap().to_owned());
    let cookie = cookie_of(&visitor.ask_for_cookie(ANN, PASSWORD).await);
    let browser = visitor.with_cookie(&cookie);
    secrets.add("a token", token.as_bytes());
    secrets.add("a cookie", cookie.split_once('=').unwrap().1.as_bytes());

    let quoted = format!("no room for {ANN} from 203.0.113.77, key {}", cookie.split_once('=').unwrap().1);
    for table in ["organizations", "sessions"] {
        break_table(&database, table, &quoted).await;
    }
    let new = json!({ "name": "a quiet name", "password": PASSWORD });
    let is_broken = |answer: ironplate_tests::Answer| {
        assert_eq!(answer.status, 500, "{answer:?}");
        answer.header("x-request-id").unwrap().to_owned()
    };
    let by_token = is_broken(ann.post("organizations/?x=planted-in-a-query", &new).await);
    let by_cookie = is_broken(browser.post("organizations/?x=planted-in-a-query", &new).await);
    let by_form = is_broken(visitor.ask_for_token(ANN, PASSWORD).await);
    let page = browser.request(Method::POST, "/dashboard/organizations/new?x=planted-in-a-query");
    let by_page = is_broken(Client::send(page.form(&[("name", "a quiet name")])).await.unwrap());
    let _alive = visitor.get("/livez").await.ok();
    assert_eq!(server.stop().await.code, Some(0));

    let events = sink.events(4).await;
    for posted in sink.received() {
        secrets.assert_absent("an envelope", &posted.bytes());
        assert!(posted.head.starts_with("POST /api/7/envelope/ "), "{}", posted.head);
        assert!(posted.head.to_lowercase().contains("x-sentry-auth: sentry "), "{}", posted.head);
    }
    let expected = [
        (by_token, "POST", "/api/v1/organizations", true),
        (by_cookie, "POST", "/api/v1/organizations", true),
        (by_form, "POST", "/api/v1/login/access-token", false),
        (by_page, "POST", "/dashboard/organizations/new", true),
    ];
    assert_eq!(events.len(), expected.len(), "each once: {events:?}");
    for (request, method, route, is_known) in expected {
        let event = events.iter().find(|event| event["tags"]["request_id"] == request.as_str());
        let event = event.unwrap_or_else(|| panic!("{route} is missing: {events:?}"));
        assert_eq!(event["transaction"], format!("{method} {route}"), "{event}");
        assert_eq!(event["user"]["id"], if is_known { json!(id) } else { Value::Null }, "{event}");
        assert_eq!((&event["environment"], &event["level"]), (&json!("staging"), &Value::Null), "{event}");
        assert!(event["release"].as_str().unwrap().starts_with("ironplate@"), "{event}");
        assert!(!event["server_name"].as_str().unwrap().is_empty(), "{event}");
        let exception = &event["exception"]["values"][0];
        assert_eq!(exception["type"], "request failed", "{event}");
        assert!(exception["value"].as_str().unwrap().contains("no room for [address]"), "{event}");
    }
}

async fn a_worker_that_can_not_work_is_reported_once(database: Database) {
    let sink = Sink::start(Mood::Willing).await;
    let setup = in_production(&database, &sink);
    assert_eq!(setup.run(&["migrate"]).await.code, Some(0));
    let worker = setup.start_worker();
    until("it works", async || worker.stderr().contains("sending mail").then_some(())).await;
    database.execute("ALTER TABLE outbox RENAME TO elsewhere").await;
    let exception = sink.events(1).await[0]["exception"]["values"][0].clone();
    assert_eq!(exception["type"], "the outbox can't be worked on; trying on", "{exception}");
    assert!(exception["value"].as_str().unwrap().contains("outbox"), "{exception}");
    database.execute("ALTER TABLE elsewhere RENAME TO outbox").await;
    until("it works again", async || worker.stderr().contains("in reach again").then_some(())).await;
    worker.signal(Signal::TERM);
    assert_eq!(worker.finish().await.code, Some(0));
    assert_eq!(sink.received().len(), 1);
}

#[tokio::test]
async fn development_and_test_report_nothing() {
    let sink = Sink::start(Mood::Willing).await;
    for environment in ["test", "development"] {
        let setup = Setup::on(&Database::sqlite()).with("ENVIRONMENT", environment).with("SENTRY_DSN", &sink.dsn());
        let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let failed = setup.run(&["--address", &taken.local_addr().unwrap().to_string()]).await;
        assert_eq!(failed.code, Some(1), "{failed:?}");
    }
    assert_eq!(sink.received().len(), 0);
}

#[tokio::test]
async fn a_server_that_can_not_start_says_so() {
    let sink = Sink::start(Mood::Willing).await;
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let failed = in_production(&Database::sqlite(), &sink).run(&["--address", &address]).await;
    assert_eq!(failed.code, Some(1), "{failed:?}");
    let events = sink.events(1).await;
    assert_eq!(events.len(), 1, "{events:?}");
    let exception = &events[0]["exception"]["values"][0];
    assert_eq!(exception["type"], "the process ended", "{exception}");
    assert!(exception["value"].as_str().unwrap().starts_with("Can't listen on [network address]"), "{exception}");
}

async fn a_receiver_that_is_silent_slow_or_busy_costs_nobody_anything(database: Database) {
    for mood in [Mood::Silent, Mood::Slow(Duration::from_secs(1)), Mood::Busy(3600)] {
        let sink = Sink::start(mood).await;
        let setup = in_production(&database, &sink).with("IRONPLATE__LIMITS__ORGANIZATIONS_PER_ACCOUNT", "off");
        let server = setup.start().await;
        let ann = server.superuser().await;
        if let Mood::Silent = mood {
            break_table(&database, "organizations", "no room").await;
        }
        for _ in 0..100 {
            assert_eq!(ann.post("organizations/", &json!({ "name": "牛乳" })).await.status, 500);
        }
        // Some sixty wait, and each is given five seconds: would it wait for all of them, the test would lose its patience.
        let finished = server.stop().await;
        assert_eq!(finished.code, Some(0), "{finished:?}");
        let is_left = finished.stderr.contains("telemetry is left unsent");
        match mood {
            Mood::Busy(_) => assert_eq!((sink.received().len(), is_left), (1, false), "who is busy is left alone"),
            _ => assert!(is_left, "{finished:?}"),
        }
    }
}

async fn a_receiver_that_is_away_costs_nobody_anything(database: Database) {
    let sink = Sink::start(Mood::Willing).await;
    let setup = in_production(&database, &sink).with("IRONPLATE__LIMITS__ORGANIZATIONS_PER_ACCOUNT", "off");
    drop(sink);
    let server = setup.start().await;
    let ann = server.superuser().await;
    break_table(&database, "organizations", "no room").await;
    for _ in 0..100 {
        assert_eq!(ann.post("organizations/", &json!({ "name": "a name" })).await.status, 500);
    }
    let finished = server.stop().await;
    assert_eq!(finished.code, Some(0), "{finished:?}");
    assert_eq!(finished.stderr.matches("telemetry is not taken").count(), 1, "{finished:?}");
}
