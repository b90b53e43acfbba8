//! What is accepted, and in which two forms it is kept.

use super::super::Email;

/// Text, typed form, canonical form.
#[rustfmt::skip]
const ACCEPTED: &[(&str, &str, &str)] = &[
    ("ann@example.com", "ann@example.com", "ann@example.com"),
    ("UP.x@Example.COM", "UP.x@example.com", "up.x@example.com"),
    ("\t ann@example.com \r\n", "ann@example.com", "ann@example.com"),
    ("\u{3000}ann@example.com\u{1F}", "ann@example.com", "ann@example.com"),
    ("\u{FEFF}ann@example.com\u{200B}", "ann@example.com", "ann@example.com"),
    ("\u{202A} ann@example.com\u{202C}\u{200E}\n", "ann@example.com", "ann@example.com"),
    ("a+b_c!#$%&'*/=?^`{|}~-@example.com", "a+b_c!#$%&'*/=?^`{|}~-@example.com", "a+b_c!#$%&'*/=?^`{|}~-@example.com"),
    ("a@sub.example", "a@sub.example", "a@sub.example"),
    ("a@1.2.co", "a@1.2.co", "a@1.2.co"),
    // Mailbox names without case.
    ("INFO@example.com", "info@example.com", "info@example.com"),
    ("PostMaster@example.com", "postmaster@example.com", "postmaster@example.com"),
    // Local parts beyond ASCII.
    ("Ärger@example.com", "Ärger@example.com", "ärger@example.com"),
    ("A\u{308}rger@example.com", "Ärger@example.com", "ärger@example.com"),
    ("ΟΔΟΣ@example.com", "ΟΔΟΣ@example.com", "οδοσ@example.com"),
    ("οδος@example.com", "οδος@example.com", "οδοσ@example.com"),
    ("İ@example.com", "İ@example.com", "i\u{307}@example.com"),
    ("ẞ@example.com", "ẞ@example.com", "ß@example.com"),
    ("\u{212A}@example.com", "K@example.com", "k@example.com"),
    ("🙂@example.com", "🙂@example.com", "🙂@example.com"),
    // Domains beyond ASCII.
    ("a@MÜNCHEN.de", "a@münchen.de", "a@xn--mnchen-3ya.de"),
    ("a@xn--mnchen-3ya.de", "a@münchen.de", "a@xn--mnchen-3ya.de"),
    ("a@XN--MNCHEN-3YA.de", "a@münchen.de", "a@xn--mnchen-3ya.de"),
    ("a@ｅｘａｍｐｌｅ。com", "a@example.com", "a@example.com"),
    ("a@straße.de", "a@straße.de", "a@xn--strae-oqa.de"),
    ("a@ΑΣ.gr", "a@ασ.gr", "a@xn--mxa0b.gr"),
    ("a@почта.рф", "a@почта.рф", "a@xn--80a1acny.xn--p1ai"),
    ("a@אב1.com", "a@אב1.com", "a@xn--1-zhcd.com"),
    ("a@l·l.cat", "a@l·l.cat", "a@xn--ll-0ea.cat"),
    ("a@ア・ア.jp", "a@ア・ア.jp", "a@xn--ccka0y.jp"),
];

#[test]
fn an_accepted_address_is_kept_as_typed_and_compared_in_canonical_form() {
    for (text, typed, canonical) in ACCEPTED {
        let address = Email::parse(text).unwrap_or_else(|error| panic!("{text:?}: {error}"));
        assert_eq!(address.as_str(), *typed, "typed form of {text:?}");
        assert_eq!(address.canonical(), *canonical, "canonical form of {text:?}");
    }
}

#[test]
fn an_address_may_have_as_many_octets_as_the_limits_say() {
    let local = "a".repeat(64);
    let label = "b".repeat(61);
    let domain = format!("{label}.{label}.{label}.com");
    assert_eq!(local.len() + 1 + domain.len(), 254);
    assert!(Email::parse(&format!("{local}@{domain}")).is_ok());
}
