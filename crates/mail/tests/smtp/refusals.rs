//! Mail that does not arrive, and whether trying again is worth it.

use std::time::Duration;

use ironplate_mail::{Security, SmtpSettings, SmtpSettingsError, SmtpTransport};

use crate::{
    server::{Certificates, Server},
    world::{TOKEN, mail, mail_to, passing, permanent, secure, settings, transport, with_password},
};

#[tokio::test]
async fn nobody_listens() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    drop(listener);
    let reason = passing(&transport(settings(port))).await;
    assert!(reason.starts_with("connecting: ") && reason.contains("refused"), "{reason}");
}

#[tokio::test]
async fn a_name_without_an_address() {
    let settings = SmtpSettings { host: "mail.invalid".to_owned(), ..settings(25) };
    let reason = passing(&transport(settings)).await;
    assert!(reason.starts_with("connecting: "), "{reason}");
}

#[tokio::test]
async fn a_server_without_starttls_hears_nothing_of_the_mail() {
    let Some(mut server) = Server::start(&[]).await else { return };
    let settings = SmtpSettings { security: Security::StartTls, ..with_password(server.port, "s3cret") };
    let reason = passing(&transport(settings)).await;
    assert_eq!(reason, "STARTTLS: the mail server does not offer it, and mail is not sent in clear");
    assert_eq!(server.next_event().await, "connected");
    assert_eq!(server.next_event().await, "disconnected");
}

#[tokio::test]
async fn a_certificate_that_nobody_vouches_for() {
    let certificates = Certificates::new();
    for (tls, security, step) in
        [("starttls", Security::StartTls, "STARTTLS: "), ("implicit", Security::ImplicitTls, "connecting: ")]
    {
        let Some(server) = Server::with_tls(tls, &certificates).await else { return };
        let other = Certificates::new();
        for ca_file in [None, Some(other.authority())] {
            let reason = passing(&transport(secure(server.port, security, ca_file))).await;
            assert!(reason.starts_with(step) && reason.contains("certificate"), "{reason}");
        }
    }
}

#[tokio::test]
async fn a_certificate_for_another_name() {
    let certificates = Certificates::new();
    let Some(server) = Server::with_tls("starttls", &certificates).await else { return };
    let settings = secure(server.port, Security::StartTls, Some(certificates.authority()));
    let reason = passing(&transport(SmtpSettings { host: "localhost".to_owned(), ..settings })).await;
    assert!(reason.starts_with("STARTTLS: ") && reason.contains("certificate"), "{reason}");
}

#[tokio::test]
async fn a_wrong_password_is_for_the_operator_to_mend() {
    let Some(server) = Server::start(&["--user", "postman:s3cret"]).await else { return };
    let reason = passing(&transport(with_password(server.port, "wrong-password"))).await;
    assert!(reason.starts_with("AUTH: 535 ") && !reason.contains("wrong-password"), "{reason}");
}

#[tokio::test]
async fn a_log_in_that_is_missing_is_for_the_operator_to_mend() {
    let Some(server) = Server::start(&["--user", "postman:s3cret"]).await else { return };
    let reason = passing(&transport(settings(server.port))).await;
    assert!(reason.starts_with("MAIL FROM: 530 "), "{reason}");
}

#[tokio::test]
async fn a_server_that_knows_no_log_in() {
    let Some(server) = Server::start(&[]).await else { return };
    let reason = passing(&transport(with_password(server.port, "s3cret"))).await;
    assert!(reason.starts_with("AUTH: "), "{reason}");
}

#[tokio::test]
async fn refused_for_now_and_refused_for_good() {
    for (option, step) in
        [("--mail-reply", "MAIL FROM"), ("--rcpt-reply", "RCPT TO"), ("--data-reply", "after the message")]
    {
        let Some(server) = Server::start(&[option, "451 4.7.1 Greylisted, come again"]).await else { return };
        let reason = passing(&transport(settings(server.port))).await;
        assert_eq!(reason, format!("{step}: 451 4.7.1 Greylisted, come again"));

        let Some(server) = Server::start(&[option, "550 5.1.1 No such user"]).await else { return };
        let transport = transport(settings(server.port));
        // Whom the server does not know there is the sender, of all mail.
        let reason = if step == "MAIL FROM" { passing(&transport).await } else { permanent(&transport, &mail()).await };
        assert_eq!(reason, format!("{step}: 550 5.1.1 No such user"));
    }
}

#[tokio::test]
async fn a_server_that_quotes_the_link_does_not_give_it_away() {
    let reply = format!("554 5.6.0 Blocked: <HTTPS://APP.EXAMPLE.COM/x?token=3D{TOKEN}>, see https://help.example");
    let Some(server) = Server::start(&["--data-reply", &reply]).await else { return };
    let reason = permanent(&transport(settings(server.port)), &mail()).await;
    let shown = "after the message: 554 5.6.0 Blocked: <HTTPS://APP.EXAMPLE.COM/x?token=…>, see https://help.example";
    assert_eq!(reason, shown);
}

#[tokio::test]
async fn letters_beyond_ascii_before_the_at_where_the_server_does_not_take_them() {
    let Some(mut server) = Server::start(&[]).await else { return };
    let reason = permanent(&transport(settings(server.port)), &mail_to("jürgen@example.com")).await;
    assert!(reason.contains("letters beyond ASCII") && reason.contains("SMTPUTF8"), "{reason}");
    assert_eq!(server.next_event().await, "connected");
    assert_eq!(server.next_event().await, "disconnected");
}

#[tokio::test]
async fn a_server_that_hangs_after_the_message() {
    let Some(mut server) = Server::start(&["--hang"]).await else { return };
    let settings = SmtpSettings { timeout: Duration::from_secs(2), ..settings(server.port) };
    let reason = passing(&transport(settings)).await;
    assert_eq!(reason, "after the message: no answer in time");
    // It is not kept for the next mail, which would read the answer to this one.
    server.event("disconnected").await;
}

#[test]
fn certificate_files_that_can_not_be_used() {
    let folder = tempfile::TempDir::new().unwrap();
    let missing = folder.path().join("missing.pem");
    let new = |file| SmtpTransport::new(secure(25, Security::StartTls, Some(file)));
    assert!(matches!(new(missing), Err(SmtpSettingsError::CaFile { .. })));
    for content in ["", "no certificate", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"] {
        let file = folder.path().join("ca.pem");
        std::fs::write(&file, content).unwrap();
        assert!(matches!(new(file), Err(SmtpSettingsError::NoCertificate { .. })), "{content}");
    }
}

#[test]
fn settings_do_not_print_the_password() {
    let printed = format!("{:?}", transport(with_password(25, "s3cret")));
    assert!(printed.contains("postman") && !printed.contains("s3cret"), "{printed}");
}
