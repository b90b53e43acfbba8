//! What the contract says of a body that is not JSON: where it breaks, and how.

/// The first fault of a text that is not JSON.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct JsonFault {
    /// Where it is, in code points from the start of the text.
    pub position: usize,
    /// What it is, in the contract's words.
    pub reason: String,
}

/// Finds the first fault of a text that a JSON parser refused.
///
/// The text is the body as decoded, without its byte order mark.
///
/// `None` means that the contract sees no fault of syntax: the text holds what it accepts and a
/// stricter parser may not, such as `NaN`, `Infinity`, a lone surrogate, a number out of range,
/// or more levels than that parser goes down.
///
/// Reads the text once, with a byte of memory per level of nesting and without recursion: it is
/// fed by strangers.
pub(crate) fn diagnose(text: &str) -> Option<JsonFault> {
    let fault = Scanner::new(text).document().err()?;
    Some(JsonFault { position: code_points(text, fault.offset), reason: fault.reason.to_owned() })
}

fn code_points(text: &str, offset: usize) -> usize {
    text.char_indices().take_while(|(start, _)| *start < offset).count()
}

/// A fault at a byte offset, always a character boundary.
struct Fault {
    offset: usize,
    reason: &'static str,
}

type Scanned<T = ()> = Result<T, Fault>;

#[derive(Clone, Copy)]
enum Container {
    Array,
    Object,
}

impl Container {
    fn closing(self) -> u8 {
        match self {
            Self::Array => b']',
            Self::Object => b'}',
        }
    }

    fn trailing_comma(self) -> &'static str {
        match self {
            Self::Array => "Illegal trailing comma before end of array",
            Self::Object => "Illegal trailing comma before end of object",
        }
    }
}

/// What comes after a value.
enum Next {
    Value,
    End,
}

/// Works on bytes: all that JSON gives a meaning to is ASCII, and no byte of a longer character is.
struct Scanner<'a> {
    bytes: &'a [u8],
    offset: usize,
    open: Vec<Container>,
}

impl<'a> Scanner<'a> {
    fn new(text: &'a str) -> Self {
        Self { bytes: text.as_bytes(), offset: 0, open: Vec::new() }
    }

    fn document(mut self) -> Scanned {
        self.skip_blanks();
        loop {
            self.value()?;
            if let Next::End = self.after_value()? {
                break;
            }
        }
        self.skip_blanks();
        match self.peek() {
            None => Ok(()),
            Some(_) => self.fault("Extra data"),
        }
    }

    /// Reads a scalar or an empty container, and goes into the others up to their first scalar.
    fn value(&mut self) -> Scanned {
        loop {
            let container = match self.peek() {
                Some(b'[') => Container::Array,
                Some(b'{') => Container::Object,
                _ => return self.scalar(),
            };
            self.advance(1);
            self.skip_blanks();
            if self.peek() == Some(container.closing()) {
                self.advance(1);
                return Ok(());
            }
            self.enter(container)?;
        }
    }

    fn enter(&mut self, container: Container) -> Scanned {
        self.open.push(container);
        match container {
            Container::Array => Ok(()),
            Container::Object => self.key(),
        }
    }

    /// Closes what ends here, and stops where another value has to follow.
    fn after_value(&mut self) -> Scanned<Next> {
        while let Some(container) = self.open.last().copied() {
            self.skip_blanks();
            match self.peek() {
                Some(byte) if byte == container.closing() => {
                    self.advance(1);
                    self.open.pop();
                }
                Some(b',') => {
                    self.comma(container)?;
                    return Ok(Next::Value);
                }
                _ => return self.fault("Expecting ',' delimiter"),
            }
        }
        Ok(Next::End)
    }

    fn comma(&mut self, container: Container) -> Scanned {
        let comma = self.offset;
        self.advance(1);
        self.skip_blanks();
        if self.peek() == Some(container.closing()) {
            return fault_at(comma, container.trailing_comma());
        }
        match container {
            Container::Array => Ok(()),
            Container::Object => self.key(),
        }
    }

    /// Reads a key and its colon.
    fn key(&mut self) -> Scanned {
        if self.peek() != Some(b'"') {
            return self.fault("Expecting property name enclosed in double quotes");
        }
        self.string()?;
        self.skip_blanks();
        if self.peek() != Some(b':') {
            return self.fault("Expecting ':' delimiter");
        }
        self.advance(1);
        self.skip_blanks();
        Ok(())
    }

    fn scalar(&mut self) -> Scanned {
        const WORDS: [&[u8]; 6] = [b"null", b"true", b"false", b"NaN", b"Infinity", b"-Infinity"];
        if self.peek() == Some(b'"') {
            return self.string();
        }
        if let Some(word) = WORDS.iter().find(|word| self.rest().starts_with(word)) {
            self.advance(word.len());
            return Ok(());
        }
        self.number()
    }

    /// Reads as much as is a number: `1.` and `1e` are the number 1 and something more.
    fn number(&mut self) -> Scanned {
        let start = self.offset;
        if self.peek() == Some(b'-') {
            self.advance(1);
        }
        match self.peek() {
            Some(b'0') => self.advance(1),
            Some(b'1'..=b'9') => self.skip_digits(),
            _ => return fault_at(start, "Expecting value"),
        }
        if let [b'.', b'0'..=b'9', ..] = self.rest() {
            self.advance(1);
            self.skip_digits();
        }
        if let [b'e' | b'E', b'0'..=b'9', ..] | [b'e' | b'E', b'+' | b'-', b'0'..=b'9', ..] = self.rest() {
            self.advance(2);
            self.skip_digits();
        }
        Ok(())
    }

    fn string(&mut self) -> Scanned {
        let start = self.offset;
        self.advance(1);
        loop {
            match self.peek() {
                None => return fault_at(start, "Unterminated string starting at"),
                Some(b'"') => {
                    self.advance(1);
                    return Ok(());
                }
                Some(b'\\') => self.escape(start)?,
                Some(0x00..=0x1f) => return self.fault("Invalid control character at"),
                Some(_) => self.advance(1),
            }
        }
    }

    /// Reads an escape of the string that starts at `string`.
    fn escape(&mut self, string: usize) -> Scanned {
        match self.rest().get(1) {
            None => fault_at(string, "Unterminated string starting at"),
            Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => {
                self.advance(2);
                Ok(())
            }
            Some(b'u') => self.code_unit(),
            Some(_) => self.fault("Invalid \\escape"),
        }
    }

    /// Reads `\uXXXX`, which the contract takes for broken too where nothing follows it.
    fn code_unit(&mut self) -> Scanned {
        match self.rest() {
            [_, _, digits @ .., _] if digits.iter().take(4).filter(|digit| digit.is_ascii_hexdigit()).count() == 4 => {
                self.advance(6);
                Ok(())
            }
            _ => fault_at(self.offset + 1, "Invalid \\uXXXX escape"),
        }
    }

    fn skip_digits(&mut self) {
        self.skip(u8::is_ascii_digit);
    }

    fn skip_blanks(&mut self) {
        self.skip(|byte| matches!(byte, b' ' | b'\t' | b'\n' | b'\r'));
    }

    fn skip(&mut self, skipped: impl Fn(&u8) -> bool) {
        let count = self.rest().iter().take_while(|byte| skipped(byte)).count();
        self.advance(count);
    }

    fn advance(&mut self, count: usize) {
        self.offset += count;
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.offset).copied()
    }

    fn rest(&self) -> &'a [u8] {
        self.bytes.get(self.offset..).unwrap_or_default()
    }

    fn fault<T>(&self, reason: &'static str) -> Scanned<T> {
        fault_at(self.offset, reason)
    }
}

fn fault_at<T>(offset: usize, reason: &'static str) -> Scanned<T> {
    Err(Fault { offset, reason })
}

#[cfg(test)]
mod tests {
    use super::{JsonFault, diagnose};

    const DEEP: usize = 1_000_000;

    fn assert_faults(reason: &str, cases: &[(&str, usize)]) {
        for (text, position) in cases {
            let expected = JsonFault { position: *position, reason: reason.to_owned() };
            assert_eq!(diagnose(text), Some(expected), "{text:?}");
        }
    }

    #[test]
    fn a_sound_text_has_no_fault() {
        for text in
            ["{}", " [1, -0.5e+3, \"\u{e9}\\u00e9\\n\", null, true, false, {\"a\": [[], {}]}] \r\n\t", "0", "\"\""]
        {
            assert_eq!(diagnose(text), None, "{text:?}");
        }
    }

    #[test]
    fn what_only_a_stricter_parser_refuses_is_no_fault() {
        for text in [
            "NaN",
            "[Infinity, -Infinity]",
            "\"\\ud800\"",
            "\"\\udc00\\ud800\"",
            "1e400",
            "123456789012345678901234567890",
        ] {
            assert_eq!(diagnose(text), None, "{text:?}");
        }
    }

    #[test]
    fn a_value_is_missing_where_one_has_to_start() {
        assert_faults(
            "Expecting value",
            &[
                ("", 0),
                (" ", 1),
                ("[", 1),
                ("]", 0),
                ("[,]", 1),
                ("[1,", 3),
                ("[1,,2]", 3),
                ("{\"a\":", 5),
                ("{\"a\":}", 5),
                ("{\"a\":tru}", 5),
                ("nul", 0),
                ("True", 0),
                ("-", 0),
                ("-Inf", 0),
                ("+1", 0),
                (".5", 0),
                ("// a remark", 0),
                ("\u{feff}{}", 0),
                ("\u{a0}{}", 0),
                ("\u{c}{}", 0),
            ],
        );
    }

    #[test]
    fn a_key_is_missing_or_not_in_double_quotes() {
        assert_faults(
            "Expecting property name enclosed in double quotes",
            &[("{", 1), ("{ ", 2), ("{,", 1), ("{a:1}", 1), ("{'a':1}", 1), ("{\"a\":1,", 7), ("{\"a\":1,,", 7)],
        );
    }

    #[test]
    fn a_colon_is_missing() {
        assert_faults("Expecting ':' delimiter", &[("{\"a\"", 4), ("{\"a\" 1}", 5)]);
    }

    #[test]
    fn a_comma_is_missing() {
        assert_faults(
            "Expecting ',' delimiter",
            &[("[1", 2), ("[1 2]", 3), ("[1}", 2), ("{\"a\":1", 6), ("{\"a\":1 \"b\":2}", 7)],
        );
    }

    #[test]
    fn a_trailing_comma_is_named_where_it_stands() {
        assert_faults(
            "Illegal trailing comma before end of object",
            &[("{\"a\":1,}", 6), ("{\"a\":1 , }", 7), ("{\"a\":[1,{\"b\":2,}]}", 14)],
        );
        assert_faults("Illegal trailing comma before end of array", &[("[1,]", 2), ("[1 , ]", 3)]);
    }

    #[test]
    fn an_open_string_is_named_where_it_starts() {
        assert_faults(
            "Unterminated string starting at",
            &[("\"", 0), ("\"abc", 0), ("\"abc\\", 0), ("\"abc\\\"", 0), ("{\"a\":\"x}", 5)],
        );
    }

    #[test]
    fn a_bad_escape_is_named_where_it_stands() {
        assert_faults("Invalid \\escape", &[("\"a\\q\"", 2), ("\"\\\u{e9}\"", 1)]);
        assert_faults(
            "Invalid \\uXXXX escape",
            &[
                ("\"\\u12\"", 2),
                ("\"\\u12G4\"", 2),
                ("\"\\u 123\"", 2),
                ("\"\\u", 2),
                ("\"\\u1234", 2),
                ("\"\\ud800\\u12\"", 8),
            ],
        );
    }

    #[test]
    fn a_control_character_is_named_where_it_stands() {
        assert_faults("Invalid control character at", &[("\"a\nb\"", 2), ("\"\0\"", 1), ("\"\u{1f}", 1)]);
    }

    #[test]
    fn what_follows_the_value_is_extra() {
        assert_faults(
            "Extra data",
            &[
                ("{} {}", 3),
                ("[]]", 2),
                ("01", 1),
                ("1.", 1),
                ("1.e5", 1),
                ("1e", 1),
                ("1e+", 1),
                ("-0x10", 2),
                ("NaNx", 3),
            ],
        );
    }

    #[test]
    fn positions_count_code_points() {
        assert_faults("Extra data", &[("\"\u{1f600}\" x", 4)]);
        assert_faults("Expecting value", &[("{\"\u{e9}\u{1f600}\":,", 6)]);
    }

    #[test]
    fn a_million_levels_are_read_to_the_end() {
        assert_faults("Expecting value", &[("[".repeat(DEEP).as_str(), DEEP)]);
        let balanced = format!("{}{}", "[".repeat(DEEP), "]".repeat(DEEP));
        assert_eq!(diagnose(&balanced), None);
    }
}
