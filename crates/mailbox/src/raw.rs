//! The parts of a mail alone, for the preview and for tools.

use actix_web::{
    HttpResponse,
    http::{StatusCode, header::ContentType},
    web::{Data, Path},
};

use super::{MailboxError, MailboxReader};
use crate::pages::bare;

/// A mail may style itself inline and open links in new tabs. It loads nothing, runs nothing and belongs to no origin.
const HTML_POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; \
    frame-ancestors 'self'; sandbox allow-popups allow-popups-to-escape-sandbox";

const TEXT_POLICY: &str = "default-src 'none'; frame-ancestors 'none'; sandbox";

pub(super) async fn html(mailbox: Data<MailboxReader>, id: Path<String>) -> Result<HttpResponse, MailboxError> {
    let mail = mailbox.find(&id).await?;
    Ok(bare(StatusCode::OK, ContentType::html(), HTML_POLICY, with_links_in_new_tabs(&mail.html)))
}

pub(super) async fn text(mailbox: Data<MailboxReader>, id: Path<String>) -> Result<HttpResponse, MailboxError> {
    let mail = mailbox.find(&id).await?;
    Ok(bare(StatusCode::OK, ContentType::plaintext(), TEXT_POLICY, mail.text))
}

pub(super) async fn source(mailbox: Data<MailboxReader>, id: Path<String>) -> Result<HttpResponse, MailboxError> {
    let mail = mailbox.find(&id).await?;
    Ok(bare(StatusCode::OK, ContentType::plaintext(), TEXT_POLICY, mail.source))
}

/// In the preview's frame a link would lead to a page that may not be framed.
fn with_links_in_new_tabs(html: &str) -> String {
    const BASE: &str = r#"<base target="_blank">"#;
    let lower = html.to_ascii_lowercase();
    let opening = |name: &str| {
        let start = lower.find(name)?;
        Some(start + lower.get(start..)?.find('>')? + 1)
    };
    // A head may be left out, but nothing comes before the document type.
    let place = opening("<head>").or_else(|| opening("<head ")).or_else(|| opening("<!doctype")).unwrap_or(0);
    let (before, after) = html.split_at(place);
    format!("{before}{BASE}{after}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_open_in_new_tabs_wherever_the_head_is() {
        let rows = [
            ("<!DOCTYPE html><html><HEAD lang=\"en\"><title>", "<!DOCTYPE html><html><HEAD lang=\"en\">|<title>"),
            ("<!doctype html><header>é", "<!doctype html>|<header>é"),
            ("<p>é", "|<p>é"),
            ("", "|"),
        ];
        for (html, expected) in rows {
            assert_eq!(with_links_in_new_tabs(html), expected.replace('|', r#"<base target="_blank">"#));
        }
    }
}
