//! What people of a world have beside their passwords.

use std::time::Duration;

use ironplate_application::{
    ports::{Clock, SecretSealer, Secrets, Store},
    second_factors::SecondFactors,
};
use ironplate_domain::{
    AuthenticatorApp, AuthenticatorAppId, OneTimeCode, Passkey, PasskeyId, Step, TokenSecret, TotpSecret, Transports,
    TrustedDevice, TrustedDeviceId, UserChanges, UserId,
};
use uuid::Uuid;

use super::World;
use crate::{FakePasskey, FakeSecretSealer, samples};

impl World {
    /// The service of second factors.
    #[must_use]
    pub fn second_factors(&self) -> SecondFactors {
        self.application().second_factors
    }

    /// The user of this address followed the link to it.
    pub async fn prove_address(&self, email: &str) {
        let proved = UserChanges { is_verified: Some(true), ..UserChanges::default() };
        let mut work = self.store.begin().await.expect("a unit of work");
        work.users().update(self.user(email).id, &proved).await.expect("a user");
        work.commit().await.expect("a commit");
    }

    /// An authenticator app of the user of this address, which counts and of which no code was shown since; what it makes its
    /// codes of.
    pub async fn add_app(&self, email: &str) -> TotpSecret {
        let (id, secret) = (AuthenticatorAppId(self.secrets.id()), TotpSecret::new(self.secrets.bits()));
        let now = self.clock.now();
        let app = AuthenticatorApp {
            id,
            user: self.user(email).id,
            name: samples::text("phone"),
            sealed_secret: FakeSecretSealer::default().seal(id, &secret),
            created_at: now,
            confirmed_at: Some(now),
            last_step: Step(0),
            last_used_at: None,
        };
        let mut work = self.store.begin().await.expect("a unit of work");
        work.authenticator_apps().enrol(&app).await.expect("a new app");
        work.commit().await.expect("a commit");
        secret
    }

    /// A passkey of the user of this address, which was not used since it was added and says this of its count.
    pub async fn add_passkey(&self, email: &str, credential: &str, sign_count: u32) -> FakePasskey {
        let user = self.user(email).id;
        self.keep(FakePasskey { sign_count, ..FakePasskey::new(credential, user) }, user).await
    }

    /// A security key of theirs that sees nobody who uses it, and does not count.
    pub async fn add_security_key(&self, email: &str, credential: &str) -> FakePasskey {
        let user = self.user(email).id;
        self.keep(FakePasskey { verifies_user: false, ..FakePasskey::new(credential, user) }, user).await
    }

    async fn keep(&self, fake: FakePasskey, user: UserId) -> FakePasskey {
        let passkey = Passkey {
            id: PasskeyId(self.secrets.id()),
            user,
            name: samples::text(&fake.credential),
            credential: fake.credential_id(),
            key: fake.key(),
            sign_count: fake.sign_count,
            aaguid: Uuid::nil(),
            is_backed_up: false,
            verifies_user: fake.verifies_user,
            transports: Transports::named(["internal"]),
            created_at: self.clock.now(),
            last_used_at: None,
        };
        let mut work = self.store.begin().await.expect("a unit of work");
        work.passkeys().insert(&passkey).await.expect("a new passkey");
        work.commit().await.expect("a commit");
        fake
    }

    /// A device that the user of this address trusts from now on for a day; what its cookie holds.
    pub async fn add_trusted_device(&self, email: &str) -> TokenSecret {
        let ((secret, digest), now) = (self.secrets.token(), self.clock.now());
        let device = TrustedDevice {
            id: TrustedDeviceId(self.secrets.id()),
            user: self.user(email).id,
            digest,
            device: "Firefox on Linux".to_owned(),
            created_at: now,
            last_used_at: now,
            expires_at: now.after(Duration::from_hours(24)),
        };
        let mut work = self.store.begin().await.expect("a unit of work");
        work.trusted_devices().insert(&device).await.expect("a new device");
        work.commit().await.expect("a commit");
        secret
    }

    /// The code that an app with this secret shows now.
    #[must_use]
    pub fn code(&self, secret: &TotpSecret) -> OneTimeCode {
        secret.code_at(Step::of(self.clock.now()))
    }
}
