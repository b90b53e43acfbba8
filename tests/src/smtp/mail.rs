//! A mail that arrived, read by a parser that nobody here wrote.

use mail_parser::{MessageParser, PartType};
use url::Url;

/// No line may be longer, its end not counted (RFC 5322, 2.1.1).
const LONGEST_LINE: usize = 998;

/// A mail that arrived, and that is one by the rules: lines that end in CRLF and are not too long, a text, an HTML
/// document, one `Date`, one `Message-ID`.
#[derive(Debug, Clone)]
pub struct ReceivedMail {
    /// The sender of the envelope.
    pub sender: String,
    /// The recipients of the envelope.
    pub recipients: Vec<String>,
    /// As it came.
    pub source: String,
    /// The subject, decoded.
    pub subject: String,
    /// The addresses that `To` names.
    pub to: Vec<String>,
    /// The plain text.
    pub text: String,
    /// The HTML document.
    pub html: String,
    /// Header fields as they stand there, names and values.
    headers: Vec<(String, String)>,
    message_id: String,
}

impl ReceivedMail {
    pub(super) fn read(sender: String, recipients: Vec<String>, raw: &[u8]) -> Self {
        let source = String::from_utf8_lossy(raw).into_owned();
        assert_well_formed(&source);
        let parsed = MessageParser::new().parse(raw).unwrap_or_else(|| panic!("this is no mail: {source}"));
        let to = parsed.to().map(mail_parser::Address::iter).into_iter().flatten();
        let to = to.filter_map(|address| address.address()).map(str::to_owned).collect();
        let headers: Vec<_> =
            parsed.headers_raw().map(|(name, value)| (name.to_owned(), value.trim().to_owned())).collect();
        for name in ["Date", "Message-ID", "From", "To", "Subject"] {
            let count = headers.iter().filter(|(known, _)| known.eq_ignore_ascii_case(name)).count();
            assert_eq!(count, 1, "a mail has one {name}: {source}");
        }
        let text = parsed.parts.iter().find_map(|part| match &part.body {
            PartType::Text(text) => Some(text.clone().into_owned()),
            _ => None,
        });
        let html = parsed.parts.iter().find_map(|part| match &part.body {
            PartType::Html(html) => Some(html.clone().into_owned()),
            _ => None,
        });
        Self {
            sender,
            recipients,
            subject: parsed.subject().unwrap_or_default().to_owned(),
            to,
            text: text.unwrap_or_else(|| panic!("no text: {source}")),
            html: html.unwrap_or_else(|| panic!("no HTML: {source}")),
            message_id: parsed.message_id().unwrap_or_else(|| panic!("no Message-ID: {source}")).to_owned(),
            headers,
            source,
        }
    }

    /// The header field of this name, as it stands there.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }

    /// What its `Message-ID` says, without the brackets.
    #[must_use]
    pub fn message_id(&self) -> &str {
        &self.message_id
    }

    /// The first link in the text.
    #[must_use]
    pub fn link(&self) -> Url {
        let start = self.text.find("http").unwrap_or_else(|| panic!("no link in {}", self.text));
        let link = self.text[start..].split(|end: char| end.is_whitespace() || "<>()\"".contains(end)).next();
        link.and_then(|link| link.parse().ok()).unwrap_or_else(|| panic!("no link in {}", self.text))
    }

    /// The token in that link.
    #[must_use]
    pub fn token(&self) -> String {
        self.token_if_any().unwrap_or_else(|| panic!("no token in {}", self.text))
    }

    /// The token in that link, if there is one.
    #[must_use]
    pub fn token_if_any(&self) -> Option<String> {
        self.link().query_pairs().find_map(|(name, value)| (name == "token").then(|| value.into_owned()))
    }
}

fn assert_well_formed(source: &str) {
    let without_line_ends = source.replace("\r\n", "");
    assert!(!without_line_ends.contains(['\r', '\n']), "a lonely CR or LF: {source:?}");
    let longest = source.split("\r\n").map(str::len).max().unwrap_or_default();
    assert!(longest <= LONGEST_LINE, "a line of {longest} octets: {source}");
}
