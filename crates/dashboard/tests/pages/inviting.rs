//! Invitations, as those see them who send them.

use std::time::Duration;

use actix_web::http::header::{ORIGIN, REFERER};
use ironplate_application::limits::Limit;
use ironplate_domain::{MailTemplate, Role};
use ironplate_testkit::secret_in;

use super::{
    browser::{ANN, Browser, ROOT, form},
    organizations::{BOB, acme, acme_with_bob_as},
};

const NEW: &str = "new@example.com";

/// The addresses that are invited.
fn invited(browser: &Browser) -> Vec<String> {
    browser.world.store.invitations().into_iter().map(|sent| sent.email.to_string()).collect()
}

#[actix_web::test]
async fn invitations_are_seen_sent_and_taken_back_by_rank() {
    for (email, role) in
        [(BOB, Role::Viewer), (BOB, Role::Member), (BOB, Role::Admin), (ANN, Role::Viewer), (ROOT, Role::Viewer)]
    {
        let mut browser = acme_with_bob_as(role, email).await;
        let (low, _) = browser.world.invite(ANN, "Acme", NEW, Role::Viewer).await;
        let (high, _) = browser.world.invite(ANN, "Acme", "chief@example.com", Role::Owner).await;
        let [low, high] = [low, high].map(|sent| acme(&browser, &format!("/invitations/{}", sent.id)));
        let (members, page) = (acme(&browser, "/members"), acme(&browser, "/invitations"));
        let (may_see, is_owner) = (email != BOB || role == Role::Admin, email != BOB);
        let seen = browser.get(&members).await;
        for (text, is_shown) in [
            ("Invite people", may_see),
            (NEW, may_see),
            (&*low, may_see),
            (&*high, is_owner),
            ("chief@example.com", may_see),
        ] {
            assert_eq!(seen.text.contains(text), is_shown, "{email} {role} {text}");
        }
        if may_see {
            let seen = browser.get(&page).await;
            seen.shows(
                200,
                &["Invite people", "Email addresses", "<legend>Role", "Send invitations", "chief@example.com", NEW],
            );
            seen.shows(200, &["changes nothing.", "Works with what the organisation has"]);
            seen.shows(200, &["value=\"member\" aria-labelledby=\"role-member-label\" aria-describedby=\"role-member-hint\" checked"]);
            for offered in ["viewer", "member", "admin", "owner"] {
                let is_offered = is_owner || ["viewer", "member"].contains(&offered);
                assert_eq!(seen.text.contains(&format!("value=\"{offered}\" aria")), is_offered, "{email} {offered}");
                let email = format!("{offered}@example.com");
                let sent = browser.post(&page, &[("emails", &email), ("role", offered)]).await;
                sent.shows(if is_offered { 303 } else { 403 }, &[]);
            }
        } else {
            browser.get(&page).await.shows(403, &["Not allowed"]).hides(NEW);
            browser.post(&page, &[("emails", "x@example.com"), ("role", "viewer")]).await.shows(403, &["Not allowed"]);
            browser.post(&page, &[]).await.shows(403, &["Not allowed"]);
        }
        for (path, may) in [(&low, may_see), (&high, is_owner)] {
            for action in ["resend", "revoke"] {
                let status = if may { 303 } else { 403 };
                browser.post(&format!("{path}/{action}"), &[]).await.shows(status, &[]);
            }
        }
        assert_eq!(invited(&browser).contains(&"chief@example.com".to_owned()), !is_owner, "{email} {role}");
    }
}

#[actix_web::test]
async fn many_are_invited_at_once_and_what_became_of_each_is_told() {
    let mut browser = acme_with_bob_as(Role::Admin, ANN).await;
    let page = acme(&browser, "/invitations");
    let typed = format!("Nell <{NEW}>, {BOB}\r\n<b>x; NEW@example.com\r\nother@example.com");
    let seen = browser.post(&page, &[("emails", &typed), ("role", "viewer")]).await;
    seen.shows(
        200,
        &["2 of 4 invited", NEW, "Invited", BOB, "Is a member already", "&lt;b&gt;x", "Is no email address"],
    );
    seen.shows(200, &["other@example.com", "Invited", "</dl>", "Email addresses", ">\n&lt;b&gt;x</textarea>"]);
    seen.shows(
        200,
        &["value=\"viewer\" aria-labelledby=\"role-viewer-label\" aria-describedby=\"role-viewer-hint\" checked"],
    );
    seen.hides("<b>x");
    assert_eq!(invited(&browser).len(), 2);
    browser.world.mail(MailTemplate::Invitation, NEW).await;

    let again = browser.post(&page, &[("emails", NEW), ("role", "viewer")]).await;
    again.shows(200, &["0 of 1 invited", NEW, "Was invited before", ">\n</textarea>"]);
    let all = browser.submit(&page, &[("emails", "a@example.com b@example.com"), ("role", "owner")]).await;
    all.shows(200, &["The invitations are on their way.", "b@example.com", "Owner", ANN, "a@example.com", "1–4 of 4"]);
    all.hides("invited</h2>");
}

#[actix_web::test]
async fn what_can_not_be_taken_is_told_at_its_field_and_kept() {
    let mut browser = acme_with_bob_as(Role::Admin, ANN).await;
    let page = acme(&browser, "/invitations");
    let many: Vec<String> = (0..101).map(|number| format!("m{number}@example.com")).collect();
    for (emails, role, field, told) in [
        ("", "member", "emails", "Enter an email address, or several"),
        (" ,\r\n", "member", "emails", "Enter an email address, or several"),
        (&*many.join("\r\n"), "member", "emails", "These are 101 addresses, at most 100 are taken at once"),
        (NEW, "", "role", "Choose a role"),
        (NEW, "king", "role", "Choose a role"),
    ] {
        let seen = browser.post(&page, &[("emails", emails), ("role", role)]).await;
        seen.shows(422, &["id=\"problem\"", &format!("#{field}"), told, &format!("id=\"{field}-error\"")]);
        seen.shows(422, &[emails.trim().lines().last().unwrap_or_default(), "</textarea>"]);
        if role == "member" {
            seen.shows(422, &["role-member-hint\" checked"]);
        }
    }
    assert!(browser.world.store.invitations().is_empty());
}

#[actix_web::test]
async fn where_no_mail_is_sent_that_is_said() {
    let mut browser = acme_with_bob_as(Role::Admin, ANN).await;
    let (sent, _) = browser.world.invite(ANN, "Acme", NEW, Role::Member).await;
    browser.world.policy.sends_mail = false;
    let page = acme(&browser, "/invitations");
    let seen = browser.get(&page).await;
    seen.shows(200, &["This server sends no mail, so nobody can be invited.", NEW, "Take back"]).hides("<textarea");
    seen.hides("Send again");
    let typed = [("emails", "other@example.com"), ("role", "member")];
    browser.post(&page, &typed).await.shows(422, &["Nobody can be invited: mail is switched off"]);
    browser
        .post(&format!("{page}/{}/resend", sent.id), &[])
        .await
        .shows(409, &["That can’t be done now", "mail is switched off"]);
    browser.submit(&format!("{page}/{}/revoke", sent.id), &[]).await.shows(200, &["The invitation was taken back."]);
}

#[actix_web::test]
async fn whoever_invites_too_many_is_told_so_and_keeps_what_they_typed() {
    for limit in [Limit::InvitationsPerAccount, Limit::InvitationsPerOrganization] {
        let mut browser = acme_with_bob_as(Role::Admin, ANN).await;
        browser.world = browser.world.limiting(limit, 1);
        let page = acme(&browser, "/invitations");
        let some = browser.post(&page, &[("emails", "a@example.com b@example.com"), ("role", "member")]).await;
        some.shows(200, &["1 of 2 invited", "Can’t be invited now", ">\nb@example.com</textarea>"]);
        let none = browser.post(&page, &[("emails", "b@example.com c@example.com"), ("role", "viewer")]).await;
        none.shows(429, &["Too many attempts", "b@example.com c@example.com</textarea>", "role-viewer-hint\" checked"]);
        assert!(none.header("retry-after").parse::<u64>().unwrap() >= 1);
        let sent = browser.world.store.invitations().remove(0).id;
        browser.post(&format!("{page}/{sent}/resend"), &[]).await.shows(429, &["Too many attempts"]);
        assert_eq!(invited(&browser), ["a@example.com"]);
    }
}

#[actix_web::test]
async fn one_is_sent_again_and_its_older_link_works_no_longer() {
    let mut browser = acme_with_bob_as(Role::Admin, ANN).await;
    let (sent, old) = browser.world.invite(ANN, "Acme", NEW, Role::Member).await;
    browser.world.clock.advance(Duration::from_hours(7 * 24));
    browser.log_in(ANN).await;
    let (members, page) = (acme(&browser, "/members"), acme(&browser, "/invitations"));
    for list in [&members, &page] {
        browser.get(list).await.shows(200, &[NEW, "Expired"]);
    }
    let path = format!("{page}/{}/resend", sent.id);
    browser.submit(&path, &[]).await.shows(200, &["The invitation is on its way again.", NEW]).hides("Expired");
    let new = secret_in(&browser.world.mail(MailTemplate::Invitation, NEW).await);
    let mut visitor = Browser::within(browser.world.clone());
    for (secret, told) in [(old, "does not work any more"), (new, "Sign up and join")] {
        visitor.get(&format!("/dashboard/invitation?token={}", secret.expose())).await.shows(200, &[told]);
    }
}

#[actix_web::test]
async fn one_is_taken_back_and_its_link_works_no_longer() {
    let mut browser = acme_with_bob_as(Role::Admin, ANN).await;
    let (sent, secret) = browser.world.invite(ANN, "Acme", NEW, Role::Member).await;
    let (members, page) = (acme(&browser, "/members"), acme(&browser, "/invitations"));
    let path = format!("{page}/{}/revoke", sent.id);
    browser.submit(&path, &[]).await.shows(200, &["The invitation was taken back.", "Members"]).hides(NEW);
    browser.get(&page).await.shows(200, &["No invitations wait"]);
    for action in ["revoke", "resend"] {
        browser.post(&format!("{page}/{}/{action}", sent.id), &[]).await.shows(404, &["This invitation was answered"]);
    }
    let mut visitor = Browser::within(browser.world.clone());
    let link = format!("/dashboard/invitation?token={}", secret.expose());
    visitor.get(&link).await.shows(200, &["does not work any more"]);

    for (from, leads) in [(&members, &members), (&page, &page), (&"/dashboard".to_owned(), &members)] {
        let (sent, _) = browser.world.invite(ANN, "Acme", NEW, Role::Member).await;
        let press = form(&format!("{page}/{}/revoke", sent.id), &[]).insert_header((ORIGIN, "http://localhost:8000"));
        let press = press.insert_header((REFERER, format!("http://localhost:8000{from}")));
        browser.send(press).await.leads_to(leads);
    }
}

#[actix_web::test]
async fn those_that_wait_are_listed_searched_and_paged() {
    let mut browser = acme_with_bob_as(Role::Admin, ANN).await;
    let (members, page) = (acme(&browser, "/members"), acme(&browser, "/invitations"));
    browser.get(&members).await.shows(200, &["Invite people"]).hides("<h2 id=\"invitations\"");
    browser.get(&page).await.shows(200, &["No invitations wait"]).hides("role=\"search\"");
    for number in 10..37 {
        browser.world.clock.advance(Duration::from_mins(1));
        browser.world.invite(ANN, "Acme", &format!("m{number}@example.com"), Role::Member).await;
    }
    let newest = browser.get(&members).await;
    newest.shows(200, &["Invitations", "All 27", "m36@example.com", "m12@example.com"]).hides("m11@example.com");
    browser.get(&page).await.shows(200, &["m36@example.com", "m12@example.com", "1–25 of 27", "page=2"]);
    browser.get(&format!("{page}?page=2")).await.shows(200, &["m11@example.com", "m10@example.com", "26–27 of 27"]);
    browser.get(&format!("{page}?q=m1")).await.shows(200, &["value=\"m1\"", "1–10 of 10"]);
    browser.get(&format!("{page}?q=nobody")).await.shows(200, &["Nothing found", "Show all invitations"]);
}

/// Of the pages of one organisation, none does anything to an invitation of another.
#[actix_web::test]
async fn invitations_of_another_organisation_are_none_of_this_one() {
    let mut browser = acme_with_bob_as(Role::Admin, ANN).await;
    browser.world = browser.world.with_user("eve@example.com").await.with_organization("eve@example.com", "Eves").await;
    let (sent, secret) = browser.world.invite("eve@example.com", "Eves", NEW, Role::Member).await;
    for action in ["resend", "revoke"] {
        let seen = browser.post(&acme(&browser, &format!("/invitations/{}/{action}", sent.id)), &[]).await;
        seen.shows(404, &["Not found"]);
    }
    browser.post(&acme(&browser, "/invitations/1/revoke"), &[]).await.shows(404, &["Not found"]);
    browser.get(&acme(&browser, "/members")).await.shows(200, &[]).hides(NEW);
    let mut visitor = Browser::within(browser.world.clone());
    let link = format!("/dashboard/invitation?token={}", secret.expose());
    visitor.get(&link).await.shows(200, &["Eves", "Sign up and join"]);
}
