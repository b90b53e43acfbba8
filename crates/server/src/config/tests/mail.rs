//! Mail, and what hangs on it.

use std::time::Duration;

use ironplate_application::ports::{MailRenderer, TemplateContext};
use ironplate_domain::{Facts, MailTemplate, Timestamp};
use ironplate_mail::{Security, SmtpSettings};

use super::*;

const WITH_SMTP: [(&str, &str); 2] =
    [("SMTP_HOST", "smtp.example.com"), ("EMAILS_FROM_EMAIL", "noreply@app.example.com")];

fn with_smtp(more: &[(&'static str, &'static str)]) -> Vec<(&'static str, &'static str)> {
    [&WITH_SMTP, more].concat()
}

/// Complete, with a mail server.
fn production_with_smtp(more: &[(&'static str, &'static str)]) -> Vec<(&'static str, &'static str)> {
    let variables =
        [("ENVIRONMENT", "production"), ("SECRET_KEY", GOOD_KEY), ("FRONTEND_HOST", "https://app.example.com/")];
    [&variables, &WITH_SMTP[..], more].concat()
}

fn smtp(variables: &[(&str, &str)]) -> SmtpSettings {
    match load(variables).map(|config| config.mail.transport) {
        Ok(Transport::Smtp(settings)) => settings,
        Ok(other) => panic!("mail is {other}"),
        Err(faults) => panic!("{faults}"),
    }
}

#[test]
fn mail_stays_on_the_machine_until_a_server_is_named() {
    for environment in ["development", "test"] {
        let config = load(&[("ENVIRONMENT", environment)]).ok().unwrap();
        let Transport::Mailbox(sender) = config.mail.transport else { panic!("mail leaves {environment}") };
        assert_eq!((sender.name.as_str(), sender.address.as_str()), ("Ironplate", "noreply@example.com"));
        let config = load(&with_smtp(&[("ENVIRONMENT", environment)])).ok().unwrap();
        assert!(matches!(config.mail.transport, Transport::Smtp(_)), "{environment}");
    }
}

#[test]
fn the_template_s_names_are_understood() {
    let settings = smtp(&[
        ("PROJECT_NAME", "Acme"),
        ("SMTP_HOST", "smtp.example.com"),
        ("SMTP_PORT", "2525"),
        ("SMTP_TLS", "True"),
        ("SMTP_SSL", "False"),
        ("SMTP_USER", "app"),
        ("SMTP_PASSWORD", "Wj3k9s"),
        ("EMAILS_FROM_EMAIL", "noreply@app.example.com"),
        ("EMAILS_FROM_NAME", "Acme's Robot"),
    ]);
    assert_eq!(
        (settings.host.as_str(), settings.port, settings.security),
        ("smtp.example.com", 2525, Security::StartTls)
    );
    let (user, password) = settings.credentials.unwrap();
    assert_eq!((user.as_str(), password.expose_secret()), ("app", "Wj3k9s"));
    assert_eq!(settings.from.name, "Acme's Robot");
    assert_eq!(settings.from.address.as_str(), "noreply@app.example.com");
    let config = load(&[("EMAIL_RESET_TOKEN_EXPIRE_HOURS", "3")]).ok().unwrap();
    assert_eq!(config.policy().lifetimes.reset_password, Duration::from_hours(3));
}

#[test]
fn mail_comes_from_the_product_unless_it_is_told_otherwise() {
    assert_eq!(smtp(&with_smtp(&[("PROJECT_NAME", "Acme")])).from.name, "Acme");
}

#[test]
fn tls_is_on_and_implicit_tls_wins() {
    for (port, tls, ssl, security) in [
        ("", "", "", Security::StartTls),
        ("465", "false", "true", Security::ImplicitTls),
        ("465", "true", "true", Security::ImplicitTls),
    ] {
        let settings = smtp(&with_smtp(&[("SMTP_PORT", port), ("SMTP_TLS", tls), ("SMTP_SSL", ssl)]));
        assert_eq!(settings.security, security, "{tls} {ssl}");
    }
}

#[test]
fn a_port_that_speaks_otherwise_is_told_with_the_way_out() {
    for (port, tls, ssl, name, fix) in [
        ("465", "", "", "SMTP_PORT", "SMTP_SSL=true"),
        ("465", "true", "false", "SMTP_PORT", "SMTP_SSL=true"),
        ("", "", "true", "SMTP_SSL", "SMTP_SSL=false"),
        ("587", "false", "true", "SMTP_SSL", "SMTP_PORT=465"),
    ] {
        let told = faults(&with_smtp(&[("SMTP_PORT", port), ("SMTP_TLS", tls), ("SMTP_SSL", ssl)]));
        assert!(told.starts_with("The configuration has a fault:"), "{told}");
        assert!(told.contains(&format!("\n  {name} (")) && told.contains(fix), "{told}");
    }
    for ssl in ["true", "false"] {
        assert_eq!(smtp(&with_smtp(&[("SMTP_PORT", "2525"), ("SMTP_SSL", ssl)])).port, 2525);
    }
}

#[test]
fn plain_text_leaves_the_machine_only_if_that_is_allowed_by_name() {
    let plain = [("SMTP_TLS", "false")];
    for host in ["localhost", "127.0.0.1", "127.8.9.1", "::1", "[::1]"] {
        let settings = smtp(&with_smtp(&[&plain[..], &[("SMTP_HOST", host)]].concat()));
        assert_eq!(settings.security, Security::PlainText, "{host}");
    }
    for host in ["smtp.example.com", "10.0.0.1", "localhost.example.com"] {
        let told = faults(&with_smtp(&[&plain[..], &[("SMTP_HOST", host)]].concat()));
        assert!(told.contains("SMTP_TLS") && told.contains("IRONPLATE__MAIL__ALLOW_PLAIN_TEXT"), "{host}: {told}");
    }
    let allowed = with_smtp(&[&plain[..], &[("IRONPLATE__MAIL__ALLOW_PLAIN_TEXT", "true")]].concat());
    assert_eq!(smtp(&allowed).security, Security::PlainText);
}

#[test]
fn production_demands_a_mail_server_or_that_mail_is_switched_off_by_name() {
    let variables = [("ENVIRONMENT", "production"), ("SECRET_KEY", GOOD_KEY)];
    let told = faults(&variables);
    assert!(told.contains("SMTP_HOST") && told.contains("IRONPLATE__MAIL__TRANSPORT=off"), "{told}");
    assert!(told.contains("\n  EMAILS_FROM_EMAIL") && told.contains("\n  FRONTEND_HOST"), "all at once: {told}");
    let told = faults(&[&variables[..], &[("IRONPLATE__MAIL__TRANSPORT", "mailbox")]].concat());
    assert!(told.contains("IRONPLATE__MAIL__TRANSPORT") && told.contains("mailbox"), "{told}");
    assert!(load(&production(&[])).ok().unwrap().mail.is_off());
    assert!(load(&production_with_smtp(&[])).is_ok());
}

#[test]
fn production_mails_no_key_that_would_travel_in_clear() {
    for host in ["http://app.example.com", "http://localhost:5173"] {
        let told = faults(&production_with_smtp(&[("FRONTEND_HOST", host)]));
        assert!(told.contains("FRONTEND_HOST") && told.contains("https://"), "{host}: {told}");
    }
    let plain = [("FRONTEND_HOST", "http://app.internal"), ("IRONPLATE__WEB__ALLOW_PLAIN_HTTP", "true")];
    assert!(load(&production_with_smtp(&plain)).is_ok());
    assert!(load(&production(&[("FRONTEND_HOST", "http://app.internal")])).is_ok(), "nothing is mailed");
}

#[test]
fn production_mails_no_link_that_leads_nowhere() {
    for host in
        ["https://localhost", "https://LOCALHOST:8443", "https://127.0.0.1", "https://127.1", "https://[::1]:8443"]
    {
        for plain in ["false", "true"] {
            let plain = ("IRONPLATE__WEB__ALLOW_PLAIN_HTTP", plain);
            let told = faults(&production_with_smtp(&[("FRONTEND_HOST", host), plain]));
            assert!(told.contains("FRONTEND_HOST") && told.contains("their own machine"), "{host}: {told}");
        }
        assert!(load(&with_smtp(&[("FRONTEND_HOST", host)])).is_ok(), "{host} in development");
        assert!(load(&production(&[("FRONTEND_HOST", host)])).is_ok(), "nothing is mailed");
    }
    assert!(load(&production_with_smtp(&[("FRONTEND_HOST", "https://localhost.example.com")])).is_ok());
}

#[test]
fn nothing_is_enqueued_where_mail_is_off() {
    assert!(load(&[]).ok().unwrap().policy().sends_mail);
    assert!(load(&production_with_smtp(&[])).ok().unwrap().policy().sends_mail);
    assert!(!load(&production(&[])).ok().unwrap().policy().sends_mail);
}

#[test]
fn links_begin_with_the_front_end_without_a_slash_at_the_end() {
    assert_eq!(load(&production_with_smtp(&[])).ok().unwrap().policy().links.frontend_host, "https://app.example.com");
}

#[test]
fn what_is_wrong_with_the_mail_server_is_told_with_its_name() {
    for (name, value) in [
        ("IRONPLATE__MAIL__TRANSPORT", "pigeon"),
        ("SMTP_HOST", "smtp.example.com:587"),
        ("SMTP_HOST", "smtp://smtp.example.com"),
        ("SMTP_PORT", "mail"),
        ("SMTP_TLS", "maybe"),
        ("SMTP_SSL", "maybe"),
        ("EMAILS_FROM_EMAIL", "nobody"),
        ("IRONPLATE__MAIL__ALLOW_PLAIN_TEXT", "maybe"),
        ("IRONPLATE__MAIL__CA_FILE", "not-there.pem"),
    ] {
        let told = faults(&with_smtp(&[(name, value)]));
        assert!(told.contains(&format!("\n  {name} (")) && told.contains("fix: "), "{name}={value}: {told}");
    }
    let told = faults(&[("SMTP_HOST", "smtp.example.com")]);
    assert!(told.contains("EMAILS_FROM_EMAIL") && told.contains("is missing"), "{told}");
    let told = faults(&[("IRONPLATE__MAIL__TRANSPORT", "smtp"), ("EMAILS_FROM_EMAIL", "noreply@app.example.com")]);
    assert!(told.contains("SMTP_HOST") && told.contains("is missing"), "{told}");
}

#[test]
fn a_certificate_file_holds_certificates() {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), "-----BEGIN CERTIFICATE-----\nbm9uZQ==\n-----END CERTIFICATE-----\n").unwrap();
    let path = file.path().to_str().unwrap();
    let told = faults(&[&WITH_SMTP[..], &[("IRONPLATE__MAIL__CA_FILE", path)]].concat());
    assert!(told.contains("IRONPLATE__MAIL__CA_FILE") && told.contains(path), "{told}");
}

#[test]
fn user_and_password_come_together() {
    for (given, missing) in [("SMTP_USER", "SMTP_PASSWORD"), ("SMTP_PASSWORD", "SMTP_USER")] {
        let told = faults(&with_smtp(&[(given, "Wj3k9s")]));
        assert!(told.contains(&format!("\n  {missing} (")), "{given}: {told}");
    }
}

#[test]
fn a_lease_outlives_what_sending_may_take() {
    let told = faults(&[("IRONPLATE__OUTBOX__LEASE_SECONDS", "59")]);
    assert!(told.contains("IRONPLATE__OUTBOX__LEASE_SECONDS") && told.contains("at least 60"), "{told}");
    assert!(load(&[("IRONPLATE__OUTBOX__LEASE_SECONDS", "60")]).is_ok());
    let told = faults(&[("IRONPLATE__MAIL__TIMEOUT_SECONDS", "61")]);
    assert!(told.contains("IRONPLATE__OUTBOX__LEASE_SECONDS"), "{told}");
}

#[test]
fn without_mail_nothing_may_wait_for_a_link() {
    let off = ("IRONPLATE__MAIL__TRANSPORT", "off");
    for (name, value) in
        [("IRONPLATE__REGISTRATION__MODE", "verify_first"), ("IRONPLATE__ACCOUNTS__CONFIRM_EMAIL_CHANGE", "true")]
    {
        assert!(load(&[(name, value)]).is_ok(), "{name}");
        let told = faults(&[off, (name, value)]);
        assert!(told.contains(name) && told.contains("mail is off"), "{told}");
    }
}

#[test]
fn production_confirms_new_addresses_as_long_as_it_mails() {
    assert!(load(&production_with_smtp(&[])).ok().unwrap().policy().confirm_email_change);
    assert!(!load(&production(&[])).ok().unwrap().policy().confirm_email_change);
    let told = faults(&production(&[("IRONPLATE__ACCOUNTS__CONFIRM_EMAIL_CHANGE", "true")]));
    assert!(told.contains("IRONPLATE__ACCOUNTS__CONFIRM_EMAIL_CHANGE"), "{told}");
    assert!(!load(&[]).ok().unwrap().policy().confirm_email_change);
}

#[test]
fn nobody_must_have_a_second_factor_unless_it_is_said_otherwise() {
    use ironplate_application::SecondFactorPolicy::{Everybody, Optional, Superusers};
    for (who, expected) in [("optional", Optional), ("superusers", Superusers), ("everybody", Everybody)] {
        let config = load(&[("IRONPLATE__ACCOUNTS__SECOND_FACTOR", who)]).ok().unwrap();
        assert_eq!(config.policy().second_factor, expected);
    }
    assert_eq!(load(&[]).ok().unwrap().policy().second_factor, Optional);
    let told = faults(&[("IRONPLATE__ACCOUNTS__SECOND_FACTOR", "some")]);
    assert!(told.contains("\"some\" is nobody") && told.contains("superusers"), "{told}");
}

#[test]
fn production_asks_tokens_again() {
    assert!(load(&production(&[])).ok().unwrap().policy().ask_again);
    assert!(!load(&[]).ok().unwrap().policy().ask_again);
    let off = production(&[("IRONPLATE__ACCOUNTS__ASK_AGAIN", "off")]);
    assert!(!load(&off).ok().unwrap().policy().ask_again);
}

#[test]
fn everybody_may_sign_up_unless_it_is_said_otherwise() {
    for (mode, expected) in [
        ("", RegistrationMode::Open),
        ("verify_first", RegistrationMode::VerifyFirst),
        ("closed", RegistrationMode::Closed),
    ] {
        for environment in ["development", "test"] {
            let variables = [("ENVIRONMENT", environment), ("IRONPLATE__REGISTRATION__MODE", mode)];
            assert_eq!(load(&variables).ok().unwrap().policy().registration, expected, "{environment}");
        }
        let variables = production_with_smtp(&[("IRONPLATE__REGISTRATION__MODE", mode)]);
        assert_eq!(load(&variables).ok().unwrap().policy().registration, expected, "production");
    }
}

#[test]
fn templates_of_one_s_own_are_tried_before_the_start() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().to_str().unwrap();
    std::fs::write(folder.path().join("test_mail.subject"), "Hello from {{ prodct }}").unwrap();
    std::fs::write(folder.path().join("tset_mail.txt"), "").unwrap();
    let told = faults(&[("IRONPLATE__MAIL__TEMPLATES_FOLDER", path)]);
    assert!(told.starts_with("The configuration has 2 faults:"), "{told}");
    for text in ["IRONPLATE__MAIL__TEMPLATES_FOLDER", "test_mail.subject", "prodct", "tset_mail.txt"] {
        assert!(told.contains(text), "{text}: {told}");
    }
    let told = faults(&[("IRONPLATE__MAIL__TEMPLATES_FOLDER", "not-there")]);
    assert!(told.contains("not-there"), "{told}");
}

#[test]
fn mail_speaks_of_the_configured_product() {
    let config = load(&[("PROJECT_NAME", "Acme")]).ok().unwrap();
    let context = TemplateContext {
        template: MailTemplate::TestMail,
        to: Email::parse("ann@example.com").unwrap(),
        facts: Facts::new(),
        link: "http://localhost:5173/".into(),
        created_at: Timestamp::from_seconds(0),
    };
    let mail = config.mail.templates.render(&context).unwrap();
    assert!(mail.text.contains("Acme") && mail.html.contains("Acme"), "{}", mail.text);
}

#[test]
fn mail_may_come_from_an_inner_network_whose_domain_nobody_else_knows() {
    for (address, written) in [
        ("noreply@nas.local", "noreply@nas.local"),
        (" NoReply@NAS.Local ", "NoReply@nas.local"),
        ("app@mail.home.arpa", "app@mail.home.arpa"),
        ("app@mail.internal", "app@mail.internal"),
        ("root@localhost", "root@localhost"),
        ("root@app.localhost", "root@app.localhost"),
    ] {
        let settings = smtp(&with_smtp(&[("EMAILS_FROM_EMAIL", address)]));
        assert_eq!(settings.from.address.as_str(), written, "{address}");
    }
    for address in [
        "noreply@local",
        "noreply@.local",
        "a b@nas.local",
        "noreply@nas..local",
        "noreply@-.local",
        "noreply@arpa",
        "x@b.onion",
    ] {
        let told = faults(&with_smtp(&[("EMAILS_FROM_EMAIL", address)]));
        assert!(told.contains("EMAILS_FROM_EMAIL"), "{address}: {told}");
    }
    assert!(load(&production_with_smtp(&[("EMAILS_FROM_EMAIL", "noreply@nas.local")])).is_ok());
    let told = faults(&production_with_smtp(&[("EMAILS_FROM_EMAIL", "root@localhost")]));
    assert!(told.contains("EMAILS_FROM_EMAIL"), "{told}");
}

#[test]
fn the_mail_server_is_greeted_by_the_product_s_domain_or_by_one_that_is_given() {
    for (frontend, given, name) in [
        ("https://app.example.com:8443", "", Some("app.example.com")),
        ("https://app.example.com", "mx1.example.net", Some("mx1.example.net")),
        ("http://localhost:5173", "MX1.Example.net", Some("mx1.example.net")),
        ("http://localhost:5173", "", None),
        ("http://10.0.0.1", "", None),
        ("", "", None),
    ] {
        let settings = smtp(&with_smtp(&[("FRONTEND_HOST", frontend), ("IRONPLATE__MAIL__HELO_NAME", given)]));
        assert_eq!(settings.helo_name.as_deref(), name, "{frontend} {given}");
    }
    for name in
        ["localhost", "web-1", "10.0.0.1", "mx1.example.net:25", "a b.example", "mx1.example.net/x", "ann@example.net"]
    {
        let told = faults(&with_smtp(&[("IRONPLATE__MAIL__HELO_NAME", name)]));
        assert!(told.contains("IRONPLATE__MAIL__HELO_NAME") && told.contains("app.example.com"), "{name}: {told}");
    }
}

/// Where a web client lives on a server of its own.
#[test]
fn links_to_pages_that_a_web_client_lacks_lead_to_this_server() {
    let hosts = |variables: &[(&str, &str)]| {
        let links = load(variables).map_err(|faults| faults.to_string()).unwrap().policy().links;
        (links.frontend_host, links.dashboard_host)
    };
    let pair = |one: &str, other: &str| (one.to_owned(), other.to_owned());
    let elsewhere = ("FRONTEND_HOST", "https://app.example.com");
    assert_eq!(hosts(&[elsewhere]), pair("https://app.example.com", "https://app.example.com"));
    let named = [elsewhere, ("IRONPLATE__WEB__DASHBOARD_HOST", "https://API.example.com/")];
    assert_eq!(hosts(&named), pair("https://app.example.com", "https://api.example.com"));
    // Another port of this machine is another server; but not where a port may be published as another one.
    let vite = ("FRONTEND_HOST", "http://localhost:5173");
    assert_eq!(hosts(&[vite]), pair("http://localhost:5173", "http://127.0.0.1:8000"));
    let ours = ("FRONTEND_HOST", "http://localhost:8000");
    assert_eq!(hosts(&[ours]), pair("http://localhost:8000", "http://localhost:8000"));
    let published = [vite, ("IRONPLATE__HTTP__ADDRESS", "0.0.0.0:8000")];
    assert_eq!(hosts(&published), pair("http://localhost:5173", "http://localhost:5173"));
    let told = faults(&[("IRONPLATE__WEB__DASHBOARD_HOST", "api.example.com")]);
    assert!(told.contains("IRONPLATE__WEB__DASHBOARD_HOST") && told.contains("is no origin"), "{told}");
}

#[test]
fn production_asks_where_the_dashboard_is_if_a_web_client_lives_elsewhere_and_lacks_pages() {
    let cors = ("BACKEND_CORS_ORIGINS", "https://app.example.com,https://www.example.com");
    let told = faults(&production_with_smtp(&[cors]));
    assert!(
        told.contains("web.dashboard_host") && told.contains("/verify-email, /invitation (web.spa_pages)"),
        "{told}"
    );
    let api = ("IRONPLATE__WEB__DASHBOARD_HOST", "https://api.example.com");
    assert!(load(&production_with_smtp(&[cors, api])).is_ok());
    let pages = "/login,/signup,/recover-password,/reset-password,/verify-email,/invitation";
    assert!(load(&production_with_smtp(&[cors, ("IRONPLATE__WEB__SPA_PAGES", pages)])).is_ok());
    assert!(load(&production(&[cors])).is_ok(), "nothing is mailed");
    for (host, problem) in [("http://api.example.com", "in clear"), ("https://localhost:8443", "their own machine")] {
        let told = faults(&production_with_smtp(&[cors, ("IRONPLATE__WEB__DASHBOARD_HOST", host)]));
        assert!(told.contains("IRONPLATE__WEB__DASHBOARD_HOST") && told.contains(problem), "{host}: {told}");
    }
}
