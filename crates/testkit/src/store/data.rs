//! The tables, and the rules that writes may break.

use std::collections::BTreeMap;

use ironplate_application::ports::{Constraint, OwnedRow, StoreError, StoreResult};
use ironplate_domain::{
    AuditEvent, AuditEventId, AuthenticatorApp, AuthenticatorAppId, Challenge, Email, Generation, Invitation,
    InvitationId, KnownClient, Membership, Message, MessageId, OneTimeToken, Organization, OrganizationId,
    OrganizationRole, Owner, Passkey, PasskeyId, Replaced, Session, SessionDigests, SessionId, Timestamp,
    TrustedDevice, TrustedDeviceId, User, UserId, Worker, WorkerId,
};

use super::owned::OwnedRows;

#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Data {
    pub(super) users: BTreeMap<UserId, User>,
    pub(super) organizations: BTreeMap<OrganizationId, Organization>,
    pub(super) memberships: BTreeMap<(OrganizationId, UserId), Membership>,
    pub(super) invitations: BTreeMap<InvitationId, Invitation>,
    pub(super) owned: OwnedRows,
    pub(super) sessions: BTreeMap<SessionId, StoredSession>,
    pub(super) authenticator_apps: BTreeMap<AuthenticatorAppId, AuthenticatorApp>,
    pub(super) passkeys: BTreeMap<PasskeyId, Passkey>,
    /// When each was made.
    pub(super) recovery_codes: BTreeMap<(UserId, [u8; 32]), Timestamp>,
    pub(super) trusted_devices: BTreeMap<TrustedDeviceId, TrustedDevice>,
    /// By their digests.
    pub(super) challenges: BTreeMap<[u8; 32], Challenge>,
    /// In the order in which they were issued.
    pub(super) one_time_tokens: Vec<OneTimeToken>,
    pub(super) outbox: BTreeMap<MessageId, Message>,
    pub(super) audit: BTreeMap<AuditEventId, AuditEvent>,
    pub(super) known_clients: Vec<(UserId, KnownClient)>,
    pub(super) workers: BTreeMap<WorkerId, Worker>,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) struct StoredSession {
    pub(super) session: Session,
    pub(super) keys: SessionDigests,
    pub(super) replaced: Option<Replaced>,
    pub(super) generation: Generation,
}

impl Data {
    /// Takes along what belongs to the user: a new table says here what that is.
    pub(super) fn delete_user(&mut self, id: UserId) -> bool {
        let Self {
            users,
            organizations,
            memberships,
            invitations,
            owned,
            sessions,
            authenticator_apps,
            passkeys,
            recovery_codes,
            trusted_devices,
            challenges,
            one_time_tokens,
            outbox,
            known_clients,
            audit: _,
            workers: _,
        } = self;
        for organization in organizations.values_mut() {
            organization.created_by = organization.created_by.filter(|maker| *maker != id);
        }
        memberships.retain(|(_, user), _| *user != id);
        invitations.retain(|_, invitation| invitation.invited_by != id);
        owned.delete_all_of(id.into());
        sessions.retain(|_, stored| stored.session.user != id);
        authenticator_apps.retain(|_, app| app.user != id);
        passkeys.retain(|_, passkey| passkey.user != id);
        recovery_codes.retain(|(user, _), _| *user != id);
        trusted_devices.retain(|_, device| device.user != id);
        challenges.retain(|_, challenge| challenge.scope.user() != Some(id));
        one_time_tokens.retain(|token| token.user != id);
        outbox.retain(|_, message| message.user != Some(id));
        known_clients.retain(|(user, _)| *user != id);
        users.remove(&id).is_some()
    }

    /// Takes along what is the organisation's own.
    pub(super) fn delete_organization(&mut self, id: OrganizationId) -> bool {
        self.memberships.retain(|(organization, _), _| *organization != id);
        self.invitations.retain(|_, invitation| invitation.organization != id);
        self.owned.delete_all_of(id.into());
        self.organizations.remove(&id).is_some()
    }

    /// The slug is this organisation's or none's.
    pub(super) fn check_slug(&self, organization: &Organization) -> StoreResult<()> {
        let Organization { id, slug, .. } = organization;
        let is_taken = self.organizations.values().any(|other| other.slug == *slug && other.id != *id);
        if is_taken { Err(StoreError::Conflict(Constraint::OrganizationSlug)) } else { Ok(()) }
    }

    /// The user whom whoever inserts a row has locked.
    pub(super) fn check_locked_user(&self, id: UserId) -> StoreResult<()> {
        if self.users.contains_key(&id) { Ok(()) } else { Err(StoreError::Internal("there is no such user".into())) }
    }

    /// The organisation that whoever inserts a row has locked.
    pub(super) fn check_locked_organization(&self, id: OrganizationId) -> StoreResult<()> {
        let is_there = self.organizations.contains_key(&id);
        if is_there { Ok(()) } else { Err(StoreError::Internal("there is no such organisation".into())) }
    }

    /// The address is `id`'s or nobody's.
    pub(super) fn check_email(&self, id: UserId, email: &Email) -> StoreResult<()> {
        match self.user_by_email(email) {
            Some(user) if user.id != id => Err(StoreError::Conflict(Constraint::UserEmail)),
            _ => Ok(()),
        }
    }

    pub(super) fn user_by_email(&self, email: &Email) -> Option<&User> {
        self.users.values().find(|user| user.email == *email)
    }

    /// The owner of a row is there.
    pub(super) fn check_owner<Row: OwnedRow>(&self, owner: Owner) -> StoreResult<()> {
        let is_there = match owner {
            Owner::User(user) => self.users.contains_key(&user),
            Owner::Organization(organization) => self.organizations.contains_key(&organization),
        };
        if is_there { Ok(()) } else { Err(StoreError::Conflict(Row::owner_constraint(owner))) }
    }

    /// What a user is in the organisation that is this owner.
    pub(super) fn role_of(&self, user: UserId, owner: Owner) -> Option<OrganizationRole> {
        let Membership { organization, role, .. } = self.memberships.get(&(owner.organization()?, user))?;
        Some(OrganizationRole {
            organization: *organization,
            role: *role,
            is_barred: self.is_barred(user, *organization),
        })
    }

    /// Whether a user has nothing beside their password that counts.
    pub(super) fn lacks_second_factor(&self, user: UserId) -> bool {
        let has_app = self.authenticator_apps.values().any(|app| app.user == user && app.counts());
        !has_app && !self.passkeys.values().any(|passkey| passkey.user == user)
    }

    /// Whether an organisation asks for a second factor that this user lacks.
    pub(super) fn is_barred(&self, user: UserId, organization: OrganizationId) -> bool {
        let is_asked = self.organizations.get(&organization).is_some_and(|one| one.requires_second_factor);
        is_asked && self.lacks_second_factor(user)
    }

    /// The user whose row is inserted is there.
    pub(super) fn check_user(&self, id: UserId, constraint: Constraint) -> StoreResult<()> {
        if self.users.contains_key(&id) { Ok(()) } else { Err(StoreError::Conflict(constraint)) }
    }
}

/// Adds a row under an id that is free.
pub(super) fn insert<Id: Ord, Row: Clone>(table: &mut BTreeMap<Id, Row>, id: Id, row: &Row) -> StoreResult<()> {
    if table.contains_key(&id) {
        return Err(StoreError::Internal("the id is taken".into()));
    }
    table.insert(id, row.clone());
    Ok(())
}
