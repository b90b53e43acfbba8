//! No mail at all, because the configuration says so.

use async_trait::async_trait;
use ironplate_application::ports::{MailTransport, OutgoingMail, SendError};

/// Refuses for good what was queued before mail was switched off: an operator finds it in the outbox, dead and with the
/// reason. Nothing new is queued meanwhile.
#[derive(Debug, Clone, Copy, Default)]
pub struct DisabledTransport;

#[async_trait]
impl MailTransport for DisabledTransport {
    async fn send(&self, _mail: &OutgoingMail) -> Result<(), SendError> {
        Err(SendError::Permanent("mail is switched off in the configuration".to_owned()))
    }
}
