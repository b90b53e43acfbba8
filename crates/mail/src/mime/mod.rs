//! A mail as octets: header fields, and its two bodies as alternatives.

mod address;
mod fields;
mod header_text;
#[cfg(test)]
mod tests;

use ironplate_application::ports::OutgoingMail;
use lettre::message::{
    Body, MultiPart, SinglePart,
    header::{ContentTransferEncoding, ContentType},
};

pub use address::Sender;
pub(crate) use address::{Mailable, Unwritable};
use fields::Field;
pub(crate) use header_text::one_line;

/// A mail as it goes over the wire.
pub(crate) struct Composed {
    /// The envelope's sender.
    pub(crate) from: Mailable,
    /// The envelope's recipient.
    pub(crate) to: Mailable,
    /// Header fields in their order, decoded for people.
    pub(crate) headers: Vec<(&'static str, String)>,
    /// The message: CRLF, no line over 998 octets, ASCII unless an address is not. The same mail gives the same octets.
    pub(crate) source: Vec<u8>,
}

impl Composed {
    /// Writes a mail.
    ///
    /// # Errors
    /// The recipient's address can't stand in a header.
    pub(crate) fn new(sender: &Sender, mail: &OutgoingMail) -> Result<Self, Unwritable> {
        let (from, to) = (Mailable::new(&sender.address)?, Mailable::new(&mail.to)?);
        let fields = fields::all(sender, &from, &to, mail);
        let mut source: Vec<u8> = fields.iter().flat_map(|field| field.encoded().into_bytes()).collect();
        source.extend(body(mail).formatted());
        Ok(Self { from, to, headers: fields.into_iter().map(Field::decoded).collect(), source })
    }
}

/// Quoted-printable throughout: it bounds every line, survives every server, and no line of it can be the boundary.
fn body(mail: &OutgoingMail) -> MultiPart {
    let part = |kind: ContentType, text: &str| {
        let encoding = ContentTransferEncoding::QuotedPrintable;
        let encoded = Body::new_with_encoding(text.to_owned(), encoding);
        SinglePart::builder().header(kind).body(encoded.unwrap_or_else(Body::new))
    };
    MultiPart::alternative()
        .boundary(format!("=_{}", mail.id.0.simple()))
        .singlepart(part(ContentType::TEXT_PLAIN, &mail.content.text))
        .singlepart(part(ContentType::TEXT_HTML, &mail.content.html))
}
