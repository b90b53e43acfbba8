//! Each limit that can be configured, met.

use std::collections::BTreeSet;

use ironplate_tests::{Answer, Client, Database, PASSWORD, SUPERUSER, Setup, on_both_databases};
use reqwest::Method;
use serde_json::{Value, json};

use crate::attacks::world::{ANN, NOBODY, WRONG};

on_both_databases!(every_limit_is_kept);

/// All limits, and what each refuses the second time.
const LIMITS: &[&str] = &[
    "requests_per_client",
    "log_in_per_address",
    "log_in_per_account",
    "log_in_per_known_client",
    "second_factor_per_account",
    "second_factor_per_known_client",
    "second_factor_long_term",
    "recovery_code_per_address",
    "enrolments_per_account",
    "passkey_challenges_per_address",
    "sign_up_per_address",
    "recovery_per_address",
    "mail_per_recipient",
    "reset_per_address",
    "verification_per_address",
    "verification_per_account",
    "refresh_per_address",
    "password_change_per_account",
    "organizations_per_account",
    "organization_changes_per_account",
    "invitations_per_account",
    "invitations_per_organization",
    "invitations_per_recipient",
    "invitations_per_address",
    "export_per_account",
    "email_change_per_account",
    "profile_change_per_account",
];

async fn attempt(limit: &str, visitor: &Client, ann: &Client) -> Answer {
    match limit {
        "requests_per_client" => visitor.get("utils/health-check/").await,
        "log_in_per_address" => visitor.ask_for_token(NOBODY, WRONG).await,
        "log_in_per_account" => visitor.at_address("203.0.113.200").ask_for_token(ANN, WRONG).await,
        // A wrong password is told as if there were no such permits; without one left, the right one is refused.
        "log_in_per_known_client" => {
            let answer = visitor.ask_for_token(ANN, PASSWORD).await;
            let _refused = visitor.ask_for_token(ANN, WRONG).await;
            answer
        }
        // Of an account that has none: so many codes may be shown there, too.
        "second_factor_per_account" | "second_factor_long_term" => guess(&ann.at_address("203.0.113.200")).await,
        "second_factor_per_known_client" => {
            let _elsewhere = guess(&ann.at_address("203.0.113.200")).await;
            guess(ann).await
        }
        "recovery_code_per_address" => ann.ask_to_confirm(&json!({ "code": "aaaa-".repeat(6) })).await,
        "enrolments_per_account" => ann.post("users/me/authenticator-apps/", &json!({ "name": "phone" })).await,
        // Where there are no passkeys, such a log-in begins in vain.
        "passkey_challenges_per_address" => visitor.post("login/passkey/challenge", &Value::Null).await,
        "sign_up_per_address" => visitor.ask_for_account(ANN).await,
        "recovery_per_address" => visitor.ask_for_recovery("no address at all").await,
        "mail_per_recipient" => visitor.ask_for_recovery(NOBODY).await,
        "reset_per_address" => visitor.reset_password("made up", PASSWORD).await,
        "verification_per_address" => visitor.verify_email("made up").await,
        "verification_per_account" => ann.post("users/me/verify-email", &Value::Null).await,
        "refresh_per_address" => visitor.ask_for_refresh("made up").await,
        "password_change_per_account" => {
            ann.patch("users/me/password", &json!({ "current_password": WRONG, "new_password": PASSWORD })).await
        }
        "organizations_per_account" => ann.post("organizations/", &json!({ "name": "牛乳" })).await,
        "organization_changes_per_account" => {
            let own = ann.get("organizations/?q=changing").await.ok();
            let organization = match own["data"][0]["id"].as_str() {
                Some(id) => id.to_owned(),
                None => ann.add_organization("changing").await,
            };
            ann.patch(&format!("organizations/{organization}"), &json!({ "name": "Changing" })).await
        }
        "invitations_per_account" | "invitations_per_organization" | "invitations_per_recipient" => invite(ann).await,
        "invitations_per_address" => visitor.get("invitations/made-up").await,
        "export_per_account" => Client::send(ann.request(Method::GET, "users/me/export")).await.unwrap(),
        "profile_change_per_account" => {
            let me = ann.get("users/me").await.ok();
            let other = if me["full_name"] == "Ann" { "Anna" } else { "Ann" };
            ann.patch("users/me", &json!({ "full_name": other })).await
        }
        "email_change_per_account" => ann.patch("users/me", &json!({ "email": SUPERUSER })).await,
        other => panic!("how is {other} met?"),
    }
}

async fn guess(ann: &Client) -> Answer {
    ann.ask_to_confirm(&json!({ "code": "made up" })).await
}

/// Invites somebody; from the second time on, by sending the invitation again: of one among many addresses it would be told by its
/// status alone.
async fn invite(ann: &Client) -> Answer {
    let own = ann.get("organizations/?q=inviting").await.ok();
    let Some(organization) = own["data"][0]["id"].as_str() else {
        let organization = ann.add_organization("inviting").await;
        return ann.ask_to_invite(&organization, &[NOBODY], "viewer").await;
    };
    let path = format!("organizations/{organization}/invitations/");
    let sent = ann.get(&path).await.ok()["data"][0]["id"].as_str().unwrap().to_owned();
    ann.post(&format!("{path}{sent}/resend"), &Value::Null).await
}

async fn every_limit_is_kept(database: Database) {
    let configured: BTreeSet<_> = configured().into_iter().collect();
    assert_eq!(configured, LIMITS.iter().copied().collect(), "a limit that this test does not know");
    let server = Setup::on(&database).start().await;
    let ann = server.client().sign_up(ANN).await;
    for limit in LIMITS {
        let setup = Setup::on(&database).behind_proxy().with_limit(limit, "1 per day");
        let setup = match *limit {
            // Asked for when those of the account are used up.
            "log_in_per_known_client" => setup.with_limit("log_in_per_account", "1 per day"),
            "second_factor_per_known_client" => setup.with_limit("second_factor_per_account", "1 per day"),
            _ => setup,
        };
        let server = setup.start().await;
        let (visitor, ann) = (server.client(), ann.at(server.address()));
        let first = attempt(limit, &visitor, &ann).await;
        assert!(first.status < 429, "{limit}: {first:?}");
        let second = attempt(limit, &visitor, &ann).await;
        assert_eq!((second.status, second.header("ratelimit-limit")), (429, Some("1")), "{limit}: {second:?}");
    }
}

/// The keys of the section `limits` in the file that explains every setting.
fn configured() -> Vec<&'static str> {
    let file = include_str!("../../../../config/default.toml");
    let section = file.split("\n[").find(|section| section.starts_with("limits]")).expect("the section");
    let lines = section.lines().filter(|line| !line.starts_with('#'));
    lines.filter_map(|line| Some(line.split_once('=')?.0.trim())).collect()
}
