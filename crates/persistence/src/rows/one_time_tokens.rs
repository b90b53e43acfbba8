//! Rows of `one_time_tokens`.

use diesel::prelude::*;
use ironplate_application::ports::BoxError;
use ironplate_domain::{Email, OneTimeToken, TokenDigest, TokenPurpose, UserId};

use crate::{
    schema::one_time_tokens,
    types::{Id, Moment},
};

#[derive(Queryable, Selectable)]
#[diesel(table_name = one_time_tokens)]
pub(crate) struct OneTimeTokenRow {
    digest: Vec<u8>,
    user_id: Id,
    purpose: String,
    email: String,
    email_canonical: String,
    created_at: Moment,
    expires_at: Moment,
}

/// Fails for what this version never writes.
impl TryFrom<OneTimeTokenRow> for OneTimeToken {
    type Error = BoxError;

    fn try_from(row: OneTimeTokenRow) -> Result<Self, BoxError> {
        let digest = row.digest.try_into().map_err(|_| "the digest does not have 32 bytes")?;
        let purpose = TokenPurpose::from_name(&row.purpose).ok_or("the purpose is unknown")?;
        Ok(Self {
            digest: TokenDigest(digest),
            user: UserId(row.user_id.0),
            purpose,
            email: Email::from_stored(row.email, row.email_canonical),
            created_at: row.created_at.0,
            expires_at: row.expires_at.0,
        })
    }
}

#[derive(Insertable)]
#[diesel(table_name = one_time_tokens)]
pub(crate) struct NewOneTimeTokenRow<'a> {
    digest: &'a [u8],
    user_id: Id,
    purpose: &'static str,
    email: &'a str,
    email_canonical: &'a str,
    created_at: Moment,
    expires_at: Moment,
}

impl<'a> From<&'a OneTimeToken> for NewOneTimeTokenRow<'a> {
    fn from(token: &'a OneTimeToken) -> Self {
        Self {
            digest: &token.digest.0,
            user_id: Id(token.user.0),
            purpose: token.purpose.name(),
            email: token.email.as_str(),
            email_canonical: token.email.canonical(),
            created_at: Moment(token.created_at),
            expires_at: Moment(token.expires_at),
        }
    }
}
