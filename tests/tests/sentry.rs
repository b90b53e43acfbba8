//! What Sentry is told, and what it is not; and that it costs nobody anything.

use ironplate_tests::{
    Client, Database, Mood, NEW_PASSWORD, PASSWORD, SUPERUSER, Secrets, Setup, Sink, cookie_of, on_postgres_only,
};
use reqwest::Method;
use serde_json::{Value, json};
use tokio::time::{Duration, Instant};

on_postgres_only!(
    faults_are_reported_once_with_what_helps_and_without_what_is_secret,
    a_receiver_that_is_silent_or_busy_costs_nobody_anything,
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
    let refuse = format!(
        "CREATE FUNCTION refuse_{table}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION '{reason}'; END $$; \
         CREATE TRIGGER refuse BEFORE INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION refuse_{table}()"
    );
    database.schema().execute(&refuse).await.unwrap();
}

async fn faults_are_reported_once_with_what_helps_and_without_what_is_secret(database: Database) {
    let sink = Sink::start(Mood::Willing).await;
    let server = in_production(&database, &sink).behind_proxy().start().await;
    let visitor = server.client().at_address("203.0.113.77");
    let mut secrets = Secrets::default();
    for text in
        [ANN, SUPERUSER, PASSWORD, NEW_PASSWORD, "Bearer", "203.0.113.77", "planted-in-a-query", "a quiet title"]
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
    for table in ["items", "sessions"] {
        break_table(&database, table, &quoted).await;
    }
    let item = json!({ "title": "a quiet title", "description": PASSWORD });
    let is_broken = |answer: ironplate_tests::Answer| {
        assert_eq!(answer.status, 500, "{answer:?}");
        answer.header("x-request-id").unwrap().to_owned()
    };
    let by_token = is_broken(ann.post("items/?x=planted-in-a-query", &item).await);
    let by_cookie = is_broken(browser.post("items/?x=planted-in-a-query", &item).await);
    let by_form = is_broken(visitor.ask_for_token(ANN, PASSWORD).await);
    let page = browser.request(Method::POST, "/dashboard/items/new?x=planted-in-a-query");
    let by_page = is_broken(Client::send(page.form(&[("title", "a quiet title")])).await.unwrap());
    let _alive = visitor.get("/livez").await.ok();
    assert_eq!(server.stop().await.code, Some(0));

    let events = sink.events(4).await;
    for posted in sink.received() {
        secrets.assert_absent("an envelope", &posted.bytes());
        assert!(posted.head.starts_with("POST /api/7/envelope/ "), "{}", posted.head);
        assert!(posted.head.to_lowercase().contains("x-sentry-auth: sentry "), "{}", posted.head);
    }
    let expected = [
        (by_token, "POST", "/api/v1/items", true),
        (by_cookie, "POST", "/api/v1/items", true),
        (by_form, "POST", "/api/v1/login/access-token", false),
        (by_page, "POST", "/dashboard/items/new", true),
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

async fn a_receiver_that_is_silent_or_busy_costs_nobody_anything(database: Database) {
    for mood in [Mood::Silent, Mood::Busy(3600)] {
        let sink = Sink::start(mood).await;
        let server = in_production(&database, &sink).start().await;
        let ann = server.superuser().await;
        if let Mood::Silent = mood {
            break_table(&database, "items", "no room").await;
        }
        for _ in 0..100 {
            assert_eq!(ann.post("items/", &json!({ "title": "Milk" })).await.status, 500);
        }
        let before = Instant::now();
        assert_eq!(server.stop().await.code, Some(0));
        // One alone is given five seconds, and some wait.
        assert!(before.elapsed() < Duration::from_secs(10), "{:?}", before.elapsed());
        if let Mood::Busy(_) = mood {
            assert_eq!(sink.received().len(), 1, "who is busy is left alone");
        }
    }
}
