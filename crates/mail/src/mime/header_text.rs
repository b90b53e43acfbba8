//! Free text in header fields: on one line, in ASCII, folded (RFC 5322, RFC 2047).

use base64::{Engine, engine::general_purpose::STANDARD};

/// Octets of text in one encoded word: with its frame it stays below 75 characters.
const OCTETS_A_WORD: usize = 39;

/// Where plain text is folded.
const COLUMNS: usize = 76;

/// No word of plain text is longer, so that folding at spaces bounds the line.
const LONGEST_PLAIN_WORD: usize = 60;

/// The text on one line: control characters and line breaks count as spaces, and spaces are single.
pub(crate) fn one_line(text: &str) -> String {
    let spaced = text.replace(char::is_control, " ");
    spaced.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// An unstructured field's value, to stand after a name of `indent` characters.
pub(super) fn unstructured(text: &str, indent: usize) -> String {
    let text = one_line(text);
    if is_plain(&text) { folded(&text, indent) } else { encoded_words(&text) }
}

/// A display name.
pub(super) fn phrase(text: &str) -> String {
    let text = one_line(text);
    if is_plain(&text) && text.len() <= LONGEST_PLAIN_WORD {
        format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
    } else {
        encoded_words(&text)
    }
}

/// Whether readers see the text as it is: ASCII, and nothing that they would take for an encoded word.
fn is_plain(text: &str) -> bool {
    let fits = text.split(' ').all(|word| word.len() <= LONGEST_PLAIN_WORD);
    fits && !text.contains("=?") && text.bytes().all(|octet| matches!(octet, b' '..=b'~'))
}

fn folded(text: &str, indent: usize) -> String {
    let mut out = String::with_capacity(text.len());
    let mut column = indent;
    for (index, word) in text.split(' ').enumerate() {
        if index > 0 {
            let is_full = column + 1 + word.len() > COLUMNS;
            out.push_str(if is_full { "\r\n " } else { " " });
            column = if is_full { 1 } else { column + 1 };
        }
        out.push_str(word);
        column += word.len();
    }
    out
}

/// White space between encoded words is not part of the text, so they can be cut anywhere between characters.
fn encoded_words(text: &str) -> String {
    let mut words: Vec<String> = Vec::new();
    let mut chunk = String::new();
    for letter in text.chars() {
        if chunk.len() + letter.len_utf8() > OCTETS_A_WORD {
            words.push(encoded_word(&chunk));
            chunk.clear();
        }
        chunk.push(letter);
    }
    words.push(encoded_word(&chunk));
    words.join("\r\n ")
}

fn encoded_word(text: &str) -> String {
    format!("=?UTF-8?B?{}?=", STANDARD.encode(text))
}
