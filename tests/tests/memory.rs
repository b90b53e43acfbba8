//! Whatever is sent, by however many at once: memory stays within bounds, and honest requests are answered.

use std::fmt::Write;

use futures::future::join_all;
use ironplate_tests::{Client, Database, Document, Operation, RawConnection, Server, Setup};
use reqwest::{Method, RequestBuilder};

/// At once, of each sort.
const CROWD: usize = 200;

/// More than the bodies in hand may take, and what connections, parsers and answers take beside them; and a small part of
/// what trees of such bodies took.
const BOUND_KIB: u64 = 96 * 1024;

const NOBODY: &str = "00000000-0000-0000-0000-000000000000";

/// Forms of the dashboard: for whoever comes by, and for those who are logged in.
const FORMS: [&str; 8] = [
    "/dashboard/log-in",
    "/dashboard/sign-up",
    "/dashboard/forgot-password",
    "/dashboard/reset-password",
    "/dashboard/verify-email",
    "/dashboard/organizations/new",
    "/dashboard/settings/password",
    "/dashboard/users/new",
];

/// Its growth is within bounds.
struct Watched {
    server: Server,
    before: u64,
}

impl Watched {
    async fn start() -> Self {
        let server = Setup::on(&Database::sqlite()).start().await;
        let before = server.peak_memory_kib();
        Self { server, before }
    }

    fn assert_within_bounds(&self, what: &str) {
        let grown = self.server.peak_memory_kib() - self.before;
        assert!(grown < BOUND_KIB, "{what}: grown by {grown} KiB");
    }
}

/// The start of an object of so many bytes, in the smallest pieces that cost a parser the most.
fn crumbs(bytes: usize) -> String {
    let mut text = String::with_capacity(bytes + 32);
    let mut member = 0;
    text.push('{');
    while text.len() < bytes {
        let _ = write!(text, r#""{member:x}":{{"":0}},"#);
        member += 1;
    }
    text.truncate(bytes);
    text
}

/// As large as a body may be, and far larger; broken, and sound.
fn json_bodies() -> Vec<String> {
    let sound = format!(r#"{{{}"":0}}"#, r#""a":{"":0},"#.repeat(490));
    let long = format!(r#"{{"name":"{}","password":"{}"}}"#, "\\u0001".repeat(5_000), "p".repeat(30_000));
    vec![crumbs(64 * 1024), crumbs(1024 * 1024), "[".repeat(64 * 1024), sound, long]
}

fn form_bodies() -> Vec<String> {
    vec!["&a".repeat(32_000), format!("name={}", "%22".repeat(20_000)), format!("email={}", "\"".repeat(60_000))]
}

async fn send_at_once(requests: impl Iterator<Item = RequestBuilder>) {
    // A connection that is closed while a body is on its way may end without an answer.
    for answer in join_all(requests.map(Client::send)).await.into_iter().flatten() {
        assert!(answer.status != 500, "{answer:?}");
    }
}

#[tokio::test]
async fn hostile_bodies_cost_no_more_than_their_size_whoever_sends_them() {
    let watched = Watched::start().await;
    let (nobody, root) = (watched.server.client(), watched.server.superuser().await);
    let operations = Document::of(&nobody).await.operations();
    let reading: Vec<&Operation> = operations.iter().filter(|operation| operation.takes.is_some()).collect();
    assert!(reading.len() > 10, "{reading:?}");
    for body in json_bodies() {
        for client in [&nobody, &root] {
            let requests = reading.iter().cycle().take(CROWD).map(|operation| {
                let media_type = operation.takes.as_deref().unwrap();
                let request = client.request(operation.method.parse().unwrap(), &operation.path_to(NOBODY));
                request.header("content-type", media_type).body(body.clone())
            });
            send_at_once(requests).await;
        }
    }
    for body in form_bodies() {
        for client in [&nobody, &root] {
            let requests = FORMS.iter().chain(&["/api/v1/login/access-token"]).cycle().take(CROWD).map(|path| {
                let request = client.request(Method::POST, path).header("sec-fetch-site", "same-origin");
                request.header("content-type", "application/x-www-form-urlencoded").body(body.clone())
            });
            send_at_once(requests).await;
        }
    }
    watched.assert_within_bounds("hostile bodies");
}

#[tokio::test]
async fn long_heads_cost_no_more_than_their_size() {
    let watched = Watched::start().await;
    let client = watched.server.client();
    let paths = ["/dashboard/organizations", "/api/v1/organizations/", "/dashboard/log-in", "/reset-password", "/nope"];
    for query in ["&a".repeat(15_000), "&a".repeat(40_000), format!("token={}", "%22".repeat(10_000))] {
        let requests = paths.iter().cycle().take(CROWD);
        send_at_once(requests.map(|path| client.request(Method::GET, &format!("{path}?{query}")))).await;
    }
    let cookie = "a=b; ".repeat(6_000);
    send_at_once((0..CROWD).map(|_| client.request(Method::GET, "/dashboard").header("cookie", &cookie))).await;
    watched.assert_within_bounds("long heads");
}

#[tokio::test]
async fn slow_bodies_hold_no_more_than_they_may_and_keep_nobody_out() {
    const SLOW: usize = 400;
    let watched = Watched::start().await;
    let root = watched.server.superuser().await;
    let head = format!(
        "POST /api/v1/organizations/ HTTP/1.1\r\nhost: test\r\nauthorization: Bearer {}\r\ncontent-type: application/json\r\n",
        root.token().unwrap()
    );
    let some = "x".repeat(60_000);
    let ways = [
        format!("{head}content-length: 60001\r\n\r\n{some}"),
        format!("{head}transfer-encoding: chunked\r\n\r\nffff\r\n{some}"),
    ];
    let mut slow = Vec::new();
    for request in ways.iter().cycle().take(SLOW) {
        let mut connection = RawConnection::to(&watched.server).await;
        connection.send(request.as_bytes()).await;
        slow.push(connection);
        if slow.len() % 50 == 0 {
            root.write().await;
        }
    }
    watched.assert_within_bounds("slow bodies");
    let first = slow[0].read_to_end().await;
    assert!(first.starts_with("HTTP/1.1 503") && first.contains("too_many_bodies"), "{first:?}");
    assert!(first.to_ascii_lowercase().contains("retry-after: 1"), "{first:?}");
}
