//! No mail at all, because the configuration says so.

use async_trait::async_trait;
use ironplate_application::ports::{MailTransport, OutgoingMail, SendError};

/// Refuses every mail for good, so that an operator finds each of them in the outbox, dead and with the reason.
#[derive(Debug, Clone, Copy, Default)]
pub struct Off;

#[async_trait]
impl MailTransport for Off {
    async fn send(&self, _mail: &OutgoingMail) -> Result<(), SendError> {
        Err(SendError::Permanent("mail is switched off in the configuration".to_owned()))
    }
}
