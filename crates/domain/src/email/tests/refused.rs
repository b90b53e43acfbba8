//! What is refused, and why.

use super::super::Email;

/// Text, reason.
#[rustfmt::skip]
const REFUSED: &[(&str, &str)] = &[
    // The at-sign.
    ("", "An email address must have an @-sign."),
    ("ann", "An email address must have an @-sign."),
    ("\"ann@example.com", "An email address must have an @-sign."),
    ("ann＠example.com", "The email address has the \"full-width\" at-sign (@) character instead of a regular at-sign."),
    ("ann﹫example.com", "The email address has the \"small commercial at\" character instead of a regular at-sign."),
    ("@example.com", "There must be something before the @-sign."),
    ("ann@", "There must be something after the @-sign."),
    ("ann@b@example.com", "The part after the @-sign contains invalid characters: '@'."),
    // Names and brackets.
    ("John Doe <ann@example.com>", "A display name and angle brackets around the email address are not permitted here."),
    ("\"John (Doe)\" <ann@example.com> ", "A display name and angle brackets around the email address are not permitted here."),
    ("<ann@example.com>", "A display name and angle brackets around the email address are not permitted here."),
    ("J. (Doe) <ann@example.com>", "The display name contains invalid characters when not quoted: '(', ')', '.'."),
    ("<ann@example.com", "An open angle bracket at the start of the email address has to be followed by a close angle bracket at the end."),
    ("<ann@example.com> x", "There can't be anything after the email address."),
    ("<ann@localhost>", "The part after the @-sign is not valid. It should have a period."),
    // The local part.
    (".ann@example.com", "An email address cannot start with a period."),
    ("ann.@example.com", "An email address cannot have a period immediately before the @-sign."),
    ("a..b@example.com", "An email address cannot have two periods in a row."),
    ("a b,\\'(@example.com", "The email address contains invalid characters before the @-sign: \"\\\", '(', ',', SPACE."),
    ("a<\u{338}b@example.com", "The email address contains invalid characters before the @-sign: '<'."),
    ("a\u{37E}b@example.com", "After Unicode normalization: The email address contains invalid characters before the @-sign: ';'."),
    ("\"a b\"@example.com", "Quoting the part before the @-sign is not allowed here."),
    ("\"a\\\"@b\"@example.com", "Quoting the part before the @-sign is not allowed here."),
    ("\"ann\"b'@example.com", "Extra character(s) found after close quote: 'b', \"'\""),
    ("\"a\u{0}b\"@example.com", "The email address contains invalid characters in quotes before the @-sign: U+0000."),
    // Control characters and other invisible ones.
    ("a\u{0}b@example.com", "The email address contains invalid characters before the @-sign: U+0000."),
    ("a\r\nb@example.com", "The email address contains invalid characters before the @-sign: U+000A, U+000D."),
    ("a\u{7F}b@example.com", "The email address contains invalid characters before the @-sign: U+007F."),
    ("a\u{85}b@example.com", "The email address contains unsafe characters: U+0085."),
    ("a\u{202E}\u{200B}b@example.com", "The email address contains unsafe characters: ZERO WIDTH SPACE, RIGHT-TO-LEFT OVERRIDE."),
    ("a\u{A0}b@example.com", "The email address contains unsafe characters: NO-BREAK SPACE."),
    ("a\u{E000}\u{378}\u{E0001}b@example.com", "The email address contains unsafe characters: U+0378, U+E000, U+000E0001."),
    ("\u{301}ann@example.com", "The email address contains unsafe characters: COMBINING ACUTE ACCENT."),
    ("ann@exam\nple.com", "The part after the @-sign contains invalid characters: U+000A."),
    ("ann@exam\u{2066}ple.com", "The email address contains unsafe characters: LEFT-TO-RIGHT ISOLATE."),
    ("ann@\u{FE0F}.com", "The email address contains unsafe characters: VARIATION SELECTOR-16."),
    // The domain.
    ("ann@exa_mple.com", "The part after the @-sign contains invalid characters: '_'."),
    ("ann@exa＿mple.com", "The part after the @-sign contains invalid characters after Unicode normalization: '_'."),
    ("ann@⒈com", "The part after the @-sign contains invalid characters: '⒈'."),
    ("ann@.example.com", "An email address cannot have a period immediately after the @-sign."),
    ("ann@-example.com", "An email address cannot have a hyphen immediately after the @-sign."),
    ("ann@example.com.", "An email address cannot end with a period."),
    ("ann@example.com-", "An email address cannot end with a hyphen."),
    ("ann@example..com", "An email address cannot have two periods in a row."),
    ("ann@example-.com", "An email address cannot have a period and a hyphen next to each other."),
    ("ann@ab--c.com", "An email address cannot have two letters followed by two dashes immediately after the @-sign or after a period, except Punycode."),
    ("ann@example", "The part after the @-sign is not valid. It should have a period."),
    ("ann@example.123", "The part after the @-sign is not valid. It is not within a valid top-level domain."),
    ("ann@app.test", "The part after the @-sign is a special-use or reserved name that cannot be used with email."),
    ("ann@printer.local", "The part after the @-sign is a special-use or reserved name that cannot be used with email."),
    ("ann@app.ｌｏｃａｌｈｏｓｔ", "The part after the @-sign is a special-use or reserved name that cannot be used with email."),
    ("ann@a.invalid", "The part after the @-sign is a special-use or reserved name that cannot be used with email."),
    ("ann@a.onion", "The part after the @-sign is a special-use or reserved name that cannot be used with email."),
    ("ann@1.in-addr.arpa", "The part after the @-sign is a special-use or reserved name that cannot be used with email."),
    // Domains beyond ASCII.
    ("ann@☕.com", "The part after the @-sign is invalid (Codepoint U+2615 at position 1 of '☕' not allowed)."),
    ("ann@a·l.com", "The part after the @-sign is invalid (Codepoint U+00B7 not allowed at position 2 in 'a·l')."),
    ("ann@ä.\u{301}a.com", "The part after the @-sign is invalid (Label begins with an illegal combining character)."),
    ("ann@אבa.com", "The part after the @-sign is invalid (Invalid direction for codepoint at position 3 in a right-to-left label)."),
    ("ann@aאב.com", "The part after the @-sign is invalid (Invalid direction for codepoint at position 2 in a left-to-right label)."),
    ("ann@ا١2.com", "The part after the @-sign is invalid (Can not mix numeral types in a right-to-left label)."),
    ("ann@אा.com", "The part after the @-sign is invalid (Invalid direction for codepoint at position 2 in a right-to-left label)."),
    ("ann@אבʹ.com", "The part after the @-sign is invalid (Label ends with illegal codepoint directionality)."),
    ("ann@1.אב.com", "The part after the @-sign is not valid IDNA (First codepoint in label '1' must be directionality L, R or AL)."),
    ("ann@xn--a.com", "The part after the @-sign is not valid IDNA (Codepoint U+0080 at position 1 of '\\x80' not allowed)."),
    ("ann@xn--zzzzzzzzzzz.com", "The part after the @-sign is not valid IDNA (Invalid A-label)."),
    ("ann@xn---bbk.com", "The part after the @-sign is not valid IDNA (A-label is not the canonical Punycode encoding of its U-label)."),
    // IP addresses.
    ("ann@[192.0.2.1]", "A bracketed IP address after the @-sign is not allowed here."),
    ("ann@[IPv6:2001:db8::192.0.2.1]", "A bracketed IP address after the @-sign is not allowed here."),
    ("ann@[192.0.2]", "The address in brackets after the @-sign is not valid: It is not an IPv4 address (Expected 4 octets in '192.0.2') or is missing an address literal tag."),
    ("ann@[192.0.2.256]", "The address in brackets after the @-sign is not valid: It is not an IPv4 address (Octet 256 (> 255) not permitted in '192.0.2.256') or is missing an address literal tag."),
    ("ann@[ipv6:1::2::3]", "The IPv6 address in brackets after the @-sign is not valid (At most one '::' permitted in '1::2::3')."),
    ("ann@[IPv6:::x]", "The IPv6 address in brackets after the @-sign is not valid (Only hex digits permitted in 'x' in '::x')."),
    ("ann@[IPv6:fe80::1%eth0]", "The IPv6 address in brackets after the @-sign is not valid (It has a zone index)."),
    ("ann@[host]", "The part after the @-sign in brackets is not an IPv4 address and has no address literal tag."),
    ("ann@[x:y z]", "The part after the @-sign contains invalid characters in brackets: SPACE."),
    ("ann@[x:y]", "The part after the @-sign contains an invalid address literal tag in brackets."),
];

#[test]
fn a_refused_text_gets_the_reason_of_the_contract() {
    for (text, reason) in REFUSED {
        assert_eq!(reason_for(text), *reason, "for {text:?}");
    }
}

#[test]
fn a_text_beyond_a_limit_is_told_by_how_much() {
    let b61 = "b".repeat(61);
    let long = [
        (
            format!("{}@example.com", "a".repeat(65)),
            "The email address is too long before the @-sign (1 character too many).",
        ),
        (
            format!("{}@example.com", "€".repeat(22)),
            "The email address is too long before the @-sign (2 bytes too many).",
        ),
        (
            format!("{}@example.com", "\u{958}".repeat(11)),
            "The email address is too long before the @-sign (2 bytes too many).",
        ),
        (
            format!("a@{}com", "b.".repeat(126)),
            "The email address is too long after the @-sign (2 characters too many).",
        ),
        (
            format!("a@{}com", "ü.".repeat(50)),
            "The email address is too long after the @-sign (150 bytes too many after IDNA encoding).",
        ),
        (
            format!("a@{}.com", "b".repeat(64)),
            "After the @-sign, periods cannot be separated by so many characters (1 character too many).",
        ),
        (format!("a@{}.com", "ü".repeat(64)), "The part after the @-sign is invalid (Label too long)."),
        (format!("{}@{b61}.{b61}.{b61}.comm", "a".repeat(64)), "The email address is too long (1 character too many)."),
        (
            format!("{}@{b61}.{b61}.{b61}.commm", "é".repeat(32)),
            "The email address is too long (1-2 characters too many).",
        ),
        (
            format!("{}@{b61}.{b61}.ü{}.com", "a".repeat(64), "b".repeat(54)),
            "The email address is too long when the part after the @-sign is converted to IDNA ASCII (1 byte too many).",
        ),
        ("a".repeat(2049), "Length must not exceed 2048 characters"),
        ("a".repeat(1 << 20), "Length must not exceed 2048 characters"),
    ];
    for (text, reason) in long {
        assert_eq!(reason_for(&text), reason, "for {text:?}");
    }
}

fn reason_for(text: &str) -> String {
    match Email::parse(text) {
        Ok(address) => panic!("{text:?} is accepted as {address}"),
        Err(error) => error.to_string(),
    }
}
