//! Clients that vanish, dawdle, shout or mumble harm nobody but themselves.

use futures::future::join_all;
use ironplate_tests::{
    CROWD, Client, Database, PASSWORD, RawConnection, Server, Setup, assert_whole, on_both_databases,
};
use reqwest::Method;
use serde_json::{Value, json};

on_both_databases!(clients_that_vanish_take_nothing_with_them);

const LARGEST: usize = 64 * 1024;

async fn clients_that_vanish_take_nothing_with_them(database: Database) {
    const RESETS: usize = 400;
    let server = Setup::on(&database).start().await;
    let ann = server.client().sign_up("ann@example.com").await;
    let requests = cut_requests(ann.token().unwrap());
    let sent: Vec<&String> = requests.iter().cycle().take(RESETS).collect();
    for batch in sent.chunks(40) {
        join_all(batch.iter().map(async |request| {
            let mut connection = RawConnection::to(&server).await;
            connection.send(request.as_bytes()).await;
            connection.reset();
        }))
        .await;
    }
    assert_whole(&ann).await;
    let written = ann.get("organizations/").await.ok()["count"].as_u64().unwrap();
    assert!(written > CROWD as u64, "some of them were cut while something of theirs was written");
    assert!(!server.stderr().contains("panicked"), "{}", server.stderr());
}

/// Complete and incomplete ones, of the kinds that read, write, and hash.
fn cut_requests(token: &str) -> Vec<String> {
    let request = |line: &str, media_type: &str, length: usize, body: &str| {
        format!(
            "{line} HTTP/1.1\r\nhost: test\r\nauthorization: Bearer {token}\r\ncontent-type: {media_type}\r\n\
             content-length: {length}\r\n\r\n{body}"
        )
    };
    let (json, form) = ("application/json", "application/x-www-form-urlencoded");
    let new = r#"{"name":"牛乳"}"#;
    let login = format!("username=ann%40example.com&password={PASSWORD}");
    let body_missing = request("POST /api/v1/organizations/", json, new.len(), "");
    vec![
        request("GET /api/v1/users/me", json, 0, ""),
        request("GET /api/v1/organizations/", json, 0, ""),
        request("POST /api/v1/organizations/", json, new.len(), new),
        request("POST /api/v1/organizations/", json, new.len(), &new[..7]),
        request("POST /api/v1/login/access-token", form, login.len(), &login),
        request("POST /api/v1/login/access-token", form, login.len(), &login[..20]),
        body_missing[..40].to_owned(),
        body_missing,
    ]
}

async fn small_world() -> (Server, Client) {
    let server = Setup::on(&Database::sqlite()).start().await;
    let ann = server.client().sign_up("ann@example.com").await;
    (server, ann)
}

/// A body of exactly this length.
fn body_of(length: usize) -> String {
    let frame = json!({ "name": "牛乳", "padding": "" }).to_string();
    frame.replace(r#""padding":"""#, &format!(r#""padding":"{}""#, "x".repeat(length - frame.len())))
}

#[tokio::test]
async fn the_largest_body_is_read_and_one_byte_more_is_refused() {
    let (_server, ann) = small_world().await;
    let post = async |length| {
        let request = ann.request(Method::POST, "organizations/").header("content-type", "application/json");
        Client::send(request.body(body_of(length))).await.expect("an answer")
    };
    let _made = post(LARGEST).await.ok();
    post(LARGEST + 1).await.assert_refused(413, "payload_too_large");
    post(128 * LARGEST).await.assert_refused(413, "payload_too_large");
}

#[tokio::test]
async fn a_body_that_does_not_tell_its_length_is_refused_beyond_the_same() {
    let (server, ann) = small_world().await;
    let head = format!(
        "POST /api/v1/organizations/ HTTP/1.1\r\nhost: test\r\nauthorization: Bearer {}\r\ncontent-type: application/json\r\n\
         transfer-encoding: chunked\r\n\r\n",
        ann.token().unwrap()
    );
    let chunk = format!("2000\r\n{}\r\n", "x".repeat(0x2000));
    let mut connection = RawConnection::to(&server).await;
    connection.send(head.as_bytes()).await;
    for _ in 0..LARGEST / 0x2000 {
        connection.send(chunk.as_bytes()).await;
    }
    connection.send(b"1\r\nx\r\n").await;
    let answer = connection.read_to_end().await;
    assert!(answer.starts_with("HTTP/1.1 413") && answer.contains("payload_too_large"), "{answer:?}");
}

#[tokio::test]
async fn nobody_waits_for_the_rest_of_a_body_that_nobody_wants() {
    let (server, ann) = small_world().await;
    let token = ann.token().unwrap();
    let endless = |line: &str, body: &str| {
        format!(
            "{line} HTTP/1.1\r\nhost: test\r\nauthorization: Bearer {token}\r\ncontent-type: application/json\r\n\
             transfer-encoding: chunked\r\n\r\n{body}"
        )
    };
    for (request, status) in [
        (endless("POST /nope", "100000\r\nx"), 404),
        (endless("GET /api/v1/users/me", "100000\r\nx"), 200),
        (endless("POST /api/v1/logout/", "1\r\nx\r\n"), 200),
        (endless("PUT /api/v1/users/me", "100000\r\nx"), 405),
        (endless("POST /api/v1/users/signup", &"1\r\nx\r\n".repeat(2000)), 413),
        (endless("POST /dashboard/log-in", &"1\r\nx\r\n".repeat(2000)), 413),
    ] {
        let mut connection = RawConnection::to(&server).await;
        connection.send(request.as_bytes()).await;
        let answer = connection.read_to_end().await;
        assert!(answer.starts_with(&format!("HTTP/1.1 {status}")), "{request:.60}: {answer:?}");
    }
}

#[tokio::test]
async fn noise_is_refused_and_changes_nothing() {
    let (server, ann) = small_world().await;
    let token = ann.token().unwrap();
    let item = format!(
        "POST /api/v1/organizations/ HTTP/1.1\r\nhost: test\r\nauthorization: Bearer {token}\r\ncontent-type: application/json\r\n"
    );
    let noises: Vec<Vec<u8>> = vec![
        b"GARBAGE\r\n\r\n".to_vec(),
        b"\r\n\r\n\r\n\r\n".to_vec(),
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03".repeat(50),
        (0..=255).cycle().take(10_000).collect(),
        b"GET / HTTP/9.9\r\nhost: test\r\n\r\n".to_vec(),
        b"GET /api/v1/users/me HTTP/1.1\r\n\r\n".to_vec(),
        b"GET /%00%ff%zz HTTP/1.1\r\nhost: test\r\nconnection: close\r\n\r\n".to_vec(),
        b"GET /api/v1/organizations/\xff\xfe HTTP/1.1\r\nhost: test\r\n\r\n".to_vec(),
        [b"GET /".as_slice(), &b"a".repeat(32 * LARGEST)].concat(),
        [b"GET / HTTP/1.1\r\nx: ".as_slice(), &b"a".repeat(32 * LARGEST)].concat(),
        [b"GET / HTTP/1.1\r\n".as_slice(), &b"x: y\r\n".repeat(20_000)].concat(),
        format!("{item}content-length: -1\r\n\r\n{{}}").into_bytes(),
        format!("{item}content-length: 99999999999999999999999\r\n\r\n{{}}").into_bytes(),
        format!("{item}content-length: 2\r\ncontent-length: 20\r\n\r\n{{}}").into_bytes(),
        format!("{item}content-length: 2\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n").into_bytes(),
        format!("{item}transfer-encoding: chunked\r\n\r\nzz\r\n").into_bytes(),
        format!("{item}transfer-encoding: chunked\r\n\r\nffffffffffffffffff\r\n").into_bytes(),
        format!("{item}transfer-encoding: gibberish\r\n\r\n{{}}").into_bytes(),
    ];
    for noise in &noises {
        let mut connection = RawConnection::to(&server).await;
        connection.send(noise).await;
        connection.finish_sending().await;
        let answer = connection.read_to_end().await;
        let start = String::from_utf8_lossy(&noise[..noise.len().min(60)]).into_owned();
        assert!(!answer.starts_with("HTTP/1.1 2") && !answer.starts_with("HTTP/1.1 5"), "{start:?} got {answer:?}");
        let _me = ann.get("users/me").await.ok();
    }
    assert_eq!(ann.get("organizations/").await.ok()["count"], 0);
}

#[tokio::test]
async fn slow_clients_hold_nobody_up_and_are_shown_out() {
    let (server, ann) = small_world().await;
    let mut slow = Vec::new();
    for _ in 0..200 {
        let mut connection = RawConnection::to(&server).await;
        connection.send(b"GET /api/v1/users/me HTTP/1.1\r\nhost: te").await;
        slow.push(connection);
    }
    assert_whole(&ann).await;
    for answer in join_all(slow.iter_mut().map(RawConnection::read_to_end)).await {
        assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 408"), "{answer:?}");
    }
}

#[tokio::test]
async fn no_head_grows_beyond_its_bound_on_a_kept_connection_either() {
    let (server, _ann) = small_world().await;
    let request =
        |kib: usize| format!("GET /livez HTTP/1.1\r\nhost: test\r\nx-long: {}\r\n\r\n", "x".repeat(kib * 1024));
    let kept = async || {
        let mut connection = RawConnection::to(&server).await;
        connection.send(request(1).as_bytes()).await;
        assert!(connection.read_answer().await.starts_with("HTTP/1.1 200"));
        connection
    };
    let mut connection = kept().await;
    // Each counts by itself: together they are longer than one may be.
    for _ in 0..4 {
        connection.send(request(15).as_bytes()).await;
        assert!(connection.read_answer().await.starts_with("HTTP/1.1 200"));
    }
    connection.send(request(40).as_bytes()).await;
    assert!(connection.read_answer().await.starts_with("HTTP/1.1 431"), "too long, but not by far");
    let mut connection = kept().await;
    // It is whole, so whoever heard it to its end would answer.
    connection.send(request(64).as_bytes()).await;
    assert_eq!(connection.read_to_end().await, "", "closed without an answer");
}

#[tokio::test]
async fn a_body_that_never_comes_is_not_waited_for_for_ever() {
    let (server, ann) = small_world().await;
    let request = cut_requests(ann.token().unwrap()).pop().unwrap();
    let mut slow = Vec::new();
    for _ in 0..200 {
        let mut connection = RawConnection::to(&server).await;
        connection.send(request.as_bytes()).await;
        slow.push(connection);
    }
    assert_whole(&ann).await;
    for answer in join_all(slow.iter_mut().map(RawConnection::read_to_end)).await {
        assert!(answer.starts_with("HTTP/1.1 408") && answer.contains("request_timeout"), "{answer:?}");
    }
}

#[tokio::test]
async fn hostile_json_is_refused_and_never_a_fault_of_ours() {
    let (_server, ann) = small_world().await;
    let bodies = [
        "[".repeat(60_000),
        r#"{"name":"#.repeat(7_000),
        format!("[{}0]", "0,".repeat(30_000)),
        r#"{"name":"\ud800"}"#.to_owned(),
        r#"{"name":"\u0000"}"#.to_owned(),
        r#"{"name":NaN}"#.to_owned(),
        format!(r#"{{"name":1{}}}"#, "0".repeat(60_000)),
        r#"{"name":null}"#.to_owned(),
        "null".to_owned(),
    ];
    for body in bodies {
        let request = ann.request(Method::POST, "organizations/").header("content-type", "application/json");
        let answer = Client::send(request.body(body)).await.expect("an answer");
        answer.assert_refused(422, "validation_error");
    }
    for paging in ["skip=-1", "limit=-1", "skip=99999999999999999999", "limit=1001", "after=%00", "order_by=nothing"] {
        ann.get(&format!("organizations/?{paging}")).await.assert_refused(422, "validation_error");
    }
    let list = ann.get("organizations/?q=%25_%5C%27%22").await.ok();
    assert_eq!(list["data"], Value::Array(Vec::new()));
}
