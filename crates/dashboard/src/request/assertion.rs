//! What a script put into a form: what a browser answered for a passkey.

use ironplate_application::ports::{Assertion, Registration};
use ironplate_domain::Transports;
use ironplate_web::{parse_assertion, parse_registration};

use super::Form;

impl Form {
    /// What a passkey signed; `None` where there is nothing that could be read.
    pub(crate) fn assertion(&self) -> Option<Assertion> {
        parse_assertion(&serde_json::from_str(self.text("assertion")).ok()?).ok()
    }

    /// The passkey that was made; `None` where there is nothing that could be read.
    pub(crate) fn registration(&self) -> Option<(Registration, Transports)> {
        parse_registration(&serde_json::from_str(self.text("registration")).ok()?).ok()
    }
}
