//! What somebody shows as their second factor.

use ironplate_domain::{AuthenticatorApp, OneTimeCode, RecoveryCode, TotpSecret, named_enum};

use crate::core::Core;

/// What somebody shows as their second factor.
#[derive(Debug, Clone)]
pub enum FactorProof {
    /// A code of an authenticator app.
    Code(OneTimeCode),
    /// What takes its place once.
    RecoveryCode(RecoveryCode),
}

impl FactorProof {
    /// Takes what was typed for what it looks like.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        OneTimeCode::parse(text).map(Self::Code).or_else(|| RecoveryCode::parse(text).map(Self::RecoveryCode))
    }
}

named_enum! {
    /// By what somebody proved who they are, beside their password.
    pub enum ProvedBy {
        /// A code of an authenticator app.
        AuthenticatorApp = "authenticator_app",
        /// A recovery code.
        RecoveryCode = "recovery_code",
    }
}

impl Core {
    /// `None` where no key opens it: the app is as good as none, which the operator has to know.
    pub(crate) fn secret_of(&self, app: &AuthenticatorApp) -> Option<TotpSecret> {
        let opened = self.secret_sealer.open(app.id, &app.sealed_secret);
        if opened.is_err() {
            tracing::error!(app = %app.id, key = %app.sealed_secret.key.0, "the secret of an authenticator app can't be opened");
        }
        opened.ok()
    }
}
