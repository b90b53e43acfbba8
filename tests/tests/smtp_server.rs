//! The mail server of these tests, tested itself: a fault that it does not play is a promise that nobody holds.

use ironplate_tests::{Behaviour, SmtpServer, Stage};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

const MAIL: &str = "From: <shop@example.test>\r\nTo: <ann@example.com>\r\nSubject: =?utf-8?B?R3LDvMOfZQ==?=\r\n\
    Date: Sun, 22 Nov 2026 06:18:50 +0000\r\nMessage-ID: <1@example.test>\r\nMIME-Version: 1.0\r\n\
    Content-Type: multipart/alternative; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\n\
    Hello\r\n..and <https://app.example.test/reset-password?token=a%2Fb>\r\n\r\n--b\r\nContent-Type: text/html\r\n\r\n\
    <p>Hello</p>\r\n--b--\r\n.\r\n";
const ENVELOPE: &str = "EHLO me\r\nMAIL FROM:<shop@example.test>\r\nRCPT TO:<ann@example.com>\r\n";

/// Sends all this at once; answers all that comes back.
async fn converse(server: &SmtpServer, text: &str) -> String {
    let mut stream = TcpStream::connect(server.address()).await.unwrap();
    stream.write_all(text.as_bytes()).await.unwrap();
    let mut answer = String::new();
    // Closed with something unread, a connection ends in a reset.
    let _ = stream.read_to_string(&mut answer).await;
    answer
}

async fn hand_over(server: &SmtpServer) -> String {
    converse(server, &format!("{ENVELOPE}DATA\r\n{MAIL}QUIT\r\n")).await
}

#[tokio::test]
async fn a_mail_is_taken_and_read() {
    let server = SmtpServer::start();
    let answer = hand_over(&server).await;
    assert!(answer.ends_with("250 taken\r\n221 bye\r\n"), "{answer}");
    let mail = server.wait_for_mail_to("ann@example.com").await;
    assert_eq!((mail.sender.as_str(), mail.subject.as_str()), ("shop@example.test", "Grüße"));
    assert_eq!((mail.to.as_slice(), mail.message_id()), (["ann@example.com".to_owned()].as_slice(), "1@example.test"));
    assert_eq!((mail.token().as_str(), mail.header("mime-version")), ("a/b", Some("1.0")));
    assert!(mail.text.contains("\r\n.and") || mail.text.contains("\n.and"), "{}", mail.text);
    assert!(mail.html.starts_with("<p>Hello"), "{}", mail.html);
    assert_eq!((server.connections(), server.attempts(), server.count()), (1, 1, 1));
}

#[tokio::test]
async fn a_server_that_is_down_refuses_and_comes_back_with_its_mail() {
    let mut server = SmtpServer::start();
    hand_over(&server).await;
    server.go_down().await;
    for _ in 0..10 {
        assert!(TcpStream::connect(server.address()).await.is_err());
    }
    server.come_up();
    hand_over(&server).await;
    assert_eq!(server.deliveries_by_id(), [("1@example.test".to_owned(), 2)].into());
    assert_eq!(server.deliveries_by_recipient(), [("ann@example.com".to_owned(), 2)].into());
}

#[tokio::test]
async fn faults_are_played_at_their_stage() {
    let server = SmtpServer::start();
    let stages = [Stage::Connect, Stage::Hello, Stage::Mail, Stage::Recipient, Stage::Data, Stage::EndOfData];
    for stage in stages {
        server.tell(Behaviour::AnswerAt(stage, "451 later"));
        let answer = hand_over(&server).await;
        assert_eq!(answer.matches("451 later").count(), 1, "{stage:?}: {answer}");
        server.tell(Behaviour::CloseAt(stage));
        let answer = hand_over(&server).await;
        assert!(!answer.contains("taken"), "{stage:?}: {answer}");
    }
    assert_eq!((server.count(), server.attempts()), (0, 2 * stages.len()));
    server.tell(Behaviour::CloseAt(Stage::MidData));
    assert!(!hand_over(&server).await.contains("taken") && server.count() == 0);
    server.tell(Behaviour::TakeThenClose);
    assert!(hand_over(&server).await.ends_with("354 go ahead\r\n") && server.count() == 1);
    server.tell_about("ann@example.com", Behaviour::Accept);
    assert!(hand_over(&server).await.ends_with("221 bye\r\n") && server.count() == 2);
}

#[tokio::test]
async fn a_message_is_held_until_the_server_is_told_otherwise() {
    let server = SmtpServer::start();
    server.tell(Behaviour::TakeThenHold);
    let client = hand_over(&server);
    let test = async {
        server.wait_for(1).await;
        server.tell(Behaviour::Accept);
    };
    let (answer, ()) = futures::future::join(client, test).await;
    assert!(answer.ends_with("250 taken\r\n221 bye\r\n"), "{answer}");
}

#[tokio::test]
async fn a_server_that_hangs_says_nothing_more() {
    let server = SmtpServer::start();
    server.tell(Behaviour::HangAt(Stage::EndOfData));
    let mut stream = TcpStream::connect(server.address()).await.unwrap();
    stream.write_all(format!("{ENVELOPE}DATA\r\n{MAIL}").as_bytes()).await.unwrap();
    server.wait_for_attempts(1).await;
    stream.shutdown().await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    assert!(answer.ends_with("354 go ahead\r\n") && server.count() == 0, "{answer}");
}
