//! Servers that say the wrong thing at the wrong time; no real one can be made to.

use std::time::Duration;

use ironplate_application::ports::MailTransport;
use ironplate_mail::{Security, SmtpSettings};
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
};

use crate::world::{mail, passing, secure, settings, transport, with_password};

/// Answers each line that it hears by what `answer` makes of it; nothing for silence.
async fn converse(stream: TcpStream, answer: impl Fn(&str) -> Option<&'static str>) -> Vec<String> {
    let mut stream = BufReader::new(stream);
    let mut heard = Vec::new();
    let _ = stream.write_all(b"220 ready\r\n").await;
    let mut line = Vec::new();
    while stream.read_until(b'\n', &mut line).await.is_ok_and(|octets| octets > 0) {
        let text = String::from_utf8_lossy(&line).trim_end().to_owned();
        line.clear();
        if let Some(reply) = answer(&text) {
            let _ = stream.write_all(reply.as_bytes()).await;
        }
        heard.push(text);
    }
    heard
}

fn well_behaved(line: &str) -> Option<&'static str> {
    match line.split([' ', ':']).next() {
        Some("EHLO") => Some("250 hello\r\n"),
        Some("MAIL" | "RCPT" | "NOOP" | "RSET") => Some("250 fine\r\n"),
        Some("DATA") => Some("354 go on\r\n"),
        Some(".") => Some("250 kept\r\n"),
        Some("QUIT") => Some("221 bye\r\n"),
        _ => None,
    }
}

async fn listen() -> (TcpListener, u16) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = listener.local_addr().expect("its address").port();
    (listener, port)
}

#[tokio::test]
async fn answers_smuggled_in_before_tls_are_not_taken_for_the_server_s() {
    let (listener, port) = listen().await;
    let server = tokio::spawn(async move {
        let (stream, _) = listener.accept().await.unwrap();
        converse(stream, |line| match line {
            "STARTTLS" => Some("220 go\r\n250-smuggled\r\n250 AUTH PLAIN\r\n235 in\r\n250 ok\r\n"),
            line if line.starts_with("EHLO") => Some("250-hello\r\n250 STARTTLS\r\n"),
            _ => None,
        })
        .await
    });
    let reason = passing(&transport(secure(port, Security::StartTls, None))).await;
    // TLS reads them, and finds no handshake.
    assert!(reason.starts_with("STARTTLS: ") && reason.contains("corrupt message"), "{reason}");
    assert_eq!(server.await.unwrap()[1], "STARTTLS");
}

#[tokio::test]
async fn a_mail_given_up_half_way_leaves_nothing_to_the_next_one() {
    let (listener, port) = listen().await;
    let transport = transport(SmtpSettings { timeout: Duration::from_secs(8), ..settings(port) });
    let server = tokio::spawn(async move {
        let (first, _) = listener.accept().await.unwrap();
        let first = tokio::spawn(converse(first, |line| if line == "DATA" { None } else { well_behaved(line) }));
        let (second, _) = listener.accept().await.unwrap();
        let second = tokio::spawn(converse(second, well_behaved));
        (first.await.unwrap(), second)
    });
    assert_eq!(passing(&transport).await, "DATA: no answer in time");
    transport.send(&mail()).await.unwrap();
    let (first, second) = server.await.unwrap();
    assert_eq!(first.last().unwrap(), "DATA");
    drop(transport);
    assert!(second.await.unwrap().iter().any(|line| line.starts_with("MAIL FROM")));
}

#[tokio::test]
async fn a_kept_connection_that_went_silent_costs_no_mail() {
    let (listener, port) = listen().await;
    let transport = transport(SmtpSettings { timeout: Duration::from_secs(8), ..settings(port) });
    tokio::spawn(async move {
        let (first, _) = listener.accept().await.unwrap();
        let mails = std::sync::atomic::AtomicU32::new(0);
        tokio::spawn(async move {
            converse(first, |line| {
                let is_second =
                    line.starts_with("MAIL") && mails.fetch_add(1, std::sync::atomic::Ordering::Relaxed) > 0;
                if is_second { None } else { well_behaved(line) }
            })
            .await
        });
        let (second, _) = listener.accept().await.unwrap();
        converse(second, well_behaved).await
    });
    transport.send(&mail()).await.unwrap();
    transport.send(&mail()).await.unwrap();
}

#[tokio::test]
async fn go_on_is_no_taking_of_responsibility() {
    let (listener, port) = listen().await;
    tokio::spawn(async move {
        let (stream, _) = listener.accept().await.unwrap();
        converse(stream, |line| if line == "." { Some("354 go on\r\n") } else { well_behaved(line) }).await
    });
    assert_eq!(passing(&transport(settings(port))).await, "after the message: unexpected answer 354");
}

#[tokio::test]
async fn whatever_is_answered_to_a_log_in_the_password_is_not_told() {
    for (reply, shown) in [
        ("535 5.7.8 AGlyb25wbGF0ZQBzM2NyZXQ= is wrong\r\n", "AUTH: 535 the mail server refused the log-in"),
        ("454 4.7.0 czNjcmV0, come again\r\n", "AUTH: 454 the mail server refused the log-in"),
        ("AGlyb25wbGF0ZQBzM2NyZXQ=\r\n", "AUTH: the mail server's answer makes no sense"),
    ] {
        let (listener, port) = listen().await;
        tokio::spawn(async move {
            let (stream, _) = listener.accept().await.unwrap();
            converse(stream, |line| match line.split(' ').next() {
                Some("EHLO") => Some("250-hello\r\n250 AUTH PLAIN\r\n"),
                Some("AUTH") => Some(reply),
                _ => None,
            })
            .await
        });
        assert_eq!(passing(&transport(with_password(port, "s3cret"))).await, shown);
    }
}

/// LOGIN lays down the order of its prompts, and no words.
#[tokio::test]
async fn a_log_in_is_answered_whatever_the_words_of_its_prompts() {
    for prompts in [
        ["334 VXNlcm5hbWU6\r\n", "334 UGFzc3dvcmQ6\r\n"],
        ["334 VXNlcjo=\r\n", "334 UGFzczo=\r\n"],
        ["334 \r\n", "334 \r\n"],
        ["334 Name, please\r\n", "334 not base64!\r\n"],
        // The one word in place of the other.
        ["334 UGFzc3dvcmQ6\r\n", "334 VXNlcm5hbWU6\r\n"],
    ] {
        let (listener, port) = listen().await;
        let server = tokio::spawn(async move {
            let (stream, _) = listener.accept().await.unwrap();
            converse(stream, |line| match line {
                "AUTH LOGIN" => Some(prompts[0]),
                // postman, s3cret
                "cG9zdG1hbg==" => Some(prompts[1]),
                "czNjcmV0" => Some("235 in\r\n"),
                line if line.starts_with("EHLO") => Some("250-hello\r\n250 AUTH LOGIN\r\n"),
                line => well_behaved(line),
            })
            .await
        });
        let transport = transport(with_password(port, "s3cret"));
        transport.send(&mail()).await.unwrap_or_else(|error| panic!("{prompts:?}: {error}"));
        drop(transport);
        let heard = server.await.unwrap();
        assert_eq!(heard[1..4], ["AUTH LOGIN", "cG9zdG1hbg==", "czNjcmV0"]);
    }
}

/// By a domain, or else by the address from which the server is reached.
#[tokio::test]
async fn the_server_is_greeted_by_a_name_that_is_one() {
    for (helo_name, heard) in [(None, "EHLO [127.0.0.1]"), (Some("app.example.com"), "EHLO app.example.com")] {
        let (listener, port) = listen().await;
        let server = tokio::spawn(async move {
            let (stream, _) = listener.accept().await.unwrap();
            converse(stream, well_behaved).await
        });
        let transport = transport(SmtpSettings { helo_name: helo_name.map(str::to_owned), ..settings(port) });
        transport.send(&mail()).await.unwrap();
        drop(transport);
        assert_eq!(server.await.unwrap()[0], heard);
    }
}

#[tokio::test]
async fn a_mail_that_finds_no_connection_free_does_not_wait_for_ever() {
    let (listener, port) = listen().await;
    tokio::spawn(async move {
        let (stream, _) = listener.accept().await.unwrap();
        converse(stream, |line| if line == "." { None } else { well_behaved(line) }).await
    });
    let transport = transport(SmtpSettings { timeout: Duration::from_secs(2), connections: 1, ..settings(port) });
    let reasons = tokio::join!(passing(&transport), passing(&transport));
    assert_eq!(reasons.0, "after the message: no answer in time");
    assert!(reasons.1.starts_with("connecting: "), "{}", reasons.1);
}

#[tokio::test]
async fn a_server_that_is_none() {
    for greeting in ["HTTP/1.1 400 Bad Request\r\n\r\n", "\u{0}\u{1}\u{1b}[31m\r\n", "554 5.3.2 Nobody here\r\n", ""] {
        let (listener, port) = listen().await;
        tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            let _ = stream.write_all(greeting.as_bytes()).await;
        });
        let reason = passing(&transport(settings(port))).await;
        assert!(reason.starts_with("connecting: "), "{reason}");
    }
}

#[tokio::test]
async fn a_server_that_begins_in_clear_where_tls_is_expected_is_told_with_the_setting() {
    let (listener, port) = listen().await;
    tokio::spawn(async move {
        let (stream, _) = listener.accept().await.unwrap();
        converse(stream, well_behaved).await;
    });
    let settings = SmtpSettings { security: Security::ImplicitTls, ..settings(port) };
    let reason = passing(&transport(settings)).await;
    assert!(reason.starts_with("connecting: on this port the mail server begins in clear"), "{reason}");
    assert!(reason.contains("set SMTP_SSL=false and SMTP_TLS=true"), "{reason}");
}
