//! A trusted device stands in for the second factor at a log-in by a cookie.

use std::time::Duration;

use ironplate_domain::{
    Actor, AuditDetail, AuditKind, Client, KnownClient, SessionKind, TokenSecret, TrustedDevice, TrustedDeviceId, User,
};

use super::Sessions;
use crate::ports::{ShownDevice, StoreResult, UnitOfWork};

/// What the cookies of a client hold.
#[derive(Debug, Clone, Default)]
pub struct HeldCookies {
    /// Of sessions.
    pub sessions: Vec<TokenSecret>,
    /// Of trusted devices.
    pub devices: Vec<TokenSecret>,
}

/// Whether a device is asked for a second factor again.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum DeviceTrust {
    /// At each log-in.
    #[default]
    Ask,
    /// Not for a time, if its user may choose so.
    Trust,
}

/// A device that is trusted from here on.
#[derive(Debug)]
pub struct DeviceTrusted {
    /// What its cookie holds.
    pub secret: TokenSecret,
    /// For how long from now.
    pub lasts: Duration,
}

impl Sessions {
    /// For how long a device may be trusted that this user logs in with; `None`: not at all. A superuser's never is: they can undo
    /// what others rely on.
    pub(super) fn trust_for(&self, user: &User, kind: SessionKind) -> Option<Duration> {
        (kind == SessionKind::Cookie).then(|| self.trust_lasts(user.actor())).flatten()
    }

    /// For how long a device of the actor may be trusted; `None`: not at all.
    #[must_use]
    pub fn trust_lasts(&self, actor: Actor) -> Option<Duration> {
        let lasts = self.core.policy.sessions.trust_device;
        (!actor.is_superuser && !lasts.is_zero()).then_some(lasts)
    }

    /// The trusted device by which this user, who is locked and gave the right password, need not show a second factor.
    pub(super) async fn find_trusted_device(
        &self,
        work: &mut dyn UnitOfWork,
        user: &User,
        kind: SessionKind,
        held: &HeldCookies,
        seen: &KnownClient,
    ) -> StoreResult<Option<TrustedDeviceId>> {
        let Some(lasts) = self.trust_for(user, kind) else { return Ok(None) };
        let now = self.core.clock.now();
        // Those from before the span was made shorter, too.
        let trusted_after = now.before(lasts);
        for secret in &held.devices {
            let digest = self.core.secrets.digest(secret);
            let shown = ShownDevice { digest, device: seen.device.clone(), trusted_after, now };
            if let Some(device) = work.trusted_devices().note_use(user.id, &shown).await? {
                return Ok(Some(device.id));
            }
        }
        Ok(None)
    }

    /// Trusts the device that this user, who is locked, showed their second factor with. It takes the place of what its cookie
    /// stood for before.
    pub(super) async fn trust_device(
        &self,
        work: &mut dyn UnitOfWork,
        user: &User,
        held: &HeldCookies,
        client: &Client,
    ) -> StoreResult<Option<DeviceTrusted>> {
        let Some(lasts) = self.trust_for(user, SessionKind::Cookie) else { return Ok(None) };
        let before: Vec<_> = held.devices.iter().map(|secret| self.core.secrets.digest(secret)).collect();
        for device in work.trusted_devices().list_for(user.id).await? {
            if before.contains(&device.digest) {
                work.trusted_devices().remove(user.id, device.id).await?;
            }
        }
        let (secret, digest) = self.core.secrets.token();
        let now = self.core.clock.now();
        let device = TrustedDevice {
            id: TrustedDeviceId(self.core.secrets.id()),
            user: user.id,
            digest,
            device: KnownClient::of(client, now).device,
            created_at: now,
            last_used_at: now,
            expires_at: now.after(lasts),
        };
        work.trusted_devices().insert(&device).await?;
        let event = self.core.recorder.event(AuditKind::TrustedDeviceAdded, client).by_and_on(user.id);
        work.audit().record(&event.saying(AuditDetail::TrustedDevice, device.id)).await?;
        Ok(Some(DeviceTrusted { secret, lasts }))
    }
}
