//! TLS in the binary, and HTTP/2 over it.

use std::fs;

use futures::future::join_all;
use http::Request;
use ironplate_tests::{
    Client, Database, Http2Client, PATIENCE, RawConnection, Setup, Signal, TestCertificate, TlsServer, exchange,
    free_address, on_both_databases, until,
};
use tokio::time::timeout;

on_both_databases!(both_versions_of_http_are_answered_over_tls, a_stop_answers_what_was_asked_by_http2);

async fn both_versions_of_http_are_answered_over_tls(database: Database) {
    let server = TlsServer::start(&Setup::on(&database)).await;
    let get = b"GET /livez HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n";
    let answer = exchange(&mut server.http1().await, get).await;
    assert!(answer.starts_with(b"HTTP/1.1 200"), "{}", String::from_utf8_lossy(&answer));

    let mut client = server.http2().await;
    let account = r#"{"email":"ann@example.com","password":"correct horse battery"}"#;
    let post = |path: &str| {
        Request::post(format!("https://localhost/api/v1/{path}")).header("content-type", "application/json")
    };
    let signed_up = client.send(post("users/signup").body(account).unwrap()).await.unwrap();
    assert_eq!(signed_up.0.status, 200, "{signed_up:?}");
    assert!(signed_up.0.headers.contains_key("date") && signed_up.0.headers.contains_key("x-request-id"));
    let session = post("session").header("sec-fetch-site", "same-origin").body(account).unwrap();
    let (head, body) = client.send(session).await.unwrap();
    let cookie = head.headers.get("set-cookie").unwrap_or_else(|| panic!("{head:?} {body}")).to_str().unwrap();
    assert!(cookie.starts_with("__Host-session=") && cookie.ends_with("; Secure"), "{cookie}");
    // Each on its stream, all at once.
    let answers = join_all((0..200).map(|_| {
        let mut client = client.clone();
        async move { client.get("/livez").await.unwrap().0 }
    }));
    assert!(answers.await.iter().all(|status| *status == 200));
    let head = client.send(Request::head("https://localhost/livez").body("").unwrap()).await.unwrap();
    assert_eq!((head.0.status.as_u16(), head.1.as_str()), (200, ""));
    assert_eq!(client.get("/nowhere").await.unwrap().0, 404);
    server.stop().await;
}

async fn a_stop_answers_what_was_asked_by_http2(database: Database) {
    let server = TlsServer::start(&Setup::on(&database)).await;
    let (mut client, mut idle) = (server.http2().await, server.http2().await);
    assert_eq!(idle.get("/livez").await.unwrap().0, 200);
    let body = r#"{"email":"ann@example.com","password":"correct horse battery"}"#;
    let request = Request::post("https://localhost/api/v1/users/signup").header("content-type", "application/json");
    let request = request.header("content-length", body.len());
    let (response, mut sending) = client.begin(request.body(()).unwrap(), false).await.unwrap();
    // Half of it, which is read.
    sending.send_data(body[..10].to_owned().into(), false).unwrap();
    assert_eq!(client.get("/livez").await.unwrap().0, 200);
    server.process().signal(Signal::TERM);
    let address = server.address();
    until("the server accepts no more", async || RawConnection::try_to(address).await.is_none().then_some(())).await;
    sending.send_data(body[10..].to_owned().into(), true).unwrap();
    let response = timeout(PATIENCE, response).await.unwrap().unwrap();
    assert_eq!(response.status(), 200);
    assert!(idle.get("/livez").await.is_err(), "who asks nothing is told to go");
    let finished = server.finish().await;
    assert_eq!(finished.code, Some(0), "{finished:?}");
}

#[tokio::test]
async fn a_new_certificate_is_shown_and_no_request_fails() {
    let setup = Setup::on(&Database::sqlite());
    let server = TlsServer::start(&setup).await;
    let (kept, fresh) = (server.http2().await, TestCertificate::default());
    let is_shown = async |certificate: &TestCertificate| {
        let stream = certificate.connect(server.address(), "h2").await;
        let mut client = Http2Client::on(stream.ok()?).await.ok()?;
        Some(client.get("/livez").await.expect("who is shown it is answered").0).filter(|status| *status == 200)
    };
    let load = async {
        let mut client = kept.clone();
        let mut answered = 0;
        while is_shown(&fresh).await.is_none() {
            // Those who know the old one are answered until the new one is shown, and who is connected in any case.
            assert_eq!(client.get("/livez").await.expect("an answer").0, 200);
            answered += 1;
        }
        assert_eq!(client.get("/livez").await.expect("an answer").0, 200);
        answered
    };
    let renew = async {
        fs::write(setup.folder().join("tls.pem"), "no certificate").unwrap();
        server.process().signal(Signal::HUP);
        let is_told = || server.process().stderr().contains("can't be used; the old one stays");
        until("the broken one is told", async || is_told().then_some(())).await;
        assert_eq!(is_shown(server.certificate()).await, Some(200), "the old one is shown");
        fresh.put_into(setup.folder());
        server.process().signal(Signal::HUP);
    };
    let (answered, ()) = futures::future::join(load, renew).await;
    assert!(answered > 0 && is_shown(server.certificate()).await.is_none());

    // Without a signal, too.
    let later = TestCertificate::default();
    later.put_into(setup.folder());
    until("the newest is shown", async || is_shown(&later).await).await;
}

#[tokio::test]
async fn what_is_over_or_not_good_yet_takes_the_place_of_none_that_is_good() {
    let setup = Setup::on(&Database::sqlite()).with("RUST_LOG", "info");
    let server = TlsServer::start(&setup).await;
    for (wrong, told) in [
        (TestCertificate::lasting(2001, 2002), "the certificate is over since 2002-01-01"),
        (TestCertificate::lasting(2900, 2901), "the certificate is not good before 2900-01-01"),
    ] {
        wrong.put_into(setup.folder());
        server.process().signal(Signal::HUP);
        until("it is refused", async || server.process().stderr().contains(told).then_some(())).await;
        assert_eq!(server.http2().await.get("/livez").await.unwrap().0, 200, "the old one is shown");
        let check = setup.clone().with_tls().run(&["config", "check"]).await;
        assert!(check.code == Some(0) && check.stdout.contains(told), "{check:?}");
    }
    server.certificate().put_into(setup.folder());
    let is_told = || server.process().stderr().contains("the files have a certificate that can be used again");
    until("that it is good again is told", async || is_told().then_some(())).await;
    let elsewhere = setup.clone().with_tls().with("FRONTEND_HOST", "https://app.example.com");
    let check = elsewhere.run(&["config", "check"]).await;
    assert!(check.stdout.contains("the certificate is not for https://app.example.com"), "{check:?}");
}

#[tokio::test]
async fn a_certificate_that_nobody_renews_is_told() {
    let setup = Setup::on(&Database::sqlite()).with_tls();
    TestCertificate::lasting(2001, 2002).put_into(setup.folder());
    let metrics = free_address();
    let setup = setup.with("IRONPLATE__METRICS__ADDRESS", &metrics.to_string());
    let process = setup.spawn_at(free_address());
    let is_told = || process.stderr().contains("the certificate is over soon, or already");
    until("it is told", async || is_told().then_some(())).await;
    let metrics = Client::of(metrics);
    let text = until("metrics are told", async || metrics.try_get("/metrics").await.ok()).await.text;
    assert!(text.contains("ironplate_tls_certificate_expiry_timestamp_seconds 1009843200\n"), "{text}");
}

#[tokio::test]
async fn what_is_no_certificate_is_told_and_ends_the_start() {
    let setup = Setup::on(&Database::sqlite()).with_tls();
    let (one, other) = (TestCertificate::default(), TestCertificate::default());
    one.put_into(setup.folder());
    let key = fs::read(setup.folder().join("tls.key")).unwrap();
    other.put_into(setup.folder());
    fs::write(setup.folder().join("tls.key"), &key).unwrap();
    for command in [&["config", "check"][..], &["--address", "127.0.0.1:0"]] {
        let finished = setup.run(command).await;
        assert_eq!(finished.code, Some(1), "{finished:?}");
        let told = "IRONPLATE__HTTP__TLS_KEY (http.tls_key)\n    certificate and key can't be used together";
        assert!(finished.stderr.contains(told), "{finished:?}");
    }
    fs::remove_file(setup.folder().join("tls.key")).unwrap();
    let finished = setup.clone().with("IRONPLATE__LOG__FORMAT", "xml").run(&["--address", "127.0.0.1:0"]).await;
    assert!(finished.stderr.starts_with("The configuration has 2 faults:"), "with all others: {finished:?}");
    let told = "IRONPLATE__HTTP__TLS_KEY (http.tls_key)\n    tls.key can't be read";
    assert!(finished.stderr.contains(told), "{finished:?}");
    // Who does not serve does not need it.
    assert_eq!(setup.run(&["migrate"]).await.code, Some(0));
    fs::write(setup.folder().join("tls.pem"), "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")
        .unwrap();
    fs::write(setup.folder().join("tls.key"), &key).unwrap();
    let finished = setup.run(&["config", "check"]).await;
    assert!(finished.stderr.contains("(http.tls_certificate)\n    certificate and key can't be used"), "{finished:?}");
    fs::write(setup.folder().join("tls.pem"), "").unwrap();
    fs::write(setup.folder().join("tls.key"), "").unwrap();
    let both = setup.run(&["config", "check"]).await.stderr;
    for told in ["(http.tls_certificate)\n    tls.pem holds no certificate", "(http.tls_key)\n    tls.key holds no key"]
    {
        assert!(both.contains(told), "{both}");
    }
    let alone = setup.without("IRONPLATE__HTTP__TLS_KEY").run(&["config", "check"]).await;
    assert!(alone.stderr.contains("IRONPLATE__HTTP__TLS_KEY (http.tls_key)\n    is missing"), "{alone:?}");
}

#[tokio::test]
async fn health_asks_over_tls_and_plain_http_is_sent_there() {
    let redirect = free_address();
    let setup = Setup::on(&Database::sqlite())
        .with("FRONTEND_HOST", "https://app.example.com")
        .with("IRONPLATE__HTTP__REDIRECT_ADDRESS", &redirect.to_string())
        .with("IRONPLATE__HTTP__KEEP_ALIVE_SECONDS", "2");
    let server = TlsServer::start(&setup).await;
    let address = server.address().to_string();
    let health = setup.clone().with_tls().run(&["--address", &address, "health"]).await;
    assert_eq!(health.code, Some(0), "{health:?}");

    let mut plain = RawConnection::try_to(redirect).await.unwrap();
    plain.send(b"POST /api/v1/organizations/?a=b HTTP/1.1\r\nhost: evil.example\r\ncontent-length: 0\r\n\r\n").await;
    let answer = plain.read_to_end().await.to_lowercase();
    assert!(answer.starts_with("http/1.1 308"), "{answer}");
    assert!(answer.contains("location: https://app.example.com/api/v1/organizations/?a=b\r\n"), "{answer}");

    let mut unused = RawConnection::try_to(redirect).await.unwrap();
    assert_eq!(unused.read_to_end().await, "", "whoever says nothing there is told nothing");

    // HSTS is for names that people type.
    let (head, _) = server.http2().await.send(Request::get("https://localhost/livez").body("").unwrap()).await.unwrap();
    assert!(head.headers.contains_key("strict-transport-security"), "{head:?}");
    let finished = setup.without("FRONTEND_HOST").run(&["config", "check"]).await;
    assert!(finished.stderr.contains("leads to TLS, which is not spoken here"), "{finished:?}");
}

#[tokio::test]
async fn a_large_request_right_behind_the_handshake_is_answered() {
    let server = TlsServer::start(&Setup::on(&Database::sqlite())).await;
    let length = 60_000;
    let request = format!(
        "POST /api/v1/users/signup HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\ncontent-type: application/json\r\n\
         content-length: {length}\r\n\r\n{}",
        "a".repeat(length)
    );
    for _ in 0..10 {
        let answer = server.certificate().ask_at_once(server.address(), request.as_bytes());
        assert!(answer.starts_with(b"HTTP/1.1 422"), "{:?}", String::from_utf8_lossy(&answer));
    }
}

#[tokio::test]
async fn slow_handshakes_and_plain_words_are_shown_out() {
    let setup = Setup::on(&Database::sqlite()).with("IRONPLATE__HTTP__HEAD_TIMEOUT", "1");
    let server = TlsServer::start(&setup).await;
    // A first message that says it has 64 KiB, most of which comes.
    let endless = [&b"\x16\x03\x01\x3e\x80\x01\x00\xff\x00"[..], &[0; 0x3e80 - 4]].concat();
    let endless = [endless, [&b"\x16\x03\x01\x3e\x80"[..], &[0; 0x3e80]].concat()].concat();
    let plain = b"GET / HTTP/1.1\r\nhost: localhost\r\n\r\n";
    for bytes in [&b"\x16\x03\x01\x02\x00\x01\x00"[..], &endless, plain, b"\0"] {
        let mut connection = RawConnection::try_to(server.address()).await.unwrap();
        connection.send(bytes).await;
        let answer = connection.read_to_end().await;
        assert!(!answer.contains("HTTP"), "{answer:?}");
    }
    // Half a head after the handshake.
    let mut http1 = server.http1().await;
    let answer = exchange(&mut http1, b"GET /livez HTTP/1.1\r\nhost:").await;
    assert!(answer.is_empty() || answer.starts_with(b"HTTP/1.1 408"), "{}", String::from_utf8_lossy(&answer));
    let answer = exchange(&mut server.raw_http2().await, b"PRI * HTTP/2.0\r\n").await;
    assert!(answer.len() < 100, "{answer:?}");
    assert_eq!(server.http2().await.get("/livez").await.unwrap().0, 200);
}

#[tokio::test]
async fn whoever_does_not_read_an_answer_is_dropped() {
    let setup = Setup::on(&Database::sqlite()).with("IRONPLATE__HTTP__WRITE_TIMEOUT", "1");
    let plain = setup.start().await;
    let mut client = RawConnection::to(&plain).await;
    let request = b"GET /api/v1/openapi.json HTTP/1.1\r\nhost: localhost\r\n\r\n";
    client.send_until_dropped(request).await;
    plain.stop().await;

    let server = TlsServer::start(&setup).await;
    let mut client = Http2Client::with_window(server.raw_http2().await, 1000).await.unwrap();
    let request = Request::get("https://localhost/api/v1/openapi.json").body(()).unwrap();
    let (response, _) = client.begin(request, true).await.unwrap();
    let mut body = response.await.unwrap().into_body();
    let end = async {
        loop {
            if let Some(Err(error)) = body.data().await {
                break error;
            }
        }
    };
    let error = timeout(PATIENCE, end).await.expect("the stream ends");
    assert_eq!(error.reason(), Some(h2::Reason::CANCEL), "{error:?}");
    assert_eq!(client.get("/livez").await.unwrap().0, 200, "others on the same connection are answered");
}

const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

const HEADERS: u8 = 1;
const RESET: u8 = 3;
const SETTINGS: u8 = 4;
const PING: u8 = 6;
const GOAWAY: u8 = 7;
const CONTINUATION: u8 = 9;

const END_STREAM: u8 = 1;
const END_HEADERS: u8 = 4;

/// RFC 9113, section 4.1.
fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let length = u32::try_from(payload.len()).unwrap().to_be_bytes();
    [&length[1..], &[kind, flags], &stream.to_be_bytes(), payload].concat()
}

/// `GET https://localhost/livez`, by RFC 7541: fields of its table, and two written out.
fn get_livez() -> Vec<u8> {
    [&[0x82, 0x87, 0x04, 6][..], b"/livez", &[0x01, 9], b"localhost"].concat()
}

/// What the server says with its GOAWAY, if it says that.
fn farewell(received: &[u8]) -> Option<u32> {
    let mut rest = received;
    while let [a, b, c, kind, _, _, _, _, _, payload @ ..] = rest {
        let length = u32::from_be_bytes([0, *a, *b, *c]) as usize;
        let payload = payload.get(..length)?;
        if *kind == GOAWAY {
            return Some(u32::from_be_bytes(payload[4..8].try_into().unwrap()));
        }
        rest = &rest[9 + length..];
    }
    None
}

#[tokio::test]
async fn floods_of_http2_end_their_connection_and_nothing_else() {
    let server = TlsServer::start(&Setup::on(&Database::sqlite())).await;
    let mut friend = server.http2().await;
    let hello = [PREFACE, &frame(SETTINGS, 0, 0, &[])].concat();
    let streams = || (0..20_000_u32).map(|number| 2 * number + 1);
    let rapid_reset = streams().flat_map(|stream| {
        let head = frame(HEADERS, END_HEADERS | END_STREAM, stream, &get_livez());
        [head, frame(RESET, 0, stream, &8_u32.to_be_bytes())].concat()
    });
    let endless_head = [frame(HEADERS, END_STREAM, 1, &get_livez())].into_iter();
    let endless_head = endless_head.chain((0..20_000).map(|_| frame(CONTINUATION, 0, 1, &[0x82]))).flatten();
    // Each refused, for they have bodies that never come and so last.
    let many = streams().flat_map(|stream| frame(HEADERS, END_HEADERS, stream, &get_livez()));
    let pings = (0..100_000).flat_map(|_| frame(PING, 0, 0, &[0; 8]));
    let nonsense = (0..10_000).flat_map(|_| frame(0xee, 0xff, 7, &[0xee; 9]));
    let floods: [(&str, Vec<u8>); 5] = [
        ("rapid reset", rapid_reset.collect()),
        ("endless head", endless_head.collect()),
        ("many streams", many.collect()),
        ("pings", pings.chain(frame(GOAWAY, 0, 0, &[0; 8])).collect()),
        ("nonsense", nonsense.chain(frame(GOAWAY, 0, 0, &[0; 8])).collect()),
    ];
    for (what, flood) in floods {
        let mut stream = server.raw_http2().await;
        let received = exchange(&mut stream, &[&hello[..], &flood].concat()).await;
        // Whoever goes on sending may be reset before they hear why.
        if ["rapid reset", "endless head"].contains(&what) {
            assert_ne!(farewell(&received), Some(0), "{what}");
        }
        assert_eq!(friend.get("/livez").await.expect("an answer").0, 200, "{what}");
    }
    assert!(server.process().peak_memory_kib() < 150 * 1024, "{} KiB", server.process().peak_memory_kib());
}
