//! A client: where a request came from, as far as the product cares.

use std::{
    borrow::Cow,
    fmt,
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
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
    /// The narrowest range that the address lies in.
    #[must_use]
    pub fn range(&self) -> Option<AddressRange> {
        self.address.map(AddressRange::of)
    }

    /// The widest range that the address lies in, as text.
    #[must_use]
    pub fn network(&self) -> Option<String> {
        self.ranges().last().map(|(range, _)| range.to_string())
    }

    /// All ranges that the address lies in, as [`AddressRange::around`] has them.
    pub fn ranges(&self) -> impl Iterator<Item = (AddressRange, u32)> {
        self.address.into_iter().flat_map(AddressRange::around)
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
    /// So many are remembered of one account at the most, those that were seen last.
    pub const MOST: u32 = 100;

    /// This client, seen now.
    #[must_use]
    pub fn of(client: &Client, now: Timestamp) -> Self {
        let range = client.range().map(|range| range.to_string()).unwrap_or_default();
        Self { device: crate::device(client.user_agent.as_ref()), range, last_seen_at: now }
    }

    /// It came from the same network as that range, such as a phone that gets another address each time: the first 24 bits
    /// of an IPv4 address are the same, or 48 of an IPv6 address.
    #[must_use]
    pub fn is_near(&self, range: &str) -> bool {
        let network = |range: &str| match range.split('/').next()?.parse().ok()? {
            IpAddr::V4(address) => Some(u128::from(address.to_bits() >> 8)),
            IpAddr::V6(address) => Some(address.to_bits() >> 80),
        };
        self.range.contains(':') == range.contains(':')
            && network(&self.range).is_some_and(|own| network(range) == Some(own))
    }
}

/// Addresses that one customer of a network can choose from: an IPv4 address by itself, or the first 64, 56 or 48 bits of an
/// IPv6 address (RFC 6177, section 2), however it is spelled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct AddressRange {
    network: IpAddr,
    bits: u32,
}

impl AddressRange {
    /// What one household or machine has at least.
    const NARROWEST: u32 = 64;

    /// The widths of IPv6 ranges in bits, the narrowest first, and how many times as much as one of the narrowest each may
    /// do. Whoever has all of a wide one has many narrow ones; but it may be many customers, too.
    pub const WIDTHS: [(u32, u32); 3] = [(Self::NARROWEST, 1), (56, 4), (48, 16)];

    /// The narrowest range that this address lies in.
    #[must_use]
    pub fn of(address: IpAddr) -> Self {
        Self::of_width(address.to_canonical(), Self::NARROWEST)
    }

    /// All ranges that this address lies in, the narrowest first, and how many times as much as the narrowest each may do.
    pub fn around(address: IpAddr) -> impl Iterator<Item = (Self, u32)> {
        let address = address.to_canonical();
        let widths = if address.is_ipv4() { &Self::WIDTHS[..1] } else { &Self::WIDTHS };
        widths.iter().map(move |&(bits, share)| (Self::of_width(address, bits), share))
    }

    fn of_width(address: IpAddr, bits: u32) -> Self {
        match address {
            IpAddr::V6(address) => {
                let rest = Ipv6Addr::BITS - bits;
                Self { network: Ipv6Addr::from_bits((address.to_bits() >> rest) << rest).into(), bits }
            }
            IpAddr::V4(_) => Self { network: address, bits: Ipv4Addr::BITS },
        }
    }
}

impl fmt::Display for AddressRange {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.network {
            IpAddr::V4(address) => address.fmt(out),
            IpAddr::V6(network) => write!(out, "{network}/{}", self.bits),
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
                // As nearly all are.
                let is_plain = text.len() <= $max && text.bytes().all(|byte| matches!(byte, b' '..=b'~'));
                let kept: Cow<'_, str> = if is_plain {
                    text.into()
                } else {
                    text.chars().filter(|character| !character.is_control()).take($max).collect()
                };
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
    fn clients_of_one_network_are_near() {
        let near = |one: &str, other: &str| {
            let at = |text: &str| Client { address: text.parse().ok(), ..Client::default() };
            let range = |text| at(text).range().map(|range| range.to_string()).unwrap_or_default();
            KnownClient::of(&at(one), Timestamp::MIN).is_near(&range(other))
        };
        assert!(near("192.0.2.1", "192.0.2.254"));
        assert!(!near("192.0.2.1", "192.0.3.1"));
        assert!(near("2001:db8:1:2::1", "2001:db8:1:ffff::1"));
        assert!(!near("2001:db8:1:2::1", "2001:db8:2:2::1"));
        assert!(!near("", "") && !near("::1", "0.0.0.0"));
    }

    #[test]
    fn an_address_lies_in_wider_ranges_that_may_do_more() {
        let around = |text: &str| {
            let ranges = AddressRange::around(text.parse().unwrap());
            ranges.map(|(range, share)| format!("{share} {range}")).collect::<Vec<_>>()
        };
        let expected = ["1 2001:db8:1:2fe::/64", "4 2001:db8:1:200::/56", "16 2001:db8:1::/48"];
        assert_eq!(around("2001:db8:1:2fe::1"), expected);
        assert_eq!(around("::ffff:192.0.2.7"), ["1 192.0.2.7"]);
    }

    #[test]
    fn what_a_client_says_makes_no_second_line() {
        let forged = UserAgent::new("curl/8\r\n2026-01-01 INFO audit \u{1b}[31mfine\u{85}").unwrap();
        assert_eq!(forged.as_str(), "curl/82026-01-01 INFO audit [31mfine");
        assert_eq!(UserAgent::new(&"x".repeat(9_999)).unwrap().as_str().len(), 512);
        assert_eq!(UserAgent::new(" \n"), None);
    }
}
