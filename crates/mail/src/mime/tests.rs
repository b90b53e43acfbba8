use ironplate_application::ports::RenderedMail;
use ironplate_domain::{Email, MessageId, Timestamp};
use mail_parser::{Message, MessageParser, MimeHeaders, PartType};
use proptest::prelude::*;
use uuid::Uuid;

use super::*;

fn sender(name: &str) -> Sender {
    Sender { name: name.to_owned(), address: Email::parse("no-reply@example.com").unwrap() }
}

fn mail_to(to: &str, subject: &str, text: &str, html: &str) -> OutgoingMail {
    OutgoingMail {
        id: MessageId(Uuid::from_u128(0x0190_1234_5678_7abc_8def_0123_4567_89ab)),
        to: Email::parse(to).unwrap(),
        date: Timestamp::from_seconds(1_795_327_740),
        content: RenderedMail { subject: subject.to_owned(), text: text.to_owned(), html: html.to_owned() },
        attempt: 1,
    }
}

fn mail(subject: &str, text: &str) -> OutgoingMail {
    mail_to("Ann@example.com", subject, text, "<p>Hello</p>")
}

fn composed(name: &str, mail: &OutgoingMail) -> Vec<u8> {
    Composed::new(&sender(name), mail).unwrap().source
}

fn parsed(source: &[u8]) -> Message<'_> {
    MessageParser::default().parse(source).unwrap()
}

/// What no mail server may object to.
fn assert_sound(source: &[u8]) {
    assert!(source.is_ascii());
    let text = str::from_utf8(source).unwrap();
    for line in text.split("\r\n") {
        assert!(line.len() <= 998, "{} octets: {line}", line.len());
        assert!(!line.contains(['\r', '\n', '\0']), "{line:?}");
    }
}

fn header_names(source: &[u8]) -> Vec<String> {
    parsed(source).headers().iter().map(|header| header.name().to_owned()).collect()
}

const NAMES: [&str; 9] = [
    "Date",
    "From",
    "To",
    "Subject",
    "Message-ID",
    "Auto-Submitted",
    "X-Auto-Response-Suppress",
    "MIME-Version",
    "Content-Type",
];

#[test]
fn a_mail_has_these_header_fields() {
    let source = composed("Ironplate", &mail("Ironplate - Test email", "Hello"));
    assert_sound(&source);
    assert_eq!(header_names(&source), NAMES);
    let mail = parsed(&source);
    assert_eq!(mail.subject(), Some("Ironplate - Test email"));
    assert_eq!(mail.message_id(), Some("01901234-5678-7abc-8def-0123456789ab@example.com"));
    assert_eq!(mail.date().unwrap().to_rfc3339(), "2026-11-22T06:09:00Z");
    let from = mail.from().unwrap().first().unwrap();
    assert_eq!((from.name(), from.address()), (Some("Ironplate"), Some("no-reply@example.com")));
    let to = mail.to().unwrap().first().unwrap();
    assert_eq!((to.name(), to.address()), (None, Some("Ann@example.com")));
    assert_eq!(mail.header_raw("Auto-Submitted").map(str::trim), Some("auto-generated"));
    assert_eq!(mail.header_raw("X-Auto-Response-Suppress").map(str::trim), Some("All"));
}

#[test]
fn text_and_html_are_alternatives_and_the_last_is_the_richer() {
    let text = "Grüße.\n\n.\n..two\nFrom here on = trailing \nhttps://app.example.com/x?token=abc\n";
    let html = "<p>Grüße &amp; mehr</p>\n";
    let source = composed("Ironplate", &mail_to("ann@example.com", "S", text, html));
    assert_sound(&source);
    let mail = parsed(&source);
    let kind = mail.content_type().unwrap();
    assert_eq!((kind.ctype(), kind.subtype()), ("multipart", Some("alternative")));
    let parts: Vec<_> = mail.parts.iter().skip(1).collect();
    let [PartType::Text(plain), PartType::Html(rich)] = [&parts[0].body, &parts[1].body] else {
        panic!("{parts:?}");
    };
    assert_eq!(plain.replace("\r\n", "\n"), text);
    assert_eq!(rich.replace("\r\n", "\n"), html);
}

#[test]
fn the_same_mail_gives_the_same_octets() {
    let mail = mail("Ironplate - Test email", "Hello");
    assert_eq!(composed("Ironplate", &mail), composed("Ironplate", &mail));
}

#[test]
fn a_domain_beyond_ascii_is_written_in_ascii() {
    let composed = Composed::new(&sender("Ironplate"), &mail_to("ann@bücher.example", "S", "T", "H")).unwrap();
    assert_eq!(composed.to.to_text(), "ann@xn--bcher-kva.example");
    assert!(composed.to.is_ascii());
    assert_sound(&composed.source);
}

#[test]
fn an_address_that_could_break_out_of_its_header_is_refused() {
    for text in ["ann@example.com>\r\nBcc: eve@example.com", "a nn@example.com", "ann,eve@example.com", "@example.com"]
    {
        let mut mail = mail("S", "T");
        mail.to = Email::from_stored(text.to_owned(), text.to_owned());
        assert!(Composed::new(&sender("Ironplate"), &mail).is_err(), "{text}");
    }
}

#[test]
fn what_looks_encoded_is_shown_as_it_is() {
    let subject = "=?UTF-8?B?aGFja2Vk?= for user ann@example.com";
    let source = composed("=?UTF-8?Q?Bank?=", &mail(subject, "T"));
    assert_eq!(parsed(&source).subject(), Some(subject));
    assert_eq!(parsed(&source).from().unwrap().first().unwrap().name(), Some("=?UTF-8?Q?Bank?="));
}

#[test]
fn dates_are_right_at_the_ends_of_time() {
    for (moment, year) in [(Timestamp::MAX, 9999), (Timestamp::from_seconds(-1), 1969)] {
        let source = composed("Ironplate", &OutgoingMail { date: moment, ..mail("S", "T") });
        assert_eq!(parsed(&source).date().unwrap().year, year);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn no_subject_and_no_name_adds_a_header_or_breaks_a_line(
        subject in "(.|\r|\n|\r\n|\r\nBcc: eve@example.com\r\n|\"|\\\\|<|>|=\\?|\u{2028}){0,400}",
        name in "(.|\r\n|\r\n\r\n|,|\"|\\\\|<|>|=\\?|ü){0,200}",
    ) {
        let source = composed(&name, &mail(&subject, "T"));
        assert_sound(&source);
        prop_assert_eq!(header_names(&source), NAMES);
        let mail = parsed(&source);
        prop_assert_eq!(mail.subject().unwrap_or_default(), one_line(&subject));
        let from = mail.from().unwrap().first().unwrap();
        prop_assert_eq!(from.address(), Some("no-reply@example.com"));
        prop_assert_eq!(from.name().unwrap_or_default(), one_line(&name));
    }

    #[test]
    fn words_of_any_length_come_through(
        subject in "([a-z]{1,3000}|é{1,300}|[a-z ]{1,500})",
        line in "[ -~é\t]{0,3000}",
    ) {
        let source = composed("Ironplate", &mail(&subject, &line));
        assert_sound(&source);
        let mail = parsed(&source);
        prop_assert_eq!(mail.subject().unwrap_or_default(), one_line(&subject));
        let text = mail.body_text(0).unwrap_or_default();
        prop_assert_eq!(text.as_ref(), line.as_str());
    }
}
