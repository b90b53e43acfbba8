//! Text in a header field that takes ASCII alone: RFC 2047, section 2.

use base64::{Engine, prelude::BASE64_STANDARD};

/// Bytes of text in one encoded word, which may have 75 characters in all.
const MAX_BYTES: usize = 45;

/// The text itself if it is printable ASCII, else in encoded words. Control characters are left out.
pub(crate) fn encode(text: &str) -> String {
    let text: String = text.chars().filter(|character| !character.is_control()).collect();
    // What looks encoded would be decoded.
    if text.is_ascii() && !text.contains("=?") {
        return text;
    }
    let words = words(&text).into_iter().map(|word| format!("=?UTF-8?B?{}?=", BASE64_STANDARD.encode(word)));
    words.collect::<Vec<_>>().join(" ")
}

/// The text in pieces, none of which ends within a character.
fn words(text: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    for character in text.chars() {
        match words.last_mut() {
            Some(word) if word.len() + character.len_utf8() <= MAX_BYTES => word.push(character),
            _ => words.push(character.to_string()),
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_text_stays_as_it_is() {
        assert_eq!(encode("Ironplate - Password recovery"), "Ironplate - Password recovery");
        assert_eq!(encode(""), "");
    }

    #[test]
    fn other_text_is_encoded() {
        assert_eq!(encode("Grüße"), "=?UTF-8?B?R3LDvMOfZQ==?=");
        assert_eq!(encode("=?UTF-8?B?eA==?="), "=?UTF-8?B?PT9VVEYtOD9CP2VBPT0/PQ==?=");
    }

    #[test]
    fn no_subject_makes_a_second_header() {
        assert_eq!(encode("a\r\nSet-Cookie: b\0\u{7f}\u{85}"), "aSet-Cookie: b");
    }

    #[test]
    fn long_text_is_cut_between_characters_into_words_of_lawful_length() {
        for text in ["é".repeat(200), "😀".repeat(100), format!("x{}", "€".repeat(99))] {
            let encoded = encode(&text);
            let decoded = encoded.split(' ').map(|word| {
                assert!(word.len() <= 75, "{word}");
                let inside = word.strip_prefix("=?UTF-8?B?").and_then(|word| word.strip_suffix("?=")).unwrap();
                String::from_utf8(BASE64_STANDARD.decode(inside).unwrap()).unwrap()
            });
            assert_eq!(decoded.collect::<String>(), text);
        }
    }
}
