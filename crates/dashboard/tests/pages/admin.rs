//! The pages of superusers.

use std::time::Duration;

use ironplate_application::ports::Clock;
use ironplate_domain::{AuditKind, MailTemplate, MessageState, OrganizationChanges, Role, Worker};
use ironplate_testkit::{World, samples, user};

use super::browser::{ANN, Browser, ROOT};

const PAGES: [&str; 6] = [
    ALL_ORGANIZATIONS,
    "/dashboard/users",
    "/dashboard/users/new",
    "/dashboard/audit",
    "/dashboard/outbox",
    "/dashboard/system",
];

const ALL_ORGANIZATIONS: &str = "/dashboard/all-organizations";

#[actix_web::test]
async fn they_are_for_superusers_alone_by_the_word_of_the_use_cases() {
    let mut browser = Browser::of(ANN).await;
    browser.get("/dashboard").await.shows(200, &["Home", "Settings"]).hides("Administration");
    let ann = browser.world.user(ANN).id;
    let own = [format!("/dashboard/users/{ann}"), format!("/dashboard/users/{ann}/edit")];
    for path in PAGES.iter().copied().chain(own.iter().map(String::as_str)) {
        browser.get(path).await.shows(403, &["Not allowed", "Your account may not see or do this."]);
    }
    let refused = browser.world.events(AuditKind::PermissionRefused).len();
    assert_eq!(refused, PAGES.len() + own.len(), "each is recorded");
    for (path, fields) in [
        (format!("/dashboard/users/{ann}/edit"), &[("email", ANN), ("full_name", ""), ("is_superuser", "true")][..]),
        (format!("/dashboard/users/{ann}/delete"), &[]),
        (format!("/dashboard/users/{ann}/deactivate"), &[]),
        (format!("/dashboard/users/{ann}/reset-second-factors"), &[]),
        ("/dashboard/users/new".to_owned(), &[("email", "eve@example.com"), ("full_name", "")]),
        ("/dashboard/users/new".to_owned(), &[("email", "no address")]),
        ("/dashboard/outbox/retry-dead".to_owned(), &[]),
        ("/dashboard/system/test-mail".to_owned(), &[]),
    ] {
        browser.post(&path, fields).await.shows(403, &["Not allowed"]);
    }
    assert!(!browser.world.user(ANN).is_superuser && browser.world.user(ANN).is_active);

    let mut stranger = Browser::new().await;
    for path in PAGES {
        assert!(stranger.get(path).await.location().starts_with("/dashboard/log-in?next="), "{path}");
    }
}

#[actix_web::test]
async fn nobody_locks_themselves_out_unawares_or_sets_their_own_password_from_an_unlocked_screen() {
    let world = World::new().with_superuser(ROOT).await.with_superuser("other@example.com").await;
    let mut browser = Browser::within(world);
    browser.log_in(ROOT).await;
    let before = browser.world.user(ROOT);
    let path = format!("/dashboard/users/{}", before.id);
    browser.get(&format!("{path}/deactivate")).await.shows(200, &["This is your own account"]);
    browser.post(&format!("{path}/delete"), &[]).await.shows(403, &["Superusers can’t delete themselves."]);
    browser.get(&format!("{path}/edit")).await.shows(200, &["Save changes"]).hides("New password");
    let typed = [("email", ROOT), ("full_name", ""), ("password", "correct horse battery staple")];
    browser.submit(&format!("{path}/edit"), &typed).await.shows(200, &[ROOT]);
    assert_eq!(browser.world.user(ROOT), before);
}

#[actix_web::test]
async fn superusers_see_how_the_product_is() {
    let mut browser = Browser::of(ROOT).await;
    let seen = browser.get("/dashboard").await;
    seen.shows(200, &["Administration", "Users", "Mail waiting", "Activity in the last 14 days", "<svg", "<table"]);
    for path in PAGES {
        browser.get(path).await.shows(200, &["<h1>"]);
    }
    browser
        .get("/dashboard/system")
        .await
        .shows(200, &["Version", "Memory", "Up to date", "Settings in force", "Limits in force", "Migrations"])
        .shows(200, &["Cookie of sessions", "ironplate-session, over plain HTTP, too", "Access tokens"])
        .shows(200, &["All requests of one client", "Off", "requests_per_client"]);
}

#[actix_web::test]
async fn with_an_organization_at_hand_they_see_how_that_is_as_well() {
    let mut browser = Browser::of(ROOT).await;
    let acme = browser.world.organization("Acme", &[(ROOT, Role::Viewer), (ANN, Role::Owner)]).await;
    browser.set_cookie("organization", &acme.to_string());
    let seen = browser.get("/dashboard").await;
    seen.shows(200, &["Your role", "Viewer", "Log-ins today", "Activity"]);
}

#[actix_web::test]
async fn everybody_s_organizations_are_found() {
    let mut browser = Browser::of(ROOT).await;
    browser.get(ALL_ORGANIZATIONS).await.shows(200, &["No organisations yet"]).hides("role=\"search\"");
    for number in 10..37 {
        browser.world.clock.advance(Duration::from_secs(1));
        browser.world = browser.world.with_organization(ANN, &format!("Team-{number}")).await;
    }
    let at = |query: &str| format!("{ALL_ORGANIZATIONS}?{query}");
    let first = browser.get(ALL_ORGANIZATIONS).await;
    first.shows(200, &["descending", "Team-36", "team-36", "Team-12", "1–25 of 27", "page=2"]);
    browser.get(&at("order=name")).await.shows(200, &["ascending", "Team-10", "Team-34"]);
    browser.get(&at("order=created_at&page=2")).await.shows(200, &["Team-35", "Team-36", "26–27 of 27"]);
    browser.get(&at("q=m-12")).await.shows(200, &["value=\"m-12\"", "Team-12", "1–1 of 1"]);
    browser.get(&at("q=nothing")).await.shows(200, &["Nothing found", "Show all organisations"]);
}

#[actix_web::test]
async fn an_organization_is_looked_at_and_deleted() {
    let mut browser = Browser::of(ROOT).await;
    let acme = browser.world.organization("Acme", &[(ANN, Role::Owner), (ROOT, Role::Viewer)]).await;
    let path = format!("{ALL_ORGANIZATIONS}/{acme}");
    let seen = browser.get(&path).await;
    seen.shows(200, &["Personal", "Acme", "acme", "Members", ">2</a>", "Invitations", ">0<"]);
    seen.shows(200, &["Owners", &format!("/dashboard/users/{}", browser.world.user(ANN).id), ANN, "Active"]);

    let deletion = format!("{path}/delete");
    browser.get(&deletion).await.shows(200, &["Delete this organisation?", "2 members lose access"]);
    browser.post(&deletion, &[("typed_name", "acme")]).await.shows(422, &["This is not its name"]);
    let deleted = browser.submit(&deletion, &[("typed_name", "Acme")]).await;
    deleted.shows(200, &["The organisation was deleted.", "No organisations yet"]);
    for path in [&path, &deletion, &format!("{ALL_ORGANIZATIONS}/x")] {
        browser.get(path).await.shows(404, &["Not found"]);
    }
}

/// Whether it is theirs, somebody else's, or nobody's.
#[actix_web::test]
async fn others_look_after_their_organizations_elsewhere() {
    let mut browser = Browser::of(ANN).await;
    let mine = browser.world.organization("Acmes", &[(ANN, Role::Owner)]).await;
    let other = browser.world.organization("Other", &[(ROOT, Role::Owner)]).await;
    let none = "0190a1b2-c3d4-7e5f-8a9b-000000000001";
    for (id, name) in [(mine.to_string(), "Acmes"), (other.to_string(), "Other"), (none.to_owned(), "None")] {
        for page in [String::new(), "/delete".to_owned()] {
            let seen = browser.get(&format!("{ALL_ORGANIZATIONS}/{id}{page}")).await;
            seen.shows(403, &["Not allowed"]).hides(name);
        }
        let deletion = format!("{ALL_ORGANIZATIONS}/{id}/delete");
        browser.post(&deletion, &[("typed_name", name)]).await.shows(403, &["Not allowed"]);
    }
    assert_eq!(browser.world.store.organizations().len(), 2);
    assert_eq!(browser.world.events(AuditKind::PermissionRefused).len(), 9, "each is recorded");
}

#[actix_web::test]
async fn who_is_logged_out_was_seen_all_the_same() {
    let mut browser = Browser::of(ANN).await;
    browser.log_in(ROOT).await;
    let path = format!("/dashboard/users/{}", browser.world.user(ANN).id);
    let seen = browser.submit(&format!("{path}/sessions/revoke-all"), &[]).await;
    seen.shows(200, &["Last seen", "<time", "Logged in nowhere."]).hides("Not lately");
    let other = browser.world.user(ROOT).id;
    browser.get(&format!("/dashboard/users/{other}")).await.shows(200, &["Last seen", "<time"]);
}

#[actix_web::test]
async fn it_is_told_who_sends_mail_on_whatever_server() {
    let mut browser = Browser::of(ROOT).await;
    browser.get("/dashboard/system").await.shows(200, &["No worker is at work, so mail waits."]);
    let outbox = browser.world.outbox();
    let (first, second) =
        (outbox.new_worker("mail-1, process 7".into()), outbox.new_worker("mail-2, process 7".into()));
    outbox.record_heartbeat(&first).await.unwrap();
    browser.get("/dashboard/system").await.shows(200, &["mail-1, process 7", "At work"]).hides("Silent");
    browser.world.clock.advance(Duration::from_mins(1));
    let second = Worker { seen_at: browser.world.clock.now(), ..second };
    outbox.record_heartbeat(&second).await.unwrap();
    let seen = browser.get("/dashboard/system").await;
    seen.shows(200, &["mail-2, process 7", "At work", "mail-1, process 7", "Silent"]);
    outbox.record_end(second.id).await.unwrap();
    let seen = browser.get("/dashboard/system").await;
    seen.shows(200, &["mail-1", "Silent", "No worker is at work, so mail waits."]).hides("mail-2");

    // It is forgotten after a day.
    browser.world.clock.advance(Duration::from_hours(24));
    outbox.record_heartbeat(&Worker { seen_at: browser.world.clock.now(), ..second }).await.unwrap();
    browser.log_in(ROOT).await;
    browser.get("/dashboard/system").await.shows(200, &["mail-2"]).hides("mail-1");
}

#[actix_web::test]
async fn users_are_searched_and_filtered() {
    let world = World::new().with_user(ANN).await.with_superuser(ROOT).await;
    let world = world.with(user("off@example.com").named("<script>alert(1)</script>").inactive()).await;
    let world = world.with(user("new@example.com").without_password()).await;
    let mut browser = Browser::within(world);
    browser.log_in(ROOT).await;
    browser.get("/dashboard/users").await.shows(200, &["&lt;script&gt;", "1–4 of 4"]).hides("<script>alert");
    for (query, count, seen, hidden) in [
        ("q=ann", 1, "ann@example.com", "off@"),
        ("role=superuser", 1, "root@example.com", "ann@"),
        ("role=user", 3, "ann@example.com", "1–4 of"),
        ("state=inactive", 1, "off@example.com", "ann@"),
        ("state=invited", 1, "new@example.com", "ann@"),
        ("state=active", 2, "ann@example.com", "off@"),
        ("state=unverified&q=new", 1, "new@example.com", "ann@"),
    ] {
        let page = browser.get(&format!("/dashboard/users?{query}")).await;
        page.shows(200, &[seen, &format!("1–{count} of {count}")]);
        page.hides(hidden);
    }
    browser.get("/dashboard/users?q=nobody").await.shows(200, &["Nobody found"]);
}

#[actix_web::test]
async fn an_invited_user_chooses_a_password_by_mail() {
    let mut browser = Browser::of(ROOT).await;
    browser.get("/dashboard/users/new").await.shows(200, &["New user", "A mail invites the user", "Invite user"]);
    let wrong = browser.post("/dashboard/users/new", &[("email", "bob"), ("full_name", "Bob")]).await;
    wrong.shows(422, &["Enter an email address", r#"value="bob""#, r#"value="Bob""#]);
    let taken = browser.post("/dashboard/users/new", &[("email", ANN), ("full_name", "")]).await;
    taken.shows(422, &["Another account has this address"]);
    let made = browser.submit("/dashboard/users/new", &[("email", "bob@example.com"), ("full_name", "Bob")]).await;
    made.shows(200, &["invitation is on its way", "Bob", "Invited"]);
    browser.world.mail(MailTemplate::SetPassword, "bob@example.com").await;
}

#[actix_web::test]
async fn an_account_is_looked_at_changed_and_deleted() {
    let mut browser = Browser::of(ROOT).await;
    let session = browser.world.open_session(ANN).await;
    let path = format!("/dashboard/users/{}", browser.world.user(ANN).id);
    browser.get(&path).await.shows(200, &[ANN, "Active", "Log out everywhere", "Firefox on Linux", "Newest events"]);
    browser.get(&format!("{path}/edit")).await.shows(200, &["Edit user", ANN, "Superuser"]);
    let typed = [("email", ANN), ("full_name", "Ann"), ("password", ""), ("is_superuser", "true")];
    browser.submit(&format!("{path}/edit"), &typed).await.shows(200, &["The user was saved.", "Superuser"]);
    assert!(browser.world.is_live(session.id), "what was not changed ends no session");
    browser.submit(&format!("{path}/sessions/{}/revoke", session.id), &[]).await.shows(200, &["logged out", "nowhere"]);
    browser.get(&format!("{path}/deactivate")).await.shows(200, &["Deactivate this user?", ANN]);
    browser.submit(&format!("{path}/deactivate"), &[]).await.shows(200, &["The user is inactive", "Inactive"]);
    browser.submit(&format!("{path}/activate"), &[]).await.shows(200, &["The user is active."]);
    browser.get(&format!("{path}/delete")).await.shows(200, &["Delete this user?", ANN]);
    browser.submit(&format!("{path}/delete"), &[]).await.shows(200, &["The user was deleted."]).hides(ANN);
    browser.get(&path).await.shows(404, &["User not found"]);
    let seen = browser.get("/dashboard/audit?kind=user.deleted").await;
    seen.shows(200, &["User deleted", ROOT]);
}

#[actix_web::test]
async fn second_factors_of_somebody_who_lost_them_are_reset() {
    let mut browser = Browser::of(ROOT).await;
    let path = format!("/dashboard/users/{}", browser.world.user(ANN).id);
    browser.get(&path).await.shows(200, &["Second factors", "None"]).hides("Reset second factors");
    browser.world.add_app(ANN).await;
    browser.world.add_passkey(ANN, "key", 0).await;
    let session = browser.world.open_session(ANN).await.id;
    browser.get(&path).await.shows(200, &["Reset second factors", "1 passkey, 1 authenticator app"]);
    let reset = format!("{path}/reset-second-factors");
    browser.get(&reset).await.shows(200, &["Reset the second factors?", ANN, "make sure that it is they who ask"]);
    browser.submit(&reset, &[]).await.shows(200, &["The second factors are gone"]).hides("Reset second factors");
    assert!(browser.world.store.authenticator_apps().is_empty() && browser.world.store.passkeys().is_empty());
    assert!(!browser.world.is_live(session));
    browser.world.add_app(ROOT).await;
    let own = format!("/dashboard/users/{}", browser.world.user(ROOT).id);
    browser.get(&own).await.shows(200, &["1 authenticator app"]).hides("Reset second factors");
    browser.post(&format!("{own}/reset-second-factors"), &[]).await.shows(403, &["Not allowed"]);
    browser.world.clock.advance(Duration::from_mins(20));
    browser.post(&reset, &[]).await.shows(403, &["Confirm that it is you"]);
    assert!(browser.get(&reset).await.location().starts_with("/dashboard/settings/confirm?next="));
}

#[actix_web::test]
async fn what_an_account_owns_alone_goes_with_it_if_that_is_ticked() {
    let mut browser = Browser::of(ROOT).await;
    browser.world = browser.world.with_organization(ANN, "Acme").await;
    let path = format!("/dashboard/users/{}/delete", browser.world.user(ANN).id);
    browser.get(&path).await.shows(200, &["Delete this user?", "Delete Acme, too"]);
    let unticked = browser.post(&path, &[]).await;
    unticked.shows(422, &["Tick this, or make somebody else an owner first", "id=\"with_organizations-error\""]);
    assert!(browser.world.find_user(ANN).is_some());
    browser.submit(&path, &[("with_organizations", "true")]).await.shows(200, &["The user was deleted."]);
    assert!(browser.world.find_user(ANN).is_none() && browser.world.store.organizations().is_empty());
}

#[actix_web::test]
async fn the_last_superuser_stays_one() {
    let mut browser = Browser::of(ROOT).await;
    let path = format!("/dashboard/users/{}", browser.world.user(ROOT).id);
    browser.get(&path).await.shows(200, &["This is the last active superuser"]).hides("/deactivate");
    browser.get(&format!("{path}/edit")).await.shows(200, &["Edit user"]).hides("is_superuser");
    browser.post(&format!("{path}/deactivate"), &[]).await.shows(409, &["The last active superuser can’t be"]);
    browser.post(&format!("{path}/delete"), &[]).await.shows(403, &["Not allowed"]);
    let typed = [("email", ROOT), ("full_name", "Root"), ("password", "")];
    browser.submit(&format!("{path}/edit"), &typed).await.shows(200, &["The user was saved."]);
    assert!(browser.world.user(ROOT).is_superuser);
}

#[actix_web::test]
async fn what_happened_is_filtered_and_followed() {
    let mut browser = Browser::of(ROOT).await;
    browser.post("/dashboard/log-in", &[("email", ANN), ("password", "wrong horse")]).await.shows(422, &[]);
    let all = browser.get("/dashboard/audit").await;
    all.shows(200, &["Log-in", "Failed", "incorrect credentials", "All of this request"]);
    let (_, link) = all.text.split_once("/dashboard/audit?request=").unwrap();
    let link = format!("/dashboard/audit?request={}", link.split('"').next().unwrap());
    browser.get(&link).await.shows(200, &["Log-in", "Clear"]);
    browser.get("/dashboard/audit?actor=root%40example.com").await.shows(200, &["Log-in", ROOT]).hides("incorrect");
    browser.get("/dashboard/audit?outcome=failed").await.shows(200, &["incorrect credentials"]);
    browser.get("/dashboard/audit?since=2020-01-01&until=2020-01-02").await.shows(200, &["No such events"]);
    let wrong = browser.get("/dashboard/audit?actor=nobody%40example.com&since=yesterday").await;
    wrong.shows(422, &["Nobody has this address", "Enter a date like 2026-11-25"]).hides("No such events");
    browser.get("/dashboard/audit?request=%00").await.shows(422, &["Enter a request id"]);
    let beyond = "/dashboard/audit?kind=session.log_in&after=1_0190a1b2-c3d4-7e5f-8a9b-000000000001";
    browser.get(beyond).await.leads_to("/dashboard/audit?kind=session.log_in");
    browser.get("/dashboard/audit?after=nonsense&kind=nonsense").await.shows(200, &["Log-in"]);
}

#[actix_web::test]
async fn what_happened_within_an_organization_is_found_by_it() {
    let mut browser = Browser::of(ROOT).await;
    let acme = browser.world.organization("Acme", &[(ANN, Role::Owner)]).await;
    let renamed = OrganizationChanges { name: Some(samples::text("Umbrella")), ..OrganizationChanges::default() };
    let ann = browser.world.actor_at("Acme", ANN);
    browser.world.organizations().change(ann, acme, renamed, &samples::client()).await.unwrap();
    let link = format!("/dashboard/audit?organization={acme}");
    browser.get("/dashboard/audit").await.shows(200, &["Log-in", "Organisation changed", "Umbrella", &link]);
    browser.get(&link).await.shows(200, &["Clear", "Organisation changed", ANN]).hides("rel=\"next\"");
    browser.get(&format!("{link}&kind=session.log_in")).await.shows(200, &["No such events"]);
    browser.get("/dashboard/audit?organization=Umbrella").await.shows(422, &["Enter the id of an organisation"]);
    let ann = browser.world.actor_at("Umbrella", ANN);
    browser.world.organizations().delete(ann, acme, Some("Umbrella"), &samples::client()).await.unwrap();
    browser.get(&link).await.shows(200, &["Organisation deleted", &acme.to_string()]).hides("Umbrella");
}

#[actix_web::test]
async fn a_long_log_is_walked_both_ways() {
    let mut browser = Browser::new().await;
    for _ in 0..45 {
        browser.post("/dashboard/log-in", &[("email", ANN), ("password", "wrong horse")]).await.shows(422, &[]);
    }
    browser.log_in(ROOT).await;
    let first = browser.get("/dashboard/audit").await;
    first.shows(200, &["Older"]).hides("rel=\"prev\"");
    let second = browser.get(&to(&first.text, "next")).await;
    second.shows(200, &["Newer", "Older"]);
    let third = browser.get(&to(&second.text, "next")).await;
    third.shows(200, &["Newer"]).hides("rel=\"next\"");
    assert_eq!(third.text.matches("<li><details>").count(), 46 - 2 * 20);
    let back = browser.get(&to(&third.text, "prev")).await;
    assert_eq!(events(&back.text), events(&second.text));
    let begin = browser.get(&to(&back.text, "prev")).await;
    assert_eq!(events(&begin.text), events(&first.text));
    begin.hides("rel=\"prev\"");
}

/// Where the pager leads.
fn to(page: &str, rel: &str) -> String {
    let (before, _) = page.split_once(&format!("\" rel=\"{rel}\"")).expect("a pager");
    before.rsplit_once("href=\"").unwrap().1.replace("&amp;", "&")
}

fn events(page: &str) -> &str {
    page.split_once("<ol class=\"events\">").unwrap().1.split_once("</ol>").unwrap().0
}

#[actix_web::test]
async fn mail_is_looked_at_sent_again_and_discarded() {
    let mut browser = Browser::of(ROOT).await;
    browser.submit("/dashboard/forgot-password", &[("email", ANN)]).await.shows(200, &[]);
    browser.get("/dashboard/outbox").await.shows(200, &["Reset password", ANN, "Send now", "Discard"]);
    let id = browser.world.store.messages().first().unwrap().id;
    let path = format!("/dashboard/outbox/{id}");
    browser.get(&path).await.shows(200, &["reset_password", "<iframe", "sandbox"]);
    browser.get(&format!("{path}?view=text")).await.shows(200, &["<pre>", "this-is-an-example-that-opens-nothing"]);
    let html = browser.get(&format!("{path}/html")).await;
    let policy = html.header("content-security-policy");
    assert!(policy.contains("frame-ancestors 'self'") && policy.contains("sandbox"), "{policy}");
    assert_eq!((html.status.as_u16(), html.header("x-frame-options")), (200, ""));
    browser.submit(&format!("{path}/retry"), &[]).await.shows(200, &["queued and due now"]);
    browser.get(&format!("{path}/discard")).await.shows(200, &["Discard this mail?", "is never sent"]);
    browser
        .submit(&format!("{path}/discard"), &[])
        .await
        .shows(200, &["The mail was discarded.", "Nothing is waiting"]);
    browser.get(&path).await.shows(404, &["Message not found"]);
    browser.get("/dashboard/outbox?state=dead").await.shows(200, &["No mail was given up"]);
    assert!(browser.world.store.messages().iter().all(|message| message.state != MessageState::Queued));
}

#[actix_web::test]
async fn a_test_mail_goes_to_whoever_asks() {
    let mut browser = Browser::of(ROOT).await;
    browser.submit("/dashboard/system/test-mail", &[]).await.shows(200, &["The test mail is on its way."]);
    browser.world.mail(MailTemplate::TestMail, ROOT).await;
}

#[actix_web::test]
async fn without_mail_a_password_is_needed() {
    let world = World::new().without_mail().with_superuser(ROOT).await;
    let mut browser = Browser::within(world);
    browser.log_in(ROOT).await;
    browser.get("/dashboard/users/new").await.shows(200, &["No mail is sent", "Create user"]);
    let typed = [("email", "bob@example.com"), ("full_name", ""), ("password", "")];
    browser.post("/dashboard/users/new", &typed).await.shows(422, &["Enter a password"]);
    let typed = [("email", "bob@example.com"), ("full_name", ""), ("password", samples::PASSWORD)];
    browser.submit("/dashboard/users/new", &typed).await.shows(200, &["The user was created."]);
    browser.get("/dashboard/forgot-password").await.shows(200, &["This server sends no mail."]);
}
