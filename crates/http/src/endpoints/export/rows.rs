//! What an export alone tells.

use std::collections::BTreeMap;

use ironplate_application::{accounts, ports::RecoveryCodesLeft};
use ironplate_domain::{
    AuthenticatorApp, KnownClient, Message, OneTimeToken, Passkey, Session, Timestamp, TrustedDevice,
};
use ironplate_web::base64url;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::endpoints::sessions::SessionFields;

/// A session, live or over, with all that is stored about it but what it is recognised by.
#[derive(Serialize, ToSchema)]
pub(super) struct ExportedSession {
    #[serde(flatten)]
    session: SessionFields,
    user_agent: Option<String>,
    /// However it is used, it is over then.
    #[schema(format = DateTime)]
    ends_at: String,
    #[schema(format = DateTime)]
    revoked_at: Option<String>,
    /// When one proved last who one is: by logging in, or by being asked again. Null for as long as a trusted device stands in.
    #[schema(format = DateTime)]
    proved_at: Option<String>,
}

impl From<Session> for ExportedSession {
    fn from(session: Session) -> Self {
        Self {
            user_agent: session.user_agent.as_ref().map(ToString::to_string),
            ends_at: session.ends_at.to_string(),
            revoked_at: session.revoked_at.map(|moment| moment.to_string()),
            proved_at: session.proved_at.map(|moment| moment.to_string()),
            session: session.into(),
        }
    }
}

/// A client that one was seen with.
#[derive(Serialize, ToSchema)]
pub(super) struct ExportedClient {
    device: String,
    /// One IPv4 address, or 64 bits of an IPv6 address.
    address_range: String,
    #[schema(format = DateTime)]
    last_seen_at: String,
}

impl From<KnownClient> for ExportedClient {
    fn from(client: KnownClient) -> Self {
        let KnownClient { device, range, last_seen_at } = client;
        Self { device, address_range: range, last_seen_at: last_seen_at.to_string() }
    }
}

/// A mailed link that still works.
#[derive(Serialize, ToSchema)]
pub(super) struct ExportedLink {
    purpose: &'static str,
    /// Where it was mailed to.
    email: String,
    #[schema(format = DateTime)]
    created_at: String,
    #[schema(format = DateTime)]
    expires_at: String,
}

impl From<OneTimeToken> for ExportedLink {
    fn from(token: OneTimeToken) -> Self {
        Self {
            purpose: token.purpose.name(),
            email: token.email.into(),
            created_at: token.created_at.to_string(),
            expires_at: token.expires_at.to_string(),
        }
    }
}

/// An authenticator app.
#[derive(Serialize, ToSchema)]
pub(super) struct ExportedAuthenticatorApp {
    id: Uuid,
    name: String,
    #[schema(format = DateTime)]
    created_at: String,
    /// When its first code was shown; null while that is waited for.
    #[schema(format = DateTime)]
    confirmed_at: Option<String>,
    #[schema(format = DateTime)]
    last_used_at: Option<String>,
}

impl From<AuthenticatorApp> for ExportedAuthenticatorApp {
    fn from(app: AuthenticatorApp) -> Self {
        let text = |moment: Timestamp| moment.to_string();
        Self {
            id: app.id.0,
            name: app.name.to_string(),
            created_at: text(app.created_at),
            confirmed_at: app.confirmed_at.map(text),
            last_used_at: app.last_used_at.map(text),
        }
    }
}

/// A passkey.
#[derive(Serialize, ToSchema)]
pub(super) struct ExportedPasskey {
    id: Uuid,
    name: String,
    /// Who keeps it, where that is known.
    provider: Option<&'static str>,
    /// How its authenticator names it, in base64url.
    credential_id: String,
    /// How browsers reach that.
    transports: Vec<&'static str>,
    is_backed_up: bool,
    /// Whether its authenticator saw who uses it when it was added, by a finger, a face or a PIN.
    verifies_user: bool,
    #[schema(format = DateTime)]
    created_at: String,
    #[schema(format = DateTime)]
    last_used_at: Option<String>,
}

impl From<Passkey> for ExportedPasskey {
    fn from(passkey: Passkey) -> Self {
        let text = |moment: Timestamp| moment.to_string();
        Self {
            id: passkey.id.0,
            name: passkey.name.to_string(),
            provider: passkey.provider(),
            credential_id: base64url(passkey.credential.bytes()),
            transports: passkey.transports.names().collect(),
            is_backed_up: passkey.is_backed_up,
            verifies_user: passkey.verifies_user,
            created_at: text(passkey.created_at),
            last_used_at: passkey.last_used_at.map(text),
        }
    }
}

/// A trusted device, also one whose time is over and that is still kept.
#[derive(Serialize, ToSchema)]
pub(super) struct ExportedTrustedDevice {
    id: Uuid,
    device: String,
    #[schema(format = DateTime)]
    created_at: String,
    #[schema(format = DateTime)]
    last_used_at: String,
    #[schema(format = DateTime)]
    expires_at: String,
}

impl From<TrustedDevice> for ExportedTrustedDevice {
    fn from(TrustedDevice { id, device, created_at, last_used_at, expires_at, .. }: TrustedDevice) -> Self {
        let text = |moment: Timestamp| moment.to_string();
        let (created_at, last_used_at, expires_at) = (text(created_at), text(last_used_at), text(expires_at));
        Self { id: id.0, device, created_at, last_used_at, expires_at }
    }
}

/// The recovery codes that were not used.
#[derive(Serialize, ToSchema)]
pub(super) struct ExportedRecoveryCodes {
    left: u64,
    #[schema(format = DateTime)]
    made_at: Option<String>,
}

impl From<RecoveryCodesLeft> for ExportedRecoveryCodes {
    fn from(RecoveryCodesLeft { count, made_at }: RecoveryCodesLeft) -> Self {
        Self { left: count, made_at: made_at.map(|moment| moment.to_string()) }
    }
}

/// What one is in an organisation.
#[derive(Serialize, ToSchema)]
pub(super) struct ExportedMembership {
    organization_id: Uuid,
    /// What the organisation is called.
    name: String,
    slug: String,
    role: &'static str,
    #[schema(format = DateTime)]
    joined_at: String,
    /// Whether one made it.
    is_maker: bool,
}

impl From<accounts::ExportedMembership> for ExportedMembership {
    fn from(accounts::ExportedMembership { own, is_maker }: accounts::ExportedMembership) -> Self {
        Self {
            organization_id: own.organization.id.0,
            name: own.organization.name.into(),
            slug: own.organization.slug.to_string(),
            role: own.role.name(),
            joined_at: own.joined_at.to_string(),
            is_maker,
        }
    }
}

/// An invitation to an organisation that was not taken yet; without the secret of its link, which is not stored.
#[derive(Serialize, ToSchema)]
pub(super) struct ExportedInvitation {
    id: Uuid,
    organization_id: Uuid,
    /// What the organisation is called.
    organization: String,
    /// To whom it was mailed.
    email: String,
    role: &'static str,
    #[schema(format = DateTime)]
    created_at: String,
    #[schema(format = DateTime)]
    expires_at: String,
}

impl From<accounts::ExportedInvitation> for ExportedInvitation {
    fn from(accounts::ExportedInvitation { invitation, organization }: accounts::ExportedInvitation) -> Self {
        Self {
            id: invitation.id.0,
            organization_id: organization.id.0,
            organization: organization.name.into(),
            email: invitation.email.into(),
            role: invitation.role.name(),
            created_at: invitation.created_at.to_string(),
            expires_at: invitation.expires_at.to_string(),
        }
    }
}

/// A mail that waits, was sent or was given up.
#[derive(Serialize, ToSchema)]
pub(super) struct ExportedMessage {
    id: Uuid,
    template: &'static str,
    to: String,
    state: &'static str,
    /// What it says besides its link.
    facts: BTreeMap<&'static str, String>,
    #[schema(format = DateTime)]
    created_at: String,
    #[schema(format = DateTime)]
    finished_at: Option<String>,
}

impl From<Message> for ExportedMessage {
    fn from(message: Message) -> Self {
        Self {
            id: message.id.0,
            template: message.template.name(),
            to: message.to.into(),
            state: message.state.name(),
            facts: message.facts.into_iter().map(|(fact, text)| (fact.name(), text)).collect(),
            created_at: message.created_at.to_string(),
            finished_at: message.finished_at.map(|moment| moment.to_string()),
        }
    }
}
