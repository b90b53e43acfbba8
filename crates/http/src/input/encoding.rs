//! JSON texts in any Unicode encoding, found out as the contract does: by mark, else by the pattern of zero bytes.

use std::{borrow::Cow, str};

/// The text, without a byte order mark; `None` when the bytes are no text.
pub(super) fn decode(bytes: &[u8]) -> Option<Cow<'_, str>> {
    match bytes {
        [0xEF, 0xBB, 0xBF, rest @ ..] => utf8(rest),
        [0xFF, 0xFE, 0, 0, rest @ ..] => utf32(rest, u32::from_le_bytes),
        [0, 0, 0xFE, 0xFF, rest @ ..] => utf32(rest, u32::from_be_bytes),
        [0xFF, 0xFE, rest @ ..] => utf16(rest, u16::from_le_bytes),
        [0xFE, 0xFF, rest @ ..] => utf16(rest, u16::from_be_bytes),
        [0, 0, _, _, ..] => utf32(bytes, u32::from_be_bytes),
        [0, _, _, _, ..] | [0, _] => utf16(bytes, u16::from_be_bytes),
        [_, 0, 0, 0, ..] => utf32(bytes, u32::from_le_bytes),
        [_, 0, _, _, ..] | [_, 0] => utf16(bytes, u16::from_le_bytes),
        _ => utf8(bytes),
    }
}

fn utf8(bytes: &[u8]) -> Option<Cow<'_, str>> {
    str::from_utf8(bytes).ok().map(Cow::Borrowed)
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Option<Cow<'static, str>> {
    let (units, rest) = bytes.as_chunks();
    let text = char::decode_utf16(units.iter().copied().map(unit)).collect::<Result<String, _>>();
    text.ok().filter(|_| rest.is_empty()).map(Cow::Owned)
}

fn utf32(bytes: &[u8], unit: fn([u8; 4]) -> u32) -> Option<Cow<'static, str>> {
    let (units, rest) = bytes.as_chunks();
    let text: Option<String> = units.iter().copied().map(|bytes| char::from_u32(unit(bytes))).collect();
    text.filter(|_| rest.is_empty()).map(Cow::Owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = r#"{"title":"é😀"}"#;

    fn units<const N: usize>(units: impl Iterator<Item = [u8; N]>, mark: &[u8]) -> Vec<u8> {
        mark.iter().copied().chain(units.flatten()).collect()
    }

    #[test]
    fn every_unicode_encoding_is_read_with_and_without_its_mark() {
        let wide = || TEXT.chars().map(u32::from);
        let encoded = [
            TEXT.into(),
            [&[0xEF, 0xBB, 0xBF], TEXT.as_bytes()].concat(),
            units(TEXT.encode_utf16().map(u16::to_le_bytes), &[]),
            units(TEXT.encode_utf16().map(u16::to_le_bytes), &[0xFF, 0xFE]),
            units(TEXT.encode_utf16().map(u16::to_be_bytes), &[]),
            units(TEXT.encode_utf16().map(u16::to_be_bytes), &[0xFE, 0xFF]),
            units(wide().map(u32::to_le_bytes), &[]),
            units(wide().map(u32::to_le_bytes), &[0xFF, 0xFE, 0, 0]),
            units(wide().map(u32::to_be_bytes), &[]),
            units(wide().map(u32::to_be_bytes), &[0, 0, 0xFE, 0xFF]),
        ];
        for bytes in encoded {
            assert_eq!(decode(&bytes).as_deref(), Some(TEXT), "{bytes:?}");
        }
    }

    #[test]
    fn what_is_no_text_is_refused() {
        for bytes in [&[0x80][..], b"{\"a\":\"\xED\xA0\x80\"}", &[0xFF, 0xFE, b'{'], &[0xFF, 0xFE, 0, 0xD8]] {
            assert_eq!(decode(bytes), None, "{bytes:?}");
        }
    }
}
