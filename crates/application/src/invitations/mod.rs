//! Invitations: how people come into organisations.

mod accept;
mod decline;
mod invite;
mod join;
mod list;
mod look;
mod permits;
mod resend;
mod revoke;
mod sign_up;

pub use invite::{InvitationResult, InvitationStatus, Invite, InviteError};
pub use join::{InvitationError, InvitationKey};
pub use list::InvitationPage;
pub use look::{LinkedOffer, Offer};
pub use resend::ResendError;
pub use revoke::RevokeError;
pub use sign_up::{InvitedSignUp, InvitedSignUpError, NewMember};

use crate::core::service;

service! {
    /// The service of invitations.
    Invitations
}
