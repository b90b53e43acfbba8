//! Look at one user with what belongs to them.

use ironplate_domain::{
    Action, Actor, AuthenticatorApp, Client, Email, Organization, Resource, Timestamp, TokenPurpose, User, UserId,
};

use super::{ReadUserError, Users};
use crate::{
    organizations::{memberships_of, sole_among},
    ports::{OwnOrganization, OwnedCounts, PageRequest, UserFilter, UserOrder, UserState, count_owned},
};

/// A user, as an administrator sees them.
#[derive(Debug)]
pub struct UserDetails {
    /// The user.
    pub user: User,
    /// How many they have of what users own.
    pub owned: OwnedCounts,
    /// The organisations that they are in.
    pub organizations: Vec<OwnOrganization>,
    /// Those of them that nobody else owns: the account can't be deactivated, nor deleted without them.
    pub sole_owned: Vec<Organization>,
    /// A new address that waits for its confirmation.
    pub pending: Option<Email>,
    /// How many authenticator apps they are asked for beside their password.
    pub authenticator_apps: usize,
    /// How many passkeys they log in by.
    pub passkeys: usize,
    /// When they were seen last, by whichever session; `None` if no session is remembered.
    pub last_seen: Option<Timestamp>,
    /// Nobody else could administer: the account can't be demoted, deactivated or deleted.
    pub is_last_superuser: bool,
}

impl Users {
    /// The user of this id, with what belongs to them.
    ///
    /// # Errors
    /// See [`ReadUserError`].
    pub async fn look(&self, actor: Actor, id: UserId, client: &Client) -> Result<UserDetails, ReadUserError> {
        self.core.permit(actor, Action::Administer, Resource::User(id), client).await?;
        self.details(id).await
    }

    pub(super) async fn details(&self, id: UserId) -> Result<UserDetails, ReadUserError> {
        let mut reader = self.core.store.read().await?;
        let user = reader.users().find(id).await?.ok_or(ReadUserError::NotFound)?;
        let owned = count_owned(&mut *reader, id.into()).await?;
        let organizations = memberships_of(&mut *reader, id).await?;
        let sole_owned = sole_among(&mut *reader, id, &organizations).await?;
        let last_seen = reader.sessions().last_seen(id).await?;
        let apps = reader.authenticator_apps().list_for(id).await?;
        let authenticator_apps = apps.into_iter().filter(AuthenticatorApp::counts).count();
        let passkeys = reader.passkeys().list_for(id).await?.len();
        let link = reader.one_time_tokens().current(id, TokenPurpose::ConfirmEmail).await?;
        let now = self.core.clock.now();
        let pending = link.filter(|link| link.expires_at > now).map(|link| link.email);
        let superusers = UserFilter { is_superuser: Some(true), state: Some(UserState::Active) };
        let two = PageRequest { order: UserOrder::Newest, search: None, after: None, skip: 0, limit: 2 };
        let superusers = reader.users().list(&superusers, &two).await?.rows;
        let is_last_superuser = matches!(&superusers[..], [last] if last.id == id);
        Ok(UserDetails {
            user,
            owned,
            organizations,
            sole_owned,
            pending,
            authenticator_apps,
            passkeys,
            last_seen,
            is_last_superuser,
        })
    }

    /// The user of this address.
    ///
    /// # Errors
    /// See [`ReadUserError`].
    pub async fn find(&self, actor: Actor, email: &Email, client: &Client) -> Result<User, ReadUserError> {
        self.core.permit(actor, Action::List, Resource::Users, client).await?;
        self.core.store.read().await?.users().find_by_email(email).await?.ok_or(ReadUserError::NotFound)
    }
}
