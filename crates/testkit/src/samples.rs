//! Valid values out of literals; what does not parse stops the test.

use std::{str::FromStr, time::Duration};

use ironplate_domain::{
    Client, Date, Email, FullName, Password, PasswordAttempt, RequestId, Session, SessionDigests, SessionId,
    SessionKind, Slug, TextError, Timestamp, TokenDigest, UserAgent, UserId,
};

/// The password of every sample user that was not given another.
pub const PASSWORD: &str = "correct horse";

/// A browser somewhere, always the same.
#[must_use]
pub fn client() -> Client {
    client_at("203.0.113.7")
}

/// The same browser at this address.
#[must_use]
pub fn client_at(address: &str) -> Client {
    Client {
        address: Some(address.parse().unwrap_or_else(|error| panic!("{address:?} is no address: {error}"))),
        user_agent: UserAgent::new("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"),
        request_id: RequestId::new("request-1"),
    }
}

/// A session that was opened by [`client`] now, ends in nine hours, and in one if it is not used.
#[must_use]
pub fn session(id: SessionId, user: UserId, now: Timestamp) -> Session {
    let Client { address, user_agent, .. } = client();
    Session {
        id,
        user,
        kind: SessionKind::Token,
        address,
        user_agent,
        created_at: now,
        last_seen_at: now,
        expires_at: now.after(Duration::from_hours(1)),
        ends_at: now.after(Duration::from_hours(9)),
        revoked_at: None,
        proved_at: Some(now),
        writes_until: None,
    }
}

/// Keys by which this session can be stored, and no other.
#[must_use]
pub fn session_digests(session: &Session) -> SessionDigests {
    let digest = |part: u8| {
        let mut bytes = [part; 32];
        bytes[..16].copy_from_slice(session.id.0.as_bytes());
        TokenDigest(bytes)
    };
    SessionDigests { secret: digest(1), refresh: (session.kind == SessionKind::Token).then(|| digest(2)) }
}

/// An address.
#[must_use]
pub fn email(text: &str) -> Email {
    Email::parse(text).unwrap_or_else(|error| panic!("{text:?} is no address: {error}"))
}

/// A new password.
#[must_use]
pub fn password(text: &str) -> Password {
    Password::parse(text).unwrap_or_else(|error| panic!("{text:?} is no password: {error}"))
}

/// What somebody typed as their password.
#[must_use]
pub fn attempt(text: &str) -> PasswordAttempt {
    PasswordAttempt::new(text)
}

/// A user's name.
#[must_use]
pub fn full_name(text: &str) -> FullName {
    FullName::parse(text).unwrap_or_else(|error| panic!("{text:?} is no name: {error}"))
}

/// A day.
#[must_use]
pub fn date(text: &str) -> Date {
    Date::parse(text).unwrap_or_else(|| panic!("{text:?} is no date"))
}

/// A text of any sort that has bounds: a title, a description.
#[must_use]
pub fn text<Text: FromStr<Err = TextError>>(text: &str) -> Text {
    text.parse().unwrap_or_else(|error| panic!("{text:?} can't be taken: {error}"))
}

/// What an organisation is called in addresses.
#[must_use]
pub fn slug(text: &str) -> Slug {
    Slug::parse(text).unwrap_or_else(|error| panic!("{text:?} is no slug: {error}"))
}
