//! Mail that arrives, and over which connections.

use ironplate_application::ports::MailTransport;
use ironplate_mail::Security;
use mail_parser::MessageParser;

use crate::{
    server::{Certificates, Server},
    world::{mail, mail_to, secure, settings, transport, with_password},
};

#[tokio::test]
async fn a_mail_arrives_octet_by_octet() {
    let Some(mut server) = Server::start(&[]).await else { return };
    transport(settings(server.port)).send(&mail()).await.unwrap();
    let received = server.received().await;
    assert_eq!(received.sender, "no-reply@example.com");
    assert_eq!(received.recipients, ["ann@example.com"]);

    let source = str::from_utf8(&received.source).unwrap();
    assert!(source.split("\r\n").all(|line| line.len() <= 998 && !line.contains(['\r', '\n'])));
    let parsed = MessageParser::default().parse(&received.source).unwrap();
    assert_eq!(parsed.subject(), Some("Ironplate - Grüße"));
    assert_eq!(parsed.message_id(), Some("00000000-0000-0000-0000-000000000007@example.com"));
    // Dots that begin a line are doubled on the way, and are here again as they were.
    assert_eq!(parsed.body_text(0).unwrap().replace("\r\n", "\n"), mail().content.text);
    assert_eq!(parsed.body_html(0).unwrap().replace("\r\n", "\n"), mail().content.html);
}

#[tokio::test]
async fn a_mail_sent_again_is_the_same() {
    let Some(mut server) = Server::start(&[]).await else { return };
    let transport = transport(settings(server.port));
    transport.send(&mail()).await.unwrap();
    transport.send(&mail()).await.unwrap();
    assert_eq!(server.received().await.source, server.received().await.source);
}

#[tokio::test]
async fn mails_share_a_connection() {
    let Some(mut server) = Server::start(&[]).await else { return };
    let transport = transport(settings(server.port));
    for _ in 0..3 {
        transport.send(&mail()).await.unwrap();
    }
    let peers = [server.received().await.peer, server.received().await.peer, server.received().await.peer];
    assert!(peers.iter().all(|peer| *peer == peers[0]), "{peers:?}");
}

#[tokio::test]
async fn there_are_never_more_connections_than_allowed() {
    let Some(mut server) = Server::start(&[]).await else { return };
    let transport = transport(settings(server.port));
    let mail = mail();
    let sent = futures::future::join_all((0..20).map(|_| transport.send(&mail))).await;
    assert!(sent.iter().all(Result::is_ok), "{sent:?}");
    let mut peers = std::collections::BTreeSet::new();
    for _ in 0..20 {
        peers.insert(server.received().await.peer);
    }
    assert!(peers.len() <= 2, "{peers:?}");
}

#[tokio::test]
async fn a_connection_that_the_server_dropped_costs_no_mail() {
    let Some(mut server) = Server::start(&["--drop-after-mail"]).await else { return };
    let transport = transport(settings(server.port));
    for _ in 0..3 {
        transport.send(&mail()).await.unwrap();
        // Now it is gone for certain.
        server.event("disconnected").await;
    }
}

#[tokio::test]
async fn a_connection_that_the_server_tired_of_costs_no_mail() {
    let Some(mut server) = Server::start(&["--idle", "0.2"]).await else { return };
    let transport = transport(settings(server.port));
    for _ in 0..2 {
        transport.send(&mail()).await.unwrap();
        server.event("disconnected").await;
    }
}

#[tokio::test]
async fn starttls_with_a_certificate_of_one_s_own_authority() {
    let certificates = Certificates::new();
    let Some(mut server) = Server::with_tls("starttls", &certificates).await else { return };
    let settings = secure(server.port, Security::StartTls, Some(certificates.authority()));
    transport(settings).send(&mail()).await.unwrap();
    assert_eq!(server.event("mail").await["tls"], true);
    server.received().await;
}

#[tokio::test]
async fn tls_from_the_first_octet() {
    let certificates = Certificates::new();
    let Some(mut server) = Server::with_tls("implicit", &certificates).await else { return };
    let settings = secure(server.port, Security::ImplicitTls, Some(certificates.authority()));
    let transport = transport(settings);
    transport.send(&mail()).await.unwrap();
    transport.send(&mail()).await.unwrap();
    assert_eq!(server.received().await.peer, server.received().await.peer);
}

#[tokio::test]
async fn logged_in_where_the_server_asks_for_it() {
    let Some(mut server) = Server::start(&["--user", "postman:s3cret-pässword"]).await else { return };
    transport(with_password(server.port, "s3cret-pässword")).send(&mail()).await.unwrap();
    server.received().await;
}

#[tokio::test]
async fn letters_beyond_ascii_before_the_at_where_the_server_takes_them() {
    let Some(mut server) = Server::start(&["--utf8"]).await else { return };
    transport(settings(server.port)).send(&mail_to("jürgen@bücher.example")).await.unwrap();
    let options = server.event("mail").await["options"].to_string();
    assert!(options.contains("SMTPUTF8") && options.contains("BODY=8BITMIME"), "{options}");
    assert_eq!(server.received().await.recipients, ["jürgen@xn--bcher-kva.example"]);
}

#[tokio::test]
async fn a_domain_beyond_ascii_goes_to_every_server() {
    let Some(mut server) = Server::start(&[]).await else { return };
    transport(settings(server.port)).send(&mail_to("ann@bücher.example")).await.unwrap();
    assert_eq!(server.received().await.recipients, ["ann@xn--bcher-kva.example"]);
}
