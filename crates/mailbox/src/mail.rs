//! One mail, looked at in one of four ways.

use actix_web::{
    HttpResponse,
    http::StatusCode,
    web::{Data, Path, Query},
};
use ironplate_application::ports::KeptMail;
use serde::{Deserialize, Serialize};

use super::{MailboxError, MailboxReader};
use crate::pages;

/// A mail as its envelope has it.
#[derive(Serialize)]
pub(super) struct Envelope {
    id: String,
    subject: String,
    from: String,
    to: String,
    when: String,
}

/// A way to look at a mail.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum View {
    #[default]
    Html,
    Text,
    Headers,
    Source,
}

#[derive(Deserialize)]
pub(super) struct ViewQuery {
    #[serde(default)]
    view: View,
}

#[derive(Serialize)]
struct MailPage {
    mail: Envelope,
    view: View,
    tabs: Vec<Tab>,
    /// The text, with its links found.
    pieces: Vec<TextPiece>,
    headers: Vec<(String, String)>,
    source: String,
}

#[derive(Serialize)]
struct Tab {
    name: View,
    label: &'static str,
    is_current: bool,
}

#[derive(Debug, PartialEq, Eq, Serialize)]
struct TextPiece {
    text: String,
    is_link: bool,
}

/// A query that makes no sense is none.
pub(super) async fn page(
    mailbox: Data<MailboxReader>,
    id: Path<String>,
    query: Option<Query<ViewQuery>>,
) -> Result<HttpResponse, MailboxError> {
    let mail = mailbox.find(&id).await?;
    let view = query.map(|query| query.view).unwrap_or_default();
    let page = MailPage {
        tabs: View::ALL.map(|(name, label)| Tab { name, label, is_current: name == view }).into(),
        mail: Envelope::of(&mail),
        view,
        pieces: pieces(&mail.text),
        headers: mail.headers,
        source: mail.source,
    };
    Ok(pages::page(StatusCode::OK, "mail.html", &page))
}

impl View {
    const ALL: [(Self, &'static str); 4] =
        [(Self::Html, "HTML"), (Self::Text, "Text"), (Self::Headers, "Headers"), (Self::Source, "Source")];
}

impl Envelope {
    pub(super) fn of(mail: &KeptMail) -> Self {
        let subject = Some(mail.header("Subject").trim()).filter(|subject| !subject.is_empty());
        let date = mail.header("Date");
        Self {
            id: mail.id.to_string(),
            subject: subject.unwrap_or("(no subject)").to_owned(),
            from: mail.header("From").to_owned(),
            to: mail.header("To").to_owned(),
            when: date.strip_suffix(" +0000").map_or_else(|| date.to_owned(), |date| format!("{date} UTC")),
        }
    }
}

/// The text cut into links and what is between them. A link ends before a blank, and before what a sentence adds to it.
fn pieces(text: &str) -> Vec<TextPiece> {
    let mut pieces: Vec<TextPiece> = Vec::new();
    let mut push = |text: &str, is_link: bool| match pieces.last_mut() {
        _ if text.is_empty() => {}
        Some(last) if !is_link && !last.is_link => last.text.push_str(text),
        _ => pieces.push(TextPiece { text: text.to_owned(), is_link }),
    };
    for word in text.split_inclusive(char::is_whitespace) {
        let start = ["http://", "https://"].iter().filter_map(|scheme| word.find(scheme)).min().unwrap_or(word.len());
        let (before, link) = word.split_at(start);
        let bare = link.trim_end().trim_end_matches(['.', ',', ';', ':', '!', '?', ')', ']', '>', '"', '\'']);
        push(before, false);
        push(bare, true);
        push(link.get(bare.len()..).unwrap_or_default(), false);
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marked(text: &str) -> String {
        let marked = |piece: TextPiece| if piece.is_link { format!("[{}]", piece.text) } else { piece.text };
        pieces(text).into_iter().map(marked).collect()
    }

    #[test]
    fn links_are_found_in_text() {
        let rows = [
            ("no link\n here", "no link\n here"),
            ("https://a.example/x?token=y_-\nnext", "[https://a.example/x?token=y_-]\nnext"),
            ("see <http://a.example/>, please", "see <[http://a.example/]>, please"),
            ("(https://a.example).", "([https://a.example])."),
            ("javascript:alert(1) ftp://a", "javascript:alert(1) ftp://a"),
            ("", ""),
        ];
        for (text, expected) in rows {
            assert_eq!(marked(text), expected);
        }
    }

    #[test]
    fn nothing_is_lost_when_links_are_found() {
        for text in ["a\r\n\r\nhttp://x\u{a0}http://y.\n", "http://", "é http://é\té"] {
            assert_eq!(pieces(text).into_iter().map(|piece| piece.text).collect::<String>(), text);
        }
    }
}
