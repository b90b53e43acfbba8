//! Coming in: logging in and out, signing up, and the links in mail.

use actix_web::{
    http::header::{AUTHORIZATION, REFERER},
    test::TestRequest,
};
use ironplate_application::RegistrationMode;
use ironplate_domain::{MailTemplate, TokenPurpose};
use ironplate_testkit::{World, samples};
use ironplate_web::Cookies;

use super::browser::{ANN, Browser, ROOT, SESSION};

const NEW_PASSWORD: &str = "battery staple";

#[actix_web::test]
async fn logging_in_leads_to_where_one_wanted_to_go() {
    let mut browser = Browser::new().await;
    browser.get("/dashboard").await.leads_to("/dashboard/log-in");
    browser
        .get("/dashboard/organizations?q=a+b")
        .await
        .leads_to("/dashboard/log-in?next=%2Fdashboard%2Forganizations%3Fq%3Da%2Bb");
    let form = browser.get("/dashboard/log-in?next=%2Fdashboard%2Forganizations%3Fq%3Da%2Bb").await;
    form.shows(200, &["<h1>Log in</h1>", r#"name="next" value="/dashboard/organizations?q=a+b""#]);
    let fields = [("email", ANN), ("password", samples::PASSWORD), ("next", "/dashboard/organizations?q=a+b")];
    browser.post("/dashboard/log-in", &fields).await.leads_to("/dashboard/organizations?q=a+b");
    browser.get("/dashboard/organizations").await.shows(200, &["ann@example.com", "No organisations yet"]);
    browser.get("/dashboard/log-in").await.leads_to("/dashboard");
}

#[actix_web::test]
async fn nobody_is_led_away_after_logging_in() {
    for next in ["//evil.example", "/\\evil.example", "https://evil.example", "/dashboard/..//evil.example", "/docs"] {
        let mut browser = Browser::new().await;
        let query: String = form_urlencoded::byte_serialize(next.as_bytes()).collect();
        let form = browser.get(&format!("/dashboard/log-in?next={query}")).await;
        form.shows(200, &["Log in"]).hides("evil");
        let fields = [("email", ANN), ("password", samples::PASSWORD), ("next", next)];
        browser.post("/dashboard/log-in", &fields).await.leads_to("/dashboard");
    }
}

#[actix_web::test]
async fn a_failed_log_in_says_so_and_keeps_the_address_alone() {
    let mut browser = Browser::new().await;
    let seen = browser.post("/dashboard/log-in", &[("email", ANN), ("password", "wrong horse")]).await;
    seen.shows(422, &["<title>Error: Log in", "Incorrect email or password", r#"value="ann@example.com""#]);
    seen.hides("wrong horse");
    let seen = browser.post("/dashboard/log-in", &[("email", ""), ("password", "")]).await;
    seen.shows(422, &["Enter your email address", "aria-invalid", "Enter your password"]);
    assert_eq!(browser.cookie(SESSION), None);
}

#[actix_web::test]
async fn who_is_switched_off_is_told_so() {
    let world = World::new().with(ironplate_testkit::user(ANN).inactive()).await;
    let mut browser = Browser::within(world);
    let seen = browser.post("/dashboard/log-in", &[("email", ANN), ("password", samples::PASSWORD)]).await;
    seen.shows(422, &["This account is switched off"]);
}

#[actix_web::test]
async fn logging_out_ends_the_session_for_good() {
    let mut browser = Browser::of(ANN).await;
    let session = browser.cookie(SESSION).unwrap().to_owned();
    browser.submit("/dashboard/log-out", &[]).await.shows(200, &["You are logged out."]);
    assert_eq!(browser.cookie(SESSION), None);
    browser.get("/dashboard/log-in").await.shows(200, &[]).hides("You are logged out.");
    browser.set_cookie(SESSION, &session);
    browser.get("/dashboard").await.leads_to("/dashboard/log-in?problem=is_over");
    assert_eq!(browser.cookie(SESSION), None, "a cookie that opens nothing is taken away");
}

#[actix_web::test]
async fn whoever_was_logged_out_is_told_so_and_a_stranger_no_more_than_that() {
    let mut browser = Browser::of(ANN).await;
    let mut root = Browser::within(browser.world.clone());
    root.log_in(ROOT).await;
    let ann = browser.world.user(ANN).id;
    root.post(&format!("/dashboard/users/{ann}/sessions/revoke-all"), &[])
        .await
        .leads_to(&format!("/dashboard/users/{ann}"));
    let led = "/dashboard/log-in?next=%2Fdashboard%2Forganizations&problem=is_over";
    browser.get("/dashboard/organizations").await.leads_to(led);
    browser.get(led).await.shows(200, &["You were logged out. Log in again to go on."]).hides(ANN);
    browser.set_cookie(SESSION, "made-up");
    browser.get("/dashboard/organizations").await.leads_to(led);
    browser.get("/dashboard/organizations").await.leads_to("/dashboard/log-in?next=%2Fdashboard%2Forganizations");
}

#[actix_web::test]
async fn a_log_in_that_the_browser_does_not_keep_is_not_met_with_the_form_alone() {
    let mut browser = Browser::new().await;
    for (cookie, told) in [
        (Cookies::default(), "needs TLS here: open this page with https://"),
        (Cookies::over_plain_http(""), "Allow cookies for this site"),
    ] {
        browser.network.cookies = cookie;
        for page in ["log-in", "log-in?next=%2Fdashboard", "sign-up"] {
            let led = TestRequest::with_uri("/dashboard/organizations")
                .insert_header((REFERER, format!("http://a/dashboard/{page}")));
            let seen = browser.send(led).await;
            seen.leads_to("/dashboard/log-in?next=%2Fdashboard%2Forganizations&problem=not_kept");
            let location = seen.location().to_owned();
            browser.get(&location).await.shows(200, &["Your browser did not keep the log-in", told]);
        }
    }
    let led = TestRequest::with_uri("/dashboard").insert_header((REFERER, "http://a/dashboard/organizations"));
    browser.send(led).await.leads_to("/dashboard/log-in");
}

#[actix_web::test]
async fn other_cookies_of_the_name_do_not_log_anybody_out() {
    let mut browser = Browser::of(ANN).await;
    let ann = browser.cookie(SESSION).unwrap().to_owned();
    for cookies in
        [format!("other; {SESSION}={ann}"), format!("{ann}; {SESSION}=other; {SESSION}="), format!("; {SESSION}={ann}")]
    {
        browser.set_cookie(SESSION, &cookies);
        browser.get("/dashboard/organizations").await.shows(200, &[ANN]);
    }
    browser.set_cookie(SESSION, "");
    browser.log_in(ROOT).await;
    let root = browser.cookie(SESSION).unwrap().to_owned();
    browser.set_cookie(SESSION, &format!("{ann}; {SESSION}={root}"));
    let seen = browser.get("/dashboard/organizations").await;
    seen.leads_to("/dashboard/log-in?next=%2Fdashboard%2Forganizations&problem=two_accounts");
    assert!(browser.cookie(SESSION).is_some(), "or the other one would be believed");
    browser.get("/dashboard/log-in?problem=two_accounts").await.shows(200, &["cookies of two accounts"]);
}

#[actix_web::test]
async fn a_password_of_the_proxy_in_front_is_nobody_s_here() {
    let mut browser = Browser::of(ANN).await;
    let request = TestRequest::with_uri("/dashboard/organizations").insert_header((AUTHORIZATION, "Basic YTpi"));
    browser.send(request).await.shows(200, &[ANN]);
}

#[actix_web::test]
async fn what_was_typed_outlives_the_session() {
    let mut browser = Browser::of(ANN).await;
    browser.set_cookie(SESSION, "over");
    let typed = [("name", "A \"long\" name"), ("slug", "one"), ("password", "secret one")];
    let seen = browser.post("/dashboard/organizations/new", &typed).await;
    seen.shows(403, &["Log in again", r#"name="kept.name" value="A &quot;long&quot; name""#]);
    seen.hides("secret one");
    let again = [
        ("email", ANN),
        ("password", samples::PASSWORD),
        ("next", "/dashboard/organizations/new"),
        ("resume", "true"),
        ("kept.name", "A \"long\" name"),
        ("kept.slug", "one"),
    ];
    let wrong = browser.post("/dashboard/log-in", &[("password", "wrong horse"), again[0], again[3], again[4]]).await;
    wrong.shows(422, &["Log in again", "Incorrect email or password", "kept.name", "&quot;long&quot;"]);
    let seen = browser.post("/dashboard/log-in", &again).await;
    seen.shows(200, &["You are logged in again", "A &quot;long&quot; name", "one"]);
    seen.shows(200, &[r#"action="/dashboard/organizations/new""#, r#"name="name""#, "Send it now"]);
    assert!(browser.world.store.organizations().is_empty(), "nothing is done behind anybody's back");
    browser.submit("/dashboard/organizations/new", &typed[..2]).await.shows(200, &["The organisation was created."]);
}

#[actix_web::test]
async fn who_signs_up_is_in() {
    let mut browser = Browser::new().await;
    browser.get("/dashboard/sign-up").await.shows(200, &["<h1>Sign up</h1>", "Password"]);
    let typed =
        [("full_name", "<script>alert(1)</script>"), ("email", "bob@example.com"), ("password", "horse battery")];
    let seen = browser.submit("/dashboard/sign-up", &typed).await;
    seen.shows(200, &["Welcome!", "&lt;script&gt;"]).hides("<script>alert");
    seen.hides("not confirmed yet");
    browser.get("/dashboard").await.shows(200, &["not confirmed yet"]);
    let taken = browser.post("/dashboard/sign-up", &typed).await;
    taken.shows(422, &["Another account has this address", r#"value="bob@example.com""#]).hides("horse battery");
}

#[actix_web::test]
async fn a_form_says_what_is_wrong_at_each_field_and_keeps_what_is_right() {
    let mut browser = Browser::new().await;
    let typed = [("full_name", "Bob"), ("email", "bob@"), ("password", "short")];
    let seen = browser.post("/dashboard/sign-up", &typed).await;
    seen.shows(
        422,
        &[
            r#"role="alert""#,
            "#email",
            r#"value="Bob""#,
            r#"value="bob@""#,
            r#"id="email-error""#,
            "Enter an email address like name@example.com",
            r#"id="password-error""#,
            "The password needs at least 8 characters",
        ],
    );
}

#[actix_web::test]
async fn registration_may_be_closed() {
    let world = World::new().registering(RegistrationMode::Closed);
    let mut browser = Browser::within(world);
    browser.get("/dashboard/log-in").await.shows(200, &[]).hides("Sign up");
    browser
        .get("/dashboard/sign-up")
        .await
        .shows(403, &["Accounts are made by administrators, or by the link of an invitation"]);
}

#[actix_web::test]
async fn signing_up_may_begin_with_a_mail() {
    let mut browser = Browser::within(World::new().registering(RegistrationMode::VerifyFirst));
    browser.get("/dashboard/sign-up").await.shows(200, &["We send a link"]).hides(r#"type="password""#);
    let seen = browser.submit("/dashboard/sign-up", &[("full_name", ""), ("email", ANN)]).await;
    seen.shows(200, &["Check your inbox", "ann@example.com", "finishes signing up"]);
    let link = link(&browser.world, MailTemplate::FinishSignUp).await;
    let seen = browser.get(&format!("/reset-password?token={link}")).await;
    seen.leads_to(&format!("/dashboard/reset-password?token={link}"));
    browser.get(seen.location()).await.shows(200, &["Choose your password", "This finishes signing up"]);
    let typed = [("token", link.as_str()), ("password", NEW_PASSWORD)];
    browser.submit("/dashboard/reset-password", &typed).await.shows(200, &["Your password is set."]);
    browser.post("/dashboard/log-in", &[("email", ANN), ("password", NEW_PASSWORD)]).await.leads_to("/dashboard");
}

#[actix_web::test]
async fn a_forgotten_password_is_replaced_by_a_mailed_link() {
    let mut browser = Browser::new().await;
    let seen = browser.submit("/dashboard/forgot-password", &[("email", ANN)]).await;
    seen.shows(200, &["Check your inbox", "If <bdi class=\"any\" dir=\"ltr\">ann@example.com</bdi> has an account"]);
    let nobody = browser.submit("/dashboard/forgot-password", &[("email", "nobody@example.com")]).await;
    nobody.shows(200, &["Check your inbox", "nobody@example.com"]);
    let link = link(&browser.world, MailTemplate::ResetPassword).await;
    let page = format!("/dashboard/reset-password?token={link}");
    browser.get(&page).await.shows(200, &["Choose a new password", "ann@example.com"]);
    let weak = browser.post("/dashboard/reset-password", &[("token", &link), ("password", "short")]).await;
    weak.shows(422, &["The password needs at least 8 characters", &link]);
    let typed = [("token", link.as_str()), ("password", NEW_PASSWORD)];
    browser.submit("/dashboard/reset-password", &typed).await.shows(200, &["Your password is set."]);
    browser.get(&page).await.shows(200, &["This link does not work any more"]);
    browser.post("/dashboard/reset-password", &typed).await.shows(200, &["This link does not work any more"]);
}

#[actix_web::test]
async fn looking_at_a_link_confirms_nothing() {
    let mut browser = Browser::new().await;
    let typed = [("full_name", ""), ("email", "bob@example.com"), ("password", "horse battery")];
    browser.submit("/dashboard/sign-up", &typed).await.shows(200, &[]);
    let link = link(&browser.world, MailTemplate::VerifyAddress).await;
    let landed = browser.get(&format!("/verify-email?token={link}")).await;
    landed.leads_to(&format!("/dashboard/verify-email?token={link}"));
    browser.get(landed.location()).await.shows(200, &["Confirm your email address", "bob@example.com"]);
    assert!(!browser.world.user("bob@example.com").is_verified);
    let done = browser.submit("/dashboard/verify-email", &[("token", &link)]).await;
    done.shows(200, &["Your email address is confirmed.", "Hello"]);
    assert!(browser.world.user("bob@example.com").is_verified);
    browser.post("/dashboard/verify-email", &[("token", &link)]).await.shows(200, &["does not work any more"]);
}

/// Whoever has the mailbox did not make the account by that.
#[actix_web::test]
async fn who_is_not_logged_in_may_log_in_or_choose_a_password_to_confirm_an_address() {
    let mut stranger = Browser::new().await;
    let typed = [("full_name", ""), ("email", "bob@example.com"), ("password", "horse battery")];
    stranger.submit("/dashboard/sign-up", &typed).await.shows(200, &[]);
    let link = link(&stranger.world, MailTemplate::VerifyAddress).await;
    let page = format!("/dashboard/verify-email?token={link}");

    let mut owner = Browser::within(stranger.world.clone());
    let offered = owner.get(&page).await;
    offered.shows(200, &["bob@example.com", "somebody else made it", "Log in", "Choose a new password"]);
    offered.shows(200, &[&format!("/dashboard/log-in?next=%2Fdashboard%2Fverify-email%3Ftoken%3D{link}")]);
    owner.post("/dashboard/verify-email", &[("token", &link)]).await.leads_to(&page);
    assert!(!owner.world.user("bob@example.com").is_verified);

    let form = format!("/dashboard/reset-password?token={link}");
    owner.get(&form).await.shows(200, &["Choose a new password", "is logged out, on all devices", "bob@example.com"]);
    let chosen = [("token", link.as_str()), ("password", NEW_PASSWORD)];
    owner.submit("/dashboard/reset-password", &chosen).await.shows(200, &["Your password is set."]);
    assert!(owner.world.user("bob@example.com").is_verified);
    stranger.get("/dashboard").await.leads_to("/dashboard/log-in?problem=is_over");
}

#[actix_web::test]
async fn a_change_of_address_is_confirmed_by_who_is_logged_in() {
    let mut browser = Browser::within(World::new().confirming_new_addresses().with_user(ANN).await);
    let credentials = [("email", ANN), ("password", samples::PASSWORD)];
    browser.post("/dashboard/log-in", &credentials).await.leads_to("/dashboard");
    let typed = [("email", "new@example.com"), ("full_name", ""), ("was.email", ANN), ("was.full_name", "")];
    browser.submit("/dashboard/settings/profile", &typed).await.shows(200, &["We sent a link"]);
    let link = link(&browser.world, MailTemplate::ConfirmNewAddress).await;
    let page = format!("/dashboard/verify-email?token={link}");

    let mut phone = Browser::within(browser.world.clone());
    phone.get(&page).await.shows(200, &["new@example.com", "close this page", "Log in"]).hides("new password");
    phone.post("/dashboard/verify-email", &[("token", &link)]).await.leads_to(&page);
    let back = [credentials[0], credentials[1], ("next", page.as_str())];
    phone.submit("/dashboard/log-in", &back).await.shows(200, &["becomes the address of your account"]);
    phone.submit("/dashboard/verify-email", &[("token", &link)]).await.shows(200, &["Log in with it from now on"]);
    assert!(browser.world.user("new@example.com").is_verified);
}

#[actix_web::test]
async fn a_link_of_another_account_says_whose_it_is_and_who_is_logged_in() {
    let mut browser = Browser::of(ANN).await;
    browser.world = browser.world.clone().with_user("bob@example.com").await;
    browser.submit("/dashboard/forgot-password", &[("email", "bob@example.com")]).await.shows(200, &[]);
    let reset = link(&browser.world, MailTemplate::ResetPassword).await;
    let both = ["You are logged in as <bdi class=\"any\" dir=\"ltr\">ann@example.com</bdi>", "bob@example.com"];
    let asked = browser.get(&format!("/dashboard/reset-password?token={reset}")).await;
    asked.shows(200, &both).hides("logs you out");
    asked.shows(200, &["logs this account out everywhere", "bob@example.com", "nothing about yours changes"]);
    let typed = [("token", reset.as_str()), ("password", NEW_PASSWORD)];
    let done = browser.post("/dashboard/reset-password", &typed).await;
    done.shows(200, &["The password of <bdi class=\"any\" dir=\"ltr\">bob@example.com</bdi> is set"]);
    done.shows(
        200,
        &["You are still logged in as <bdi class=\"any\" dir=\"ltr\">ann@example.com</bdi>", "/dashboard/log-out"],
    );
    browser.get("/dashboard").await.shows(200, &["ann@example.com"]).hides("Your password is set");
}

#[actix_web::test]
async fn links_of_mail_and_the_root_lead_to_pages() {
    let mut browser = Browser::new().await;
    for (path, page) in [
        ("/", "/dashboard"),
        ("/login", "/dashboard/log-in"),
        ("/recover-password", "/dashboard/forgot-password"),
        ("/reset-password?token=a%26b&x=y", "/dashboard/reset-password?token=a%26b"),
    ] {
        browser.get(path).await.leads_to(page);
    }
}

/// The secret behind the link of the newest mail of this template.
async fn link(world: &World, template: MailTemplate) -> String {
    world.deliver_mail().await;
    let sent = world.transport.sent();
    let mail = sent.iter().rfind(|mail| mail.content.subject == template.name()).expect("a mail");
    let (_, rest) = mail.content.text.split_once("token=").expect("a link");
    assert!(TokenPurpose::ALL.iter().any(|purpose| Some(*purpose) == template.purpose()));
    rest.split_whitespace().next().unwrap().to_owned()
}
