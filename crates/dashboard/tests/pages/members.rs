//! Who is in an organisation, as what, and who goes.

use std::time::Duration;

use ironplate_domain::{MailTemplate, Role};
use ironplate_testkit::{samples, user};

use super::{
    browser::{ANN, Browser, ROOT},
    organizations::{BOB, LIST, acme, acme_with_bob_as},
};

/// The page of this member of Acme.
fn of(browser: &Browser, email: &str, page: &str) -> String {
    acme(browser, &format!("/members/{}{page}", browser.world.user(email).id))
}

#[actix_web::test]
async fn members_are_searched_filtered_sorted_and_paged() {
    let mut browser = acme_with_bob_as(Role::Viewer, ANN).await;
    for number in 10..37 {
        browser.world.clock.advance(Duration::from_mins(1));
        let email = format!("m{number}@example.com");
        browser.world = browser.world.with_user(&email).await.with_member("Acme", &email, Role::Member).await;
    }
    let list = acme(&browser, "/members");
    browser.get(&list).await.shows(200, &["m36@example.com", "m12@example.com", "1–25 of 29", "page=2"]);
    let by_address = browser.get(&format!("{list}?order=email")).await;
    by_address.shows(200, &["ascending", ANN, BOB, "m10@example.com"]);
    browser.get(&format!("{list}?order=joined_at")).await.shows(200, &["ascending", BOB, "m10@example.com"]);
    browser.get(&format!("{list}?page=2")).await.shows(200, &["m10@example.com", "26–29 of 29"]);
    browser.get(&format!("{list}?q=m1")).await.shows(200, &["value=\"m1\"", "1–10 of 10"]);
    let viewers = browser.get(&format!("{list}?role=viewer")).await;
    viewers.shows(200, &["value=\"viewer\" selected", BOB, "1–1 of 1"]).hides("m10@");
    browser.get(&format!("{list}?role=admin")).await.shows(200, &["Nobody found", "Show all members"]);
    browser.get(&format!("{list}?page=9&role=viewer")).await.leads_to(&format!("{list}?role=viewer"));
}

#[actix_web::test]
async fn names_are_text_and_whoever_can_not_log_in_is_told() {
    let mut browser = acme_with_bob_as(Role::Viewer, ANN).await;
    let carl = user("carl@example.com").named("<script>Carl \u{202e}").inactive();
    browser.world = browser.world.with(carl).await.with_member("Acme", "carl@example.com", Role::Member).await;
    let seen = browser.get(&acme(&browser, "/members")).await;
    seen.shows(200, &[r"&lt;script&gt;Carl \u{202e}", "carl@example.com", "Inactive"]).hides("<script>Carl");
    let asked = browser.get(&of(&browser, "carl@example.com", "/remove")).await;
    asked.shows(200, &[r"“<bdi>&lt;script&gt;Carl \u{202e}</bdi>” loses access to Acme"]);
    let owner = browser.post(&of(&browser, "carl@example.com", "/role"), &[("new_role", "owner")]).await;
    owner.shows(422, &["An owner has to be able to log in", "value=\"owner\"", "checked"]);
}

/// Each role that may be given is explained, and no other is offered.
#[actix_web::test]
async fn roles_are_explained_where_they_are_chosen_and_given_by_rank() {
    for (by, to, offered) in [
        (Role::Owner, Role::Viewer, &["viewer", "member", "admin", "owner"][..]),
        (Role::Owner, Role::Admin, &["viewer", "member", "admin", "owner"]),
        (Role::Admin, Role::Viewer, &["viewer", "member"]),
        (Role::Admin, Role::Admin, &[]),
        (Role::Admin, Role::Owner, &[]),
        (Role::Member, Role::Viewer, &[]),
        (Role::Viewer, Role::Viewer, &[]),
    ] {
        let mut browser = acme_with_bob_as(by, BOB).await;
        let carl = "carl@example.com";
        browser.world = browser.world.with_user(carl).await.with_member("Acme", carl, to).await;
        let [role, remove] = ["/role", "/remove"].map(|page| of(&browser, carl, page));
        let list = browser.get(&acme(&browser, "/members")).await;
        for path in [&role, &remove] {
            assert_eq!(list.text.contains(path), !offered.is_empty(), "{by} of {to}");
            let status = if offered.is_empty() { 403 } else { 200 };
            browser.get(path).await.shows(status, &[]);
        }
        let page = browser.get(&role).await;
        for choice in Role::ALL {
            let is_offered = page.text.contains(&format!("value=\"{choice}\" aria"));
            assert_eq!(is_offered, offered.contains(&choice.name()), "{by} gives {choice} to {to}");
        }
        if !offered.is_empty() {
            page.shows(200, &["changes nothing.", "Works with what the organisation has"]);
            page.shows(200, &[&format!("aria-describedby=\"new_role-{to}-hint\" checked")]);
        }
        let given = offered.first().copied().unwrap_or("viewer");
        let none = browser.post(&role, &[("new_role", "king")]).await;
        none.shows(if offered.is_empty() { 403 } else { 422 }, &[]);
        let outcome = browser.post(&role, &[("new_role", "owner")]).await;
        if by == Role::Owner {
            outcome.leads_to(&acme(&browser, "/members"));
            browser.submit(&role, &[("new_role", given)]).await.shows(200, &["The role was changed."]);
        } else {
            outcome.shows(403, &["Not allowed"]);
            assert_eq!(browser.world.role("Acme", carl), Some(to));
        }
    }
}

#[actix_web::test]
async fn a_role_is_changed_and_its_member_told_by_mail() {
    let mut browser = acme_with_bob_as(Role::Viewer, ANN).await;
    let (path, left) = (of(&browser, BOB, "/role"), acme(&browser, "/members?q=bob"));
    browser.get(&path).await.shows(200, &["Change role", "What “<bdi>bob@example.com</bdi>” may do", "<legend>Role"]);
    for nothing in ["", "king"] {
        browser
            .post(&path, &[("new_role", nothing)])
            .await
            .shows(422, &["href=\"#new_role\"", "Choose a role", "id=\"new_role\"", "id=\"new_role-error\""]);
    }
    browser.post(&path, &[("new_role", "admin"), ("back", &left)]).await.leads_to(&left);
    browser.get(&left).await.shows(200, &["The role was changed.", BOB, "Admin"]);
    browser.world.mail(MailTemplate::RoleChanged, BOB).await;
    browser
        .post(&path, &[("new_role", "member"), ("back", "//evil.example")])
        .await
        .leads_to(&acme(&browser, "/members"));
}

#[actix_web::test]
async fn the_last_owner_stays_one_and_is_told_why() {
    let mut browser = acme_with_bob_as(Role::Admin, ANN).await;
    let path = of(&browser, ANN, "/role");
    browser.get(&path).await.shows(200, &["What you may do"]);
    let refused = browser.post(&path, &[("new_role", "admin")]).await;
    refused.shows(422, &["id=\"problem\"", "The organisation needs an owner", "value=\"admin\""]);
    browser.post(&of(&browser, ANN, "/remove"), &[]).await.shows(422, &["The organisation needs an owner"]);
    assert_eq!(browser.world.role("Acme", ANN), Some(Role::Owner));
}

#[actix_web::test]
async fn a_member_is_removed_behind_a_question_and_is_a_stranger() {
    let mut browser = acme_with_bob_as(Role::Member, ANN).await;
    let (path, list) = (of(&browser, BOB, "/remove"), acme(&browser, "/members"));
    let asked = browser.get(&path).await;
    asked.shows(200, &["Remove this member?", "“<bdi>bob@example.com</bdi>” loses access to Acme at once."]);
    assert_eq!(browser.world.role("Acme", BOB), Some(Role::Member), "to ask does nothing");
    browser.submit(&path, &[]).await.shows(200, &["The member was removed.", ANN]).hides(BOB);
    browser.world.mail(MailTemplate::RemovedFromOrganization, BOB).await;
    for path in [&path, &of(&browser, BOB, "/role"), &of(&browser, ROOT, "/role"), &format!("{list}/1/role")] {
        browser.get(path).await.shows(404, &["Not found"]);
    }
    let mut bob = Browser::within(browser.world);
    bob.log_in(BOB).await;
    bob.get(&list).await.shows(404, &["There is no such organisation, or you are not in it."]);
    bob.get(LIST).await.shows(200, &["No organisations yet"]);
}

/// Of the pages of one organisation, none does anything to a member of another.
#[actix_web::test]
async fn members_of_another_organisation_are_none_of_this_one() {
    let mut browser = acme_with_bob_as(Role::Member, ANN).await;
    browser.world = browser.world.with_user("eve@example.com").await.with_organization("eve@example.com", "Eves").await;
    let eve = browser.world.user("eve@example.com").id;
    for page in [format!("/members/{eve}/role"), format!("/members/{eve}/remove"), format!("/transfer/{eve}")] {
        let path = acme(&browser, &page);
        browser.get(&path).await.shows(404, &["Nobody of this id is in the organisation"]).hides("eve@");
        browser.post(&path, &[("new_role", "viewer")]).await.shows(404, &["Not found"]);
    }
    assert_eq!(browser.world.role("Eves", "eve@example.com"), Some(Role::Owner));
    assert_eq!(browser.world.organization_called("Acme").slug, samples::slug("acme"));
}
