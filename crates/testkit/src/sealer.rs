//! Sealing that anybody can undo.

use ironplate_application::ports::{TokenSealer, Unsealable};
use ironplate_domain::{MessageId, SealedToken, TokenSecret};

/// Makes `sealed for <message>: <secret backwards>` of a secret: bound to its message, and not to be taken for the secret.
#[derive(Debug, Clone, Copy, Default)]
pub struct FakeTokenSealer;

impl TokenSealer for FakeTokenSealer {
    fn seal(&self, message: MessageId, secret: &TokenSecret) -> SealedToken {
        let backwards: String = secret.expose().chars().rev().collect();
        SealedToken(format!("{}{backwards}", label(message)).into_bytes())
    }

    fn open(&self, message: MessageId, sealed: &SealedToken) -> Result<TokenSecret, Unsealable> {
        let text = std::str::from_utf8(&sealed.0).map_err(|_| Unsealable)?;
        let backwards = text.strip_prefix(&label(message)).ok_or(Unsealable)?;
        Ok(TokenSecret::new(&backwards.chars().rev().collect::<String>()))
    }
}

fn label(message: MessageId) -> String {
    format!("sealed for {message}: ")
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn it_opens_for_its_message_alone() {
        let (message, other) = (MessageId(Uuid::from_u128(1)), MessageId(Uuid::from_u128(2)));
        let sealed = FakeTokenSealer.seal(message, &TokenSecret::new("open sesame"));
        assert!(!String::from_utf8_lossy(&sealed.0).contains("sesame"));
        let opened = |message| FakeTokenSealer.open(message, &sealed).map(|secret| secret.expose().to_owned());
        assert_eq!(opened(message).as_deref(), Ok("open sesame"));
        assert_eq!(opened(other), Err(Unsealable));
    }
}
