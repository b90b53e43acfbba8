//! All services at once.

use std::sync::Arc;

use crate::{
    accounts::Accounts,
    audit::Audit,
    core::{Core, Ports},
    housekeeping::Housekeeping,
    imports::Imports,
    invitations::Invitations,
    items::Items,
    organizations::Organizations,
    outbox::Outbox,
    overview::Overviews,
    policy::Policy,
    recovery::Recovery,
    second_factors::SecondFactors,
    sessions::Sessions,
    system::System,
    users::Users,
    verification::Verification,
};

/// The services of the product, as every inbound adapter needs them.
pub struct Application {
    /// Access control, the clock and the policy.
    pub core: Core,
    /// One's own account.
    pub accounts: Accounts,
    /// Logging in and out.
    pub sessions: Sessions,
    /// A forgotten password.
    pub recovery: Recovery,
    /// What somebody has beside their password.
    pub second_factors: SecondFactors,
    /// Proving an address.
    pub verification: Verification,
    /// Everybody's accounts.
    pub users: Users,
    /// What several users have in common, and who they are.
    pub organizations: Organizations,
    /// How people come into them.
    pub invitations: Invitations,
    /// Items.
    pub items: Items,
    /// Mail that is owed.
    pub outbox: Outbox,
    /// What happened.
    pub audit: Audit,
    /// What people see first.
    pub overviews: Overviews,
    /// What other systems have.
    pub imports: Imports,
    /// How the system is.
    pub system: System,
    /// Removing what is over.
    pub housekeeping: Housekeeping,
}

impl Application {
    /// All services over these adapters.
    #[must_use]
    pub fn new(ports: &Ports, policy: &Arc<Policy>) -> Self {
        let core = Core::new(ports, policy);
        Self {
            accounts: Accounts::new(&core),
            sessions: Sessions::new(&core),
            recovery: Recovery::new(&core),
            second_factors: SecondFactors::new(&core),
            verification: Verification::new(&core),
            users: Users::new(&core),
            organizations: Organizations::new(&core),
            invitations: Invitations::new(&core),
            items: Items::new(&core),
            outbox: Outbox::new(&core),
            audit: Audit::new(&core),
            overviews: Overviews::new(&core),
            imports: Imports::new(&core),
            system: System::new(&core),
            housekeeping: Housekeeping::new(&core),
            core,
        }
    }
}
