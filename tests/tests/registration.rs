//! Becoming a user, in each of the ways that an operator may choose; and nobody becomes one in another's name.

use ironplate_tests::{
    Client, Database, FRONTEND, NEW_PASSWORD, PASSWORD, ReceivedMail, Server, Setup, SmtpServer, Tokens, cookie_of,
    on_both_databases,
};
use serde_json::{Value, json};

on_both_databases!(
    an_open_sign_up_is_verified_by_mail,
    a_closed_registration_refuses_everybody,
    verify_first_tells_nobody_who_has_an_account,
    verify_first_makes_an_account_of_a_followed_link,
    whoever_signed_up_first_with_your_address_ends_with_nothing,
    whoever_signs_up_with_your_address_later_changes_nothing,
    a_session_from_before_the_owner_came_is_dead,
    a_pending_change_from_before_the_owner_came_is_dead,
    an_account_made_by_a_superuser_gets_a_link_and_no_password,
    a_stranger_gets_no_link_to_an_invited_account,
    a_squatted_address_is_free_for_its_owner_and_for_administrators,
    whoever_verifies_a_strangers_account_takes_it_over,
    no_name_or_address_adds_a_header,
);

const ANN: &str = "ann@example.com";

async fn world(database: &Database, mode: &str) -> (SmtpServer, Server) {
    let smtp = SmtpServer::start();
    let setup = Setup::on(database).with_mail_to(&smtp).with("IRONPLATE__REGISTRATION__MODE", mode);
    let server = setup.with("IRONPLATE__ACCOUNTS__CONFIRM_EMAIL_CHANGE", "true").start().await;
    (smtp, server)
}

/// Signs up where a link comes first; answers the mail with it.
async fn first_link(smtp: &SmtpServer, visitor: &Client, password: &str) -> ReceivedMail {
    let before = smtp.mails_to(ANN).len();
    let answer = visitor.post("users/signup", &json!({ "email": ANN, "password": password })).await;
    assert_eq!(answer.status, 202, "{answer:?}");
    smtp.wait_for_mails_to(ANN, before + 1).await.pop().unwrap()
}

/// The session of somebody with this password.
async fn log_in(visitor: &Client, password: &str) -> Client {
    let access = visitor.ask_for_token(ANN, password).await.ok();
    visitor.with_token(access["access_token"].as_str().unwrap())
}

async fn an_open_sign_up_is_verified_by_mail(database: Database) {
    let (smtp, server) = world(&database, "open").await;
    let ann = server.client().sign_up(ANN).await;
    assert_eq!(ann.get("users/me").await.ok()["is_verified"], false);
    let first = smtp.wait_for_mail_to(ANN).await;
    assert!(first.link().as_str().starts_with(&format!("{FRONTEND}/verify-email?token=")), "{}", first.link());
    server.client().ask_for_account(ANN).await.assert_refused(400, "email_taken");

    let _message = ann.post("users/me/verify-email", &Value::Null).await.ok();
    let second = smtp.wait_for_mails_to(ANN, 2).await.pop().unwrap();
    let visitor = server.client();
    ann.verify_email(&first.token()).await.assert_refused(400, "invalid_token");
    let _message = ann.verify_email(&second.token()).await.ok();
    assert_eq!(ann.get("users/me").await.ok()["is_verified"], true);
    ann.verify_email(&second.token()).await.assert_refused(400, "invalid_token");
    let _message = ann.post("users/me/verify-email", &Value::Null).await.ok();
    let _message = visitor.ask_for_recovery(ANN).await.ok();
    let third = smtp.wait_for_mails_to(ANN, 3).await.pop().unwrap();
    assert_eq!(third.link().path(), "/reset-password", "nothing is sent to verify what is verified");
}

async fn a_closed_registration_refuses_everybody(database: Database) {
    let (smtp, server) = world(&database, "closed").await;
    server.client().ask_for_account(ANN).await.assert_refused(403, "registration_closed");
    let root = server.superuser().await;
    let _user = root.post("users/", &json!({ "email": ANN })).await.ok();
    server.client().ask_for_account(ANN).await.assert_refused(403, "registration_closed");
    let mail = smtp.wait_for_mail_to(ANN).await;
    let _message = server.client().reset_password(&mail.token(), NEW_PASSWORD).await.ok();
    assert_eq!(log_in(&server.client(), NEW_PASSWORD).await.get("users/me").await.ok()["is_verified"], true);
}

async fn verify_first_tells_nobody_who_has_an_account(database: Database) {
    let (smtp, server) = world(&database, "verify_first").await;
    let visitor = server.client();
    let link = first_link(&smtp, &visitor, PASSWORD).await;
    let _message = visitor.reset_password(&link.token(), NEW_PASSWORD).await.ok();

    let [known, other_spelling, new] = ["ann@example.com", "ANN@Example.com", "bob@example.com"];
    let known = visitor.ask_for_account(known).await;
    let other_spelling = visitor.ask_for_account(other_spelling).await;
    let new = visitor.ask_for_account(new).await;
    assert_eq!((known.status, &known.text), (202, &new.text));
    assert_eq!((new.status, &other_spelling.text), (202, &new.text));
    let mails = smtp.wait_for_mails_to(ANN, 3).await;
    for told in &mails[1..] {
        assert_eq!(told.token_if_any(), None, "{}", told.text);
        assert_ne!(told.subject, link.subject);
    }
    let bob = smtp.wait_for_mail_to("bob@example.com").await;
    assert_eq!(bob.link().path(), link.link().path(), "a link for who is new");
    visitor.assert_no_log_in(ANN, PASSWORD).await;
}

async fn verify_first_makes_an_account_of_a_followed_link(database: Database) {
    let (smtp, server) = world(&database, "verify_first").await;
    let visitor = server.client();
    let link = first_link(&smtp, &visitor, PASSWORD).await;
    assert!(link.link().as_str().starts_with(&format!("{FRONTEND}/reset-password?token=")), "{}", link.link());
    visitor.assert_no_log_in(ANN, PASSWORD).await;
    visitor.verify_email(&link.token()).await.assert_refused(400, "password_required");
    visitor.assert_no_log_in(ANN, PASSWORD).await;
    let _message = visitor.claim(&link.token(), NEW_PASSWORD).await.ok();
    let ann = log_in(&visitor, NEW_PASSWORD).await;
    assert_eq!(ann.get("users/me").await.ok()["is_verified"], true);
    visitor.assert_no_log_in(ANN, PASSWORD).await;
    visitor.claim(&link.token(), NEW_PASSWORD).await.assert_refused(400, "invalid_token");
}

async fn whoever_signed_up_first_with_your_address_ends_with_nothing(database: Database) {
    let (smtp, server) = world(&database, "verify_first").await;
    let (attacker, victim) = (server.client(), server.client());
    let unwanted = first_link(&smtp, &attacker, "attackers-own-password-1").await;
    attacker.assert_no_log_in(ANN, "attackers-own-password-1").await;
    let wanted = first_link(&smtp, &victim, PASSWORD).await;
    // Not even by a race for the last word.
    let last = first_link(&smtp, &attacker, "attackers-own-password-2").await;
    for superseded in [&unwanted, &wanted] {
        victim.reset_password(&superseded.token(), NEW_PASSWORD).await.assert_refused(400, "invalid_token");
    }
    let _message = victim.reset_password(&last.token(), NEW_PASSWORD).await.ok();
    let _ann = log_in(&victim, NEW_PASSWORD).await;
    for password in ["attackers-own-password-1", "attackers-own-password-2", PASSWORD] {
        attacker.assert_no_log_in(ANN, password).await;
    }
}

async fn whoever_signs_up_with_your_address_later_changes_nothing(database: Database) {
    let (smtp, server) = world(&database, "verify_first").await;
    let (attacker, victim) = (server.client(), server.client());
    let link = first_link(&smtp, &victim, PASSWORD).await;
    let _message = victim.reset_password(&link.token(), NEW_PASSWORD).await.ok();
    let ann = log_in(&victim, NEW_PASSWORD).await;
    let before = ann.get("users/me").await.ok();
    let body = json!({ "email": ANN, "password": "attackers-own-password-1", "full_name": "Mallory" });
    assert_eq!(attacker.post("users/signup", &body).await.status, 202);
    smtp.wait_for_mails_to(ANN, 2).await;
    attacker.assert_no_log_in(ANN, "attackers-own-password-1").await;
    assert_eq!(ann.get("users/me").await.ok(), before, "still logged in, and nothing changed");
    let _access = victim.ask_for_token(ANN, NEW_PASSWORD).await.ok();
}

/// "Unexpired session" and "old password": the attacker made the account where anybody may, and waits in it.
async fn a_session_from_before_the_owner_came_is_dead(database: Database) {
    let (smtp, server) = world(&database, "open").await;
    let attacker = server.client().sign_up(ANN).await;
    smtp.wait_for_mails_to(ANN, 1).await;
    let victim = server.client();
    let _message = victim.ask_for_recovery(ANN).await.ok();
    let link = smtp.wait_for_mails_to(ANN, 2).await.pop().unwrap();
    let _message = victim.reset_password(&link.token(), NEW_PASSWORD).await.ok();
    attacker.assert_logged_out().await;
    attacker.patch("users/me", &json!({ "email": "mallory@example.com" })).await.assert_refused(403, "invalid_token");
    victim.assert_no_log_in(ANN, PASSWORD).await;
}

/// "Trojan identifier" and "unexpired email change": the attacker keeps a way in that is not the password.
async fn a_pending_change_from_before_the_owner_came_is_dead(database: Database) {
    let (smtp, server) = world(&database, "open").await;
    let attacker = server.client().sign_up(ANN).await;
    let _user = attacker.patch("users/me", &json!({ "email": "mallory@example.com" })).await.ok();
    let trojan = smtp.wait_for_mail_to("mallory@example.com").await;
    // To verify, and to tell of the change.
    smtp.wait_for_mails_to(ANN, 2).await;
    let victim = server.client();
    let _message = victim.ask_for_recovery(ANN).await.ok();
    let link = smtp.wait_for_mails_to(ANN, 3).await.pop().unwrap();
    let _message = victim.reset_password(&link.token(), NEW_PASSWORD).await.ok();
    attacker.verify_email(&trojan.token()).await.assert_refused(400, "invalid_token");
    let _message = attacker.ask_for_recovery("mallory@example.com").await.ok();
    let ann = log_in(&victim, NEW_PASSWORD).await;
    assert_eq!(ann.get("users/me").await.ok()["email"], ANN);
    assert_eq!(smtp.mails_to("mallory@example.com").len(), 1, "nobody has that address");
}

async fn an_account_made_by_a_superuser_gets_a_link_and_no_password(database: Database) {
    let (smtp, server) = world(&database, "open").await;
    let root = server.superuser().await;
    let user = root.post("users/", &json!({ "email": ANN })).await.ok();
    assert_eq!((&user["email"], &user["is_verified"]), (&json!(ANN), &json!(false)));
    let mail = smtp.wait_for_mail_to(ANN).await;
    assert!(mail.link().as_str().starts_with(&format!("{FRONTEND}/reset-password?token=")), "{}", mail.link());
    let visitor = server.client();
    visitor.assert_no_log_in(ANN, PASSWORD).await;
    let _message = visitor.reset_password(&mail.token(), NEW_PASSWORD).await.ok();
    assert_eq!(log_in(&visitor, NEW_PASSWORD).await.get("users/me").await.ok()["is_verified"], true);

    let body = json!({ "email": "bob@example.com", "password": PASSWORD });
    let _user = root.post("users/", &body).await.ok();
    let mail = smtp.wait_for_mail_to("bob@example.com").await;
    assert!(!mail.source.contains(PASSWORD) && !mail.text.contains(PASSWORD) && !mail.html.contains(PASSWORD));
    let _bob = visitor.log_in("bob@example.com").await;
}

/// Another spelling may be another mailbox.
async fn a_stranger_gets_no_link_to_an_invited_account(database: Database) {
    let (smtp, server) = world(&database, "verify_first").await;
    let root = server.superuser().await;
    let invited = json!({ "email": ANN, "full_name": "Ann", "is_superuser": true });
    let id = root.post("users/", &invited).await.ok()["id"].as_str().unwrap().to_owned();
    let invitation = smtp.wait_for_mail_to(ANN).await;
    let stranger = json!({ "email": "ANN@example.com", "password": PASSWORD, "full_name": "Eve" });
    assert_eq!(server.client().post("users/signup", &stranger).await.status, 202);
    smtp.wait_for_mails_to(ANN, 2).await;
    assert!(smtp.mails_to("ANN@example.com").is_empty());
    assert_eq!(root.get(&format!("users/{id}")).await.ok()["full_name"], "Ann");
    let _message = server.client().reset_password(&invitation.token(), NEW_PASSWORD).await.ok();
}

async fn a_squatted_address_is_free_for_its_owner_and_for_administrators(database: Database) {
    let (smtp, server) = world(&database, "verify_first").await;
    let root = server.superuser().await;
    first_link(&smtp, &server.client(), PASSWORD).await;
    let _user = root.patch("users/me", &json!({ "email": ANN })).await.ok();
    let confirmation = smtp.wait_for_mails_to(ANN, 2).await.pop().unwrap();
    let _message = root.verify_email(&confirmation.token()).await.ok();
    assert_eq!(root.get("users/me").await.ok()["email"], ANN);

    let bob = json!({ "email": "bob@example.com", "password": PASSWORD });
    assert_eq!(server.client().post("users/signup", &bob).await.status, 202);
    smtp.wait_for_mail_to("bob@example.com").await;
    let _user = root.post("users/", &bob).await.ok();
    root.post("users/", &bob).await.assert_refused(400, "email_taken");
}

/// The owner of an address follows a link that they did not expect: whoever caused it ends with nothing, whatever they hold.
async fn whoever_verifies_a_strangers_account_takes_it_over(database: Database) {
    for mode in ["open", "verify_first"] {
        let (smtp, server) = world(&database, "open").await;
        let address = &format!("{mode}@example.com");
        let stranger = server.client().sign_up(address).await;
        let Tokens { refresh, .. } = server.client().open_session(address).await;
        let cookie = cookie_of(&server.client().ask_for_cookie(address, PASSWORD).await);
        let link = smtp.wait_for_mail_to(address).await.token();
        server.stop().await;
        let (_smtp, server) = world(&database, mode).await;
        let (stranger, owner) = (stranger.at(server.address()), server.client());
        let somebody = server.superuser().await;
        for outside in [&owner, &somebody, &stranger.with_token("expired")] {
            outside.verify_email(&link).await.assert_refused(400, "password_required");
        }
        assert_eq!(stranger.get("users/me").await.ok()["is_verified"], false);

        let _message = owner.claim(&link, NEW_PASSWORD).await.ok();
        stranger.assert_logged_out().await;
        owner.with_cookie(&cookie).get("users/me").await.assert_refused(403, "invalid_token");
        owner.ask_for_refresh(&refresh).await.assert_refused(403, "invalid_refresh_token");
        owner.assert_no_log_in(address, PASSWORD).await;
        let access = owner.ask_for_token(address, NEW_PASSWORD).await.ok();
        let owner = owner.with_token(access["access_token"].as_str().unwrap());
        assert_eq!(owner.get("users/me").await.ok()["is_verified"], true);
    }
}

async fn no_name_or_address_adds_a_header(database: Database) {
    let (smtp, server) = world(&database, "open").await;
    let root = server.superuser().await;
    let evil_names = [
        "Ann\r\nBcc: evil@example.net",
        "Ann\nBcc: evil@example.net",
        "<b>Ann</b>{{ 7*7 }}",
        "=?utf-8?Q?=0ABcc:evil?=",
    ];
    let mut accepted = 0;
    for (n, name) in evil_names.iter().enumerate() {
        let body = json!({ "email": format!("user{n}@example.com"), "password": PASSWORD, "full_name": name });
        let answer = root.post("users/", &body).await;
        assert!([200, 422].contains(&answer.status), "{answer:?}");
        accepted += usize::from(answer.status == 200);
    }
    let evil_addresses = [
        "ann@example.com\r\nBcc: evil@example.net",
        "ann@example.com\nBcc:evil@example.net",
        "\"ann\\\r\nBcc: evil\"@example.net",
        "ann@example.com, evil@example.net",
        "ann@example.com>\r\nRCPT TO:<evil@example.net",
    ];
    for address in evil_addresses {
        let answer = root.post("users/", &json!({ "email": address, "password": PASSWORD })).await;
        answer.assert_refused(422, "validation_error");
        let answer = server.client().ask_for_recovery(address).await;
        assert!([200, 422].contains(&answer.status), "{answer:?}");
    }
    let sent = Client::send(root.request(reqwest::Method::POST, "utils/test-email/").query(&[("email_to", ANN)]));
    assert_eq!(sent.await.unwrap().status, 201);
    smtp.wait_for_mail_to(ANN).await;
    for mail in smtp.wait_for(accepted + 1).await {
        assert_eq!((mail.recipients.len(), mail.header("Bcc")), (1, None), "{}", mail.source);
        assert!(!mail.recipients[0].contains("evil") && mail.to == mail.recipients, "{}", mail.source);
        assert!(!mail.html.contains("<b>Ann</b>"), "{}", mail.source);
    }
}
