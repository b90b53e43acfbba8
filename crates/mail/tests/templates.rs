//! What the mails inside the binary say.
#![cfg(test)]

use ironplate_application::ports::{MailRenderer, RenderedMail, TemplateContext};
use ironplate_domain::{Email, Fact, MailTemplate, OrganizationName};
use ironplate_mail::{Samples, Templates};
use secrecy::ExposeSecret;

const HOST: &str = "https://app.example.com";

fn render(product: &str, context: &TemplateContext) -> RenderedMail {
    Templates::load(product, HOST, None).unwrap().render(context).unwrap()
}

fn subject(template: MailTemplate) -> String {
    render("Ironplate", &Samples::of(template)).subject
}

/// Whoever is mailed, by an address that may come from anywhere.
fn hostile(text: &str) -> Email {
    Email::from_stored(text.to_owned(), text.to_owned())
}

#[test]
fn the_subjects_that_clients_know_are_kept() {
    assert_eq!(subject(MailTemplate::ResetPassword), "Ironplate - Password recovery for user ann@example.com");
    assert_eq!(subject(MailTemplate::SetPassword), "Ironplate - New account for user ann@example.com");
    assert_eq!(subject(MailTemplate::TestMail), "Ironplate - Test email");
}

#[test]
fn every_mail_is_complete() {
    for sample in Samples::all() {
        let mail = render("Ironplate", &sample);
        let (name, link) = (sample.template.name(), sample.link.expose_secret());
        assert!(mail.subject.starts_with("Ironplate - "), "{name}");
        for part in [&mail.subject, &mail.text, &mail.html] {
            assert!(!part.contains("{{") && !part.contains("{%") && !part.contains("{#"), "{name}");
        }
        // On a line of its own, so that mail programs make all of it a link, and nothing else.
        assert_eq!(mail.text.lines().find(|line| line.starts_with("http")), Some(link), "{name}");
        assert!(mail.html.contains(&format!("href=\"{link}\"")), "{name}: button");
        assert!(mail.html.contains(&format!(">{link}</a>")), "{name}: link spelled out");
        for part in [&mail.text, &mail.html] {
            assert!(part.contains("You get this email because"), "{name}: why");
            let asks = ["it you?", "expect this?", "happen again", "a mistake?"]
                .iter()
                .any(|question| part.contains(question));
            assert!(asks, "{name}: what if it was not you");
        }
    }
}

#[test]
fn a_link_that_acts_says_how_long_it_works_and_no_other_does() {
    for sample in Samples::all() {
        let mail = render("Ironplate", &sample);
        let acts = sample.template.acts();
        for part in [&mail.text, &mail.html] {
            for words in ["48 hours", "24 November 2026, 06:09 UTC"] {
                assert_eq!(part.contains(words), acts, "{}: {words}", sample.template.name());
            }
        }
    }
}

#[test]
fn the_old_address_learns_which_is_the_new_one_and_whether_it_counts_yet() {
    let mut context = Samples::of(MailTemplate::AddressChanged);
    let done = render("Ironplate", &context);
    context.facts.insert(Fact::IsPending, "true".to_owned());
    let pending = render("Ironplate", &context);
    assert_eq!(done.subject, "Ironplate - Address changed for user ann@example.com");
    assert_eq!(pending.subject, "Ironplate - Change of address requested for user ann@example.com");
    for (mail, title) in [(done, "Your address was changed"), (pending, "Your address is about to change")] {
        for part in [&mail.text, &mail.html] {
            assert!(part.contains(title));
            assert!(part.contains("ann@example.com") && part.contains("ann@example.org"));
        }
    }
}

#[test]
fn a_log_in_is_told_with_device_and_time_and_with_the_address_if_it_is_known() {
    let mut context = Samples::of(MailTemplate::NewDevice);
    let known = render("Ironplate", &context);
    context.facts.remove(&Fact::Address);
    let unknown = render("Ironplate", &context);
    assert_eq!(known.subject, "Ironplate - New log-in for user ann@example.com");
    for (mail, has_address) in [(known, true), (unknown, false)] {
        for part in [&mail.text, &mail.html] {
            assert!(part.contains("Firefox on Windows") && part.contains("22 November 2026, 06:09 UTC"));
            assert_eq!(part.contains("203.0.113.7"), has_address);
            assert_eq!(part.contains("network address"), has_address);
        }
    }
}

#[test]
fn whoever_was_logged_out_learns_which_device_and_when() {
    let mail = render("Ironplate", &Samples::of(MailTemplate::SessionReuse));
    assert_eq!(mail.subject, "Ironplate - Device logged out for user ann@example.com");
    for part in [&mail.text, &mail.html] {
        assert!(part.contains("Firefox on Windows") && part.contains("22 November 2026, 06:09 UTC"));
        assert!(part.contains("https://app.example.com/recover-password"));
    }
}

#[test]
fn whose_account_is_gone_learns_when_it_went() {
    let mail = render("Ironplate", &Samples::of(MailTemplate::AccountDeleted));
    assert_eq!(mail.subject, "Ironplate - Account deleted for user ann@example.com");
    for part in [&mail.text, &mail.html] {
        assert!(part.contains("22 November 2026, 06:09 UTC"));
    }
}

#[test]
fn somebody_who_has_an_account_finds_the_ways_in() {
    let mail = render("Ironplate", &Samples::of(MailTemplate::AlreadyRegistered));
    for part in [&mail.text, &mail.html] {
        assert!(part.contains("https://app.example.com/login"));
        assert!(part.contains("https://app.example.com/recover-password"));
    }
}

#[test]
fn html_can_not_be_broken_out_of_and_text_stays_as_it_is() {
    let (product, address) = ("<b>R&D</b> \"Co\" 'x'", "\"><script>alert('1')</script>&@example.com");
    for mut context in Samples::all() {
        context.to = hostile(address);
        for fact in [Fact::NewAddress, Fact::Device, Fact::Address, Fact::Organization, Fact::NewOwner, Fact::By] {
            context.facts.insert(fact, address.to_owned());
        }
        context.link = format!("{HOST}/?a=1&b=\"'<script>").into();
        let mail = render(product, &context);
        let name = context.template.name();
        assert!(!mail.html.contains("<script") && !mail.html.contains("<b>"), "{name}");
        assert!(!mail.html.contains("&b=") && !mail.html.contains("b=\""), "{name}");
        assert!(mail.html.contains("&lt;b&gt;R&amp;D"), "{name}");
        assert!(mail.text.contains(product) && mail.subject.contains(product), "{name}");
        assert!(mail.text.contains(context.link.expose_secret()), "{name}");
        assert!(!mail.text.contains("&amp;") && !mail.text.contains("&lt;"), "{name}");
    }
}

#[test]
fn a_subject_is_one_line_whatever_is_in_it() {
    let mut context = Samples::of(MailTemplate::ResetPassword);
    context.to = hostile("ann\r\nBcc: eve\u{7}@example.com");
    let mail = render("My\r\nshop", &context);
    assert_eq!(mail.subject, "My shop - Password recovery for user ann Bcc: eve @example.com");
}

#[test]
fn html_is_what_mail_programs_can_show() {
    for sample in Samples::all() {
        let html = render("Ironplate", &sample).html;
        let name = sample.template.name();
        assert!(html.starts_with("<!DOCTYPE html>\n<html lang=\"en\""), "{name}");
        for needed in
            ["name=\"color-scheme\" content=\"light dark\"", "prefers-color-scheme: dark", "<meta charset=\"utf-8\">"]
        {
            assert!(html.contains(needed), "{name}: {needed}");
        }
        // Nothing is fetched, and nothing runs.
        for unwanted in ["<img", "src=", "url(", "@import", "<link", "<script", "<form"] {
            assert!(!html.contains(unwanted), "{name}: {unwanted}");
        }
    }
}

#[test]
fn lines_stay_short_with_the_longest_address() {
    let long = format!("{}@{}.example.com", "a".repeat(64), ["b"; 3].map(|label| label.repeat(55)).join("."));
    for mut context in Samples::all() {
        context.to = hostile(&long);
        for fact in [Fact::NewAddress, Fact::NewOwner, Fact::By] {
            context.facts.insert(fact, long.clone());
        }
        context.facts.insert(Fact::Organization, "😀".repeat(OrganizationName::MAX));
        let mail = render("Ironplate", &context);
        let longest = mail.text.lines().map(str::len).max();
        assert!(longest < Some(500), "{}: {longest:?}", context.template.name());
    }
}

#[test]
fn a_member_learns_what_became_of_them_and_by_whom() {
    let said = |template, words: &[&str]| {
        let mail = render("Ironplate", &Samples::of(template));
        assert!(mail.subject.contains("Acme & Söhne"), "{}", mail.subject);
        for (part, name) in [(&mail.text, "Acme & Söhne"), (&mail.html, "Acme &amp; Söhne")] {
            let part = part.split_whitespace().collect::<Vec<_>>().join(" ");
            assert!(part.contains(name) && part.contains("ann@example.org"), "{part}");
            assert!(words.iter().all(|words| part.contains(words)), "{words:?} in {part}");
        }
    };
    said(MailTemplate::RoleChanged, &["an admin", "changed your role"]);
    said(MailTemplate::RemovedFromOrganization, &["removed you"]);
    said(MailTemplate::OwnershipMoved, &["made you an owner"]);
    said(MailTemplate::OrganizationDeleted, &["was deleted on", "22 November 2026, 06:09 UTC"]);
}

#[test]
fn the_former_owner_learns_who_owns_it_now() {
    let mut context = Samples::of(MailTemplate::OwnershipMoved);
    context.facts.insert(Fact::NewOwner, "new@example.org".to_owned());
    let mail = render("Ironplate", &context);
    for part in [&mail.text, &mail.html] {
        assert!(part.contains("handed over") && part.contains("new@example.org"), "{part}");
        assert!(part.contains(&format!("{HOST}/recover-password")), "{part}");
    }
}

#[test]
fn an_end_of_time_that_is_none_is_told() {
    let mut context = Samples::of(MailTemplate::ResetPassword);
    context.facts.insert(Fact::ExpiresAt, "tomorrow".to_owned());
    let templates = Templates::load("Ironplate", HOST, None).unwrap();
    let error = templates.render(&context).err().unwrap();
    assert_eq!(error.to_string(), "the template reset_password can't be rendered");
}
