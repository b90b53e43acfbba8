//! Protocol Buffers, as much of the wire format as is written here: numbers, texts and messages within messages.

/// A message that is being written, field by field.
#[derive(Debug, Default, Clone)]
pub(super) struct Message(Vec<u8>);

const VARINT: u64 = 0;
const FIXED64: u64 = 1;
const LENGTH: u64 = 2;
const FIXED32: u64 = 5;

impl Message {
    pub(super) fn uint(&mut self, field: u64, value: u64) {
        self.key(field, VARINT);
        self.varint(value);
    }

    pub(super) fn fixed64(&mut self, field: u64, value: u64) {
        self.key(field, FIXED64);
        self.0.extend_from_slice(&value.to_le_bytes());
    }

    pub(super) fn fixed32(&mut self, field: u64, value: u32) {
        self.key(field, FIXED32);
        self.0.extend_from_slice(&value.to_le_bytes());
    }

    /// Bytes, or the text that they are.
    pub(super) fn bytes(&mut self, field: u64, bytes: impl AsRef<[u8]>) {
        let bytes = bytes.as_ref();
        self.key(field, LENGTH);
        self.varint(bytes.len() as u64);
        self.0.extend_from_slice(bytes);
    }

    /// The text that these are in a row.
    pub(super) fn joined(&mut self, field: u64, texts: &[&str]) {
        self.key(field, LENGTH);
        self.varint(texts.iter().map(|text| text.len() as u64).sum());
        for text in texts {
            self.0.extend_from_slice(text.as_bytes());
        }
    }

    /// A message that is a name, and a message that is a text: what there is the most of, so that no length is written late.
    pub(super) fn pair(&mut self, field: u64, name: &str, text: &str) {
        let value = length(text.len() as u64);
        self.key(field, LENGTH);
        self.varint(length(name.len() as u64) + length(value));
        self.bytes(1, name);
        self.key(2, LENGTH);
        self.varint(value);
        self.bytes(1, text);
    }

    /// A message within. Its length stands before it, and is known after it.
    pub(super) fn message(&mut self, field: u64, write: impl FnOnce(&mut Self)) {
        self.key(field, LENGTH);
        let start = self.0.len();
        write(self);
        let end = self.0.len();
        self.varint((end - start) as u64);
        let length = self.0.len() - end;
        self.0.get_mut(start..).unwrap_or_default().rotate_right(length);
    }

    /// The fields of another message, as if they were written here.
    pub(super) fn extend(&mut self, other: &Self) {
        self.0.extend_from_slice(&other.0);
    }

    pub(super) fn into_bytes(self) -> Vec<u8> {
        self.0
    }

    fn key(&mut self, field: u64, wire_type: u64) {
        self.varint(field << 3 | wire_type);
    }

    /// Seven bits a byte, the lowest first; the eighth says that more follow.
    fn varint(&mut self, mut value: u64) {
        while value > 0x7f {
            self.0.push(value.to_le_bytes()[0] | 0x80);
            value >>= 7;
        }
        self.0.push(value.to_le_bytes()[0]);
    }
}

/// What bytes take as one of the first fifteen fields: key, length and themselves.
fn length(bytes: u64) -> u64 {
    let bits = u64::from((bytes | 1).ilog2()) + 1;
    1 + bits.div_ceil(7) + bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(write: impl FnOnce(&mut Message)) -> Vec<u8> {
        let mut message = Message::default();
        write(&mut message);
        message.into_bytes()
    }

    /// By the examples of the format's own documentation.
    #[test]
    fn fields_are_as_the_format_has_them() {
        assert_eq!(written(|it| it.uint(1, 150)), [0x08, 0x96, 0x01]);
        assert_eq!(written(|it| it.bytes(2, "testing")), *b"\x12\x07testing");
        assert_eq!(written(|it| it.message(3, |it| it.uint(1, 150))), [0x1a, 0x03, 0x08, 0x96, 0x01]);
        assert_eq!(written(|it| it.uint(1, u64::MAX)).len(), 11);
        assert_eq!(written(|it| it.fixed64(7, 1)), [0x39, 1, 0, 0, 0, 0, 0, 0, 0]);
        assert_eq!(written(|it| it.fixed32(16, 0x301)), [0x85, 0x01, 1, 3, 0, 0]);
    }

    #[test]
    fn a_pair_is_what_it_is_made_of() {
        for size in [0, 1, 119, 120, 127, 128, 300, 16_383, 16_384] {
            let text = "a".repeat(size);
            let made = written(|it| {
                it.message(9, |pair| {
                    pair.bytes(1, "name");
                    pair.message(2, |value| value.bytes(1, &text));
                });
            });
            assert!(written(|it| it.pair(9, "name", &text)) == made, "{size}");
            assert!(written(|it| it.joined(5, &["a", "b ", &text])) == written(|it| it.bytes(5, format!("ab {text}"))));
        }
    }

    #[test]
    fn a_long_message_has_its_length_before_it() {
        let text = "a".repeat(300);
        let bytes = written(|it| it.message(1, |it| it.bytes(1, &text)));
        assert_eq!(bytes[..6], [0x0a, 0xaf, 0x02, 0x0a, 0xac, 0x02]);
        assert_eq!(bytes[6..], *text.as_bytes());
    }
}
