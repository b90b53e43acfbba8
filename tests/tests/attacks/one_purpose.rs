//! Tokens used for what they were not made for.

use ironplate_tests::{
    Answer, Client, Database, NEW_PASSWORD, PASSWORD, Setup, SmtpServer, Tokens, cookie_of, on_both_databases,
};
use reqwest::Method;

use super::world::{ANN, NOBODY};

on_both_databases!(a_token_opens_one_door_and_no_other, half_a_token_opens_nothing);

/// What takes a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Door {
    Bearer,
    Refresh,
    Cookie,
    Reset,
    Verify,
    Invitation,
}

const DOORS: [Door; 6] = [Door::Bearer, Door::Refresh, Door::Cookie, Door::Reset, Door::Verify, Door::Invitation];

impl Door {
    async fn knock(self, visitor: &Client, token: &str) -> Answer {
        match self {
            Self::Bearer => visitor.with_token(token).get("users/me").await,
            Self::Refresh => visitor.ask_for_refresh(token).await,
            Self::Cookie => visitor.with_cookie(&format!("ironplate-session={token}")).get("users/me").await,
            Self::Reset => visitor.reset_password(token, NEW_PASSWORD).await,
            Self::Verify => visitor.verify_email(token).await,
            Self::Invitation => visitor.sign_up_by_invitation(token).await,
        }
    }

    async fn assert_closed(self, visitor: &Client, token: &str) {
        let (status, code) = match self {
            Self::Bearer | Self::Cookie => (403, "invalid_token"),
            Self::Refresh => (403, "invalid_refresh_token"),
            Self::Reset | Self::Verify => (400, "invalid_token"),
            Self::Invitation => (404, "invitation_not_found"),
        };
        self.knock(visitor, token).await.assert_refused(status, code);
    }
}

/// A live token for each door, in their order.
async fn keys(visitor: &Client, smtp: &SmtpServer) -> [(Door, String); 6] {
    let _user = visitor.ask_for_account(ANN).await.ok();
    let verify = smtp.wait_for_mail_to(ANN).await.token();
    let Tokens { access, refresh } = visitor.open_session(ANN).await;
    let cookie = cookie_of(&visitor.ask_for_cookie(ANN, PASSWORD).await);
    let cookie = cookie.strip_prefix("ironplate-session=").expect("the cookie's name").to_owned();
    let ann = visitor.with_token(&access);
    let organization = ann.add_organization("acme").await;
    let _id = ann.invite(&organization, NOBODY, "owner").await;
    let invitation = smtp.invitation_to(NOBODY, 1).await;
    let _message = visitor.ask_for_recovery(ANN).await.ok();
    let reset = smtp.wait_for_mails_to(ANN, 2).await.pop().unwrap().token();
    [
        (Door::Bearer, access),
        (Door::Refresh, refresh),
        (Door::Cookie, cookie),
        (Door::Verify, verify),
        (Door::Invitation, invitation),
        // Last, for it ends the sessions.
        (Door::Reset, reset),
    ]
}

async fn a_token_opens_one_door_and_no_other(database: Database) {
    let smtp = SmtpServer::start();
    let server = Setup::on(&database).with_mail_to(&smtp).start().await;
    let visitor = server.client();
    let keys = keys(&visitor, &smtp).await;
    for (own, token) in &keys {
        for door in DOORS.iter().filter(|door| *door != own) {
            door.assert_closed(&visitor, token).await;
        }
    }
    // None of that used them up, and each opens its own.
    let inside = visitor.with_token(&keys[0].1);
    for (own, token) in &keys {
        let who = if *own == Door::Verify { &inside } else { &visitor };
        let _opened = own.knock(who, token).await.ok();
    }
}

/// A refresh token is two secrets, and a cookie is one like them.
async fn half_a_token_opens_nothing(database: Database) {
    let smtp = SmtpServer::start();
    let server = Setup::on(&database).with_mail_to(&smtp).start().await;
    let visitor = server.client();
    let [_, (_, refresh), (_, cookie), ..] = keys(&visitor, &smtp).await;
    let (shared, own) = refresh.split_at(refresh.len() / 2);
    for half in [shared, own] {
        for door in DOORS {
            door.assert_closed(&visitor, half).await;
        }
    }
    for mixed in [format!("{cookie}{cookie}"), format!("{cookie}{own}"), format!("{own}{shared}")] {
        Door::Refresh.assert_closed(&visitor, &mixed).await;
    }
    let request = visitor.request(Method::GET, "users/me").query(&[("access_token", &refresh), ("token", &cookie)]);
    Client::send(request).await.unwrap().assert_refused(401, "not_authenticated");
    let _tokens = visitor.refresh(&refresh).await;
    let _me = Door::Cookie.knock(&visitor, &cookie).await.ok();
}
