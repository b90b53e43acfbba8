//! Texts of errors without what is nobody's business: addresses of mail and whatever looks like a token; elsewhere also addresses of the
//! network.

use std::net::{IpAddr, SocketAddr};

use uuid::Uuid;

/// From so many letters on, a word that no dictionary has is a token, a digest or a key.
const SHORTEST_TOKEN: usize = 24;

const MAIL_ADDRESS: &str = "[address]";

/// Who reads a text of an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Audience {
    /// The operator, in the log: where a connection was refused is what they look for.
    Operator,
    /// A service of somebody else's.
    Outside,
}

/// The text with addresses and secrets replaced by what they are: `[address]`, `[network address]`, `[secret]`.
#[must_use]
pub fn redacted(text: &str, audience: Audience) -> String {
    let text = without_mail_addresses(text);
    let mut told = String::with_capacity(text.len());
    for word in text.split_inclusive(is_between) {
        let bare = word.trim_end_matches(is_between);
        told.push_str(&of_word(bare, audience));
        told.push_str(word.get(bare.len()..).unwrap_or_default());
    }
    told
}

fn is_between(letter: char) -> bool {
    letter.is_whitespace() || "\"'`<>(){},;=".contains(letter)
}

/// In any spelling: whatever stands around an `@`, also one that is percent-encoded, with a name in quotes, or with another address
/// inside, as senders of bounces have.
fn without_mail_addresses(text: &str) -> String {
    let (mut told, mut rest) = (String::with_capacity(text.len()), text);
    while let Some(at) = ["@", "%40"].iter().filter_map(|sign| rest.find(sign)).min() {
        let (before, behind) = rest.split_at(at);
        let kept = match before.strip_suffix('"') {
            Some(quoted) => quoted.rsplit_once('"').map_or("", |(kept, _)| kept),
            None => before.trim_end_matches(|letter| !ends_name(letter)),
        };
        told.push_str(kept);
        told.push_str(MAIL_ADDRESS);
        rest = behind.trim_start_matches(|letter| !is_between(letter));
    }
    told + rest
}

/// What no name before an `@` has, unless it is quoted.
fn ends_name(letter: char) -> bool {
    letter.is_whitespace() || "\"<>(),;\\".contains(letter)
}

fn of_word(word: &str, audience: Audience) -> String {
    let plain = word.trim_end_matches(['.', ':', '!', '?']);
    if audience == Audience::Outside && plain.split('/').any(is_network_address) {
        // Of an address of the web or of a database, too.
        let parts = word.split('/').map(|part| {
            let plain = part.trim_end_matches(['.', ':', '!', '?']);
            if is_network_address(plain) {
                part.replacen(plain, "[network address]", 1)
            } else {
                of_word(part, audience)
            }
        });
        parts.collect::<Vec<_>>().join("/")
    } else if word.split(|letter: char| !is_of_token(letter)).any(is_token) {
        "[secret]".to_owned()
    } else {
        word.to_owned()
    }
}

fn is_network_address(word: &str) -> bool {
    let bare = word.trim_start_matches('[').trim_end_matches(']');
    bare.parse::<IpAddr>().is_ok() || word.parse::<SocketAddr>().is_ok()
}

fn is_of_token(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || "-_+$".contains(letter)
}

/// Names of functions and of constraints have no digits and capitals among so many letters, those of settings nothing but capitals;
/// ids may be told.
fn is_token(part: &str) -> bool {
    part.contains('$')
        || part.len() >= SHORTEST_TOKEN
            && part.bytes().any(|byte| byte.is_ascii_digit() || byte.is_ascii_uppercase())
            && !is_of_setting(part)
            && Uuid::parse_str(part).is_err()
}

fn is_of_setting(part: &str) -> bool {
    part.contains('_') && part.bytes().all(|letter| letter.is_ascii_uppercase() || letter == b'_')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_and_tokens_are_replaced() {
        for (text, told) in [
            ("no mail to <ann@example.com>, she said", "no mail to <[address]>, she said"),
            ("Key (email)=(ann@example.com) exists", "Key (email)=([address]) exists"),
            ("postgres://app:pw@db/app is away", "[address] is away"),
            ("connect to 10.1.2.3:5432: refused", "connect to [network address]: refused"),
            ("from [2001:db8::1] and 192.0.2.7.", "from [network address] and [network address]."),
            (
                "postgres://127.0.0.1:5432/app (DATABASE_URL) does not answer: 127.0.0.1:5432.",
                "postgres://[network address]/app (DATABASE_URL) does not answer: [network address].",
            ),
            ("https://[2001:db8::1]/x/eyJhbGciOiJIUzI1NiJ9eyJzdWI: 404", "https://[network address]/x/[secret] 404"),
            ("token eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.c2ln", "token [secret]"),
            ("a link https://a.test/x?token=q83vAaBbCcDdEeFfGgHhIiJjKkLlMm", "a link https://a.test/x?token=[secret]"),
            ("hash $argon2id$v=19$m=1024", "hash [secret]=[secret]=1024"),
        ] {
            assert_eq!(redacted(text, Audience::Outside), told);
        }
    }

    #[test]
    fn an_address_is_one_in_any_spelling() {
        for (text, told) in [
            ("550 <ADMIN@Example.COM>: no", "550 <[address]>: no"),
            ("from ann+tag@example.com, to 'b@c.test'", "from [address], to [address]'"),
            (r#"to "Ann Smith"@example.com: no"#, "to [address] no"),
            ("<bounce-ann=example.com@lists.test>", "<[address]>"),
            ("for=ann%40example.com&x=1", "[address]=1"),
            ("o'brien@example.com", "[address]"),
            ("Müller@bücher.example!", "[address]"),
            ("Message-ID: <0199f3c2@example.com>", "Message-ID: <[address]>"),
        ] {
            assert_eq!(redacted(text, Audience::Operator), told);
        }
    }

    #[test]
    fn the_log_tells_where_something_was_not_reached() {
        let text = "connect to 10.1.2.3:5432: refused";
        assert_eq!(redacted(text, Audience::Operator), text);
    }

    #[test]
    fn what_tells_of_the_fault_is_kept() {
        for text in [
            "db error: ERROR: relation \"one_time_tokens_of_somebody\" does not exist",
            "Choose another address by IRONPLATE__METRICS__ADDRESS.",
            "at crates/persistence/src/shared/users.rs:120:9",
            "item 0199f3c2-7c1e-7d35-9f5b-3c5c86b1a001 at 12:30:05: attempt 3 of 40",
        ] {
            assert_eq!(redacted(text, Audience::Outside), text);
        }
    }
}
