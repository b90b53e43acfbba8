//! Invitations from outside: who gets in by them, and what many do with them at once.

use futures::future::{join, join_all};
use ironplate_tests::{
    Answer, Client, Database, PASSWORD, Server, Setup, SmtpServer, on_both_databases, on_postgres_only,
};
use serde_json::{Value, json};

on_both_databases!(
    a_link_leads_a_stranger_into_the_organization_in_every_mode,
    whoever_has_an_account_accepts_and_no_other_does,
    whoever_made_an_account_with_somebody_elses_address_sees_and_takes_nothing,
    an_address_with_an_account_is_answered_as_one_without,
    an_invitation_is_worth_nothing_once_its_inviter_is_gone,
    an_invitation_is_taken_once,
    a_link_makes_one_account,
    an_organization_has_no_more_members_than_it_may,
);

on_postgres_only!(
    an_invitation_is_worth_nothing_once_its_inviter_is_gone_on_another_server,
    an_invitation_is_taken_once_on_two_servers,
    a_link_makes_one_account_on_two_servers,
    an_organization_has_no_more_members_than_it_may_on_two_servers,
);

const ANN: &str = "ann@example.com";
const BOB: &str = "bob@example.com";
const EVE: &str = "eve@example.com";
const NEW: &str = "new@example.com";
const RIVALS: usize = 16;
/// So many members an organisation may have, where that is tried.
const MOST: usize = 5;

/// An organisation, and Ann who owns it.
async fn acme(server: &Server) -> (Client, String) {
    let ann = server.client().sign_up(ANN).await;
    let id = ann.add_organization("acme").await;
    (ann, id)
}

/// Somebody whose address is proved.
async fn proved(server: &Server, smtp: &SmtpServer, email: &str) -> Client {
    let client = server.client().sign_up(email).await;
    let _verified = client.verify_email(&smtp.wait_for_mail_to(email).await.token()).await.ok();
    client
}

async fn a_link_leads_a_stranger_into_the_organization_in_every_mode(database: Database) {
    let smtp = SmtpServer::start();
    let setup = Setup::on(&database).with_mail_to(&smtp);
    let first = setup.start().await;
    let (ann, id) = acme(&first).await;
    for mode in ["open", "verify_first", "closed"] {
        let server = setup.clone().with("IRONPLATE__REGISTRATION__MODE", mode).start().await;
        let (visitor, email) = (server.client(), format!("{mode}@example.com"));
        let _sent = ann.at(server.address()).invite(&id, &email, "admin").await;
        let token = smtp.invitation_to(&email, 1).await;
        let mail = &smtp.mails_to(&email)[0];
        assert_eq!(mail.subject, "Ironplate - Invitation to acme");
        assert!(mail.text.contains(ANN) && mail.text.contains("as an admin") && mail.text.contains("7 days"));

        let offer = visitor.get(&format!("invitations/{token}")).await.ok();
        assert_eq!((&offer["email"], &offer["has_account"]), (&json!(email), &json!(false)), "{mode}");
        let wish = json!({ "password": PASSWORD, "email": EVE, "is_superuser": true, "role": "owner" });
        let user = visitor.post(&format!("invitations/{token}/sign-up"), &wish).await.ok();
        assert_eq!((&user["email"], &user["is_verified"]), (&json!(email), &json!(true)), "{mode}");
        assert_eq!(user["is_superuser"], false);
        let invited = visitor.log_in(&email).await;
        assert_eq!(invited.get(&format!("organizations/{id}")).await.ok()["role"], "admin");
        visitor.sign_up_by_invitation(&token).await.assert_refused(404, "invitation_not_found");
        let joined = smtp.wait_for_mails_to(&email, 2).await.pop().unwrap();
        assert_eq!((&*joined.subject, joined.token_if_any()), ("Ironplate - You joined acme", None), "{mode}");
    }
}

async fn whoever_has_an_account_accepts_and_no_other_does(database: Database) {
    let smtp = SmtpServer::start();
    let server = Setup::on(&database).with_mail_to(&smtp).start().await;
    let (ann, id) = acme(&server).await;
    let (bob, eve) = (proved(&server, &smtp, BOB).await, proved(&server, &smtp, EVE).await);
    let path = format!("organizations/{id}");
    let accept = |sent: &str| format!("users/me/invitations/{sent}/accept");
    for by_link in [true, false] {
        let sent = ann.invite(&id, BOB, "member").await;
        let token = smtp.invitation_to(BOB, if by_link { 1 } else { 2 }).await;
        for other in [&eve, &ann, &server.superuser().await] {
            other.accept_invitation(&token).await.assert_refused(403, "invitation_for_another_account");
            other.post(&accept(&sent), &Value::Null).await.assert_refused(404, "invitation_not_found");
            assert_eq!(other.get("users/me/invitations").await.ok(), json!({ "data": [] }));
        }
        server.client().sign_up_by_invitation(&token).await.assert_refused(400, "email_taken");
        assert_eq!(bob.get("users/me/invitations").await.ok()["data"][0]["id"], sent.as_str());
        let accepted =
            if by_link { bob.accept_invitation(&token).await } else { bob.post(&accept(&sent), &Value::Null).await };
        assert_eq!(accepted.ok()["role"], "member");
        assert_eq!(bob.get(&path).await.ok()["role"], "member");
        bob.accept_invitation(&token).await.assert_refused(404, "invitation_not_found");
        let _left = bob.post(&format!("{path}/leave"), &Value::Null).await.ok();
    }
}

/// Account pre-hijacking, where addresses are not proved first. The owner of the address sets a password by mail, and is in.
async fn whoever_made_an_account_with_somebody_elses_address_sees_and_takes_nothing(database: Database) {
    let smtp = SmtpServer::start();
    let server = Setup::on(&database).with_mail_to(&smtp).start().await;
    let (ann, id) = acme(&server).await;
    let thief = server.client().sign_up(BOB).await;
    let sent = ann.invite(&id, BOB, "owner").await;
    let token = smtp.invitation_to(BOB, 1).await;
    assert_eq!(thief.get("users/me/invitations").await.ok(), json!({ "data": [] }));
    for answer in ["accept", "decline"] {
        let outcome = thief.post(&format!("users/me/invitations/{sent}/{answer}"), &Value::Null).await;
        outcome.assert_refused(404, "invitation_not_found");
    }
    server.client().sign_up_by_invitation(&token).await.assert_refused(400, "email_taken");

    let _asked = server.client().ask_for_recovery(BOB).await.ok();
    let reset = smtp.wait_for_mails_to(BOB, 3).await.pop().unwrap().token();
    let _reset = server.client().reset_password(&reset, "the-owners-own-password-9").await.ok();
    thief.assert_logged_out().await;
    let tokens = server.client().ask_for_token(BOB, "the-owners-own-password-9").await.ok();
    let owner = server.client().with_token(tokens["access_token"].as_str().unwrap());
    assert_eq!(owner.accept_invitation(&token).await.ok()["role"], "owner");
}

async fn an_address_with_an_account_is_answered_as_one_without(database: Database) {
    let server = Setup::on(&database).start().await;
    let (ann, id) = acme(&server).await;
    let _bob = server.client().sign_up(BOB).await;
    let results = ann.ask_to_invite(&id, &[BOB, NEW], "member").await.ok();
    let again = ann.ask_to_invite(&id, &[BOB, NEW], "member").await.ok();
    for (results, status) in [(results, "invited"), (again, "already_invited")] {
        for (result, email) in results["data"].as_array().unwrap().iter().zip([BOB, NEW]) {
            assert_eq!((&result["email"], &result["status"]), (&json!(email), &json!(status)));
        }
    }
}

async fn an_invitation_is_worth_nothing_once_its_inviter_is_gone(database: Database) {
    let smtp = SmtpServer::start();
    let server = Setup::on(&database).with_mail_to(&smtp).start().await;
    assert_worthless_once_gone(&database, &smtp, &server, &server).await;
}

async fn an_invitation_is_worth_nothing_once_its_inviter_is_gone_on_another_server(database: Database) {
    let smtp = SmtpServer::start();
    let setup = Setup::on(&database).with_mail_to(&smtp);
    let (here, there) = join(setup.start(), setup.start()).await;
    assert_worthless_once_gone(&database, &smtp, &here, &there).await;
}

/// An admin who knows that they are to be removed invites an address of their own.
async fn assert_worthless_once_gone(database: &Database, smtp: &SmtpServer, here: &Server, there: &Server) {
    let (ann, id) = acme(here).await;
    let (bob, own) = (there.client().sign_up(BOB).await, proved(there, smtp, EVE).await);
    let user = bob.id().await;
    database.join(&id, &user, "admin").await;
    let sent = bob.invite(&id, EVE, "member").await;
    let _other = bob.invite(&id, NEW, "member").await;
    let (token, other) = (smtp.invitation_to(EVE, 1).await, smtp.invitation_to(NEW, 1).await);
    let _removed = ann.delete(&format!("organizations/{id}/members/{user}")).await.ok();
    for answer in [
        own.get(&format!("invitations/{token}")).await,
        own.accept_invitation(&token).await,
        own.post(&format!("users/me/invitations/{sent}/accept"), &Value::Null).await,
        there.client().sign_up_by_invitation(&other).await,
    ] {
        answer.assert_refused(404, "invitation_not_found");
    }
    assert_eq!(own.get("users/me/invitations").await.ok(), json!({ "data": [] }));
    assert_eq!(ann.get(&format!("organizations/{id}/members/")).await.ok()["count"], 1);
}

async fn an_invitation_is_taken_once(database: Database) {
    let smtp = SmtpServer::start();
    let server = Setup::on(&database).with_mail_to(&smtp).start().await;
    assert_taken_once(&smtp, &[&server]).await;
}

async fn an_invitation_is_taken_once_on_two_servers(database: Database) {
    let smtp = SmtpServer::start();
    let setup = Setup::on(&database).with_mail_to(&smtp);
    let (here, there) = join(setup.start(), setup.start()).await;
    assert_taken_once(&smtp, &[&here, &there]).await;
}

/// Of many who accept and decline, by the link and by the id, one does.
async fn assert_taken_once(smtp: &SmtpServer, servers: &[&Server]) {
    let (ann, id) = acme(servers[0]).await;
    let bob = proved(servers[0], smtp, BOB).await;
    for round in 1..=4 {
        let sent = ann.invite(&id, BOB, "member").await;
        let token = smtp.invitation_to(BOB, round).await;
        let rivals = (0..RIVALS).map(|n| {
            let bob = bob.at(servers[n % servers.len()].address());
            let key = if n % 4 < 2 { format!("invitations/{token}") } else { format!("users/me/invitations/{sent}") };
            let answer = if n % 8 < 4 { "accept" } else { "decline" };
            async move { bob.post(&format!("{key}/{answer}"), &Value::Null).await }
        });
        let answers = join_all(rivals).await;
        assert_one_succeeds(&answers, &[(404, "invitation_not_found")]);
        let accepted = answers.iter().any(|answer| answer.status == 200 && answer.asked.ends_with("accept"));
        let members = ann.get(&format!("organizations/{id}/members/")).await.ok()["count"].clone();
        assert_eq!(members, if accepted { 2 } else { 1 }, "{answers:?}");
        if accepted {
            let _left = bob.post(&format!("organizations/{id}/leave"), &Value::Null).await.ok();
        }
    }
}

fn assert_one_succeeds(answers: &[Answer], refusals: &[(u16, &str)]) {
    assert_eq!(answers.iter().filter(|answer| answer.status == 200).count(), 1, "{answers:?}");
    for answer in answers.iter().filter(|answer| answer.status != 200) {
        let told = answer.json()["code"].as_str().unwrap_or_default().to_owned();
        assert!(refusals.contains(&(answer.status, &*told)), "{answer:?}");
    }
}

async fn a_link_makes_one_account(database: Database) {
    let smtp = SmtpServer::start();
    let server = Setup::on(&database).with_mail_to(&smtp).start().await;
    assert_one_account(&smtp, &[&server]).await;
}

async fn a_link_makes_one_account_on_two_servers(database: Database) {
    let smtp = SmtpServer::start();
    let setup = Setup::on(&database).with_mail_to(&smtp);
    let (here, there) = join(setup.start(), setup.start()).await;
    assert_one_account(&smtp, &[&here, &there]).await;
}

/// Whoever signs up by the link, and whoever does with the same address without it.
async fn assert_one_account(smtp: &SmtpServer, servers: &[&Server]) {
    let (ann, id) = acme(servers[0]).await;
    let _sent = ann.invite(&id, NEW, "member").await;
    let token = smtp.invitation_to(NEW, 1).await;
    let rivals = (0..RIVALS).map(|n| {
        let visitor = servers[n % servers.len()].client();
        let token = token.clone();
        async move {
            if n == RIVALS / 2 {
                visitor.ask_for_account(NEW).await
            } else {
                visitor.sign_up_by_invitation(&token).await
            }
        }
    });
    let answers = join_all(rivals).await;
    assert_one_succeeds(&answers, &[(404, "invitation_not_found"), (400, "email_taken")]);
    let by_link = answers.iter().any(|answer| answer.status == 200 && answer.asked.ends_with("sign-up"));
    let members = ann.get(&format!("organizations/{id}/members/")).await.ok()["count"].clone();
    assert_eq!(members, if by_link { 2 } else { 1 }, "{answers:?}");
}

async fn an_organization_has_no_more_members_than_it_may(database: Database) {
    let smtp = SmtpServer::start();
    let setup = Setup::on(&database).with_mail_to(&smtp);
    let guests = invite_too_many(&smtp, &setup.start().await).await;
    assert_bounded(&guests, &[&bounded(&setup).start().await]).await;
}

async fn an_organization_has_no_more_members_than_it_may_on_two_servers(database: Database) {
    let smtp = SmtpServer::start();
    let setup = Setup::on(&database).with_mail_to(&smtp);
    let guests = invite_too_many(&smtp, &setup.start().await).await;
    let (here, there) = join(bounded(&setup).start(), bounded(&setup).start()).await;
    assert_bounded(&guests, &[&here, &there]).await;
}

fn bounded(setup: &Setup) -> Setup {
    setup.clone().with("IRONPLATE__ORGANIZATIONS__MOST_MEMBERS", &MOST.to_string())
}

/// While there is room: so many that not all of them can come.
async fn invite_too_many(smtp: &SmtpServer, server: &Server) -> Vec<String> {
    let (ann, id) = acme(server).await;
    let emails: Vec<String> = (0..MOST + 3).map(|n| format!("guest{n}@example.com")).collect();
    let _sent = ann.ask_to_invite(&id, &emails.iter().map(String::as_str).collect::<Vec<_>>(), "member").await.ok();
    let mut tokens = Vec::new();
    for email in &emails {
        tokens.push(smtp.invitation_to(email, 1).await);
    }
    tokens
}

async fn assert_bounded(guests: &[String], servers: &[&Server]) {
    let rivals = guests.iter().enumerate().map(|(n, token)| {
        let visitor = servers[n % servers.len()].client();
        async move { visitor.sign_up_by_invitation(token).await }
    });
    let (came, left): (Vec<_>, Vec<_>) = join_all(rivals).await.into_iter().partition(|answer| answer.status == 200);
    assert_eq!(came.len(), MOST - 1, "{left:?}");
    for answer in left {
        answer.assert_refused(409, "too_many_members");
    }
    let ann = servers[0].client().log_in(ANN).await;
    let own = ann.get("organizations/").await.ok()["data"][0]["id"].as_str().unwrap().to_owned();
    assert_eq!(ann.get(&format!("organizations/{own}/members/")).await.ok()["count"], MOST);
    let full = ann.ask_to_invite(&own, &["one-more@example.com", "no address"], "member").await.ok();
    let statuses: Vec<_> = full["data"].as_array().unwrap().iter().map(|result| &result["status"]).collect();
    assert_eq!(statuses, ["full", "invalid"]);
    let users = servers[0].superuser().await.get("users/").await.ok();
    assert_eq!(users["count"], MOST + 1, "whoever did not come in has no account");
}
