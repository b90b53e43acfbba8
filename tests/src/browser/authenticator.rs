//! Authenticators of passkeys within the browser (<https://www.w3.org/TR/webauthn-3/#sctn-automation>).

use serde_json::{Value, json};

use super::Browser;

/// What an authenticator is like that a browser is to have.
#[derive(Debug, Clone, Copy)]
pub struct VirtualAuthenticator {
    /// How it is reached: `internal`, `usb`, `nfc`, `ble` or `hybrid`.
    pub transport: &'static str,
    /// Whether it keeps passkeys, which are found without their ids.
    pub has_resident_key: bool,
    /// Whether it can see who uses it.
    pub has_user_verification: bool,
    /// Whether it recognises who uses it; see also [`Browser::recognize`].
    pub is_user_verified: bool,
    /// Whether somebody touches it when they are asked.
    pub is_user_consenting: bool,
}

impl VirtualAuthenticator {
    /// In the device itself, and recognises its user.
    pub const PLATFORM: Self = Self {
        transport: "internal",
        has_resident_key: true,
        has_user_verification: true,
        is_user_verified: true,
        is_user_consenting: true,
    };

    /// On a cable, and recognises its user, as by a PIN.
    pub const SECURITY_KEY: Self = Self { transport: "usb", ..Self::PLATFORM };

    /// On a cable, and works for whoever touches it. Browsers let none such keep passkeys: it signs for those that are named, and
    /// where `residentKey` is not required.
    pub const SIMPLE_SECURITY_KEY: Self = Self {
        transport: "usb",
        has_resident_key: false,
        has_user_verification: false,
        is_user_verified: false,
        is_user_consenting: true,
    };
}

/// An authenticator that a browser has.
#[derive(Debug, Clone)]
pub struct AttachedAuthenticator {
    /// Where WebDriver has it.
    path: String,
}

impl Browser {
    /// Has such an authenticator from now on, and no real one any more.
    pub async fn attach(&self, authenticator: VirtualAuthenticator) -> AttachedAuthenticator {
        let wanted = json!({
            "protocol": "ctap2",
            "transport": authenticator.transport,
            "hasResidentKey": authenticator.has_resident_key,
            "hasUserVerification": authenticator.has_user_verification,
            "isUserVerified": authenticator.is_user_verified,
            "isUserConsenting": authenticator.is_user_consenting,
        });
        let id = self.driver.post("webauthn/authenticator", wanted).await;
        let id = id.as_str().unwrap_or_else(|| panic!("no authenticator: {id}"));
        AttachedAuthenticator { path: format!("webauthn/authenticator/{id}") }
    }

    /// Has it no longer; its passkeys are gone.
    pub async fn detach(&self, authenticator: AttachedAuthenticator) {
        self.driver.delete(&authenticator.path).await;
    }

    /// From now on it recognises who uses it, or does not.
    pub async fn recognize(&self, authenticator: &AttachedAuthenticator, is_recognized: bool) {
        let wanted = json!({ "isUserVerified": is_recognized });
        self.driver.post(&format!("{}/uv", authenticator.path), wanted).await;
    }

    /// The passkeys in it: `credentialId`, `rpId`, `userHandle`, `signCount` and `isResidentCredential` of each, bytes in base64url.
    pub async fn passkeys(&self, authenticator: &AttachedAuthenticator) -> Vec<Value> {
        let passkeys = self.driver.get(&format!("{}/credentials", authenticator.path)).await;
        passkeys.as_array().unwrap_or_else(|| panic!("no passkeys: {passkeys}")).clone()
    }

    /// Loses the passkey that is named so.
    pub async fn lose_passkey(&self, authenticator: &AttachedAuthenticator, credential_id: &str) {
        self.driver.delete(&format!("{}/credentials/{credential_id}", authenticator.path)).await;
    }
}
