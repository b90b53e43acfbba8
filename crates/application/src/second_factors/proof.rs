//! What somebody shows as their second factor.

use ironplate_domain::{
    AuthenticatorApp, Client, OneTimeCode, RecoveryCode, TokenSecret, TotpSecret, UserId, named_enum,
};

use super::passkeys::SignedPasskey;
use crate::{
    core::Core,
    ports::{Assertion, StoreResult, UserVerification},
};

/// What somebody shows as their second factor.
#[derive(Debug, Clone)]
pub enum FactorProof {
    /// A code of an authenticator app.
    Code(OneTimeCode),
    /// What takes its place once.
    RecoveryCode(RecoveryCode),
    /// What a passkey signed.
    Passkey(Assertion),
}

/// The same, once what costs time is done: to be [taken](Core::take_proof) in the unit of work that it admits.
#[derive(Debug)]
pub(crate) enum CheckedProof {
    Code(OneTimeCode),
    RecoveryCode(RecoveryCode),
    Passkey(SignedPasskey),
}

impl FactorProof {
    /// Takes what was typed for what it looks like.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        OneTimeCode::parse(text).map(Self::Code).or_else(|| RecoveryCode::parse(text).map(Self::RecoveryCode))
    }
}

named_enum! {
    /// By what somebody proved who they are, beside their password or in its place.
    pub enum ProvedBy {
        /// A passkey.
        Passkey = "passkey",
        /// A code of an authenticator app.
        AuthenticatorApp = "authenticator_app",
        /// A recovery code.
        RecoveryCode = "recovery_code",
    }
}

impl Core {
    /// Looks at what somebody shows; a passkey has signed this challenge. `None` where it proves nothing.
    pub(crate) async fn check_proof(
        &self,
        user: UserId,
        proof: FactorProof,
        challenge: &TokenSecret,
        verification: UserVerification,
        client: &Client,
    ) -> StoreResult<Option<CheckedProof>> {
        Ok(match proof {
            FactorProof::Code(code) => Some(CheckedProof::Code(code)),
            FactorProof::RecoveryCode(code) => Some(CheckedProof::RecoveryCode(code)),
            FactorProof::Passkey(assertion) => {
                let signed = self.check_passkey_of(user, &assertion, challenge, verification, client).await?;
                signed.map(CheckedProof::Passkey)
            }
        })
    }

    /// `None` where no key opens it: the app is as good as none, which the operator has to know.
    pub(crate) fn secret_of(&self, app: &AuthenticatorApp) -> Option<TotpSecret> {
        let opened = self.secret_sealer.open(app.id, &app.sealed_secret);
        if opened.is_err() {
            tracing::error!(app = %app.id, key = %app.sealed_secret.key.0, "the secret of an authenticator app can't be opened");
        }
        opened.ok()
    }
}
