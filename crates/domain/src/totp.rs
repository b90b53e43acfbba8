//! Codes of authenticator apps: six digits, and others each 30 seconds (TOTP, RFC 6238, with SHA-1 as all apps have it).

use std::fmt;

use data_encoding::BASE32_NOPAD;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use secrecy::{SecretString, zeroize::Zeroizing};
use totp_rs::{Builder, Secret, Totp};

use crate::{Email, Timestamp, typed::plain};

/// What an app makes its codes of: 160 random bits, as RFC 4226 recommends. Wiped from memory on drop.
#[derive(Clone, PartialEq, Eq)]
pub struct TotpSecret(Zeroizing<[u8; TotpSecret::BYTES]>);

/// What RFC 3986 calls unreserved stays.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

impl TotpSecret {
    /// How long it is.
    pub const BYTES: usize = 20;

    /// Wraps what was made, or what was sealed.
    #[must_use]
    pub fn new(bytes: [u8; Self::BYTES]) -> Self {
        Self(Zeroizing::new(bytes))
    }

    /// The secret itself, to be sealed.
    #[must_use]
    pub fn expose(&self) -> &[u8; Self::BYTES] {
        &self.0
    }

    /// The secret as people type it into an app.
    #[must_use]
    pub fn base32(&self) -> SecretString {
        BASE32_NOPAD.encode(&*self.0).into()
    }

    /// The secret as apps read it off a QR code: what it is for (a product's name), and whose account it is.
    #[must_use]
    pub fn uri(&self, issuer: &str, account: &Email) -> SecretString {
        let encoded = |text: &str| utf8_percent_encode(text, RESERVED).to_string();
        let (issuer, account, secret) = (encoded(issuer), encoded(account.as_str()), BASE32_NOPAD.encode(&*self.0));
        format!("otpauth://totp/{issuer}:{account}?secret={secret}&issuer={issuer}&algorithm=SHA1&digits=6&period=30")
            .into()
    }

    /// The step whose code this is, if that is the step of this moment, the one before or the one after: clocks differ, and
    /// people take their time. Compared in constant time.
    #[must_use]
    pub fn step_of(&self, code: &OneTimeCode, now: Timestamp) -> Option<Step> {
        let step = self.totp().check(&code.0, u64::try_from(now.seconds()).ok()?)?;
        i64::try_from(step).ok().map(Step)
    }

    /// The code of this step, as an app shows it.
    #[must_use]
    pub fn code_at(&self, Step(step): Step) -> OneTimeCode {
        let seconds = u64::try_from(step.saturating_mul(Step::SECONDS)).unwrap_or(0);
        OneTimeCode(self.totp().generate(seconds).to_string())
    }

    /// Of six digits, 30 seconds and a tolerance of one step, which is what a builder begins with.
    fn totp(&self) -> Totp {
        Builder::new().with_secret(Secret::new_stack(*self.0)).build_noncompliant()
    }
}

impl fmt::Debug for TotpSecret {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("TotpSecret(…)")
    }
}

/// A stretch of 30 seconds, counted from 1970 on. Each has its code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Step(pub i64);

impl Step {
    const SECONDS: i64 = 30;

    /// The one that a moment lies in.
    #[must_use]
    pub const fn of(moment: Timestamp) -> Self {
        Self(moment.seconds().div_euclid(Self::SECONDS))
    }
}

/// What somebody reads off an authenticator app: six digits.
#[derive(Clone, PartialEq, Eq)]
pub struct OneTimeCode(String);

impl OneTimeCode {
    /// How many digits it has.
    pub const DIGITS: usize = 6;

    /// Takes six digits, with any blanks and dashes among them: apps show them in groups.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let digits = plain(text, Self::DIGITS + 1);
        (digits.len() == Self::DIGITS && digits.bytes().all(|byte| byte.is_ascii_digit())).then_some(Self(digits))
    }

    /// The digits, to be typed by tests.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for OneTimeCode {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("OneTimeCode(…)")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use secrecy::ExposeSecret;

    use super::*;

    /// The secret of RFC 6238, appendix B, and of RFC 4226, appendix D.
    fn secret() -> TotpSecret {
        TotpSecret::new(*b"12345678901234567890")
    }

    /// Their codes of eight digits, cut to the last six.
    #[test]
    fn codes_are_those_of_rfc_6238() {
        for (seconds, code) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ] {
            let step = Step::of(Timestamp::from_seconds(seconds));
            assert_eq!(secret().code_at(step).expose(), code, "{seconds}");
            let code = OneTimeCode::parse(code).unwrap();
            assert_eq!(secret().step_of(&code, Timestamp::from_seconds(seconds)), Some(step), "{seconds}");
        }
    }

    #[test]
    fn codes_are_those_of_rfc_4226() {
        let codes =
            ["755224", "287082", "359152", "969429", "338314", "254676", "287922", "162583", "399871", "520489"];
        for (step, code) in (0..).zip(codes) {
            assert_eq!(secret().code_at(Step(step)).expose(), code, "{step}");
        }
    }

    #[test]
    fn a_code_is_good_for_its_step_and_one_before_and_after() {
        let code = secret().code_at(Step(100));
        let step_at = |seconds| secret().step_of(&code, Timestamp::from_seconds(seconds));
        for seconds in [2_970, 2_999, 3_000, 3_029, 3_030, 3_059] {
            assert_eq!(step_at(seconds), Some(Step(100)), "{seconds}");
        }
        for seconds in [-3_000, 0, 2_969, 3_060] {
            assert_eq!(step_at(seconds), None, "{seconds}");
        }
    }

    #[test]
    fn a_code_is_taken_as_people_type_it() {
        for text in ["123456", " 123 456", "123-456\n", "1 2\u{a0}3 4 5 6", "１２３４５６", "123\u{2010}456"] {
            assert_eq!(OneTimeCode::parse(text).unwrap().expose(), "123456", "{text}");
        }
        for text in ["", "12345", "1234567", "12345a", "+12345", "1234.56"] {
            assert_eq!(OneTimeCode::parse(text), None, "{text}");
        }
    }

    #[test]
    fn an_app_reads_the_secret_off_its_address() {
        let uri = secret().uri("Ann & Söhne: Shop", &Email::parse("ann+1@example.com").unwrap());
        let expected = "otpauth://totp/Ann%20%26%20S%C3%B6hne%3A%20Shop:ann%2B1%40example.com\
            ?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Ann%20%26%20S%C3%B6hne%3A%20Shop\
            &algorithm=SHA1&digits=6&period=30";
        assert_eq!(uri.expose_secret(), expected);
        assert_eq!(secret().base32().expose_secret(), "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
    }

    #[test]
    fn neither_secret_nor_code_is_printed() {
        let printed = format!("{:?} {:?}", secret(), secret().code_at(Step(1)));
        assert!(!printed.contains("49") && !printed.contains("287082"), "{printed}");
    }

    proptest! {
        /// Of a million codes, one may be that of a neighbour as well.
        #[test]
        fn a_code_is_found_within_a_step_of_its_own(bytes: [u8; 20], step in 3..200_000_000_i64, apart in -3..=3_i64) {
            let (secret, here) = (TotpSecret::new(bytes), step + apart);
            let code = secret.code_at(Step(step));
            match secret.step_of(&code, Timestamp::from_seconds(here * 30)) {
                Some(Step(found)) => {
                    prop_assert!((found - here).abs() <= 1);
                    prop_assert_eq!(secret.code_at(Step(found)), code);
                }
                None => prop_assert!(apart.abs() > 1),
            }
        }
    }
}
