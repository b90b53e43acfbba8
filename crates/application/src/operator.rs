//! Who looks after the running system.

use ironplate_domain::{Actor, Client};

/// Somebody who looks after the running system; what they do is recorded.
#[derive(Debug, Clone, Default)]
pub struct Operator {
    /// A superuser, whom the access rules are asked about; `None` for whoever has the command line.
    pub actor: Option<Actor>,
    /// Where they are.
    pub client: Client,
}
