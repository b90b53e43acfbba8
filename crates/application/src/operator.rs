//! Who looks after the running system.

use ironplate_domain::{Actor, AuditDetail, AuditEvent, Client};

/// Somebody who looks after the running system; what they do is recorded.
#[derive(Debug, Clone, Default)]
pub struct Operator {
    /// A superuser, whom the access rules are asked about; `None` for whoever has the command line.
    pub actor: Option<Actor>,
    /// By what name whoever has the command line is logged in to the machine, if that is known.
    pub login: Option<String>,
    /// Where they are.
    pub client: Client,
}

impl Operator {
    /// The event, done by them.
    pub(crate) fn does(&self, event: AuditEvent) -> AuditEvent {
        let event = match &self.login {
            Some(login) => event.saying(AuditDetail::Operator, login),
            None => event,
        };
        AuditEvent { actor: self.actor.map(|actor| actor.user), ..event }
    }
}
