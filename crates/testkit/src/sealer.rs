//! Sealing that anybody can undo.

use ironplate_application::ports::{SecretSealer, TokenSealer, Unsealable};
use ironplate_domain::{AuthenticatorAppId, KeyId, MessageId, SealedSecret, SealedToken, TokenSecret, TotpSecret};

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

/// Makes the id of the app and the secret backwards of a secret, by a key of this name; what another one sealed opens, too, if it is
/// among the previous ones.
#[derive(Debug, Clone)]
pub struct FakeSecretSealer {
    /// What it seals with.
    pub key: &'static str,
    /// What it opens as well.
    pub previous: &'static [&'static str],
}

impl Default for FakeSecretSealer {
    fn default() -> Self {
        Self { key: "fake key", previous: &[] }
    }
}

impl SecretSealer for FakeSecretSealer {
    fn key(&self) -> KeyId {
        KeyId(self.key.to_owned())
    }

    fn seal(&self, app: AuthenticatorAppId, secret: &TotpSecret) -> SealedSecret {
        let backwards = secret.expose().iter().rev();
        SealedSecret { key: self.key(), bytes: app.0.as_bytes().iter().chain(backwards).copied().collect() }
    }

    fn open(&self, app: AuthenticatorAppId, sealed: &SealedSecret) -> Result<TotpSecret, Unsealable> {
        let is_known = sealed.key == self.key() || self.previous.contains(&&*sealed.key.0);
        let backwards = sealed.bytes.strip_prefix(app.0.as_bytes()).filter(|_| is_known).ok_or(Unsealable)?;
        let mut secret = <[u8; TotpSecret::BYTES]>::try_from(backwards).map_err(|_| Unsealable)?;
        secret.reverse();
        Ok(TotpSecret::new(secret))
    }
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

    #[test]
    fn a_secret_opens_for_its_app_alone_and_with_previous_keys() {
        let (app, other) = (AuthenticatorAppId(Uuid::from_u128(1)), AuthenticatorAppId(Uuid::from_u128(2)));
        let (old, secret) = (FakeSecretSealer::default(), TotpSecret::new(*b"12345678901234567890"));
        let sealed = old.seal(app, &secret);
        assert_eq!(old.open(app, &sealed), Ok(secret.clone()));
        assert_eq!(old.open(other, &sealed), Err(Unsealable));
        let new = FakeSecretSealer { key: "new", previous: &["fake key"] };
        assert_eq!(new.open(app, &sealed), Ok(secret));
        assert_eq!(FakeSecretSealer { previous: &[], ..new }.open(app, &sealed), Err(Unsealable));
    }
}
