//! A folder whose files take the place of templates, and everything that can be wrong with it.
#![cfg(test)]

use std::{fs, path::Path};

use ironplate_application::ports::{MailRenderer, RenderedMail};
use ironplate_domain::MailTemplate;
use ironplate_mail::{Samples, TemplateFaults, Templates};
use tempfile::TempDir;

const LINKED: &str = "<p>{{ link }}</p>";

/// The least that a layout of the text parts has.
const BARE: &str = "{% block title %}{% endblock %}|{% block content %}{% endblock %}|{% block button %}{% endblock %}: \
    {{ link }}|{% block not_you %}{% endblock %}|{% block reason %}{% endblock %}";

fn folder(files: &[(&str, &str)]) -> TempDir {
    let folder = TempDir::new().unwrap();
    for (name, content) in files {
        fs::write(folder.path().join(name), content).unwrap();
    }
    folder
}

fn load(folder: &Path) -> Result<Templates, TemplateFaults> {
    Templates::load("Ironplate", "https://app.example.com", Some(folder))
}

fn mail(files: &[(&str, &str)], template: MailTemplate) -> RenderedMail {
    load(folder(files).path()).unwrap().render(&Samples::of(template)).unwrap()
}

/// As an operator reads them.
fn faults(files: &[(&str, &str)]) -> Vec<String> {
    let faults = load(folder(files).path()).expect_err("faults");
    assert_eq!(faults.to_string().lines().count(), faults.0.len(), "{faults}");
    faults.to_string().lines().map(str::to_owned).collect()
}

fn only_fault(name: &str, content: &str) -> String {
    let faults = faults(&[(name, content)]);
    let [fault] = &faults[..] else { panic!("{faults:#?}") };
    fault.clone()
}

#[test]
fn a_file_takes_the_place_of_its_part_alone() {
    let mail = mail(&[("test_mail.html", LINKED)], MailTemplate::TestMail);
    assert_eq!(mail.html, "<p>https://app.example.com/</p>");
    assert!(mail.text.contains("This is a test email"));
    assert_eq!(mail.subject, "Ironplate - Test email");
}

#[test]
fn another_layout_restyles_every_mail() {
    let templates = load(folder(&[("layout.txt", BARE)]).path()).unwrap();
    for sample in Samples::all() {
        let text = templates.render(&sample).unwrap().text;
        assert_eq!(text.matches('|').count(), 4, "{}", sample.template.name());
    }
}

#[test]
fn a_file_may_build_on_the_folder_s_own_layout() {
    let layout = format!("{BARE}|{{% block farewell %}}{{% endblock %}}");
    let child = "{% extends \"layout.txt\" %}{% block farewell %}Bye{% endblock %}";
    let files = [("layout.txt", layout.as_str()), ("test_mail.txt", child)];
    assert_eq!(mail(&files, MailTemplate::TestMail).text, "||: https://app.example.com/|||Bye");
}

#[test]
fn an_empty_folder_changes_nothing_and_hidden_files_are_passed_over() {
    assert!(load(folder(&[]).path()).is_ok());
    assert!(load(folder(&[(".gitkeep", "")]).path()).is_ok());
}

#[test]
fn a_folder_that_is_not_there_is_told() {
    let faults = load(Path::new("/no/such/folder")).err().unwrap().to_string();
    assert!(faults.starts_with("/no/such/folder: can't be read: "), "{faults}");
}

#[test]
fn a_name_that_is_no_template_s_is_told() {
    assert_eq!(only_fault("reset_pasword.html", LINKED), "reset_pasword.html: no template has this name");
}

#[test]
fn a_file_that_is_no_text_is_told() {
    let folder = folder(&[]);
    fs::write(folder.path().join("test_mail.txt"), b"\xff").unwrap();
    let fault = load(folder.path()).err().unwrap().to_string();
    assert!(fault.starts_with("test_mail.txt: can't be read: "), "{fault}");
}

#[test]
fn a_syntax_error_is_told_with_its_line() {
    let fault = only_fault("test_mail.txt", "{{ link }}\n\n{% if product %}");
    assert!(fault.starts_with("test_mail.txt, line 3: "), "{fault}");
}

#[test]
fn an_unknown_variable_is_told_with_its_line_and_with_what_there_is() {
    let fault = only_fault("test_mail.html", "{{ link }}\n{{ project_name }}");
    assert!(fault.starts_with("test_mail.html, line 2: there is no variable `project_name`"), "{fault}");
    assert!(fault.contains("product, frontend_host, to, link"), "{fault}");
}

#[test]
fn an_unknown_variable_is_found_where_no_sample_leads() {
    let fault = only_fault("test_mail.html", "{{ link }}{% if is_pending %}{{ username }}{% endif %}");
    assert!(fault.starts_with("test_mail.html, line 1: there is no variable `username`"), "{fault}");
}

#[test]
fn variables_of_a_template_s_own_are_known() {
    let own = "{% set greeting = \"Hi\" %}{% for word in [greeting, to] %}{{ word }} {% endfor %}{{ link }}";
    assert_eq!(
        mail(&[("test_mail.txt", own)], MailTemplate::TestMail).text,
        "Hi ann@example.com https://app.example.com/"
    );
}

#[test]
fn an_unknown_filter_and_an_unknown_layout_are_told() {
    let fault = only_fault("test_mail.txt", "{{ link | shout }}");
    assert!(fault.starts_with("test_mail.txt") && fault.contains("shout"), "{fault}");
    let fault = only_fault("test_mail.txt", "{% extends \"base.txt\" %}");
    assert!(fault.starts_with("test_mail.txt") && fault.contains("base.txt"), "{fault}");
}

#[test]
fn a_mail_without_its_link_is_told() {
    let reason = "it never shows {{ link }}";
    assert_eq!(only_fault("reset_password.html", "<p>Hello</p>"), format!("reset_password.html: {reason}"));
    assert_eq!(only_fault("reset_password.txt", "Hello"), format!("reset_password.txt: {reason}"));
}

#[test]
fn a_part_that_says_nothing_is_told() {
    assert_eq!(only_fault("test_mail.subject", "\n"), "test_mail.subject: the subject is empty");
    assert_eq!(only_fault("test_mail.txt", " \n"), "test_mail.txt: it says nothing");
}

#[test]
fn a_subject_of_two_lines_is_told() {
    let fault = only_fault("test_mail.subject", "{{ product }}\nTest\n");
    assert_eq!(fault, "test_mail.subject: the subject has more than one line");
}

#[test]
fn a_link_in_a_subject_is_told() {
    let reason = "the subject shows {{ link }}, which is a key";
    // The second one in a branch that no sample takes.
    for subject in ["{{ product }}: {{ link }}", "Hi{% if is_pending %} {{ link | upper }}{% endif %}"] {
        let fault = only_fault("reset_password.subject", subject);
        assert_eq!(fault, format!("reset_password.subject, line 1: {reason}"));
    }
    let fault = only_fault("reset_password.subject", "{{ __tera_context }}");
    assert_eq!(fault, format!("reset_password.subject: {reason}"));
    let harmless = [("reset_password.subject", "{# no link #}{{ product }}")];
    assert_eq!(mail(&harmless, MailTemplate::ResetPassword).subject, "Ironplate");
}

#[test]
fn a_layout_that_lacks_blocks_is_told_with_their_names() {
    let fault =
        only_fault("layout.html", "{% block title %}{% endblock %}{%- block button -%}{% endblock %}{{ link }}");
    assert_eq!(fault, "layout.html: these blocks are missing: preheader, content, not_you_title, not_you, reason");
}

#[test]
fn a_block_that_the_layout_has_not_is_told() {
    let fault =
        only_fault("test_mail.txt", "{% extends \"layout.txt\" %}\n{% block contents %}{{ link }}{% endblock %}");
    assert!(fault.starts_with("test_mail.txt, line 2: Block `contents` is not defined"), "{fault}");
}

#[test]
fn a_fault_of_the_layout_is_told_once() {
    let fault = only_fault("layout.txt", &format!("{BARE}\n{{{{ brand }}}}"));
    assert!(fault.starts_with("layout.txt, line 2: there is no variable `brand`"), "{fault}");
}

#[test]
fn all_faults_are_told_at_once() {
    let faults = faults(&[
        ("finish.html", ""),
        ("reset_password.html", "{{ link }}{{ oops }}"),
        ("test_mail.subject", "one\ntwo"),
        ("verify_address.txt", "{% if"),
    ]);
    let files: Vec<_> = faults.iter().map(|fault| fault.split([',', ':']).next().unwrap()).collect();
    assert_eq!(files, ["finish.html", "verify_address.txt", "reset_password.html", "test_mail.subject"], "{faults:#?}");
}
