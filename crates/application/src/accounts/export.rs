//! Take along all that is stored about oneself.
#![allow(dead_code, reason = "what of it is used depends on which resources there are")]

use std::{
    collections::{BTreeMap, VecDeque},
    future::{Ready, ready},
};

use ironplate_domain::{
    Actor, AuditEvent, AuditKind, AuthenticatorApp, Client, Invitation, InvitationId, Item, KnownClient, MailTemplate,
    Message, MessageId, OneTimeToken, Organization, Passkey, Session, SessionId, TokenPurpose, TrustedDevice, User,
};

use super::Accounts;
use crate::{
    access::{Asked, Unproved},
    audit::Audit,
    fault::{Kind, faults},
    limits::{Limit, LimitError},
    ports::{
        AuditCursor, Cursor, ListOrder, OwnOrder, OwnOrganization, OwnedRow, PageRequest, RecoveryCodesLeft,
        Repositories, Store, StoreError, StoreResult,
    },
};

/// Rows of one part at the most, so that memory has a bound.
const PART: u32 = 500;

/// Why there is nothing to take along.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// The account was deleted meanwhile.
    #[error("User not found")]
    NotFound,
    /// The session was ended meanwhile, or who the actor is was not proved lately.
    #[error(transparent)]
    Unproved(#[from] Unproved),
    /// It was asked for too often.
    #[error(transparent)]
    Limit(#[from] LimitError),
    /// Storage failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

faults! { ExportError:
    NotFound => Kind::NotFound.coded("user_not_found"),
    Unproved(error) => error.class(),
    Limit(error) => error.class(),
    Store(error) => error.class(),
}

/// What somebody is in an organisation.
#[derive(Debug)]
pub struct ExportedMembership {
    /// In which, as what, and since when.
    pub own: OwnOrganization,
    /// Whether they made it.
    pub is_maker: bool,
}

/// An invitation, and to which organisation.
#[derive(Debug)]
pub struct ExportedInvitation {
    /// The invitation.
    pub invitation: Invitation,
    /// The organisation.
    pub organization: Organization,
}

/// Declares the parts of an export in their order: what each holds, of which table, behind what it goes on (`()` where it is one
/// piece), and how it is read.
macro_rules! parts {
    ($($(#[$doc:meta])* $Part:ident($Rows:ty) in $table:literal, behind $Place:ty: $read:ident;)+) => {
        /// A piece of what is stored about a user. The pieces come in this order; those of one sort may be several.
        #[derive(Debug)]
        pub enum ExportPart {
            $($(#[$doc])* $Part($Rows),)+
        }

        impl ExportPart {
            /// The table that it is of.
            #[must_use]
            pub const fn table(&self) -> &'static str {
                match self {
                    $(Self::$Part(_) => $table,)+
                }
            }
        }

        /// With which part an export goes on, and behind which of its rows.
        enum Next {
            $($Part(Option<$Place>),)+
        }

        impl Next {
            fn beginnings() -> VecDeque<Self> {
                [$(Self::$Part(None)),+].into()
            }
        }

        impl Export {
            async fn read(&self, next: &Next) -> StoreResult<(ExportPart, Option<Next>)> {
                Ok(match next {
                    $(Next::$Part(place) => {
                        let (rows, place) = self.$read(place.as_ref()).await?;
                        (ExportPart::$Part(rows), place.map(|place| Next::$Part(Some(place))))
                    })+
                })
            }
        }
    };
}

parts! {
    /// The account itself.
    Account(User) in "users", behind (): account;
    /// Sessions, also those that are over and still kept.
    Sessions(Vec<Session>) in "sessions", behind SessionId: sessions;
    /// The clients by which they are known again.
    Clients(Vec<KnownClient>) in "known_clients", behind (): clients;
    /// Mailed links that still work; without their secrets, which are not stored.
    Links(Vec<OneTimeToken>) in "one_time_tokens", behind (): links;
    /// Authenticator apps; without their secrets.
    AuthenticatorApps(Vec<AuthenticatorApp>) in "authenticator_apps", behind (): authenticator_apps;
    /// Passkeys; without what authenticators keep of them, which is not stored.
    Passkeys(Vec<Passkey>) in "passkeys", behind (): passkeys;
    /// Trusted devices; without what their cookies hold, which is not stored.
    TrustedDevices(Vec<TrustedDevice>) in "trusted_devices", behind (): trusted_devices;
    /// Recovery codes that are left; without the codes, which are not stored.
    RecoveryCodes(Vec<RecoveryCodesLeft>) in "recovery_codes", behind (): recovery_codes;
    /// What they are in organisations.
    Memberships(Vec<ExportedMembership>) in "memberships", behind Cursor: memberships;
    /// Invitations that they sent and nobody took yet.
    InvitationsSent(Vec<ExportedInvitation>) in "invitations", behind InvitationId: invitations_sent;
    /// Invitations to their address that wait, if it is proved.
    InvitationsReceived(Vec<ExportedInvitation>) in "invitations", behind (): invitations_received;
    /// Items.
    Items(Vec<Item>) in "items", behind Cursor: owned;
    /// Mail that waits, was sent or was given up.
    Messages(Vec<Message>) in "outbox", behind MessageId: messages;
    /// What they did and what was done to them.
    Events(Vec<AuditEvent>) in "audit_events", behind AuditCursor: events;
}

/// An export that is under way; see [`Accounts::export`].
pub struct Export {
    accounts: Accounts,
    user: User,
    next: VecDeque<Next>,
}

/// The rows of a piece, and behind which the next one begins, if there is one.
type Piece<Rows, Place> = StoreResult<(Rows, Option<Place>)>;

impl Accounts {
    /// Begins to collect all that is stored about the actor, to be taken piece by piece. That it began is recorded.
    ///
    /// # Errors
    /// See [`ExportError`].
    pub async fn export(&self, actor: Actor, client: &Client) -> Result<Export, ExportError> {
        let event = self.core.recorder.event(AuditKind::DataExported, client).by_and_on(actor.user);
        let outcome = self.begin_export(actor, &event).await;
        self.core.recorder.refusal_of(event, outcome).await
    }

    async fn begin_export(&self, actor: Actor, event: &AuditEvent) -> Result<Export, ExportError> {
        let mut reader = self.core.store.read().await?;
        self.core.check_proved(&mut *reader, actor, Asked::Everybody).await?;
        drop(reader);
        self.core.limiter.take_for_user(Limit::ExportPerAccount, actor.user, &event.client).await?;
        let mut work = self.core.store.begin().await?;
        let user = work.users().find(actor.user).await?.ok_or(ExportError::NotFound)?;
        work.audit().record(event).await?;
        work.commit().await?;
        Ok(Export { accounts: self.clone(), user, next: Next::beginnings() })
    }
}

impl Export {
    /// The next piece; `None` when that was all.
    ///
    /// # Errors
    /// Storage failed; what was given so far is incomplete.
    pub async fn next(&mut self) -> StoreResult<Option<ExportPart>> {
        let Some(next) = self.next.front() else { return Ok(None) };
        let (part, more) = self.read(next).await?;
        self.next.pop_front();
        if let Some(more) = more {
            self.next.push_front(more);
        }
        Ok(Some(part))
    }

    fn store(&self) -> &dyn Store {
        &*self.accounts.core.store
    }

    fn account(&self, _: Option<&()>) -> Ready<Piece<User, ()>> {
        ready(Ok((self.user.clone(), None)))
    }

    async fn sessions(&self, after: Option<&SessionId>) -> Piece<Vec<Session>, SessionId> {
        let rows = self.store().read().await?.sessions().history_of(self.user.id, after.copied(), PART).await?;
        let last = last_of_a_full_part(&rows).map(|last| last.id);
        Ok((rows, last))
    }

    async fn clients(&self, _: Option<&()>) -> Piece<Vec<KnownClient>, ()> {
        let rows = self.store().read().await?.known_clients().list_for(self.user.id, KnownClient::MOST).await?;
        Ok((rows, None))
    }

    async fn links(&self, _: Option<&()>) -> Piece<Vec<OneTimeToken>, ()> {
        let (mut reader, mut links) = (self.store().read().await?, Vec::new());
        for purpose in TokenPurpose::ALL {
            links.extend(reader.one_time_tokens().current(self.user.id, purpose).await?);
        }
        Ok((links, None))
    }

    async fn authenticator_apps(&self, _: Option<&()>) -> Piece<Vec<AuthenticatorApp>, ()> {
        Ok((self.store().read().await?.authenticator_apps().list_for(self.user.id).await?, None))
    }

    async fn passkeys(&self, _: Option<&()>) -> Piece<Vec<Passkey>, ()> {
        Ok((self.store().read().await?.passkeys().list_for(self.user.id).await?, None))
    }

    async fn trusted_devices(&self, _: Option<&()>) -> Piece<Vec<TrustedDevice>, ()> {
        Ok((self.store().read().await?.trusted_devices().list_for(self.user.id).await?, None))
    }

    async fn recovery_codes(&self, _: Option<&()>) -> Piece<Vec<RecoveryCodesLeft>, ()> {
        let left = self.store().read().await?.recovery_codes().left_for(self.user.id).await?;
        Ok((if left.count > 0 { vec![left] } else { Vec::new() }, None))
    }

    async fn memberships(&self, after: Option<&Cursor>) -> Piece<Vec<ExportedMembership>, Cursor> {
        let (order, mut reader) = (OwnOrder::Oldest, self.store().read().await?);
        let page = PageRequest { order, search: None, after: after.cloned(), skip: 0, limit: PART };
        let page = reader.memberships().list_of(self.user.id, &page).await?;
        let last = page.rows.last().filter(|_| page.more).map(|own| order.cursor(own));
        let is_maker = |own: &OwnOrganization| own.organization.created_by == Some(self.user.id);
        let rows = page.rows.into_iter().map(|own| ExportedMembership { is_maker: is_maker(&own), own });
        Ok((rows.collect(), last))
    }

    async fn invitations_sent(&self, after: Option<&InvitationId>) -> Piece<Vec<ExportedInvitation>, InvitationId> {
        let mut reader = self.store().read().await?;
        let rows = reader.invitations().sent_by(self.user.id, after.copied(), PART).await?;
        let last = last_of_a_full_part(&rows).map(|last| last.id);
        Ok((with_organizations(&mut *reader, rows).await?, last))
    }

    async fn invitations_received(&self, _: Option<&()>) -> Piece<Vec<ExportedInvitation>, ()> {
        if !self.user.is_verified {
            return Ok((Vec::new(), None));
        }
        let (mut reader, now) = (self.store().read().await?, self.accounts.core.clock.now());
        let rows = reader.invitations().list_for(&self.user.email, now, PART).await?;
        Ok((with_organizations(&mut *reader, rows).await?, None))
    }

    /// Rows of any resource that users own, oldest first.
    async fn owned<Row: OwnedRow>(&self, after: Option<&Cursor>) -> Piece<Vec<Row>, Cursor> {
        let order = Row::Order::named("created_at").unwrap_or_default();
        let page = PageRequest { order, search: None, after: after.cloned(), skip: 0, limit: PART };
        let page = Row::repository(&mut *self.store().read().await?).list(Some(self.user.id.into()), &page).await?;
        let last = page.rows.last().filter(|_| page.more).map(|row| order.cursor(row));
        Ok((page.rows, last))
    }

    async fn messages(&self, after: Option<&MessageId>) -> Piece<Vec<Message>, MessageId> {
        let mut rows = self.store().read().await?.outbox().list_for(self.user.id, after.copied(), PART).await?;
        let last = last_of_a_full_part(&rows).map(|last| last.id);
        // An address that is not proved may be somebody else's: whether a link went there tells whether it has an account.
        rows.retain(|message| message.template != MailTemplate::ConfirmNewAddress || message.to == self.user.email);
        Ok((rows, last))
    }

    async fn events(&self, after: Option<&AuditCursor>) -> Piece<Vec<AuditEvent>, AuditCursor> {
        let page = Audit::new(&self.accounts.core).list_own(self.user.actor(), after.copied(), PART).await?;
        Ok((page.events, page.next))
    }
}

/// Behind a part that is not full, nothing follows.
fn last_of_a_full_part<Row>(rows: &[Row]) -> Option<&Row> {
    rows.last().filter(|_| u32::try_from(rows.len()).is_ok_and(|count| count >= PART))
}

async fn with_organizations(
    store: &mut (dyn Repositories + '_),
    invitations: Vec<Invitation>,
) -> StoreResult<Vec<ExportedInvitation>> {
    let ids: Vec<_> = invitations.iter().map(|invitation| invitation.organization).collect();
    let organizations = store.organizations().find_many(&ids).await?;
    let organizations: BTreeMap<_, _> = organizations.into_iter().map(|one| (one.id, one)).collect();
    // One that was deleted since took its invitations along.
    let rows = invitations.into_iter().filter_map(|invitation| {
        let organization = organizations.get(&invitation.organization)?.clone();
        Some(ExportedInvitation { invitation, organization })
    });
    Ok(rows.collect())
}
