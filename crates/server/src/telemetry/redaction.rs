//! Texts of errors without what is nobody's business elsewhere: addresses of mail and of the network, and whatever looks like a token.

use std::net::{IpAddr, SocketAddr};

use uuid::Uuid;

/// From so many letters on, a word that no dictionary has is a token, a digest or a key.
const SHORTEST_TOKEN: usize = 24;

/// The text with these replaced by what they are.
pub(super) fn redacted(text: &str) -> String {
    let mut told = String::with_capacity(text.len());
    for word in text.split_inclusive(is_between) {
        let bare = word.trim_end_matches(is_between);
        told.push_str(&of_word(bare));
        told.push_str(word.get(bare.len()..).unwrap_or_default());
    }
    told
}

fn is_between(letter: char) -> bool {
    letter.is_whitespace() || "\"'`<>(){},;=".contains(letter)
}

fn of_word(word: &str) -> String {
    let plain = word.trim_end_matches(['.', ':', '!', '?']);
    if word.contains('@') {
        "[address]".to_owned()
    } else if plain.split('/').any(is_network_address) {
        // Of an address of the web or of a database, too.
        let parts = word.split('/').map(|part| {
            let plain = part.trim_end_matches(['.', ':', '!', '?']);
            if is_network_address(plain) { part.replacen(plain, "[network address]", 1) } else { of_word(part) }
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
            assert_eq!(redacted(text), told);
        }
    }

    #[test]
    fn what_tells_of_the_fault_is_kept() {
        for text in [
            "db error: ERROR: relation \"one_time_tokens_of_somebody\" does not exist",
            "Choose another address by IRONPLATE__METRICS__ADDRESS.",
            "at crates/persistence/src/shared/users.rs:120:9",
            "item 0199f3c2-7c1e-7d35-9f5b-3c5c86b1a001 at 12:30:05: attempt 3 of 40",
        ] {
            assert_eq!(redacted(text), text);
        }
    }
}
