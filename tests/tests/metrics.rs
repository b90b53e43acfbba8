//! What Prometheus is told, and where.

use ironplate_tests::{
    Client, Database, Proxy, Server, Setup, Signal, SmtpServer, free_address, on_both_databases, on_postgres_only,
    until,
};
use reqwest::Method;

on_both_databases!(
    metrics_tell_what_happened_at_an_address_of_their_own,
    a_worker_alone_tells_its_own_metrics,
    what_did_not_happen_yet_is_told_as_none,
    no_label_is_what_a_client_chose,
);

on_postgres_only!(a_database_that_is_silent_is_told_and_leaves_no_old_figures);

/// A server, and what asks for its metrics.
async fn told_by(setup: Setup) -> (Server, Client) {
    let address = free_address();
    let server = setup.with("IRONPLATE__METRICS__ADDRESS", &address.to_string()).start().await;
    (server, Client::of(address))
}

async fn scrape(metrics: &Client) -> String {
    let answer = metrics.get("/metrics").await;
    assert_eq!(answer.status, 200, "{answer:?}");
    assert!(answer.text.ends_with("# EOF\n"), "{}", answer.text);
    answer.text
}

/// The value of a line that begins like this.
fn value(text: &str, series: &str) -> f64 {
    let line = text.lines().find_map(|line| line.strip_prefix(series)?.strip_prefix(' '));
    line.unwrap_or_else(|| panic!("{series} is missing in:\n{text}")).parse().expect("a number")
}

async fn metrics_tell_what_happened_at_an_address_of_their_own(database: Database) {
    let smtp = SmtpServer::start();
    let setup = Setup::on(&database).with_mail_to(&smtp).with_limit("export_per_account", "1 per hour");
    let (server, metrics) = told_by(setup).await;
    let visitor = server.client();
    let ann = visitor.sign_up("ann@example.com").await;
    visitor.ask_for_token("ann@example.com", "wrong-password").await.assert_refused(400, "incorrect_credentials");
    let _export = ann.get("users/me/export").await.ok();
    ann.get("users/me/export").await.assert_refused(429, "too_many_attempts");
    let _message = visitor.ask_for_recovery("ann@example.com").await.ok();

    // One to confirm the address, and one with the way back in.
    let sent = r#"ironplate_mails_total{outcome="sent"} 2"#;
    let text =
        until("both mails are counted", async || Some(scrape(&metrics).await).filter(|it| it.contains(sent))).await;
    let export = r#"_count{route="/api/v1/users/me/export",method="GET",status="#;
    for (series, count) in [
        (format!("ironplate_http_request_duration_seconds{export}\"2xx\"}}"), 1.0),
        (format!("ironplate_http_request_duration_seconds{export}\"4xx\"}}"), 1.0),
        (r#"ironplate_limits_met_total{limit="export_per_account"}"#.to_owned(), 1.0),
        (r#"ironplate_audit_events_total{kind="session.log_in",outcome="failure"}"#.to_owned(), 1.0),
        ("ironplate_database_up".to_owned(), 1.0),
        ("ironplate_migrations_pending".to_owned(), 0.0),
        ("ironplate_sessions_live".to_owned(), 1.0),
        ("ironplate_password_hash_queue".to_owned(), 0.0),
        ("ironplate_http_requests_in_flight".to_owned(), 0.0),
    ] {
        assert!((value(&text, &series) - count).abs() < f64::EPSILON, "{series} is not {count} in:\n{text}");
    }
    for series in [
        "ironplate_database_statement_duration_seconds_count",
        "ironplate_database_connection_wait_seconds_count",
        "ironplate_password_hash_duration_seconds_count",
        "process_cpu_seconds_total",
        "process_resident_memory_bytes",
        "process_open_fds",
    ] {
        assert!(value(&text, series) > 0.0, "{series} in:\n{text}");
    }
    assert_eq!(server.client().get("/metrics").await.status, 404, "people's address does not tell them");
    let head = Client::send(metrics.request(Method::HEAD, "/metrics")).await.expect("an answer");
    assert_eq!((head.status, &*head.text), (200, ""), "HEAD is as GET, without the body");
    assert!(head.header("content-type").is_some_and(|it| it.starts_with("application/openmetrics-text")), "{head:?}");
    assert_eq!(server.stop().await.code, Some(0));
}

async fn a_worker_alone_tells_its_own_metrics(database: Database) {
    let smtp = SmtpServer::start();
    let setup = Setup::on(&database).with_mail_to(&smtp);
    let server = setup.clone().with("IRONPLATE__OUTBOX__WORKER", "false").start().await;
    let _mails = server.superuser().await.queue_test_mails(2).await;
    let (address, other) = (free_address(), free_address());
    let metrics = "IRONPLATE__METRICS__ADDRESS";
    let worker = setup.clone().with(metrics, &address.to_string()).start_worker();
    let _second = setup.with(metrics, &other.to_string()).start_worker();
    for address in [address, other] {
        let metrics = Client::of(address);
        until("it answers", async || metrics.try_get("/metrics").await.ok()).await;
    }
    let sent = async |address| {
        let text = scrape(&Client::of(address)).await;
        let line = text.lines().find_map(|line| line.strip_prefix(r#"ironplate_mails_total{outcome="sent"} "#));
        line.map_or(0, |count| count.parse::<u32>().expect("a number"))
    };
    until("both mails are counted", async || (sent(address).await + sent(other).await == 2).then_some(())).await;
    let text = scrape(&Client::of(address)).await;
    for (series, expected) in [("ironplate_database_up", 1.0), ("ironplate_migrations_pending", 0.0)] {
        assert!((value(&text, series) - expected).abs() < f64::EPSILON, "{series}:\n{text}");
    }
    assert!(value(&text, "process_open_fds") > 0.0 && value(&text, "ironplate_sessions_live") > 0.0, "{text}");
    worker.signal(Signal::TERM);
    assert_eq!(worker.finish().await.code, Some(0));
}

/// From a series that begins with its first value, `increase` does not see that it rose.
async fn what_did_not_happen_yet_is_told_as_none(database: Database) {
    let address = free_address();
    let setup = Setup::on(&database);
    let (server, metrics) = told_by(setup.clone()).await;
    let _worker = setup.with("IRONPLATE__METRICS__ADDRESS", &address.to_string()).start_worker();
    let worker = Client::of(address);
    until("the worker answers", async || worker.try_get("/metrics").await.ok()).await;
    for metrics in [metrics, worker] {
        let text = scrape(&metrics).await;
        for series in [
            r#"ironplate_mails_total{outcome="sent"}"#,
            r#"ironplate_mails_total{outcome="failed"}"#,
            r#"ironplate_mails_total{outcome="dead"}"#,
            "ironplate_mail_server_unavailable_total",
            "ironplate_outbox_oldest_untried_seconds",
            r#"ironplate_limits_met_total{limit="requests_per_client"}"#,
            r#"ironplate_limits_met_total{limit="log_in_per_account"}"#,
            r#"ironplate_audit_events_total{kind="session.log_in",outcome="failure"}"#,
        ] {
            assert!(value(&text, series).abs() < f64::EPSILON, "{series} in:\n{text}");
        }
    }
    assert_eq!(server.stop().await.code, Some(0));
}

async fn a_database_that_is_silent_is_told_and_leaves_no_old_figures(database: Database) {
    let proxy = Proxy::to(database.schema().server()).await;
    let url = database.schema().url_through(proxy.address());
    let setup = Setup::on(&database).with("DATABASE_URL", &url).with("IRONPLATE__OUTBOX__WORKER", "false");
    let (server, metrics) = told_by(setup).await;
    let text = scrape(&metrics).await;
    assert!(text.contains("ironplate_database_up 1") && text.contains("ironplate_outbox_queued"), "{text}");
    proxy.fall_silent();
    let visitor = server.client();
    until("it is not ready", async || Some(visitor.get("/readyz").await.status).filter(|it| *it == 503)).await;
    // At once, however fresh the last figures are.
    let text = scrape(&metrics).await;
    assert!(text.contains("ironplate_database_up 0"), "{text}");
    assert!(!text.contains("ironplate_outbox_queued"), "{text}");
    assert!(text.contains("ironplate_database_connections_max"), "what the process knows is told: {text}");
}

async fn no_label_is_what_a_client_chose(database: Database) {
    let (server, metrics) = told_by(Setup::on(&database)).await;
    let visitor = server.client();
    for path in ["/made-up-by-a-client", "/api/v1/organizations/made-up-by-a-client", "/docs/made-up-by-a-client"] {
        let _nothing = visitor.get(path).await;
    }
    let method = Method::from_bytes(b"MADEUP").expect("a method");
    Client::send(visitor.request(method, "/livez")).await.expect("an answer");
    let text = scrape(&metrics).await;
    assert!(!text.to_lowercase().contains("made-up") && !text.contains("MADEUP"), "{text}");
    assert!(text.contains(r#"method="other""#), "{text}");
}
