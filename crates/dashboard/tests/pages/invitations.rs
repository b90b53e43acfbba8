//! Invitations, as whoever is invited answers them: by the mailed link, or among their own organisations.

use std::time::Duration;

use ironplate_application::{RegistrationMode, limits::Limit};
use ironplate_domain::{MailTemplate, Role};
use ironplate_testkit::{World, samples, secret_in, user};

use super::{
    browser::{ANN, Browser, SESSION, Seen},
    organizations::{BOB, LIST},
};

const EVE: &str = "eve@example.com";
const NEW: &str = "new@example.com";
const LOG_IN: &str = "/dashboard/log-in";
const ANSWERS: [&str; 3] = ["accept", "decline", "sign_up"];

/// Ann owns Acme. Bob's address is proved, and Eve's is not.
async fn world() -> World {
    let world = World::new().with_user(ANN).await.with(user(BOB).verified()).await.with_user(EVE).await;
    world.with_organization(ANN, "Acme").await
}

/// The page behind the link of an invitation by Ann to this address.
async fn invite(world: &World, email: &str, role: Role) -> String {
    let (_, secret) = world.invite(ANN, "Acme", email, role).await;
    format!("/dashboard/invitation?token={}", secret.expose())
}

/// The form for logging in that leads back to this page.
fn log_in_first(page: &str) -> String {
    let next: String = form_urlencoded::byte_serialize(page.as_bytes()).collect();
    format!("{LOG_IN}?next={next}")
}

fn members(browser: &Browser) -> String {
    format!("{LIST}/{}/members", browser.world.organization_called("Acme").id)
}

async fn answer(browser: &mut Browser, page: &str, answer: &str) -> Seen {
    browser.post(page, &[("answer", answer)]).await
}

/// What is sent to make the account.
const SIGN_UP: [(&str, &str); 3] = [("answer", "sign_up"), ("full_name", "Nell"), ("password", "horse battery")];

fn is_worthless(seen: &Seen) {
    seen.shows(200, &["This invitation does not work any more", "Ask them for another one", LIST]);
    seen.hides("Acme");
}

#[actix_web::test]
async fn the_mailed_link_leads_to_its_page() {
    let mut browser = Browser::within(world().await);
    let page = invite(&browser.world, NEW, Role::Member).await;
    browser.get(page.trim_start_matches("/dashboard")).await.leads_to(&page);
}

#[actix_web::test]
async fn whoever_has_the_address_accepts_and_has_the_organisation_at_hand() {
    for (email, role, told) in
        [(BOB, Role::Admin, "manages members and viewers"), (EVE, Role::Viewer, "changes nothing")]
    {
        let mut browser = Browser::within(world().await);
        let page = invite(&browser.world, email, role).await;
        browser.log_in(email).await;
        let seen = browser.get(&page).await;
        seen.shows(200, &["Join “<bdi>Acme</bdi>”", ANN, "invites", email, told, "Expires", "Accept", "Decline"]);
        for other in ["Log out", "Log in", "type=\"password\""] {
            seen.hides(other);
        }
        assert_eq!(
            (browser.world.role("Acme", email), browser.world.store.invitations().len()),
            (None, 1),
            "only looked at"
        );
        answer(&mut browser, &page, "accept").await.leads_to(&members(&browser));
        assert_eq!(browser.world.role("Acme", email), Some(role));
        let id = browser.world.organization_called("Acme").id.to_string();
        assert_eq!(browser.cookie("organization"), Some(&*id));
        browser.get("/dashboard").await.shows(200, &["<bdi>Acme</bdi>", "You are a member now, and have"]);
        assert!(browser.world.user(email).is_verified, "the link went there");
        is_worthless(&browser.get(&page).await);
        for again in ANSWERS {
            is_worthless(&browser.post(&page, &[SIGN_UP[2], ("answer", again)]).await);
        }
    }
}

#[actix_web::test]
async fn whoever_is_logged_in_to_another_account_logs_out_and_goes_on() {
    for (email, on) in [(BOB, log_in_first as fn(&str) -> String), (NEW, str::to_owned as fn(&str) -> String)] {
        let mut browser = Browser::within(world().await);
        let page = invite(&browser.world, email, Role::Member).await;
        browser.log_in(EVE).await;
        let seen = browser.get(&page).await;
        seen.shows(
            200,
            &["Acme", "This invitation is for", email, "you are logged in as", EVE, "Log out and go on", "Decline"],
        );
        seen.hides("value=\"accept\"");
        for wrong in ["accept", ""] {
            answer(&mut browser, &page, wrong).await.shows(200, &["you are logged in as", EVE]);
        }
        browser.post(&page, &SIGN_UP).await.shows(200, &["you are logged in as", EVE]);
        assert!(email == BOB || browser.world.find_user(email).is_none(), "nobody signs up beside another account");
        let on = on(&page);
        seen.shows(200, &["action=\"/dashboard/log-out\"", &format!("name=\"next\" value=\"{on}\"")]);
        browser.post("/dashboard/log-out", &[("next", &on)]).await.leads_to(&on);
        browser.get(&on).await.shows(200, &["You are logged out.", "type=\"password\""]);
        assert_eq!((browser.cookie(SESSION), browser.world.store.invitations().len()), (None, 1));
    }
}

#[actix_web::test]
async fn whoever_has_an_account_logs_in_and_comes_back() {
    let mut browser = Browser::within(world().await);
    let page = invite(&browser.world, EVE, Role::Member).await;
    let seen = browser.get(&page).await;
    let way = format!("href=\"{}\"", log_in_first(&page));
    seen.shows(200, &["Acme", EVE, "The address has an account", &way, "/dashboard/forgot-password", "Decline"]);
    seen.hides("type=\"password\"");
    answer(&mut browser, &page, "accept").await.shows(200, &["The address has an account"]);
    let taken = browser.post(&page, &SIGN_UP).await;
    taken.shows(422, &["Another account has this address", "The address has an account"]).hides("horse battery");
    let typed = [("email", EVE), ("password", samples::PASSWORD), ("next", &page)];
    browser.submit(LOG_IN, &typed).await.shows(200, &["Acme", "Accept"]);
}

#[actix_web::test]
async fn whoever_has_none_signs_up_by_it_in_every_mode() {
    for mode in [RegistrationMode::Open, RegistrationMode::VerifyFirst, RegistrationMode::Closed] {
        let mut browser = Browser::within(world().await.registering(mode));
        let page = invite(&browser.world, NEW, Role::Member).await;
        let seen = browser.get(&page).await;
        seen.shows(
            200,
            &["Acme", "value=\"new@example.com\"", "readonly", "Name", "Password", "Sign up and join", "Decline"],
        );
        for (password, told) in [
            ("short", "The password needs at least 8 characters"),
            ("weak password", "It is weak"),
            ("", "Enter a password"),
        ] {
            let typed = [SIGN_UP[0], SIGN_UP[1], ("password", password)];
            let seen = browser.post(&page, &typed).await;
            seen.shows(422, &["Error: ", told, "value=\"Nell\""]);
            seen.shows(422, &["id=\"password-error\""]);
        }
        assert!(browser.world.find_user(NEW).is_none());
        let typed = [&SIGN_UP[..], &[("email", EVE), ("is_superuser", "true"), ("role", "owner")]].concat();
        browser.post(&page, &typed).await.leads_to(&members(&browser));
        let seen = browser.get(&members(&browser)).await;
        seen.shows(200, &["<bdi>Acme</bdi>", "Welcome! Your account was created, and you are a member", "Nell", NEW]);
        let made = browser.world.user(NEW);
        assert!(made.is_verified && !made.is_superuser);
        assert_eq!(browser.world.role("Acme", NEW), Some(Role::Member));
        browser.get("/dashboard").await.shows(200, &["<bdi>Acme</bdi>", "Nell"]);
        is_worthless(&browser.post(&page, &SIGN_UP).await);
    }
}

#[actix_web::test]
async fn anybody_who_has_the_link_declines() {
    for (email, logged_in, leads) in
        [(BOB, Some(BOB), LIST), (BOB, Some(EVE), LIST), (BOB, None, LOG_IN), (NEW, None, LOG_IN)]
    {
        let mut browser = Browser::within(world().await);
        let page = invite(&browser.world, email, Role::Member).await;
        if let Some(account) = logged_in {
            browser.log_in(account).await;
        }
        answer(&mut browser, &page, "decline").await.leads_to(leads);
        browser.get(leads).await.shows(200, &["You declined the invitation."]);
        assert_eq!((browser.world.store.invitations(), browser.world.store.memberships().len()), (vec![], 1));
        is_worthless(&browser.get(&page).await);
        is_worthless(&answer(&mut browser, &page, "decline").await);
    }
}

/// To all visitors, whatever they do with it.
#[actix_web::test]
async fn a_link_that_is_worth_nothing_says_so_and_what_to_do() {
    let world = world().await.with_member("Acme", EVE, Role::Admin).await;
    let id = world.organization_called("Acme").id;
    let (sent, old) = world.invite(EVE, "Acme", BOB, Role::Member).await;
    world.invitations().resend(world.actor_at("Acme", EVE), id, sent.id, &samples::client()).await.unwrap();
    let again = secret_in(&world.mail(MailTemplate::Invitation, BOB).await);
    let [old, again] = [old, again].map(|secret| format!("/dashboard/invitation?token={}", secret.expose()));
    let late = invite(&world, NEW, Role::Member).await;
    let nonsense = ["/dashboard/invitation", "/dashboard/invitation?token=x", &old];
    for visitor in [None, Some(BOB)] {
        let mut browser = Browser::within(world.clone());
        if let Some(email) = visitor {
            browser.log_in(email).await;
        }
        for page in nonsense {
            is_worthless(&browser.get(page).await);
            for answer in ANSWERS {
                is_worthless(&browser.post(page, &[SIGN_UP[2], ("answer", answer)]).await);
            }
        }
        browser.get(&again).await.shows(200, &["Acme"]);
    }
    let mut visitor = Browser::within(world.clone());
    visitor.get(&again).await.shows(200, &["Acme"]);
    // Whoever sent it may not invite any more.
    let (actor, eve) = (world.actor_at("Acme", ANN), world.user(EVE).id);
    world.organizations().remove_member(actor, id, eve, &samples::client()).await.unwrap();
    is_worthless(&visitor.get(&again).await);
    visitor.get(&late).await.shows(200, &["Sign up and join"]);
    world.clock.advance(Duration::from_hours(7 * 24));
    is_worthless(&visitor.get(&late).await);
    is_worthless(&visitor.post(&late, &SIGN_UP).await);
    assert!(world.find_user(NEW).is_none());
}

#[actix_web::test]
async fn whoever_comes_to_a_full_organisation_is_told_so_and_keeps_the_invitation() {
    let mut world = world().await;
    let [bobs, news] = [invite(&world, BOB, Role::Member).await, invite(&world, NEW, Role::Member).await];
    world.policy.organizations.most_members = 1;
    let mut browser = Browser::within(world);
    let seen = browser.post(&news, &SIGN_UP).await;
    seen.shows(422, &["The organisation has 1 members, and may not have more", "value=\"Nell\"", "Sign up and join"]);
    browser.log_in(BOB).await;
    answer(&mut browser, &bobs, "accept").await.shows(422, &["may not have more", "Accept"]);
    let id = browser.world.store.invitations().into_iter().find(|sent| sent.email.as_str() == BOB).unwrap().id;
    let mine = browser.post(&format!("/dashboard/invitations/{id}/accept"), &[]).await;
    mine.shows(409, &["That can’t be done now", "may not have more"]);
    assert_eq!((browser.world.find_user(NEW), browser.world.store.invitations().len()), (None, 2));
}

#[actix_web::test]
async fn whoever_follows_too_many_links_is_told_when_to_come_back() {
    let mut browser = Browser::within(world().await.limiting(Limit::InvitationsPerAddress, 2));
    let page = invite(&browser.world, NEW, Role::Member).await;
    for _ in 0..2 {
        browser.get(&page).await.shows(200, &["Sign up and join"]);
    }
    browser.get(&page).await.shows(429, &["Too many attempts", &format!("href=\"{page}\""), "Try again"]);
    let seen = browser.post(&page, &SIGN_UP).await;
    seen.shows(429, &["Too many attempts", "<dt>Name</dt><dd><bdi>Nell</bdi>", "Send it again"]);
    assert!(seen.header("retry-after").parse::<u64>().unwrap() >= 1);
    seen.hides("horse battery");
}

/// Its own page holds it and leads to itself; what the page loads, and where it leads, is not told of it.
#[actix_web::test]
async fn a_token_is_told_to_nobody() {
    let mut browser = Browser::within(world().await);
    let page = invite(&browser.world, NEW, Role::Member).await;
    let (log_in, reset) = (log_in_first(&page), "/dashboard/reset-password?token=x");
    for (path, policy) in [
        (&*page, "strict-origin"),
        (&*log_in, "strict-origin"),
        (reset, "strict-origin"),
        ("/dashboard/verify-email?token=x", "strict-origin"),
        ("/dashboard/nowhere?token=x", "strict-origin"),
        (LOG_IN, "same-origin"),
        ("/dashboard/sign-up", "same-origin"),
    ] {
        let seen = browser.get(path).await;
        assert_eq!(seen.header("referrer-policy"), policy, "{path}");
        assert!(seen.text.contains(&format!("<meta name=\"referrer\" content=\"{policy}\">")), "{path}");
    }
    browser.world.store.go_down();
    let unsent = browser.post(&page, &SIGN_UP).await;
    unsent.shows(
        503,
        &["<dt>Name</dt><dd><bdi>Nell</bdi>", &format!("action=\"{page}\""), "type=\"password\"", "Send it again"],
    );
    for hidden in ["horse battery", "<dt>Token", "<dt>Answer", "name=\"token\""] {
        unsent.hides(hidden);
    }
    answer(&mut browser, &page, "decline").await.shows(503, &[&format!("href=\"{page}\""), "Go back"]);
}

#[actix_web::test]
async fn what_one_is_invited_to_is_among_ones_own_organisations() {
    let world = world().await.with_organization(EVE, "Eves").await;
    let (acme, _) = world.invite(ANN, "Acme", BOB, Role::Admin).await;
    let (eves, _) = world.invite(EVE, "Eves", BOB, Role::Viewer).await;
    let [acme, eves] = [acme, eves].map(|sent| format!("/dashboard/invitations/{}", sent.id));
    let mut browser = Browser::within(world);
    browser.log_in(BOB).await;
    let seen = browser.get(LIST).await;
    seen.shows(200, &["Invitations to you", "Accept: Acme", "No organisations yet"]);
    for text in ["Admin", "manages members and viewers", ANN, "Eves", "Viewer", EVE, "Decline: Eves", &acme, &eves] {
        seen.shows(200, &[text]);
    }
    browser
        .submit(&format!("{eves}/decline"), &[])
        .await
        .shows(200, &["You declined the invitation.", "Acme"])
        .hides("Eves");
    let joined = browser.submit(&format!("{acme}/accept"), &[]).await;
    joined.shows(200, &["<bdi>Acme</bdi>", "You are a member now, and have", BOB]);
    assert_eq!(browser.world.role("Acme", BOB), Some(Role::Admin));
    browser.get(LIST).await.shows(200, &["Acme", "At hand"]).hides("Invitations to you");
    for gone in
        [&*acme, &eves, "/dashboard/invitations/0190a1b2-c3d4-7e5f-8a9b-000000000001", "/dashboard/invitations/1"]
    {
        for answer in ["accept", "decline"] {
            browser.post(&format!("{gone}/{answer}"), &[]).await.shows(404, &["Not found"]);
        }
    }
}

/// Nor by somebody who made an account with the address and did not prove it.
#[actix_web::test]
async fn invitations_to_others_are_seen_and_answered_by_nobody() {
    let world = world().await;
    let (bobs, _) = world.invite(ANN, "Acme", BOB, Role::Member).await;
    let (eves, _) = world.invite(ANN, "Acme", EVE, Role::Member).await;
    for email in [ANN, EVE] {
        let mut browser = Browser::within(world.clone());
        browser.log_in(email).await;
        browser.get(LIST).await.shows(200, &["Organisations"]).hides("Invitations to you");
        for id in [bobs.id, eves.id] {
            for answer in ["accept", "decline"] {
                let seen = browser.post(&format!("/dashboard/invitations/{id}/{answer}"), &[]).await;
                seen.shows(404, &["Not found", "This invitation was answered, taken back, or is too old."]);
            }
        }
    }
    assert_eq!((world.store.invitations().len(), world.store.memberships().len()), (2, 1));
    let mut stranger = Browser::within(world);
    stranger.post(&format!("/dashboard/invitations/{}/accept", bobs.id), &[]).await.leads_to(LOG_IN);
}
