//! A client: where a request came from, as far as the product cares.

use std::{
    fmt,
    net::{IpAddr, Ipv6Addr},
};

use crate::Timestamp;

/// Where a request came from. Nothing of it is proof of anything; it is kept to be looked at.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Client {
    /// The address, as the nearest trusted machine saw it. `None` for commands on the server itself.
    pub address: Option<IpAddr>,
    /// What the program calls itself.
    pub user_agent: Option<UserAgent>,
    /// Names the request in logs and answers.
    pub request_id: Option<RequestId>,
}

impl Client {
    /// The range that the address lies in.
    #[must_use]
    pub fn range(&self) -> Option<AddressRange> {
        self.address.map(AddressRange::of)
    }
}

/// A client that was seen with an account, by which it is known again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownClient {
    /// Its device, in plain words.
    pub device: String,
    /// The range of addresses that it came from, as text; empty where there was none.
    pub range: String,
    /// When it was seen last, give or take.
    pub last_seen_at: Timestamp,
}

impl KnownClient {
    /// This client, seen now.
    #[must_use]
    pub fn of(client: &Client, now: Timestamp) -> Self {
        let range = client.range().map(|range| range.to_string()).unwrap_or_default();
        Self { device: crate::device(client.user_agent.as_ref()), range, last_seen_at: now }
    }
}

/// What one household or machine can choose its address from: an IPv4 address by itself, 64 bits of an IPv6 address
/// (RFC 6177, section 2), however it is spelled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct AddressRange(IpAddr);

impl AddressRange {
    const INTERFACE_BITS: u32 = 64;

    /// The range that this address lies in.
    #[must_use]
    pub fn of(address: IpAddr) -> Self {
        Self(match address.to_canonical() {
            IpAddr::V6(address) => {
                let network = (address.to_bits() >> Self::INTERFACE_BITS) << Self::INTERFACE_BITS;
                Ipv6Addr::from_bits(network).into()
            }
            address @ IpAddr::V4(_) => address,
        })
    }
}

impl fmt::Display for AddressRange {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            IpAddr::V4(address) => address.fmt(out),
            IpAddr::V6(network) => write!(out, "{network}/{}", 128 - Self::INTERFACE_BITS),
        }
    }
}

macro_rules! shown_text {
    ($(#[$doc:meta])* $name:ident, $max:literal) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash)]
        pub struct $name(String);

        impl $name {
            /// What is left of a text without its control characters, cut to its first code points; `None` when nothing is.
            #[must_use]
            pub fn new(text: &str) -> Option<Self> {
                let kept: String = text.chars().filter(|character| !character.is_control()).take($max).collect();
                let kept = kept.trim();
                (!kept.is_empty()).then(|| Self(kept.to_owned()))
            }

            /// The text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                out.write_str(&self.0)
            }
        }
    };
}

shown_text! {
    /// What a program calls itself (RFC 9110, section 10.1.5): at most 512 code points, none of them a control character.
    UserAgent, 512
}
shown_text! {
    /// The name of a request: at most 128 code points, none of them a control character.
    RequestId, 128
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_one_household_are_one_range() {
        let range = |text: &str| AddressRange::of(text.parse().unwrap()).to_string();
        for (address, expected) in [
            ("192.0.2.7", "192.0.2.7"),
            ("::ffff:192.0.2.7", "192.0.2.7"),
            ("2001:db8:1:2::1", "2001:db8:1:2::/64"),
            ("2001:db8:1:2:ffff:ffff:ffff:ffff", "2001:db8:1:2::/64"),
            ("2001:db8:1:3::1", "2001:db8:1:3::/64"),
        ] {
            assert_eq!(range(address), expected, "{address}");
        }
    }

    #[test]
    fn what_a_client_says_makes_no_second_line() {
        let forged = UserAgent::new("curl/8\r\n2026-01-01 INFO audit \u{1b}[31mfine\u{85}").unwrap();
        assert_eq!(forged.as_str(), "curl/82026-01-01 INFO audit [31mfine");
        assert_eq!(UserAgent::new(&"x".repeat(9_999)).unwrap().as_str().len(), 512);
        assert_eq!(UserAgent::new(" \n"), None);
    }
}
