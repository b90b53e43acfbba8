//! What a server refuses for good: this recipient or this message, and not us, or what it takes from us just now.

use super::failure::Step;

/// Whether trying again is of no use. When in doubt it is of use: a mail that is tried for a day in vain costs little, and one
/// that was given up for an operator's slip costs its reader.
///
/// An enhanced status (RFC 3463) says best what a refusal is about; the code alone says it only where it is told.
pub(super) fn is_for_good(step: Step, code: u16, text: &str) -> bool {
    if !matches!(step, Step::Recipient | Step::Data | Step::Content) || !matches!(code, 500..=599) {
        return false;
    }
    match enhanced_status(text) {
        // Addresses; but for the sender's.
        Some((1, detail)) => !matches!(detail, 7 | 8),
        // Mailboxes; but for one that is full.
        Some((2, detail)) => detail != 2,
        // A message that is too big.
        Some((3, detail)) => detail == 4,
        // An address that nobody routes to, as large hosts call a recipient whom they do not know.
        Some((4, detail)) => detail == 1,
        Some((6, _)) => true,
        // Policy: relaying, log-in, reputation.
        Some((7, _)) => false,
        _ => is_for_good_by_code(step, code, text),
    }
}

fn is_for_good_by_code(step: Step, code: u16, text: &str) -> bool {
    match code {
        550 | 551 | 553 => !text.to_ascii_lowercase().contains("relay"),
        // A recipient that is none, or whose domain takes no mail (RFC 7504).
        501 | 521 | 556 => step == Step::Recipient,
        554 => step == Step::Content,
        _ => false,
    }
}

/// Subject and detail of `5.1.1 No such user`.
fn enhanced_status(text: &str) -> Option<(u16, u16)> {
    let mut parts = text.split_whitespace().next()?.split('.');
    let (class, subject, detail) = (parts.next()?, parts.next()?, parts.next()?);
    if class != "5" || parts.next().is_some() {
        return None;
    }
    Some((subject.parse().ok()?, detail.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_about_the_recipient_or_the_message_is_for_good() {
        for (step, code, text) in [
            (Step::Recipient, 550, "5.1.1 <ann@example.com>: no such user"),
            (Step::Recipient, 550, "5.1.10 RESOLVER.ADR.RecipientNotFound"),
            (Step::Recipient, 550, "5.2.1 The account is disabled"),
            (Step::Recipient, 550, "5.4.1 Recipient address rejected: Access denied"),
            (Step::Recipient, 550, "5.5.0 Requested action not taken: mailbox unavailable"),
            (Step::Recipient, 550, "No such user here"),
            (Step::Recipient, 501, "5.1.3 Bad recipient address syntax"),
            (Step::Recipient, 501, "Syntax error in parameters"),
            (Step::Recipient, 551, "User not local"),
            (Step::Recipient, 553, "Mailbox name not allowed"),
            (Step::Recipient, 556, "5.1.10 Domain does not accept mail"),
            (Step::Data, 550, "No such user here"),
            (Step::Content, 552, "5.3.4 Message too big"),
            (Step::Content, 554, "5.6.0 Message content refused"),
            (Step::Content, 554, "Message looks like spam"),
            (Step::Content, 550, "Message refused"),
        ] {
            assert!(is_for_good(step, code, text), "{step:?}: {code} {text}");
        }
    }

    #[test]
    fn what_is_about_us_or_about_now_is_not() {
        for (step, code, text) in [
            (Step::Connect, 554, "5.3.2 Nobody here"),
            (Step::LogIn, 535, "5.7.8 Authentication failed"),
            (Step::Sender, 550, "5.1.1 No such user"),
            (Step::Sender, 553, "5.1.8 Domain of sender does not exist"),
            (Step::Sender, 552, "5.2.2 Quota exceeded"),
            (Step::Recipient, 530, "Authentication required"),
            (Step::Recipient, 530, "5.7.0 Must issue a STARTTLS command first"),
            (Step::Recipient, 550, "5.1.8 Access denied, bad outbound sender"),
            (Step::Recipient, 550, "5.4.5 Daily sending quota exceeded"),
            (Step::Recipient, 550, "5.7.1 Relaying denied"),
            (Step::Recipient, 550, "relaying denied"),
            (Step::Recipient, 554, "5.7.1 <ann@example.com>: Relay access denied"),
            (Step::Recipient, 554, "Service unavailable; Client host [192.0.2.1] blocked"),
            (Step::Recipient, 552, "5.2.2 Mailbox full"),
            (Step::Recipient, 552, "Exceeded storage allocation"),
            (Step::Recipient, 571, "Delivery not authorized"),
            (Step::Recipient, 503, "5.5.1 Bad sequence of commands"),
            (Step::Data, 554, "5.5.1 No valid recipients"),
            (Step::Content, 552, "Over quota"),
            (Step::Content, 550, "5.7.1 Message rejected as unsolicited"),
            (Step::Content, 554, "5.7.1 You are on a block list"),
            (Step::Content, 554, "5.3.0 Rejected"),
            (Step::Content, 451, "5.1.1 a class that belies the code"),
            (Step::Recipient, 450, "4.2.0 Greylisted"),
        ] {
            assert!(!is_for_good(step, code, text), "{step:?}: {code} {text}");
        }
    }
}
