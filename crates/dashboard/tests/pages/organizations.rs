//! Organisations: made, called something, left, handed over and deleted.

use std::{collections::BTreeSet, fs, time::Duration};

use ironplate_application::OrganizationCreation;
use ironplate_domain::{AuditKind, Role};
use ironplate_testkit::{World, samples};

use super::browser::{ANN, Browser, ROOT, Seen};

pub(super) const BOB: &str = "bob@example.com";
pub(super) const LIST: &str = "/dashboard/organizations";

/// Logged in as this user, where Ann owns Acme and Bob is in it as this.
pub(super) async fn acme_with_bob_as(role: Role, email: &str) -> Browser {
    let world = World::new().with_user(ANN).await.with_user(BOB).await.with_superuser(ROOT).await;
    let mut browser = Browser::within(world.with_organization(ANN, "Acme").await.with_member("Acme", BOB, role).await);
    browser.log_in(email).await;
    browser
}

/// Has this organisation at hand from here on, or what is one's own.
pub(super) fn take_at_hand(browser: &mut Browser, name: Option<&str>) {
    let id = name.map(|name| browser.world.organization_called(name).id.to_string());
    browser.set_cookie("organization", &id.unwrap_or_default());
}

/// The address of a page of Acme.
pub(super) fn acme(browser: &Browser, page: &str) -> String {
    format!("{LIST}/{}{page}", browser.world.organization_called("Acme").id)
}

#[actix_web::test]
async fn one_is_made_and_at_hand() {
    let mut browser = Browser::of(ANN).await;
    browser.get(LIST).await.shows(200, &["No organisations yet", "New organisation"]).hides("role=\"search\"");
    browser.get(&format!("{LIST}/new")).await.shows(200, &["New organisation", "Name", "Slug", "Create organisation"]);
    let made = browser.submit(&format!("{LIST}/new"), &[("name", " Acme & Söhne "), ("slug", "")]).await;
    made.shows(200, &["Acme &amp; Söhne", "Members", "The organisation was created.", ANN, "You", "Owner"]);
    let stored = browser.world.organization_called("Acme & Söhne");
    assert_eq!(stored.slug.as_str(), "acme-sohne");
    browser.get(LIST).await.shows(200, &["Acme &amp; Söhne", "acme-sohne", "Owner", "At hand", "1–1 of 1"]);
    browser.get(&format!("{LIST}/{}", stored.id)).await.leads_to(&format!("{LIST}/{}/members", stored.id));
}

#[actix_web::test]
async fn what_can_not_be_taken_is_told_at_its_field_and_kept() {
    let mut browser = acme_with_bob_as(Role::Admin, ANN).await;
    for path in [format!("{LIST}/new"), acme(&browser, "/settings")] {
        for (name, slug, field, told) in [
            ("  ", "new-one", "name", "Enter a name"),
            ("www.evil.example", "new-one", "name", "can’t be taken"),
            (&*"e".repeat(101), "new-one", "name", "has 101 characters, at most 100"),
            ("New", "a", "slug", "at least 2 characters"),
            ("New", "a b", "slug", "letters from a to z and digits"),
            ("New", "dashboard", "slug", "is reserved"),
        ] {
            let seen = browser.post(&path, &[("name", name), ("slug", slug)]).await;
            seen.shows(422, &["id=\"problem\"", told, &format!("id=\"{field}-error\"")]);
            seen.shows(422, &[&format!("value=\"{slug}\"")]);
        }
    }
    browser.post(&acme(&browser, "/settings"), &[("name", "Acme"), ("slug", "")]).await.shows(422, &["Enter a slug"]);
    let taken = browser.post(&format!("{LIST}/new"), &[("name", "Acme"), ("slug", "")]).await;
    taken.shows(422, &["Another organisation has the slug acme", "value=\"Acme\"", "id=\"slug-error\""]);
    assert_eq!(browser.world.store.organizations().len(), 1);
}

#[actix_web::test]
async fn where_they_are_made_by_few_or_nobody_others_are_not_asked() {
    for (creation, email, may) in [
        (OrganizationCreation::Superusers, ANN, false),
        (OrganizationCreation::Superusers, ROOT, true),
        (OrganizationCreation::Off, ROOT, false),
    ] {
        let mut browser = Browser::new().await;
        browser.world.policy.organizations.creation = creation;
        browser.log_in(email).await;
        let new = format!("{LIST}/new");
        if may {
            browser.get(LIST).await.shows(200, &["New organisation"]);
            browser.submit(&new, &[("name", "Acme")]).await.shows(200, &["Acme"]);
        } else {
            for page in [LIST, &format!("{LIST}/switch")] {
                browser.get(page).await.shows(200, &["Organisations"]).hides("New organisation");
            }
            browser.get(&new).await.shows(403, &["You can’t make organisations here"]);
            browser.post(&new, &[("name", "Acme")]).await.shows(403, &["You can’t make organisations here"]);
        }
    }
}

#[actix_web::test]
async fn ones_own_are_searched_sorted_and_paged() {
    let mut browser = Browser::of(ANN).await;
    for number in 10..37 {
        browser.world.clock.advance(Duration::from_mins(1));
        browser.world = browser.world.with_organization(ANN, &format!("Team-{number}")).await;
    }
    browser.world = browser.world.with_user(BOB).await.with_organization(BOB, "Bobs").await;
    let first = browser.get(LIST).await;
    first.shows(200, &["descending", "Team-36", "Team-12", "1–25 of 27", "page=2"]).hides("Bobs");
    browser.get(&format!("{LIST}?order=joined_at")).await.shows(200, &["ascending", "Team-10", "Team-34"]);
    browser.get(&format!("{LIST}?page=2")).await.shows(200, &["Team-11", "Team-10", "26–27 of 27"]);
    browser.get(&format!("{LIST}?q=m-12")).await.shows(200, &["value=\"m-12\"", "Team-12", "1–1 of 1"]);
    browser.get(&format!("{LIST}?q=bobs")).await.shows(200, &["Nothing found", "Show all"]);
}

#[actix_web::test]
async fn settings_say_what_it_is_called_and_offer_what_the_role_may() {
    for (role, may) in [
        (Role::Viewer, &["Leave"][..]),
        (Role::Member, &["Leave"]),
        (Role::Admin, &["Save changes", "Leave"]),
        (Role::Owner, &["Save changes", "Leave", "Choose the new owner", "Delete organisation"]),
    ] {
        let mut browser = acme_with_bob_as(role, BOB).await;
        let path = acme(&browser, "/settings");
        let page = browser.get(&path).await;
        page.shows(200, &["Acme", "acme"]).shows(200, may);
        for text in ["Save changes", "Choose the new owner", "Delete organisation"] {
            assert_eq!(page.text.contains(text), may.contains(&text), "{role} {text}");
        }
        let typed = [("name", "Umbrella"), ("slug", "Umbrella"), ("was.name", "Acme"), ("was.slug", "acme")];
        if role >= Role::Admin {
            let saved = browser.submit(&path, &typed).await;
            saved.shows(200, &["Umbrella", "The organisation was saved.", "value=\"umbrella\""]);
        } else {
            browser.post(&path, &typed).await.shows(403, &["Not allowed"]);
            browser.post(&path, &[("name", "")]).await.shows(403, &["Not allowed"]);
            assert_eq!(browser.world.organization_called("Acme").slug, samples::slug("acme"));
        }
    }
}

#[actix_web::test]
async fn of_two_who_change_it_at_once_none_undoes_what_the_other_did() {
    let mut browser = acme_with_bob_as(Role::Admin, ANN).await;
    let path = acme(&browser, "/settings");
    let was = [("was.name", "Acme"), ("was.slug", "acme")];
    browser.get(&path).await.shows(200, &[r#"name="was.name" value="Acme""#, r#"name="was.slug" value="acme""#]);
    browser.submit(&path, &[&was[..], &[("name", "Umbrella"), ("slug", "acme")]].concat()).await.shows(200, &[]);
    let told = browser.post(&path, &[&was[..], &[("name", "Acne"), ("slug", "acme")]].concat()).await;
    told.shows(422, &["This was changed to “Umbrella” meanwhile"]);
    browser.submit(&path, &[&was[..], &[("name", "Acme"), ("slug", "um")]].concat()).await.shows(200, &["Umbrella"]);
    assert_eq!(browser.world.organization_called("Umbrella").slug, samples::slug("um"));
}

#[actix_web::test]
async fn whoever_leaves_is_asked_first_and_an_owner_is_left() {
    let mut browser = acme_with_bob_as(Role::Viewer, BOB).await;
    let path = acme(&browser, "/leave");
    browser.get(&path).await.shows(200, &["Leave this organisation?", "“<bdi>Acme</bdi>” goes on without you"]);
    assert_eq!(browser.world.role("Acme", BOB), Some(Role::Viewer), "to ask does nothing");
    browser.submit(&path, &[]).await.shows(200, &["You left the organisation.", "No organisations yet"]);
    assert_eq!(browser.world.role("Acme", BOB), None);

    let mut ann = Browser::within(browser.world);
    ann.log_in(ANN).await;
    let refused = ann.post(&path, &[]).await;
    refused.shows(422, &["Leave this organisation?", "The organisation needs an owner."]);
    assert_eq!(ann.world.role("Acme", ANN), Some(Role::Owner));
}

#[actix_web::test]
async fn an_owner_hands_it_over_and_is_an_admin() {
    let mut browser = acme_with_bob_as(Role::Member, ANN).await;
    let list = acme(&browser, "/transfer");
    let bob = format!("{list}/{}", browser.world.user(BOB).id);
    let page = browser.get(&list).await;
    page.shows(200, &["Choose who is to own", "You become an admin.", &bob]);
    page.hides(&format!("{list}/{}", browser.world.user(ANN).id));
    browser.get(&format!("{list}?q=nobody")).await.shows(200, &["Nobody found"]);
    browser
        .get(&bob)
        .await
        .shows(200, &["Hand the organisation over?", BOB, "becomes an owner of Acme, and you become"]);
    assert_eq!(browser.world.role("Acme", BOB), Some(Role::Member));
    browser.submit(&bob, &[]).await.shows(200, &["The organisation has a new owner.", "Members"]);
    let roles = [ANN, BOB].map(|email| browser.world.role("Acme", email));
    assert_eq!(roles, [Some(Role::Admin), Some(Role::Owner)]);
    for path in [&list, &bob] {
        browser.get(path).await.shows(403, &["Not allowed"]);
    }
    browser.post(&bob, &[]).await.shows(403, &["Not allowed"]);
}

#[actix_web::test]
async fn it_is_deleted_by_whoever_types_its_name_and_knows_what_goes_with_it() {
    let mut browser = acme_with_bob_as(Role::Admin, ANN).await;
    let path = acme(&browser, "/delete");
    let asked =
        ["Delete this organisation?", "“<bdi>Acme</bdi>” is deleted at once and for good.", "2 members lose access."];
    browser.get(&path).await.shows(200, &asked);
    browser.get(&path).await.shows(200, &["2 members lose access", "name=\"typed_name\""]);
    for wrong in ["", "acme"] {
        browser.post(&path, &[("typed_name", wrong)]).await.shows(422, &["2 members", "This is not its name"]);
    }
    assert_eq!(browser.world.store.organizations().len(), 1);
    browser
        .submit(&path, &[("typed_name", " Acme ")])
        .await
        .shows(200, &["The organisation was deleted.", "No organisations"]);
    assert!(browser.world.store.organizations().is_empty());
    browser.get(&path).await.shows(404, &["There is no such organisation"]);

    let mut bob = acme_with_bob_as(Role::Admin, BOB).await;
    let path = acme(&bob, "/delete");
    bob.get(&path).await.shows(403, &["Not allowed"]);
    bob.post(&path, &[("typed_name", "Acme")]).await.shows(403, &["Not allowed"]);
}

/// Whatever an organisation has pages for.
fn pages(user: &str, invitation: &str) -> BTreeSet<String> {
    let source = concat!(env!("CARGO_MANIFEST_DIR"), "/src/pages/organizations/mod.rs");
    let source = fs::read_to_string(source).unwrap();
    let named = source.split("of_one(\"").skip(1).map(|rest| rest.split('"').next().unwrap());
    named.map(|page| page.replace("{user}", user).replace("{invitation}", invitation)).collect()
}

/// What a page tells, but for what was asked.
pub(super) fn told(seen: &Seen, id: &str) -> (u16, String) {
    let text = seen.text.replace(id, "").replace(seen.header("x-request-id"), "");
    (seen.status.as_u16(), text)
}

#[actix_web::test]
async fn strangers_are_told_the_same_of_one_that_is_there_and_of_one_that_is_not() {
    let mut browser = acme_with_bob_as(Role::Owner, ANN).await;
    browser.world = browser.world.with_user("eve@example.com").await;
    let mut eve = Browser::within(browser.world);
    eve.log_in("eve@example.com").await;
    let (there, bob) = (eve.world.organization_called("Acme").id.to_string(), eve.world.user(BOB).id.to_string());
    let (sent, _) = eve.world.invite(ANN, "Acme", "new@example.com", Role::Member).await;
    let pages = pages(&bob, &sent.id.to_string());
    assert!(pages.len() > 5, "{pages:?}");
    let none = "0190a1b2-c3d4-7e5f-8a9b-000000000001";
    let typed = [("name", "Acme"), ("slug", "eves"), ("new_role", "owner"), ("typed_name", "Acme")];
    let typed = [&typed[..], &[("emails", "eve@example.com"), ("role", "owner")]].concat();
    let before = (eve.world.store.memberships(), eve.world.store.invitations());
    for page in pages {
        let [at, nowhere] = [&*there, none].map(|id| format!("{LIST}/{id}{page}"));
        let (looked, sent) = (eve.get(&at).await, eve.post(&at, &typed).await);
        for (seen, other) in [(&looked, eve.get(&nowhere).await), (&sent, eve.post(&nowhere, &typed).await)] {
            if seen.status.as_u16() != 405 {
                seen.shows(404, &["There is no such organisation, or you are not in it."]);
            }
            assert_eq!(told(seen, &there), told(&other, none), "{page}");
        }
        looked.hides("Acme");
        assert!([&looked, &sent].iter().any(|seen| seen.status.as_u16() == 404), "{page}");
    }
    assert_eq!((eve.world.store.memberships(), eve.world.store.invitations()), before);
    assert_eq!(eve.world.organization_called("Acme").slug, samples::slug("acme"));
    let refusals = eve.world.events(AuditKind::PermissionRefused);
    assert!(refusals.iter().any(|event| event.organization == Some(eve.world.organization_called("Acme").id)));
}

#[actix_web::test]
async fn superusers_look_after_those_that_they_are_not_in() {
    let mut root = acme_with_bob_as(Role::Member, ROOT).await;
    root.get(&acme(&root, "/members")).await.shows(200, &["Personal", "Acme", BOB, ANN]);
    let settings = root.get(&acme(&root, "/settings")).await;
    settings.shows(200, &["Save changes", "Choose the new owner", "Delete organisation"]).hides(">Leave<");
    root.get(&acme(&root, "/transfer")).await.shows(200, &[BOB]).hides("You become an admin");
    root.submit(&acme(&root, "/delete"), &[("typed_name", "Acme")])
        .await
        .shows(200, &["The organisation was deleted."]);
    root.get(&format!("{LIST}/0190a1b2-c3d4-7e5f-8a9b-000000000001/members"))
        .await
        .shows(404, &["no such organisation"]);
}

#[actix_web::test]
async fn what_stands_in_the_way_of_deleting_an_account_is_named_and_goes_with_it_if_that_is_ticked() {
    let data = "/dashboard/settings/data";
    let mut browser = acme_with_bob_as(Role::Member, ANN).await;
    browser.world = browser.world.with_organization(ANN, "Shared").await.with_member("Shared", BOB, Role::Owner).await;
    let seen = browser.get(data).await;
    seen.shows(200, &["Nobody but you owns these", &acme(&browser, "/transfer"), "Acme", "Delete account"]);
    seen.hides("Shared");
    let path = format!("{data}/delete");
    browser.get(&path).await.shows(200, &["Delete your account?", "Delete Acme, too"]);
    let unticked = browser.post(&path, &[]).await;
    unticked.shows(422, &["Tick this, or make somebody else an owner first", "id=\"with_organizations-error\""]);
    assert!(browser.world.find_user(ANN).is_some());
    browser.submit(&path, &[("with_organizations", "true")]).await.shows(200, &["Your account was deleted."]);
    let left = browser.world.store.organizations();
    assert_eq!(left, [browser.world.organization_called("Shared")]);

    let mut bob = Browser::within(browser.world.with_user("carl@example.com").await);
    bob.log_in("carl@example.com").await;
    bob.get(data).await.shows(200, &["Delete account"]).hides("Nobody but you");
    bob.get(&path).await.shows(200, &["Delete your account?"]).hides("with_organizations");
}
