//! A passkey: a key pair of somebody's, on a phone, a computer or a security key, which signs for our relying party alone
//! (<https://www.w3.org/TR/webauthn-3/>).

use std::{collections::BTreeSet, fmt};

use uuid::{Uuid, uuid};

use crate::{FactorName, StoredText, Timestamp, UserId, id, named_enum};

id! {
    /// Names a [`Passkey`].
    PasskeyId
}

/// What we know of a key pair whose private half never leaves the authenticator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Passkey {
    /// Identity, never reused.
    pub id: PasskeyId,
    /// Whose it is. Deleting the user deletes the passkey.
    pub user: UserId,
    /// What they call it.
    pub name: FactorName,
    /// How authenticators name it. No two passkeys have the same, whosesoever they are.
    pub credential: CredentialId,
    /// What its signatures are checked with.
    pub key: CoseKey,
    /// How often the authenticator says that it signed; many always say 0.
    pub sign_count: u32,
    /// Which make the authenticator is of, as it says itself; nobody vouches for it.
    pub aaguid: Uuid,
    /// Whether the authenticator keeps copies of it elsewhere, when it was asked last.
    pub is_backed_up: bool,
    /// Whether the authenticator saw who uses it when it was registered, by a finger, a face or a PIN; a simple security key sees
    /// nobody.
    pub verifies_user: bool,
    /// How browsers reach the authenticator.
    pub transports: Transports,
    /// When it was registered.
    pub created_at: Timestamp,
    /// When it last signed.
    pub last_used_at: Option<Timestamp>,
}

impl Passkey {
    /// So many a user has at the most.
    pub const MOST: usize = 20;

    /// Who keeps it, where that is known.
    #[must_use]
    pub fn provider(&self) -> Option<&'static str> {
        provider(self.aaguid)
    }
}

/// How authenticators name a key pair, 1 to 1023 bytes. No secret: browsers are told which ones an account has.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CredentialId(Vec<u8>);

impl CredentialId {
    /// The most bytes there may be (WebAuthn Level 3, section 4).
    pub const MAX: usize = 1023;

    /// `None` where there are none, or too many.
    #[must_use]
    pub fn new(bytes: &[u8]) -> Option<Self> {
        (1..=Self::MAX).contains(&bytes.len()).then(|| Self(bytes.to_vec()))
    }

    /// The bytes.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for CredentialId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "CredentialId({} bytes)", self.0.len())
    }
}

/// A public key as the authenticator encoded it (RFC 9052, COSE), of an algorithm that we take.
#[derive(Clone, PartialEq, Eq)]
pub struct CoseKey(pub Vec<u8>);

impl fmt::Debug for CoseKey {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "CoseKey({} bytes)", self.0.len())
    }
}

named_enum! {
    /// How a browser reaches an authenticator (WebAuthn Level 3, section 5.8.4).
    pub enum Transport {
        /// Bluetooth.
        Ble = "ble",
        /// A phone beside the computer.
        Hybrid = "hybrid",
        /// It is in the device itself.
        Internal = "internal",
        /// Near-field communication.
        Nfc = "nfc",
        /// A card with contacts.
        SmartCard = "smart-card",
        /// A cable.
        Usb = "usb",
    }
}

/// Several of them, each once, in the order of their names; what is not known is left out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Transports(String);

impl Transports {
    /// Those of these names that are known.
    #[must_use]
    pub fn named<'a>(names: impl IntoIterator<Item = &'a str>) -> Self {
        let known: BTreeSet<_> = names.into_iter().filter_map(Transport::from_name).map(Transport::name).collect();
        Self(known.into_iter().collect::<Vec<_>>().join(" "))
    }

    /// Their names.
    pub fn names(&self) -> impl Iterator<Item = &'static str> {
        self.0.split(' ').filter_map(Transport::from_name).map(Transport::name)
    }
}

impl StoredText for Transports {
    fn as_stored(&self) -> &str {
        &self.0
    }

    fn from_stored(text: String) -> Option<Self> {
        Some(Self(text))
    }
}

/// The commonest makes, by what their passkeys say of themselves
/// (<https://github.com/passkeydeveloper/passkey-authenticator-aaguids>).
const PROVIDERS: [(Uuid, &str); 16] = [
    (uuid!("ea9b8d66-4d01-1d21-3ce4-b6b48cb575d4"), "Google Password Manager"),
    (uuid!("adce0002-35bc-c60a-648b-0b25f1f05503"), "Chrome on Mac"),
    (uuid!("fbfc3007-154e-4ecc-8c0b-6e020557d7bd"), "Apple Passwords"),
    (uuid!("dd4ec289-e01d-41c9-bb89-70fa845d4bf2"), "Apple Passwords (managed)"),
    (uuid!("08987058-cadc-4b81-b6e1-30de50dcbe96"), "Windows Hello"),
    (uuid!("9ddd1817-af5a-4672-a2b9-3e3dd95000a9"), "Windows Hello"),
    (uuid!("6028b017-b1d4-4c02-b4b3-afcdafc96bb2"), "Windows Hello"),
    (uuid!("bada5566-a7aa-401f-bd96-45619a55120d"), "1Password"),
    (uuid!("d548826e-79b4-db40-a3d8-11116f7e8349"), "Bitwarden"),
    (uuid!("531126d6-e717-415c-9320-3d9aa6981239"), "Dashlane"),
    (uuid!("53414d53-554e-4700-0000-000000000000"), "Samsung Pass"),
    (uuid!("50726f74-6f6e-5061-7373-50726f746f6e"), "Proton Pass"),
    (uuid!("fdb141b2-5d84-443e-8a35-4698c205a502"), "KeePassXC"),
    (uuid!("d3452668-01fd-4c12-926c-83a4204853aa"), "Microsoft Password Manager"),
    (uuid!("b78a0a55-6ef8-d246-a042-ba0f6d55050c"), "LastPass"),
    (uuid!("b84e4048-15dc-4dd0-8640-f4f60813c8af"), "NordPass"),
];

fn provider(aaguid: Uuid) -> Option<&'static str> {
    PROVIDERS.iter().find(|(known, _)| *known == aaguid).map(|(_, name)| *name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_credential_s_name_has_bounds() {
        assert!(CredentialId::new(&[]).is_none());
        assert!(CredentialId::new(&[1]).is_some());
        assert!(CredentialId::new(&[1; CredentialId::MAX]).is_some());
        assert!(CredentialId::new(&[1; CredentialId::MAX + 1]).is_none());
    }

    #[test]
    fn transports_that_are_known_are_kept_once() {
        let transports = Transports::named(["usb", "internal", "usb", "telepathy", ""]);
        assert_eq!(transports.names().collect::<Vec<_>>(), ["internal", "usb"]);
    }

    #[test]
    fn a_provider_is_named_where_it_is_known() {
        assert_eq!(provider(uuid!("bada5566-a7aa-401f-bd96-45619a55120d")), Some("1Password"));
        assert_eq!(provider(Uuid::nil()), None);
    }
}
