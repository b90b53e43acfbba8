//! What a collector of traces is told, and what it is not; and that it costs nobody anything.

use ironplate_tests::{
    Client, Database, Mood, NEW_PASSWORD, PASSWORD, ReceivedSpan, SUPERUSER, Secrets, Setup, Sink, SmtpServer,
    free_address, on_both_databases, on_postgres_only, until,
};
use serde_json::{Value, json};
use tokio::time::{Duration, Instant};

on_both_databases!(
    a_request_is_told_with_all_that_it_waited_for_and_nothing_secret,
    a_mail_is_a_trace_that_the_request_points_to,
);

on_postgres_only!(
    who_may_say_that_a_request_is_part_of_a_trace,
    a_fault_is_told_without_its_words,
    a_collector_that_is_silent_or_busy_costs_nobody_anything,
);

const ANN: &str = "ann@example.com";
const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";
const SPAN: &str = "00f067aa0ba902b7";

fn traced(database: &Database, sink: &Sink) -> Setup {
    Setup::on(database).with("OTEL_EXPORTER_OTLP_ENDPOINT", &sink.url()).behind_proxy()
}

/// The span of the request that was answered with this id, and all of its trace.
async fn told(sink: &Sink, id: &str) -> (ReceivedSpan, Vec<ReceivedSpan>) {
    let is_it = |span: &ReceivedSpan| span.attribute("ironplate.request_id") == id;
    let spans = sink.spans_with("the request is told", is_it).await;
    let request = spans.iter().find(|span| is_it(span)).unwrap().clone();
    let trace = spans.into_iter().filter(|span| span.trace == request.trace).collect();
    (request, trace)
}

fn named<'a>(spans: &'a [ReceivedSpan], name: &str) -> &'a ReceivedSpan {
    spans.iter().find(|span| span.name == name).unwrap_or_else(|| panic!("{name} is missing: {spans:#?}"))
}

async fn a_request_is_told_with_all_that_it_waited_for_and_nothing_secret(database: Database) {
    let sink = Sink::start(Mood::Willing).await;
    let setup = traced(&database, &sink)
        .with("OTEL_EXPORTER_OTLP_HEADERS", "x-key=a%20key%2Cof%20ours,x-tenant=7")
        .with("OTEL_SERVICE_NAME", "shop")
        .with("OTEL_RESOURCE_ATTRIBUTES", "k8s.pod.name=shop-1")
        .with("IRONPLATE__LOG__FORMAT", "json")
        .with("RUST_LOG", "info");
    let server = setup.start().await;
    let visitor = server.client().at_address("203.0.113.77");
    let mut secrets = Secrets::default();
    for text in [ANN, SUPERUSER, PASSWORD, NEW_PASSWORD, "Bearer", "203.0.113.77", "planted-in-a-query", "a quiet name"]
    {
        secrets.add(text, text.as_bytes());
    }
    let ann = visitor.sign_up(ANN).await;
    secrets.add("a token", ann.token().unwrap().as_bytes());
    let posted = ann.post("organizations/?x=planted-in-a-query", &json!({ "name": "a quiet name" })).await;
    let (created, made) = (posted.header("x-request-id").unwrap().to_owned(), posted.ok());
    let id = made["id"].as_str().unwrap();
    secrets.add("an id in a path", id.as_bytes());
    let read = ann.get(&format!("organizations/{id}")).await.header("x-request-id").unwrap().to_owned();
    let logged_in = visitor.ask_for_token(ANN, "wrong-password").await.header("x-request-id").unwrap().to_owned();
    assert_eq!(visitor.get("/livez").await.status, 200);

    let (request, trace) = told(&sink, &created).await;
    assert_eq!(request.trace, created.replace('-', ""), "it begins a trace by its own id");
    assert_eq!((&*request.name, request.kind as i32, &*request.parent), ("POST /api/v1/organizations", 2, ""));
    for (name, value) in [
        ("http.request.method", "POST"),
        ("http.route", "/api/v1/organizations"),
        ("http.response.status_code", "200"),
        ("url.scheme", "http"),
        ("error.type", ""),
    ] {
        assert_eq!(request.attribute(name), value, "{name}: {request:?}");
    }
    for (name, value) in [
        ("service.name", "shop"),
        ("service.version", env!("CARGO_PKG_VERSION")),
        ("deployment.environment.name", "test"),
        ("k8s.pod.name", "shop-1"),
        ("telemetry.sdk.language", "rust"),
    ] {
        assert_eq!(request.resource.get(name).map(String::as_str), Some(value), "{:?}", request.resource);
    }
    let use_case = named(&trace, "organizations::create_organization");
    assert_eq!((use_case.kind as i32, &use_case.parent), (1, &request.id));
    assert_eq!(
        use_case.attribute("code.function.name"),
        "ironplate_http::endpoints::organizations::create_organization"
    );
    let statement = named(&trace, "organizations.insert");
    let system = if matches!(database, Database::Sqlite(_)) { "sqlite" } else { "postgresql" };
    assert_eq!((statement.kind as i32, statement.attribute("db.system.name")), (3, system));
    for (part, whole) in [(statement, use_case), (use_case, &request)] {
        assert_eq!(part.parent, whole.id, "{part:?}");
        let (a_microsecond, (from, to)) = (1_000, part.times);
        assert!(
            whole.times.0 <= from + a_microsecond && from <= to && to <= whole.times.1 + a_microsecond,
            "{trace:#?}"
        );
    }
    let authenticated = named(&trace, "Host::authenticate");
    assert!(authenticated.times.1 <= use_case.times.0, "one after the other: {trace:#?}");
    for name in ["begin", "commit"] {
        assert_eq!(named(&trace, name).parent, use_case.id);
    }

    let (request, _) = told(&sink, &read).await;
    assert_eq!(request.name, "GET /api/v1/organizations/{organization_id}");
    let (request, trace) = told(&sink, &logged_in).await;
    assert_eq!((request.attribute("http.response.status_code"), request.is_error), ("400", false), "no fault of ours");
    let hash = named(&trace, "password hash");
    assert_eq!(hash.parent, named(&trace, "login::login_access_token").id);

    let log = server.stop().await.stderr;
    let line = log.lines().find(|line| line.contains("answered") && line.contains(&created)).unwrap();
    let line: Value = serde_json::from_str(line).unwrap();
    assert_eq!(line["span"]["trace_id"], created.replace('-', ""), "{line}");
    let spans = sink.spans();
    let ids: std::collections::BTreeSet<_> = spans.iter().map(|span| (&span.trace, &span.id)).collect();
    assert_eq!(ids.len(), spans.len(), "no id is there twice");
    assert!(!spans.iter().any(|span| span.name.contains("livez")), "probes are no news");
    for posted in sink.received() {
        secrets.assert_absent("a request of export", &posted.bytes());
        let head = posted.head.to_lowercase();
        assert!(head.starts_with("post /v1/traces http/1.1\r\n"), "{head}");
        for header in ["content-type: application/x-protobuf", "x-key: a key,of ours", "x-tenant: 7"] {
            assert!(head.contains(header), "{header}: {head}");
        }
    }
}

async fn a_mail_is_a_trace_that_the_request_points_to(database: Database) {
    let (sink, smtp) = (Sink::start(Mood::Willing).await, SmtpServer::start());
    let server = traced(&database, &sink).with_mail_to(&smtp).start().await;
    let asked = server.client().ask_for_recovery(SUPERUSER).await;
    let _mail = smtp.wait_for_mail_to(SUPERUSER).await;
    let is_mail = |span: &ReceivedSpan| span.name.starts_with("mail ");
    let spans = sink.spans_with("the mail is told", is_mail).await;
    let mail = spans.iter().find(|span| is_mail(span)).unwrap();
    assert_eq!((mail.attribute("ironplate.mail.outcome"), mail.is_error, mail.kind as i32), ("sent", false, 5));
    assert_eq!(mail.attribute("messaging.message.id").replace('-', ""), mail.trace);
    let handed_over = spans.iter().find(|span| span.name == "hand over mail" && span.trace == mail.trace).unwrap();
    assert_eq!((&handed_over.parent, handed_over.kind as i32), (&mail.id, 3));
    named(&spans, "outbox.mark_sent");

    let (request, trace) = told(&sink, asked.header("x-request-id").unwrap()).await;
    let enqueued = trace.iter().find(|span| span.name.starts_with("enqueue ")).unwrap();
    assert_eq!(enqueued.links, [(mail.trace.clone(), mail.id.clone())]);
    assert_eq!((enqueued.kind as i32, &enqueued.trace), (4, &request.trace));
    assert_eq!(named(&trace, "outbox.enqueue").parent, enqueued.id);
    assert_eq!(server.stop().await.code, Some(0));
    let mut secrets = Secrets::default();
    secrets.add(SUPERUSER, SUPERUSER.as_bytes());
    sink.received().iter().for_each(|posted| secrets.assert_absent("a request of export", &posted.bytes()));
}

async fn who_may_say_that_a_request_is_part_of_a_trace(database: Database) {
    let sink = Sink::start(Mood::Willing).await;
    let parent = |flags: &str| format!("00-{TRACE}-{SPAN}-{flags}");
    let ask = async |client: &Client, traceparent: &str| {
        let answer = client.with_header("traceparent", traceparent).get("users/me").await;
        assert_eq!(answer.status, 401, "{answer:?}");
        answer.header("x-request-id").unwrap().to_owned()
    };
    let server = traced(&database, &sink).with("OTEL_TRACES_SAMPLER_ARG", "0").start().await;
    let unsampled = ask(&server.client(), &parent("00")).await;
    let sampled = ask(&server.client(), &parent("01")).await;
    let (request, _) = told(&sink, &sampled).await;
    assert_eq!((&*request.trace, &*request.parent), (TRACE, SPAN));
    assert_eq!(server.stop().await.code, Some(0));
    let is_told = |id: &str| sink.spans().iter().any(|span| span.attribute("ironplate.request_id") == id);
    assert!(!is_told(&unsampled), "neither is what another service does not keep, nor the share of none");

    let server = traced(&database, &sink).start().await;
    let unsampled = ask(&server.client(), &parent("00")).await;
    let mut hostile = Vec::new();
    for text in ["", "nonsense", &parent("zz"), &parent("01").to_uppercase(), &"a".repeat(20_000), "00-00-00-00"] {
        hostile.push(ask(&server.client(), text).await);
    }
    for id in hostile {
        let (request, _) = told(&sink, &id).await;
        assert_eq!((request.trace, &*request.parent), (id.replace('-', ""), ""), "a trace of its own");
    }
    assert!(!is_told(&unsampled), "its service does not keep it");
    assert_eq!(server.stop().await.code, Some(0));

    let server = traced(&database, &sink).without("IRONPLATE__HTTP__TRUSTED_PROXIES").start().await;
    for flags in ["00", "01"] {
        let id = ask(&server.client(), &parent(flags)).await;
        let (request, _) = told(&sink, &id).await;
        assert_eq!((request.trace, &*request.parent), (id.replace('-', ""), ""), "a stranger is not believed");
    }
    assert_eq!(server.stop().await.code, Some(0));

    let heard = sink.received().len();
    let server = traced(&database, &sink).with("OTEL_TRACES_SAMPLER", "always_off").start().await;
    ask(&server.client(), &parent("01")).await;
    assert_eq!(server.stop().await.code, Some(0));
    assert_eq!(sink.received().len(), heard, "nothing is nothing");
}

async fn a_fault_is_told_without_its_words(database: Database) {
    let sink = Sink::start(Mood::Willing).await;
    let server = traced(&database, &sink).start().await;
    let ann = server.superuser().await;
    database.schema().execute("ALTER TABLE organizations RENAME TO secret_table").await.unwrap();
    let answer = ann.post("organizations/", &json!({ "name": "牛乳" })).await;
    assert_eq!(answer.status, 500, "{answer:?}");
    let (request, trace) = told(&sink, answer.header("x-request-id").unwrap()).await;
    assert!(request.is_error, "{request:?}");
    assert_eq!(request.attribute("error.type"), "request failed");
    assert!(trace.iter().any(|span| span.is_error && span.attribute("db.system.name") == "postgresql"), "{trace:#?}");
    assert!(!format!("{trace:?}").contains("secret_table"), "{trace:?}");
    assert_eq!(server.stop().await.code, Some(0));
}

async fn a_collector_that_is_silent_or_busy_costs_nobody_anything(database: Database) {
    for mood in [Mood::Silent, Mood::Busy(3600)] {
        let (sink, address) = (Sink::start(mood).await, free_address());
        let server = traced(&database, &sink).with("IRONPLATE__METRICS__ADDRESS", &address.to_string()).start().await;
        let ann = server.superuser().await;
        until("it is asked", async || (!sink.received().is_empty()).then_some(())).await;
        for _ in 0..20 {
            assert_eq!(ann.get("users/me").await.status, 200);
        }
        if let Mood::Busy(_) = mood {
            let metrics = Client::of(address);
            until("what is lost is counted", async || {
                let text = metrics.get("/metrics").await.text;
                text.contains(r#"ironplate_telemetry_lost_total{receiver="traces"} 2"#).then_some(())
            })
            .await;
            assert_eq!(sink.received().len(), 1, "who is busy is left alone");
        }
        let before = Instant::now();
        assert_eq!(server.stop().await.code, Some(0));
        // One request alone is given five seconds, and some wait.
        assert!(before.elapsed() < Duration::from_secs(4), "{:?}", before.elapsed());
    }
}

#[tokio::test]
async fn settings_have_the_names_and_meanings_of_open_telemetry_and_tell_no_key() {
    let sink = Sink::start(Mood::Willing).await;
    let setup = Setup::on(&Database::sqlite())
        .with("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", &format!("{}/as/it/is", sink.url()))
        .with("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:9/not-this")
        .with("OTEL_EXPORTER_OTLP_HEADERS", "authorization=Basic%20c2VjcmV0a2V5");
    let shown = setup.run(&["config", "show"]).await;
    assert_eq!(shown.code, Some(0), "{shown:?}");
    assert!(shown.stdout.contains("/as/it/is"), "{shown:?}");
    let checked = setup.run(&["config", "check"]).await;
    assert!(checked.stdout.contains("/as/it/is"), "{checked:?}");
    let examined = setup.run(&["doctor"]).await;
    assert!(examined.stdout.contains("traces") && examined.stdout.contains("takes traces"), "{examined:?}");
    for finished in [&shown, &checked, &examined] {
        assert!(!finished.output().contains("c2VjcmV0a2V5"), "{finished:?}");
    }
    let posted = sink.received();
    assert_eq!(posted.len(), 1, "doctor alone asked");
    assert!(posted[0].head.starts_with("POST /as/it/is HTTP/1.1"), "{posted:?}");
    assert!(posted[0].body.is_empty() && posted[0].spans().is_empty(), "it changes nothing there");
    assert!(posted[0].head.contains("Basic c2VjcmV0a2V5"), "{posted:?}");

    let gone = setup.with("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", &format!("http://{}", free_address()));
    let examined = gone.run(&["doctor"]).await;
    assert!(examined.stdout.contains("does not take traces"), "{examined:?}");
}
